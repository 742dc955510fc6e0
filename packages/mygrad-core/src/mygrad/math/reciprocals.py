"""The reciprocals of trigonometric and hyperbolic functions, and their inverses. NumPy does not have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mygrad._docs import fill_in
from mygrad._results import call
from mygrad._rules import reciprocal_trig as _rules

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike

__all__ = [
    "arccot",
    "arccoth",
    "arccsc",
    "arccsch",
    "arcsec",
    "arcsech",
    "cot",
    "coth",
    "csc",
    "csch",
    "sec",
    "sech",
]


def sec(a: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Secant ``1 / cos(a)``, element by element, of angles in radians.

    {unary}

    Notes
    -----
    The derivative is ``sec(a) * tan(a)``.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([0.0, 1.0])
    >>> y = mg.sec(x)
    >>> y
    Tensor([1.        , 1.85081572])
    >>> y.backward()
    >>> x.grad
    array([0.       , 2.8824747])
    """
    return call(_rules.sec, a, constant=constant)


def csc(a: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Cosecant ``1 / sin(a)``, element by element, of angles in radians.

    {unary}

    Notes
    -----
    The derivative is ``-csc(a) * cot(a)``.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([0.5, 1.0])
    >>> y = mg.csc(x)
    >>> y
    Tensor([2.08582964, 1.18839511])
    >>> y.backward()
    >>> x.grad
    array([-3.81808555, -0.76305972])
    """
    return call(_rules.csc, a, constant=constant)


def cot(a: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Cotangent ``1 / tan(a)``, element by element, of angles in radians.

    {unary}

    Notes
    -----
    The derivative is ``-(1 + cot(a)**2)``.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([0.5, 1.0])
    >>> y = mg.cot(x)
    >>> y
    Tensor([1.83048772, 0.64209262])
    >>> y.backward()
    >>> x.grad
    array([-4.3506853 , -1.41228293])
    """
    return call(_rules.cot, a, constant=constant)


def arcsec(a: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Inverse secant ``arccos(1 / a)``, element by element, in [0, pi].

    {unary}
        It is nan within (-1, 1).

    Notes
    -----
    The derivative is ``1 / (abs(a) * sqrt(a**2 - 1))``.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.5, -2.0])
    >>> y = mg.arcsec(x)
    >>> y
    Tensor([0.84106867, 2.0943951 ])
    >>> y.backward()
    >>> x.grad
    array([0.59628479, 0.28867513])
    """
    return call(_rules.arcsec, a, constant=constant)


def arccsc(a: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Inverse cosecant ``arcsin(1 / a)``, element by element, in [-pi/2, pi/2].

    {unary}
        It is nan within (-1, 1).

    Notes
    -----
    The derivative is ``-1 / (abs(a) * sqrt(a**2 - 1))``.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.5, -2.0])
    >>> y = mg.arccsc(x)
    >>> y
    Tensor([ 0.72972766, -0.52359878])
    >>> y.backward()
    >>> x.grad
    array([-0.59628479, -0.28867513])
    """
    return call(_rules.arccsc, a, constant=constant)


def arccot(a: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Inverse cotangent ``arctan(1 / a)``, element by element, in [-pi/2, pi/2].

    {unary}

    Notes
    -----
    The derivative is ``-1 / (1 + a**2)``.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([0.5, -2.0])
    >>> y = mg.arccot(x)
    >>> y
    Tensor([ 1.10714872, -0.46364761])
    >>> y.backward()
    >>> x.grad
    array([-0.8, -0.2])
    """
    return call(_rules.arccot, a, constant=constant)


def sech(a: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Hyperbolic secant ``1 / cosh(a)``, element by element, without overflow.

    {unary}

    Notes
    -----
    The derivative is ``-sech(a) * tanh(a)``.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([0.0, 1.0])
    >>> y = mg.sech(x)
    >>> y
    Tensor([1.        , 0.64805427])
    >>> y.backward()
    >>> x.grad
    array([-0.        , -0.49355435])
    """
    return call(_rules.sech, a, constant=constant)


def csch(a: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Hyperbolic cosecant ``1 / sinh(a)``, element by element.

    {unary}

    Notes
    -----
    The derivative is ``-csch(a) * coth(a)``.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([0.5, 1.0])
    >>> y = mg.csch(x)
    >>> y
    Tensor([1.91903475, 0.85091813])
    >>> y.backward()
    >>> x.grad
    array([-4.1527018 , -1.11728553])
    """
    return call(_rules.csch, a, constant=constant)


def coth(a: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Hyperbolic cotangent ``1 / tanh(a)``, element by element.

    {unary}

    Notes
    -----
    The derivative is ``-csch(a)**2``.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([0.5, 1.0])
    >>> y = mg.coth(x)
    >>> y
    Tensor([2.16395341, 1.31303529])
    >>> y.backward()
    >>> x.grad
    array([-3.68269438, -0.72406166])
    """
    return call(_rules.coth, a, constant=constant)


def arcsech(a: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Inverse hyperbolic secant ``arccosh(1 / a)``, element by element.

    {unary}
        It is nan outside [0, 1].

    Notes
    -----
    The derivative is ``-1 / (a * sqrt(1 - a**2))``.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([0.25, 0.5])
    >>> y = mg.arcsech(x)
    >>> y
    Tensor([2.06343707, 1.3169579 ])
    >>> y.backward()
    >>> x.grad
    array([-4.13118224, -2.30940108])
    """
    return call(_rules.arcsech, a, constant=constant)


def arccsch(a: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Inverse hyperbolic cosecant ``arcsinh(1 / a)``, element by element.

    {unary}

    Notes
    -----
    The derivative is ``-1 / (abs(a) * sqrt(1 + a**2))``.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([0.5, -2.0])
    >>> y = mg.arccsch(x)
    >>> y
    Tensor([ 1.44363548, -0.48121183])
    >>> y.backward()
    >>> x.grad
    array([-1.78885438, -0.2236068 ])
    """
    return call(_rules.arccsch, a, constant=constant)


def arccoth(a: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """Inverse hyperbolic cotangent ``arctanh(1 / a)``, element by element.

    {unary}
        It is nan within (-1, 1).

    Notes
    -----
    The derivative is ``1 / (1 - a**2)``.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([1.5, -2.0])
    >>> y = mg.arccoth(x)
    >>> y
    Tensor([ 0.80471896, -0.54930614])
    >>> y.backward()
    >>> x.grad
    array([-0.8       , -0.33333333])
    """
    return call(_rules.arccoth, a, constant=constant)


fill_in(globals())
