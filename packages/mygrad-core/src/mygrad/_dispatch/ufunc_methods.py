"""The methods of ufuncs on tensors, for every ufunc that has a row: reduce, accumulate, reduceat, outer, at.

Each of the functions here returns NotImplemented if the ufunc is to be called on plain arrays instead.

Reductions that have rows of their own are differentiated by these: ``np.add.reduce`` is `np.sum`. Any other
ufunc of two operands is, step by step along the axis, by its own row: that is slow, but right.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from mygrad._dispatch.operands import has_variable, loses_gradient, refusal, unwrap
from mygrad._dispatch.tables import PLAIN_OF_CONSTANTS, PLAIN_UFUNCS
from mygrad._engine.apply import as_operand, call
from mygrad._engine.handle import Handle
from mygrad._engine.inplace import compute_into
from mygrad._engine.masked import MaskedRule, as_mask
from mygrad._engine.operands import as_keyword, plain_index
from mygrad._engine.outputs import write_out
from mygrad._engine.state import is_tracking
from mygrad._engine.ufuncs import ufunc_call
from mygrad._rules.cumulative import cumulative_max, cumulative_min
from mygrad._rules.indexing import add_at, zero_at
from mygrad._rules.reductions import flattened, logsumexp, logsumexp2
from mygrad._rules.rule import RULES, Rule
from mygrad._rules.shapes import astype

__all__ = ["accumulate", "at", "outer", "reduce", "reduceat"]

#: The functions whose rows are those of a ufunc's reduction and accumulation.
_REDUCTIONS: dict[np.ufunc, Any] = {
    np.add: np.sum,
    np.multiply: np.prod,
    np.maximum: np.max,
    np.minimum: np.min,
    np.fmax: np.nanmax,
    np.fmin: np.nanmin,
    np.logaddexp: logsumexp,
    np.logaddexp2: logsumexp2,
}
_ACCUMULATIONS: dict[np.ufunc, Any] = {
    np.add: np.cumsum,
    np.multiply: np.cumprod,
    np.maximum: cumulative_max,
    np.minimum: cumulative_min,
}


def _is_differentiable(ufunc: np.ufunc, *operands: Any) -> bool:
    """Whether the methods of a ufunc are differentiable. Of one that takes one operand, they raise."""
    if ufunc not in RULES or (ufunc.nin, ufunc.nout) != (2, 1) or ufunc.signature is not None:
        return False
    return ufunc not in PLAIN_OF_CONSTANTS or has_variable(operands)


def _run(
    method: Callable[..., Rule],
    ufunc: np.ufunc,
    a: Any,
    *args: Any,
    dtype: Any,
    out: Any,
    constant: bool | None,
    **params: Any,
) -> Any:
    """Call the rule of a ufunc's method on `a`, in the dtype to compute with."""
    if dtype is None:
        rule = method(ufunc)
    else:
        dtype = np.dtype(dtype)
        a = call(astype, _array(a), dtype)
        rule = method(ufunc, dtype)
    result = call(rule, a, *args, constant=constant, **params)
    if out is None:
        return result
    return write_out(
        out,
        result,
        lambda written: rule.fn(*unwrap((_array(a), *args)), out=written, **params),
        same_shape=method is not _reduction,
    )


def _array(a: Any) -> Any:
    """`a` as an operand, in which the methods of ufuncs, unlike a call, take no number of Python for a weak one."""
    a = as_operand(a)
    return a if isinstance(a, Handle) else np.asarray(a)


def _only_axis(axis: Any, a: Any) -> Any:
    """`axis`; None stands for the axis of an array that has but one."""
    return 0 if axis is None and np.ndim(a) == 1 else axis


def _rule(method: Callable[..., Any], vjp: Callable[..., Any] | None, dtype: Any, masks: bool) -> Rule:
    name = f"{method.__self__.__name__}.{method.__name__}"  # type: ignore[attr-defined]
    return Rule(method if dtype is None else partial(method, dtype=dtype), (vjp,), name=name, masks=masks)


# --- reduce -----------------------------------------------------------------------------------------


def reduce(
    ufunc: np.ufunc,
    a: Any,
    axis: Any = 0,
    dtype: Any = None,
    out: Any = None,
    constant: Any = None,
    **params: Any,
) -> Any:
    """``ufunc.reduce``, of which `params` may be keepdims, initial and where."""
    if not _is_differentiable(ufunc, a):
        return NotImplemented
    if loses_gradient(params):
        raise refusal(f"np.{ufunc.__name__}.reduce", "only the array that is reduced takes a gradient")
    if params.get("initial", 0) is None and ufunc in _REDUCTIONS:  # nothing to start from, which matters ...
        ufunc.reduce(*unwrap((as_operand(a), axis, dtype)), **unwrap(params))  # ... only if that raises
        del params["initial"]
    if params.get("where", True) is True:
        params.pop("where", None)
    else:
        params["where"] = as_mask(as_keyword(params["where"]))
    return _run(_reduction, ufunc, a, axis=axis, dtype=dtype, out=out, constant=constant, **params)


