"""Groups of parameters, each with an optimizer of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.nnet._elsewhere import word_on
from mygrad.nnet.optimizers._optimizer import Optimizer, warn_of_none

__all__ = ["Groups"]

Array = np.ndarray[Any, Any]


class Groups:
    """Several optimizers as one, each of which trains a group of parameters with settings of its own.

    Parameters
    ----------
    *optimizers : Optimizer

    Attributes
    ----------
    optimizers : tuple[Optimizer, ...]
    parameters : list[Tensor]
        Those of all.

    Examples
    --------
    Let weights decay, but not what is added:

    >>> from mygrad.nnet.modules import Linear
    >>> from mygrad.nnet.optimizers import AdamW, Groups
    >>> model = Linear(4, 3)
    >>> matrices = [t for t in model.parameters() if t.ndim > 1]
    >>> others = [t for t in model.parameters() if t.ndim <= 1]
    >>> optimizer = Groups(AdamW(matrices, 1e-3, weight_decay=0.1), AdamW(others, 1e-3, weight_decay=0.0))
    >>> model([[1.0, 2.0, 3.0, 4.0]]).sum().backward()
    >>> optimizer.step()
    """

    def __init__(self, *optimizers: Optimizer) -> None:
        for i, optimizer in enumerate(optimizers):
            if not isinstance(optimizer, Optimizer):
                raise TypeError(f"Groups: expected optimizers, but number {i} is of type {type(optimizer).__name__}")
        if not optimizers:
            raise ValueError("Groups: there is no optimizer")
        self.optimizers: tuple[Optimizer, ...] = optimizers
        self.parameters: list[Any] = [t for optimizer in optimizers for t in optimizer.parameters]
        if len(set(map(id, self.parameters))) < len(self.parameters):
            raise ValueError("Groups: a parameter is in several groups, and would be changed several times")

    def step(self) -> None:
        """Have all optimizers make a step.

        Warns
        -----
        UserWarning
            If no parameter has a gradient.
        """
        fresh = self._fresh()
        if all(optimizer._sums is None for optimizer in self.optimizers):
            warn_of_none("Groups.step", [gradient for part in fresh for gradient in part])
        for optimizer, part in zip(self.optimizers, fresh, strict=True):
            optimizer._go(optimizer._with_sums(part))

    def accumulate(self, scale: float = 1.0) -> None:
        """Add the gradients to those that the next step will go by; see `Optimizer.accumulate`.

        Warns
        -----
        UserWarning
            If no parameter has a gradient.
        """
        fresh = self._fresh()
        warn_of_none("Groups.accumulate", [gradient for part in fresh for gradient in part])
        for optimizer, part in zip(self.optimizers, fresh, strict=True):
            optimizer._take(part, scale)

    def _fresh(self) -> list[list[Array | None]]:
        """The gradients, by groups. All of them first: a parameter may be a view of the same tensor as another."""
        return [[t.grad for t in optimizer.parameters] for optimizer in self.optimizers]

    def _pending(self) -> list[Array | None]:
        """The gradients that the next step will go by: the very arrays, to be written to."""
        return [gradient for optimizer in self.optimizers for gradient in optimizer._pending()]

    def state_dict(self) -> dict[str, Array]:
        """The states of all optimizers, by their numbers and names."""
        return {
            f"{i}.{name}": value
            for i, optimizer in enumerate(self.optimizers)
            for name, value in optimizer.state_dict().items()
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where the optimizers of other groups stood.

        Raises
        ------
        ValueError, TypeError
            If the state does not fit; see `Optimizer.load_state_dict`. In either case nothing has changed.
        """
        parts: list[dict[str, Any]] = [{} for _ in self.optimizers]
        for key in state:
            number, _, name = key.partition(".")
            if not number.isdecimal() or int(number) >= len(parts):
                raise ValueError(f"the state has an entry {key!r}, but there are {len(parts)} groups")
            parts[int(number)][name] = state[key]
        before = [optimizer.state_dict() for optimizer in self.optimizers]
        try:
            for optimizer, part in zip(self.optimizers, parts, strict=True):
                optimizer.load_state_dict(part)
        except Exception:
            for optimizer, part in zip(self.optimizers, before, strict=True):
                optimizer.load_state_dict(part)
            raise

    def __repr__(self) -> str:
        return "\n  ".join(["Groups(", *map(repr, self.optimizers)]) + "\n)"

    if not TYPE_CHECKING:  # or type checkers would take any name

        def __getattr__(self, name: str) -> Any:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{word_on(name)}")
