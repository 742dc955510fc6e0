"""Transforms by cosines and by sines.

Those of types 1 and 4 are symmetric, and those of types 2 and 3 the transposes of each other; save for the first or the
last entry, of which SciPy's are a multiple of what an orthogonal matrix would give, unless it is told to orthogonalize.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import scipy.fft

from mygrad.scipy.fft._transform import fitted, public, sizes_along, weighted

__all__ = ["dct", "dctn", "dst", "dstn", "idct", "idctn", "idst", "idstn"]

_TRANSPOSED = {1: 1, 2: 3, 3: 2, 4: 4}
#: The same factor in the direction of the inverse.
_SWAPPED = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}
#: Which entries the transpose doubles before, and halves after.
_ENDS: dict[tuple[str, int], tuple[tuple[int, ...], tuple[int, ...]]] = {
    ("dct", 1): ((0, -1), (0, -1)),
    ("dct", 2): ((0,), ()),
    ("dct", 3): ((), (0,)),
    ("dst", 2): ((-1,), ()),
    ("dst", 3): ((), (-1,)),
}

#: Whether SciPy orthogonalizes the transforms of complex numbers, too, if told to. Until 1.17 it goes by the norm.
_HEEDED = bool(scipy.fft.dct([1.0, 0.0j], orthogonalize=True)[0] != scipy.fft.dct([1.0, 0.0j])[0])


def _transpose(name: str) -> Any:
    inverse, kind = name[0] == "i", name.removeprefix("i").removesuffix("n")
    transform = getattr(scipy.fft, f"{kind}n")

    def transpose(
        g: Any, shape: Any, *, type: int, norm: Any, orthogonalize: Any, workers: Any = None, **how: Any
    ) -> Any:
        s, axes = (how["n"], how["axis"]) if "axis" in how else (how["s"], how["axes"])
        axes = sizes_along(shape, s, axes)[1]
        if orthogonalize is None or (np.iscomplexobj(g) and not _HEEDED):
            orthogonalize = norm == "ortho"
        if inverse:
            type, norm = _TRANSPOSED[type], _SWAPPED[norm]
        before, after = ((), ()) if orthogonalize else _ENDS.get((kind, type), ((), ()))
        for axis in axes:
            g = weighted(g, axis, before, 2.0)
        back = transform(g, _TRANSPOSED[type], None, axes, norm, orthogonalize=orthogonalize)
        for axis in axes:
            back = weighted(back, axis, after, 0.5)
        return fitted(back, shape)

    return transpose


_LINE, _LINE_GRAD = "[1.0, 3.0]", "array([2., 6.])"
_SQUARE, _SQUARE_GRAD = "[[1.0, 2.0], [3.0, 5.0]]", "array([[ 2.,  4.],\n       [ 6., 10.]])"


def _transform(name: str, summary: str, several: bool = False) -> Callable[..., Any]:
    value, grad = (_SQUARE, _SQUARE_GRAD) if several else (_LINE, _LINE_GRAD)
    return public(name, summary, _transpose(name), value, f"{name}(x, norm='ortho')", grad)


dct: Final[Callable[..., Any]] = _transform("dct", "The discrete cosine transform.")
idct: Final[Callable[..., Any]] = _transform("idct", "The inverse of the discrete cosine transform.")
dst: Final[Callable[..., Any]] = _transform("dst", "The discrete sine transform.")
idst: Final[Callable[..., Any]] = _transform("idst", "The inverse of the discrete sine transform.")
dctn: Final[Callable[..., Any]] = _transform("dctn", "The discrete cosine transform along several axes.", several=True)
idctn: Final[Callable[..., Any]] = _transform(
    "idctn", "The inverse of the discrete cosine transform along several axes.", several=True
)
dstn: Final[Callable[..., Any]] = _transform("dstn", "The discrete sine transform along several axes.", several=True)
idstn: Final[Callable[..., Any]] = _transform(
    "idstn", "The inverse of the discrete sine transform along several axes.", several=True
)
