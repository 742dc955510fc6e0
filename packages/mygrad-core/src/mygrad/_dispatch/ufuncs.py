"""``__array_ufunc__``: NumPy's ufuncs on tensors (NEP 13)."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Any

import numpy as np

from mygrad._dispatch.foreign import is_foreign
from mygrad._dispatch.registry import IMPLEMENTATIONS
from mygrad._dispatch.several_outputs import call_outputs
from mygrad._dispatch.tables import PLAIN, reason
from mygrad._engine.apply import apply_one, apply_pair, apply_two
from mygrad._engine.handle import Handle
from mygrad._engine.names import name_of
from mygrad._engine.operands import (
    MASKED,
    as_operand,
    has_variable,
    is_masked,
    loses_gradient,
    refusal,
    unwrap,
)
from mygrad._engine.outputs import call, settled, write_into, write_out
from mygrad._engine.ufuncs import ufunc_call
from mygrad._rules.brought import bring_rules
from mygrad._rules.complexes import is_complex
from mygrad._rules.rule import RULES

__all__ = ["array_ufunc"]

#: The methods of ufuncs by which an entry may become a result as it is, because there is nothing to combine it with.
_PASS_ON = frozenset(("reduce", "accumulate", "reduceat"))

_METHODS = "mygrad._dispatch.ufunc_methods"

#: The types that neither take over nor have masks, for a quick look.
_OURS = {np.ndarray, float, int, bool}


def array_ufunc(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """``getattr(ufunc, method)(*inputs, **params)``, with a tensor among the arguments.

    Parameters
    ----------
    ufunc : np.ufunc
    method : str
        "__call__", "reduce", "accumulate", "reduceat", "outer" or "at".
    inputs : tuple
    params : dict
        As NumPy passes them on: `out` is a tuple. There may be a `constant` among them.

    Returns
    -------
    Any
        NotImplemented, if the type of another argument is to take over.
    """
    if method == "__call__" and not params:  # what a small operation costs: no loops, no calls
        rule = RULES.get(ufunc)
        if rule is not None:
            if len(inputs) == 2:
                a, b = inputs
                if isinstance(a, Handle) and isinstance(b, Handle) and not (a._constant and b._constant):
                    return apply_pair(rule, a, b)  # a twentieth of the time less than by way of `apply_two`
                if not rule.plain_of_constants or has_variable(inputs):
                    result = apply_two(rule, a, b)
                    if result is not NotImplemented:
                        return result
            elif len(inputs) == 1 and isinstance(inputs[0], Handle):
                return apply_one(rule, inputs[0], inputs)
        elif ufunc in PLAIN:  # without the tensors, others may take over by themselves
            arrays = [x._memory if isinstance(x, Handle) else x for x in inputs]
            if PLAIN[ufunc] is None or arrays[0].dtype.kind != "c":
                return ufunc(*arrays)
    masked = False
    for x in (*inputs, *(params.get("out") or ())):
        kind = type(x)
        if kind in _OURS:
            continue
        if is_foreign(kind, "__array_ufunc__"):
            return NotImplemented
        if isinstance(x, Handle):
            _OURS.add(kind)
        masked = masked or is_masked(x)
    if masked and ufunc not in PLAIN:
        raise TypeError(f"{name_of(ufunc)}: {MASKED}")
    if ufunc not in RULES and ufunc not in PLAIN and ufunc not in IMPLEMENTATIONS:
        bring_rules()
    # the methods wait until they are needed, with the rules of reductions by any ufunc
    differentiably = _call if method == "__call__" else getattr(import_module(_METHODS), method)
    result = differentiably(ufunc, *inputs, **params)
    return _on_arrays(ufunc, method, inputs, **params) if result is NotImplemented else result


def _call(ufunc: np.ufunc, *inputs: Any, **params: Any) -> Any:
    """Call a ufunc differentiably, if it is differentiable."""
    rule = RULES.get(ufunc)
    if rule is not None:
        if ufunc.nout > 1:
            return call_outputs(ufunc, *inputs, **params)
        if rule.plain_of_constants and not has_variable(inputs):
            return NotImplemented
        return ufunc_call(ufunc, inputs, **params) if ufunc.signature is None else _call_core(ufunc, *inputs, **params)
    if ufunc in IMPLEMENTATIONS:
        return IMPLEMENTATIONS[ufunc](*inputs, **params)
    of_complex = PLAIN.get(ufunc)
    if of_complex is not None and any(is_complex(x) and has_variable(x) for x in inputs):
        return ufunc_call(ufunc, inputs, rule=RULES[of_complex].computed_by(ufunc), **params)
    return NotImplemented


def _call_core(ufunc: np.ufunc, *inputs: Any, out: Any = None, constant: bool | None = None, **params: Any) -> Any:
    """Call a generalised ufunc, which works on whole axes: the last ones, or those that it is told."""
    if params.keys().isdisjoint(("axes", "axis", "keepdims")):
        rule = RULES[ufunc]
        if params:  # which the rule does not take
            rule = rule.computed_by(partial(ufunc, **params))
        result = call(rule, *inputs, constant=constant)
    else:
        ufunc(*unwrap(inputs), **params)  # for NumPy's errors
        result = settled(_with_core_axes(ufunc, *map(as_operand, inputs), **params), constant)
    if out is None:
        return result
    return write_out(out, result, lambda written: ufunc(*unwrap(inputs), out=written, **params))


def _with_core_axes(
    gufunc: np.ufunc,
    *args: Any,
    axes: Any = None,
    axis: int | None = None,
    keepdims: bool = False,
    **params: Any,
) -> Any:
    """A generalised ufunc given any of the keywords `axes`, `axis` and `keepdims`.

    The axes that the function works on are moved from where these keywords say to the end, where its rule
    has them, and those of the result are moved back.
    """
    if axes is None:
        axes = [(-1 if axis is None else axis,)] * gufunc.nin
    entries = [(entry,) if np.ndim(entry) == 0 else tuple(entry) for entry in axes]
    moved = [np.moveaxis(x, e, range(-len(e), 0)) for x, e in zip(args, entries, strict=False)]
    out = gufunc(*moved, **params)
    if keepdims:
        return np.expand_dims(out, entries[-1])
    for entry in entries[gufunc.nin :]:
        out = np.moveaxis(out, range(-len(entry), 0), entry)
    return out


def _on_arrays(
    ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], constant: bool | None = None, **params: Any
) -> Any:
    """Call a ufunc on arrays. Tensors that are to receive the results are written in place.

    Raises
    ------
    TypeError
        If a gradient would be lost.
    """
    if ufunc not in PLAIN and loses_gradient(inputs):
        raise refusal(ufunc, reason(ufunc))
    if method in _PASS_ON and ufunc is np.floor_divide and loses_gradient(inputs):
        params.pop("out", None)
        getattr(ufunc, method)(*unwrap(inputs), **unwrap(params))  # for NumPy's errors
        raise refusal(f"np.floor_divide.{method}", "it is a step, except for the entries that it returns unchanged")
    inputs = unwrap(inputs)
    targets = params.pop("out", None)
    params = unwrap(params)
    compute = getattr(ufunc, method)
    if targets is None:
        return compute(*inputs, **params)
    buffers = tuple([t._memory.copy() if isinstance(t, Handle) else t for t in targets])
    results = compute(*inputs, out=buffers, **params)
    written = params.get("where", True) if method == "__call__" else True
    for t, buffer in zip(targets, buffers, strict=True):
        if isinstance(t, Handle):
            write_into(t, buffer, written)
    results = results if len(buffers) > 1 else (results,)
    results = tuple([t if isinstance(t, Handle) else r for t, r in zip(targets, results, strict=True)])
    return results if len(results) > 1 else results[0]
