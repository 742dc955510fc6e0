"""Derivatives of functions of real numbers, where complex ones may come."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

__all__ = ["of_reals"]


def of_reals(name: str, vjp: Callable[..., Any] | None) -> Callable[..., Any] | None:
    """The vjp of the function of this name, which refuses complex numbers."""
    if vjp is None:
        return None

    @wraps(vjp)
    def of_real_numbers(g: Any, out: Any, *args: Any, **params: Any) -> Any:
        for x in (*args, *(out if type(out) is list else (out,))):
            dtype = getattr(x, "dtype", None)
            if dtype is not None and dtype.kind == "c":
                raise TypeError(
                    f"{name}: its derivative is that of a function of real numbers, but here an argument or a result "
                    f"is complex. Compute with the real and the imaginary part separately."
                )
        return vjp(g, out, *args, **params)

    return of_real_numbers
