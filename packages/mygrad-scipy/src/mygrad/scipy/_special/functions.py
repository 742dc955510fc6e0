"""Functions of `scipy.special` that are no ufuncs, and so never ask tensors: these do.

Of plain arrays they return what SciPy's do. `mygrad.lift` has them called in the place of SciPy's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special
from scipy.special import _basic, _lambertw
from scipy.special import _ufuncs as sp

from mygrad import Tensor
from mygrad.extend import call_several, lifts, primitive
from mygrad.scipy._operands import array_operand, operand
from mygrad.scipy._special import gammas
from mygrad.scipy._special.numbers import defvjp, defvjp_complex, defvjp_several, defvjp_several_complex

__all__ = [
    "comb",
    "factorial",
    "ivp",
    "jvp",
    "kvp",
    "lambertw",
    "log_softmax",
    "logsumexp",
    "multigammaln",
    "perm",
    "polygamma",
    "sinc",
    "softmax",
    "spherical_in",
    "spherical_jn",
    "spherical_kn",
    "spherical_yn",
    "yvp",
    "zeta",
]

# These ask tensors already, since they call ufuncs.
ivp: Any = _basic.ivp
jvp: Any = _basic.jvp
kvp: Any = _basic.kvp
lambertw: Any = _lambertw.lambertw
yvp: Any = _basic.yvp
zeta: Any = _basic.zeta
sinc: Any = np.sinc


def _has_tensors(*args: Any) -> bool:
    return any(isinstance(a, Tensor) for a in args)


# --- sums of exponentials -----------------------------------------------------------------------------


@primitive
def _softmax(x: Any, axis: Any = None) -> Any:
    return special.softmax(x, axis=axis)


@primitive
def _log_softmax(x: Any, axis: Any = None) -> Any:
    return special.log_softmax(x, axis=axis)


@primitive
def _logsumexp(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return special.logsumexp(a, axis=axis, keepdims=keepdims)


@primitive
def _weighted(a: Any, b: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return special.logsumexp(a, axis=axis, b=b, keepdims=keepdims)


@primitive
def _signed(a: Any, b: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return special.logsumexp(a, axis=axis, b=b, keepdims=keepdims, return_sign=True)


@primitive
def _polar(a: Any, b: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return special.logsumexp(a, axis=axis, b=b, keepdims=keepdims, return_sign=True)


def _spread(x: Any, axis: Any, keepdims: bool) -> Any:
    """What a reduction has returned, in the shape in which it broadcasts against what was reduced."""
    return x if keepdims or axis is None else np.expand_dims(x, axis)


def _weights(g: Any, y: Any, a: Any, axis: Any, keepdims: bool) -> Any:
    return _spread(g, axis, keepdims) * np.exp(a - _spread(y, axis, keepdims))


def _weights_of(g: Any, y: Any, a: Any, b: Any, axis: Any, keepdims: bool) -> Any:
    """Those with factors: where one is 0, even infinity adds nothing."""
    return b * _weights(g, y, np.where(b == 0, 0.0, a), axis, keepdims)


def _softmax_vjp(g: Any, y: Any, _x: Any, axis: Any = None) -> Any:
    return y * (g - np.sum(g * y, axis=axis, keepdims=True))


def _log_softmax_vjp(g: Any, y: Any, _x: Any, axis: Any = None) -> Any:
    return g - np.exp(y) * np.sum(g, axis=axis, keepdims=True)


def _of_parts(gs: Any, ys: Any) -> Any:
    """The gradient of the sum's logarithm, by those of its real part and of exp(i t), where t is the other."""
    g: Any = 0.0 if gs[0] is None else gs[0]
    return g if gs[1] is None else g + 1j * np.imag(gs[1] * ys[1])


defvjp_complex(_softmax, _softmax_vjp)
defvjp_complex(_log_softmax, _log_softmax_vjp)
defvjp_complex(_logsumexp, lambda g, y, a, axis=None, keepdims=False: _weights(g, y, a, axis, keepdims))
defvjp_complex(
    _weighted,
    lambda g, y, a, b, axis=None, keepdims=False: _weights_of(g, y, a, b, axis, keepdims),
    lambda g, y, a, _b, axis=None, keepdims=False: _weights(g, y, a, axis, keepdims),
)
defvjp_several(
    _signed,
    lambda gs, ys, a, b, axis=None, keepdims=False: _weights_of(gs[0] * ys[1], ys[0], a, b, axis, keepdims),
    lambda gs, ys, a, _b, axis=None, keepdims=False: _weights(gs[0] * ys[1], ys[0], a, axis, keepdims),
    steps=(1,),
)
defvjp_several_complex(
    _polar,
    lambda gs, ys, a, b, axis=None, keepdims=False: _weights_of(
        _of_parts(gs, ys) * np.conj(ys[1]), ys[0], a, b, axis, keepdims
    ),
    lambda gs, ys, a, _b, axis=None, keepdims=False: _weights(
        _of_parts(gs, ys) * np.conj(ys[1]), ys[0], a, axis, keepdims
    ),
)


