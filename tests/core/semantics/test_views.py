"""Views: their base, their memory, their gradients, and that they stay views for good."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mygrad as mg
from mygrad.testing import strategies as mst


def a_tensor() -> Any:
    return mg.tensor(np.arange(1.0, 7.0).reshape(2, 3))


VIEWS = [
    lambda x: x[...],
    lambda x: x[0],
    lambda x: x[:, ::-2],
    lambda x: x[1, 2, ...],
    lambda x: x[None],
    lambda x: x.T,
    lambda x: x.reshape(3, 2),
    lambda x: np.reshape(x, -1),
    lambda x: np.ravel(x),
    lambda x: np.transpose(x),
    lambda x: np.swapaxes(x, 0, 1),
    lambda x: np.moveaxis(x, 0, 1),
    lambda x: np.expand_dims(x, 0),
    lambda x: np.squeeze(x[None]),
    lambda x: np.einsum("ij->ji", x),
    lambda x: np.einsum("ii->i", x[:, :2]),
    lambda x: np.diagonal(x),
    lambda x: np.broadcast_to(x, (4, 2, 3)),
    lambda x: np.atleast_3d(x),
    lambda x: np.flip(x),
    lambda x: x[1:].T[::2].reshape(-1),
]


@pytest.mark.parametrize("take", VIEWS)
def test_like_numpy(take: Any) -> None:
    x = a_tensor()
    view, expected = take(x), take(x.data)
    assert view.base is x
    assert np.shares_memory(view, x)
    assert view.shape == expected.shape
    assert view.strides == expected.strides
    assert view.constant is False
    x.data[...] *= 10
    assert np.array_equal(view, expected)


@pytest.mark.parametrize(
    "take",
    [
        lambda x: x[0, 0],
        lambda x: x[[0]],
        lambda x: x[x > 2],
        lambda x: x.reshape(3, 2).T.reshape(-1),
        np.copy,
        np.positive,
    ],
)
def test_copies_are_not_views(take: Any) -> None:
    x = a_tensor()
    assert take(x).base is None
    assert not np.shares_memory(take(x), x)


@pytest.mark.parametrize("take", VIEWS)
@pytest.mark.parametrize(
    "use", [lambda x, v: x * 2.0, lambda x, v: v * 3.0, lambda x, v: (x * 2.0).sum() + (v * v).sum()]
)
def test_gradient_is_the_same_view_of_the_bases_gradient(take: Any, use: Any) -> None:
    x = a_tensor()
    view = take(x)
    use(x, view).backward()
    assert x.grad.shape == x.shape
    assert view.grad.base is x.grad
    assert np.array_equal(view.grad, take(x.grad))
    x.grad[...] = 5.0
    assert np.all(view.grad == 5.0)


def test_views_taken_after_the_fact_have_the_gradient_too() -> None:
    x = a_tensor()
    (x * 2.0).backward()
    view = x[0]
    assert view.grad.base is x.grad
    assert np.array_equal(view.grad, [2.0, 2.0, 2.0])


def test_gradient_of_a_view_of_a_result() -> None:
    w = a_tensor()
    x = w * 1.0
    view = x.T
    (view * view).backward()
    assert view.grad.base is x.grad
    assert np.array_equal(w.grad, 2 * w.data)
    assert np.array_equal(x.grad, 2 * w.data)


@pytest.mark.parametrize("order", ["C", "F"])
def test_memory_order(order: Any) -> None:
    """A reshape that NumPy can make a view of is one, and the gradient can be viewed in the same way."""
    x = mg.tensor(np.asarray(np.arange(6.0).reshape(2, 3), order=order))
    assert x.strides == np.zeros((2, 3), order=order).strides
    flat = x.reshape(-1) if order == "C" else x.T.reshape(-1)
    assert flat.base is x
    np.sum(x * np.arange(6.0).reshape(2, 3)).backward()
    assert flat.grad.base is x.grad
    assert x.grad.strides == x.strides


def test_a_view_stays_a_view_after_backward() -> None:
    x = a_tensor()
    row, column = x[0], x.T[0]
    for factor in (1.0, 2.0, 3.0):
        (row * factor).backward()
        assert row.base is x
        assert np.array_equal(x.grad, factor * np.array([[1.0] * 3, [0.0] * 3]))
        assert row.grad.base is x.grad
        assert np.array_equal(column.grad, [factor, 0.0])
        row += 1.0
        column[1] = factor
        assert x.data[1, 0] == factor
        (column * column).backward()
        assert np.array_equal(x.grad[:, 0], 2 * x.data[:, 0])
        row += 0.0  # a graph of its own
        row.backward()
        x.clear_graph()


def test_a_view_of_a_result_stays_one_after_its_graph_was_cleared() -> None:
    w = a_tensor()
    x = w * 2.0
    row = x[0]
    (row * 3.0).backward()
    assert np.array_equal(w.grad, [[6.0] * 3, [0.0] * 3])
    w_grad = w.grad
    (row * 5.0).backward()  # x is a leaf now
    assert np.array_equal(x.grad, [[5.0] * 3, [0.0] * 3])
    assert w.grad is w_grad


def test_views_of_views_have_the_owner_as_base() -> None:
    x = a_tensor()
    view = x[:, 1:].T[0]
    assert view.base is x
    assert view[:1].base is x


def test_view_keeps_its_base_alive() -> None:
    x = a_tensor()
    view = x[0]
    base = weakref.ref(x)
    del x
    gc.collect()
    assert view.base is base()
    (view * 2.0).backward()
    assert np.array_equal(view.grad, [2.0] * 3)
    assert np.array_equal(view.base.grad, [[2.0] * 3, [0.0] * 3])
    del view
    assert base() is None


def test_views_die_before_their_base_without_a_trace() -> None:
    x = a_tensor()
    for _ in range(100):
        row = x[0]
        y = row * row
    del row
    y.backward()
    assert np.array_equal(x.grad, [[2.0, 4.0, 6.0], [0.0] * 3])


def test_writes_show_in_all_views_and_gradients_follow() -> None:
    w = a_tensor()
    x = w * 1.0
    rows, column = [x[0], x[1]], x[:, 1]
    before = column * column
    column *= 10.0
    assert np.array_equal(rows[0].data, [1.0, 20.0, 3.0])
    after = rows[1] * 1.0
    rows[1][...] = 0.0
    total = before.sum() + after.sum() + x.sum()
    total.backward()
    expected = np.zeros((2, 3))
    expected[:, 1] += 2 * w.data[:, 1]  # before
    expected[1] += [1.0, 10.0, 1.0]  # after
    expected[0] += [1.0, 10.0, 1.0]  # what is left of x
    assert np.array_equal(w.grad, expected)


def test_setting_the_shape() -> None:
    x = a_tensor()
    row = x[0]
    y = x * 2.0
    x.shape = (3, 2)
    assert x.shape == (3, 2)
    y.backward()
    assert np.array_equal(x.grad, np.full((3, 2), 2.0))
    assert row.base is x
    (x * x).backward()
    assert x.grad.shape == (3, 2)
    assert np.array_equal(x.grad.ravel(), 2 * np.arange(1.0, 7.0))
    assert np.array_equal(row.grad, [2.0, 4.0, 6.0])
    row[:] = 0.0
    assert np.array_equal(x.data, [[0.0, 0.0], [0.0, 4.0], [5.0, 6.0]])
    with pytest.raises(ValueError, match="reshape"):
        x.shape = (4, 2)
    assert x.shape == (3, 2)


def test_untracked_views_share_memory_but_no_gradients() -> None:
    x = a_tensor()
    with mg.no_autodiff:
        row = x[0]
    assert np.shares_memory(row, x)
    assert row.base is x
    (row * 2.0).backward()
    assert x.grad is None
    assert np.array_equal(row.grad, [2.0, 2.0, 2.0])
    x[0, 0] = 9.0
    assert row.data[0] == 9.0


@given(mst.tensors(shape=mst.shapes(min_side=1)), st.data())
def test_chains_of_views(x: Any, data: st.DataObject) -> None:
    view = data.draw(mst.views(x))
    weights = np.arange(1.0, 1.0 + view.size).reshape(view.shape)
    (view * weights).backward()
    assert x.grad.shape == x.shape
    if view.size:
        assert view.grad.base is x.grad
        assert np.array_equal(view.grad, weights)
    assert np.sum(x.grad) == np.sum(weights)
