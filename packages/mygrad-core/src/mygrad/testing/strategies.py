"""Hypothesis strategies for tensors, and for what functions of arrays take besides them.

They are meant for tests of one's own operations. They need hypothesis: ``pip install mygrad-core[testing]``.

Examples
--------
>>> import numpy as np
>>> from hypothesis import given
>>> from mygrad.testing import check_grads
>>> from mygrad.testing.strategies import tensors
>>> @given(tensors(elements={"min_value": 0.1, "max_value": 10.0}))
... def test_log(x):
...     check_grads(np.log, x)
>>> test_log()
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

try:
    from hypothesis import strategies as st
    from hypothesis.extra import numpy as hnp
except ModuleNotFoundError as _error:
    raise ImportError(
        "mygrad.testing.strategies needs hypothesis. Install it by: pip install mygrad-core[testing]"
    ) from _error

from mygrad.tensor import Tensor

__all__ = [
    "arrays",
    "axes",
    "broadcastable_shapes",
    "indices",
    "layouts",
    "reductions",
    "shapes",
    "tensors",
    "views",
]

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]
Strategy = st.SearchStrategy


def shapes(min_dims: int = 0, max_dims: int = 3, min_side: int = 0, max_side: int = 4) -> Strategy[Shape]:
    """Shapes of small arrays: 0-d and empty ones among them.

    Examples
    --------
    >>> from hypothesis import find
    >>> from mygrad.testing.strategies import shapes
    >>> find(shapes(), lambda shape: len(shape) == 2)
    (0, 0)
    """
    return hnp.array_shapes(min_dims=min_dims, max_dims=max_dims, min_side=min_side, max_side=max_side)


def broadcastable_shapes(shape: Shape) -> Strategy[Shape]:
    """Shapes of arrays that broadcast to `shape`.

    Examples
    --------
    >>> from hypothesis import find
    >>> from mygrad.testing.strategies import broadcastable_shapes
    >>> find(broadcastable_shapes((2, 3)), lambda shape: len(shape) == 2 and shape[1] > 1)
    (1, 3)
    """

    def stretch(kept: int) -> Strategy[Shape]:
        sides = [st.sampled_from((1, n)) for n in shape[len(shape) - kept :]]
        return st.tuples(*sides)

    return st.integers(0, len(shape)).flatmap(stretch)


@st.composite
def layouts(draw: st.DrawFn, array: Array) -> Array:
    """The same array in some memory order: C, Fortran, reversed, or with gaps.

    Parameters
    ----------
    array : ndarray

    Examples
    --------
    >>> import numpy as np
    >>> from hypothesis import find
    >>> from mygrad.testing.strategies import layouts
    >>> array = find(layouts(np.array([[1, 2], [3, 4]])), lambda array: array.flags.f_contiguous)
    >>> array
    array([[1, 2],
           [3, 4]])
    >>> array.strides
    (8, 16)
    """
    order = draw(st.permutations(range(array.ndim)))
    steps = [draw(st.sampled_from((1, 1, 2, -1))) for _ in range(array.ndim)]
    memory = np.zeros([n * abs(step) for n, step in zip(array.shape, steps, strict=True)], array.dtype)
    memory = memory.transpose(order).copy("C").transpose(np.argsort(order))
    strided: Any = (*(slice(None, None, step) for step in steps), ...)
    view: Array = memory[strided]
    view[...] = array
    return view


@st.composite
def arrays(
    draw: st.DrawFn,
    dtype: Any = np.float64,
    shape: Shape | Strategy[Shape] | None = None,
    elements: Strategy[Any] | Mapping[str, Any] | None = None,
) -> Array:
    """Arrays, in any memory order.

    Parameters
    ----------
    dtype : dtype_like or a strategy for them
    shape : tuple[int, ...] or a strategy for them, optional
        By default `shapes`.
    elements : strategy or dict, optional
        A strategy for the numbers, or arguments for that of the dtype, such as ``{"min_value": 0.1}``. By default they
        are between -10 and 10.
    """
    dtype = np.dtype(draw(dtype) if isinstance(dtype, Strategy) else dtype)
    if elements is None and dtype.kind in "fi":
        elements = {"min_value": -10, "max_value": 10}
    if isinstance(elements, Mapping) and dtype.kind == "f":
        elements = {"allow_nan": False, "allow_subnormal": False, **elements}
    array = draw(hnp.arrays(dtype, shapes() if shape is None else shape, elements=elements))
    return draw(layouts(array))


@st.composite
def tensors(
    draw: st.DrawFn,
    dtype: Any = np.float64,
    shape: Shape | Strategy[Shape] | None = None,
    elements: Strategy[Any] | Mapping[str, Any] | None = None,
    constant: bool | Strategy[bool] | None = None,
) -> Tensor:
    """Tensors, in any memory order.

    Parameters
    ----------
    dtype, shape, elements
        As of `arrays`.
    constant : bool or a strategy for them, optional
        By default what holds for the dtype.

    Examples
    --------
    >>> from hypothesis import find
    >>> from mygrad.testing.strategies import tensors
    >>> find(tensors(shape=(2, 3)), lambda t: t.sum() > 1).shape
    (2, 3)
    """
    array = draw(arrays(dtype, shape, elements))
    if isinstance(constant, Strategy):
        constant = draw(constant)
    # A copy would bring the memory in order, so the array is handed over.
    return Tensor(array, constant=constant, copy=False)


def axes(ndim: int) -> Strategy[int | tuple[int, ...] | None]:
    """Values of `axis` for functions that reduce an array: None, an axis or several, counted from either end.

    Examples
    --------
    >>> from hypothesis import find
    >>> from mygrad.testing.strategies import axes
    >>> find(axes(2), lambda axis: isinstance(axis, tuple) and len(axis) == 2)
    (0, 1)
    """
    options: list[Strategy[Any]] = [st.none(), hnp.valid_tuple_axes(ndim)]
    if ndim:
        options.append(st.integers(-ndim, ndim - 1))
    return st.one_of(options)


def reductions(ndim: int) -> Strategy[dict[str, Any]]:
    """The keywords `axis` and `keepdims`, or some of them.

    Examples
    --------
    >>> from hypothesis import find
    >>> from mygrad.testing.strategies import reductions
    >>> find(reductions(2), lambda keywords: len(keywords) == 2)
    {'axis': None, 'keepdims': False}
    """
    return st.fixed_dictionaries({}, optional={"axis": axes(ndim), "keepdims": st.booleans()})


@st.composite
def indices(draw: st.DrawFn, shape: Shape, kind: str = "any") -> Any:
    """Indices of an array of the given shape.

    Parameters
    ----------
    shape : tuple[int, ...]
    kind : {"any", "basic", "integer", "mask"}
        "basic": numbers, slices, new axes and the ellipsis. "integer": arrays of integers, with repeats, that broadcast
        against each other, perhaps together with slices. "mask": a boolean array for the leading axes.

    Examples
    --------
    >>> from hypothesis import find
    >>> from mygrad.testing.strategies import indices
    >>> find(indices((2, 3), kind="mask"), lambda mask: mask.ndim == 2).shape
    (2, 3)
    """
    kinds = ["basic", "mask"] if shape else ["basic"]
    if shape and 0 not in shape:
        kinds.append("integer")
    if kind == "any":
        kind = draw(st.sampled_from(kinds))
    elif kind not in kinds:
        raise ValueError(f"there is no index of kind {kind!r} for shape {shape}")
    if kind == "basic":
        return draw(hnp.basic_indices(shape, allow_newaxis=True, max_dims=len(shape) + 2))
    covered = draw(st.integers(1, len(shape)))
    if kind == "mask":
        return draw(hnp.arrays(bool, shape[:covered]))
    together = draw(hnp.array_shapes(min_dims=0, max_dims=2, min_side=1, max_side=3))
    index: list[Any] = []
    for n in shape[:covered]:
        if draw(st.booleans()):
            index.append(slice(None))
        else:
            part = draw(broadcastable_shapes(together))
            dtype = draw(st.sampled_from((np.int64, np.int8, np.intp)))
            index.append(draw(hnp.arrays(dtype, part, elements=st.integers(-n, n - 1))))
    return tuple(index)


@st.composite
def views(draw: st.DrawFn, tensor: Any) -> Any:
    """Views of a tensor (or an array): by basic indices, with other axes or in another order of them.

    Examples
    --------
    >>> from hypothesis import find
    >>> import mygrad as mg
    >>> from mygrad.testing.strategies import views
    >>> x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> view = find(views(x), lambda view: view.ndim == 3)
    >>> view.base is x
    True
    """
    for take in draw(st.lists(st.sampled_from((_part, _transposed, _expanded)), min_size=1, max_size=3)):
        tensor = take(draw, tensor)
    return tensor


def _part(draw: st.DrawFn, tensor: Any) -> Any:
    # With an ellipsis: numbers alone would select an element, which is no view.
    index = draw(hnp.basic_indices(tensor.shape, allow_ellipsis=False))
    return tensor[(*(index if isinstance(index, tuple) else (index,)), ...)]


def _transposed(draw: st.DrawFn, tensor: Any) -> Any:
    return np.transpose(tensor, draw(st.permutations(range(tensor.ndim))))


def _expanded(draw: st.DrawFn, tensor: Any) -> Any:
    return np.expand_dims(tensor, draw(st.integers(-tensor.ndim - 1, tensor.ndim)))
