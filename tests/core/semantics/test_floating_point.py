"""Floating-point errors in a backward pass: none is shown, and all is as before after it."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pytest

import mygrad as mg
from mygrad._engine import floating_point
from mygrad._engine.floating_point import quiet


@pytest.fixture(params=["as NumPy 2 keeps it", "by np.errstate"])
def decorate(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable:
    if request.param == "by np.errstate":  # what is left if a NumPy to come keeps the setting elsewhere
        monkeypatch.setattr(floating_point, "what_errstate_sets", list)
    else:
        assert len(floating_point.what_errstate_sets()) == 1
    return quiet


def divide() -> None:
    np.array([1.0, 0.0]) / np.array([0.0, 0.0])
    np.exp(np.array([1e4]))


def test_nothing_is_shown(decorate: Callable) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        decorate(divide)()


def test_settings_of_the_caller_come_back(decorate: Callable) -> None:
    def fails() -> None:
        divide()
        raise KeyError

    with np.errstate(divide="raise", invalid="raise", over="raise"):
        settings = np.geterr()
        decorate(divide)()
        assert np.geterr() == settings
        with pytest.raises(KeyError):
            decorate(fails)()
        assert np.geterr() == settings
        with pytest.raises(FloatingPointError):
            divide()


def test_backward_warns_of_nothing_and_leaves_settings_alone() -> None:
    x = mg.tensor([0.0, 1.0])
    with np.errstate(all="ignore"):
        y = np.where(x > 0, np.log(x), 0.0)
    with np.errstate(all="raise"):
        settings = np.geterr()
        y.backward()
        assert np.geterr() == settings
    np.testing.assert_array_equal(x.grad, [0.0, 1.0])
