"""Example calls of every differentiable function, on which its derivatives are checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = ["Example"]


@dataclass(frozen=True)
class Example:
    """One call of a function, at a point where it is smooth.

    Parameters
    ----------
    args : tuple
        Positional arguments.
    params : dict
        Keyword arguments.
    diff : tuple[int, ...], optional
        Positions of the arguments to differentiate; by default those that are floating-point arrays.
    """

    args: tuple[Any, ...]
    params: dict[str, Any] = field(default_factory=dict)
    diff: tuple[int, ...] | None = None

    @property
    def positions(self) -> tuple[int, ...]:
        if self.diff is not None:
            return self.diff
        return tuple(
            i for i, a in enumerate(self.args) if isinstance(a, np.ndarray) and np.issubdtype(a.dtype, np.floating)
        )
