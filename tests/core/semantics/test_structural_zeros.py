"""What a mask, an index, ``where=`` or a zero of the seed leaves out gets 0; where a zero was computed, nan is nan."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg
import mygrad.functional as functional
from mygrad.extend import defvjp, primitive

F = Callable[..., Any]
nan, inf = np.nan, np.inf


def by_backward(f: F, *args: Any, dtype: Any = float) -> list[Any]:
    tensors = [mg.tensor(np.array(a, dtype)) for a in args]
    with np.errstate(all="ignore"):
        f(*tensors).backward()
    return [t.grad for t in tensors]


def by_functional(f: F, *args: Any, dtype: Any = float) -> list[Any]:
    with np.errstate(all="ignore"):
        gradients = functional.elementwise_grad(f, tuple(range(len(args))))(*[np.array(a, dtype) for a in args])
    return list(gradients)


both_ways = pytest.mark.parametrize("gradients", [by_backward, by_functional])
both_dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def logistic(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def heron(a: Any, b: Any, c: Any) -> Any:
    s = (a + b + c) / 2
    return np.sqrt(s * (s - a) * (s - b) * (s - c)) ** 2


# --- computed zeros ---------------------------------------------------------------------------------


@both_ways
@both_dtypes
@pytest.mark.parametrize(
    ("f", "args", "expected"),
    [
        pytest.param(lambda x: np.sqrt(x) ** 2, [0.0], [nan], id="squared root"),
        pytest.param(lambda x: np.exp(np.log(x)), [0.0], [nan], id="exp of log"),
        pytest.param(lambda a: 1 / (1 / a + 1 / 5), [0.0], [nan], id="parallel resistors"),
        pytest.param(lambda a: 3 / np.sum(1 / a), [[0.0, 1.0, 2.0]], [[nan, 0.0, 0.0]], id="harmonic mean"),
        pytest.param(lambda a: np.exp(np.mean(np.log(a))), [[0.0, 1.0]], [[nan, 0.0]], id="geometric mean"),
        pytest.param(lambda p: logistic(np.log(p / (1 - p))), [[0.0, 1.0, 0.5]], [[nan, nan, 1.0]], id="logit"),
        pytest.param(lambda t: np.arccos(t) ** 2, [1.0], [nan], id="squared angle"),
        pytest.param(heron, [1.0, 2.0, 3.0], [nan, nan, nan], id="flat triangle"),
        pytest.param(lambda x: np.abs(np.sqrt(x)), [0.0], [nan], id="at a kink"),
    ],
)
def test_a_computed_zero_is_no_mask(gradients: F, dtype: Any, f: F, args: list[Any], expected: list[Any]) -> None:
    for found, wanted in zip(gradients(f, *args, dtype=dtype), expected, strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-6)
        assert found.dtype == dtype


def squared_root(x: Any) -> Any:
    return np.sqrt(x) ** 2


@both_ways
@pytest.mark.parametrize(
    "f",
    [
        lambda x: squared_root(x)[:],
        lambda x: squared_root(x)[[0, 1]],
        lambda x: np.clip(squared_root(x), -1, 9),
        lambda x: np.maximum(squared_root(x), -1),
        lambda x: np.concatenate([squared_root(x), x])[:2],
        lambda x: np.where(np.array([True, True]), squared_root(x), 0),
        lambda x: squared_root(np.where(np.array([True, True]), x, 0)),
        lambda x: np.where(np.array([True, False]), squared_root(x), 0),
        lambda x: squared_root(x).sum() + np.log(x)[1:].sum(),
        lambda x: np.log(x)[1:].sum() + squared_root(x).sum(),
        lambda x: (squared_root(x).reshape(2, 1) @ np.ones((1, 2)))[:, 1],
        lambda x: np.add(squared_root(x), 1.0, where=np.array([True, False]), out=mg.zeros(2)),
    ],
)
def test_masks_elsewhere_do_not_matter(gradients: F, f: F) -> None:
    (found,) = gradients(f, [0.0, 4.0])
    assert np.isnan(found[0])
    assert np.isfinite(found[1])


def test_a_leaf_that_is_reached_both_ways() -> None:
    x = mg.tensor([0.0, 1.0, 0.0])
    with np.errstate(all="ignore"):
        y = np.log(x)
        (y[1:].sum() + squared_root(x)[:2].sum()).backward()
    assert_array_equal(x.grad, [nan, 2.0, inf])


def test_a_value_that_is_reached_both_ways() -> None:
    """The same logarithm, once left out and once in a product with a zero."""
    for turned in False, True:
        x, zero = mg.tensor([0.0, 1.0]), mg.tensor([0.0, 0.0])
        with np.errstate(all="ignore"):
            y = np.log(x)
            parts = [y[1:].sum(), np.sum(y * zero)]
            (parts[turned] + parts[not turned]).backward()
        assert_array_equal(x.grad, [nan, 1.0])


# --- structural zeros -------------------------------------------------------------------------------


def overwritten(x: Any) -> Any:
    y = np.log(x)
    y[:1] = 5.0
    return y


def overwritten_through_a_view(x: Any) -> Any:
    y = np.log(x)
    y.reshape(2, 2)[0, :1] *= 0.0
    y[0] = x[1]
    return y


def masked_write(x: Any) -> Any:
    y = np.log(x)
    y[np.array([True, False, False, False])] = 0.0
    return y


LEFT_OUT: list[Any] = [
    lambda x: np.log(x)[1:],
    lambda x: np.log(x)[[1, 3, 3]],
    lambda x: np.log(x)[np.array([False, True, True, True])],
    lambda x: np.where(x > 0, np.log(x), 0),
    lambda x: np.log(x, where=x.data > 0, out=mg.zeros(4)),
    lambda x: np.log(x, where=np.array([True] * 4), out=mg.zeros(4))[1:],
    overwritten,
    overwritten_through_a_view,
    masked_write,
    lambda x: np.log(x).reshape(2, 2).T[:, 1:],
    lambda x: np.sum(np.log(x).reshape(2, 2), axis=1)[1:],
    lambda x: (np.log(x).reshape(2, 2) @ np.ones((2, 2)))[1:],
    lambda x: np.linalg.norm(np.sqrt(x).reshape(2, 2), axis=1)[1:],
    lambda x: np.std(np.sqrt(x).reshape(2, 2), axis=1)[1:],
    lambda x: np.prod(np.sqrt(x).reshape(2, 2), axis=1)[1:],
    lambda x: np.log(np.log(2 + np.log(x)[1:]))[1:],
    lambda x: np.max(np.log(x)),
    lambda x: np.maximum.reduce(np.log(x)),
    lambda x: np.maximum.accumulate(np.log(x))[-1],
    lambda x: np.maximum(np.log(x), -9),
    lambda x: np.clip(np.log(x), -9, 9),
    lambda x: np.sort(np.log(x))[1:],
    lambda x: np.median(np.log(x)[:3]),
    lambda x: np.linalg.norm(np.sqrt(x), inf),
    lambda x: np.nan_to_num(np.log(x)),
    lambda x: np.nansum(np.log(x - 1)[1:]),
    lambda x: np.sum(np.log(x), where=x.data > 0),
    lambda x: np.mean(np.log(x), where=x.data > 0),
    lambda x: np.add.reduceat(np.log(x), [1, 2]),
    lambda x: np.triu(np.log(x).reshape(2, 2)[:, ::-1].T)[1:],
    lambda x: np.diagonal(np.log(x).reshape(2, 2)[::-1]),
    lambda x: np.einsum("ii->i", np.log(x).reshape(2, 2)[::-1]),
    lambda x: np.einsum("ii,i->i", np.log(x).reshape(2, 2)[::-1], np.ones(2)),
    lambda x: np.delete(np.log(x), 0),
    lambda x: np.take(np.log(x), [1, 2]),
    lambda x: np.select([x.data > 0], [np.log(x)], 0.0),
    lambda x: np.repeat(np.log(x), [0, 1, 2, 1]),
    lambda x: np.round(np.log(x)),
    lambda x: np.copysign(x[1:], np.log(x)[1:]) + np.heaviside(np.log(x), 0.5)[:3],
    lambda x: np.where(x < 700, np.exp(1 / x), 0)[1:],
    lambda x: (x * inf)[1:],
]


@both_ways
@both_dtypes
@pytest.mark.parametrize("f", LEFT_OUT)
def test_what_is_left_out_gets_zero(gradients: F, dtype: Any, f: F) -> None:
    (found,) = gradients(f, [0.0, 2.0, 3.0, 2.5], dtype=dtype)
    assert found[0] == 0
    assert not np.isnan(found).any()


@pytest.mark.parametrize("f", LEFT_OUT)
def test_what_is_left_out_gets_zero_at_second_order(f: F) -> None:
    x = [0.0, 2.0, 3.0, 2.5]
    with np.errstate(all="ignore"):
        hessian = functional.hessian(lambda x: np.sum(f(x)))(x)
        product = functional.hvp(lambda x: np.sum(f(x)), x, np.ones(4))
    assert_array_equal(hessian[0], 0)
    assert_array_equal(hessian[:, 0], 0)
    assert np.isfinite(hessian).all()
    np.testing.assert_allclose(product, hessian.sum(axis=1), atol=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_orders_that_come_to_be_singular(order: int) -> None:
    """Where the first derivative is finite, and one of the next is not."""
    f: Any = lambda x: np.sum((x**1.5 * np.sqrt(x + 1))[1:])  # noqa: E731
    for _ in range(order):
        for gradients in by_backward, by_functional:
            (found,) = gradients(f, [0.0, 2.0])
            assert found[0] == 0
            assert np.isfinite(found[1])
        f = functional.elementwise_grad(f)


@pytest.mark.parametrize("start", [0, 1])
def test_gradients_may_be_written_to(start: int) -> None:
    """What they share with the graph that they are of is kept for it."""
    x = mg.tensor([1.0, 2.0, 4.0])
    (gradient,) = functional.derivatives(np.sum(np.log(x)[start:]), [x])
    total = np.sum(gradient * gradient)
    gradient[...] = 7.0
    expected = np.array([-2.0, -0.25, -0.03125])
    expected[:start] = 0.0
    np.testing.assert_allclose(functional.derivatives(total, [x])[0], expected)


# --- seeds ------------------------------------------------------------------------------------------


@np.errstate(all="ignore")
def test_zeros_of_the_seed() -> None:
    x = mg.tensor([0.0, 0.0, 2.0])
    np.log(x).backward([0.0, 1.0, 1.0])
    assert_array_equal(x.grad, [0.0, inf, 0.5])
    np.log(x).backward(0.0)
    assert_array_equal(x.grad, [0.0, 0.0, 0.0])


@np.errstate(all="ignore")
def test_unit_rows_of_a_jacobian() -> None:
    assert_array_equal(functional.jacobian(np.log)([0.0, 1.0]), [[inf, 0.0], [0.0, 1.0]])
    assert_array_equal(functional.jacobian(lambda x: np.log(x)[1:])([0.0, 1.0]), [[0.0, 1.0]])
    assert_array_equal(functional.hessian(lambda x: np.sum(np.log(x)))([0.0, 1.0]), [[-inf, 0.0], [0.0, -1.0]])
    assert_array_equal(functional.jacobian(squared_root)([0.0, 1.0]), [[nan, 0.0], [0.0, 1.0]])


@np.errstate(all="ignore")
def test_products_of_jacobians_and_hessians_with_vectors() -> None:
    """They are what the matrices give: a direction in which nothing moves contributes nothing."""
    _, product = functional.jvp(np.log, [[0.0, 1.0]], [[1.0, 1.0]])
    assert_array_equal(product, [inf, 1.0])
    _, product = functional.jvp(np.log, [[0.0, 1.0]], [[0.0, 1.0]])
    assert_array_equal(product, [0.0, 1.0])
    _, product = functional.jvp(lambda x, y: np.log(x) * y, [[0.0, 1.0], [2.0, 3.0]], [[0.0, 1.0], [0.0, 0.0]])
    assert_array_equal(product, [0.0, 3.0])
    assert_array_equal(functional.hvp(lambda x: np.sum(np.log(x)), [0.0, 1.0], [0.0, 1.0]), [0.0, -1.0])
    assert_array_equal(functional.hvp(lambda x: np.sum(np.log(x)), [0.0, 1.0], [1.0, 1.0]), [-inf, -1.0])
    _, pull_back = functional.vjp(np.log, [0.0, 1.0])
    assert_array_equal(pull_back([0.0, 1.0])[0], [0.0, 1.0])


# --- how it is done ---------------------------------------------------------------------------------


def test_gradients_of_results_on_the_way() -> None:
    x = mg.tensor([0.0, 4.0])
    with np.errstate(all="ignore"):
        y = np.sqrt(x)
        z = np.log(y)
        z[1:].backward()
    assert_array_equal(z.grad, [0.0, 1.0])
    assert_array_equal(y.grad, [0.0, 0.5])
    assert_array_equal(x.grad, [0.0, 0.125])


@pytest.mark.usefixtures("rules_as_they_were")
def test_rules_of_ones_own() -> None:
    @primitive
    def root(x: Any) -> Any:
        return np.sqrt(x)

    defvjp(root, lambda g, y, _x: g / (2 * y), elementwise=True)
    assert_array_equal(by_backward(lambda x: root(x)[1:], [0.0, 4.0])[0], [0.0, 0.25])
    assert_array_equal(by_backward(lambda x: root(x) ** 2, [0.0, 4.0])[0], [nan, 1.0])


class Root(mg.Operation):
    calls = 0

    def __call__(self, x: Any) -> Any:
        self.variables = (x,)
        return np.sqrt(x.data)

    def backward_var(self, grad: Any, index: int, **kwargs: Any) -> Any:
        Root.calls += 1
        return grad / (2 * np.sqrt(self.variables[0].data))


def test_operations_of_ones_own_are_called_once_and_pass_everything() -> None:
    x = mg.tensor([0.0, 4.0])
    with np.errstate(all="ignore"):
        mg.execute_op(Root, np.log(x + 1) * 1.0)[1:].backward()
    assert Root.calls == 1
    assert np.isnan(x.grad[0])


@pytest.mark.parametrize("kind", ["views", "writes", "additions"])
def test_a_way_longer_than_the_stack(kind: str) -> None:
    x = mg.tensor([0.0, 4.0])
    with np.errstate(all="ignore"):
        y = np.sqrt(x)
        z = y + 0.0
        for _ in range(20_000):
            if kind == "views":
                z = z[...]
            elif kind == "writes":
                z[1] = z[1]
                z[0] = 1.0
            else:
                z = z + y[1]
        z[1:].backward()
    assert x.grad[0] == 0
    assert np.isfinite(x.grad[1])


def peak_of(work: Callable[[], Any]) -> int:
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        kept = work()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    del kept
    return peak - before


def test_memory_peaks_where_it_did() -> None:
    """What masks were computed from is kept until the last singular node is done, but no gradients are."""
    n = 100_000
    x = mg.tensor(np.full(n, 0.5))

    def forward() -> Any:
        y = x
        for _ in range(20):
            y = np.maximum(np.sqrt(y) * y, 0.1)
        return y

    def both() -> None:
        forward().backward()

    assert peak_of(both) < peak_of(forward) + 6 * 8 * n


@pytest.mark.usefixtures("rules_as_they_were")
def test_time_is_linear() -> None:
    """A nan at every step does not send each of them back to the beginning."""
    counted = []

    @primitive
    def cut(x: Any) -> Any:
        return x[:-1].copy()

    def vjp(g: Any, _y: Any, _x: Any) -> Any:
        counted.append(None)
        return np.concatenate([g, np.zeros(1)])

    defvjp(cut, vjp, masks=True)
    n = 50
    x = mg.tensor(np.zeros(n + 1))
    with np.errstate(all="ignore"):
        y = x
        for _ in range(n):
            y = cut(np.sqrt(y))
        y.backward()
    assert_array_equal(x.grad[1:], 0)
    assert len(counted) <= 2 * n


@both_dtypes
@pytest.mark.parametrize("size", [4, 2000])
@pytest.mark.parametrize("harmless", range(6))
def test_singular_above_harmless_functions(dtype: Any, size: int, harmless: int) -> None:
    """Below many masks, which functions can make nan of a zero is found by trying them out, but not all of them."""
    x = mg.tensor(np.linspace(0, 1, size), dtype=dtype)
    y = x
    for _ in range(harmless):
        y = np.tanh(y)
    with np.errstate(all="ignore"):
        y = np.sqrt(y)
        total = y[1:].sum()
        for _ in range(8):
            total = total + y[1:3].sum()
        total.backward()
    assert x.grad is not None
    assert x.grad[0] == 0
    assert np.isfinite(x.grad).all()


@both_dtypes
@pytest.mark.parametrize("size", [4, 2000])
@pytest.mark.parametrize("harmless", range(6))
def test_computed_above_harmless_functions(dtype: Any, size: int, harmless: int) -> None:
    x = mg.tensor(np.linspace(0, 1, size), dtype=dtype)
    y = x
    for _ in range(harmless):
        y = np.tanh(y)
    with np.errstate(all="ignore"):
        y = np.sqrt(y)
        total = (y * y).sum()
        for _ in range(8):
            total = total + y[1:3].sum()
        total.backward()
    assert x.grad is not None
    assert np.isnan(x.grad[0])
    assert np.isfinite(x.grad[1:]).all()


def test_the_sign_of_what_is_left_out_does_not_depend_on_others() -> None:
    """In a second derivative, zeros that a mask leaves out are so whether or not a nan has come up elsewhere."""

    def f(x: Any) -> Any:
        y = np.sqrt(x) * x
        y[1:] = x[:2]
        return np.sum(y * np.array([-1.0, 2.0, 3.0]))

    direction = np.array([1.0, -1.0, -1.0])
    plain = mg.hvp(f, np.array([1.0, 2.0, 3.0]), direction)
    beside_nan = mg.hvp(f, np.array([1.0, 2.0, 0.0]), direction)
    assert_array_equal(plain, beside_nan)
    assert_array_equal(np.signbit(plain), np.signbit(beside_nan))
