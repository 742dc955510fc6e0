"""What type checkers say of the installed wheels: an editable install is beyond them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from tempfile import mkdtemp
from types import ModuleType

import mygrad

__all__ = ["checked", "public_modules"]

#: Where the type checkers are, and the Python of which they are to look at the packages.
_PROGRAMS = Path(sys.executable).parent


@cache
def _folder() -> str:
    """Where there is no configuration, and nothing of the repository to be found."""
    return mkdtemp(prefix="mygrad-typing-")


def checked(tool: str, *args: str) -> str:
    """What a type checker prints."""
    options = ["--config-file=", f"--cache-dir={_folder()}/mypy"] if tool == "mypy" else []
    env = {**os.environ, "PATH": f"{_PROGRAMS}{os.pathsep}{os.environ['PATH']}"}
    command = [str(_PROGRAMS / tool), *options, *args]
    done = subprocess.run(command, cwd=_folder(), env=env, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def public_modules() -> Iterator[ModuleType]:
    """The modules that users may import."""
    yield mygrad
    for found in walk_packages(mygrad.__path__, "mygrad."):
        if not any(part.startswith("_") for part in found.name.split(".")):
            yield import_module(found.name)
