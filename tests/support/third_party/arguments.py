"""The arguments of a call, from the text that the list has of them: ``"x(6), spd(3), 2, mode='same'"``.

Floats and arrays of floats are what is differentiated by; all else is constant.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

#: Names of arguments: positions, and keywords.
Call = dict[int | str, Any]


def makers(point: int) -> dict[str, Callable[..., Any]]:
    """What makes arrays in the list; each call of one gives other numbers, and so does each point."""
    rng = np.random.default_rng(point)

    def x(*shape: int) -> Any:
        """Numbers between 0.2 and 0.9: angles, fractions, colours and lengths alike."""
        values = rng.uniform(0.2, 0.9, shape)
        return values if shape else float(values)

    def up(n: int) -> Any:
        """Numbers that increase."""
        return np.cumsum(x(n))

    def spd(n: int) -> Any:
        """A symmetric matrix that is positive definite."""
        a = x(n, n)
        return a @ a.T + np.eye(n)

    def unit(*shape: int) -> Any:
        """Vectors of length one."""
        vectors = rng.normal(size=shape)
        return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)

    def rotation() -> Any:
        """A rotation of space."""
        q, r = np.linalg.qr(rng.normal(size=(3, 3)))
        q = q * np.sign(np.diag(r))
        return q * np.linalg.det(q)

    return {"x": x, "up": up, "spd": spd, "unit": unit, "rotation": rotation}


def call_of(text: str, point: int = 0) -> Call:
    """The arguments that a text stands for, by position or keyword."""

    def collect(*args: Any, **kwargs: Any) -> Call:
        return {**dict(enumerate(args)), **kwargs}

    return eval(f"collect({text})", {"np": np, "collect": collect, **makers(point)})


def apply(function: Callable[..., Any], call: Call) -> Any:
    """Call a function, with the same random numbers each time if it draws any."""
    np.random.seed(0)
    args = [value for key, value in call.items() if isinstance(key, int)]
    kwargs = {key: value for key, value in call.items() if isinstance(key, str)}
    return function(*args, **kwargs)


def copied(call: Call) -> Call:
    return {key: value.copy() if isinstance(value, np.ndarray) else value for key, value in call.items()}


def varied(call: Call) -> list[int | str]:
    """Which arguments are differentiated by."""
    return [
        key
        for key, value in call.items()
        if isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype.kind == "f")
    ]
