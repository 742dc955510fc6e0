"""Parameters in containers: derivatives have their form."""

from __future__ import annotations

import gc
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad.functional import grad, hessian, hvp, jacobian, jvp, ravel_pytree, value_and_grad, vjp

W = np.array([[1.0, -2.0], [0.5, 3.0]])
B = np.array([0.1, 0.2])


class Layer(NamedTuple):
    w: Any
    b: Any


@dataclass(frozen=True)
class Config:
    w: Any
    b: Any
    name: str = "config"
    cache: list[Any] = field(default_factory=list, init=False)


@dataclass(slots=True)
class Slotted:
    w: Any
    b: Any


class Own:
    """One with a form of its own."""

    def __init__(self, w: Any, b: Any) -> None:
        self.w, self.b = w, b

    def __tree_flatten__(self) -> tuple[Any, Callable[[Any], Own]]:
        return {"w": self.w, "b": [self.b]}, lambda parts: Own(parts["w"], parts["b"][0])


class OwnDict(dict[str, Any]):
    pass


#: How to put two arrays into a container, and how to get them out.
FORMS: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any], tuple[Any, Any]]]] = {
    "dict": (lambda w, b: {"w": w, "b": b}, lambda p: (p["w"], p["b"])),
    "list": (lambda w, b: [w, b], lambda p: (p[0], p[1])),
    "tuple": (lambda w, b: (w, b), lambda p: (p[0], p[1])),
    "named tuple": (Layer, lambda p: (p.w, p.b)),
    "dataclass": (Config, lambda p: (p.w, p.b)),
    "slots": (Slotted, lambda p: (p.w, p.b)),
    "protocol": (Own, lambda p: (p.w, p.b)),
    "own dict": (lambda w, b: OwnDict(w=w, b=b), lambda p: (p["w"], p["b"])),
    "ordered": (lambda w, b: OrderedDict(w=w, b=b), lambda p: (p["w"], p["b"])),
    "default": (lambda w, b: defaultdict(list, w=w, b=b), lambda p: (p["w"], p["b"])),
    "nested": (lambda w, b: {"a": [Layer(w, {"b": b})], "rest": ()}, lambda p: (p["a"][0].w, p["a"][0].b["b"])),
}
forms = pytest.mark.parametrize(("make", "get"), FORMS.values(), ids=FORMS)


def loss(w: Any, b: Any) -> Any:
    return np.sum(np.tanh(w @ np.array([1.0, 2.0]) + b) ** 2 * np.array([1.0, 3.0]))


@forms
def test_gradients(make: Any, get: Any) -> None:
    params = make(W, B)
    value, found = value_and_grad(lambda p: loss(*get(p)))(params)
    assert_allclose(value, loss(W, B))
    assert type(found) is type(params)
    for gradient, expected in zip(get(found), grad(loss, (0, 1))(W, B), strict=True):
        assert type(gradient) is np.ndarray
        assert_allclose(gradient, expected)
    assert get(params)[0] is W  # which nobody has changed


@forms
def test_second_derivatives(make: Any, get: Any) -> None:
    params = make(W, B)
    f = lambda p: loss(*get(p))  # noqa: E731
    rows = [get(row) for row in get(hessian(f)(params))]
    for row, expected in zip(rows, hessian(loss, (0, 1))(W, B), strict=True):
        for found, entry in zip(row, expected, strict=True):
            assert_allclose(found, entry)
    h = 1e-5
    product = get(hvp(f, params, make(W + 1.0, B)))
    plus, minus = (grad(loss, (0, 1))(W + s * (W + 1.0), B + s * B) for s in (h, -h))
    for found, p, m in zip(product, plus, minus, strict=True):
        assert_allclose(found, (p - m) / (2 * h), rtol=1e-6, atol=1e-8)
    nested = get(grad(lambda p: sum(np.sum(g**2) for g in get(grad(f)(p))))(params))
    plain = grad(lambda w, b: sum(np.sum(g**2) for g in grad(loss, (0, 1))(w, b)), (0, 1))(W, B)
    for found, expected in zip(nested, plain, strict=True):
        assert type(found) is np.ndarray
        assert_allclose(found, expected)


