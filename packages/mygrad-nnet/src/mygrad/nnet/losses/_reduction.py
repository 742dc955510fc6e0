"""What becomes of the losses of single data: their mean, their sum, or they themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from mygrad import divide, mean
from mygrad import sum as sum_of
from mygrad.nnet._numbers import mean_of, share

if TYPE_CHECKING:
    from mygrad import Tensor

__all__ = ["Reduction", "WeightedReduction", "checked", "finished", "portion", "reduced"]

Reduction = Literal["mean", "sum", "none"]
WeightedReduction = Literal["mean", "weighted_mean", "sum", "none"]

_WORDS = ("mean", "sum", "none")


def checked(loss: str, reduction: Any, *more: str) -> Any:
    """The argument `reduction`, if it is one of the words that there are."""
    if not isinstance(reduction, str) or not (reduction in _WORDS or reduction in more):
        words = ("mean", *more, "sum", "none")
        raise ValueError(f"{loss}: `reduction` must be one of {words}, not {reduction!r}")
    return reduction


def reduced(losses: Any, reduction: str, count: float) -> Any:
    """The losses; or their sum; or that divided by `count`."""
    if reduction == "none":
        return losses
    return np.sum(losses) if reduction == "sum" else mean_of(losses, count)


def portion(g: Any, reduction: str, count: float) -> Any:
    """What part of the gradient `g` of a result is that of each of the losses."""
    return g if reduction in ("none", "sum") else share(g, count)


def finished(
    reduction: str, constant: bool | None, last: Callable[..., Tensor], *args: Any, count: float | None = None
) -> Tensor:
    """The losses ``last(*args)``, reduced: for those that are composed of differentiable functions."""
    if reduction == "none":
        return last(*args, constant=constant)
    if reduction == "sum":
        return sum_of(last(*args), constant=constant)
    if count is None:
        return mean(last(*args), constant=constant)
    return divide(sum_of(last(*args)), count, constant=constant)
