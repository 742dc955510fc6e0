"""``__array_function__``: NumPy's other functions on tensors (NEP 18)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from inspect import signature
from typing import Any

import numpy as np

from mygrad._dispatch.foreign import is_foreign
from mygrad._dispatch.registry import IMPLEMENTATIONS
from mygrad._dispatch.tables import PLAIN, reason
from mygrad._engine import handle as _handle
from mygrad._engine.apply import apply, apply_one
from mygrad._engine.handle import Handle
from mygrad._engine.names import name_of
from mygrad._engine.operands import MASKED, loses_gradient, refusal, unwrap
from mygrad._engine.outputs import call, write_into
from mygrad._engine.several import call_several
from mygrad._rules.brought import bring_rules
from mygrad._rules.rule import RULES, Rule
from mygrad._rules.waiting import import_for

__all__ = ["array_function", "by_rule", "implementation"]

#: Functions that, called with a tensor and nothing else, are their rule: a short cut past our public functions, which
#: took a sixth of the time of a sum of a few elements.
_OF_ONE_TENSOR = {f: RULES[f] for f in (np.sum, np.prod, np.mean, np.max, np.min, np.amax, np.amin)}

#: Types that do not take over, for a quick look.
_ours: set[type] = {np.ndarray}


def array_function(
    func: Callable[..., Any], types: Iterable[type], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """``func(*args, **kwargs)``, with a tensor among the arguments.

    Parameters
    ----------
    func : Callable
        NumPy's function.
    types : Iterable[type]
        Of the arguments that honour the protocol.
    args, kwargs
        As they were given.

    Returns
    -------
    Any
        NotImplemented, if the type of another argument is to take over.
    """
    if len(args) == 1 and not kwargs and type(args[0]) is _handle.tensor_class:
        rule = _OF_ONE_TENSOR.get(func)
        if rule is not None:
            return apply_one(rule, args[0], args)
    masked = False
    if not _ours.issuperset(types):
        for kind in types:
            if is_foreign(kind, "__array_function__"):
                return NotImplemented
            if issubclass(kind, Handle):
                _ours.add(kind)
            elif kind is not np.ndarray and issubclass(kind, np.ma.MaskedArray):
                masked = True
    if masked and func not in PLAIN:
        raise TypeError(f"{name_of(func)}: {MASKED}")
    rule = RULES.get(func)
    if rule is not None:
        ours = rule.implementation
        return by_rule(func, *args, **kwargs) if ours is None else ours(*args, **kwargs)
    ours = IMPLEMENTATIONS.get(func)
    if ours is not None:
        return ours(*args, **kwargs)
    if func in PLAIN:
        return _on_arrays(func, args, kwargs)
    if hasattr(func, "stands_for"):  # under `lift`: of functions in C, NumPy looks `like=` up by their names
        return array_function(func.stands_for, types, args, kwargs)
    import_for(func)
    if func not in IMPLEMENTATIONS and func not in RULES:
        bring_rules()
    if func in IMPLEMENTATIONS or func in RULES:
        return implementation(func)(*args, **kwargs)
    if loses_gradient(args, kwargs):
        raise refusal(func, reason(func))
    return _on_arrays(func, args, kwargs)


def implementation(func: Callable[..., Any]) -> Callable[..., Any]:
    """What is called in the place of a function of NumPy that is given tensors, and stands in one of the two tables."""
    rule = RULES.get(func)
    return IMPLEMENTATIONS[func] if rule is None else rule.implementation or partial(by_rule, func)


# --- functions that are called by their rule ----------------------------------------------------------


def by_rule(func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Call a function that has a rule, to which the arguments go as they come."""
    rule = RULES[func]
    if rule.several:
        return call_several(rule, *args, **kwargs)
    vjps = rule.vjps
    if not rule.variadic and (kwargs or len(args) > len(vjps) or None in vjps):
        args, kwargs = _arranged(rule, args, kwargs)
        others = [a for i, a in enumerate(args) if i >= len(vjps) or vjps[i] is None]
        others += [value for name, value in kwargs.items() if name != "out"]
        if loses_gradient(others):
            takes = [rule.argument(i) for i, vjp in enumerate(vjps) if vjp is not None]
            raise refusal(func, f"gradients flow to {', '.join(takes)} only, and not to its other arguments")
    return call(func, *args, **kwargs) if "out" in kwargs else apply(rule, *args, **kwargs)


def _arranged(rule: Rule, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments as rules take them: what can be differentiated by position, and `out` by keyword."""
    parameters = _parameters(rule)
    names = [name for name, _default in parameters]
    given = dict(zip(names, args, strict=False))
    given.update({name: value for name, value in kwargs.items() if value is not np._NoValue})
    count = max([len(args)] + [i + 1 for i in range(len(rule.vjps)) if names[i] in given])
    if "out" in names[:count]:
        count = names.index("out")
    args = tuple([given.pop(name, default) for name, default in parameters[:count]])
    if given.get("out", 0) is None:
        del given["out"]
    return args, given


@cache
def _parameters(rule: Rule) -> list[tuple[str, Any]]:
    """The positional parameters of a function, which its vjps repeat, and their defaults."""
    vjp = next(vjp for vjp in rule.vjps if vjp is not None)
    _g, _out, *parameters = [p for p in signature(vjp).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    named = [(p.name.removeprefix("_"), p.default) for p in parameters]
    return named if "out" in dict(named) else [*named, ("out", None)]  # which rules may leave out


# --- functions of plain arrays ----------------------------------------------------------------------


def _on_arrays(func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a function on arrays. A tensor that is to receive the result is written in place."""
    if not kwargs and len(args) == 1 and isinstance(args[0], Handle):  # np.shape(t) and the like
        return func(args[0]._memory)
    out = kwargs.get("out")
    if out is None and any(isinstance(a, Handle) for a in args[1:]) and _takes_out(func):
        args, kwargs = (), signature(func).bind(*args, **kwargs).arguments
        out = kwargs.get("out")
    if not isinstance(out, Handle):
        return func(*unwrap(args), **unwrap(kwargs))
    buffer = out._memory.copy()
    func(*unwrap(args), **{**unwrap(kwargs), "out": buffer})
    write_into(out, buffer)
    return out


@cache
def _takes_out(func: Callable[..., Any]) -> bool:
    try:
        return "out" in signature(func).parameters
    except ValueError:  # functions written in C have no signature in NumPy < 2.4, and none of these takes `out`
        return False
