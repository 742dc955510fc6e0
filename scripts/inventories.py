"""Write docs/_inventories/: where the pages of NumPy's and SciPy's functions are, so that the site can link to them.

``python scripts/inventories.py`` takes the public names of the NumPy and the SciPy that are installed. Both put each
function on a page of its own, by one rule: ``reference/generated/numpy.linalg.svd.html``. So nobody needs to be asked.
"""

from __future__ import annotations

import inspect
import zlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import numpy
import scipy

FOLDER = Path(__file__).parents[1] / "docs" / "_inventories"
NUMPY = {
    "numpy": "reference/generated",
    "numpy.linalg": "reference/generated",
    "numpy.fft": "reference/generated",
    "numpy.lib.stride_tricks": "reference/generated",
    "numpy.testing": "reference/generated",
    "numpy.random": "reference/random/generated",
}
SCIPY = {
    f"scipy.{name}": "reference/generated"
    for name in (
        *("fft", "integrate", "interpolate", "linalg", "ndimage", "optimize", "signal", "sparse", "sparse.linalg"),
        *("spatial.distance", "special", "stats"),
    )
}


def entries(modules: dict[str, str]) -> Iterator[str]:
    """Lines as Sphinx reads them: name, role, priority, address (``$`` is the name), text (``-`` is the name)."""
    for module_name, folder in modules.items():
        module = import_module(module_name)
        for name in sorted(getattr(module, "__all__", vars(module))):
            value = getattr(module, name)
            if name[0] != "_" and callable(value) and not inspect.ismodule(value):
                role = "class" if inspect.isclass(value) else "function"
                yield f"{module_name}.{name} py:{role} 1 {folder}/{module_name}.{name}.html#$ -"


def methods() -> Iterator[str]:
    for name in dir(numpy.ndarray):
        if name[0] != "_":
            whole = f"numpy.ndarray.{name}"
            yield f"{whole} py:method 1 reference/generated/{whole}.html#$ -"


def write(project: str, version: str, lines: list[str]) -> None:
    head = (
        f"# Sphinx inventory version 2\n# Project: {project}\n# Version: {version}\n"
        "# The remainder of this file is compressed using zlib.\n"
    )
    text = "".join(f"{line}\n" for line in sorted(set(lines)))
    (FOLDER / f"{project.lower()}.inv").write_bytes(head.encode() + zlib.compress(text.encode(), 9))
    print(project, version, len(lines), "names")


def main() -> None:
    write("NumPy", numpy.__version__, [*entries(NUMPY), *methods()])
    write("SciPy", scipy.__version__, list(entries(SCIPY)))


if __name__ == "__main__":
    main()
