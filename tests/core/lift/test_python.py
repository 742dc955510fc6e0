"""Lift: Python's `math`, `float` and `complex` on tensors."""

import builtins
import cmath
import copy
import math
import pickle
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import mygrad as mg
from mygrad.errors import GradientLostError, GradientLostWarning
from mygrad.testing import check_grads

#: Arguments at which the functions are differentiable.
ARGUMENTS = {
    "acos": (0.3,),
    "acosh": (1.7,),
    "asin": (0.3,),
    "asinh": (0.3,),
    "atan": (0.3,),
    "atan2": (0.3, -0.7),
    "atanh": (0.3,),
    "cbrt": (2.0,),
    "copysign": (0.3, -2.0),
    "cos": (0.3,),
    "cosh": (0.3,),
    "degrees": (0.3,),
    "erf": (0.3,),
    "erfc": (0.3,),
    "exp": (0.3,),
    "exp2": (0.3,),
    "expm1": (0.3,),
    "fabs": (-0.3,),
    "fma": (0.3, 2.0, 0.5),
    "fmod": (7.3, 2.1),
    "hypot": (0.3, 0.4, 1.2),
    "log": (0.3, 3.0),
    "log10": (0.3,),
    "log1p": (0.3,),
    "log2": (0.3,),
    "nextafter": (0.3, 1.0),
    "pow": (0.3, 1.7),
    "radians": (0.3,),
    "remainder": (7.3, 2.1),
    "sin": (0.3,),
    "sinh": (0.3,),
    "sqrt": (0.3,),
    "tan": (0.3,),
    "tanh": (0.3,),
}


@pytest.mark.parametrize("name", [name for name in ARGUMENTS if hasattr(math, name)])
def test_functions(name):
    arguments = ARGUMENTS[name]

    @mg.lift
    def f(*args):
        return getattr(math, name)(*args)

    value = f(*map(mg.tensor, arguments))
    assert isinstance(value, mg.Tensor)
    np.testing.assert_allclose(value.data, getattr(math, name)(*arguments), rtol=1e-15)
    check_grads(f, *map(np.array, arguments))


#: Of one argument, as which a real number counts, too.
OF_COMPLEX = [
    *("acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "exp", "log", "log10", "sin", "sinh", "sqrt"),
    *("tan", "tanh", "phase"),
]


@pytest.mark.parametrize("name", OF_COMPLEX)
@pytest.mark.parametrize("z", [0.3 - 1.4j, -0.3 + 0.2j, 0.4])
def test_functions_of_complex_numbers(name, z):
    f = mg.lift(lambda z: getattr(cmath, name)(z))
    value = f(mg.tensor(z))
    assert isinstance(value, mg.Tensor)
    np.testing.assert_allclose(value.data, getattr(cmath, name)(z), rtol=1e-15)
    check_grads(f, np.array(z))


def test_polar_coordinates():
    @mg.lift
    def there_and_back(z):
        r, phi = cmath.polar(z)
        return cmath.rect(r, phi) * (1 if cmath.isfinite(z) else 0)

    np.testing.assert_allclose(there_and_back(mg.tensor(0.3 - 1.4j)).data, 0.3 - 1.4j, rtol=1e-15)
    check_grads(there_and_back, np.array(0.3 - 1.4j))


def modf(x):
    return math.modf(x)[0]


def frexp(x):
    mantissa, exponent = math.frexp(x)
    assert type(exponent) is int
    return mantissa


def ldexp(x):
    return math.ldexp(x, 1030)


@pytest.mark.parametrize(
    ("f", "arguments", "slope"),
    [
        (modf, [2.3, -2.3], 1.0),
        (modf, [np.inf], 1.0),
        (frexp, [0.3, 8.0, -5.0], None),
        (ldexp, [1e-300], 2.0**1000 * 2.0**30),
    ],
)
def test_functions_of_parts_and_exponents(f, arguments, slope):
    for number in arguments:
        x = mg.tensor(number)
        y = mg.lift(f)(x)
        assert y.item() == f(number)
        y.backward()
        assert x.grad == (2.0 ** -math.frexp(number)[1] if slope is None else slope)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize(
    ("f", "grad"),
    [
        (lambda x: np.array(x.tolist()), [[1, 1], [1, 1]]),
        (lambda x: np.array(x[1].tolist()), [[0, 0], [1, 1]]),
        (lambda x: x[0, 1].tolist(), [[0, 1], [0, 0]]),
        (lambda x: x.item(2), [[0, 0], [1, 0]]),
        (lambda x: x.item(-1), [[0, 0], [0, 1]]),
        (lambda x: x.item(0, 1), [[0, 1], [0, 0]]),
        (lambda x: x.item((1, 0)), [[0, 0], [1, 0]]),
        (lambda x: x[0, 1].item(), [[0, 1], [0, 0]]),
        (lambda x: x[:1, :1].item(), [[1, 0], [0, 0]]),
    ],
)
def test_numbers_out_of_tensors(f, grad, dtype):
    numbers = np.array([[1.0, 2.0], [3.0, 4.0]], dtype)
    x = mg.tensor(numbers)
    with mg.lift:
        y = f(x)
    expected = np.asarray(f(numbers))
    assert isinstance(y, mg.Tensor)
    assert (y.dtype, y.shape) == (expected.dtype, expected.shape)
    assert_array_equal(y.data, expected)
    y.sum().backward()
    assert_array_equal(x.grad, grad)


def test_numbers_out_of_what_loses_nothing():
    x = mg.tensor([1.0, 2.0])
    y = x * x
    with mg.lift:
        a = np.zeros(1)
        a[0] = 3.0
        for t in (a, mg.tensor([1.0], constant=True), x.data[:1]):
            assert not isinstance(t.item(), mg.Tensor)
        assert type(mg.tensor([1]).tolist()[0]) is int
        y.backward()
        assert y.tolist() == [1.0, 4.0]
        assert mg.tensor(np.zeros((2, 0))).tolist() == [[], []]
        with pytest.raises(ValueError, match="size 1"):
            x.item()
        with pytest.raises(IndexError, match="out of bounds"):
            x.item(5)


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=5))
def test_functions_of_iterables(numbers):
    tensors = [mg.tensor(number) for number in numbers]
    with mg.lift:
        total = math.fsum(t for t in tensors)
        product = math.prod(tensors)
        distance = math.dist(tensors, [20.0] * len(numbers))
    np.testing.assert_allclose(total.data, math.fsum(numbers), atol=1e-14)
    np.testing.assert_allclose(product.data, math.prod(numbers), rtol=1e-14)
    np.testing.assert_allclose(distance.data, math.dist(numbers, [20.0] * len(numbers)), rtol=1e-14)
    (total + distance).backward()
    for t, number in zip(tensors, numbers, strict=True):
        np.testing.assert_allclose(t.grad, 1.0 + (number - 20.0) / distance.data, rtol=1e-12)


