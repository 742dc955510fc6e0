"""NumPy's functions that create arrays, asked by ``like=`` for an array of a tensor's kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mygrad._dispatch.operands import has_variable, unwrap
from mygrad._dispatch.registry import composes
from mygrad._engine import handle as _handle
from mygrad._engine.apply import as_operand, call
from mygrad._engine.handle import Handle
from mygrad._rules.shapes import astype


def _tensor_of(array: Any) -> Any:
    return array if isinstance(array, Handle) else _handle.tensor_class(array, copy=False)


def _creates(func: Callable[..., Any]) -> None:
    @composes(func)
    def create(*args: Any, **kwargs: Any) -> Any:
        return _tensor_of(func(*unwrap(args), **unwrap(kwargs)))


for _func in (
    np.arange,
    np.empty,
    np.eye,
    np.frombuffer,
    np.fromfile,
    np.fromfunction,
    np.fromiter,
    np.fromstring,
    np.genfromtxt,
    np.identity,
    np.loadtxt,
    np.ones,
    np.tri,
    np.zeros,
):
    _creates(_func)
