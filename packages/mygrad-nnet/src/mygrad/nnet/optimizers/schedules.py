"""Schedules: learning rates as functions of the number of steps that an optimizer has made."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import index
from typing import Any

from mygrad import Tensor, asarray
from mygrad.nnet._numbers import flag, named, scalar
from mygrad.nnet.optimizers._optimizer import checked

__all__ = ["Chained", "Cosine", "Exponential", "OneCycle", "Plateau", "StepDecay", "WarmUp"]

Schedule = float | Callable[[int], float]


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
class Exponential:
    """A learning rate that goes down by the same factor at each step.

    Parameters
    ----------
    initial : float
    factor : float

    Examples
    --------
    >>> from mygrad.nnet.optimizers import Exponential
    >>> rate = Exponential(0.1, factor=0.5)
    >>> rate(0), rate(1), rate(2)
    (0.1, 0.05, 0.025)
    """

    initial: float
    factor: float

    def __post_init__(self) -> None:
        checked("initial", self.initial)
        checked("factor", self.factor)

    def __call__(self, step: int) -> float:
        """The learning rate after so many steps."""
        return self.initial * self.factor**step


def _along_cosine(start: float, end: float, share: float) -> float:
    """What is between two numbers, after that share of half a period of a cosine."""
    return end + (start - end) * (0.5 + 0.5 * math.cos(math.pi * share))


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
        return _along_cosine(self.initial, self.final, min(step, self.steps) / self.steps)


@dataclass(frozen=True)
class OneCycle:
    """A learning rate that rises, and goes down by much more than that, each along half a period of a cosine.

    Parameters
    ----------
    highest : float
    steps : int
        How many steps of the optimizer all takes. The last one has the lowest rate, which stays.
    rise : float
        What part of the steps the rise takes: more than 0, and less than 1.
    start, final : float
        Where it begins and ends, as shares of the highest rate.

    References
    ----------
    L. N. Smith and N. Topin, "Super-convergence: very fast training of neural networks using large learning rates",
    arXiv:1708.07120 (2017).

    Examples
    --------
    >>> from mygrad.nnet.optimizers import OneCycle
    >>> rate = OneCycle(0.5, steps=12, rise=0.5, start=0.2, final=0.0)
    >>> [round(rate(step), 3) for step in (0, 5, 8, 11, 12)]
    [0.1, 0.5, 0.25, 0.0, 0.0]
    """

    highest: float
    steps: int
    rise: float = 0.3
    start: float = 1 / 25
    final: float = 1 / 250_000

    def __post_init__(self) -> None:
        for name in ("highest", "start", "final"):
            checked(name, getattr(self, name))
        checked("rise", self.rise, 1.0)
        _check_count("OneCycle", "steps", self.steps)
        if not self.rise * self.steps > 1:
            raise ValueError(f"OneCycle: of {self.steps} steps, `rise` must be for more than one, but is {self.rise}")

    def __call__(self, step: int) -> float:
        """The learning rate after so many steps."""
        top, last = self.rise * self.steps - 1, self.steps - 1
        if step <= top:
            return _along_cosine(self.start * self.highest, self.highest, step / top)
        return _along_cosine(self.highest, self.final * self.highest, (min(step, last) - top) / (last - top))


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


@dataclass(frozen=True)
class Chained:
    """Learning rates one after the other, each from its beginning.

    Parameters
    ----------
    schedules : Sequence[float | Callable[[int], float]]
        Schedules, or numbers.
    until : Sequence[int]
        After how many steps of the optimizer the second takes over, then the third, and so on: one less than there are
        schedules.

    Examples
    --------
    >>> from mygrad.nnet.optimizers import Chained, Exponential
    >>> rate = Chained([0.1, Exponential(0.08, factor=0.5)], until=[10])
    >>> rate(0), rate(9), rate(10), rate(11)
    (0.1, 0.1, 0.08, 0.04)
    """

    schedules: Sequence[Schedule]
    until: Sequence[int]

    def __post_init__(self) -> None:
        for i, schedule in enumerate(self.schedules):
            if not callable(schedule):
                checked(f"schedules[{i}]", schedule)
        for i, steps in enumerate(self.until):
            _check_count("Chained", f"until[{i}]", steps)
        if len(self.until) != len(self.schedules) - 1:
            raise ValueError(
                f"Chained: for {len(self.schedules)} schedules, `until` must have one number less, but it has "
                f"{len(self.until)}"
            )
        if sorted(set(self.until)) != list(self.until):
            raise ValueError(f"Chained: the numbers of `until` must rise, but they are {list(self.until)}")

    def __call__(self, step: int) -> float:
        """The learning rate after so many steps."""
        number = sum(step >= end for end in self.until)
        schedule = self.schedules[number]
        return schedule(step - self.until[number - 1] if number else step) if callable(schedule) else schedule


@dataclass
class Plateau:
    """A learning rate that goes down when a loss has not done so for a while.

    It does not depend on the step, but on what `update` is told.

    Parameters
    ----------
    rate : float
    factor : float
        By what it is multiplied.
    patience : int
        How many updates in a row may bring nothing better. The next one lowers the rate.
    threshold : float
        By what share of the best loss so far another has to be better.
    minimum : float
        Where the rate stays.
    rising : bool
        Whether larger is better, as it is of an accuracy.

    Attributes
    ----------
    rate : float
        The present one.
    best : float | None
    waited : int
        How many updates in a row have brought nothing better.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.optimizers import SGD, Plateau
    >>> optimizer = SGD([mg.tensor(1.0)], Plateau(0.1, factor=0.5, patience=1))
    >>> for loss in (5.0, 4.0, 4.5, 4.2):
    ...     optimizer.learning_rate.update(loss)
    >>> optimizer.current_rate
    0.05
    """

    rate: float
    factor: float = 0.1
    patience: int = 10
    threshold: float = 1e-4
    minimum: float = 0.0
    rising: bool = False
    best: float | None = field(default=None, init=False)
    waited: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        for name in ("rate", "threshold", "minimum"):
            checked(name, getattr(self, name))
        checked("factor", self.factor, 1.0)
        flag("rising", self.rising)
        if index(self.patience) < 0:
            raise ValueError(f"Plateau: `patience` must not be negative, but is {self.patience}")

    def __call__(self, step: int) -> float:
        """The present learning rate, whatever the step."""
        return self.rate

    def update(self, loss: Any) -> None:
        """Take note of a loss: that of the test data after an epoch, say."""
        value = float(scalar("loss", asarray(loss) if isinstance(loss, Tensor) else loss))
        if value == value and (self.best is None or self._better(value, self.best)):  # nan is never the best
            self.best, self.waited = value, 0
            return
        self.waited += 1
        if self.waited > self.patience:
            self.rate, self.waited = max(self.rate * self.factor, self.minimum), 0

    def _better(self, value: float, best: float) -> bool:
        margin = self.threshold * abs(best)
        return value > best + margin if self.rising else value < best - margin

    def state_dict(self) -> dict[str, float | int | None]:
        """What the next rates depend on."""
        return {"rate": self.rate, "best": self.best, "waited": self.waited}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where another one stood."""
        if set(named("Plateau", state)) != {"rate", "best", "waited"}:
            raise ValueError(f"the state of a Plateau has rate, best and waited, but this one has {sorted(state)}")
        rate, best, waited = (state[name] for name in ("rate", "best", "waited"))
        self.rate, self.best, self.waited = checked("rate", rate), best, index(waited)
