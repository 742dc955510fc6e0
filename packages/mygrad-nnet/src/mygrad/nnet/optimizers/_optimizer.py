"""What all optimizers share."""

from __future__ import annotations

import math
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from mygrad import Tensor, no_autodiff
from mygrad.nnet._numbers import scalar, values_for

__all__ = ["Optimizer", "buffer", "checked", "checked_pair", "count", "divided", "gradients_of", "listed"]

#: What a state holds besides arrays of the parameter's shape: numbers, which leave float32 as it is.
NUMBERS: dict[str, Callable[[float], float]] = {"count": int, "momentum_product": float}

#: Which arrays of a state are real, of complex parameters too: sums of g * conj(g).
REAL = frozenset(("square", "total"))

Array = np.ndarray[Any, Any]
State = dict[str, Any]


class Optimizer(ABC):
    """Changes parameters in place, by the gradients that the last backward pass left in them.

    Attributes
    ----------
    parameters : list[Tensor]
    learning_rate : float | Callable[[int], float]
        A number, which may be changed between steps, or a schedule: a function of the number of steps so far.
    steps : int
        The number of steps so far.
    weight_decay : float
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        learning_rate: float | Callable[[int], float],
        weight_decay: float = 0.0,
    ) -> None:
        where = type(self).__name__
        self.parameters: list[Any] = listed(where, parameters)
        for i, t in enumerate(self.parameters):
            if t.constant:
                raise TypeError(f"{where}: parameters are tensors to train, but number {i} is a constant")
        if not self.parameters:
            raise ValueError(f"{where}: there are no parameters to train")
        if len(set(map(id, self.parameters))) < len(self.parameters):
            raise ValueError(f"{where}: a parameter is listed twice, and would be changed twice")
        self.learning_rate = learning_rate if callable(learning_rate) else checked("learning_rate", learning_rate)
        self.weight_decay: float = checked("weight_decay", weight_decay)
        self.steps: int = 0
        self._states: list[State] = [{} for _ in self.parameters]

    @property
    def current_rate(self) -> float:
        """The learning rate of the next step."""
        if not callable(self.learning_rate):
            return self.learning_rate
        return checked(f"learning_rate({self.steps})", self.learning_rate(self.steps))

    def step(self) -> None:
        """Change each parameter that has a gradient, which is used up: afterwards it is None.

        A graph that is still alive goes on with the values that the parameters had.

        Warns
        -----
        UserWarning
            If no parameter has a gradient.
        """
        rate = self.current_rate
        self.steps += 1
        # All of them first: a parameter may be a view of the same tensor as another, whose writing drops its gradient.
        gradients = gradients_of(f"{type(self).__name__}.step", self.parameters)
        with no_autodiff:
            for t, gradient, state in zip(self.parameters, gradients, self._states, strict=True):
                if gradient is not None:
                    t -= self._change(t, gradient, state, rate)
                    t.null_grad()

    @abstractmethod
    def _change(self, t: Tensor, gradient: Array, state: State, rate: float) -> Any:
        """What to subtract from `t`. Graphs are not tracked meanwhile; `state` is kept for the next step."""

    def _names(self) -> tuple[str, ...] | None:
        """What is in the `state` of a parameter that has made a step; None if that is not known."""
        return None

    def _decayed(self, t: Tensor, gradient: Array) -> Array:
        """The gradient, if half of `weight_decay` times the sum of the squares is a part of the loss."""
        return (self.weight_decay * t + gradient).data if self.weight_decay else gradient

    def state_dict(self) -> dict[str, Array]:
        """Copies of all that the next steps depend on, by name.

        ``np.savez(file, **optimizer.state_dict())`` saves them.

        See Also
        --------
        load_state_dict : puts them back.
        """
        begun = [bool(slots) for slots in self._states]
        state = {f"{type(self).__name__}.steps": np.array(self.steps), "begun": np.array(begun)}
        if not callable(self.learning_rate):
            state["learning_rate"] = np.array(self.learning_rate)
        for i, slots in enumerate(self._states):
            state.update({f"{i}.{name}": np.array(value) for name, value in slots.items()})
        return state

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where another optimizer stood, of the same kind, for parameters of the same shapes.

        Parameters
        ----------
        state : Mapping[str, array_like]
            From `state_dict`, or the file that ``np.load`` opened.

        Raises
        ------
        ValueError
            If the state is that of another kind of optimizer, or does not fit the parameters, or is not complete.
        TypeError
            If an array is of a dtype that does not fit. In either case nothing has changed.
        """
        kind = type(self).__name__
        if f"{kind}.steps" not in state:
            others = [key.removesuffix(".steps") for key in state if key.endswith(".steps")]
            raise ValueError(f"the state is that of {others[0] if others else 'no optimizer'}, and not that of {kind}")
        entries = dict(state)
        steps, rate = checked(f"{kind}.steps", entries.pop(f"{kind}.steps")), self.learning_rate
        if "learning_rate" in entries:
            loaded = checked("learning_rate", entries.pop("learning_rate"))
            rate = rate if callable(rate) else loaded
        self._states = self._fitting(entries.pop("begun", ()), entries)
        self.steps, self.learning_rate = int(steps), rate

    def _fitting(self, begun: Any, entries: Mapping[str, Any]) -> list[State]:
        """The states of the parameters, made of the entries of a state: complete for those that have begun."""
        begun = np.ravel(begun).tolist()
        if len(begun) != len(self.parameters):
            raise ValueError(f"the state is that of {len(begun)} parameters, but there are {len(self.parameters)}")
        states: list[State] = [{} for _ in self.parameters]
        for key, value in entries.items():
            number, _, name = key.partition(".")
            if not number.isdecimal() or int(number) >= len(states):
                raise ValueError(f"the state has an entry {key!r}, but there are {len(states)} parameters")
            like = self.parameters[int(number)].data
            if name in REAL:
                like = like.real
            states[int(number)][name] = (
                NUMBERS[name](checked(key, value))
                if name in NUMBERS
                else np.array(values_for(key, value, like), like.dtype)
            )
        for i, state in enumerate(states):
            names = self._names()
            names = tuple(state) if names is None else names
            if sorted(state) != (sorted(names) if begun[i] else []):
                raise ValueError(
                    f"the state of parameter {i}, which has {'' if begun[i] else 'not '}begun, consists of "
                    f"{sorted(state)}, but {type(self).__name__} with these settings keeps {sorted(names)} from the "
                    "first step on"
                )
        return states


