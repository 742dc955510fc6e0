"""One version for all distributions, and requirements that admit it."""

from importlib.metadata import PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from mygrad._version import __version__

DISTRIBUTIONS = ("mygrad-core", "mygrad-nnet", "mygrad-viz", "mygrad-io", "mygrad-scipy")


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_versions_agree(name):
    try:
        installed = distribution(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} is not installed")
    assert installed.version == __version__
    ours = [r for r in map(Requirement, installed.requires or ()) if r.name in DISTRIBUTIONS and r.specifier]
    assert ours, f"{name} requires none of the others"
    for requirement in ours:
        assert requirement.specifier.contains(__version__, prereleases=True), requirement
        following = Version(__version__)
        following = f"{following.major}.{following.minor + 1}.0"
        assert not requirement.specifier.contains(following), f"{requirement} is not in lockstep"


def test_version_is_normal():
    assert str(Version(__version__)) == __version__
