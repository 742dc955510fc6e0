"""Derivatives as functions: of any order, of functions of one or several arrays.

`Tensor.backward` leaves gradients behind, as plain arrays. The functions here return them, as tensors that were
themselves computed by operations of the graph, so that they can be differentiated again.

In a function that is differentiated, nothing gets lost without an error: what would take a variable out of the graph
raises (see `mygrad.lost_gradients`). Copies are parts of the graph, and arrays that meet tensors stay writeable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import index
from typing import Any

import numpy as np

from mygrad._engine.apply import apply
from mygrad._engine.exits import differentiating
from mygrad._engine.functional import vjp_graph
from mygrad._engine.handle import node_of
from mygrad._engine.node import Node
from mygrad._engine.operands import as_operand
from mygrad._results import no_tensor_returned
from mygrad.errors import InvalidBackprop
from mygrad.tensor import Tensor

__all__ = ["derivatives", "grad", "hessian", "hvp", "jacobian", "jvp", "value_and_grad", "vjp"]

Argnum = int | Sequence[int]


def derivatives(output: Tensor, inputs: Sequence[Tensor], cotangent: Any = None) -> list[Tensor]:
    """The derivatives of a tensor with respect to others that it was computed from, as differentiable tensors.

    The graph is not cleared and no ``grad`` is set.

    Parameters
    ----------
    output : Tensor
        If it is not a scalar, its sum is differentiated.
    inputs : Sequence[Tensor]
    cotangent : array_like, optional
        Weights of that sum, which broadcast to the shape of `output`. They may be a tensor, and are differentiable too.

    Returns
    -------
    list[Tensor]
        One for each input, of its shape and dtype; zeros where `output` does not depend on it.

    Raises
    ------
    InvalidBackprop
        If part of the graph was cleared, or has no derivatives of higher order.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.functional import derivatives
    >>> x = mg.tensor(3.0)
    >>> (first,) = derivatives(x**4, [x])
    >>> (second,) = derivatives(first, [x])
    >>> first, second
    (Tensor(108.), Tensor(108.))
    """
    found = vjp_graph(output, [node_of(x).first for x in inputs], cotangent)
    return [g if g.shape == x.shape else g.reshape(x.shape) for g, x in zip(found, inputs, strict=True)]


def _call(f: Callable[..., Any], args: tuple[Any, ...], argnum: Argnum, kwargs: Any) -> tuple[Tensor, list[Node]]:
    """Evaluate `f` with the arguments at `argnum` as variables of their own, whose nodes are returned as well.

    They are those of the values that `f` is given. It may write to its arguments, and give them another shape. And it
    is tracked even where tracking is off, for derivatives are what is asked for.
    """
    argnums = [index(i) for i in argnum] if isinstance(argnum, Sequence) else [index(argnum)]
    if any(not -len(args) <= i < len(args) for i in argnums):
        raise IndexError(
            f"argnum={argnum}: derivatives are taken with respect to positional arguments, and the function was called "
            f"with {len(args)} of them" + (f" (and with {', '.join(map(repr, kwargs))} by name)" if kwargs else "")
        )
    call_args = list(args)
    with differentiating():
        for i in argnums:
            call_args[i] = _as_variable(args[i])
        nodes = [node_of(call_args[i]) for i in argnums]
        output = f(*call_args, **kwargs)
    if not isinstance(output, Tensor):
        raise no_tensor_returned("mygrad.functional", output)
    if any(node.cleared for node in nodes):
        raise InvalidBackprop(
            "the function called `backward` on what it computed from its arguments, which cleared the graph that is to "
            "be differentiated now. Compute derivatives within it by `mygrad.functional`, which leaves graphs as they "
            "are."
        )
    return output, nodes


def _as_variable(x: Any) -> Tensor:
    """A variable with the value of `x`: a result, with which the function may do what it likes.

    A tensor stays a part of the graph that it comes from, so that derivatives can be nested.
    """
    x = as_operand(x)
    number = x._number if isinstance(x, Tensor) else not isinstance(x, np.ndarray)
    if not isinstance(x, Tensor) or x.constant:
        dtype = np.asarray(x).dtype
        if dtype.kind not in "fiub":
            raise TypeError(f"derivatives are taken with respect to real numbers, not to {dtype}")
        x = Tensor(x, dtype=dtype if dtype.kind == "f" else np.dtype(float), constant=False)
    variable: Tensor = apply(np.copy, x)
    variable._number = number
    return variable


def _pick(values: list[Any], argnum: Argnum) -> Any:
    return tuple(values) if isinstance(argnum, Sequence) else values[0]


def value_and_grad(f: Callable[..., Any], argnum: Argnum = 0) -> Callable[..., tuple[Tensor, Any]]:
    """A function that returns ``(f(...), gradient of the sum of f(...))``.

    Parameters
    ----------
    f : Callable
        Returns a tensor, given tensors.
    argnum : int | Sequence[int]
        The positions of the arguments to differentiate with respect to. A sequence gives a tuple of gradients.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.functional import value_and_grad
    >>> value_and_grad(np.sin)(0.0)
    (Tensor(0.), Tensor(1.))
    """

    def evaluate(*args: Any, **kwargs: Any) -> tuple[Tensor, Any]:
        output, inputs = _call(f, args, argnum, kwargs)
        return output, _pick(vjp_graph(output, inputs), argnum)

    return evaluate


def grad(f: Callable[..., Any], argnum: Argnum = 0) -> Callable[..., Any]:
    """The gradient of the sum of what `f` returns, as a function of the same arguments.

    Parameters
    ----------
    f : Callable
    argnum : int | Sequence[int]

    Examples
    --------
    Apply it again for higher derivatives.

    >>> import numpy as np
    >>> from mygrad.functional import grad
    >>> grad(grad(lambda x: x**3))(2.0)
    Tensor(12.)
    """
    evaluate = value_and_grad(f, argnum)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        return evaluate(*args, **kwargs)[1]

    return gradient


def vjp(f: Callable[..., Any], *args: Any) -> tuple[Tensor, Callable[[Any], tuple[Tensor, ...]]]:
    """``f(*args)``, and the function that maps a cotangent v to v^T J, for the Jacobian J of `f` by each argument.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.functional import vjp
    >>> y, pull_back = vjp(np.square, [1.0, 2.0])
    >>> pull_back([1.0, 10.0])
    (Tensor([ 2., 40.]),)
    """
    output, inputs = _call(f, args, tuple(range(len(args))), {})
    return output, lambda cotangent: tuple(vjp_graph(output, inputs, cotangent))


def jvp(f: Callable[..., Any], args: Sequence[Any], tangents: Sequence[Any]) -> tuple[Tensor, Tensor]:
    """``f(*args)`` and the directional derivative J t, by differentiating v^T J once more, with respect to v.

    References
    ----------
    J. Townsend, "A new trick for calculating Jacobian vector products" (2017).

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.functional import jvp
    >>> jvp(np.square, [[1.0, 2.0]], [[1.0, 1.0]])
    (Tensor([1., 4.]), Tensor([2., 4.]))
    """
    if len(args) != len(tangents):
        raise ValueError(f"jvp: {len(args)} arguments are given, and {len(tangents)} tangents: each needs its own")
    output, inputs = _call(f, tuple(args), tuple(range(len(args))), {})
    # All is linear in v, so that any v will do, but 0: for what is undetermined may count as 0 where it meets that.
    v = Tensor(np.cos(np.arange(1.0, output.size + 1)).astype(output.dtype).reshape(output.shape))
    total: Any = Tensor(np.zeros(output.shape, output.dtype), constant=True)
    for g, t in zip(vjp_graph(output, inputs, v), tangents, strict=True):
        if np.shape(t) != g.shape:
            raise ValueError(f"jvp: the tangent of an argument of shape {g.shape} has shape {np.shape(t)}")
        total = total + derivatives(g, [v], t)[0]  # g is linear in v
    return output, total


def jacobian(f: Callable[..., Any], argnum: int = 0) -> Callable[..., Tensor]:
    """The Jacobian of `f`, of the shape of its output followed by that of the argument.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.functional import jacobian
    >>> jacobian(np.cumsum)([1.0, 2.0])
    Tensor([[1., 0.],
            [1., 1.]])
    """

    def evaluate(*args: Any, **kwargs: Any) -> Tensor:
        output, (x,) = _call(f, args, (argnum,), kwargs)
        basis = np.eye(output.size, dtype=output.dtype).reshape(output.size, *output.shape)
        rows = [vjp_graph(output, [x], e)[0] for e in basis]
        if not rows:
            return Tensor(np.zeros(output.shape + x.shape, x.dtype))
        return np.stack(rows).reshape(output.shape + x.shape)  # type: ignore[return-value]

    return evaluate


def hessian(f: Callable[..., Any], argnum: int = 0) -> Callable[..., Tensor]:
    """The matrix (or array) of second derivatives of the sum of `f`.

    Examples
    --------
    >>> from mygrad.functional import hessian
    >>> hessian(lambda x: x[0] ** 2 * x[1])([1.0, 2.0])
    Tensor([[4., 2.],
            [2., 0.]])
    """
    return jacobian(grad(f, argnum), argnum)


def hvp(f: Callable[..., Any], x: Any, v: Any) -> Tensor:
    """The product of the Hessian of the sum of ``f(x)`` and `v`, without making the matrix.

    Examples
    --------
    >>> from mygrad.functional import hvp
    >>> hvp(lambda x: x[0] ** 2 * x[1], [1.0, 2.0], [1.0, 0.0])
    Tensor([4., 2.])
    """
    output, (point,) = _call(f, (x,), (0,), {})
    (gradient,) = vjp_graph(output, [point])
    return vjp_graph(gradient, [point], v)[0]
