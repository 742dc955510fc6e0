"""Lift: what converts arrays lets tensors through, with NumPy's values, dtypes and shapes, and their gradients."""

import math
from array import array
from collections import deque
from collections.abc import Sequence
from numbers import Integral, Number, Real

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.lib.stride_tricks import as_strided
from numpy.testing import assert_array_equal

import mygrad as mg
from mygrad.testing import check_grads

CONVERSIONS = {
    "array": lambda x, **options: np.array(x, **options),
    "asanyarray": lambda x, **options: np.asanyarray(x, **options),
    "asarray": lambda x, **options: np.asarray(x, **options),
    "asarray_chkfinite": lambda x, **options: np.asarray_chkfinite(x, **options),
    "ascontiguousarray": lambda x, **options: np.ascontiguousarray(x, **options),
    "asfortranarray": lambda x, **options: np.asfortranarray(x, **options),
    "require": lambda x, **options: np.require(x, **options),
}
every_conversion = pytest.mark.parametrize("convert", CONVERSIONS.values(), ids=CONVERSIONS)

shapes = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0)
floats = hnp.arrays(st.sampled_from(["f4", "f8"]), shapes, elements=st.floats(-10, 10, width=32))
dtypes = st.sampled_from([None, float, "f4", np.float64, np.dtype("f8")])


@every_conversion
@given(numbers=floats, dtype=dtypes, order=st.sampled_from("CF"))
def test_tensors_stay_tensors(convert, numbers, dtype, order):
    x = mg.tensor(numbers.copy(order))
    with mg.lift:
        y = convert(x, dtype=dtype)
    expected = convert(numbers, dtype=dtype)
    assert isinstance(y, mg.Tensor)
    assert (y.shape, y.dtype) == (expected.shape, expected.dtype)
    assert_array_equal(y.data, expected)
    y.sum().backward()
    assert_array_equal(x.grad, np.ones_like(numbers))


@every_conversion
@pytest.mark.parametrize("collection", [list, tuple, deque])
def test_collections_of_tensors_are_put_together(convert, collection):
    x = mg.tensor([1.0, 2.0, 3.0])
    with mg.lift:
        y = convert(collection([x[2], 4.0, x[0] * 2.0]))
    assert_array_equal(y.data, [3.0, 4.0, 2.0])
    (y * [1.0, 10.0, 100.0]).sum().backward()
    assert_array_equal(x.grad, [200.0, 0.0, 1.0])


def test_nested_lists_are_put_together():
    x = mg.tensor([1.0, 2.0])
    with mg.lift:
        rotation = np.array([[np.cos(x[0]), -x[1], 0], [x[1], np.cos(x[0]), 0], [0, 0, 1]], dtype=float)
    assert rotation.shape == (3, 3)
    rotation.sum().backward()
    np.testing.assert_allclose(x.grad, [-2 * np.sin(1.0), 0.0])


def test_a_copy_is_promised_by_array_and_given():
    x = mg.tensor([1.0, 2.0])
    with mg.lift:
        y = np.array(x)
        y[0] = 5.0
        assert np.asarray(x) is x
    assert_array_equal(x.data, [1.0, 2.0])
    y.sum().backward()
    assert_array_equal(x.grad, [0.0, 1.0])


@every_conversion
@pytest.mark.parametrize("dtype", [int, bool, np.uint8])
def test_steps_become_arrays(convert, dtype):
    x = mg.tensor([1.5, 2.5])
    with mg.lift:
        y = convert(x, dtype=dtype)
    assert type(y) is np.ndarray
    assert_array_equal(y, np.asarray(x.data, dtype))
    assert x.data.flags.writeable


def test_what_is_not_finite_is_refused():
    x = mg.tensor([1.0, np.nan])
    with mg.lift, pytest.raises(ValueError, match="infs or NaNs"):
        np.asarray_chkfinite(x)


