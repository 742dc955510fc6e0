"""Jacobians and Hessians."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec

import numpy as np

from mygrad._engine.functional import Step, order_of, paths, vjp_graph
from mygrad._engine.handle import node_of
from mygrad._engine.node import Node
from mygrad._engine.rows import pull_rows, rows_at_once
from mygrad._engine.state import mode
from mygrad._evaluation import Argnums, Evaluation, as_plain
from mygrad._rules.complexes import conj, is_complex
from mygrad._rules.recorded import assumed
from mygrad.functional._derivative import Derivative, mark
from mygrad.functional._holomorphic import refuse_complex

__all__ = ["hessian", "jacfwd", "jacobian", "jacrev"]

P = ParamSpec("P")
#: Computes the derivatives of each output by each variable.
Matrices = Callable[[Evaluation], list[list[Any]]]


def jacobian(
    f: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False, holomorphic: bool = False
) -> Callable[P, Any]:
    """The Jacobian of `f`, of the shape of its output followed by that of the argument.

    It is computed forward, a column at a time, or backward by rows, whichever are fewer.

    Parameters
    ----------
    f : Callable
        Of several results, in a tuple, a list or a dictionary, each has Jacobians in its place.
    argnums : int | str | Sequence[int | str]
        The arguments to differentiate with respect to: positions, or names of keyword arguments. A sequence gives a
        tuple of Jacobians.
    has_aux : bool
        Whether `f` returns a pair, of which the second is not differentiated. The function then returns a pair, too.
    holomorphic : bool
        Whether `f` is differentiable as a function of complex numbers: then the result is made of such derivatives.
        Else, the derivatives of real numbers by complex ones are gradients, as by `Tensor.backward`; and those of
        complex numbers by real ones are that of the real part and, times 1j, that of the imaginary part.

    See Also
    --------
    jacfwd, jacrev : the same, one way or the other.
    batch_jacobian : the Jacobians of many examples at once.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.functional import jacobian
    >>> jacobian(np.cumsum)([1.0, 2.0])
    array([[1., 0.],
           [1., 1.]])
    """
    return _jacobian_by(_shorter, f, argnums, has_aux, holomorphic)


def jacfwd(
    f: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False, holomorphic: bool = False
) -> Callable[P, Any]:
    """The Jacobian, computed forward: once for each entry of the arguments.

    Parameters
    ----------
    f, argnums, has_aux, holomorphic
        See `jacobian`.

    Examples
    --------
    >>> from mygrad.functional import jacfwd
    >>> jacfwd(lambda x: x * x[0])([3.0, 2.0])
    array([[6., 0.],
           [2., 3.]])
    """
    return _jacobian_by(_columns, f, argnums, has_aux, holomorphic)


def jacrev(
    f: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False, holomorphic: bool = False
) -> Callable[P, Any]:
    """The Jacobian, computed backward: once for each entry of the output.

    Parameters
    ----------
    f, argnums, has_aux, holomorphic
        See `jacobian`.

    Examples
    --------
    >>> from mygrad.functional import jacrev
    >>> jacrev(lambda x: x * x[0])([3.0, 2.0])
    array([[6., 0.],
           [2., 3.]])
    """
    return _jacobian_by(_rows, f, argnums, has_aux, holomorphic)


def _jacobian_by(
    matrices: Matrices, f: Callable[P, Any], argnums: Argnums, has_aux: bool, holomorphic: bool
) -> Callable[P, Any]:
    def evaluate(*args: P.args, **kwargs: P.kwargs) -> Any:
        e = Evaluation(f, args, kwargs, argnums, has_aux)
        of_complex = any(map(is_complex, e.nodes))
        if of_complex or holomorphic:
            refuse_complex(e, "jacobian", holomorphic)
        if of_complex or any(map(is_complex, e.roots)):
            by_outputs = [complex_rows(e, root, holomorphic) for root in e.roots]
        else:
            by_outputs = matrices(e)
        found = e.like_outputs([e.like_arguments(of_output) for of_output in by_outputs])
        return (found, e.aux) if has_aux else found

    return mark(evaluate, Derivative("jacobian", f, argnums, has_aux))


def _shorter(e: Evaluation) -> list[list[Any]]:
    columns, rows = (sum([node.size for node in nodes]) for nodes in (e.nodes, e.roots))
    return _columns(e) if columns < rows and e.goes_forward() else _rows(e)


def _rows(e: Evaluation) -> list[list[Any]]:
    return [rows_of(e, root, e.steps if len(e.roots) == 1 else None) for root in e.roots]


def rows_of(e: Evaluation, root: Node, steps: list[Step] | None = None, unit: complex = 1) -> list[Any]:
    """The derivatives of an output, or of what was computed from it, by each variable: row by row."""
    if steps is None:
        steps = paths(order_of([root]), e.nodes)
    at_once = 1 if e.is_tracked or mode.get().watched else rows_at_once(steps)
    if at_once > 1 and root.size > 1:
        basis = np.eye(root.size, dtype=root.dtype).reshape(root.size, *root.shape)
        parts = [pull_rows(root, e.nodes, basis[k : k + at_once], steps) for k in range(0, root.size, at_once)]
        found = parts[0] if len(parts) == 1 else [np.concatenate(part) for part in zip(*parts, strict=True)]
        if all(assumed(~np.isnan(x).any()) for x in found):  # else zeros of the basis are to be told from others
            return [e.result(x.reshape(root.shape + n.shape)) for x, n in zip(found, e.nodes, strict=True)]
    rows = [e.pull([root], [row if unit == 1 else unit * row], steps=steps) for row in _basis(root)]
    if not rows:
        return [e.result(np.zeros(root.shape + node.shape, node.dtype)) for node in e.nodes]
    return [
        stacked(column, 0, root.shape + node.shape, node)
        for column, node in zip(zip(*rows, strict=True), e.nodes, strict=True)
    ]


def complex_rows(e: Evaluation, root: Node, holomorphic: bool) -> list[Any]:
    """The same where numbers are complex."""
    rows = rows_of(e, root)
    if not is_complex(root):
        return rows
    if holomorphic:
        return list(map(conj, rows))
    turned = rows_of(e, root, unit=1j)  # of the imaginary part
    return [real + 1j * imaginary for real, imaginary in zip(rows, turned, strict=True)]


def _columns(e: Evaluation) -> list[list[Any]]:
    found: list[list[Any]] = [[] for _ in e.roots]
    for i, node in enumerate(e.nodes):
        tangents: list[Any] = [None] * len(e.nodes)
        columns = []
        for tangents[i] in _basis(node):
            columns.append(e.push(tangents))
        for k, (of_output, root) in enumerate(zip(found, e.roots, strict=True)):
            shape = root.shape + node.shape
            of_output.append(
                stacked([column[k] for column in columns], -1, shape, node)
                if columns
                else e.result(np.zeros(shape, node.dtype))
            )
    return found


def _basis(node: Node) -> Any:
    return np.eye(node.size, dtype=node.dtype).reshape(node.size, *node.shape)


def stacked(parts: Any, axis: int, shape: tuple[int, ...], like: Node) -> Any:
    """Arrays or tensors, stacked to `shape`, in the dtype of a variable."""
    x: Any = np.stack(parts, axis)
    x = x.reshape(shape)
    if x.dtype != like.dtype:
        x = x.astype(like.dtype)
    return as_plain(x) if isinstance(x, np.ndarray) else x


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
        if any(map(is_complex, e.nodes)):
            raise TypeError(
                "hessian: by complex numbers, second derivatives are no matrix of such. Take `hvp`, or differentiate "
                "by the parts: `hessian(lambda x: f(x.view(complex)))(z.view(float))`."
            )
        by_nodes = _second_derivatives(e, 1)
        if any(map(is_complex, e.roots)):
            parts = zip(by_nodes, _second_derivatives(e, 1j), strict=True)
            by_nodes = [[a + 1j * b for a, b in zip(*rows, strict=True)] for rows in parts]
        found = e.like_arguments(list(map(e.like_arguments, by_nodes)))
        return (found, e.aux) if has_aux else found

    return mark(evaluate, Derivative("hessian", f, argnums, has_aux))


def _second_derivatives(e: Evaluation, unit: complex) -> list[list[Any]]:
    """By each variable and by each: of the real part, for the unit 1; for 1j, of the imaginary one."""
    return [rows_of(e, node_of(g)) for g in vjp_graph(e.roots, e.nodes, [unit], e.steps, True)]
