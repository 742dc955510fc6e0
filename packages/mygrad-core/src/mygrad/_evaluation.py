"""A function, evaluated at variables made for that; and who else can see what it computed.

Arrays in, arrays out: what `mygrad.functional` returns are plain arrays, unless the caller can differentiate them:
because a tensor was passed, or because the function took a variable from elsewhere, on which the result depends. An
enclosing function of which derivatives are wanted is an example.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import index
from typing import Any

import numpy as np

from mygrad._engine.anomalies import check_value
from mygrad._engine.apply import apply
from mygrad._engine.exits import differentiating
from mygrad._engine.forward import Forward, some_numbers
from mygrad._engine.functional import (
    Own,
    Step,
    depends_on_others,
    gradients,
    has_others,
    order_of,
    paths,
    vjp_arrays,
    vjp_graph,
)
from mygrad._engine.handle import PAST_ARGUMENT, new_argument, new_leaf, node_of
from mygrad._engine.node import Node, next_seq
from mygrad._engine.operands import as_operand
from mygrad._engine.reasons import differentiable_node
from mygrad._engine.state import is_tracking, mode, unlifted
from mygrad._pytrees import LEAF, flatten, flatten_like, form_of, has_tensor, is_container, map_leaves, unflatten
from mygrad._results import no_tensor_returned
from mygrad._rules.complexes import derivatives_by, is_complex
from mygrad._rules.recorded import RECORDED, as_any_array, assumed, copy_of
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
    outputs : list[Tensor]
        What the function returned: one tensor, or those in a container.
    roots : list[Node]
        Their nodes.
    aux : Any
    nodes : list[Node]
        The variables.
    order : list[Node]
        What the outputs depend on, in topological order.
    """

    __slots__ = (
        "_arguments",
        "_form",
        "_forward",
        "_given",
        "_keys",
        "_own",
        "_shared",
        "_single",
        "_slots",
        "_steps",
        "_tensors",
        "_tracked",
        "aux",
        "nodes",
        "order",
        "outputs",
        "roots",
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
        self._keys = [
            key if isinstance(key, str) or (type(key) is int and 0 <= key < len(args)) else _position(key, args, kwargs)
            for key in keys
        ]
        #: What was given for the arguments that are variables, by position or name.
        self._given: dict[int | str, Any] = {}
        #: The variables that derive from nothing: those of arrays.
        self._arguments: set[Node] = set()
        #: Of all that is in these arguments: whether it is a variable.
        self._slots: list[bool] = []
        self.nodes: list[Node] = []
        self._forward: dict[bool, Forward] | None = None
        self._steps: list[Step] | None = None
        self._tensors = any(map(has_tensor, args)) or (bool(kwargs) and any(map(has_tensor, kwargs.values())))
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
            try:
                returned = f(*call_args, **kwargs)
            except (IndexError, TypeError) as error:
                if any(map(_has_integers, self._given.values())):
                    error.add_note(
                        "Integers among the arguments that are differentiated were given to the function as "
                        "floating-point numbers. If one is none that derivatives are wanted of (an index, a count), "
                        "let the function take it from elsewhere, or from an argument that is not in `argnums`."
                    )
                raise
            self.aux: Any = None
            if has_aux:
                returned, self.aux = _pair(returned)
            self.outputs: list[Tensor] = [returned]
            self._form: Any = LEAF
            if not isinstance(returned, Tensor):
                self.outputs = []
                self._form = form_of(returned, self.outputs)
                if not self.outputs:
                    raise no_tensor_returned("mygrad.functional", returned)
        for node in self.nodes:
            if node.parents is None:
                raise InvalidBackprop(
                    "the function called `backward` on what it computed from its arguments, which cleared the graph "
                    "that is to be differentiated now. Compute derivatives within it by `mygrad.functional`, which "
                    "leaves graphs as they are."
                )
        if now.watched:
            for output in self.outputs:
                check_value(output, "what the function returned that is differentiated")
        self.roots = [_root(t) for t in self.outputs]
        self.order = order_of(self.roots)
        self._own = Own(self._arguments, since)
        #: Whether there is more in the graph than what was made for it alone; and whether that can be differentiated.
        self._shared = has_others(self.order, self._own)
        self._tracked = self._shared and tracking and any(depends_on_others(root, self._own) for root in self.roots)
        if has_aux:
            self._finish_aux(tracking)
        for node in self._arguments:
            node.rule = PAST_ARGUMENT

    def _as_variables(self, given: Any, lenient: bool) -> Any:
        """What the function is given in the place of an argument."""
        if not is_container(given):
            return self._as_variable(given, lenient)
        before = len(self.nodes)
        variables = [self._as_variable(leaf, True) for leaf in flatten(given)]
        if len(self.nodes) == before and self._single and not lenient:
            raise TypeError(f"derivatives are taken with respect to numbers, of which there are none in {given!r}")
        return unflatten(given, variables)

    def _as_variable(self, x: Any, lenient: bool) -> Any:
        """A variable with the value of `x`: a result, with which the function may do what it likes.

        A tensor stays a part of the graph that it comes from, so that derivatives can be nested.
        """
        if type(x) is np.ndarray and x.dtype.kind in "fc":
            variable = new_argument(x.copy("K"), None)
        else:
            operand = as_operand(x)
            is_tensor = isinstance(operand, Tensor)
            number = operand._number if is_tensor else _is_number(operand)
            if is_tensor and not operand.constant:
                variable = apply(np.copy, operand)
                variable._number = number
                self._slots.append(True)
                self.nodes.append(node_of(variable))
                return variable
            array = operand._memory if is_tensor else as_any_array(operand)
            kind = array.dtype.kind
            if lenient and kind not in "fiuc":
                self._slots.append(False)
                return x
            if kind not in "fiubc":
                raise TypeError(f"derivatives are taken with respect to numbers, not to {array.dtype}")
            variable = new_argument(copy_of(array, array.dtype if kind in "fc" else float), number)
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

        def finished(t: Any) -> Any:
            if not isinstance(t, Tensor):
                return t
            if tracking and not t.constant and depends_on_others(node_of(t), self._own):
                self._shared = True  # so that its graph is not cleared
                return t
            return as_plain(t._memory, copy=True)

        self.aux = map_leaves(finished, self.aux)

    # -- results ------------------------------------------------------------------------------------------

    def value(self) -> Any:
        """What the function returned, as users get it."""
        if self._form is LEAF:
            (t,) = self.outputs
            return self.result(t if self._tracked else t._memory, copy=True)
        return self.like_outputs(self.values())

    def values(self) -> list[Any]:
        """The outputs, as users get them."""
        return [self.result(t if self._tracked else t._memory, copy=True) for t in self.outputs]

    def gradients(self) -> list[Any]:
        """The gradient of the sum of the output by each variable. It may clear the graph, so it comes last."""
        (output,) = self.outputs
        if output.dtype.kind == "c":  # of a holomorphic function
            return derivatives_by(self.nodes, lambda unit: self.pull(self.roots, [unit]))
        if self._shared:
            return self.pull(self.roots, [1.0])
        return [self.result(g) for g in gradients(output, self.order, self.nodes)]

    def pull(
        self,
        roots: Sequence[Node],
        cotangents: Sequence[Any],
        nodes: Sequence[Node] | None = None,
        steps: list[Step] | None = None,
    ) -> list[Any]:
        """The gradients of outputs, or of what was computed from them, weighted by cotangents, as users get them.

        With respect to the variables, or to others that were made for this evaluation alone.
        """
        if nodes is None:
            nodes = self.nodes
            if steps is None and roots is self.roots:
                steps = self.steps
        given = [c for c in cotangents if isinstance(c, Tensor)]
        if self._tracked or (is_tracking() and any(not c.constant for c in given)):
            own = Own({*self._own.leaves, *nodes}, self._own.since)
            return [self.result(g, bool(given), own=own) for g in vjp_graph(roots, nodes, cotangents, steps, True)]
        if given:
            cotangents = [c._memory if isinstance(c, Tensor) else c for c in cotangents]
        return [self.result(g, bool(given), copy=True) for g in vjp_arrays(roots, nodes, cotangents, steps, True)]

    def push(self, tangents: Sequence[Any]) -> list[Any]:
        """The derivatives of the outputs along tangents of the variables, None for zeros, as users get them."""
        given = [t for t in tangents if isinstance(t, Tensor)]
        plain = not (self._tracked or (is_tracking() and any(not t.constant for t in given)))
        forward = self.forward(plain)
        cast = [_as_tangent(t, node, plain) for t, node in zip(tangents, self.nodes, strict=True)]
        if plain:
            found = _plainly(forward, cast)
        else:
            with differentiating():
                found = forward(cast)
        is_bad = _is_not_finite if mode.get().watched else np.isnan
        if not all(t is None or assumed(~is_bad(t._memory if isinstance(t, Tensor) else t).any()) for t in found):
            # What is left out is zero, even if derivatives there are infinite: to know what is, one has to come back.
            return self._push_by_transposes(tangents)
        own = self._own
        return [
            self.result(np.zeros(root.shape, root.dtype) if t is None else t, bool(given), copy=True, own=own)
            for t, root in zip(found, self.roots, strict=True)
        ]

    def forward(self, plain: bool) -> Forward:
        """The way from the variables to the outputs, for arrays or tensors."""
        if self._forward is None:
            self._forward = {}
        if plain not in self._forward:
            self._forward[plain] = Forward(self.steps, self.nodes, self.roots, plain)
        return self._forward[plain]

    @property
    def is_tracked(self) -> bool:
        """Whether somebody else may differentiate the results."""
        return self._tracked

    def goes_forward(self) -> bool:
        """Whether `push` can do it: an operation that computes its gradients with arrays is in its way."""
        return self.forward(not self._tracked).possible

    @property
    def steps(self) -> list[Step]:
        """The paths from the variables to the outputs."""
        if self._steps is None:
            self._steps = paths(self.order, self.nodes)
        return self._steps

    def _push_by_transposes(self, tangents: Sequence[Any]) -> list[Any]:
        # v^T J is linear in v. So any v will do, but 0: for what is undetermined may count as 0 where it meets that.
        weights = [new_leaf(some_numbers(root), False) for root in self.roots]
        by_nodes = vjp_graph(self.roots, self.nodes, weights, self.steps, True)
        return self.pull([node_of(g) for g in by_nodes], tangents, [node_of(v) for v in weights])

    def directions(self, leaves: Sequence[Any], what: str) -> list[Any]:
        """Of what was given for each part of the arguments, what belongs to variables: of their shapes, or None."""
        found = [leaf for leaf, is_variable in zip(leaves, self._slots, strict=True) if is_variable]
        for node, t in zip(self.nodes, found, strict=True):
            if t is not None:
                _require_real(t, what, node)
                if np.shape(t) != node.shape:
                    raise ValueError(f"{what} of an argument of shape {node.shape} has shape {np.shape(t)}")
        return found

    def cotangents(self, given: Any, what: str) -> list[Any]:
        """What was given for each of the outputs, in their form."""
        found = [given]
        if self._form is not LEAF:
            leaves = zip(flatten(self._form), flatten_like(self._form, given, what), strict=True)
            found = [leaf for form, leaf in leaves if form is LEAF]
        for leaf, root in zip(found, self.roots, strict=True):
            _require_real(leaf, what, root)
        return found

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
            if tensors or depends_on_others(node_of(x), own or self._own):
                return x
            x, copy = x._memory, True
        if tensors:
            return new_leaf(copy_of(x), True)
        return as_plain(x, copy)

    def output(self, who: str) -> Tensor:
        """The tensor that the function returned. Of several, `who` is no function."""
        if self._form is not LEAF:
            raise TypeError(
                f"{who}: the function returned a {type(self._form).__name__} of several results, and is to return one. "
                f"`jacobian`, `vjp` and `jvp` take several; and `has_aux=True` says that it returns a pair, "
                f"of which the second is not differentiated."
            )
        return self.outputs[0]

    def refuse_several(self, who: str) -> None:
        """Raise an error if the output is more than one number, of which `who` gives the gradient."""
        output = self.outputs[0] if self._form is LEAF else self.output(who)
        if output._memory.size > 1:
            raise ValueError(
                f"{who}: the function returned an array of shape {output.shape}, and a gradient is that of one "
                f"number. Take `jacobian` for the derivatives of all of them; or have the function return the sum "
                f"(`.sum()`), or take `elementwise_grad`, which differentiates the sum."
            )

    def nodes_of(self) -> dict[int | str, range]:
        """The places of the variables that are in each argument."""
        slots, start, found = iter(self._slots), 0, {}
        for key, given in self._given.items():
            count = sum(next(slots) for _ in flatten(given))
            found[key] = range(start, start + count)
            start += count
        return found

    def like_outputs(self, found: Sequence[Any]) -> Any:
        """What was found for each output, in the form of what the function returned."""
        if self._form is LEAF:
            return found[0]
        rest = iter(found)
        return unflatten(self._form, [next(rest) if leaf is LEAF else None for leaf in flatten(self._form)])

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
    return copy_of(x) if copy else x


def _is_number(x: Any) -> bool:
    return x.is_number if type(x) in RECORDED else not isinstance(x, np.ndarray)


def _pair(returned: Any) -> tuple[Any, Any]:
    if not isinstance(returned, tuple) or len(returned) != 2:
        raise TypeError(
            f"has_aux=True says that the function returns a pair, of what is to be differentiated and of what "
            f"is not, but it returned {type(returned).__name__}"
        )
    return returned


def _root(t: Tensor) -> Node:
    node = t._node
    if node is not None and node.parents is not None and t._view is None:
        return node  # as a rule, in a third of the time
    return differentiable_node(t)


def _require_real(x: Any, what: str, node: Node) -> None:
    """Raise TypeError if `x` is complex, and that for which it is given is real."""
    if x is not None and not is_complex(node) and np.iscomplexobj(x._memory if isinstance(x, Tensor) else x):
        raise TypeError(f"{what} is complex, and what it is for is real (of dtype {node.dtype})")


@unlifted
def _plainly(forward: Forward, tangents: Sequence[Any]) -> list[Any]:
    return forward(tangents)


def _is_not_finite(x: Any) -> Any:
    return ~np.isfinite(x)


def _as_tangent(t: Any, node: Node, plain: bool) -> Any:
    if t is None:
        return None
    if plain:
        return as_any_array(t._memory if isinstance(t, Tensor) else t, node.dtype)
    return t if isinstance(t, Tensor) else new_leaf(copy_of(t, node.dtype), True)


def _has_integers(given: Any) -> bool:
    return any(as_any_array(leaf).dtype.kind in "iu" for leaf in flatten(given))


def _position(key: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> int:
    try:
        position, count = index(key), len(args)
    except TypeError:
        raise TypeError(
            f"argnums: {key!r} is neither the position of an argument nor the name of a keyword argument. Of several, "
            f"give a tuple or a list."
        ) from None
    if not -count <= position < count:
        by_name = f" (and with {', '.join(map(repr, kwargs))} by name)" if kwargs else ""
        raise IndexError(
            f"argnums={position}: derivatives are taken with respect to positional arguments, and the function was "
            f"called with {count} of them{by_name}"
        )
    return position % count
