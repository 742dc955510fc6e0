"""The forward pass: compute with arrays, wrap the result, and note in a node how it came about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mygrad._engine import handle as _handle
from mygrad._engine.anomalies import note
from mygrad._engine.guard import as_view, kept_view
from mygrad._engine.handle import Handle, grad_base_of, new_leaf, new_view, node_of, protect, save_value
from mygrad._engine.node import NO_PARAMS, Node, new_node, next_seq
from mygrad._engine.operands import (
    SCALARS,
    SIMPLE,
    array_operand,
    as_keyword,
    as_operand,
    as_parameter,
    constant_node,
    hold,
    loses_gradient,
    own,
)
from mygrad._engine.state import mode
from mygrad._rules.recorded import RECORDED, as_value, recorded_call
from mygrad._rules.rule import RULES, Rule

__all__ = [
    "apply",
    "apply_getitem",
    "apply_one",
    "apply_pair",
    "apply_two",
    "as_constant",
    "constant_node",
    "make_node",
    "no_numbers",
    "null_grads",
    "require_float",
    "result_constant",
    "save_operands",
    "without_gradient",
]

Array = np.ndarray[Any, Any]
_new = object.__new__
_ndarray = np.ndarray
_asarray = np.asarray
_mode = mode.get
_FLOAT64 = np.dtype(np.float64)


# The functions from here to `_untracked` are what a small operation costs, and are written for speed: `apply`, for
# tensors and scalars, without keywords and views. Beside the NumPy call itself (0.35 us for three elements), about 1 us
# goes into making a node and a tensor, and half of that into the rest; a loop over the operands would add 0.8 us.


def apply_pair(rule: Rule, a: Any, b: Any) -> Any:
    """``rule.fn(a, b)`` for two tensors."""
    out = rule.fn(a._memory, b._memory)
    number = None
    if type(out) is not _ndarray:
        if type(out) is tuple:
            return _several(rule, (a, b), NO_PARAMS, out)
        if type(out) in RECORDED:
            rule, number = out.recording.rule(rule), out.is_number
        else:
            out = _asarray(out)
            number = True
    guarded = (now := _mode()).asked
    if guarded is None:
        if now.tracked:
            return _watched(rule, (a, b), NO_PARAMS, out, number)
        return _untracked(rule, out, number, a._constant and b._constant)
    na = a._node
    if na is None or na.parents is None or a._view is not None:
        na = _node_in_use(a)
    if b is a:
        nb = na
    else:
        nb = b._node
        if nb is None or nb.parents is None or b._view is not None:
            nb = _node_in_use(b)
    of_a, of_b = na.constant, nb.constant
    t = _result(rule, (na, nb), NO_PARAMS, out, number, constant := of_a and of_b, guarded)
    a._grad = b._grad = None
    if guarded:
        if not na.guarded:
            protect(a, na)
        if not nb.guarded:
            protect(b, nb)
    if not (constant or t._constant):
        keep = rule.pair_kept[of_a][of_b] if of_a or of_b else rule.both_kept  # looked up, that would take 1 % more
        if keep is not None:
            keep_out, keep_a, keep_b = keep
            if keep_out:
                t._node.data = out
            if keep_a and na.data is None:
                save_value(a, na)
            if keep_b and nb.data is None:
                save_value(b, nb)
    return t


def apply_one(rule: Rule, a: Any, args: tuple[Any, ...], position: int = 0, params: dict[str, Any] = NO_PARAMS) -> Any:
    """``rule.fn(*args, **params)`` where the argument at `position`, 0 or 1, is the tensor `a` and no other is."""
    # Each spelled out, since to build the list of arguments would take longer.
    if params:
        out = rule.fn(a._memory, *args[1:], **params)
    elif len(args) == 1:
        out = rule.fn(a._memory)
    elif position:
        out = rule.fn(args[0], a._memory)
    else:
        out = rule.fn(a._memory, *args[1:])
    number = None
    if type(out) is not _ndarray:
        if type(out) is tuple:
            return _several(rule, (args[0], a) if position else (a, *args[1:]), params, out)
        if type(out) in RECORDED:
            rule, number = out.recording.rule(rule), out.is_number
        else:
            out = _asarray(out)
            number = True
    guarded = (now := _mode()).asked
    if guarded is None:
        if now.tracked:
            return _watched(rule, (args[0], a) if position else (a, *args[1:]), params, out, number)
        return _untracked(rule, out, number, a._constant)
    na = a._node
    if na is None or na.parents is None or a._view is not None:
        na = _node_in_use(a)
    if len(args) == 1:
        parents: tuple[Any, ...] = (na,)
    else:
        parents = (args[0], na) if position else (na, *args[1:])
    constant = na.constant
    t = _result(rule, parents, params, out, number, constant, guarded)
    a._grad = None
    if guarded and not na.guarded:
        protect(a, na)
    if not (constant or t._constant):
        keep_out, keep_a = rule.one_kept[position]
        if keep_out:
            t._node.data = out
        if keep_a and na.data is None:
            save_value(a, na)
    return t


def apply_two(rule: Rule, a: Any, b: Any) -> Any:
    """``rule.fn(a, b)``, where one is a tensor and the other a tensor, a scalar or an array; else NotImplemented."""
    if isinstance(a, Handle):
        if isinstance(b, Handle):
            return apply_pair(rule, a, b)
        kind = type(b)
        if kind is _ndarray:
            return apply_pair(rule, a, array_operand(b))
        if kind in SCALARS:
            return apply_one(rule, a, (a, b))
    elif isinstance(b, Handle):
        kind = type(a)
        if kind is _ndarray:
            return apply_pair(rule, array_operand(a), b)
        if kind in SCALARS:
            return apply_one(rule, b, (a, b), 1)
    return NotImplemented


def _result(
    rule: Rule,
    parents: tuple[Any, ...],
    params: dict[str, Any],
    out: Array,
    number: bool | None,
    constant: bool,
    guarded: bool,
) -> Any:
    """The tensor over `out`, which was computed by `rule`, with its node; of constants, maybe something else."""
    dtype = out.dtype
    if dtype is not _FLOAT64 and (kind := dtype.kind) != "f":
        if kind in "iub":
            constant = True
        elif kind != "c":
            return no_numbers(rule, out, constant)
    t = _new(_handle.tensor_class)
    t._weak = t._grad = t._view = t._escaped = t._family = None
    t._memory = out
    t._number = number
    t._constant = constant
    t._node = node = _new(Node)  # `new_node`: to call it would take a thirtieth of the time of all this
    node.rule = rule
    node.parents = parents
    node.params = params
    node.shape = out.shape
    node.dtype = dtype
    node.constant = constant
    node.shared = False
    node.guarded = guarded
    node.seq = next_seq()
    node.is_latest = True
    node.overwrote = -1
    node.visit = 0
    node.data = node.grad = node.owner = node.lock = node.held = None
    return t


def _untracked(rule: Rule, out: Array, number: bool | None, constant: bool) -> Any:
    """The tensor over `out` where no graph is made."""
    dtype = out.dtype
    if dtype is not _FLOAT64 and (kind := dtype.kind) != "f":
        if kind in "iub":
            constant = True
        elif kind != "c":
            return no_numbers(rule, out, True)
    t = _new(_handle.tensor_class)
    t._memory = out
    t._constant = constant
    t._node = t._weak = t._grad = t._view = t._escaped = t._family = None
    t._number = number
    return t


def _as_given(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(map(_given, args))


def _several(rule: Rule, args: tuple[Any, ...], params: dict[str, Any], values: tuple[Any, ...]) -> Any:
    from mygrad._engine.several import results_of  # which is built on this module

    if not any(isinstance(a, Handle) and not a._constant for a in args):
        return values  # of ufuncs on constants
    return results_of(rule, _as_given(args), params, values, None)


def _watched(rule: Rule, args: tuple[Any, ...], params: dict[str, Any], out: Array, number: bool | None) -> Any:
    """The tensor over `out` where anomalies are looked for."""
    return _wrap(rule, _as_given(args), params, out[()] if number and type(out) is _ndarray else out, None)


def _given(a: Any) -> Any:
    """`a`, or the plain array that takes part as a tensor, see `array_operand`."""
    escaped: Any = a._escaped if isinstance(a, Handle) else None
    return escaped if type(escaped) is _ndarray else a


def apply_getitem(rule: Rule, a: Any, index: Any, part: Any) -> Any:
    """``a[index]``, which has been computed, and is no view."""
    number = type(part) is not _ndarray
    if not number:
        value = part
    elif not RECORDED or type(part) not in RECORDED:
        value = _asarray(part)
    elif not a._number and part.base is not None and (part.base is a._memory or part.base is a._memory.base):
        return new_view(part, a, rule, (index,), NO_PARAMS, a._constant, _mode().tracked)
    else:
        value, number = part, part.is_number
    guarded = (now := _mode()).asked
    if guarded is None:
        if not now.tracked:
            return new_leaf(value, a._constant, None, number)
        guarded = now.guarded
    if type(index) is int:
        parent = a._node
        if parent is None or parent.parents is None or a._view is not None:
            parent = _node_in_use(a)
        a._grad = None
        if guarded and not parent.guarded:
            protect(a, parent)
        node = new_node(rule, (parent, index), NO_PARAMS, value.shape, value.dtype, a._constant, guarded)
    else:
        node = make_node(rule, (a, index), NO_PARAMS, value.shape, value.dtype, a._constant)
        a._grad = grad_base_of(a)._grad = None
    return new_leaf(value, a._constant, node, number)


def _node_in_use(a: Any) -> Node:
    """The node of a tensor that is not simply the result of an operation. Of a view, the base's gradient is dropped."""
    if type(a._escaped) is _ndarray:  # it is a plain array that takes part as a tensor, see `array_operand`
        node = constant_node(a._escaped)
        a._memory.setflags(write=False)  # our view of it, see `kept_view`
        a._escaped = None
        return node
    node = node_of(a)
    view = a._view
    if view is not None and view.linked:
        view.grad_base._grad = None
    return node


