"""Lion."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.nnet.optimizers._optimizer import Optimizer, buffer, checked_pair

if TYPE_CHECKING:
    from mygrad import Tensor

__all__ = ["Lion"]


class Lion(Optimizer):
    """Lion: steps of one length in each coordinate, in the direction of the sign of an averaged gradient.

    Parameters
    ----------
    parameters : Iterable[Tensor]
        What to train. All of `Module.parameters`, say.
    learning_rate : float | Callable[[int], float]
        A number, or a function of the number of steps so far, such as `Cosine`. A third to a tenth of what
        Adam takes.
    betas : tuple[float, float]
        How much of the moving average of the gradient counts for the direction, and how much of it is kept
        from step to step.
    weight_decay : float
        This times the learning rate is the share of the parameter that is taken off at each step.

    References
    ----------
    X. Chen, C. Liang, D. Huang, E. Real, K. Wang et al., "Symbolic discovery of optimization algorithms",
    NeurIPS (2023).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.optimizers import Lion
    >>> w = mg.tensor([1.0, -200.0])
    >>> optimizer = Lion([w], learning_rate=0.1)
    >>> (w**2).sum().backward()
    >>> optimizer.step()
    >>> w
    Tensor([   0.9, -199.9])
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        learning_rate: float | Callable[[int], float] = 1e-4,
        *,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay)
        self.betas: tuple[float, float] = checked_pair("betas", betas)

    def _names(self) -> tuple[str, ...]:
        return ("mean",)

    def _change(self, t: Tensor, gradient: Any, state: dict[str, Any], rate: float) -> Any:
        mean = buffer(state, "mean", gradient)
        difference = gradient - mean
        change = np.asarray(np.sign(mean + (1 - self.betas[0]) * difference))
        mean += (1 - self.betas[1]) * difference
        if self.weight_decay:
            change += (t * self.weight_decay).data
        change *= rate
        return change
