"""Reductions with NumPy's keywords in all combinations, against NumPy and against central differences."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad import Tensor
from mygrad.testing import check_grads

WITH_INITIAL = ["sum", "prod", "max", "min", "nansum", "nanprod", "nanmax", "nanmin"]
SPREAD = np.sin(np.arange(12.0) ** 2).reshape(3, 4)
WITHOUT = ["mean", "var", "std", "nanmean", "nanvar", "nanstd"]
CUMULATIVE = ["cumsum", "cumprod", "nancumsum", "nancumprod"]

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of empty slices, as NumPy does


def axes(ndim):
    if ndim == 0:
        return st.none()
    one = st.integers(-ndim, ndim - 1)
    return st.none() | one | st.lists(one, unique_by=lambda axis: axis % ndim).map(tuple)


@st.composite
def calls(draw, initial=True):
    """An array of distinct numbers, and keywords for its reduction."""
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=3))
    n = int(np.prod(shape))
    array = np.array(draw(st.permutations(range(n))), float).reshape(shape) / 4 + 0.3
    array = np.asarray(array * draw(hnp.arrays(float, shape, elements=st.sampled_from([-1.0, 1.0]))))
    params = {"axis": draw(axes(len(shape)))}
    if draw(st.booleans()):
        params["keepdims"] = draw(st.booleans())
    if draw(st.booleans()):
        params["where"] = draw(hnp.arrays(bool, draw(st.sampled_from([shape, shape[-1:], ()]))))
    if initial and (params.get("where") is not None or draw(st.booleans())):
        params["initial"] = draw(st.sampled_from([-1.55, 0.55, 2.05]))
    return array, params


def differences(f, x, g, h=1e-6):
    """The gradient of ``sum(g * f(x))``."""
    slopes = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        slopes[i] = np.sum(g * (f(np.asarray(x + step)) - f(np.asarray(x - step)))) / (2 * h)
    return slopes


def check(name, array, params):
    ours, numpys = getattr(mg, name), getattr(np, name)
    expected = numpys(array, **params)
    x = mg.tensor(array)
    y = ours(x, **params)
    assert isinstance(y, Tensor)
    assert (y.dtype, y.shape) == (expected.dtype, expected.shape)
    assert_array_equal(y.data, expected)
    assert_array_equal(numpys(x, **params).data, expected)
    if not np.isfinite(expected).all():
        return
    g = np.cos(np.arange(expected.size, dtype=float)).reshape(expected.shape)
    y.backward(g)
    assert_allclose(x.grad, differences(lambda a: numpys(a, **params), array, g), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", WITH_INITIAL)
@given(calls())
def test_with_initial(name, call):
    check(name, *call)


@pytest.mark.parametrize("name", WITHOUT)
@given(calls(initial=False), st.sampled_from([{}, {"ddof": 1}]))
def test_moments(name, call, ddof):
    array, params = call
    if not name.endswith("mean"):
        params |= ddof
        flat = getattr(np, name)(array, **params) == 0  # where std has a kink
        assume(not np.any(flat) or name.endswith("var"))
    check(name, array, params)


@pytest.mark.parametrize("name", ["median", "ptp", "nanmedian"])
@given(calls(initial=False))
def test_order_statistics(name, call):
    array, params = call
    params.pop("where", None)
    check(name, array, params)


@pytest.mark.parametrize("name", CUMULATIVE)
@given(calls(initial=False))
def test_cumulative(name, call):
    array, params = call
    axis = params["axis"]
    check(name, array, {"axis": axis if not isinstance(axis, tuple) else None})


@pytest.mark.parametrize("name", ["var", "std", "nanvar", "nanstd"])
def test_the_mean_given_to_var_is_differentiated(name):
    ours = getattr(mg, name)
    a = np.array([[1.0, 4.0, 2.5], [0.5, -1.0, 3.0]])
    x, y = mg.tensor(a), mg.tensor(a)
    ours(x, axis=1, mean=mg.mean(x, axis=1, keepdims=True), ddof=1).backward()
    ours(y, axis=1, ddof=1).backward()
    assert_allclose(x.grad, y.grad, atol=1e-14)


@pytest.mark.parametrize("name", ["var", "std", "nanvar", "nanstd"])
def test_moments_about_a_mean_of_another_dtype(name):
    numpys = getattr(np, name)
    kinds = [np.float16, np.float32, np.float64, np.int64]
    for of_values, of_mean, dtype in product(kinds, kinds, [None, np.float32, np.float64]):
        a, m = np.array([[1, 2, 4], [3, 5, 9]], of_values), np.array([[2], [6]], of_mean)
        expected = numpys(a, axis=1, mean=m, dtype=dtype)
        for mean in m, mg.tensor(m):
            x = mg.tensor(a)
            assert_array_equal(numpys(x, axis=1, mean=mean, dtype=dtype), expected, strict=True)
        if x.dtype.kind == "f":
            numpys(x, axis=1, mean=m, dtype=dtype).backward()
            assert x.grad.dtype == of_values
            exact = mg.tensor(a, dtype=float)
            numpys(exact, axis=1, mean=m).backward()
            assert_allclose(x.grad, exact.grad, rtol=1e-2)


@pytest.mark.parametrize(
    ("call", "slope"),
    [
        (lambda x, v: mg.sum(x, initial=v), 1),
        (lambda x, v: np.prod(x, initial=v), 2),
        (lambda x, v: mg.max(x, initial=v), 1),
        (lambda x, v: mg.max([2.0, v, 3.0], initial=v), 2 / 3),
        (lambda x, v: np.min(x, initial=v), 0),
        (lambda x, v: x.sum(initial=v), 1),
        (lambda x, v: np.nanmax([np.nan, 1.0] * x, initial=v), 1),
        (lambda x, v: np.sum(x[:0], initial=v), 1),
        (lambda x, v: np.max(x[:0], initial=v), 1),
        (lambda x, v: np.sum(x, where=[False, True], initial=v), 1),
        (lambda x, v: mg.nan_to_num(x, nan=v), 0),
        (lambda x, v: np.nan_to_num(x / [1.0, 0.0], posinf=v), 1),
        (lambda x, v: mg.unwrap(x * [0.0, 4.0], period=v), -3),
    ],
)
def test_gradients_flow_to_every_argument(call, slope):
    x, v = mg.tensor([1.0, 2.0]), mg.tensor(3.0)
    with np.errstate(divide="ignore"):
        y = call(x, v)
        y.sum().backward()
        assert_array_equal(0 if v.grad is None else v.grad, slope)
        assert_array_equal(y, call(x.data, np.array(3.0)))
        assert_array_equal(call(x, mg.tensor(3.0, constant=True)), y)
        with mg.no_autodiff:
            assert_array_equal(call(x, v), y)


@pytest.mark.parametrize("fn", [np.var, np.std, np.nanvar, np.nanstd])
@pytest.mark.parametrize(
    "params", [{}, {"axis": 0}, {"axis": 1, "keepdims": True}, {"axis": 1, "where": SPREAD > -0.5}]
)
def test_gradients_flow_to_ddof(fn, params):
    check_grads(lambda x, ddof: fn(x, ddof=ddof, **params), SPREAD, np.array(0.7), order=2)
    x, ddof = mg.tensor(SPREAD), mg.tensor(0.7)
    expected = fn(SPREAD, ddof=0.7, **params)
    assert_allclose(fn(x, correction=ddof, **params), expected)
    out = mg.zeros(expected.shape)
    assert fn(x, ddof=ddof, out=out, **params) is out
    assert_allclose(out, expected)
    assert fn(mg.tensor(SPREAD, dtype=np.float32), ddof=ddof, **params).dtype == np.float32


def test_ddof_of_what_is_not_nan():
    x, mean = np.array([1.0, np.nan, 2.0, 4.0]), np.array([2.0])
    check_grads(lambda ddof: np.nanvar(mg.tensor(x, constant=True), ddof=ddof), np.array(0.7))
    check_grads(lambda ddof: np.nanstd(mg.tensor(x, constant=True), ddof=ddof, mean=mean), np.array(0.7))
    assert_allclose(np.nanvar(mg.tensor(x), ddof=mg.tensor(0.7)), np.nanvar(x, ddof=0.7))
