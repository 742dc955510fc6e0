"""All stand-ins, and where they go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from mygrad._lift import foreign, numpys, pythons
from mygrad._lift.places import Method, Places

__all__ = ["PLACES"]


def _stand_ins(modules: Iterable[str]) -> Iterator[tuple[Any, Any]]:
    yield from numpys.STAND_INS
    yield from pythons.STAND_INS
    yield Method(np.vectorize, "__call__"), numpys.VECTORIZED
    yield from foreign.stand_ins(modules)


#: Names that cover builtins; NumPy's and Python's own namespaces.
PLACES = Places(
    _stand_ins,
    {"float": pythons.Float, "complex": pythons.Complex},
    ("numpy", "numpy.lib.stride_tricks", "math", "cmath"),
)
