"""Examples of all differentiable functions, compiled: they give values and gradients to the bit, elsewhere as well.

Which is where recorded values would show: at other signs, ties, zeros and nan.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from runpy import run_path
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from catalogue import EXAMPLES, Example, name_of
from catalogue.writes import EXAMPLES as WRITES
from comparing import leaves
from functions import DIFFERENTIABLE
from mygrad.errors import RecordingError

Array = np.ndarray[Any, Any]

#: Every so many examples are tried.
STEP = {"dev": 40, "again": 80, "ci": 80, "nightly": 1}[os.environ.get("HYPOTHESIS_PROFILE", "dev")]
CASES = [(fn, example) for fn in DIFFERENTIABLE if fn not in WRITES for example in EXAMPLES.get(fn, [])]
BATCHES = 4


def changed(a: Array) -> Array:
    a = a.copy()
    a[...] = np.where(np.arange(a.size).reshape(a.shape) % 3, a, np.nan)
    return a


ELSEWHERE: list[Callable[[Array], Any]] = [
    lambda a: a,
    np.negative,
    lambda a: a * 1.1 + 0.01,
    lambda a: np.repeat(a[:1], len(a), axis=0) if a.ndim else a,
    np.zeros_like,
    changed,
]


def loss_of(fn: Callable[..., Any], example: Example) -> Callable[..., Any]:
    def loss(*arrays: Any) -> Any:
        rest = iter(arrays)
        total: Any = 0
        for t in leaves(example.mapped(lambda a: next(rest)).of(fn)):
            if isinstance(t, mg.Tensor) and t.dtype.kind in "fc":
                parts = [np.real(t), np.imag(t)] if t.dtype.kind == "c" else [t]
                total = total + sum(np.sum(part * (1 + np.arange(t.size).reshape(t.shape) % 3)) for part in parts)
        return total

    return loss


def saved_by(compiled: Any, folder: Path) -> str:
    """The path of the module that a compiled function has written, which does without mygrad."""
    path = folder / "saved.py"
    compiled.save(path)
    text = path.read_text()
    assert not any("mygrad" in line and "import" in line for line in text.splitlines())
    return str(path)


def same_bits(a: Any, b: Any) -> bool:
    a, b = np.asarray(a), np.asarray(b)
    if a.dtype.kind == "c":
        return same_bits(a.real, b.real) and same_bits(a.imag, b.imag)
    both_nan = (a != a) & (b != b)
    same = (a == b) & (np.signbit(a) == np.signbit(b)) if a.dtype.kind == "f" else a == b
    return a.dtype == b.dtype and a.shape == b.shape and bool(np.all(same | both_nan))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("first", range(BATCHES))
def test_functions(first: int, tmp_path: Path) -> None:
    recorded = refused = 0
    for fn, example in CASES[first * STEP // BATCHES :: STEP]:
        arrays = example.variables()
        f = mg.value_and_grad(loss_of(fn, example), tuple(range(len(arrays))))
        compiled = mg.compile(f)
        with np.errstate(all="ignore"):
            for elsewhere in ELSEWHERE:
                place = [np.asarray(elsewhere(a)).astype(a.dtype) for a in arrays]
                try:
                    expected = f(*place)
                except Exception:
                    continue  # it is not defined there
                try:
                    found = compiled(*place)
                except RecordingError:
                    refused += 1
                    break
                for a, b in zip(leaves(expected), leaves(found), strict=True):
                    assert same_bits(a, b), f"{name_of(fn)} of {example}"
            else:
                if not compiled.signatures:
                    continue
                recorded += 1
                saved = run_path(saved_by(compiled, tmp_path))[compiled.__name__]
                for a, b in zip(leaves(compiled(*arrays)), leaves(saved(*arrays)), strict=True):
                    assert same_bits(a, b), f"{name_of(fn)} of {example}, saved"
    assert recorded > 5 * refused
