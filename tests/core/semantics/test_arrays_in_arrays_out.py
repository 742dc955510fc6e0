"""What `mygrad.functional` returns: plain arrays, unless somebody can differentiate them."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any
from weakref import ref

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad.functional import (
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    linearize,
    value_and_grad,
    vjp,
)
from mygrad.operation_base import Operation

X = np.array([0.5, -1.5, 2.0])


def cubes(x: Any) -> Any:
    return np.sum(x**3)


#: Everything that is computed of a function, as a list of results.
DOORS: dict[str, Callable[[Any, Any], list[Any]]] = {
    "grad": lambda f, x: [grad(f)(x)],
    "value_and_grad": lambda f, x: list(value_and_grad(f)(x)),
    "elementwise_grad": lambda f, x: [elementwise_grad(f)(x)],
    "jacobian": lambda f, x: [jacobian(f)(x)],
    "jacfwd": lambda f, x: [jacfwd(f)(x)],
    "jacrev": lambda f, x: [jacrev(f)(x)],
    "hessian": lambda f, x: [hessian(f)(x)],
    "hvp": lambda f, x: [hvp(f, x, np.ones(3))],
    "vjp": lambda f, x: [vjp(f, x)[0], vjp(f, x)[1](1.0)[0]],
    "jvp": lambda f, x: list(jvp(f, [x], [np.ones(3)])),
    "linearize": lambda f, x: [linearize(f, x)[0], linearize(f, x)[1](np.ones(3))],
}
VALUE, FIRST, SECOND = np.sum(X**3), 3 * X**2, np.diag(6 * X)
EXPECTED = {
    "grad": [FIRST],
    "value_and_grad": [VALUE, FIRST],
    "elementwise_grad": [FIRST],
    "jacobian": [FIRST],
    "jacfwd": [FIRST],
    "jacrev": [FIRST],
    "hessian": [SECOND],
    "hvp": [6 * X],
    "vjp": [VALUE, FIRST],
    "jvp": [VALUE, np.sum(FIRST)],
    "linearize": [VALUE, np.sum(FIRST)],
}
every_door = pytest.mark.parametrize("door", DOORS)


@every_door
@pytest.mark.parametrize("of", [np.array, np.ndarray.tolist, lambda x: tuple(x.tolist())])
def test_arrays_of_arrays(door: str, of: Callable[[Any], Any]) -> None:
    for found, expected in zip(DOORS[door](cubes, of(X)), EXPECTED[door], strict=True):
        assert_allclose(found, expected)
        assert type(found) is (np.float64 if np.ndim(expected) == 0 else np.ndarray)
        if np.ndim(expected):
            assert found.flags.writeable


@every_door
@pytest.mark.parametrize("constant", [True, False])
def test_tensors_of_tensors(door: str, constant: bool) -> None:
    for found, expected in zip(DOORS[door](cubes, mg.tensor(X, constant=constant)), EXPECTED[door], strict=True):
        assert isinstance(found, mg.Tensor)
        assert_allclose(found, expected)


@every_door
def test_one_order_more_of_tensors(door: str) -> None:
    """They have a graph."""
    x = mg.tensor(X)
    for i, found in enumerate(DOORS[door](cubes, x)):
        (found,) = mg.functional.derivatives(found.sum(), [x])
        differences = [
            DOORS[door](cubes, X + h)[i].sum() - DOORS[door](cubes, X - h)[i].sum() for h in 1e-5 * np.eye(3)
        ]
        expected = np.array(differences) / 2e-5
        assert_allclose(found, expected, rtol=1e-6, atol=1e-7)


@every_door
def test_variables_of_the_outside_are_not_lost(door: str) -> None:
    w = mg.tensor(2.0)
    for found, expected in zip(DOORS[door](lambda x: w * cubes(x), X), EXPECTED[door], strict=True):
        assert isinstance(found, mg.Tensor)
        assert_allclose(found, 2 * expected)
        (by_w,) = mg.functional.derivatives(found.sum(), [w])
        assert_allclose(by_w, np.sum(expected))


@every_door
def test_what_does_not_depend_on_them_is_plain(door: str) -> None:
    w = mg.tensor(2.0)
    u = w * 3.0
    found = DOORS[door](lambda x: cubes(x) + u + mg.stop_gradient(w * w) * x.sum(), X)
    shift = {"hessian": 0.0, "hvp": 0.0, "jvp": 4.0 * 3, "linearize": 4.0 * 3}.get(door, 4.0)
    derivative = found[-1]
    assert not isinstance(derivative, mg.Tensor)
    assert_allclose(derivative, EXPECTED[door][-1] + shift)
    if len(found) == 2:
        assert isinstance(found[0], mg.Tensor)
        found[0].backward()
        assert w.grad == 3.0
    else:  # their graph is as it was
        u.backward()
        assert w.grad == 3.0


@every_door
def test_constants_and_variables_of_its_own_do_not_matter(door: str) -> None:
    c = mg.tensor(2.0, constant=True)

    def f(x: Any) -> Any:
        own = mg.tensor([1.0, 1.0, 1.0])
        return c * cubes(x * own)

    for found, expected in zip(DOORS[door](f, X), EXPECTED[door], strict=True):
        assert not isinstance(found, mg.Tensor)
        assert_allclose(found, 2 * expected)


@every_door
def test_where_nothing_is_tracked_nothing_is_a_variable(door: str) -> None:
    w = mg.tensor(2.0)
    doubled = w * 2.0
    with mg.no_autodiff:
        results = DOORS[door](lambda x: doubled * cubes(x), X)
    for found, expected in zip(results, EXPECTED[door], strict=True):
        assert not isinstance(found, mg.Tensor)
        assert_allclose(found, 4 * expected)
    doubled.backward()  # whose graph is still there
    assert w.grad == 2.0


@every_door
def test_enclosing_functions(door: str) -> None:
    def outer(w: Any) -> Any:
        return sum(np.sum(found) for found in DOORS[door](lambda x: w**2 * cubes(x), X))

    total = sum(np.sum(expected) for expected in EXPECTED[door])
    assert_allclose(outer(3.0), 9 * total)
    assert_allclose(grad(outer)(3.0), 6 * total)
    assert_allclose(grad(grad(outer))(3.0), 2 * total)
    assert type(grad(outer)(3.0)) is np.float64


@every_door
def test_no_graph_is_left(door: str) -> None:
    held = []

    def f(x: Any) -> Any:
        y = cubes(x)
        held.append(ref(y))
        return y

    results = DOORS[door](f, X)
    gc.collect()
    assert [r() for r in held] == [None] * len(held)
    assert results


@every_door
def test_locks_nothing(door: str) -> None:
    x, scale = X.copy(), np.ones(3)
    DOORS[door](lambda x: cubes(x * scale), x)
    x += 1.0
    scale += 1.0


def test_what_is_returned_is_nobody_elses() -> None:
    buffer = np.ones(3)
    for f in (lambda x: x, lambda x: x[...], lambda x: np.exp(x), lambda x: mg.astensor(buffer, constant=True)):
        y, pull_back = vjp(f, X)
        before = pull_back(np.ones(3))[0].copy()
        y[...] = 7.0
        assert_array_equal(pull_back(np.ones(3))[0], before)
    assert_array_equal(buffer, 1.0)
    seed = np.ones(3)
    _, pull_back = vjp(lambda x: x, X)
    pull_back(seed)[0][...] = 5.0
    assert_array_equal(seed, 1.0)
    gradients = grad(lambda x, y: np.sum(x + y), (0, 1))(X, X)
    gradients[0][...] = 9.0
    assert_array_equal(gradients[1], 1.0)


def test_cotangents_and_tangents_may_be_tensors() -> None:
    v = mg.tensor([1.0, 2.0, 3.0])
    (found,) = vjp(np.square, X)[1](v)
    assert isinstance(found, mg.Tensor)
    found.sum().backward()
    assert_array_equal(v.grad, 2 * X)
    _, along = jvp(np.square, [X], [v])
    along.sum().backward()
    assert_array_equal(v.grad, 2 * X)
    product = hvp(cubes, X, v)
    product.sum().backward()
    assert_array_equal(v.grad, 6 * X)


def test_past_arguments_are_nobodys_variables() -> None:
    """Within another function, what `vjp` and `linearize` returned gives arrays, too."""
    _, pull_back = mg.vjp(lambda x: np.sum(x**3), np.array([1.0, 2.0]))
    _, along = mg.linearize(lambda x: x**3, np.array([1.0, 2.0]))
    for found, expected in (
        (mg.jacobian(lambda c: pull_back(c)[0])(2.0), [3.0, 12.0]),
        (mg.grad(lambda c: np.sum(pull_back(c)[0] ** 2))(1.0), 306.0),
        (mg.grad(lambda t: np.sum(along(t) ** 2))(np.array([1.0, 1.0])), [18.0, 288.0]),
        (mg.jvp(along, ([1.0, 1.0],), ([1.0, 0.0],))[1], [3.0, 0.0]),
        (pull_back(1.0)[0], [3.0, 12.0]),  # the graph is still there
    ):
        assert not isinstance(found, mg.Tensor)
        assert_allclose(found, expected)
    w = mg.tensor(2.0)
    _, pull_back = mg.vjp(lambda x: np.sum(w * x**3), np.array([1.0, 2.0]))
    found = mg.jacobian(lambda c: pull_back(c)[0])(2.0)
    assert isinstance(found, mg.Tensor)
    found.sum().backward()
    assert w.grad == 15.0

    def outer(w: Any) -> Any:  # the variable of a function that is still being evaluated
        _, pull_back = mg.vjp(lambda x: np.sum(w * x**3), np.array([1.0, 2.0]))
        return np.sum(mg.jacobian(lambda c: pull_back(c)[0] * w)(1.0))

    assert_allclose(mg.grad(outer)(2.0), 60.0)


def test_arguments_that_do_not_matter_have_zeros() -> None:
    found = grad(lambda x, y: cubes(x), (0, 1))(X, np.ones((2, 2), np.float32))
    assert_array_equal(found[1], np.zeros((2, 2)))
    assert found[1].dtype == np.float32
    assert_array_equal(hessian(lambda x: x.sum())(X), np.zeros((3, 3)))
    assert_array_equal(hvp(lambda x: x.sum(), X, X), np.zeros(3))
    assert_array_equal(jacobian(lambda x, y: mg.astensor(y * 2.0))(X, X), np.zeros((3, 3)))
    assert_array_equal(vjp(lambda x, y: y, X, X)[1](X)[0], np.zeros(3))
    assert_array_equal(grad(lambda x: mg.astensor(3.0))(X), np.zeros(3))


@pytest.mark.parametrize(
    "take", [grad, value_and_grad, hessian, lambda f: lambda x: hvp(f, x, x)], ids=["grad", "value", "hessian", "hvp"]
)
def test_a_gradient_is_that_of_one_number(take: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match=r"shape \(3,\).*`jacobian`.*`\.sum\(\)`.*`elementwise_grad`"):
        take(np.square)(X)
    for shape in ((), (1,), (1, 1)):
        assert_array_equal(np.ravel(grad(lambda x, shape=shape: cubes(x).reshape(shape))(X)), FIRST)
    assert_array_equal(elementwise_grad(np.square)(X), 2 * X)


def test_argnums() -> None:
    def f(x: Any, y: Any, *, z: Any = 1.0) -> Any:
        return np.sum(x * y**2 * z**3)

    assert grad(f, 1)(2.0, 3.0) == 12.0
    assert grad(f, -1)(2.0, 3.0) == 12.0
    assert grad(f, np.int64(1))(2.0, 3.0) == 12.0
    assert grad(f, "z")(2.0, 3.0, z=1.0) == 54.0
    assert grad(f, ("z", 0, "z", -2))(2.0, 3.0, z=1.0) == (54.0, 9.0, 54.0, 9.0)
    assert grad(f, [0])(2.0, 3.0) == (9.0,)
    assert grad(f, range(2))(2.0, 3.0) == (9.0, 12.0)
    assert hessian(f, (0, 1))(2.0, 3.0) == ((0.0, 6.0), (6.0, 4.0))
    assert jacobian(f, "z")(2.0, 3.0, z=1.0) == 54.0
    with pytest.raises(TypeError, match="'z'"):
        grad(f, "z")(2.0, 3.0)
    with pytest.raises(IndexError, match=r"argnums=2: .* called with 2"):
        grad(f, 2)(2.0, 3.0)


def test_has_aux() -> None:
    def f(x: Any) -> Any:
        return cubes(x), {"scaled": 2.0 * x, "text": "as it is", "more": [x[0], 3]}

    for (first, aux), expected in [
        (grad(f, has_aux=True)(X), FIRST),
        (jacobian(f, has_aux=True)(X), FIRST),
        (hessian(f, has_aux=True)(X), SECOND),
        ((vjp(f, X, has_aux=True)[0], vjp(f, X, has_aux=True)[2]), VALUE),
        (jvp(f, [X], [X], has_aux=True)[1:], FIRST @ X),
    ]:
        assert_allclose(first, expected)
        assert type(aux["scaled"]) is np.ndarray
        assert_array_equal(aux["scaled"], 2 * X)
        assert aux["text"] == "as it is"
        assert aux["more"] == [0.5, 3]
        assert type(aux["more"][0]) is np.float64
    (value, aux), gradient = value_and_grad(f, has_aux=True)(X)
    assert_allclose(value, VALUE)
    assert_allclose(gradient, FIRST)
    w = mg.tensor(2.0)
    gradient, aux = grad(lambda x: (cubes(x), [w * x, x]), has_aux=True)(X)  # what depends on others stays a tensor
    assert type(gradient) is np.ndarray
    assert type(aux[1]) is np.ndarray
    aux[0].sum().backward()
    assert w.grad == X.sum()
    with pytest.raises(TypeError, match=r"has_aux=True.*Tensor"):
        grad(cubes, has_aux=True)(X)


def test_operations_that_compute_with_arrays_have_first_derivatives() -> None:
    class Square(Operation):
        def __call__(self, x: Any) -> Any:
            self.variables = (x,)
            return x.data**2

        def backward(self, grad: Any) -> Any:
            return (2 * self.variables[0].data * grad,)

    def f(x: Any) -> Any:
        return mg.execute_op(Square, x)

    assert_array_equal(elementwise_grad(f)(X), 2 * X)
    assert_array_equal(jacobian(f)(X), np.diag(2 * X))
    assert_array_equal(vjp(f, X)[1](X)[0], 2 * X**2)


def test_infinite_derivatives_that_are_left_out() -> None:
    with np.errstate(all="ignore"):
        assert_array_equal(jacobian(lambda x: np.where(x > 0, np.log(x), 0.0))([0.0, 2.0]), [[0.0, 0.0], [0.0, 0.5]])
        assert_array_equal(grad(lambda x: np.log(x)[1:].sum())([0.0, 2.0]), [0.0, 0.5])
        assert_array_equal(jacobian(lambda x: np.linalg.norm(x, axis=1))(np.zeros((2, 1))), np.zeros((2, 2, 1)))


def test_names_at_the_top() -> None:
    later = {"derivatives", "ravel_pytree"}  # whose names say too little by themselves, or too much
    for name in set(mg.functional.__all__) - later:
        assert getattr(mg, name) is getattr(mg.functional, name)
        assert name in dir(mg)
        assert name in mg.__all__
