"""Gradients that are kept from growing too large."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.nnet._numbers import scalar
from mygrad.nnet.optimizers._optimizer import Optimizer, listed, warn_of_none
from mygrad.nnet.optimizers.groups import Groups

if TYPE_CHECKING:
    from mygrad import Tensor

__all__ = ["clip_gradients_by_norm", "clip_gradients_by_value"]


def clip_gradients_by_norm(parameters: Iterable[Tensor] | Optimizer | Groups, max_norm: float) -> float:
    """Shrink all gradients by one factor, in place, so that their norm - of all together - is at most `max_norm`.

    Parameters
    ----------
    parameters : Iterable[Tensor] | Optimizer | Groups
        Those that have no gradient are passed over. With an optimizer, what it has accumulated is clipped.
    max_norm : float

    Returns
    -------
    float
        The norm that they had. If it is nan or inf, which only comes of such entries, the gradients are left
        as they are.

    Warns
    -----
    UserWarning
        If no parameter has a gradient.

    References
    ----------
    R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural networks", ICML
    (2013).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.optimizers import clip_gradients_by_norm
    >>> w = mg.tensor([3.0, 4.0])
    >>> (w * w / 2).sum().backward()
    >>> clip_gradients_by_norm([w], 1.0)
    5.0
    >>> w.grad
    array([0.6, 0.8])
    """
    limit = _limit("max_norm", max_norm)
    gradients = _gradients("clip_gradients_by_norm", parameters)
    warn_of_none("clip_gradients_by_norm", gradients)
    gradients = _known(gradients)
    norm = math.hypot(*map(_norm, gradients))
    if limit < norm < math.inf:
        for gradient in gradients:
            gradient *= limit / norm
    return norm


def clip_gradients_by_value(parameters: Iterable[Tensor] | Optimizer | Groups, max_value: float) -> None:
    """Clip all entries of the gradients, in place, to the interval from ``-max_value`` to ``max_value``.

    Parameters
    ----------
    parameters : Iterable[Tensor] | Optimizer | Groups
        Those that have no gradient are passed over. With an optimizer, what it has accumulated is clipped.
    max_value : float

    Warns
    -----
    UserWarning
        If no parameter has a gradient.

    Raises
    ------
    TypeError
        If a gradient is complex. In that case none has changed.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.optimizers import clip_gradients_by_value
    >>> w = mg.tensor([3.0, -0.5])
    >>> (w * w / 2).sum().backward()
    >>> clip_gradients_by_value([w], 1.0)
    >>> w.grad
    array([ 1. , -0.5])
    """
    limit = _limit("max_value", max_value)
    gradients = _gradients("clip_gradients_by_value", parameters)
    warn_of_none("clip_gradients_by_value", gradients)
    gradients = _known(gradients)
    for gradient in gradients:
        if gradient.dtype.kind == "c":
            raise TypeError(
                f"clip_gradients_by_value: complex numbers (of dtype {gradient.dtype}) are in no interval. Take "
                "clip_gradients_by_norm."
            )
    for gradient in gradients:
        np.clip(gradient, -limit, limit, out=gradient)


def _gradients(where: str, parameters: Any) -> list[Any]:
    """Those of the parameters; of an optimizer, with what has been accumulated."""
    if isinstance(parameters, Optimizer | Groups):
        return parameters._pending()
    return [t.grad for t in listed(where, parameters)]


def _known(gradients: list[Any]) -> list[Any]:
    return [gradient for gradient in gradients if gradient is not None]


def _limit(name: str, value: float) -> float:
    number = float(scalar(name, value))
    if not number >= 0:
        raise ValueError(f"`{name}` must not be negative, but is {value}")
    return number


def _norm(gradient: Any) -> float:
    """The Euclidean norm, though the squares of the entries overflow, as they may when it matters most."""
    square = float(np.vdot(gradient, gradient).real)
    if 1e-30 < square < math.inf or not gradient.size:
        return math.sqrt(square)
    largest = float(np.max(np.abs(gradient)))
    if not 0 < largest < math.inf:
        return largest
    return largest * float(np.linalg.norm(gradient / largest))
