"""Moving averages of weights."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Generic, TypeVar

import numpy as np

from mygrad import no_autodiff
from mygrad.extend import refuse_recording
from mygrad.nnet._numbers import scalar
from mygrad.nnet.module import Module

__all__ = ["EMA"]

M = TypeVar("M", bound=Module)


class EMA(Generic[M]):
    """The exponential moving average of a model's parameters, which is often better than what they come to at last.

    Parameters
    ----------
    model : Module
        What is trained.
    decay : float
        How much of the average is kept from update to update: from 0 to less than 1.

    Attributes
    ----------
    model : Module
        A copy of the model with the averages in it, to be used and saved: not to be trained.

    Notes
    -----
    What is no parameter, such as the running statistics of `BatchNorm`, is what it was at the last update. Frozen
    parameters are none.

    References
    ----------
    B. T. Polyak and A. B. Juditsky, "Acceleration of stochastic approximation by averaging", SIAM Journal on Control
    and Optimization (1992).

    Examples
    --------
    >>> from mygrad.nnet.modules import Linear
    >>> from mygrad.nnet.optimizers import SGD
    >>> from mygrad.nnet.training import EMA
    >>> model = Linear(1, 1, bias=False, dtype=float, rng=0)
    >>> model.weight[...] = 1.0
    >>> optimizer, average = SGD(model.parameters(), 0.5), EMA(model, decay=0.9)
    >>> model([2.0]).sum().backward()
    >>> optimizer.step()
    >>> average.update()
    >>> model.weight.item(), round(average.model.weight.item(), 6)
    (0.0, 0.9)
    """

    def __init__(self, model: M, decay: float = 0.999) -> None:
        if not isinstance(model, Module):
            raise TypeError(f"EMA: expected a module, but got an object of type {type(model).__name__}")
        self.decay: float = float(scalar("decay", decay))
        if not 0 <= self.decay < 1:
            raise ValueError(f"EMA: `decay` must be at least 0 and less than 1, but is {decay}")
        self._source = model
        with no_autodiff:  # values are all that is wanted
            self.model: M = deepcopy(model).eval()

    def update(self) -> None:
        """Take note of what the parameters are now: after each step of the optimizer."""
        refuse_recording("has an average of parameters updated, which a program does not", "Update it outside.")
        source, averages = self._source._named_tensors(), self.model._named_tensors()
        if source.keys() != averages.keys():
            raise ValueError("EMA: the model has got other tensors since the average was begun")
        # Each once: a tensor may have several names.
        pairs = {id(averages[name]): (averages[name], t) for name, t in source.items()}
        with no_autodiff:
            for average, t in pairs.values():
                if t.constant:
                    average[...] = t
                else:
                    average += (1 - self.decay) * (t - average)

    def state_dict(self) -> dict[str, np.ndarray[Any, Any]]:
        """That of the averages."""
        return self.model.state_dict()

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where another average stood; see `Module.load_state_dict`."""
        self.model.load_state_dict(state)

    def __repr__(self) -> str:
        return f"EMA({self.model!r}, decay={self.decay})"
