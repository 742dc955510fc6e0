"""Derivatives of one number, or of the sum of many: as tensors that belong to a graph, and as functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ParamSpec

from mygrad._engine.functional import vjp_graph
from mygrad._engine.handle import node_of
from mygrad._engine.reasons import COMPLEX_RESULT, differentiable_node
from mygrad._evaluation import Argnums, Evaluation
from mygrad._rules.complexes import is_complex
from mygrad.functional._derivative import Derivative, mark
from mygrad.functional._holomorphic import refuse_complex
from mygrad.tensor import Tensor

__all__ = ["derivatives", "elementwise_grad", "grad", "value_and_grad"]

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
    if cotangent is None and is_complex(output._memory):
        raise TypeError(COMPLEX_RESULT.format(f"derivatives: the tensor is complex (of dtype {output.dtype})"))
    targets = [node_of(x).first for x in inputs]
    found = vjp_graph([differentiable_node(output)], targets, [1.0 if cotangent is None else cotangent], shown=True)
    return [g if g.shape == x.shape else g.reshape(x.shape) for g, x in zip(found, inputs, strict=True)]


def value_and_grad(
    f: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False, holomorphic: bool = False
) -> Callable[P, tuple[Any, Any]]:
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
    holomorphic : bool
        Whether `f` returns a complex number, and is differentiable as a function of complex numbers: then the result is
        its derivative f'(z). Else the gradient of a real number by complex ones is as by `Tensor.backward`.

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
        refuse_complex(e, "value_and_grad", holomorphic)
        value = e.value()
        return (value, e.aux) if has_aux else value, e.like_arguments(e.gradients())

    return mark(evaluate, Derivative("value_and_grad", f, argnums, has_aux, holomorphic))


def grad(
    f: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False, holomorphic: bool = False
) -> Callable[P, Any]:
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
    holomorphic : bool
        Whether `f` returns a complex number, and is differentiable as a function of complex numbers: then the result is
        its derivative f'(z). Else the gradient of a real number by complex ones is as by `Tensor.backward`.

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

    Of a real number by complex ones, it is the way that the number grows.

    >>> grad(lambda z: np.abs(z) ** 2)(1 + 2j), grad(lambda z: z**2, holomorphic=True)(1 + 2j)
    (np.complex128(2+4j), np.complex128(2+4j))
    """

    def gradient(*args: P.args, **kwargs: P.kwargs) -> Any:
        e = Evaluation(f, args, kwargs, argnums, has_aux)
        e.refuse_several("grad")
        refuse_complex(e, "grad", holomorphic)
        found = e.like_arguments(e.gradients())
        return (found, e.aux) if has_aux else found

    return mark(gradient, Derivative("grad", f, argnums, has_aux, holomorphic))


def elementwise_grad(
    f: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False, holomorphic: bool = False
) -> Callable[P, Any]:
    """The gradient of the sum of what `f` returns, as a function of the same arguments.

    These are the derivatives of the single elements, if each depends on the one in its place alone.

    Parameters
    ----------
    f : Callable
    argnums, has_aux, holomorphic
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
        e.output("elementwise_grad")
        refuse_complex(e, "elementwise_grad", holomorphic)
        found = e.like_arguments(e.gradients())
        return (found, e.aux) if has_aux else found

    return gradient
