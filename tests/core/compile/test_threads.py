"""Blocks done by several threads: the same bits, errors that arrive, and threads that are in nobody's way."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mygrad as mg

SIZE = 300_003
x = 1.5 + np.cos(np.arange(SIZE))
y = x[::-1].copy()


@mg.value_and_grad
def f(x: Any, y: Any) -> Any:
    z = np.tanh(3 * x) * y + np.exp(-y) / x
    return np.sum(z) + np.sum(z * z) / np.max(z)


@pytest.mark.parametrize("threads", [2, 3, 100])
def test_same_bits(threads: int) -> None:
    compiled = mg.compile(f, threads=threads)
    compiled(x, y)
    assert f"32768, {threads})" in compiled.source
    value, gradient = compiled(y, x + 1)
    expected_value, expected = f(y, x + 1)
    assert value == expected_value
    assert gradient.tobytes() == expected.tobytes()
    restored = pickle.loads(pickle.dumps(compiled))
    assert restored(x, y)[1].tobytes() == f(x, y)[1].tobytes()


@pytest.mark.parametrize("place", [0, SIZE - 1])
def test_errors_reach_the_caller(place: int) -> None:
    compiled = mg.compile(lambda x: np.log(x * 2 - 2) + 1, threads=2)
    ones = np.full(SIZE, 1.5)
    compiled(ones)
    with np.errstate(divide="raise"):
        compiled(ones)
        ones[place] = 1
        with pytest.raises(FloatingPointError, match="divide by zero"):
            compiled(ones)
    with np.errstate(divide="ignore"):
        assert compiled(ones)[place] == -np.inf


def test_threads_are_started_once() -> None:
    compiled = mg.compile(f, threads=2)
    compiled(x, y)
    before = threading.active_count()
    for _ in range(5):
        compiled(x, y)
    assert threading.active_count() == before


@pytest.mark.parametrize("threads", [0, -1, 1.5, None])
def test_number_of_threads(threads: Any) -> None:
    with pytest.raises(ValueError, match="threads is to be the number of threads"):
        mg.compile(f, threads=threads)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_processes(tmp_path: Path) -> None:
    """A process that was forked has a pool of its own, the end of one is not put off, and then it still computes."""
    script = textwrap.dedent(
        """
        import atexit, os, runpy, sys, warnings
        import numpy as np
        import mygrad as mg

        @mg.compile(threads=2)
        def f(x):
            return np.exp(x * 2 + 1) * x

        x = np.linspace(0, 1, 300_003)
        expected = f(x).tobytes()
        f.save(sys.argv[1])
        saved = runpy.run_path(sys.argv[1])["f"]
        assert saved(x).tobytes() == expected
        warnings.simplefilter("ignore")  # newer versions of Python warn of forks where there are threads
        child = os.fork()
        if not child:
            os._exit(0 if f(x).tobytes() == saved(x).tobytes() == expected else 1)
        assert os.waitpid(child, 0)[1] == 0
        atexit.register(lambda: print(f(x).tobytes() == expected))
        """
    )
    run = [sys.executable, "-c", script, str(tmp_path / "saved.py")]
    done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_pickling_what_returns_a_named_tuple() -> None:
    compiled = mg.compile(np.linalg.slogdet)
    m = np.array([[2.0, 1.0], [0.5, -3.0]])
    compiled(m)
    restored = pickle.loads(pickle.dumps(compiled))
    for a in (m, -m.T):
        found, expected = restored(a), np.linalg.slogdet(a)
        assert type(found) is type(expected)
        assert found == expected
