"""Random numbers for initial values, and the shapes that they are asked for in."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from mygrad import tensor
from mygrad.nnet._numbers import scalar

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import Real

__all__ = ["Seed", "draw_normal", "draw_uniform", "scale_variance", "shape_of"]

#: Where random numbers come from: a generator, a seed for one, or NumPy's global state.
Seed: TypeAlias = "np.random.Generator | int | Sequence[int] | np.random.SeedSequence | None"


def shape_of(shape: tuple[Any, ...]) -> tuple[int, ...]:
    """The shape, given as several lengths or as one sequence of them."""
    if len(shape) == 1 and np.ndim(shape[0]):
        shape = tuple(shape[0])
    lengths = []
    for n in shape:
        if not hasattr(n, "__index__"):
            raise TypeError(f"a shape consists of integers, but {n!r} is none")
        lengths.append(n.__index__())
        if lengths[-1] < 0:
            raise ValueError(f"a shape has no negative lengths, but {shape} has")
    return tuple(lengths)


def scale_variance(
    initializer: str, shape: Any, scale: Any, gain: Real, dtype: Any, constant: Any, rng: Seed, uniform: bool = False
) -> Tensor:
    """Weights about 0, as large as the numbers of a layer's inputs and outputs call for.

    Parameters
    ----------
    initializer : str
        Its name, for messages.
    scale : Callable[[float, int, int], float]
        Gives the standard deviation, or the bound if they are to be `uniform`, by the gain and the fans: how many
        numbers go into each output of a layer with weights of this shape, and how many come out of each input.
    """
    shape = shape_of(shape)
    if len(shape) < 2:
        raise ValueError(
            f"{initializer}: expected weights of at least two dimensions - outputs, inputs, and the lengths of a "
            f"kernel - but the shape is {shape}"
        )
    fan_out, fan_in = (max(n * prod(shape[2:]), 1) for n in shape[:2])  # of no weights at all, any will do
    size = scale(scalar("gain", gain), fan_in, fan_out)
    if uniform:
        return draw_uniform(shape, -size, size, dtype, constant, rng)
    return draw_normal(shape, 0.0, size, dtype, constant, rng)


def draw_normal(
    shape: tuple[int, ...], mean: float, std: float, dtype: Any, constant: bool | None, rng: Seed
) -> Tensor:
    generator: Any = np.random if rng is None else np.random.default_rng(rng)
    return _made(generator.normal(mean, std, shape), dtype, constant)


def draw_uniform(
    shape: tuple[int, ...], low: float, high: float, dtype: Any, constant: bool | None, rng: Seed
) -> Tensor:
    generator: Any = np.random if rng is None else np.random.default_rng(rng)
    return _made(generator.uniform(low, high, shape), dtype, constant)


def _made(values: Any, dtype: Any, constant: bool | None) -> Tensor:
    if np.dtype(dtype).kind != "f":
        raise ValueError(f"random initial values need a floating-point dtype, not {np.dtype(dtype)}")
    return tensor(values, dtype=dtype, constant=constant)
