"""The switch `mygrad.lift`: it puts the stand-ins in their places while somebody computes in a lifted context."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from mygrad._engine.state import LIFTED, Switch
from mygrad._lift import foreign, numpys, pythons
from mygrad._lift.places import Places

__all__ = ["Lift"]


class Lift(Switch):
    """`lift`. The first to enter has the stand-ins put everywhere, and the last to leave has them taken away."""

    def __init__(self, doc: str) -> None:
        super().__init__(LIFTED, True, doc)
        self._places = Places(
            lambda: [*numpys.STAND_INS, *pythons.STAND_INS, *foreign.stand_ins()], {"float": pythons.Float}, (np, math)
        )

    def __enter__(self) -> None:
        self._places.__enter__()
        super().__enter__()

    def __exit__(self, *exc: object) -> None:
        super().__exit__(*exc)
        self._places.__exit__(*exc)
