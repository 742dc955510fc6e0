"""Einstein's summation, in both its calling conventions, by the primitives that have rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad._dispatch.registry import implements
from mygrad._docs import fill_in
from mygrad._engine.operands import unwrap
from mygrad._engine.outputs import write_out
from mygrad._results import settled, sized
from mygrad._rules.einsum import (
    LOWERCASE,
    UPPERCASE,
    contractible,
    einsum_of_diagonal,
    einsum_of_many,
    einsum_of_one,
    in_pairs,
)

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import DTypeLike, Out

__all__ = ["einsum"]


@implements(np.einsum)
def einsum(
    *operands: Any,
    optimize: Any = False,
    out: Out = None,
    constant: bool | None = None,
    dtype: DTypeLike = None,
    order: str = "K",
    casting: str = "safe",
) -> Tensor:
    """Einstein's summation: products summed over the axes that share a label.

    Parameters
    ----------
    *operands : str | array_like
        Subscripts and arrays, as in ``einsum("ij,jk->ik", a, b)``; or arrays that are each followed by a list
        of integers as labels, and at the end such a list for the result: ``einsum(a, [0, 1], b, [1, 2], [0,
        2])``. A label may occur twice in an array (its diagonal), and ``...`` stands for axes that are
        broadcast.
    optimize : bool | str | list, optional
        Whether to look for a good order of contraction; or one of the strategies, or a path, of
        `numpy.einsum_path`.
    {out}
    {constant if all operands are constants}
    dtype, order, casting
        As for `numpy.einsum`.

    Returns
    -------
    Tensor
        A view, if nothing is summed or multiplied.

    Raises
    ------
    ValueError
        If the subscripts do not fit the arrays.

    Examples
    --------
    >>> import mygrad as mg
    >>> x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> diagonal = mg.einsum("ii->i", x)
    >>> diagonal, diagonal.base is x
    (Tensor([1., 4.]), True)
    >>> mg.einsum("ij,j->i", x, [1.0, -1.0]).backward()
    >>> x.grad
    array([[ 1., -1.],
           [ 1., -1.]])
    """
    params: dict[str, Any] = {}
    if dtype is not None:
        params["dtype"] = dtype
    if order != "K":
        params["order"] = order
    if casting != "safe":
        params["casting"] = casting
    result = settled(_einsum(*operands, optimize=optimize, **params), constant)
    if out is None:
        return result
    options = {"optimize": optimize, **params}
    return write_out(out, result, lambda written: np.einsum(*unwrap(operands), out=written, **options))


def _einsum(*operands: Any, optimize: Any = False, **params: Any) -> Any:
    if operands and isinstance(operands[0], str):
        subscripts, given = operands[0], operands[1:]
    else:
        subscripts, given = _from_sublists(operands)
    arrays = [sized(a) for a in given]
    params["subscripts"] = subscripts
    if optimize is not False:
        params["optimize"] = optimize
    if len(arrays) > 2 and len(params) == 1 and (explicit := contractible(subscripts, arrays)):
        return in_pairs(explicit, arrays, lambda _product, step, *pair: einsum_of_many(*pair, subscripts=step))
    if len(arrays) != 1:
        return einsum_of_many(*arrays, **params)
    labels = subscripts.partition("->")[0].replace(" ", "").replace(".", "")
    one = einsum_of_one if len(set(labels)) == len(labels) else einsum_of_diagonal
    return one(*arrays, **params)


def _from_sublists(operands: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """Subscripts in letters, from ``einsum(op0, sublist0, op1, sublist1, ..., [sublist_out])``."""
    paired = len(operands) // 2 * 2
    subscripts = ",".join(map(_letters, operands[1:paired:2]))
    if paired < len(operands):
        subscripts += "->" + _letters(operands[-1])
    return subscripts, operands[:paired:2]


def _letters(sublist: Iterable[Any]) -> str:
    symbols = UPPERCASE + LOWERCASE  # sorted, as an implicit output is
    letters = []
    for label in sublist:
        if label is Ellipsis:
            letters.append("...")
        elif not hasattr(label, "__index__"):
            raise TypeError(f"einsum: each subscript must be either an integer or an ellipsis, got {label!r}")
        elif not 0 <= label < len(symbols):
            raise ValueError(f"einsum: subscript {label} is not within the valid range [0, {len(symbols)})")
        else:
            letters.append(symbols[label])
    return "".join(letters)


fill_in(globals())
