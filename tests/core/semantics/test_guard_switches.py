"""Switching the memory guard off and on."""

from __future__ import annotations

import numpy as np

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
