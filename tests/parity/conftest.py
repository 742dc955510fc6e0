"""Parity with PyTorch: one computation in both libraries, and a table of how far they are apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad.functional import derivatives

#: How far values and gradients may be apart, relative to the largest of them.
TOLERANCE = {"float64": 1e-10, "float32": 1e-5, "complex128": 1e-10}

#: The largest deviations that were found, by function and dtype.
FOUND: dict[str, dict[str, float]] = {}


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """These computations are small, and several threads slow them down."""
    pytest.importorskip("torch").set_num_threads(1)


@pytest.fixture
def close() -> Callable[..., None]:
    """Asserts that ``ours`` is ``theirs``, two arrays of one dtype, and enters the deviation into the table.

    `what` begins with the name of the function, which ends at a comma or a colon. `times` as much is allowed where
    PyTorch loses digits.
    """

    def assert_close(what: str, ours: Any, theirs: Any, times: float = 1) -> None:
        ours, theirs = mg.asarray(ours), np.asarray(theirs)
        assert ours.shape == theirs.shape, what
        assert ours.dtype == theirs.dtype, what
        assert np.isfinite(theirs).all(), what
        dtype = ours.dtype.name
        scale = np.abs(theirs).max(initial=0)
        deviation = float(np.abs(ours - theirs).max(initial=0) / scale) if scale else float(np.abs(ours).max(initial=0))
        worst = FOUND.setdefault(re.split("[,:]", what)[0], {})
        worst[dtype] = max(worst.get(dtype, 0.0), deviation)
        assert deviation <= times * TOLERANCE[dtype], f"{what}, {dtype}, shape {ours.shape}: apart by {deviation:.1e}"

    return assert_close


@pytest.fixture
def agree(close: Callable[..., None]) -> Callable[..., None]:
    """Asserts that two functions of arrays have the same value and the same gradients, in double and single precision.

    Called as ``agree(name, ours, theirs, *arrays)``. Floating-point arrays are differentiated by; others are passed on.
    The gradients are differentiated once more, unless ``second=False`` says that PyTorch cannot do that.
    """
    import torch

    def as_torch(a: np.ndarray, grad: bool) -> Any:
        return torch.tensor(a, requires_grad=grad)

    def assert_agreement(name: str, ours: Any, theirs: Any, *arrays: Any, second: bool = True) -> None:
        for dtype in (np.float64, np.float32):
            given = [np.asarray(a) for a in arrays]
            variable = [a.dtype.kind == "f" for a in given]
            given = [a.astype(dtype) if v else a for a, v in zip(given, variable, strict=True)]
            xs = [mg.tensor(a) for a in given]
            ts = [as_torch(a, v) for a, v in zip(given, variable, strict=True)]
            y, expected = ours(*xs), theirs(*ts)
            close(f"{name}: value", y.data, expected.detach().numpy())
            g = np.random.default_rng(0).normal(size=y.shape).astype(dtype)
            y.backward(g)
            expected.backward(torch.tensor(g))
            for x, t, v in zip(xs, ts, variable, strict=True):
                if v:
                    close(f"{name}: gradients", x.grad, t.grad.numpy())
            if second:
                assert_second_agreement(name, ours, theirs, given, g)

    def assert_second_agreement(name: str, ours: Any, theirs: Any, given: list[np.ndarray], g: np.ndarray) -> None:
        """The gradients of a weighted sum of the gradients agree, also by what these were pulled back from."""
        rng = np.random.default_rng(1)
        xs, ts = [mg.tensor(a) for a in given], [as_torch(a, True) for a in given]
        directions = [rng.normal(size=x.shape).astype(x.dtype) for x in xs]
        ours_from, theirs_from = mg.tensor(g), torch.tensor(g, requires_grad=True)
        first = derivatives(ours(*xs), xs, ours_from)
        expected = torch.autograd.grad(theirs(*ts), ts, theirs_from, create_graph=True)
        sum(np.sum(a * d) for a, d in zip(first, directions, strict=True)).backward()
        total = sum((a * torch.tensor(d)).sum() for a, d in zip(expected, directions, strict=True))
        found = torch.autograd.grad(total, (*ts, theirs_from), allow_unused=True)
        for x, t in zip((*xs, ours_from), found, strict=True):
            if x.grad is None or t is None:
                assert t is None or not t.any(), name
                assert x.grad is None or not x.grad.any(), name
            else:
                close(f"{name}: second derivatives", x.grad, t.numpy(), 1 if g.dtype == float else 10)

    return assert_agreement


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not FOUND:
        return
    terminalreporter.section("largest deviations from PyTorch, relative to the largest entry")
    width = max(map(len, FOUND))
    terminalreporter.write_line(" " * width + "".join(f"{d:>12}" for d in TOLERANCE))
    for function, worst in FOUND.items():
        cells = "".join(f"{worst[d]:12.1e}" if d in worst else " " * 12 for d in TOLERANCE)
        terminalreporter.write_line(f"{function:<{width}}{cells}")
    terminalreporter.write_line("allowed".ljust(width) + "".join(f"{t:12.1e}" for t in TOLERANCE.values()))
