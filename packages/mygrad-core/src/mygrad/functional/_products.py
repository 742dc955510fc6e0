"""Products of a Jacobian, or of a Hessian, and vectors, which do without the matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mygrad._engine.functional import vjp_graph
from mygrad._engine.handle import node_of
from mygrad._evaluation import Evaluation
from mygrad._pytrees import flatten_like

__all__ = ["hvp", "jvp", "vjp"]


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
        return e.like_arguments(e.pull(e.roots, e.cotangents(cotangent, "vjp: a cotangent")))

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
    leaves = [t for x, tangent in zip(args, tangents, strict=True) for t in flatten_like(x, tangent, "jvp: a tangent")]
    along = e.like_outputs(e.push(e.directions(leaves, "jvp: the tangent")))
    return (e.value(), along, e.aux) if has_aux else (e.value(), along)


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
    directions = e.directions(flatten_like(x, v, "hvp: the vector"), "hvp: the vector")
    by_nodes = vjp_graph(e.roots, e.nodes, [1.0], e.order)
    return e.like_arguments(e.pull([node_of(g) for g in by_nodes], directions))
