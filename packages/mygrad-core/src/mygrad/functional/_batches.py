"""Derivatives of functions that compute many examples at once, each from its own part of the arguments.

If the results of one example depend on the arguments of no other, the derivatives of all of them come in one pass, for
in the sum of the results each example has a part of its own. That they do not is checked, by a second pass: weighted by
a random number for each example, the sum has that number times the derivatives, of every example, and else it has not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mygrad._engine.functional import order_of, paths, vjp_arrays, vjp_graph
from mygrad._engine.handle import node_of
from mygrad._engine.node import Node
from mygrad._evaluation import Argnums, Evaluation
from mygrad._rules.complexes import as_parts, derivatives_by, is_complex
from mygrad.functional._derivative import Derivative, of
from mygrad.functional._gradients import grad
from mygrad.functional._holomorphic import refuse_complex
from mygrad.functional._independence import (
    array,
    contracted,
    in_other_company,
    require_equal,
    require_equal_results,
    times,
)
from mygrad.functional._matrices import jacobian, rows_of, stacked

__all__ = ["batch_jacobian", "per_example_grad", "vmap"]

Array = np.ndarray[Any, Any]
#: Which arguments have an example in each part along the first axis: 0, or None for those that all examples share.
InAxes = int | None | Sequence[int | None]


def vmap(f: Callable[..., Any], in_axes: InAxes = 0) -> Callable[..., Any]:
    """A derivative, of each example of a batch by itself: of ``grad(g)``, ``jacobian(g)`` and ``hessian(g)``.

    `g` is called with the whole batch, and has to compute the examples independently: entry i along the first
    axis of its results from entry i of its arguments. So what it sums over are axes from the end, as in
    ``np.sum(x**2, axis=-1)``, and of a batch ``(n, d)`` it returns ``(n,)``.

    Parameters
    ----------
    f : Callable
        What `grad`, `value_and_grad`, `jacobian`, `jacfwd`, `jacrev` or `hessian` returned, or what one of those made
        of another.
    in_axes : int | None | Sequence[int | None]
        For all positional arguments, or for each: 0 if it is a batch, or None if all examples share it. Gradients and
        Jacobians by shared arguments, such as the parameters of a model, have the examples along the first axis too.
        Arguments that are given by keyword are batches.

    Raises
    ------
    TypeError
        If `f` is no such derivative. Other functions need no vmap: NumPy's compute along any axes.
    ValueError
        If the results of `g` are not those of examples along the first axis, or depend on each other.

    Notes
    -----
    That the examples are independent is checked at the point that is asked for. A sum of the results that is weighted
    at random for each example has derivatives that are weighted likewise (of `hessian`, second ones too), up to the
    square root of the precision of their dtype: a dependence that is weaker is not noticed. And `g` is called twice
    more, with one half of the examples replaced, which must not change the results of the others.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.functional import grad, hessian, vmap
    >>> def energy(x):
    ...     return np.sum(x**3, axis=-1)
    >>> batch = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> vmap(grad(energy))(batch)
    array([[  3.,  12.],
           [ 27.,  48.],
           [ 75., 108.]])
    >>> vmap(hessian(energy))(batch).shape
    (3, 2, 2)
    """
    derivative = of(f)
    if derivative is None:
        raise TypeError(
            f"vmap: takes what `grad`, `value_and_grad`, `jacobian` or `hessian` returned, and differentiates each "
            f"example of a batch, but was given {getattr(f, '__name__', type(f).__name__)!r}. It takes no other "
            f"functions to batches: write them with NumPy, for arrays that have the examples along the first axis."
        )
    return _batched(derivative, in_axes)


def per_example_grad(f: Callable[..., Any], argnums: Argnums = 0, in_axes: InAxes = 0) -> Callable[..., Any]:
    """The gradient of the result of each example: ``vmap(grad(f, argnums), in_axes)``.

    Parameters
    ----------
    f : Callable
        Is called with the whole batch, and returns one number for each example.
    argnums
        See `grad`.
    in_axes
        See `vmap`.

    Examples
    --------
    The gradients of the loss of each example by parameters that they share:

    >>> import numpy as np
    >>> from mygrad.functional import per_example_grad
    >>> def loss(w, x, y):
    ...     return (x @ w - y) ** 2
    >>> x, y = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), np.array([1.0, 0.0, 1.0])
    >>> per_example_grad(loss, in_axes=(None, 0, 0))(np.array([2.0, 1.0]), x, y)
    array([[2., 0.],
           [0., 2.],
           [4., 4.]])
    """
    return vmap(grad(f, argnums), in_axes)


def batch_jacobian(f: Callable[..., Any], argnums: Argnums = 0, in_axes: InAxes = 0) -> Callable[..., Any]:
    """The Jacobian of each example: ``vmap(jacobian(f, argnums), in_axes)``.

    Parameters
    ----------
    f : Callable
        Is called with the whole batch, and returns the results of the examples along the first axis.
    argnums
        See `jacobian`.
    in_axes
        See `vmap`.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.functional import batch_jacobian
    >>> batch_jacobian(lambda x: x[:, :1] * x)(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[[2., 0.],
            [2., 1.]],
    <BLANKLINE>
           [[6., 0.],
            [4., 3.]]])
    """
    return vmap(jacobian(f, argnums), in_axes)


def _batched(derivative: Derivative, in_axes: InAxes) -> Callable[..., Any]:
    kind, argnums, has_aux = derivative.kind, derivative.argnums, derivative.has_aux
    holomorphic = derivative.holomorphic
    # A derivative of a derivative: its function takes batches if it is batched in its turn.
    f = derivative.f if of(derivative.f) is None else vmap(derivative.f, in_axes)

    def evaluate(*args: Any, **kwargs: Any) -> Any:
        mapped: list[int | str] = [*_mapped(args, in_axes), *kwargs]
        e = Evaluation(f, args, kwargs, argnums, has_aux)
        of_complex = any(map(is_complex, e.nodes))
        if holomorphic or of_complex or kind in ("grad", "value_and_grad"):
            refuse_complex(e, f"vmap of {kind}", holomorphic)
        batch = _Batch(e, mapped, kind)
        if kind == "hessian" and (holomorphic or batch.shares):
            if of_complex and not holomorphic:
                raise TypeError(
                    "vmap of hessian: second derivatives by complex numbers that examples share are not taken. Give "
                    "each example its own: `np.broadcast_to(shared, (size, *shared.shape))`, with in_axes=0."
                )
            slope = grad(derivative.f, argnums, has_aux=has_aux, holomorphic=holomorphic)
            of_gradient = jacobian(slope, argnums, has_aux=has_aux, holomorphic=holomorphic)
            return vmap(of_gradient, in_axes)(*args, **kwargs)
        # Derivatives do not tell of a dependence without one: on a rank, on what is detached, on other arguments.
        for kept, other_args, other_kwargs in in_other_company(args, kwargs, mapped, batch.size):
            again = Evaluation(f, other_args, other_kwargs, argnums, has_aux)
            require_equal_results(again.outputs, e.outputs, kept)
        found: Any
        if kind == "jacobian":
            found = e.like_outputs([e.like_arguments(batch.jacobians(root)) for root in e.roots])
        elif kind == "hessian":
            found = e.like_arguments(list(map(e.like_arguments, batch.hessians())))
        else:
            found = e.like_arguments(batch.jacobians(e.roots[0]))
            if kind == "value_and_grad":
                value = e.value()
                return ((value, e.aux) if has_aux else value), found
        return (found, e.aux) if has_aux else found

    return evaluate


def _mapped(args: Sequence[Any], in_axes: InAxes) -> list[int]:
    """The positions of the arguments that are batches."""
    axes = in_axes if isinstance(in_axes, Sequence) else [in_axes] * len(args)
    if len(axes) != len(args) or any(axis not in (0, None) for axis in axes):
        raise ValueError(
            f"vmap: in_axes={in_axes!r} is to say of each of the {len(args)} positional arguments whether it has "
            f"examples along its first axis (0) or is shared (None)"
        )
    return [i for i, axis in enumerate(axes) if axis is not None]


class _Batch:
    """An evaluation of a function of a batch, and the derivatives of each example.

    Parameters
    ----------
    e : Evaluation
    mapped : Sequence[int | str]
        The arguments that are batches.
    kind : str
        The kind of derivative.
    """

    def __init__(self, e: Evaluation, mapped: Sequence[int | str], kind: str) -> None:
        self._e = e
        #: The places of the variables that have a part for each example, and of those that examples share.
        self._own: list[int] = []
        self._shared: list[int] = []
        for key, places in e.nodes_of().items():
            (self._own if key in mapped else self._shared).extend(places)
        self._nodes = [e.nodes[i] for i in self._own]
        shapes = [node.shape for node in (*self._nodes, *e.roots)]
        lengths = {shape[:1] for shape in shapes}
        if len(lengths) != 1 or () in lengths:
            raise ValueError(
                f"vmap: batches and results have the examples along the first axis, and the function is called once, "
                f"with all of them. But the batches have the shapes {shapes[: len(self._own)]}, and the results "
                f"{shapes[len(self._own) :]}. Sum over axes from the end, as in `np.sum(x, axis=-1)`."
            )
        ((self.size,),) = lengths
        self._numbers = kind != "jacobian"
        if self._numbers and (output := e.output(kind)).size != self.size:
            raise ValueError(
                f"vmap of {kind}: the function is to return one number for each of the {self.size} examples, but "
                f"returned an array of shape {output.shape}. Take `jacobian` for the derivatives of several."
            )
        self._rng = np.random.default_rng(self.size)

    @property
    def shares(self) -> bool:
        """Whether there are variables that all examples share."""
        return bool(self._shared)

    def jacobians(self, root: Node) -> list[Any]:
        """The derivatives of an output by each of the variables, example by example."""
        if is_complex(root):
            return derivatives_by(self._e.nodes, lambda unit: self._of_output(root, unit))
        return self._of_output(root, 1)

    def _of_output(self, root: Node, unit: complex) -> list[Any]:
        """The same of its real part, for the unit 1; for 1j, of its imaginary one."""
        found = self._derivatives(root, unit)
        weights, factors = self._random(self.size), self._random(root.shape[1:])
        seed = unit * times(weights, np.broadcast_to(factors, root.shape))
        for one, i in zip(vjp_arrays([root], self._nodes, [seed], shown=True), self._own, strict=True):
            require_equal(one, times(weights, contracted(factors, array(found[i]))))
        if self._shared:
            whole = rows_of(self._e, root, unit=unit)
            found |= {i: whole[i] for i in self._shared}
        return [self._of_number(found[i]) for i in range(len(self._e.nodes))]

    def hessians(self) -> list[list[Any]]:
        """The second derivatives of the output, example by example: by each variable and by each."""
        found = self._second_derivatives(1)
        if any(map(is_complex, self._e.roots)):
            parts = zip(found, self._second_derivatives(1j), strict=True)
            found = [[a + 1j * b for a, b in zip(*rows, strict=True)] for rows in parts]
        return found

    def _second_derivatives(self, unit: complex) -> list[list[Any]]:
        """The same of the real part, for the unit 1; for 1j, of the imaginary one."""
        e = self._e
        ones = unit * np.ones(e.roots[0].shape)
        grads = self._by_parts(vjp_graph(e.roots, self._nodes, [ones], e.steps, True))
        found = []
        for g in grads:
            of_one = self._derivatives(node_of(g))
            found.append(self._by_parts([of_one[i] for i in self._own]))
        # The same of the sum that is weighted for each example, along directions that are weighted once more.
        weights, again = self._random(self.size), self._random(self.size)
        weighted = self._by_parts(vjp_graph(e.roots, self._nodes, [times(weights, ones)], e.steps, True))
        directions = [self._random(g.shape[1:]) for g in grads]
        seeds = [times(again, np.broadcast_to(d, (self.size, *d.shape))) for d in directions]
        for one, g in zip(weighted, grads, strict=True):
            require_equal(array(one), times(weights, array(g)))
        along = self._by_parts(vjp_arrays(list(map(node_of, weighted)), self._nodes, seeds, shown=True))
        for k, one in enumerate(along):
            together = sum(contracted(d, array(of_one[k])) for d, of_one in zip(directions, found, strict=True))
            require_equal(one, times(weights * again, together))
        return found

    def _by_parts(self, of_nodes: Sequence[Any]) -> list[Any]:
        """What belongs to the variables, complex ones as their parts."""
        return [as_parts(x, node.ndim == 1) for x, node in zip(of_nodes, self._nodes, strict=True)]

    def _derivatives(self, root: Node, unit: complex = 1) -> dict[int, Any]:
        """Of the entries of `root` by those of the variables, for all examples at once: by rows or by columns."""
        e, rest = self._e, root.shape[1:]
        width = int(np.prod(rest))
        forward = root in e.roots and width > sum(int(np.prod(node.shape[1:])) for node in self._nodes)
        if forward and not any(map(is_complex, (root, *self._nodes))) and e.goes_forward():
            parts, axis = self._columns(e.roots.index(root)), -1
        else:
            steps = paths(order_of([root]), self._nodes)
            rows = [e.pull([root], [unit * seed], self._nodes, steps) for seed in _selections(root)]
            parts, axis = [[row[k] for row in rows] for k in range(len(self._nodes))], 1
        found = {}
        for i, node, part in zip(self._own, self._nodes, parts, strict=True):
            shape = (self.size, *rest, *node.shape[1:])
            found[i] = stacked(part, axis, shape, node.dtype) if part else e.result(np.zeros(shape, node.dtype))
        return found

    def _columns(self, k: int) -> list[list[Any]]:
        """What comes out at an output if each entry of the variables in turn varies, in all examples."""
        e = self._e
        found = []
        for i, node in zip(self._own, self._nodes, strict=True):
            tangents: list[Any] = [None] * len(e.nodes)
            columns = []
            for tangents[i] in _selections(node):
                columns.append(e.push(tangents)[k])
            found.append(columns)
        return found

    def _random(self, shape: int | tuple[int, ...]) -> Array:
        return self._rng.uniform(0.5, 1.5, shape)

    def _of_number(self, x: Any) -> Any:
        """Derivatives of outputs, without the axes of length one that one number for each example may have."""
        rest = self._e.roots[0].ndim - 1
        return x.reshape(self.size, *x.shape[1 + rest :]) if self._numbers and rest else x


def _selections(node: Node) -> Array:
    """For each entry of an example, ones in its place, of all examples, and else zeros."""
    size, *rest = node.shape
    width = int(np.prod(rest))
    found = np.zeros((width, size, width), node.dtype)
    found[np.arange(width), :, np.arange(width)] = 1
    return found.reshape(width, *node.shape)
