"""The npy format: which arrays it can hold, and the header of such an array.

`numpy.lib.format` writes the header. It also reads it, but as a Python expression, which may raise or warn of
anything. Here it is matched against what NumPy writes, and nothing else.
"""

from __future__ import annotations

import math
import re
from typing import IO, Any, Literal, NamedTuple

import numpy as np

__all__ = ["Header", "read_header", "savable"]

#: Real and complex numbers, booleans, times, strings, bytes and raw memory: all that needs no pickle.
KINDS = "biufcmMSUV"

MAGIC = b"\x93NUMPY\x01\x00"
HEADER = re.compile(
    r"\{'descr': '([<>|][a-zA-Z]\d{0,10}(?:\[[\w/]{1,20}\])?)', 'fortran_order': (True|False), "
    r"'shape': \((|\d{1,19},|\d{1,19}(?:, \d{1,19}){1,63})\), \} *\n"
)


class Header(NamedTuple):
    """What an array is, but for its elements."""

    dtype: np.dtype[Any]
    order: Literal["C", "F"]
    shape: tuple[int, ...]

    @classmethod
    def of(cls, array: np.ndarray[Any, Any]) -> Header:
        """That of the file of an array: one that is contiguous in neither order is stored in C order."""
        flags = array.flags
        return cls(array.dtype, "F" if flags.f_contiguous and not flags.c_contiguous else "C", array.shape)

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize

    def as_json(self) -> dict[str, Any]:
        return {"dtype": self.dtype.str, "order": self.order, "shape": list(self.shape)}


def savable(array: np.ndarray[Any, Any], where: str) -> np.ndarray[Any, Any]:
    """The array, if its file would say all of what it is."""
    dtype = array.dtype
    if dtype.hasobject and dtype.kind in "OV":
        raise TypeError(
            f"{where}: an array of Python objects is not saved, since it would have to be pickled, and pickles can run "
            "code when they are loaded. Convert it to a dtype of numbers or strings."
        )
    if dtype.names is not None:
        raise TypeError(f"{where}: a structured array is not saved. Save a dict of its fields: {list(dtype.names)}")
    if dtype.kind not in KINDS or not dtype.itemsize or np.dtype(dtype.str) != dtype:
        raise TypeError(f"{where}: an array of dtype {dtype} is not saved, since NumPy's npy format does not know it")
    return array.view(dtype.str) if dtype.metadata else array  # NumPy would warn that it saves none of that


def read_header(file: IO[bytes]) -> tuple[Header, int]:
    """The header of an npy file, and its length. A ValueError says what is wrong."""
    start = file.read(10)
    if not start.startswith(MAGIC) or len(start) < 10:
        raise ValueError("it is no array in the npy format 1.0")
    length = int.from_bytes(start[8:], "little")
    text = file.read(length).decode("latin1")
    match = HEADER.fullmatch(text)
    if match is None or len(text) < length:
        raise ValueError("its header is not one that NumPy writes for an array of numbers or strings")
    descr, fortran, dims = match.groups()
    if descr == "|O":
        raise ValueError("it holds Python objects: these are pickled, and nothing is ever unpickled")
    if descr[1] not in KINDS:
        raise ValueError(f"its dtype {descr!r} is not one of numbers or strings")
    try:
        dtype = np.dtype(descr)
    except Exception as error:  # a TypeError, usually
        raise ValueError(f"NumPy knows no dtype {descr!r} on this machine") from error
    if not dtype.itemsize:
        raise ValueError(f"its dtype {descr!r} has no size")
    shape = tuple(int(dim) for dim in dims.split(",") if dim)
    return Header(dtype, "F" if fortran == "True" else "C", shape), 10 + length
