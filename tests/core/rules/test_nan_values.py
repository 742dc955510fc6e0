"""Where a value is nan that no entry had, the derivative by what it came from is nan or infinite, not 0."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg
import mygrad.functional as functional

F = Callable[..., Any]
inf, nan = np.inf, np.nan

FUNCTIONS: list[F] = [
    lambda x: np.quantile(x, 0.5),
    lambda x: np.quantile(x, [0.0, 0.25, 1.0])[1],
    lambda x: np.percentile(x, 40),
    lambda x: np.nanquantile(x, 0.5),
    lambda x: np.nanpercentile(x, 75),
    lambda x: np.median(x[:2]),
    lambda x: np.nanmedian(x[:2]),
    np.ptp,
    np.std,
    np.var,
    np.prod,
    np.cumprod,
    np.log,
    np.log2,
    np.log10,
    np.log1p,
    np.sqrt,
    np.arcsin,
    np.arccos,
    np.arccosh,
    np.arctanh,
    np.sin,
    mg.arccsc,
    mg.arcsec,
    mg.arccoth,
    mg.arcsech,
    lambda x: np.remainder(x, np.array([0.0, 1.0, inf])),
    lambda x: np.fmod(x, np.array([0.0, 1.0, inf])),
    lambda x: np.remainder(np.array([0.0, 1.0, inf]), x),
]


@pytest.mark.parametrize("f", FUNCTIONS)
def test_nan_of_numbers(f: F) -> None:
    found = 0
    for numbers in product([0.0, 1.0, -2.0, inf, -inf], repeat=3):
        with np.errstate(all="ignore"):
            x = mg.tensor(numbers)
            y = f(x)
            for place in np.flatnonzero(np.isnan(y.data)):
                found += 1
                seed = np.zeros(y.size)
                seed[place] = 1.0
                f(x).backward(seed.reshape(y.shape))
                assert not np.isfinite(x.grad).all(), numbers
    assert found


def test_which_entries_it_came_from() -> None:
    with np.errstate(all="ignore"):
        x = mg.tensor([1.0, 2.0, inf, -9.0])
        np.quantile(x, 2 / 3).backward()
        assert_array_equal(x.grad, [0.0, nan, 0.0, 0.0])
        x = mg.tensor([[inf, -inf, 3.0, nan], [1.0, 4.0, 2.0, 3.0]])
        np.nanmedian(x[:, [0, 1, 3]], axis=1).backward()
        assert_array_equal(x.grad, [[nan, nan, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
        x = mg.tensor([-inf, inf, 0.0, 1.0])
        np.median(x[:2]).backward()
        assert_array_equal(x.grad, [nan, nan, 0.0, 0.0])


def test_nan_entries_are_picked_like_others() -> None:
    """A function that only picks an entry has the derivative 1 by that, whatever it is."""
    for f in np.max, np.min, np.median, lambda x: np.quantile(x, 0.5), lambda x: np.sort(x)[-1]:
        with np.errstate(all="ignore"):
            x = mg.tensor([1.0, nan, 3.0])
            f(x).backward()
        assert_array_equal(x.grad, [0.0, 1.0, 0.0])


def test_interpolation_at_nan() -> None:
    x, heights = mg.tensor([0.5, nan]), mg.tensor([3.0, 4.0, 6.0])
    np.interp(x, [0.0, 1.0, 2.0], heights).backward()
    assert_array_equal(x.grad, [1.0, nan])


@pytest.mark.parametrize("f", [np.log, np.log2, np.log10, np.arctanh, mg.arccoth, mg.arcsech])
def test_outside_of_the_domain_all_derivatives_are_nan(f: F) -> None:
    outside = {np.arctanh: 2.0, mg.arccoth: 0.5}.get(f, -0.5)
    inside = {np.arctanh: 0.5, mg.arccoth: 2.0}.get(f, 0.5)
    with np.errstate(all="ignore"):
        for dtype in np.float64, np.float32:
            first = functional.elementwise_grad(f)(np.array([outside, inside], dtype))
            assert first.dtype == dtype
            assert_array_equal(np.isnan(first), [True, False])
            second = functional.elementwise_grad(functional.elementwise_grad(f))(np.array([outside, inside], dtype))
            assert_array_equal(np.isnan(second), [True, False])


def test_what_is_masked_out_is_not_nan() -> None:
    with np.errstate(all="ignore"):
        x = mg.tensor([-1.0, 2.0])
        np.nansum(np.log(x)).backward()
        assert_array_equal(x.grad, [0.0, 0.5])
        x = mg.tensor([[1.0, 2.0, inf], [1.0, 2.0, 4.0]])
        np.quantile(x, 0.5, axis=1)[1:].backward()
        assert_array_equal(x.grad, [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
