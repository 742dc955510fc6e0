"""Switching the memory guard off and on."""

from __future__ import annotations

import numpy as np
import pytest

import mygrad as mg


def is_locked(array: np.ndarray) -> bool:
    return not array.flags.writeable


def test_off() -> None:
    x, a = mg.tensor([1.0, 2.0]), np.array([3.0, 4.0])
    with mg.mem_guard_off:
        z = x * a
        z[np.array([True, False])] = 1.0
        assert not is_locked(a)
        assert not is_locked(x.data)
        assert not is_locked(z.data)
    z.backward()


def test_entered_unguarded_left_guarded() -> None:
    x, a = mg.tensor([1.0, 2.0]), np.array([3.0, 4.0])
    x_array = x.data
    with mg.mem_guard_off:
        y = x * 2.0
    z = y * a
    assert is_locked(a)
    with mg.mem_guard_off:
        z.backward()  # releases what was locked before
    assert not is_locked(a)
    assert not is_locked(x_array)


USES = {
    "pair": lambda x: x * x,
    "one": lambda x: np.exp(x),
    "with a number": lambda x: x * 2.0,
    "with an array": lambda x: x * np.ones(3),
    "an element": lambda x: x[0],
    "advanced": lambda x: x[[0, 1]],
    "of a view": lambda x: x[1:] * 2.0,
    "of a view of a view": lambda x: x[1:][::-1].reshape(2, 1) * 2.0,
    "reduction": lambda x: x.sum(axis=0),
    "several": lambda x: np.concatenate([x, x]),
    "written elsewhere": lambda x: written(x),
    "as a mask's operand": lambda x: np.multiply(x, x, where=np.array([True, False, True]), out=mg.zeros(3)),
    "in place": lambda x: x.__imul__(2.0),
    "a part in place": lambda x: x.__setitem__(0, 5.0),
    "at integers": lambda x: x.__setitem__([0, 1], 5.0),
    "operation": lambda x: mg.execute_op(Double, x),
}


class Double(mg.Operation):
    def __call__(self, x):
        self.variables = (x,)
        return 2 * x.data

    def backward_var(self, grad, index, **kwargs):
        return 2 * grad


def written(x):
    y = mg.zeros(3)
    y[...] = x
    return y


MAKE = {
    "leaf": lambda: mg.tensor([1.0, 2.0, 3.0]),
    "result": lambda: mg.tensor([1.0, 2.0, 3.0]) * 1.0,
    "shared": lambda: mg.tensor(np.array([1.0, 2.0, 3.0]), copy=False),
    "constant": lambda: mg.tensor([1.0, 2.0, 3.0], constant=True),
}


@pytest.fixture(params=[False, True])
def default_off(request):
    if request.param:
        mg.turn_memory_guarding_off()
    yield request.param
    mg.turn_memory_guarding_on()


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
@pytest.mark.parametrize("asked", ["before", "there", "after"])
@pytest.mark.parametrize("guarded", [False, True])
def test_it_is_where_the_operation_runs_that_counts(default_off, use, make, asked, guarded) -> None:
    """And not where the array is asked for first."""
    with mg.mem_guard_off:
        x = make()
    array = x.data if asked == "before" else None
    with mg.mem_guard_on if guarded else mg.mem_guard_off:
        kept = use(x)
        array = x.data if asked == "there" else array
    array = x.data if asked == "after" else array
    in_place = kept is None or kept is x  # of which a constant keeps no history
    assert is_locked(array) is (guarded and not (x.constant and in_place))
    x.clear_graph()
    if not in_place:
        kept.clear_graph()
    del kept
    assert not is_locked(array)


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
@pytest.mark.parametrize("asked", ["before", "after"])
def test_one_guarded_use_suffices(make, asked) -> None:
    with mg.mem_guard_off:
        x = make()
        array = x.data if asked == "before" else None
        y = x * 2.0
        w = x[1:] * 2.0
    z = x * 3.0
    array = x.data if asked == "after" else array
    assert is_locked(array)
    del z, y, w
    x.clear_graph()
    assert not is_locked(array)


def test_results_too() -> None:
    x = mg.tensor([1.0, 2.0])
    with mg.mem_guard_off:
        y = np.exp(x)
        with mg.mem_guard_on:
            z = np.exp(x)
        assert is_locked(z.data)
    assert not is_locked(y.data)


def test_switches_that_do_not_nest() -> None:
    """As with generators, which may be left and entered again in any order."""
    mg.no_autodiff.__enter__()
    mg.mem_guard_off.__enter__()
    mg.no_autodiff.__exit__(None, None, None)
    assert not mg.mem_guard_active()
    assert (mg.tensor(1.0) * 2.0).creator is not None
    mg.mem_guard_off.__exit__(None, None, None)
    assert mg.mem_guard_active()


def test_on_within_off() -> None:
    a, b = np.array([3.0, 4.0]), np.array([3.0, 4.0])
    x = mg.tensor([1.0, 2.0])
    with mg.mem_guard_off:
        with mg.mem_guard_on:
            z = x * a
        w = x * b
    assert is_locked(a)
    assert not is_locked(b)
    del z, w


def test_no_autodiff_locks_nothing() -> None:
    x, a = mg.tensor([1.0, 2.0]), np.array([3.0, 4.0])
    array = x.data
    with mg.no_autodiff:
        z = x * a
        z[:1] = x[1:]
        assert not is_locked(a)
        assert not is_locked(array)
    assert not is_locked(z.data)


def test_global_default() -> None:
    x, a = mg.tensor([1.0, 2.0]), np.array([3.0, 4.0])
    mg.turn_memory_guarding_off()
    try:
        assert not mg.mem_guard_active()
        z = x * a
        assert not is_locked(a)
        with mg.mem_guard_on:
            assert mg.mem_guard_active()
            w = x * a
        assert is_locked(a)
    finally:
        mg.turn_memory_guarding_on()
    assert mg.mem_guard_active()
    del z, w
