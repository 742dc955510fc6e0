"""What is measured: groups of rows, each written once for all peers.

A row is a function of a namespace (``numpy``, ``torch``, ``jax.numpy`` or ``autograd.numpy``), constants and variables.
The peers (`benchmarks.peers`) say how such a function is run, differentiated and, for NumPy, replaced by a
derivative that somebody wrote by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np

__all__ = ["DERIVATIVES", "GROUPS", "IMMUTABLE", "Group", "Row", "integers", "load", "mask", "normal", "uniform"]

#: In the order in which they run. The single-shot ones come last.
GROUPS = ("small", "writes", "large", "models", "nnet", "derivatives", "compiled", "growth", "memory", "imports")
#: The peers whose arrays cannot be written to.
IMMUTABLE = ("autograd", "jax", "jax-jit")
#: The modes of rows that are derivatives as functions, of plain arrays.
DERIVATIVES = ("batch_jacobian", "hessian", "hvp", "jacobian", "jvp")

Maker = Callable[[np.random.Generator], np.ndarray]


@dataclass(frozen=True, eq=False)
class Row:
    """One line of the table (a probe may fill several).

    Attributes
    ----------
    mode : str
        ``forward``: with tracking, the result thrown away. ``gradient``: forward and backward.
        ``compiled``: the same by a compiled function, where there is such a thing.
        ``untracked``: forward where no gradient is wanted. ``step``: gradient, then descend along it.
        One of `DERIVATIVES`: of the function, by its first variable. A second one is the vector of a product.
        ``probe``: called once in a fresh process, with the peer, and returns what it measured.
    variables, constants : tuple[Maker, ...]
        The function is called with the namespace, then the constants, then the variables.
    hand : Callable | None
        Forward and backward in plain NumPy: takes what the function takes without the namespace, returns
        the gradients of the variables.
    scanned : Callable | None
        The same for JAX, which should not see a long loop: with the ``scan`` of the namespace ``jax.lax``,
        which comes first.
    own : bool
        Whether the namespace is the peer's own (``mygrad.exp``), where it could be NumPy's (``np.exp``).
    without : tuple[str, ...]
        The peers that cannot do it.
    targets : dict[str, float]
        The most that our figure may be: as a ratio to a column's or, as ``limit``, by itself. Those of a
        probe are given for each of its measures.
    long : bool
        Whether ``--quick`` leaves it out.
    """

    group: str
    title: str
    function: Callable[..., Any]
    mode: str
    variables: tuple[Maker, ...] = ()
    constants: tuple[Maker, ...] = ()
    hand: Callable[..., Any] | None = None
    scanned: Callable[..., Any] | None = None
    own: bool = False
    without: tuple[str, ...] = ()
    targets: dict[str, Any] = field(default_factory=dict)
    long: bool = False


class Group:
    """The rows of a module of this package.

    Parameters
    ----------
    name : str
    **targets : float
        What every row of the group is to reach, unless it says otherwise.
    """

    def __init__(self, name: str, **targets: float) -> None:
        self.name = name
        self.targets = targets
        self.rows: dict[str, Row] = {}

    def row(
        self,
        title: str,
        *variables: Maker,
        mode: str = "gradient",
        targets: dict[str, Any] | None = None,
        **options: Any,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Enter the decorated function into the table. Stacked, it enters the function several times."""

        def register(function: Callable[..., Any]) -> Callable[..., Any]:
            wanted = (targets or {}) if mode == "probe" else self.targets | (targets or {})
            if title in self.rows:
                raise ValueError(f"two rows of {self.name} are called {title!r}")
            self.rows[title] = Row(self.name, title, function, mode, variables, targets=wanted, **options)
            return function

        return register


def load(group: str) -> Group:
    found: Group = import_module(f"benchmarks.workloads.{group}").GROUP
    return found


def uniform(*shape: int, dtype: Any = np.float64) -> Maker:
    """Numbers between 0.5 and 1: no sign changes, no kinks, nothing that grows out of bounds."""
    return lambda rng: np.asarray(rng.uniform(0.5, 1.0, shape), dtype)


def normal(*shape: int, scale: float = 1.0, dtype: Any = np.float64) -> Maker:
    return lambda rng: np.asarray(rng.normal(0.0, scale, shape), dtype)


def integers(low: int, high: int, *shape: int) -> Maker:
    return lambda rng: rng.integers(low, high, shape)


def mask(*shape: int) -> Maker:
    return lambda rng: rng.random(shape) < 0.5
