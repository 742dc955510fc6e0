"""NAdam."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.nnet.optimizers._optimizer import Optimizer, checked, checked_pair, count
from mygrad.nnet.optimizers.adam import moments

if TYPE_CHECKING:
    from mygrad import Tensor

__all__ = ["NAdam"]


class NAdam(Optimizer):
    """Adam with Nesterov's momentum: it looks ahead by the gradient it has just seen.

    Parameters
    ----------
    parameters : Iterable[Tensor]
        What to train. All of `Module.parameters`, say.
    learning_rate : float | Callable[[int], float]
        A number, or a function of the number of steps so far, such as `Cosine`.
    betas : tuple[float, float]
        How much of the moving averages of the gradient and of its square is kept from step to step.
    eps : float
        Added to the root mean square.
    momentum_decay : float
        How fast the momentum of the first steps, half of ``betas[0]``, grows to the whole of it.
    weight_decay : float
        This times the parameter is added to the gradient.

    References
    ----------
    T. Dozat, "Incorporating Nesterov momentum into Adam", ICLR workshop (2016).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.optimizers import NAdam
    >>> w = mg.tensor([1.0, -200.0])
    >>> optimizer = NAdam([w], learning_rate=0.1)
    >>> (w**2).sum().backward()
    >>> optimizer.step()
    >>> w
    Tensor([   0.89435482, -199.89435482])
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        learning_rate: float | Callable[[int], float] = 2e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        momentum_decay: float = 4e-3,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay)
        self.betas: tuple[float, float] = checked_pair("betas", betas)
        self.eps: float = checked("eps", eps)
        self.momentum_decay: float = checked("momentum_decay", momentum_decay)

    def _momentum(self, step: int) -> float:
        return self.betas[0] * (1 - 0.5 * 0.96 ** (step * self.momentum_decay))

    def _names(self) -> tuple[str, ...]:
        return ("count", "mean", "momentum_product", "square")

    def _change(self, t: Tensor, gradient: Any, state: dict[str, Any], rate: float) -> Any:
        gradient = self._decayed(t, gradient)
        step = count(state)
        mean, square = moments(state, gradient, *self.betas)
        now, ahead = self._momentum(step), self._momentum(step + 1)
        product = state["momentum_product"] = state.get("momentum_product", 1.0) * now
        scale = np.asarray(np.sqrt(square))
        scale /= sqrt(1 - self.betas[1] ** step)
        scale += self.eps
        change = np.asarray(gradient * (rate * (1 - now) / (1 - product)))
        change += mean * (rate * ahead / (1 - product * ahead))
        change /= scale
        return change
