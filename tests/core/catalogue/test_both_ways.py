"""Every differentiable function, at its examples and at edge points, by `backward` and by `mygrad.functional`.

The one runs the rules on arrays, in faster forms where there are such; the other runs them on tensors. At both orders
they agree, which also finds whatever a vjp uses that has no rule itself.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from catalogue import EXAMPLES, Example, is_of_plugin, is_variable, name_of
from catalogue.writes import EXAMPLES as WRITES
from comparing import leaves
from functions import DIFFERENTIABLE, takes_like
from mygrad._dispatch.registry import IMPLEMENTATIONS
from mygrad._rules import RULES
from mygrad._rules.reductions import placed
from mygrad.functional import checkpoint, derivatives, jacrev, jvp, vjp

# Both ways are ours, and so is what they could disagree in.
pytestmark = pytest.mark.once

Array = np.ndarray[Any, Any]
inf, nan = np.inf, np.nan


#: Those that make their first argument's contents, or a tensor of what is none, are not called like others.
FUNCTIONS = [fn for fn in DIFFERENTIABLE if fn not in WRITES and not takes_like(fn)]


def first_entry(value: float) -> Callable[[Array], Array]:
    def put(a: Array) -> Array:
        a = a.copy()
        if a.size:
            a.flat[0] = value
        return a

    return put


def first_row(a: Array) -> Array:
    return np.repeat(a[:1], len(a), axis=0) if a.ndim else a


FINITE: list[Callable[[Array], Array]] = [
    np.zeros_like,
    np.ones_like,
    np.negative,
    np.round,
    lambda a: np.full_like(a, -0.0),
    lambda a: np.full_like(a, -1.0),
    first_entry(0.0),
    first_row,
    lambda a: (a * 1e300).astype(a.dtype),
    lambda a: (a * 1e-300).astype(a.dtype),
]
NOT_FINITE: list[Callable[[Array], Array]] = [
    first_entry(inf),
    first_entry(-inf),
    first_entry(nan),
    lambda a: np.full_like(a, inf),
    lambda a: np.full_like(a, nan),
]
#: Of LAPACK, which may go round in circles if there are infinities (as in `np.linalg.svd`).
FACTORIZATIONS = ("linalg", "decompositions", "determinants", "matrices", "solving")


def points(fn: Any) -> Iterator[Example]:
    """All examples, and edge points of the first and the last."""
    examples = [e for e in EXAMPLES[fn] if e.variables()]
    yield from examples
    is_factorization = name_of(fn).split(".")[-2] in FACTORIZATIONS or fn in (np.poly, np.polyfit)
    for example in examples[:1] + examples[1:][-1:]:
        for edge in FINITE if is_factorization else FINITE + NOT_FINITE:
            with np.errstate(all="ignore"):
                yield example.mapped(edge)
                if len(example.variables()) > 1:
                    yield next(example.replacing(is_variable, edge))


def is_accepted(fn: Any, example: Example) -> bool:
    try:
        example.mapped(np.copy, np.copy).of(fn)
    except (ValueError, ArithmeticError, np.linalg.LinAlgError):
        return False
    return True


class Graph:
    """A call, and the derivatives of a weighted sum of its results."""

    def __init__(self, fn: Any, example: Example) -> None:
        self.inputs: list[mg.Tensor] = []
        results = leaves(example.mapped(self.variable, np.copy).of(fn))
        variables = [y for y in results if isinstance(y, mg.Tensor) and not y.constant]
        self.total = weighted_sum(variables, np.random.default_rng(1))

    def variable(self, a: Array) -> mg.Tensor:
        self.inputs.append(mg.tensor(a))
        return self.inputs[-1]

    def grads(self) -> list[Array]:
        return [np.zeros(x.shape) if x.grad is None else x.grad for x in self.inputs]

    def by_backward(self) -> list[Array]:
        if not self.total.constant:
            self.total.backward()
        return self.grads()

    def by_functional(self) -> list[Any]:
        return self.grads() if self.total.constant else derivatives(self.total, self.inputs)

    def derive(self) -> list[Any]:
        """The first derivatives, whose weighted sum is what is differentiated from now on."""
        first = self.by_functional()
        self.total = weighted_sum(first, np.random.default_rng(2))  # a constant, if these do not vary
        return first


def weighted_sum(tensors: list[Any], rng: np.random.Generator) -> Any:
    terms = [np.sum(y * rng.uniform(0.5, 1.5, y.shape)) for y in tensors]
    return sum([np.real(term) for term in terms], mg.tensor(0.0, constant=True))


def outcome(compute: Callable[[], list[Any]]) -> list[Array] | None:
    """The derivatives, or None if LAPACK refuses to compute them."""
    try:
        return [mg.asarray(d) for d in compute()]
    except np.linalg.LinAlgError:
        return None


def assert_same(a: list[Array] | None, b: list[Array] | None, rtol: float) -> None:
    if a is None or b is None:
        assert a is b
        return
    scale = max([np.max(np.abs(x), initial=0, where=np.isfinite(x)) for x in a])
    for x, y in zip(a, b, strict=True):
        rtol = max(rtol, 100 * float(np.finfo(x.dtype).eps))
        np.testing.assert_allclose(x, y, rtol=rtol, atol=rtol * scale + 1e-14)  # terms of the order of 1 may cancel


@pytest.mark.parametrize("fn", [pytest.param(fn, id=name_of(fn)) for fn in FUNCTIONS])
# Some are on their way out of NumPy. And it warns of slices that are empty, or all nan.
@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@np.errstate(all="ignore")
def test_backward_and_functional_agree(fn: Any) -> None:
    for example in points(fn):
        try:
            if not is_accepted(fn, example) or (graph := Graph(fn, example)).total.constant:
                continue
            other = Graph(fn, example)
            first = outcome(graph.by_backward)
            assert_same(first, outcome(other.derive), 1e-9)
            if first is not None:
                second = outcome(other.by_functional)  # which leaves the graph to `backward`
                assert_same(outcome(other.by_backward), second, 1e-6)
        except Exception as error:
            error.add_note(f"in {example}")
            raise


def variables_to_results(fn: Any, example: Example) -> Callable[..., tuple[Any, ...]]:
    def f(*variables: Any) -> tuple[Any, ...]:
        given = iter(variables)
        results = leaves(example.mapped(lambda _: next(given), np.copy).of(fn))
        return tuple([y for y in results if isinstance(y, mg.Tensor) and not y.constant])

    return f


def forward(f: Any, xs: list[Any], ts: list[Any]) -> list[Any]:
    return list(jvp(f, xs, ts)[1])


def by_transposes(f: Any, xs: list[Any], ts: list[Any]) -> list[Any]:
    """The same by transposing twice what is linear: that which pulls back, and what pulls back through it."""
    results, pull_back = vjp(f, *xs)
    weights = tuple([np.cos(1.0 + np.arange(y.size)).reshape(y.shape).astype(y.dtype) for y in results])
    return list(vjp(lambda *weights: pull_back(weights), *weights)[1](tuple(ts)))


def weights_of(results: tuple[Any, ...]) -> tuple[Array, ...]:
    rng = np.random.default_rng(5)
    return tuple([rng.uniform(0.5, 1.5, y.shape).astype(y.dtype) for y in results])


def all_rows(f: Any, xs: list[Any]) -> list[Any]:
    """The weighted sum of all rows of the Jacobians, which are computed at once."""
    matrices, weights = jacrev(f, range(len(xs)))(*xs), weights_of(f(*map(mg.tensor, xs)))
    return [
        sum(np.tensordot(w, of_y[i], w.ndim) for w, of_y in zip(weights, matrices, strict=True)) for i in range(len(xs))
    ]


def one_pass(f: Any, xs: list[Any]) -> list[Any]:
    results, pull_back = vjp(f, *xs)
    return list(pull_back(weights_of(results)))


@pytest.mark.parametrize("fn", [pytest.param(fn, id=name_of(fn)) for fn in FUNCTIONS])
@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@np.errstate(all="ignore")
def test_forward_and_back_agree(fn: Any) -> None:
    """Tangents that go forward, and those that gradients are led back by; and the derivatives of both."""
    for i, example in enumerate(points(fn)):
        if not is_accepted(fn, example) or Graph(fn, example).total.constant:
            continue
        f, xs, rng = variables_to_results(fn, example), example.variables(), np.random.default_rng(3)
        ts = [rng.uniform(0.5, 1.5, x.shape).astype(x.dtype) for x in xs]
        try:
            first = outcome(lambda: forward(f, xs, ts))  # noqa: B023
            again = outcome(lambda: by_transposes(f, xs, ts))  # noqa: B023
            if first and again:  # two ways that infinities may go: the direct one meets fewer zeros
                again = [np.where(np.isnan(b), a, b) for a, b in zip(first, again, strict=True)]
            assert_same(first, again, 1e-9)
            if i < len(EXAMPLES[fn]):
                second = [outcome(lambda way=way: slope(way, f, xs, ts)) for way in (forward, by_transposes)]  # noqa: B023
                assert_same(*second, 1e-6)
            if i < len(EXAMPLES[fn]) and not any(np.iscomplexobj(a) for a in (*xs, *(first or ()))):
                coarsest = max([float(np.finfo(a.dtype).eps) for a in (*xs, *(first or ()))])
                rows = [outcome(lambda way=way: way(f, xs)) for way in (all_rows, one_pass)]  # noqa: B023
                assert_same(*rows, max(1e-9, 100 * coarsest))
        except Exception as error:
            error.add_note(f"in {example}")
            raise


@pytest.mark.parametrize("fn", [pytest.param(fn, id=name_of(fn)) for fn in FUNCTIONS])
@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@np.errstate(all="ignore")
def test_checkpoints_change_nothing(fn: Any) -> None:
    for example in EXAMPLES[fn]:
        if not example.variables() or not is_accepted(fn, example) or Graph(fn, example).total.constant:
            continue
        if fn is np.nan_to_num and example.params.get("copy") is False:
            with pytest.raises(ValueError, match="wrote to one of its arguments"):
                Graph(checkpoint(fn), example)
            continue
        saving, plain = Graph(checkpoint(fn), example), Graph(fn, example)
        try:
            assert_same(outcome(plain.derive), outcome(saving.derive), 1e-12)
            assert_same(outcome(plain.by_functional), outcome(saving.by_functional), 1e-9)
            assert_same(
                outcome(Graph(fn, example).by_backward), outcome(Graph(checkpoint(fn), example).by_backward), 1e-12
            )
        except Exception as error:
            error.add_note(f"in {example}")
            raise


def slope(way: Callable[..., list[Any]], f: Any, xs: list[Any], ts: list[Any]) -> list[Any]:
    """The derivatives of the tangents of the results, by the arguments and their tangents."""
    inputs = [mg.tensor(x) for x in (*xs, *ts)]
    return derivatives(weighted_sum(way(f, inputs[: len(xs)], inputs[len(xs) :]), np.random.default_rng(4)), inputs)


def primitives() -> Iterator[Callable[..., Any]]:
    for module in pkgutil.walk_packages(mg.__path__, "mygrad."):
        for value in vars(importlib.import_module(module.name)).values():
            if getattr(value, "__code__", None) is placed.__code__:  # all have that of the decorator's wrapper
                yield value


def test_every_primitive_has_a_rule() -> None:
    """Else a vjp that uses it could not be differentiated."""
    found = set(primitives())
    assert len(found) > 50
    assert not {f.__name__ for f in found if f not in RULES and f not in IMPLEMENTATIONS and not is_of_plugin(f)}
