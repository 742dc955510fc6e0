"""A hosted CI runs what .ci/run runs, with the Pythons that are promised; pre-commit what ``nox -s lint`` runs."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_workflow_runs_the_gate_with_every_python():
    workflow = (ROOT / ".github/workflows/ci.yml").read_text()
    assert "- run: bash .ci/run\n" in workflow
    project = tomllib.loads((ROOT / "packages/mygrad-core/pyproject.toml").read_text())["project"]
    promised = {found[1] for c in project["classifiers"] if (found := re.fullmatch(r".*Python :: (3\.\d+)", c))}
    assert set(re.findall(r"^ +(3\.\d+)$", workflow, re.MULTILINE)) == promised


def test_pre_commit_runs_what_lint_runs():
    session = re.search(r"\ndef lint\(.*?\n\n", (ROOT / "noxfile.py").read_text(), re.DOTALL)[0]
    hooks = (ROOT / ".pre-commit-config.yaml").read_text()
    for command in (r"ruff check", r"ruff format", r"lint-imports --no-cache"):
        assert re.search(r"entry: .*" + command, hooks)
        assert '", "'.join(command.split()) in session