@forms
def test_products(make: Any, get: Any) -> None:
    params = make(W, B)
    f = lambda p, x: np.tanh(get(p)[0] @ x + get(p)[1])  # noqa: E731
    x = np.array([1.0, 2.0])
    by_w, by_b = get(jacobian(f)(params, x))
    y, pull_back = vjp(f, params, x)
    found, of_x = pull_back([1.0, -1.0])
    assert_allclose(get(found)[0], np.tensordot([1.0, -1.0], by_w, 1))
    assert_allclose(get(found)[1], [1.0, -1.0] @ by_b)
    assert of_x.shape == (2,)
    value, along = jvp(f, (params, x), (make(W, 2 * B), None))
    assert_allclose(value, y)
    assert_allclose(along, np.tensordot(by_w, W, 2) + by_b @ (2 * B))
    assert_allclose(jvp(f, (params, x), (None, x))[1], jacobian(f, 1)(params, x) @ x)
    assert_array_equal(jvp(f, (params, x), (None, None))[1], [0.0, 0.0])


@forms
def test_vectors(make: Any, get: Any) -> None:
    params = make(W, B)
    vector, unravel = ravel_pytree(params)
    assert type(vector) is np.ndarray
    assert vector.shape == (6,)
    back = unravel(vector)
    assert type(back) is type(params)
    for found, expected in zip(get(back), (W, B), strict=True):
        assert_array_equal(found, expected)
        assert not np.shares_memory(found, vector)
    by_vector = grad(lambda v: loss(*get(unravel(v))))(vector)
    assert_allclose(by_vector, ravel_pytree(grad(lambda p: loss(*get(p)))(params))[0])
    with pytest.raises(ValueError, match=r"\(6,\).*\(5,\)"):
        unravel(np.ones(5))


def test_vectors_keep_dtypes() -> None:
    params = {"half": np.ones(2, np.float32), "count": 3, "name": "text", "flag": True, "nothing": None, "x": 2.5}
    vector, unravel = ravel_pytree(params)
    assert vector.dtype == np.float64
    assert_array_equal(vector, [1.0, 1.0, 3.0, 2.5])
    back = unravel(2 * vector)
    assert back["half"].dtype == np.float32
    assert (back["count"], back["x"]) == (6.0, 5.0)
    assert type(back["x"]) is np.float64
    assert (back["name"], back["flag"], back["nothing"]) == ("text", True, None)
    vector, unravel = ravel_pytree(W)
    assert_array_equal(unravel(vector), W)
    assert ravel_pytree({})[0].shape == (0,)
    t = mg.tensor([1.0, 2.0])
    assert isinstance(ravel_pytree({"t": t, "a": 1.0})[0], mg.Tensor)


def test_what_has_no_derivatives_is_passed_on() -> None:
    params = {"w": 3.0, "n": 2, "power": np.array([True]), "act": np.tanh, "name": "tanh", "none": None}

    def f(p: Any) -> Any:
        assert p["act"] is np.tanh
        assert p["name"] == "tanh"
        assert p["power"] is params["power"]
        return p["act"](p["w"]) * p["n"]

    found = grad(f)(params)
    assert_allclose(found.pop("w"), 2 * (1 - np.tanh(3.0) ** 2))
    assert_allclose(found.pop("n"), np.tanh(3.0))
    assert found == dict.fromkeys(("power", "act", "name", "none"))
    _, pull_back = vjp(lambda x, how: x**2 if how == "square" else x, 3.0, "square")
    assert pull_back(1.0) == (6.0, None)
    assert jvp(lambda x, how: x**2, (3.0, "square"), (1.0, None)) == (9.0, 6.0)
    for nothing in ({"a": "text"}, ["text"], [None], {"n": True}):
        with pytest.raises(TypeError, match="none"):
            grad(lambda p: mg.astensor(1.0))(nothing)
    assert grad(lambda p: p["a"])({"a": 1.0, "z": 1j}) == {"a": 1.0, "z": 0.0}


def test_empty_containers_among_several_arguments() -> None:
    """As those of layers without parameters."""
    f = lambda p, q, x: np.sum(x * q["s"])  # noqa: E731
    assert grad(f, (0, 1))({}, {"s": 2.0}, B) == ({}, {"s": np.sum(B)})
    assert grad(f, (0, 1))([], {"s": 2.0, "of": None}, B) == ([], {"s": np.sum(B), "of": None})
    with pytest.raises(TypeError, match="of which there are none"):
        grad(f)({}, {"s": 2.0}, B)


def test_integers_that_are_no_parameters() -> None:
    params = {"w": np.array([1.0, 2.0]), "n": 1}
    for call in (lambda: grad(lambda p: p["w"][p["n"]])(params), lambda: vjp(lambda x, i: x[i], params["w"], 1)):
        with pytest.raises(IndexError) as caught:
            call()
        assert "Integers among the arguments" in caught.value.__notes__[0]
    with pytest.raises(IndexError) as told:
        grad(lambda p: p["w"][1.0])({"w": params["w"]})
    assert not hasattr(told.value, "__notes__")


