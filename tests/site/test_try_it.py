"""The JupyterLite site that ``nox -s try-it`` has built: its notebooks open, and the wheels are where it looks.

That they run there cannot be seen without a network, for that is where the kernel comes from.
"""

import json

import pytest

PARTS = ("core", "nnet", "viz", "io", "scipy")


@pytest.fixture(autouse=True)
def _is_built(site):
    if not (site / "jupyter-lite.json").exists():
        pytest.skip("this site is another one: `nox -s try-it` builds that with notebooks")


def test_the_wheels_are_found(site):
    index = json.loads((site / "pypi" / "all.json").read_text())
    for part in PARTS:
        [release] = [files[0] for files in index[f"mygrad-{part}"]["releases"].values()]
        assert (site / "pypi" / release["filename"]).is_file()
        assert release["filename"].endswith("-py3-none-any.whl")


@pytest.mark.parametrize("name", ["tutorial.ipynb", "graphs.ipynb"])
def test_notebooks_open(site, look, name):
    cells = json.loads((site / "files" / name).read_text())["cells"]
    assert "mygrad-core" in cells[0]["source"]
    script = f"""
        const seen = await frame("/notebooks/index.html?path={name}", 1200);
        const count = () => seen.document.querySelectorAll(".jp-Notebook .jp-Cell").length;
        for (let i = 0; i < 600 && count() < {len(cells)}; i++)
            await wait(100);
        return count();
    """
    assert look(script, timeout=100) == len(cells)
