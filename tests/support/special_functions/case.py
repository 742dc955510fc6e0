"""What an entry of the catalogue is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

import mpmath as mp
from scipy.special import _ufuncs

__all__ = ["CASES", "DIGITS", "Case", "add", "inverse"]

#: Of mpmath. It differentiates by differences, for which it takes more.
DIGITS = 40

Number = Any
Reference = Callable[..., Number]


@dataclass(frozen=True)
class Case:
    """A ufunc, and how to tell its derivatives.

    Attributes
    ----------
    ufunc : np.ufunc
    references : tuple[Callable, ...]
        For each output the function in mpmath, up to a constant.
    points : tuple[tuple[float, ...], ...]
    wrt : tuple[int, ...]
        The positions of the arguments that have derivatives.
    integrals : bool
        Whether the references are the first derivatives: of integrals, which mpmath would compute again and again.
    solves_for : int | None
        Of an inverse: the argument of the reference that it returns. The reference gives the one in its place.
    refused : frozenset[tuple[int, int]]
        Second derivatives that there are none of.
    accuracy, second : float
        Relative errors of the first and second derivatives.
    float32 : bool
        Whether to try it in single precision.
    """

    ufunc: Any
    references: tuple[Reference, ...]
    points: tuple[tuple[Any, ...], ...]
    wrt: tuple[int, ...]
    integrals: bool = False
    solves_for: int | None = None
    refused: frozenset[tuple[int, int]] = frozenset()
    accuracy: float = 1e-9
    second: float = 1e-7
    float32: bool = True

    @property
    def pairs(self) -> list[tuple[int, int]]:
        return list(combinations_with_replacement(self.wrt, 2))

    def derivative(self, output: int, point: Sequence[float], *by: int) -> Number:
        """The derivative of an output by the arguments at these positions, from mpmath."""
        with mp.workdps(DIGITS):
            args = [mp.mpf(a) if isinstance(a, float) else a for a in point]
            orders = [by.count(i) for i in range(len(args))]
            reference = self.references[output]
            if self.integrals:
                return mp.diff(reference, args[0], orders[0] - 1)
            if self.solves_for is None:
                return partial(reference, args, orders)
            at = self.solves_for
            args[at] = mp.mpf(float(self.ufunc(*point)))
            assert len(by) == 1, "second derivatives of inverses are compared with differences"
            slope = partial(reference, args, [int(i == at) for i in range(len(args))])
            return 1 / slope if by[0] == at else -partial(reference, args, orders) / slope


def partial(f: Reference, args: Sequence[Number], orders: Sequence[int]) -> Number:
    """A derivative of `f`. Arguments are moved in proportion to their sizes, which may be extreme."""
    moving = [i for i, n in enumerate(orders) if n]
    scales = [abs(args[i]) or mp.mpf(1) for i in moving]

    def moved(*steps: Number) -> Number:
        at = list(args)
        for i, step, scale in zip(moving, steps, scales, strict=True):
            at[i] = args[i] + step * scale
        return f(*at)

    often = tuple(orders[i] for i in moving)
    slope = mp.diff(moved, (0,) * len(moving), often) if len(moving) > 1 else mp.diff(moved, 0, often[0])
    return slope / mp.fprod([scale**n for scale, n in zip(scales, often, strict=True)])


CASES: dict[str, Case] = {}


def add(
    name: str,
    reference: Reference | tuple[Reference, ...],
    *points: Any,
    wrt: Sequence[int] | None = None,
    refused: Sequence[tuple[int, int]] = (),
    **options: Any,
) -> None:
    """Enter a ufunc. A point that is a number is the one argument."""
    ufunc = getattr(_ufuncs, name, None)
    if ufunc is None:  # in another version of SciPy
        return
    tuples = tuple(p if isinstance(p, tuple) else (p,) for p in points)
    references = reference if isinstance(reference, tuple) else (reference,)
    wrt = tuple(range(ufunc.nin)) if wrt is None else tuple(wrt)
    CASES[name] = Case(ufunc, references, tuples, wrt, refused=frozenset(refused), **options)


def inverse(name: str, reference: Reference, at: int, *points: Any, **options: Any) -> None:
    """Enter the inverse of `reference` in its argument `at`."""
    add(name, reference, *points, solves_for=at, **options)
