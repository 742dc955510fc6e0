"""Schedules: learning rates as functions of the number of steps that an optimizer has made."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from operator import index

from mygrad.nnet.optimizers._optimizer import checked

__all__ = ["Cosine", "StepDecay", "WarmUp"]


def _check_count(schedule: str, name: str, count: int) -> None:
    try:
        index(count)
    except TypeError:
        raise TypeError(f"{schedule}: `{name}` must be an integer, but is {count!r}") from None
    if count < 1:
        raise ValueError(f"{schedule}: `{name}` must be at least 1, but is {count}")


@dataclass(frozen=True)
class StepDecay:
    """A learning rate that goes down in steps.

    Parameters
    ----------
    initial : float
    every : int
        How many steps of the optimizer it stays the same.
    factor : float
        By what it is multiplied then.

    Examples
    --------
    >>> from mygrad.nnet.optimizers import StepDecay
    >>> rate = StepDecay(0.1, every=100, factor=0.5)
    >>> rate(0), rate(99), rate(100), rate(200)
    (0.1, 0.1, 0.05, 0.025)
    """

    initial: float
    every: int
    factor: float = 0.1

    def __post_init__(self) -> None:
        checked("initial", self.initial)
        checked("factor", self.factor)
        _check_count("StepDecay", "every", self.every)

    def __call__(self, step: int) -> float:
        """The learning rate after so many steps."""
        return self.initial * self.factor ** (step // self.every)


@dataclass(frozen=True)
class Cosine:
    """A learning rate that goes down along half a period of a cosine, and stays where it ends.

    Parameters
    ----------
    initial : float
    steps : int
        How many steps of the optimizer it takes.
    final : float

    References
    ----------
    I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR (2017).

    Examples
    --------
    >>> from mygrad.nnet.optimizers import Cosine
    >>> rate = Cosine(0.1, steps=100)
    >>> rate(0), rate(50), rate(100), rate(200)
    (0.1, 0.05, 0.0, 0.0)
    """

    initial: float
    steps: int
    final: float = 0.0

    def __post_init__(self) -> None:
        checked("initial", self.initial)
        checked("final", self.final)
        _check_count("Cosine", "steps", self.steps)

    def __call__(self, step: int) -> float:
        """The learning rate after so many steps."""
        left = 0.5 + 0.5 * math.cos(math.pi * min(step, self.steps) / self.steps)
        return self.final + (self.initial - self.final) * left


@dataclass(frozen=True)
class WarmUp:
    """A learning rate that rises evenly to that of another schedule, which it then follows from its beginning.

    Parameters
    ----------
    then : float | Callable[[int], float]
        The other schedule, or a number.
    steps : int
        How many steps of the optimizer the rise takes.
    start : float
        Where it begins, as a share of where it ends.

    References
    ----------
    P. Goyal, P. Dollár, R. Girshick et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour",
    arXiv:1706.02677 (2017).

    Examples
    --------
    >>> from mygrad.nnet.optimizers import Cosine, WarmUp
    >>> rate = WarmUp(Cosine(0.1, steps=100), steps=10, start=0.5)
    >>> rate(0), rate(10), rate(60)
    (0.05, 0.1, 0.05)
    """

    then: float | Callable[[int], float]
    steps: int
    start: float = 0.1

    def __post_init__(self) -> None:
        if not callable(self.then):
            checked("then", self.then)
        checked("start", self.start)
        _check_count("WarmUp", "steps", self.steps)

    def __call__(self, step: int) -> float:
        """The learning rate after so many steps."""
        after = self.then(max(step - self.steps, 0)) if callable(self.then) else self.then
        if step >= self.steps:
            return after
        return after * (self.start + (1 - self.start) * step / self.steps)
