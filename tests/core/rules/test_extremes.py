"""Elementwise derivatives on a grid of extremes, against exact ones: denormal and huge numbers, those around one.

They are to be right to a few units in the last place wherever they can be represented.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from catalogue import is_of_plugin
from mygrad._rules import RULES
from mygrad.functional import elementwise_grad

mp: Any = pytest.importorskip("mpmath")  # which the dependency group `test` has

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

MAGNITUDES = [
    5e-324, 1e-322, 1e-316, 1e-310, 2e-308, 2.3e-308, 1e-305, 1e-300, 1e-250, 1e-200, 1.5e-162, 1e-160, 1.5e-154,
    1e-150, 1e-100, 1e-50, 1e-30, 1e-20, 1e-17, 1.1e-16, 1e-15, 1e-12, 1e-10, 1.3e-8, 1e-8, 1e-6, 1e-5, 1e-4, 1e-3,
    0.01, 0.1, 0.25, 0.3, 0.5, 0.7, 0.9, 0.99, 1 - 1e-5, 1 - 1e-10, 1 - 1e-15, 1 - 2**-53, 1.0, 1 + 2**-52, 1 + 1e-15,
    1 + 1e-10, 1 + 1e-5, 1.01, 1.1, 1.5, 1.6, 2.0, 2.5, 3.0, 4.0, 5.7, 9.3, 10.0, 18.0, 20.0, 37.0, 40.0, 100.0,
    300.0, 354.0, 360.0, 500.0, 700.0, 709.0, 710.0, 711.0, 740.0, 745.0, 1e3, 1075.0, 1e4, 1e5, 1e6, 1e8, 1e10, 1e15,
    1e16, 1e20, 1e50, 1e100, 1.3e154, 1.5e154, 1e155, 1e160, 1e200, 1e250, 1e300, 1e307, 1.7e308,
]  # fmt: skip
MAGNITUDES_OF_PAIRS = [
    5e-324, 1e-310, 2.3e-308, 1e-300, 1e-200, 1e-160, 1e-20, 1e-17, 5e-17, 1e-10, 1e-5, 0.01, 0.1, 1 / 3, 0.5, 0.9,
    1 - 1e-10, 1.0, 1 + 2**-52, 1.1, 1.5, 2.0, 2.2, 3.0, 37.3, 700.0, 1e3, 1e6, 1e10 + 0.3, 1e16, 1e20, 1e154, 1e160,
    1e300, 1e307,
]  # fmt: skip


def grid(magnitudes: list[float], dtype: Any) -> list[float]:
    """Numbers of both signs. In single precision, the extreme ones are drawn to its range."""
    if dtype == np.float32:
        extreme = 38 / 308
        magnitudes = [m if 1e-20 < m < 1e20 else m**extreme for m in magnitudes]
    return sorted({float(dtype(sign * m)) for m in magnitudes for sign in (-1, 1)})


def leg(x: Any) -> Any:
    """Of a right-angled triangle with the other leg of length 1, and the hypotenuse x."""
    return mp.sqrt((abs(x) - 1) * (abs(x) + 1))


def in_period(x: Any) -> Any:
    """`x` less whole periods of 2, exactly."""
    rest = Fraction(float(x)) % 2
    return mp.mpf(rest.numerator) / rest.denominator


def slope_of_sinc(x: Any) -> Any:
    if abs(x) < 1e-10:
        return -(mp.pi**2) * x / 3
    angle = mp.pi * in_period(x)
    return mp.cos(angle) / x - mp.sin(angle) / (mp.pi * x**2)


def inside(holds: Callable[[Any], bool], slope: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`slope`, and None outside of the domain."""
    return lambda x: slope(x) if holds(x) else None


positive = partial(inside, lambda x: x > 0)
within_one = partial(inside, lambda x: abs(x) < 1)
beyond_one = partial(inside, lambda x: abs(x) > 1)

