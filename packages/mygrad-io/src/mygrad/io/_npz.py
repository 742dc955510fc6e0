"""Tensors in NumPy's npz files: one tensor a file, nothing pickled."""

from __future__ import annotations

import os
from typing import BinaryIO, TypeAlias

import numpy as np

import mygrad as mg

__all__ = ["load", "save"]

File: TypeAlias = str | os.PathLike[str] | BinaryIO


def save(file: File, tensor: mg.Tensor) -> None:
    """Save a tensor and its gradient in an npz file.

    Parameters
    ----------
    file : str | PathLike | BinaryIO
        Where to. A path that does not end in ".npz" gets that ending.
    tensor : Tensor

    See Also
    --------
    mygrad.load

    Notes
    -----
    The file holds the arrays ``data``, ``constant`` and, if there is one, ``grad``. The graph that the tensor
    is part of is not saved.

    Examples
    --------
    >>> import io
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, 2.0])
    >>> (x**2).backward()
    >>> file = io.BytesIO()
    >>> mg.save(file, x)
    >>> _ = file.seek(0)
    >>> y = mg.load(file)
    >>> y, y.grad
    (Tensor([1., 2.]), array([2., 4.]))
    """
    if not isinstance(tensor, mg.Tensor):
        raise TypeError(f"mygrad.save saves a Tensor, got {type(tensor).__name__}: for an array use numpy.save")
    arrays = {"data": tensor.data, "constant": np.array(tensor.constant)}
    if tensor.grad is not None:
        arrays["grad"] = tensor.grad
    np.savez(file, **arrays)  # type: ignore[arg-type]


def load(file: File) -> mg.Tensor:
    """Load a tensor and its gradient from an npz file.

    Parameters
    ----------
    file : str | PathLike | BinaryIO
        What `mygrad.save` wrote, under the name that was given to it.

    Returns
    -------
    Tensor
        With the data, the gradient and the constancy that the saved one had.

    See Also
    --------
    mygrad.save
    """
    if isinstance(file, str | os.PathLike) and not os.path.exists(file):
        file = os.fspath(file).removesuffix(".npz") + ".npz"  # as numpy.savez named it
    arrays = np.load(file, allow_pickle=False)
    if not isinstance(arrays, np.lib.npyio.NpzFile):
        raise ValueError(f"{file} is not an npz file, as mygrad.save writes them")
    with arrays:
        if "data" not in arrays:
            raise ValueError(f"{file} does not hold a tensor that mygrad.save wrote: it has no array 'data'")
        constant = bool(arrays["constant"]) if "constant" in arrays else None  # mygrad 2 did not save it
        tensor = mg.tensor(arrays["data"], constant=constant)
        if "grad" in arrays:
            tensor.backward(arrays["grad"])  # of a leaf: this sets its gradient, and nothing else
    return tensor