@lifts("scipy.special.softmax")
def softmax(x: Any, axis: int | tuple[int, ...] | None = None) -> Any:
    """Compute the softmax function, as `scipy.special.softmax`.

    Parameters
    ----------
    x : array_like
    axis : int | tuple of ints, optional
        The axes over which the results sum to 1; by default, all.

    Returns
    -------
    Tensor | ndarray
        A tensor if `x` is one.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.special import softmax
    >>> softmax(mg.tensor([0.0, 0.0]))
    Tensor([0.5, 0.5])
    """
    return _softmax(operand(x), axis=axis)


@lifts("scipy.special.log_softmax")
def log_softmax(x: Any, axis: int | tuple[int, ...] | None = None) -> Any:
    """Compute the logarithm of the softmax function, as `scipy.special.log_softmax`.

    Parameters
    ----------
    x : array_like
    axis : int | tuple of ints, optional

    Returns
    -------
    Tensor | ndarray
        A tensor if `x` is one.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.special import log_softmax
    >>> log_softmax(mg.tensor([0.0, 1000.0]))
    Tensor([-1000.,     0.])
    """
    return _log_softmax(operand(x), axis=axis)


@lifts("scipy.special.logsumexp")
def logsumexp(
    a: Any,
    axis: int | tuple[int, ...] | None = None,
    b: Any = None,
    keepdims: bool = False,
    return_sign: bool = False,
) -> Any:
    """Compute the logarithm of a sum of exponentials, as `scipy.special.logsumexp`.

    Parameters
    ----------
    a : array_like
    axis : int | tuple of ints, optional
        The axes to be summed over; by default, all.
    b : array_like, optional
        Factors of the exponentials.
    keepdims : bool
    return_sign : bool
        Whether to return the logarithm of the sum's absolute value and its sign: as a plain array, but for complex
        numbers, whose phase it is, as a tensor.

    Returns
    -------
    Tensor | ndarray | tuple
        A tensor if `a` or `b` is one.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.special import logsumexp
    >>> x = mg.tensor([1000.0, 1000.0])
    >>> y = logsumexp(x)
    >>> y
    Tensor(1000.69314718)
    >>> y.backward()
    >>> x.grad
    array([0.5, 0.5])
    """
    a, b = operand(a), operand(b)
    if return_sign:
        if not _has_tensors(a, b):
            return special.logsumexp(a, axis=axis, b=b, keepdims=keepdims, return_sign=True)
        b = 1.0 if b is None else b
        of_parts = _polar if np.result_type(a, b).kind == "c" else _signed
        return call_several(of_parts, a, b, axis=axis, keepdims=keepdims)
    if b is None:
        return _logsumexp(a, axis=axis, keepdims=keepdims)
    return _weighted(a, b, axis=axis, keepdims=keepdims)


# --- of the gamma function ----------------------------------------------------------------------------


@lifts("scipy.special.polygamma")
def polygamma(n: Any, x: Any) -> Any:
    """Compute a derivative of psi, as `scipy.special.polygamma`.

    Parameters
    ----------
    n : array_like of int
        The order.
    x : array_like

    Returns
    -------
    Tensor | ndarray
        A tensor if `x` is one.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.special import polygamma
    >>> polygamma(1, mg.tensor(1.0))
    Tensor(1.64493407)
    """
    return gammas.polygamma(n, x)


@primitive
def _multigammaln(a: Any, d: int) -> Any:
    return special.multigammaln(a, d)


defvjp(_multigammaln, lambda g, _y, a, d: g * sum([sp.psi(a - i / 2) for i in range(int(d))]))


@lifts("scipy.special.multigammaln")
def multigammaln(a: Any, d: int) -> Any:
    """Compute the logarithm of the multivariate gamma function, as `scipy.special.multigammaln`.

    Parameters
    ----------
    a : array_like
    d : int
        The dimension.

    Returns
    -------
    Tensor | ndarray
        A tensor if `a` is one.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.special import multigammaln
    >>> multigammaln(mg.tensor(2.5), 3)
    Tensor(1.88099546)
    """
    return _multigammaln(a, d)


@primitive
def _factorial(n: Any, **options: Any) -> Any:
    return special.factorial(n, **options)


defvjp(
    _factorial,
    lambda g, _y, n, **_options: g * np.where(n < 0, 0.0, sp.gamma(np.abs(n) + 1) * sp.psi(np.abs(n) + 1)),
    elementwise=True,
)


