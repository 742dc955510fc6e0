"""Quantiles: a weighted mean of two neighbours among the sorted entries, or one of them."""

# mypy: allow-untyped-defs, allow-untyped-calls
# (A vjp repeats NumPy's signature. Annotations would say Any to every parameter and bury the formula.)

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._rules.reductions import flattened, lined_up, made_nan, share
from mygrad._rules.rule import defvjp

__all__: list[str] = []


def _places(quantile: Any, counts: Any, q: Any, method: str) -> Any:
    """Where the quantile of so many sorted entries is: at which of them, or how far between two.

    The quantile of 0, 1, 2, ... tells, for every method there is.
    """
    places = np.zeros(counts.shape)
    for n in np.unique(counts[counts > 0]):
        places[counts == n] = quantile(np.arange(n, dtype=np.float64), q, method=method)
    return places


def _vjp_of(quantile: Any, ignores_nan: bool) -> Any:
    def vjp(
        g,
        y,
        a,
        q,
        axis=None,
        out=None,
        overwrite_input=False,
        method="linear",
        keepdims=False,
        *,
        weights=None,
        interpolation=None,
    ):
        if a.size == 0:
            return np.zeros(a.shape, a.dtype)
        axis = tuple(axis) if isinstance(axis, list) else axis
        flat, _ = flattened(a, axis)
        ordered = np.sort(flat, axis=-1)  # nan at the end
        where = ~np.isnan(a) if ignores_nan else True
        counts = (
            np.sum(~np.isnan(flat), axis=-1, keepdims=True) if ignores_nan else np.full([1] * flat.ndim, flat.shape[-1])
        )
        total = np.zeros(a.shape, g.dtype)
        for i in np.ndindex(np.shape(q)):
            g_i, y_i = (lined_up(x[(*i, ...)], a, axis) for x in (g, y))
            if weights is not None:  # it is one of the entries
                total = total + share(g_i, y_i, a, axis, where)
                continue
            places = _places(quantile, counts, np.asarray(q)[i], interpolation or method)
            below = np.floor(places)
            made = made_nan(y_i, a, axis, where)
            for neighbour, part in (below, 1 - (places - below)), (np.ceil(places), places - below):
                entry = np.take_along_axis(ordered, neighbour.astype(np.intp), axis=-1)
                entry, part = (np.reshape(x, y_i.shape) if x.size == y_i.size else x.reshape(()) for x in (entry, part))
                part = np.where(made & (g_i != 0), np.nan, part).astype(g.dtype)
                total = total + share(g_i * part, np.where(np.isnan(y_i) & ~made, y_i, entry), a, axis, where)
        return total

    return vjp


def _intact(quantile: Any) -> Any:
    def forward(a, q, axis=None, out=None, overwrite_input=False, *args, **params):
        return quantile(a, q, axis, out, False, *args, **params)  # the backward pass needs the input

    return forward


for _function, _quantile in (
    (np.quantile, np.quantile),
    (np.nanquantile, np.quantile),
    (np.percentile, np.percentile),
    (np.nanpercentile, np.percentile),
):
    defvjp(_function, _vjp_of(_quantile, _function is not _quantile), forward=_intact(_function), masks=True)
