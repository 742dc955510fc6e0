"""Functions that come with a derivative of their own, as a forward and a backward pass."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad.errors import InvalidGradient
from mygrad.functional import checkpoint, custom_vjp, grad, hessian, hvp, jacfwd, jacobian, jacrev, jvp, vjp

X = np.array([0.5, -1.5, 2.0])
Y = np.array([1.0, 2.0, -0.3])


@custom_vjp
def product(x: Any, y: Any) -> Any:
    """The sine of a product."""
    return np.sin(x * y)


product.defvjp(
    lambda x, y: (product(x, y), (x, y)),
    lambda kept, g: (g * kept[1] * np.cos(kept[0] * kept[1]), g * kept[0] * np.cos(kept[0] * kept[1])),
)


def plain(x: Any, y: Any) -> Any:
    return np.sin(x * y)


def test_first_derivatives() -> None:
    x, y = mg.tensor(X), mg.tensor(Y)
    z = product(x, y)
    assert isinstance(z, mg.Tensor)
    assert_array_equal(z, np.sin(X * Y))
    z.sum().backward()
    assert_allclose(x.grad, Y * np.cos(X * Y))
    assert_allclose(y.grad, X * np.cos(X * Y))
    assert product.__name__ == "product"
    assert product.__doc__ == "The sine of a product."


@pytest.mark.parametrize("take", [grad, jacobian, jacfwd, jacrev, hessian])
def test_derivatives_as_functions(take: Any) -> None:
    number = take in (grad, hessian)
    found, expected = (
        take(lambda x, y, f=f: np.sum(f(x, y) ** 2) if number else f(x, y), (0, 1))(X, Y) for f in (product, plain)
    )
    for a, b in zip(np.ravel(found), np.ravel(expected), strict=True):
        assert_allclose(a, b, atol=1e-14)


def test_products_and_third_derivatives() -> None:
    f, g = (lambda x, h=h: np.sum(h(h(x, Y), x)) for h in (plain, product))
    assert_allclose(hvp(g, X, Y), hvp(f, X, Y))
    assert_allclose(jvp(g, [X], [Y])[1], jvp(f, [X], [Y])[1])
    assert_allclose(grad(lambda x: jvp(g, [x], [Y])[1])(X), grad(lambda x: jvp(f, [x], [Y])[1])(X))
    third = lambda f: grad(lambda x: np.sum(hessian(f)(x) ** 2))(X)  # noqa: E731
    assert_allclose(third(g), third(f))
    assert_allclose(hessian(checkpoint(g))(X), hessian(f)(X))


def test_the_derivative_is_what_was_said() -> None:
    """Here, one that is clipped, as no rule would have it."""

    @custom_vjp
    def clipped(x: Any, limit: float) -> Any:
        return +x

    clipped.defvjp(lambda x, limit: (+x, limit), lambda limit, g: (np.clip(g, -limit, limit), None))
    assert_array_equal(grad(lambda x: np.sum(clipped(x, 1.0) * [0.5, 3.0, -2.0]))(X), [0.5, 1.0, -1.0])


def test_what_is_kept_is_computed_once() -> None:
    calls = []

    @custom_vjp
    def root(x: Any) -> Any:
        calls.append("function")
        return np.sqrt(x)

    def forward(x: Any) -> Any:
        assert type(x) is np.ndarray
        calls.append("forward")
        y = np.sqrt(x)
        return y, y

    def backward(y: Any, g: Any) -> Any:
        assert type(y) is type(g) is np.ndarray
        with pytest.raises(ValueError, match="read-only"):
            g[0] = 1.0
        calls.append("backward")
        return (g / (2 * y),)

    root.defvjp(forward, backward)
    x = mg.tensor([1.0, 4.0])
    y = root(x)
    y.sum().backward()
    assert calls == ["forward", "backward"]
    assert_array_equal(x.grad, [0.5, 0.25])
    assert type(root(np.array([4.0]))) is np.ndarray
    assert root(mg.tensor([4.0], constant=True)).constant
    with mg.no_autodiff:
        assert_array_equal(root(x), [1.0, 2.0])
    assert calls[2:] == ["function"] * 3


def test_what_is_written_meanwhile() -> None:
    x, y = mg.tensor(X), mg.tensor(Y)
    a, b = +x, +y
    z = product(a, b)
    total = np.sum(z)
    a *= 0.0
    z *= 0.0
    b[0] = 7.0
    total.backward()
    assert_allclose(x.grad, Y * np.cos(X * Y))
    assert_allclose(y.grad, X * np.cos(X * Y))


def test_arrays_are_locked_until_then() -> None:
    y = Y.copy()
    z = product(mg.tensor(X), y)
    with pytest.raises(ValueError, match="read-only"):
        y[0] = 1.0
    z.sum().backward()
    y[0] = 1.0
    y[0] = Y[0]

    def f(x: Any) -> Any:  # where they are copied
        a = Y.copy()
        z = product(x, a)
        a[...] = 9.0
        return np.sum(z)

    assert_allclose(grad(f)(X), Y * np.cos(X * Y))


def test_containers_and_several_results() -> None:
    @custom_vjp
    def both(p: Any, x: Any, how: str) -> Any:
        assert how == "how"
        return {"a": p["w"] * x, "b": [np.sum(x), 3]}

    def backward(kept: Any, g: Any) -> Any:
        p, x = kept
        return {"w": g["a"] * x, "rest": None}, g["a"] * p["w"] + g["b"][0], None

    both.defvjp(lambda p, x, how: (both(p, x, how), (p, x)), backward)

    def f(w: Any, x: Any) -> Any:
        found = both({"w": w, "rest": [1, 2]}, x, "how")
        assert found["b"][1] == 3
        return np.sum(found["a"] ** 2) * found["b"][0]

    expected = lambda w, x: np.sum((w * x) ** 2) * np.sum(x)  # noqa: E731
    for a, b in zip(grad(f, (0, 1))(X, Y), grad(expected, (0, 1))(X, Y), strict=True):
        assert_allclose(a, b)
    assert_allclose(hessian(f)(X, Y), hessian(expected)(X, Y))
    assert_allclose(jvp(f, (X, Y), (Y, X))[1], jvp(expected, (X, Y), (Y, X))[1])
    assert_allclose(vjp(lambda w: both({"w": w, "rest": []}, Y, "how")["a"], X)[1](X)[0], X * Y)


def test_one_argument_twice_and_broadcasting() -> None:
    assert_allclose(grad(lambda x: np.sum(product(x, x)))(X), 2 * X * np.cos(X**2))
    assert_allclose(grad(lambda y: np.sum(product(X, y)))(2.0), np.sum(X * np.cos(2 * X)))
    assert grad(lambda y: np.sum(product(X.astype(np.float32), y)))(Y.astype(np.float32)).dtype == np.float32
    assert grad(lambda x: product(x, 2.0))(0.0) == 2.0
    assert jacobian(lambda x: product(x, 2.0))(np.ones((0, 2))).shape == (0, 2, 0, 2)


def test_variables_of_the_outside() -> None:
    w = mg.tensor(Y)
    found = grad(lambda x: np.sum(product(x, w)))(X)
    assert isinstance(found, mg.Tensor)
    (by_w,) = mg.functional.derivatives(found.sum(), [w])
    assert_allclose(by_w, np.cos(X * Y) - X * Y * np.sin(X * Y))


@pytest.mark.parametrize(
    ("returned", "error", "message"),
    [
        (lambda g: g, InvalidGradient, "has to return a tuple"),
        (lambda g: (g,), ValueError, r"f: what the backward pass returns"),
        (lambda g: (g[:2], None), InvalidGradient, r"shape \(2,\).*shape \(3,\)"),
        (lambda g: (g * 1j, None), InvalidGradient, "complex"),
    ],
)
def test_gradients_that_are_none(returned: Any, error: type[Exception], message: str) -> None:
    @custom_vjp
    def f(x: Any, y: Any) -> Any:
        return x * y

    f.defvjp(lambda x, y: (x * y, None), lambda _kept, g: returned(g))
    with pytest.raises(error, match=message):
        f(mg.tensor(X), mg.tensor(Y)).sum().backward()


def test_methods() -> None:
    class Scale:
        def __init__(self, factor: float) -> None:
            self.factor = factor

        @custom_vjp
        def __call__(self, x: Any) -> Any:
            return self.factor * x

        __call__.defvjp(lambda self, x: (self.factor * x, self), lambda self, g: (None, 10 * self.factor * g))

    assert grad(Scale(2.0))(3.0) == 20.0
    assert Scale(2.0)(3.0) == 6.0


def test_mistakes() -> None:
    @custom_vjp
    def f(x: Any, y: Any = None) -> Any:
        return +x

    with pytest.raises(TypeError, match=r"f has no derivative yet: .*f\.defvjp"):
        f(mg.tensor(X))
    f.defvjp(lambda x, y=None: +x, lambda kept, g: (g, None))
    with pytest.raises(TypeError, match=r"f: the forward pass has to return a pair.* ndarray"):
        f(mg.tensor(X))

    @custom_vjp
    def g(x: Any, *, y: Any = None) -> Any:
        return +x

    g.defvjp(lambda x, y=None: (+x, None), lambda kept, g: (g,))
    with pytest.raises(TypeError, match=r"g: no gradient flows to .*no position.*keyword"):
        g(X, y=mg.tensor(X))
    assert_array_equal(grad(lambda x: np.sum(g(x, y="text")))(X), np.ones(3))


def test_keywords_and_defaults_are_arguments_like_others() -> None:
    @custom_vjp
    def power(x: Any, factor: Any = 1.0, n: int = 2) -> Any:
        return factor * x**n

    def backward(kept: Any, g: Any) -> Any:
        x, factor, n = kept
        return g * factor * n * x ** (n - 1), np.sum(g * x**n), None

    power.defvjp(lambda x, factor, n: (factor * x**n, (x, factor, n)), backward)
    assert_allclose(grad(lambda x: np.sum(power(x)))(X), 2 * X)
    assert_allclose(grad(lambda x: np.sum(power(x, n=3)))(X), 3 * X**2)
    assert_allclose(hessian(lambda x: np.sum(power(n=3, x=x)))(X), np.diag(6 * X))
    assert_allclose(grad(lambda factor: np.sum(power(X, factor=factor, n=3)))(2.0), np.sum(X**3))
    assert_array_equal(power(X, n=3), X**3)
    with pytest.raises(TypeError, match="unexpected keyword argument 'm'"):
        power(X, m=3)


@pytest.mark.parametrize("out", [lambda y: y, lambda y: {"y": y}, lambda y: [y, 1.0]])
def test_forward_passes_that_return_tensors(out: Any) -> None:
    """As those do that call functions of ours."""

    @custom_vjp
    def f(x: Any) -> Any:
        return out(mg.sin(x))

    f.defvjp(lambda x: (out(mg.sin(x)), x), lambda x, g: (10 * np.cos(x) * next(iter(_leaves(g))),))
    value = lambda x: np.sum(next(iter(_leaves(f(x)))))  # noqa: E731
    assert_allclose(grad(value)(X), 10 * np.cos(X))
    assert_allclose(grad(value)(1.0), 10 * np.cos(1.0))
    assert_allclose(hessian(value)(X), np.diag(-10 * np.sin(X)))


def _leaves(x: Any) -> Any:
    return list(x.values()) if isinstance(x, dict) else x if isinstance(x, list) else [x]


def test_a_variable_that_the_forward_pass_takes_from_elsewhere_is_not_lost_in_silence() -> None:
    w = mg.tensor(2.0)

    @custom_vjp
    def f(x: Any) -> Any:
        return x * w

    f.defvjp(lambda x: (x * w, None), lambda _kept, g: (g * 2.0,))
    with pytest.raises(mg.errors.GradientLostError):
        grad(lambda x: np.sum(f(x)))(X)
    with pytest.warns(mg.errors.GradientLostWarning):
        y = f(mg.tensor(X))
    assert_array_equal(y, 2 * X)


def test_nothing_is_left_in_memory() -> None:
    class Kept:
        alive = 0

        def __init__(self) -> None:
            Kept.alive += 1

        def __del__(self) -> None:
            Kept.alive -= 1

    @custom_vjp
    def f(x: Any) -> Any:
        return +x

    f.defvjp(lambda x: (+x, Kept()), lambda _kept, g: (g,))
    gc.disable()
    try:
        y = f(mg.tensor(X))
        assert Kept.alive == 1
        y.sum().backward()
        assert Kept.alive == 0
        y = f(mg.tensor(X))
        del y
        assert Kept.alive == 0
    finally:
        gc.enable()


def test_a_new_call_drops_the_gradient_of_an_argument():
    @custom_vjp
    def double(x):
        return 2.0 * x

    double.defvjp(lambda x: (double(x), None), lambda _, g: (2.0 * g,))
    x = mg.tensor([1.0])
    for _ in range(2):
        double(x).backward()
        assert x.grad == [2.0]


def test_a_backward_pass_that_differentiates_can_be_differentiated():
    @custom_vjp
    def sine(x):
        return np.sin(x)

    sine.defvjp(lambda x: (sine(x), x), lambda x, g: vjp(np.sin, x)[1](g))
    for second in (hessian(sine)(1.0), grad(grad(sine))(1.0), hvp(sine, 1.0, 1.0)):
        assert_allclose(second, -np.sin(1.0))
