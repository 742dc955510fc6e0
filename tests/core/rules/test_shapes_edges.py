"""Rearranging, repeating, inserting and padding: what examples of smooth points do not show."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mygrad._compositions.layouts import memory_axes, settled_order
from mygrad._rules.rule import RULES
from mygrad._rules.shapes import (
    astype,
    diagonal_size,
    embed_diagonal,
    sum_runs,
    sum_to_shape,
)


def vjp(fn: Any, g: Any, *args: Any, position: int = 0, **params: Any) -> Any:
    rule = RULES[fn]
    return rule.vjp(position)(g, rule.fn(*args, **params), *args, **params)


def layouts() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    found = [np.arange(24.0).reshape(2, 3, 4)[:, :, i:j:k] for i, j, k in [(0, 4, 1), (0, 4, 2), (None, None, -1)]]
    found += [a.transpose(rng.permutation(3)) for a in found for _ in range(3)]
    found += [
        np.broadcast_to(np.arange(3.0)[:, None], (2, 3, 2)),
        np.array(1.0),
        np.zeros((0, 2)),
        np.ones((2, 1, 3)).T,
    ]
    return found


@pytest.mark.parametrize("a", layouts())
@pytest.mark.parametrize("order", ["C", "F", "A", None])
def test_settled_order_means_what_numpy_means(a: np.ndarray, order: Any) -> None:
    settled = settled_order(a, order)
    assert settled in ("C", "F")
    assert np.array_equal(np.reshape(a, -1, order=settled), np.reshape(a, -1, order=order))


@pytest.mark.parametrize("a", layouts())
def test_memory_axes_are_those_of_order_k(a: np.ndarray) -> None:
    assert np.array_equal(np.ravel(np.transpose(a, memory_axes(a))), np.ravel(a, order="K"))


@pytest.mark.parametrize("fn", [np.reshape, np.ravel])
@pytest.mark.parametrize("order", ["A", "K"])
def test_an_unsettled_order_is_refused(fn: Any, order: str) -> None:
    a = np.ones((2, 3))
    args = (a, (3, 2)) if fn is np.reshape else (a,)
    with pytest.raises(ValueError, match="layout in memory"):
        RULES[fn].vjp(0)(np.ones(6), np.ones(6), *args, order=order)


@pytest.mark.parametrize("name", ["newshape", "shape"])
def test_reshape_takes_the_keywords_of_every_numpy(name: str) -> None:
    g = np.arange(6.0).reshape(3, 2)
    r = RULES[np.reshape].vjp(0)(g, g, np.ones((2, 3)), **{name: (3, 2)}, order="C")
    assert np.array_equal(r, g.reshape(2, 3))


def test_gradients_of_views_are_views_of_the_gradient() -> None:
    g, a = np.ones((2, 3, 4)), np.ones((4, 3, 2))
    assert np.shares_memory(vjp(np.transpose, g, a), g)
    assert np.shares_memory(vjp(np.moveaxis, np.ones((3, 2, 4)), a, 0, -1), g) is False
    assert vjp(astype, g, np.ones((2, 3, 4), np.float32), np.float64) is g
    assert vjp(np.copy, g, g) is g


def test_diagonal_adds_only_to_the_diagonal_of_a_buffer() -> None:
    rule = RULES[np.diagonal]
    for offset, axis1, axis2 in [(0, 0, 1), (1, 0, 2), (-1, 2, 1), (5, 0, 1)]:
        a = np.zeros((2, 3, 4))
        g = np.random.default_rng(0).normal(size=np.diagonal(a, offset, axis1, axis2).shape)
        buffer = np.full(a.shape, 10.0)
        rule.add_into(buffer, g, offset, axis1, axis2)
        assert np.array_equal(buffer, 10.0 + rule.vjp(0)(g, g, a, offset, axis1, axis2))


@pytest.mark.parametrize("shape", [(3, 4), (4, 3), (2, 2), (0, 3)])
@pytest.mark.parametrize("offset", range(-5, 6))
def test_diagonal_size(shape: tuple[int, int], offset: int) -> None:
    assert diagonal_size(shape, offset) == np.diagonal(np.zeros(shape), offset).size


@pytest.mark.parametrize("primitive", [sum_to_shape, sum_runs, embed_diagonal])
def test_primitives_keep_float32(primitive: Any) -> None:
    args: dict[Any, Any] = {
        sum_to_shape: ((3, 1),),
        sum_runs: (np.array([1, 0, 3]), 1),
        embed_diagonal: ((3, 4, 4),),
    }
    out = primitive(
        np.ones((3, 4), np.float32) if primitive is not embed_diagonal else np.ones((4, 3), np.float32),
        *args[primitive],
    )
    assert out.dtype == np.float32


def test_sum_runs_of_no_elements_is_zero() -> None:
    assert np.array_equal(sum_runs(np.array([1.0, 2.0, 4.0]), np.array([0, 2, 0, 1, 0]), 0), [0, 3, 0, 4, 0])
    assert np.array_equal(sum_runs(np.zeros((2, 0)), np.array([0, 0]), 1), np.zeros((2, 2)))


def test_repeat_of_a_single_element_no_times() -> None:
    assert np.array_equal(vjp(np.repeat, np.zeros(0), np.ones(1), 0), [0.0])
    assert np.array_equal(vjp(np.repeat, np.zeros((2, 0)), np.ones((2, 3)), [0], 1), np.zeros((2, 3)))


@pytest.mark.parametrize("obj", [0, 2, -1, [1], [3, 0, 3], slice(0, 3, 2), np.array([0, 0, 0])])
@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_insert_and_its_gradients_are_transposes(obj: Any, axis: int | None) -> None:
    rng = np.random.default_rng(1)
    a = rng.normal(size=(3, 4))
    count = len(range(12)[obj]) if isinstance(obj, slice) else np.size(obj)
    lead = () if axis is None else (4,) if axis == 0 else (3,)
    shapes: list[tuple[int, ...]] = [()]
    if axis is None or isinstance(obj, int):
        shapes += [lead] if axis is not None else [(3,)] if isinstance(obj, int) else [(count,)]
    else:
        shapes += [(count, 4) if axis == 0 else (3, count)]
    for shape in shapes:
        values = rng.normal(size=shape)
        out = np.insert(a, obj, values, axis)
        g = rng.normal(size=out.shape)
        ga = vjp(np.insert, g, a, obj, values, axis)
        gv = vjp(np.insert, g, a, obj, values, axis, position=2)
        gv = gv.sum() if values.ndim == 0 else gv
        assert np.isclose(np.sum(g * out), np.sum(ga * a) + np.sum(gv * values))


@pytest.mark.parametrize("mode", ["mean", "maximum", "minimum", "median", "linear_ramp", lambda *args: None])
def test_pad_says_which_modes_have_no_derivative(mode: Any) -> None:
    with pytest.raises(NotImplementedError, match=r"np\.pad"):
        RULES[np.pad].vjp(0)(np.ones(5), np.ones(5), np.ones(3), 1, mode)


@pytest.mark.parametrize("mode", ["reflect", "symmetric"])
@pytest.mark.parametrize("shape", [(1,), (2,), (4,), (2, 1), (3, 5)])
@pytest.mark.parametrize("width", [1, (0, 3), (7, 0), (5, 13)])
def test_pad_by_odd_reflection(mode: str, shape: tuple[int, ...], width: Any) -> None:
    """Any number of times back and forth: it is linear, so that unit vectors tell all of it."""
    n = int(np.prod(shape))
    units = np.eye(n).reshape(n, *shape)
    padded = np.stack([np.pad(unit, width, mode, reflect_type="odd") for unit in units])
    g = np.random.default_rng(0).normal(size=padded.shape[1:])
    gradient = RULES[np.pad].vjp(0)(g, None, np.zeros(shape), width, mode, reflect_type="odd")
    np.testing.assert_allclose(np.ravel(gradient), np.reshape(padded, (n, -1)) @ np.ravel(g), atol=1e-12)


@pytest.mark.parametrize("width", [{0: 1}, {-1: (0, 2)}, {0: (2, 1), 1: 3}])
@pytest.mark.parametrize("mode", ["constant", "wrap"])
def test_pad_takes_widths_by_axis(width: Any, mode: str) -> None:
    pairs = [(0, 0), (0, 0)]
    for axis, w in width.items():
        pairs[axis] = (w, w) if isinstance(w, int) else w
    a = np.ones((3, 4))
    g = np.random.default_rng(0).normal(size=np.pad(a, pairs, mode).shape)
    rule = RULES[np.pad]
    assert np.array_equal(rule.vjp(0)(g, g, a, width, mode), rule.vjp(0)(g, g, a, pairs, mode))
