"""Images at other places: the splines through their pixels, by the pixels and by the places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.ndimage

from mygrad.extend import composed, has_variable, lifts
from mygrad.scipy._operands import Array, array_operand, operand, plain, refuse, refuse_complex
from mygrad.scipy.ndimage._sampling import sampled

__all__ = ["affine_transform", "map_coordinates", "rotate", "shift", "zoom"]


def _interpolated(
    function: str,
    input: Any,
    output: Any,
    value: Callable[..., Any],
    places: Callable[..., Any],
    *args: Any,
    axes: Any = None,
    on_grid: bool = False,
    **how: Any,
) -> Any:
    """What ``value(input, *args)`` gives, with the derivatives of `input` at ``places(shape, *args)``.

    `shape` is that of the value. There is one array of places for each of some axes of the input, or of all. On a grid,
    they are its lines.
    """
    refuse(function, cval=how["cval"])
    if isinstance(output, np.ndarray):
        raise TypeError(f"{function}: beside variables, `output` can be a dtype, and no array")
    shape: Any = None

    def compute(input: Any, *args: Any) -> Any:
        nonlocal shape
        y = value(input, *args)
        shape = y.shape
        return y

    def composition(input: Any, *args: Any) -> Any:
        mode = {"grid-mirror": "reflect"}.get(how["mode"], how["mode"])
        if input.size == 0:
            return np.zeros(shape) + np.sum(input)
        where = places(shape, *args)
        spline = how["order"], mode, how["cval"], how["prefilter"]
        if axes is None:
            return sampled(input, where, *spline, on_grid=on_grid)
        first = range(len(axes))
        return np.moveaxis(sampled(np.moveaxis(input, axes, first), where, *spline), first, axes)

    return composed(compute, composition)(array_operand(input), *args)


def _lines(shape: Any) -> list[Any]:
    """The places of pixels along each axis."""
    return [np.arange(n, dtype=float) for n in shape]


def _grid(shape: Any) -> list[Any]:
    """The places of pixels."""
    return list(np.indices(shape, dtype=float))


@lifts("scipy.ndimage.map_coordinates")
def map_coordinates(
    input: Array,
    coordinates: Array,
    output: Any = None,
    order: int = 3,
    mode: str = "constant",
    cval: float = 0.0,
    prefilter: bool = True,
) -> Any:
    """An image at other places.

    Parameters
    ----------
    input : array_like
    coordinates : array_like, shape (input.ndim, ...)
        The places, along each axis of the image.
    output : dtype, optional
    order : int
        That of the splines. Those of the orders 0 and 1 have steps and kinks: at a kink, the derivative is that on the
        side of the next pixel.
    mode : str
    cval : float
    prefilter : bool

    See Also
    --------
    scipy.ndimage.map_coordinates

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import map_coordinates
    >>> x, place = mg.tensor([0.0, 1.0, 4.0, 9.0]), mg.tensor([[1.25]])
    >>> y = map_coordinates(x, place, order=1)
    >>> y.backward()
    >>> y, x.grad, place.grad
    (Tensor([1.75]), array([0.  , 0.75, 0.25, 0.  ]), array([[3.]]))
    """
    input, coordinates = operand(input), operand(coordinates)
    how: dict[str, Any] = {"order": order, "mode": mode, "cval": cval, "prefilter": prefilter}
    if not has_variable([input, coordinates, cval]):
        return scipy.ndimage.map_coordinates(input, coordinates, output, **how)

    def value(input: Any, coordinates: Any) -> Any:
        return scipy.ndimage.map_coordinates(input, coordinates, output, **how)

    def places(_shape: Any, coordinates: Any) -> Any:
        return list(coordinates)

    return _interpolated(
        "map_coordinates", input, output, value, places, refuse_complex(array_operand(coordinates, float)), **how
    )


@lifts("scipy.ndimage.shift")
def shift(
    input: Array,
    shift: Any,
    output: Any = None,
    order: int = 3,
    mode: str = "constant",
    cval: float = 0.0,
    prefilter: bool = True,
) -> Any:
    """Shift an image.

    Parameters
    ----------
    input : array_like
    shift : float or sequence of floats
        How far, along all axes or each.
    output : dtype, optional
    order : int
    mode : str
    cval : float
    prefilter : bool

    See Also
    --------
    scipy.ndimage.shift

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import shift
    >>> x, by = mg.tensor([0.0, 1.0, 4.0, 9.0]), mg.tensor(0.5)
    >>> y = shift(x, by, order=1)
    >>> y
    Tensor([0. , 0.5, 2.5, 6.5])
    >>> y[2].backward()
    >>> x.grad, by.grad
    (array([0. , 0.5, 0.5, 0. ]), array(-3.))
    """
    input, by = operand(input), operand(shift)
    how: dict[str, Any] = {"order": order, "mode": mode, "cval": cval, "prefilter": prefilter}
    if not has_variable([input, by, cval]):
        return scipy.ndimage.shift(input, by, output, **how)

    def value(input: Any, by: Any) -> Any:
        return scipy.ndimage.shift(input, by.tolist(), output, **how)  # a number, or a sequence

    def places(shape: Any, by: Any) -> Any:
        each = np.broadcast_to(by, (len(shape),))
        return [line - each[axis] for axis, line in enumerate(_lines(shape))]

    return _interpolated(
        "shift", input, output, value, places, refuse_complex(array_operand(by, float)), on_grid=True, **how
    )


@lifts("scipy.ndimage.zoom")
def zoom(
    input: Array,
    zoom: Any,
    output: Any = None,
    order: int = 3,
    mode: str = "constant",
    cval: float = 0.0,
    prefilter: bool = True,
    *,
    grid_mode: bool = False,
) -> Any:
    """Enlarge an image, or make it smaller.

    Parameters
    ----------
    input : array_like
    zoom : float or sequence of floats
        The size of the result, in sizes of the image. As it is rounded to pixels, no gradient flows to it.
    output : dtype, optional
    order : int
    mode : str
    cval : float
    prefilter, grid_mode : bool

    See Also
    --------
    scipy.ndimage.zoom

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import zoom
    >>> x = mg.tensor([0.0, 1.0, 4.0])
    >>> y = zoom(x, 5 / 3, order=1)
    >>> y
    Tensor([0. , 0.5, 1. , 2.5, 4. ])
    >>> y[3].backward()
    >>> x.grad
    array([0. , 0.5, 0.5])
    """
    input = operand(input)
    refuse("zoom", zoom=zoom)
    how: dict[str, Any] = {"order": order, "mode": mode, "cval": cval, "prefilter": prefilter}
    factor = plain(zoom)
    if not has_variable([input, cval]):
        return scipy.ndimage.zoom(input, factor, output, **how, grid_mode=grid_mode)

    def value(input: Any) -> Any:
        return scipy.ndimage.zoom(input, factor, output, **how, grid_mode=grid_mode)

    def places(shape: Any) -> Any:
        middles = 0.5 * grid_mode  # of pixels, if these are areas
        found = []
        for line, n, m in zip(_lines(shape), np.shape(input), shape, strict=True):
            ratio = n / m if grid_mode else (n - 1) / max(m - 1, 1) if m > 1 else 1.0
            found.append((line + middles) * ratio - middles)
        return found

    return _interpolated("zoom", input, output, value, places, on_grid=True, **how)


@lifts("scipy.ndimage.affine_transform")
def affine_transform(
    input: Array,
    matrix: Array,
    offset: Any = 0.0,
    output_shape: Any = None,
    output: Any = None,
    order: int = 3,
    mode: str = "constant",
    cval: float = 0.0,
    prefilter: bool = True,
) -> Any:
    """Turn, stretch and shift an image: what is at `o` in the result was at ``matrix @ o + offset``.

    Parameters
    ----------
    input : array_like
    matrix : array_like
        Of shape (n, n); (n,) for its diagonal; or with one more column, or column and row, for the offset.
    offset : float or sequence of floats
    output_shape : tuple of ints, optional
    output : dtype, optional
    order : int
    mode : str
    cval : float
    prefilter : bool

    See Also
    --------
    scipy.ndimage.affine_transform

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.ndimage import affine_transform
    >>> x, offset = mg.tensor([0.0, 1.0, 4.0, 9.0]), mg.tensor(0.5)
    >>> y = affine_transform(x, [1.0], offset, order=1)
    >>> y
    Tensor([0.5, 2.5, 6.5, 0. ])
    >>> y[1].backward()
    >>> x.grad, offset.grad
    (array([0. , 0.5, 0.5, 0. ]), array(3.))
    """
    input, matrix, offset = operand(input), operand(matrix), operand(offset)
    how: dict[str, Any] = {"order": order, "mode": mode, "cval": cval, "prefilter": prefilter}
    if not has_variable([input, matrix, offset, cval]):
        return scipy.ndimage.affine_transform(input, matrix, offset, output_shape, output, **how)

    def value(input: Any, matrix: Any, offset: Any) -> Any:
        offset = offset.tolist()  # a number, or a sequence
        return scipy.ndimage.affine_transform(input, matrix, offset, output_shape, output, **how)

    def places(shape: Any, matrix: Any, offset: Any) -> Any:
        n = len(shape)
        if matrix.ndim == 1:
            matrix = matrix * np.eye(n)
        elif matrix.shape[1] == n + 1:
            matrix, offset = matrix[:n, :n], matrix[:n, n]
        return list(_moved(_grid(shape), matrix, np.broadcast_to(offset, (n,))))

    arguments = refuse_complex([array_operand(matrix, float), array_operand(offset, float)])
    return _interpolated("affine_transform", input, output, value, places, *arguments, **how)


def _moved(lines: Any, matrix: Any, offset: Any) -> Any:
    """The places ``matrix @ lines + offset``, along the first axis."""
    turned = np.tensordot(matrix, np.stack(lines), 1)
    return turned + np.reshape(offset, offset.shape + (1,) * (turned.ndim - 1))


@lifts("scipy.ndimage.rotate")
def rotate(
    input: Array,
    angle: Any,
    axes: Any = (1, 0),
    reshape: bool = True,
    output: Any = None,
    order: int = 3,
    mode: str = "constant",
    cval: float = 0.0,
    prefilter: bool = True,
) -> Any:
    """Turn an image.

    Parameters
    ----------
    input : array_like
    angle : float
        In degrees. The derivative by it is that at a fixed shape of the result.
    axes : tuple of two ints
        The plane that is turned.
    reshape : bool
        Whether the result is made so large that it has all of the image.
    output : dtype, optional
    order : int
    mode : str
    cval : float
    prefilter : bool

    See Also
    --------
    scipy.ndimage.rotate

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.scipy.ndimage import rotate
    >>> x, angle = mg.tensor(np.eye(3)), 45.0
    >>> y = rotate(x, angle, reshape=False, order=1)
    >>> y[1].round(4)
    Tensor([0.5858, 1.    , 0.5858])
    >>> y[1, 1].backward()
    >>> x.grad[1, 1].round(4)
    np.float64(1.0)
    """
    input, angle = operand(input), refuse_complex(operand(angle))
    how: dict[str, Any] = {"order": order, "mode": mode, "cval": cval, "prefilter": prefilter}
    if not has_variable([input, angle, cval]) or np.ndim(input) < 2:
        return scipy.ndimage.rotate(plain(input), angle, axes, reshape, output, **how)
    plane = sorted(k % np.ndim(input) for k in axes)

    def value(input: Any, angle: Any) -> Any:
        angle = angle[()] if isinstance(angle, np.ndarray) else angle
        return scipy.ndimage.rotate(input, angle, axes, reshape, output, **how)

    def places(shape: Any, angle: Any) -> Any:
        sizes = np.array([shape[k] for k in plane])
        c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
        matrix = np.stack([np.stack([c, s]), np.stack([-s, c])])
        middle = (np.array([np.shape(input)[k] for k in plane]) - 1) / 2
        return list(_moved(_grid(sizes), matrix, middle - np.matmul(matrix, (sizes - 1) / 2)))

    return _interpolated("rotate", input, output, value, places, angle, axes=plane, **how)
