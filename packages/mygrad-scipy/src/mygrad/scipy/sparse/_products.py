"""Products of SciPy's own sparse arrays with tensors, under `mygrad.lift`."""

from __future__ import annotations

from typing import Any

import mygrad as mg
from mygrad.extend import lifts, linear
from mygrad.scipy.sparse._arrays import parts_of
from mygrad.scipy.sparse._pattern import product

__all__: list[str] = []

_times = linear(lambda x, *, matrix: matrix @ x, lambda g, _shape, *, matrix: matrix.T @ g)


# It is what SciPy's operators and `dot` call; arrays by coordinates have one of their own.
@lifts("scipy.sparse._coo._coo_base._matmul_dispatch")
@lifts("scipy.sparse._base._spbase._matmul_dispatch")
def _product(a: Any, x: Any, *_more: Any) -> Any:
    if isinstance(getattr(a, "data", None), mg.Tensor):  # as lift has kept it
        data, pattern = parts_of(a)
        return product(data, x, pattern=pattern)
    return _times(x, matrix=a)
