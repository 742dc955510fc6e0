"""Numbers: what formulas have in common, and what arguments and states are checked for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from mygrad.tensor import Tensor
from mygrad.tensor_creation import asarray

__all__ = [
    "LOWEST",
    "SATURATION",
    "bounded",
    "flag",
    "floats",
    "keep",
    "log_of_one_plus",
    "mean_of",
    "named",
    "reals",
    "scalar",
    "share",
    "unmasked",
    "values_for",
    "widened",
]

#: exp(x) / (1 + exp(x)) rounds to 1 for any larger x, by the character of the dtype.
SATURATION = {char: 2.0 - math.log(np.finfo(char).eps) for char in np.typecodes["Float"]}

#: exp(x) rounds to 0 for any smaller x, in any dtype, and so does x * exp(x), except at -inf, where it is nan.
LOWEST = -2.0e4


def unmasked(x: Any) -> Any:
    """`x` as an array. One that is masked would lose its mask without a word.

    Raises
    ------
    TypeError
        If it is masked.
    """
    if type(x) is not np.ndarray and isinstance(x, np.ndarray) and isinstance(x, np.ma.MaskedArray):
        raise TypeError(
            "expected an array, but got a masked array, whose mask would be lost. Pass `m.filled(value)`, with a value "
            "in place of what is masked, or `m.data`, if the mask does not matter."
        )
    return x if isinstance(x, np.ndarray) else np.asarray(x)


def reals(x: Any) -> Any:
    """`x` as an array of real numbers."""
    x = x if isinstance(x, np.ndarray) else np.asarray(x)
    if x.dtype.kind not in "fiub":
        raise TypeError(f"expected real numbers, but got an array of dtype {x.dtype}")
    return x


def floats(x: Any) -> Any:
    """`x` as an array of floating-point numbers."""
    x = reals(x)
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def widened(x: Any) -> Any:
    """`x`, but float16 as float32: its numbers end at 65504, and so do sums and counts of entries."""
    return x.astype(np.float32) if x.dtype.char == "e" else x


def mean_of(x: Any, n: float) -> Any:
    """The sum of `x` divided by `n`, computed as NumPy computes means: of float16, in float32."""
    if x.dtype.char == "e":
        return (np.sum(x, dtype=np.float32) / n).astype(x.dtype)
    return np.sum(x) / n


def share(g: Any, n: float) -> Any:
    """An `n`-th part of `g`; of float16, in float32."""
    return g / (np.float32(n) if g.dtype.char == "e" else n)


def bounded(x: Any, lower: float = -math.inf, upper: float = math.inf) -> Any:
    """`x`, but no less than `lower` and no more than `upper`."""
    if (
        x.size >= 10_000 and x.dtype.char in "fd"
    ):  # two bounds take a third of the time of one, even if they are infinite
        return np.clip(x, lower, upper)
    if lower != -math.inf:
        x = np.maximum(x, lower)
    return x if upper == math.inf else np.minimum(x, upper)


def keep(g: Any, mask: Any, may_write: bool = False) -> Any:
    """`g` where `mask` is true, and 0 elsewhere; written into `g` itself, if that is allowed.

    A product is quicker than `np.where` by far, which takes a branch per entry, and those of a mask are not
    foreseeable. It is wrong only where zero times infinity is nan.
    """
    if not isinstance(g, np.ndarray):
        return np.where(mask, g, 0)
    if not math.isfinite(np.vdot(g, g)):  # the quickest way to see whether there is an inf or nan
        return np.where(mask, g, 0)
    return np.multiply(g, mask, out=g if may_write else None)


def log_of_one_plus(e: Any) -> Any:
    """log(1 + e) of an array of numbers from 0 to 1. NumPy's log1p takes them one by one, but log several at once."""
    u = 1 + e
    return np.log(u) + (e - (u - 1)) / u  # what the sum has lost of e, to first order


def scalar(name: str, value: Any) -> float:
    """The argument `value`, called `name`, as a number. An array will do if it has one entry."""
    if type(value) is float:
        return value
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "fiub" or (array.ndim and not hasattr(value, "shape")):
        raise TypeError(f"`{name}` must be a real number, but is {value!r}")
    return array.item()


def flag(name: str, value: Any) -> bool:
    """The argument `value`, called `name`, if it is True or False."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"`{name}` must be True or False, but is {value!r}")
    return bool(value)


def named(owner: str, state: Any) -> Mapping[str, Any]:
    """The argument `state`, if it has values by name."""
    if not isinstance(state, Mapping):
        raise TypeError(
            f"{owner}: a state is a dictionary, such as `state_dict()` returns, or `mygrad.load` and `np.load` read "
            f"from a file, but this is of type {type(state).__name__}"
        )
    return state


def values_for(name: str, value: Any, like: Any) -> Any:
    """The entry `value` of a state, called `name`, as an array that can be written into one that is `like` this."""
    values = asarray(value) if isinstance(value, Tensor) else unmasked(value)
    if values.shape != like.shape:
        raise ValueError(f"{name}: expected an array of shape {like.shape}, but got {values.shape}")
    if not np.can_cast(values.dtype, like.dtype, "same_kind"):
        raise TypeError(f"{name}: an array of dtype {values.dtype} cannot be written into one of dtype {like.dtype}")
    return values
