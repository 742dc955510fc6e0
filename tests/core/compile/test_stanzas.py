"""Long programs: rounds of a loop that are alike are calls of one function, and no bit is another."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mygrad as mg

TABLE = np.array([0.3, -0.2, 0.1])
x = np.array([0.5, -1.0, 2.0])
y = np.array([1.5, 0.25, -0.75])


def pendulum(x: Any, y: Any) -> Any:
    for _ in range(400):
        y = y - 0.01 * np.sin(x)
        x = x + 0.01 * y
    return np.sum(x * y)


def writes(x: Any, y: Any) -> Any:
    h = x * y
    for _ in range(400):
        h[0] = h[1] * 0.5 + x[2]
        h *= y * 0.1
        h[1:] += x[:2]
    return np.sum(h)


def masks(x: Any, y: Any) -> Any:
    for _ in range(400):
        x = np.where(x > y, x * 0.9, np.abs(y) * 0.5 + x)
    return np.sum(x)


def alternates(x: Any, y: Any) -> Any:
    for i in range(500):
        x = x * 0.5 + y if i % 3 else np.cos(x) - y
    return np.sum(x)


def several_results(x: Any, y: Any) -> Any:
    total = 0.0
    for _ in range(300):
        fraction, whole = np.modf(x * y)
        x = fraction * 0.5 + y - 0.1 * whole
        total = total + np.max(x)
    return total + np.sum(x)


def needs_some_later(x: Any, y: Any) -> Any:
    saved = []
    for i in range(500):
        x = np.tanh(x + TABLE) * y
        if i % 70 == 0:
            saved.append(x)
    return np.sum(x) + np.sum(np.stack(saved) ** 2)


def has_numbers(x: Any, y: Any) -> Any:
    a, b = x[0], 0.5
    for _ in range(500):
        a = a * np.float32(0.5) + y[1]
        b = b * a - 0.25
    return a * b


def has_matrices(x: Any, y: Any) -> Any:
    w = np.outer(x, y)
    for _ in range(250):
        x = np.tanh(w @ x) + y
    return np.sum(x)


def nests(x: Any, y: Any) -> Any:
    for i in range(30):
        for _ in range(12):
            x = x * 0.9 + np.sin(y)
        y = y * 0.99 + 0.01 * x[i % 3]
    return np.sum(x + y)


def has_copies(x: Any, y: Any) -> Any:
    """What stands for a copy is another value, which others need as well, before a round and after it."""
    for _ in range(400):
        x, y = 1.0 * x, x.copy() - 0.1 * np.zeros(3) + (-y) * 0.5
        x = np.copy(x + y) * 0.5
    return np.sum(x * y)


def quiet_in_part(x: Any, y: Any) -> Any:
    for _ in range(400):
        with np.errstate(all="ignore"):
            x = np.where(x > 0, np.log(x) + y, x * x + 0.5)
        y = y * 0.9 + 0.01 * x
    return np.sum(x * y)


FUNCTIONS = [
    pendulum, writes, masks, alternates, several_results, needs_some_later, has_numbers, has_matrices, nests,
    has_copies, quiet_in_part,
]  # fmt: skip


@pytest.mark.parametrize("f", FUNCTIONS)
def test_same_bits(f: Callable[..., Any], tmp_path: Path) -> None:
    derivative = mg.value_and_grad(f, (0, 1))
    compiled = mg.compile(derivative)
    compiled(x, y)
    assert "= stanza" in compiled.source
    compiled.save(tmp_path / "saved.py")
    saved: dict[str, Any] = {}
    exec((tmp_path / "saved.py").read_text(), saved)
    for arrays in ((x, y), (y, x + 0.125), (0 * x, -y)):
        value, gradients = derivative(*arrays)
        for run in (compiled, saved[compiled.__name__], pickle.loads(pickle.dumps(compiled))):
            found, found_gradients = run(*arrays)
            assert found.tobytes() == value.tobytes()
            for a, b in zip(found_gradients, gradients, strict=True):
                assert a.tobytes() == b.tobytes()


def test_results_are_apart() -> None:
    """What is a copy is one, though another value stands for it on the way."""

    def f(x: Any, y: Any) -> Any:
        saved = y
        for _ in range(700):
            y, saved = x.copy(), 1.0 * y
            x = np.sin(x) + y
        return x, y, y.copy()[:2], saved, saved.copy()[1:]

    compiled = mg.compile(f)
    compiled(x, y)
    assert "= stanza" in compiled.source
    found, expected = compiled(y, x), f(y, x)
    assert [a.tobytes() for a in found] == [a.tobytes() for a in expected]
    for i, a in enumerate((*found, x, y)):
        assert not any(np.shares_memory(a, b) for b in (*found, x, y)[:i])


def test_views_of_copies_are_apart() -> None:
    def f(x: Any) -> Any:
        doubled = 2 * x
        return doubled, doubled.copy()[:2]

    compiled = mg.compile(f)
    compiled(x)
    assert not np.shares_memory(*compiled(y))


def test_errors_are_ignored_where_they_were() -> None:
    """Stanzas of which a part is quiet, as of a loop in which gradients are taken, tell and ignore what eager does."""

    def f(x: Any, y: Any) -> Any:
        for _ in range(400):
            y = y + mg.grad(lambda z: np.sum(np.sqrt(z)))(y) * 0 + x
        return y

    compiled = mg.compile(f)
    compiled(x * x, y * y)
    assert "= stanza" in compiled.source
    with np.errstate(all="raise"):
        assert compiled(x * x, y * y).tobytes() == f(x * x, y * y).tobytes()
        for run in (f, compiled):
            with pytest.raises(FloatingPointError, match="invalid"):  # to divide by zero is quiet, on the way back
                run(x * x, np.array([0.0, 1.0, 2.0]))


def test_source_is_as_long_as_a_round() -> None:
    lengths = []
    for rounds in (1000, 2000):

        def f(x: Any, y: Any, rounds: int = rounds) -> Any:
            for _ in range(rounds):
                y = y - 0.01 * np.sin(x)
                x = x + 0.01 * y
            return np.sum(x * y)

        compiled = mg.compile(mg.value_and_grad(f), static_argnames="rounds")
        compiled(x, y)
        lengths.append(compiled.source.count("\n"))
    assert lengths[1] - lengths[0] < 1000  # a call for each few rounds, which have ten operations each


def test_short_programs_are_left_alone() -> None:
    compiled = mg.compile(mg.value_and_grad(lambda x: pendulum(x, x[::-1]) if len(x) > 3 else np.sum(x * x)))
    compiled(x)
    assert "stanza" not in compiled.source


def test_signs_of_constants() -> None:
    """Zeros of both signs are equal, and not the same."""
    compiled = mg.compile(lambda x: (x * np.float64(0.0), x * np.float64(-0.0), x + (0.0 * x), x + (-0.0 * x)))
    found = compiled(x)
    assert [np.signbit(a).tolist() for a in found[:2]] == [[False, True, False], [True, False, True]]