def test_nothing_waits_for_the_garbage_collector() -> None:
    params = {"w": np.ones(3), "b": [np.ones(2), 1.0]}

    def work() -> None:
        grad(lambda p: np.sum(p["w"]) * p["b"][1])(params)
        hvp(lambda p: np.sum(p["w"] ** 3), params, params)
        vector, unravel = ravel_pytree(params)
        unravel(vector)

    work()
    gc.collect()
    gc.disable()
    try:
        work()
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_lists_of_numbers_are_arrays() -> None:
    for numbers in ([1.0, 2.0], (1.0, 2.0), [[1.0], [2.0]], ((1, 2),), [np.float64(1.0), 2]):
        found = grad(lambda x: np.sum(x**2))(numbers)
        assert_array_equal(found, 2 * np.array(numbers))
        assert type(found) is np.ndarray
        assert_array_equal(grad(lambda p: np.sum(p["x"] ** 2))({"x": numbers})["x"], found)
    found = grad(lambda p: np.sum(p[0] ** 2) + 3 * p[1])([np.ones(2), 2.0])
    assert type(found) is list
    assert_array_equal(found[0], [2.0, 2.0])
    assert found[1] == 3.0
    t = mg.tensor(1.0)
    found = grad(lambda p: p[0] * p[1])((t, 2.0))
    assert found[0].item() == 2.0
    assert isinstance(found[1], mg.Tensor)
    assert grad(lambda p: p.w * p.b)(Layer(2.0, 3.0)) == Layer(3.0, 2.0)


def test_numbers_of_an_enclosing_function_are_numbers() -> None:
    f = lambda a: grad(lambda w: (w**3).sum())([a, 2.0 * a]).sum()  # noqa: E731
    assert_allclose(grad(f)(2.0), 60.0)
    g = lambda a: grad(lambda p: p["w"] ** 3 * a)({"w": a})["w"]  # noqa: E731
    assert_allclose(grad(g)(2.0), 9 * 4.0)


@pytest.mark.parametrize(
    ("tangent", "message"),
    [
        ({"w": W}, r"\['w', 'b'\]"),
        ([W, B], "list"),
        ({"w": W, "b": B, "c": B}, "'c'"),
        ({"w": W.T[:1], "b": B}, "shape"),
    ],
)
def test_tangents_of_another_form(tangent: Any, message: str) -> None:
    params = {"w": W, "b": B}
    with pytest.raises(ValueError, match=message):
        jvp(lambda p: loss(**p), (params,), (tangent,))
    with pytest.raises(ValueError, match="1 arguments are given, and 2 tangents"):
        jvp(lambda p: loss(**p), (params,), (params, params))


numbers = st.floats(-2, 2)
arrays = numbers.map(np.array) | st.lists(numbers, min_size=1, max_size=3).map(np.array)
values = numbers | st.lists(numbers, min_size=1, max_size=3)
trees = st.recursive(
    arrays | st.text(max_size=1),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=2), inner | values, max_size=3)
    ),
    max_leaves=8,
)


def squares(tree: Any) -> Any:
    """The sum of the squares of all numbers, without any help."""
    if isinstance(tree, dict):
        return sum((squares(part) for part in tree.values()), 0.0)
    if isinstance(tree, list) and tree and isinstance(tree[0], float):
        return np.sum(np.square(tree))
    if isinstance(tree, (list, tuple)):
        return sum((squares(part) for part in tree), 0.0)
    return 0.0 if isinstance(tree, str) or tree is None else np.sum(tree**2)


def doubled(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: doubled(part) for key, part in tree.items()}
    if isinstance(tree, (list, tuple)):
        return type(tree)([doubled(part) for part in tree])
    return None if isinstance(tree, str) else 2 * tree


def same(a: Any, b: Any) -> None:
    if isinstance(b, dict):
        assert list(a) == list(b)
        for key in b:
            same(a[key], b[key])
    elif isinstance(b, (list, tuple)) and not isinstance(a, np.ndarray):
        assert type(a) is type(b)
        for x, y in zip(a, b, strict=True):
            same(x, y)
    elif b is None:
        assert a is None
    else:
        assert_array_equal(a, b)


@given(trees)
def test_any_tree(tree: Any) -> None:
    params = {"anchor": np.ones(2), "tree": tree}
    same(grad(squares)(params), doubled(params))
    vector, unravel = ravel_pytree(params)
    assert_allclose(squares(vector), squares(params), rtol=1e-12)
    assert_allclose(grad(lambda v: squares(unravel(v)))(vector), 2 * vector)
