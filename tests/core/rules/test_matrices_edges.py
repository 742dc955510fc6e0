"""Triangles with masked infinities, and the triangles that are read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mygrad._rules.rule import RULES


def vjp(fn: Any, g: Any, *args: Any, position: int = 0, **params: Any) -> Any:
    with np.errstate(all="ignore"):
        return RULES[fn].vjp(position)(g, np.asarray(fn(*args, **params)), *args, **params)


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


@pytest.mark.parametrize("fn", [np.linalg.inv, np.linalg.det, np.linalg.cholesky, np.trace, np.diag, np.tril])
def test_float32(fn: Any) -> None:
    a = np.array([[4.0, 1.0], [1.0, 3.0]], np.float32)
    out = np.asarray(fn(a))
    assert RULES[fn].vjp(0)(np.ones(out.shape, np.float32), out, a).dtype == np.float32


def test_diag_of_a_matrix_is_a_view_and_of_a_vector_is_not() -> None:
    assert RULES[np.diag].view
    assert np.array_equal(vjp(np.diag, np.ones(2), np.ones((2, 3)), 1), np.eye(2, 3, 1))
    assert np.array_equal(vjp(np.diag, np.arange(9.0).reshape(3, 3), np.ones(3)), [0, 4, 8])
