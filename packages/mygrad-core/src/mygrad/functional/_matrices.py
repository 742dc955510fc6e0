"""Jacobians and Hessians."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec

import numpy as np

from mygrad._engine.functional import order_of, vjp_graph
from mygrad._engine.handle import node_of
from mygrad._engine.node import Node
from mygrad._evaluation import Argnums, Evaluation, as_plain

__all__ = ["hessian", "jacobian"]

P = ParamSpec("P")


def jacobian(f: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False) -> Callable[P, Any]:
    """The Jacobian of `f`, of the shape of its output followed by that of the argument.

    Parameters
    ----------
    f : Callable
    argnums : int | str | Sequence[int | str]
        The arguments to differentiate with respect to: positions, or names of keyword arguments. A sequence gives a
        tuple of Jacobians.
    has_aux : bool
        Whether `f` returns a pair, of which the second is not differentiated. The function then returns a pair, too.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.functional import jacobian
    >>> jacobian(np.cumsum)([1.0, 2.0])
    array([[1., 0.],
           [1., 1.]])
    """

    def evaluate(*args: P.args, **kwargs: P.kwargs) -> Any:
        e = Evaluation(f, args, kwargs, argnums, has_aux)
        found = e.like_outputs([e.like_arguments(_rows(e, root, e.order)) for root in e.roots])
        return (found, e.aux) if has_aux else found

    return evaluate


def _rows(e: Evaluation, root: Node, order: list[Node] | None = None) -> list[Any]:
    """The derivatives of an output, or of what was computed from it, by each variable: row by row."""
    basis = np.eye(root.size, dtype=root.dtype).reshape(root.size, *root.shape)
    rows = [e.pull([root], [row], order=order) for row in basis]
    if not rows:
        return [e.result(np.zeros(root.shape + node.shape, node.dtype)) for node in e.nodes]
    found: list[Any] = [np.stack(column) for column in zip(*rows, strict=True)]
    return [_of_shape(x, root.shape + node.shape) for x, node in zip(found, e.nodes, strict=True)]


def _of_shape(x: Any, shape: tuple[int, ...]) -> Any:
    return as_plain(x.reshape(shape)) if isinstance(x, np.ndarray) else x.reshape(shape)


def hessian(f: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False) -> Callable[P, Any]:
    """The matrix (or array) of second derivatives of `f`.

    Parameters
    ----------
    f : Callable
        Returns one number, given variables.
    argnums : int | str | Sequence[int | str]
        The arguments to differentiate with respect to: positions, or names of keyword arguments. Of several, and of
        containers, the result has at each place what has at each place the derivatives by both.
    has_aux : bool
        Whether `f` returns a pair, of which the second is not differentiated. The function then returns a pair, too.

    Examples
    --------
    >>> from mygrad.functional import hessian
    >>> hessian(lambda x: x[0] ** 2 * x[1])([1.0, 2.0])
    array([[4., 2.],
           [2., 0.]])
    """

    def evaluate(*args: P.args, **kwargs: P.kwargs) -> Any:
        e = Evaluation(f, args, kwargs, argnums, has_aux)
        e.refuse_several("hessian")
        roots = [node_of(g) for g in vjp_graph(e.roots, e.nodes, [1.0], e.order)]
        found = e.like_arguments([e.like_arguments(_rows(e, root, order_of([root]))) for root in roots])
        return (found, e.aux) if has_aux else found

    return evaluate