def test_functions_of_iterables_that_are_tensors():
    """They go through it, as through a list."""
    numbers = np.array([1.0, 2.0, 4.0])
    x = mg.tensor(numbers)
    with mg.lift:
        values = [math.fsum(x), math.prod(x, start=2.0), math.dist(x, np.zeros(3)), math.fsum({0: x[0]}.values())]
    expected = [math.fsum(numbers), 2.0 * math.prod(numbers), math.dist(numbers, np.zeros(3)), 1.0]
    for value, number, slope in zip(
        values, expected, ([1, 1, 1], [16, 8, 4], numbers / math.sqrt(21), [1, 0, 0]), strict=True
    ):
        np.testing.assert_allclose(value.data, number, rtol=1e-15)
        value.backward()
        np.testing.assert_allclose(x.grad, slope, rtol=1e-15)
        x.null_grad()
    with mg.lift, pytest.raises(TypeError):
        math.fsum(mg.tensor([[1.0, 2.0]]))


def test_modf_and_ldexp():
    x = mg.tensor(-2.75)
    with mg.lift:
        part, whole = math.modf(x)
        scaled = math.ldexp(x, 3)
    assert (part.item(), whole, scaled.item()) == (-0.75, -2.0, -22.0)
    (part + scaled).backward()
    assert x.grad == 9.0


@pytest.mark.parametrize("name", ["ceil", "floor", "trunc", "isnan", "isinf", "isfinite", "frexp"])
def test_steps_are_pythons(name):
    x = mg.tensor(2.5)
    with mg.lift:
        result = getattr(math, name)(x)
    assert result == getattr(math, name)(2.5)
    assert type(result) is type(getattr(math, name)(2.5))


def test_a_name_that_was_imported():
    x = mg.tensor(4.0)
    with mg.lift:
        sqrt(x).backward()
    assert x.grad == 0.25
    assert sqrt is math.sqrt


@pytest.mark.filterwarnings("ignore:Conversion of an array with ndim:DeprecationWarning")  # of NumPy before 2.4
def test_a_tensor_of_one_element_is_a_number_where_an_array_is():
    x = mg.tensor([4.0])
    with mg.lift:
        try:
            expected = np.shape(math.sqrt(np.array([4.0])))
        except TypeError as error:
            with pytest.raises(TypeError, match=str(error)):
                math.sqrt(x)
        else:
            assert math.sqrt(x).shape == expected


@pytest.mark.parametrize(
    ("f", "error"),
    [
        (lambda: math.sqrt(mg.tensor(-1.0)), ValueError),
        (lambda: math.exp(mg.tensor(1e4)), OverflowError),
        (lambda: math.sin(mg.tensor([1.0, 2.0])), TypeError),
        (lambda: float(mg.tensor([1.0, 2.0])), TypeError),
    ],
)
def test_errors_are_pythons(f, error):
    with mg.lift, pytest.raises(error):
        f()


