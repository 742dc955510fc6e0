"""Calls in the corners of NumPy's functions: the same value, dtype, shape or error, and a gradient that is right."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad import Tensor
from mygrad.testing import check_grads

A = np.array([0.3, -1.2, 2.6])
B = np.array([1.5, 0.4, -0.7, 0.2])
M = np.array([[0.3, -1.2, 2.6], [1.1, 0.4, -0.7]])
KNOTS = np.array([-1.0, 0.1, 0.9])


def half(a):
    return np.asarray(a, np.float16)


def single(a):
    return np.asarray(a, np.float32)


SMOOTH = {
    "accumulate along the only axis": (lambda x: np.hypot.accumulate(x, axis=None), A),
    "minimum.accumulate along the only axis": (lambda x: np.minimum.accumulate(x, axis=None), A),
    "accumulate nothing": (lambda x: np.divide.accumulate(x, axis=0), np.zeros((0, 3))),
    "accumulate empty rows": (lambda x: np.divide.accumulate(x, axis=1), np.zeros((0, 3))),
    "reduceat along the only axis": (lambda x: np.hypot.reduceat(x, [0, 2], axis=None), A),
    "add.reduceat along the only axis": (lambda x: np.add.reduceat(x, [0, 2], axis=None), A),
    "reduceat nowhere": (lambda x: np.multiply.reduceat(x, [], axis=1), M),
    "add.reduceat nowhere": (lambda x: np.add.reduceat(x, []), A),
    "outer with a number": (lambda x: np.multiply.outer(x, 1.5), single(A)),
    "outer of a number": (lambda x: np.hypot.outer(2, x), half(A)),
    "append a number": (lambda x: np.append(x, 0), single(A)),
    "append to a number": (lambda x: np.append(1, x), half(A)),
    "select with a weak default": (lambda x: np.select([x > 0], [x * 2], 1), half(A)),
    "select without a default": (lambda x: np.select([np.array(True)], [x]), single(A)),
    "diff by nothing": (lambda x: np.diff(x, 0, prepend=[[1.0], [2.0]]), np.array(0.5)),
    "compress a number": (lambda x: np.compress([True, False], x, 0), np.array(0.5)),
    "insert into a number": (lambda x: np.insert(1.5, 1, x), np.array([0.5])),
    "trapezoid of two values at more abscissas": (lambda x: np.trapezoid(x, A), M[:, :2]),
    "trapezoid at more abscissas than values": (lambda x: np.trapezoid(M[:, :2], x), A),
    "full_like of a row": (lambda x: np.full_like(x[0], x), A[None]),
    "power in emath of a negative integer": (lambda x: np.emath.power(x, -2), np.array([0.5, 2.0])),
    "vector_norm of ord None": (lambda x: np.linalg.vector_norm(x, ord=None), M),
    "polyadd of rows": (lambda x: np.polyadd(x, x[:, ::-1]), M),
    "polyadd of unequal rows": (lambda x: np.polyadd(x, [[0.5, 0.2, 0.1]]), np.vstack([M, M])[:1]),
    "polysub": (lambda x: np.polysub(x, B), A),
    "polysub booleans": (lambda x: np.polysub(x, np.array([True])), A),
    "polymul with nothing": (lambda x: np.polymul(x, []), A),
    "polymul of zeros": (lambda x: np.polymul(np.zeros(2), x), A),
    "polyder often": (lambda x: np.polyder(x, 2.0), A),
    "poly in half precision": (lambda x: np.poly(x), half(A)),
    "cov of columns with a row": (lambda x: np.cov(x, A[None], rowvar=False), A),
    "cov of columns": (lambda x: np.cov(x, M, rowvar=False), M),
    "interp in single precision": (lambda x: np.interp(x, KNOTS, [0.3, -1.0, 2.0]), single([0.2, -0.4])),
    "interp half precision": (lambda x: np.interp([0.2, -0.4], KNOTS, x), half(A)),
    "interp booleans": (lambda x: np.interp(x, KNOTS, [True, False, True]), np.array([0.2, -0.4])),
}


@pytest.mark.parametrize("case", SMOOTH, ids=SMOOTH.keys())
def test_values_and_gradients(case):
    f, x = SMOOTH[case]
    y = f(Tensor(x))
    assert isinstance(y, Tensor)
    assert_array_equal(y, f(x), strict=True)
    y.backward()
    check_grads(f, np.asarray(x, float))


INTEGERS_AND_BOOLEANS = {
    "poly of integers": lambda a: np.poly(a([1, 2, 3])),
    "poly of booleans": lambda a: np.poly(a([True, False])),
    "power in emath": lambda a: np.emath.power(a([2, 4]), a([-1, 2])),
    "power of integers in emath": lambda a: np.emath.power(a([2, 4]), 2),
    "interp of integers": lambda a: np.interp(a([0, 3]), [0, 1, 5], a([1, 2, 4])),
    "interp of booleans": lambda a: np.interp(0.5, [0, 1], a([True, False])),
}


@pytest.mark.parametrize("case", INTEGERS_AND_BOOLEANS.values(), ids=INTEGERS_AND_BOOLEANS.keys())
def test_other_numbers(case):
    assert_array_equal(case(Tensor), case(np.array), strict=True)


@pytest.mark.parametrize(
    "call",
    [
        lambda a: np.ldexp.accumulate(a(A)),
        lambda a: np.multiply.reduce(a(1), axis=(0, 0), dtype=float, where=np.ones((0, 3), bool)),
        lambda a: np.modf(a(A), out=(np.zeros((4, 3)), np.zeros((2, 3)))),
        lambda a: np.modf(a(0.5), out=(np.zeros(()), np.zeros(1))),
        lambda a: np.sum(a(np.zeros((0, 3))), initial=None),
        lambda a: np.prod(a(A), initial=None, where=np.array([True, False, True])),
        lambda a: np.nansum(a(np.zeros(0)), initial=None),
        lambda a: a(np.zeros(0)).prod(initial=None),
        lambda a: np.gradient(a([True, False, True])),
        lambda a: np.diff(a(M), prepend=[1.0]),
        lambda a: np.polymul(a(M), a(M)),
        lambda a: np.polyder(a(A), a([1, 2])),
        lambda a: np.emath.power(a(A), a(B)),
    ],
)
def test_errors(call):
    with pytest.raises(Exception) as numpys:
        call(np.array)
    with pytest.raises(numpys.type):
        call(Tensor)


def test_initial_of_none_starts_from_nothing_otherwise():
    x = Tensor(M)
    y = np.sum(x, axis=0, initial=None)
    assert_array_equal(y, M.sum(axis=0), strict=True)
    y.backward()
    assert_array_equal(x.grad, np.ones_like(M))


@pytest.mark.parametrize("function", [np.convolve, np.correlate])
def test_infinity_does_not_spread_in_convolutions(function):
    """It would, if results were computed of sequences that are filled up with zeros."""
    a, v = np.array([0.5, np.inf, 1.0, 2.0]), np.array([1.0, 2.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_array_equal(function(Tensor(a), v, "full"), function(a, v, "full"))


@pytest.mark.parametrize("fp", [[np.inf, 1.0, 2.0], [1.0, np.inf, np.inf], [np.inf, -np.inf, 1.0]])
def test_infinity_in_interpolation(fp):
    x = np.array([-1.0, -0.5, 0.1, 0.5, 0.9, np.nan])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_array_equal(np.interp(Tensor(x), KNOTS, Tensor(fp)), np.interp(x, KNOTS, fp))


class TestFloorDivideMethods:
    """A floor is a step, but an entry that there is nothing to divide by is passed on as it is."""

    def test_of_variables(self):
        for call in (
            lambda x: np.floor_divide.accumulate(x),
            lambda x: np.floor_divide.reduceat(x, [0, 1]),
            lambda x: np.floor_divide.reduce(x[:1]),
        ):
            with pytest.raises(TypeError, match=r"np\.floor_divide\.\w+ was given a tensor that is a variable"):
                call(Tensor(A))
            assert_array_equal(call(Tensor(A, constant=True)), call(A), strict=True)

    def test_a_refusal_writes_nothing(self):
        out, target = np.zeros(3), Tensor(np.zeros(3))
        for t in out, target:
            with pytest.raises(TypeError, match="cannot be differentiated"):
                np.floor_divide.accumulate(Tensor(A), out=t)
            assert_array_equal(t, np.zeros(3))

    def test_elementwise(self):
        assert_array_equal(np.floor_divide.outer(Tensor(A), B), np.floor_divide.outer(A, B), strict=True)


def test_emath_of_constants_may_be_complex():
    constant = Tensor([-1.0, 4.0], constant=True)
    assert_array_equal(np.emath.sqrt(constant), [1j, 2.0])
    with mg.no_autodiff:
        assert_array_equal(np.emath.log(Tensor(-1.0)), np.emath.log(-1.0))


def test_outputs_larger_than_the_result():
    x = Tensor(A)
    out = mg.zeros((2, 3)), np.zeros((2, 3))
    fraction, whole = np.modf(x, out=out)
    assert_array_equal(fraction, np.broadcast_to(np.modf(A)[0], (2, 3)))
    assert fraction is out[0]
    assert whole is out[1]
    fraction.backward()
    assert_array_equal(x.grad, [2.0, 2.0, 2.0])
    fraction, whole = np.modf(Tensor(A), out=(None, np.zeros((2, 3))))
    assert fraction.shape == whole.shape == (2, 3)


def test_ufunc_at_warns_once_as_numpy_does():
    y = +Tensor([0.5, -1.0])
    with pytest.warns(RuntimeWarning) as ours:
        np.log.at(y, [1])
    with pytest.warns(RuntimeWarning) as numpys:
        np.log.at(np.array([0.5, -1.0]), [1])
    assert [str(w.message) for w in ours] == [str(w.message) for w in numpys]


def test_nothing_is_reshaped_without_a_copy():
    assert mg.reshape(mg.zeros((0, 3)), (2, -1), copy=False).shape == (2, 0)


def test_writes_of_no_values():
    x = +Tensor(A)
    np.putmask(x, [True, False, True], [])
    assert_array_equal(x, A)


def test_repeated_writes_to_a_number():
    v = Tensor([1.0, 2.0])
    y = +Tensor(0.5)
    np.put(y, [0, 0], v)
    assert y == 2.0
    y.backward()
    assert_array_equal(v.grad, [0.0, 1.0])


CUBE = np.sin(np.arange(24.0) ** 2).reshape(2, 3, 4)


@pytest.mark.parametrize("mode", ["maximum", "mean", "median", "minimum", "linear_ramp"])
@pytest.mark.parametrize(
    ("a", "pad_width", "options"),
    [
        (A, 2, {}),
        (M, ((1, 0), (0, 3)), {}),
        (M, 1, {"stat_length": 2, "end_values": 1.5}),
        (CUBE, (1, 2), {"stat_length": ((1, 2), (2, 2), (3, 1)), "end_values": ((1, 2), (3.0, 4.0), (0, 1))}),
        (np.array(0.5), 3, {}),
        (single(A), (0, 1), {}),
    ],
)
def test_modes_of_pad_that_compute_values(mode, a, pad_width, options):
    options = {k: v for k, v in options.items() if k == ("end_values" if mode == "linear_ramp" else "stat_length")}

    def f(x):
        return np.pad(x, pad_width, mode, **options)

    y = f(Tensor(a))
    assert_allclose(y, f(a), rtol=1e-6 if a.dtype == np.float32 else 1e-12, strict=True)
    check_grads(f, np.asarray(a, float))


def test_a_function_that_pads():
    def fill(vector, width, axis, options):
        vector[: width[0]] = options["factor"] * vector[width[0]]
        vector[len(vector) - width[1] :] = options["factor"] + axis

    def f(x, factor):
        return mg.pad(x, ((1, 2), (0, 3)), fill, factor=factor)

    assert_array_equal(f(Tensor(M), Tensor(2.0)), np.pad(M, ((1, 2), (0, 3)), fill, factor=2.0))
    check_grads(f, M, np.array(2.0), order=2)
    check_grads(lambda factor: f(M, factor), np.array(2.0))
    assert f(Tensor(M, constant=True), 2.0).constant


@pytest.mark.parametrize(("mode", "name"), [("constant", "constant_values"), ("linear_ramp", "end_values")])
def test_what_pad_adds_takes_gradients(mode, name):
    for values in np.array(0.3), np.array([0.3, -1.0]), np.array([[0.3], [2.0]]), np.array([[0.3, 1.0], [2.0, 0.7]]):
        f = lambda x, v: mg.pad(x, ((1, 2), (0, 3)), mode, **{name: v})  # noqa: E731
        assert_array_equal(f(Tensor(M), Tensor(values)), np.pad(M, ((1, 2), (0, 3)), mode, **{name: values}))
        check_grads(f, M, values, order=2)
    v = Tensor(3.0)
    mg.pad(A, 1, mode, **{name: [v, 0.0]}).sum().backward()
    assert v.grad == 1.0
    assert mg.pad([1, 2], 1, constant_values=v).dtype == np.pad([1, 2], 1, constant_values=3.0).dtype
    with pytest.raises(ValueError, match="unsupported keyword"):
        mg.pad(A, 1, "edge", **{name: v})


def test_what_pad_refuses():
    for call in (lambda x: np.pad(x, 1, "maximum", stat_length=0), lambda x: np.pad(x, 1, "mean", end_values=1)):
        with pytest.raises(ValueError, match=r"stat_length|unsupported keyword"):
            call(Tensor(A))


def test_windows_of_tensors_are_read_only():
    a = np.arange(4.0)
    with pytest.raises(ValueError, match="read-only"):
        np.lib.stride_tricks.sliding_window_view(Tensor(a, copy=False), 2, writeable=True)
    assert a.flags.writeable


def test_hyperbolic_cosecant_of_large_numbers():
    x = Tensor([711.0, -711.0, 1e5, 0.5, 1e-300, np.inf])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y = mg.csch(x)
        y[:-1].backward()
    assert_allclose(y[3:], [1 / np.sinh(0.5), 1e300, 0.0])
    assert_allclose(y[:3], [3.2934673504495831e-309, -3.2934673504495831e-309, 0.0], rtol=1e-9)
    assert_allclose(x.grad[:3], [-3.2934673504495831e-309, -3.2934673504495831e-309, 0.0], rtol=1e-9)
