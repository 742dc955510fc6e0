"""Functions of arrays that come with a derivative: a forward pass that keeps something, and a backward pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import update_wrapper
from inspect import Signature, signature
from types import MethodType
from typing import Any, Generic, ParamSpec, TypeVar

import numpy as np

from mygrad._engine.apply import null_grads
from mygrad._engine.calls import CallRule, results_of_call
from mygrad._engine.exits import differentiating
from mygrad._engine.forward import some_numbers, transposed
from mygrad._engine.guard import entry_of, lock
from mygrad._engine.handle import new_leaf, operand_node, register_saved_view, root_of, save_value
from mygrad._engine.node import NO_PARAMS, Node, new_node
from mygrad._engine.operands import as_keyword, has_variable
from mygrad._engine.state import is_guarding, is_tracking, unlifted
from mygrad._engine.unbroadcast import unbroadcast
from mygrad._pytrees import map_leaves
from mygrad._rules.complexes import is_complex
from mygrad._rules.recorded import as_any_array, copy_of
from mygrad.errors import InvalidGradient
from mygrad.functional._form import Form
from mygrad.tensor import Tensor

__all__ = ["custom_vjp"]

P = ParamSpec("P")
R = TypeVar("R")
Array = np.ndarray[Any, Any]


class custom_vjp(Generic[P, R]):
    """A function of arrays whose derivative you say: a decorator, completed by ``f.defvjp(forward, backward)``.

    Where no derivatives are wanted, `f` is called. Else ``forward(*args)`` is, which returns the same and, beside it,
    what is to be kept; and later ``backward(kept, g)``, with the gradient of the result. That returns a tuple, with the
    gradient of each argument, or None. All of them are given arrays. For derivatives of higher order, `forward` and
    `backward` are called with tensors: then they have to consist of functions that have derivatives.

    Arguments that are given by keyword, or have a default, are passed on by position, if they have one. They may be
    containers, and there may be several results in a container: gradients have their form.

    See Also
    --------
    mygrad.extend.defvjp : a rule of the derivative table, with one formula for each argument.

    Examples
    --------
    >>> import numpy as np
    >>> import mygrad as mg
    >>> from mygrad.functional import custom_vjp
    >>> @custom_vjp
    ... def log1pexp(x):
    ...     return np.logaddexp(0.0, x)
    >>> def forward(x):
    ...     return log1pexp(x), x
    >>> def backward(x, g):
    ...     return (g / (1.0 + np.exp(-x)),)
    >>> log1pexp.defvjp(forward, backward)
    >>> mg.grad(log1pexp)(0.0), mg.grad(mg.grad(log1pexp))(0.0)
    (np.float64(0.5), np.float64(0.25))
    """

    def __init__(self, f: Callable[P, R]) -> None:
        self._f = f
        self._passes: tuple[Callable[..., Any], Callable[..., Any]] | None = None
        self._signature: Signature | None
        try:
            self._signature = signature(f)
        except (TypeError, ValueError):  # of some that are compiled
            self._signature = None
        parameters = self._signature.parameters.values() if self._signature else ()
        self._positions = sum(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)
        update_wrapper(self, f)

    def defvjp(self, forward: Callable[P, tuple[Any, Any]], backward: Callable[[Any, Any], Any]) -> None:
        """Say what the derivative is.

        Parameters
        ----------
        forward : Callable
            Takes what the function takes, and returns ``(result, kept)``.
        backward : Callable
            Takes ``(kept, g)`` with the gradient of the result, in its form, and returns a tuple with the gradient of
            each argument that has a position, in its form; None for what gets no gradient.
        """
        self._passes = forward, backward

    def __get__(self, instance: object, owner: type | None = None) -> custom_vjp[P, R] | MethodType:
        return self if instance is None else MethodType(self, instance)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if self._passes is None:
            raise TypeError(
                f"{self.__name__} has no derivative yet: say it by `{self.__name__}.defvjp(forward, backward)`"  # type: ignore[attr-defined]
            )
        by_position, by_name = self._arguments(*args, **kwargs)
        result: R = _called(self._f, *self._passes, by_position, by_name)
        return result

    def _arguments(self, *args: Any, **kwargs: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments, those that have a position by position, though they were given by keyword or not at all."""
        if self._signature is None or (not kwargs and len(args) >= self._positions):
            return args, kwargs  # without 15 microseconds of binding
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return bound.args, bound.kwargs


