"""Quantiles: a weighted mean of two neighbours among the sorted entries, or one of them."""

# mypy: allow-untyped-defs, allow-untyped-calls
# (A vjp repeats NumPy's signature. Annotations would say Any to every parameter and bury the formula.)

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._rules.indexing import add_at
from mygrad._rules.reductions import flattened, lined_up, made_nan, share
from mygrad._rules.rule import defvjp

__all__: list[str] = []


#: Of `n` sorted entries, these methods take what is at the place ``q (n + 1 - alpha - beta) + alpha - 1``, between two
#: of them; `alpha` and `beta` are their parameters (Hyndman and Fan, 1996). The others go by steps as `q` grows.
_PLOTTING_POSITIONS: dict[str, tuple[float, float]] = {
    "interpolated_inverted_cdf": (0, 1),
    "hazen": (1 / 2, 1 / 2),
    "weibull": (0, 0),
    "linear": (1, 1),
    "median_unbiased": (1 / 3, 1 / 3),
    "normal_unbiased": (3 / 8, 3 / 8),
}


def _places(quantile: Any, counts: Any, q: Any, method: str) -> Any:
    """Where the quantile of so many sorted entries is: at which of them, or how far between two.

    The quantile of 0, 1, 2, ... tells, for every method there is.
    """
    places = np.zeros(counts.shape)
    for n in np.unique(counts[counts > 0]):
        places = np.where(counts == n, quantile(np.arange(n, dtype=np.float64), q, method=method), places)
    return places


def _as_array(q: Any) -> Any:
    return np.asarray(q) if isinstance(q, (int, float, list, tuple)) else q


def _neighbours(places: Any, counts: Any) -> tuple[Any, Any]:
    """The positions of the two entries between which a place is: at an entry, of this and the next."""
    below = np.clip(np.floor(places), 0, np.maximum(counts - 2, 0)).astype(np.intp)
    return below, np.minimum(below + 1, np.maximum(counts - 1, 0))


def _slope(quantile: Any, ordered: Any, counts: Any, q: Any, method: str) -> Any:
    """The derivative by `q` of the quantiles of sorted entries."""
    if method not in _PLOTTING_POSITIONS:
        return np.zeros(counts.shape)
    alpha, beta = _PLOTTING_POSITIONS[method]
    scale = 100 if quantile is np.percentile else 1
    pace = counts + (1 - alpha - beta)
    place = q / scale * pace + (alpha - 1)  # where it is limited to that of the first or last entry, `q` has no say
    moves = (place >= 0) & (place <= counts - 1)
    first, second = (
        np.take_along_axis(ordered, np.broadcast_to(i, (*ordered.shape[:-1], 1)), axis=-1)
        for i in _neighbours(_places(quantile, counts, q, method), counts)
    )
    return np.where(moves, (second - first) * pace / scale, 0)


def _sorted_lines(a: Any, axis: Any, ignores_nan: bool) -> tuple[Any, Any]:
    """The entries that each quantile is of, sorted, with nan at the end; and how many count."""
    flat, _ = flattened(a, axis)
    if ignores_nan:
        counts = np.sum(~np.isnan(flat), axis=-1, keepdims=True)
    else:
        counts = np.full([1] * flat.ndim, flat.shape[-1])
    return np.sort(flat, axis=-1), counts


def _by_q(
    quantile: Any, ignores_nan: bool, g: Any, y: Any, a: Any, q: Any, axis: Any, method: Any, weights: Any
) -> Any:
    if a.size == 0 or weights is not None:
        return np.zeros(np.shape(q), g.dtype)
    ordered, counts = _sorted_lines(a, axis, ignores_nan)
    total = np.zeros(np.shape(q), g.dtype)
    for i in np.ndindex(np.shape(q)):
        slope = _slope(quantile, ordered, counts, q[i], method)[..., 0]
        g_i, y_i = (np.reshape(x[(*i, ...)], ordered.shape[:-1]) for x in (g, y))
        slope = np.where(np.isnan(y_i) & (g_i != 0), np.nan, slope)
        total = total + add_at(np.sum(g_i * slope.astype(g.dtype)), i, np.shape(q))
    return total


def _by_entries(
    quantile: Any, ignores_nan: bool, g: Any, y: Any, a: Any, q: Any, axis: Any, method: Any, weights: Any
) -> Any:
    if a.size == 0:
        return np.zeros(a.shape, a.dtype)
    ordered, counts = _sorted_lines(a, axis, ignores_nan)
    where = ~np.isnan(a) if ignores_nan else True
    total = np.zeros(a.shape, g.dtype)
    for i in np.ndindex(np.shape(q)):
        g_i, y_i = (lined_up(x[(*i, ...)], a, axis) for x in (g, y))
        if weights is not None:  # it is one of the entries
            total = total + share(g_i, y_i, a, axis, where)
            continue
        places = _places(quantile, counts, q[i], method)
        below, above = _neighbours(places, counts)
        made = made_nan(y_i, a, axis, where)
        for neighbour, part in (below, 1 - (places - below)), (above, places - below):
            entry = np.take_along_axis(ordered, neighbour, axis=-1)
            entry, part = (np.reshape(x, y_i.shape) if x.size == y_i.size else x.reshape(()) for x in (entry, part))
            part = np.where(made & (g_i != 0) & (part != 0), np.nan, part).astype(g.dtype)
            total = total + share(g_i * part, np.where(np.isnan(y_i) & ~made, y_i, entry), a, axis, where)
    return total


def _vjp(pull_back: Any, quantile: Any, ignores_nan: bool) -> Any:
    """A vjp with the signature of quantiles; `quantile` says where they are in sorted numbers."""

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
        axis = tuple(axis) if isinstance(axis, list) else axis
        return pull_back(quantile, ignores_nan, g, y, a, _as_array(q), axis, interpolation or method, weights)

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
    _ignores_nan = _function is not _quantile
    defvjp(
        _function,
        *(_vjp(pull_back, _quantile, _ignores_nan) for pull_back in (_by_entries, _by_q)),
        forward=_intact(_function),
        masks=True,
    )
