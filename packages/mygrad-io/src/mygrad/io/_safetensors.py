"""The safetensors format, for the exchange with other libraries."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

import mygrad as mg
from mygrad.io._files import File, opened, writing
from mygrad.io.errors import CorruptFileError

__all__ = ["load_safetensors", "save_safetensors"]

Array = np.ndarray[Any, Any]

ENDING = ".safetensors"
#: The dtypes of NumPy that the format has.
DTYPES = frozenset(("float16", "float32", "float64", "complex64", "bool")) | {
    f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)
}


def save_safetensors(file: File, tensors: dict[str, Any]) -> None:
    """Save the values of tensors and arrays in a safetensors file, which other libraries can read.

    Parameters
    ----------
    file : str | PathLike | BinaryIO
        Where to. A path that does not end in ".safetensors" gets that ending.
    tensors : dict[str, Tensor | ndarray | dict]
        Nested dicts are flattened: ``{"a": {"b": x}}`` is saved as ``{"a.b": x}``.

    Raises
    ------
    ImportError
        If the package safetensors is not installed.
    TypeError, ValueError
        If something is no tensor or array, or of a dtype that the format lacks; or if two have the same name. Nothing
        has been written then.

    See Also
    --------
    load_safetensors
    mygrad.save : keeps all that a tensor is, and is told when a file is damaged.

    Notes
    -----
    The format knows values, shapes and dtypes. Gradients, constancy, memory order and byte order are not kept.

    Examples
    --------
    >>> import io
    >>> import mygrad as mg
    >>> file = io.BytesIO()
    >>> mg.io.save_safetensors(file, {"layer": {"weight": mg.ones((2, 2)), "bias": mg.zeros(2)}})
    >>> _ = file.seek(0)
    >>> for name, array in mg.io.load_safetensors(file).items():
    ...     print(name, array.tolist())
    layer.bias [0.0, 0.0]
    layer.weight [[1.0, 1.0], [1.0, 1.0]]
    """
    safetensors = _safetensors()
    if type(tensors) is not dict:
        raise TypeError(f"save_safetensors saves a dict of tensors, by name, not a {type(tensors).__name__}")
    arrays: dict[str, Array] = {}
    _flatten(tensors, "", arrays)
    contents = safetensors.save(arrays)
    with writing(file, ENDING) as stream:
        stream.write(contents)


def load_safetensors(file: File, *, max_bytes: int | None = None) -> dict[str, Array]:
    """Load the arrays of a safetensors file.

    Parameters
    ----------
    file : str | PathLike | BinaryIO
        A path as it was given to `save_safetensors`, with or without ".safetensors", or a file object that can be read.
    max_bytes : int, optional
        The largest file that is read. By default there is no limit but for a file object that does not know its size:
        4 GiB.

    Returns
    -------
    dict[str, ndarray]
        The arrays by name, sorted; ``mygrad.tensor`` makes tensors of them, and
        ``mygrad.nnet.Module.load_state_dict`` takes them as they are.

    Raises
    ------
    ImportError
        If the package safetensors is not installed.
    CorruptFileError
        If the file is damaged, too large, or no safetensors file. But the format has no checksums: wrong values cannot
        be told from right ones.
    FileNotFoundError
        If there is no such file.

    See Also
    --------
    save_safetensors
    """
    safetensors = _safetensors()
    with opened(file, ENDING, max_bytes) as source:
        if source.size > source.limit:
            raise CorruptFileError(source.path, None, f"it has {source.size} bytes, more than {source.limit}")
        contents = source.stream.read(source.size)  # a device may have no end
        try:
            arrays = safetensors.load(contents)
        except KeyError as error:
            raise CorruptFileError(source.path, None, f"NumPy has no dtype for {error}") from error
        except Exception as error:  # SafetensorError; ValueError of an array that NumPy cannot make
            raise CorruptFileError(source.path, None, f"it is no safetensors file, or damaged: {error}") from error
    return {name: arrays[name].copy() for name in sorted(arrays)}  # what it gives is read-only


def _flatten(tensors: dict[str, Any], prefix: str, arrays: dict[str, Array]) -> None:
    for key, value in tensors.items():
        if type(key) is not str:
            raise TypeError(f"save_safetensors: the names of tensors are strings, but {key!r} is not")
        name = prefix + key
        if type(value) is dict:
            _flatten(value, name + ".", arrays)
        elif name in arrays:
            raise ValueError(f"save_safetensors: two tensors would have the name {name!r}")
        else:
            arrays[name] = _plain(name, value)


def _plain(name: str, value: Any) -> Array:
    """The values in C order and in the machine's byte order: safetensors writes the memory as it is."""
    array = value.data if isinstance(value, mg.Tensor) else value
    if type(array) not in (np.ndarray, np.memmap):
        raise TypeError(f"save_safetensors: {name!r} is no tensor or array, but of type {type(value).__name__}")
    if array.dtype.name not in DTYPES:
        raise TypeError(f"save_safetensors: {name!r} is of dtype {array.dtype}, which safetensors does not have")
    return np.asarray(array, array.dtype.newbyteorder("="), order="C")


def _safetensors() -> Any:
    try:
        return import_module("safetensors.numpy")
    except ModuleNotFoundError as error:
        raise ImportError(
            "this needs the package safetensors: pip install 'mygrad-io[safetensors]'", name="safetensors"
        ) from error
