"""How layers make their parameters, and show their settings."""

from __future__ import annotations

from collections.abc import Callable
from operator import index
from typing import Any

import numpy as np

from mygrad import Tensor, ones, tensor, zeros
from mygrad.nnet._numbers import scalar
from mygrad.nnet.initializers import uniform
from mygrad.nnet.initializers._random import Seed

__all__ = [
    "Initializer",
    "buffer",
    "evenly",
    "generator",
    "ones_of",
    "plain",
    "probability",
    "settings",
    "size",
    "weight_by",
    "zeros_of",
]

#: Such as `he_normal`: a function of a shape, a dtype and a generator.
Initializer = Callable[..., Tensor]


def generator(rng: Seed) -> np.random.Generator | None:
    """What all random numbers of a layer come from: None stands for NumPy's global state."""
    return None if rng is None else np.random.default_rng(rng)


def evenly(*shape: int, bound: float, dtype: Any, rng: Seed) -> Tensor:
    """A parameter, drawn evenly from -`bound` to `bound`."""
    return uniform(*shape, lower_bound=-bound, upper_bound=bound, dtype=dtype, rng=rng)


def weight_by(init: Initializer, shape: tuple[int, ...], dtype: Any, rng: Seed) -> Tensor:
    """A weight that a function makes, which the user may have given: a parameter, of arrays too."""
    weight: Any = init(*shape, dtype=dtype, rng=rng)
    if np.shape(weight) != shape:
        raise ValueError(
            f"`init` is to make a weight of shape {shape}, but it returned one of shape {np.shape(weight)}"
        )
    return weight if isinstance(weight, Tensor) else tensor(weight, dtype=dtype, constant=False)


def ones_of(*shape: int, dtype: Any) -> Tensor:
    """A parameter of ones."""
    return ones(shape, dtype=dtype, constant=False)


def zeros_of(*shape: int, dtype: Any) -> Tensor:
    """A parameter of zeros."""
    return zeros(shape, dtype=dtype, constant=False)


def buffer(values: Any) -> Tensor:
    """A tensor that is a part of the state, but not trained."""
    return Tensor(values, constant=True)


def size(layer: str, name: str, value: Any, least: int = 1) -> int:
    """The argument `value`, called `name`: an integer, and not less than `least`."""
    try:
        number = index(value)
    except TypeError:
        raise TypeError(f"{layer}: `{name}` must be an integer, but is {value!r}") from None
    if number < least:
        raise ValueError(f"{layer}: `{name}` must be at least {least}, but is {number}")
    return number


def probability(layer: str, name: str, value: Any) -> float:
    """The argument `value`, called `name`: a number from 0 to 1."""
    p = scalar(name, value)
    if not 0 <= p <= 1:
        raise ValueError(f"{layer}: `{name}` is a probability, from 0 to 1, but is {p}")
    return p


def plain(value: Any) -> Any:
    """A setting in numbers and tuples, whatever sequences it was given in: it is compared, and shown."""
    if isinstance(value, list | tuple | np.ndarray):
        return tuple([plain(part) for part in value]) if np.ndim(value) else plain(value.item())  # type: ignore[union-attr]
    return index(value) if hasattr(value, "__index__") else value


def settings(*sizes: Any, **others: tuple[Any, Any]) -> str:
    """What `repr` says of a layer: the sizes, and those of the other settings that are not at their defaults.

    The latter are given with these.
    """
    named = [f"{name}={value!r}" for name, (value, default) in others.items() if value != default]
    return ", ".join([*map(repr, sizes), *named])
