"""Equations with matrices that are stored by their diagonals: banded ones, and Toeplitz matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from mygrad.extend import composed, defvjp, has_variable, lifts, primitive
from mygrad.scipy._operands import Array, array_operand, conj, operand

__all__ = ["solve_banded", "solve_toeplitz", "solveh_banded"]

# Entry a[i, j] stands in ab[upper + i - j, j].


def _places(bands: int, n: int, first: int) -> tuple[Any, Any]:
    """For bands from `first` on, j + band: which column or row that is, and whether there is one."""
    places = np.arange(n) + np.arange(first, first + bands)[:, None]
    return np.clip(places, 0, n - 1), (places >= 0) & (places < n)


def _transposed(ab: Any, lower: int, upper: int) -> Any:
    """The transposed matrix, as it is stored."""
    places, there = _places(lower + upper + 1, ab.shape[-1], -lower)
    return np.where(there, np.take_along_axis(ab[::-1], places, axis=-1), 0)


@primitive
def _banded(ab: Any, b: Any, lower: int, upper: int, check_finite: bool) -> Any:
    return scipy.linalg.solve_banded((lower, upper), ab, b, check_finite=check_finite)


def _banded_b(g: Any, _x: Any, ab: Any, _b: Any, lower: int, upper: int, check_finite: bool) -> Any:
    return _banded(_transposed(ab, lower, upper), g, lower=upper, upper=lower, check_finite=check_finite)


def _banded_ab(g: Any, x: Any, ab: Any, _b: Any, lower: int, upper: int, check_finite: bool) -> Any:
    z = _banded_b(g, x, ab, _b, lower, upper, check_finite)
    z, x = (y[:, None] if y.ndim == 1 else y for y in (z, x))
    rows, there = _places(lower + upper + 1, ab.shape[-1], -upper)
    return np.where(there, -np.sum(z[rows] * x, axis=-1), 0)


defvjp(_banded, _banded_ab, _banded_b)


def _refuse_batches(function: str, *arrays: Any) -> None:
    if any(a.ndim > 2 for a in arrays):
        raise TypeError(f"{function}: of variables, it takes one matrix, with two dimensions, and no batch of them")


@lifts("scipy.linalg.solve_banded")
def solve_banded(
    l_and_u: Any,
    ab: Array,
    b: Array,
    overwrite_ab: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Any:
    """Solve ``a @ x == b`` for `x`, where `a` has few diagonals.

    Parameters
    ----------
    l_and_u : tuple of ints
        How many diagonals there are below the main one, and above.
    ab : array_like, shape (l + u + 1, N)
        The diagonals: ``ab[u + i - j, j] == a[i, j]``. Of other entries the gradient is zero.
    b : array_like, shape (N,) or (N, K)
    overwrite_ab, overwrite_b : bool
        Have no effect.
    check_finite : bool

    See Also
    --------
    scipy.linalg.solve_banded

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import solve_banded
    >>> ab = mg.tensor([[0.0, 1.0], [2.0, 4.0]])  # [[2, 1], [0, 4]]
    >>> x = solve_banded((0, 1), ab, [5.0, 4.0])
    >>> x[0].backward()
    >>> x, ab.grad + 0.0
    (Tensor([2., 1.]), array([[ 0.   , -0.5  ],
           [-1.   ,  0.125]]))
    """
    ab, b = operand(ab), operand(b)
    if not has_variable([ab, b]):
        return scipy.linalg.solve_banded(l_and_u, ab, b, check_finite=check_finite)
    lower, upper = l_and_u
    ab, b = array_operand(ab), array_operand(b)
    _refuse_batches("solve_banded", ab, b)
    return _banded(ab, b, lower=int(lower), upper=int(upper), check_finite=check_finite)


def _both_halves(ab: Any, lower: bool) -> Any:
    """A Hermitian matrix, whose diagonals on one side are given, with those on both."""
    k = ab.shape[0] - 1
    main = np.real(ab[:1] if lower else ab[-1:])
    side = ab[1:] if lower else ab[:-1]
    places, there = _places(k, ab.shape[-1], -k if lower else 1)
    other = np.where(there, np.take_along_axis(conj(side)[::-1], places, axis=-1), 0)
    return np.concatenate([other, main, side] if lower else [side, main, other])


def _hermitian_formula(ab: Any, b: Any, lower: bool, check_finite: bool) -> Any:
    k = ab.shape[0] - 1
    return _banded(_both_halves(ab, lower), b, lower=k, upper=k, check_finite=check_finite)


_hermitian = composed(scipy.linalg.solveh_banded, _hermitian_formula)


@lifts("scipy.linalg.solveh_banded")
def solveh_banded(
    ab: Array,
    b: Array,
    overwrite_ab: bool = False,
    overwrite_b: bool = False,
    lower: bool = False,
    check_finite: bool = True,
) -> Any:
    """Solve ``a @ x == b`` for `x`, where `a` is positive definite and has few diagonals.

    Parameters
    ----------
    ab : array_like, shape (U + 1, N)
        The diagonals on one side: ``ab[u + i - j, j] == a[i, j]``, or ``ab[i - j, j] == a[i, j]`` if `lower`.
    b : array_like, shape (N,) or (N, K)
    overwrite_ab, overwrite_b : bool
        Have no effect.
    lower : bool
    check_finite : bool

    See Also
    --------
    scipy.linalg.solveh_banded

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import solveh_banded
    >>> ab = mg.tensor([[0.0, 0.0], [2.0, 4.0]])  # [[2, 0], [0, 4]]
    >>> solveh_banded(ab, [2.0, 4.0])[0].backward()
    >>> ab.grad + 0.0
    array([[ 0. , -0.5],
           [-0.5,  0. ]])
    """
    ab, b = operand(ab), operand(b)
    if not has_variable([ab, b]):
        return scipy.linalg.solveh_banded(ab, b, lower=lower, check_finite=check_finite)
    ab, b = array_operand(ab), array_operand(b)
    _refuse_batches("solveh_banded", ab, b)
    return _hermitian(ab, b, lower=lower, check_finite=check_finite)


# --- Toeplitz matrices ----------------------------------------------------------------------------------


@primitive
def _toeplitz(c: Any, r: Any, b: Any, check_finite: bool) -> Any:
    return scipy.linalg.solve_toeplitz((c, r), b, check_finite=check_finite)


def _toeplitz_b(g: Any, _x: Any, c: Any, r: Any, _b: Any, check_finite: bool) -> Any:
    return _toeplitz(np.concatenate([c[:1], r[1:]]), c, g, check_finite=check_finite)


def _sums_along_diagonals(g: Any, x: Any, c: Any, r: Any, _b: Any, check_finite: bool) -> Any:
    """The gradient of the matrix, summed along its diagonals, from the one to the right to the one to the left."""
    z = _toeplitz_b(g, x, c, r, _b, check_finite)
    z, x = (y[:, None] if y.ndim == 1 else y for y in (z, x))
    if not x.size:
        return np.zeros(2 * c.shape[0])
    return -sum([np.convolve(z[:, k], x[::-1, k]) for k in range(x.shape[1])])


def _toeplitz_c(g: Any, x: Any, c: Any, r: Any, _b: Any, check_finite: bool) -> Any:
    return _sums_along_diagonals(g, x, c, r, _b, check_finite)[max(c.shape[0] - 1, 0) :][: c.shape[0]]


def _toeplitz_r(g: Any, x: Any, c: Any, r: Any, _b: Any, check_finite: bool) -> Any:
    n = c.shape[0]
    sums = _sums_along_diagonals(g, x, c, r, _b, check_finite)[:n][::-1]
    return np.where(np.arange(n) == 0, 0, sums)


defvjp(_toeplitz, _toeplitz_c, _toeplitz_r, _toeplitz_b)


@lifts("scipy.linalg.solve_toeplitz")
def solve_toeplitz(c_or_cr: Any, b: Array, check_finite: bool = True) -> Any:
    """Solve ``toeplitz(c, r) @ x == b`` for `x`.

    Parameters
    ----------
    c_or_cr : array_like, shape (N,), or tuple of two
        The first column, and the first row: by default, the conjugate of `c`. Its first entry has no part.
    b : array_like, shape (N,) or (N, K)
    check_finite : bool

    See Also
    --------
    scipy.linalg.solve_toeplitz

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import solve_toeplitz
    >>> c = mg.tensor([2.0, 0.0])
    >>> x = solve_toeplitz((c, [2.0, 1.0]), [3.0, 2.0])  # [[2, 1], [0, 2]]
    >>> x[0].backward()
    >>> x, c.grad
    (Tensor([1., 1.]), array([-0.25,  0.25]))
    """
    if not has_variable([c_or_cr, b]):
        return scipy.linalg.solve_toeplitz(c_or_cr, b, check_finite=check_finite)
    c, r = c_or_cr if isinstance(c_or_cr, tuple) else (c_or_cr, np.conjugate(operand(c_or_cr)))
    c, r, b = array_operand(c), array_operand(r), array_operand(b)
    if c.ndim != 1 or r.ndim != 1 or b.ndim > 2:
        raise TypeError(
            f"solve_toeplitz: of variables, it takes one column and one row, with one dimension each, and `b` with one "
            f"or two; their shapes are {c.shape}, {r.shape} and {b.shape}"
        )
    return _toeplitz(c, r, b, check_finite=check_finite)