UNARY: dict[str, Callable[[Any], Any]] = {
    "reciprocal": lambda x: -1 / x**2,
    "square": lambda x: 2 * x,
    "sqrt": positive(lambda x: 1 / (2 * mp.sqrt(x))),
    "cbrt": lambda x: 1 / (3 * mp.cbrt(x**2)),
    "absolute": mp.sign,
    "fabs": mp.sign,
    "exp": mp.exp,
    "exp2": lambda x: mp.power(2, x) * mp.log(2),
    "expm1": mp.exp,
    "log": positive(lambda x: 1 / x),
    "log2": positive(lambda x: 1 / (x * mp.log(2))),
    "log10": positive(lambda x: 1 / (x * mp.log(10))),
    "log1p": inside(lambda x: x > -1, lambda x: 1 / (1 + x)),
    "sin": mp.cos,
    "cos": lambda x: -mp.sin(x),
    "tan": lambda x: mp.sec(x) ** 2,
    "arcsin": within_one(lambda x: 1 / mp.sqrt((1 - x) * (1 + x))),
    "arccos": within_one(lambda x: -1 / mp.sqrt((1 - x) * (1 + x))),
    "arctan": lambda x: 1 / (1 + x**2),
    "deg2rad": lambda x: mp.pi / 180,
    "rad2deg": lambda x: 180 / mp.pi,
    "sinh": mp.cosh,
    "cosh": mp.sinh,
    "tanh": lambda x: mp.sech(x) ** 2,
    "arcsinh": lambda x: 1 / mp.sqrt(1 + x**2),
    "arccosh": inside(lambda x: x > 1, lambda x: 1 / leg(x)),
    "arctanh": within_one(lambda x: 1 / ((1 - x) * (1 + x))),
    "sec": lambda x: mp.sec(x) * mp.tan(x),
    "csc": lambda x: -mp.csc(x) * mp.cot(x),
    "cot": lambda x: -(mp.csc(x) ** 2),
    "arcsec": beyond_one(lambda x: 1 / (abs(x) * leg(x))),
    "arccsc": beyond_one(lambda x: -1 / (abs(x) * leg(x))),
    "arccot": lambda x: -1 / (1 + x**2),
    "sech": lambda x: -mp.sech(x) * mp.tanh(x),
    "csch": lambda x: -mp.csch(x) * mp.coth(x),
    "coth": lambda x: -(mp.csch(x) ** 2),
    "arcsech": inside(lambda x: 0 < x < 1, lambda x: -1 / (x * mp.sqrt((1 - x) * (1 + x)))),
    "arccsch": lambda x: -1 / (abs(x) * mp.sqrt(1 + x**2)),
    "arccoth": beyond_one(lambda x: 1 / ((1 - x) * (1 + x))),
    "sinc": slope_of_sinc,
    "i0": inside(lambda x: abs(x) < 1e4, lambda x: mp.besseli(1, x)),
}


def bounded_exp(x: Any) -> Any:
    return mp.exp(x if abs(x) < 1e5 else mp.sign(x) * 1e5)


def part_of_two(a: Any, b: Any, log_of_base: Any) -> Any:
    return 1 / (1 + bounded_exp((b - a) * log_of_base))


def power_by_base(x: Any, p: Any) -> Any:
    if x < 0 and p != int(p):
        return None
    return p * bounded_exp((p - 1) * mp.log(abs(x))) * (-1 if x < 0 and int(p) % 2 == 0 else 1)


def power_by_exponent(x: Any, p: Any) -> Any:
    return None if x < 0 else bounded_exp(p * mp.log(x)) * mp.log(x)


BINARY: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]] = {
    "multiply": (lambda a, b: b, lambda a, b: a),
    "divide": (lambda a, b: 1 / b, lambda a, b: -a / b**2),
    "power": (power_by_base, power_by_exponent),
    "float_power": (power_by_base, power_by_exponent),
    "logaddexp": (lambda a, b: part_of_two(a, b, 1), lambda a, b: part_of_two(b, a, 1)),
    "logaddexp2": (lambda a, b: part_of_two(a, b, mp.log(2)), lambda a, b: part_of_two(b, a, mp.log(2))),
    "hypot": (lambda a, b: a / mp.sqrt(a * a + b * b), lambda a, b: b / mp.sqrt(a * a + b * b)),
    "arctan2": (lambda a, b: b / (a * a + b * b), lambda a, b: -a / (a * a + b * b)),
}

#: What has factors that are numbers of the arguments, or none.
EXACT = [
    "add", "subtract", "positive", "negative", "conjugate", "ldexp", "remainder", "fmod", "copysign", "heaviside",
    "maximum", "minimum", "fmax", "fmin", "degrees", "radians", "nextafter",
]  # fmt: skip


