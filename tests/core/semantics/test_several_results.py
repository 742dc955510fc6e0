"""Operations that return several results: computed once, each result a tensor like any other."""

import gc

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad import functional
from mygrad.extend import call_several, defvjp_several, primitive
from mygrad.inspection import graph_of

RNG = np.random.default_rng(23)
A = RNG.normal(size=(6, 4))
SQUARE = RNG.normal(size=(4, 4)) + 4 * np.eye(4)
SYMMETRIC = SQUARE + SQUARE.T


@pytest.fixture
def count(monkeypatch):
    """Counts the calls of functions of numpy.linalg."""
    calls = {}

    def watch(name):
        original = getattr(np.linalg, name)

        def counting(*args, **kwargs):
            if not any(isinstance(a, mg.Tensor) for a in args):  # else it is called again with arrays
                calls[name] = calls.get(name, 0) + 1
            return original(*args, **kwargs)

        monkeypatch.setattr(np.linalg, name, counting)
        return original

    return calls, watch


@pytest.mark.parametrize(
    ("name", "a", "params"),
    [
        ("svd", A, {"full_matrices": False}),
        ("svd", A, {}),
        ("eigh", SYMMETRIC, {}),
        ("qr", A, {}),
        ("slogdet", SQUARE, {}),
    ],
)
def test_one_factorisation_for_both_passes(count, name, a, params):
    calls, watch = count
    original = watch(name)
    x = mg.tensor(a)
    parts = original(x, **params)
    mg.sum(parts[-1]).backward()
    assert calls == {name: 1}
    assert x.grad is not None


def loss(parts):
    return sum((part**3).sum() for part in parts)


def test_second_derivatives_go_through_the_results(count):
    calls, watch = count
    eigh = watch("eigh")
    functional.hvp(lambda a: loss(eigh(a)), SYMMETRIC, np.ones((4, 4)))
    assert calls == {"eigh": 1}


def test_results_may_be_written():
    def written(a):
        w, v = np.linalg.eigh(a)
        w *= 2
        v[0] = 1
        return (w**2).sum() + (v * np.arange(16.0).reshape(4, 4)).sum()

    def not_written(a):
        w, v = np.linalg.eigh(a)
        return ((2 * w) ** 2).sum() + (v * np.arange(16.0).reshape(4, 4))[1:].sum()

    x, y = mg.tensor(SYMMETRIC), mg.tensor(SYMMETRIC)
    written(x).backward()
    not_written(y).backward()
    assert_allclose(x.grad, y.grad, rtol=1e-12)


def test_results_are_guarded_together():
    x = mg.tensor(A)
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    arrays = [u.data, s.data, vh.data]
    assert not any(array.flags.writeable for array in arrays)
    s.sum().backward()
    assert all(array.flags.writeable for array in arrays)


def test_a_graph_that_is_cleared_or_forgotten_releases_all():
    for forget in (lambda parts: parts[0].clear_graph(), lambda parts: parts.clear()):
        parts = list(np.linalg.qr(mg.tensor(A)))
        arrays = [part.data for part in parts]
        forget(parts)
        gc.collect()
        assert all(array.flags.writeable for array in arrays)


def test_no_cycle_keeps_results_alive():
    gc.disable()
    try:
        before = len(gc.get_objects())
        for _ in range(100):
            np.linalg.svd(mg.tensor(A))
        assert len(gc.get_objects()) - before < 50
    finally:
        gc.enable()


def test_results_in_graphs():
    x = mg.tensor(SYMMETRIC)
    w, v = np.linalg.eigh(x)
    nodes = graph_of(w.sum() + v.sum())
    assert [(node.operation, node.part) for node in nodes[:3]] == [(None, None), ("eigh", "[0]"), ("eigh", "[1]")]
    assert nodes[1].parents == nodes[2].parents == (nodes[0],)
    assert w.creator.name == "eigh"
    assert graph_of(w).find(w).value.shape == (4,)


@primitive
def polar(x, y):
    """Distance and angle."""
    return np.hypot(x, y), np.arctan2(y, x)


def _polar_x(gs, outs, x, y):
    (gr, gphi), (r, _phi) = gs, outs
    return (0 if gr is None else gr * x / r) + (0 if gphi is None else -gphi * y / r**2)


def _polar_y(gs, outs, x, y):
    (gr, gphi), (r, _phi) = gs, outs
    return (0 if gr is None else gr * y / r) + (0 if gphi is None else gphi * x / r**2)


@pytest.fixture(autouse=True)
def rule_of_polar(rules_as_they_were):
    defvjp_several(polar, _polar_x, _polar_y)


@pytest.mark.parametrize("pick", [lambda r, phi: r, lambda r, phi: phi, lambda r, phi: r * np.sin(phi)])
def test_a_rule_of_ones_own(pick):
    a, b = RNG.uniform(1, 2, (3, 1)), RNG.uniform(1, 2, 4)
    x, y = mg.tensor(a), mg.tensor(b)
    r, phi = polar(x, y)
    assert_array_equal([r, phi], polar(a, b))
    pick(r, phi).backward()
    u, v = mg.tensor(a), mg.tensor(b)
    pick(np.hypot(u, v), np.arctan2(v, u)).backward()
    assert_allclose(x.grad, u.grad, atol=1e-14)
    assert_allclose(y.grad, v.grad, atol=1e-15)
    for ours, direct in zip(
        functional.jacobian(functional.grad(lambda x: pick(*polar(x, b[0]))))(a[0]),
        functional.jacobian(functional.grad(lambda x: pick(np.hypot(x, b[0]), np.arctan2(b[0], x))))(a[0]),
        strict=True,
    ):
        assert_allclose(ours, direct, atol=1e-14)


def test_constants():
    a, b = mg.tensor(A, constant=True), A[0]
    assert all(part.constant for part in call_several(polar, a, b))
    assert all(part.constant for part in call_several(polar, mg.tensor(A), b, constant=True))
    assert not any(part.constant for part in call_several(polar, mg.tensor(A), b))
    with mg.no_autodiff:
        assert all(part.creator is None for part in polar(mg.tensor(A), b))
