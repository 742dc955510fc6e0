"""RAdam."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.nnet.optimizers._optimizer import Optimizer, checked, checked_pair, count, divided
from mygrad.nnet.optimizers.adam import moments

if TYPE_CHECKING:
    from mygrad import Tensor

__all__ = ["RAdam"]

#: How many independent squares a root mean square has to be made of, for steps to be in units of it.
ENOUGH = 5.0


class RAdam(Optimizer):
    """Rectified Adam: at first, while the mean square is made of few gradients, steps are those of plain momentum.

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
    weight_decay : float
        This times the parameter is added to the gradient.

    References
    ----------
    L. Liu et al., "On the variance of the adaptive learning rate and beyond", ICLR (2020).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.optimizers import RAdam
    >>> w = mg.tensor([1.0, -200.0])
    >>> optimizer = RAdam([w], learning_rate=0.1)
    >>> (w**2).sum().backward()
    >>> optimizer.step()
    >>> w
    Tensor([   0.8, -160. ])
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        learning_rate: float | Callable[[int], float] = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay)
        self.betas: tuple[float, float] = checked_pair("betas", betas)
        self.eps: float = checked("eps", eps)

    def _names(self) -> tuple[str, ...]:
        return ("count", "mean", "square")

    def _change(self, t: Tensor, gradient: Any, state: dict[str, Any], rate: float) -> Any:
        beta1, beta2 = self.betas
        steps = count(state)
        mean, square = moments(state, self._decayed(t, gradient), beta1, beta2)
        rate /= 1 - beta1**steps
        lack = 1 - beta2**steps
        most = 2 / (1 - beta2) - 1
        length = most - 2 * steps * beta2**steps / lack
        if length <= ENOUGH:
            return mean * rate
        shrinking = (length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length)
        scale = np.asarray(np.sqrt(square))
        scale += self.eps
        change = divided(mean, scale)
        change *= rate * sqrt(lack * shrinking)
        return change
