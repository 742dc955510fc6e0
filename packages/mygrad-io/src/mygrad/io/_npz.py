"""Tensors and what contains them, in NumPy's npz files. Nothing is pickled."""

from __future__ import annotations

from typing import Any

import numpy as np

import mygrad as mg
from mygrad.io._archive import Archive, write
from mygrad.io._files import File, opened, writing
from mygrad.io._manifest import MANIFEST, MANIFEST_COST, MANIFEST_LIMIT, Decoder, Encoder, parse, restore
from mygrad.io.errors import CorruptFileError

__all__ = ["load", "save"]


def save(file: File, tensor: Any, *, compressed: bool = False) -> None:
    """Save a tensor with its gradient, or a dict, list or tuple of tensors and arrays, in an npz file.

    Parameters
    ----------
    file : str | PathLike | BinaryIO
        Where to. A path that does not end in ".npz" gets that ending. A file object needs a method ``write`` and
        nothing else.
    tensor : Tensor | ndarray | dict | list | tuple | int | float | complex | str | bool | None
        Containers may be nested. Keys of dicts are strings, numbers, booleans, None, and tuples of these.
    compressed : bool
        Whether to make the file smaller, which takes time.

    Raises
    ------
    TypeError, ValueError
        If something would not come back as it was: an object of another class, an array of Python objects, a
        structured array, a list that contains itself. Nothing has been written then.
    OSError
        If writing failed. Then `file`, if it is a path, has the contents that it had before.

    See Also
    --------
    mygrad.load

    Notes
    -----
    The graph that a tensor is part of is not saved. A view is saved as the values that it has. A tensor or array that
    occurs twice is saved once, and comes back as one.

    What is at a path is replaced at the very end, when all is on the disk.

    Examples
    --------
    >>> import io
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> (x**2).backward()
    >>> file = io.BytesIO()
    >>> mg.save(file, {"x": x, "steps": 10})
    >>> _ = file.seek(0)
    >>> loaded = mg.load(file)
    >>> loaded
    {'x': Tensor([1., 2.]), 'steps': 10}
    >>> loaded["x"].grad
    array([2., 4.])
    """
    encoder = Encoder(tensor)
    manifest = encoder.manifest()
    with writing(file, ".npz") as stream:
        write(stream, [*encoder.arrays.items(), (MANIFEST, manifest)], compressed)


def load(file: File, *, mmap_mode: str | None = None, max_bytes: int | None = None) -> Any:
    """Load what `mygrad.save` saved, in this version or in MyGrad 2.

    Parameters
    ----------
    file : str | PathLike | BinaryIO
        A path as it was given to `mygrad.save`, with or without ".npz". A file object needs a method ``read``, and is
        read from its current position to its end.
    mmap_mode : {None, "r", "c"}
        Map arrays and the data of tensors into memory instead of reading them: what is used of them is read when it is
        used. With "r" they are read-only, with "c" they can be written to, without any effect on the file. It takes
        a path, of a file that is not compressed.
    max_bytes : int, optional
        How much memory the arrays may take together: a small file can hold large arrays, if it is compressed. By
        default 4 GiB, or as much as the size of the file, if that is more.

    Returns
    -------
    Any
        What was saved. Tensors are leaves, with the gradients that they had.

    Raises
    ------
    CorruptFileError
        If the file is damaged, of a later version, something else altogether, or beyond `max_bytes`. It is a
        ValueError, and its `reason` says which.
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file, or what was given for it, cannot be mapped as `mmap_mode` asks.

    See Also
    --------
    mygrad.save

    Notes
    -----
    Everything that is read is compared with its checksum. What is mapped is not, since it would have to be read.

    Nothing is ever unpickled: a file from an untrusted source cannot run code. It can take up to `max_bytes` of
    memory.

    Examples
    --------
    >>> import io
    >>> import mygrad as mg
    >>> file = io.BytesIO()
    >>> mg.save(file, [mg.arange(3.0), "three"])
    >>> _ = file.seek(0)
    >>> mg.load(file)
    [Tensor([0., 1., 2.]), 'three']
    """
    if mmap_mode not in (None, "r", "c"):
        raise ValueError(f"`mmap_mode` can be None, 'r' (read-only) or 'c' (copy on write), but is {mmap_mode!r}")
    with opened(file, ".npz", max_bytes) as source:
        if mmap_mode and not source.mappable:
            raise ValueError("`mmap_mode` needs the path of a file, not a file object")
        archive = Archive(source.stream, source.path, source.size, source.limit)
        if archive.names == {"data"} or archive.names == {"data", "grad"}:
            return _load_mygrad_2(archive)
        return _load(archive, mmap_mode)


def _load(archive: Archive, mmap_mode: str | None) -> Any:
    if MANIFEST not in archive.names:
        names = [name[:80] for name in sorted(archive.names)]
        raise archive.error(
            f"it is none of mygrad's files: it lacks a manifest, and has the arrays {names[:5]}"
            f"{' and more' if len(names) > 5 else ''}, which numpy.load can read"
        )
    size = archive.nbytes(MANIFEST)
    archive.check_memory(size * MANIFEST_COST)
    if size > MANIFEST_LIMIT + 2**16:  # its npy header has less
        raise archive.error(f"it is larger than any that mygrad.save writes: it has {size} bytes", MANIFEST)
    text = archive.read(MANIFEST)
    if text.dtype.kind != "S" or text.shape:
        raise archive.error("the file is none of mygrad's: this is not a manifest", MANIFEST)
    try:
        tree, headers = parse(text.item())
    except ValueError as error:
        raise archive.error(str(error), MANIFEST) from error

    arrays = archive.names - {MANIFEST}
    if arrays != headers.keys():
        raise archive.error(f"the file lacks arrays, or has others besides: {sorted(arrays ^ headers.keys())[:5]}")

    def read(name: str, kept: bool) -> np.ndarray[Any, Any]:
        if mmap_mode and kept:
            return archive.map(name, headers[name], mmap_mode)
        return archive.read(name, headers[name])

    if mmap_mode and archive.is_compressed:
        raise ValueError(
            f"{archive.path}: what is compressed cannot be mapped into memory. Load it without `mmap_mode`, or save it "
            "without `compressed=True`."
        )
    try:
        return Decoder(arrays, read).decode(tree)
    except CorruptFileError:
        raise
    except (TypeError, ValueError) as error:
        raise archive.error(f"it makes no sense: {error}", MANIFEST) from error


def _load_mygrad_2(archive: Archive) -> mg.Tensor:
    """A file with a tensor in it and no manifest."""
    data = archive.read("data")
    grad = archive.read("grad") if "grad" in archive.names else None
    if grad is not None and grad.dtype.kind == "f":
        grad = grad.astype(data.dtype, copy=False)
    try:
        return restore(data, None, grad)
    except (TypeError, ValueError) as error:
        raise archive.error(str(error), "data" if grad is None else "grad") from error
