"""The strategies give what they promise, and all of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import find, given
from hypothesis import strategies as st

import mygrad as mg
from mygrad.testing import strategies as mst


@given(st.data())
def test_arrays(data: st.DataObject) -> None:
    shape = data.draw(mst.shapes())
    array = data.draw(mst.arrays(shape=shape, dtype=np.float32))
    assert array.shape == shape
    assert array.dtype == np.float32
    assert np.all(np.abs(array) <= 10)


@pytest.mark.parametrize(
    "is_special",
    [
        lambda a: a.ndim == 0,
        lambda a: a.size == 0,
        lambda a: a.ndim == 2 and a.size > 3 and a.flags.f_contiguous and not a.flags.c_contiguous,
        lambda a: a.size > 1 and not a.flags.forc,
        lambda a: a.ndim == 1 and a.size > 1 and a.strides[0] < 0,
        lambda a: a.flags.c_contiguous and a.size > 1,
    ],
)
def test_arrays_of_every_kind(is_special: Any) -> None:
    assert is_special(find(mst.arrays(), is_special))


@given(mst.arrays(), st.data())
def test_layouts_change_nothing_but_the_layout(array: np.ndarray, data: st.DataObject) -> None:
    other = data.draw(mst.layouts(array))
    assert np.array_equal(array, other)
    assert not np.shares_memory(array, other)
    assert other.flags.writeable


@given(st.data())
def test_tensors(data: st.DataObject) -> None:
    constant = data.draw(st.sampled_from([None, True, False]))
    t = data.draw(mst.tensors(shape=(2, 3), constant=constant, elements={"min_value": 1, "max_value": 2}))
    assert isinstance(t, mg.Tensor)
    assert t.shape == (2, 3)
    assert t.constant is bool(constant)
    assert np.all((t.data >= 1) & (t.data <= 2))


@given(mst.tensors(dtype=st.sampled_from([np.int32, np.float64, bool])))
def test_constant_by_dtype(t: mg.Tensor) -> None:
    assert t.constant == (t.dtype.kind != "f")


@given(mst.shapes(), st.data())
def test_broadcastable_shapes(shape: tuple[int, ...], data: st.DataObject) -> None:
    assert np.broadcast_shapes(shape, data.draw(mst.broadcastable_shapes(shape))) == shape


@given(mst.arrays(), st.data())
def test_axes_and_reductions(array: np.ndarray, data: st.DataObject) -> None:
    np.sum(array, axis=data.draw(mst.axes(array.ndim)))
    np.sum(array, **data.draw(mst.reductions(array.ndim)))


@given(mst.arrays(), st.data())
def test_indices(array: np.ndarray, data: st.DataObject) -> None:
    part = array[data.draw(mst.indices(array.shape))]
    view = array[data.draw(mst.indices(array.shape, kind="basic"))]
    assert np.ndim(view) == 0 or view.base is not None
    assert np.asarray(part).dtype == array.dtype


@pytest.mark.parametrize(
    "is_special",
    [
        lambda i: isinstance(i, np.ndarray) and i.dtype == bool,
        lambda i: isinstance(i, tuple) and any(isinstance(p, np.ndarray) and p.size > len(set(p.flat)) for p in i),
        lambda i: isinstance(i, tuple) and None in [p for p in i if not isinstance(p, np.ndarray)],
        lambda i: (
            isinstance(i, tuple) and any(isinstance(p, slice) for p in i) and any(isinstance(p, np.ndarray) for p in i)
        ),
    ],
)
def test_indices_of_every_kind(is_special: Any) -> None:
    find(mst.indices((3, 2)), is_special)


def test_no_integer_index_into_nothing() -> None:
    with pytest.raises(ValueError, match="'integer'"):
        find(mst.indices((0, 2), kind="integer"), lambda i: True)


@given(mst.tensors(), st.data())
def test_views(x: mg.Tensor, data: st.DataObject) -> None:
    view = data.draw(mst.views(x))
    assert view.base is x
