"""``python -m mygrad`` says what a report of a fault should."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

import mygrad as mg

CORE = Path(mg.__file__).parent


def run(folder=None, **env):
    own = {"PYTHONPATH": str(folder)} if folder else {}
    command = [sys.executable, "-m", "mygrad"]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | own | env)


def test_it_tells_versions_plugins_and_switches():
    ran = run(MYGRAD_MEM_GUARD="0", MYGRAD_LOST_GRADIENTS="raise")
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert lines[0].startswith(f"mygrad {mg.__version__}, in ")
    assert f"  mygrad-core {mg.__version__}" in lines
    assert "  memory guard: off" in lines
    assert "  lost gradients: raise" in lines
    assert "  MYGRAD_MEM_GUARD=0" in lines
    [numpy] = [line for line in lines if line.startswith("NumPy ")]
    assert numpy.startswith(f"NumPy {np.__version__}, BLAS: ")
    assert platform.python_version() in lines[-1]
    found = {plugin.name for plugin in mg.plugins()}
    assert {name for name in found if any(f"  {name} (" in line for line in lines)} == found


def test_it_names_a_plugin_that_is_broken(tmp_path):
    metadata = tmp_path / "broken-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[mygrad.plugins]\nsum = nowhere\n")
    [line] = [line for line in run(tmp_path).stdout.splitlines() if "broken 1.0" in line]
    assert line.startswith("  sum (broken 1.0): broken: ")


def test_it_tells_that_mygrad_2_was_installed_over_it(tmp_path):
    package = tmp_path / "mygrad"
    shutil.copytree(CORE, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "_utils").mkdir()
    (package / "_utils" / "lock_management.py").touch()
    (package / "__init__.py").write_text("__version__ = '2.5.0'\n")
    ran = run(tmp_path)
    assert ran.returncode == 1
    assert "files of mygrad 2 lie in" in ran.stderr
    assert "pip uninstall mygrad mygrad-core" in ran.stderr
