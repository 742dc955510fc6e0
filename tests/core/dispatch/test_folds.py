"""Derivatives of the methods of ufuncs that go step by step, against those of the steps one by one."""

import sys
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad._rules.rule import RULES
from mygrad.functional import elementwise_grad, grad, hessian
from mygrad.testing import numerical_jacobian

UFUNCS = sorted((f for f in RULES if isinstance(f, np.ufunc) and f.nout == 1), key=lambda f: f.__name__)
BINARY = [f for f in UFUNCS if f.nin == 2 and f.signature is None and f is not np.ldexp]
#: In whose reductions entries that tie share equally, not in turn.
TIED = {np.maximum, np.minimum, np.fmax, np.fmin, np.logaddexp, np.logaddexp2}

every_ufunc = pytest.mark.parametrize("ufunc", BINARY, ids=lambda f: f.__name__)
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

INDICES = [[0, 2, 3], [3, 0, 0, 5, 4, 1], [2], [4, 4, 4], [0, 5, 1, 6, 2, 3], [5, 3, 1]]


# --- the same, step by step ---------------------------------------------------------------------------


def reduced(ufunc, entries):
    y = entries[0]
    for entry in entries[1:]:
        y = ufunc(y, entry)
    return y


def accumulated(ufunc, x):
    return mg.stack([reduced(ufunc, x[: i + 1]) for i in range(len(x))])


def reduced_at(ufunc, x, indices):
    stops = [*indices[1:], len(x)]
    return mg.stack([reduced(ufunc, x[i : max(j, i + 1)]) for i, j in zip(indices, stops, strict=True)])


def written_at(ufunc, x, indices, values):
    elements = list(x)
    for i, v in zip(indices, values, strict=True):
        elements[i] = ufunc(elements[i], v)
    return mg.stack(elements)


def at(ufunc, x, indices, values):
    y = +x
    ufunc.at(y, indices, values)
    return y


def gradients(f, *arrays):
    variables = [mg.tensor(a) for a in arrays]
    y = f(*variables)
    y.backward(np.random.default_rng(y.size).uniform(0.5, 1.5, y.shape))
    return [np.zeros(x.shape) if x.grad is None else x.grad for x in variables]


def assert_same(f, steps, *arrays):
    for got, expected in zip(gradients(f, *arrays), gradients(steps, *arrays), strict=True):
        assert_allclose(got, expected, rtol=1e-9, atol=1e-11)


def check_methods(ufunc, x, values, targets):
    assert_same(ufunc.accumulate, lambda x: accumulated(ufunc, x), x)
    if ufunc not in (np.power, np.arctan2):  # whose reductions NumPy computes wrongly on some processors
        assert_same(ufunc.reduce, lambda x: reduced(ufunc, np.abs(x) if ufunc is np.hypot else x), x)  # hypot(0, x)
    for indices in INDICES:
        indices = np.array(indices) % len(x)
        assert_same(lambda x: ufunc.reduceat(x, indices), lambda x: reduced_at(ufunc, x, indices), x)  # noqa: B023
    assert_same(lambda x, v: at(ufunc, x, targets, v), lambda x, v: written_at(ufunc, x, targets, v), x, values)


@every_ufunc
def test_agree_with_the_steps(ufunc):
    rng = np.random.default_rng(1)
    for n, m, low in (1, 1, 0.6), (2, 3, 0.6), (7, 0, 0.6), (7, 20, 0.6), (40, 9, 0.95), (90, 200, 0.98):
        check_methods(ufunc, rng.uniform(low, 1 / low, n), rng.uniform(low, 1 / low, m), rng.integers(0, n, m))


@given(st.sampled_from([f for f in BINARY if f not in TIED]), st.data())
def test_agree_with_the_steps_at_zeros_and_at_any_sign(ufunc, data):
    entries = st.sampled_from([-2.0, -1.0, 0.0, 0.5, 3.0])
    if ufunc not in (np.multiply, np.add, np.subtract):
        entries = entries.filter(bool)
    x = np.array(data.draw(st.lists(entries, min_size=1, max_size=9)))
    values = np.array(data.draw(st.lists(entries, max_size=9)))
    targets = np.array(data.draw(st.lists(st.integers(0, len(x) - 1), min_size=len(values), max_size=len(values))), int)
    if ufunc in (np.power, np.float_power):
        x, values = np.abs(x), np.abs(values)
    check_methods(ufunc, x, values, targets)


@pytest.mark.once
@every_ufunc
def test_many_segments_of_all_lengths(ufunc):
    """Those of about the same length become rows of one array."""
    rng = np.random.default_rng(2)
    x = rng.uniform(0.8, 1.25, 300)
    for indices in (
        np.unique(rng.integers(0, 300, 60)),
        np.arange(3, 300, 7),
        rng.integers(0, 300, 12),
        np.stack([np.arange(0, 280, 5), np.arange(0, 280, 5) + 12], 1).reshape(-1),
    ):
        assert_same(lambda x: ufunc.reduceat(x, indices), lambda x: reduced_at(ufunc, x, indices), x)  # noqa: B023


