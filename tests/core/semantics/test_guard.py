"""The memory guard: what is read-only, when, and that exactly the original writeability comes back."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad._engine import guard

pytestmark = pytest.mark.usefixtures("little_garbage")


@pytest.fixture(autouse=True)
def _nothing_stays_locked() -> Iterator[None]:
    gc.collect()
    before = _locked()
    yield
    gc.collect()
    assert _locked() <= before


def _locked() -> set[guard.Entry]:
    return {entry for entry in guard._table.values() if entry.is_locked}


def is_locked(array: np.ndarray) -> bool:
    try:
        array[...] = array
    except ValueError:
        return True
    return False


class TestTensors:
    def test_inputs_and_outputs_are_locked_until_backward(self) -> None:
        x, y = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0])
        arrays = [x.data, y.data]
        z = x * y
        w = np.exp(z)
        arrays += [z.data, w.data]
        assert all(map(is_locked, arrays))
        w.backward()
        assert not any(map(is_locked, arrays))

    def test_exposed_after_use(self) -> None:
        x = mg.tensor([1.0, 2.0])
        z = x * x
        assert is_locked(x.data)
        assert is_locked(mg.asarray(x))
        assert is_locked(memoryview_of(x))
        z.backward()
        assert not is_locked(x.data)

    def test_released_when_the_result_is_dropped(self) -> None:
        x = mg.tensor([1.0, 2.0])
        array = x.data
        z = x * 2.0
        w = z + 1.0
        del z
        assert is_locked(array)
        del w
        assert not is_locked(array)

    def test_not_locked_by_what_is_not_kept(self) -> None:
        x = mg.tensor([1.0, 2.0])
        array = x.data
        x * 2.0
        assert not is_locked(array)

    def test_locked_as_long_as_any_graph_lives(self) -> None:
        x = mg.tensor([1.0, 2.0])
        array = x.data
        y, z = x * 2.0, x * 3.0
        y.backward()
        assert is_locked(array)
        z.backward()
        assert not is_locked(array)

    def test_views_and_bases_alike(self) -> None:
        x = mg.tensor(np.arange(6.0).reshape(2, 3))
        row, column = x[0], x[:, 1]
        arrays = [x.data, row.data, column.data]
        z = row * 2.0
        assert all(map(is_locked, arrays))
        z.backward()
        assert not any(map(is_locked, arrays))
        z = x * 2.0
        assert all(map(is_locked, arrays))
        late = x[:1]
        assert is_locked(late.data)
        del z
        assert not any(map(is_locked, [*arrays, late.data]))

    def test_views_that_numpy_makes_read_only_stay_so(self) -> None:
        x = mg.tensor(np.arange(4.0).reshape(2, 2))
        wide = np.broadcast_to(x, (3, 2, 2))
        late: list[Any] = []
        with_lock = x * 2.0
        late = [np.broadcast_to(x, (3, 2, 2)).data, np.diagonal(x).data]
        writeable = np.einsum("ii->i", x).data
        assert all(map(is_locked, [wide.data, x.data, writeable, *late]))
        with_lock.backward()
        assert not is_locked(x.data)
        assert not is_locked(writeable)
        assert all(map(is_locked, [wide.data, *late]))

    def test_base_dropped_before_its_view(self) -> None:
        x = mg.tensor([1.0, 2.0])
        view = x[:1]
        array = view.data
        z = view * 2.0
        del x, view
        assert is_locked(array)
        del z
        assert not is_locked(array)

    def test_constants_too(self) -> None:
        c = mg.tensor([1.0, 2.0], constant=True)
        i = mg.tensor([1, 2])
        x = mg.tensor([1.0, 2.0])
        z = x * c * i
        assert is_locked(c.data)
        assert is_locked(i.data)
        z.backward()
        assert not is_locked(c.data)
        assert not is_locked(i.data)

    def test_in_place_targets(self) -> None:
        x = mg.tensor([1.0, 2.0])
        array = x.data
        view = x[:1].data
        x *= 2.0
        assert x.data is array
        x[0] = 7.0  # a tensor can be written at any time
        assert array[0] == 7.0
        assert is_locked(array)
        assert is_locked(view)
        x.backward()
        assert not is_locked(array)
        assert not is_locked(view)

    def test_without_copy(self) -> None:
        a = np.array([1.0, 2.0])
        x = mg.tensor(a, copy=False)
        assert x.data is a
        z = x * x
        assert is_locked(a)
        z.backward()
        assert not is_locked(a)
        a.flags.writeable = False
        z = x * x
        z.backward()
        assert is_locked(a)  # as it was


def memoryview_of(x: Any) -> np.ndarray:
    return np.asarray(memoryview(x.data))


class TestArrays:
    USES: tuple[Any, ...] = (
        lambda x, a: x * a,
        lambda x, a: a * x,
        lambda x, a: a - x,
        lambda x, a: np.multiply(a, x),
        lambda x, a: x @ a,
        lambda x, a: np.stack([x, a]),
        lambda x, a: np.concatenate([a, x, a]),
        lambda x, a: np.where([True, False], x, a),
        lambda x, a: np.einsum("i,i", x, a),
        lambda x, a: x.__imul__(a),
        lambda x, a: np.add(x, a, out=mg.tensor(np.zeros(2))),
        lambda x, a: x * np.add(x.detach(), 1.0, out=a),
        lambda x, a: np.where(a, x, 0.0),
        lambda x, a: np.add(x, 1.0, out=mg.tensor(np.zeros(2)), where=a.view(bool)[:2]),
    )

    @pytest.mark.parametrize("use", USES)
    def test_operands_are_locked_while_needed(self, use: Any) -> None:
        x = mg.tensor([1.0, 2.0])
        a = np.array([3.0, 4.0])
        z = use(x, a)
        assert is_locked(a)
        z.backward()
        assert not is_locked(a)
        z = use(x, a)
        assert is_locked(a)
        del z, x
        assert not is_locked(a)

    @pytest.mark.parametrize(
        "use",
        [
            lambda x, i: x[i],
            lambda x, i: x[:, i],
            lambda x, i: np.take(x, i, axis=0),
            lambda x, i: written(x, i),
            lambda x, i: written(x, (slice(None), i)),
        ],
    )
    @pytest.mark.parametrize(
        "index", [np.array([0, 1, 1]), np.array([2, 0], dtype=np.int8), np.array([True, False, True])]
    )
    def test_indices_and_masks(self, use: Any, index: np.ndarray) -> None:
        index = index.copy()
        x = mg.tensor(np.ones((3, 3)))
        try:
            z = use(x, index)
        except (IndexError, TypeError):  # np.take with a mask
            return
        assert is_locked(index)
        z.backward()
        assert not is_locked(index)

    def test_mask_of_a_masked_ufunc(self) -> None:
        x, out = mg.tensor([1.0, 2.0]), mg.tensor([0.0, 0.0])
        mask = np.array([True, False])
        np.exp(x, out=out, where=mask)
        assert is_locked(mask)
        out.backward()
        assert not is_locked(mask)

    def test_views_lock_what_they_are_views_of(self) -> None:
        a = np.ones((2, 3))
        row = a[0]
        z = mg.tensor(1.0) * row
        assert is_locked(a)
        assert is_locked(row)
        z.backward()
        assert not is_locked(a)
        assert not is_locked(row)

    def test_original_writeability(self) -> None:
        a = np.ones((2, 3))
        row = a[0]
        row.flags.writeable = False
        z = mg.tensor(1.0) * row
        z.backward()
        assert is_locked(row)
        assert not is_locked(a)
        a.flags.writeable = False
        z = mg.tensor(1.0) * a * row
        z.backward()
        assert is_locked(a)

    def test_writeable_view_of_a_read_only_array(self) -> None:
        a = np.ones(3)
        view = a[:]
        a.flags.writeable = False
        z = mg.tensor(1.0) * view
        assert is_locked(view)
        z.backward()
        assert not is_locked(view)
        assert is_locked(a)

    def test_view_is_released_with_its_base(self) -> None:
        """Through the view the base could be written."""
        a = np.ones(3)
        row = a[:2]
        x = mg.tensor(1.0)
        z, w = x * row, x * a
        z.backward()
        assert is_locked(row)
        z = x * row
        w.backward()
        assert is_locked(row)
        assert is_locked(a)
        z.backward()
        assert not is_locked(row)
        assert not is_locked(a)

    def test_view_outlives_base(self) -> None:
        a = np.arange(6.0)
        row = a[:2]
        x = mg.tensor(1.0)
        z, w = x * row, x * a
        del a
        w.backward()
        assert is_locked(row)
        z.backward()
        assert not is_locked(row)

    def test_released_in_any_order(self) -> None:
        a = np.arange(6.0)
        views = [a[:3], a[3:], a[::2][1:]]
        x = mg.tensor(1.0)
        for order in ((0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)):
            results = [x * v for v in (*views, a)]
            for i in order:
                assert is_locked([*views, a][i])
                assert is_locked(a)
                results[i] = None
            assert not any(map(is_locked, [*views, a]))

    def test_an_array_may_go_while_locked(self) -> None:
        x = mg.tensor([1.0, 2.0])
        z = x + np.array([3.0, 4.0])  # which nobody else has
        z.backward()
        assert np.array_equal(x.grad, [1.0, 1.0])


def written(x: Any, index: Any) -> Any:
    y = +x
    y[index] = 5.0
    return y


class TestFailures:
    """An operation that raises leaves nothing locked, nor anything else changed - even while its traceback is kept."""

    @pytest.mark.parametrize(
        "fail",
        [
            lambda x, a: x * a,
            lambda x, a: a - x,
            lambda x, a: x.__imul__(a),
            lambda x, a: x.__setitem__(slice(None), a),
            lambda x, a: x.__setitem__(a, 1.0),
            lambda x, a: x.__setitem__(a.view(int), 1.0),
            lambda x, a: x.__setitem__(a.view(bool), 1.0),
            lambda x, a: x[a],
            lambda x, a: x[a.view(int)],
            lambda x, a: np.add(x, a),
            lambda x, a: x * np.add(x.detach(), 1.0, out=a),
            lambda x, a: np.add(x, a, out=x),
            lambda x, a: np.add(x, x, out=x, where=a.view(bool)[:3]),
            lambda x, a: np.sum(x, axis=5),
            lambda x, a: np.sum(x, where=a.view(bool)[:3]),
            lambda x, a: np.concatenate([x, a.reshape(1, 3)]),
            lambda x, a: np.stack([x, a]),
            lambda x, a: np.einsum("i,i", x, a),
            lambda x, a: x @ a,
            lambda x, a: np.multiply(x, 2.0, out=np.zeros(2, int)),
            lambda x, a: x.reshape(7),
            lambda x, a: mg.Tensor(a, constant=False, dtype=int),
        ],
    )
    def test_nothing_has_changed(self, fail: Any) -> None:
        a = np.array([1.0, 2.0, 3.0])
        leaf = mg.tensor([1.0, 2.0])
        leaf_array = leaf.data
        with pytest.raises((ValueError, TypeError, IndexError)) as kept_too:
            fail(leaf, a)
        assert not is_locked(leaf_array)
        w = mg.tensor([1.0, 2.0])
        x = w * 1.0
        view = x[:1]
        y = np.exp(x)
        w_array, x_array = w.data, x.data
        creator = x.creator
        with pytest.raises((ValueError, TypeError, IndexError)) as kept:
            fail(x, a)
        assert not is_locked(a)
        assert is_locked(x_array)
        assert x.data is x_array
        assert np.array_equal(x_array, [1.0, 2.0])
        assert x.creator == creator
        assert x.shape == (2,)
        (y + x).backward()
        assert np.allclose(w.grad, np.exp([1.0, 2.0]) + 1)
        assert np.shares_memory(view.grad, x.grad)
        assert not any(map(is_locked, (w_array, x_array, a, view.data)))
        del kept, kept_too


def test_mutating_an_array_between_the_passes_is_prevented_or_harmless() -> None:
    """With the guard a gradient cannot be spoilt, save by arrays that the guard cannot know."""
    x, a = mg.tensor([1.0, 2.0]), np.array([3.0, 4.0])
    mask, index = np.array([True, False]), [0, 1]
    z = (x * a)[mask][index[:1]]
    for array in a, mask:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    index[:] = [7, 8]  # a list was copied
    z.backward()
    assert np.array_equal(x.grad, [3.0, 0.0])


def test_unguarded_tensors_are_still_snapshotted() -> None:
    with mg.mem_guard_off:
        x = mg.tensor([1.0, 2.0])
        y = x * x
        x *= 0.0
        y.backward()
    assert x.grad is None
    assert np.array_equal(y.grad, [1.0, 1.0])


def test_many_views_that_are_handed_out_are_locked_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    locked = []
    lock_anew = guard._lock_anew

    def counting(entry: guard.Entry) -> Any:
        locked.append(entry)
        return lock_anew(entry)

    monkeypatch.setattr(guard, "_lock_anew", counting)
    x = mg.tensor(np.arange(300.0))
    y = x * 2.0
    arrays = [y[i : i + 1].data for i in range(300)]
    assert len(locked) < 1000
    assert all(map(is_locked, arrays))
    np.sum(y).backward()
    assert not any(map(is_locked, arrays))
