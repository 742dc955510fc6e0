"""Recurrent layers on top of each other, in both directions, of sequences of different lengths."""

from __future__ import annotations

import numpy as np
import pytest

import mygrad as mg
from mygrad.inspection import graph_of
from mygrad.nnet.modules import GRU, LSTM

T, N, C, D = 6, 4, 3, 2
X = np.random.default_rng(0).normal(size=(T, N, C))
LENGTHS = [6, 2, 0, 3]

KINDS = {
    "GRU": lambda **k: GRU(C, D, dtype=float, rng=0, **k),
    "GRU, reset after": lambda **k: GRU(C, D, dtype=float, rng=0, reset_after=True, **k),
    "LSTM": lambda **k: LSTM(C, D, dtype=float, rng=0, **k),
}
ALL = pytest.mark.parametrize("kind", KINDS)


def parts(state):
    """The parts of a state: those of LSTM are two."""
    return state if isinstance(state, tuple) else (state,)


@ALL
@pytest.mark.parametrize("both", [False, True])
def test_padding_makes_no_difference(kind, both):
    """Each sequence gives what it gives alone, and what follows it is not looked at."""
    model = KINDS[kind](layers=2, bidirectional=both)
    x = X.copy()
    for n, length in enumerate(LENGTHS):
        x[length:, n] = 1e6
    initial = np.random.default_rng(1).normal(size=(4 if both else 2, N, D))
    given = (initial, initial + 1) if kind == "LSTM" else initial
    variable = mg.tensor(x)
    outputs, state = model(variable, given, lengths=LENGTHS)
    assert outputs.shape == (T, N, D * (1 + both))
    for n, length in enumerate(LENGTHS):
        first = tuple(part[:, n : n + 1] for part in parts(given))
        alone, last = model(X[:length, n : n + 1], first if kind == "LSTM" else first[0])
        np.testing.assert_allclose(outputs[:length, n], alone[:, 0])
        assert not outputs[length:, n].data.any()
        for a, b in zip(parts(state), parts(last), strict=True):
            np.testing.assert_allclose(a[:, n], b[:, 0])
    (outputs.sum() + sum(part.sum() for part in parts(state))).backward()
    after = np.arange(T)[:, None] >= LENGTHS
    assert not variable.grad[after].any()
    assert variable.grad[~after].all()
    assert all(p.grad is not None for p in model.parameters())
    by_mask, _ = model(x, given, lengths=~after)
    np.testing.assert_array_equal(by_mask, outputs)


@ALL
def test_one_direction_goes_on_where_it_ended(kind):
    model = KINDS[kind](layers=2)
    whole, last = model(X)
    first, state = model(X[:2])
    second, end = model(X[2:], state)
    np.testing.assert_allclose(np.concatenate([first, second]), whole)
    for a, b in zip(parts(last), parts(end), strict=True):
        np.testing.assert_allclose(a, b)
    np.testing.assert_allclose(parts(last)[0][1], whole[-1])


@ALL
def test_the_other_direction_is_the_same_in_reverse(kind):
    model = KINDS[kind](bidirectional=True)
    model.load_state_dict(
        {k: v for n, v in model.state_dict().items() if "reverse" not in n for k in (n, f"{n}_reverse")}
    )
    outputs, state = model(X)
    mirrored, _ = model(X[::-1])
    np.testing.assert_allclose(outputs[..., :D], mirrored[::-1, :, D:])
    np.testing.assert_allclose(parts(state)[0][1], outputs[0, :, D:])


@ALL
def test_names_and_shapes(kind):
    gates = 4 if kind == "LSTM" else 3
    model = KINDS[kind](layers=2, bidirectional=True)
    shapes = {name: t.shape for name, t in model.named_parameters()}
    assert shapes["weight_ih_l0_reverse"] == (gates * D, C)
    assert shapes["weight_ih_l1"] == (gates * D, 2 * D)
    assert shapes["weight_hh_l1_reverse"] == (gates * D, D)
    assert shapes["bias_ih_l0"] == shapes["bias_hh_l1"] == (gates * D,)
    assert len(shapes) == 16


def test_reset_after_can_be_differentiated_twice():
    model = GRU(C, D, dtype=float, rng=0, reset_after=True)
    names = [name for name, _ in model.named_parameters()]
    rng = np.random.default_rng(1)
    arrays = [X[:3, :2], rng.normal(size=(1, 2, D)), *[p.data for p in model.parameters()]]
    weights = rng.normal(size=(3, 2, D))

    def f(arrays):
        x, s, *parameters = arrays
        for name, parameter in zip(names, parameters, strict=True):
            setattr(model, name, parameter)
        return np.sum(weights * model(x, s)[0])

    directions = [rng.normal(size=a.shape) for a in arrays]
    step = 1e-5
    up, down = (mg.grad(f)([a + sign * step * d for a, d in zip(arrays, directions, strict=True)]) for sign in (1, -1))
    for found, a, b in zip(mg.hvp(f, arrays, directions), up, down, strict=True):
        np.testing.assert_allclose(found, (a - b) / (2 * step), rtol=1e-7, atol=1e-9)


def test_reset_after_by_hand():
    """One unit, one step."""
    model = GRU(1, 1, dtype=float, reset_after=True, rng=0)
    w, v, b, c = (p.data.ravel() for p in model.parameters())
    x, s = 0.7, -0.4

    def sigmoid(a):
        return 1 / (1 + np.exp(-a))

    r, z = (sigmoid(w[i] * x + b[i] + v[i] * s + c[i]) for i in range(2))
    h = np.tanh(w[2] * x + b[2] + r * (v[2] * s + c[2]))
    outputs, _ = model([[[x]]], [[[s]]])
    assert outputs.item() == pytest.approx((1 - z) * h + z * s)


@ALL
def test_names_in_graphs(kind):
    operations = {node.operation for node in graph_of(KINDS[kind]()(X)[0])}
    assert kind.split(",")[0].lower() in operations


@ALL
def test_empty_sequences(kind):
    outputs, state = KINDS[kind]()(np.ones((0, N, C)))
    assert outputs.shape == (0, N, D)
    assert not parts(state)[0].data.any()
    assert KINDS[kind](bidirectional=True)(np.ones((T, 0, C)), lengths=np.ones(0, int))[0].shape == (T, 0, 2 * D)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda m: m(X[0]), ValueError, r"must have the shape \(T, N, 3\), but it has \(4, 3\)"),
        (lambda m: m(X, np.ones((2, N, D))), ValueError, r"states must have the shape \(1, 4, 2\)"),
        (lambda m: m(X, lengths=[1, 2]), ValueError, "`lengths` must be 4 integers, or a mask of booleans of shape"),
        (lambda m: m(X, lengths=[1.0, 2, 3, 4]), ValueError, r"it has shape \(4,\) and dtype float64"),
        (
            lambda m: m(X, lengths=[1, 2, 3, 7]),
            ValueError,
            "of 6 steps, 0 to 6 can count, but",
        ),
        (lambda m: m(X, lengths=np.eye(T, N, dtype=bool)), ValueError, "the steps that count must come before"),
        (lambda m: GRU(3, 2, layers=0), ValueError, "GRU: `layers` must be at least 1"),
        (lambda m: LSTM(3, 2)(X, np.ones((1, N, D))), TypeError, "LSTM: `state` is a tuple of states and memories"),
    ],
)
def test_what_does_not_fit_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call(KINDS["GRU"]())
