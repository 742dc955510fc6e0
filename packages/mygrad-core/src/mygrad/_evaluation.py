"""A function, evaluated at variables of our own; and who else can see what it computed.

Arrays in, arrays out: what `mygrad.functional` returns are plain arrays, unless somebody can differentiate them. That
is whoever passed a tensor, and whoever has a variable that the function took from elsewhere and the result depends on:
an enclosing function of which derivatives are wanted, for example.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import index
from typing import Any

import numpy as np

from mygrad._engine.anomalies import check_value
from mygrad._engine.apply import apply
from mygrad._engine.backward import topological_order
from mygrad._engine.exits import differentiating
from mygrad._engine.functional import Own, depends_on_others, gradients, has_others, vjp_arrays, vjp_graph
from mygrad._engine.handle import new_argument, new_leaf, node_of
from mygrad._engine.node import Node, next_seq
from mygrad._engine.operands import as_operand
from mygrad._engine.reasons import differentiable_node
from mygrad._engine.state import mode
from mygrad._pytrees import flatten, is_container, map_tensors, unflatten
from mygrad._results import no_tensor_returned
from mygrad.errors import InvalidBackprop
from mygrad.tensor import Tensor

__all__ = ["Argnums", "Evaluation", "as_plain"]

#: Which arguments: one or several, by position or, of keyword arguments, by name.
Argnums = int | str | Sequence[int | str]


class Evaluation:
    """A function, evaluated at variables with the values of its arguments.

    Parameters
    ----------
    f : Callable
        It may write to its arguments, and give them another shape. And it is tracked even where tracking is off, for
        derivatives are what is asked for.
    args, kwargs
    argnums : Argnums
        The arguments that are variables.
    has_aux : bool
        Whether `f` returns a pair, of which the second is not differentiated.
    lenient : bool
        Whether to leave alone what has no derivatives among these arguments, as it is left alone in containers.

    Attributes
    ----------
    output : Tensor
    aux : Any
    nodes : list[Node]
        The variables.
    """

    __slots__ = (
        "_arguments",
        "_given",
        "_keys",
        "_order",
        "_own",
        "_shared",
        "_single",
        "_slots",
        "_tensors",
        "_tracked",
        "aux",
        "nodes",
        "output",
    )

    def __init__(
        self,
        f: Callable[..., Any],
        args: Sequence[Any],
        kwargs: dict[str, Any],
        argnums: Argnums,
        has_aux: bool = False,
        lenient: bool = False,
    ) -> None:
        call_args = list(args)
        self._single = type(argnums) is int or isinstance(argnums, str) or not isinstance(argnums, Sequence)
        keys: Any = (argnums,) if self._single else argnums
        self._keys = [key if isinstance(key, str) else _position(key, args, kwargs) for key in keys]
        #: What was given for the arguments that are variables, by position or name.
        self._given: dict[int | str, Any] = {}
        #: The variables that derive from nothing: those of arrays.
        self._arguments: set[Node] = set()
        #: Of all that is in these arguments: whether it is a variable.
        self._slots: list[bool] = []
        self.nodes: list[Node] = []
        self._tensors = any(map(_has_tensor, args)) or any(map(_has_tensor, kwargs.values()))
        now = mode.get()
        tracking = now.tracked
        since = next_seq()
        with differentiating():
            for key in self._keys:
                if key in self._given:
                    continue
                if isinstance(key, str):
                    if key not in kwargs:
                        raise TypeError(
                            f"derivatives are wanted with respect to {key!r}, but no keyword argument has that name"
                        )
                    given = kwargs[key]
                    kwargs = {**kwargs, key: self._as_variables(given, lenient)}
                else:
                    given = args[key]
                    call_args[key] = self._as_variables(given, lenient)
                self._given[key] = given
            output = f(*call_args, **kwargs)
        self.aux: Any = None
        if has_aux:
            if not isinstance(output, tuple) or len(output) != 2:
                raise TypeError(
                    f"has_aux=True says that the function returns a pair, of what is to be differentiated and of what "
                    f"is not, but it returned {type(output).__name__}"
                )
            output, self.aux = output
        if not isinstance(output, Tensor):
            raise no_tensor_returned("mygrad.functional", output)
        if any(node.cleared for node in self.nodes):
            raise InvalidBackprop(
                "the function called `backward` on what it computed from its arguments, which cleared the graph that "
                "is to be differentiated now. Compute derivatives within it by `mygrad.functional`, which leaves "
                "graphs as they are."
            )
        if now.watched:
            check_value(output, "what the function returned that is differentiated")
        self.output = output
        self._order = topological_order(differentiable_node(output))
        self._own = Own(self._arguments, since)
        #: Whether there is more in the graph than what was made for it alone; and whether that can be differentiated.
        self._shared = has_others(self._order, self._own)
        self._tracked = self._shared and tracking and depends_on_others(output, self._own)
        if has_aux:
            self._finish_aux(tracking)

    def _as_variables(self, given: Any, lenient: bool) -> Any:
        """What the function is given in the place of an argument."""
        if not is_container(given):
            return self._as_variable(given, lenient)
        before = len(self.nodes)
        variables = [self._as_variable(leaf, True) for leaf in flatten(given)]
        if len(self.nodes) == before and not lenient:
            raise TypeError(f"derivatives are taken with respect to real numbers, of which there are none in {given!r}")
        return unflatten(given, variables)

    def _as_variable(self, x: Any, lenient: bool) -> Any:
        """A variable with the value of `x`: a result, with which the function may do what it likes.

        A tensor stays a part of the graph that it comes from, so that derivatives can be nested.
        """
        if type(x) is np.ndarray and x.dtype.kind == "f":
            variable = new_argument(x.copy("K"), None)
        else:
            operand = as_operand(x)
            is_tensor = isinstance(operand, Tensor)
            number = operand._number if is_tensor else not isinstance(operand, np.ndarray)
            if is_tensor and not operand.constant:
                variable = apply(np.copy, operand)
                variable._number = number
                self._slots.append(True)
                self.nodes.append(node_of(variable))
                return variable
            array = operand._memory if is_tensor else np.asarray(operand)
            kind = array.dtype.kind
            if lenient and kind not in "fiuc":
                self._slots.append(False)
                return x
            if kind not in "fiub":
                raise TypeError(f"derivatives are taken with respect to real numbers, not to {array.dtype}")
            variable = new_argument(np.array(array, array.dtype if kind == "f" else float), number)
        node = variable._node
        self._slots.append(True)
        self.nodes.append(node)
        self._arguments.add(node)
        return variable

    def _finish_aux(self, tracking: bool) -> None:
        """Make plain arrays of what nobody can differentiate among the other results."""
        if self._tensors:
            self._shared = True
            return

        def finished(t: Tensor) -> Any:
            if tracking and not t.constant and depends_on_others(t, self._own):
                self._shared = True  # so that its graph is not cleared
                return t
            return as_plain(t._memory, copy=True)

        self.aux = map_tensors(finished, self.aux)

    # -- results ------------------------------------------------------------------------------------------

    def value(self) -> Any:
        """What the function returned, as users get it."""
        return self.result(self.output if self._tracked else self.output._memory, copy=True)

    def gradients(self) -> list[Any]:
        """The gradient of the sum of the output by each variable. It may clear the graph, so it comes last."""
        if self._shared:
            return self.pull(self.output)
        return [self.result(g) for g in gradients(self.output, self._order, self.nodes)]

    def pull(self, output: Tensor, cotangent: Any = None, nodes: Sequence[Node] | None = None) -> list[Any]:
        """The gradients of `output`, or of what was computed from it, weighted by a cotangent, as users get them.

        With respect to the variables, or to others that were made for this evaluation alone.
        """
        if nodes is None:
            nodes = self.nodes
        given = isinstance(cotangent, Tensor)
        if self._tracked or (given and not cotangent.constant and mode.get().tracked):
            own = Own({*self._own.leaves, *nodes}, self._own.since)
            return [self.result(g, given, own=own) for g in vjp_graph(output, nodes, cotangent)]
        if given:
            cotangent = cotangent._memory
        return [self.result(g, given, copy=True) for g in vjp_arrays(output, nodes, cotangent)]

    def of_variables(self, leaves: Sequence[Any]) -> list[Any]:
        """Of what was given for each part of the arguments, what belongs to variables."""
        return [leaf for leaf, is_variable in zip(leaves, self._slots, strict=True) if is_variable]

    def result(self, x: Any, tensors: bool = False, copy: bool = False, own: Own | None = None) -> Any:
        """A tensor, or an array, as users get it.

        Parameters
        ----------
        x : Tensor | ndarray
        tensors : bool
            Whether one was given, besides the arguments.
        copy : bool
            Whether somebody else may have the memory of an array.
        own : Own, optional
            What was made for this evaluation alone, if there is more of it.
        """
        tensors = tensors or self._tensors
        if isinstance(x, Tensor):
            if tensors or depends_on_others(x, own or self._own):
                return x
            x, copy = x._memory, True
        if tensors:
            return new_leaf(np.array(x), True)
        return as_plain(x, copy)

    def refuse_several(self, who: str) -> None:
        """Raise ValueError if the output is more than one number, of which `who` gives the gradient."""
        if self.output.size > 1:
            raise ValueError(
                f"{who}: the function returned an array of shape {self.output.shape}, and a gradient is that of one "
                f"number. Take `jacobian` for the derivatives of all of them; or have the function return the sum "
                f"(`.sum()`), or take `elementwise_grad`, which differentiates the sum."
            )

    def like_arguments(self, found: Sequence[Any]) -> Any:
        """What was found for each variable, in the shape of the arguments: in a tuple if several were asked for."""
        if self._single and self._slots == [True]:
            (given,) = self._given.values()
            if not is_container(given):
                return found[0]
        rest = iter(found)
        slots = iter(self._slots)
        filled = {}
        for key, given in self._given.items():
            filled[key] = unflatten(given, [next(rest) if next(slots) else None for _ in flatten(given)])
        return filled[self._keys[0]] if self._single else tuple([filled[key] for key in self._keys])


def as_plain(x: Any, copy: bool = False) -> Any:
    """A plain array, or the number that NumPy has in the place of one without axes."""
    if not x.ndim:
        return x[()]
    return np.array(x) if copy else x


def _position(key: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> int:
    position, count = index(key), len(args)
    if not -count <= position < count:
        by_name = f" (and with {', '.join(map(repr, kwargs))} by name)" if kwargs else ""
        raise IndexError(
            f"argnums={position}: derivatives are taken with respect to positional arguments, and the function was "
            f"called with {count} of them{by_name}"
        )
    return position % count


def _has_tensor(x: Any) -> bool:
    if type(x) is np.ndarray:
        return False
    if isinstance(x, Tensor):
        return True
    if isinstance(x, (list, tuple)) or is_container(x):
        return any(map(_has_tensor, x if isinstance(x, (list, tuple)) else flatten(x)))
    return False
