"""`mygrad.compile`: what a compiled function returns, and when it is recorded."""

from __future__ import annotations

import dataclasses
import tracemalloc
import warnings
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg

Array = np.ndarray[Any, Any]
X = np.array([1.0, -2.0, 3.0])


def half_square(x: Any) -> Any:
    return np.sum(x * x) / 2


def test_a_function() -> None:
    f = mg.compile(half_square)
    assert f(X) == half_square(X)
    assert isinstance(f(X), np.float64)


def test_a_function_of_tensors() -> None:
    f = mg.compile(lambda x: mg.sum(mg.exp(x)))
    assert f(X) == np.exp(X).sum()


@pytest.mark.parametrize(
    "derivative",
    [
        mg.grad,
        mg.value_and_grad,
        mg.jacobian,
        mg.hessian,
        mg.elementwise_grad,
        lambda f: mg.grad(lambda x: np.sum(mg.grad(f)(x) ** 2)),
        lambda f: lambda x: mg.jvp(f, [x], [np.cos(x)]),
        lambda f: lambda x: mg.vjp(f, x)[1](np.sum(x)),
        lambda f: lambda x: mg.hvp(f, x, x),
    ],
)
def test_derivatives(derivative: Any) -> None:
    g = derivative(lambda x: np.sum(np.sin(x) ** 2 * x[::-1]))
    compiled = mg.compile(g)
    compiled(X)
    for x in (X, X + 1, np.zeros(3)):
        found, expected = compiled(x), g(x)
        for a, b in zip(
            found if isinstance(found, tuple) else [found],
            expected if isinstance(expected, tuple) else [expected],
            strict=True,
        ):
            assert_array_equal(a, b, strict=True)
    assert len(compiled.signatures) == 1


MATRIX = np.array([[2.0, 0.5, 0.1], [0.3, 3.0, 0.2], [0.1, 0.4, 4.0]])


@pytest.mark.parametrize(
    "f",
    [
        np.prod,
        lambda x: np.sum(np.cumprod(x) ** 2),
        lambda x: np.sum(np.maximum.accumulate(x) ** 3),
        lambda x: np.sum(np.sort(x) ** 2 * np.arange(3)),
        lambda x: np.sum(np.power(np.abs(x) + 0.2, x)),
        lambda x: np.sum(np.emath.sqrt(x) * x),
        lambda x: np.sum(np.interp(x, np.linspace(-3, 3, 7), np.linspace(-3, 3, 7) ** 2) ** 2),
        lambda x: np.sum(np.select([x > 2, x > 0], [x**2, x**3], x)),
        lambda x: np.linalg.det(MATRIX * x),
        lambda x: np.sum(np.linalg.pinv(MATRIX * x) ** 2),
        lambda x: np.quantile(x, 0.3) ** 2,
        lambda x: x[np.argmax(x)] ** 3,
    ],
)
def test_second_derivatives_that_decide_by_values(f: Any) -> None:
    derivative = mg.hessian(f)
    compiled = mg.compile(derivative)
    compiled(np.abs(X))
    with np.errstate(all="ignore"):
        for x in (np.abs(X), X[::-1], np.array([0.0, 1.0, 2.0]), np.array([1.0, 1.0, 1e-200]), np.full(3, np.nan)):
            try:
                expected = derivative(x)
            except (ValueError, TypeError, np.linalg.LinAlgError):
                continue
            assert_array_equal(compiled(x), expected)
            found, known = (np.nan_to_num(a).view(np.float64) for a in (compiled(x), expected))
            assert_array_equal(np.signbit(found), np.signbit(known))


