"""What cannot be recorded is refused where it happens: the message has the line, and says what to do."""

from __future__ import annotations

import math
import operator
import pickle
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad.errors import RecordingError

X = np.array([1.0, -2.0, 3.0])
OUTSIDE = mg.tensor([1.0, 2.0, 3.0])
TABLE = np.arange(9.0)
RANDOM = np.random.default_rng(0)
KEPT: list[Any] = []


def computes_where_errors_are_raised(x: Any) -> Any:
    with np.errstate(divide="raise"):
        return np.log(x)


def computes_where_warnings_are_errors(x: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return x * 2


def catches_an_error(x: Any) -> Any:
    try:
        return np.linalg.inv(np.outer(x, x) * 0)
    except np.linalg.LinAlgError:
        return x


def catches_a_refusal(x: Any) -> Any:
    try:
        return x * float(x[0])
    except RuntimeError:
        return x


def loops(x: Any) -> Any:
    while np.max(x) > 1:
        x = x / 2
    return x


def writes_a_mask_of_values(x: Any) -> Any:
    y = x * 1
    y[y > 0] = x[:2]
    return y


def writes_into_an_array(x: Any) -> Any:
    y = np.zeros(3)
    y[:] = x
    return y


def computes_into_an_array(x: Any) -> Any:
    y = np.zeros(3)
    np.copyto(y, x)
    return y


def goes_on_with_an_array_that_was_written_to(x: Any) -> Any:
    y = z = np.zeros(3)
    y += x
    return x * z


def writes_into_an_argument(x: Any) -> Any:
    x[0] = 1
    return x


def computes_in_a_thread(x: Any) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: x * 2).result()


def uses_what_was_kept(x: Any) -> Any:
    KEPT.append(x)
    return x * 2 + KEPT[-2]


def goes_round_many_times(x: Any) -> Any:
    for _ in range(100):
        x = x * 1.5
    return x


NUMBER = r"NumPy's functions compute with it as it is"
PLAIN = r"`np.stack` for `np.array\(\[x, y\]\)`.*`np.zeros_like\(x\)`.*`np.asarray\(table, like=x\)`"
BRANCH = r"`np.where\(condition, a, b\)`.*static_argnames"
COUNT = r"`np.take`.*static_argnames"
OUT = r"`np.zeros_like\(x\)`, or `np.zeros\(shape, like=x\)`"
MASK = r"`np.where\(mask, x, 0\)`"
WHERE = r"`np.where\(mask, a, b\)`"
CHANGES = "are to be arguments"
FINITE = "Look for what is not finite outside"

