"""Functions that are computed once more in the backward pass: the same derivatives, of less memory."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any
from weakref import ref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad.errors import InvalidBackprop
from mygrad.functional import checkpoint, grad, hessian, hvp, jacfwd, jacobian, jacrev, jvp, value_and_grad, vjp

X = np.array([[0.5, -1.5], [2.0, 0.3]])
W = np.array([[1.0, -0.5], [0.2, 0.8]])


def layer(x: Any, w: Any) -> Any:
    return np.tanh(x @ w) * np.exp(-x)


def writes(x: Any, w: Any) -> Any:
    y = x @ w
    part = y[0]
    part *= 2.0
    y[:, 1] = np.sin(w[:, 0])
    return y


def views(x: Any, w: Any) -> Any:
    return x.T[::-1].reshape(-1)[1:] * w.ravel()[:3]


def decomposed(x: Any, w: Any) -> Any:
    u, s, vh = np.linalg.svd(x + 3 * w)
    return u @ np.diag(s**2) @ vh + s


FUNCTIONS: list[Callable[[Any, Any], Any]] = [layer, writes, views, decomposed, lambda x, w: x, lambda x, w: np.sum(w)]
every_function = pytest.mark.parametrize("f", FUNCTIONS)


def both(f: Callable[..., Any], *arrays: Any) -> tuple[list[Any], list[Any]]:
    """The gradients with and without a checkpoint, in the middle of something."""
    found = []
    for g in (f, checkpoint(f)):
        tensors = [mg.tensor(a) for a in arrays]
        y = g(*[t * 1.5 for t in tensors])
        (np.sum(y**2) + np.sum(y * 3.0)).backward()
        found.append([t.grad for t in tensors])
    return found[0], found[1]


@every_function
def test_first_derivatives(f: Any) -> None:
    for expected, gradient in zip(*both(f, X, W), strict=True):
        if expected is None:
            assert gradient is None or not gradient.any()
        else:
            assert_array_equal(gradient, expected)
    y, z = f(mg.tensor(X), mg.tensor(W)), checkpoint(f)(mg.tensor(X), mg.tensor(W))
    assert_array_equal(z, y)
    assert (z.dtype, z.shape, type(z)) == (y.dtype, y.shape, type(y))


@every_function
@pytest.mark.parametrize("take", [grad, jacobian, jacfwd, jacrev, hessian])
def test_derivatives_as_functions(f: Any, take: Any) -> None:
    number = take in (grad, hessian)
    plain, saving = (
        take(lambda x, w, g=g: np.sum(np.sin(g(x, w))) if number else g(x, w), (0, 1)) for g in (f, checkpoint(f))
    )
    for a, b in zip(np.ravel(plain(X, W)), np.ravel(saving(X, W)), strict=True):
        assert_allclose(b, a, rtol=1e-12, atol=1e-12)


def test_products_and_third_derivatives() -> None:
    f, g = (lambda x, h=h: np.sum(h(h(x, W), W) ** 2) for h in (layer, checkpoint(layer)))
    assert_allclose(hvp(g, X, W), hvp(f, X, W))
    for a, b in zip(jvp(g, [X], [W]), jvp(f, [X], [W]), strict=True):
        assert_allclose(b, a)
    assert_allclose(vjp(g, X)[1](2.0)[0], vjp(f, X)[1](2.0)[0])
    third = lambda f: grad(lambda x: np.sum(hessian(f)(x)))(X)  # noqa: E731
    assert_allclose(third(g), third(f))
    assert_allclose(
        grad(lambda x: jvp(g, [x], [W])[1])(X),
        grad(lambda x: jvp(f, [x], [W])[1])(X),
    )


def test_inside_of_itself() -> None:
    @checkpoint
    def inner(x: Any, w: Any) -> Any:
        return layer(x, w)

    @checkpoint
    def outer(x: Any, w: Any) -> Any:
        return inner(inner(x, w), w) + x

    plain = lambda x, w: layer(layer(x, w), w) + x  # noqa: E731
    for expected, gradient in zip(*[both(f, X, W)[0] for f in (plain, outer)], strict=True):
        assert_allclose(gradient, expected, rtol=1e-14)
    number = lambda f: lambda x: np.sum(f(x, W) ** 2)  # noqa: E731
    assert_allclose(hessian(number(outer))(X), hessian(number(plain))(X))


def test_tensors_of_the_outside() -> None:
    w, c = mg.tensor(W), mg.tensor(X, constant=True)
    doubled, row = w * 2.0, w[0]
    base = mg.tensor(X)

    def f(x: Any) -> Any:
        return layer(x, w) @ doubled + row * c + base[1]

    def gradients(f: Any) -> list[Any]:
        x = mg.tensor(X)
        np.sum(f(x) ** 2).backward()
        return [x.grad, w.grad, base.grad, row.grad]

    expected = [np.copy(g) for g in gradients(f)]
    doubled = w * 2.0
    for gradient, of_plain in zip(gradients(checkpoint(f)), expected, strict=True):
        assert_allclose(gradient, of_plain)

    def nested(w: Any) -> Any:
        return np.sum(grad(lambda x: np.sum(checkpoint(lambda x: layer(x, w) * w)(x)))(X) ** 2)

    plain = lambda w: np.sum(grad(lambda x: np.sum(layer(x, w) * w))(X) ** 2)  # noqa: E731
    assert_allclose(grad(nested)(W), grad(plain)(W))


def test_gradients_that_are_there_already_are_kept() -> None:
    w = mg.tensor(W)
    first = np.sum(w * 3.0)
    second = np.sum(checkpoint(lambda x: x @ w)(mg.tensor(X)))
    first.backward()
    second.backward()
    other = mg.tensor(W)
    np.sum(other * 3.0 + 0.0).backward()
    assert_allclose(w.grad, 3.0 + np.tile(X.sum(axis=0)[:, None], 2))


def test_what_was_written_meanwhile_is_refused_or_kept() -> None:
    w = mg.tensor(W)
    x = mg.tensor(X)
    y = +x
    z = np.sum(checkpoint(layer)(y, w) ** 2)
    y *= 0.0  # of an argument, the value is kept
    z.backward()
    other = mg.tensor(X)
    np.sum(layer(other, mg.tensor(W)) ** 2).backward()
    assert_array_equal(x.grad, other.grad)

    for change in (lambda: w.__imul__(2.0), lambda: untracked(lambda: w.__imul__(2.0))):
        z = np.sum(checkpoint(lambda x: layer(x, w))(mg.tensor(X)))
        change()
        with pytest.raises(InvalidBackprop, match=r"takes from elsewhere was written"):
            z.backward()


def untracked(do: Callable[[], Any]) -> None:
    with mg.no_autodiff:
        do()


def test_arrays_of_the_outside_are_locked_until_then() -> None:
    scale, shift = W.copy(), X.copy()
    z = np.sum(checkpoint(lambda x, a: x * a + shift * x)(mg.tensor(X), scale))
    for array in (scale, shift):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0
    z.backward()
    scale[0] = shift[0] = 1.0
    z = np.sum(checkpoint(lambda x, a: x * a + shift * x)(mg.tensor(X), scale))
    del z
    gc.collect()
    scale[0] = shift[0] = 1.0

    def f(x: Any) -> Any:  # where they are copied
        a = np.array([1.0, 2.0])
        y = checkpoint(lambda x, a: x * a)(x, a)
        a[...] = 7.0
        return np.sum(y)

    assert_array_equal(grad(f)(X), [[1.0, 2.0], [1.0, 2.0]])


def test_functions_that_write_to_their_arguments_are_refused() -> None:
    @checkpoint
    def f(x: Any, w: Any) -> Any:
        x *= 2.0
        return x @ w

    with pytest.raises(ValueError, match=r"checkpoint: f wrote to one of its arguments.*x = \+x"):
        f(mg.tensor(X), W)


def test_functions_that_compute_something_else_each_time_are_refused() -> None:
    rng = np.random.default_rng(0)
    z = np.sum(checkpoint(lambda x: np.where(rng.random(x.shape) < 0.5, x, 0.0))(mg.tensor(np.ones((9, 9)))))
    with pytest.raises(InvalidBackprop, match="other results"):
        z.backward()
    calls = []
    z = np.sum(checkpoint(lambda x: [calls.append(0), x[: len(calls)]][1])(mg.tensor(X)))
    with pytest.raises(InvalidBackprop, match="other results"):
        z.backward()


def test_containers_keywords_and_several_results() -> None:
    def f(params: Any, x: Any, *, scale: Any, power: int = 2, note: str = "") -> Any:
        y = np.tanh(x @ params["w"][0]) * scale
        return {"y": y, "both": (y**power, np.sum(y)), "note": note, "x": params["w"][1]}

    def loss(f: Any) -> Any:
        def number(w: Any, x: Any, scale: Any) -> Any:
            found = f({"w": [w, x]}, x, scale=scale, power=3, note="as it is")
            assert found["note"] == "as it is"
            return np.sum(found["both"][0]) + found["both"][1] * np.sum(found["y"]) + np.sum(found["x"])

        return number

    args = (W, X, np.float64(1.5))
    for a, b in zip(grad(loss(checkpoint(f)), (0, 1, 2))(*args), grad(loss(f), (0, 1, 2))(*args), strict=True):
        assert_allclose(a, b)
    x, w, scale = mg.tensor(X), mg.tensor(W), mg.tensor(1.5)
    found = checkpoint(f)({"w": [w, x]}, x, scale=scale)
    found["both"][1].backward()  # of one result alone
    other = mg.tensor(X), mg.tensor(W)
    f({"w": [other[1], other[0]]}, other[0], scale=1.5)["both"][1].backward()
    assert_allclose(x.grad, other[0].grad)
    assert_allclose(w.grad, other[1].grad)
    assert scale.grad.shape == ()


def test_constants_and_untracked_calls() -> None:
    f = checkpoint(layer)
    assert type(f(X, W)) is np.ndarray
    constant = f(mg.tensor(X, constant=True), W)
    assert constant.constant
    with mg.no_autodiff:
        assert_array_equal(f(mg.tensor(X), W), layer(X, W))
    assert f.__name__ == "layer"
    y = checkpoint(lambda x: (x, mg.stop_gradient(x)))(mg.tensor(X))
    assert [t.constant for t in y] == [False, True]


def test_numbers_stay_numbers() -> None:
    kinds = []

    def f(x: Any) -> Any:
        kinds.append(np.ndim(x))
        x += 1.0  # of a number, that makes another
        return x * x

    assert grad(checkpoint(f))(2.0) == 6.0
    assert kinds == [0, 0]


def test_what_is_left_out_has_no_derivative() -> None:
    log = checkpoint(np.log)
    with np.errstate(all="ignore"):
        assert_array_equal(grad(lambda x: np.sum(np.where(x > 0, log(x), 0.0)))([0.0, 2.0]), [0.0, 0.5])
        assert_array_equal(jacobian(log)([0.0, 2.0]), [[np.inf, 0.0], [0.0, 0.5]])


def test_variables_that_it_makes() -> None:
    """They are nobody's: no gradient flows further."""

    def f(x: Any) -> Any:
        made = mg.tensor([1.0, 2.0])
        filled = mg.zeros(2)
        filled[0] = x[0, 0]
        return made, x * made, filled

    x = mg.tensor(X)
    made, product, filled = checkpoint(f)(x)
    (np.sum(made) + np.sum(product) + np.sum(filled)).backward()
    assert_array_equal(x.grad, [[2.0, 2.0], [1.0, 2.0]])


