"""Adam and AdamW."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.nnet._numbers import flag
from mygrad.nnet.optimizers._optimizer import Optimizer, buffer, checked, checked_pair, count, divided

if TYPE_CHECKING:
    from mygrad import Tensor

__all__ = ["Adam", "AdamW", "moments"]


def moments(state: dict[str, Any], gradient: Any, beta1: float, beta2: float) -> tuple[Any, Any]:
    """The moving averages of the gradient and of its square, g * conj(g), brought up to date in place."""
    mean, square = buffer(state, "mean", gradient), buffer(state, "square", gradient.real)
    change = np.asarray(gradient - mean)
    change *= 1 - beta1
    mean += change
    change = np.multiply(gradient, gradient.conj(), out=change).real
    change *= 1 - beta2
    square *= beta2
    square += change
    return mean, square


class Adam(Optimizer):
    """Adam: steps of a length that depends on the mean of the gradient, in units of its root mean square.

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
    amsgrad : bool
        Whether, of the root mean squares so far, the largest is taken.

    See Also
    --------
    AdamW : keeps the decay of weights apart.

    References
    ----------
    D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR (2015).

    S. J. Reddi, S. Kale and S. Kumar, "On the convergence of Adam and beyond", ICLR (2018): AMSGrad.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.optimizers import Adam
    >>> w = mg.tensor([1.0, -200.0])
    >>> optimizer = Adam([w], learning_rate=0.1)
    >>> for _ in range(2):
    ...     (w**2).sum().backward()
    ...     optimizer.step()
    >>> w
    Tensor([   0.80041223, -199.80000131])
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        learning_rate: float | Callable[[int], float] = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay)
        self.betas: tuple[float, float] = checked_pair("betas", betas)
        self.eps: float = checked("eps", eps)
        self.amsgrad: bool = flag("amsgrad", amsgrad)

    def _names(self) -> tuple[str, ...]:
        return ("count", "mean", "square", *["largest"] * self.amsgrad)

    def _change(self, t: Tensor, gradient: Any, state: dict[str, Any], rate: float) -> Any:
        return self._adam(self._decayed(t, gradient), state, rate)

    def _adam(self, gradient: Any, state: dict[str, Any], rate: float) -> Any:
        beta1, beta2 = self.betas
        steps = count(state)
        mean, square = moments(state, gradient, beta1, beta2)
        if self.amsgrad:
            largest = buffer(state, "largest", square)
            square = np.maximum(largest, square, out=largest)
        # The averages began at 0. What they lack is made up for in these numbers, which takes fewer passes.
        lack = sqrt(1 - beta2**steps)
        scale = np.asarray(np.sqrt(square))
        scale += self.eps * lack
        change = divided(mean, scale)
        change *= rate * lack / (1 - beta1**steps)
        return change


class AdamW(Adam):
    """Adam with a decay of weights that is not a part of the gradient, so that its scale does not matter to it.

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
        This times the learning rate is the share of the parameter that is taken off at each step.
    amsgrad : bool
        Whether, of the root mean squares so far, the largest is taken.

    References
    ----------
    I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", ICLR (2019).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.optimizers import AdamW
    >>> w = mg.tensor([1.0, -200.0])
    >>> optimizer = AdamW([w], learning_rate=0.1, weight_decay=0.5)
    >>> (w**2).sum().backward()
    >>> optimizer.step()
    >>> w
    Tensor([   0.85, -189.9 ])
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        learning_rate: float | Callable[[int], float] = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(parameters, learning_rate, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad)

    def _change(self, t: Tensor, gradient: Any, state: dict[str, Any], rate: float) -> Any:
        change = self._adam(gradient, state, rate)
        if self.weight_decay:
            change += (t * (rate * self.weight_decay)).data
        return change
