"""Fourier transforms, each of which is the transpose of another.

`fft` and `ifft` are their own transposes, `rfft` and `irfft` those of each other, except for conjugates and factors.
All are taken of an array that is cut, or padded with zeros, to a length: so what comes back is padded or cut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from mygrad._rules.rule import defvjp, primitive
from mygrad._rules.shapes import along

__all__ = ["SWAPPED", "conjugate_inside"]

Array = np.ndarray[Any, Any]
Transform = Callable[..., Any]
#: A transform, its axis and its length.
Step = tuple[Transform, int, Any]


#: The same factor in the direction of the other sign.
SWAPPED: dict[str | None, Any] = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}


@primitive
def conjugate_inside(x: Array, axis: int, n: int, factor: float) -> Array:
    """The conjugate of `x`, times a factor except for what belongs to the frequencies 0 and, of even `n`, ``n / 2``.

    Of the `n` frequencies of real numbers, these are the ones that stand for themselves alone. The others come in
    conjugate pairs, of which `x` has one.
    """
    y = np.conjugate(x, order="C")
    edges = along(axis, slice(0, None, n // 2) if n % 2 == 0 else slice(0, 1))
    kept = y[edges].copy()
    reals = y.view(y.real.dtype)
    reals *= factor  # which takes a third of the time of a complex product
    y[edges] = kept
    return y


defvjp(conjugate_inside, lambda g, _y, _x, axis, n, factor: conjugate_inside(g, axis, n, factor), linear=True)

_TRANSPOSES: dict[Transform, Transform] = {
    np.fft.fft: np.fft.fft,
    np.fft.ifft: np.fft.ifft,
    np.fft.rfft: lambda g, n, axis, norm: np.fft.irfft(conjugate_inside(g, axis, n, 0.5), n, axis, SWAPPED[norm]),
    np.fft.irfft: lambda g, n, axis, norm: conjugate_inside(np.fft.rfft(g, n, axis, SWAPPED[norm]), axis, n, 2.0),
}


def _resized(x: Any, length: int, axis: int) -> Any:
    """`x` cut, or padded with zeros, to a length along an axis."""
    missing = length - x.shape[axis]
    if missing <= 0:
        return x[along(axis, slice(length))] if missing else x
    shape = (*x.shape[:axis], missing, *x.shape[axis + 1 :])
    return np.concatenate((x, np.zeros(shape, x.dtype)), axis=axis)


def _pulled_back(g: Any, shape: Iterable[int], steps: Iterable[Step], norm: Any) -> Any:
    """The gradient of what transforms make of an array of that shape, one after the other."""
    lengths, taken = list(shape), []
    for transform, axis, n in steps:
        before = lengths[axis]
        if n is None:
            n = 2 * (before - 1) if transform is np.fft.irfft else before
        lengths[axis] = n // 2 + 1 if transform is np.fft.rfft else n
        taken.append((_TRANSPOSES[transform], before, n, axis % len(lengths)))
    for transpose, before, n, axis in reversed(taken):
        g = _resized(transpose(g, n, axis, norm), before, axis)
    return g


def _enter(transform: Transform) -> None:
    def vjp(g: Any, _y: Any, _a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
        return _pulled_back(g, _a.shape, [(transform, axis, n)], norm)

    defvjp(transform, vjp, linear=True, masks=True)


for _transform in _TRANSPOSES:
    _enter(_transform)


# --- along several axes: one after the other, in this order ---------------------------------------------


def _fftn(axes: list[Any]) -> list[Step]:
    return [(np.fft.fft, *axis) for axis in reversed(axes)]


def _ifftn(axes: list[Any]) -> list[Step]:
    return [(np.fft.ifft, *axis) for axis in reversed(axes)]


def _rfftn(axes: list[Any]) -> list[Step]:
    return [(np.fft.rfft, *axes[-1]), *_fftn(axes[:-1])]


def _irfftn(axes: list[Any]) -> list[Step]:
    return [*[(np.fft.ifft, *axis) for axis in axes[:-1]], (np.fft.irfft, *axes[-1])]


def _enter_several(transform: Transform, steps: Callable[[list[Any]], list[Step]], by_default: Any) -> None:
    def vjp(g: Any, _y: Any, _a: Any, s: Any = None, axes: Any = by_default, norm: Any = None) -> Any:
        if axes is None:
            axes = range(-(_a.ndim if s is None else len(s)), 0)
        lengths = [_a.shape[axis] for axis in axes]
        if s is not None:
            lengths = [length if n == -1 else n for n, length in zip(s, lengths, strict=True)]
        elif transform in (np.fft.irfft2, np.fft.irfftn):
            lengths[-1] = 2 * (lengths[-1] - 1)
        return _pulled_back(g, _a.shape, steps([*zip(axes, lengths, strict=True)]), norm)

    def forward(a: Any, *args: Any, **params: Any) -> Any:
        y = transform(a, *args, **params)
        return y.copy() if y is a else y  # along no axes, NumPy's is the array itself

    defvjp(transform, vjp, forward=forward, linear=True, masks=True)


_enter_several(np.fft.fftn, _fftn, None)
_enter_several(np.fft.fft2, _fftn, (-2, -1))
_enter_several(np.fft.ifftn, _ifftn, None)
_enter_several(np.fft.ifft2, _ifftn, (-2, -1))
_enter_several(np.fft.rfftn, _rfftn, None)
_enter_several(np.fft.rfft2, _rfftn, (-2, -1))
_enter_several(np.fft.irfftn, _irfftn, None)
_enter_several(np.fft.irfft2, _irfftn, (-2, -1))
