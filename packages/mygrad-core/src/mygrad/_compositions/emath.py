"""`numpy.emath`: functions of real numbers, which NumPy extends to complex numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from inspect import signature
from typing import Any

import numpy as np
from numpy.lib import scimath

from mygrad._dispatch.registry import implements
from mygrad._engine.operands import sized, unwrap
from mygrad._rules.complexes import is_complex
from mygrad._rules.recorded import assumed
from mygrad._rules.shapes import astype

__all__: list[str] = []

_signature = cache(signature)


def _extend(extended: Callable[..., Any], restricted: Callable[..., Any], inside: Callable[..., Any]) -> None:
    """Let a function of `numpy.emath` be another one: of complex numbers, if an argument is not `inside`."""

    @implements(extended)
    @wraps(restricted)
    def extending(*args: Any, **kwargs: Any) -> Any:
        args = tuple(map(sized, _signature(extended).bind(*args, **kwargs).args))
        if not (any(map(is_complex, args)) or assumed(np.all(inside(*args)))):
            of_arrays = extended(*unwrap(args))  # or NumPy's error
            args = tuple([astype(a, np.promote_types(a.dtype, np.complex64)) for a in args])
            return astype(restricted(*args), of_arrays.dtype)
        return restricted(*args)


def _logn(n: Any, x: Any) -> Any:
    return np.emath.log(x) / np.emath.log(n)


def _power(x: Any, p: Any) -> Any:
    return np.power(x, p if assumed(np.all(p >= 0)) else p * 1.0)  # integers have no negative powers


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
    (scimath.power, _power, lambda x, _p: _is_positive(x)),
    (scimath.arccos, np.arccos, _is_sine),
    (scimath.arcsin, np.arcsin, _is_sine),
    (scimath.arctanh, np.arctanh, _is_sine),
)
for _functions in _RESTRICTED:
    _extend(*_functions)