def test_methods_and_operators_of_all_kinds() -> None:
    """Some have the names of what a recorded array has in it itself."""
    f = mg.compile(lambda m: m.var() * m.trace() + m.std(axis=0) @ m - (2 - m) // 0.3 + m % 0.7 + divmod(m, 2)[1] ** 2)
    for m in (MATRIX, -MATRIX):
        assert_array_equal(f(m), f.__wrapped__(m), strict=True)
    g = mg.compile(lambda n: (~n & 3) | (n ^ 5) << 1)
    for n in (np.arange(4), np.arange(4)[::-1]):
        assert_array_equal(g(n), g.__wrapped__(n), strict=True)


@pytest.mark.parametrize("name", ["conj", "conjugate"])
def test_conjugates(name: str) -> None:
    """By the method: of real numbers they are these themselves, and of complex ones they are not."""
    f = mg.compile(lambda x: (getattr(x + 1j * x[::-1], name)() * x, getattr(x, name)() * 2))
    for x in (X, -X):
        for found, expected in zip(f(x), f.__wrapped__(x), strict=True):
            assert_array_equal(found, expected, strict=True)


def writes_an_element(m: Any) -> Any:
    m.flat[1] = m[2, 0] * 5


def writes_by_an_index_that_depends_on_values(m: Any) -> Any:
    m.flat[np.argmax(m[0])] = m.flat[np.argmin(m)] * 2


def writes_all_elements(m: Any) -> Any:
    m.flat = m.flat[::-1] * 2


@pytest.mark.parametrize(
    "write",
    [writes_an_element, writes_by_an_index_that_depends_on_values, writes_all_elements],
    ids=lambda f: f.__name__,
)
@pytest.mark.parametrize("view", [lambda m: m, lambda m: m.T, lambda m: m[::-1, ::2]], ids=["whole", "T", "part"])
def test_flat_is_recorded(write: Any, view: Any) -> None:
    def f(m: Any) -> Any:
        m = m * 1
        write(view(m))
        return np.sum(m * MATRIX)

    of_arrays, compiled = mg.compile(f), mg.compile(mg.value_and_grad(f))
    for m in (MATRIX, -MATRIX, MATRIX[::-1].copy()):
        assert_array_equal(of_arrays(m), f(m), strict=True)
        for found, expected in zip(compiled(m), compiled.__wrapped__(m), strict=True):
            assert_array_equal(found, expected, strict=True)


@pytest.mark.parametrize(
    "write",
    [
        lambda m: np.copyto(m, m * m, where=m > 0.25),
        lambda m: np.copyto(m, m[0] * 2, where=m[:1] > 0.25),
        lambda m: np.putmask(m, m > 0.25, m * m),
        lambda m: np.putmask(m, m > 0.25, m[0, :2] * 2),
        lambda m: np.place(m, m > 0.25, m[0, :2] * 2),
        lambda m: np.put_along_axis(m, np.argsort(m, axis=1)[:, :2], m[:, :2] * 2, 1),
        lambda m: np.put(m, np.argsort(m[0]), m[1] * 2),
    ],
)
def test_writes_where_values_say(write: Any) -> None:
    """Of variables, whose gradient knows what was written where."""

    def f(m: Any) -> Any:
        m = m * 1
        write(m)
        return np.sum(m * MATRIX)

    compiled = mg.compile(mg.value_and_grad(f))
    for m in (MATRIX, -MATRIX, np.where(MATRIX > 1, 1, np.where(MATRIX > 0.25, -0.0, 0))):
        for found, expected in zip(compiled(m), compiled.__wrapped__(m), strict=True):
            assert_array_equal(found, expected, strict=True)
            assert_array_equal(np.signbit(found), np.signbit(expected))


def test_numbers_that_are_added_to_are_others() -> None:
    def f(x: Any) -> Any:
        s = t = x[0]
        s += 1
        y = z = x * 1
        y *= s
        return s * t * z

    compiled = mg.compile(f)
    for x in (X, -X):
        assert_array_equal(compiled(x), f(x))


def test_as_a_decorator_with_options() -> None:
    @mg.compile(static_argnames="n")
    def power(x: Any, n: int = 2) -> Any:
        return x**n if n > 1 else x

    assert_array_equal(power(X), X**2)
    assert_array_equal(power(X, 3), X**3)
    assert_array_equal(power(X, n=1), X)
    assert len(power.signatures) == 3


def test_static_positions() -> None:
    repeat = mg.compile(lambda x, n: sum([x] * n), static_argnums=1)
    assert_array_equal(repeat(X, 3), X * 3)


Pair = namedtuple("Pair", "first second")


@dataclasses.dataclass
class Model:
    weights: Any
    name: str = "linear"


def test_containers() -> None:
    def f(params: Any, more: Any) -> Any:
        return np.sum(params["w"] * params["layers"][1] + more.first) * more.second

    g = mg.compile(mg.value_and_grad(f, (0, 1)))
    params = {"w": X, "layers": [1.0, X]}
    for scale in (1.0, 2.0):
        expected = mg.value_and_grad(f, (0, 1))(params, Pair(X * scale, scale))
        value, (by_params, by_more) = g(params, Pair(X * scale, scale))
        assert value == expected[0]
        assert_array_equal(by_params["layers"][1], expected[1][0]["layers"][1])
        assert type(by_more) is Pair
        assert_array_equal(by_more.first, expected[1][1].first)
    assert len(g.signatures) == 1


def test_dataclasses() -> None:
    g = mg.compile(mg.grad(lambda model: np.sum(model.weights**2)))
    assert_array_equal(g(Model(X)).weights, 2 * X)
    assert_array_equal(g(Model(X + 1)).weights, 2 * X + 2)


def test_results_in_containers() -> None:
    f = mg.compile(lambda x: {"a": x + 1, "b": [x, (x * 2, None)]})
    found = f(X)
    assert_array_equal(found["a"], X + 1)
    assert_array_equal(found["b"][1][0], X * 2)
    assert found["b"][1][1] is None


def test_it_is_recorded_for_each_shape_and_dtype() -> None:
    f = mg.compile(half_square)
    for x in (X, X[:2], X.astype(np.float32), np.array([1, 2]), 3.0, 2, np.float32(2), [1.0, 2.0], X[None], X[::-1]):
        found, expected = f(x), half_square(np.asarray(x) if isinstance(x, list) else x)
        assert found == expected
        assert type(found) is type(expected)
    assert len(f.signatures) == 10
    f.clear()
    assert f.signatures == []


def test_too_many_recordings_warn() -> None:
    f = mg.compile(half_square, max_recordings=2)
    f(X)
    f(X[:2])
    with pytest.warns(UserWarning, match="recorded anew for the 3th time"):
        f(X[:1])
    assert len(f.signatures) == 2


def test_results_are_nobody_elses() -> None:
    f = mg.compile(lambda x: (x * 1, x + 0, np.ones(3)))
    a, b, ones = f(X)
    for result in (a, b, ones):
        assert not np.may_share_memory(result, X)
        result[0] = 7
    assert X[0] == 1
    assert_array_equal(f(X)[2], np.ones(3))


def test_under_switches() -> None:
    f = mg.compile(mg.grad(half_square))
    with mg.no_autodiff:
        assert_array_equal(f(X), X)
    with mg.mem_guard_off:
        assert_array_equal(f(X * 2), X * 2)
    g = mg.compile(mg.grad(half_square))
    with mg.mem_guard_off:
        assert_array_equal(g(X), X)


def test_threads() -> None:
    f = mg.compile(mg.grad(lambda x: np.sum(np.sin(x) * x)))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda i: f(np.full(2 + i % 3, float(i))), range(30)))
    for i, g in enumerate(found):
        assert_array_equal(g, mg.grad(lambda x: np.sum(np.sin(x) * x))(np.full(2 + i % 3, float(i))))
    assert len(f.signatures) == 3


