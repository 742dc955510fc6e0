"""Functions of `scipy.sparse.linalg`: equations with sparse matrices, by their values and by the right side."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse
import scipy.sparse.linalg

from mygrad.extend import defvjp, has_variable, lifts, linear, primitive
from mygrad.scipy._operands import Array, array_operand, plain
from mygrad.scipy.sparse._arrays import SparseArray, parts_of
from mygrad.scipy.sparse._pattern import Pattern, by_entries

__all__ = ["expm_multiply", "factorized", "spsolve"]


class _Solver:
    """How equations are solved, of a matrix with some pattern, and those of the transposed one."""

    def __init__(self, pattern: Pattern, solve: Callable[..., Any], transposed: Callable[[], _Solver]) -> None:
        self.pattern, self.solve, self._transposed = pattern, solve, transposed

    @cached_property
    def T(self) -> _Solver:
        return self._transposed()


@primitive
def _solved(data: Any, b: Any, *, solver: _Solver) -> Any:
    return solver.solve(data, b)


defvjp(
    _solved,
    lambda g, x, data, _b, *, solver: -by_entries(_solved(data, g, solver=solver.T), x, solver.pattern),
    lambda g, _x, data, _b, *, solver: np.reshape(_solved(data, g, solver=solver.T), _b.shape),
)


def _compressed(A: Any) -> tuple[Any, Pattern]:
    """The values and the pattern, in a format that SuperLU takes."""
    data, pattern = parts_of(A)
    if pattern.kind == "coo":
        return parts_of(A.tocsc())
    return data, pattern


def _own(pattern: Pattern, data: Any) -> Any:
    """A matrix of SciPy's that it may sort."""
    return pattern.matrix(data).copy()


def _anew(pattern: Pattern, how: dict[str, Any]) -> _Solver:
    def solve(data: Any, b: Any) -> Any:
        return scipy.sparse.linalg.spsolve(_own(pattern, data), b, **how)

    return _Solver(pattern, solve, lambda: _anew(pattern.T, how))


@lifts("scipy.sparse.linalg.spsolve")
def spsolve(A: Any, b: Array, permc_spec: str | None = None, use_umfpack: bool = True) -> Any:
    """Solve ``A @ x == b`` for `x`, where `A` is sparse.

    Parameters
    ----------
    A : sparse array, shape (n, n)
        Of SciPy's; or of `mygrad.scipy.sparse`, whose values may be variables.
    b : array_like, shape (n,) or (n, k)
    permc_spec : str, optional
    use_umfpack : bool

    See Also
    --------
    scipy.sparse.linalg.spsolve

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.sparse import csr_array
    >>> from mygrad.scipy.sparse.linalg import spsolve
    >>> data, b = mg.tensor([2.0, 4.0]), mg.tensor([6.0, 8.0])
    >>> x = spsolve(csr_array((data, ([0, 1], [0, 1]))), b)
    >>> x
    Tensor([3., 2.])
    >>> x.sum().backward()
    >>> data.grad, b.grad
    (array([-1.5, -0.5]), array([0.5 , 0.25]))
    """
    if not isinstance(A, SparseArray) and not has_variable(b):
        return scipy.sparse.linalg.spsolve(A, plain(b), permc_spec, use_umfpack)
    if scipy.sparse.issparse(b) or isinstance(b, SparseArray):
        raise TypeError("spsolve: beside variables, `b` has to be dense (`b.toarray()`)")
    data, pattern = _compressed(A)
    how = {"permc_spec": permc_spec, "use_umfpack": use_umfpack}
    return _solved(data, array_operand(b, float), solver=_anew(pattern, how))


def factorized(A: Any) -> Callable[[Array], Any]:
    """A function that solves ``A @ x == b`` for `x`, with factors of `A` that are computed once.

    Parameters
    ----------
    A : sparse array, shape (n, n)
        Of SciPy's; or of `mygrad.scipy.sparse`, whose values may be variables.

    See Also
    --------
    scipy.sparse.linalg.factorized

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.sparse import csc_array
    >>> from mygrad.scipy.sparse.linalg import factorized
    >>> data = mg.tensor([2.0, 4.0])
    >>> solve = factorized(csc_array((data, [0, 1], [0, 1, 2])))
    >>> x = solve([6.0, 8.0])
    >>> x.sum().backward()
    >>> x, data.grad
    (Tensor([3., 2.]), array([-1.5, -0.5]))
    """
    data, pattern = _compressed(A)
    matrix = _own(pattern, plain(data))
    solve = scipy.sparse.linalg.factorized(matrix if isinstance(A, SparseArray) else A)

    def turned() -> _Solver:
        factors = scipy.sparse.linalg.splu(matrix.tocsc())
        return _Solver(pattern.T, lambda _data, b: factors.solve(b, "T"), lambda: solver)

    solver = _Solver(pattern, lambda _data, b: solve(b), turned)

    def solved(b: Array) -> Any:
        return _solved(data, array_operand(b, float), solver=solver)

    return solved


_expm_multiply = linear(
    lambda B, *, A, traceA: scipy.sparse.linalg.expm_multiply(A, B, traceA=traceA),
    lambda g, _shape, *, A, traceA: scipy.sparse.linalg.expm_multiply(A.T, g, traceA=traceA),
)


@lifts("scipy.sparse.linalg.expm_multiply")
def expm_multiply(
    A: Any,
    B: Array,
    start: float | None = None,
    stop: float | None = None,
    num: int | None = None,
    endpoint: bool | None = None,
    traceA: Any = None,
) -> Any:
    """The exponential of `A` times `B`, without the exponential.

    Parameters
    ----------
    A : sparse array, shape (n, n)
        No gradient flows to its values.
    B : array_like, shape (n,) or (n, k)
    start, stop, num, endpoint : optional
        Not beside variables.
    traceA : optional

    See Also
    --------
    scipy.sparse.linalg.expm_multiply

    Examples
    --------
    >>> import mygrad as mg
    >>> import scipy.sparse
    >>> from mygrad.scipy.sparse.linalg import expm_multiply
    >>> b = mg.tensor([1.0, 2.0])
    >>> y = expm_multiply(scipy.sparse.csr_array([[0.0, 1.0], [0.0, 0.0]]), b)
    >>> y[0].backward()
    >>> y.round(6), b.grad.round(6)
    (Tensor([3., 2.]), array([1., 1.]))
    """
    if isinstance(A, SparseArray):
        if has_variable(A.data):
            raise TypeError("expm_multiply: no gradient flows to the values of `A`. Pass an array of SciPy's")
        data, pattern = parts_of(A)
        A = pattern.matrix(plain(data))
    if not has_variable(B):
        return scipy.sparse.linalg.expm_multiply(A, plain(B), start, stop, num, endpoint, traceA)
    if not (start is stop is num is endpoint is None):
        raise TypeError("expm_multiply: beside variables, there can be no `start`, `stop`, `num` and `endpoint`")
    return _expm_multiply(array_operand(B), A=A, traceA=traceA)
