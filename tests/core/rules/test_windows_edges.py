"""Sliding windows: what they show, that they are views, and which arguments they refuse."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from mygrad._rules.rule import RULES
from mygrad._rules.windows import overlap_add, windows

CASES: list[tuple[tuple[int, ...], tuple[int, ...], Any, Any]] = [
    ((7,), (3,), 1, None),
    ((7,), (3,), 2, 3),
    ((6,), (6,), 4, 1),
    ((2, 7, 8), (3, 2), (2, 3), (1, 4)),
    ((3, 5, 4), (2, 1, 2), 1, (2, 3, 1)),
    ((2, 3), (), 1, None),
]


@pytest.mark.parametrize(("shape", "window", "step", "dilation"), CASES)
@pytest.mark.parametrize("layout", ["C", "F", "strided"])
def test_windows_are_slices(shape: Any, window: Any, step: Any, dilation: Any, layout: str) -> None:
    x = np.arange(np.prod(shape) * 2.0).reshape(*shape, 2)[..., 0] if layout == "strided" else None
    if x is None:
        x = np.asarray(np.arange(float(np.prod(shape))).reshape(shape), order=layout)
    k = len(window)
    steps = (step,) * k if isinstance(step, int) else step
    dilations = (1,) * k if dilation is None else (dilation,) * k if isinstance(dilation, int) else dilation
    out = windows(x, window, step, dilation)
    assert out.base is not None
    assert np.shares_memory(out, x)
    assert not out.flags.writeable
    for at in product(*map(range, out.shape[:k])):
        part = tuple(slice(i * s, i * s + w * d, d) for i, s, w, d in zip(at, steps, window, dilations, strict=True))
        assert np.array_equal(out[at], x[(..., *part)])
    grid = tuple(
        len(range(0, n - (w - 1) * d, s))
        for n, w, s, d in zip(shape[len(shape) - k :], window, steps, dilations, strict=True)
    )
    assert out.shape == grid + shape[: len(shape) - k] + window


def test_more_windows_than_elements_and_the_reverse_add_up_alike() -> None:
    rng = np.random.default_rng(0)
    for positions, width, step, dilation in product((1, 2, 5), (1, 3, 6), (1, 2, 7), (1, 3)):
        g = rng.normal(size=(2, positions, 3, width))
        size = (positions - 1) * step + (width - 1) * dilation + 2
        expected = np.zeros((2, size, 3))
        for p, w in product(range(positions), range(width)):
            expected[:, p * step + w * dilation] += g[:, p, :, w]
        assert np.allclose(overlap_add(g, size, 1, step, dilation), expected)
        assert overlap_add(g.astype(np.float32), size, 1, step, dilation).dtype == np.float32


@pytest.mark.parametrize(
    ("error", "window", "step", "dilation"),
    [
        (TypeError, 3, 1, None),
        (TypeError, (2.0,), 1, None),
        (TypeError, (0,), 1, None),
        (TypeError, (2,), 1.5, None),
        (TypeError, (2,), 1, 2.5),
        (ValueError, (2,), 0, None),
        (ValueError, (2,), (1.5,), None),
        (ValueError, (2, 2), (1,), None),
        (ValueError, (2, 2, 2), 1, None),
        (ValueError, (6,), 1, None),
        (ValueError, (3,), 1, 3),
        (ValueError, (2,), 1, (1, 1)),
        (ValueError, (2,), 1, -1),
    ],
)
def test_bad_arguments(error: type[Exception], window: Any, step: Any, dilation: Any) -> None:
    with pytest.raises(error, match=r"window|step|dilation"):
        windows(np.ones((5, 5)), window, step, dilation)


def test_a_dilated_window_may_fill_the_array() -> None:
    assert windows(np.arange(5), (3,), 1, 2).tolist() == [[0, 2, 4]]


def test_elements_that_no_window_covers_get_zero() -> None:
    x = np.arange(8.0)
    out = windows(x, (2,), 3)
    assert np.array_equal(RULES[windows].vjp(0)(np.ones(out.shape), out, x, (2,), 3), [1, 1, 0, 1, 1, 0, 1, 1])
