"""Stochastic gradient descent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from mygrad.nnet._numbers import flag
from mygrad.nnet.optimizers._optimizer import Optimizer, checked

if TYPE_CHECKING:
    from mygrad import Tensor

__all__ = ["SGD"]


class SGD(Optimizer):
    """Stochastic gradient descent, with or without momentum.

    Parameters
    ----------
    parameters : Iterable[Tensor]
        What to train. All of `Module.parameters`, say.
    learning_rate : float | Callable[[int], float]
        A number, or a function of the number of steps so far, such as `Cosine`.
    momentum : float
        The share of the velocity that is kept from step to step.
    dampening : float
        The share of the gradient that is not added to the velocity, from the second step on.
    nesterov : bool
        Whether to look ahead: to add to the gradient the velocity it leads to, instead of taking that in its
        place.
    weight_decay : float
        This times the parameter is added to the gradient.

    References
    ----------
    B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", USSR Computational
    Mathematics and Mathematical Physics 4 (1964).

    I. Sutskever, J. Martens, G. Dahl and G. Hinton, "On the importance of initialization and momentum in deep
    learning", ICML (2013).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.optimizers import SGD
    >>> w = mg.tensor([1.0, -2.0])
    >>> optimizer = SGD([w], learning_rate=0.1, momentum=0.9)
    >>> for _ in range(2):
    ...     (w**2).sum().backward()
    ...     optimizer.step()
    >>> w
    Tensor([ 0.46, -0.92])
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        learning_rate: float | Callable[[int], float],
        *,
        momentum: float = 0.0,
        dampening: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay)
        self.momentum: float = checked("momentum", momentum)
        self.dampening: float = checked("dampening", dampening)
        self.nesterov: bool = flag("nesterov", nesterov)
        if nesterov and (not momentum or dampening):
            raise ValueError("SGD: nesterov=True needs a momentum, and no dampening")

    def _names(self) -> tuple[str, ...]:
        return ("velocity",) if self.momentum else ()

    def _change(self, t: Tensor, gradient: Any, state: dict[str, Any], rate: float) -> Any:
        gradient = self._decayed(t, gradient)
        if not self.momentum:
            return gradient * rate
        if "velocity" not in state:
            velocity = state["velocity"] = gradient.copy()
        else:
            velocity = state["velocity"]
            velocity *= self.momentum
            velocity += (1 - self.dampening) * gradient if self.dampening else gradient
        return rate * (gradient + self.momentum * velocity if self.nesterov else velocity)
