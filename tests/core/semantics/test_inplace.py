"""Writing into tensors: what the graph makes of it, and what it costs."""

from __future__ import annotations

import operator
import tracemalloc
from typing import Any

import numpy as np
import pytest

import mygrad as mg

W = np.array([1.0, 2.0, 3.0])


def test_identity_is_kept() -> None:
    x = mg.tensor(W)
    same, array = x, x.data
    x *= 2.0
    x += x
    x[0] = 7.0
    np.exp(x, out=x)
    x[...] = x * 2.0
    assert x is same
    assert x.data is array


def test_what_was_computed_before_means_the_old_value() -> None:
    x = mg.tensor(W)
    leaf = +x
    y = leaf * leaf
    z = np.exp(leaf)
    leaf *= 0.0
    leaf[1] = 100.0
    (y + z).backward()
    assert np.allclose(x.grad, 2 * W + np.exp(W))


def test_gradient_is_that_of_the_present_contents() -> None:
    x = mg.tensor(W)
    x *= 2.0
    (x * 5.0).backward()
    assert np.array_equal(x.grad, [5.0, 5.0, 5.0])


@pytest.mark.parametrize(
    ("op", "gradient"),
    [
        (operator.iadd, 1.0),
        (operator.isub, 1.0),
        (operator.imul, 2.0),
        (operator.itruediv, 0.5),
        (operator.ipow, 2 * W),
        (operator.imod, 1.0),
    ],
)
@pytest.mark.parametrize(
    "operand", [2, 2.0, np.array([2.0] * 3), [2.0] * 3, mg.tensor(2.0, constant=True), np.float32(2)]
)
def test_augmented_assignment(op: Any, gradient: Any, operand: Any) -> None:
    w = mg.tensor(W)
    x = w * 1.0
    expected = W.copy()
    expected = op(expected, np.asarray(operand))
    y = op(x, operand)
    assert y is x
    assert np.array_equal(x.data, expected)
    x.backward()
    assert np.allclose(w.grad, gradient)


@pytest.mark.parametrize(
    "op", [operator.ifloordiv, operator.iand, operator.ior, operator.ixor, operator.ilshift, operator.irshift]
)
def test_augmented_assignment_of_integers(op: Any) -> None:
    x = mg.tensor([5, 6, 7])
    expected = op(np.array([5, 6, 7]), 2)
    y = op(x, 2)
    assert y is x
    assert np.array_equal(x.data, expected)


def test_floor_divide_cuts_the_gradient() -> None:
    w = mg.tensor(W)
    x = w * 1.0
    x //= 2.0
    x.backward()
    assert w.grad is None or not w.grad.any()
    assert np.array_equal(x.data, [0.0, 1.0, 1.0])


def test_both_operands_of_an_augmented_assignment() -> None:
    w, v = mg.tensor(W), mg.tensor([4.0, 5.0, 6.0])
    x = w * 1.0
    x *= v
    v *= 0.0  # v had another value then
    x.backward()
    assert np.array_equal(w.grad, [4.0, 5.0, 6.0])
    assert v.grad is None  # it is of the present contents, which nobody used


def test_with_itself() -> None:
    w = mg.tensor(W)
    x = w * 1.0
    x *= x
    x -= x[::-1]  # overlaps
    assert np.array_equal(x.data, [-8.0, 0.0, 8.0])
    np.sum(x * [1.0, 10.0, 100.0]).backward()
    assert np.allclose(w.grad, 2 * W * [-99.0, 0.0, 99.0])


