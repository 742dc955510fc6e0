"""A number beside a tensor: Python's or NumPy's, in either order, in place, by an operator or a function."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg

F = Callable[..., Any]

UFUNCS = {
    operator.add: np.add,
    operator.sub: np.subtract,
    operator.mul: np.multiply,
    operator.truediv: np.divide,
    operator.pow: np.power,
    operator.mod: np.remainder,
}
TYPES = [float, int, bool, *sorted({np.dtype(code).type for code in "?bBhHiIlLqQefdg"}, key=lambda t: t.__name__)]
DTYPES = [np.float16, np.float32, np.float64, np.longdouble, np.int8, np.int64, np.uint8, np.bool_]
#: With respect to the first and to the second operand.
DERIVATIVES: dict[F, tuple[F, F]] = {
    operator.add: (lambda a, b: 1, lambda a, b: 1),
    operator.sub: (lambda a, b: 1, lambda a, b: -1),
    operator.mul: (lambda a, b: b, lambda a, b: a),
    operator.truediv: (lambda a, b: 1 / b, lambda a, b: -a / b**2),
    operator.pow: (lambda a, b: b * a ** (b - 1), lambda a, b: a**b * np.log(a)),
    operator.mod: (lambda a, b: 1, lambda a, b: -np.floor(a / b)),
}

scalars = st.builds(lambda kind, value: kind(value), st.sampled_from(TYPES), st.sampled_from([1, 2, 3]))
arrays = st.builds(
    lambda dtype, shape: np.linspace(1, 3, int(np.prod(shape))).reshape(shape).astype(dtype),
    st.sampled_from(DTYPES),
    st.sampled_from([(), (3,), (2, 2), (0,)]),
)


def outcome(f: F, *args: Any) -> Any:
    with np.errstate(all="ignore"):
        try:
            return f(*args)
        except Exception as failure:
            return type(failure)


def assert_as_numpy(found: Any, expected: Any) -> None:
    if isinstance(expected, type):
        assert isinstance(found, type)
        assert issubclass(found, expected)
        return
    assert not isinstance(found, type), found
    found = found.data if isinstance(found, mg.Tensor) else found
    expected = np.asarray(expected)
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    assert_array_equal(found, expected)


@given(st.sampled_from(list(UFUNCS)), arrays, scalars, st.booleans())
def test_value_and_dtype_are_numpys(op: F, array: Any, scalar: Any, swapped: bool) -> None:
    number = array if array.ndim else array[()]  # as a tensor without axes, which was computed, stands for a number
    tensor = mg.tensor(array) if array.ndim else mg.sum(mg.tensor([array]), dtype=array.dtype)
    ufunc = UFUNCS[op]
    for f, of_numpy in (op, op), (ufunc, ufunc), (getattr(mg, ufunc.__name__), ufunc):
        expected = outcome(of_numpy, *((scalar, number) if swapped else (number, scalar)))
        assert_as_numpy(outcome(f, *((scalar, tensor) if swapped else (tensor, scalar))), expected)


@given(
    st.sampled_from([operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ipow]), arrays, scalars
)
def test_augmented_assignment_is_numpys(op: F, array: Any, scalar: Any) -> None:
    tensor = mg.tensor(array)
    expected = outcome(op, array.copy(), scalar)
    assert_as_numpy(outcome(op, tensor, scalar), expected)


@given(st.sampled_from(list(UFUNCS)), st.sampled_from([np.float32, np.float64]), scalars, st.booleans(), st.booleans())
def test_derivatives(op: F, dtype: Any, scalar: Any, swapped: bool, through_numpy: bool) -> None:
    x = mg.tensor(np.array([1.25, 2.5, 3.75], dtype))
    f = UFUNCS[op] if through_numpy else op
    result = f(scalar, x) if swapped else f(x, scalar)
    result.backward()
    a, b = x.data.astype(float), float(scalar)
    expected = DERIVATIVES[op][1](b, a) if swapped else DERIVATIVES[op][0](a, b)
    assert x.grad is not None
    assert x.grad.dtype == dtype
    assert_allclose(x.grad, np.broadcast_to(expected, 3), rtol=5e-3 if type(scalar) is np.float16 else 1e-5)


@pytest.mark.parametrize("scalar", [kind(2) for kind in TYPES if kind not in (bool, np.bool_)])
def test_second_derivatives(scalar: Any) -> None:
    def f(x: Any) -> Any:
        return np.sum(x**scalar * scalar + scalar / x)

    found = mg.functional.hvp(f, np.array([1.0, 2.0]), np.ones(2))
    assert_allclose(found.data, [4 + 4, 4 + 0.5], rtol=1e-3)


def test_a_subclass_of_a_number_goes_by_its_own_ways() -> None:
    class Length(float):
        def __rmul__(self, other: Any) -> str:
            return "length"

    assert (mg.tensor([1.0]) * Length(2.0)).item() == (np.array([1.0]) * Length(2.0)).item()
