"""What comes from outside: how arguments of users become operands of the engine.

An array from outside stays the user's: it is locked while a graph relies on it, and what the graph keeps is a view of
its own, so that nobody changes the shape or the dtype of what was kept. Whatever else holds numbers - lists, arrays of
other classes, memory that cannot be locked - is copied into an array of its own.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

import numpy as np

from mygrad._engine.exits import flows_back_from
from mygrad._engine.guard import entry_of, is_lockable, kept_view, lock
from mygrad._engine.handle import Handle, new_leaf
from mygrad._engine.names import caller_of, name_of, public_name
from mygrad._engine.node import NO_PARAMS, Node, new_node
from mygrad._engine.state import is_guarding, mode
from mygrad._rules.recorded import RECORDED, copy_of, is_recorded_integer

__all__ = [
    "MASKED",
    "SCALARS",
    "SIMPLE",
    "array_operand",
    "as_keyword",
    "as_ndarray",
    "as_operand",
    "as_parameter",
    "constant_node",
    "has_tensors",
    "has_variable",
    "hold",
    "is_masked",
    "loses_gradient",
    "own",
    "refusal",
    "refuse_masked",
    "sized",
    "unwrap",
    "unwrap_index",
]

Array = np.ndarray[Any, Any]
_ndarray = np.ndarray
_mode = mode.get
_NUMERIC = "?" + np.typecodes["AllInteger"] + np.typecodes["AllFloat"]
#: The types of the numbers that stand in a graph as they are: Python's and NumPy's, of the kinds that tensors may hold.
SCALARS = frozenset((float, int, bool, complex, *[np.dtype(code).type for code in _NUMERIC]))
#: The types of arguments that do.
SIMPLE = SCALARS | {str, type(None)}
#: A view of so few bytes is kept even if no derivative reads it, for pictures of the graph.
_SMALL = 1024


def array_operand(array: Array) -> Any:
    """An array from outside as an operand of `apply_pair`, which locks it if all goes well."""
    if (array.base is not None and not is_lockable(array)) or _mode().copied:
        return new_leaf(array.copy("K"), True)
    t = new_leaf(array[...], True)
    t._escaped = array
    return t


def constant_node(array: Array) -> Node:
    """The node of an array from outside: a constant, and locked for as long as something relies on it."""
    node = new_node(None, (), NO_PARAMS, array.shape, array.dtype, True, True)
    node.owner = entry = entry_of(array)
    base = array.base
    if base is not None and type(base) is _ndarray and base.nbytes <= _SMALL:
        node.data = kept_view(array)
    if is_guarding():
        node.lock = lock(entry)
    return node


def as_operand(a: Any) -> Any:
    """`a` as an argument of a rule: a tensor, an array or a scalar.

    An object of another class can have itself turned into a tensor by a method ``__tensor__``.
    """
    if isinstance(a, Handle):
        return a
    if isinstance(a, _ndarray):
        return a if _stays(a) else as_ndarray(a)
    if isinstance(a, (np.generic, float, int, complex)) or a is None:
        return a
    if isinstance(a, (list, tuple)):
        return _from_sequence(a)
    to_tensor = getattr(type(a), "__tensor__", None)
    # A copy, for what lends out its memory here cannot be kept from writing to it.
    return np.array(a) if to_tensor is None else to_tensor(a)


def sized(a: Any) -> Any:
    """`a` as an operand that has a shape and a dtype: an array instead of a number of Python."""
    a = as_operand(a)
    return np.asarray(a) if type(a) in _NUMBERS else a


_NUMBERS = frozenset((int, float, bool, complex))


def _stays(array: Array) -> bool:
    """Whether an array from outside may stand in a graph as it is, since it can be locked, and is to be."""
    return type(array) is _ndarray and is_lockable(array) and not _mode().copied


def as_ndarray(a: Array) -> Array:
    """`a`, which is of a subclass of ndarray or cannot be locked, as a plain array that nobody writes to behind us.

    A subclass may have operators of its own, which would be none of those that derivatives are written with.

    Raises
    ------
    TypeError
        If it has a mask.
    """
    if isinstance(a, np.memmap) and is_lockable(a):
        return a.view(_ndarray)
    refuse_masked(a)
    return copy_of(a)


#: What is said to those who pass a masked array.
MASKED = (
    "tensors have no masks, so masked arrays cannot be combined with them. Pass `m.filled(value)`, with a value in "
    "place of what is masked, or `m.data` if the mask does not matter."
)


def is_masked(a: Any) -> bool:
    """Whether `a` is a masked array."""
    # That there is a subclass of ndarray at all is asked first, for NumPy imports np.ma only when it is asked for.
    return isinstance(a, _ndarray) and type(a) is not _ndarray and isinstance(a, np.ma.MaskedArray)


def refuse_masked(a: Any) -> None:
    """Raise TypeError if `a` is a masked array."""
    if is_masked(a):
        raise TypeError(MASKED)


def as_parameter(a: Any) -> Any:
    """`a` as an argument that takes no gradient. A list becomes an array, which nobody can change later."""
    if type(a) is not list:
        return a if isinstance(a, Handle) else as_keyword(a)
    array = np.asarray(a)
    return array if array.size else array.astype(np.intp)  # empty lists are lists of indices


def as_keyword(a: Any) -> Any:
    """`a` as a keyword argument, which takes no gradient either."""
    if isinstance(a, Handle):
        return a._memory.copy("K")  # the tensor may go on to be written
    if isinstance(a, _ndarray) and not _stays(a):
        return as_ndarray(a)
    return a


def own(a: Any, found: list[Array]) -> Any:
    """A parameter, such as an index, as a node keeps it: with views of our own of its arrays, which go to `found`."""
    if isinstance(a, _ndarray):
        if RECORDED and is_recorded_integer(a):
            return a
        found.append(a)
        return kept_view(a)
    return tuple([own(part, found) for part in a]) if type(a) is tuple else a


def hold(node: Node, arrays: list[Array]) -> None:
    """Lock arrays, if any are guarded, until `node` is done with them."""
    if arrays and is_guarding():
        periods = [lock(entry_of(array)) for array in arrays]
        node.held = periods if node.held is None else node.held + periods


def _from_sequence(a: Any) -> Any:
    """Stack a sequence, nested to any depth, that may have tensors in it."""
    if not has_tensors(a):
        return np.asarray(a)
    from mygrad._engine.apply import apply
    from mygrad._rules.joining import stack_arrays

    parts = [_from_sequence(part) if isinstance(part, (list, tuple)) else part for part in a]
    return apply(stack_arrays, *parts)


def has_tensors(a: Any) -> bool:
    """Whether there are tensors in a sequence, at any depth. There must be no masked arrays."""
    found = False
    for part in a:
        kind = type(part)
        if kind is float or kind is int:
            continue
        if isinstance(part, (list, tuple)):
            found |= has_tensors(part)
        elif isinstance(part, Handle):
            found = True
        else:
            refuse_masked(part)
    return found


def unwrap(x: Any) -> Any:
    """`x` with arrays in the place of tensors, at any depth of lists, tuples and dictionaries."""
    if isinstance(x, Handle):
        return x._memory
    kind = type(x)
    if kind is tuple or kind is list:
        return kind([unwrap(part) for part in x])
    if kind is dict:
        return {key: unwrap(part) for key, part in x.items()}
    return x


def unwrap_index(index: Any) -> Any:
    """`index` made of integers, slices, arrays, None and Ellipsis, none of which anybody can change later.

    (Except arrays themselves, which are locked.)
    """
    return tuple(map(_unwrap_part, index)) if type(index) is tuple else _unwrap_part(index)


def _unwrap_part(part: Any) -> Any:
    kind = type(part)
    if kind in _IMMUTABLE_PARTS:
        return part
    if kind is slice:
        start, stop, step = part.start, part.stop, part.step
        if type(start) in _SLICE_BOUNDS and type(stop) in _SLICE_BOUNDS and type(step) in _SLICE_BOUNDS:
            return part
        return slice(*[None if bound is None else operator.index(bound) for bound in (start, stop, step)])
    if kind is np.ndarray and part.base is None and not _mode().copied:
        return part
    if isinstance(part, (np.ndarray, Handle)):
        return as_keyword(part)
    if isinstance(part, (list, tuple)):
        array = np.array([_unwrap_part(p) for p in part])
        return array if array.size else array.astype(np.intp)
    if isinstance(part, np.generic) or kind in RECORDED:
        return part
    if hasattr(part, "__index__"):
        return operator.index(part)
    return np.array(part)


_SLICE_BOUNDS = frozenset((int, type(None)))
_IMMUTABLE_PARTS = frozenset((int, bool, type(None), type(Ellipsis)))


# --- what is refused: to lose a gradient without a word -----------------------------------------------


def has_variable(x: Any) -> bool:
    """Whether a tensor that is not a constant is in `x`, at any depth of lists, tuples and dictionaries."""
    if isinstance(x, Handle):
        return not x._constant
    if type(x) is tuple or type(x) is list:
        return any(map(has_variable, x))
    return type(x) is dict and any(map(has_variable, x.values()))


def loses_gradient(*args: Any) -> bool:
    """Whether a gradient is lost if `args` go into a function as plain arrays.

    Under `no_autodiff` there is none to lose; nor where `lift` is on, of arrays that it made tensors.
    """
    now = mode.get()
    if not now.tracked or not has_variable(args):
        return False
    return not now.lifted or any(map(flows_back_from, _variables_in(args)))


def _variables_in(x: Any) -> Iterator[Handle]:
    if isinstance(x, Handle):
        if not x._constant:
            yield x
    elif type(x) in (tuple, list, dict):
        for part in x.values() if type(x) is dict else x:
            yield from _variables_in(part)


def refusal(func: Any, reason: str) -> TypeError:
    """What is raised where a gradient would be lost."""
    name, caller = name_of(func), caller_of(func)
    ours = None
    if caller is not None:
        name = f"{name_of(caller)} (which calls {name})"
        ours = public_name(caller)
    instead = "" if ours is None else f"call `{ours}` instead, which takes tensors, "
    return TypeError(
        f"{name} was given a tensor that is a variable, and cannot be differentiated: {reason}. "
        f"If no gradient needs to flow through it, pass arrays (the `data` of the tensors) or call it under "
        f"`mygrad.no_autodiff`. Otherwise, {instead}express it in terms of other functions, or define its derivative "
        f"(`mygrad.extend`, `mygrad.operation_base.Operation`)."
    )
