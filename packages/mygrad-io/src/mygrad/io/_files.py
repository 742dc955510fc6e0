"""Paths and file objects."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple, TypeAlias

from mygrad.io._atomic import replacing
from mygrad.io.errors import CorruptFileError

__all__ = ["File", "opened", "writing"]

File: TypeAlias = str | os.PathLike[str] | BinaryIO

#: How many bytes a file may take in memory, if nothing else is said and the file itself has less.
DEFAULT_LIMIT = 2**32
CHUNK = 2**20


class Opened(NamedTuple):
    """A file open for reading, from its beginning, and seekable."""

    stream: BinaryIO
    path: str | None
    size: int
    limit: int
    mappable: bool


@contextmanager
def writing(file: File, ending: str) -> Iterator[Any]:
    """Open a file for writing. A path that lacks the ending gets it."""
    if isinstance(file, str | os.PathLike):
        with replacing(_with_ending(file, ending)) as (stream, is_regular):
            yield stream if is_regular else _Sink(stream)  # a device may say that it is seekable
    else:
        _check_binary(file, "write")
        yield _Sink(file)


@contextmanager
def opened(file: File, ending: str, max_bytes: int | None) -> Iterator[Opened]:
    """Open a file for reading: under the name that `writing` gave it, if there is one, or under its own."""
    if isinstance(file, str | os.PathLike):
        path = _with_ending(file, ending)
        if not os.path.exists(path):
            path = os.fsdecode(file)
        with open(path, "rb") as stream:
            yield _whole(stream, path, max_bytes, mappable=True)
    else:
        _check_binary(file, "read")
        name = getattr(file, "name", None)
        source = _whole(file, name if isinstance(name, str) else None, max_bytes, mappable=False)
        yield source
        if source.stream is file:
            file.seek(0, io.SEEK_END)


def _whole(file: BinaryIO, path: str | None, max_bytes: int | None, mappable: bool) -> Opened:
    """The file itself, if it is at its beginning and can seek; otherwise what is left of it, in memory."""
    if _is_at_start(file):
        file.seek(0, io.SEEK_END)
        size = file.tell()
        file.seek(0)
        return Opened(file, path, size, _limit(max_bytes, size), mappable)
    contents = _read_all(file, path, _limit(max_bytes, 0))
    return Opened(io.BytesIO(contents), path, len(contents), _limit(max_bytes, len(contents)), mappable=False)


class _Sink:
    """A file of which nothing is asked but that it can be written to."""

    def __init__(self, file: Any) -> None:
        self._file: Any = file
        self._position = 0

    def write(self, data: Any) -> int:
        left = memoryview(data).cast("B")
        size = len(left)
        while left:
            count = self._file.write(left)
            if count is None:  # many wrappers forget to say
                count = len(left)
            left = left[count:]
        self._position += size
        return size

    def tell(self) -> int:
        return self._position

    def flush(self) -> None:
        if hasattr(self._file, "flush"):
            self._file.flush()


def _with_ending(file: str | os.PathLike[str], ending: str) -> str:
    path = os.fsdecode(file)
    if not path or "\0" in path:
        raise ValueError(f"a file needs a name, without null characters in it, but the path is {path!r}")
    if os.path.basename(path) in ("", os.curdir, os.pardir):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    return path if path.endswith(ending) else path + ending


def _limit(max_bytes: int | None, size: int) -> int:
    return max(size, DEFAULT_LIMIT) if max_bytes is None else max_bytes


def _check_binary(file: Any, method: str) -> None:
    if not hasattr(file, method):
        raise TypeError(f"a file is a path or a binary file object that can {method}, not {type(file).__name__}")
    if isinstance(file, io.TextIOBase):
        raise TypeError('the file object is in text mode: open it in binary mode, with "rb" or "wb"')


def _is_at_start(file: BinaryIO) -> bool:
    try:
        return file.seekable() and file.tell() == 0
    except (AttributeError, OSError):
        return False


def _read_all(file: BinaryIO, path: str | None, limit: int) -> bytes:
    """What is left of a file, chunk by chunk, so that one without an end does not fill the memory."""
    contents = bytearray()
    while chunk := file.read(CHUNK):
        contents += chunk
        if len(contents) > limit:
            raise CorruptFileError(
                path, None, f"more than {limit} bytes came from the file object. Allow more with `max_bytes`."
            )
    return bytes(contents)
