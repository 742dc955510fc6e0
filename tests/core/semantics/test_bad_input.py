"""What is wrong is told as NumPy tells it, or better, and nothing has changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad.errors import NoGradientWarning

# Calls that fail in NumPy: with tensors they raise the same class of exception.
AS_IN_NUMPY = [
    # shapes
    lambda x, y: x + y[:2],
    lambda x, y: x @ y[:2],
    lambda x, y: y @ x,
    lambda x, y: x.reshape(5),
    lambda x, y: np.reshape(x, (2, -1, -1)),
    lambda x, y: np.broadcast_to(x, (2, 2)),
    lambda x, y: np.stack([x, y[:2]]),
    lambda x, y: np.concatenate([x, y]),
    lambda x, y: np.einsum("ij,jk", x, y),
    lambda x, y: np.einsum("ij->k", x),
    lambda x, y: np.squeeze(x, 1),
    lambda x, y: np.linalg.inv(x),
    lambda x, y: np.where([True, False], x, y),
    lambda x, y: x.__iadd__(y[:2]),
    lambda x, y: y.__iadd__(x),
    lambda x, y: np.add(x, y, out=x[:1]),
    lambda x, y: x.__setitem__(0, [1.0, 2.0]),
    lambda x, y: x.__setitem__(slice(1), y[:2]),
    lambda x, y: np.multiply(x, y, where=np.ones(2, bool), out=x),
    # axes
    lambda x, y: np.sum(x, axis=2),
    lambda x, y: x.sum(-3),
    lambda x, y: x.mean((0, 0)),
    lambda x, y: np.max(x, axis=5),
    lambda x, y: np.transpose(x, (0, 0)),
    lambda x, y: np.swapaxes(x, 0, 2),
    lambda x, y: np.moveaxis(x, 3, 0),
    lambda x, y: np.expand_dims(x, 4),
    lambda x, y: np.concatenate([x, x], axis=2),
    lambda x, y: np.cumsum(x, axis=2),
    lambda x, y: np.roll(x, 1, axis=2),
    lambda x, y: np.sort(x, axis=2),
    lambda x, y: np.sum(x, axis=1.5),
    lambda x, y: np.sum(x, axis="rows"),
    # indices
    lambda x, y: x[5],
    lambda x, y: x[0, 0, 0],
    lambda x, y: x[1.0],
    lambda x, y: x["name"],
    lambda x, y: x[[0, 5]],
    lambda x, y: x[np.array([0.5])],
    lambda x, y: x[np.ones(3, bool)],
    lambda x, y: x[[0, 1], [0, 1, 2]],
    lambda x, y: x[..., ...],
    lambda x, y: x.__setitem__(5, 0.0),
    lambda x, y: x.__setitem__([0, 5], 0.0),
    lambda x, y: x.__setitem__(np.ones(3, bool), 0.0),
    lambda x, y: np.take(x, 9),
    # dtypes and objects
    lambda x, y: x + "text",
    lambda x, y: "text" + x,
    lambda x, y: x + object(),
    lambda x, y: np.add(x, "text"),
    lambda x, y: x.__setitem__(0, "text"),
    lambda x, y: x.__setitem__(0, object()),
    lambda x, y: x.__setitem__(0, 1j),
    lambda x, y: np.add(x, 1, dtype="nonsense"),
    lambda x, y: np.add(x, 1, dtype=int),
    lambda x, y: np.add(x, 1, out=np.zeros(x.shape, int)),
    lambda x, y: np.sin(x, out=y),
    lambda x, y: x & 1,
    lambda x, y: ~x,
    lambda x, y: x << 1,
    lambda x, y: np.gcd(x, 2),
    # arguments
    lambda x, y: np.sin(),
    lambda x, y: np.add(x),
    lambda x, y: np.sin(x, nonsense=1),
    lambda x, y: np.sum(x, nonsense=1),
    lambda x, y: np.add(x, y, x, x),
    lambda x, y: np.clip(x, [1, 2], 3),
    lambda x, y: bool(x),
    lambda x, y: float(x),
    lambda x, y: len(x[0, 0]),
    lambda x, y: iter(x[0, 0]).__next__(),
    lambda x, y: hash(x),
    lambda x, y: list(range(3))[x],
]


@pytest.fixture(name="world")
def _world() -> Iterator[dict[str, Any]]:
    """Tensors in the midst of a computation, which has to come to its right end after all."""
    w = mg.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    v = mg.tensor([7.0, 8.0, 9.0])
    x, y = w * 2.0, v * 1.0
    view = x[0]
    z = np.exp(view) * y
    arrays = [t.data for t in (w, v, x, y, view)]
    copies = [a.copy() for a in arrays]
    other = mg.tensor(3.0)
    (other * 2.0).backward()
    yield {"x": x, "y": y, "other": other, "w": w}
    assert all(np.array_equal(a, c) for a, c in zip(arrays, copies, strict=True))
    assert not any(a.flags.writeable for a in arrays)
    assert [t.creator is None for t in (w, v, x, y, z)] == [True, True, False, False, False]
    (z.sum() + x.sum()).backward()
    expected = np.full((2, 3), 2.0)
    expected[0] += 2 * np.exp(copies[2][0]) * copies[1]
    assert np.allclose(w.grad, expected)
    assert np.allclose(v.grad, np.exp(copies[2][0]))
    assert np.shares_memory(view.grad, x.grad)
    assert all(a.flags.writeable for a in arrays)
    assert other.grad == 2.0


@pytest.mark.parametrize("call", AS_IN_NUMPY)
def test_as_in_numpy(call: Any, world: dict[str, Any]) -> None:
    x, y = world["x"], world["y"]
    with pytest.raises(Exception) as expected:
        call(x.data.copy(), y.data.copy())
    with pytest.raises(expected.type) as raised:
        call(x, y)
    assert str(raised.value)


OURS = [
    (lambda x: mg.tensor("text"), TypeError, "holds numbers"),
    (lambda x: mg.tensor([object()]), TypeError, "holds numbers"),
    (lambda x: mg.tensor(None), TypeError, "holds numbers"),
    (lambda x: mg.tensor([1, 2], constant=False), ValueError, "floating-point"),
    (lambda x: mg.Tensor(np.array(["2020-01-01"], "M8[D]")), TypeError, "datetime"),
    (lambda x: mg.tensor([[1.0], [2.0, 3.0]]), ValueError, "inhomogeneous"),
    (lambda x: (x * 1j).backward(), TypeError, "complex"),
    (lambda x: np.remainder(x, 1j), TypeError, "complex|not supported"),
    (lambda x: x.astype("M8[s]"), TypeError, "datetime64"),
    (lambda x: x.__imul__(1j), TypeError, "complex"),
    (lambda x: x.backward("text"), TypeError, "must hold numbers"),
    (lambda x: x.backward(np.ones(7)), ValueError, r"\(7,\)"),
    (lambda x: x.backward(1j), TypeError, "complex"),
    (lambda x: setattr(x, "nonsense", 1.0), AttributeError, "nonsense"),
    (lambda x: np.linalg.qr(x, "raw"), TypeError, "qr"),
]


@pytest.mark.parametrize(("call", "error", "message"), OURS)
def test_our_own_errors(call: Any, error: type[Exception], message: str, world: dict[str, Any]) -> None:
    with pytest.raises(error, match=message):
        call(world["x"])


def test_arrays_from_outside_are_left_alone(world: dict[str, Any]) -> None:
    a = np.ones(4)
    for call in (
        lambda: world["x"] + a,
        lambda: world["x"].__iadd__(a),
        lambda: world["x"].__setitem__(0, a),
        lambda: world["x"][a],
        lambda: np.add(world["y"], 1.0, out=a),
        lambda: np.add(a, 1j, out=world["y"]),
    ):
        with pytest.raises((ValueError, IndexError, TypeError)):
            call()
        assert a.flags.writeable
        assert np.array_equal(a, np.ones(4))


def test_read_only_targets() -> None:
    x = mg.tensor(np.arange(3.0))
    wide = np.broadcast_to(x, (2, 3))
    with pytest.raises(ValueError, match="read-only"):
        wide[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        wide *= 2.0
    with pytest.raises(ValueError, match="read-only"):
        np.exp(wide, out=wide)
    a = np.arange(3.0)
    a.flags.writeable = False
    shared = mg.tensor(a, copy=False)
    with pytest.raises(ValueError, match="read-only"):
        shared[0] = 1.0
    with pytest.raises(ValueError, match="read-only"), mg.no_autodiff:
        shared += 1.0
    np.sum(wide).backward()
    assert np.array_equal(x.grad, [2.0] * 3)
    assert np.array_equal(a, [0.0, 1.0, 2.0])
    assert not a.flags.writeable


def test_a_constant_that_should_be_a_variable_is_told() -> None:
    """`backward` says why `grad` stays None, and asking for a variable says what is wrong."""
    c = mg.tensor([1, 2, 3])
    with pytest.warns(NoGradientWarning, match="int64, which have no derivatives"):
        (c * 2.0).backward()
    assert c.grad is None
    with pytest.raises(ValueError, match=r"int.*always a constant"):
        mg.tensor([1, 2, 3], constant=False)
