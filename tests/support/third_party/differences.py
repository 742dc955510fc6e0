"""What plain NumPy says: the values of a function at a point where it is smooth, and its slopes there."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from third_party.arguments import Call, apply, call_of, copied, varied

DIRECTIONS = 3
STEP = 1e-5
#: How far slopes may be apart: relative to the larger one, and absolute, where results are of the order of one.
RELATIVE, ABSOLUTE = 1e-4, 1e-6
POINTS = range(3)


class NotSmoothError(Exception):
    """The function has no slopes at any of the points, or cannot be judged by them."""


def leaves(result: Any) -> Iterator[Any]:
    """The floating-point arrays and numbers in a result, those in tuples, lists, dictionaries and dataclasses too."""
    if isinstance(result, dict):
        result = list(result.values())
    elif dataclasses.is_dataclass(result) and not isinstance(result, type):
        result = list(vars(result).values())
    if isinstance(result, tuple | list):
        for entry in result:
            yield from leaves(entry)
    elif isinstance(result, float | np.floating) or getattr(getattr(result, "dtype", None), "kind", None) == "f":
        yield result


@dataclass
class Reference:
    """A function at a point: its arguments, its values, and their slopes."""

    call: Call
    values: list[np.ndarray]
    #: What each value is multiplied by, and summed over, to be one number. All count alike.
    weights: list[np.ndarray]
    #: By argument: a step for each direction.
    steps: dict[int | str, list[np.ndarray]]
    #: By argument: the slope of each value in each direction.
    slopes: dict[int | str, np.ndarray]


def values_of(function: Callable[..., Any], call: Call) -> list[np.ndarray]:
    return [np.array(leaf) for leaf in leaves(apply(function, copied(call)))]


def reference(function: Callable[..., Any], text: str) -> Reference:
    """The first point at which the function is smooth."""
    for point in POINTS:
        try:
            return _reference(function, call_of(text, point))
        except NotSmoothError as reason:
            last = reason
    raise last


def _reference(function: Callable[..., Any], call: Call) -> Reference:
    rng = np.random.default_rng(0)
    values = values_of(function, call)
    if not values or not all(v.size and np.isfinite(v).all() for v in values):
        raise NotSmoothError("it returns no floats, or some that are not finite")
    junk = np.random.default_rng().normal()
    [np.full(size, junk) for size in range(1, 128) for _ in range(8)]  # what uninitialized arrays will contain
    if not _same(values, values_of(function, call)):
        raise NotSmoothError("it returns something else each time")
    weights = [rng.normal(size=v.shape) / (np.abs(v).max() or 1.0) for v in values]

    def numbers(change: Call) -> np.ndarray:
        changed = values_of(function, {**call, **{key: call[key] + step for key, step in change.items()}})
        if [v.shape for v in changed] != [v.shape for v in values]:
            raise NotSmoothError("the shapes of what it returns vary with the values")
        return np.array([np.sum(w * v) for w, v in zip(weights, changed, strict=True)])

    steps, slopes = {}, {}
    for key in varied(call):
        steps[key] = [_direction(call[key], rng) for _ in range(DIRECTIONS)]
        coarse, fine = (
            np.array([(numbers({key: h * d}) - numbers({key: -h * d})) / (2 * h) for d in steps[key]])
            for h in (STEP, STEP / 2)
        )
        if not close(coarse, fine, RELATIVE / 10, ABSOLUTE / 10):
            raise NotSmoothError("it is not smooth")
        slopes[key] = fine
    return Reference(call, values, weights, steps, slopes)


def close(a: Any, b: Any, relative: float = RELATIVE, absolute: float = ABSOLUTE) -> bool:
    return bool(np.all(np.abs(a - b) <= absolute + relative * np.maximum(np.abs(a), np.abs(b))))


def _same(a: list[np.ndarray], b: list[np.ndarray]) -> bool:
    return len(a) == len(b) and all(map(np.array_equal, a, b))


def _direction(value: Any, rng: np.random.Generator) -> np.ndarray:
    """A step, as large as the entries are; symmetric matrices stay so."""
    value = np.asarray(value)
    step = rng.normal(size=value.shape) * np.where(value == 0, 1.0, np.abs(value))
    if value.ndim >= 2 and np.array_equal(value, value.mT):
        step = step + step.mT
    return step