#: What is refused, the word for it, and the remedy: the table of docs/compile.md in full.
REFUSED: list[tuple[Callable[..., Any], str, str]] = [
    (lambda x: x if np.sum(x) > 0 else -x, "branches on a value", BRANCH),
    (lambda x: x * 2 if (x > 0).any() else x, "branches on a value", BRANCH),
    (lambda x: x * (not x[0]), "branches on a value", BRANCH),
    (lambda x: sorted(x)[0], "branches on a value", BRANCH),
    (lambda x: x * max(x), "branches on a value", BRANCH),
    (loops, "branches on a value", BRANCH),
    (lambda x: x * float(x[0]), "makes a number of a value", NUMBER),
    (lambda x: x * math.sin(x[0]), "makes a number of a value", NUMBER),
    (lambda x: x * complex(x[0]), "makes a number of a value", NUMBER),
    (lambda x: x * np.sum(x).item(), "takes a value out of an array", NUMBER),
    (lambda x: x * len(x.tolist()), "makes a list of values", NUMBER),
    (lambda x: x * len(x.tobytes()), "makes bytes of values", NUMBER),
    (lambda x: x * len(x.data), "asks for the memory of a value", NUMBER),
    (lambda x: x * x.ctypes.data, "asks for the memory of a value", NUMBER),
    (lambda x: x * {1.0: 2}.get(x[0], 3), "takes a value as a key", NUMBER),
    (lambda x: x * round(x[0]), "rounds a value to a number of Python's", r"`np.round\(x\)`"),
    (lambda x: x * (3.0 in x), "asks whether a value is in an array", r"`np.any\(x == value\)`"),
    (lambda x: np.zeros(int(x[2])) + x[0], "makes an integer of a value", COUNT),
    (lambda x: x * TABLE[: (x[0] > 0).astype(int)][0], "uses a value as a count, a shape or an index", COUNT),
    (lambda x: x * operator.index(x.astype(int)[0]), "uses a value as a count, a shape or an index", COUNT),
    (lambda x: x[: (x[0] > 0).astype(int)], "cuts out a part whose size depends on values", "static_argnames"),
    (lambda x: np.sum(x[x > 0]), "picks the elements that a mask selects", MASK),
    (writes_a_mask_of_values, "writes to the elements that a mask selects", r"`x\[...\] = np.where\(mask, value, x\)`"),
    (lambda x: x[np.nonzero(x)], "calls np.nonzero, whose result has a shape that depends on values", WHERE),
    (lambda x: x[np.where(x > 0)], "calls np.where, whose result has a shape that depends on values", WHERE),
    (lambda x: np.unique(x), "calls np.unique, whose result has a shape that depends on values", WHERE),
    (lambda x: np.repeat(x, (x > 0).astype(int)), "calls np.repeat with numbers that depend on an argument", WHERE),
    (lambda x: x.repeat((x > 0).astype(int)), "calls np.repeat with numbers that depend on an argument", WHERE),
    (lambda x: np.piecewise(x, [x > 0], [np.sin, np.cos]), "calls np.piecewise", "`np.select`"),
    (lambda x: np.apply_along_axis(np.sort, 0, x), "calls np.apply_along_axis", "the arrays themselves"),
    (lambda x: np.fromfunction(lambda i: i * x[0], (3,)) * np.asarray(x), "makes a plain array of a value", PLAIN),
    (lambda x: np.asarray(x) * 2, "makes a plain array of a value, namely the argument `x`", PLAIN),
    (lambda x: x * (np.asarray(x).max() > 1e8), "makes a plain array of a value, namely the argument `x`", PLAIN),
    (lambda x: np.array([x[0], x[1]]), "makes a plain array of a value", PLAIN),
    (lambda x: np.vectorize(np.sin)(x), r"makes a plain array of a value.* in `numpy`'s `vectorize.__call__`", PLAIN),
    (lambda x: x * TABLE[x.astype(int)], "makes a plain array of a value", PLAIN),
    (lambda x: np.float64(x[0]) * x, "makes a plain array of a value|makes a number of a value", "as it is"),
    (lambda x: np.bool_(x[0] > 0) * x, "makes a plain array of a value|branches on a value", "np"),
    (writes_into_an_array, "makes a plain array of a value", PLAIN),
    (computes_into_an_array, "writes what depends on an argument into an array that does not", OUT),
    (goes_on_with_an_array_that_was_written_to, "uses an array that does not depend on an argument", OUT),
    (
        lambda x: np.frompyfunc(abs, 1, 1)(x),
        "calls .*, a function of Python's that was made a ufunc",
        "the function itself",
    ),
    (lambda x: np.modf(x, out=(x, x))[0], "has several results written into arrays", "Leave `out` out"),
    (lambda x: x.nonzero(), "calls the method `nonzero`", "NumPy's functions are"),
    (lambda x: x.view(np.recarray), "makes an array of the class recarray", "Plain arrays"),
    (lambda x: x * len(f"{x[0]:.0f}"), "prints a value, or makes a string of it", "print it outside"),
    (lambda x: x * len(pickle.dumps(x)), "pickles a value", "pickle it outside"),
    (lambda x: np.save("nowhere", x), "calls np.save", "outside"),
    (writes_into_an_argument, "writes into an argument", r"`np.copy\(x\)`"),
    (computes_in_a_thread, "outside of the recording: in another thread", "return instead"),
    (uses_what_was_kept, "outside of the recording: in another thread, or after it", "return instead"),
    (computes_where_errors_are_raised, "floating-point errors are raised", FINITE),
    (computes_where_warnings_are_errors, "where warnings are errors", FINITE),
    (catches_an_error, "raises LinAlgError for these values, which was caught", r"choose by `np.where`"),
    (catches_a_refusal, "makes a number of a value", NUMBER),
    (lambda x: memoryview(x)[0] * x, "cannot be recorded|makes a plain array", "NumPy"),
    (lambda x: x * time.perf_counter(), "computes with what changes from call to call", CHANGES),
    (lambda x: x * RANDOM.normal(size=3), "computes with what changes from call to call", CHANGES),
    (goes_round_many_times, "is step number 50 of the program", "A loop of Python.*max_steps"),
]