@cache
def _reduction(ufunc: np.ufunc, dtype: Any = None) -> Rule:
    rule = RULES[_REDUCTIONS.get(ufunc, ufunc)]
    vjp = rule.vjps[0] if ufunc in _REDUCTIONS else _fold_vjp(ufunc)
    return _rule(ufunc.reduce, vjp, dtype, rule.masks)


def _fold_vjp(ufunc: np.ufunc) -> Callable[..., Any]:
    """The vjp of a reduction without a row: all steps are made again, and then gone back."""
    rule = RULES[ufunc]

    def vjp(
        g: Any,
        _y: Any,
        a: Any,
        axis: Any = 0,
        keepdims: bool = False,
        initial: Any = ufunc.identity,
        where: Any = True,
    ) -> Any:
        shape = a.shape
        a, restore = flattened(a, axis)
        if where is not True:
            where, _ = flattened(np.broadcast_to(where, shape), axis)
        g = np.reshape(g, a.shape[:-1])
        rules = [rule if where is True else MaskedRule(rule, where[..., i]) for i in range(a.shape[-1])]
        entries = [a[..., i] for i in range(a.shape[-1])]
        before = [initial]
        for i, entry in enumerate(entries):
            after = entry if before[i] is None else ufunc(before[i], entry)
            before.append(after if where is True else np.where(where[..., i], after, before[i]))
        parts = []
        for i in reversed(range(len(entries))):
            if before[i] is None:
                parts.append(g)
                break
            vjps: Any = rules[i].vjps
            wrt_before, wrt_entry = vjps
            operands = (before[i + 1], before[i], entries[i])
            parts.append(wrt_entry(g, *operands))
            skipped = 0 if where is True else np.where(where[..., i], 0, g)
            g = wrt_before(g, *operands) + skipped
        return restore(np.stack(parts[::-1], axis=-1)) if parts else np.zeros(shape, a.dtype)

    return vjp


# --- accumulate -------------------------------------------------------------------------------------


def accumulate(ufunc: np.ufunc, a: Any, axis: int = 0, dtype: Any = None, out: Any = None, constant: Any = None) -> Any:
    """``ufunc.accumulate``."""
    if not _is_differentiable(ufunc, a):
        return NotImplemented
    return _run(_accumulation, ufunc, a, axis=_only_axis(axis, a), dtype=dtype, out=out, constant=constant)


@cache
def _accumulation(ufunc: np.ufunc, dtype: Any = None) -> Rule:
    rule = RULES[_ACCUMULATIONS.get(ufunc, ufunc)]
    vjp = rule.vjps[0] if ufunc in _ACCUMULATIONS else _scan_vjp(ufunc)
    return _rule(ufunc.accumulate, vjp, dtype, rule.masks)


def _scan_vjp(ufunc: np.ufunc) -> Callable[..., Any]:
    """The vjp of an accumulation without a row: the steps, whose results are at hand, are gone back."""
    vjps: Any = RULES[ufunc].vjps

    def vjp(g: Any, y: Any, a: Any, axis: int = 0) -> Any:
        if a.size == 0:
            return np.zeros(a.shape, a.dtype)
        wrt_before, wrt_entry = vjps
        g, y, a = (np.moveaxis(x, axis, -1) for x in (g, y, a))
        parts = []
        carried = g[..., -1]
        for i in range(a.shape[-1] - 1, 0, -1):
            step = (y[..., i], y[..., i - 1], a[..., i])
            parts.append(wrt_entry(carried, *step))
            carried = g[..., i - 1] + wrt_before(carried, *step)
        parts.append(carried)
        return np.moveaxis(np.stack(parts[::-1], axis=-1), -1, axis)

    return vjp


# --- reduceat ---------------------------------------------------------------------------------------


def reduceat(
    ufunc: np.ufunc,
    a: Any,
    indices: Any,
    axis: int = 0,
    dtype: Any = None,
    out: Any = None,
    constant: Any = None,
) -> Any:
    """``ufunc.reduceat``."""
    if not _is_differentiable(ufunc, a):
        return NotImplemented
    indices = np.array(as_keyword(indices))  # a copy, which nobody changes later
    if indices.size == 0:
        indices = indices.astype(np.intp)
    return _run(_segmented, ufunc, a, indices, axis=_only_axis(axis, a), dtype=dtype, out=out, constant=constant)


@cache
def _segmented(ufunc: np.ufunc, dtype: Any = None) -> Rule:
    vjp = _segmented_sum if ufunc is np.add else _segmented_vjp(ufunc)
    return _rule(ufunc.reduceat, vjp, dtype, masks=True)  # by the indices


def _segments(indices: Any, n: int) -> list[range]:
    """The positions that go into each result: up to the next index, but one at least."""
    stops = [*indices[1:], n][: len(indices)]
    return [range(start, max(stop, start + 1)) for start, stop in zip(indices.tolist(), stops, strict=True)]


