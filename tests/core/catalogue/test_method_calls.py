"""Methods of tensors, as methods of arrays: on their own examples, and on those of NumPy's functions of the same names.

(What works in place, and what is MyGrad's own, is looked at in tests/core/tensor/test_methods.py.)
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

import numpy as np
import pytest

from catalogue import Example, every_example
from comparing import assert_gradients, assert_same, converted, is_precise, outcome
from functions import METHODS, PLAIN_METHODS, as_method
from mygrad import Tensor

OF_TENSORS = [method for method in METHODS if method not in PLAIN_METHODS]
#: The same values in other places, of arrays and of tensors.
LAYOUTS: list[Callable[[Any], Any]] = [
    lambda a: a,
    lambda a: np.copy(a.T, order="C").T,
    lambda a: np.repeat(a, 2, axis=-1)[..., ::2] if a.ndim else a,
    lambda a: np.flip(np.copy(np.flip(a), order="C")) if a.ndim else a,
]


def tensors(example: Example, constant: bool | None = None) -> Example:
    return example.mapped(lambda a: Tensor(a, constant=constant, copy=False), Tensor)


@every_example(METHODS, examples=METHODS)
def test_values(method: Any, example: Example) -> None:
    for layout in LAYOUTS:
        for dtype in float, np.float32, int, bool:
            of = example.mapped(lambda a: converted(a, dtype))  # noqa: B023
            expected, warnings = outcome(as_method(method, layout), of)
            ours, our_warnings = outcome(as_method(method, layout), tensors(of))
            assert our_warnings <= warnings
            assert_same(ours, expected, tensor=method not in PLAIN_METHODS, exact=True)


@every_example(OF_TENSORS, examples=METHODS)
def test_memory(method: Any, example: Example) -> None:
    """A view of an array is a view of a tensor."""
    expected, ours = as_method(method)(example), as_method(method)(tensors(example))
    for a in example.variables():
        assert np.shares_memory(ours, a) == np.shares_memory(expected, a) or not ours.ndim


@every_example(OF_TENSORS, examples=METHODS, only=lambda method, example: example.variables())
def test_gradients(method: Any, example: Example) -> None:
    for layout in LAYOUTS:
        run = as_method(method, layout)
        if is_precise(run, example):
            assert_gradients(lambda e: run(tensors(e)), example, run)  # noqa: B023


@every_example(OF_TENSORS, examples=METHODS, only=lambda method, example: example.variables())
def test_constant(method: Any, example: Example) -> None:
    """Variables in, variables out; constants in, constants out; but `constant` decides."""
    is_float = as_method(method)(example).dtype.kind in "fc"
    of_reals = [x.dtype.kind for x in example.variables()] == ["f"]
    ours = getattr(Tensor, method.__name__)
    for constant in True, False:
        given = tensors(example, constant)
        is_zero = method is np.ndarray.imag and of_reals
        assert as_method(method)(given).constant is (constant or not is_float or is_zero)
        if not callable(ours) or "constant" not in signature(ours).parameters:
            continue
        assert as_method(method, constant=True)(given).constant is True
        if is_float:
            assert as_method(method, constant=False)(given).constant is False
        else:
            with pytest.raises(ValueError, match="constant=False"):
                as_method(method, constant=False)(given)
