"""Parts of arrays, and functions of them, under NumPy's signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mygrad._functions import Function

if TYPE_CHECKING:
    from mygrad.tensor import Tensor

__all__ = ["apply_along_axis", "apply_over_axes", "ix_", "piecewise", "trim_zeros"]

_MATRIX = "[[1.0, 2.0], [3.0, 4.0]]"

apply_along_axis: Final[Function[Tensor]] = Function(
    np.apply_along_axis, "apply_along_axis(mg.prod, 1, x)", "Tensor([ 2., 12.])", _MATRIX
)
apply_over_axes: Final[Function[Tensor]] = Function(
    np.apply_over_axes, "apply_over_axes(mg.sum, x, [0])", "Tensor([[4., 6.]])", _MATRIX
)
ix_: Final[Function[tuple[Tensor, ...]]] = Function(np.ix_, "ix_(x, [0, 1])[1]", "Tensor([[0, 1]])")
piecewise: Final[Function[Tensor]] = Function(
    np.piecewise, "piecewise(x, [x < 2.0], [mg.square, 5.0])", "Tensor([1., 5., 5.])"
)
trim_zeros: Final[Function[Tensor]] = Function(
    np.trim_zeros, "trim_zeros(x)", "Tensor([1., 2.])", "[0.0, 1.0, 2.0, 0.0]"
)
