"""NumPy functions composed of others: interpolation, convolution, statistics, functions on real domains."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
from numpy.lib import scimath
from numpy.lib.stride_tricks import sliding_window_view

from mygrad._dispatch.operands import has_variable, unwrap
from mygrad._dispatch.registry import composes
from mygrad._rules.indexing import add_at
from mygrad._rules.joining import as_operand
from mygrad._rules.shapes import astype

# --- interpolation and convolution ------------------------------------------------------------------


@composes(np.interp)
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: float | None = None) -> Any:
    np.interp(*unwrap((x, xp, fp, left, right, period)))  # for NumPy's errors
    x, xp, fp = map(as_operand, (x, xp, fp))
    if period is not None:
        period = abs(period)
        x, xp = np.remainder(x, period), np.remainder(xp, period)
        order = np.argsort(xp)
        xp, fp = xp[order], fp[order]
        xp = np.concatenate((xp[-1:] - period, xp, xp[:1] + period))
        fp = np.concatenate((fp[-1:], fp, fp[:1]))
        left = right = None
    below, above = x < xp[0], x > xp[-1]
    if len(xp) > 1:
        j = np.clip(np.searchsorted(xp, x, "right") - 1, 0, len(xp) - 2)
        step = xp[j + 1] - xp[j]
        y = (fp[j + 1] - fp[j]) / np.where(step == 0, 1, step) * (np.where(below | above, xp[0], x) - xp[j]) + fp[j]
    else:
        y = fp[0] + 0 * np.where(np.isfinite(x), x, 0)
    y = np.where(above, fp[-1] if right is None else right, y)
    return np.where(below, fp[0] if left is None else left, y)


@composes(np.convolve)
def convolve(a: Any, v: Any, mode: Any = "full") -> Any:
    n = np.convolve(np.empty(np.size(unwrap(a))), np.empty(np.size(unwrap(v))), mode).size  # for NumPy's errors
    a, v = (np.atleast_1d(as_operand(x)) for x in (a, v))
    if v.size > a.size:
        a, v = v, a
    zeros = np.zeros(v.size - 1, a.dtype)
    full = np.matmul(sliding_window_view(np.concatenate((zeros, a, zeros)), v.size), v[::-1])
    start = (full.size - n) // 2
    return full[start : start + n]


@composes(np.correlate)
def correlate(a: Any, v: Any, mode: Any = "valid") -> Any:
    a, v = (np.atleast_1d(as_operand(x)) for x in (a, v))
    if v.size > a.size:
        return np.correlate(v, a, mode)[::-1]
    return np.convolve(a, v[::-1], mode)


# --- statistics -------------------------------------------------------------------------------------


@composes(np.bincount)
def bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    plain = np.bincount(unwrap(x), unwrap(weights), minlength)
    if not has_variable(weights):
        return plain
    return add_at(astype(as_operand(weights), plain.dtype), np.array(unwrap(x)), plain.shape)


@composes(np.cov)
def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    np.cov(*unwrap((m, y, rowvar, bias, ddof, fweights, aweights)), dtype=dtype)  # for NumPy's errors
    samples = [_variables_in_rows(as_operand(x), rowvar) for x in (m, y) if x is not None]
    x = samples[0] if y is None else np.concatenate(samples)
    dtype = np.dtype(dtype or np.result_type(*(s.dtype for s in samples), np.float64))
    x = astype(x, dtype)
    weights: Any = None
    for w in (fweights, aweights):
        if w is not None:
            weights = as_operand(w) if weights is None else weights * as_operand(w)
    ddof = (0 if bias else 1) if ddof is None else ddof
    if weights is None:
        total, lost = x.shape[1], ddof
        x = x - np.mean(x, axis=1, keepdims=True)
        weighted = x
    else:
        weights = astype(weights, np.dtype(np.float64))
        total = np.sum(weights)
        lost = ddof if ddof == 0 or aweights is None else ddof * np.sum(weights * as_operand(aweights)) / total
        x = x - np.average(x, axis=1, weights=weights)[:, None]
        weighted = x * weights
    freedom = total - lost
    if freedom <= 0:
        freedom = 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.squeeze(np.matmul(x, np.transpose(weighted)) / freedom)


def _variables_in_rows(x: Any, rowvar: bool) -> Any:
    return np.atleast_2d(x) if rowvar or x.ndim < 2 else np.transpose(x)


@composes(np.corrcoef)
def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    c = np.cov(x, y, rowvar, dtype=dtype)
    if c.ndim == 0:
        return c / c
    deviations = np.sqrt(np.diagonal(c))
    return np.clip(c / deviations[:, None] / deviations[None, :], -1, 1)


# --- functions on real domains, which NumPy extends to complex numbers -------------------------------


def _restrict(extended: Callable[..., Any], real: Callable[..., Any], inside: Callable[..., Any]) -> None:
    """Let a function of `numpy.emath` be its restriction to arguments for which it is real."""

    @composes(extended)
    @wraps(real)
    def restricted(*args: Any) -> Any:
        args = tuple(map(as_operand, args))
        if not np.all(inside(*args)):
            raise TypeError(
                f"np.emath.{extended.__name__}: the result is complex for these arguments, and tensors hold "
                f"real numbers"
            )
        return real(*args)


def _logn(n: Any, x: Any) -> Any:
    return np.log(x) / np.log(n)


def _is_positive(x: Any) -> Any:
    return ~(x < 0)


def _is_sine(x: Any) -> Any:
    return ~(np.abs(x) > 1)


_RESTRICTED: tuple[tuple[Any, Any, Any], ...] = (
    (scimath.sqrt, np.sqrt, _is_positive),
    (scimath.log, np.log, _is_positive),
    (scimath.log2, np.log2, _is_positive),
    (scimath.log10, np.log10, _is_positive),
    (scimath.logn, _logn, lambda n, x: _is_positive(n).all() & _is_positive(x)),
    (scimath.power, np.power, lambda x, _p: _is_positive(x)),
    (scimath.arccos, np.arccos, _is_sine),
    (scimath.arcsin, np.arcsin, _is_sine),
    (scimath.arctanh, np.arctanh, _is_sine),
)
for _functions in _RESTRICTED:
    _restrict(*_functions)
