"""What is written behind the graph's back is a leaf: nothing that was computed before has to do with it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg
from mygrad.functional import derivatives

MASK = np.array([True, False])
WRITES: dict[str, Callable[[Any], Any]] = {
    "augmented": lambda x: x.__imul__(0.5),
    "a part": lambda x: x.__setitem__(0, 7.0),
    "all": lambda x: x.__setitem__(..., [7.0, 8.0]),
    "at integers": lambda x: x.__setitem__([0, 1], 7.0),
    "at a mask": lambda x: x.__setitem__(MASK, 7.0),
    "out": lambda x: np.exp([1.0, 2.0], out=x),
    "out where": lambda x: np.exp([1.0, 2.0], out=x, where=MASK),
    "through a view": lambda x: x[1:].__imul__(2.0),
    "through a view of a view": lambda x: x[:][::-1].__setitem__(0, 7.0),
    "fill": lambda x: x.fill(2.0),
    "put": lambda x: np.put(x, [0], 7.0),
    "copyto": lambda x: np.copyto(x, 3.0, where=MASK),
    "sort": lambda x: x[::-1].sort(),
}


@pytest.fixture(params=["new", "looked at", "shared", "result", "view of a result"])
def x(request: Any) -> Any:
    if request.param == "shared":
        return mg.tensor(np.array([1.0, 2.0]), copy=False)
    x = mg.tensor([1.0, 2.0])
    if request.param == "looked at":
        x.data  # noqa: B018
    if request.param == "result":
        return x * 1.0
    return (x * 1.0)[:] if request.param == "view of a result" else x


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_the_gradient_is_that_of_the_present_contents(x: Any, write: Any) -> None:
    y = x * 3.0
    with mg.no_autodiff:
        write(x)
    y.backward()
    assert x.grad is None  # it was another `x` that `y` was computed from
    (x * 10.0).backward()
    assert_array_equal(x.grad, [10.0, 10.0])


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("then", WRITES.values(), ids=WRITES)
def test_also_if_a_tracked_write_follows(x: Any, write: Any, then: Any) -> None:
    y = x * x
    y_data = y.data.copy()
    with mg.no_autodiff:
        write(x)
    z = x * 3.0
    then(x)
    total = y.sum() + z.sum() + (x * 10.0).sum()
    np.testing.assert_array_equal(derivatives(total, [x])[0], [10.0, 10.0])
    total.backward()
    assert_array_equal(x.grad, [10.0, 10.0])
    assert_array_equal(y, y_data)


def test_what_was_computed_before_keeps_its_value_and_its_gradients() -> None:
    w = mg.tensor([1.0, 2.0])
    x = w * 1.0
    y = x * x
    with mg.no_autodiff:
        x *= 10.0
        x[0] = 5.0
    assert_array_equal(x, [5.0, 20.0])
    (y.sum() + (7.0 * x).sum()).backward()
    assert_array_equal(w.grad, [2.0, 4.0])
    assert_array_equal(x.grad, [7.0, 7.0])


def test_a_write_that_fails_cuts_nothing_off() -> None:
    x = mg.tensor([1.0, 2.0])
    y = x * 3.0
    with mg.no_autodiff, pytest.raises(ValueError, match="broadcast"):
        x *= np.ones(3)
    (y.sum() + (x * 10.0).sum()).backward()
    assert_array_equal(x.grad, [13.0, 13.0])


@pytest.mark.parametrize("tracked", [True, False])
def test_views_that_were_taken_untracked(tracked: bool) -> None:
    """Such a view is a leaf of its own, until its memory is written. If other memory is, that is no matter."""
    x = mg.tensor([1.0, 2.0, 3.0, 4.0])
    with mg.no_autodiff:
        written, other = x[:2], x[2:]
        y = None
    y = (written * 3.0).sum() + (other * 5.0).sum()
    if tracked:
        x[:2] *= 2.0
    else:
        with mg.no_autodiff:
            x[:2] *= 2.0
    (y + (written * 7.0).sum() + (other * 11.0).sum()).backward()
    assert_array_equal(written.grad, [7.0, 7.0])
    assert_array_equal(other.grad, [16.0, 16.0])


def test_a_view_that_was_taken_untracked_and_then_written_twice() -> None:
    x, w = mg.tensor([1.0, 2.0, 3.0]), mg.tensor([5.0, 6.0])
    with mg.no_autodiff:
        d = x[:2]
    d *= w  # `d` is a result
    x[...] = 1.0  # and no more
    (d * 3.0).sum().backward()
    assert_array_equal(d.grad, [3.0, 3.0])
    assert w.grad is None or not w.grad.any()


class TestAnotherArray:
    """``t.data = array``."""

    @pytest.mark.parametrize("late", [True, False])
    def test_views_keep_the_memory_they_had(self, late: bool) -> None:
        x = mg.tensor([1.0, 2.0, 3.0])
        v, row = x[1:], x.reshape(1, 3)
        w = v[:1]
        if not late:
            (v * 2.0).sum(), w.data
        x.data = np.array([7.0, 8.0, 9.0])
        assert_array_equal(v, [2.0, 3.0])
        v *= 10.0
        assert_array_equal(row, [[1.0, 20.0, 30.0]])
        assert_array_equal(w, [20.0])
        assert_array_equal(x, [7.0, 8.0, 9.0])
        x[1] = 5.0
        assert_array_equal(v, [20.0, 30.0])

    def test_and_the_gradients_that_go_with_it(self) -> None:
        x = mg.tensor([1.0, 2.0, 3.0])
        v = x[1:]
        w = v[:1]
        before = (x * x).sum() + (v * v).sum()
        x.data = np.array([7.0, 8.0, 9.0])
        after = (x * 5.0).sum() + (v * 7.0).sum()
        (before + after).backward()
        assert_array_equal(x.grad, [5.0, 5.0, 5.0])
        assert_array_equal(v.grad, [15.0, 19.0])
        assert_array_equal(w.grad, [15.0])
        assert np.shares_memory(w.grad, v.grad)

    def test_of_a_result(self) -> None:
        p = mg.tensor([1.0, 2.0, 3.0])
        x = p * 2.0
        v = x[:2]
        x.data = np.ones(3)
        v *= 3.0
        ((x * 5.0).sum() + (v * v).sum()).backward()
        assert_array_equal(p.grad, 2 * 9 * 4 * np.array([1.0, 2.0, 0.0]))
        assert_array_equal(x.grad, [5.0] * 3)
        assert_array_equal(v.grad, [12.0, 24.0])

    def test_several_times(self) -> None:
        x = mg.tensor([1.0, 2.0])
        views = []
        for value in (3.0, 5.0, 7.0):
            views.append(x[:1])
            x.data = np.full(2, value)
        views.append(x[:1])
        total = sum((k * v).sum() for k, v in enumerate(views, start=1))
        views[1] *= 0.0
        total.backward()
        assert [v.item() for v in views] == [1.0, 0.0, 5.0, 7.0]
        assert [v.grad if v.grad is None else v.grad.item() for v in views] == [1.0, None, 3.0, 4.0]

    def test_base(self) -> None:
        x = mg.tensor([1.0, 2.0])
        v = x[:1]
        x.data = np.ones(3)
        assert v.base is None
        assert v[...].base is None
        assert x[1:].base is x

    def test_of_a_view_it_is_refused(self) -> None:
        x = mg.tensor([1.0, 2.0])
        v = x[:1]
        with pytest.raises(ValueError, match="view"):
            v.data = np.ones(1)
        v.data *= 2.0
        assert_array_equal(x, [2.0, 2.0])

    @pytest.mark.parametrize("viewed", [True, False])
    def test_the_old_array_is_let_go_of(self, viewed: bool) -> None:
        x = mg.tensor(np.ones(4), copy=False)
        if viewed:
            x[1:]
        old = weakref.ref(x.data)
        gc.disable()
        try:
            x.data = np.zeros(4)
            assert old() is None
        finally:
            gc.enable()
        v = x[1:]
        old = weakref.ref(x.data)
        x.data = np.zeros(4)
        del v
        assert old() is None

    def test_the_guard_of_both(self) -> None:
        x = mg.tensor([1.0, 2.0])
        old, v = x.data, x[:1]
        y = v * v
        new = np.ones(2)
        x.data = new
        z = x * x
        assert not old.flags.writeable
        assert not new.flags.writeable
        v *= 2.0  # which `y` kept a copy of
        y.backward()
        assert not new.flags.writeable
        z.backward()
        assert new.flags.writeable
        v.clear_graph()
        del y, v
        assert old.flags.writeable
