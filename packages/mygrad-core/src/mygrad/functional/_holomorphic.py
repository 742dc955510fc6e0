"""Complex results: of which functions there are derivatives."""

from __future__ import annotations

from mygrad._engine.reasons import COMPLEX_RESULT
from mygrad._evaluation import Evaluation
from mygrad._rules.complexes import is_complex

__all__ = ["refuse_complex"]


def refuse_complex(e: Evaluation, who: str, holomorphic: bool = False) -> None:
    """Raise TypeError if there are complex results, unless the function is said to be holomorphic."""
    found = None
    for t in e.outputs:  # a generator would take half a microsecond longer, of every gradient
        if t._memory.dtype.kind == "c":
            found = t.dtype
    if found is None:
        if holomorphic and any(map(is_complex, e.nodes)):
            raise TypeError(f"{who}: a function of complex numbers that returns real ones is not holomorphic")
    elif not holomorphic:
        raise TypeError(
            COMPLEX_RESULT.format(f"{who}: the function returned complex numbers (of dtype {found})")
            + " (Of a holomorphic function, holomorphic=True gives the complex derivative.)"
        )
