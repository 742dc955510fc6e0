"""Polynomials, as arrays of their coefficients from the highest power down, under NumPy's signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mygrad._functions import Function

if TYPE_CHECKING:
    from mygrad.tensor import Tensor

__all__ = [
    "poly",
    "polyadd",
    "polyder",
    "polydiv",
    "polyfit",
    "polyint",
    "polymul",
    "polysub",
    "polyval",
    "vander",
]

poly: Final[Function[Tensor]] = Function(np.poly, "poly(x)", "Tensor([ 1., -7., 14., -8.])")
polyadd: Final[Function[Tensor]] = Function(np.polyadd, "polyadd(x, [1.0, 1.0])", "Tensor([1., 3., 5.])")
polysub: Final[Function[Tensor]] = Function(np.polysub, "polysub(x, [1.0, 1.0])", "Tensor([1., 1., 3.])")
polymul: Final[Function[Tensor]] = Function(np.polymul, "polymul(x, [1.0, 1.0])", "Tensor([1., 3., 6., 4.])")
polydiv: Final[Function[tuple[Tensor, Tensor]]] = Function(
    np.polydiv, "polydiv(x, [1.0, 1.0])", "(Tensor([1., 1.]), Tensor([3.]))"
)
polyder: Final[Function[Tensor]] = Function(np.polyder, "polyder(x)", "Tensor([2., 2.])")
polyint: Final[Function[Tensor]] = Function(np.polyint, "polyint(x, 1).round(2)", "Tensor([0.33, 1.  , 4.  , 0.  ])")
polyval: Final[Function[Tensor]] = Function(np.polyval, "polyval(x, 2.0)", "Tensor(12.)")
polyfit: Final[Function[Any]] = Function(np.polyfit, "polyfit([0.0, 1.0, 2.0], x, 1).round(2)", "Tensor([1.5 , 0.83])")
vander: Final[Function[Tensor]] = Function(np.vander, "vander(x)[1]", "Tensor([4., 2., 1.])")
