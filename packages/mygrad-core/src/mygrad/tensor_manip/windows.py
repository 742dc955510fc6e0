"""Views of an array through a sliding window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

from mygrad._engine.handle import Handle
from mygrad._engine.operands import as_operand
from mygrad._results import call
from mygrad._rules.windows import windows

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["sliding_window_view"]

D = TypeVar("D", bound="np.dtype[Any]")


@overload
def sliding_window_view(
    arr: Tensor, window_shape: Sequence[int], step: int | Sequence[int], dilation: int | Sequence[int] | None = ...
) -> Tensor: ...
@overload
def sliding_window_view(
    arr: np.ndarray[Any, D],
    window_shape: Sequence[int],
    step: int | Sequence[int],
    dilation: int | Sequence[int] | None = ...,
) -> np.ndarray[Any, D]: ...
@overload
def sliding_window_view(
    arr: ArrayLike, window_shape: Sequence[int], step: int | Sequence[int], dilation: int | Sequence[int] | None = ...
) -> Tensor | np.ndarray[Any, Any]: ...
def sliding_window_view(
    arr: ArrayLike,
    window_shape: Sequence[int],
    step: int | Sequence[int],
    dilation: int | Sequence[int] | None = None,
) -> Any:
    """View an array through a window that slides along its last axes.

    Parameters
    ----------
    arr : array_like, shape (..., N1, ..., Nk)
    window_shape : Sequence[int]
        ``(W1, ..., Wk)``
    step : int | Sequence[int]
        By how much the window moves: ``(S1, ..., Sk)``, or the same along each axis.
    dilation : int | Sequence[int], optional
        How far apart in `arr` neighbours in the window are: ``(D1, ..., Dk)``, or the same along each axis.
        By default 1.

    Returns
    -------
    Tensor | ndarray, shape (G1, ..., Gk, ..., W1, ..., Wk)
        A read-only view: a tensor of a tensor, an array of an array. The window fits into the array at
        ``Gi = (Ni - (Wi - 1) * Di - 1) // Si + 1`` positions along each axis.

    Raises
    ------
    TypeError, ValueError
        If the window does not fit into the array, or if lengths, steps or dilations are not positive
        integers, one for each of the last axes.

    Notes
    -----
    ``out[i1, ..., ik]`` is ``arr[..., i1*S1 : i1*S1 + W1*D1 : D1, ..., ik*Sk : ik*Sk + Wk*Dk : Dk]``.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.arange(5.0)
    >>> y = mg.sliding_window_view(x, window_shape=(3,), step=2)
    >>> y
    Tensor([[0., 1., 2.],
            [2., 3., 4.]])
    >>> y.backward()
    >>> x.grad
    array([1., 1., 2., 1., 1.])
    """
    arr = as_operand(arr)
    if isinstance(arr, Handle):
        return call(windows, arr, window_shape, step, dilation)
    return windows(np.asarray(arr), window_shape, step, dilation)
