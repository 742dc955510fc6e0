"""Functions that return several results: derivatives have their form, and in it that of the arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad.functional import elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

X = np.array([0.5, -1.5, 2.0])
V = np.array([1.0, -2.0, 0.5])


class Pair(NamedTuple):
    a: Any
    b: Any


@dataclass
class Both:
    a: Any
    b: Any


#: How to put two results into a container, and how to get them out.
FORMS: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any], tuple[Any, Any]]]] = {
    "tuple": (lambda a, b: (a, b), lambda r: (r[0], r[1])),
    "list": (lambda a, b: [a, b], lambda r: (r[0], r[1])),
    "dict": (lambda a, b: {"a": a, "b": b}, lambda r: (r["a"], r["b"])),
    "named tuple": (Pair, lambda r: (r.a, r.b)),
    "dataclass": (Both, lambda r: (r.a, r.b)),
    "nested": (lambda a, b: {"a": [a, None], "b": (b,)}, lambda r: (r["a"][0], r["b"][0])),
}
forms = pytest.mark.parametrize(("make", "get"), FORMS.values(), ids=FORMS)


def first(x: Any) -> Any:
    return np.tanh(x) * x[0]


def second(x: Any) -> Any:
    return np.sum(x**3)


@forms
def test_each_result_by_itself(make: Any, get: Any) -> None:
    def f(x: Any) -> Any:
        return make(first(x), second(x))

    found = jacobian(f)(X)
    assert type(found) is type(f(X))
    by_a, by_b = jacobian(first)(X), jacobian(second)(X)
    for of_one, expected in zip(get(found), (by_a, by_b), strict=True):
        assert type(of_one) is np.ndarray
        assert_allclose(of_one, expected)
    value, along = jvp(f, [X], [V])
    for one, expected in zip(get(value), get(f(X)), strict=True):
        assert_allclose(one, expected)
    for one, matrix in zip(get(along), (by_a, by_b), strict=True):
        assert_allclose(one, matrix @ V)
    value, pull_back = vjp(f, X)
    assert type(value) is type(found)
    assert_allclose(pull_back(make(V, 2.0))[0], V @ by_a + 2.0 * by_b)


@pytest.mark.parametrize("other", [None, ()])
def test_nothing_stands_for_zeros(other: Any) -> None:
    _, pull_back = vjp(lambda x: {"a": first(x), "more": (second(x), other)}, X)
    assert_allclose(pull_back({"a": V, "more": None})[0], V @ jacobian(first)(X))
    assert_allclose(pull_back({"a": None, "more": (1.0, other)})[0], 3 * X**2)
    assert_array_equal(pull_back({"a": None, "more": None})[0], np.zeros(3))
    for wrong in (V, [V, 1.0], {"a": V}):
        with pytest.raises(ValueError, match=r"vjp: a cotangent.*'more'"):
            pull_back(wrong)


def test_forms_of_results_and_of_parameters() -> None:
    params = {"w": X, "name": "linear"}
    found = jacobian(lambda p: (p["w"] * 2.0, {"s": second(p["w"])}))(params)
    assert_array_equal(found[0]["w"], 2 * np.eye(3))
    assert_allclose(found[1]["s"]["w"], 3 * X**2)
    assert found[0]["name"] is found[1]["s"]["name"] is None
    (by_x, by_y), one = jacobian(lambda x, y: (x * y, np.sum(x)), (0, 1))(X, V)
    assert_array_equal(by_x, np.diag(V))
    assert_array_equal(by_y, np.diag(X))
    assert_array_equal(one[1], np.zeros(3))


def test_one_result_twice_and_one_of_another() -> None:
    def f(x: Any) -> Any:
        y = np.exp(x)
        return y, y * x, y

    _, pull_back = vjp(f, X)
    assert_allclose(pull_back((V, V, V))[0], V * np.exp(X) * (3 + X))
    assert_allclose(pull_back((V, None, 2 * V))[0], 3 * V * np.exp(X))
    by_first, by_second, again = jacobian(f)(X)
    assert_allclose(by_first, np.diag(np.exp(X)))
    assert_allclose(by_second, np.diag(np.exp(X) * (1 + X)))
    assert_array_equal(again, by_first)


def test_a_list_of_numbers_is_an_array() -> None:
    """As it is to SciPy. A tuple stands for several results."""

    def f(x: Any) -> Any:
        return [x[0] ** 2 + x[1], 3.0 * x[1], 1.0]

    assert_array_equal(jacobian(f)([1.0, 2.0]), [[2.0, 1.0], [0.0, 3.0], [0.0, 0.0]])
    value, along = jvp(f, [[1.0, 2.0]], [[1.0, 0.0]])
    assert_array_equal(value, [3.0, 6.0, 1.0])
    assert_array_equal(along, [2.0, 0.0, 0.0])
    assert_array_equal(jacobian(lambda x: [[x[0], x[1]], [x[1], x[0]]])([1.0, 2.0]).shape, (2, 2, 2))
    value, along = jvp(lambda x: (np.sin(x), np.cos(x)), [0.0], [1.0])
    assert value == (0.0, 1.0)
    assert along == (1.0, -0.0)


@forms
def test_tensors_and_variables_of_the_outside(make: Any, get: Any) -> None:
    w = mg.tensor(2.0)
    found = get(jacobian(lambda x: make(w * first(x), second(x)))(X))
    assert isinstance(found[0], mg.Tensor)
    assert not isinstance(found[1], mg.Tensor)
    found[0].sum().backward()
    assert_allclose(w.grad, jacobian(first)(X).sum())
    value, pull_back = vjp(lambda x: make(w * first(x), second(x)), X)
    assert [isinstance(v, mg.Tensor) for v in get(value)] == [True, False]
    (by_w,) = mg.functional.derivatives(pull_back(make(V, 1.0))[0].sum(), [w])
    assert_allclose(by_w, (V @ jacobian(first)(X)).sum())
    of_tensor = get(jacobian(lambda x: make(first(x), second(x)))(mg.tensor(X)))
    assert all(isinstance(one, mg.Tensor) for one in of_tensor)
    assert_allclose(of_tensor[0], jacobian(first)(X))


@forms
def test_nested_derivatives(make: Any, get: Any) -> None:
    def squares(x: Any) -> Any:
        return sum(np.sum(one**2) for one in get(jacobian(lambda x: make(first(x), second(x)))(x)))

    h = 1e-6 * np.eye(3)
    expected = [(squares(X + e) - squares(X - e)) / 2e-6 for e in h]
    assert_allclose(grad(squares)(X), expected, rtol=1e-6)


@pytest.mark.parametrize("take", [grad, value_and_grad, hessian, elementwise_grad, lambda f: lambda x: hvp(f, x, x)])
@pytest.mark.parametrize("returned", [lambda x: (second(x), x), lambda x: {"a": second(x)}])
def test_a_gradient_is_that_of_one_result(take: Any, returned: Any) -> None:
    with pytest.raises(TypeError, match=r"several results.*`jacobian`.*`has_aux=True`"):
        take(returned)(X)


@pytest.mark.parametrize(
    ("returned", "what"),
    [(lambda x: (x, "text"), "str"), (lambda x: {"x": x, "n": 3}, "int"), (lambda x: [x, X], "nd")],
)
def test_what_is_no_tensor_has_no_place_among_results(returned: Any, what: str) -> None:
    for take in (jacobian, lambda f: lambda x: vjp(f, x), lambda f: lambda x: jvp(f, [x], [x])):
        with pytest.raises(TypeError, match=f"the function returned {what}"):
            take(returned)(X)


def test_beside_what_is_not_differentiated() -> None:
    value, pull_back, aux = vjp(lambda x: ((first(x), second(x)), {"n": 3, "x": x}), X, has_aux=True)
    assert type(value) is tuple
    assert aux["n"] == 3
    assert_array_equal(aux["x"], X)
    assert_allclose(pull_back((None, 1.0))[0], 3 * X**2)
    (by_a, by_b), aux = jacobian(lambda x: ((first(x), second(x)), "more"), has_aux=True)(X)
    assert aux == "more"
    assert_allclose(by_b, 3 * X**2)
    assert by_a.shape == (3, 3)


def test_no_variable_at_all() -> None:
    value, pull_back = vjp(lambda how: {"a": mg.astensor(2.0)}, "text")
    assert value == {"a": 2.0}
    assert pull_back({"a": 1.0}) == (None,)
    assert jvp(lambda how: (mg.astensor(2.0),), ["text"], [None]) == ((2.0,), (0.0,))


leaves = st.sampled_from([np.sin, np.sum, lambda x: x[:2] * x[1], lambda x: mg.astensor(np.ones(2)), lambda x: x])
trees = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3).map(tuple) | st.dictionaries(st.text(max_size=1), inner, min_size=1)
    ),
    max_leaves=6,
).filter(lambda tree: not callable(tree))


def at(tree: Any, of: Callable[[Any], Any]) -> Any:
    if isinstance(tree, dict):
        return {key: at(part, of) for key, part in tree.items()}
    return tuple(at(part, of) for part in tree) if isinstance(tree, tuple) else of(tree)


def same(a: Any, b: Any) -> None:
    if isinstance(b, dict):
        assert list(a) == list(b)
        for key in b:
            same(a[key], b[key])
    elif isinstance(b, tuple):
        assert type(a) is tuple
        for one, other in zip(a, b, strict=True):
            same(one, other)
    else:
        assert_allclose(a, b, rtol=1e-12)


@given(trees)
def test_any_form(tree: Any) -> None:
    def f(x: Any) -> Any:
        return at(tree, lambda leaf: leaf(x))

    same(jacobian(f)(X), at(tree, lambda leaf: jacobian(leaf)(X)))
    same(jvp(f, [X], [V])[1], at(tree, lambda leaf: jvp(leaf, [X], [V])[1]))
    ones = at(tree, lambda leaf: 1.0)
    found = vjp(f, X)[1](ones)[0]
    total = np.zeros(3)

    def add(leaf: Any) -> None:
        nonlocal total
        total = total + vjp(leaf, X)[1](1.0)[0]

    at(tree, add)
    assert_allclose(found, total, rtol=1e-12)
