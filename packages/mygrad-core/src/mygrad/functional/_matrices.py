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
from mygrad._rules.complexes import as_parts, derivatives_by, is_complex
from mygrad._rules.recorded import assumed
from mygrad.functional._derivative import Derivative, mark
from mygrad.functional._gradients import grad
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
        if holomorphic or any(map(is_complex, e.nodes)):
            refuse_complex(e, "jacobian", holomorphic)
        by_outputs = matrices(e)
        found = e.like_outputs([e.like_arguments(of_output) for of_output in by_outputs])
        return (found, e.aux) if has_aux else found

    return mark(evaluate, Derivative("jacobian", f, argnums, has_aux, holomorphic))


def _shorter(e: Evaluation) -> list[list[Any]]:
    columns = _count(e.nodes, e.roots)
    rows = _count(e.roots, e.nodes)
    return _columns(e) if columns < rows and e.goes_forward() else _rows(e)


def _count(begins: list[Node], ends: list[Node]) -> int:
    """How many passes it takes: two for complex numbers, if there are real ones at the other end."""
    twice = not all(map(is_complex, ends))
    return sum([node.size * (1 + (twice and is_complex(node))) for node in begins])


def _rows(e: Evaluation) -> list[list[Any]]:
    steps = e.steps if len(e.roots) == 1 else None
    return [
        derivatives_by(e.nodes, lambda unit, root=root: rows_of(e, root, steps, unit))  # type: ignore[misc]
        if is_complex(root)
        else rows_of(e, root, steps)
        for root in e.roots
    ]


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
        stacked(column, 0, root.shape + node.shape, node.dtype)
        for column, node in zip(zip(*rows, strict=True), e.nodes, strict=True)
    ]


def _columns(e: Evaluation) -> list[list[Any]]:
    found: list[list[Any]] = [[] for _ in e.roots]
    for i, node in enumerate(e.nodes):
        columns = _columns_of(e, i, 1)
        turned = _columns_of(e, i, 1j) if is_complex(node) and not all(map(is_complex, e.roots)) else []
        for k, (of_output, root) in enumerate(zip(found, e.roots, strict=True)):
            shape, dtype = root.shape + node.shape, node.dtype
            if is_complex(root) and not is_complex(node):
                dtype = np.result_type(dtype, np.complex64)
            if not columns:
                of_output.append(e.result(np.zeros(shape, dtype)))
                continue
            derivatives = stacked([column[k] for column in columns], -1, shape, dtype)
            if is_complex(node) and not is_complex(root):  # a gradient
                derivatives = derivatives + 1j * stacked([column[k] for column in turned], -1, shape, dtype)
            of_output.append(derivatives)
    return found


def _columns_of(e: Evaluation, i: int, unit: complex) -> list[list[Any]]:
    """What comes out at each output, along each entry of a variable."""
    tangents: list[Any] = [None] * len(e.nodes)
    columns = []
    for entry in _basis(e.nodes[i]):
        tangents[i] = entry if unit == 1 else unit * entry
        columns.append(e.push(tangents))
    return columns


def _basis(node: Node) -> Any:
    return np.eye(node.size, dtype=node.dtype).reshape(node.size, *node.shape)


def stacked(parts: Any, axis: int, shape: tuple[int, ...], dtype: Any) -> Any:
    """Arrays or tensors, stacked to `shape`, in the dtype of derivatives by a variable."""
    x: Any = np.stack(parts, axis)
    x = x.reshape(shape)
    if x.dtype != dtype:
        x = x.astype(dtype)
    return as_plain(x) if isinstance(x, np.ndarray) else x


def hessian(
    f: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False, holomorphic: bool = False
) -> Callable[P, Any]:
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
    holomorphic : bool
        Whether `f` returns a complex number, and is differentiable as a function of complex numbers: then the result is
        made of its second derivatives f''(z). Else, that of a real number by complex ones is by their parts, the real
        and the imaginary one of each, as `z.view(float)` has them along the last axis: a real matrix, twice as long.

    Examples
    --------
    >>> from mygrad.functional import hessian
    >>> hessian(lambda x: x[0] ** 2 * x[1])([1.0, 2.0])
    array([[4., 2.],
           [2., 0.]])
    >>> hessian(lambda z: (z[0] ** 2).real)([1 + 2j])
    array([[ 2.,  0.],
           [ 0., -2.]])
    """
    if holomorphic:
        slope = grad(f, argnums, has_aux=has_aux, holomorphic=True)
        return mark(
            jacobian(slope, argnums, has_aux=has_aux, holomorphic=True),
            Derivative("hessian", f, argnums, has_aux, True),
        )

    def evaluate(*args: P.args, **kwargs: P.kwargs) -> Any:
        e = Evaluation(f, args, kwargs, argnums, has_aux)
        e.refuse_several("hessian")
        if any(map(is_complex, e.nodes)):
            refuse_complex(e, "hessian")
        by_nodes = _second_derivatives(e, 1)
        if any(map(is_complex, e.roots)):
            parts = zip(by_nodes, _second_derivatives(e, 1j), strict=True)
            by_nodes = [[a + 1j * b for a, b in zip(*rows, strict=True)] for rows in parts]
        found = e.like_arguments(list(map(e.like_arguments, by_nodes)))
        return (found, e.aux) if has_aux else found

    return mark(evaluate, Derivative("hessian", f, argnums, has_aux))


def _second_derivatives(e: Evaluation, unit: complex) -> list[list[Any]]:
    """By each variable and by each: of the real part, for the unit 1; for 1j, of the imaginary one."""
    alone = [not node.shape for node in e.nodes]
    gradients = vjp_graph(e.roots, e.nodes, [unit], e.steps, True)
    by_parts = [as_parts(g, is_alone) for g, is_alone in zip(gradients, alone, strict=True)]
    return [list(map(as_parts, rows_of(e, node_of(g)), alone)) for g in by_parts]
