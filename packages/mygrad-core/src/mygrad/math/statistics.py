"""Quantiles and convolution, under NumPy's signatures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mygrad._dispatch.functions import by_rule
from mygrad._dispatch.registry import implements
from mygrad._engine.operands import as_keyword
from mygrad._functions import Function
from mygrad._results import sized
from mygrad._rules import convolution, quantiles  # noqa: F401 - these fill the table

if TYPE_CHECKING:
    from mygrad.tensor import Tensor

__all__ = [
    "convolve",
    "correlate",
    "nanpercentile",
    "nanquantile",
    "percentile",
    "quantile",
]


def _by_rule(function: Callable[..., Any], *args: Any, weights: Any = None, **params: Any) -> Any:
    """With weights, a quantile is one of the entries: which one it is changes by steps."""
    if weights is not None:
        params["weights"] = as_keyword(sized(weights))
    return by_rule(function, *args, **params)


for _quantile in (np.quantile, np.percentile, np.nanquantile, np.nanpercentile):
    implements(_quantile)(partial(_by_rule, _quantile))

quantile: Final[Function[Tensor]] = Function(np.quantile, "quantile(x, 0.25)", "Tensor(1.5)")
percentile: Final[Function[Tensor]] = Function(np.percentile, "percentile(x, 25)", "Tensor(1.5)")
nanquantile: Final[Function[Tensor]] = Function(
    np.nanquantile, "nanquantile(x, 0.5)", "Tensor(2.5)", "[1.0, mg.nan, 4.0]"
)
nanpercentile: Final[Function[Tensor]] = Function(
    np.nanpercentile, "nanpercentile(x, 50)", "Tensor(2.5)", "[1.0, mg.nan, 4.0]"
)
convolve: Final[Function[Tensor]] = Function(np.convolve, "convolve(x, [1.0, -1.0])", "Tensor([ 1.,  1.,  2., -4.])")
correlate: Final[Function[Tensor]] = Function(np.correlate, "correlate(x, [1.0, -1.0])", "Tensor([-1., -2.])")
