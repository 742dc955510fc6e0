"""Every row, at its examples and at edge points, by `backward` and by `mygrad.functional`: they agree at both orders.

The one runs the rows on arrays, in faster forms where there are such; the other runs them on tensors. So this finds
whatever a vjp uses that has no row itself.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from rows import ROWS, SEVERAL

import mygrad as mg
from catalogue import EXAMPLES, Example, name_of
from mygrad._dispatch.registry import COMPOSITIONS
from mygrad._rules import RULES
from mygrad._rules.reductions import placed
from mygrad.extend import call
from mygrad.functional import derivatives

pytestmark = [
    # Some rows are of functions on their way out of NumPy.
    pytest.mark.filterwarnings(r"ignore:(.trapz. is|numpy\.fix is) deprecated:DeprecationWarning"),
    # NumPy warns of slices that are empty, or all nan.
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
]
Array = np.ndarray[Any, Any]
inf, nan = np.inf, np.nan


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
    lambda a: a * 1e300,
    lambda a: a * 1e-300,
]
NOT_FINITE: list[Callable[[Array], Array]] = [
    first_entry(inf),
    first_entry(-inf),
    first_entry(nan),
    lambda a: np.full_like(a, inf),
    lambda a: np.full_like(a, nan),
]


def is_factorization(fn: Callable[..., Any]) -> bool:
    """Whether LAPACK is called, which may go round in circles if there are infinities (as in `np.linalg.svd`)."""
    module = fn.__module__ or ""
    return "linalg" in module or module.rpartition(".")[2] in (
        "decompositions",
        "determinants",
        "matrices",
        "solving",
    )


def points(fn: Callable[..., Any]) -> Iterator[Example]:
    """All examples, and edge points of the first and the last."""
    examples = ROWS[fn] if fn in ROWS else EXAMPLES[fn]
    yield from examples
    for example in examples[:1] + examples[1:][-1:]:
        for edge in FINITE if is_factorization(fn) else FINITE + NOT_FINITE:
            floats = [i for i, a in enumerate(example.args) if isinstance(a, np.ndarray) and a.dtype.kind == "f"]
            for changed in [floats] if len(floats) == 1 else [floats, floats[:1]]:
                args = [edge(a) if i in changed else a for i, a in enumerate(example.args)]
                yield Example(tuple(args), example.params, example.diff)


def is_accepted(fn: Callable[..., Any], example: Example) -> bool:
    try:
        fn(*example.args, **example.params)
    except (ValueError, ZeroDivisionError, FloatingPointError, np.linalg.LinAlgError):
        return False
    return True


class Graph:
    """A call, and the derivatives of a weighted sum of its results."""

    def __init__(self, fn: Callable[..., Any], example: Example) -> None:
        arrays = [i for i in example.positions if isinstance(example.args[i], np.ndarray)]
        wanted = [i for i in arrays if RULES[fn].vjp(i) is not None]
        args = [mg.tensor(a) if i in wanted else a for i, a in enumerate(example.args)]
        self.inputs = [args[i] for i in wanted]
        self.out = sum_of(fn(*args, **example.params)) if fn in SEVERAL else call(fn, *args, **example.params)
        self.seed = np.random.default_rng(1).uniform(0.5, 1.5, self.out.shape)

    def by_backward(self) -> list[Array]:
        self.out.backward(self.seed)
        return [grad_of(x) for x in self.inputs]

    def by_functional(self) -> list[Any]:
        return derivatives(self.out, self.inputs, self.seed)

    def weighted(self) -> Any:
        rng = np.random.default_rng(2)
        return sum([np.sum(g * rng.uniform(0.5, 1.5, g.shape)) for g in self.by_functional()])

    def second_by_backward(self) -> list[Array]:
        total = self.weighted()
        if not total.constant:  # as it is if the first derivative does not vary
            total.backward()
        return [grad_of(x) for x in self.inputs]

    def second_by_functional(self) -> list[Any]:
        return derivatives(self.weighted(), self.inputs)


def sum_of(results: Any) -> Any:
    rng = np.random.default_rng(3)
    return sum([np.sum(r * rng.uniform(0.5, 1.5, r.shape)) for r in results if isinstance(r, mg.Tensor)])


def grad_of(x: Any) -> Array:
    return np.zeros(x.shape) if x.grad is None else x.grad


def outcome(compute: Callable[[], list[Any]]) -> list[Array] | str:
    """The derivatives, or that LAPACK refuses to compute them."""
    try:
        return [np.asarray(d) for d in compute()]
    except np.linalg.LinAlgError as error:
        return str(error)


def assert_same(a: list[Array] | str, b: list[Array] | str, rtol: float) -> None:
    if isinstance(a, str) or isinstance(b, str):
        assert isinstance(a, str)
        assert isinstance(b, str)
        return
    for x, y in zip(a, b, strict=True):
        scale = np.max(np.abs(x), initial=0, where=np.isfinite(x))
        np.testing.assert_allclose(x, y, rtol=rtol, atol=rtol * scale)


@pytest.mark.parametrize("fn", [pytest.param(fn, id=name_of(fn)) for fn in (*ROWS, *SEVERAL)])
@np.errstate(all="ignore")
def test_backward_and_functional_agree(fn: Callable[..., Any]) -> None:
    for example in points(fn):
        if not is_accepted(fn, example) or Graph(fn, example).out.constant:
            continue
        try:
            first = outcome(Graph(fn, example).by_backward)
            assert_same(first, outcome(Graph(fn, example).by_functional), 1e-9)
            second = outcome(Graph(fn, example).second_by_backward)
            assert_same(second, outcome(Graph(fn, example).second_by_functional), 1e-6)
        except Exception as error:
            error.add_note(f"in {example}")
            raise


def primitives() -> Iterator[Callable[..., Any]]:
    for module in pkgutil.walk_packages(mg.__path__, "mygrad."):
        for value in vars(importlib.import_module(module.name)).values():
            if getattr(value, "__code__", None) is placed.__code__:  # all have that of the decorator's wrapper
                yield value


def test_every_primitive_has_a_row() -> None:
    """Else a vjp that uses it could not be differentiated."""
    found = set(primitives())
    assert len(found) > 50
    assert not {f.__name__ for f in found if f not in RULES and f not in COMPOSITIONS}
