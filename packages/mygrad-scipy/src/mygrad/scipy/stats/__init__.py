"""Distributions and statistics of `scipy.stats`, for tensors."""

from typing import Any

from mygrad.scipy.stats import _distributions, _kde, _multivariate, _summaries
from mygrad.scipy.stats._kde import *
from mygrad.scipy.stats._multivariate import *
from mygrad.scipy.stats._summaries import *

__all__: list[str] = [*_distributions.DISTRIBUTIONS]
for _module in (_kde, _multivariate, _summaries):
    __all__ += _module.__all__


def __getattr__(name: str) -> Any:
    if name not in _distributions.DISTRIBUTIONS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _distributions.DISTRIBUTIONS[name]
