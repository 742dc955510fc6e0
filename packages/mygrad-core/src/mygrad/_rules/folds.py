"""The vjps of the methods of ufuncs of two operands: accumulate, reduce, reduceat, and what `at` does to an element.

All of them apply the ufunc step by step, ``y[i] = ufunc(y[i - 1], a[i])``. Its own rule tells how much of each result
depends on the one before. So the gradients of the results are the solution of a linear recurrence, which goes from the
end to the start, and takes log(n) operations on whole arrays. What takes less for some ufuncs stands at the end.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from mygrad._rules.cumulative import cumsum_from_end, recurrence_from_end
from mygrad._rules.indexing import add_at
from mygrad._rules.reductions import as_divisor, by_division, equals, flattened, is_invertible, placed
from mygrad._rules.rule import RULES, defvjp, primitive
from mygrad._rules.shapes import astype

__all__ = ["accumulation_vjp", "fold_at", "reduction_vjp", "segmented_vjp"]

Array = np.ndarray[Any, Any]
VJP = Callable[..., Any]


# --- the steps ----------------------------------------------------------------------------------------


def _scan(ufunc: np.ufunc, g: Any, y: Any, a: Any, used: Any = True) -> Any:
    """The gradient of `a` by that of its accumulation `y` along the last axis, of the steps that were `used`."""
    wrt_before, wrt_entry = _vjps(ufunc)
    step = (y[..., 1:], y[..., :-1], a[..., 1:])
    one = np.ones(step[0].shape, g.dtype)
    dependence = wrt_before(one, *step)
    if dependence is one:
        carried = cumsum_from_end(g, -1)
    else:
        carried = _carried(g, dependence if used is True else np.where(used[..., 1:], dependence, 0))
    return np.concatenate((carried[..., :1], wrt_entry(carried[..., 1:], *step)), axis=-1)


def _scan_of_logarithms(ufunc: np.ufunc, g: Any, y: Any, a: Any) -> Any:
    """The same for sums of exponentials, of which some are infinite: the entries that make them so share equally."""
    if not np.isinf(y).any():
        return _scan(ufunc, g, y, a)
    wrt_before, wrt_entry = _vjps(ufunc)
    step = (y[..., 1:], y[..., :-1], a[..., 1:])
    one = np.ones(step[0].shape, g.dtype)
    ties = np.where(y > 0, np.cumsum(a == np.inf, -1), np.cumsum(a == -np.inf, -1))[..., 1:]
    ties = as_divisor(ties, g.dtype)
    tied = (step[1] == step[2]) & np.isinf(step[2])
    carried = _carried(g, np.where(tied, 1 - 1 / ties, wrt_before(one, *step)))
    share = np.where(tied, 1 / ties, wrt_entry(one, *step))
    return np.concatenate((carried[..., :1], carried[..., 1:] * share), axis=-1)


def _vjps(ufunc: np.ufunc) -> Any:
    return RULES[ufunc].vjps


def _carried(g: Any, dependence: Any) -> Any:
    """The gradients of all results, if ``y[i + 1]`` depends on ``y[i]`` by the factor ``dependence[i]``."""
    first = np.ones(g[..., :1].shape, g.dtype)  # which nothing comes before
    return recurrence_from_end(g, np.concatenate((first, dependence), axis=-1))


def accumulation_vjp(ufunc: np.ufunc) -> VJP:
    """The vjp of ``ufunc.accumulate``."""
    scan = _scan_of_logarithms if ufunc in (np.logaddexp, np.logaddexp2) else _scan

    def vjp(g: Any, y: Any, a: Any, axis: int = 0) -> Any:
        if a.size == 0:
            return np.zeros(a.shape, a.dtype)
        return _along_last(partial(scan, ufunc), axis, g, y, a)

    return vjp


def _along_last(f: Callable[..., Any], axis: int, *arrays: Any) -> Any:
    """The result of `f`, which works along the last axis, for another one."""
    if axis % arrays[0].ndim == arrays[0].ndim - 1:
        return f(*arrays)
    return np.moveaxis(f(*[np.moveaxis(x, axis, -1) for x in arrays]), -1, axis)


def _fold(ufunc: np.ufunc, g: Any, rows: Any, lengths: Any) -> Any:
    """The gradient of ``rows[..., i, :lengths[i]]`` by that of their reductions, ``g[..., i]``; 0 beyond."""
    steps = ufunc.accumulate(rows, -1)
    n, g, lengths = rows.shape[-1], g[..., None], lengths[..., None]
    if np.all(lengths == n):
        return _scan(ufunc, np.concatenate((np.zeros(steps[..., 1:].shape, g.dtype), g), axis=-1), steps, rows)
    place = np.arange(n)
    used = place < lengths
    return np.where(used, _scan(ufunc, np.where(place == lengths - 1, g, 0), steps, rows, used), 0)


def reduction_vjp(ufunc: np.ufunc) -> VJP:
    """The vjp of ``ufunc.reduce``."""

    def vjp(
        g: Any,
        _y: Any,
        a: Any,
        axis: Any = 0,
        keepdims: bool = False,
        initial: Any = ufunc.identity,
        where: Any = True,
    ) -> Any:
        if a.size == 0:
            return np.zeros(a.shape, a.dtype)
        if where is not True:
            a = np.where(where, a, 1)  # whatever is left out, no derivative there is infinite
        rows, restore = flattened(a, axis)
        lengths = np.full(rows.shape[:-1], rows.shape[-1])
        if where is not True:  # what is used comes first
            where, _ = flattened(np.broadcast_to(where, a.shape), axis)
            order = np.argsort(~where, axis=-1, kind="stable")
            rows, lengths = np.take_along_axis(rows, order, -1), np.count_nonzero(where, axis=-1)
        start = 0 if initial is None else 1
        if start:
            first = astype(np.broadcast_to(initial, (*rows.shape[:-1], 1)), rows.dtype)
            rows = np.concatenate((first, rows), axis=-1)
        gradient = _fold(ufunc, np.reshape(g, lengths.shape), rows, lengths + start)[..., start:]
        if where is not True:
            gradient = np.take_along_axis(gradient, np.argsort(order, axis=-1), -1)
        return restore(gradient)

    return vjp


# --- groups of entries ----------------------------------------------------------------------------------


class _Segments:
    """Entries that are reduced together because they follow each other."""

    def __init__(self, lengths: Array) -> None:
        self.lengths = lengths
        self.first = np.cumsum(lengths) - lengths

    def spread(self, v: Any) -> Any:
        """For each entry, what `v` has for its group."""
        return np.repeat(v, self.lengths, -1)

    def count(self, mask: Array) -> Array:
        """How many entries of each group are true."""
        return np.add.reduceat(mask, self.first, -1, np.intp)

    def product(self, x: Array) -> Array:
        return np.multiply.reduceat(x, self.first, -1)

    def in_rows(self, fold: Callable[[Any, Any, Any], Any], g: Any, x: Any) -> Any:
        """The gradient of `x` by that of the results, for a `fold` of rows, of which a length is used.

        Segments of the same length, or of about the same, become the rows of an array.
        """
        if x.size == 0:
            return np.zeros(x.shape, g.dtype)
        widths = self.lengths
        if len(np.unique(widths)) > 8:
            widths = 1 << np.ceil(np.log2(widths)).astype(np.intp)
        gradients, places = [], []
        for width in np.unique(widths):
            chosen = np.flatnonzero(widths == width)
            lengths = self.lengths[chosen]
            if width * len(chosen) == x.shape[-1]:
                return np.reshape(fold(g, np.reshape(x, (*x.shape[:-1], len(chosen), width)), lengths), x.shape)
            positions = self.first[chosen, None] + np.arange(width)
            used = np.arange(width) < lengths[:, None]
            rows = x[..., np.minimum(positions, x.shape[-1] - 1)]
            gradients.append(fold(g[..., chosen], rows, lengths)[..., used])
            places.append(positions[used])
        return np.concatenate(gradients, axis=-1)[..., _inverse(np.concatenate(places))]


class _Targets:
    """Entries that are reduced together because they are written to the same element, whose own entry is the first."""

    def __init__(self, targets: Array, n: int) -> None:
        self.first = np.arange(n)
        self.group = np.concatenate((self.first, targets))

    def spread(self, v: Any) -> Any:
        return v[self.group]

    def count(self, mask: Array) -> Array:
        return np.bincount(self.group[mask], minlength=len(self.first))

    def product(self, x: Array) -> Array:
        products = np.ones(len(self.first), x.dtype)
        np.multiply.at(products, self.group, x)
        return products

    def in_rows(self, fold: Callable[[Any, Any, Any], Any], g: Any, x: Any) -> Any:
        order = _stable_order(self.group, len(self.first))
        return _Segments(np.bincount(self.group)).in_rows(fold, g, x[order])[_inverse(order)]


def _inverse(order: Array) -> Array:
    """The permutation that undoes `order`."""
    inverse = np.empty_like(order)
    inverse[order] = np.arange(len(order))
    return inverse


def _stable_order(keys: Array, n: int) -> Array:
    """``np.argsort(keys, kind="stable")`` of integers below `n`, by NumPy's radix sort, which is for 16 bits."""
    order = np.argsort(keys.astype(np.uint16), kind="stable")
    for shift in range(16, n.bit_length(), 16):
        digits = (keys[order] >> shift).astype(np.uint16)
        order = order[np.argsort(digits, kind="stable")]
    return order


