"""Quantiles and convolution, under NumPy's signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mygrad._functions import Function

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
