"""The page on performance: switching off the tracking of graphs and the guarding of memory."""

import numpy as np
import pytest

import mygrad as mg


@pytest.fixture
def restored_guarding():
    """For tests that change the default of the process."""
    yield
    mg.turn_memory_guarding_on()


def test_no_autodiff():
    x = mg.Tensor([1.0, 2.0, 3.0, 4.0])
    with mg.no_autodiff:
        y = x**2
    assert y.creator is None
    y.backward()
    assert repr(y.grad) == "array([1., 1., 1., 1.])"
    assert x.grad is None


def test_no_autodiff_as_decorator():
    @mg.no_autodiff
    def evaluate(x):
        return x**2

    x = mg.tensor(3.0)
    y = evaluate(x)
    assert repr(y) == "Tensor(9.)"
    assert y.creator is None
    assert (x**2).creator is not None  # it is over


def test_no_autodiff_suspends_guarding():
    x = np.arange(3.0)
    with mg.no_autodiff:
        y = mg.ones_like(x) * x
        x[:] = 0
    assert repr(y) == "Tensor([0., 1., 2.])"


def test_unguarded_memory_can_corrupt_a_gradient(restored_guarding):
    mg.turn_memory_guarding_off()
    x = np.arange(3.0)
    y = mg.ones_like(x)
    z = x * y
    x[:] = 0
    z.backward()
    assert repr(y.grad) == "array([0., 0., 0.])"


def test_guarded_memory():
    x = np.arange(3.0)
    y = mg.ones_like(x)
    z = x * y
    with pytest.raises(ValueError, match="read-only"):
        x[:] = 0
    z.backward()
    assert repr(y.grad) == "array([0., 1., 2.])"
    x[:] = 0
    assert repr(x) == "array([0., 0., 0.])"


def test_the_tensors_own_array_is_guarded():
    y = mg.tensor([1.0, 2.0])
    z = y * [3.0, 4.0]
    with pytest.raises(ValueError, match="read-only"):
        y.data[:] = 0
    z.backward()
    y.data[:] = 0
    assert repr(y) == "Tensor([0., 0.])"


def test_tensors_in_the_place_of_arrays_can_be_written():
    x = mg.arange(3.0)
    y = mg.ones_like(x)
    z = x * y
    x[:] = 0
    z.backward()
    assert repr(y.grad) == "array([0., 1., 2.])"


def test_an_unreferenced_result_guards_nothing():
    x = np.array([1.0, 2.0])
    y = mg.ones_like(x)
    z = x * y
    z.backward()
    x[:] = 0
    assert repr(x * y) == "Tensor([0., 0.])"
    x[:] = 1.0
    y.data[:] = 1.0


def test_an_array_that_was_read_only_stays_so():
    x = np.arange(3.0)
    x.flags.writeable = False
    (mg.ones(3) * x).backward()
    assert not x.flags.writeable


def test_guarding_by_context(restored_guarding):
    def is_guarded():
        x = np.arange(3.0)
        z = mg.ones(3) * x
        assert mg.mem_guard_active() is not x.flags.writeable
        del z
        return mg.mem_guard_active()

    assert is_guarded()
    with mg.mem_guard_off:
        assert not is_guarded()
        with mg.mem_guard_on:
            assert is_guarded()
        assert not is_guarded()
    assert is_guarded()
    assert not mg.mem_guard_off(is_guarded)()

    mg.turn_memory_guarding_off()
    assert not is_guarded()
    with mg.mem_guard_on:
        assert is_guarded()
    assert mg.mem_guard_on(is_guarded)()
    mg.turn_memory_guarding_on()
    assert is_guarded()
