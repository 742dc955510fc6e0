"""How a tensor shows itself: as NumPy shows its array, and as a small table in a notebook."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad._rules.recorded import RECORDED

__all__ = ["Repr"]

# NumPy puts the name of a subclass in the place of "array" and aligns the lines by it. To show the array as
# one whose class has our name is to show it as NumPy does, under any print options, in any version.
_Shown: type[np.ndarray[Any, Any]] = type("Tensor", (np.ndarray,), {})


class Repr:
    """Mixin of `Tensor`."""

    # (`self` is Any, since a type checker cannot know here that it is a tensor.)
    __slots__ = ()

    def __repr__(self: Any) -> str:
        if type(self._memory) in RECORDED:
            return f"Tensor({self._memory!r})"
        return np.array_repr(self._memory.view(_Shown))

    def __format__(self: Any, spec: str) -> str:
        if self._memory.ndim == 0:
            return format(self._memory, spec)
        if spec:
            raise TypeError("unsupported format string passed to Tensor.__format__")
        return str(self)

    def _repr_html_(self: Any) -> str:
        from html import escape  # costs a millisecond, and only notebooks need it

        grad, creator = self.grad, self.creator
        facts = {
            "shape": self._memory.shape,
            "dtype": self._memory.dtype,
            "is a": "constant" if self._constant else "variable",
            "creator": None if creator is None else getattr(creator, "name", type(creator).__name__),
        }
        rows = {name: escape(str(value)) for name, value in facts.items()}
        rows["grad"] = str(None) if grad is None else f"<pre>{escape(repr(grad))}</pre>"
        cells = [f"<tr><th>{name}</th><td>{cell}</td></tr>" for name, cell in rows.items()]
        return f"<pre>{escape(repr(self))}</pre><table>{''.join(cells)}</table>"
