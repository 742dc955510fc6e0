"""Build a JupyterLite site: ``python scripts/try_it.py DIST OUTPUT``, with the wheels in DIST and notebooks inside.

What is in OUTPUT needs no network but for the kernel: Pyodide is loaded, when the page is opened, from where its
authors publish it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: What has only pure-Python dependencies, or such as Pyodide brings.
PARTS = ("core", "nnet", "io", "viz", "scipy")
INSTALL = "%pip install -q mygrad-core mygrad-nnet mygrad-io mygrad-viz"


def notebook(cells: list[tuple[str, str]]) -> str:
    """Of (type, source), with the installation in front."""
    found = [
        {"cell_type": kind, "metadata": {}, "source": source, "id": f"cell-{number}"}
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        for number, (kind, source) in enumerate([("code", INSTALL), *cells])
    ]
    kernel = {"kernelspec": {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}}
    return json.dumps({"cells": found, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def of_page(text: str) -> list[tuple[str, str]]:
    """The cells of docs/tutorial.md."""
    text = text.split("---\n", 2)[2]
    cells = []
    for part in re.split(r"(```\{code-cell\}\n.*?```\n)", text, flags=re.DOTALL):
        if part.startswith("```"):
            code = re.sub(r"\A(?::.*\n)+", "", part.split("\n", 1)[1].removesuffix("```\n"))
            cells.append(("code", code.strip()))
        elif part.strip():
            cells.append(("markdown", re.sub(r"\]\(\w[\w-]*\.md[^)]*\)", "]", part).strip()))
    return cells


def of_notebook(text: str) -> list[tuple[str, str]]:
    return [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(text)["cells"]]


def main() -> None:
    dist, output = map(Path, sys.argv[1:])
    wheels = [str(wheel.resolve()) for part in PARTS for wheel in dist.glob(f"mygrad_{part}-*.whl")]
    assert len(wheels) == len(PARTS), f"there are not all wheels in {dist}"
    with tempfile.TemporaryDirectory() as folder:
        contents = Path(folder) / "contents"
        contents.mkdir()
        (contents / "tutorial.ipynb").write_text(notebook(of_page((ROOT / "docs/tutorial.md").read_text())))
        (contents / "graphs.ipynb").write_text(notebook(of_notebook((ROOT / "examples/graphs.ipynb").read_text())))
        command = [sys.executable, "-m", "jupyterlite_core", "build", "--contents", str(contents), "--output-dir"]
        options = [f"--piplite-wheels={wheel}" for wheel in wheels]
        subprocess.run([*command, str(output.resolve()), *options], cwd=folder, check=True)
    index = json.loads((output / "pypi" / "all.json").read_text())
    assert {f"mygrad-{part}" for part in PARTS} <= set(index), "the wheels are not in the site"
    print(f"to look at it: python -m http.server -d {output}")


if __name__ == "__main__":
    main()