def no_numbers(rule: Rule, value: Array, constant: bool) -> Any:
    """A result that no tensor can hold: of constants, it is what NumPy returns for arrays.

    Raises
    ------
    TypeError
        If it is one of variables.
    """
    if constant:
        return value if value.ndim else value[()]
    raise TypeError(
        f"{rule.name}: the result is of dtype {value.dtype}, and tensors hold numbers only. Use arrays (`t.data`) if "
        f"no gradient is needed, or make arrays of numbers, or tensors, of the other operands first."
    )


def apply(func: Callable[..., Any] | Rule, *args: Any, constant: bool | None = None, **params: Any) -> Any:
    """Call a function that has a rule in the derivative table on tensors and arrays, differentiably.

    Parameters
    ----------
    func : Callable | Rule
        The NumPy function (or primitive) under which the rule was entered, or the rule itself.
    *args : Any
        Its positional arguments. Tensors and arrays among them become parents of the result.
    constant : bool | None
        None: constant if every tensor is, or if the result is not of a floating-point type.
    **params : Any
        Its keyword arguments. Constants among them count as plain arrays.

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If ``constant=False`` is asked of a result that is neither floating-point nor complex.
    TypeError
        If the result of a variable is no number, or if a variable is given where no gradient flows.
    """
    rule = func if isinstance(func, Rule) else RULES[func]
    if RECORDED:
        called = rule
        found = recorded_call(
            rule.name, lambda *given: apply(called, *given, constant=constant, **params), args, constant, rule
        )
        if not isinstance(found, Rule):
            return found
        rule = found
    if constant is None and not rule.view and _is_simple(rule, args, params):
        return apply_one(rule, args[0], args, 0, params)
    args = as_arguments(rule, args, constant)
    if not params:
        params = NO_PARAMS
    elif not SIMPLE.issuperset(map(type, params.values())):
        params = {name: without_gradient(rule, name, value, constant) for name, value in params.items()}
    arrays = [a._memory if isinstance(a, Handle) else a for a in args]
    if rule.view and isinstance(args[0], Handle) and args[0]._number:
        arrays[0] = arrays[0][()]  # of which NumPy takes no views, and makes numbers where it can
    value = rule.fn(*arrays, **params)
    return _wrap(rule, args, params, value, constant)