def test_part_from_another_part() -> None:
    w = mg.tensor([1.0, 2.0, 3.0, 4.0])
    x = w * 1.0
    x[1:] = x[:-1]
    assert np.array_equal(x.data, [1.0, 1.0, 2.0, 3.0])
    np.sum(x * [1.0, 10.0, 100.0, 1000.0]).backward()
    assert np.array_equal(w.grad, [11.0, 100.0, 1000.0, 0.0])


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint8, np.int8, np.intp])
def test_repeated_indices(dtype: Any) -> None:
    """Reading adds the gradients up; in writing the last one wins."""
    index = np.array([0, 2, 0, 0], dtype=dtype)
    w = mg.tensor(W)
    np.sum(w[index] * [1.0, 10.0, 100.0, 1000.0]).backward()
    assert np.array_equal(w.grad, [1101.0, 0.0, 10.0])

    x, v = mg.tensor(W) * 1.0, mg.tensor([1.0, 2.0, 3.0, 4.0])
    x[index] = v
    assert np.array_equal(x.data, [4.0, 2.0, 2.0])
    x.backward()
    assert np.array_equal(v.grad, [0.0, 1.0, 0.0, 1.0])

    w = mg.tensor(W)
    x = w * 1.0
    x[index] += v  # reads, adds, writes
    assert np.array_equal(x.data, [5.0, 2.0, 5.0])
    x.backward()
    assert np.array_equal(w.grad, [1.0, 1.0, 1.0])
    assert np.array_equal(v.grad, [0.0, 1.0, 0.0, 1.0])


def test_repeated_indices_with_one_value() -> None:
    x, s = mg.tensor(W) * 1.0, mg.tensor(5.0)
    x[[0, 0, 2]] = s
    x.backward()
    assert s.grad == 2.0  # it stands in two places


class TestMasks:
    """What is masked out contributes exactly nothing, even where the derivative would be infinite or nan."""

    X = np.array([0.0, 4.0, -1.0])
    MASK = X > 0

    def check(self, x: Any) -> None:
        assert np.array_equal(x.grad, [0.0, 0.25, 0.0])

    def test_where(self) -> None:
        x, out = mg.tensor(self.X), mg.tensor(np.zeros(3))
        np.sqrt(x, out=out, where=self.MASK)
        out.backward()
        self.check(x)

    def test_where_into_an_array(self) -> None:
        x, out = mg.tensor(self.X, constant=True), np.zeros(3)
        y = np.sqrt(x, out=out, where=self.MASK)
        assert isinstance(y, mg.Tensor)
        assert np.array_equal(out, [0.0, 2.0, 0.0])

    def test_mask_in_an_index(self) -> None:
        x, out = mg.tensor(self.X), mg.tensor(np.zeros(3))
        out[self.MASK] = np.sqrt(x[self.MASK])
        out.backward()
        self.check(x)

    def test_overwritten(self) -> None:
        x = mg.tensor(self.X)
        with np.errstate(invalid="ignore"):
            y = np.sqrt(x)
        y[~self.MASK] = 0.0
        y.backward()
        self.check(x)

    def test_np_where(self) -> None:
        x = mg.tensor(self.X)
        with np.errstate(invalid="ignore"):
            y = np.where(self.MASK, np.sqrt(x), 0.0)
        y.backward()
        self.check(x)

    def test_the_old_contents_keep_their_gradient(self) -> None:
        x, w = mg.tensor(self.X), mg.tensor(W)
        out = w * 1.0
        np.sqrt(x, out=out, where=self.MASK)
        out.backward()
        assert np.array_equal(w.grad, [1.0, 0.0, 1.0])

    def test_mask_that_broadcasts(self) -> None:
        x, w = mg.tensor(np.ones((2, 3))), mg.tensor(np.ones((2, 3)))
        out = w * 1.0
        np.multiply(x, 3.0, out=out, where=np.array([[True], [False]]))
        out.backward()
        assert np.array_equal(x.grad, [[3.0] * 3, [0.0] * 3])
        assert np.array_equal(w.grad, [[0.0] * 3, [1.0] * 3])


class TestOut:
    def test_tensor(self) -> None:
        x, out = mg.tensor(W), mg.tensor(np.zeros(3))
        assert np.multiply(x, 2.0, out=out) is out
        assert np.multiply(x, 2.0, out=(out,)) is out
        out.backward()
        assert np.array_equal(x.grad, [2.0] * 3)

    def test_view(self) -> None:
        x, w = mg.tensor(W), mg.tensor(np.zeros((2, 3)))
        base = w * 1.0
        np.multiply(x, 2.0, out=base[0])
        assert np.array_equal(base.data, [[2.0, 4.0, 6.0], [0.0] * 3])
        base.backward()
        assert np.array_equal(x.grad, [2.0] * 3)
        assert np.array_equal(w.grad, [[0.0] * 3, [1.0] * 3])

    def test_array(self) -> None:
        x, out = mg.tensor(W, constant=True), np.zeros(3)
        y = np.multiply(x, 2.0, out=out)
        assert y.constant
        assert y.data is out
        assert np.array_equal(out, 2 * W)

    def test_narrower(self) -> None:
        x, out = mg.tensor(W), mg.tensor(np.zeros(3), dtype=np.float32)
        np.multiply(x, 2.0, out=out)
        assert out.dtype == np.float32
        out.backward()
        assert x.grad.dtype == np.float64
        assert out.grad.dtype == np.float32

    def test_broadcast_operands(self) -> None:
        s, out = mg.tensor(2.0), mg.tensor(np.zeros(3))
        np.add(s, W, out=out)
        out.backward()
        assert s.grad == 3.0


