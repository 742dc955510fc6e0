"""RMSprop."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.nnet._numbers import flag
from mygrad.nnet.optimizers._optimizer import Optimizer, buffer, checked, divided

if TYPE_CHECKING:
    from mygrad import Tensor

__all__ = ["RMSprop"]


class RMSprop(Optimizer):
    """RMSprop: gradient descent in units of the root mean square of the gradient.

    Parameters
    ----------
    parameters : Iterable[Tensor]
        What to train. All of `Module.parameters`, say.
    learning_rate : float | Callable[[int], float]
        A number, or a function of the number of steps so far, such as `Cosine`.
    alpha : float
        How much of the moving average of the square of the gradient is kept from step to step.
    eps : float
        Added to its root.
    momentum : float
        The share of the velocity that is kept from step to step.
    centered : bool
        Whether to take the standard deviation of the gradient instead of its root mean square.
    weight_decay : float
        This times the parameter is added to the gradient.

    References
    ----------
    T. Tieleman and G. Hinton, "Lecture 6.5: rmsprop", Coursera: Neural Networks for Machine Learning (2012).

    A. Graves, "Generating sequences with recurrent neural networks", arXiv:1308.0850 (2013), for `centered`.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.optimizers import RMSprop
    >>> w = mg.tensor([1.0, -200.0])
    >>> optimizer = RMSprop([w], learning_rate=0.1, alpha=0.75)
    >>> (w**2).sum().backward()
    >>> optimizer.step()
    >>> w
    Tensor([   0.8, -199.8])
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        learning_rate: float | Callable[[int], float] = 1e-2,
        *,
        alpha: float = 0.99,
        eps: float = 1e-8,
        momentum: float = 0.0,
        centered: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay)
        self.alpha: float = checked("alpha", alpha, 1.0)
        self.eps: float = checked("eps", eps)
        self.momentum: float = checked("momentum", momentum)
        self.centered: bool = flag("centered", centered)

    def _names(self) -> tuple[str, ...]:
        return ("square",) + ("mean",) * self.centered + ("velocity",) * bool(self.momentum)

    def _change(self, t: Tensor, gradient: Any, state: dict[str, Any], rate: float) -> Any:
        gradient = self._decayed(t, gradient)
        square = buffer(state, "square", gradient.real)
        if self.centered:
            # The average square less the square of the average, in a form in which the two do not cancel.
            mean = buffer(state, "mean", gradient)
            deviation = gradient - mean
            mean += (1 - self.alpha) * deviation
            square += ((1 - self.alpha) * deviation * deviation.conj()).real
            square *= self.alpha
        else:
            square *= self.alpha
            square += ((1 - self.alpha) * gradient * gradient.conj()).real
        scale = np.asarray(np.sqrt(square))
        scale += self.eps
        change = divided(gradient, scale)
        if self.momentum:
            velocity = buffer(state, "velocity", gradient)
            velocity *= self.momentum
            velocity += change
            return rate * velocity
        change *= rate
        return change