@pytest.mark.parametrize(("f", "what", "instead"), REFUSED)
def test_with_its_line_and_a_remedy(f: Callable[..., Any], what: str, instead: str) -> None:
    KEPT[:] = [X]
    with pytest.raises(RecordingError, match=rf"(?s){what}.*{instead}") as failure:
        mg.compile(f, max_steps=50)(X)
    first = f.__code__.co_firstlineno
    assert any(f"line {number} of {__file__}" in str(failure.value) for number in range(first, first + 6))


@pytest.mark.parametrize("f", [f for f, what, _ in REFUSED if what.startswith(("branches", "makes an i", "picks"))])
def test_in_a_derivative(f: Callable[..., Any]) -> None:
    with pytest.raises(RecordingError, match=f"line .* of {__file__}"):
        mg.compile(mg.grad(lambda x: np.sum(f(x))))(X)


@pytest.mark.parametrize(
    ("f", "what"),
    [
        (lambda x: x * np.linalg.norm(np.nanquantile(x, 0.3)), "calls nanquantile, whose derivative of higher order"),
        (lambda x: OUTSIDE * x, "returned a variable"),
        (lambda x: x if np.isscalar(x[0]) else -x, "gives other results than the function"),
    ],
)
def test_others(f: Callable[..., Any], what: str) -> None:
    derivative = mg.hessian(lambda x: np.sum(f(x))) if "order" in what else f
    with pytest.raises(RecordingError, match=what):
        mg.compile(derivative)(X)


def test_arguments_that_are_sizes_are_named() -> None:
    with pytest.raises(RecordingError, match=r"namely the argument `n`\. Let that be a static argument"):
        mg.compile(lambda x, n: sum(x[i] for i in range(n)))(X, 2)
    f = mg.compile(lambda x, n: sum(x[i] for i in range(n)), static_argnames="n")
    assert f(X, 2) == -1


def test_the_page_has_what_is_refused() -> None:
    page = Path(__file__).parents[3].joinpath("docs", "compile.md").read_text()
    table = page.partition("## What is refused")[2].partition("## What it gains")[0]
    for word in ("if x > 0", "float(x)", "range(n)", "x[x > 0]", "np.asarray(x)", "table[i]", "print(x)", "try"):
        assert word in table


def test_containers_that_are_written_to() -> None:
    def step(params: Any, x: Any) -> Any:
        params["w"] = params["w"] - x
        return np.sum(params["w"])

    params = {"w": X}
    with pytest.raises(RecordingError, match=r"step, which begins in line \d+ of .*, writes into a container"):
        mg.compile(step)(params, X)
    assert params["w"] is X


def test_arrays_of_tensors() -> None:
    with pytest.raises(RecordingError, match="makes a plain array of a value"):
        mg.compile(lambda x: np.asarray(mg.astensor(x)))(X)


def test_an_array_from_outside_is_as_it_was() -> None:
    total = np.zeros(3)

    def f(x: Any) -> Any:
        part = total
        part += x
        float(x[0])
        return part

    with pytest.raises(RecordingError):
        mg.compile(f)(X)
    np.testing.assert_array_equal(total, 0)


def test_writing_into_an_argument() -> None:
    with pytest.raises(RecordingError, match="writes into an argument"):
        mg.compile(writes_into_an_argument)(X)
    assert X[0] == 1
    g = mg.compile(mg.grad(lambda x: np.sum(writes_into_an_argument(x) * 2)))  # which has a copy
    assert g(X)[0] == 0


def test_it_goes_on_after_a_refusal() -> None:
    f = mg.compile(lambda x: x if x.size > 2 or x[0] > 0 else -x)
    with pytest.raises(RecordingError):
        f(X[:2])
    assert f(X)[0] == 1
    assert len(f.signatures) == 1


def test_what_the_function_raises_at_the_first_call_is_raised() -> None:
    compiled = mg.compile(np.linalg.inv)
    for x in (np.zeros((2, 2)), np.eye(2), np.zeros((2, 2))):
        if np.any(x):
            assert np.array_equal(compiled(x), x)
        else:
            with pytest.raises(np.linalg.LinAlgError, match="Singular"):
                compiled(x)
