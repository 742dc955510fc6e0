"""What a program makes of arguments that are far from those that it was recorded with, and differ in form alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad.errors import RecordingError

X = np.array([0.3, 1.2, -0.7])


def compares_a_plain_array(x: Any) -> Any:
    return np.where(np.asarray(x) > 5, x, 2 * x)


def compares_a_number_of_numpys(x: Any) -> Any:
    return x * (3 if np.float64(x[0]) > 5 else 2)


def makes_a_bool(x: Any) -> Any:
    return x * (3 if np.bool_(x[0] < 5) else 2)


def makes_an_integer(x: Any) -> Any:
    return x * np.int64(x[0] > -50)


@pytest.mark.parametrize("f", [compares_a_plain_array, compares_a_number_of_numpys, makes_a_bool, makes_an_integer])
def test_what_is_the_same_nearby_is_refused(f: Callable[..., Any]) -> None:
    with pytest.raises(RecordingError, match="gives other results"):
        mg.compile(f)(X)


def test_a_histogram_of_what_may_be_out_of_its_bins() -> None:
    bins = np.array([-1e9, 0.0, 1e9])
    with pytest.raises(RecordingError, match="mask"):
        mg.compile(mg.grad(lambda y, x: np.sum(np.histogram(x, bins, weights=y)[0])))(X, X)


def test_dictionaries_in_another_order() -> None:
    f = mg.compile(lambda p: np.concatenate(list(p.values())))
    for p in ({"a": X, "b": -X}, {"b": -X, "a": X}):
        np.testing.assert_array_equal(f(p), f.__wrapped__(p))


@pytest.mark.parametrize(
    ("first", "second"),
    [(0.0, -0.0), ((1,), (1.0,)), ((np.float32(2),), (np.float64(2),)), (np.float32(2), np.float64(2))],
)
def test_static_arguments_that_are_equal_and_differ(first: Any, second: Any) -> None:
    f = mg.compile(lambda x, s: x * (s[0] if isinstance(s, tuple) else s), static_argnames="s")
    x = X.astype(np.float32)
    for s in (first, second, first):
        found, expected = f(x, s), f.__wrapped__(x, s)
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(np.signbit(found), np.signbit(expected))


def test_a_static_list_that_changes() -> None:
    f = mg.compile(lambda x, sizes: x * sizes[0], static_argnames="sizes")
    sizes = [2]
    np.testing.assert_array_equal(f(X, sizes), X * 2)
    sizes[0] = 5
    np.testing.assert_array_equal(f(X, sizes), X * 5)


@pytest.mark.parametrize("number", [2, 2.5])
@pytest.mark.parametrize(
    "f",
    [lambda x, a: x * a, lambda x, a: a - x, lambda x, a: x**a, lambda x, a: x[0] ** a, lambda x, a: np.tanh(x + a)],
)
def test_numbers_of_pythons_take_the_dtype_of_arrays(f: Callable[..., Any], number: Any) -> None:
    loss = mg.value_and_grad(lambda x, a: np.sum(f(x, a)))
    compiled = mg.compile(loss)
    for dtype in (np.float32, np.float64):
        for a in (number, type(number)(0), type(number)(-1), 3 * number):
            for x in (np.abs(X).astype(dtype), np.zeros(3, dtype), -X.astype(dtype)):
                with np.errstate(all="ignore"):
                    expected, found = loss(x, a), compiled(x, a)
                for e, g in zip(expected, found, strict=True):
                    assert e.dtype == g.dtype
                    assert e.tobytes() == g.tobytes()


def test_numbers_of_pythons_alone_are_computed_with_as_python_does() -> None:
    f = mg.compile(lambda n: n * n * n + (n << 40))
    for n in (3, 10**15, 10**25):
        assert f(n) == f.__wrapped__(n)
    g = mg.compile(lambda a, b: a / b)
    assert g(1.0, 2.0) == 0.5
    with pytest.raises(ZeroDivisionError):
        g(1.0, 0.0)
