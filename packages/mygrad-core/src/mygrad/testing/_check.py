"""Comparing derivatives with numerical ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mygrad._engine.exits import differentiating
from mygrad._engine.operands import unwrap
from mygrad._results import no_tensor_returned
from mygrad._rules.complexes import as_complexes, is_complex
from mygrad.functional import derivatives
from mygrad.tensor import Tensor
from mygrad.testing._differences import numerical_jacobian

__all__ = ["check_grads"]

Array = np.ndarray[Any, Any]

# How well gradients can agree, by the precision in which they are computed.
_RTOL = {2: 5e-2, 4: 1e-3}
_ATOL = {2: 5e-2, 4: 1e-4}


def check_grads(
    f: Callable[..., Any],
    *args: Any,
    order: int = 1,
    wrt: int | Sequence[int] | None = None,
    eps: float | None = None,
    rtol: float | None = None,
    atol: float | None = None,
    seed: int = 0,
    **kwargs: Any,
) -> None:
    """Check the derivatives of a function against numerical ones.

    Parameters
    ----------
    f : Callable
        Called as ``f(*args, **kwargs)`` with tensors, it returns one tensor. Written with NumPy or mygrad.
    *args : array_like
        The point at which to differentiate. Away from kinks: there, derivatives are a matter of convention.
    order : int
        1 checks the first derivatives. 2 checks the second as well, and so on.
    wrt : int | Sequence[int], optional
        The positions of the arguments by which to differentiate. By default all arrays of a floating-point or complex
        dtype and all tensors that are no constants.
    eps : float, optional
        The largest step that the numerical derivative may take; see `numerical_jacobian`.
    rtol, atol : float, optional
        How much a derivative may deviate, relative to its size and absolutely. By default this depends on the precision
        of arguments and result. (Numerical derivatives are always computed in double precision.)
    seed : int
        Chooses the gradients that are back-propagated.
    **kwargs : Any

    Raises
    ------
    AssertionError
        If a derivative is wrong, or the function is not smooth enough to tell. The message shows both Jacobians, the
        worst entry and the input that belongs to it.
    TypeError
        If there is nothing to differentiate by, if `f` does not return a variable tensor, or if a gradient gets lost in
        it (`mygrad.errors.GradientLostError`).

    Notes
    -----
    Complex numbers count as their two parts, in messages along a last axis: so both directions are checked.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.testing import check_grads
    >>> check_grads(np.multiply, np.array([1.0, 2.0]), np.array([[3.0], [4.0]]), order=2)

    The real part of a complex logarithm, differentiated wrongly:

    >>> import mygrad as mg
    >>> class LogAbs(mg.Operation):
    ...     def __call__(self, x):
    ...         self.variables = (x,)
    ...         return np.log(np.abs(x.data))
    ...
    ...     def backward_var(self, grad, index, **kwargs):
    ...         return grad / np.abs(self.variables[0].data)
    >>> check_grads(lambda x: mg.execute_op(LogAbs, x), np.array([2.0, -4.0]))
    Traceback (most recent call last):
        ...
    AssertionError: the derivative of the function by argument 0 is wrong
    worst entry: the derivative of output[1] by argument[1], where argument[1] = -4.0
        is 0.25 by backward()
        is -0.25 by central differences
    Jacobian by backward():
    [[0.5  0.  ]
     [0.   0.25]]
    Jacobian by central differences:
    [[ 0.5   0.  ]
     [ 0.   -0.25]]
    """
    values = [x._memory if isinstance(x, Tensor) else x for x in args]
    positions = _positions(args, wrt)
    check = _Check(eps, rtol, atol, np.random.default_rng(seed))
    complex_ones = [i for i in positions if np.iscomplexobj(values[i])]
    for i in complex_ones:
        values[i] = _as_parts(values[i])

    def of_parts(*tensors: Any) -> Any:
        output = f(*[as_complexes(x)[..., 0] if i in complex_ones else x for i, x in enumerate(tensors)], **kwargs)
        return _as_parts(output) if isinstance(output, Tensor) and is_complex(output._memory) else output

    check(of_parts, values, positions, order, "function")


def _as_parts(z: Any) -> Any:
    """Complex numbers as their parts, along a last axis of two."""
    return np.stack((np.real(z), np.imag(z)), axis=-1)


def _positions(args: Sequence[Any], wrt: int | Sequence[int] | None) -> list[int]:
    if wrt is not None:
        positions = [wrt] if isinstance(wrt, int) else list(wrt)
        for i in positions:
            if np.asarray(unwrap(args[i])).dtype.kind not in "fc":
                raise TypeError(
                    f"check_grads: argument {i} cannot vary, because it is not of a floating-point or complex dtype"
                )
    else:
        positions = [
            i
            for i, x in enumerate(args)
            if (not x.constant if isinstance(x, Tensor) else isinstance(x, np.ndarray) and x.dtype.kind in "fc")
        ]
    if not positions:
        raise TypeError("check_grads: there is nothing to differentiate by. Pass arrays of a floating-point dtype.")
    return positions


class _Check:
    """Checks functions, all with the same tolerances."""

    def __init__(self, eps: float | None, rtol: float | None, atol: float | None, rng: np.random.Generator) -> None:
        self.eps = eps
        self.rtol = rtol
        self.atol = atol
        self.rng = rng

    def __call__(self, f: Callable[..., Any], values: list[Any], positions: list[int], order: int, what: str) -> None:
        output = _call(f, values, positions)[0]
        by_backward = self._jacobians(f, values, positions, output)
        numerical = []
        for i, jacobian in zip(positions, by_backward, strict=True):
            expected, error = numerical_jacobian(_as_function_of(f, values, positions, i), values[i], self.eps)
            self._compare(jacobian, expected, error, output, values[i], f"{what} by argument {i}")
            numerical.append(expected)
        weights = self._cotangent(output)
        self._check_linear(f, values, positions, weights, numerical, what)
        if order > 1:
            for n, i in enumerate(positions):

                def gradient(*tensors: Any, n: int = n) -> Any:
                    return derivatives(f(*tensors), [tensors[j] for j in positions], weights)[n]

                if not _call(gradient, values, positions)[0].constant:  # it is constant if `f` is linear
                    self(gradient, values, positions, order - 1, f"gradient (by argument {i}) of the {what}")
                else:
                    self._check_constant(gradient, values, positions, f"gradient (by argument {i}) of the {what}")

    def _cotangent(self, output: Array) -> Array:
        return self.rng.choice([-1.0, 1.0], output.shape) * self.rng.uniform(0.5, 2.0, output.shape)

    def _jacobians(self, f: Callable[..., Any], values: list[Any], positions: list[int], output: Any) -> list[Array]:
        """By backward passes, one for each number in the output."""
        jacobians = [np.zeros(output.shape + np.shape(values[i])) for i in positions]
        weights = self._cotangent(output)
        for index in np.ndindex(output.shape):
            cotangent = np.zeros(output.shape)
            cotangent[index] = weights[index]
            for jacobian, gradient in zip(jacobians, _gradients(f, values, positions, cotangent), strict=True):
                jacobian[index] = gradient / weights[index]
        return jacobians

    def _tolerance(self, expected: Array, *arrays: Any) -> Array:
        size = min(np.asarray(unwrap(a)).dtype.itemsize for a in arrays)
        rtol = _RTOL.get(size, 1e-6) if self.rtol is None else self.rtol
        if self.atol is not None:
            return self.atol + rtol * np.abs(expected)
        scale = np.max(np.abs(expected), initial=0, where=np.isfinite(expected))
        return np.asarray(_ATOL.get(size, 1e-8) * max(scale, 1) + rtol * np.abs(expected))

    def _compare(self, jacobian: Array, expected: Array, error: Array, output: Any, x: Any, what: str) -> None:
        tolerance = self._tolerance(expected, output, x)
        deviation = np.abs(jacobian - expected)
        if np.all(deviation <= tolerance) and np.all(error <= tolerance):
            return
        if np.all((deviation <= tolerance) | ~(error <= tolerance)):  # the numerical derivative is to blame
            reason = "cannot be checked: the function is not smooth enough around this point, or `eps` is too large"
            worst = np.unravel_index(np.argmax(np.nan_to_num(error, nan=np.inf)), error.shape)
        else:
            reason = "is wrong"
            excess = np.where(error <= tolerance, np.nan_to_num(deviation - tolerance, nan=np.inf), -np.inf)
            worst = np.unravel_index(np.argmax(excess), error.shape)
        of, by = worst[: output.ndim], worst[output.ndim :]
        raise AssertionError(
            f"the derivative of the {what} {reason}\n"
            f"worst entry: the derivative of {_entry('output', of)} by {_entry('argument', by)}, "
            f"where {_entry('argument', by)} = {np.asarray(x)[by]}\n"
            f"    is {jacobian[worst]:.10g} by backward()\n"
            f"    is {expected[worst]:.10g} by central differences{_uncertainty(error[worst], tolerance[worst])}\n"
            f"Jacobian by backward():\n{jacobian}\n"
            f"Jacobian by central differences:\n{expected.round(12)}"
        )

    def _check_linear(
        self,
        f: Callable[..., Any],
        values: list[Any],
        positions: list[int],
        weights: Array,
        numerical: list[Array],
        what: str,
    ) -> None:
        """Check that a dense gradient is pulled back as the sum of its parts is."""
        for i, gradient, jacobian in zip(positions, _gradients(f, values, positions, weights), numerical, strict=True):
            expected = np.tensordot(weights, jacobian, weights.ndim)
            if not np.all(np.abs(gradient - expected) <= 10 * self._tolerance(expected, gradient)):
                raise AssertionError(
                    f"the derivative of the {what} by argument {i} is not linear in the gradient that is pulled back\n"
                    f"the gradient\n{weights}\ngives\n{gradient}\nbut according to central differences\n{expected}"
                )

    def _check_constant(self, gradient: Callable[..., Any], values: list[Any], positions: list[int], what: str) -> None:
        for i in positions:
            expected, error = numerical_jacobian(_as_function_of(gradient, values, positions, i), values[i], self.eps)
            self._compare(
                np.zeros_like(expected),
                expected,
                error,
                _call(gradient, values, positions)[0],
                values[i],
                f"{what} by argument {i}",
            )


def _call(f: Callable[..., Any], values: list[Any], positions: list[int]) -> tuple[Any, list[Any]]:
    """The output of `f`, and the variables that it was given."""
    tensors = [Tensor(x, constant=False) if i in positions else x for i, x in enumerate(values)]
    with differentiating():
        output = f(*tensors)
    if not isinstance(output, Tensor):
        raise no_tensor_returned("check_grads", output)
    return output, [tensors[i] for i in positions]


def _gradients(f: Callable[..., Any], values: list[Any], positions: list[int], cotangent: Array) -> list[Array]:
    output, variables = _call(f, values, positions)
    if output.constant:
        raise TypeError("check_grads: the function returned a constant, which has no derivatives")
    output.backward(cotangent)
    return [np.zeros(x.shape) if x.grad is None else x.grad for x in variables]


def _as_function_of(
    f: Callable[..., Any], values: list[Any], positions: list[int], position: int
) -> Callable[[Array], Array]:
    """`f` as a function of one of its arguments, with arrays in and out, and all variables in double precision."""
    precise = [np.asarray(x, np.result_type(x, float)) if i in positions else x for i, x in enumerate(values)]

    def function(x: Array) -> Array:
        output: Array = _call(f, [*precise[:position], x, *precise[position + 1 :]], positions)[0]._memory
        return output

    return function


def _entry(name: str, index: tuple[Any, ...]) -> str:
    return f"{name}[{', '.join(str(int(i)) for i in index)}]" if index else name


def _uncertainty(error: float, tolerance: float) -> str:
    return "" if error <= tolerance else f", give or take {error:.1g}"
