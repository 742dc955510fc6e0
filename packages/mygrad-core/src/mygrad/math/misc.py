"""Absolute values, clipping and special functions."""

from __future__ import annotations

from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in, made_when_read
from mygrad._engine.handle import Handle
from mygrad._engine.outputs import write_out
from mygrad._engine.ufuncs import ufunc_call
from mygrad._keywords import also_named
from mygrad._results import NO_VALUE, as_array, call, settled
from mygrad._rules.complexes import imaginary, is_complex
from mygrad._rules.piecewise import strict_absolute
from mygrad.ufuncs import ufunc, unary

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, Out

__all__ = ["abs", "absolute", "clip", "i0", "nan_to_num", "sinc"]


@made_when_read
class _Absolute(ufunc):
    """`absolute`, which has a keyword that NumPy's does not have."""

    @property
    def __signature__(self) -> Signature:
        nan_to_num = Parameter("nan_to_num", Parameter.KEYWORD_ONLY, default=True)
        return Signature([*super().__signature__.parameters.values(), nan_to_num])

    def __call__(self, *args: Any, constant: bool | None = None, nan_to_num: bool = True, **params: Any) -> Any:
        if nan_to_num:
            return super().__call__(*args, constant=constant, **params)
        x, *out = args
        if out:
            params["out"] = out[0]
        strict = call(strict_absolute, x, constant=constant)
        return ufunc_call(np.positive, (strict,), constant=constant, **params) if params else strict


absolute: Final = unary(
    np.absolute,
    "Absolute value, element by element.",
    "the sign of `x`: 0 at 0",
    x="[1.0, -2.0, 0.0]",
    y="[1., 2., 0.]",
    grad="[ 1., -1.,  0.]",
    notes="With ``nan_to_num=False`` it is nan at 0, where there is none strictly.",
    more="""\
nan_to_num : bool, optional
    Whether the derivative at 0 is taken as 0, or is nan.
""",
    kind=_Absolute,
)
abs: Final = absolute


@implements(np.clip)
def clip(
    a: ArrayLike,
    a_min: ArrayLike | None = NO_VALUE,
    a_max: ArrayLike | None = NO_VALUE,
    out: Out = None,
    *,
    min: ArrayLike | None = NO_VALUE,
    max: ArrayLike | None = NO_VALUE,
    constant: bool | None = None,
    **kwargs: Any,
) -> Tensor:
    """Elements limited to an interval: ``minimum(maximum(a, a_min), a_max)``.

    Parameters
    ----------
    a : array_like
    a_min, a_max : array_like | None
        The bounds, which broadcast against `a` and are differentiated too; None for no bound.
    {out}
    min, max : array_like | None, optional
        The array API's names of `a_min` and `a_max`.
    {constant if all arguments are constants}
    **kwargs
        As for ufuncs: where, dtype, casting and so on.

    Returns
    -------
    Tensor

    Notes
    -----
    The gradient goes to `a` within the bounds, and to the bound beyond. An element and a bound that tie share
    it.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([-1.0, 0.5, 3.0])
    >>> y = mg.clip(x, 0, 1)
    >>> y
    Tensor([0. , 0.5, 1. ])
    >>> y.backward()
    >>> x.grad
    array([0., 1., 0.])
    """
    if a_min is a_max is NO_VALUE:
        a_min, a_max = (None if bound is NO_VALUE else bound for bound in (min, max))
    elif a_min is NO_VALUE or a_max is NO_VALUE:
        raise TypeError(f"clip() is missing an argument: {'a_min' if a_min is NO_VALUE else 'a_max'}")
    elif not (min is max is NO_VALUE):
        raise ValueError("clip() takes either a_min and a_max or min and max, but not both")
    where = kwargs.get("where", True)
    if out is None or where is True:
        return call(np.clip, a, a_min, a_max, constant=constant, out=out, **kwargs)
    del kwargs["where"]
    clipped = call(np.clip, a, a_min, a_max, constant=constant, **kwargs)
    return ufunc_call(np.positive, (clipped,), out=out, where=where)


@also_named("a")
@implements(np.sinc)
def sinc(x: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Normalised cardinal sine ``sin(pi * x) / (pi * x)``, element by element; 1 at 0.

    Parameters
    ----------
    x : array_like
    {constant if `x` is a constant}

    Returns
    -------
    Tensor

    Notes
    -----
    The derivative is ``(cos(pi * x) - sinc(x)) / x``, computed without cancellation close to 0.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([0.5, 1.0])
    >>> mg.sinc(x).backward()
    >>> x.grad
    array([-1.27323954, -1.        ])
    """
    return call(np.sinc, x, constant=constant)


@implements(np.i0)
def i0(x: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Modified Bessel function of the first kind and order 0, element by element.

    Parameters
    ----------
    x : array_like
    {constant if `x` is a constant}

    Returns
    -------
    Tensor

    Notes
    -----
    The derivative is the function of order 1.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([0.0, 1.0])
    >>> y = mg.i0(x)
    >>> y
    Tensor([1.        , 1.26606588])
    >>> y.backward()
    >>> x.grad
    array([0.        , 0.5651591])
    """
    return call(np.i0, x, constant=constant)


@implements(np.nan_to_num)
def nan_to_num(
    x: ArrayLike,
    copy: bool = True,
    nan: ArrayLike = 0.0,
    posinf: ArrayLike | None = None,
    neginf: ArrayLike | None = None,
    *,
    constant: bool | None = None,
) -> Tensor:
    """Replace nan and infinities by numbers.

    Parameters
    ----------
    x : array_like
    copy : bool, optional
        If False, and `x` is a tensor or an array, that is written in place.
    nan : array_like, optional
        What stands for nan.
    posinf, neginf : array_like, optional
        What stands for infinity and its negative: the largest and the smallest number by default.
    {constant if `x` is a constant}

    Returns
    -------
    Tensor

    Notes
    -----
    Elements that are replaced get a gradient of 0; their gradient goes to what stands for them.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.0, mg.nan])
    >>> y = mg.nan_to_num(x)
    >>> y
    Tensor([1., 0.])
    >>> y.backward()
    >>> x.grad
    array([1., 0.])
    """
    others: Any = nan, posinf, neginf
    if is_complex(x) and isinstance(x, Handle):  # of which either part counts by itself
        parts: Any = [nan_to_num(part, True, *others, constant=constant) for part in (np.real(x), np.imag(x))]
        result = parts[0] + imaginary(parts[1])
        return result if copy else write_out(x, result)
    if not copy and isinstance(x, np.ndarray):
        return settled(as_array(np.nan_to_num(x, False, *others)), constant)
    result = call(np.nan_to_num, x, True, *others, constant=constant)
    return write_out(x, result) if not copy and isinstance(x, Handle) else result


fill_in(globals())