def test_values_broadcast_into_the_part() -> None:
    s, v = mg.tensor(2.0), mg.tensor([[1.0, 2.0]])
    x = mg.tensor(np.zeros((2, 2, 2)))
    x[0] = s
    x[1] = v
    x.backward()
    assert s.grad == 4.0
    assert np.array_equal(v.grad, [[2.0, 2.0]])


def test_excess_leading_axes_of_the_value() -> None:
    v, x = mg.tensor([[[1.0, 2.0, 3.0]]]), mg.tensor(W)
    x[:] = v
    x.backward()
    assert np.array_equal(v.grad, [[[1.0, 1.0, 1.0]]])


def test_lists_of_tensors_as_values() -> None:
    a, b, x = mg.tensor(1.0), mg.tensor(2.0), mg.tensor(W)
    x[:2] = [a, b * b]
    (x * W).backward()
    assert a.grad == 1.0
    assert b.grad == 8.0


def test_writing_to_a_leaf_makes_it_a_result() -> None:
    x = mg.tensor(W)
    y = x * x
    x[0] = 10.0
    assert x.creator is not None
    (y.sum() + (x * 3.0).sum()).backward()
    assert np.array_equal(x.grad, [3.0, 3.0, 3.0])


def test_data_of_an_unused_tensor_can_be_written_directly() -> None:
    x = mg.tensor(W)
    (x * x).backward()
    x.data -= 0.5 * x.grad
    assert np.array_equal(x.data, [0.0, 0.0, 0.0])
    (x * 3.0).backward()
    assert np.array_equal(x.grad, [3.0, 3.0, 3.0])


@pytest.mark.parametrize("chain", [True, False])
def test_a_write_costs_what_it_touches(chain: bool) -> None:
    """No copy of the whole is made for a part, neither in the forward pass nor for the gradients."""
    n = 1_000_000
    x, s = mg.tensor(np.zeros(n)), mg.tensor(2.0)
    y = x * 1.0 if chain else x
    tracemalloc.start()
    try:
        for i in range(200):
            y[i] = s
        forward = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        y.backward()
        backward = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert forward < 8 * n  # bytes: less than one array
    assert backward < 4 * 8 * n
    assert s.grad == 200.0
    if chain:
        assert x.grad[:200].sum() == 0
        assert x.grad.sum() == n - 200


def test_a_write_snapshots_only_what_somebody_saved() -> None:
    n = 1_000_000
    x = mg.tensor(np.ones(n))
    y = x * 1.0
    z = y * 2.0  # saves nothing
    tracemalloc.start()
    try:
        y[0] = 5.0
        cheap = tracemalloc.get_traced_memory()[1]
        w = y * y  # saves y
        tracemalloc.reset_peak()
        y[1] = 5.0
        snapshot = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert cheap < 8 * n
    assert snapshot >= 16 * n  # w, and the snapshot
    (z.sum() + w.sum()).backward()
    assert np.array_equal(x.grad[:3], [2.0, 2.0 + 2.0, 2.0 + 2.0])


def test_a_dead_graph_needs_no_snapshot() -> None:
    n = 1_000_000
    y = mg.tensor(np.ones(n)) * 1.0
    z = y[1:] * y[1:]
    del z
    tracemalloc.start()
    try:
        y[0] = 5.0
        assert tracemalloc.get_traced_memory()[1] < 8 * n
    finally:
        tracemalloc.stop()