def _called(f: Any, forward: Any, backward: Any, args: Any, kwargs: Any) -> Any:
    name = f.__name__
    if is_tracking() and has_variable(kwargs):
        raise TypeError(
            f"{name}: no gradient flows to arguments that have no position, but a variable was given by keyword"
        )
    outside: list[Array] = []

    def constant(x: Any) -> Any:
        if isinstance(x, np.ndarray):
            x = as_keyword(x)  # a copy, if it cannot be locked
            outside.append(x)
        return x

    given = Form(tuple(args), _is_tensor, constant)
    kwargs = map_leaves(constant, kwargs)
    arrays = given.filled([t._memory[()] if t._number else t._memory for t in given.parts])
    varies = any(not t.constant for t in given.parts)
    if not (varies and is_tracking()):
        value = unlifted(f)(*arrays, **kwargs)
        if not given.parts:
            return value
        results = Form(value, _is_real)
        return results.filled([_as_tensor(x, constant=not varies) for x in results.parts])
    returned = unlifted(forward)(*arrays, **kwargs)
    if type(returned) is not tuple or len(returned) != 2:
        raise TypeError(
            f"{name}: the forward pass has to return a pair, of the result and of what the backward pass needs, but "
            f"returned {type(returned).__name__}"
        )
    value, kept = returned
    # Of a tensor, its array: what somebody wants the derivatives of is not lost in silence there.
    if type(value) is not np.ndarray:
        value = map_leaves(lambda x: _as_array(x) if isinstance(x, Tensor) else x, value)
    results = Form(value, _is_real)
    tensors = given.parts
    nodes = list(map(operand_node, tensors))
    for t, node in zip(tensors, nodes, strict=True):
        save_value(t, node)
    held = [lock(entry_of(array)) for array in outside] if is_guarding() else []
    values = [(copy_of(x), not isinstance(x, np.ndarray)) for x in results.parts]
    rule = _Custom(name, forward, backward, given, kwargs, results, kept, tensors)
    made = results_of_call(rule, nodes, values, held)
    null_grads(tuple(tensors))
    given.parts = results.parts = []
    return results.filled(made)


def _is_tensor(x: Any) -> bool:
    return isinstance(x, Tensor)


def _is_real(x: Any) -> bool:
    """Whether a result is differentiated."""
    return isinstance(x, (np.ndarray, np.generic, float, complex)) and as_any_array(x).dtype.kind in "fc"


def _as_array(t: Tensor) -> Any:
    array = np.asarray(t)
    return array[()] if t._number else array


def _as_tensor(x: Any, constant: bool) -> Any:
    return new_leaf(copy_of(x), constant, None, not isinstance(x, np.ndarray))


