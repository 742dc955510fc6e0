"""What is given to functions that mirror SciPy's: tensors, arrays, and lists of them."""

from __future__ import annotations

from typing import Any

import numpy as np

import mygrad as mg
from mygrad.extend import has_variable

__all__ = [
    "Array",
    "adjoint",
    "array_operand",
    "conj",
    "is_complex",
    "operand",
    "plain",
    "refuse",
    "refuse_complex",
    "transposed",
]

Array = Any


def operand(x: Any) -> Any:
    """`x`, but a tensor for a list with variables in it."""
    return mg.astensor(x) if isinstance(x, (list, tuple)) and has_variable(x) else x


def array_operand(x: Any, dtype: Any = None) -> Any:
    """`x` as a tensor or an array: of numbers and lists an array, of `dtype` if that is given."""
    x = operand(x)
    return x if hasattr(x, "shape") else np.asarray(x, dtype=dtype)


def refuse_complex(x: Any) -> Any:
    """`x`, if there are no complex variables in it, at any depth of lists, tuples and dictionaries."""
    if isinstance(x, mg.Tensor):
        if x.dtype.kind == "c" and not x.constant:
            raise TypeError(
                "mygrad.scipy: a complex variable was given, and derivatives are those by real numbers here. Compute "
                "with the real and the imaginary part separately, or pass an array (`t.data`) if none is wanted."
            )
    elif isinstance(x, (list, tuple, dict)):
        for part in x.values() if isinstance(x, dict) else x:
            refuse_complex(part)
    return x


def plain(x: Any) -> Any:
    """`x` with arrays in the place of tensors, at any depth of lists, tuples and dictionaries."""
    if isinstance(x, mg.Tensor):
        return x.data if x.ndim else x.data[()]
    if type(x) in (list, tuple):
        return type(x)([plain(part) for part in x])
    if type(x) is dict:
        return {key: plain(part) for key, part in x.items()}
    return x


def refuse(function: str, **arguments: Any) -> None:
    """Raise TypeError for a variable among arguments that take no gradient."""
    for name, value in arguments.items():
        if has_variable(value):
            raise TypeError(
                f"{function}: no gradient flows to `{name}`, but a variable was given for it. If none is wanted, "
                f"pass an array (`t.data`)."
            )


def transposed(x: Any) -> Any:
    """The matrices in the last two axes, transposed."""
    return x.swapaxes(-1, -2)


def is_complex(x: Any) -> bool:
    """Whether an array or a tensor is of complex numbers."""
    return bool(x.dtype.kind == "c")


def conj(x: Any) -> Any:
    """The complex conjugate; real numbers as they are."""
    return np.conj(x) if is_complex(x) else x


def adjoint(x: Any) -> Any:
    """The matrices in the last two axes, transposed and conjugated."""
    return conj(transposed(x))
