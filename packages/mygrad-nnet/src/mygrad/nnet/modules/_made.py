"""How layers make their parameters, and show their settings."""

from __future__ import annotations

from collections.abc import Callable
from operator import index
from typing import Any

import numpy as np

from mygrad import Tensor, ones, zeros
from mygrad.nnet._numbers import scalar
from mygrad.nnet.initializers import uniform
from mygrad.nnet.initializers._random import Seed

__all__ = ["Initializer", "buffer", "evenly", "generator", "ones_of", "probability", "settings", "size", "zeros_of"]

#: Such as `he_normal`: a function of a shape, a dtype and a generator.
Initializer = Callable[..., Tensor]


def generator(rng: Seed) -> np.random.Generator | None:
    """What all random numbers of a layer come from: None stands for NumPy's global state."""
    return None if rng is None else np.random.default_rng(rng)


def evenly(*shape: int, bound: float, dtype: Any, rng: Seed) -> Tensor:
    """A parameter, drawn evenly from -`bound` to `bound`."""
    return uniform(*shape, lower_bound=-bound, upper_bound=bound, dtype=dtype, rng=rng)


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


def settings(*sizes: Any, **others: tuple[Any, Any]) -> str:
    """What `repr` says of a layer: the sizes, and those of the other settings that are not at their defaults.

    The latter are given with these.
    """
    named = [f"{name}={value!r}" for name, (value, default) in others.items() if value != default]
    return ", ".join([*map(repr, sizes), *named])
