"""Example calls of functions that complex numbers are put together by, and taken apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from catalogue import Example, call, off_axis
from catalogue.elementwise import spread
from mygrad._rules.complexes import as_complexes, as_reals, imaginary, phase

__all__ = ["EXAMPLES"]

X = spread(-2.0, 2.0, 2, 4)
Z = off_axis(X)

EXAMPLES: dict[Callable[..., Any], list[Example]] = {
    imaginary: [call(X), call(X[0, 0:1].reshape(()))],
    phase: [call(Z), call(Z[0]), call(Z[0, :1].reshape(()))],
    as_reals: [call(Z), call(Z[:, ::1][0]), call(Z[:1, :0])],
    as_complexes: [call(X), call(X[0])],
    np.real: [call(Z), call(Z[::-1])],
    np.imag: [call(Z), call(Z[::-1])],
    np.angle: [call(Z), call(Z, deg=True)],
    np.real_if_close: [call(Z), call(X + 1e-17j)],
    np.conjugate: [call(Z)],
    np.absolute: [call(Z)],
    np.multiply: [call(Z, 2.0 - 0.5j), call(X, 1j)],
    np.power: [call(Z, 3), call(Z, -0.5), call(Z, 1.5 - 0.5j), call(2.0, Z)],
    np.full_like: [call(Z, X)],
    np.astype: [call(Z, np.complex64), call(X, complex)],
    np.copyto: [call(Z, X)],
}
