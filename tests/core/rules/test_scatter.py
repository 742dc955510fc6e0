"""The gradient of reading by integers: what was read several times adds up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mygrad as mg


@given(data=st.data(), dtype=st.sampled_from(["i1", "u1", "i4", "u8", "i8"]))
def test_repeated_indices_add_up(data: st.DataObject, dtype: str) -> None:
    shape = tuple(data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))
    axis = data.draw(st.integers(0, len(shape) - 1))
    n = shape[axis]
    index = np.array(data.draw(st.lists(st.integers(0 if dtype[0] == "u" else -n, n - 1), max_size=6)), dtype).reshape(
        data.draw(st.sampled_from([(-1,), (1, -1), (-1, 1)]))
    )
    order = data.draw(st.sampled_from("CF"))
    x = mg.tensor(np.ones(shape).astype(float, order=order))
    key = (*[slice(None)] * axis, index)
    y = x[key] if axis or data.draw(st.booleans()) else x[index]
    g = np.arange(1.0, y.size + 1).reshape(y.shape)
    y.backward(g)
    expected = np.zeros(shape)
    np.add.at(expected, key, g)
    np.testing.assert_array_equal(x.grad, expected)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_take_adds_up(axis: int) -> None:
    x = mg.tensor(np.ones((2, 3, 4), np.float32))
    index = np.array([[1, 1], [0, -1]])
    np.take(x, index, axis=axis).sum().backward()
    expected = np.zeros(x.shape, np.float32)
    np.add.at(expected, (*[slice(None)] * axis, index), 1)
    assert x.grad.dtype == np.float32
    np.testing.assert_array_equal(x.grad, expected)
