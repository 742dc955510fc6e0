"""Decompositions of matrices and what they are taken for, under NumPy's signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mygrad._functions import Function

if TYPE_CHECKING:
    from mygrad.tensor import Tensor

__all__ = ["cond", "eigh", "eigvalsh", "lstsq", "pinv", "qr", "svd", "svdvals"]

_MATRIX = "[[3.0, 0.0], [0.0, 2.0]]"

svd: Final[Function[Any]] = Function(np.linalg.svd, "svd(x).S", "Tensor([3., 2.])", _MATRIX)
svdvals: Final[Function[Tensor]] = Function(np.linalg.svdvals, "svdvals(x)", "Tensor([3., 2.])", _MATRIX)
eigh: Final[Function[Any]] = Function(np.linalg.eigh, "eigh(x).eigenvalues", "Tensor([2., 3.])", _MATRIX)
eigvalsh: Final[Function[Tensor]] = Function(np.linalg.eigvalsh, "eigvalsh(x)", "Tensor([2., 3.])", _MATRIX)
qr: Final[Function[Any]] = Function(np.linalg.qr, "qr(x).R[1]", "Tensor([0., 2.])", _MATRIX)
pinv: Final[Function[Tensor]] = Function(
    np.linalg.pinv, "pinv(x)[0]", "Tensor([0.25, 0.  ])", "[[4.0, 0.0], [0.0, 2.0]]"
)
lstsq: Final[Function[Any]] = Function(np.linalg.lstsq, "lstsq(x, [3.0, 4.0])[0]", "Tensor([1., 2.])", _MATRIX)
cond: Final[Function[Tensor]] = Function(np.linalg.cond, "cond(x)", "Tensor(1.5)", _MATRIX)
