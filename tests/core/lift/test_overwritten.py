"""Lift: what lifted code was given and writes into has no gradient of the values it was given, which is said."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg
from mygrad.errors import GradientLostError, GradientLostWarning
from mygrad.functional import grad


def clipped(a):
    a[a < 0] = 0.0
    return a


def scaled(a):
    a *= 2.0
    return a


def put(a):
    np.put(a, [0], 5.0)
    return a


def copied_to(a):
    np.copyto(a, 1.0)
    return a


def masked(a):
    np.negative(a, out=a, where=a < 0)
    return a


def sliced(a):
    a[1:][0] = 5.0
    return a


def filled(a):
    a.fill(3.0)
    return a


def sorted_in_place(a):
    a.sort()
    return a


def diagonal(a):
    np.fill_diagonal(a.reshape(1, 2), 4.0)
    return a


def reduced(a):
    np.cumsum(a.copy(), out=a)
    return a


WRITES = [clipped, scaled, put, copied_to, masked, sliced, filled, sorted_in_place, diagonal, reduced]
every_write = pytest.mark.parametrize("write", WRITES)


@every_write
@pytest.mark.parametrize("given", [lambda x: x, lambda x: x[:], lambda x: x.detach()], ids=["it", "view", "detached"])
def test_writes_into_a_leaf_raise(write, given):
    x = mg.tensor([-1.0, 2.0])
    with pytest.raises(GradientLostError, match=r"np\.copy"):
        mg.lift(write)(given(x))
    assert_array_equal(x.data, [-1.0, 2.0])
    x.data[0] = 3.0  # and is as writeable as before


@every_write
def test_writes_into_copies_and_results_are_differentiated(write):
    expected = grad(lambda x: np.sum(write(+x) * np.array([1.0, 10.0])))([-1.0, 2.0])
    for start in (lambda x: np.copy(x), lambda x: np.array(x), lambda x: +x, lambda x: x.copy()):
        x = mg.tensor([-1.0, 2.0])
        with mg.lift:
            y = write(start(x))
        (y * [1.0, 10.0]).sum().backward()
        assert_array_equal(x.grad, expected)


@every_write
def test_arguments_of_differentiated_functions_are_written(write):
    def f(x):
        return np.sum(write(x) ** 2)

    assert_array_equal(grad(mg.lift(f))([-1.0, 2.0]), grad(f)([-1.0, 2.0]))


@pytest.mark.parametrize(
    "make",
    [
        lambda: np.zeros(3),
        lambda: mg.zeros(3),
        lambda: mg.empty(3),
        lambda: mg.full(3, 1.0),
        lambda: mg.zeros_like([1.0, 1.0, 1.0]),
        lambda: np.ones_like(mg.ones(3)),
        lambda: mg.array_api.zeros(3),
        lambda: mg.zeros(3, constant=True),
    ],
)
def test_what_the_block_makes_it_may_write(make):
    x = mg.tensor(2.0)
    with mg.lift:
        for _ in range(2):  # the graph of the first is cleared by then
            a = make()
            assert a.data.shape == (3,)
            if not getattr(a, "constant", False):
                a[1] = x
                a[2] = a[1] * 3.0
                a[1:].sum().backward()
                assert x.grad == 4.0
                a = a * 0.0 + a
                a[:] = 0.0


def test_a_buffer_is_written_again_after_it_was_read():
    x = mg.tensor(2.0)
    with mg.lift:
        buffer = np.zeros(2)
        for _ in range(3):
            buffer[0] = x
            np.sum(buffer * x).backward()
            assert x.grad == 4.0
            buffer[:] = 0.5 * buffer


def test_the_line_is_named():
    x = mg.tensor([-1.0, 2.0])
    with (
        mg.lift,
        pytest.raises(GradientLostError, match=r"`a\[a < 0\] = 0.0` in line \d+ of test_overwritten.py overwrote"),
    ):
        clipped(x)


def test_it_is_as_the_block_says():
    x = mg.tensor([-1.0, 2.0])
    with mg.lift:
        with mg.lost_gradients("warn"), pytest.warns(GradientLostWarning, match="overwrote"):
            scaled(x)
        with mg.lost_gradients("ignore"):
            mg.tensor([1.0, 2.0])[0] = 3.0
    assert_array_equal(x.data, [-2.0, 4.0])


def test_untracked_writes_lose_nothing():
    x = mg.tensor([-1.0, 2.0])
    with mg.lift, mg.no_autodiff:
        x[...] = [1.0, 2.0]
    with mg.lift:
        mg.tensor([1.0, 2.0], constant=True)[0] = 3.0
        mg.tensor([1, 2])[0] = 3
    x.sum().backward()
    assert_array_equal(x.grad, [1.0, 1.0])


def test_where_nothing_is_written_nothing_is_lost():
    x, empty = mg.tensor([1.0, 2.0]), mg.tensor([])
    with mg.lift:
        clipped(x)
        masked(x)
        scaled(empty)
        x[np.where(x < 0)] = 3.0
        y = clipped(x) ** 2
        clipped(x)
        masked(x)
        with pytest.raises(ValueError, match="cannot assign"):
            x[x < 0] = [1.0, 2.0]
        with pytest.raises(IndexError):
            x[5] = 3.0
    y.sum().backward()
    assert_array_equal(x.grad, [2.0, 4.0])


@pytest.mark.filterwarnings("error")
def test_elsewhere_writes_mean_what_they_say():
    x = mg.tensor([-1.0, 2.0])
    with mg.lost_gradients("raise"):
        clipped(x).sum().backward()
    assert_array_equal(x.grad, [1.0, 1.0])