def test_every_ufunc_is_on_the_list() -> None:
    ours = [f for f in RULES if isinstance(f, np.ufunc) and not is_of_plugin(f)]
    elementwise = {f.__name__ for f in ours if RULES[f].elementwise}
    assert elementwise == {name for name in (*UNARY, *BINARY, *EXACT) if isinstance(getattr(np, name, None), np.ufunc)}


#: Units in the last place that suffice, where there are more roundings than a few.
UNITS = {"i0": 16}  # it is a sum of some 20 terms
#: Up to which magnitude of the derivative, or of the result, the digits may be lost.
LOST = {
    "arctan": "derivative",  # its square overflows where the derivative is below the normal numbers
    "arccot": "derivative",
    "hypot": "result",  # of denormal numbers, which has no more digits than they
}


def nearest(exact: Any, dtype: Any) -> float:
    try:
        return float(dtype(float(exact)))
    except OverflowError:
        return math.inf * mp.sign(exact)


def check(name: str, args: list[Any], position: int, slopes: list[Any], dtype: Any) -> None:
    fn = getattr(mg, name) if hasattr(mg, name) else getattr(np, name)
    expected = np.array([nearest(slope, dtype) for slope in slopes])
    variables = [mg.tensor(np.array(a, dtype)) for a in args]
    y = fn(*variables)
    result = np.abs(y.data)
    y.backward()
    again = elementwise_grad(fn, position)(*[np.array(a, dtype) for a in args])
    tiny = float(np.finfo(dtype).tiny)
    unit = np.spacing(np.where(np.isfinite(expected), np.abs(expected), 1).astype(dtype)).astype(float)
    for gradient in variables[position].grad, again:
        assert gradient.dtype == dtype
        same = gradient == expected
        with np.errstate(invalid="ignore"):
            error = np.where(same, 0, np.abs(gradient - expected) / unit)
        if name in LOST:
            error[(np.abs(expected) if LOST[name] == "derivative" else result) < tiny] = 0
        bad = ~(error <= UNITS.get(name, 6))
        assert not bad.any(), [
            (*(float(a[i]) for a in args), float(gradient[i]), float(expected[i])) for i in np.flatnonzero(bad)[:9]
        ]


precisions = pytest.mark.parametrize("dtype", [np.float64, np.float32])


@precisions
@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_argument(name: str, dtype: Any) -> None:
    with mp.workdps(60):
        points = [(x, UNARY[name](mp.mpf(x))) for x in grid(MAGNITUDES, dtype)]
        xs, slopes = zip(*[(x, slope) for x, slope in points if slope is not None], strict=True)
        check(name, [xs], 0, list(slopes), dtype)


@precisions
@pytest.mark.parametrize("position", [0, 1])
@pytest.mark.parametrize("name", BINARY)
def test_functions_of_two_arguments(name: str, position: int, dtype: Any) -> None:
    if name == "float_power" and dtype == np.float32:  # it is one of doubles
        return
    with mp.workdps(60):
        numbers = grid(MAGNITUDES_OF_PAIRS, dtype)
        points = [(a, b, BINARY[name][position](mp.mpf(a), mp.mpf(b))) for a, b in product(numbers, numbers)]
        a, b, slopes = zip(*[point for point in points if point[2] is not None], strict=True)
        check(name, [a, b], position, list(slopes), dtype)


@pytest.mark.parametrize("p", [0.1, 1 / 3, 2.2, -0.7, 1e-3, 1e-17, 1e-310, 37.3, 1e10 + 0.3, 2, 0.5, -1])
def test_powers_by_a_number_of_python(p: float) -> None:
    with mp.workdps(60):
        xs = [x for x in grid(MAGNITUDES, np.float64) if x > 0]
        slopes = [power_by_base(mp.mpf(x), mp.mpf(p)) for x in xs]
        x = mg.tensor(xs)
        (x**p).backward()
        expected = np.array([nearest(slope, np.float64) for slope in slopes])
        np.testing.assert_array_max_ulp(x.grad, expected, 4)


def test_base_and_exponent_that_are_denormal() -> None:
    for a in 1e-310, np.full(3, 1e-310):
        x, p = mg.tensor(a), mg.tensor(a)
        (x**p).backward()
        np.testing.assert_allclose(x.grad, np.ones_like(a))
