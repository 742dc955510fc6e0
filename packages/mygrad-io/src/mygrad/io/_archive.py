"""The zip archive of arrays: written by the book, read without trust.

`zipfile` reads the table of contents, decompresses, and compares the checksum (CRC-32) of each member. What it does
not check is checked here: that members do not overlap, and that no size is believed before it is plausible.
"""

from __future__ import annotations

import errno
import io
import mmap
import reprlib
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from mygrad.io._npy import Header, read_header
from mygrad.io.errors import CorruptFileError

__all__ = ["Archive", "write"]

Array = np.ndarray[Any, Any]

#: Memory of stored arrays begins at a multiple of this in the file, so that it can be mapped.
ALIGNMENT = 64
#: An extra field of a local header that only takes up space. The id is that of Android's zipalign.
PADDING = 0xD935
#: The size of the other extra field, which holds sizes in 64 bits.
ZIP64_FIELD = 20
#: deflate makes no more than this of one byte.
DEFLATE_RATIO = 1032
#: What may lie between a member and the next: the descriptor of one written to a stream, in its four forms.
DESCRIPTORS = (12, 16, 20, 24)
LOCAL_HEADER = 30
END_RECORD = 22
CHUNK = 2**20


def write(stream: Any, arrays: Iterable[tuple[str, Array]], compressed: bool) -> None:
    """Write an npz archive. All that `stream` needs is ``write`` and ``tell``."""
    with zipfile.ZipFile(stream, "w") as archive:
        for name, array in arrays:
            # Always the same date and system: equal arrays give equal files.
            info = zipfile.ZipInfo(f"{name}.npy")
            info.create_system = 3
            if compressed:
                info.compress_type = zipfile.ZIP_DEFLATED
            else:
                start = stream.tell() + LOCAL_HEADER + len(info.filename) + 4 + ZIP64_FIELD
                room = -start % ALIGNMENT
                info.extra = PADDING.to_bytes(2, "little") + room.to_bytes(2, "little") + bytes(room)
            with archive.open(info, "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


class Member(NamedTuple):
    """An entry of the table of contents, and where its contents begin."""

    info: zipfile.ZipInfo
    start: int

    @property
    def end(self) -> int:
        return self.start + self.info.compress_size


class Archive:
    """An npz archive that is open for reading.

    Parameters
    ----------
    stream : BinaryIO
        Seekable; the archive is all of it.
    path : str | None
        What errors call it.
    size : int
        That of the archive.
    limit : int
        How many bytes all arrays may take.
    """

    def __init__(self, stream: BinaryIO, path: str | None, size: int, limit: int) -> None:
        self.path, self._stream, self._size, self._limit = path, stream, size, limit
        self._map: mmap.mmap | None = None
        with self.blaming():
            self._check_kind(stream.read(8))
            stream.seek(0)
            self._zip = zipfile.ZipFile(stream)
            infos = self._zip.infolist()
            for info in infos:
                self._check_entry(info)
            self.check_memory(sum(info.file_size for info in infos))
            self._members = {info.filename.removesuffix(".npy"): self._locate(info) for info in infos}
            if len(self._members) < len(infos):
                raise self.error("two of its arrays have the same name")
            self._check_layout()

    def error(self, reason: str, member: str | None = None) -> CorruptFileError:
        return CorruptFileError(self.path, member, reason)

    @contextmanager
    def blaming(self, member: str | None = None) -> Iterator[None]:
        """Blame the file for what is raised within, unless the system failed to read it.

        `zipfile` raises a dozen types of exceptions for damaged archives, and others from one Python to the next.
        """
        try:
            yield
        except CorruptFileError:
            raise
        except MemoryError:
            raise
        except OSError as error:
            if error.errno not in (None, errno.EINVAL):  # EINVAL: of a seek to where no file can be
                raise
            raise self.error("it is damaged, or has been cut short", member) from error
        except Exception as error:
            raise self.error(f"it is damaged, or has been cut short ({error})", member) from error

    @property
    def names(self) -> set[str]:
        return set(self._members)

    @property
    def is_compressed(self) -> bool:
        return any(member.info.compress_type != zipfile.ZIP_STORED for member in self._members.values())

    def nbytes(self, name: str) -> int:
        return self._members[name].info.file_size

    def check_memory(self, size: int) -> None:
        """Refuse the file if so many bytes are beyond the limit."""
        if size > self._limit:
            raise self.error(
                f"it would take {size} bytes of memory, which is more than {self._limit}. If you trust the file, allow "
                "more with `max_bytes`."
            )

    def read(self, name: str, expected: dict[str, Any] | None = None) -> Array:
        """An array, in memory of its own."""
        with self.blaming(name), self._zip.open(self._members[name].info) as file:
            header, _ = self._header(name, file, expected)
            array = np.empty(header.shape, header.dtype, header.order)
            if array.size:
                memory = array.reshape(-1, order="A").view(np.uint8).data
                done = 0
                while done < len(memory):
                    count = file.readinto(memory[done : done + CHUNK])  # type: ignore[attr-defined]
                    if not count:
                        raise self.error("it has been cut short", name)
                    done += count
            if file.read(1):  # at the end, the checksum is compared
                raise self.error("it is longer than its header says", name)
            return array

    def map(self, name: str, expected: dict[str, Any], mode: str) -> Array:
        """An array whose memory is the file, without having read it. Its checksum is not compared."""
        member = self._members[name]
        with self.blaming(name):
            with self._zip.open(member.info) as file:
                header, length = self._header(name, file, expected)
            offset = member.start + length
            if not header.nbytes or offset % ALIGNMENT:
                return self.read(name, expected)
            if self._map is None:  # one for all arrays: each would take a file descriptor
                access = mmap.ACCESS_READ if mode == "r" else mmap.ACCESS_COPY
                self._map = mmap.mmap(self._stream.fileno(), self._size, access=access)
            # As a memmap, so that mygrad's guard knows that all who write to the memory have it as an array.
            array = np.ndarray.__new__(np.memmap, header.shape, header.dtype, self._map, offset, order=header.order)
            return array.view(np.ndarray)

    def _header(self, name: str, file: Any, expected: dict[str, Any] | None) -> tuple[Header, int]:
        try:
            header, length = read_header(file)
        except ValueError as error:
            raise self.error(str(error), name) from error
        if expected is not None and header.as_json() != expected:
            raise self.error(f"it is not what the manifest says: {reprlib.repr(expected)}", name)
        if length + header.nbytes != self.nbytes(name):
            raise self.error(f"it should have {header.nbytes} bytes, but {self.nbytes(name) - length} are there", name)
        return header, length

    def _check_kind(self, head: bytes) -> None:
        if not head:
            raise self.error("it is empty (a file object is read from its current position: rewind it first)")
        if head.startswith(b"\x93NUMPY"):
            raise self.error("it is a single array in NumPy's npy format, which numpy.load reads")
        if head.startswith(b"PK\x05\x06"):
            raise self.error("it is a zip archive with nothing in it")
        if not head.startswith(b"PK\x03\x04"):
            raise self.error("it is no npz file")

    def _check_entry(self, info: zipfile.ZipInfo) -> None:
        if not info.filename.endswith(".npy"):
            raise self.error(f"it is a zip archive, but no npz file: {info.filename[:80]!r} in it is no array")
        name, way = info.filename.removesuffix(".npy"), info.compress_type
        if info.flag_bits & 1:
            raise self.error("it is encrypted", name)
        if way not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self.error(f"it is compressed in a way (number {way}) that NumPy does not use", name)
        least = info.file_size if way == zipfile.ZIP_STORED else info.file_size // DEFLATE_RATIO
        most = info.file_size if way == zipfile.ZIP_STORED else self._size
        if not least <= info.compress_size <= min(most, self._size):
            raise self.error(f"{info.file_size} bytes cannot have been stored in {info.compress_size}", name)

    def _locate(self, info: zipfile.ZipInfo) -> Member:
        """Find where the contents begin, as zipfile does: the local header has two lengths of its own."""
        self._stream.seek(info.header_offset)
        local = self._stream.read(LOCAL_HEADER)
        name, extra = int.from_bytes(local[26:28], "little"), int.from_bytes(local[28:30], "little")
        return Member(info, info.header_offset + LOCAL_HEADER + name + extra)

    def _check_layout(self) -> None:
        """Every byte must belong to what it should, so that no entry can be lost, and what is mapped is what is meant.

        Each member ends where the next begins, or the table of contents, which has as many entries as the record at
        the very end of the file says.
        """
        members = sorted(self._members.values(), key=lambda member: member.info.header_offset)
        begins = [member.info.header_offset for member in members] + [self._zip.start_dir]
        for member, following in zip(members, begins[1:], strict=True):
            gap = following - member.end
            if gap and not (member.info.flag_bits & 8 and gap in DESCRIPTORS):
                raise self.error("its arrays overlap, or there is something between them")
        self._stream.seek(-END_RECORD, io.SEEK_END)
        end = self._stream.read(END_RECORD)
        if not (end.startswith(b"PK\x05\x06") and end.endswith(b"\0\0")):
            raise self.error("there is something after its end")
        if int.from_bytes(end[10:12], "little") != min(len(members), 0xFFFF):
            raise self.error("its table of contents has more or fewer entries than it should")
        if len({member.info.compress_type for member in members}) > 1:
            raise self.error("some of its arrays are compressed, and others are not")