@pytest.mark.parametrize(
    ("f", "error"),
    [
        (lambda x: np.array(x, ndmin=99), ValueError),
        (lambda x: np.asarray(x, order="Z"), ValueError),
        (lambda x: np.array([x, x], order="Z"), ValueError),
        (lambda x: np.asarray(x, device="gpu"), ValueError),
        (lambda x: np.asarray(x, copy="x"), ValueError),
        (lambda x: np.asarray(x, like=3), TypeError),
        (lambda x: np.asarray(x, "nonsense"), TypeError),
        (lambda x: np.require(x, None, "Q"), KeyError),
        (lambda x: np.require(x, None, ["F", "C"]), ValueError),
        (lambda x: np.array([x, x[0]]), ValueError),
        (lambda x: np.asarray(x, "f4", copy=False), ValueError),
    ],
)
def test_errors_are_numpys(f, error):
    x = mg.tensor([1.0, 2.0])
    with pytest.raises(error):
        f(x.data)
    with mg.lift, pytest.raises(error):
        f(x)


def test_complex_numbers():
    def f(x, filled=False):
        z = np.zeros(2) * 1j if filled else np.zeros(2, complex)
        z[0] = x[0]
        z[1] += 1j * x[1]
        z += 2j * np.array(np.asarray(x, dtype=complex).tolist())
        return np.sum(np.abs(z) ** 2)

    for filled in (False, True):
        x = mg.tensor([1.0, 2.0])
        y = mg.lift(f)(x, filled)
        assert y == f(x.data, filled)
        y.backward()
        assert_array_equal(x.grad, [10.0, 36.0])


def test_arrays_and_numbers_are_converted_as_ever():
    given = np.arange(3.0)
    with mg.lift:
        assert np.asarray(given) is given
        assert type(np.array([1.0, 2.0])) is np.ndarray
        assert type(np.asarray(2)) is np.ndarray


def test_elements_that_an_iterator_yields():
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    with mg.lift:
        y = np.asarray(x.flat)
    (y * [1.0, 2.0, 3.0, 4.0]).sum().backward()
    assert_array_equal(x.grad, [[1.0, 2.0], [3.0, 4.0]])


class Wrapper:
    """What hands out an array to those who ask for one."""

    def __init__(self, content):
        self.content = content

    def __array__(self, dtype=None, copy=None):
        return self.content


@every_conversion
def test_objects_that_hand_out_tensors(convert):
    x = mg.tensor([1.0, 2.0])
    with mg.lift:
        (convert(Wrapper(x)) * 3.0).sum().backward()
    assert_array_equal(x.grad, [3.0, 3.0])


# --- arrays that are made to be written into --------------------------------------------------------

FILLED = {
    "empty": lambda: np.empty((2, 3)),
    "zeros": lambda: np.zeros((2, 3)),
    "ones": lambda: np.ones((2, 3)),
    "full": lambda: np.full((2, 3), 4.0),
    "eye": lambda: np.eye(2, 3),
    "empty_like": lambda: np.empty_like(np.ones((2, 3))),
    "zeros_like": lambda: np.zeros_like(np.ones((2, 3))),
    "ones_like": lambda: np.ones_like([[1.0] * 3] * 2),
    "of a tensor": lambda: np.zeros_like(mg.ones((2, 3))),
    "of a constant": lambda: np.zeros_like(mg.ones((2, 3), constant=True)),
}
every_filled = pytest.mark.parametrize("fill", FILLED.values(), ids=FILLED)


