"""The recurrent layers, step by step; how far back gradients go, and what dropout drops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mygrad as mg
from mygrad.functional import hvp, ravel_pytree
from mygrad.nnet.layers import gru, lstm


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_step(x, s, Uz, Wz, bz, Ur, Wr, br, Uh, Wh, bh):
    """For tensors as well as for arrays."""
    z = sigmoid(x @ Uz + s @ Wz + bz)
    r = sigmoid(x @ Ur + s @ Wr + br)
    return (1 - z) * np.tanh(x @ Uh + (r * s) @ Wh + bh) + z * s


def lstm_step(x, s, c, Ui, Wi, bi, Uf, Wf, bf, Uo, Wo, bo, Uh, Wh, bh):
    i, f, o = (sigmoid(x @ U + s @ W + b) for U, W, b in ((Ui, Wi, bi), (Uf, Wf, bf), (Uo, Wo, bo)))
    c = f * c + i * np.tanh(x @ Uh + s @ Wh + bh)
    return o * np.tanh(c), c


def gru_by_steps(x, s, *weights):
    states = [s]
    for step in range(len(x)):
        states.append(gru_step(x[step], states[-1], *weights))
    return np.stack(states)


def lstm_by_steps(x, s, c, *weights):
    states, memories = [s], [c]
    for step in range(len(x)):
        s, c = lstm_step(x[step], s, c, *weights)
        states.append(s)
        memories.append(c)
    return np.stack([np.stack(states), np.stack(memories)])


def inputs(gates, t, n, c, d, rng, states=1):
    shapes = [(t, n, c), *[shape for _ in gates for shape in ((c, d), (d, d), (d,))], *[(n, d)] * states]
    return [rng.normal(size=shape) for shape in shapes]


def gradients(y, tensors, g):
    y.backward(g)
    return [t.grad for t in tensors]


def agree(ours, theirs, arrays, rng):
    """Two functions of X, the weights and the states have the same values, gradients and second derivatives."""
    second_derivatives_agree(ours, theirs, arrays, rng)
    a, b = [mg.tensor(x) for x in arrays], [mg.tensor(x) for x in arrays]
    y, expected = ours(a), theirs(b)
    np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-12)
    g = rng.normal(size=y.shape)
    for x, e in zip(gradients(y, a, g), gradients(expected, b, g), strict=True):
        e = np.zeros_like(x) if e is None else e
        np.testing.assert_allclose(x, e, rtol=1e-10, atol=1e-12 * max(1, np.abs(e).max(initial=0)))


def second_derivatives_agree(ours, theirs, arrays, rng):
    g = rng.normal(size=ours(arrays).shape)
    v, unravel = ravel_pytree(arrays)
    t = rng.normal(size=v.shape)
    x, e = (hvp(lambda v, f=f: np.sum(f(unravel(v)) * g), v, t) for f in (ours, theirs))
    np.testing.assert_allclose(x, e, rtol=1e-10, atol=1e-11 * max(1, np.abs(e).max(initial=0)))


LENGTHS = st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 3), st.integers(1, 3))
SEEDS = st.integers(0, 2**32).map(np.random.default_rng)


@given(LENGTHS, SEEDS)
def test_any_gru(lengths, rng):
    """Also sequences of no steps, batches without sequences, inputs without channels."""
    agree(lambda a: gru(*a), lambda a: gru_by_steps(a[0], a[-1], *a[1:-1]), inputs("zrh", *lengths, rng), rng)


@given(LENGTHS, SEEDS)
def test_any_lstm(lengths, rng):
    agree(
        lambda a: mg.stack(lstm(*a)),
        lambda a: lstm_by_steps(a[0], a[-2], a[-1], *a[1:-2]),
        inputs("ifoh", *lengths, rng, states=2),
        rng,
    )


@given(st.integers(0, 7), st.integers(0, 5), SEEDS)
def test_how_far_back_gradients_go(limit, steps, rng):
    """What enters at a state is pulled back through its step and the `limit` ones before, and no further."""
    arrays = inputs("zrh", steps, 2, 3, 2, rng)
    x, *weights, s0 = [mg.tensor(a) for a in arrays]
    states = gru(x, *weights, s0, bp_lim=limit)
    np.testing.assert_array_equal(states, gru(*arrays))
    g = rng.normal(size=states.shape)
    found = gradients(states, (x, *weights, s0), g)

    def by_steps(a):
        x, *weights, s0 = a
        ends = [s0]
        for last in range(1, steps + 1):
            first = max(last - 1 - limit, 0)
            s = s0 if last <= limit else states.data[first]
            for step in range(first, last):
                s = gru_step(x[step], s, *weights)
            ends.append(s)
        return np.stack(ends)

    tensors = [mg.tensor(a) for a in arrays]
    by_steps(tensors).backward(g)
    for f, t in zip(found, tensors, strict=True):
        np.testing.assert_allclose(f, 0 if t.grad is None else t.grad, rtol=1e-10, atol=1e-12)
    second_derivatives_agree(lambda a: gru(*a, bp_lim=limit), by_steps, arrays, rng)


@pytest.mark.parametrize("layer", [gru, lstm])
def test_what_is_written_between_the_passes(layer):
    """Gradients are those of the values at the call, and whoever takes an array meanwhile cannot write to it."""
    gates = "zrh" if layer is gru else "ifoh"
    arrays = inputs(gates, 3, 2, 2, 3, np.random.default_rng(0), states=0)
    found = []
    for write in (False, True):
        leaves = [mg.tensor(a) for a in arrays]
        variables = [+t for t in leaves]
        states = layer(*variables) if layer is gru else layer(*variables)[0]
        y = np.sum(3.0 * states)
        for t in (*variables, states):
            with pytest.raises(ValueError, match="read-only"):
                t.data[...] = 7.0
            if write:
                t[...] = 7.0
        found.append(gradients(y, leaves, 1.0))
    for x, e in zip(*found, strict=True):
        np.testing.assert_array_equal(x, e)
        assert np.any(x)


@pytest.mark.parametrize("layer", [gru, lstm])
def test_without_initial_states_they_are_zero(layer):
    rng = np.random.default_rng(0)
    gates, states = ("zrh", 1) if layer is gru else ("ifoh", 2)
    *arrays, _ = inputs(gates, 3, 2, 2, 3, rng)
    arrays = arrays[: 1 + 3 * len(gates)]
    y = np.stack(layer(*arrays))
    np.testing.assert_array_equal(y, np.stack(layer(*arrays, *[np.zeros((2, 3))] * states)))
    np.testing.assert_array_equal(y, np.stack(layer(*arrays, *[0] * states)))
    single = [a.astype(np.float32) for a in arrays]
    assert all(s.dtype == np.float32 for s in layer(*single))


@pytest.mark.parametrize("shape", [(), (3,), (1, 3)])
def test_initial_states_that_broadcast(shape):
    rng = np.random.default_rng(0)
    *arrays, _ = inputs("zrh", 3, 2, 2, 3, rng)
    s0 = rng.normal(size=shape)
    agree(
        lambda a: gru(*a),
        lambda a: gru_by_steps(a[0], np.broadcast_to(a[-1], (2, 3)), *a[1:-1]),
        [*arrays, s0],
        rng,
    )
    *arrays, c0 = inputs("ifoh", 3, 2, 2, 3, rng)
    agree(
        lambda a: mg.stack(lstm(*a)),
        lambda a: lstm_by_steps(a[0], np.broadcast_to(a[-2], (2, 3)), a[-1], *a[1:-2]),
        [*arrays, s0, c0],
        rng,
    )


def test_on_from_the_last_state():
    """The halves of a sequence, one after the other, are the whole."""
    rng = np.random.default_rng(0)
    x, *weights, s0 = inputs("zrh", 6, 2, 2, 3, rng)
    agree(
        lambda a: gru(a[0], *weights, s0)[1:],
        lambda a: np.concatenate(
            [
                (first := gru(a[0][:3], *weights, s0)[1:]),
                gru(a[0][3:], *weights, first[-1])[1:],
            ]
        ),
        [x],
        rng,
    )


def test_the_memories_of_an_lstm_alone():
    rng = np.random.default_rng(0)
    arrays = inputs("ifoh", 3, 2, 2, 3, rng, states=2)
    agree(lambda a: lstm(*a)[1][-1], lambda a: lstm_by_steps(a[0], a[-2], a[-1], *a[1:-2])[1][-1], arrays, rng)


@pytest.mark.parametrize("layer", [gru, lstm])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_saturated_gates(layer, dtype):
    gates, states = ("zrh", 1) if layer is gru else ("ifoh", 2)
    arrays = inputs(gates, 3, 2, 2, 3, np.random.default_rng(0), states)
    tensors = [mg.tensor(1000 * a if i else a, dtype=dtype) for i, a in enumerate(arrays[: 1 + 3 * len(gates)])]
    states = layer(*tensors)
    states = states if layer is gru else states[0]
    assert np.abs(states.data).max() <= 1
    states.sum().backward()
    assert all(np.isfinite(t.grad).all() for t in tensors)


# --- dropout ----------------------------------------------------------------------------------------------


def test_dropout_of_inputs():
    """The same entries at all steps, of each sequence others. With h = 0, states are multiplied by the gate z."""
    p, zero = 0.3, np.zeros((40, 40))
    Uh = np.zeros((1, 40))
    x = np.ones((3, 100, 1))
    s = gru(x, Uh + 1, zero, zero[0], Uh, zero, zero[0], Uh, zero, zero[0], np.ones((100, 40)), dropout=p, rng=0).data
    z = s[1:] / s[:-1]
    np.testing.assert_allclose(z[1:], z[:-1], rtol=1e-12)
    dropped = np.isclose(z[0], 0.5)
    np.testing.assert_allclose(z[0][~dropped], sigmoid(1 / (1 - p)), rtol=1e-12)
    assert abs(dropped.mean() - p) < 0.02
    assert len(np.unique(dropped, axis=0)) == 100


def test_dropout_of_weights():
    """The same ones at all steps and of all sequences."""
    p, zero, d = 0.25, np.zeros((6, 6)), 6
    x, U = np.zeros((1, 4, 1)), np.zeros((1, d))
    s = gru(x, U, zero + 0.5, zero[0], U, zero, zero[0], U, zero, zero[0], np.ones((4, d)), dropout=p, rng=0).data
    logits = np.log(s[1] / (1 - s[1]))
    np.testing.assert_allclose(logits, np.broadcast_to(logits[0], logits.shape), rtol=1e-12)
    kept = logits[0] * (1 - p) / 0.5
    np.testing.assert_allclose(kept, kept.round(), rtol=1e-12)
    assert 2 < kept.mean() < 6


@pytest.mark.parametrize("layer", [gru, lstm])
def test_seeds(layer):
    arrays = inputs("zrh" if layer is gru else "ifoh", 3, 2, 2, 3, np.random.default_rng(0))[:-1]

    def run(rng):
        return np.stack(layer(*arrays, dropout=0.5, rng=rng))

    assert np.array_equal(run(1), run(1))
    assert not np.array_equal(run(1), run(2))
    generator = np.random.default_rng(1)
    assert np.array_equal(run(generator), run(1))
    assert not np.array_equal(run(generator), run(1))
    np.random.seed(0)
    first = run(None)
    np.random.seed(0)
    assert np.array_equal(first, run(None))


# --- errors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", [gru, lstm])
@pytest.mark.parametrize(
    ("position", "shape", "message"),
    [
        (0, (3, 2), r"`X` must have the shape \(T, N, C\), but it has \(3, 2\)"),
        (1, (5, 3), r"for `X` of shape \(4, 2, 2\), .* but `U[zi]` has shape \(5, 3\)"),
        (2, (3, 5), r"`W[zi]` has shape \(3, 5\)"),
        (6, (4,), r"`b[rf]` has shape \(4,\)"),
        (-1, (2, 5), r"`[sc]0` must have the shape \(2, 3\), but it has \(2, 5\)"),
    ],
)
def test_shapes_that_do_not_fit(layer, position, shape, message):
    arrays = inputs("zrh", 4, 2, 2, 3, np.random.default_rng(0))
    if layer is lstm:
        arrays = inputs("ifoh", 4, 2, 2, 3, np.random.default_rng(0), states=2)
    arrays[position] = np.ones(shape)
    with pytest.raises(ValueError, match=f"{layer.__name__}: .*{message}"):
        layer(*arrays)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"bp_lim": -1}, ValueError, "`bp_lim` must not be negative"),
        ({"bp_lim": 1.5}, TypeError, "integer"),
        ({"dropout": 1}, ValueError, "`dropout` must be at least 0 and less than 1, but is 1"),
        ({"dropout": -0.5}, ValueError, "`dropout`"),
        ({"dropout": None}, TypeError, "`dropout` must be a real number"),
    ],
)
def test_options(options, error, message):
    with pytest.raises(error, match=message):
        gru(*inputs("zrh", 4, 2, 2, 3, np.random.default_rng(0)), **options)


def test_positional_arguments():
    """In the order of the documentation: s0, bp_lim, dropout, constant."""
    arrays = [mg.tensor(a) for a in inputs("zrh", 4, 2, 2, 3, np.random.default_rng(0))]
    y = gru(*arrays, 1, 0.0, True)
    assert y.constant