@pytest.mark.once
@every_ufunc
def test_axes(ufunc):
    x = np.random.default_rng(3).uniform(0.6, 1.7, (3, 5, 70))
    for axis, indices in product((0, 1, -1), ([0, 2], [2, 0, 0, 1])):
        rows = np.moveaxis(x, axis, -1).reshape(-1, x.shape[axis])
        got = gradients(lambda x: np.moveaxis(ufunc.reduceat(x, indices, axis), axis, -1), x)[0]  # noqa: B023
        got = np.moveaxis(got, axis, -1).reshape(rows.shape)
        (expected,) = gradients(
            lambda rows: mg.stack([ufunc.reduceat(row, indices) for row in rows]).reshape(  # noqa: B023
                (*np.moveaxis(x, axis, -1).shape[:-1], len(indices))  # noqa: B023
            ),
            rows,
        )
        assert_allclose(got, expected, rtol=1e-10, atol=1e-12)
        (got,) = gradients(lambda x: ufunc.accumulate(x, axis).sum(), x)  # noqa: B023
        (expected,) = gradients(lambda rows: mg.stack([ufunc.accumulate(row) for row in rows]).sum(), rows)
        assert_allclose(np.moveaxis(got, axis, -1).reshape(rows.shape), expected, rtol=1e-10, atol=1e-12)


# --- higher derivatives -------------------------------------------------------------------------------


