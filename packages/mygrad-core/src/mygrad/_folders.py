"""The folders in which ``mygrad`` lies: that of the core, and those of distributions that were installed elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from os.path import curdir, exists, isdir, join

__all__ = ["all_folders", "refuse_mygrad_2"]


def all_folders(path: list[str]) -> list[str]:
    """What `pkgutil.extend_path` returns. To import that takes 0.7 ms, and in most places there is one folder only."""
    if sum(map(_may_have_mygrad, sys.path)) < 2:
        return path
    from pkgutil import extend_path

    return extend_path(path, "mygrad")


def _may_have_mygrad(entry: str) -> bool:
    if sys.path_importer_cache.get(entry, entry) is None:  # Python has found nothing there that it could import
        return False
    entry = entry or curdir
    return not isdir(entry) or isdir(join(entry, "mygrad"))  # if it is no folder, it may be an archive, or a hook


def refuse_mygrad_2(path: Iterable[str]) -> None:
    """Raise an ImportError if files of mygrad 2 lie among those of this package.

    The distribution ``mygrad`` (versions 1 and 2) has the same import name. Installed side by side, the two
    overwrite each other's files and import each other's modules. Looking for a file is a thousand times as
    fast as asking for installed distributions, and finds what a half-done uninstall left behind, too.
    """
    for folder in path:
        if exists(join(folder, "_utils", "lock_management.py")):
            raise ImportError(
                f"files of mygrad 2 lie in {folder}: the distributions 'mygrad' and 'mygrad-core' share the "
                "import name 'mygrad' and cannot be installed together. To keep this one: "
                "`pip uninstall mygrad mygrad-core`, then `pip install mygrad-core`",
                name="mygrad",
            )
