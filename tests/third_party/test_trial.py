"""The judge itself: functions whose outcomes are known."""

import numpy as np
import pytest
from third_party.differences import NotSmoothError, reference
from third_party.trial import outcome
from third_party.worker import run

import mygrad as mg


def asks_for_an_array(x):
    if not isinstance(x, np.ndarray):
        raise ValueError("no array")
    return x * 2


def writes(x):
    x *= 2.0
    return np.sin(x)


#: What becomes of `function`.
KNOWN = [
    (np.sin, "x(3)", {"right"}),
    (lambda x, y: {"sum": x + y, "parts": [x.mean(), 2.0 * y]}, "x(3), x()", {"right"}),
    (np.linalg.cholesky, "spd(3)", {"right"}),
    (lambda x: x[np.argmax(x)] * 2, "up(4)", {"right"}),
    (lambda x: np.argsort(x) * 1.0, "x(3)", {"zero"}),
    (lambda x: np.add(x, 1.0, out=np.zeros(3)), "x(3)", {"refused"}),
    (lambda x: np.linalg.qr(x, "complete")[0], "x(5, 3)", {"refused"}),
    (asks_for_an_array, "x(3)", {"error"}),
    (lambda x: np.asarray(x) * 2, "x(3)", {"said so"}),
    (lambda x: (x * 2, np.array(x) * 3), "x(3)", {"said so"}),
    (lambda x, y: x * np.asarray(y), "x(3), x(3)", {"said so"}),
    (lambda x: x * np.asarray(x), "x(3)", {"said so"}),
    (lambda x: x.astype(np.float32) if isinstance(x, mg.Tensor) else x, "x(3)", {"wrong"}),
    (lambda x: x + 1e-6 * isinstance(x, mg.Tensor), "x(3)", {"wrong"}),
    (writes, "x(3)", {"wrong"}),
]


@pytest.mark.parametrize(("function", "text", "expected"), KNOWN)
def test_outcome(function, text, expected):
    found = outcome(function, reference(function, text), "plain")
    assert found.partition(":")[0] in expected


@pytest.mark.parametrize(("function", "text", "expected"), KNOWN)
def test_outcome_where_lost_gradients_raise(function, text, expected):
    found = outcome(function, reference(function, text), "raise")
    assert found.partition(":")[0] in ({"refused"} if expected == {"said so"} else expected)


@pytest.mark.parametrize(
    "function",
    [np.isnan, lambda x: x / 0.0, lambda x: np.random.default_rng().normal() + x, lambda x: np.empty(0), np.empty_like],
)
def test_what_cannot_be_judged(function):
    with np.errstate(divide="ignore"), pytest.raises(NotSmoothError):
        reference(function, "x(3)")


def test_a_crash_stops_nothing():
    found = run({"numpy.sin": "x(3)", "os.abort": "", "numpy.cos": "x(3)"})
    assert [one["plain"].partition(":")[0] for one in found.values()] == ["right", "error", "right"]


def test_a_fault_of_the_harness_is_no_outcome():
    with pytest.raises(RuntimeError, match="SyntaxError"):
        run({"numpy.sin": "x("})
