"""Products: dtypes, lists as operands, batches, keywords of generalised ufuncs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad._rules.rule import RULES


@pytest.mark.parametrize("fn", [np.dot, np.inner, np.outer, np.kron, np.vdot])
@pytest.mark.parametrize("other", [[1.0, 2.0, 3.0], (1, 2, 3)])
def test_the_other_factor_may_be_a_list(fn: Any, other: Any) -> None:
    a = np.array([0.5, 1.5, -1.0])
    rule = RULES[fn]
    out = np.asarray(fn(a, other))
    g = np.ones(out.shape)
    assert np.array_equal(rule.vjp(0)(g, out, a, other), rule.vjp(0)(g, out, a, np.asarray(other)))
    assert np.array_equal(rule.vjp(1)(g, out, other, a), rule.vjp(1)(g, out, np.asarray(other), a))


def test_matmul_with_a_list() -> None:
    a, rule = np.ones((2, 3)), RULES[np.matmul]
    assert np.array_equal(rule.vjp(0)(np.ones(2), np.ones(2), a, [1.0, 2.0, 3.0]), [[1, 2, 3], [1, 2, 3]])
    other = [[1.0], [2.0], [3.0]]
    assert np.array_equal(rule.vjp(0)(np.ones((2, 1)), None, a, other), [[1, 2, 3], [1, 2, 3]])


def test_one_batched_factor_is_one_product_of_matrices() -> None:
    """The gradient of a matrix that multiplies a batch is made as one matrix, not as a batch of them."""
    g, batch = np.ones((5, 2, 4)), np.ones((5, 2, 3))
    assert RULES[np.matmul].vjp(1)(g, g, batch, np.ones((3, 4))).shape == (3, 4)
    assert RULES[np.matmul].vjp(0)(np.ones((5, 2, 4)), g, np.ones((2, 3)), np.ones((5, 3, 4))).shape == (2, 3)


@pytest.mark.parametrize("shape", [(2, 3, 4), (2, 1, 3, 4), (1, 3, 4), (0, 3, 4), (2, 0, 4), (2, 3, 0)])
@pytest.mark.parametrize("length", [0, 1, 5])
def test_the_gradient_of_a_batch_times_one_matrix(shape: tuple[int, ...], length: int) -> None:
    rng = np.random.default_rng(0)
    matrix, g = rng.normal(size=(shape[-1], length)), rng.normal(size=(*shape[:-1], length))
    for given in (matrix, mg.tensor(matrix), matrix.tolist()) if matrix.size else (matrix, mg.tensor(matrix)):
        found = RULES[np.matmul].vjp(0)(g, g, np.ones(shape), given)
        assert found.shape == shape
        np.testing.assert_allclose(found, np.einsum("...j,ij->...i", g, matrix), rtol=1e-12)
    a, b = mg.tensor(rng.normal(size=shape)), mg.tensor(matrix[None])  # one matrix, but a batch of one
    np.matmul(a[None], b).backward(g[None])
    np.testing.assert_allclose(a.grad, np.einsum("...j,ij->...i", g, matrix), rtol=1e-12)


def test_gradients_of_transposed_views_do_not_copy() -> None:
    a, b = np.ones((2, 3)), np.asfortranarray(np.ones((3, 4)))
    g = np.ones((2, 4))
    assert np.array_equal(RULES[np.matmul].vjp(0)(g, g, a, b), np.full((2, 3), 4.0))
    assert np.array_equal(RULES[np.matmul].vjp(1)(g, g, a, b), np.full((3, 4), 2.0))


@pytest.mark.parametrize("fn", [np.matmul, np.dot, np.tensordot])
def test_factors_of_one_dtype_do_not_touch_the_other(fn: Any) -> None:
    a, b = np.ones((2, 2), np.float32), np.full((2, 2), 1e300)
    g = np.ones((2, 2))
    params = {"axes": 1} if fn is np.tensordot else {}
    assert np.all(RULES[fn].vjp(0)(g, g, a, b, **params) == 2e300)
    assert RULES[fn].vjp(0)(g.astype("f4"), None, a, a, **params).dtype == np.float32


@pytest.mark.parametrize(("m", "n"), [(2, 2), (2, 3), (3, 2)])
def test_cross_product_in_the_plane(m: int, n: int) -> None:
    """NumPy < 2.5 has it (deprecated): a missing third component counts as zero."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(4, m)), rng.normal(size=(4, n))
    a3, b3 = (np.concatenate([v, np.zeros((4, 3 - v.shape[1]))], axis=1) for v in (a, b))
    out = np.cross(a3, b3)
    out = out[:, 2] if m == n == 2 else out
    g = rng.normal(size=out.shape)
    ga, gb = (RULES[np.cross].vjp(i)(g, out, a, b) for i in (0, 1))
    assert ga.shape == a.shape
    assert gb.shape == b.shape
    assert np.isclose(np.sum(ga * a), np.sum(g * out))
    assert np.isclose(np.sum(gb * b), np.sum(g * out))


A, B, C, D = (np.random.default_rng(0).normal(size=s) for s in ((3, 4, 5), (3, 4, 5), (4, 5), (4, 3)))


@pytest.mark.parametrize(
    ("ufunc", "args", "params"),
    [
        *((np.vecdot, (A, B), {"axis": axis, "keepdims": keep}) for axis in (-3, -1, 0, 1) for keep in (True, False)),
        (np.vecdot, (A, C), {"axis": -2}),
        (np.vecdot, (A, B), {"keepdims": True}),
        (np.vecdot, (A, C), {"axes": [2, 1]}),
        (np.vecdot, (A, B), {"axes": [1, (1,), ()]}),
        (np.matmul, (A, B), {"axes": [(0, 2), (2, 0), (0, 1)]}),
        (np.matmul, (A, B), {"axes": [(0, 2), (2, 0), (-1, 0)]}),
        (np.matmul, (A, np.ones(4)), {"axes": [(0, 1), 0, 0]}),
    ],
)
def test_core_axes(ufunc: Any, args: Any, params: Any) -> None:
    expected = ufunc(*args, **params)
    out = ufunc(*map(mg.tensor, args), **params)
    assert out.shape == expected.shape
    assert np.allclose(out, expected)
