"""Examples of the elementwise functions, away from kinks, ties and poles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from catalogue import Example
from mygrad._lift import pythons
from mygrad._rules import reciprocal_trig as rt
from mygrad._rules.piecewise import direction, strict_absolute, strict_sign, unwrapped
from mygrad._rules.special import i0_derivative, sinc_derivative
from mygrad._rules.transcendental import sech_squared, tanh_slope, weight, weight2

__all__ = ["EXAMPLES"]

Array = np.ndarray[Any, Any]


def spread(low: float, high: float, *shape: int) -> Array:
    """Numbers from the inside of an interval, in an order without pattern."""
    size = int(np.prod(shape))
    fractions = (0.37 + 0.618034 * np.arange(size)) % 1.0
    return np.asarray(low + (high - low) * (0.05 + 0.9 * fractions).reshape(shape))


def unary(*intervals: tuple[float, float], **params: Any) -> list[Example]:
    """Calls of a function of one array: a vector in each interval, all layouts and shapes in the first."""
    low, high = intervals[0]
    arrays = [spread(*interval, 4) for interval in intervals]
    arrays += [
        spread(low, high),  # 0-d
        np.empty((0, 3)),
        spread(low, high, 6)[::-2],
        np.asfortranarray(spread(low, high, 2, 3)),
        np.broadcast_to(spread(low, high, 3), (2, 3)),
    ]
    return [Example((x,), params) for x in arrays]


def binary(*boxes: tuple[tuple[float, float], tuple[float, float]], scalars: bool = True) -> list[Example]:
    """Calls of a function of two arrays: two vectors in each box, all layouts and shapes in the first.

    With `scalars` also a Python number as either operand: the upper end of its interval.
    """
    one, two = boxes[0]
    pairs: list[tuple[Any, Any]] = [(spread(*a, 4), spread(*b, 4)[::-1]) for a, b in boxes]
    pairs += [
        (spread(*one), spread(*two)),
        (spread(*one, 2, 3), spread(*two, 3)),
        (spread(*one, 3), spread(*two, 2, 1)),
        (spread(*one, 1, 3), spread(*two)),
        (np.asfortranarray(spread(*one, 2, 3)), spread(*two, 2, 3)),
        (np.empty((0, 3)), spread(*two, 3)),
    ]
    if scalars:
        pairs += [(spread(*one, 3), two[1]), (one[1], spread(*two, 3))]
    return [Example(pair) for pair in pairs]


ANY = (-2.0, 2.0)
POSITIVE = (0.2, 3.0)
NEGATIVE = (-3.0, -0.2)
UNIT = (-1.0, 1.0)
ABOVE_ONE = (1.1, 4.0)
BELOW_MINUS_ONE = (-4.0, -1.1)

EXAMPLES: dict[Callable[..., Any], list[Example]] = {
    # arithmetic
    np.add: binary((ANY, ANY)),
    np.subtract: binary((ANY, ANY)),
    np.multiply: binary((ANY, ANY)),
    np.divide: binary((ANY, POSITIVE), (ANY, NEGATIVE)),
    np.power: [
        *binary((POSITIVE, ANY)),
        Example((spread(*NEGATIVE, 4), 3)),
        Example((spread(*NEGATIVE, 4), -2.0)),
        Example((spread(*ANY, 4), 2)),
        Example((spread(*ANY, 4), 1.0)),
        Example((spread(*ANY, 4), 0)),
        Example((spread(*POSITIVE, 4), 0.5)),
        Example((spread(*NEGATIVE, 4), np.array([0, 1, 2, 3]))),
        Example((spread(*NEGATIVE, 4), np.array([0, 1, 2, 3], dtype=np.uint8))),
        Example((spread(*POSITIVE, 4), np.array([0.0, 1.0, 2.0, -3.0]))),
        Example((np.array([1, 2, 3]), spread(*ANY, 3))),
        Example((2, spread(*ANY, 3))),
    ],
    np.float_power: [
        *binary((POSITIVE, ANY)),
        Example((spread(*NEGATIVE, 4), 3)),
        Example((spread(*ANY, 4), 0)),
    ],
    np.square: unary(ANY),
    np.sqrt: unary(POSITIVE),
    np.cbrt: unary(POSITIVE, NEGATIVE),
    np.reciprocal: unary(POSITIVE, NEGATIVE),
    np.positive: unary(ANY),
    np.negative: unary(ANY),
    np.conjugate: unary(ANY),
    np.ldexp: [
        Example((spread(*ANY, 4), np.array([-2, 0, 1, 5]))),
        Example((spread(*ANY, 2, 3), 3)),
        Example((spread(*ANY), np.array([[1], [2]], dtype=np.int32))),
    ],
    np.remainder: binary(((3.1, 3.9), (0.9, 1.0)), ((3.1, 3.9), (-1.0, -0.9)), ((-3.9, -3.1), (0.9, 1.0))),
    np.fmod: binary(((3.1, 3.9), (0.9, 1.0)), ((3.1, 3.9), (-1.0, -0.9)), ((-3.9, -3.1), (0.9, 1.0))),
    # exponentials and logarithms
    np.exp: unary(ANY),
    np.exp2: unary(ANY),
    np.expm1: unary(ANY, (-1e-3, 1e-3)),
    np.log: unary(POSITIVE),
    np.log2: unary(POSITIVE),
    np.log10: unary(POSITIVE),
    np.log1p: unary(POSITIVE, (-0.8, 0.8), (-1e-3, 1e-3)),
    np.logaddexp: binary((ANY, ANY), ((-3.0, -1.0), (5.0, 9.0)), ((1000.0, 1001.0), (1000.0, 1001.0))),
    np.logaddexp2: binary((ANY, ANY), ((-3.0, -1.0), (5.0, 9.0)), ((1000.0, 1001.0), (1000.0, 1001.0))),
    weight: binary((ANY, ANY), ((-3.0, -1.0), (5.0, 9.0))),
    weight2: binary((ANY, ANY), ((-3.0, -1.0), (5.0, 9.0))),
    sech_squared: unary(ANY, (-9.0, -5.0), (5.0, 9.0)),
    # (where it is computed from the second one)
    tanh_slope: [Example((np.tanh(x), x), diff=(1,)) for x in (spread(3.0, 5.0, 4), spread(-5.0, -3.0, 2, 3))],
    # trigonometric
    np.sin: unary(ANY),
    np.cos: unary(ANY),
    np.tan: unary((-1.3, 1.3), (1.8, 4.5)),
    np.arcsin: unary((-0.9, 0.9)),
    np.arccos: unary((-0.9, 0.9)),
    np.arctan: unary(ANY),
    np.arctan2: binary((POSITIVE, ANY), (NEGATIVE, ANY), (ANY, POSITIVE), (POSITIVE, NEGATIVE)),
    np.hypot: binary((POSITIVE, ANY), (NEGATIVE, ANY)),
    np.deg2rad: unary((-180.0, 180.0)),
    np.radians: unary((-180.0, 180.0)),
    np.rad2deg: unary(ANY),
    np.degrees: unary(ANY),
    # hyperbolic
    np.sinh: unary(ANY),
    np.cosh: unary(ANY),
    np.tanh: unary(ANY, (3.0, 6.0), (-6.0, -3.0)),
    np.arcsinh: unary(ANY),
    np.arccosh: unary(ABOVE_ONE),
    np.arctanh: unary((-0.9, 0.9)),
    # reciprocal trigonometric
    rt.sec: unary((-1.2, 1.2), (1.9, 4.3)),
    rt.csc: unary((0.3, 2.8), (-2.8, -0.3)),
    rt.cot: unary((0.3, 2.8), (-2.8, -0.3)),
    rt.arcsec: unary(ABOVE_ONE, BELOW_MINUS_ONE),
    rt.arccsc: unary(ABOVE_ONE, BELOW_MINUS_ONE),
    rt.arccot: unary(POSITIVE, NEGATIVE),
    rt.sech: unary(ANY, (3.0, 6.0)),
    rt.csch: unary(POSITIVE, NEGATIVE),
    rt.coth: unary(POSITIVE, NEGATIVE),
    rt.arcsech: unary((0.2, 0.9)),
    rt.arccsch: unary(POSITIVE, NEGATIVE),
    rt.arccoth: unary(ABOVE_ONE, BELOW_MINUS_ONE),
    # sinc and i0
    np.sinc: unary(ANY, (-1e-2, 1e-2), (5.0, 6.0)),
    sinc_derivative: [Example((spread(*ANY, 5), n)) for n in (1, 2, 3)] + [Example((spread(-0.01, 0.01), 1))],
    np.i0: unary(ANY, (5.0, 12.0)),
    i0_derivative: [Example((spread(-4.0, 4.0, 5), n)) for n in (1, 2, 3)] + [Example((np.empty(0), 1))],
    # absolute value and sign
    np.absolute: unary(POSITIVE, NEGATIVE),
    np.fabs: unary(POSITIVE, NEGATIVE),
    strict_absolute: unary(POSITIVE, NEGATIVE),
    strict_sign: unary(POSITIVE, NEGATIVE),
    direction: binary((ANY, POSITIVE), (NEGATIVE, POSITIVE)),
    np.copysign: binary((POSITIVE, NEGATIVE), (NEGATIVE, NEGATIVE), (NEGATIVE, POSITIVE)),
    # the larger and the smaller
    **{
        extremum: binary((ANY, (-1.9, 2.3)), ((-2.0, -1.0), (0.0, 1.0)), ((0.0, 1.0), (-2.0, -1.0)))
        for extremum in (np.maximum, np.minimum, np.fmax, np.fmin)
    },
    np.clip: [
        Example((spread(*ANY, 6), -0.5, 0.7)),
        Example((spread(*ANY, 6), None, 0.7)),
        Example((spread(*ANY, 6), -0.5, None)),
        Example((spread(*ANY, 6),), {"a_min": -0.5, "a_max": 0.7}),
        Example((spread(*ANY, 6), np.array([-0.5, -1.5, 0.4, -2.0, 0.1, -1.0]), 0.7)),
        Example((spread(*ANY, 6), spread(-1.0, -0.5, 2, 1), spread(0.5, 1.0, 6))),
        Example((spread(*ANY, 4), None, spread(-0.3, 0.5))),
        Example((spread(*ANY), spread(-0.3, 0.5, 3), None)),
        Example((spread(*ANY, 4), spread(1.1, 1.2, 4), spread(0.1, 0.2, 4))),  # a_max has the last word
        Example((np.empty((0, 2)), -0.5, 0.7)),
    ],
    # selection
    np.where: [
        Example((spread(*ANY, 2, 3) > 0, spread(*ANY, 2, 3), spread(*POSITIVE, 2, 3))),
        Example((np.array([[True], [False]]), spread(*ANY, 3), spread(*POSITIVE, 2, 3))),
        Example((np.array([0, 2, 1]), spread(*ANY, 3), 1.0)),
        Example((True, spread(*ANY), spread(*POSITIVE, 2))),
        Example((np.zeros((0, 3), dtype=bool), spread(*ANY, 3), spread(*ANY, 1))),
    ],
    np.nan_to_num: [
        *unary(ANY),
        Example((spread(*ANY, 3),), {"copy": False}),
        Example((spread(*ANY, 3), True, 1.0), {"posinf": 2.0}),
        Example((np.array([0.3, np.nan, np.inf, -np.inf]),), {"nan": 7.0, "posinf": 9.0, "neginf": 0.5}),
        Example(
            (np.array([[0.3, np.nan], [np.nan, -np.inf]]), True, np.array([7.0, 0.4]), np.array(9.0), np.array(0.5))
        ),
        Example((np.array([0.3, np.nan, np.inf]),), {"nan": np.array(7.0), "posinf": np.array(9.0)}),
    ],
    np.real: unary(ANY),
    np.real_if_close: [*unary(ANY), *unary(ANY, tol=10)],
    # steps
    np.round: [*unary((0.1, 0.4)), *unary((0.11, 0.14), decimals=1), Example((spread(0.11, 0.14, 3), 1))],
    np.around: [*unary((0.1, 0.4)), *unary((0.11, 0.14), decimals=1), Example((spread(*ANY, 3),), {"decimals": -1})],
    np.fix: unary((1.1, 1.9), (-1.9, -1.1)),
    np.imag: unary(ANY),
    np.angle: [*unary(POSITIVE, NEGATIVE), *unary(NEGATIVE, deg=True)],
    np.nextafter: binary((POSITIVE, ANY), (NEGATIVE, ANY)),
    np.heaviside: [
        *binary((POSITIVE, ANY), (NEGATIVE, ANY)),
        Example((np.array([0.0, -0.5, 0.0]), np.array([0.3, 0.4, 0.7])), diff=(1,)),
    ],
    unwrapped: [
        Example((np.array([0.1, 3.0, -2.9, 0.4, 5.9]), np.array(5.3))),
        Example((np.array([[0.1, 3.0], [4.9, -0.4]]), np.array(2.2)), {"axis": 0, "discont": 1.5}),
    ],
    np.unwrap: [
        Example((np.array([0.1, 3.0, -2.9, 0.4, 5.9]),)),
        Example((np.array([[0.1, 3.0], [4.9, -0.4]]),), {"axis": 0}),
        Example((np.array([0.1, 0.9, 1.8]),), {"period": 1.0}),
        Example((np.array([0.1, 0.9, 1.8]), np.array(0.6)), {"period": np.array(1.0)}, diff=(0, "period")),
        Example((np.array([0.1, 4.9, 1.8]), 5.0)),
        Example((np.array([1.0]),)),
    ],
    # Python's, which take numbers.
    pythons._erf: [Example((np.array(x),)) for x in (-1.3, 0.2, 2.1)],
    pythons._erfc: [Example((np.array(x),)) for x in (-1.3, 0.2, 2.1)],
}

if np.lib.NumpyVersion(np.__version__) >= "2.1.0":
    EXAMPLES[np.clip] += [
        Example((spread(*ANY, 6),), {"min": -0.5, "max": 0.7}),
        Example((spread(*ANY, 6),), {"max": 0.7}),
        Example((spread(*ANY, 6), None, None)),
    ]
