"""What is inside the built wheels and sdists."""

import tarfile
from email.parser import Parser
from itertools import combinations
from zipfile import ZipFile

import pytest

PARTS = ("core", "nnet", "viz", "io", "scipy")


def wheel(dist, part):
    [path] = dist.glob(f"mygrad_{part}-*.whl")
    return ZipFile(path)


def files(dist, part):
    """The files that a wheel installs into site-packages, without its metadata."""
    with wheel(dist, part) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def metadata(dist, part):
    with wheel(dist, part) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(archive.read(name).decode())


def test_no_file_belongs_to_two(dist):
    for one, other in combinations(PARTS, 2):
        assert files(dist, one).isdisjoint(files(dist, other)), (one, other)


def test_only_the_core_owns_the_package(dist):
    assert [part for part in PARTS if "mygrad/__init__.py" in files(dist, part)] == ["core"]


@pytest.mark.parametrize(
    ("part", "folder"),
    [
        ("nnet", "mygrad/nnet/"),
        ("viz", "mygrad/computational_graph/"),
        ("io", "mygrad/io/"),
        ("scipy", "mygrad/scipy/"),
    ],
)
def test_a_plugin_ships_its_own_folder_only(dist, part, folder):
    assert all(name.startswith(folder) for name in files(dist, part))
    assert folder + "py.typed" in files(dist, part)


def test_the_core_is_typed_and_installs_one_package(dist):
    assert "mygrad/py.typed" in files(dist, "core")
    assert {name.partition("/")[0] for name in files(dist, "core")} == {"mygrad"}


@pytest.mark.parametrize("part", PARTS)
def test_license_and_version(dist, part):
    with wheel(dist, part) as archive:
        assert [name for name in archive.namelist() if name.endswith(".dist-info/licenses/LICENSE")]
    about = metadata(dist, part)
    assert about["License-Expression"] == "MIT"
    assert about["Requires-Python"] == ">=3.11"
    assert about["Version"] == metadata(dist, "core")["Version"]


def test_the_core_requires_numpy_alone(dist):
    required = [line for line in metadata(dist, "core").get_all("Requires-Dist") if "extra ==" not in line]
    assert required == ["numpy>=2.0"]
    assert metadata(dist, "core").get_all("Provides-Extra") == ["all", "io", "nnet", "scipy", "testing", "viz"]


@pytest.mark.parametrize("part", PARTS[1:])
def test_a_plugin_requires_the_core(dist, part):
    assert any(line.startswith("mygrad-core") for line in metadata(dist, part).get_all("Requires-Dist"))


@pytest.mark.parametrize("part", PARTS)
def test_an_sdist_holds_what_its_wheel_needs_and_no_more(dist, part):
    [path] = dist.glob(f"mygrad_{part}-*.tar.gz")
    with tarfile.open(path) as archive:
        shipped = {member.name.split("/", 1)[1] for member in archive if member.isfile()}
    sources = {name for name in shipped if name.startswith("src/")}
    assert {name.removeprefix("src/") for name in sources} == files(dist, part)
    # hatchling adds the .gitignore it went by.
    assert shipped - sources - {".gitignore"} == {"LICENSE", "PKG-INFO", "README.md", "pyproject.toml"}
