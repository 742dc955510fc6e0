"""Random programs of masks and singular functions, against the differentiation of single numbers.

What has no part in the result has the derivative 0. All else is as floating-point numbers have it: a zero that was
computed, times infinity, is nan.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, note
from hypothesis import strategies as st
from single_numbers import Number, derivatives, number, values

import mygrad as mg
import mygrad.functional as functional

N = 4
M = np.array([[1.0, 2.0], [0.5, -1.0]])


def larger(a: Any, b: Any) -> Any:
    if isinstance(a, mg.Tensor) or isinstance(b, mg.Tensor):
        return np.maximum(a, b)
    return np.frompyfunc(lambda x, y: number(x).larger(y), 2, 1)(a, b)


def log_where(a: Any, mask: Any, b: Any) -> Any:
    return np.log(a, where=mask, out=+b)


NAMES = {"np": np, "M": M, "larger": larger, "log_where": log_where}

#: What may stand in a line, by what it makes: {a} and {b} are variables of N entries, {m} a mask, {i} a place.
EXPRESSIONS = [
    "np.log({a})",
    "np.sqrt({a})",
    "np.exp({a})",
    "np.arccos({a})",
    "1.0 / {a}",
    "{a} / {b}",
    "{a} * {b}",
    "{a} + {b}",
    "{a} - {b}",
    "{a} * 2.0",
    "{a} ** 2",
    "{a} ** 3",
    "larger({a}, {b})",
    "larger({a}, -1.0)",
    "np.where({m}, {a}, {b})",
    "np.where({m}, {a}, zero)",
    "log_where({a}, {m}, {b})",
    "np.concatenate([{a}[{i}:], {b}[:{i}]])",
    "{a}[[0, 0, {i}, 3]]",
    "{a}[::-1]",
    "{a}.reshape(2, 2).T.reshape(4)",
    "({a}.reshape(2, 2) @ M).reshape(4)",
    "np.sum({a}[{i}:]) + {b}",
    "np.repeat({a}.reshape(2, 2).sum(axis=1), 2)",
]
STATEMENTS = [
    "{v}[{i}] = {a}[{i}]",
    "{v}[{m}] = zero",
    "{v}[{m}] = {a}[{m}]",
    "{v}[1:] *= {a}[:-1]",
    "{v}[...] = {a} * {b}",
]

numbers = st.sampled_from([0.0, 0.0, 1.0, 2.0, 0.25, -1.0])
masks = st.lists(st.booleans(), min_size=N, max_size=N).map(lambda m: f"np.array({m})")


@st.composite
def programs(draw: st.DrawFn) -> list[str]:
    variables, lines = ["x"], []
    for k in range(draw(st.integers(1, 7))):
        line = draw(st.sampled_from(EXPRESSIONS if k == 0 else EXPRESSIONS * 2 + STATEMENTS * 3))
        recent = st.sampled_from(variables[-3:])
        parts = {"a": draw(recent), "b": draw(recent), "m": draw(masks), "i": draw(st.integers(0, N - 1))}
        if line in STATEMENTS:
            lines.append(line.format(v=draw(st.sampled_from(variables[1:])), **parts))
        else:
            variables.append(f"v{k}")
            lines.append(f"v{k} = +{line.format(**parts)}" if "[::" in line else f"v{k} = {line.format(**parts)}")
    lines.append(f"y = {variables[-1]}")
    return lines


def run(lines: list[str], x: Any) -> Any:
    names = {**NAMES, "x": x, "zero": 0.0 if isinstance(x, mg.Tensor) else number(0.0)}
    with np.errstate(all="ignore"):
        exec("\n".join(lines), names)
    return names["y"]


def of_numbers(x: list[float]) -> np.ndarray:
    return np.array([Number(value) for value in x], object)


seeds = st.lists(st.sampled_from([0.0, 1.0, 2.0]), min_size=N, max_size=N)
given_programs = given(lines=programs(), x=st.lists(numbers, min_size=N, max_size=N), seed=seeds, weights=seeds)


@given_programs
def test_against_single_numbers(lines: list[str], x: list[float], seed: list[float], weights: list[float]) -> None:
    note("\n".join(lines))
    singles = of_numbers(x)
    with np.errstate(all="ignore"):
        first = derivatives(run(lines, singles), seed, singles)
        second = derivatives(first, weights, singles)
    t = mg.tensor(x)
    y = run(lines, t)
    (gradient,) = functional.derivatives(y, [t], seed)
    check_first(gradient.data, first)
    check_second(functional.derivatives(gradient, [t], weights)[0].data, second)
    if not gradient.constant:  # as it is if it does not vary
        gradient.backward(weights)
        check_second(t.grad, second)
    run(lines, t).backward(seed)
    check_first(t.grad, first)


def check_first(found: Any, expected: np.ndarray) -> None:
    found = np.zeros(N) if found is None else found
    np.testing.assert_allclose(found, values(expected), rtol=1e-9, atol=1e-12)
    assert not np.any(found[not_there(expected)])


def check_second(found: Any, expected: np.ndarray) -> None:
    """Where it is not finite, it depends on how a first derivative is written whether it is infinite or nan."""
    found = np.zeros(N) if found is None else found
    finite = np.isfinite(values(expected))
    np.testing.assert_allclose(found[finite], values(expected)[finite], rtol=1e-9, atol=1e-12)
    assert not np.any(np.isfinite(found[~finite]))
    assert not np.any(found[not_there(expected)])


def not_there(expected: np.ndarray) -> np.ndarray:
    return np.array([n is None for n in expected])
