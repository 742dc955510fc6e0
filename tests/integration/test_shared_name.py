"""Five distributions share the import name `mygrad`, wherever each of them lies on sys.path."""

import os
import subprocess
import sys
from zipfile import ZipFile

import pytest

PARTS = ("core", "nnet", "viz", "io", "scipy")

# Imports all there is, and shows where it came from.
CODE = """
import importlib, pathlib, pkgutil, sys
import mygrad
from mygrad import nnet
import mygrad.computational_graph
assert mygrad.save is mygrad.io.save
assert {plugin.state for plugin in mygrad.plugins() if plugin.name in ("nnet", "io", "save")} == {"loaded"}
for found in pkgutil.walk_packages(mygrad.__path__, "mygrad."):
    importlib.import_module(found.name)
ours = [vars(module) for name, module in sys.modules.items() if name.partition(".")[0] == "mygrad"]
# Nothing is imported twice.
assert {names["Tensor"] for names in ours if "Tensor" in names} == {mygrad.Tensor}
for module in (mygrad, nnet, mygrad.computational_graph, mygrad.io, mygrad.scipy):
    print(pathlib.Path(module.__file__).parts[len(pathlib.Path(sys.argv[1]).parts)])
"""


@pytest.fixture(scope="module")
def folders(dist, tmp_path_factory):
    """Each wheel, unpacked into a folder of its own."""
    root = tmp_path_factory.mktemp("folders")
    for part in PARTS:
        [path] = dist.glob(f"mygrad_{part}-*.whl")
        with ZipFile(path) as archive:
            archive.extractall(root / part)
    return root


#: Each comes first and last, and before and after each other one.
ORDERS = [[*PARTS[i:], *PARTS[:i]] for i in range(len(PARTS))]


@pytest.mark.parametrize("order", ORDERS, ids=">".join)
def test_orders_on_the_path(folders, order):
    path = os.pathsep.join(str(folders / part) for part in order)
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", CODE, folders],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == list(PARTS)
