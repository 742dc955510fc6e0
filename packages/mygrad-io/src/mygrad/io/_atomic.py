"""Writing a file so that, at any moment, its path has the old contents or the new ones, whole."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

__all__ = ["replacing"]

#: Read and write, for nobody but the owner.
PRIVATE = 0o600
NEW = 0o666


@contextmanager
def replacing(path: str) -> Iterator[tuple[BinaryIO, bool]]:
    """A new file to write to, which takes the place of the one at `path` when the block ends without an error.

    It has the permissions that ``open(path, "wb")`` would have left: those of the file that is there, or what the
    umask gives a new one; and until it takes that place, nobody else can read it who could not read it then. A symbolic
    link stays one: what it points to is replaced. What is no regular file, such as a pipe, is just written to.

    Yields
    ------
    tuple[BinaryIO, bool]
        The file, and whether it is a regular one.
    """
    target = os.path.realpath(path)
    try:
        old = os.stat(target)
    except FileNotFoundError:
        old = None
    if old is not None and not stat.S_ISREG(old.st_mode):
        with open(path, "wb") as file:  # which refuses a directory
            yield file, False
        return
    if old is not None and not os.access(target, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise PermissionError(13, os.strerror(13), path)

    folder = os.path.dirname(target)
    temporary = os.path.join(folder, f".mygrad-{secrets.token_hex(8)}.tmp")
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(temporary, flags, NEW if old is None else PRIVATE)
    except OSError as error:
        error.filename = path
        raise
    try:
        with open(descriptor, "w+b") as file:
            yield file, True
            file.flush()
            if old is not None:
                _make_like(descriptor, temporary, old)
            os.fsync(descriptor)
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_folder(folder)


def _make_like(descriptor: int, path: str, old: os.stat_result) -> None:
    """Give a new file the owner, the group and the permissions of an old one, as far as that is allowed."""
    mode = stat.S_IMODE(old.st_mode)
    if os.name != "posix":
        os.chmod(path, mode)
        return
    # By its descriptor: at its path, in a folder where others can write, there might by now be something else.
    for owner, group in ((old.st_uid, -1), (-1, old.st_gid)):
        with suppress(OSError):
            os.fchown(descriptor, owner, group)
    new = os.fstat(descriptor)
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        mode &= ~(stat.S_ISUID | stat.S_ISGID)
    if new.st_gid != old.st_gid:  # the old group are others now, and some of the others are the group
        both = mode >> 3 & mode & 0o7
        mode = mode & ~0o77 | both << 3 | both
    os.fchmod(descriptor, mode)


def _sync_folder(folder: str) -> None:
    """Have the new name on the disk, too. Not every system can; the file is whole without it."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