# --- the gradient of the entries by that of the results -------------------------------------------------

Groups = _Segments | _Targets


def _of_steps(ufunc: np.ufunc, g: Any, _y: Any, x: Any, groups: Groups) -> Any:
    return groups.in_rows(partial(_fold, ufunc), g, x)


def _of_sums(g: Any, _y: Any, _x: Any, groups: Groups) -> Any:
    return groups.spread(g)


def _of_differences(g: Any, _y: Any, x: Any, groups: Groups) -> Any:
    return groups.spread(g) * _signs(x, groups)


def _of_products(g: Any, y: Any, x: Any, groups: Groups) -> Any:
    gradient = by_division(g, y, x, groups.spread, groups.count, groups.product)
    return groups.in_rows(_product_of_rows, g, x) if gradient is None else gradient


def _of_quotients(g: Any, y: Any, x: Any, groups: Groups) -> Any:
    if is_invertible(y):
        return groups.spread(g * y) / x * _signs(x, groups)
    return _of_steps(np.divide, g, y, x, groups)


def _signs(x: Any, groups: Groups) -> Any:
    signs = np.full(x.shape[-1], -1, np.int8)
    signs[groups.first] = 1
    return signs


def _product_of_rows(g: Any, rows: Any, lengths: Array) -> Any:
    vjp: Any = RULES[np.prod].vjps[0]
    return vjp(g, g, rows, axis=-1, where=np.arange(rows.shape[-1]) < lengths[:, None])


