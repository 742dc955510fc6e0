"""Rules of functions that are defined piece by piece: absolute value, larger and smaller, selection, rounding.

Where pieces meet, two conventions hold: operands that tie for a maximum or a minimum share the gradient
equally, and the derivative is 0 where 0 lies between the slopes on either side (`absolute`, `direction`).
What a function passes over takes a gradient of exactly 0, even if the gradient that comes in is inf or nan.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from mygrad._rules.complexes import imaginary, is_complex, over_size, phase
from mygrad._rules.rule import RULES, defvjp, primitive

__all__ = ["WHERE", "direction", "strict_absolute", "strict_sign", "unwrapped"]

# --- absolute value and sign ------------------------------------------------------------------------


def _absolute(g: Any, _y: Any, x: Any) -> Any:
    if not is_complex(x):
        return g * np.sign(x)
    quickly = over_size(x, g)
    return g * np.conjugate(phase(x)) if quickly is None else quickly


defvjp(np.absolute, _absolute)
defvjp(np.fabs, lambda g, _y, x: g * np.sign(x))


@primitive
def strict_absolute(x: Any) -> Any:
    """The absolute value, with a derivative of nan instead of 0 at 0."""
    return np.absolute(x)


@primitive
def strict_sign(x: Any) -> Any:
    """The sign of real numbers, nan at 0, and so is its derivative."""
    return np.where(x == 0, np.nan, np.sign(x))


def _strict_absolute(g: Any, _y: Any, x: Any) -> Any:
    return g * np.conjugate(np.where(x == 0, np.nan, phase(x))) if is_complex(x) else g * strict_sign(x)


defvjp(strict_absolute, _strict_absolute, elementwise=True)
defvjp(strict_sign, lambda g, _y, x: g * np.where(x == 0, np.nan, np.zeros_like(g)), elementwise=True, real=True)


@primitive
def direction(x: Any, length: Any) -> Any:
    """``x / length``, the gradient of a length by `x`; 0 where the length is 0, as a subgradient.

    The derivatives of this are nan there. The length may be on its way to be squared, so that all is smooth, and then
    the second derivative is not 0.
    """
    return x / np.where(length == 0, np.inf, length)  # not g / length, or g * x, which may overflow


def _or_nan(length: Any) -> Any:
    return np.where(length == 0, np.nan, length)


defvjp(
    direction,
    lambda g, _y, _x, length: g / _or_nan(length),
    lambda g, y, _x, length: -g * (y / _or_nan(length)),
    elementwise=True,
)


def _angle(g: Any, _y: Any, z: Any, deg: bool = False) -> Any:
    """The imaginary part of ``g / z``, as of a logarithm, but 0 at 0; of real numbers 0."""
    if not is_complex(z):
        return np.zeros_like(g)
    g = np.degrees(g) if deg else g
    quickly = over_size(z, g, 2)
    if quickly is not None:
        quickly *= -1j
        return quickly
    size = np.abs(z)
    return -imaginary(g) * np.conjugate(direction(direction(z, size), size))


defvjp(np.angle, _angle, elementwise=True, masks=True, singular=True)


def _copysign_wrt_magnitude(g: Any, _y: Any, a: Any, b: Any) -> Any:
    sign = np.sign(a)
    return g * np.where(np.signbit(b), -sign, sign)


defvjp(np.copysign, _copysign_wrt_magnitude, lambda g, _y, _a, _b: np.zeros_like(g), masks=True)

# --- the larger and the smaller ---------------------------------------------------------------------

Holds = Callable[[Any, Any], Any]


def _share(g: Any, a: Any, b: Any, holds: Holds) -> Any:
    """The part of `g` that goes to `a`, out of `a` and `b`; ``holds(a, b)``: where `a` is the result."""
    mine, other = holds(a, b), holds(b, a)
    return np.where(mine, g, 0) / np.add(mine, other, dtype=np.int8)  # int8: float32 / int8 is float32


def _extremum(holds: Holds) -> tuple[Callable[..., Any], Callable[..., Any]]:
    return (lambda g, _y, a, b: _share(g, a, b, holds)), (lambda g, _y, a, b: _share(g, b, a, holds))


def _larger(a: Any, b: Any) -> Any:
    return (a >= b) | np.isnan(a)


def _smaller(a: Any, b: Any) -> Any:
    return (a <= b) | np.isnan(a)


defvjp(np.maximum, *_extremum(_larger), masks=True)
defvjp(np.minimum, *_extremum(_smaller), masks=True)
defvjp(np.fmax, *_extremum(lambda a, b: (a >= b) | np.isnan(b)), masks=True)
defvjp(np.fmin, *_extremum(lambda a, b: (a <= b) | np.isnan(b)), masks=True)

# --- clip: minimum(maximum(a, a_min), a_max), in its ties too ---------------------------------------

Share = Callable[[Any, Any, Any, Any], Any]


def _clip_vjp(share: Share) -> Callable[..., Any]:
    """The vjp ``share(g, a, lower, upper)`` under the signature of ``np.clip``; a bound may be None."""

    def vjp(
        g: Any,
        _y: Any,
        a: Any,
        a_min: Any = None,
        a_max: Any = None,
        *,
        min: Any = None,
        max: Any = None,
        where: Any = True,
        **_ufunc_params: Any,
    ) -> Any:
        if where is not True:
            g = np.where(where, g, 0)
        return share(g, a, min if a_min is None else a_min, max if a_max is None else a_max)

    return vjp


def _raised(a: Any, lower: Any) -> Any:
    return a if lower is None else np.maximum(a, lower)


def _share_of_raised(g: Any, a: Any, lower: Any, upper: Any) -> Any:
    return g if upper is None else _share(g, _raised(a, lower), upper, _smaller)


def _share_of_a(g: Any, a: Any, lower: Any, upper: Any) -> Any:
    g = _share_of_raised(g, a, lower, upper)
    return g if lower is None else _share(g, a, lower, _larger)


def _share_of_lower(g: Any, a: Any, lower: Any, upper: Any) -> Any:
    return _share(_share_of_raised(g, a, lower, upper), lower, a, _larger)


def _share_of_upper(g: Any, a: Any, lower: Any, upper: Any) -> Any:
    return _share(g, upper, _raised(a, lower), _smaller)


defvjp(np.clip, _clip_vjp(_share_of_a), _clip_vjp(_share_of_lower), _clip_vjp(_share_of_upper), masks=True)

# --- selection --------------------------------------------------------------------------------------


def _nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    return np.nan_to_num(x, True, nan, posinf, neginf)  # never in place


def _replacing(is_replaced: Callable[[Any], Any]) -> Callable[..., Any]:
    def vjp(g: Any, _y: Any, x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
        return np.where(is_replaced(x), g, 0)

    return vjp


defvjp(
    np.where,
    None,
    lambda g, _y, condition, _a, _b: np.where(condition, g, 0),
    lambda g, _y, condition, _a, _b: np.where(condition, 0, g),
    linear=True,
    masks=True,
)
defvjp(
    np.nan_to_num,
    *(_replacing(np.isfinite), None, _replacing(np.isnan), _replacing(np.isposinf), _replacing(np.isneginf)),
    forward=_nan_to_num,
    masks=True,
)

#: The rule by which the engine puts together what ``where=`` of a ufunc computed and what it left.
WHERE = RULES[np.where]

# --- steps ------------------------------------------------------------------------------------------
# (`floor`, `ceil`, `trunc`, `rint`, `sign` and `floor_divide` are steps too, but return plain arrays. `modf`,
# `frexp` and `divmod` have two results.)


def _zero(g: Any, _y: Any, _x: Any, _decimals: Any = 0, **_params: Any) -> Any:
    return np.zeros_like(g)


defvjp(np.round, _zero, masks=True)
defvjp(np.around, _zero, masks=True)
defvjp(np.fix, lambda g, _y, _x: np.zeros_like(g), masks=True, forward=np.trunc)  # which NumPy does not deprecate

defvjp(
    np.heaviside,
    lambda g, _y, _x, _at_zero: np.zeros_like(g),
    lambda g, _y, x, _at_zero: np.where(x == 0, g, 0),
    masks=True,
)


@primitive
def unwrapped(p: Any, period: Any, *, discont: Any = None, axis: int = -1) -> Any:
    """``np.unwrap`` as a function of the period, too."""
    return np.unwrap(p, discont, axis, period=period)


# nextafter rounds `x1` to a neighbour, and rounding is no step here; which of the two it is, is one
defvjp(np.nextafter, lambda g, _y, _x1, _x2: g, lambda g, _y, _x1, _x2: np.zeros_like(g))
# unwrap adds whole periods, whose number is a step
defvjp(np.unwrap, lambda g, _y, _p, discont=None, axis=-1, *, period=2 * math.pi: g)
defvjp(
    unwrapped,
    lambda g, _y, _p, _period, *, discont=None, axis=-1: g,
    lambda g, y, p, period, *, discont=None, axis=-1: g * np.round((y - p) / period),
)
