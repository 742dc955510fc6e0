"""Adagrad."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.nnet.optimizers._optimizer import Optimizer, buffer, checked, count, divided

if TYPE_CHECKING:
    from mygrad import Tensor

__all__ = ["Adagrad"]


class Adagrad(Optimizer):
    """Adagrad: gradient descent in units of the root of the sum of all squares of the gradient so far.

    Parameters
    ----------
    parameters : Iterable[Tensor]
        What to train. All of `Module.parameters`, say.
    learning_rate : float | Callable[[int], float]
        A number, or a function of the number of steps so far, such as `Cosine`.
    rate_decay : float
        The learning rate is divided by 1 plus this times the number of steps so far.
    initial : float
        What the sum of squares begins with.
    eps : float
        Added to its root.
    weight_decay : float
        This times the parameter is added to the gradient.

    References
    ----------
    J. Duchi, E. Hazan and Y. Singer, "Adaptive subgradient methods for online learning and stochastic
    optimization", Journal of Machine Learning Research 12 (2011).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.optimizers import Adagrad
    >>> w = mg.tensor([1.0, -200.0])
    >>> optimizer = Adagrad([w], learning_rate=0.1)
    >>> (w**2).sum().backward()
    >>> optimizer.step()
    >>> w
    Tensor([   0.9, -199.9])
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        learning_rate: float | Callable[[int], float] = 1e-2,
        *,
        rate_decay: float = 0.0,
        initial: float = 0.0,
        eps: float = 1e-10,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay)
        self.rate_decay: float = checked("rate_decay", rate_decay)
        self.initial: float = checked("initial", initial)
        self.eps: float = checked("eps", eps)

    def _names(self) -> tuple[str, ...]:
        return ("count", "total")

    def _change(self, t: Tensor, gradient: Any, state: dict[str, Any], rate: float) -> Any:
        gradient = self._decayed(t, gradient)
        total = buffer(state, "total", gradient.real, self.initial)
        total += (gradient * gradient.conj()).real
        scale = np.asarray(np.sqrt(total))
        scale += self.eps
        change = divided(gradient, scale)
        change *= rate / (1 + (count(state) - 1) * self.rate_decay)
        return change
