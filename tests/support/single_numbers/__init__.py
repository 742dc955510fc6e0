"""Automatic differentiation of single numbers, each of which is a node of its own: an oracle for structural zeros.

NumPy computes with these in arrays of dtype object. What an index, a mask or a write leaves out is then simply not
there: of a number that is not reached from the outputs, the derivative is None. Of all others it is what the formulas
give, in floating point: zero times infinity is nan.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np

__all__ = ["Number", "derivatives", "number", "values"]

_next_seq = count().__next__
Operand = tuple["Number", Callable[[], "Number"]]


def _operator(compute: Callable[[Number, Number], Number]) -> Callable[[Number, Any], Any]:
    def operator(self: Number, other: Any) -> Any:
        return NotImplemented if isinstance(other, np.ndarray) else compute(self, number(other))

    return operator


class Number:
    """A number, and the numbers that it was computed from, each with a function that gives the derivative by it."""

    __slots__ = ("operands", "seq", "value")

    def __init__(self, value: Any, *operands: Operand) -> None:
        self.value = np.float64(value)
        self.operands = operands
        self.seq = _next_seq()

    @_operator
    def __add__(self, b: Number) -> Number:
        return Number(self.value + b.value, (self, _one), (b, _one))

    @_operator
    def __sub__(self, b: Number) -> Number:
        return self + -b

    @_operator
    def __mul__(self, b: Number) -> Number:
        return Number(self.value * b.value, (self, lambda: b), (b, lambda: self))

    @_operator
    def __truediv__(self, b: Number) -> Number:
        y = Number(self.value / b.value, (self, lambda: number(1.0) / b), (b, lambda: -(y / b)))
        return y

    def __pos__(self) -> Number:
        return Number(self.value, (self, _one))

    def __neg__(self) -> Number:
        return Number(-self.value, (self, lambda: number(-1.0)))

    def __pow__(self, n: Any) -> Number:
        return Number(self.value**n, (self, lambda: self ** (n - 1) * n))

    __radd__ = _operator(lambda b, a: a + b)
    __rsub__ = _operator(lambda b, a: a - b)
    __rmul__ = _operator(lambda b, a: a * b)
    __rtruediv__ = _operator(lambda b, a: a / b)

    # What NumPy's ufuncs call.

    def log(self) -> Number:
        return Number(np.log(self.value), (self, lambda: number(1.0) / (self if self.value >= 0 else self * np.nan)))

    def sqrt(self) -> Number:
        y = Number(np.sqrt(self.value), (self, lambda: number(0.5) / y))
        return y

    def exp(self) -> Number:
        y = Number(np.exp(self.value), (self, lambda: y))
        return y

    def arccos(self) -> Number:
        slope: Callable[[], Number] = lambda: number(-1.0) / ((number(1.0) - self) * (number(1.0) + self)).sqrt()  # noqa: E731
        return Number(np.arccos(self.value), (self, slope))

    def larger(self, other: Any) -> Number:
        """The larger number: if there is a nan, that; if they are equal, half of each."""
        b = number(other)
        holds = [p for p, q in ((self, b), (b, self)) if p.value >= q.value or np.isnan(p.value)]
        return Number(np.maximum(self.value, b.value), *[(p, lambda: number(1.0 / len(holds))) for p in holds])


def number(x: Any) -> Number:
    return x if isinstance(x, Number) else Number(x)


def _one() -> Number:
    return number(1.0)


def values(array: np.ndarray) -> np.ndarray:
    """The values of numbers in an array; None is 0."""
    flat = [0.0 if n is None else number(n).value for n in array.reshape(-1)]
    return np.array(flat, float).reshape(array.shape)


def derivatives(outputs: Sequence[Any], seeds: Sequence[float], inputs: np.ndarray) -> np.ndarray:
    """The derivatives of a weighted sum by the inputs, in an array of their shape: None by what has no part in it."""
    grads: dict[Number, Number] = {}
    for output, seed in zip(outputs, seeds, strict=True):
        if seed and isinstance(output, Number):
            _add(grads, output, number(seed))
    waiting = set(grads)
    while waiting:
        n = max(waiting, key=lambda n: n.seq)
        waiting.remove(n)
        for operand, slope in n.operands:
            _add(grads, operand, grads[n] * slope())
            waiting.add(operand)
    found = np.array([grads.get(n) for n in inputs.reshape(-1)], object)
    return found.reshape(inputs.shape)


def _add(grads: dict[Number, Number], to: Number, r: Number) -> None:
    grads[to] = grads[to] + r if to in grads else r
