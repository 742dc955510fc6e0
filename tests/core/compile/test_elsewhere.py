"""What a program makes of arguments that are far from those that it was recorded with, and differ in form alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad.errors import RecordingError

X = np.array([0.3, 1.2, -0.7])


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


class Settings:
    """A static argument, the owner of a method, and what is called."""

    def __init__(self, factor: float) -> None:
        self.factor = factor
        self.parts = {"more": [factor], "itself": self}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Settings)

    __hash__ = None

    def __call__(self, x: Any) -> Any:
        return x * self.factor * self.parts["more"][0]

    def method(self, x: Any) -> Any:
        return self(x)


@pytest.mark.parametrize("how", ["named", "static", "called", "method", "partial", "derivative"])
def test_objects_that_change(how: str) -> None:
    settings = Settings(2.0)
    if how in ("named", "static"):
        f = mg.compile(lambda x, s: s(x), static_argnames="s" if how == "named" else ())
        call = lambda x: f(x, settings)  # noqa: E731
    else:
        functions = {"called": settings, "method": settings.method, "partial": partial(Settings.method, settings)}
        function = functions.get(how, mg.grad(lambda x: np.sum(settings(x)))) if how != "derivative" else None
        call = mg.compile(function or mg.elementwise_grad(settings.method))
    for change in (lambda: None, lambda: vars(settings).update(factor=3.0), lambda: settings.parts["more"].append(1)):
        change()
        expected = settings(X) if how != "derivative" else np.full(3, settings.factor * settings.parts["more"][0])
        np.testing.assert_array_equal(call(X), expected)
    settings.parts["more"][0] = 7.0
    expected = settings(X) if how != "derivative" else np.full(3, settings.factor * 7)
    np.testing.assert_array_equal(call(X), expected)


@pytest.mark.parametrize(
    "f",
    [
        lambda x, n: np.tile(x, n) * 2,
        lambda x, n: np.repeat(x, n) * 2,
        lambda x, n: np.sum(np.stack([x, 2 * x]), axis=n - 1),
        lambda x, n: np.stack([x, 2 * x]).sum(axis=n - 1),
        lambda x, n: np.concatenate([x, x]).reshape(n, -1) * 2,
        lambda x, n: np.roll(x, n) * x[n - 1],
        lambda x, n: np.linspace(x[0], x[1], n) ** 2 if n is None else np.full_like(x, n),
    ],
)
def test_numbers_that_turn_out_to_be_sizes(f: Any) -> None:
    compiled = mg.compile(f)
    for n in (1, 2, 1, 3):
        try:
            expected = f(X, n)
        except ValueError:
            with pytest.raises(ValueError):
                compiled(X, n)
        else:
            np.testing.assert_array_equal(compiled(X, n), expected, strict=True)


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