@every_filled
def test_variables_can_be_written_into_what_was_filled(fill):
    x = mg.tensor([1.0, 2.0, 3.0])
    with mg.lift:
        a = fill()
        a[1] = x * 2.0
        a[0, 1:] = x[0]
        a[0, 0] = 7.0
    (a * [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).sum().backward()
    assert_array_equal(a.data, [[7.0, 1.0, 1.0], [2.0, 4.0, 6.0]])
    assert_array_equal(x.grad, [8.0 + 5.0, 10.0, 12.0])


@every_filled
def test_what_was_filled_and_has_no_gradient_goes_anywhere(fill):
    with mg.lift:
        a = fill()
        a[...] = 2.0
        b = array("d", (a * 2).ravel())  # an exit
        c = np.unique(a)  # which is refused to variables
    assert list(b) == [4.0] * 6
    assert_array_equal(c, [2.0])


def test_what_was_filled_and_has_no_gradient_meets_complex_numbers_and_arrays():
    given = [np.ones(2)]
    with mg.lift:
        a = np.zeros(2)
        a[0] = 3.0
        both = np.concatenate([a, [1j]])
        np.multiply(a, 2.0, out=given[0])
        given[0][:] += a
    assert_array_equal(both, [3.0, 0.0, 1j])
    assert_array_equal(given[0], [9.0, 0.0])


def test_floats_made_of_integers_are_what_was_filled():
    x = mg.tensor([1.5, 2.5])
    with mg.lift:
        a = np.floor(x).astype(int).astype(float)
        b = mg.tensor([1, 2]).astype(np.float32)
        assert list(array("d", b)) == [1.0, 2.0]
        b[0] = x[0] * 3.0
        (np.asarray(a) * b).sum().backward()
    assert_array_equal(x.grad, [3.0, 0.0])


def test_filled_arrays_of_integers_are_arrays():
    with mg.lift:
        assert type(np.zeros(3, int)) is np.ndarray
        assert type(np.ones(3, dtype=bool)) is np.ndarray
        assert type(np.empty(2, object)) is np.ndarray


def test_a_value_to_fill_with_is_differentiable():
    x = mg.tensor(3.0)
    with mg.lift:
        np.full((2, 2), x).sum().backward()
    assert_array_equal(x.grad, 4.0)


def test_ranges_of_variables_are_refused():
    x = mg.tensor(3.0)
    with mg.lift, pytest.raises(TypeError, match="arange"):
        np.arange(x)


# --- others -----------------------------------------------------------------------------------------


def test_columns_and_rows():
    x = mg.tensor([1.0, 2.0])
    with mg.lift:
        row, columns, mixed = np.r_[x, 0.0, x[0]], np.c_[x, x * 2.0], np.r_["-1", x[:, None], x[:, None]]
    assert_array_equal(row.data, [1.0, 2.0, 0.0, 1.0])
    assert_array_equal(columns.data, [[1.0, 2.0], [2.0, 4.0]])
    (row.sum() + columns.sum() + mixed.sum()).backward()
    assert_array_equal(x.grad, [2 + 3 + 2, 1 + 3 + 2])


def test_vectorized_functions():
    x, y = mg.tensor([[1.0], [2.0]]), mg.tensor([3.0, 4.0])
    times = np.vectorize(lambda a, b=1.0, *, scale=1.0: a * b * scale)  # before
    with mg.lift:
        z = times(x, y, scale=2.0)
        both = np.vectorize(lambda a: (a, a * a))(y)
    assert_array_equal(z.data, x.data * y.data * 2.0)
    z.sum().backward()
    assert_array_equal(x.grad, [[14.0], [14.0]])
    both[1].sum().backward()
    assert_array_equal(y.grad, [6.0 + 6.0, 6.0 + 8.0])


def test_vectorized_functions_with_excluded_arguments():
    x, weights = mg.tensor([1.0, 2.0]), np.array([1.0, 2.0, 3.0])
    polynomial = np.vectorize(lambda x, weights: sum(w * x**i for i, w in enumerate(weights)), excluded=[1, "weights"])
    with mg.lift:
        (polynomial(x, weights) + polynomial(x, weights=weights)).sum().backward()
    assert_array_equal(x.grad, [2 * (2 + 6), 2 * (2 + 12)])


@pytest.mark.parametrize("f", [math.exp, math.erf, math.floor, np.sin])
def test_vectorized_functions_of_others(f):
    before = np.vectorize(f)
    numbers = np.array([[0.5], [1.5]])
    x = mg.tensor(numbers)
    with mg.lift:
        for y in (before(x), np.vectorize(f)(x)):
            assert_array_equal(mg.asarray(y), before(numbers))
    if f is not math.floor:
        check_grads(mg.lift(before), numbers)


@pytest.mark.parametrize("otypes", [None, "f", [float], [int], [bool]])
@pytest.mark.parametrize(
    "f",
    [
        lambda a: 0 if a < 2 else a,  # whose first result is an integer: so are all
        lambda a: a > 2,
        lambda a: 1.0,
        lambda a: a * a,
    ],
)
def test_vectorized_functions_give_what_numpy_gives(f, otypes):
    numbers = np.array([[1.5], [2.5]], np.float32)
    x = mg.tensor(numbers)
    vectorized = np.vectorize(f, otypes=otypes)
    expected = vectorized(numbers)
    with mg.lift:
        y = vectorized(x)
    assert (y.dtype, y.shape) == (expected.dtype, expected.shape)
    assert_array_equal(np.asarray(mg.asarray(y)), expected)
    if y.dtype.kind != "f":
        assert type(y) is np.ndarray


def test_vectorized_functions_of_nothing():
    x = mg.tensor(np.zeros((0, 2)))
    with mg.lift:
        y, z = np.vectorize(lambda a: (a, a), otypes="fd")(x)
        with pytest.raises(ValueError, match="size 0"):
            np.vectorize(lambda a: a)(x)
    assert (y.dtype, y.shape, z.dtype, z.shape) == (np.float32, (0, 2), np.float64, (0, 2))


def test_vectorized_functions_of_arrays_are_numpys():
    with mg.lift:
        result = np.vectorize(lambda a: a + 1)(np.arange(3))
    assert type(result) is np.ndarray
    assert_array_equal(result, [1, 2, 3])


def test_vectorized_functions_with_signatures_are_refused():
    x = mg.tensor([1.0, 2.0])
    with mg.lift, pytest.raises(TypeError, match="signature"):
        np.vectorize(lambda a: a.sum(), signature="(n)->()")(x)


def test_broadcast_objects():
    x, y = mg.tensor([[1.0], [2.0]]), mg.tensor([3.0, 4.0, 5.0])
    expected = np.broadcast(x.data, y.data)
    with mg.lift:
        b = np.broadcast(x, y)
        total = sum(s * t for s, t in b)
    for name in ("shape", "ndim", "nd", "size", "numiter"):
        assert getattr(b, name) == getattr(expected, name)
    total.backward()
    assert_array_equal(x.grad, [[12.0], [12.0]])


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize(
    "windows",
    [
        lambda x: as_strided(x, (4, 3), (x.strides[0], x.strides[0])),
        lambda x: np.lib.stride_tricks.as_strided(x[::-1].copy(), shape=(2, 2), strides=(2 * x.itemsize, x.itemsize)),
        lambda x: as_strided(x),
        lambda x: as_strided(x, strides=(0,)),
        lambda x: as_strided(x.reshape(2, 3), (2, 2)),
        lambda x: as_strided(x[2:], (3, 3), (-x.itemsize, x.itemsize)),  # which begins before the view
        lambda x: as_strided(x[:2], (3, 2), (2 * x.itemsize, x.itemsize)),  # and ends after it
        lambda x: as_strided(x[::2]),
        lambda x: as_strided(x.reshape(2, 3).T, (2, 2), (x.itemsize, x.itemsize)),
        lambda x: as_strided(x[3:], (), ()),
    ],
)
def test_windows_by_strides(windows, dtype):
    numbers = np.arange(1.0, 7.0, dtype=dtype)
    weights = np.cos(np.arange(windows(numbers).size)).reshape(windows(numbers).shape)
    x = mg.tensor(numbers)
    with mg.lift:
        y = windows(x)
    assert y.dtype == dtype
    assert_array_equal(y.data, windows(numbers))
    (y * weights).sum().backward()
    unit = [np.sum(windows(one) * weights) for one in np.eye(6, dtype=dtype)]
    np.testing.assert_allclose(x.grad, unit, rtol=1e-6)


def test_windows_are_copies():
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    with mg.lift:
        with pytest.raises(ValueError, match="read-only"):
            as_strided(x, (2,), (8,))[0] = 5.0
        for array, strides in ((mg.tensor(x.data.T), (8, 8)), (x, (4, 4))):
            with pytest.raises(TypeError, match="C-contiguous"):
                as_strided(array, (2, 2), strides)
        for strides in ((16, 16), (-8, 8)):
            with pytest.raises(ValueError, match="out of the memory"):
                as_strided(x, (2, 3), strides)


@pytest.mark.parametrize(
    "f",
    [
        lambda c: np.polynomial.polynomial.polyval(2.0, c),
        lambda c: np.polynomial.Polynomial(c)(2.0),
        lambda c: np.polynomial.Polynomial(c).deriv()(2.0),
        lambda c: np.polynomial.polynomial.polymul(c, [1.0, 2.0]).sum(),
        lambda c: np.polynomial.polynomial.polyadd(c, [1.0, 2.0]).sum(),
        lambda c: np.polynomial.polynomial.polyint(c).sum(),
        lambda c: np.polynomial.chebyshev.chebval(0.5, c),
        lambda c: np.polynomial.chebyshev.chebmul(c, c).sum(),
        lambda c: np.polynomial.legendre.legval(0.5, c),
        lambda c: np.polynomial.legendre.legder(c).sum(),
        lambda c: np.polynomial.hermite.hermval(0.5, c),
        lambda c: np.polynomial.hermite_e.hermeval(0.5, c),
        lambda c: np.polynomial.laguerre.lagval(0.5, c),
        lambda c: np.polynomial.Chebyshev(c).integ()(0.5),
    ],
)
def test_polynomials(f):
    check_grads(mg.lift(f), np.array([1.0, -2.0, 3.0, 0.5]))


# --- what tells arrays and numbers from others --------------------------------------------------------


def test_tensors_count_as_arrays_and_numbers():
    x = mg.tensor([1.0, 2.0])
    with mg.lift:
        assert isinstance(x, np.ndarray)
        assert isinstance(x, mg.Tensor)
        assert isinstance(x[0], float)
        assert np.isscalar(x[0])
        assert not np.isscalar(x)
        assert not isinstance(x, (int, str))
    assert not isinstance(x, np.ndarray)
    assert x.__class__ is mg.Tensor


#: Of a number, these make an array without axes.
CONVERTED = [
    lambda a: np.asarray(a[0]),
    lambda a: np.asarray(a[0], float),
    lambda a: np.asanyarray(a[0], np.float32),
    lambda a: np.array(a[0]),
    lambda a: np.asarray(a[0])[()],
    lambda a: np.asarray(a[0]) * 2,
]


@pytest.mark.parametrize("kind", [np.ndarray, np.generic, np.floating, np.float64, Integral, Sequence])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_tensors_are_what_numpy_has(kind, dtype):
    """A number, where NumPy has one: code that asks for arrays first, or for numbers, takes the way it takes there."""
    numbers = np.array([1.0, 2.0], dtype)
    x = mg.tensor(numbers)
    with mg.lift:
        for f in (lambda a: a, lambda a: a[0], np.sum, lambda a: a[0] * 2, lambda a: a[:0], *CONVERTED):
            assert isinstance(f(x), kind) == isinstance(f(numbers), kind)
            assert issubclass(type(f(x)), mg.Tensor)
    assert not isinstance(x[0], kind)


def test_tensors_without_axes_are_numbers_to_abstract_classes():
    x = mg.tensor([1.0, 2.0])
    with mg.lift:
        for t in (mg.tensor(1.0), x[0], x.sum()):
            assert isinstance(t, Number)
            assert isinstance(t, Real)
            assert not isinstance(t, Integral)
        assert not isinstance(x, Number)
    assert not isinstance(x[0], Number)