@every_ufunc
def test_second_derivatives(ufunc):
    rng = np.random.default_rng(4)
    x, values = rng.uniform(0.6, 1.7, 5), rng.uniform(0.6, 1.7, 4)
    targets = np.array([0, 3, 0, 0])
    functions = [
        ufunc.accumulate,
        lambda x: ufunc.reduceat(x, [1, 3]),
        lambda x: ufunc.reduceat(x, [3, 0, 0, 1]),
        lambda x: ufunc.reduceat(x, [0, 4, 1, 4, 0]),
        lambda x: at(ufunc, x, targets, values),
        lambda v: at(ufunc, mg.tensor(x), targets, v[1:]),
    ]
    if ufunc not in (np.power, np.arctan2):
        functions += [ufunc.reduce, lambda x: ufunc.reduce(x, where=x > 0.9, initial=1.1)]
    for f in functions:
        w = rng.uniform(-1, 1, np.shape(f(mg.tensor(x))))
        v = rng.uniform(-1, 1, 5)
        second = hessian(lambda x: np.sum(f(x) * w))(x) @ v  # noqa: B023
        expected, _ = numerical_jacobian(lambda x: grad(lambda x: np.sum(f(x) * w))(x) @ v, x)  # noqa: B023
        assert_allclose(second, expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(
    ("f", "products"),
    [
        (np.multiply.reduce, lambda a, b, c, d, e: a * b * c * d * e),
        (np.multiply.accumulate, lambda a, b, c, d, e: a + a * b + a * b * c + a * b * c * d + a * b * c * d * e),
        (lambda x: np.multiply.reduceat(x, [0, 3]), lambda a, b, c, d, e: a * b * c + d * e),
        (lambda x: np.multiply.reduceat(x, [1, 4, 0]), lambda a, b, c, d, e: b * c * d + e + a * b * c * d * e),
        (lambda x: at(np.multiply, x[:2], [0, 0, 1], x[2:]), lambda a, b, c, d, e: a * c * d + b * e),
    ],
)
@pytest.mark.parametrize("x", [[2.0, 0.0, 3.0, 4.0, 5.0], [2.0, 0.0, 0.0, 4.0, 5.0], [0.0, 0.0, 0.0, 0.0, 7.0]])
def test_products_with_zeros_have_second_derivatives(f, products, x):
    for derivative in grad, hessian:
        assert_array_equal(derivative(lambda x: np.sum(f(x)))(x), derivative(lambda x: np.sum(products(*x)))(x))


# --- ties and extremes --------------------------------------------------------------------------------


@pytest.mark.parametrize(("ufunc", "sign"), [(np.maximum, 1), (np.fmax, 1), (np.minimum, -1), (np.fmin, -1)])
def test_ties_share_equally(ufunc, sign):
    x = mg.tensor(sign * np.array([1.0, 3.0, 3.0, 2.0, 5.0, 5.0, 5.0]))
    ufunc.reduceat(x, [0, 4]).backward()
    assert_allclose(x.grad, [0, 0.5, 0.5, 0, 1 / 3, 1 / 3, 1 / 3])
    ufunc.accumulate(x)[-1].backward()
    assert_allclose(x.grad, [0, 0, 0, 0, 1 / 3, 1 / 3, 1 / 3])
    y, v = mg.tensor(sign * np.array([3.0, 1.0])), mg.tensor(sign * np.array([3.0, 2.0, 3.0, 2.0]))
    at(ufunc, y, [0, 0, 0, 1], v).backward([6.0, 1.0])
    assert_allclose(y.grad, [2, 0])
    assert_allclose(v.grad, [2, 0, 2, 1])


def test_extremes_with_nan():
    x = mg.tensor([np.nan, 1.0, 2.0, np.nan, np.nan])
    np.fmax.reduceat(x, [0, 3]).backward()
    assert_array_equal(x.grad, [0, 0, 1, 0, 0])
    np.fmax.accumulate(x).backward()
    assert_array_equal(x.grad, [1, 1, 3, 0, 0])
    np.maximum.reduceat(x, [0, 1]).backward()
    assert_allclose(x.grad, [1, 0, 0, 0.5, 0.5])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_elements_and_values_of_several_dtypes(dtype):
    """What is compared with the results is what was written, in the dtype of the target."""
    other = np.float64 if dtype == np.float32 else np.float32
    x, v = mg.tensor(np.array([0.1, 0.3], dtype)), mg.tensor(np.array([0.2, 0.7], other))
    at(np.maximum, x, [0, 0], v).backward()
    assert_array_equal(x.grad, [0, 1])
    assert_array_equal(v.grad, [0, 1])
    assert (x.grad.dtype, v.grad.dtype) == (dtype, other)


@pytest.mark.parametrize("ufunc", [np.logaddexp, np.logaddexp2])
def test_sums_of_exponentials_that_are_infinite(ufunc):
    inf = np.inf
    for x, of_last in (
        ([-inf, -inf, -inf], [1 / 3, 1 / 3, 1 / 3]),
        ([inf, 0.0, inf, 1.0], [0.5, 0, 0.5, 0]),
        ([-inf, 1.0, 1.0], [0, 0.5, 0.5]),
        ([-inf, inf, -inf], [0, 1, 0]),
        ([0.0, inf, inf, inf], [0, 1 / 3, 1 / 3, 1 / 3]),
    ):
        for last in (
            lambda x: ufunc.accumulate(x)[-1],
            lambda x: ufunc.reduceat(x, [0])[0],
            lambda x: ufunc.reduceat(x, [1, 0])[1],
            ufunc.reduce,
            lambda x: at(ufunc, x[:1], np.zeros(len(x) - 1, int), x[1:])[0],
        ):
            t = mg.tensor(x)
            last(t).backward()
            assert_allclose(t.grad, of_last, rtol=1e-15)
    t = mg.tensor([-inf, -inf, 2.0, inf, inf])
    ufunc.accumulate(t).backward()
    assert_allclose(t.grad, [1.5, 0.5, 1, 1.5, 0.5])


def test_products_out_of_range():
    x = mg.tensor([1e-200, 1e-200, 1e100, 1e200, 1e200, 1e-100])
    np.multiply.reduceat(x, [0, 3]).backward()
    assert_allclose(x.grad, [1e-100, 1e-100, 0, 1e100, 1e100, np.inf])


@every_ufunc
def test_single_precision(ufunc):
    x = np.random.default_rng(5).uniform(0.6, 1.7, 9).astype(np.float32)
    for f in (
        ufunc.accumulate,
        lambda x: ufunc.reduceat(x, [0, 4, 2]),
        lambda x: ufunc.reduce(x, initial=1.5),
        lambda x: at(ufunc, x, [0, 1, 0], np.float32([1.5, 0.7, 0.9])),
    ):
        t = mg.tensor(x)
        f(t).backward()
        assert t.grad.dtype == np.float32
        assert_allclose(t.grad, elementwise_grad(f)(x.astype(float)), rtol=2e-4, atol=1e-5)


def test_computed_in_another_dtype():
    x = mg.tensor(np.float32([1e-30, 1e-30, 1e30]))
    np.multiply.reduceat(x, [0], dtype=np.float64).backward()
    assert_allclose(x.grad, np.float32([1.0, 1.0, 1e-60]))
    np.logaddexp.accumulate(x, dtype=np.float64).backward()
    assert x.grad.dtype == np.float32


# --- effort -------------------------------------------------------------------------------------------


def calls_during(compute):
    """How many functions are called."""
    count = 0

    def note(_frame, event, _arg):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        compute()
    finally:
        sys.setprofile(None)
    return count


@every_ufunc
def test_effort_does_not_grow_with_the_number_of_entries(ufunc):
    """It is that of operations on whole arrays: no entry, segment or element is dealt with by itself."""
    rng = np.random.default_rng(6)
    n = 10_000
    x, v = rng.uniform(0.9, 1.1, n), rng.uniform(0.9, 1.1, n)
    for f in (
        ufunc.reduce,
        ufunc.accumulate,
        lambda x: ufunc.reduceat(x, np.arange(0, n, 3)),
        lambda x: ufunc.reduceat(x, [0, 10, n // 2]),
        lambda x: ufunc.reduceat(x, np.unique(rng.integers(0, n, 300))),
        lambda x: ufunc.reduceat(x, rng.integers(0, n, 20)),
        lambda x: at(ufunc, x, rng.integers(0, n, n), v),
        lambda x: at(ufunc, x, np.zeros(n, int), v),
    ):
        t = mg.tensor(x)
        assert calls_during(lambda: f(t).sum().backward()) < n / 2  # noqa: B023
