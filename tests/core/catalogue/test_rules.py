"""Every rule of the derivative table, on the examples of its function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from rule_calls import SEVERAL, SINGLE

import mygrad as mg
from catalogue import Example, every_example, is_variable
from comparing import assert_derivative, is_precise
from mygrad._engine.node import NO_PARAMS, Node, new_node
from mygrad._engine.outputs import call
from mygrad._engine.unbroadcast import unbroadcast
from mygrad._rules import RULES, Rule
from mygrad._rules.complexes import as_complexes, as_reals, imaginary, phase
from mygrad._rules.decompositions import eigvals
from mygrad._rules.fourier import conjugate_inside
from mygrad.testing import check_grads

every_rule = every_example(SINGLE, examples=SINGLE)
every_rule_of_several = every_example(SEVERAL)
Array = np.ndarray[Any, Any]


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
            r = self.rule.vjp(position)(g, out if keep_out else Shape(out), *seen, **self.params)  # type: ignore[misc]
        return np.real(r) if r.dtype.kind == "c" else r  # of real arguments, the engine takes that

    def vjp(self, position: int, g: Any, args: tuple[Any, ...] | None = None) -> Any:
        """The gradient for an argument, summed to its shape as the engine does."""
        args = self.args if args is None else args
        out = self.out if args is self.args else self.forward(args)
        return unbroadcast(np.asarray(self.raw_vjp(position, g, out, args)), np.shape(args[position]))

    def cotangent(self, rng: np.random.Generator) -> Array:
        return rng.uniform(-1.5, 1.5, self.out.shape)


#: All of whose examples have complex arguments or results: these are in test_complex_numbers.py.
COMPLEX = {as_complexes, as_reals, conjugate_inside, imaginary, phase} | {
    getattr(np.fft, f"{kind}{axes}") for kind in ("fft", "ifft", "rfft") for axes in ("", "2", "n")
}
if np.lib.NumpyVersion(np.__version__) >= "2.5.0":  # from where on they are complex numbers of real matrices, too
    COMPLEX.add(eigvals)


def test_every_rule_of_real_numbers_has_an_example() -> None:
    assert {fn for fn, examples in SINGLE.items() if not examples} == COMPLEX


@every_rule
def test_forward(fn: Any, example: Example) -> None:
    """What a rule computes is what NumPy computes, and shares memory only if the rule says so."""
    case = Case(fn, example)
    with np.errstate(all="ignore"):
        expected = np.asarray(fn(*example.args, **example.params))
    assert case.out.dtype == expected.dtype
    np.testing.assert_array_equal(case.out, expected)
    if not case.rule.view:
        assert not any(np.shares_memory(case.out, a) for a in example.args if isinstance(a, np.ndarray))


@every_rule
def test_first_derivative(fn: Any, example: Example) -> None:
    rng = np.random.default_rng(1)
    case = Case(fn, example)
    g = case.cotangent(rng)
    for i in case.positions:
        gradient = case.vjp(i, g)
        f = lambda x: np.sum(g * case.forward(case.replaced(i, x)))  # noqa: B023, E731
        assert_derivative([gradient], f, [case.args[i]], directions=2)


@every_rule
def test_second_derivative(fn: Any, example: Example) -> None:
    """The vjp, run on tensors, is differentiable with respect to the gradient and all arguments."""
    rng = np.random.default_rng(2)
    case = Case(fn, example)
    g = case.cotangent(rng)
    for i in case.positions:
        w = rng.uniform(-1.5, 1.5, np.shape(case.args[i]))
        args = tuple(mg.Tensor(a) if k in case.positions else a for k, a in enumerate(case.args))
        out = call(fn, *args, **case.params)
        g_tensor = mg.Tensor(g)
        gradient = unbroadcast(case.raw_vjp(i, g_tensor, out, args), w.shape)
        np.testing.assert_allclose(mg.asarray(gradient), case.vjp(i, g), rtol=1e-10, atol=1e-12)
        if isinstance(gradient, mg.Tensor):  # else it is zero, or empty
            gradient.backward(w)

        def f(g: Array, *xs: Array) -> Any:
            args = list(case.args)
            for k, x in zip(case.positions, xs, strict=True):
                args[k] = x
            return np.sum(w * case.vjp(i, g, tuple(args)))  # noqa: B023

        given = [g, *(case.args[k] for k in case.positions)]
        assert_derivative([grad_of(g_tensor), *(grad_of(args[k]) for k in case.positions)], f, given)


def grad_of(t: mg.Tensor) -> Array:
    return np.zeros(t.shape) if t.grad is None else t.grad


@every_rule
def test_single_precision(fn: Any, example: Example) -> None:
    """Nothing in a vjp makes float64 of float32."""
    rng = np.random.default_rng(3)
    single = Case(fn, example.mapped(lambda a: a.astype(np.float32)))
    double = Case(fn, example.mapped(lambda a: a.astype(np.float32).astype(np.float64)))
    g = single.cotangent(rng).astype(single.out.dtype)
    for i in single.positions:
        gradient = np.asarray(single.raw_vjp(i, g, single.out, single.args))
        if single.out.dtype == np.float32:
            assert gradient.dtype == np.float32
        expected = double.vjp(i, g.astype(double.out.dtype))
        scale = np.max(np.abs(expected), initial=1.0)
        gradient = unbroadcast(gradient, expected.shape)
        np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-4 * scale)


@every_rule_of_several
def test_first_and_second_derivatives_of_several_results(fn: Any, example: Example) -> None:
    """Each result by itself, in a graph with the others, and all of them together."""
    rng = np.random.default_rng(8)
    with np.errstate(all="ignore"):
        results = example.of(fn)
    weights = [rng.uniform(-1.5, 1.5, np.shape(r)) for r in results]
    floats = [i for i, r in enumerate(results) if is_variable(np.asarray(r)) and i not in RULES[fn].steps]
    if not is_precise(lambda e: e.of(fn), example):
        return
    for chosen in ([i] for i in floats) if len(floats) == 1 else (*([i] for i in floats), floats):

        def loss(*args: Any) -> Any:
            parts = fn(*args, **example.params)
            return sum((weights[i] * parts[i]).sum() for i in chosen)  # noqa: B023

        check_grads(loss, *example.args, order=2, wrt=example.positions)


@every_rule_of_several
def test_several_results_in_single_precision(fn: Any, example: Example) -> None:
    single = example.mapped(lambda a: mg.Tensor(a.astype(np.float32)))
    for i in example.positions:
        parts = [part for part in single.of(fn) if isinstance(part, mg.Tensor)]
        assert all(part.dtype == np.float32 for part in parts)
        sum(part.sum() for part in parts).backward()
        assert single.args[i].grad.dtype == np.float32


def fortran(a: Array) -> Array:
    return a.copy("F")


def with_gaps(a: Array) -> Array:
    spread = np.zeros(tuple(2 * n for n in a.shape), a.dtype)[(..., *[slice(None, None, 2)] * a.ndim)]
    spread[...] = a
    return spread


def backwards(a: Array) -> Array:
    return np.flip(np.flip(a).copy("C"))


@every_rule
def test_memory_order_does_not_matter(fn: Any, example: Example) -> None:
    rng = np.random.default_rng(4)
    case = Case(fn, example)
    g = case.cotangent(rng)
    stretched = np.broadcast_to(rng.uniform(0.5, 1.5), g.shape)  # the gradient of a sum: one number in memory
    for i in case.positions:
        expected, of_sum = case.vjp(i, g), case.vjp(i, stretched.copy())
        for arranged in fortran, with_gaps, backwards:
            other = Case(fn, example, tuple(arranged(a) if isinstance(a, np.ndarray) else a for a in example.args))
            for g_arranged in arranged(g), g:
                np.testing.assert_allclose(other.vjp(i, g_arranged), expected, rtol=1e-9, atol=1e-10)
            np.testing.assert_allclose(other.vjp(i, stretched), of_sum, rtol=1e-9, atol=1e-10)


@every_rule
def test_vjps_are_pure(fn: Any, example: Example) -> None:
    """They write to none of their arguments, and return none but the gradient."""
    rng = np.random.default_rng(5)
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


@every_example([fn for fn in SINGLE if RULES[fn].add_into or RULES[fn].vjp_all], examples=SINGLE)
def test_faster_forms_agree(fn: Any, example: Example) -> None:
    """`add_into` and `vjp_all` do what the vjps do."""
    rule = RULES[fn]
    rng = np.random.default_rng(6)
    case = Case(fn, example)
    g = case.cotangent(rng)
    if rule.add_into is not None:
        assert case.positions == [0]
        buffer = rng.uniform(-1, 1, np.shape(case.args[0]))
        expected = buffer + case.vjp(0, g)
        rule.add_into(buffer, g, *case.args[1:], **case.params)
        np.testing.assert_allclose(buffer, expected, rtol=1e-12)
    if rule.vjp_all is not None:
        for may_write in False, True:
            node = node_of_case(case)
            given = g.copy("K")
            gradients = list(rule.vjp_all(node, given, may_write))
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


@every_example([fn for fn in SINGLE if RULES[fn].elementwise], examples=SINGLE)
def test_elementwise(fn: Any, example: Example) -> None:
    """What a rule calls elementwise is: every entry of the gradient is a multiple of one entry of `g`."""
    rng = np.random.default_rng(7)
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