def test_lost_gradients_raise_inside() -> None:
    f = checkpoint(lambda x: x * float(x[0, 0]))
    with pytest.raises(mg.errors.GradientLostError):
        grad(lambda x: np.sum(f(x)))(X)


def test_single_precision_and_empty_arrays() -> None:
    x = mg.tensor(X.astype(np.float32))
    y = checkpoint(layer)(x, W.astype(np.float32))
    assert y.dtype == np.float32
    y.sum().backward()
    assert x.grad.dtype == np.float32
    assert grad(lambda x: np.sum(checkpoint(np.sin)(x)))(np.ones((0, 2))).shape == (0, 2)


def test_nothing_is_left_in_memory() -> None:
    held = []

    def f(x: Any) -> Any:
        y = np.sin(x)
        held.append(ref(y))
        return y * y

    x = mg.tensor(X)
    z = checkpoint(f)(x)
    assert held[0]() is None
    gc.disable()
    try:
        node = ref(z)
        z.sum().backward()
        del z
        assert node() is None
        assert [r() for r in held] == [None, None]
    finally:
        gc.enable()


def test_memory() -> None:
    """A chain of ten functions, of ten values of 80 kB each."""

    def step(x: Any) -> Any:
        for _ in range(10):
            x = np.sin(x)
        return x

    def peak(step: Any) -> float:
        def f(x: Any) -> Any:
            for _ in range(10):
                x = step(x)
            return np.sum(x)

        x = np.linspace(0.0, 1.0, 10_000)
        value_and_grad(f)(x)
        gc.collect()
        tracemalloc.start()
        value_and_grad(f)(x)
        size = tracemalloc.get_traced_memory()[1] / x.nbytes
        tracemalloc.stop()
        return size

    assert peak(step) > 100
    assert peak(checkpoint(step)) < 30


@given(st.lists(st.integers(0, 5), min_size=1, max_size=4), st.integers(0, 2**32))
def test_any_chain(steps: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    w = rng.normal(size=(2, 2))
    blocks: list[Callable[[Any], Any]] = [
        np.tanh,
        lambda x: x @ w,
        lambda x: np.concatenate([x[1:], x[:1] ** 2]),
        lambda x: np.sort(x, axis=0) * x,
        lambda x: x - np.mean(x),
        lambda x: np.where(x > 0, x, 0.1 * x),
    ]

    def loss(wrap: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def f(x: Any) -> Any:
            for i in steps:
                x = wrap(blocks[i])(x)
            return np.sum(x**3)

        return f

    x = rng.normal(size=(2, 2))
    assert_allclose(grad(loss(checkpoint))(x), grad(loss(lambda f: f))(x), rtol=1e-12, atol=1e-12)
    assert_allclose(hessian(loss(checkpoint))(x), hessian(loss(lambda f: f))(x), rtol=1e-9, atol=1e-9)
    assert_allclose(grad(checkpoint(loss(checkpoint)))(x), grad(loss(lambda f: f))(x), rtol=1e-12, atol=1e-12)
