"""Products of a Jacobian, or of a Hessian, and vectors, which do without the matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mygrad._engine.functional import vjp_graph
from mygrad._engine.handle import node_of
from mygrad._evaluation import Evaluation
from mygrad._pytrees import flatten_like
from mygrad.functional._holomorphic import refuse_complex

__all__ = ["gauss_newton_vp", "hvp", "jvp", "linearize", "vjp"]


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
    """``f(*args)`` and the directional derivative J t, by leading tangents forward through what `f` computed.

    Parameters
    ----------
    f : Callable
    args : Sequence
        What has no derivatives among them is passed on.
    tangents : Sequence
        One for each argument, of its form. None stands for zeros.
    has_aux : bool
        Whether `f` returns a pair, of which the second is not differentiated, but returned as a third.

    See Also
    --------
    linearize : for many tangents of the same arguments.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.functional import jvp
    >>> jvp(np.square, [[1.0, 2.0]], [[1.0, 1.0]])
    (array([1., 4.]), array([2., 4.]))
    """
    for what, given in (("arguments", args), ("tangents", tangents)):
        if not isinstance(given, (tuple, list)):
            raise TypeError(f"jvp: the {what} must be in a tuple or list, as in `jvp(f, (x,), (t,))`")
    e = Evaluation(f, args, {}, range(len(args)), has_aux, lenient=True)
    along = _along(e, args, tangents, "jvp")
    return (e.value(), along, e.aux) if has_aux else (e.value(), along)


def linearize(f: Callable[..., Any], *args: Any, has_aux: bool = False) -> Any:
    """``f(*args)``, and the function that maps tangents t of the arguments to J t, without computing `f` again.

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
        ``(f(*args), function)``. The function takes a tangent for each argument, of its form; None stands for zeros.

    See Also
    --------
    jvp : for one tangent alone.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.functional import linearize
    >>> y, along = linearize(np.square, [1.0, 2.0])
    >>> along([1.0, 0.0]), along([0.0, 1.0])
    (array([2., 0.]), array([0., 4.]))
    """
    e = Evaluation(f, args, {}, range(len(args)), has_aux, lenient=True)

    def push_forward(*tangents: Any) -> Any:
        return _along(e, args, tangents, "linearize")

    return (e.value(), push_forward, e.aux) if has_aux else (e.value(), push_forward)


def _along(e: Evaluation, args: Sequence[Any], tangents: Sequence[Any], who: str) -> Any:
    if len(tangents) != len(args):
        raise ValueError(f"{who}: {len(args)} arguments are given, and {len(tangents)} tangents: each needs its own")
    leaves = [t for x, given in zip(args, tangents, strict=True) for t in flatten_like(x, given, f"{who}: a tangent")]
    return e.like_outputs(e.push(e.directions(leaves, f"{who}: the tangent")))


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
    refuse_complex(e, "hvp")
    directions = e.directions(flatten_like(x, v, "hvp: the vector"), "hvp: the vector")
    by_nodes = vjp_graph(e.roots, e.nodes, [1.0], e.steps, True)
    return e.like_arguments(e.pull([node_of(g) for g in by_nodes], directions))


def gauss_newton_vp(f: Callable[..., Any], x: Any, v: Any, *, loss: Callable[..., Any] | None = None) -> Any:
    """The product of the Gauss-Newton matrix of ``loss(f(x))`` and `v`, without making the matrix.

    It is J^T H J v, for the Jacobian J of `f` and the Hessian H of `loss`: the Hessian of both, less the part that has
    second derivatives of `f`. It is positive semidefinite if `loss` is convex.

    Parameters
    ----------
    f : Callable
        Returns residuals, or whatever `loss` takes.
    x, v
        Of one form.
    loss : Callable, optional
        Returns one number. By default it is half the sum of squares, so that the product is J^T J v.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.functional import gauss_newton_vp
    >>> t = np.array([0.0, 1.0])
    >>> def residuals(x):
    ...     return x[0] * np.exp(x[1] * t) - 1.0
    >>> gauss_newton_vp(residuals, [2.0, 0.0], [1.0, 1.0])
    array([4., 6.])
    """
    e = Evaluation(f, (x,), {}, 0)
    directions = e.directions(flatten_like(x, v, "gauss_newton_vp: the vector"), "gauss_newton_vp: the vector")
    along = e.push(directions)
    if loss is not None:
        of_outputs = loss

        def of_parts(parts: dict[int, Any]) -> Any:
            return of_outputs(e.like_outputs(list(parts.values())))

        along = list(hvp(of_parts, dict(enumerate(e.values())), dict(enumerate(along))).values())
    return e.like_arguments(e.pull(e.roots, along))
