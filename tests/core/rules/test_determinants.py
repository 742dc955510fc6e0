"""Determinants have derivatives of all orders, of singular matrices too: they are polynomials in the entries."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad.functional import grad, hessian
from mygrad.testing import check_grads

RNG = np.random.default_rng(11)
ROTATIONS = [np.linalg.qr(m)[0] for m in RNG.normal(size=(2, 4, 4))]


def with_singular_values(*values: float) -> Any:
    return ROTATIONS[0] @ np.diag(values) @ ROTATIONS[1]


def polynomial(a: Any) -> Any:
    """The determinant by the formula of Leibniz."""
    n = a.shape[-1]
    total: Any = 0.0
    for p in permutations(range(n)):
        inversions = sum(p[i] > p[j] for i, j in combinations(range(n), 2))
        term: Any = (-1.0) ** inversions
        for i in range(n):
            term = term * a[..., i, p[i]]
        total = total + term
    return total


def derivative(f: Callable[[Any], Any], a: Any, directions: list[Any]) -> Any:
    """The gradient of the derivative of `f` in the given directions."""
    if not directions:
        return grad(f)(a)
    return derivative(lambda x: np.sum(grad(f)(x) * directions[0]), a, directions[1:])


SINGULAR = {
    "one zero": np.zeros((1, 1)),
    "zeros": np.zeros((2, 2)),
    "more zeros": np.zeros((4, 4)),
    "a multiple": np.array([[1.0, 2.0], [2.0, 4.0]]),
    "a row of zeros": np.array([[0.0, 0.0, 0.0], [1.0, 2.0, 3.0], [0.0, 4.0, 5.0]]),
    "rank 3 of 4": np.diag([1.0, 0.0, -2.0, 3.0]),
    "rank 1 of 3": np.outer([1.0, 2.0, 3.0], [1.0, 1.0, 2.0]),
    "rank 1 of 4": np.diag([0.0, 0.0, 7.0, 0.0]),
    "singular but for rounding": np.arange(1.0, 10.0).reshape(3, 3),
    "close to singular": with_singular_values(1.0, 0.5, 0.2, 1e-11),
    "close to rank 2": with_singular_values(1.0, 0.5, 1e-9, 1e-11),
}
REGULAR = {"regular": RNG.normal(size=(3, 3)), "in column-major order": np.asfortranarray(RNG.normal(size=(4, 4)))}


@pytest.mark.parametrize("order", [0, 1, 2, 3])
@pytest.mark.parametrize("case", [*SINGULAR, *REGULAR])
def test_derivatives_of_every_order(case: str, order: int) -> None:
    a = (SINGULAR | REGULAR)[case]
    directions = list(np.random.default_rng(7).uniform(-1, 1, (order, *a.shape)))
    expected = derivative(polynomial, a, directions)
    rounding = 1e-14 * max(1.0, np.max(np.abs(expected)))  # that of the polynomial, whose terms cancel
    assert_allclose(derivative(np.linalg.det, a, directions), expected, rtol=1e-12, atol=rounding)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.integers(-2, 2), min_size=n * n, max_size=n * n)))
def test_small_integers(entries: list[int]) -> None:
    """Many of these matrices are singular, of any rank."""
    n = round(len(entries) ** 0.5)
    a = np.array(entries, float).reshape(n, n)
    assert_allclose(grad(np.linalg.det)(a), grad(polynomial)(a), atol=1e-11)
    assert_allclose(hessian(np.linalg.det)(a), hessian(polynomial)(a), atol=1e-11)


@pytest.mark.parametrize("case", [*SINGULAR, *REGULAR])
def test_backward_agrees(case: str) -> None:
    a = (SINGULAR | REGULAR)[case]
    for kind in np.float64, np.float32:
        x = mg.tensor(a, dtype=kind)
        np.linalg.det(x).backward(2.0)
        assert x.grad.dtype == kind
        tolerance = 200 * np.finfo(kind).eps
        assert_allclose(x.grad, 2 * grad(polynomial)(a), rtol=tolerance, atol=tolerance)


def test_singular_matrices_in_a_batch() -> None:
    rng = np.random.default_rng(8)
    a = rng.normal(size=(2, 3, 2, 2))
    a[0, 1] = SINGULAR["a multiple"]
    a[1, 0] = 0
    w = rng.normal(size=(2, 3))
    x = mg.tensor(a)
    (np.linalg.det(x) * w).backward()
    assert_allclose(x.grad, grad(lambda x: np.sum(polynomial(x) * w))(a), atol=1e-13)
    for order in 0, 1, 2:
        directions = list(rng.uniform(-1, 1, (order, *a.shape)))
        expected = derivative(lambda x: np.sum(polynomial(x) * w), a, directions)
        assert_allclose(derivative(lambda x: np.sum(np.linalg.det(x) * w), a, directions), expected, atol=1e-12)


@pytest.mark.parametrize("entry", [np.nan, np.inf])
def test_what_is_not_finite_stays_in_its_matrix(entry: float) -> None:
    a = np.stack([np.full((2, 2), entry), np.diag([entry, 0.0]), np.zeros((2, 2)), np.eye(2)])
    x = mg.tensor(a)
    with np.errstate(all="ignore"):
        np.linalg.det(x).backward()
        assert_array_equal(grad(lambda x: np.linalg.det(x).sum())(a), x.grad)
    assert not np.isfinite(x.grad[:2]).all(axis=(-2, -1)).any()
    assert_array_equal(x.grad[2:], [np.zeros((2, 2)), np.eye(2)])


def test_determinants_out_of_range() -> None:
    """What the determinant is too small or too large for, its derivatives need not be."""
    for scale in 1e-200, 1e200:
        a = scale * np.array([[1.0, 2.0], [3.0, 4.0]])
        x = mg.tensor(a)
        with np.errstate(over="ignore"):
            np.linalg.det(x).backward()
        assert_allclose(x.grad / scale, [[4.0, -3.0], [-2.0, 1.0]])
        with np.errstate(over="ignore"):
            assert_allclose(hessian(np.linalg.det)(a), hessian(polynomial)(np.eye(2)), atol=1e-14)
    for f in (lambda a: mg.tensor(a, constant=False), np.asarray):
        assert_array_equal(grad(np.linalg.det)(f(np.eye(200) * 0.01)), np.zeros((200, 200)))
    assert_array_equal(grad(np.linalg.det)([[1e-310]]), [[1.0]])


def test_no_matrix_at_all() -> None:
    for shape in (0, 3, 3), (2, 0, 0), (0, 0):
        for f in np.linalg.det, lambda a: np.linalg.slogdet(a)[1]:
            x = mg.tensor(np.zeros(shape))
            f(x).backward()
            assert x.grad.shape == shape
            assert hessian(lambda a, f=f: np.sum(f(a)))(np.zeros(shape)).shape == shape + shape


def test_log_of_a_determinant_that_overflows() -> None:
    x = mg.tensor(np.diag(np.full(400, 10.0)))
    sign, log = np.linalg.slogdet(x)
    assert_allclose(log, 400 * np.log(10))
    log.backward()
    assert_allclose(x.grad, np.eye(400) / 10)
    assert sign == 1
    assert np.linalg.slogdet(-x[:3, :3]).sign == -1
    assert np.linalg.slogdet(0 * x[:2, :2]).sign == 0


def test_log_of_determinants_of_which_one_is_zero() -> None:
    """The others have their derivatives."""
    rng = np.random.default_rng(8)
    a = rng.normal(size=(2, 3, 2, 2))
    a[1, 1] = SINGULAR["a multiple"]
    others = np.ones((2, 3), bool)
    others[1, 1] = False
    x = mg.tensor(a)
    sign, log = np.linalg.slogdet(x)
    np.sum(np.where(sign != 0, log, 0)).backward()
    assert_allclose(x.grad[others], np.linalg.inv(a[others]).swapaxes(-1, -2))
    second = hessian(lambda a: np.sum(np.where(others, np.linalg.slogdet(a)[1], 0)))(a)
    expected = hessian(lambda a: np.sum(np.linalg.slogdet(a)[1]))(a[others])
    assert_allclose(second[others][:, :, :, others], expected, rtol=1e-12)
    with np.errstate(all="ignore"):
        np.linalg.slogdet(x)[1].backward()
    assert not np.isfinite(x.grad[1, 1]).any()


@pytest.mark.parametrize("a", [np.zeros((3, 3)), np.array([[0.0, -1.0], [1.0, 0.0]]), np.eye(4), np.array([[2.0]])])
def test_characteristic_polynomial(a):
    """Of matrices with complex eigenvalues, with equal ones, and with none that are not zero."""
    check_grads(np.poly, a, order=2)
    check_grads(np.poly, a + np.sin(np.arange(a.size)).reshape(a.shape), order=3)
