"""Second derivatives at kinks: nan where what comes after may smooth them, save at those of `abs` and extremes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
import mygrad.functional as functional

F = Callable[..., Any]
inf, nan = np.inf, np.nan
ORIGIN = [0.0, 0.0]
norm = np.linalg.norm


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda v: norm(v) ** 2, ORIGIN),
        (lambda v: np.exp(-(norm(v) ** 2)), ORIGIN),
        (lambda v: np.cosh(norm(v)), ORIGIN),
        (lambda v: norm(v - [1.0, 2.0]) ** 2, [1.0, 2.0]),
        (lambda v: mg.linalg.norm(v) ** 2, ORIGIN),
        (lambda v: np.linalg.vector_norm(v) ** 2, ORIGIN),
        (lambda v: norm(v, 3) ** 3, ORIGIN),
        (lambda v: norm(v, 1.5) ** 2, ORIGIN),
        (lambda v: norm(v.reshape(1, 2)) ** 2, ORIGIN),
        (lambda v: norm(v.reshape(1, 2), axis=(0, 1)) ** 2, ORIGIN),
        (lambda v: norm(v.reshape(1, 2), 2) ** 2, ORIGIN),
        (lambda v: norm(v.reshape(1, 2), -2) ** 2, ORIGIN),
        (lambda v: norm(v.reshape(1, 2), "nuc") ** 2, ORIGIN),
        (lambda v: np.linalg.matrix_norm(v.reshape(1, 2)) ** 2, ORIGIN),
        (lambda v: np.hypot(v[0], v[1]) ** 2, ORIGIN),
        (lambda v: np.hypot.reduce(v) ** 2, ORIGIN),
        (lambda v: np.std(v) ** 2, [1.0, 1.0]),
        (lambda v: np.std(v) ** 2, [0.1, 0.1, 0.1]),
        (lambda v: mg.std(v, ddof=1) ** 2, [0.1, 0.1, 0.1]),
        (lambda v: np.nanstd(v) ** 2, [0.1, 0.1, 0.1]),
        (lambda v: np.arctan2(v[0], v[1]), ORIGIN),
    ],
)
def test_nan_where_all_may_be_smooth(f: F, x: list[float]) -> None:
    with np.errstate(all="ignore"):
        assert_array_equal(functional.grad(f)(x), np.zeros(len(x)))  # the first derivative is a subgradient
        assert np.isnan(functional.hessian(f)(x)).all()
        assert np.isnan(functional.hvp(f, x, np.ones(len(x)))).all()


@pytest.mark.parametrize("order", [0.5, -1.0, -2.0])
def test_nan_for_orders_below_one(order: float) -> None:
    with np.errstate(all="ignore"):
        hessian = functional.hessian(lambda v: norm(v, order) ** 2)(ORIGIN)
    assert np.isnan(np.diagonal(hessian)).all()


def test_vectors_are_judged_one_by_one() -> None:
    x = np.array([[0.0, 0.0], [3.0, 4.0]])
    product = functional.hvp(lambda v: np.sum(norm(v, axis=1) ** 2), x, np.ones((2, 2)))
    assert_allclose(product, [[nan, nan], [2.0, 2.0]])
    product = functional.hvp(lambda v: np.sum(norm(v, axis=1)[1:] ** 2), x, np.ones((2, 2)))
    assert_allclose(product, [[0.0, 0.0], [2.0, 2.0]])
    x = np.array([[1.0, 1.0], [3.0, 5.0]])
    product = functional.hvp(lambda v: np.sum(np.std(v, axis=1) ** 2), x, [[1.0, 0.0]] * 2)
    assert_allclose(product, [[nan, nan], [0.5, -0.5]])


def test_what_is_smooth_is_right() -> None:
    assert_allclose(functional.hessian(lambda v: norm(v) ** 2)([0.0, 2.0]), 2 * np.eye(2))
    assert_allclose(functional.hessian(lambda v: norm(v, 3) ** 3)([0.0, 2.0]), [[0.0, 0.0], [0.0, 12.0]])
    assert_allclose(functional.hessian(lambda v: norm(v, 0.5) ** 0.5)([1.0, 4.0]), [[-0.25, 0.0], [0.0, -1 / 32]])
    assert_allclose(
        functional.hessian(lambda v: norm(v, "nuc", axis=(0, 1)) ** 2)([[3.0, 4.0]])[0, :, 0], 2 * np.eye(2)
    )
    assert_allclose(functional.hessian(lambda v: norm(v, 2, axis=(0, 1)))([[1.0, 0.0], [0.0, 0.0]])[0, 1, 0, 1], 1.0)
    assert_array_equal(functional.hessian(np.std)([5.0]), [[0.0]])  # of one number it is 0 for good


@pytest.mark.parametrize(
    "f",
    [
        lambda v: np.abs(v) ** 2,
        lambda v: np.maximum(v, 0.0),
        lambda v: np.clip(v, -0.5, 0.0),
        lambda v: np.max(v),
        lambda v: norm(v, 1) ** 2,
        lambda v: norm(v, inf) ** 2,
        lambda v: norm(v, -inf) ** 2,
        lambda v: norm(v.reshape(1, 2), 1) ** 2,
    ],
)
def test_absolute_values_and_extremes_keep_zero(f: F) -> None:
    assert_array_equal(functional.hessian(lambda v: np.sum(f(v)))(ORIGIN), np.zeros((2, 2)))


def test_without_subgradients() -> None:
    hessian = functional.hessian(lambda v: mg.absolute(v, nan_to_num=False).sum())([0.0, 2.0])
    assert_array_equal(hessian, [[nan, 0.0], [0.0, 0.0]])
    for order in None, 1, 3, inf:
        x = mg.tensor([0.0, 0.0])
        mg.linalg.norm(x, order, nan_to_num=False).backward()
        assert np.isnan(x.grad).all()
