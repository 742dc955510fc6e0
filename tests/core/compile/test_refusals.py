"""What cannot be recorded is refused where it happens: the message has the line, and says what to do."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad.errors import RecordingError

X = np.array([1.0, -2.0, 3.0])
OUTSIDE = mg.tensor([1.0, 2.0, 3.0])
RANDOM = np.random.default_rng(0)
CALLS = iter(range(1000))


def branches(x: Any) -> Any:
    return x if np.sum(x) > 0 else -x


def branches_on_a_mask(x: Any) -> Any:
    mask = x > 0
    return x * 2 if mask.any() else x


def loops(x: Any) -> Any:
    while np.max(x) > 1:
        x = x / 2
    return x


def calls_math(x: Any) -> Any:
    return x * math.sin(x[0])


def counts(x: Any) -> Any:
    return np.zeros(int(x[2])) + x[0]


def picks_by_a_mask(x: Any) -> Any:
    return np.sum(x[x > 0])


def has_a_shape_of_values(x: Any) -> Any:
    return np.sum(x[np.nonzero(x)])


def repeats(x: Any) -> Any:
    return np.repeat(x, (x > 0).astype(int))


def takes_an_item(x: Any) -> Any:
    return x * np.sum(x).item()


def lists(x: Any) -> Any:
    return np.sum(x) * len([v for v in (x > 0).tolist() if v])


def writes_a_mask_of_values(x: Any) -> Any:
    y = x * 1
    y[y > 0] = x[:2]
    return y


def makes_an_array(x: Any) -> Any:
    return np.asarray(x) * 2


def makes_an_array_of_a_mask(x: Any) -> Any:
    return x * np.asarray(x > 0)


def copies_into_an_array(x: Any) -> Any:
    y = np.zeros(3)
    y[:] = x > 0
    return y * x


def depends_on_a_variable(x: Any) -> Any:
    return np.sum(x * OUTSIDE)


def draws(x: Any) -> Any:
    return x * RANDOM.normal(size=3)


def differs_from_call_to_call(x: Any) -> Any:
    return x * float(next(CALLS))


def gives_a_function(x: Any) -> Any:
    return np.apply_along_axis(lambda row: row * 2, 0, x)


def is_a_list_of_its_own(x: Any) -> Any:
    return x * (3.0 in x)


@pytest.mark.parametrize(
    ("f", "what"),
    [
        (branches, "branches on a value"),
        (branches_on_a_mask, "branches on a value"),
        (loops, "branches on a value"),
        (calls_math, "makes a number of a value"),
        (counts, "makes an integer of a value"),
        (picks_by_a_mask, "picks the elements that a mask selects"),
        (has_a_shape_of_values, r"nonzero"),
        (repeats, "np.repeat with numbers that depend on an argument"),
        (takes_an_item, "takes a value out of an array"),
        (lists, "makes a list of values"),
        (writes_a_mask_of_values, "elements that a mask selects"),
        (is_a_list_of_its_own, "asks whether a value is in an array"),
    ],
)
@pytest.mark.parametrize("derive", [lambda f: f, lambda f: mg.grad(lambda x: np.sum(f(x)))])
def test_with_its_line(f: Callable[..., Any], what: str, derive: Any) -> None:
    with pytest.raises(RecordingError, match=what) as failure:
        mg.compile(derive(f))(X)
    first = f.__code__.co_firstlineno
    lines = range(first, first + 6)
    assert any(f"line {number} of {__file__}" in str(failure.value) for number in lines)


def test_giving_functions_to_numpy() -> None:
    with pytest.raises(RecordingError, match="gives a function to apply_along_axis"):
        mg.compile(gives_a_function)(X)


def test_arrays_of_tensors() -> None:
    with pytest.raises(RecordingError, match="makes a plain array of a value"):
        mg.compile(lambda x: np.asarray(mg.astensor(x)))(X)


@pytest.mark.parametrize(
    "f",
    [
        makes_an_array,
        makes_an_array_of_a_mask,
        copies_into_an_array,
        depends_on_a_variable,
        draws,
        differs_from_call_to_call,
    ],
)
def test_when_it_is_checked(f: Callable[..., Any]) -> None:
    with pytest.raises(RecordingError):
        mg.compile(f)(X)
    with pytest.raises((RecordingError, mg.errors.GradientLostError)):
        mg.compile(mg.grad(lambda x: np.sum(f(x))))(X)


def test_writing_into_an_argument() -> None:
    def f(x: Any) -> Any:
        x[0] = 1
        return x

    with pytest.raises(RecordingError, match="writes into an argument"):
        mg.compile(f)(X)
    assert X[0] == 1
    g = mg.compile(mg.grad(lambda x: np.sum(f(x) * 2)))  # which has a copy
    assert g(X)[0] == 0


def test_too_many_steps() -> None:
    def f(x: Any) -> Any:
        for _ in range(100):
            x = x * 1.5
        return x

    with pytest.raises(RecordingError, match=r"step number 50 .*loop of Python"):
        mg.compile(f, max_steps=50)(X)


def test_it_goes_on_after_a_refusal() -> None:
    f = mg.compile(lambda x: x if x.size > 2 or x[0] > 0 else -x)
    with pytest.raises(RecordingError):
        f(X[:2])
    assert f(X)[0] == 1
    assert len(f.signatures) == 1
