"""Singular matrices, triangles with masked infinities, and composed functions of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mygrad._rules.matrices import COMPOSED, cofactors, log_abs_det, matrix_power, sign_of_det, slogdet
from mygrad._rules.rule import RULES


def vjp(fn: Any, g: Any, *args: Any, position: int = 0, **params: Any) -> Any:
    with np.errstate(all="ignore"):
        return RULES[fn].vjp(position)(g, np.asarray(fn(*args, **params)), *args, **params)


def minors(a: np.ndarray) -> np.ndarray:
    n = len(a)
    return np.array(
        [[(-1) ** (i + j) * np.linalg.det(np.delete(np.delete(a, i, 0), j, 1)) for j in range(n)] for i in range(n)]
    )


SINGULAR = [
    np.array([[1.0, 2.0], [2.0, 4.0]]),
    np.array([[0.0, 0.0, 0.0], [1.0, 2.0, 3.0], [0.0, 4.0, 5.0]]),
    np.diag([1.0, 0.0, -2.0, 3.0]),
    np.diag([1.0, 0.0, 0.0]),
    np.zeros((2, 2)),
    np.zeros((1, 1)),
]


@pytest.mark.parametrize("a", SINGULAR)
def test_det_of_a_singular_matrix_has_the_cofactors_for_gradient(a: np.ndarray) -> None:
    assert np.linalg.det(a) == 0
    assert np.allclose(vjp(np.linalg.det, np.float64(2.0), a), 2.0 * minors(a))


def test_one_singular_matrix_in_a_batch() -> None:
    a = np.stack([SINGULAR[0], np.array([[1.0, 2.0], [3.0, 4.0]])])
    g = vjp(np.linalg.det, np.array([1.0, 10.0]), a)
    assert np.allclose(g, [[[4.0, -2.0], [-2.0, 1.0]], [[40.0, -30.0], [-20.0, 10.0]]])


def test_cofactors_of_regular_matrices_too() -> None:
    a = np.random.default_rng(0).normal(size=(4, 4))
    assert np.allclose(cofactors(a), minors(a))


def test_no_matrix_at_all() -> None:
    assert vjp(np.linalg.det, np.ones(0), np.zeros((0, 3, 3))).shape == (0, 3, 3)
    assert vjp(np.linalg.det, np.float64(1.0), np.zeros((0, 0))).shape == (0, 0)


def test_log_of_a_determinant_that_overflows() -> None:
    a = np.diag(np.full(400, 10.0))
    assert np.allclose(log_abs_det(a), 400 * np.log(10))
    assert np.allclose(vjp(log_abs_det, np.float64(1.0), a), np.eye(400) / 10)
    assert slogdet(-a[:3, :3]).sign == -1
    assert sign_of_det(a[:2, :2] - a[:2, :2]) == 0


@pytest.mark.parametrize("upper", [False, True])
def test_cholesky_has_its_gradient_where_numpy_reads(upper: bool) -> None:
    a = np.array([[4.0, 1.0], [1.0, 3.0]])
    g = vjp(np.linalg.cholesky, np.ones((2, 2)), a, upper=upper)
    assert g[(1, 0) if upper else (0, 1)] == 0
    assert g[(0, 1) if upper else (1, 0)] != 0


@pytest.mark.parametrize("fn", [np.tril, np.triu])
def test_triangles_mask_exactly(fn: Any) -> None:
    g = np.full((3, 3), np.inf)
    r = vjp(fn, g, np.ones((3, 3)))
    assert np.all(r[fn(np.ones((3, 3))) == 0] == 0)


@pytest.mark.parametrize(
    "fn", [np.linalg.inv, np.linalg.det, np.linalg.cholesky, log_abs_det, np.trace, np.diag, np.tril]
)
def test_float32(fn: Any) -> None:
    a = np.array([[4.0, 1.0], [1.0, 3.0]], np.float32)
    out = np.asarray(fn(a))
    assert RULES[fn].vjp(0)(np.ones(out.shape, np.float32), out, a).dtype == np.float32


def test_diag_of_a_matrix_is_a_view_and_of_a_vector_is_not() -> None:
    assert RULES[np.diag].view
    assert np.array_equal(vjp(np.diag, np.ones(2), np.ones((2, 3)), 1), np.eye(2, 3, 1))
    assert np.array_equal(vjp(np.diag, np.arange(9.0).reshape(3, 3), np.ones(3)), [0, 4, 8])


def test_matrix_power_gives_a_new_array() -> None:
    a = np.eye(2)
    assert matrix_power(a, 1) is not a
    assert np.array_equal(matrix_power(np.full((2, 2), np.nan), 0), np.eye(2))


@pytest.mark.parametrize(
    ("fn", "args"),
    [
        (np.linalg.matrix_power, (np.ones((2, 3)), 2)),
        (np.linalg.matrix_power, (np.ones(2), 2)),
        (np.linalg.matrix_power, (np.eye(2), 2.5)),
        (np.linalg.tensorinv, (np.ones((2, 2)), 0)),
        (np.linalg.tensorsolve, (np.ones((2, 3)), np.ones(2))),
    ],
)
def test_errors_are_numpys(fn: Any, args: Any) -> None:
    with pytest.raises(Exception) as expected:
        fn(*args)
    with pytest.raises(expected.type):
        COMPOSED[fn](*args)
