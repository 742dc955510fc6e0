"""Types of other libraries that override NumPy's functions, too."""

from __future__ import annotations

import numpy as np

from mygrad._engine.handle import Handle
from mygrad._rules.recorded import RECORDED

__all__ = ["is_foreign"]


def is_foreign(kind: type, protocol: str) -> bool:
    """Whether another library's type overrides NumPy's protocol: then it may take over.

    A subclass of ndarray that inherits the protocol is an array like any other.
    """
    override = getattr(kind, protocol, _ABSENT)
    if kind in RECORDED:
        return False
    return override is not _ABSENT and override is not getattr(np.ndarray, protocol) and not issubclass(kind, Handle)


_ABSENT = object()
