"""The standard's extension for linear algebra, and after it what else `mygrad.linalg` and `numpy.linalg` have."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mygrad import linalg as _mygrads
from mygrad.array_api._results import adapted as _adapted
from mygrad.array_api._results import returning_tensors as _returning_tensors
from mygrad.linalg import (
    cholesky,
    cross,
    det,
    diagonal,
    eigh,
    eigvalsh,
    inv,
    matmul,
    matrix_norm,
    matrix_power,
    matrix_transpose,
    outer,
    pinv,
    qr,
    slogdet,
    solve,
    svd,
    svdvals,
    tensordot,
    trace,
    vecdot,
    vector_norm,
)

if TYPE_CHECKING:
    from mygrad.tensor import Tensor

__all__ = [
    "cholesky",
    "cross",
    "det",
    "diagonal",
    "eigh",
    "eigvalsh",
    "inv",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "trace",
    "vecdot",
    "vector_norm",
]

matrix_rank: Final[Callable[..., Tensor]] = _returning_tensors(np.linalg.matrix_rank)


def __getattr__(name: str) -> Any:
    for source in (_mygrads, np.linalg):
        value = getattr(source, name, None)
        if callable(value) and not name.startswith("_"):
            return _adapted(value)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *vars(_mygrads)["__all__"]})
