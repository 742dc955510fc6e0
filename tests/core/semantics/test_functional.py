"""What functions may do that are differentiated by `mygrad.functional`, and what they may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad.errors import InvalidBackprop
from mygrad.functional import derivatives, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

S = np.array([[1.0, 2.0], [3.0, 4.0]])
V = np.array([[0.5, -1.0], [2.0, 1.5]])


def transpose_in_place(x: Any) -> None:
    x[...] = x.T.copy() if isinstance(x, np.ndarray) else +x.T


#: Changes of the argument itself: its shape, its values, what is known of it.
CHANGES: dict[str, Callable[[Any], Any]] = {
    "shape": lambda x: setattr(x, "shape", (4,)),
    "shape, twice": lambda x: [setattr(x, "shape", shape) for shape in ((4, 1), (1, 4), (4,))],
    "resize": lambda x: x.resize((4,)) if isinstance(x, mg.Tensor) else x.resize((4,), refcheck=False),
    "shape of another name": lambda x: [setattr(y, "shape", (4,)) for y in [x]],
    "shape, after a view": lambda x: [x[0], setattr(x, "shape", (4,))],
    "shape, then values": lambda x: [setattr(x, "shape", (4,)), x.__imul__(2.0)],
    "values, then shape": lambda x: [x.__imul__(2.0), setattr(x, "shape", (4,))],
    "values": lambda x: x.__setitem__(0, x[1] * x[0]),
    "transposed in place": transpose_in_place,
    "sorted": lambda x: x.sort(axis=0),
    "flags": lambda x: x.setflags(write=True),
    "swapped rows": lambda x: x.__setitem__(slice(None), +x[::-1]),
}


def complex_step(f: Callable[..., Any], args: Any, direction: Any, argnum: int = 0) -> Any:
    args = [np.array(a, complex) for a in args]
    args[argnum] += 1e-40j * direction
    return f(*args).imag / 1e-40


@pytest.fixture(params=CHANGES.values(), ids=CHANGES)
def f(request: Any) -> Any:
    def f(x: Any) -> Any:
        before = (x * x * x).sum()
        request.param(x)
        return before * x.ravel() + x.ravel() ** 3

    return f


def basis() -> list[np.ndarray]:
    return [e.reshape(2, 2) for e in np.eye(4)]


@pytest.mark.parametrize("of", [np.array, lambda s: mg.tensor(s, constant=True), mg.tensor, np.ndarray.tolist])
def test_first_derivatives(f: Any, of: Any) -> None:
    expected = np.stack([complex_step(f, (S.copy(),), e) for e in basis()], axis=-1)
    assert_allclose(mg.asarray(jacobian(f)(of(S))).reshape(4, 4), expected)
    assert_allclose(mg.asarray(grad(lambda x: f(x).sum())(of(S))).ravel(), expected.sum(0))
    value, gradient = value_and_grad(lambda x: f(x).sum())(of(S))
    assert_allclose(value, f(S.copy()).sum())
    assert gradient.shape == (2, 2)
    y, pull_back = vjp(f, of(S))
    assert_allclose(y, f(S.copy()))
    assert_allclose(mg.asarray(pull_back(np.arange(4.0))[0]).ravel(), np.arange(4.0) @ expected)
    assert_allclose(jvp(f, (of(S),), (V,))[1], expected @ V.ravel())


def test_second_derivatives(f: Any) -> None:
    scalar = lambda x: (f(x) ** 2).sum()  # noqa: E731
    h = 1e-6
    rows = [(grad(scalar)(S + h * e) - grad(scalar)(S - h * e)) / (2 * h) for e in basis()]
    expected = np.stack(rows).reshape(2, 2, 2, 2)
    assert_allclose(hessian(scalar)(S), expected, rtol=1e-5, atol=1e-3)
    assert_allclose(hvp(scalar, S, V), np.tensordot(expected, V, 2), rtol=1e-5, atol=1e-3)
    assert_allclose(grad(lambda x: (grad(scalar)(x) * V).sum())(S), np.tensordot(V, expected, 2), rtol=1e-5, atol=1e-3)


def test_several_arguments(f: Any) -> None:
    def g(x: Any, y: Any) -> Any:
        return (f(x) * f(y) * y.ravel()).sum()

    gradients = grad(g, argnums=(1, 0))(S, V)
    for gradient, argnum in zip(gradients, (1, 0), strict=True):
        expected = [complex_step(g, (S.copy(), V.copy()), e, argnum) for e in basis()]
        assert_allclose(gradient.ravel(), expected)


def test_one_array_twice(f: Any) -> None:
    """Each argument is a variable of its own."""
    first, second = grad(lambda x, y: (f(x) * y.ravel()).sum(), argnums=(0, 1))(S, S)
    assert_allclose(first.ravel(), [complex_step(lambda x: (f(x) * S.ravel()).sum(), (S.copy(),), e) for e in basis()])
    assert_allclose(second.ravel(), f(S.copy()))
    assert_array_equal(S, [[1.0, 2.0], [3.0, 4.0]])


def test_lists_of_variables() -> None:
    def inner(a: Any) -> Any:
        return grad(lambda w: (w**3).sum())([a, 2.0 * a]).sum()

    assert_allclose(inner(2.0), 3 * 4.0 + 3 * 16.0)
    assert_allclose(grad(inner)(2.0), 6 * 2.0 + 3 * 4 * 2 * 2.0)


@pytest.mark.parametrize(
    ("returned", "advice"),
    [
        (
            lambda x: mg.asarray([x[0], x[1]]),
            r"ndarray.*`np\.array\(\[a, b\]\)`.*Stack tensors by `np\.stack\(\[a, b\]\)`.*mygrad\.tensor",
        ),
        (lambda x: x[0].item(), r"float, .*have no graph"),
        (lambda x: x.data, "ndarray"),
        (lambda x: x > 1.0, "ndarray"),
        (lambda x: [1.0, 2.0], r"list, .*Put the results into one tensor.*`np\.stack`"),
        (lambda x: (), "tuple"),
        (lambda x: {"n": x.size}, "int"),
        (lambda x: None, r"NoneType, and not a tensor\.$"),
        (lambda x: "text", r"str, and not a tensor\.$"),
    ],
)
@pytest.mark.parametrize("take", [grad, jacobian, lambda f: lambda x: vjp(f, x), lambda f: lambda x: jvp(f, [x], [x])])
def test_what_is_no_tensor_is_refused(returned: Any, advice: str, take: Any) -> None:
    with pytest.raises(TypeError, match=f"the function returned {advice}"):
        take(returned)([1.0, 2.0])


@pytest.mark.parametrize("x", [None, "text", [object()], np.array(["2020-01-01"], "M8[D]")])
def test_what_has_no_derivatives_is_refused(x: Any) -> None:
    with pytest.raises(TypeError, match="with respect to numbers"):
        grad(lambda x: x.sum())(x)


@pytest.mark.parametrize("x", [[1.0, 2.0], mg.tensor([1.0, 2.0])])
def test_a_function_that_clears_the_graph_is_refused(x: Any) -> None:
    def f(x: Any) -> Any:
        (x * x).sum().backward()
        return (x * 3.0).sum()

    with pytest.raises(InvalidBackprop, match=r"called `backward`.*mygrad\.functional"):
        grad(f)(x)


def test_backward_within_a_function_is_fine_elsewhere() -> None:
    def f(x: Any) -> Any:
        y = mg.tensor([5.0, 6.0])
        (y * y).sum().backward()
        return (x * y.grad).sum()

    assert_array_equal(grad(f)([1.0, 2.0]), [10.0, 12.0])


def test_what_was_cleared_is_refused() -> None:
    x = mg.tensor([1.0, 2.0])
    y = (x * x).sum()
    y.backward()
    with pytest.raises(InvalidBackprop, match="cleared"):
        mg.functional.derivatives(y, [x])


@pytest.mark.parametrize(
    "f",
    [
        lambda x, a: x * a,
        lambda x, a: a - x,
        lambda x, a: np.maximum(x, a),
        lambda x, a: np.where(a > 0, x, a),
        lambda x, a: np.multiply.outer(a, x),
    ],
)
@pytest.mark.parametrize("operand", [np.asfortranarray(np.ones((2, 3))), np.ones((3, 2)).T, np.ones((2, 6))[:, ::-2]])
def test_results_lie_in_memory_as_those_of_arrays(f: Callable[..., Any], operand: np.ndarray) -> None:
    """By that, NumPy decides what is a view. Operands are copied here."""
    strides = []

    def noted(x: Any, a: Any) -> Any:
        y = f(x, a)
        strides.append(y.strides)
        return np.sum(y)

    noted(np.float64(2.0), operand.copy("K"))
    grad(noted)(2.0, operand.copy("K"))
    assert strides[0] == strides[1]


@pytest.mark.parametrize("transform", [mg.functional.grad, mg.functional.value_and_grad, jacobian, hessian])
def test_positions_at_which_there_is_no_argument(transform: Any) -> None:
    def f(x: Any, y: Any) -> Any:
        return np.sum(x * y)

    for argnum in (2, -3):
        with pytest.raises(IndexError, match=f"argnums=.*{argnum}.*positional arguments.* called with 2 of them"):
            transform(f, argnum)(V, V)
    with pytest.raises(IndexError, match=r"called with 0 of them \(and with 'x', 'y' by name\)"):
        transform(f)(x=V, y=V)


@pytest.mark.parametrize("argnums", [1.0, None, {0}, np.array([0, 1])])
def test_argnums_that_are_no_positions(argnums: Any) -> None:
    with pytest.raises(TypeError, match=r"argnums: .* neither the position .* nor the name"):
        grad(lambda x, y: x * y, argnums)(1.0, 2.0)


def test_cotangents_that_do_not_fit() -> None:
    x = mg.tensor([1.0, 2.0, 3.0])
    for cotangent in (np.ones(2), np.ones((2, 3)), mg.tensor([1.0, 2.0])):
        with pytest.raises(ValueError, match=r"a cotangent of shape .* the shape \(3,\) of the result"):
            vjp(np.sin, x.data)[1](cotangent)
        with pytest.raises(ValueError, match=r"a cotangent of shape .* the shape \(3,\) of the result"):
            derivatives(np.sin(x), [x], cotangent)


def test_arguments_and_tangents_are_in_tuples() -> None:
    x = np.array([1.0])
    for args, tangents, what in ((x, [x], "arguments"), ([x], x, "tangents")):
        with pytest.raises(TypeError, match=rf"jvp: the {what} must be in a tuple or list"):
            jvp(np.sin, args, tangents)  # type: ignore[arg-type]


def test_each_argument_needs_a_tangent() -> None:
    with pytest.raises(ValueError, match="2 arguments are given, and 1 tangents"):
        mg.functional.jvp(np.multiply, (V, V), (V,))


def test_gradients_that_are_equal_are_not_the_same() -> None:
    """What is written to one of them is not written to another."""
    x, y, z = (mg.tensor(3.0) for _ in range(3))
    found = grad(lambda x, y, z: x + y + z, argnums=(0, 1, 2))(x, y, z)
    found[1][...] = 5.0
    assert [g.item() for g in found] == [1.0, 5.0, 1.0]
    first, second = derivatives(x * (y + z), [y, z])
    first *= 2
    assert (first, second) == (6.0, 3.0)
    (twice,) = derivatives(first, [x])
    assert twice == 2.0
