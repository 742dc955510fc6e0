"""Derivatives as functions: of any order, of functions of one or several arrays.

Arrays in, arrays out: what optimisers and solvers that were written for NumPy can be given. A result is a tensor, which
can be differentiated again, if an argument was one, or if it depends on a variable that the function took from
elsewhere. So derivatives can be nested.

In a function that is differentiated, nothing gets lost without an error: what would take a variable out of the graph
raises (see `mygrad.lost_gradients`). Copies are parts of the graph, and arrays that meet tensors stay writeable.

Parameters may be arrays, numbers, and dictionaries, lists, tuples, named tuples and dataclasses of them, nested to any
depth; results then have the same form. A list or tuple of numbers alone is an array. An object of another class is such
a container if it has a method ``__tree_flatten__``, which returns what is in it, as an array or a container, and a
function that makes such an object of others in their place. What has no derivatives, such as text, is passed on, and
None stands in its place in the results.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ParamSpec

import numpy as np

from mygrad._engine.functional import vjp_graph
from mygrad._engine.handle import new_leaf, node_of
from mygrad._evaluation import Argnums, Evaluation, as_plain
from mygrad._pytrees import flatten, flatten_like, unflatten
from mygrad.tensor import Tensor

__all__ = [
    "derivatives",
    "elementwise_grad",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "ravel_pytree",
    "value_and_grad",
    "vjp",
]

P = ParamSpec("P")


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


def value_and_grad(f: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False) -> Callable[P, tuple[Any, Any]]:
    """A function that returns ``(f(...), gradient of f(...))``.

    Parameters
    ----------
    f : Callable
        Returns one number, given variables.
    argnums : int | str | Sequence[int | str]
        The arguments to differentiate with respect to: positions, or names of keyword arguments. A sequence gives a
        tuple of gradients.
    has_aux : bool
        Whether `f` returns a pair: the number, and something that is not differentiated. The function then returns
        ``((f(...), something), gradient)``.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.functional import value_and_grad
    >>> value_and_grad(np.sin)(0.0)
    (np.float64(0.0), np.float64(1.0))
    >>> value_and_grad(lambda x: np.sum(x**2))([1.0, 2.0])
    (np.float64(5.0), array([2., 4.]))

    SciPy's `minimize` takes it as it is.

    >>> from scipy.optimize import minimize  # doctest: +SKIP
    >>> minimize(value_and_grad(f), x0, jac=True, method="L-BFGS-B")  # doctest: +SKIP
    """

    def evaluate(*args: P.args, **kwargs: P.kwargs) -> tuple[Any, Any]:
        e = Evaluation(f, args, kwargs, argnums, has_aux)
        e.refuse_several("value_and_grad")
        value = e.value()
        return (value, e.aux) if has_aux else value, e.like_arguments(e.gradients())

    return evaluate


def grad(f: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False) -> Callable[P, Any]:
    """The gradient of `f`, as a function of the same arguments.

    Parameters
    ----------
    f : Callable
        Returns one number, given variables.
    argnums : int | str | Sequence[int | str]
        The arguments to differentiate with respect to: positions, or names of keyword arguments. A sequence gives a
        tuple of gradients.
    has_aux : bool
        Whether `f` returns a pair: the number, and something that is not differentiated. The function then returns
        ``(gradient, something)``.

    See Also
    --------
    jacobian : for functions that return arrays.
    elementwise_grad : the gradient of the sum of what is returned.

    Examples
    --------
    Apply it again for higher derivatives.

    >>> import numpy as np
    >>> from mygrad.functional import grad
    >>> grad(grad(lambda x: x**3))(2.0)
    np.float64(12.0)

    Parameters may be in containers.

    >>> def loss(params, x):
    ...     return np.sum((params["w"] * x + params["b"]) ** 2)
    >>> grad(loss)({"w": 2.0, "b": 1.0}, np.array([1.0, 2.0]))
    {'w': np.float64(26.0), 'b': np.float64(16.0)}
    """

    def gradient(*args: P.args, **kwargs: P.kwargs) -> Any:
        e = Evaluation(f, args, kwargs, argnums, has_aux)
        e.refuse_several("grad")
        found = e.like_arguments(e.gradients())
        return (found, e.aux) if has_aux else found

    return gradient


def elementwise_grad(f: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False) -> Callable[P, Any]:
    """The gradient of the sum of what `f` returns, as a function of the same arguments.

    These are the derivatives of the single elements, if each depends on the one in its place alone.

    Parameters
    ----------
    f : Callable
    argnums, has_aux
        See `grad`.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.functional import elementwise_grad
    >>> elementwise_grad(np.square)([1.0, 2.0, 3.0])
    array([2., 4., 6.])
    """

    def gradient(*args: P.args, **kwargs: P.kwargs) -> Any:
        e = Evaluation(f, args, kwargs, argnums, has_aux)
        found = e.like_arguments(e.gradients())
        return (found, e.aux) if has_aux else found

    return gradient


def vjp(f: Callable[..., Any], *args: Any, has_aux: bool = False) -> Any:
    """``f(*args)``, and the function that maps a cotangent v to v^T J, for the Jacobian J of `f` by each argument.

    Parameters
    ----------
    f : Callable
    *args : Any
        What has no derivatives among them is passed on.
    has_aux : bool
        Whether `f` returns a pair, of which the second is not differentiated, but returned as a third.

    Returns
    -------
    tuple
        ``(f(*args), function)``. The function returns a tuple with a product for each argument.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.functional import vjp
    >>> y, pull_back = vjp(np.square, [1.0, 2.0])
    >>> pull_back([1.0, 10.0])
    (array([ 2., 40.]),)
    """
    e = Evaluation(f, args, {}, range(len(args)), has_aux, lenient=True)

    def pull_back(cotangent: Any) -> tuple[Any, ...]:
        return e.like_arguments(e.pull(e.output, cotangent))

    return (e.value(), pull_back, e.aux) if has_aux else (e.value(), pull_back)


def jvp(f: Callable[..., Any], args: Sequence[Any], tangents: Sequence[Any], *, has_aux: bool = False) -> Any:
    """``f(*args)`` and the directional derivative J t, by differentiating v^T J once more, with respect to v.

    Parameters
    ----------
    f : Callable
    args : Sequence
        What has no derivatives among them is passed on.
    tangents : Sequence
        One for each argument, of its form. None stands for zeros.
    has_aux : bool
        Whether `f` returns a pair, of which the second is not differentiated, but returned as a third.

    References
    ----------
    J. Townsend, "A new trick for calculating Jacobian vector products" (2017).

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.functional import jvp
    >>> jvp(np.square, [[1.0, 2.0]], [[1.0, 1.0]])
    (array([1., 4.]), array([2., 4.]))
    """
    if len(tangents) != len(args):
        raise ValueError(f"jvp: {len(args)} arguments are given, and {len(tangents)} tangents: each needs its own")
    e = Evaluation(f, args, {}, range(len(args)), has_aux, lenient=True)
    directions = e.of_variables(
        [t for x, tangent in zip(args, tangents, strict=True) for t in flatten_like(x, tangent, "jvp: a tangent")]
    )
    output = e.output
    # All is linear in v, so that any v will do, but 0: for what is undetermined may count as 0 where it meets that.
    v = new_leaf(np.cos(np.arange(1.0, output.size + 1)).astype(output.dtype).reshape(output.shape), False)
    total: Any = None
    for g, t in zip(vjp_graph(output, e.nodes, v), directions, strict=True):
        if t is not None:
            if np.shape(t) != g.shape:
                raise ValueError(f"jvp: the tangent of an argument of shape {g.shape} has shape {np.shape(t)}")
            (along,) = e.pull(g, t, [node_of(v)])  # g is linear in v
            total = along if total is None else total + along
    if total is None:
        total = e.result(np.zeros(output.shape, output.dtype))
    return (e.value(), total, e.aux) if has_aux else (e.value(), total)


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
        found = e.like_arguments(_jacobians(e, e.output))
        return (found, e.aux) if has_aux else found

    return evaluate


def _jacobians(e: Evaluation, output: Tensor) -> list[Any]:
    """The derivatives of `output`, or of what was computed from it, by each variable."""
    basis = np.eye(output.size, dtype=output.dtype).reshape(output.size, *output.shape)
    rows = [e.pull(output, row) for row in basis]
    if not rows:
        return [e.result(np.zeros(output.shape + node.shape, node.dtype)) for node in e.nodes]
    found: list[Any] = [np.stack(column) for column in zip(*rows, strict=True)]
    return [
        as_plain(x.reshape(output.shape + node.shape))
        if isinstance(x, np.ndarray)
        else x.reshape(output.shape + node.shape)
        for x, node in zip(found, e.nodes, strict=True)
    ]


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
        rows = [e.like_arguments(_jacobians(e, g)) for g in vjp_graph(e.output, e.nodes)]
        found = e.like_arguments(rows)
        return (found, e.aux) if has_aux else found

    return evaluate


def hvp(f: Callable[..., Any], x: Any, v: Any) -> Any:
    """The product of the Hessian of ``f(x)`` and `v`, without making the matrix.

    Parameters
    ----------
    f : Callable
        Returns one number, given a variable.
    x, v
        Of one form.

    Examples
    --------
    >>> from mygrad.functional import hvp
    >>> hvp(lambda x: x[0] ** 2 * x[1], [1.0, 2.0], [1.0, 0.0])
    array([4., 2.])
    """
    e = Evaluation(f, (x,), {}, 0)
    e.refuse_several("hvp")
    directions = e.of_variables(flatten_like(x, v, "hvp: the vector"))
    total: list[Any] = []
    for g, t in zip(vjp_graph(e.output, e.nodes), directions, strict=True):
        if t is not None:
            found = e.pull(g, t)
            total = [a + b for a, b in zip(total, found, strict=True)] if total else found
    return e.like_arguments(total or [e.result(np.zeros(node.shape, node.dtype)) for node in e.nodes])


def ravel_pytree(params: Any) -> tuple[Any, Callable[[Any], Any]]:
    """All numbers of parameters in one vector, as optimisers take them, and the function that leads back.

    Parameters
    ----------
    params
        An array, or a container.

    Returns
    -------
    tuple
        ``(vector, unravel)``. The function takes such a vector, which may be a tensor, and returns parameters of the
        same form, shapes and dtypes (of integers, floating-point numbers). What has no derivatives is there, as it was.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.functional import ravel_pytree
    >>> vector, unravel = ravel_pytree({"w": np.ones((2, 2)), "b": 0.5})
    >>> vector
    array([1. , 1. , 1. , 1. , 0.5])
    >>> unravel(2 * vector)
    {'w': array([[2., 2.],
           [2., 2.]]), 'b': np.float64(1.0)}
    """
    leaves = flatten(params)
    parts = [_numbers(leaf) for leaf in leaves]
    there: list[Any] = [part for part in parts if part is not None]
    vector: Any = np.concatenate([part.reshape(-1) for part in there]) if there else np.zeros(0)
    sizes = [0 if part is None else part.size for part in parts]
    ends = np.cumsum(sizes).tolist()

    def unravel(vector: Any) -> Any:
        if not isinstance(vector, Tensor):
            vector = np.asarray(vector)
        if vector.shape != (sum(sizes),):
            raise ValueError(f"unravel: the vector must be of shape {(sum(sizes),)}, but is of {vector.shape}")
        filled = []
        for leaf, part, size, end in zip(leaves, parts, sizes, ends, strict=True):
            if part is None:
                filled.append(leaf)
                continue
            of_leaf = vector[end - size : end].reshape(part.shape)
            if of_leaf.dtype != part.dtype:
                of_leaf = of_leaf.astype(part.dtype)
            filled.append(of_leaf if isinstance(of_leaf, Tensor) else as_plain(of_leaf, copy=True))
        return unflatten(params, filled)

    return vector, unravel


def _numbers(leaf: Any) -> Any:
    """A leaf as an array of floating-point numbers, or a tensor; None if it has no derivatives."""
    array = leaf if isinstance(leaf, Tensor) else np.asarray(leaf)
    if array.dtype.kind not in "fiu":
        return None
    return array if array.dtype.kind == "f" else array.astype(float)