def test_what_is_below_a_mask() -> None:
    f = mg.value_and_grad(lambda x: np.sum(np.where(x > 0, np.log(x), x)))
    compiled = mg.compile(f)
    with np.errstate(all="ignore"):
        compiled(np.abs(X))
        for x in (X, np.zeros(3)):
            assert_array_equal(compiled(x)[1], f(x)[1])


def test_what_is_taken_for_granted_and_is_not_so() -> None:
    f = mg.jacobian(lambda x: np.sqrt(x) * np.sum(x))
    compiled = mg.compile(f)
    compiled(np.abs(X))
    at_zero = np.array([0.0, 1.0, 2.0])
    assert "Unforeseen" in compiled.source
    assert_array_equal(compiled(at_zero), f(at_zero))


def test_floating_point_errors_are_reported_as_they_are() -> None:
    f = mg.compile(mg.value_and_grad(lambda x: np.sum(np.log(x))))
    f(np.abs(X))
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        f(np.zeros(3))


def test_constants_are_copied() -> None:
    scale = np.array([1.0, 2.0, 3.0])
    f = mg.compile(lambda x: x * scale)
    expected = f(X)
    scale[:] = 0
    assert_array_equal(f(X), expected)


def test_operations_of_ones_own() -> None:
    class Cube(mg.Operation):
        def __call__(self, x: Any) -> Array:
            self.variables = (x,)
            return x.data**3

        def backward_var(self, grad: Array, index: int, **kwargs: Any) -> Array:
            return 3 * grad * self.variables[0].data ** 2

    f = mg.grad(lambda x: np.sum(mg.execute_op(Cube, x)))
    compiled = mg.compile(f)
    compiled(X)
    assert_array_equal(compiled(X + 1), f(X + 1))


def test_many_steps() -> None:
    def f(x: Any) -> Any:
        for _ in range(500):
            x = x - 0.01 * np.sin(x)
        return np.sum(x)

    g = mg.value_and_grad(f)
    compiled = mg.compile(g)
    compiled(X)
    assert_array_equal(compiled(X + 1)[1], g(X + 1)[1])


def test_variables_go_through_the_function_itself() -> None:
    compiled = mg.compile(half_square)
    assert_array_equal(mg.grad(compiled)(X), X)
    assert compiled.signatures == []


def test_a_compiled_function_in_another() -> None:
    inner = mg.compile(mg.grad(half_square))
    outer = mg.compile(lambda x: inner(x) * 2)
    assert_array_equal(outer(X), 2 * X)
    assert_array_equal(outer(X + 1), 2 * X + 2)
    assert "t1 = " in outer.source


