"""The built distributions, to be looked at and imported from."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = Path(__file__).parents[2] / "packages"


@pytest.fixture(scope="session")
def dist(tmp_path_factory):
    """The folder of the sdists and wheels: MYGRAD_DIST, or else they are built now."""
    if "MYGRAD_DIST" in os.environ:
        return Path(os.environ["MYGRAD_DIST"])
    folder = tmp_path_factory.mktemp("dist")
    for package in sorted(PACKAGES.iterdir()):
        subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", folder], cwd=package, check=True)
    return folder
