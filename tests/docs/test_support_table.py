"""docs/support.md, docs/scipy-special.md and docs/mygrad-scipy.md are what the library does."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["support_table.py", "special_table.py", "scipy_table.py"])
def test_the_table_is_current(name):
    script = ROOT / "scripts" / name
    run = subprocess.run([sys.executable, script, "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
