"""check_grads accepts right derivatives and rejects wrong ones."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad._rules import RULES
from mygrad.errors import InvalidBackprop
from mygrad.extend import defvjp, primitive
from mygrad.testing import check_grads, numerical_jacobian

X = np.array([[0.4, -1.3, 2.0], [0.7, 1.1, -0.2]])
Y = np.array([1.5, -0.5, 0.8])


class Scaled(mg.Operation):
    """2 x, with a gradient as the test wants it."""

    pull_back: Any

    def __call__(self, x: mg.Tensor) -> np.ndarray:
        self.variables = (x,)
        return 2 * x.data

    def backward_var(self, grad: np.ndarray, index: int, **kwargs: Any) -> Any:
        return type(self).pull_back(grad)


def with_gradient(pull_back: Any) -> Any:
    op = type("Custom", (Scaled,), {"pull_back": staticmethod(pull_back)})
    return lambda x: mg.execute_op(op, x)


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize(
    ("f", "args"),
    [
        (np.sin, (X,)),
        (np.multiply, (X, Y)),
        (lambda x, y: (x * y).sum(axis=0) ** 3, (X, Y)),
        (lambda x: x[[0, 0, 1]] * 2.0, (X,)),  # linear: the second derivatives are 0
        (np.exp, (np.array(0.3),)),
        (np.exp, (np.zeros((0, 2)),)),
        (np.matmul, (X, X.T)),
    ],
)
def test_accepts_right_derivatives(f: Any, args: tuple[Any, ...], order: int) -> None:
    check_grads(f, *args, order=order)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_precisions(dtype: Any) -> None:
    check_grads(lambda x, y: np.sin(x) * y, X.astype(dtype), Y.astype(dtype), order=2)


@pytest.mark.parametrize("x", [1e-12, 1e-3, 1e5, 1e12])
def test_step_is_scaled_to_the_argument(x: float) -> None:
    check_grads(np.log, np.array([x]))
    check_grads(np.square, np.array([x]))


@pytest.mark.parametrize(
    "pull_back",
    [
        lambda g: g,
        lambda g: -2 * g,
        lambda g: 2.0001 * g,
        lambda g: 2 * np.abs(g),
        lambda g: 2 * np.roll(g, 1),
        lambda g: 2 * g * (g.flat[0] != 0),
        lambda g: 2 * g + (np.count_nonzero(g) > 1),
        lambda g: g * np.nan,
    ],
)
def test_rejects_wrong_derivatives(pull_back: Any) -> None:
    check_grads(with_gradient(lambda g: 2 * g), X)
    with pytest.raises(AssertionError, match=r"wrong|not linear"):
        check_grads(with_gradient(pull_back), X)


def test_rejects_wrong_second_derivatives() -> None:
    @primitive
    def square(x: Any) -> Any:
        return x**2

    # What is taken out of the graph is a constant in the gradient.
    defvjp(square, lambda g, _y, x: g * 2 * (x.data if isinstance(x, mg.Tensor) else x))
    try:
        check_grads(square, X)
        with pytest.raises(AssertionError, match=r"gradient \(by argument 0\) of the function"):
            check_grads(square, X, order=2)
    finally:
        del RULES[square]


def test_operations_have_no_second_derivatives() -> None:
    with pytest.raises(InvalidBackprop):
        check_grads(with_gradient(lambda g: 2 * g), X, order=2)


def test_message_shows_the_worst_entry_and_its_input() -> None:
    def pull_back(g: np.ndarray) -> np.ndarray:
        g = 2 * g
        g[1, 2] *= 3
        g[0, 0] *= 1.01
        return g

    with pytest.raises(AssertionError) as caught:
        check_grads(with_gradient(pull_back), X)
    message = str(caught.value)
    assert "output[1, 2] by argument[1, 2], where argument[1, 2] = -0.2" in message
    assert "is 6 by backward()" in message
    assert "is 2 by central differences" in message
    assert message.count("Jacobian by") == 2


def test_which_arguments() -> None:
    def f(x: Any, y: Any) -> Any:
        return x * mg.tensor(y, constant=True)  # loses the gradient of y

    check_grads(f, X, Y, wrt=0)
    check_grads(f, X, mg.tensor(Y, constant=True))
    check_grads(lambda x, n: x**n, X, 3)
    check_grads(lambda x, n: x**n, X, wrt=(0,), n=2)
    with pytest.raises(AssertionError, match="by argument 1"):
        check_grads(f, X, Y)


def test_kinks_are_told_from_wrong_derivatives() -> None:
    with pytest.raises(AssertionError, match="cannot be checked"):
        check_grads(lambda x: np.where(x > 0, x, 0.5), np.array([1.0, 0.0]))
    with pytest.raises(AssertionError, match="cannot be checked"):
        check_grads(np.log, np.array([1.0]), eps=2.0e6)


def test_nothing_to_check() -> None:
    with pytest.raises(TypeError, match="nothing to differentiate by"):
        check_grads(np.sin, np.array([1, 2]))
    with pytest.raises(TypeError, match="argument 0 cannot vary"):
        check_grads(np.sin, np.array([1, 2]), wrt=0)
    with pytest.raises(TypeError, match="constant"):
        check_grads(lambda x: mg.tensor(x, constant=True), X)
    for wrong in (lambda x: mg.asarray([x[0], x[1]]), lambda x: x[0].item()):
        with pytest.raises(TypeError, match=r"returned (ndarray|float), .*`np\.stack"):
            check_grads(wrong, np.array([1.0, 2.0]))
    for wrong in (lambda x: [x[0], x[1]], lambda x: (x, x)):
        with pytest.raises(TypeError, match=r"returned (list|tuple), .*Put the results into one tensor"):
            check_grads(wrong, np.array([1.0, 2.0]))
    with pytest.raises(TypeError, match="returned ndarray"):
        check_grads(lambda x: x.data, X)


def test_numerical_jacobian_knows_its_error() -> None:
    x = np.array([0.5, -2.0, 1e-8, 1e8])
    derivative, error = numerical_jacobian(np.arctan, x)
    assert derivative.shape == error.shape == (4, 4)
    exact = np.diag(1 / (1 + x**2))
    assert np.all(np.abs(derivative - exact) <= 10 * error + 1e-12)
    assert np.all(error < 1e-9)


def test_needs_no_hypothesis() -> None:
    code = "import sys; import mygrad.testing; sys.exit('hypothesis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_strategies_say_what_they_need() -> None:
    code = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "try:\n    import mygrad.testing.strategies\n"
        "except ImportError as e:\n    sys.exit('pip install mygrad-core[testing]' not in str(e))\n"
        "sys.exit(2)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