def test_what_has_no_derivative_here_raises():
    with mg.lift, pytest.raises(GradientLostError, match=r"math\.gamma"):
        math.gamma(mg.tensor(2.5))


def test_numbers_are_computed_with_as_ever():
    with mg.lift:
        assert type(math.sin(1.0)) is builtins.float
        assert type(float("2.5")) is builtins.float
        assert math.hypot(3, 4) == 5.0


# --- float ------------------------------------------------------------------------------------------


def test_float_of_a_variable_is_a_tensor():
    x = mg.tensor([1.0, 2.0], dtype=np.float32)
    with mg.lift:
        y = float(x.sum() * 2.0)
    assert (y.dtype, y.shape) == (np.float64, ())
    y.backward()
    assert_array_equal(x.grad, np.float32([2.0, 2.0]))


def test_float_is_float_to_all_who_ask():
    number = 1.5
    with mg.lift:
        here = float
        assert isinstance(number, float)
        assert not isinstance(1, float)
        assert issubclass(np.float64, float)
        assert type(number) == float  # noqa: E721
        assert float("1.5") == number
        assert float.fromhex("0x1p3") == 8.0
        assert np.dtype(float) == np.float64
        assert np.zeros(2, float).dtype == np.float64
        assert {float: 1}[type(number)] == 1
        assert type(float(2)) is builtins.float

        class Length(float):
            pass

        assert type(Length(2.0)) is Length
    assert here(2) == 2.0
    assert float is builtins.float


def test_classes_derive_from_pythons_float():
    with mg.lift:

        class Length(float):
            def __new__(cls, value, unit=1.0):
                return super().__new__(cls, value * unit)

        assert pickle.loads(pickle.dumps({"type": float})) == {"type": builtins.float}
        assert copy.deepcopy(float) is float
        assert repr(float) == "<class 'float'>"
    assert Length.__mro__ == (Length, builtins.float, object)
    assert type(Length) is type
    assert Length(2.0, 3.0) == 6.0


# --- complex ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "by_x", "by_z"),
    [
        (lambda x, z: complex(x), 2, None),
        (lambda x, z: complex(z), None, 2 - 1j),
        (lambda x, z: complex(x, 2.0), 2, None),
        (lambda x, z: complex(2.0, x), -1, None),
        (lambda x, z: complex(x, x), 1, None),
        (lambda x, z: complex(real=2, imag=x), -1, None),
        (lambda x, z: complex(z, x), -1, 2 - 1j),
        (lambda x, z: complex(0.5, z), None, -1 - 2j),
    ],
)
def test_complex_of_variables_is_a_tensor(made, by_x, by_z):
    x, z = mg.tensor(1.5, dtype=np.float32), mg.tensor(0.5 - 2j, dtype=np.complex64)
    with mg.lift:
        y = made(x, z)
    assert (y.dtype, y.shape) == (np.complex128, ())
    assert y.data == made(1.5, 0.5 - 2j)
    (2 * y.real - y.imag).backward()
    assert (x.grad, z.grad) == (by_x, by_z)


def test_complex_keeps_the_signs_of_zeros():
    """They tell on which side of a cut a number is."""
    zero = mg.tensor(-0.0)
    with mg.lift:
        below = complex(-4.0, zero)
        assert complex(-4.0, -0.0) == below
    assert np.sqrt(below).item() == -2j
    with mg.lift:
        assert str(complex(zero, 1.0).data.item()) == "(-0+1j)"


def test_complex_is_complex_to_all_who_ask():
    z, x = mg.tensor([1j, 2.0]), mg.tensor(1.0)
    with mg.lift:
        assert isinstance(1j, complex)
        assert isinstance(z[0], complex)
        assert not isinstance(z, complex)
        assert not isinstance(x, complex)
        assert not isinstance(z[0], float)
        assert issubclass(np.complex128, complex)
        assert np.dtype(complex) == np.complex128
        assert np.zeros(2, dtype=complex).dtype == z.astype(complex).dtype == np.complex128
        assert (complex("1+2j"), complex(1, 2)) == (1 + 2j, 1 + 2j)
        assert type(complex(1)) is builtins.complex
        assert pickle.loads(pickle.dumps(complex)) is builtins.complex
        with pytest.raises(TypeError):
            complex(z)
        with pytest.raises(TypeError):
            complex(x, "1")

        class Impedance(complex):
            pass

    assert Impedance.__mro__ == (Impedance, builtins.complex, object)
    assert complex is builtins.complex
    with pytest.warns(GradientLostWarning):
        assert complex(z[0]) == 1j