def as_arguments(rule: Rule, args: tuple[Any, ...], constant: bool | None) -> tuple[Any, ...]:
    """The positional arguments as the rule takes them: those with a gradient as operands, the others as parameters."""
    vjps, variadic = rule.vjps, rule.variadic
    found = []
    for i, a in enumerate(args):
        kind = type(a)
        if kind in SIMPLE:
            found.append(a)
        elif variadic or (i < len(vjps) and vjps[i] is not None):
            found.append(a if kind is _handle.tensor_class else as_operand(a))
        else:
            if isinstance(a, Handle):
                without_gradient(rule, rule.argument(i), a, constant)
            found.append(as_parameter(a))
    return tuple(found)


def without_gradient(rule: Rule, name: str, value: Any, constant: bool | None) -> Any:
    """An argument that takes no gradient, as an array in the place of a tensor. A variable raises TypeError."""
    if isinstance(value, Handle) and not (value._constant or constant) and _mode().tracked:
        raise TypeError(
            f"{rule.name}: no gradient flows to the argument {name}, but a variable was passed for it. Pass a "
            f"constant or an array (`t.data`)."
        )
    return as_keyword(value)


#: What becomes an operand, or a parameter of which a node keeps a view, or something else than it is.
_CONVERTED = (Handle, _ndarray, list, tuple)


def _is_simple(rule: Rule, args: tuple[Any, ...], params: dict[str, Any]) -> bool:
    """Whether a tensor is all there is, beside what nodes keep as it is: as in ``np.sum(t, axis=0)``."""
    if not args or type(args[0]) is not _handle.tensor_class:
        return False
    for a in args[1:]:
        if type(a) not in SIMPLE and (len(rule.vjps) > 1 or rule.variadic or isinstance(a, _CONVERTED)):
            return False
    return not params or SIMPLE.issuperset(map(type, params.values()))


