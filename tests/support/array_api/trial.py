"""What becomes of a function of another library that is given a variable."""

from __future__ import annotations

import numpy as np

import mygrad as mg
from mygrad.errors import GradientLostError

__all__ = ["check", "outcome"]

STEP = 1e-6
MIXED = "Multiple namespaces for array inputs"


def outcome(function, x):
    """Return "right", "exits" if it would lose a gradient, or "mixes" if it refuses arrays beside tensors.

    A wrong value or gradient is an AssertionError.
    """
    try:
        with mg.lost_gradients("raise"):
            check(function, x)
    except GradientLostError:
        return "exits"
    except TypeError as error:
        if MIXED not in str(error):
            raise
        return "mixes"
    return "right"


def check(function, x):
    """Compare values with those of plain arrays, and derivatives with differences."""
    expected = _results(function(x.copy()))
    weights = [np.cos(1.0 + np.arange(np.size(value))).reshape(np.shape(value)) for value in expected]

    def number(x):
        return sum(np.sum(w * value) for w, value in zip(weights, _results(function(x)), strict=True))

    t = mg.tensor(x)
    results = _results(function(+t))  # no leaf, of which copies are leaves in their own right
    for result, value in zip(results, expected, strict=True):
        assert isinstance(result, mg.Tensor), type(result)
        assert not result.constant
        assert (result.shape, result.dtype) == (np.shape(value), np.asarray(value).dtype)
        np.testing.assert_allclose(result.data, value, rtol=1e-9, atol=1e-12)
    sum(np.sum(w * result) for w, result in zip(weights, results, strict=True)).backward()
    slopes = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = STEP
        slopes[i] = (number(x + step) - number(x - step)) / (2 * STEP)
    np.testing.assert_allclose(t.grad, slopes, rtol=1e-5, atol=1e-6 * max(1.0, np.abs(slopes).max()))


def _results(result):
    return [part for each in result for part in _results(each)] if isinstance(result, (tuple, list)) else [result]
