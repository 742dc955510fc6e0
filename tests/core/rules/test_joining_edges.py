"""Joining: the gradients of all arrays at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mygrad._rules.joining import concatenate_arrays, stack_arrays
from mygrad._rules.rule import RULES


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
