"""What all optimizers share."""

from __future__ import annotations

import math
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad import Tensor, no_autodiff
from mygrad.extend import refuse_recording
from mygrad.nnet._elsewhere import word_on
from mygrad.nnet._numbers import named, scalar, values_for

__all__ = ["Optimizer", "buffer", "checked", "checked_pair", "count", "divided", "listed", "warn_of_none"]

#: What a state holds besides arrays of the parameter's shape: numbers, which leave float32 as it is.
NUMBERS: dict[str, Callable[[float], float]] = {"count": int, "momentum_product": float}

#: Which arrays of a state are real, of complex parameters too: sums of g * conj(g).
REAL = frozenset(("largest", "square", "total"))

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
        self._sums: list[Array | None] | None = None

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
        # All of them first: a parameter may be a view of the same tensor as another, whose writing drops its gradient.
        fresh = [t.grad for t in self.parameters]
        if self._sums is None:
            warn_of_none(f"{type(self).__name__}.step", fresh)
        self._go(self._with_sums(fresh))

    def accumulate(self, scale: float = 1.0) -> None:
        """Add the gradients to those that the next step will go by, and use them up: afterwards they are None.

        So a step can go by the gradients of several backward passes, of batches that are too large for one, say. It is
        done after each of them: a gradient is dropped when its tensor is used again. What the last pass left is added
        by the step itself, too.

        Parameters
        ----------
        scale : float
            What the gradients are multiplied by: one by the number of passes gives their mean.

        Warns
        -----
        UserWarning
            If no parameter has a gradient.

        Examples
        --------
        >>> import mygrad as mg
        >>> from mygrad.nnet.optimizers import SGD
        >>> w = mg.tensor(1.0)
        >>> optimizer = SGD([w], learning_rate=0.5)
        >>> for x in (1.0, 3.0):
        ...     (w * x).backward()
        ...     optimizer.accumulate(1 / 2)
        >>> optimizer.step()
        >>> w
        Tensor(0.)
        """
        fresh = [t.grad for t in self.parameters]
        warn_of_none(f"{type(self).__name__}.accumulate", fresh)
        self._take(fresh, scale)

    def _take(self, fresh: list[Array | None], scale: float) -> None:
        """Accumulate these gradients, which those of the parameters are."""
        _refuse_recording(self)
        scale = float(scalar("scale", scale))
        sums = self._with_sums([None if g is None else np.asarray(g * g.dtype.type(scale)) for g in fresh])
        self._sums = sums if any(part is not None for part in sums) else None
        for t in self.parameters:
            t.null_grad()

    def _with_sums(self, fresh: list[Array | None]) -> list[Array | None]:
        """These gradients, added to those that have been accumulated."""
        if self._sums is None:
            return fresh
        pairs = zip(self._sums, fresh, strict=True)
        return [a if b is None else b if a is None else np.asarray(a + b) for a, b in pairs]

    def _pending(self) -> list[Array | None]:
        """The gradients that the next step will go by: the very arrays, to be written to."""
        fresh = [t.grad for t in self.parameters]
        if self._sums is None:
            return fresh
        self._take(fresh, 1.0)
        return self._sums or []

    def _go(self, gradients: list[Array | None]) -> None:
        """Make a step by these gradients."""
        _refuse_recording(self)
        rate = self.current_rate
        self.steps += 1
        self._sums = None
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
        for i, part in enumerate(self._sums or ()):
            if part is not None:
                state[f"accumulated.{i}"] = np.array(part)
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
        if f"{kind}.steps" not in named(kind, state):
            others = [key.removesuffix(".steps") for key in state if key.endswith(".steps")]
            raise ValueError(f"the state is that of {others[0] if others else 'no optimizer'}, and not that of {kind}")
        entries = dict(state)
        steps, rate = checked(f"{kind}.steps", entries.pop(f"{kind}.steps")), self.learning_rate
        if "learning_rate" in entries:
            loaded = checked("learning_rate", entries.pop("learning_rate"))
            rate = rate if callable(rate) else loaded
        sums = [entries.pop(f"accumulated.{i}", None) for i in range(len(self.parameters))]
        for i, (part, t) in enumerate(zip(sums, self.parameters, strict=True)):
            if part is not None:
                sums[i] = np.array(values_for(f"accumulated.{i}", part, t), t.dtype)
        self._states = self._fitting(entries.pop("begun", ()), entries)
        self._sums = sums if any(part is not None for part in sums) else None
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

    def __repr__(self) -> str:
        numbers = sum(t.size for t in self.parameters)
        settings = {name: value for name, value in vars(self).items() if name[0] != "_" and name != "parameters"}
        listed = ", ".join(f"{name}={value!r}" for name, value in settings.items())
        return f"{type(self).__name__}({numbers:,} numbers in {len(self.parameters)} tensors, {listed})"

    if not TYPE_CHECKING:  # or type checkers would take any name

        def __getattr__(self, name: str) -> Any:
            if hasattr(type(self), name):  # a property, whose own error says what is missing
                return super().__getattribute__(name)
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{word_on(name)}")


def _refuse_recording(optimizer: Optimizer) -> None:
    refuse_recording(
        f"has {type(optimizer).__name__} change parameters, and keep what its next step takes, as no program does",
        "Compile the loss and its gradient, `mygrad.compile(mygrad.value_and_grad(loss))`, with the values of the "
        "parameters (`t.data`) as arguments. Outside, hand the gradients over (`t.grad = g`), and make the step.",
    )


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
            raise TypeError(
                f"{where}: parameters are tensors, but number {i} is of type {type(t).__name__}. Those of a model are "
                "`model.parameters()`"
            )
    return tensors


def warn_of_none(where: str, gradients: list[Array | None]) -> None:
    """If there is no gradient at all, it is said so, and why, at the line that called `where`."""
    if gradients and all(gradient is None for gradient in gradients):
        warnings.warn(
            f"{where}: no parameter has a gradient, so nothing is done. Was backward() called? A gradient is dropped "
            "when its tensor is used in another operation, as in `w[0]` or `np.linalg.norm(w)`: do that before "
            "backward(), after the step, or under `mygrad.no_autodiff`.",
            stacklevel=3,
        )


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
