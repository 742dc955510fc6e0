"""Joining and splitting: NumPy's functions, in dtypes, views and errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mygrad as mg
from catalogue import mapped


def flat(out: Any) -> list[Any]:
    return [a for part in out for a in flat(part)] if isinstance(out, (list, tuple)) else [out]


def with_tensors(args: Any) -> Any:
    return mapped(args, lambda a: mg.tensor(a) if isinstance(a, np.ndarray) else a)


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
    expected, out = flat(fn(*args, **params)), flat(fn(*with_tensors(args), **params))
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
        fn(*with_tensors(args))


def test_indexing_of_meshgrid_is_checked() -> None:
    with pytest.raises(ValueError, match="indexing"):
        np.meshgrid(mg.tensor(F32), indexing="yx")


def test_parts_are_views() -> None:
    a = mg.tensor(np.arange(24.0).reshape(4, 6))
    for fn, sections in [(np.split, 2), (np.array_split, [1]), (np.hsplit, 3), (np.vsplit, 2)]:
        assert all(part.base is a for part in fn(a, sections))
    assert np.broadcast_arrays(a, np.ones((2, 1, 6)))[0].base is a


def test_tensors_in_nested_lists_are_stacked() -> None:
    x = mg.tensor(3.0)
    mg.vstack([[1.0, x], [x, 2.0]]).backward([[1.0, 10.0], [100.0, 1000.0]])
    assert x.grad == 110.0
