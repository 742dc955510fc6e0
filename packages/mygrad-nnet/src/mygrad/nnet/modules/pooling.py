"""Pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mygrad.nnet._numbers import flag
from mygrad.nnet.layers import adaptive_avg_pool, adaptive_max_pool, average_pool, global_avg_pool, max_pool
from mygrad.nnet.layers._windows import pooling
from mygrad.nnet.module import Module
from mygrad.nnet.modules._made import plain, settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mygrad import Tensor
    from mygrad.nnet.layers._windows import Padding
    from mygrad.typing import ArrayLike

__all__ = ["AdaptiveAveragePool", "AdaptiveMaxPool", "AveragePool", "GlobalAveragePool", "MaxPool"]


class _Pool(Module):
    """The settings that `MaxPool` and `AveragePool` have in common."""

    def __init__(
        self,
        pool: Sequence[int],
        stride: int | Sequence[int] | None = None,
        *,
        padding: Padding = 0,
        floor: bool = True,
    ) -> None:
        self.pool: Any = plain(pool)
        self.stride: Any = self.pool if stride is None else plain(stride)
        self.padding: Any = plain(padding)
        # What does not depend on the data is said to be wrong here, and not when the model is called.
        shape = (2**30,) * len(self.pool) if isinstance(self.pool, tuple) else ()
        pooling(type(self).__name__, shape, self.pool, self.stride, self.padding, True)
        self.floor: bool = floor

    def describe(self) -> str:
        """The settings."""
        return settings(self.pool, **self._settings())

    def _settings(self) -> dict[str, tuple[Any, Any]]:
        return {"stride": (self.stride, self.pool), "padding": (self.padding, 0), "floor": (self.floor, True)}


class MaxPool(_Pool):
    """The largest entry of each window over the last axes.

    Parameters
    ----------
    pool : Sequence[int]
        The lengths of the window: (2, 2) for images.
    stride : int | Sequence[int], optional
        How far the window moves: by default, by its lengths.
    padding : int | Sequence[int]
        How many entries, which are never the largest, are put before and after the data.
    floor : bool
        Whether data that the window does not reach are left out, where the stride leaves a rest. If not, that is an
        error.

    See Also
    --------
    mygrad.nnet.layers.max_pool : the function.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet.modules import MaxPool
    >>> MaxPool((2, 2))(np.array([[0.0, 9.0, 4.0, 1.0], [2.0, 7.0, 3.0, 5.0]]))
    Tensor([[9., 5.]])
    """

    def __call__(self, x: ArrayLike) -> Tensor:
        """The largest entries, of shape (..., G0, G1, ...)."""
        return max_pool(x, self.pool, self.stride, padding=self.padding, floor=self.floor)


class AveragePool(_Pool):
    """The mean of each window over the last axes.

    Parameters
    ----------
    pool : Sequence[int]
        The lengths of the window: (2, 2) for images.
    stride : int | Sequence[int], optional
        How far the window moves: by default, by its lengths.
    padding : int | Sequence[int]
        How many zeros are put before and after the data.
    count_padding : bool
        Whether the zeros of the padding count. If not, means are those of the data in a window.
    floor : bool
        Whether data that the window does not reach are left out, where the stride leaves a rest. If not, that is an
        error.

    See Also
    --------
    mygrad.nnet.layers.average_pool : the function.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet.modules import AveragePool
    >>> AveragePool((2, 2))(np.array([[0.0, 9.0, 4.0, 1.0], [2.0, 7.0, 3.0, 5.0]]))
    Tensor([[4.5 , 3.25]])
    """

    def __init__(
        self,
        pool: Sequence[int],
        stride: int | Sequence[int] | None = None,
        *,
        padding: Padding = 0,
        count_padding: bool = True,
        floor: bool = True,
    ) -> None:
        super().__init__(pool, stride, padding=padding, floor=floor)
        self.count_padding: bool = flag("count_padding", count_padding)

    def __call__(self, x: ArrayLike) -> Tensor:
        """The means, of shape (..., G0, G1, ...)."""
        return average_pool(
            x, self.pool, self.stride, padding=self.padding, count_padding=self.count_padding, floor=self.floor
        )

    def _settings(self) -> dict[str, tuple[Any, Any]]:
        return super()._settings() | {"count_padding": (self.count_padding, True)}


class _AdaptivePool(Module):
    """The setting that `AdaptiveMaxPool` and `AdaptiveAveragePool` have in common."""

    def __init__(self, shape: Sequence[int]) -> None:
        self.shape: Any = plain(shape)

    def describe(self) -> str:
        """The shape."""
        return settings(self.shape)


class AdaptiveMaxPool(_AdaptivePool):
    """The largest entries of windows that are as large as it takes for the result to have a shape that is given.

    Parameters
    ----------
    shape : Sequence[int]
        Of the last axes of the result.

    See Also
    --------
    mygrad.nnet.layers.adaptive_max_pool : the function.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet.modules import AdaptiveMaxPool
    >>> AdaptiveMaxPool((2,))(np.array([1.0, 5.0, 2.0, 7.0, 3.0]))
    Tensor([5., 7.])
    """

    def __call__(self, x: ArrayLike) -> Tensor:
        """The largest entries."""
        return adaptive_max_pool(x, self.shape)


class AdaptiveAveragePool(_AdaptivePool):
    """Means over windows that are as large as it takes for the result to have a shape that is given.

    Parameters
    ----------
    shape : Sequence[int]
        Of the last axes of the result.

    See Also
    --------
    mygrad.nnet.layers.adaptive_avg_pool : the function.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet.modules import AdaptiveAveragePool
    >>> AdaptiveAveragePool((2, 2))(np.ones((5, 3, 7, 9))).shape
    (5, 3, 2, 2)
    """

    def __call__(self, x: ArrayLike) -> Tensor:
        """The means."""
        return adaptive_avg_pool(x, self.shape)


class GlobalAveragePool(Module):
    """The mean of each channel of each datum.

    See Also
    --------
    mygrad.nnet.layers.global_avg_pool : the function.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet.modules import GlobalAveragePool
    >>> GlobalAveragePool()(np.ones((5, 3, 7, 9))).shape
    (5, 3)
    """

    def __call__(self, x: ArrayLike) -> Tensor:
        """The means, of shape (N, C), for data of shape (N, C, X0, X1, ...)."""
        return global_avg_pool(x)
