"""What an example is."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

__all__ = ["Case"]


class Case(NamedTuple):
    f: Any  # a function of the arrays, and of `constant`
    arrays: tuple[np.ndarray, ...]  # to differentiate by
    expected: Any = None  # its value, if that is easily written down
