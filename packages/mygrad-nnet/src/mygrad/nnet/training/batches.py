"""Batches of data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.nnet._numbers import flag, unmasked
from mygrad.nnet.modules._made import size as whole

if TYPE_CHECKING:
    from mygrad.nnet.initializers._random import Seed
    from mygrad.typing import ArrayLike

__all__ = ["Batches"]


class Batches:
    """The data, in batches, as often as they are gone through.

    Parameters
    ----------
    *arrays : array_like, shape (N, ...)
        Data and their labels, say: what belongs together has the same place in each.
    size : int
        How many data are in a batch. The last one may be smaller.
    shuffle : bool
        Whether the data come in a new order each time.
    drop_last : bool
        Whether a last batch that is smaller is left out.
    rng : Generator | int | Sequence[int] | SeedSequence, optional
        Where the order comes from, or the seed for that. By default from NumPy's global state.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet.training import Batches
    >>> images, labels = np.zeros((10, 8, 8)), np.arange(10)
    >>> batches = Batches(images, labels, size=4, rng=0)
    >>> len(batches)
    3
    >>> for x, y in batches:
    ...     print(x.shape, y)
    (4, 8, 8) [4 6 2 7]
    (4, 8, 8) [3 5 9 0]
    (2, 8, 8) [8 1]
    """

    def __init__(
        self, *arrays: ArrayLike, size: int, shuffle: bool = True, drop_last: bool = False, rng: Seed = None
    ) -> None:
        if not arrays:
            raise TypeError("Batches: there are no data")
        self.arrays: list[np.ndarray[Any, Any]] = [unmasked(a) for a in arrays]
        shapes = [a.shape for a in self.arrays]
        if not all(shapes):
            raise ValueError("Batches: a number has no axis to take batches along")
        if len({shape[0] for shape in shapes}) > 1:
            raise ValueError(f"Batches: arrays must have the same length, but their shapes are {shapes}")
        self.size: int = whole("Batches", "size", size)
        self.shuffle: bool = flag("shuffle", shuffle)
        self.drop_last: bool = flag("drop_last", drop_last)
        self.rng: Any = np.random if rng is None else np.random.default_rng(rng)

    def __len__(self) -> int:
        """The number of batches."""
        whole, rest = divmod(len(self.arrays[0]), self.size)
        return whole + bool(rest and not self.drop_last)

    def __iter__(self) -> Iterator[Any]:
        """Go through the data once.

        Yields
        ------
        tuple[ndarray, ...] | ndarray
            A part of each array; if there is but one, that part alone.
        """
        n = len(self.arrays[0])
        order = self.rng.permutation(n) if self.shuffle else None
        for start in range(0, len(self) * self.size, self.size):
            part = slice(start, start + self.size)
            found = tuple([a[part if order is None else order[part]] for a in self.arrays])
            yield found if len(found) > 1 else found[0]

    def __repr__(self) -> str:
        shapes = ", ".join(f"{a.dtype} {a.shape}" for a in self.arrays)
        return f"Batches({shapes}, size={self.size}, shuffle={self.shuffle}, drop_last={self.drop_last})"
