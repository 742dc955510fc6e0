"""What recurrent layers have in common: their arguments, and the arithmetic of their gates."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from mygrad.nnet._inputs import arrayed
from mygrad.nnet._numbers import floats, scalar
from mygrad.nnet.layers.dropout import Chance

__all__ = ["arguments", "chance_of", "in_one_dtype", "logistic", "rows"]

Array = np.ndarray[Any, Any]


def arguments(layer: str, X: Any, gates: dict[str, tuple[Any, Any, Any]], states: dict[str, Any]) -> list[Any]:
    """What the operation of a layer is called with: X, U, W and b of each gate, and the states.

    Parameters
    ----------
    layer : str
    X : array_like, shape (T, N, C)
    gates : dict[str, tuple[array_like, array_like, array_like]]
        For each gate U, W and b, of shapes (C, D), (D, D) and (D,).
    states : dict[str, array_like | None]
        Of shape (N, D), or one that broadcasts to it. None stands for zeros.

    Raises
    ------
    ValueError
        If the shapes are others.
    """
    X, *given = [arrayed(a) for a in (X, *[a for weights in gates.values() for a in weights])]
    if len(X.shape) != 3:
        raise ValueError(f"{layer}: `X` must have the shape (T, N, C), but it has {X.shape}")
    _t, n, c = X.shape
    d = given[2].size
    for i, a in enumerate(given):
        if a.shape != ((c, d), (d, d), (d,))[i % 3]:
            name = "UWb"[i % 3] + list(gates)[i // 3]
            raise ValueError(
                f"{layer}: for `X` of shape {X.shape}, every U must have shape ({c}, D), every W (D, D) and every "
                f"b (D,), where D is {d}; but `{name}` has shape {a.shape}"
            )
    for name, state in states.items():
        if state is None:
            given.append(np.zeros((n, d), np.float16))  # whatever the dtype of the others is, it stays
            continue
        given.append(arrayed(state))
        if given[-1].shape not in ((n, d), (1, d), (d,), ()):
            raise ValueError(f"{layer}: `{name}` must have the shape {(n, d)}, but it has {given[-1].shape}")
    return [X, *given]


def chance_of(layer: str, dropout: Any, rng: Any) -> Chance:
    """The argument `dropout`, checked."""
    p = scalar("dropout", dropout)
    if not 0 <= p < 1:
        raise ValueError(f"{layer}: `dropout` must be at least 0 and less than 1, but is {p}")
    return Chance(p, rng)


def in_one_dtype(arrays: list[Any]) -> tuple[list[Array], Any]:
    """Arrays of one dtype, to compute with, and the dtype of the result."""
    arrays = [floats(a) for a in arrays]
    dtype = np.result_type(*arrays)
    wide = np.promote_types(dtype, np.float32)
    return [a.astype(wide, copy=False) for a in arrays], dtype


def rows(x: Array) -> Array:
    """All axes but the last made one."""
    return x.reshape(prod(x.shape[:-1]), x.shape[-1])


def logistic(x: Array) -> None:
    """Put 1 / (1 + exp(-x)) in the place of `x`."""
    np.negative(x, out=x)
    np.exp(x, out=x)  # may overflow: 1 / inf is the 0 that is due
    x += 1
    np.reciprocal(x, out=x)