def listed(where: str, parameters: Any) -> list[Tensor]:
    """The parameters that `where` was given, if they are a list of tensors."""
    if isinstance(parameters, Tensor | np.ndarray | str | Mapping) or not isinstance(parameters, Iterable):
        kind = type(parameters).__name__
        raise TypeError(
            f"{where}: parameters are a list of tensors, such as `[w, b]` or `model.parameters()`, but this is of type "
            f"{kind}"
        )
    tensors = list(parameters)
    for i, t in enumerate(tensors):
        if not isinstance(t, Tensor):
            raise TypeError(f"{where}: parameters are tensors, but number {i} is of type {type(t).__name__}")
    return tensors


def gradients_of(where: str, parameters: list[Tensor]) -> list[Array | None]:
    """The gradients of the parameters. If none has one, it is said so, and why, at the line that called `where`."""
    gradients = [t.grad for t in parameters]
    if parameters and all(gradient is None for gradient in gradients):
        warnings.warn(
            f"{where}: no parameter has a gradient, so nothing is done. Was backward() called? A gradient is dropped "
            "when its tensor is used in another operation, as in `w[0]` or `np.linalg.norm(w)`: do that before "
            "backward(), after the step, or under `mygrad.no_autodiff`.",
            stacklevel=3,
        )
    return gradients


def buffer(state: State, name: str, like: Array, fill: float = 0.0) -> Array:
    """The array `name` of a state, made when it is asked for first."""
    if name not in state:
        state[name] = np.full_like(like, fill)
    return state[name]


def divided(dividend: Array, scale: Array) -> Array:
    """The quotient, written into `scale` if it is of that dtype: a complex one is not."""
    return np.asarray(np.divide(dividend, scale, out=scale if dividend.dtype == scale.dtype else None))


def count(state: State) -> int:
    """The number of steps that a parameter has made, with this one."""
    state["count"] = state.get("count", 0) + 1
    return state["count"]


def checked_pair(name: str, values: Any) -> tuple[float, float]:
    """The setting `values`, called `name`: two numbers from 0 to 1, exclusive."""
    if len(values) != 2:
        raise ValueError(f"`{name}` must be two numbers, but is {values}")
    first, second = values
    return checked(f"{name}[0]", first, 1.0), checked(f"{name}[1]", second, 1.0)


def checked(name: str, value: Any, below: float = math.inf) -> float:
    """The setting `value`, called `name`: a number from 0 to `below`, exclusive."""
    number = float(scalar(name, value))
    if not 0 <= number < below:
        limits = "must not be negative or infinite" if below == math.inf else f"must be at least 0, and below {below}"
        raise ValueError(f"`{name}` {limits}, but is {value}")
    return number
