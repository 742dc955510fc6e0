"""The examples in the documents at the root, in docs/ and in the packages' READMEs do what they say."""

import doctest
import pydoc
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("packages/*/README.md")]
BLOCK = re.compile(r"^```(?:python|pycon)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(document):
    """The code blocks that look like an interpreter's session, at their lines, as one doctest."""
    text = document.read_text()
    lines = [""] * text.count("\n")
    for block in BLOCK.finditer(text):
        if block[1].startswith(">>>"):
            start = text.count("\n", 0, block.start(1))
            lines[start : start + block[1].count("\n")] = block[1].splitlines()
    name = str(document.relative_to(ROOT))
    return doctest.DocTestParser().get_doctest("\n".join(lines), {}, name, str(document), 0)


SESSIONS = [session for session in map(examples, sorted(DOCUMENTS)) if session.examples]


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.name)
def test_document(session, rules_as_they_were):
    report = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS, verbose=False)
    failed, tried = runner.run(session, out=report.append)
    assert tried
    assert not failed, "".join(report)


def test_the_readme_has_examples():
    assert "README.md" in {session.name for session in SESSIONS}


def linked(document):
    """What a document links to, or lists in a table of contents, of the files that are there."""
    text = document.read_text()
    listed = re.findall(r"^```{toctree}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    there = [path for block in listed for name in block.split() for path in document.parent.glob(f"{name}.md")]
    there += [document.parent / name for name in re.findall(r"\]\(([^)#\s]+)", text)]
    return {path.resolve() for path in there if path.is_file()}


def test_the_readme_leads_to_every_page_and_example():
    README = ROOT / "README.md"
    found, new = {README}, {README}
    while new:
        new = {path for page in new if page.suffix == ".md" for path in linked(page)} - found
        found |= new
    patterns = ("*.md", "docs/*.md", "examples/*.py", "examples/*.ipynb", "examples/gallery/*.py")
    assert {page for pattern in patterns for page in ROOT.glob(pattern)} <= found
    names = re.findall(r"\]\(([^)#]+)\)", README.read_text())
    assert not [name for name in names if not (ROOT / name).exists()]


#: What looks like a name of ours, and is a group of entry points, an example of one, or what was there in MyGrad 2.
NOT_NAMES = {
    *("mygrad.lifts", "mygrad.rules", "mygrad.name", "mygrad.optics", "mygrad.propagate", "mg.nonsense"),
    *("mygrad._utils", "mygrad.linalg.ops", "mygrad.math.arithmetic.ops", "mygrad.tensor.Tensor"),
}


def test_names_that_pages_mention_exist():
    pages = [ROOT / "README.md", *ROOT.glob("docs/*.md")]
    mentioned = [re.findall(r"(?<![\w./-])(?:mg|mygrad)(?:\.[A-Za-z_]\w*)+", page.read_text()) for page in pages]
    names = {name for found in mentioned for name in found} - NOT_NAMES
    assert len(names) > 100
    assert not [name for name in sorted(names) if pydoc.locate(re.sub(r"^mg\b", "mygrad", name)) is None]
