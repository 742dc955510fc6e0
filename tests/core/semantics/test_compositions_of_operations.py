"""Derivatives of higher order through operations of one's own, which say what they are composed of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad.errors import InvalidBackprop, InvalidGradient
from mygrad.functional import derivatives
from mygrad.testing import check_grads


class WeightedSines(mg.Operation):
    """``factor * x * sin(y)``. It counts how often it goes which way."""

    backward_passes = compositions = 0

    def __call__(self, x: Any, y: Any, factor: float = 1.0) -> Any:
        self.variables = (x, y)
        self.factor, self.x = factor, x.data
        return factor * x.data * np.sin(y.data)

    def backward(self, grad: Any, **kwargs: Any) -> Any:
        WeightedSines.backward_passes += 1
        _x, y = self.variables
        return self.factor * grad * np.sin(y.data), self.factor * grad * self.x * np.cos(y.data)

    def composition(self, x: Any, y: Any) -> Any:
        WeightedSines.compositions += 1
        return self.factor * x * np.sin(y)


def weighted(x: Any, y: Any, factor: float = 1.0, **options: Any) -> Any:
    return mg.execute_op(WeightedSines, x, y, op_args=(factor,), **options)


def test_all_orders() -> None:
    check_grads(lambda x, y: weighted(x, y, 3.0), np.array([1.0, 2.0]), np.array([0.3, -0.7]), order=3)


def test_broadcast_variables() -> None:
    check_grads(weighted, np.array([[1.0], [2.0]]), np.array([0.3, -0.7]), order=2)


def test_one_variable_twice() -> None:
    third = mg.grad(mg.grad(mg.grad(lambda x: weighted(x, x))))
    assert_allclose(third(0.3), -3 * np.sin(0.3) - 0.3 * np.cos(0.3))


def test_one_after_the_other() -> None:
    """Nothing is pulled back twice through what comes before."""

    def chain(x: Any) -> Any:
        for _ in range(30):
            x = weighted(x, x) + 0.5
        return x

    def plain(x: Any) -> Any:
        for _ in range(30):
            x = x * np.sin(x) + 0.5
        return x

    WeightedSines.compositions = 0
    assert_allclose(mg.grad(mg.grad(chain))(0.3), mg.grad(mg.grad(plain))(0.3))
    assert WeightedSines.compositions == 30


def test_first_derivatives_take_the_short_way() -> None:
    WeightedSines.compositions = WeightedSines.backward_passes = 0
    x = mg.tensor(2.0)
    weighted(x, x).backward()
    mg.grad(lambda x: weighted(x, x))(2.0)
    mg.jacobian(lambda x: weighted(x, x))([2.0, 3.0])
    assert WeightedSines.compositions == 0
    assert WeightedSines.backward_passes == 4


def test_constants_get_none() -> None:
    x, y = mg.tensor(2.0), mg.tensor(0.5, constant=True)
    by_x, by_y = derivatives(weighted(x, y), [x, y])
    assert_allclose(by_x, np.sin(0.5))
    assert_array_equal(by_y, 0.0)


def test_values_are_those_of_the_call() -> None:
    """Of the variables, and of arrays of theirs that the operation keeps, which are snapshotted too."""
    x, y = mg.tensor([1.0, 2.0]), mg.tensor([0.3, -0.7])
    a, b = +x, +y
    z = weighted(a, b)
    a[...] = 100.0
    b[...] = 100.0
    (by_y,) = derivatives(z, [y])
    assert_allclose(by_y, [1.0, 2.0] * np.cos([0.3, -0.7]))
    by_y.sum().backward()
    assert_allclose(x.grad, np.cos([0.3, -0.7]))


def test_single_precision() -> None:
    x = np.float32([1.0, 2.0])
    found = mg.hessian(lambda x: np.sum(weighted(x, x)))(x)
    assert found.dtype == np.float32
    assert_allclose(found, np.diag(2 * np.cos(x) - x * np.sin(x)), rtol=1e-6)


def test_masked_results_have_no_part() -> None:
    """Where the result is left out, its gradient is 0, whatever the composition divides by."""

    class Logarithm(mg.Operation):
        def __call__(self, x: Any) -> Any:
            self.variables = (x,)
            with np.errstate(divide="ignore"):
                return np.log(x.data)

        def backward_var(self, grad: Any, index: int, **kwargs: Any) -> Any:
            raise AssertionError("nobody asks")

        def composition(self, x: Any) -> Any:
            return np.log(x)

    x = mg.tensor([0.0, 2.0])
    (g,) = derivatives(mg.execute_op(Logarithm, x)[1:], [x])
    assert_array_equal(g, [0.0, 0.5])
    (g,) = derivatives(g[1:], [x])
    assert_array_equal(g, [0.0, -0.25])
    value, along = mg.jvp(lambda x: mg.execute_op(Logarithm, x)[1:], [[0.0, 2.0]], [[1.0, 1.0]])
    assert_array_equal(value, np.log([2.0]))
    assert_array_equal(along, [0.5])
    (g,) = derivatives(mg.execute_op(Logarithm, x)[1:], [x], mg.tensor([3.0]))
    assert_array_equal(g, [0.0, 1.5])


def test_without_a_composition_there_are_none() -> None:
    class Alone(WeightedSines):
        composition = mg.Operation.composition

    x = mg.tensor(2.0)
    with pytest.raises(InvalidBackprop, match=r"Alone .* differentiated again.* `composition`"):
        derivatives(mg.execute_op(Alone, x, x), [x])


@pytest.mark.parametrize(
    ("wrong", "message"), [(lambda x, y: x.data, "ndarray"), (lambda x, y: x.sum(), r"a tensor of shape \(\)")]
)
def test_what_is_no_composition_is_refused(wrong: Any, message: str) -> None:
    class Wrong(WeightedSines):
        def composition(self, x: Any, y: Any) -> Any:
            return wrong(x, y)

    x = mg.tensor([1.0, 2.0])
    with pytest.raises(InvalidGradient, match=rf"Wrong.composition must .* \(2,\), but returned {message}"):
        derivatives(mg.execute_op(Wrong, x, x), [x])
