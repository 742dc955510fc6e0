"""Functions of matrices, and matrix equations.

The derivative of any function of a matrix is a corner of the same function of a larger one (R. Mathias, "A chain rule
for matrix functions and applications", SIAM J. Matrix Anal. Appl. 17, 1996): that of ``[[a, e], [0, a]]`` has, to the
right, the derivative at `a` along `e`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.linalg

from mygrad.extend import composed, defvjp, has_variable, lifts, primitive
from mygrad.scipy._operands import Array, is_complex, operand, refuse, transposed

__all__ = [
    "coshm",
    "cosm",
    "expm",
    "fractional_matrix_power",
    "logm",
    "sinhm",
    "sinm",
    "solve_continuous_lyapunov",
    "solve_discrete_lyapunov",
    "solve_sylvester",
    "sqrtm",
    "tanhm",
    "tanm",
]


def _corner(function: Callable[..., Any], a: Any, e: Any) -> Any:
    """The derivative of a function of matrices at `a`, along `e`."""
    n = a.shape[-1]
    above = np.concatenate([a, e], axis=-1)
    below = np.concatenate([np.zeros_like(a), a], axis=-1)
    return function(np.concatenate([above, below], axis=-2))[..., :n, n:]


_expm = primitive(scipy.linalg.expm)
_logm = primitive(scipy.linalg.logm)
_sqrtm = primitive(scipy.linalg.sqrtm)
_sylvester = primitive(scipy.linalg.solve_sylvester)

defvjp(_expm, lambda g, _y, A: _corner(_expm, transposed(A), g))
defvjp(_logm, lambda g, _y, A: _corner(_logm, transposed(A), g))
defvjp(_sqrtm, lambda g, y, _A: _sylvester(transposed(y), transposed(y), g))


@lifts("scipy.linalg.expm")
def expm(A: Array) -> Any:
    """The exponential of a matrix.

    Parameters
    ----------
    A : array_like, shape (..., N, N)

    See Also
    --------
    scipy.linalg.expm

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import expm
    >>> a = mg.tensor([[0.0, 1.0], [0.0, 0.0]])
    >>> y = expm(a)
    >>> y
    Tensor([[1., 1.],
            [0., 1.]])
    >>> y[0, 1].backward()
    >>> a.grad.round(4)
    array([[0.5   , 1.    ],
           [0.1667, 0.5   ]])
    """
    A = operand(A)
    if has_variable(A) and A.ndim == 0:  # which SciPy computes in double precision
        return np.reshape(np.exp(A.astype(np.result_type(A, np.float64))), (1, 1))
    return _expm(A)


@lifts("scipy.linalg.logm")
def logm(A: Array) -> Any:
    """The logarithm of a matrix: that whose exponential it is, and whose eigenvalues are the principal ones.

    Parameters
    ----------
    A : array_like, shape (..., N, N)

    See Also
    --------
    scipy.linalg.logm

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import logm
    >>> a = mg.tensor([[1.0, 0.0], [0.0, 2.0]])
    >>> mg.trace(logm(a)).backward()
    >>> a.grad + 0.0
    array([[1. , 0. ],
           [0. , 0.5]])
    """
    return _logm(operand(A))


@lifts("scipy.linalg.sqrtm")
def sqrtm(A: Array) -> Any:
    """The principal square root of a matrix.

    Parameters
    ----------
    A : array_like, shape (..., N, N)

    See Also
    --------
    scipy.linalg.sqrtm

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import sqrtm
    >>> a = mg.tensor([[4.0, 0.0], [0.0, 1.0]])
    >>> y = sqrtm(a)
    >>> y
    Tensor([[2., 0.],
            [0., 1.]])
    >>> mg.trace(y).backward()
    >>> a.grad + 0.0
    array([[0.25, 0.  ],
           [0.  , 0.5 ]])
    """
    return _sqrtm(operand(A))


@primitive
def _power(A: Any, t: Any) -> Any:
    return scipy.linalg.fractional_matrix_power(A, t)


defvjp(_power, lambda g, _y, A, t: _corner(lambda a: _power(a, t), transposed(A), g), None)


@lifts("scipy.linalg.fractional_matrix_power")
def fractional_matrix_power(A: Array, t: Any) -> Any:
    """A power of a matrix.

    Parameters
    ----------
    A : array_like, shape (N, N)
    t : float
        No gradient flows to it.

    See Also
    --------
    scipy.linalg.fractional_matrix_power

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import fractional_matrix_power
    >>> a = mg.tensor([[4.0, 0.0], [0.0, 1.0]])
    >>> mg.trace(fractional_matrix_power(a, 0.5)).backward()
    >>> a.grad.round(9) + 0.0
    array([[0.25, 0.  ],
           [0.  , 0.5 ]])
    """
    refuse("fractional_matrix_power", t=t)
    return _power(operand(A), t)


# --- made of exponentials -----------------------------------------------------------------------------


def _wave(sign: int, factor: complex) -> Any:
    """The cosine of the matrix times `factor`, or the sine, of which `sign` tells."""

    def formula(A: Any) -> Any:
        forth, back = _expm(factor * A), _expm(-factor * A)
        y = (forth + sign * back) / (2 if sign > 0 else 2 * factor)
        return y if is_complex(A) else np.real(y)

    return formula


def _ratio(factor: complex) -> Any:
    return lambda A: np.linalg.solve(_wave(1, factor)(A), _wave(-1, factor)(A))


def _public(name: str, title: str, formula: Any) -> Any:
    derived = composed(getattr(scipy.linalg, name), formula)

    def function(A: Any) -> Any:
        return derived(operand(A))

    function.__name__ = function.__qualname__ = name
    function.__module__ = "mygrad.scipy.linalg"
    function.__doc__ = f"""The {title} of a matrix.

    Parameters
    ----------
    A : array_like, shape (..., N, N)

    See Also
    --------
    scipy.linalg.{name}

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import {name}
    >>> a = mg.tensor([[0.0, 1.0], [0.0, 0.0]])
    >>> {name}(a).sum().backward()
    >>> a.grad.shape
    (2, 2)
    """
    return lifts(f"scipy.linalg.{name}")(function)


cosm: Any = _public("cosm", "cosine", _wave(1, 1j))
sinm: Any = _public("sinm", "sine", _wave(-1, 1j))
tanm: Any = _public("tanm", "tangent", _ratio(1j))
coshm: Any = _public("coshm", "hyperbolic cosine", _wave(1, 1.0))
sinhm: Any = _public("sinhm", "hyperbolic sine", _wave(-1, 1.0))
tanhm: Any = _public("tanhm", "hyperbolic tangent", _ratio(1.0))

# --- equations --------------------------------------------------------------------------------------

_continuous = primitive(scipy.linalg.solve_continuous_lyapunov)
_discrete = primitive(scipy.linalg.solve_discrete_lyapunov)


def _sylvester_q(g: Any, _x: Any, a: Any, b: Any, _q: Any) -> Any:
    return _sylvester(transposed(a), transposed(b), g)


def _continuous_q(g: Any, _x: Any, a: Any, _q: Any) -> Any:
    return _continuous(transposed(a), g)


def _discrete_q(g: Any, _x: Any, a: Any, _q: Any, method: Any = None) -> Any:
    return _discrete(transposed(a), g, method=method)


def _continuous_a(g: Any, x: Any, a: Any, _q: Any) -> Any:
    z = _continuous_q(g, x, a, _q)
    return -(np.matmul(z, transposed(x)) + np.conj(np.matmul(transposed(z), x)))


def _discrete_a(g: Any, x: Any, a: Any, _q: Any, method: Any = None) -> Any:
    z = _discrete_q(g, x, a, _q, method)
    return np.matmul(z, np.matmul(np.conj(a), transposed(x))) + np.conj(np.matmul(transposed(z), np.matmul(a, x)))


defvjp(
    _sylvester,
    lambda g, x, a, b, _q: -np.matmul(_sylvester_q(g, x, a, b, _q), transposed(x)),
    lambda g, x, a, b, _q: -np.matmul(transposed(x), _sylvester_q(g, x, a, b, _q)),
    _sylvester_q,
)
defvjp(_continuous, _continuous_a, _continuous_q)
defvjp(_discrete, _discrete_a, _discrete_q)


@lifts("scipy.linalg.solve_sylvester")
def solve_sylvester(a: Array, b: Array, q: Array) -> Any:
    """Solve ``a @ x + x @ b == q`` for `x`.

    Parameters
    ----------
    a : array_like, shape (..., M, M)
    b : array_like, shape (..., N, N)
    q : array_like, shape (..., M, N)

    See Also
    --------
    scipy.linalg.solve_sylvester

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import solve_sylvester
    >>> a, b, q = mg.tensor([[1.0]]), mg.tensor([[3.0]]), mg.tensor([[8.0]])
    >>> x = solve_sylvester(a, b, q)
    >>> x
    Tensor([[2.]])
    >>> x.backward()
    >>> a.grad, q.grad
    (array([[-0.5]]), array([[0.25]]))
    """
    return _sylvester(operand(a), operand(b), operand(q))


@lifts("scipy.linalg.solve_continuous_lyapunov")
def solve_continuous_lyapunov(a: Array, q: Array) -> Any:
    """Solve ``a @ x + x @ a.conj().T == q`` for `x`.

    Parameters
    ----------
    a, q : array_like, shape (..., M, M)

    See Also
    --------
    scipy.linalg.solve_continuous_lyapunov

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import solve_continuous_lyapunov
    >>> a, q = mg.tensor([[2.0]]), mg.tensor([[8.0]])
    >>> solve_continuous_lyapunov(a, q).backward()
    >>> a.grad, q.grad
    (array([[-1.]]), array([[0.25]]))
    """
    return _continuous(operand(a), operand(q))


@lifts("scipy.linalg.solve_lyapunov")
def _solve_lyapunov(a: Array, q: Array) -> Any:  # the older name
    return solve_continuous_lyapunov(a, q)


@lifts("scipy.linalg.solve_discrete_lyapunov")
def solve_discrete_lyapunov(a: Array, q: Array, method: Any = None) -> Any:
    """Solve ``a @ x @ a.conj().T - x + q == 0`` for `x`.

    Parameters
    ----------
    a, q : array_like, shape (..., M, M)
    method : {'direct', 'bilinear'}, optional

    See Also
    --------
    scipy.linalg.solve_discrete_lyapunov

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.linalg import solve_discrete_lyapunov
    >>> a, q = mg.tensor([[0.5]]), mg.tensor([[3.0]])
    >>> x = solve_discrete_lyapunov(a, q)
    >>> x.backward()
    >>> x.round(4), a.grad.round(4), q.grad.round(4)
    (Tensor([[4.]]), array([[5.3333]]), array([[1.3333]]))
    """
    return _discrete(operand(a), operand(q), method=method)
