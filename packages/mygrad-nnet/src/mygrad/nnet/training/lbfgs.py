"""Training by L-BFGS."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from mygrad import Tensor, no_autodiff
from mygrad.nnet.module import Module
from mygrad.nnet.optimizers._optimizer import listed

__all__ = ["fit_lbfgs"]

Array = np.ndarray[Any, Any]


def fit_lbfgs(
    model: Module | Iterable[Tensor],
    loss: Callable[[], Tensor],
    *,
    steps: int = 100,
    tolerance: float = 1e-9,
    memory: int = 10,
) -> Any:
    """Train a model by the method of Broyden, Fletcher, Goldfarb and Shanno, with limited memory.

    It goes by the curvature of the loss, which must not be random: so it is for all data at once. On small problems
    that are smooth it comes closer to a minimum, in fewer steps, than the methods of `mygrad.nnet.optimizers`.

    Parameters
    ----------
    model : Module | Iterable[Tensor]
        What has the parameters, or these themselves. They are changed in place.
    loss : Callable[[], Tensor]
        What is to be made small, computed of the parameters as they are: a scalar.
    steps : int
        The largest number of steps.
    tolerance : float
        The fit is over when a step makes the loss smaller by less than this share of it, or when all entries of the
        gradient are smaller than this.
    memory : int
        How many of the last steps the curvature is estimated by.

    Returns
    -------
    scipy.optimize.OptimizeResult
        With `fun`, the loss at last, `nit`, the number of steps, `success` and `message`.

    Raises
    ------
    ImportError
        If SciPy is not installed: ``pip install 'mygrad-nnet[scipy]'``.
    TypeError
        If the loss is no scalar, real tensor that depends on the parameters.

    References
    ----------
    R. H. Byrd, P. Lu, J. Nocedal and C. Zhu, "A limited memory algorithm for bound constrained optimization", SIAM
    Journal on Scientific Computing (1995).

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet import mean_squared_error
    >>> from mygrad.nnet.modules import Linear
    >>> from mygrad.nnet.training import fit_lbfgs
    >>> x = np.linspace(-1, 1, 50)[:, None]
    >>> model = Linear(1, 1, dtype=float, rng=0)
    >>> result = fit_lbfgs(model, lambda: mean_squared_error(model(x), 3 * x + 1))
    >>> bool(result.success), model.weight.item().__round__(4), model.bias.item().__round__(4)
    (True, 3.0, 1.0)
    """
    try:
        from scipy.optimize import minimize
    except ImportError as error:
        raise ImportError("fit_lbfgs needs SciPy: pip install 'mygrad-nnet[scipy]'") from error
    parameters = model.parameters() if isinstance(model, Module) else listed("fit_lbfgs", model)
    if not parameters:
        raise ValueError("fit_lbfgs: there are no parameters to train")
    sizes = [_parts(t.data).size for t in parameters]
    ends = np.cumsum(sizes)[:-1]

    def put(values: Array) -> None:
        with no_autodiff:
            for t, part in zip(parameters, np.split(values, ends), strict=True):
                t[...] = (part.view(np.complex128) if t.dtype.kind == "c" else part).reshape(t.shape)

    def value_and_gradient(values: Array) -> tuple[float, Array]:
        put(values)
        value: Any = loss()
        if not isinstance(value, Tensor) or value.size != 1 or value.constant or value.dtype.kind != "f":
            given = f"a tensor of shape {value.shape}" if isinstance(value, Tensor) and value.size != 1 else repr(value)
            raise TypeError(f"fit_lbfgs: `loss` must return a scalar that depends on the parameters, not {given}")
        value.backward()
        gradients = [_parts(np.zeros_like(t.data) if t.grad is None else t.grad) for t in parameters]
        for t in parameters:
            t.null_grad()
        return value.item(), np.concatenate(gradients)

    start = np.concatenate([_parts(t.data) for t in parameters])
    options = {"maxiter": steps, "maxcor": memory, "ftol": tolerance, "gtol": tolerance}
    result = minimize(value_and_gradient, start, method="L-BFGS-B", jac=True, options=options)
    put(result.x)
    return result


def _parts(a: Array) -> Array:
    """The entries, in double precision: of complex ones, real and imaginary parts."""
    kind = np.complex128 if a.dtype.kind == "c" else np.float64
    return np.ravel(a.astype(kind)).view(np.float64)
