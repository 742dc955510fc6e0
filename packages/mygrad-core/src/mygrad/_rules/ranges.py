"""Numbers in even steps, between two ends that can be differentiated.

In the k-th number the second end has the weight ``w = k / (num - 1)`` (without `endpoint`, ``k / num``) and
the first has ``1 - w``: as factors in `linspace`, as exponents in `geomspace`.
"""

# mypy: allow-untyped-defs, allow-untyped-calls
# (A vjp repeats NumPy's signature. Annotations would say Any to every parameter and bury the formula.)

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._rules.rule import defvjp
from mygrad._rules.sums import add_up

__all__: list[str] = []


def _to_first(g: Any, num: int, endpoint: bool, axis: int) -> Any:
    return add_up(g * (1 - _weights(g, num, endpoint, axis)), axis)


def _to_second(g: Any, num: int, endpoint: bool, axis: int) -> Any:
    return add_up(g * _weights(g, num, endpoint, axis), axis)


def _weights(g: Any, num: int, endpoint: bool, axis: int) -> Any:
    """The weights of the second end, made to broadcast against `g`."""
    steps = max(num - 1 if endpoint else num, 1)
    shape = [-1 if i == axis % g.ndim else 1 for i in range(g.ndim)]
    return (np.arange(num) / steps).astype(g.dtype).reshape(shape)


def _linspace_start(g, _y, _start, _stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0, *, device=None):
    return _to_first(g, num, endpoint, axis)


def _linspace_stop(g, _y, _start, _stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0, *, device=None):
    return _to_second(g, num, endpoint, axis)


def _geomspace_start(g, y, start, _stop, num=50, endpoint=True, dtype=None, axis=0):
    return _to_first(g * y, num, endpoint, axis) / start


def _geomspace_stop(g, y, _start, stop, num=50, endpoint=True, dtype=None, axis=0):
    return _to_second(g * y, num, endpoint, axis) / stop


defvjp(np.linspace, _linspace_start, _linspace_stop, linear=True)
defvjp(np.geomspace, _geomspace_start, _geomspace_stop)
