"""Joining and splitting: the composed functions are NumPy's, in values, dtypes, views and errors."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mygrad._rules.joining import COMPOSED, as_operand, concatenate_arrays, stack_arrays
from mygrad._rules.rule import RULES


def flat(out: Any) -> list[Any]:
    return [out] if isinstance(out, (np.ndarray, np.generic)) else [a for part in out for a in flat(part)]


F32 = np.ones(2, np.float32)


@pytest.mark.parametrize(
    ("fn", "args", "params"),
    [
        (np.concatenate, ([F32, 2.0],), {"axis": None}),
        (np.concatenate, ([F32, np.float64(2.0)],), {"axis": None}),
        (np.concatenate, ([F32, [1, 2]],), {}),
        (np.concatenate, ([F32, F32],), {"dtype": np.float64}),
        (np.stack, ([F32[0], 2.0],), {}),
        (np.stack, ([F32, F32],), {"dtype": np.int32, "casting": "unsafe"}),
        (np.hstack, ([F32, 2.0],), {}),
        (np.vstack, ([F32, F32],), {"dtype": np.float16}),
        (np.append, (F32, 2.0), {}),
        (np.block, ([F32, 2.0],), {}),
        (np.meshgrid, (F32, 2), {}),
    ],
)
def test_dtypes_are_numpys(fn: Any, args: Any, params: Any) -> None:
    expected, out = flat(fn(*args, **params)), flat(COMPOSED[fn](*args, **params))
    assert [a.dtype for a in out] == [a.dtype for a in expected]


@pytest.mark.parametrize(
    ("fn", "args"),
    [
        (np.concatenate, ([],)),
        (np.concatenate, ([np.array(1.0)],)),
        (np.concatenate, ([np.ones(2), np.ones((2, 2))],)),
        (np.concatenate, ([np.ones(2)], 1)),
        (np.stack, ([],)),
        (np.stack, ([np.ones(2), np.ones(3)],)),
        (np.stack, ([np.ones(2)], 2)),
        (np.block, ([[F32], F32],)),
        (np.block, ([],)),
        (np.block, ((F32, F32),)),
        (np.block, ([(F32,), F32],)),
        (np.split, (np.ones(5), 2)),
        (np.split, (np.ones(5), 0)),
        (np.array_split, (np.ones(5), 0)),
        (np.array_split, (np.ones(5), 2, 1)),
        (np.hsplit, (np.array(1.0), 1)),
        (np.vsplit, (np.ones(3), 1)),
        (np.dsplit, (np.ones((3, 2)), 1)),
        (np.broadcast_arrays, (np.ones(2), np.ones(3))),
    ],
)
def test_errors_are_numpys(fn: Any, args: Any) -> None:
    with pytest.raises(Exception) as expected:
        fn(*args)
    with pytest.raises(expected.type):
        COMPOSED[fn](*args)


def test_indexing_of_meshgrid_is_checked() -> None:
    with pytest.raises(ValueError, match="indexing"):
        COMPOSED[np.meshgrid](F32, indexing="yx")


def test_parts_are_views() -> None:
    a = np.arange(24.0).reshape(4, 6)
    for fn, sections in [(np.split, 2), (np.array_split, [1]), (np.hsplit, 3), (np.vsplit, 2)]:
        assert all(np.shares_memory(part, a) for part in COMPOSED[fn](a, sections))
    for part in COMPOSED[np.broadcast_arrays](a, np.ones((2, 1, 6)))[:1]:
        assert np.shares_memory(part, a)


class Duck:
    """A stand-in for a tensor: counts as an array, and records the functions that it is given to."""

    def __init__(self) -> None:
        self.calls: list[Any] = []

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        self.calls.append((func, args, kwargs))
        return self


def test_out_is_written() -> None:
    out = np.zeros((2, 2))
    assert COMPOSED[np.stack]([F32, F32], 0, out) is out
    assert np.array_equal(out, np.ones((2, 2)))
    with pytest.raises(ValueError, match="out"):
        COMPOSED[np.concatenate]([F32, F32], out=out)


def test_out_goes_with_a_tensor_to_the_engine() -> None:
    duck, out = Duck(), np.zeros((2, 2))
    COMPOSED[np.stack]([duck, F32], out=out)
    [(func, _args, params)] = duck.calls
    assert func is stack_arrays
    assert params["out"] is out


def test_tensors_in_nested_lists_are_stacked() -> None:
    duck = Duck()
    assert as_operand(duck) is duck
    assert as_operand([1.0, [duck, 2.0]]) is duck
    inner, outer = duck.calls
    assert inner[0] is outer[0] is stack_arrays
    assert inner[1][0] is duck
    assert outer[1][1] is duck
    assert isinstance(as_operand([[1.0], [2.0]]), np.ndarray)


@pytest.mark.parametrize(
    ("fn", "axis", "shape"),
    [
        *((concatenate_arrays, axis, (2, 3)) for axis in (0, 1, -1, None)),
        *((concatenate_arrays, axis, (2,)) for axis in (0, -1, None)),
        (concatenate_arrays, None, ()),
        *((stack_arrays, axis, (2, 3)) for axis in (0, 1, 2, -1)),
        *((stack_arrays, axis, (2,)) for axis in (0, 1, -1)),
        *((stack_arrays, axis, ()) for axis in (0, -1)),
    ],
)
def test_all_gradients_at_once_are_those_one_by_one(fn: Any, axis: int | None, shape: tuple[int, ...]) -> None:
    arrays = [np.full(shape, float(i)) for i in range(3)]
    out = fn(*arrays, axis=axis)
    g = np.random.default_rng(0).normal(size=out.shape)
    rule = RULES[fn]
    parts = rule.vjp_all(SimpleNamespace(parents=tuple(arrays), params={"axis": axis}), g, False)
    for i, part in enumerate(parts):
        assert part.shape == shape
        assert np.array_equal(part, rule.vjp(i)(g, out, *arrays, axis=axis))
