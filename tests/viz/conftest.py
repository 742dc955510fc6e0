"""What is installed to draw with, and what it is like without."""

import os
import stat

import pytest

from mygrad.computational_graph import _engines

#: The tests that draw. CI installs the Graphviz of pygraphviz, so that they run there.
needs_engine = pytest.mark.skipif(
    _engines.engine() is None, reason="nothing to draw with: neither `dot` on the PATH nor pygraphviz"
)


def pytest_configure(config):
    config.addinivalue_line("markers", "engine: the test draws, and needs an engine for it")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("engine"):
            item.add_marker(needs_engine)


@pytest.fixture
def no_dot(monkeypatch, tmp_path):
    """As if Graphviz were not on the PATH."""
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))


@pytest.fixture
def no_engine(no_dot, monkeypatch):
    """As if pygraphviz were not installed, either."""
    monkeypatch.setattr(_engines, "find_spec", lambda name: None)


@pytest.fixture
def fake_dot(monkeypatch, tmp_path):
    """A `dot` on the PATH that draws its own arguments; the file that it appends them to."""
    if os.name != "posix":
        pytest.skip("the fake `dot` is a shell script")
    folder = tmp_path / "bin"
    folder.mkdir()
    log = tmp_path / "dot.log"
    program = folder / "dot"
    program.write_text(f'#!/bin/sh\necho "$@" >> "{log}"\necho "<svg>drawn by $*</svg>"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/bin{os.pathsep}/usr/bin")
    return log
