"""One catalogue of the functions of `mygrad.nnet`, each at points where it is smooth: tests/nnet has views of it.

A key is the name of a function, and after a comma what is special about the example.
"""

from __future__ import annotations

import numpy as np

from nets.activations import ACTIVATIONS
from nets.case import Case
from nets.layers import LAYERS
from nets.losses import LOSSES

__all__ = ["ACTIVATIONS", "ALL", "LAYERS", "LOSSES", "Case"]

#: All of them.
ALL: dict[str, Case] = {
    **{name: Case(f, (np.random.default_rng(0).normal(scale=2, size=(2, 3, 4)),)) for name, f in ACTIVATIONS.items()},
    **LAYERS,
    **LOSSES,
}