def _segmented_sum(g: Any, _y: Any, _a: Any, indices: Any, axis: int = 0) -> Any:
    segments = _segments(indices, _a.shape[axis])
    return _added_up(np.repeat(g, [len(s) for s in segments], axis), segments, axis, _a.shape)


def _segmented_vjp(ufunc: np.ufunc) -> Callable[..., Any]:
    """A segment's gradient is that of its reduction, which starts from the segment's first entry."""
    reduction_vjp = _reduction(ufunc).vjps[0]
    assert reduction_vjp is not None
    start = {} if ufunc in _REDUCTIONS else {"initial": None}

    def vjp(g: Any, y: Any, a: Any, indices: Any, axis: int = 0) -> Any:
        segments = _segments(indices, a.shape[axis])
        parts = [
            reduction_vjp(
                *(x[_along(x, axis, i)] for x in (g, y)),
                a[_along(a, axis, slice(s.start, s.stop))],
                axis=axis,
                **start,
            )
            for i, s in enumerate(segments)
        ]
        if not parts:
            return np.zeros(a.shape, a.dtype)
        return _added_up(np.concatenate(parts, axis=axis), segments, axis, a.shape)

    return vjp


def _along(x: Any, axis: int, index: Any) -> tuple[Any, ...]:
    return (*(slice(None),) * (axis % x.ndim), index)


def _added_up(parts: Any, segments: list[range], axis: int, shape: tuple[int, ...]) -> Any:
    positions = np.fromiter((i for s in segments for i in s), np.intp)
    return add_at(parts, _along(parts, axis, positions), shape)


# --- outer ------------------------------------------------------------------------------------------


def outer(ufunc: np.ufunc, a: Any, b: Any, **params: Any) -> Any:
    """``ufunc.outer``: the ufunc itself, of operands that broadcast so."""
    if not _is_differentiable(ufunc, a, b):
        return NotImplemented
    a, b = _array(a), _array(b)
    if isinstance(a, np.ndarray):
        a = a.copy()  # to lock a view of ours would not lock the user's array
    return ufunc_call(ufunc, (np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b), **params)


# --- at ---------------------------------------------------------------------------------------------


def at(ufunc: np.ufunc, t: Any, indices: Any, *operand: Any) -> Any:
    """``ufunc.at``: a write in place that heeds repeated indices."""
    if not isinstance(t, Handle):
        if loses_gradient(operand):
            raise refusal(
                f"np.{ufunc.__name__}.at",
                "the array that it writes to takes no gradient. Make that a tensor, too",
            )
        return NotImplemented
    indices = plain_index(indices)
    operand = tuple(map(as_operand, operand))
    differentiable = is_tracking() and (not t._constant or has_variable(operand))
    if not differentiable or ufunc in (np.add, np.subtract) or ufunc in PLAIN_UFUNCS:
        compute_into(_scattering(ufunc), t, (t, indices, *operand))
    elif ufunc in RULES:
        ufunc.at(t._memory.copy(), indices, *unwrap(operand))  # for NumPy's errors and warnings: before it is written
        with np.errstate(all="ignore"):
            _in_rounds(ufunc, t, indices, operand)
    else:
        raise refusal(f"np.{ufunc.__name__}.at", "the ufunc is not in the table of derivatives")
    return None


@cache
def _scattering(ufunc: np.ufunc) -> Rule:
    """A rule of `ufunc.at` as the engine calls that of a ufunc."""

    def scatter(x: Any, indices: Any, *operand: Any, out: Any = None, where: Any = True) -> Any:
        out = x.copy() if out is None else out
        ufunc.at(out, indices, *operand)
        return out

    vjps: tuple[Any, ...] = (lambda g, _y, _x, indices, _v=None: zero_at(g, indices),)
    if ufunc is np.add:
        vjps = (lambda g, _y, _x, _i, _v: g, None, lambda g, _y, _x, indices, _v: g[indices])
    elif ufunc is np.subtract:
        vjps = (lambda g, _y, _x, _i, _v: g, None, lambda g, _y, _x, indices, _v: -g[indices])
    return Rule(scatter, vjps, name=f"{ufunc.__name__}.at", masks=True)


def _in_rounds(ufunc: np.ufunc, t: Any, indices: Any, operand: tuple[Any, ...]) -> None:
    """Write to all elements once, then once more to those that the indices repeat, and so on."""
    selected = np.arange(t.size).reshape(t.shape)[indices]
    positions = selected.reshape(-1)
    operand = tuple([np.reshape(np.broadcast_to(v, selected.shape), -1) for v in operand])
    order = np.argsort(positions, kind="stable")
    nth = np.empty_like(order)  # for each position, how often it occurred before
    nth[order] = np.arange(order.size) - np.searchsorted(positions[order], positions[order])
    for n in range(nth.max(initial=-1) + 1):
        now = np.flatnonzero(nth == n)
        index = np.unravel_index(positions[now], t.shape) if t.ndim else ...
        t[index] = ufunc(t[index], *[v[now] for v in operand])