def test_arguments_of_all_kinds() -> None:
    f = mg.compile(lambda x, *more, scale=2.0, **named: x * scale + sum(more) + sum(named.values()))
    for args, kwargs in [((X,), {}), ((X, X), {}), ((X, X, 1.0), {"scale": 3.0}), ((X,), {"a": X, "b": 2})]:
        assert_array_equal(f(*args, **kwargs), f.__wrapped__(*args, **kwargs))
        assert_array_equal(f(*args, **kwargs), f.__wrapped__(*args, **kwargs))
    assert len(f.signatures) == 4


def test_static_functions_and_flags() -> None:
    f = mg.compile(lambda x, g, twice=False: g(g(x)) if twice else g(x))
    assert_array_equal(f(X, np.sin), np.sin(X))
    assert_array_equal(f(X, np.cos, True), np.cos(np.cos(X)))
    assert_array_equal(f(X, np.cos, twice=False), np.cos(X))


def test_constants_as_arguments() -> None:
    f = mg.compile(half_square)
    assert f(mg.tensor(X, constant=True)) == f(X)


def test_methods_are_refused() -> None:
    class Thing:
        @mg.compile
        def f(self, x: Any) -> Any:
            return x

    with pytest.raises(TypeError, match="is a method"):
        Thing().f(X)


def test_no_warnings_of_checks() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mg.compile(mg.grad(lambda x: np.sum(np.log(x))))(np.abs(X))


class Sorted(mg.Operation):
    """An operation that computes in ways of its own: with lists."""

    def __call__(self, x: Any) -> Array:
        self.variables = (x,)
        self.order = sorted(range(len(x)), key=x.data.tolist().__getitem__)
        return x.data[self.order]

    def backward_var(self, grad: Array, index: int, **kwargs: Any) -> Array:
        gradient = np.zeros(len(grad))
        gradient[self.order] = grad
        return gradient


def test_operations_that_cannot_be_looked_into() -> None:
    f = mg.value_and_grad(lambda x: np.sum(mg.execute_op(Sorted, x * 2) ** [1.0, 2.0, 3.0]))
    compiled = mg.compile(f)
    compiled(X)
    for x in (X, -X):
        assert_array_equal(compiled(x)[1], f(x)[1])
    assert "Sorted: a call" in compiled.source
    with pytest.raises(mg.errors.RecordingError, match="calls Sorted"):
        compiled.save("nowhere.py")


def test_checkpoints() -> None:
    f = mg.grad(lambda x: np.sum(mg.checkpoint(lambda y: np.sin(y) * y)(x)))
    compiled = mg.compile(f)
    compiled(X)
    assert_array_equal(compiled(X + 1), f(X + 1))


def test_long_programs_let_go() -> None:
    """What nobody needs any more goes, though it is small: a loop of many rounds takes no more memory than few."""

    def f(x: Any) -> Any:
        for _ in range(600):
            x = 1 - x * 0.5
        return np.sum(x)

    compiled = mg.compile(mg.value_and_grad(f))
    x = np.linspace(0, 1, 1000)
    value, gradient = compiled(x)
    tracemalloc.start()
    again = compiled(x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * x.nbytes
    expected, expected_gradient = mg.value_and_grad(f)(x)
    assert value == again[0] == expected
    assert gradient.tobytes() == again[1].tobytes() == expected_gradient.tobytes()


def test_state_of_floating_point_errors() -> None:
    """What overflows on the way back is not shown, what does on the way forth is, and the state is as before."""
    compiled = mg.compile(mg.value_and_grad(lambda x: np.sum(np.sqrt(x))))
    compiled(np.ones(2))
    with np.errstate(all="raise"):
        before = np.geterr()
        assert compiled(np.zeros(2))[1].tolist() == [np.inf, np.inf]
        assert np.geterr() == before
        with pytest.raises(FloatingPointError, match="invalid value"):
            compiled(np.array([-1.0, 1.0]))
        assert np.geterr() == before


def test_a_partial_of_what_cannot_change_is_not_compared():
    def f(scale, x):
        return np.sum(scale * x)

    of_a_number = mg.compile(partial(f, 2.0))
    of_an_array = mg.compile(partial(f, factors := np.array([1.0, 2.0])))
    x = np.array([3.0, 4.0])
    for expected in (11.0, 14.0):
        assert (of_a_number(x), of_an_array(x)) == (14.0, expected)
        factors[:] = 2.0
    assert len(of_a_number.signatures) == 1
    assert len(of_an_array.signatures) == 2