def _of_extremes(ties: Callable[[Any, Any], Any], g: Any, y: Any, x: Any, groups: Groups) -> Any:
    tied = ties(x, groups.spread(y))
    if np.count_nonzero(tied) == y.size == np.count_nonzero(y == y):  # as a rule, there are no ties
        return placed(groups.spread(g), tied)
    n = as_divisor(np.maximum(groups.count(tied), 1), g.dtype)
    return np.where(tied, groups.spread(g / n), 0)


def _of_logarithms(exp: Any, g: Any, y: Any, x: Any, groups: Groups) -> Any:
    of_entry = groups.spread(y)
    if not np.isinf(y).any():
        return groups.spread(g) * exp(x - of_entry)
    infinite = (x == of_entry) & np.isinf(of_entry)  # which share what the others do not get
    n = as_divisor(np.maximum(groups.count(infinite), 1), g.dtype)
    return groups.spread(g / n) * exp(np.where(infinite, 0, x - of_entry))


#: What takes less time than to go back step by step.
_KNOWN: dict[np.ufunc, Callable[..., Any]] = {
    np.add: _of_sums,
    np.subtract: _of_differences,
    np.multiply: _of_products,
    np.divide: _of_quotients,
    np.maximum: partial(_of_extremes, equals),
    np.minimum: partial(_of_extremes, equals),
    np.fmax: partial(_of_extremes, operator.eq),
    np.fmin: partial(_of_extremes, operator.eq),
    np.logaddexp: partial(_of_logarithms, np.exp),
    np.logaddexp2: partial(_of_logarithms, np.exp2),
}


