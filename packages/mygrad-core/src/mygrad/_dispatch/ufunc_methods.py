"""The methods of ufuncs on tensors, for every ufunc that has a rule: reduce, accumulate, reduceat, outer, at.

Each of the functions here returns NotImplemented if the ufunc is to be called on plain arrays instead.

Reductions that have rules of their own are differentiated by these: ``np.add.reduce`` is `np.sum`. Any other
ufunc of two operands is, step by step along the axis, by its own rule.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from mygrad._dispatch.tables import PLAIN, reason
from mygrad._engine.apply import apply
from mygrad._engine.handle import Handle
from mygrad._engine.inplace import compute_into
from mygrad._engine.masked import as_mask
from mygrad._engine.operands import as_keyword, as_operand, has_variable, loses_gradient, refusal, unwrap, unwrap_index
from mygrad._engine.outputs import write_out
from mygrad._engine.state import is_tracking
from mygrad._engine.ufuncs import ufunc_call
from mygrad._rules.complexes import is_complex
from mygrad._rules.cumulative import cumulative_max, cumulative_min
from mygrad._rules.folds import accumulation_vjp, fold_at, reduction_vjp, segmented_vjp
from mygrad._rules.indexing import zero_at
from mygrad._rules.initials import with_initial
from mygrad._rules.reductions import logsumexp, logsumexp2
from mygrad._rules.rule import RULES, Rule
from mygrad._rules.shapes import astype

__all__ = ["accumulate", "at", "outer", "reduce", "reduceat"]

#: The functions whose rules are those of a ufunc's reduction and accumulation.
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
    np.fmax: cumulative_max,
    np.fmin: cumulative_min,
}


def _is_differentiable(ufunc: np.ufunc, *operands: Any) -> bool:
    """Whether the methods of a ufunc are differentiable. Of one that takes one operand, they raise."""
    rule = RULES.get(ufunc)
    if rule is None or (ufunc.nin, ufunc.nout) != (2, 1) or ufunc.signature is not None:
        return False
    return not rule.plain_of_constants or has_variable(operands)


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
        a = apply(astype, _array(a), dtype)
        rule = method(ufunc, dtype)
    result = apply(rule, a, *args, constant=constant, **params)
    if out is None:
        return result
    return write_out(
        out,
        result,
        lambda written: rule.fn(*unwrap((_array(a), *args)), out=written, **params),
        same_shape=method not in (_reduction, _started),
    )


def _array(a: Any) -> Any:
    """`a` as an operand, in which the methods of ufuncs, unlike a call, take no number of Python for a weak one."""
    a = as_operand(a)
    return a if isinstance(a, Handle) else np.asarray(a)


def _only_axis(axis: Any, a: Any) -> Any:
    """`axis`; None stands for the axis of an array that has but one."""
    return 0 if axis is None and np.ndim(a) == 1 else axis


def _rule(method: Callable[..., Any], vjp: Any, dtype: Any, masks: bool, singular: bool) -> Rule:
    name = f"{method.__self__.__name__}.{method.__name__}"  # type: ignore[attr-defined]
    fn = method if dtype is None else partial(method, dtype=dtype)
    return Rule(fn, (vjp,), name=name, masks=masks, singular=singular)


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
    started = "initial" in params and loses_gradient(params["initial"])
    if not started and loses_gradient(params):
        raise refusal(f"np.{ufunc.__name__}.reduce", "gradients flow only to the array that is reduced")
    if params.get("initial", 0) is None and ufunc in _REDUCTIONS:  # nothing to start from, which matters ...
        ufunc.reduce(*unwrap((as_operand(a), axis, dtype)), **unwrap(params))  # ... only if that raises
        del params["initial"]
    if params.get("where", True) is True:
        params.pop("where", None)
    else:
        params["where"] = as_mask(as_keyword(params["where"]))
    if started:
        initial = params.pop("initial")
        return _run(_started, ufunc, a, initial, axis=axis, dtype=dtype, out=out, constant=constant, **params)
    return _run(_reduction, ufunc, a, axis=axis, dtype=dtype, out=out, constant=constant, **params)


@cache
def _reduction(ufunc: np.ufunc, dtype: Any = None) -> Rule:
    rule = RULES[_REDUCTIONS.get(ufunc, ufunc)]
    vjp = rule.vjps[0] if ufunc in _REDUCTIONS else reduction_vjp(ufunc)
    return _rule(ufunc.reduce, vjp, dtype, rule.masks, rule.singular)


def _started(ufunc: np.ufunc, dtype: Any = None) -> Rule:
    return with_initial(_reduction(ufunc, dtype))


# --- accumulate -------------------------------------------------------------------------------------


def accumulate(ufunc: np.ufunc, a: Any, axis: int = 0, dtype: Any = None, out: Any = None, constant: Any = None) -> Any:
    """``ufunc.accumulate``."""
    if not _is_differentiable(ufunc, a):
        return NotImplemented
    return _run(_accumulation, ufunc, a, axis=_only_axis(axis, a), dtype=dtype, out=out, constant=constant)


@cache
def _accumulation(ufunc: np.ufunc, dtype: Any = None) -> Rule:
    rule = RULES[_ACCUMULATIONS.get(ufunc, ufunc)]
    vjp = rule.vjps[0] if ufunc in _ACCUMULATIONS else accumulation_vjp(ufunc)
    return _rule(ufunc.accumulate, vjp, dtype, rule.masks, rule.singular)


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
    singular = RULES[_REDUCTIONS.get(ufunc, ufunc)].singular
    return _rule(ufunc.reduceat, segmented_vjp(ufunc), dtype, masks=True, singular=singular)  # masks by the indices


# --- outer ------------------------------------------------------------------------------------------


def outer(ufunc: np.ufunc, a: Any, b: Any, **params: Any) -> Any:
    """``ufunc.outer``: the ufunc itself, of operands that broadcast so."""
    if not _is_differentiable(ufunc, a, b):
        return NotImplemented
    a, b = _array(a), _array(b)
    if isinstance(a, np.ndarray):
        a = a.copy("K")  # locking a view of it would not lock the user's array
    return ufunc_call(ufunc, (np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b), **params)


# --- at ---------------------------------------------------------------------------------------------


def at(ufunc: np.ufunc, t: Any, indices: Any, *operand: Any) -> Any:
    """``ufunc.at``: a write in place, in which repeated indices count repeatedly."""
    if not isinstance(t, Handle):
        if loses_gradient(operand):
            raise refusal(
                f"np.{ufunc.__name__}.at",
                "it writes to a plain array, which takes no gradient. Make that a tensor, too",
            )
        return NotImplemented
    indices = unwrap_index(indices)
    operand = tuple(map(as_operand, operand))
    differentiable = is_tracking() and (not t._constant or has_variable(operand))
    is_step = ufunc in PLAIN and not (PLAIN[ufunc] is not None and is_complex(t))
    if not differentiable or ufunc in (np.add, np.subtract) or is_step:
        compute_into(_scattering(ufunc), t, (t, indices, *operand))
    elif ufunc in RULES:
        (_fold_into if operand else _in_rounds)(ufunc, t, indices, *operand)
    else:
        raise refusal(f"np.{ufunc.__name__}.at", reason(ufunc))
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


def _fold_into(ufunc: np.ufunc, t: Any, indices: Any, operand: Any) -> None:
    """Write to each of the elements at once what becomes of it."""
    selected = np.arange(t.size).reshape(t.shape)[indices]
    values = np.reshape(np.broadcast_to(operand, selected.shape), -1)
    written = np.zeros(t.size, np.bool_)
    written[selected] = True
    targets = (np.cumsum(written) - 1)[selected.reshape(-1)]
    written = written.reshape(t.shape)
    t[written] = apply(fold_at, t[written], values, targets, ufunc)


def _in_rounds(ufunc: np.ufunc, t: Any, indices: Any) -> None:
    """Write to all elements once, then once more to those that the indices repeat, and so on."""
    ufunc.at(t._memory.copy(), indices)  # for NumPy's errors and warnings: before it is written
    positions = np.arange(t.size).reshape(t.shape)[indices].reshape(-1)
    order = np.argsort(positions, kind="stable")
    nth = np.empty_like(order)  # for each position, how often it occurred before
    nth[order] = np.arange(order.size) - np.searchsorted(positions[order], positions[order])
    with np.errstate(all="ignore"):
        for n in range(nth.max(initial=-1) + 1):
            index = np.unravel_index(positions[nth == n], t.shape) if t.ndim else ...
            t[index] = ufunc(t[index])
