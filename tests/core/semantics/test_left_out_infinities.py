"""Reductions of what holds inf or nan: as long as that is left out, it has no part in any derivative."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
import mygrad.functional as functional

# Of rows of nan.
pytestmark = pytest.mark.filterwarnings("ignore:Mean of empty slice", "ignore:All-NaN", "ignore:Degrees of freedom")

F = Callable[..., Any]
RNG = np.random.default_rng(11)
X = RNG.uniform(0.5, 2, (4, 3, 3))
nan, inf = np.nan, np.inf
FILLED = pytest.mark.parametrize("filled", [[-inf], [1.0, nan], [inf, -inf]], ids=str)


def spoilt(x: np.ndarray, out: Any, filled: list[float]) -> np.ndarray:
    """`x` with these numbers, in turn, where `out` is true."""
    x = x.copy()
    x[out] = np.resize(filled, x[out].shape)
    return x


@np.errstate(all="ignore")
def derivatives(f: F, x: np.ndarray, seed: Any = None) -> tuple[np.ndarray, ...]:
    """The gradient, by either door, and the derivative of a sum of gradients; of the weighted results."""
    t = mg.tensor(x)
    y = f(t)
    seed = np.linspace(0.7, 1.9, y.size).reshape(y.shape) if seed is None else seed
    y.backward(seed)
    by_backward = t.grad
    (gradient,) = functional.derivatives(f(t), [t], seed)
    weights = np.linspace(0.3, 1.2, x.size).reshape(x.shape)
    (second,) = functional.derivatives(gradient, [t], weights)
    return by_backward, gradient.data.copy(), second.data.copy()


def check(f: F, out: np.ndarray, filled: list[float], seed: Any = None, x: np.ndarray = X) -> None:
    """Whatever stands where `out` is true, the derivatives are what they are; and 0 there."""
    for found, expected in zip(derivatives(f, spoilt(x, out, filled), seed), derivatives(f, x, seed), strict=True):
        assert not np.any(found[out])
        assert_allclose(found[~out], expected[~out], rtol=1e-9, atol=1e-12)


# --- where= -------------------------------------------------------------------------------------------------

MASK = RNG.uniform(size=X.shape) < 0.6
MASK[:, 0, 0] = True
MASK[0] = False  # a whole row
MASK[0, 1] = True

WITH_WHERE: dict[str, F] = {
    **{name: getattr(np, name) for name in ("sum", "prod", "mean", "var", "std")},
    **{name: getattr(np, "nan" + name) for name in ("sum", "prod", "mean", "var", "std")},
    **{name: partial(getattr(np, name), initial=0.1) for name in ("max", "amax", "nanmax")},
    **{name: partial(getattr(np, name), initial=9.0) for name in ("min", "amin", "nanmin")},
    **{f"mg.{name}": getattr(mg, name) for name in ("sum", "prod", "mean", "var", "std")},
    **{f"t.{name}": getattr(mg.Tensor, name) for name in ("sum", "prod", "mean", "var", "std")},
    "std, ddof": partial(np.std, ddof=1),
    "var, mean": lambda t, **params: np.var(t, mean=np.mean(t, **{**params, "keepdims": True}), **params),
    "std, mean": lambda t, **params: np.std(t, mean=np.mean(t, **{**params, "keepdims": True}), **params),
}
UFUNCS = [
    np.add,
    np.subtract,
    np.multiply,
    np.divide,
    np.power,
    np.float_power,
    np.arctan2,
    np.hypot,
    np.logaddexp,
    np.logaddexp2,
    np.maximum,
    np.fmin,
    np.copysign,
]


@pytest.mark.parametrize("name", WITH_WHERE)
@pytest.mark.parametrize("axis", [None, 0, (1, 2)], ids=str)
@FILLED
def test_where_of_reductions(name: str, axis: Any, filled: list[float]) -> None:
    if "ddof" in name and axis == 0:
        pytest.skip("a single entry has no such deviation")
    check(lambda t: WITH_WHERE[name](t, axis=axis, where=MASK), ~MASK, filled)


@pytest.mark.parametrize("ufunc", UFUNCS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("axis", [0, 1])
@FILLED
def test_where_of_ufuncs(ufunc: np.ufunc, axis: int, filled: list[float]) -> None:
    check(lambda t: ufunc.reduce(t, axis=axis, where=MASK, initial=1.5), ~MASK, filled)


# --- rows that are left out afterwards ------------------------------------------------------------------------

ROWS = np.array([True, False, True, False])
OUT = np.broadcast_to(~ROWS[:, None, None], X.shape)


def written(y: Any) -> Any:
    y = +y
    y[~ROWS] = 0.0
    return y


LEAVE_OUT: dict[str, F] = {
    "np.where": lambda y: np.where(ROWS, y, 0.0),
    "an index": lambda y: y[ROWS],
    "where= of a ufunc": lambda y: np.multiply(y, 2.0, where=ROWS, out=mg.zeros(4)),
    "where= of a sum": lambda y: np.sum(y, where=ROWS),
    "a write": written,
}
OF_ROWS: dict[str, F] = {
    **{
        name: partial(getattr(np, name), axis=(1, 2))
        for name in ("sum", "prod", "mean", "var", "std", "max", "min", "ptp", "median")
    },
    **{
        f"nan{name}": partial(getattr(np, f"nan{name}"), axis=(1, 2))
        for name in ("sum", "prod", "mean", "var", "std", "max", "min", "median")
    },
    "quantile": lambda t: np.quantile(t, 0.3, axis=(1, 2)),
    "average": lambda t: np.average(t.reshape(4, 9), axis=1, weights=np.arange(1.0, 10.0)),
    "std, mean": lambda t: np.std(t, axis=(1, 2), mean=np.mean(t, axis=(1, 2), keepdims=True)),
    "cumprod": lambda t: np.cumprod(t.reshape(4, 9), axis=1)[:, -1],
    "nancumprod": lambda t: np.nancumprod(t.reshape(4, 9), axis=1)[:, -1],
    "cumulative_prod": lambda t: mg.multiply.accumulate(t.reshape(4, 9), axis=1)[:, -1],
    "logaddexp.reduce": lambda t: np.logaddexp.reduce(t, axis=(1, 2)),
    "hypot.reduce": lambda t: np.hypot.reduce(t, axis=(1, 2)),
    "power.reduce": lambda t: np.power.reduce(t, axis=1)[:, 0],
    "divide.accumulate": lambda t: np.divide.accumulate(t, axis=1)[:, 2, 0],
    "multiply.reduceat": lambda t: np.multiply.reduceat(t, [0, 2], axis=1)[:, 0, 0],
    "logaddexp.reduceat": lambda t: np.logaddexp.reduceat(t, [0, 2], axis=1)[:, 0, 0],
    **{
        f"norm, {ord}": partial(lambda t, ord: np.linalg.norm(t.reshape(4, 9), ord, axis=1), ord=ord)
        for ord in (None, 0, 0.5, 1, 2, 3, -1, -2, inf, -inf)
    },
    **{f"norm of matrices, {ord}": partial(np.linalg.norm, ord=ord, axis=(1, 2)) for ord in ("fro", 1, -1, inf, -inf)},
    "vector_norm": lambda t: np.linalg.vector_norm(t, axis=(1, 2)),
    "matrix_norm": np.linalg.matrix_norm,
}


@pytest.mark.parametrize("name", OF_ROWS)
@pytest.mark.parametrize("leave_out", LEAVE_OUT.values(), ids=LEAVE_OUT)
@FILLED
def test_rows_left_out(name: str, leave_out: F, filled: list[float]) -> None:
    check(lambda t: leave_out(OF_ROWS[name](t)), OUT, filled)


@pytest.mark.parametrize("name", OF_ROWS)
@FILLED
def test_rows_left_out_by_the_seed(name: str, filled: list[float]) -> None:
    check(OF_ROWS[name], OUT, filled, np.where(ROWS, 1.5, 0.0))


@pytest.mark.parametrize("f", [np.cumprod, np.logaddexp.accumulate, np.multiply.accumulate, np.divide.accumulate])
@FILLED
def test_a_result_left_out_leaves_those_before(f: F, filled: list[float]) -> None:
    out = np.array([False, False, False, True, True])
    check(lambda t: f(t)[:3], out, filled, x=X.ravel()[:5])


@pytest.mark.parametrize("name", OF_ROWS)
@pytest.mark.parametrize("number", [inf, nan])
def test_infinities_that_are_not_left_out(name: str, number: float) -> None:
    """They have the derivatives that they have if there are no others."""
    x = spoilt(X, (0, 1, 1), [number])
    found, expected = (
        derivatives(lambda t: np.where(ROWS, OF_ROWS[name](t), 0.0), y)[:2] for y in (spoilt(x, OUT, [inf, nan]), x)
    )
    for a, b in zip(found, expected, strict=True):
        assert_allclose(a, b, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("f", [np.std, np.var, np.prod, np.linalg.norm, np.logaddexp.reduce])
def test_what_is_not_left_out_is_what_it_is(f: F) -> None:
    x = np.array([[1.0, 2.0, 4.0], [nan, 1.0, 2.0], [nan, 3.0, inf]])
    for gradient in derivatives(lambda t: np.where([True, True, False], f(t, axis=1), 0.0), x)[:2]:
        assert np.isfinite(gradient[0]).all()
        assert np.isnan(gradient[1]).any()
        assert_array_equal(gradient[2], 0)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_the_dtype_stays(dtype: Any) -> None:
    x = mg.tensor([[1.0, 2.0], [nan, inf]], dtype=dtype)
    with np.errstate(all="ignore"):
        np.linalg.norm(x, axis=1)[0].backward()
    assert x.grad.dtype == dtype
    assert_allclose(x.grad, np.array([[1.0, 2.0], [0.0, 0.0]]) / np.sqrt(5), rtol=1e-3)
