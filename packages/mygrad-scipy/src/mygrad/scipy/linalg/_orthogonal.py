"""QR decompositions."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from mygrad.extend import call_several, defvjp_several, has_variable, lifts, primitive
from mygrad.scipy._operands import Array, adjoint, conj, operand, transposed
from mygrad.scipy.linalg._gaps import determined

__all__ = ["qr"]


@primitive
def _qr(a: Any, mode: str, check_finite: bool) -> Any:
    return scipy.linalg.qr(a, mode=mode, check_finite=check_finite)


@primitive
def _pivoted(a: Any, mode: str, check_finite: bool) -> Any:
    return scipy.linalg.qr(a, mode=mode, pivoting=True, check_finite=check_finite)


def _qr_vjp(gs: Any, outs: Any, a: Any, mode: str, check_finite: bool) -> Any:
    (gq, gr), (q, r) = gs, outs
    m, n = a.shape[-2:]
    k = min(m, n)
    q, r = q[..., :k], r[..., :k, :k]
    gq = None if gq is None else determined(gq, k, "qr: the last columns of Q")
    beside: Any = None
    if gr is not None:
        gr = gr[..., :k, :]
        if n > m:  # the columns on the right are adjoint(q) @ a
            right, gr = gr[..., k:], gr[..., :k]
            of_q = np.matmul(conj(a[..., k:]), adjoint(right))
            gq = of_q if gq is None else gq + of_q
            beside = np.matmul(conj(q), right)
    elif n > m:
        beside = np.zeros_like(a[..., k:])
    inner: Any = 0 if gr is None else np.matmul(r, transposed(np.triu(gr)))
    if gq is None:
        gq = 0
    else:
        inner = inner - np.matmul(transposed(gq), q)
    lower = np.tril(inner, -1)
    symmetric = conj(lower) + transposed(lower) + np.real(inner) * np.eye(k, dtype=np.finfo(a.dtype).dtype)
    back = transposed(np.linalg.solve(r, transposed(gq + np.matmul(conj(q), symmetric))))
    return back if beside is None else np.concatenate([back, beside], axis=-1)


def _pivoted_vjp(gs: Any, outs: Any, a: Any, mode: str, check_finite: bool) -> Any:
    order = np.asarray(outs[2])[..., None, :]
    back = _qr_vjp(gs[:2], outs[:2], np.take_along_axis(a, order, axis=-1), mode, check_finite)
    return np.take_along_axis(back, np.argsort(order, axis=-1), axis=-1)


defvjp_several(_qr, _qr_vjp)
defvjp_several(_pivoted, _pivoted_vjp, steps=(2,))


@lifts("scipy.linalg.qr")
def qr(
    a: Array,
    overwrite_a: bool = False,
    lwork: Any = None,
    mode: str = "full",
    pivoting: bool = False,
    check_finite: bool = True,
) -> Any:
    """The QR decomposition of a matrix, ``a == Q @ R``, with Q unitary and R triangular.

    Parameters
    ----------
    a : array_like, shape (..., M, N)
    overwrite_a, lwork :
        Have no effect.
    mode : {'full', 'r', 'economic', 'raw'}
        In full, Q has columns that make it square, and that have no derivative. Of variables, not ``"raw"``.
    pivoting : bool
        Whether to put columns in another order, which is returned, too: as a plain array.
    check_finite : bool

    See Also
    --------
    scipy.linalg.qr

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import qr
    >>> a = mg.tensor([[3.0, 1.0], [4.0, 2.0]])
    >>> q, r = qr(a)
    >>> abs(r[0, 0]).backward()  # the length of the first column
    >>> a.grad.round(9) + 0.0
    array([[0.6, 0. ],
           [0.8, 0. ]])
    """
    a = operand(a)
    if not has_variable(a):
        return scipy.linalg.qr(a, mode=mode, pivoting=pivoting, check_finite=check_finite)
    if mode == "raw":
        raise TypeError("qr: of variables, the mode 'raw' has no derivative. Take 'economic'")
    function = _pivoted if pivoting else _qr
    results = call_several(function, a, mode="full" if mode == "r" else mode, check_finite=check_finite)
    return tuple(results[1:]) if mode == "r" else results
