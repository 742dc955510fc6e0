"""Where drawings are looked at: a notebook, run by Jupyter, made into a page, and opened in a browser."""

import json
import re
import shutil
import subprocess
import sys
from base64 import b64decode
from html import unescape
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[2] / "examples" / "graphs.ipynb"
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
MISSING = [name for name in ("nbclient", "nbconvert", "ipykernel") if find_spec(name) is None]

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")

# nbconvert puts drawings into a page as images. Has the page tell how large each is shown and, with the drawing itself
# in its place, where each node comes to stand.
MEASURE = """
<script>
addEventListener("load", () => {
    const measured = [...document.querySelectorAll(".jp-RenderedSVG img")].map(img => {
        const bytes = Uint8Array.from(atob(img.src.split(",")[1]), c => c.charCodeAt(0));
        const place = document.createElement("div");
        const shown = [img.naturalWidth, img.naturalHeight];
        img.replaceWith(place);
        place.innerHTML = new TextDecoder().decode(bytes);
        const nodes = [...place.querySelectorAll("g.node")].map(node => {
            const {x, y, width, height} = node.getBoundingClientRect();
            return {kind: node.getAttribute("class"), x, y, width, height};
        });
        return {shown, nodes};
    });
    document.body.setAttribute("data-measured", JSON.stringify(measured));
});
</script>
"""


def run(notebook, folder, to):
    """Run a notebook with nbclient, and convert it with nbconvert."""
    command = ["-m", "nbconvert", "--execute", "--to", to, "--output-dir", folder, "--output", "run", notebook]
    subprocess.run([sys.executable, *command], check=True, capture_output=True, timeout=300)
    [path] = folder.glob("run.*")
    return path


def outputs(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [output for cell in cells if cell["cell_type"] == "code" for output in cell["outputs"]]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return run(NOTEBOOK, tmp_path_factory.mktemp("page"), "html")


@pytest.mark.engine
def test_the_page_has_the_drawings(page):
    html = page.read_text(encoding="utf-8")
    images = re.findall(r'class="jp-RenderedSVG[^>]*>\s*<img[^>]* src="data:image/svg\+xml;base64,([^"]*)"', html)
    drawings = [b64decode(unescape(image)).decode() for image in images]
    assert [len(re.findall(r'class="node ', drawing)) for drawing in drawings] == [5, 6, 14, 1]
    for name in ("W1", "b2", "hidden", "target"):
        assert f">{name}<" in drawings[2]
    assert "The graph of loss was cleared by backward()" in drawings[3]


@pytest.mark.engine
@pytest.mark.skipif(BROWSER is None, reason="NOT LOOKED AT IN A BROWSER: there is no Chromium on the PATH")
def test_a_browser_shows_every_node(page, tmp_path):
    measured = tmp_path / "measured.html"
    measured.write_text(page.read_text(encoding="utf-8") + MEASURE, encoding="utf-8")
    command = [
        BROWSER,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND",  # all that is looked at is in the page
        f"--user-data-dir={tmp_path / 'profile'}",
        "--window-size=1600,2400",
        "--dump-dom",
        measured.as_uri(),
    ]
    dom = subprocess.run(command, check=True, capture_output=True, timeout=120).stdout.decode()
    drawings = json.loads(unescape(re.search(r'data-measured="([^"]*)"', dom)[1]))
    assert all(width > 50 and height > 50 for width, height in (drawing["shown"] for drawing in drawings))
    boxes = [drawing["nodes"] for drawing in drawings]
    assert [len(nodes) for nodes in boxes] == [5, 6, 14, 1]
    for nodes in boxes:
        assert all(box["width"] > 15 and box["height"] > 10 and box["x"] >= 0 and box["y"] >= 0 for box in nodes)
        assert not any(overlap(one, other) for one, other in combinations(nodes, 2))
    assert boxes[0][-1]["kind"] == "node operation result"
    assert max(boxes[0], key=lambda box: box["y"]) is boxes[0][-1]  # from top to bottom
    assert max(boxes[2], key=lambda box: box["x"]) is boxes[2][-1]  # from left to right


def overlap(one, other):
    return (
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


def test_without_an_engine_the_notebook_has_mermaid(tmp_path):
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    hide = 'import os\nimport sys\n\nos.environ["PATH"] = ""\nsys.modules["pygraphviz"] = None\n'
    first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    first["source"] = hide + "".join(first["source"])
    path = tmp_path / "hidden.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    found = outputs(run(path, tmp_path, "notebook"))
    assert [set(output["data"]) for output in found] == [{"text/vnd.mermaid", "text/plain"}] * 4
    assert "".join(found[0]["data"]["text/vnd.mermaid"]).startswith("flowchart TB")
    assert "f = multiply(x, y)" in "".join(found[0]["data"]["text/plain"])
