"""Schedules, but for the first three, and what they say of themselves."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet.optimizers import SGD, Chained, Cosine, Exponential, OneCycle, Plateau, StepDecay, WarmUp


def test_exponential():
    rate = Exponential(2.0, factor=0.5)
    assert [rate(step) for step in range(4)] == [2, 1, 0.5, 0.25]


def test_one_cycle():
    rate = OneCycle(1.0, 21, rise=1 / 3, start=0.1, final=0.01)
    rates = [rate(step) for step in range(30)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[3] == pytest.approx(0.1 + 0.9 * 0.5)
    assert rates[6] == pytest.approx(1.0)
    assert rates[13] == pytest.approx(0.01 + 0.99 * 0.5)
    assert rates[20:] == pytest.approx([0.01] * 10)
    assert max(rates) == pytest.approx(1.0)
    assert np.argmax(rates) == 6


def test_chained():
    rate = Chained([WarmUp(1.0, 4, start=0), Exponential(1.0, 0.5), 0.125], until=[4, 7])
    assert [rate(step) for step in range(9)] == [0, 0.25, 0.5, 0.75, 1, 0.5, 0.25, 0.125, 0.125]
    assert Chained([0.5], [])(7) == 0.5


def test_plateau():
    rate = Plateau(1.0, factor=0.5, patience=2, threshold=0.1, minimum=0.2)
    rates = []
    for loss in (10, 9.5, 8.0, 8.0, 8.0, 7.9, 8.0, 7.0, 7.0, 7.0, 7.0, 9, 9, 9, 9, 9, 9):
        rate.update(loss)
        rates.append(rate(0))
    # 9.5 is no better, 8 is; the third after it that is not lowers the rate
    assert rates == [1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.2, 0.2, 0.2, 0.2]
    assert rate.best == 7
    rising = Plateau(1.0, patience=0, rising=True)
    for accuracy in (mg.tensor(0.5), 0.6, np.float32(0.7)):
        rising.update(accuracy)
    assert rising(0) == 1
    rising.update(0.7)
    assert rising(0) == 0.1
    worse = Plateau(1.0, patience=0)
    worse.update(1.0)
    worse.update(math.nan)
    assert worse(0) == 0.1
    first = Plateau(1.0)
    for loss in (math.nan, 3.0, math.nan, 2.0):
        first.update(loss)
    assert (first.best, first.waited) == (2.0, 0)


def test_the_state_of_a_plateau():
    one, other = Plateau(1.0, patience=1), Plateau(1.0, patience=1)
    for loss in (3.0, 3.0, 3.0, 3.0):
        one.update(loss)
    other.load_state_dict(one.state_dict())
    assert one == other
    optimizer = SGD([mg.tensor(1.0)], other)
    assert optimizer.current_rate == 0.1
    optimizer.learning_rate.update(3.0)
    assert optimizer.current_rate == pytest.approx(0.01)
    with pytest.raises(ValueError, match=r"has rate, best and waited, but this one has \['rate'\]"):
        other.load_state_dict({"rate": 1.0})


SCHEDULES = [
    StepDecay(0.1, 3),
    Cosine(0.1, 10),
    WarmUp(Cosine(0.1, 10), 3),
    Exponential(0.1, 0.9),
    OneCycle(0.1, 20),
    Chained([0.1, Exponential(0.1, 0.9)], [5]),
    Plateau(0.1),
]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: type(schedule).__name__)
def test_repr_and_copies(schedule):
    assert repr(schedule).startswith(f"{type(schedule).__name__}(")
    assert "0.1" in repr(schedule)
    assert pickle.loads(pickle.dumps(schedule)) == schedule
    assert f"learning_rate={schedule!r}" in repr(SGD([mg.tensor(1.0)], schedule))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Exponential("0.1", 0.5), TypeError, "`initial` must be a real number"),
        (lambda: Exponential(0.1, -0.5), ValueError, "`factor` must not be negative"),
        (lambda: OneCycle(0.1, 1.5), TypeError, "OneCycle: `steps` must be an integer"),
        (lambda: OneCycle(0.1, 10, rise=1.0), ValueError, "`rise` must be at least 0, and below 1"),
        (lambda: OneCycle(0.1, 10, rise=0.1), ValueError, "of 10 steps, `rise` must be for more than one"),
        (lambda: OneCycle(0.1, 10, final=-1), ValueError, "`final` must not be negative"),
        (lambda: Chained([0.1, 0.2], []), ValueError, "for 2 schedules, `until` must have one number less"),
        (lambda: Chained([0.1, 0.2, 0.3], [5, 5]), ValueError, r"must rise, but they are \[5, 5\]"),
        (lambda: Chained([0.1, -0.2], [5]), ValueError, r"`schedules\[1\]` must not be negative"),
        (lambda: Chained([0.1, 0.2], [0]), ValueError, r"`until\[0\]` must be at least 1"),
        (lambda: Plateau(0.1, factor=1.0), ValueError, "`factor` must be at least 0, and below 1"),
        (lambda: Plateau(0.1, patience=-1), ValueError, "`patience` must not be negative"),
        (lambda: Plateau(0.1, rising="yes"), TypeError, "`rising` must be True or False"),
        (lambda: Plateau(0.1).update("low"), TypeError, "`loss` must be a real number"),
    ],
)
def test_settings_that_make_no_sense(make, error, message):
    with pytest.raises(error, match=message):
        make()
