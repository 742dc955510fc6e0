"""Norms at their kinks and at extreme magnitudes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mygrad._rules.rule import RULES

ORDERS: list[Any] = [None, 0, 1, 2, 3, 0.5, 1.5, -1, -2, np.inf, -np.inf]


def gradient(x: Any, *args: Any, fn: Any = np.linalg.norm, g: Any = None, **params: Any) -> np.ndarray:
    x = np.asarray(x)
    with np.errstate(all="ignore"):
        y = np.asarray(fn(x, *args, **params))
        g = np.ones(y.shape, x.dtype) if g is None else g
        return RULES[fn].vjp(0)(g, y, x, *args, **params)


@pytest.mark.parametrize("order", ORDERS)
def test_zero_vectors_get_zero_row_by_row(order: Any) -> None:
    x = np.array([[0.0, 0.0, 0.0], [3.0, -4.0, 5.0]])
    g = gradient(x, order, -1)
    assert np.array_equal(g[0], [0.0, 0.0, 0.0])
    assert np.array_equal(g[1], gradient(x[1], order))
    assert np.all(np.isfinite(g))


@pytest.mark.parametrize("order", [None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf])
def test_zero_matrices_get_zero(order: Any) -> None:
    x = np.stack([np.zeros((2, 3)), np.arange(1.0, 7.0).reshape(2, 3)])
    g = gradient(x, order, (1, 2))
    assert np.array_equal(g[0], np.zeros((2, 3)))
    assert np.allclose(g[1], gradient(x[1], order))


@pytest.mark.parametrize("order", [None, 1, 2, 3, 1.5])
def test_zero_entries_get_zero(order: Any) -> None:
    g = gradient([0.0, 2.0, -0.0], order)
    assert np.array_equal(g, [0.0, 1.0, 0.0])


@pytest.mark.parametrize("order", [0.5, -1, -2])
def test_orders_below_one_with_a_zero_entry_are_finite(order: Any) -> None:
    assert np.all(np.isfinite(gradient([0.0, 2.0, 3.0], order)))


@pytest.mark.parametrize(
    ("order", "x", "expected"),
    [
        (np.inf, [3.0, -3.0, 1.0], [0.5, -0.5, 0.0]),
        (-np.inf, [1.0, -1.0, 1.0, 5.0], [1 / 3, -1 / 3, 1 / 3, 0.0]),
        (np.inf, [7.0], [1.0]),
    ],
)
def test_ties_share_the_gradient_of_a_vector(order: Any, x: Any, expected: Any) -> None:
    assert np.allclose(gradient(x, order), expected)


def test_ties_share_the_gradient_of_a_matrix() -> None:
    x = np.array([[1.0, -2.0], [3.0, 2.0]])  # both columns sum to 4
    assert np.array_equal(gradient(x, 1), [[0.5, -0.5], [0.5, 0.5]])
    assert np.array_equal(gradient(x.T, np.inf), [[0.5, 0.5], [-0.5, 0.5]])
    assert np.array_equal(gradient(x, -1), [[0.5, -0.5], [0.5, 0.5]])


@pytest.mark.parametrize("scale", [1e-150, 1.0, 1e150])
@pytest.mark.parametrize("order", [None, 1, 2, np.inf])
def test_gradients_do_not_depend_on_the_scale(scale: float, order: Any) -> None:
    x = np.array([3.0, -4.0, 5.0])
    assert np.allclose(gradient(x * scale, order), gradient(x, order), rtol=1e-12)


@pytest.mark.parametrize("order", [None, 1, np.inf])
def test_no_product_overflows_on_the_way(order: Any) -> None:
    g = gradient([1e150, 1e150], order, g=np.float64(1e200))
    assert np.all(np.isfinite(g))


@pytest.mark.parametrize("order", [3, 10, -3])
def test_ratios_not_powers_of_entries(order: Any) -> None:
    """|x|^(p - 1) itself would overflow or vanish in float32."""
    x = np.array([2.0, -3.0, 4.0], np.float32)
    expected = gradient(x.astype(np.float64), order)
    for scale in (np.float32(1e-3), np.float32(1e3)):
        assert np.allclose(gradient(x * scale, order), expected, rtol=1e-5)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_dtype(order: Any, dtype: Any) -> None:
    found = gradient(np.array([[1.0, 2.0], [3.0, 4.0]], dtype), order, 1, g=np.ones(2, dtype)).dtype
    assert found == dtype or (dtype is np.float16 and found == np.float32)  # in which counts are in range


def test_a_numpy_float_as_order_does_not_upcast() -> None:
    assert gradient(np.array([1.0, 2.0], np.float32), np.float64(3.0), g=np.ones((), np.float32)).dtype == np.float32


def test_nan_stays_in_its_row() -> None:
    g = gradient([[np.nan, 1.0], [3.0, 4.0]], None, 1)
    assert np.isnan(g[0]).any()
    assert np.array_equal(g[1], [0.6, 0.8])


@pytest.mark.parametrize(("order", "share"), [(2, 0.5), (-2, 0.5), ("nuc", 1.0)])
def test_singular_values_that_tie(order: Any, share: float) -> None:
    assert np.allclose(gradient(np.eye(2), order), share * np.eye(2))
    assert np.allclose(gradient(np.eye(2), fn=np.linalg.matrix_norm, ord=order), share * np.eye(2))


@pytest.mark.parametrize("order", [2, -2, "nuc"])
def test_singular_values_of_extreme_magnitude(order: Any) -> None:
    a = np.array([[3.0, 1.0], [0.5, 2.0]])
    for scale in (1e-200, 1e200):
        assert np.allclose(gradient(a * scale, order), gradient(a, order), rtol=1e-12)


def test_a_tuple_of_one_axis_means_a_vector_norm() -> None:
    x = np.arange(1.0, 7.0).reshape(2, 3)
    assert np.array_equal(gradient(x, 2, (1,)), gradient(x, 2, 1))


def test_two_axes_without_order_mean_the_frobenius_norm() -> None:
    x = np.arange(1.0, 7.0).reshape(2, 3)
    assert np.allclose(gradient(x, None, (0, 1)), x / np.sqrt(91))
    assert np.allclose(gradient(x), x / np.sqrt(91))
