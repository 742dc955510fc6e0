"""What all optimizers share."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from mygrad import Tensor, no_autodiff

__all__ = ["Optimizer", "buffer", "checked", "count"]

#: What a state holds besides arrays of the parameter's shape: numbers, which leave float32 as it is.
NUMBERS = frozenset(("count", "momentum_product"))

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
        self.parameters: list[Any] = list(parameters)
        for i, t in enumerate(self.parameters):
            if not isinstance(t, Tensor) or t.constant:
                what = "a constant" if isinstance(t, Tensor) else f"of type {type(t).__name__}"
                raise TypeError(f"{type(self).__name__}: parameters are tensors to train, but number {i} is {what}")
        if not self.parameters:
            raise ValueError(f"{type(self).__name__}: there are no parameters to train")
        if len(set(map(id, self.parameters))) < len(self.parameters):
            raise ValueError(f"{type(self).__name__}: a parameter is listed twice, and would be changed twice")
        self.learning_rate = learning_rate if callable(learning_rate) else checked("learning_rate", learning_rate)
        self.weight_decay: float = checked("weight_decay", weight_decay)
        self.steps: int = 0
        self._states: list[State] = [{} for _ in self.parameters]

    @property
    def current_rate(self) -> float:
        """The learning rate of the next step."""
        return self.learning_rate(self.steps) if callable(self.learning_rate) else self.learning_rate

    def step(self) -> None:
        """Change each parameter that has a gradient, which is used up: afterwards it is None.

        A graph that is still alive goes on with the values that the parameters had.
        """
        rate = self.current_rate
        self.steps += 1
        # All of them first: a parameter may be a view of the same tensor as another, whose writing drops its gradient.
        gradients = [t.grad for t in self.parameters]
        with no_autodiff:
            for t, gradient, state in zip(self.parameters, gradients, self._states, strict=True):
                if gradient is not None:
                    t -= self._change(t, gradient, state, rate)
                    t.null_grad()

    @abstractmethod
    def _change(self, t: Tensor, gradient: Array, state: State, rate: float) -> Any:
        """What to subtract from `t`. Graphs are not tracked meanwhile; `state` is kept for the next step."""

    def _decayed(self, t: Tensor, gradient: Array) -> Array:
        """The gradient, if half of `weight_decay` times the sum of the squares is a part of the loss."""
        return (gradient + self.weight_decay * t).data if self.weight_decay else gradient

    def state_dict(self) -> dict[str, Array]:
        """Copies of all that the next steps depend on, by name.

        ``np.savez(file, **optimizer.state_dict())`` saves them.

        See Also
        --------
        load_state_dict : puts them back.
        """
        state = {"steps": np.array(self.steps)}
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
            If the state does not fit the parameters. Then nothing has changed.
        """
        states: list[State] = [{} for _ in self.parameters]
        for key in state:
            number, _, name = key.partition(".")
            if not name:
                continue
            if not number.isdecimal() or int(number) >= len(states):
                raise ValueError(f"the state has an entry {key!r}, but there are {len(states)} parameters")
            t = self.parameters[int(number)]
            if name in NUMBERS:
                states[int(number)][name] = np.asarray(state[key]).item()
                continue
            value = np.array(state[key], t.dtype)
            if value.shape != t.shape:
                raise ValueError(f"{key}: expected an array of the parameter's shape {t.shape}, not {value.shape}")
            states[int(number)][name] = value
        if "steps" not in state:
            raise ValueError("the state lacks an entry 'steps': is it that of an optimizer?")
        self._states = states
        self.steps = int(state["steps"])
        if "learning_rate" in state and not callable(self.learning_rate):
            self.learning_rate = float(state["learning_rate"])


def buffer(state: State, name: str, like: Array, fill: float = 0.0) -> Array:
    """The array `name` of a state, made when it is asked for first."""
    if name not in state:
        state[name] = np.full_like(like, fill)
    return state[name]


def count(state: State) -> int:
    """The number of steps that a parameter has made, with this one."""
    state["count"] = state.get("count", 0) + 1
    return state["count"]


def checked(name: str, value: Any, below: float = math.inf) -> float:
    """The setting `value`, called `name`: a number from 0 to `below`, exclusive."""
    number = float(value)
    if not 0 <= number < below:
        limits = "must not be negative or infinite" if below == math.inf else f"must be at least 0, and below {below}"
        raise ValueError(f"`{name}` {limits}, but is {value}")
    return number