def _wrap(rule: Rule, args: tuple[Any, ...], params: dict[str, Any], value: Any, constant: bool | None) -> Any:
    if type(value) in RECORDED:
        rule = value.recording.rule(rule)
    value, number = as_value(value)
    if value.dtype.kind not in "fiubc":
        return no_numbers(rule, value, not loses_gradient(args) if constant is None else constant)
    is_constant = result_constant(args, value.dtype, constant)
    is_view = False
    if rule.view and isinstance(args[0], Handle):
        value, is_view = as_view(value, args[0]._memory)
    now = _mode()
    if not now.tracked:
        if is_view:
            return new_view(value, args[0], rule, args[1:], params, is_constant, linked=False)
        return new_leaf(value, is_constant, None, number)
    if is_view:
        linked = is_constant == args[0]._constant
        return new_view(value, args[0], rule, args[1:], params, is_constant, linked)
    node = make_node(rule, args, params, value.shape, value.dtype, is_constant)
    save_operands(rule, node, args, value)
    null_grads(args)
    if now.watched:
        note(node, args, value)
    return new_leaf(value, is_constant, node, number)


def result_constant(args: tuple[Any, ...], dtype: np.dtype[Any], constant: bool | None) -> bool:
    """Whether a result is a constant, if `constant` is what was asked for."""
    if constant is None:
        if dtype.kind in "fc":
            for a in args:
                if isinstance(a, Handle) and not a._constant:
                    return False
        return True
    constant = as_constant(constant)
    if not constant:
        require_float(dtype)
    return bool(constant)


def as_constant(constant: Any) -> bool | None:
    """The argument `constant`: True, False, or None for what follows from the operands.

    Raises
    ------
    TypeError
        If it is something else.
    """
    if constant is None or constant is True or constant is False:
        return constant
    if isinstance(constant, np.bool_):
        return bool(constant)
    raise TypeError(f"constant: expected True, False or None, got {constant!r}")


def require_float(dtype: np.dtype[Any]) -> None:
    """Raise ValueError unless values of `dtype` can vary continuously."""
    if dtype.kind not in "fc":
        raise ValueError(
            f"constant=False: a tensor of dtype {dtype} is always a constant, because only floating-point numbers "
            f"have derivatives. Ask for a floating-point or complex dtype, or leave `constant` out."
        )


def make_node(
    rule: Rule,
    args: tuple[Any, ...],
    params: dict[str, Any],
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    constant: bool,
) -> Node:
    """The node of ``rule(*args, **params)``, with the arrays that the user could write to locked."""
    parents: list[Any] = []
    held: list[Array] = []
    guarded = _mode().guarded
    for position, a in enumerate(args):
        kind = type(a)
        if kind is _handle.tensor_class or isinstance(a, Handle):
            parent = node_of(a)
            if guarded and not parent.guarded:
                protect(a, parent)
            parents.append(parent)
        elif kind in SIMPLE:
            parents.append(a)
        elif isinstance(a, np.ndarray) and (rule.variadic or position < len(rule.vjps)):
            parents.append(constant_node(a))
        else:
            parents.append(own(a, held))
    if params and not SIMPLE.issuperset(map(type, params.values())):
        params = {name: own(value, held) for name, value in params.items()}
    node = new_node(rule, tuple(parents), params, shape, dtype, constant, guarded)
    if held:
        hold(node, held)
    return node


def save_operands(rule: Rule, node: Node, args: tuple[Any, ...], value: Array) -> None:
    """Keep the values that the vjps of `node` will read."""
    if node.constant:
        return
    parents: Any = node.parents
    if len(parents) == 2 and not rule.variadic:  # the same by the tables: a third of the time
        a, b = parents
        of_pair = rule.pair_kept[type(a) is not Node or a.constant][type(b) is not Node or b.constant]
        if of_pair is None:
            return
        keep_out, keep_a, keep_b = of_pair
        keep: Any = (0,) * keep_a + (1,) * keep_b
    else:
        wanted = tuple([i for i, p in enumerate(parents) if type(p) is Node and not p.constant])
        keep_out, keep = rule.kept(wanted, len(parents))
    if keep_out:
        node.data = value
    for i in keep:
        a = args[i]
        if isinstance(a, Handle):
            save_value(a, parents[i])
        elif type(parents[i]) is Node:
            parents[i].data = kept_view(a)


def null_grads(args: tuple[Any, ...]) -> None:
    """Drop the gradients of tensors that an operation has used, and with them those of their views."""
    for a in args:
        if isinstance(a, Handle):
            a._grad = None
            if a._view is not None:
                grad_base_of(a)._grad = None