class _Custom(CallRule):
    """A call of a function that comes with a derivative.

    Parameters
    ----------
    name : str
    forward, backward : Callable
    given, kwargs
        The arguments: those that are tensors are the parents, in the order of the parts.
    results : Form
        Of what the forward pass returned.
    kept : Any
        What it returned beside that.
    tensors : Sequence[Tensor]
        Of which the memory may be a part of that.
    """

    __slots__ = ("_backward", "_forward", "_given", "_kept", "_kwargs", "_numbers", "_results")

    def __init__(
        self,
        name: str,
        forward: Any,
        backward: Any,
        given: Form,
        kwargs: Any,
        results: Form,
        kept: Any,
        tensors: Sequence[Any],
    ) -> None:
        super().__init__(name)
        self._forward = forward
        self._backward = backward
        self._given = given
        self._kwargs = kwargs
        self._results = results
        self._numbers = [t._number for t in tensors]

        def shown(x: Any) -> Any:
            """A node for an array over the memory of a tensor, which a write to that is to find."""
            for t in tensors:
                if isinstance(x, np.ndarray) and np.may_share_memory(x, t._memory):
                    node = new_node(None, (), NO_PARAMS, x.shape, x.dtype, True)
                    node.data = x[...]
                    register_saved_view(root_of(t), node)
                    return node
            return x

        self._kept = map_leaves(shown, kept)

    def pull(self, node: Node, gs: Sequence[Any]) -> Sequence[Any]:
        nested = any(isinstance(g, Tensor) for g in gs)
        return self._pulled(node, gs, nested) if nested else unlifted(self._pulled)(node, gs, nested)

    def push(self, node: Node, tangents: dict[int, Any], plain: bool) -> Sequence[Any]:
        results: Any = node.data
        parents: Any = node.parents
        weights = [new_leaf(some_numbers(value), False) for value in results.values]
        with differentiating():
            pulled = self._pulled(node, weights, not plain)
            pulled = [r if r is None or isinstance(r, Tensor) else new_leaf(r, True) for r in pulled]
        ts = [tangents.get(i) for i in range(len(parents))]
        pairs = [(r, t) for r, t in zip(pulled, ts, strict=True) if t is not None]
        return transposed(weights, [r for r, _ in pairs], [t for _, t in pairs], plain)

    def _pulled(self, node: Node, gs: Sequence[Any], nested: bool) -> list[Any]:
        """What the backward pass makes of gradients of the results. `nested`: as a function of the arguments, too."""
        parents: Any = node.parents
        results: Any = node.data
        if nested:
            args = self._given.filled(
                [new_leaf(p.data, p.constant, p, number) for p, number in zip(parents, self._numbers, strict=True)]
            )
            _, kept = self._forward(*args, **self._kwargs)
        else:
            kept = map_leaves(lambda x: x.data if isinstance(x, Node) else x, self._kept)
        tensors = any(isinstance(g, Tensor) for g in gs)
        whole = [_gradient(g, value, tensors) for g, value in zip(gs, results.values, strict=True)]
        gradients = self._backward(kept, self._results.filled(whole))
        if not isinstance(gradients, (tuple, list)):
            raise InvalidGradient(
                f"{self.name}: the backward pass has to return a tuple with a gradient for each argument, or None, but "
                f"returned {type(gradients).__name__}"
            )
        found = self._given.parts_of(tuple(gradients), f"{self.name}: what the backward pass returns")
        return [self._sum(gs_, p, node) for gs_, p in zip(found, parents, strict=True)]

    def _sum(self, found: list[Any], p: Node, node: Node) -> Any:
        """The gradient of an argument, which may have been given several times."""
        results: Any = node.data
        kinds = "fiubc" if any(map(is_complex, (p, *results.values))) else "fiub"
        total: Any = None
        for g in found:
            if g is None or p.constant:
                continue
            if not isinstance(g, Tensor):
                g = as_any_array(g)
            try:
                fits = g.dtype.kind in kinds and np.broadcast_shapes(g.shape, p.shape) == g.shape
            except ValueError:
                fits = False
            if not fits:
                raise InvalidGradient(
                    f"{self.name}: the backward pass returned a gradient of shape {g.shape} and dtype {g.dtype}, for "
                    f"an argument of shape {p.shape} and dtype {p.dtype}"
                )
            g = unbroadcast(np.real(g) if is_complex(g) and not is_complex(p) else g, p.shape)
            g = g if g.dtype == p.dtype else g.astype(p.dtype)
            total = g if total is None else total + g
        return total


def _gradient(g: Any, value: Node, tensors: bool) -> Any:
    """The gradient of a result as the backward pass gets it: zeros, if there is none."""
    if g is None:
        g = np.zeros(value.shape, value.dtype)
        return new_leaf(g, True) if tensors else g
    if not tensors:
        g = g.view()
        g.flags.writeable = False
    return g