def _of_groups(ufunc: np.ufunc) -> Callable[[Any, Any, Any, Groups], Any]:
    return _KNOWN.get(ufunc) or partial(_of_steps, ufunc)


# --- reduceat -----------------------------------------------------------------------------------------


def segmented_vjp(ufunc: np.ufunc) -> VJP:
    """The vjp of ``ufunc.reduceat``."""
    of_groups = _of_groups(ufunc)

    def vjp(g: Any, y: Any, a: Any, indices: Any, axis: int = 0) -> Any:
        if a.size == 0 or indices.size == 0:
            return np.zeros(a.shape, g.dtype)
        starts = indices.astype(np.intp)
        return _along_last(lambda g, y, a: _of_slices(of_groups, g, y, a, starts), axis, g, y, a)

    return vjp


def _of_slices(of_groups: Callable[..., Any], g: Any, y: Any, a: Any, starts: Array) -> Any:
    """The gradient of `a` by that of its reductions from each of `starts` to the next, of one entry at least."""
    following = starts[1:] > starts[:-1]
    lengths = np.append(np.where(following, starts[1:] - starts[:-1], 1), a.shape[-1] - starts[-1])
    # Where a start is not behind the one before, another run of segments begins, which follow each other.
    bounds = [0, *(np.flatnonzero(~following) + 1), len(starts)]
    if len(bounds) > 2 and np.sum(lengths) < 1000 * len(bounds):
        segments = _Segments(lengths)
        positions = np.arange(np.sum(lengths)) + segments.spread(starts - segments.first)
        return add_at(of_groups(g, y, a[..., positions], segments), (..., positions), a.shape)
    gradient: Any = None
    for start, stop in pairwise(bounds):
        run = slice(start, stop)
        entries = (..., slice(starts[start], starts[stop - 1] + lengths[stop - 1]))
        part = of_groups(g[..., run], y[..., run], a[entries], _Segments(lengths[run]))
        if gradient is None:
            gradient = part if part.shape == a.shape else add_at(part, entries, a.shape)
        elif isinstance(gradient, np.ndarray):
            gradient[entries] += part
        else:
            gradient = gradient + add_at(part, entries, a.shape)
    return gradient


# --- at -----------------------------------------------------------------------------------------------


@primitive
def fold_at(before: Array, values: Array, targets: Array, ufunc: np.ufunc) -> Array:
    """``ufunc.at(before, targets, values)``, on a copy."""
    after = before.copy()
    ufunc.at(after, targets, values)
    return after


def _fold_at(g: Any, y: Any, before: Any, values: Any, targets: Array, ufunc: np.ufunc) -> tuple[Any, Any]:
    """The gradients of `before` and `values`."""
    n = before.shape[0]
    entries = np.concatenate((before, values.astype(before.dtype, copy=False)))  # as they were written
    gradient = _of_groups(ufunc)(g, y, entries, _Targets(targets, n))
    return gradient[:n], gradient[n:]


defvjp(
    fold_at,
    lambda g, y, before, values, targets, ufunc: _fold_at(g, y, before, values, targets, ufunc)[0],
    lambda g, y, before, values, targets, ufunc: _fold_at(g, y, before, values, targets, ufunc)[1],
    masks=True,
)
