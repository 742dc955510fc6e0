"""Products of the arrays' last axes: NumPy's generalised ufuncs."""

from __future__ import annotations

from typing import Final

import numpy as np

from mygrad.ufuncs import ufunc

__all__ = ["matmul", "vecdot"]

_DOC = """\
{summary}

Parameters
----------
x1, x2 : array_like
    {operands}
out : Tensor | ndarray | tuple, optional
    Where to put the result. A tensor is written in place, as a part of the graph.
dtype : dtype_like, optional
    The type of number to compute with.
casting, order, subok, signature, axes, axis, keepdims
    As for NumPy's function.
constant : bool, optional
    Whether gradients stop at the result. By default they do if both operands are constants, or if the result
    is not of a floating-point dtype.

Returns
-------
Tensor

Raises
------
ValueError
    If the shapes do not fit, or ``constant=False`` is asked of integers.

Examples
--------
>>> import mygrad as mg
{example}"""

matmul: Final = ufunc(
    np.matmul,
    _DOC.format(
        summary="Matrix product ``x1 @ x2``.",
        operands="""\
Matrices in their last two axes; further axes are broadcast. An operand with one axis is a vector: a row if it
    is `x1`, a column if it is `x2`.""",
        example="""\
>>> x1, x2 = mg.tensor([[1.0, 2.0], [3.0, 4.0]]), mg.tensor([1.0, 10.0])
>>> y = mg.matmul(x1, x2)
>>> y
Tensor([21., 43.])
>>> y.backward()
>>> x1.grad
array([[ 1., 10.],
       [ 1., 10.]])
>>> x2.grad
array([4., 6.])
""",
    ),
)

vecdot: Final = ufunc(
    np.vecdot,
    _DOC.format(
        summary="Scalar products of the vectors in the last axes.",
        operands="Vectors in their last axis, of equal length; further axes are broadcast.",
        example="""\
>>> x1, x2 = mg.tensor([[1.0, 2.0], [3.0, 4.0]]), mg.tensor([1.0, 10.0])
>>> y = mg.vecdot(x1, x2)
>>> y
Tensor([21., 43.])
>>> y.backward()
>>> x2.grad
array([4., 6.])
""",
    ),
)

if hasattr(np, "matvec"):  # NumPy 2.2
    __all__ += ["matvec", "vecmat"]
    matvec: Final = ufunc(
        np.matvec,
        _DOC.format(
            summary="Products of the matrices in the last two axes of `x1` and the vectors in the last axis of `x2`.",
            operands="Of equal length along their last axes; further axes are broadcast.",
            example="""\
>>> x1, x2 = mg.tensor([[1.0, 2.0], [3.0, 4.0]]), mg.tensor([1.0, 10.0])
>>> mg.matvec(x1, x2).backward()
>>> x2.grad
array([4., 6.])
""",
        ),
    )
    vecmat: Final = ufunc(
        np.vecmat,
        _DOC.format(
            summary="Products of the vectors in the last axis of `x1` and the matrices in the last two axes of `x2`.",
            operands="As many rows in `x2` as `x1` has entries along its last axis; further axes are broadcast.",
            example="""\
>>> x1, x2 = mg.tensor([1.0, 10.0]), mg.tensor([[1.0, 2.0], [3.0, 4.0]])
>>> mg.vecmat(x1, x2).backward()
>>> x1.grad
array([3., 7.])
""",
        ),
    )
