"""Functions whose derivative is said by other functions, which have derivatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mygrad.functional import custom_vjp, jacobian, vjp
from mygrad.tensor_creation.array_like import astensor

__all__ = ["composed", "implicit_root"]


def composed(f: Callable[..., Any], composition: Callable[..., Any]) -> Callable[..., Any]:
    """`f`, with the derivatives of a function that computes the same.

    Parameters
    ----------
    f : Callable
        A function of arrays, in containers if need be. It is called with arrays alone.
    composition : Callable
        Takes the same arguments, and is written with functions that have derivatives. It is called for these.

    Returns
    -------
    Callable
        The same function as `f`, which takes tensors as positional arguments.

    See Also
    --------
    mygrad.functional.custom_vjp : says the derivative by a backward pass.

    Examples
    --------
    >>> import math
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.extend import composed
    >>> exact_sum = composed(math.fsum, np.sum)
    >>> x = mg.tensor([1e16, 1.0, -1e16])
    >>> np.sum(x), exact_sum(x)
    (Tensor(0.), Tensor(1.))
    >>> exact_sum(x).backward()
    >>> x.grad
    array([1., 1., 1.])
    """

    @custom_vjp
    @_named_like(f)
    def function(*args: Any, **kwargs: Any) -> Any:
        return f(*args, **kwargs)

    def forward(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs), (args, kwargs)

    def backward(kept: Any, g: Any) -> Any:
        args, kwargs = kept
        _, pull_back = _vjp(lambda *args: composition(*args, **kwargs), args)
        return pull_back(g)

    function.defvjp(forward, backward)
    return function


def implicit_root(
    residual: Callable[..., Any], solve: Callable[..., Any], *, elementwise: bool = False
) -> Callable[..., Any]:
    """The function that maps parameters to the root of equations, by whatever method it is found.

    Its derivatives follow from those of the equations, by the implicit function theorem.

    Parameters
    ----------
    residual : Callable
        ``residual(x, *parameters)``, which is zero at the root, and has as many entries as `x`. It is written with
        functions that have derivatives, and called for these alone. Its Jacobian by `x` has to be regular.
    solve : Callable
        ``solve(*parameters)`` returns the root `x`. It is called with arrays alone.
    elementwise : bool
        Whether each entry of the residual depends on the entry of `x` in its place alone.

    Returns
    -------
    Callable
        The same function as `solve`, which takes tensors as positional arguments.

    Notes
    -----
    The derivatives are as good as the root.

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.extend import implicit_root
    >>> def kepler(anomaly, mean, eccentricity):
    ...     return anomaly - eccentricity * np.sin(anomaly) - mean
    >>> def iterate(mean, eccentricity):
    ...     anomaly = mean
    ...     for _ in range(100):
    ...         anomaly = mean + eccentricity * np.sin(anomaly)
    ...     return anomaly
    >>> eccentric_anomaly = implicit_root(kepler, iterate, elementwise=True)
    >>> mean = mg.tensor([0.0, np.pi])
    >>> eccentric_anomaly(mean, 0.5).sum().backward()
    >>> mean.grad
    array([2.        , 0.66666667])
    """

    @custom_vjp
    @_named_like(solve)
    def root(*args: Any) -> Any:
        return solve(*args)

    def forward(*args: Any) -> Any:
        x = root(*args)
        return x, (x, args)

    def backward(kept: Any, g: Any) -> Any:
        x, args = kept
        value, pull_back = _vjp(lambda *args: residual(x, *args), args)
        if elementwise:
            weights = g / vjp(lambda x: residual(x, *args), x)[1](np.ones_like(value))[0]
        else:
            matrix = jacobian(lambda x: residual(x, *args))(x)
            weights = np.linalg.solve(np.reshape(matrix, (np.size(x), np.size(x))).T, np.reshape(g, -1))
        return pull_back(-np.reshape(weights, np.shape(value)))

    root.defvjp(forward, backward)
    return root


def _named_like(f: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: the name and the text of `f`, but not its signature. Arguments are passed on as they are given."""

    def named(function: Callable[..., Any]) -> Callable[..., Any]:
        function.__name__ = getattr(f, "__name__", type(f).__name__)
        function.__doc__ = f.__doc__
        return function

    return named


def _vjp(f: Callable[..., Any], args: Sequence[Any]) -> Any:
    """`vjp` by those arguments in which there are floating-point numbers. Others, such as axes, stay what they are."""
    varying = [i for i, x in enumerate(args) if _varies(x)]

    def of_varying(*values: Any) -> Any:
        given = dict(zip(varying, values, strict=True))
        value = f(*[_formed_like(x, given[i], (tuple,)) if i in given else x for i, x in enumerate(args)])
        if isinstance(value, (float, np.ndarray)):  # in which these have no part
            return astensor(value, constant=True)
        return value

    value, pull_back = vjp(of_varying, *[args[i] for i in varying])

    def pull_back_to_all(g: Any) -> tuple[Any, ...]:
        found = dict(zip(varying, _conj(pull_back(_conj(g))), strict=True))
        return tuple([_formed_like(x, found[i]) if i in found else None for i, x in enumerate(args)])

    return value, pull_back_to_all


def _formed_like(x: Any, value: Any, kinds: tuple[type, ...] = (list, tuple)) -> Any:
    """`value`, of lists and tuples if `x` is: of numbers alone, these are arrays to `vjp`."""
    if type(x) in kinds or isinstance(value, (list, tuple)):
        return _made_like(x, [_formed_like(part, inner, kinds) for part, inner in zip(x, value, strict=True)])
    return value


def _made_like(x: Any, parts: list[Any]) -> Any:
    return getattr(type(x), "_make", type(x))(parts)


def _conj(x: Any) -> Any:
    """`x` with conjugates of what is complex: inside, products are not conjugated, and those of `vjp` are."""
    if isinstance(x, (list, tuple)):
        return _made_like(x, [_conj(part) for part in x])
    if isinstance(x, dict):
        return {key: _conj(part) for key, part in x.items()}
    return np.conj(x) if getattr(getattr(x, "dtype", None), "kind", "") == "c" else x


def _varies(x: Any) -> bool:
    if isinstance(x, (list, tuple, dict)):
        return any(map(_varies, x.values() if isinstance(x, dict) else x))
    return isinstance(x, float) or getattr(getattr(x, "dtype", None), "kind", "") in ("f", "c")