@lifts("scipy.special.factorial")
def factorial(n: Any, exact: bool = False, **options: Any) -> Any:
    """Compute factorials, as `scipy.special.factorial`: of tensors, the gamma function of `n` + 1.

    Parameters
    ----------
    n : array_like
    exact : bool
        Whether to compute with integers; then no derivative is defined.
    **options : Any
        Others of SciPy's.

    Returns
    -------
    Tensor | ndarray | int
        A tensor if `n` is one.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.special import factorial
    >>> factorial(mg.tensor([3.0, 0.5]))
    Tensor([6.        , 0.88622693])
    """
    if not _has_tensors(n):
        return special.factorial(n, exact=exact, **options)
    _refuse_exact("factorial", exact)
    return _factorial(n, **options)


def _refuse_exact(name: str, exact: bool) -> None:
    if exact:
        raise TypeError(f"{name}: with exact=True it computes integers, which have no derivatives; pass arrays")


@lifts("scipy.special.comb")
def comb(N: Any, k: Any, *, exact: bool = False, repetition: bool = False) -> Any:
    """Compute the number of combinations, as `scipy.special.comb`: of tensors, binomial coefficients.

    Parameters
    ----------
    N, k : array_like
    exact : bool
        Whether to compute with integers; then no derivative is defined.
    repetition : bool
        Whether to count combinations with repetition.

    Returns
    -------
    Tensor | ndarray | int
        A tensor if `N` or `k` is one.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.special import comb
    >>> comb(mg.tensor(5.0), 2)
    Tensor(10.)
    """
    if not _has_tensors(N, k):
        return special.comb(N, k, exact=exact, repetition=repetition)
    _refuse_exact("comb", exact)
    N, k = array_operand(N), array_operand(k)
    if repetition:
        return np.where((k == 0) & (N >= 0), 1.0, sp.binom(N + k - 1, k))
    return np.where((k <= N) & (N >= 0) & (k >= 0), sp.binom(N, k), 0.0)


@lifts("scipy.special.perm")
def perm(N: Any, k: Any, exact: bool = False) -> Any:
    """Compute the number of permutations, as `scipy.special.perm`: of tensors, Pochhammer symbols.

    Parameters
    ----------
    N, k : array_like
    exact : bool
        Whether to compute with integers; then no derivative is defined.

    Returns
    -------
    Tensor | ndarray | int
        A tensor if `N` or `k` is one.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.special import perm
    >>> perm(mg.tensor(5.0), 2)
    Tensor(20.)
    """
    if not _has_tensors(N, k):
        return special.perm(N, k, exact=exact)
    _refuse_exact("perm", exact)
    N, k = array_operand(N), array_operand(k)
    return np.where((k <= N) & (N >= 0) & (k >= 0), sp.poch(N - k + 1, k), 0.0)


# --- spherical Bessel functions -----------------------------------------------------------------------


#: The signs of the orders below and above in the derivative, which is their mean by the numbers `n` and ``n + 1``.
_NEIGHBOURS = {"jn": (1, -1), "yn": (1, -1), "in": (1, 1), "kn": (-1, -1)}


@primitive
def _spherical(n: Any, z: Any, kind: str, derivative: bool) -> Any:
    return getattr(special, f"spherical_{kind}")(n, z, derivative)


def _spherical_vjp(g: Any, y: Any, n: Any, z: Any, kind: str, derivative: bool) -> Any:
    """Of the derivative, by those of the neighbouring orders, which are finite at 0, too."""
    if not derivative:
        return g * _spherical(n, z, kind=kind, derivative=True)
    below = _spherical(np.maximum(n - 1, 0), z, kind=kind, derivative=True)
    above = _spherical(np.add(n, 1), z, kind=kind, derivative=True)
    of_below, of_above = _NEIGHBOURS[kind]
    return g * ((of_below * n * below + of_above * np.add(n, 1) * above) / (2 * np.asarray(n) + 1))


defvjp_complex(_spherical, None, _spherical_vjp, elementwise=True)


def _public(kind: str, title: str, value: str) -> Any:
    def function(n: Any, z: Any, derivative: bool = False) -> Any:
        return _spherical(n, z, kind=kind, derivative=derivative)

    name = function.__name__ = function.__qualname__ = f"spherical_{kind}"
    function.__module__ = "mygrad.scipy.special"
    function.__doc__ = f"""Compute {title}, as `scipy.special.{name}`.

    Parameters
    ----------
    n : array_like of int
        The order.
    z : array_like
    derivative : bool
        Whether to compute the derivative.

    Returns
    -------
    Tensor | ndarray
        A tensor if `z` is one.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.special import {name}
    >>> {name}(0, mg.tensor(1.0))
    Tensor({value})
    """
    return lifts(f"scipy.special.{name}")(function)


spherical_jn: Any = _public("jn", "spherical Bessel functions of the first kind", "0.84147098")
spherical_yn: Any = _public("yn", "spherical Bessel functions of the second kind", "-0.54030231")
spherical_in: Any = _public("in", "modified spherical Bessel functions of the first kind", "1.17520119")
spherical_kn: Any = _public("kn", "modified spherical Bessel functions of the second kind", "0.57786367")
