"""Shares of ties, and means, of more entries than the dtype counts: float16 knows no integer beyond 2048 exactly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import mygrad as mg

FUNCTIONS: list[Callable[[Any], Any]] = [
    np.max,
    np.amin,
    np.nanmax,
    np.median,
    np.nanmedian,
    np.mean,
    lambda x: np.quantile(x, 0.3),
    lambda x: np.nanpercentile(x, 30),
    lambda x: np.linalg.norm(x, np.inf),
    lambda x: np.linalg.norm(x, -np.inf),
    lambda x: np.linalg.vector_norm(x, ord=np.inf),
    lambda x: np.linalg.norm(x.reshape(1, -1), 1),
    lambda x: np.maximum.reduce(x),
    lambda x: np.fmin.reduce(x),
    lambda x: np.maximum.accumulate(x)[-1],
    lambda x: np.minimum.accumulate(x[::-1])[-1],
]


@pytest.mark.parametrize("n", [5000, 70_000])
@pytest.mark.parametrize("f", FUNCTIONS)
def test_equal_shares(f: Callable[[Any], Any], n: int) -> None:
    with np.errstate(all="ignore"):
        if np.isnan(f(np.ones(n, np.float16))):
            pytest.skip("quantiles of NumPy 2.0 count in float16, too")
    x = mg.tensor(np.ones(n, np.float16))
    f(x).backward()
    assert x.grad.dtype == np.float16
    np.testing.assert_array_equal(x.grad, np.full(n, np.float16(1 / n)))


def test_shares_of_running_extremes() -> None:
    """The k-th result is shared by the first k entries."""
    n = 3000
    x = mg.tensor(np.ones(n, np.float16))
    np.maximum.accumulate(x).backward()
    np.testing.assert_allclose(x.grad, np.cumsum(1 / np.arange(n, 0, -1.0))[::-1], rtol=2e-3)


def test_infinite_entries_of_a_sum_of_exponentials() -> None:
    x = mg.tensor(np.full(70_000, np.inf, np.float16))
    np.logaddexp.reduce(x).backward()
    np.testing.assert_array_equal(x.grad, np.float16(1 / 70_000))


N = 5000
ROWS = np.ones((N, 2), np.float16)
PLACES = np.tile([0, 1], N)

USES: list[Callable[[Any], Any]] = [
    lambda x: ROWS + x,
    lambda x: np.multiply(x, ROWS),
    lambda x: np.add(ROWS, x, out=mg.zeros((N, 2), dtype=np.float16)),
    lambda x: np.where(ROWS > 0, x, 0),
    lambda x: np.broadcast_to(x, (N, 2)),
    lambda x: np.tile(x, (N, 1)),
    lambda x: np.resize(x, (N, 2)),
    lambda x: np.repeat(x[None], N, axis=0),
    lambda x: np.repeat(x, [N, N]),
    lambda x: x[PLACES],
    lambda x: np.stack([x, 0 * x])[np.zeros(N, int)],
    lambda x: (x * 1)[PLACES] + (x * 1)[PLACES[::-1]] - x[PLACES],
    lambda x: np.take(x, PLACES),
    lambda x: np.take_along_axis(x, PLACES, 0),
    lambda x: mg.linspace(x, 0 * x, 2 * N, dtype=np.float16),
]


@pytest.mark.parametrize("use", USES)
def test_a_number_that_is_used_more_often_than_its_dtype_counts(use: Callable[[Any], Any]) -> None:
    def total(x: Any) -> Any:
        return np.sum(use(x), dtype=np.float64)

    ones = np.ones(2, np.float16)
    x = mg.tensor(ones)
    total(x).backward()
    assert x.grad.dtype == np.float16
    np.testing.assert_allclose(x.grad, N, rtol=2e-3)
    np.testing.assert_allclose(mg.functional.grad(total)(ones), N, rtol=2e-3)
