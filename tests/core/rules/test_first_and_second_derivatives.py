"""Every row of the derivative table, on the examples in tests/support/rule_examples."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

import mygrad as mg
import rule_examples
from mygrad._engine.apply import call
from mygrad._engine.node import NO_PARAMS, Node, new_node
from mygrad._engine.unbroadcast import unbroadcast
from mygrad._rules import RULES, Rule
from mygrad.testing import numerical_jacobian
from rule_examples import Example

EXAMPLES: dict[Callable[..., Any], list[Example]] = {}
for module in pkgutil.iter_modules(rule_examples.__path__):
    for fn, examples in importlib.import_module(f"rule_examples.{module.name}").EXAMPLES.items():
        EXAMPLES.setdefault(fn, []).extend(examples)

# Some rows are of functions on their way out of NumPy.
pytestmark = pytest.mark.filterwarnings(r"ignore:(.trapz. is|numpy\.fix is) deprecated:DeprecationWarning")
every_row = pytest.mark.parametrize(
    "fn", [pytest.param(fn, id=f"{getattr(fn, '__module__', None) or 'numpy'}.{fn.__name__}") for fn in EXAMPLES]
)
Array = np.ndarray[Any, Any]


def test_every_row_has_examples() -> None:
    names = (f"{fn.__module__}.{fn.__name__}" for fn in RULES.keys() - EXAMPLES.keys())
    assert not sorted(name for name in names if not name.startswith("mygrad.nnet."))  # those are tested with the plugin
    assert not sorted(f"{fn.__module__}.{fn.__name__}" for fn in EXAMPLES.keys() - RULES.keys())
    assert not [fn.__name__ for fn, examples in EXAMPLES.items() if not examples]


class Shape:
    """What a vjp sees of a value that it does not read."""

    def __init__(self, value: Array) -> None:
        self.shape, self.dtype, self.ndim, self.size = value.shape, value.dtype, value.ndim, value.size


class Case:
    """One example: the forward call, and vjps called in the way of the engine."""

    def __init__(self, fn: Callable[..., Any], example: Example, args: tuple[Any, ...] | None = None) -> None:
        self.fn = fn
        self.rule: Rule = RULES[fn]
        self.args = example.args if args is None else args
        self.params = example.params
        self.positions = [i for i in example.positions if self.rule.vjp(i) is not None]
        assert self.positions, "there is nothing to differentiate in this example"
        self.out = self.forward(self.args)

    def forward(self, args: tuple[Any, ...]) -> Array:
        with np.errstate(all="ignore"):
            return np.asarray(self.rule.fn(*args, **self.params))

    def replaced(self, position: int, x: Any) -> tuple[Any, ...]:
        # A scalar stays one: an array of no dimensions can be another thing to NumPy.
        x = x if isinstance(self.args[position], np.ndarray) else x[()]
        return (*self.args[:position], x, *self.args[position + 1 :])

    def raw_vjp(self, position: int, g: Any, out: Any, args: tuple[Any, ...]) -> Any:
        keep_out, keep = self.rule.kept((position,), len(args))
        differentiable = len(args) if self.rule.variadic else len(self.rule.vjps)
        seen = [
            Shape(a) if isinstance(a, (np.ndarray, mg.Tensor)) and i < differentiable and i not in keep else a
            for i, a in enumerate(args)
        ]
        with np.errstate(all="ignore"):
            return self.rule.vjp(position)(g, out if keep_out else Shape(out), *seen, **self.params)  # type: ignore[misc]

    def vjp(self, position: int, g: Any, args: tuple[Any, ...] | None = None) -> Any:
        """The gradient for an argument, summed to its shape as the engine does."""
        args = self.args if args is None else args
        out = self.out if args is self.args else self.forward(args)
        return unbroadcast(np.asarray(self.raw_vjp(position, g, out, args)), np.shape(args[position]))

    def cotangent(self, rng: np.random.Generator) -> Array:
        return rng.uniform(-1.5, 1.5, self.out.shape)


@contextmanager
def noting(example: Example, number: int) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        error.add_note(f"in example {number}: {example}")
        raise


def cases(fn: Callable[..., Any]) -> Iterator[tuple[int, Example]]:
    yield from enumerate(EXAMPLES[fn])


def assert_derivative(got: Array, f: Callable[[Array], Any], x: Any) -> None:
    """Compare a gradient with that of the scalar function `f` at `x` by central differences."""
    x = np.asarray(x)
    with np.errstate(all="ignore"):
        expected, error = numerical_jacobian(f, x)
    # What is skipped has no derivative.
    expected, error = np.where(np.isfinite(x), expected, 0), np.where(np.isfinite(x), error, 0)
    scale = np.max(np.abs(expected), initial=1.0)
    assert np.all(error <= 1e-5 * scale), f"no smooth point: {expected} +- {error}"
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-7 * scale + 10 * np.max(error, initial=0))


@every_row
def test_forward(fn: Callable[..., Any]) -> None:
    """What a row computes is what NumPy computes, and shares memory only if the row says so."""
    for number, example in cases(fn):
        with noting(example, number):
            case = Case(fn, example)
            with np.errstate(all="ignore"):
                expected = np.asarray(fn(*example.args, **example.params))
            assert case.out.dtype == expected.dtype
            np.testing.assert_array_equal(case.out, expected)
            if not case.rule.view:
                assert not any(np.shares_memory(case.out, a) for a in example.args if isinstance(a, np.ndarray))


@every_row
def test_first_derivative(fn: Callable[..., Any]) -> None:
    rng = np.random.default_rng(1)
    for number, example in cases(fn):
        with noting(example, number):
            case = Case(fn, example)
            g = case.cotangent(rng)
            for i in case.positions:
                gradient = case.vjp(i, g)
                assert_derivative(gradient, lambda x: np.sum(g * case.forward(case.replaced(i, x))), case.args[i])  # noqa: B023


@every_row
def test_second_derivative(fn: Callable[..., Any]) -> None:
    """The vjp, run on tensors, is differentiable with respect to the gradient and all arguments."""
    rng = np.random.default_rng(2)
    for number, example in cases(fn):
        with noting(example, number):
            case = Case(fn, example)
            g = case.cotangent(rng)
            for i in case.positions:
                w = rng.uniform(-1.5, 1.5, np.shape(case.args[i]))
                args = tuple(mg.Tensor(a) if k in case.positions else a for k, a in enumerate(case.args))
                out = call(fn, *args, **case.params)
                g_tensor = mg.Tensor(g)
                gradient = unbroadcast(case.raw_vjp(i, g_tensor, out, args), w.shape)
                np.testing.assert_allclose(np.asarray(gradient), case.vjp(i, g), rtol=1e-10, atol=1e-12)
                if isinstance(gradient, mg.Tensor):  # else it is zero, or empty
                    gradient.backward(w)
                assert_derivative(grad_of(g_tensor), lambda g: np.sum(w * case.vjp(i, g)), g)  # noqa: B023
                for k in case.positions:
                    assert_derivative(
                        grad_of(args[k]),
                        lambda x: np.sum(w * case.vjp(i, g, case.replaced(k, x))),  # noqa: B023
                        case.args[k],
                    )


def grad_of(t: mg.Tensor) -> Array:
    return np.zeros(t.shape) if t.grad is None else t.grad


@every_row
def test_single_precision(fn: Callable[..., Any]) -> None:
    """Nothing in a vjp makes float64 of float32."""
    rng = np.random.default_rng(3)
    for number, example in cases(fn):
        with noting(example, number):
            single = Case(fn, example, tuple(map(in_single_precision, example.args)))
            double = Case(fn, example, tuple(map(in_double_precision, single.args)))
            g = single.cotangent(rng).astype(single.out.dtype)
            for i in single.positions:
                gradient = np.asarray(single.raw_vjp(i, g, single.out, single.args))
                if single.out.dtype == np.float32:
                    assert gradient.dtype == np.float32
                expected = double.vjp(i, g.astype(double.out.dtype))
                scale = np.max(np.abs(expected), initial=1.0)
                gradient = unbroadcast(gradient, expected.shape)
                np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-4 * scale)


def in_single_precision(a: Any) -> Any:
    return a.astype(np.float32) if isinstance(a, np.ndarray) and a.dtype == np.float64 else a


def in_double_precision(a: Any) -> Any:
    return a.astype(np.float64) if isinstance(a, np.ndarray) and a.dtype == np.float32 else a


def fortran(a: Array) -> Array:
    return a.copy("F")


def with_gaps(a: Array) -> Array:
    spread = np.zeros(tuple(2 * n for n in a.shape), a.dtype)[(..., *[slice(None, None, 2)] * a.ndim)]
    spread[...] = a
    return spread


def backwards(a: Array) -> Array:
    return np.flip(np.flip(a).copy("C"))


@every_row
@pytest.mark.parametrize("arranged", [fortran, with_gaps, backwards])
def test_memory_order_does_not_matter(fn: Callable[..., Any], arranged: Callable[[Array], Array]) -> None:
    rng = np.random.default_rng(4)
    for number, example in cases(fn):
        with noting(example, number):
            case = Case(fn, example)
            other = Case(fn, example, tuple(arranged(a) if isinstance(a, np.ndarray) else a for a in example.args))
            g = case.cotangent(rng)
            for i in case.positions:
                expected = case.vjp(i, g)
                for g_arranged in arranged(g), g:
                    np.testing.assert_allclose(other.vjp(i, g_arranged), expected, rtol=1e-9, atol=1e-10)
            # The gradient of a sum: one number in memory.
            stretched = np.broadcast_to(rng.uniform(0.5, 1.5), g.shape)
            for i in case.positions:
                np.testing.assert_allclose(
                    other.vjp(i, stretched), case.vjp(i, stretched.copy()), rtol=1e-9, atol=1e-10
                )


@every_row
def test_vjps_are_pure(fn: Callable[..., Any]) -> None:
    """They write to none of their arguments, and return none but the gradient."""
    rng = np.random.default_rng(5)
    for number, example in cases(fn):
        with noting(example, number):
            args = tuple(a.copy("K") if isinstance(a, np.ndarray) else a for a in example.args)
            case = Case(fn, example, args)
            out = case.out.copy("K")  # not a view of an argument
            g = case.cotangent(rng)
            arrays = [a for a in (*args, out) if isinstance(a, np.ndarray)]
            for a in (*arrays, g):
                a.flags.writeable = False  # writing raises
            for i in case.positions:
                gradient = np.asarray(case.raw_vjp(i, g, out, args))
                assert not any(np.shares_memory(gradient, a) for a in arrays)


@every_row
def test_faster_forms_agree(fn: Callable[..., Any]) -> None:
    """`add_into` and `joint` do what the vjps do."""
    rule = RULES[fn]
    if rule.add_into is None and rule.joint is None:
        return
    rng = np.random.default_rng(6)
    for number, example in cases(fn):
        with noting(example, number):
            case = Case(fn, example)
            g = case.cotangent(rng)
            if rule.add_into is not None:
                assert case.positions == [0]
                buffer = rng.uniform(-1, 1, np.shape(case.args[0]))
                expected = buffer + case.vjp(0, g)
                rule.add_into(buffer, g, *case.args[1:], **case.params)
                np.testing.assert_allclose(buffer, expected, rtol=1e-12)
            if rule.joint is not None:
                for may_write in False, True:
                    node = node_of_case(case)
                    given = g.copy("K")
                    gradients = list(rule.joint(node, given, may_write))
                    for i in case.positions:
                        expected = case.vjp(i, g)
                        np.testing.assert_allclose(unbroadcast(gradients[i], expected.shape), expected, rtol=1e-12)
                    assert may_write or np.array_equal(given, g)


def node_of_case(case: Case) -> Node:
    """The node that the engine would make, all of whose array arguments are variables that it kept."""
    differentiable = len(case.args) if case.rule.variadic else len(case.rule.vjps)
    parents = []
    for i, a in enumerate(case.args):
        if isinstance(a, np.ndarray) and i < differentiable:
            parent = new_node(None, (), NO_PARAMS, a.shape, a.dtype, i not in case.positions)
            parent.data = a
            parents.append(parent)
        else:
            parents.append(a)
    node = new_node(case.rule, tuple(parents), case.params, case.out.shape, case.out.dtype, False)
    node.data = case.out
    return node


@every_row
def test_elementwise(fn: Callable[..., Any]) -> None:
    """What a row calls elementwise is: every entry of the gradient is a multiple of one entry of `g`."""
    if not RULES[fn].elementwise:
        return
    rng = np.random.default_rng(7)
    for number, example in cases(fn):
        with noting(example, number):
            case = Case(fn, example)
            g = case.cotangent(rng)
            for i in case.positions:
                whole = np.broadcast_to(case.raw_vjp(i, g, case.out, case.args), g.shape)
                for index in np.ndindex(g.shape):
                    part = np.zeros(g.shape)
                    part[index] = g[index]
                    gradient = np.broadcast_to(case.raw_vjp(i, part, case.out, case.args), g.shape)
                    expected = np.zeros(g.shape)
                    expected[index] = whole[index]
                    np.testing.assert_allclose(np.nan_to_num(gradient), np.nan_to_num(expected), rtol=1e-12)
