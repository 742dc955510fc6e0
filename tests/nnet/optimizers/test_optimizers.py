"""Optimizers: their first steps by hand, their state, and how they go with graphs."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet import optimizers
from mygrad.nnet.optimizers import (
    SGD,
    Adagrad,
    Adam,
    AdamW,
    Cosine,
    Lion,
    NAdam,
    Optimizer,
    RAdam,
    RMSprop,
    StepDecay,
    WarmUp,
)

#: Each optimizer with settings that call on all that it can do.
KINDS = {
    "SGD": lambda p, rate=0.05: SGD(p, rate),
    "SGD, Nesterov": lambda p, rate=0.05: SGD(p, rate, momentum=0.9, nesterov=True, weight_decay=0.1),
    "SGD, dampened": lambda p, rate=0.05: SGD(p, rate, momentum=0.9, dampening=0.5),
    "Adam": lambda p, rate=0.05: Adam(p, rate, weight_decay=0.1),
    "Adam, AMSGrad": lambda p, rate=0.05: Adam(p, rate, amsgrad=True),
    "AdamW": lambda p, rate=0.05: AdamW(p, rate, weight_decay=0.1),
    "RMSprop": lambda p, rate=0.05: RMSprop(p, rate, weight_decay=0.1),
    "RMSprop, centered": lambda p, rate=0.05: RMSprop(p, rate, momentum=0.5, centered=True),
    "Adagrad": lambda p, rate=0.3: Adagrad(p, rate, rate_decay=0.01, initial=0.1, weight_decay=0.1),
    "NAdam": lambda p, rate=0.05: NAdam(p, rate, weight_decay=0.1),
    "RAdam": lambda p, rate=0.05: RAdam(p, rate, weight_decay=0.1),
    "Lion": lambda p, rate=0.02: Lion(p, rate, weight_decay=0.1),
}
ALL = pytest.mark.parametrize("kind", KINDS)
START = [np.array([[1.0, -2.0], [3.0, 0.5]]), np.array(4.0), np.array([-1.0, 2.0, 0.0])]


def tensors(dtype=float):
    return [mg.tensor(a, dtype=dtype) for a in START]


def backward(parameters, step=0):
    """Gradients that differ from parameter to parameter, and from step to step."""
    sum((mg.sum((1 + i + 0.1 * step) * (p - 0.3) ** 2) for i, p in enumerate(parameters)), mg.tensor(0.0)).backward()


def train(kind, parameters, steps, first=0, optimizer=None):
    optimizer = optimizer or KINDS[kind](parameters)
    for step in range(first, first + steps):
        backward(parameters, step)
        optimizer.step()
    return optimizer


def values(parameters):
    return [p.data.copy() for p in parameters]


def test_every_optimizer_is_tested():
    classes = {v for v in vars(optimizers).values() if isinstance(v, type) and issubclass(v, Optimizer)}
    assert {name.split(",")[0] for name in KINDS} == {c.__name__ for c in classes - {Optimizer}}


# --- the formulas, step by step on numbers -------------------------------------------------------------------


def one(optimizer, gradients, start=1.0):
    """The values that a single number takes, for given gradients."""
    w = mg.tensor(start)
    optimizer, path = optimizer([w]), []
    for g in gradients:
        (w * g).backward()
        optimizer.step()
        path.append(w.item())
    return path


def test_sgd():
    assert one(lambda p: SGD(p, 0.1), [2.0, 3.0]) == pytest.approx([0.8, 0.5])
    assert one(lambda p: SGD(p, 0.1, weight_decay=0.5), [2.0, 3.0]) == pytest.approx([0.75, 0.4125])
    assert one(lambda p: SGD(p, 0.1, momentum=0.5), [2.0, 3.0]) == pytest.approx([0.8, 0.8 - 0.1 * 4])
    assert one(lambda p: SGD(p, 0.1, momentum=0.5, dampening=0.5), [2.0, 3.0]) == pytest.approx([0.8, 0.8 - 0.1 * 2.5])
    assert one(lambda p: SGD(p, 0.1, momentum=0.5, nesterov=True), [2.0, 3.0]) == pytest.approx([0.7, 0.7 - 0.1 * 5])


def test_adam():
    m1, v1 = 0.1 * 2, 0.001 * 4
    m2, v2 = 0.9 * m1 + 0.1 * 3, 0.999 * v1 + 0.001 * 9
    first = 1 - 0.1 * (m1 / 0.1) / (math.sqrt(v1 / 0.001) + 1e-3)
    second = first - 0.1 * (m2 / (1 - 0.81)) / (math.sqrt(v2 / (1 - 0.999**2)) + 1e-3)
    assert one(lambda p: Adam(p, 0.1, eps=1e-3), [2.0, 3.0]) == pytest.approx([first, second], rel=1e-13)
    # a decay as a part of the gradient makes no difference to the first step, but one of its own does
    assert one(lambda p: Adam(p, 0.1, weight_decay=0.5, eps=0), [2.0]) == pytest.approx([0.9])
    assert one(lambda p: AdamW(p, 0.1, weight_decay=0.5, eps=0), [2.0]) == pytest.approx([0.85])


def test_amsgrad():
    """Of the mean squares, the largest is taken."""
    v1, v2 = 0.5 * 16, 0.5 * 8 + 0.5 * 0.01
    assert v2 < v1
    m1, m2 = 2.0, 0.5 * 2 + 0.5 * 0.1
    first = 1 - 0.1 * (m1 / 0.5) / math.sqrt(v1 / 0.5)
    second = first - 0.1 * (m2 / 0.75) / math.sqrt(v1 / 0.75)
    for kind in (Adam, lambda *args, **k: AdamW(*args, weight_decay=0.0, **k)):
        path = one(lambda p, kind=kind: kind(p, 0.1, betas=(0.5, 0.5), eps=0, amsgrad=True), [4.0, 0.1])
        assert path == pytest.approx([first, second], rel=1e-13)


def test_radam():
    """Momentum at first; then steps in units of the root mean square, times a factor that grows to 1."""
    gradients = [2.0, 3.0, 1.0, -1.0, 2.0, 0.5]
    most, m, v, w, path = 2 / (1 - 0.9) - 1, 0.0, 0.0, 1.0, []
    for t, g in enumerate(gradients, 1):
        m, v = 0.5 * m + 0.5 * g, 0.9 * v + 0.1 * g * g
        length = most - 2 * t * 0.9**t / (1 - 0.9**t)
        if length > 5:
            factor = math.sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length))
            w -= 0.1 * m / (1 - 0.5**t) * factor * math.sqrt(1 - 0.9**t) / (math.sqrt(v) + 1e-3)
        else:
            w -= 0.1 * m / (1 - 0.5**t)
        path.append(w)
    assert one(lambda p: RAdam(p, 0.1, betas=(0.5, 0.9), eps=1e-3), gradients) == pytest.approx(path, rel=1e-13)


def test_rmsprop():
    v1 = 0.1 * 4
    v2 = 0.9 * v1 + 0.1 * 9
    first = 1 - 0.1 * 2 / math.sqrt(v1)
    assert one(lambda p: RMSprop(p, 0.1, alpha=0.9, eps=0), [2.0, 3.0]) == pytest.approx(
        [first, first - 0.1 * 3 / math.sqrt(v2)], rel=1e-13
    )
    m1 = 0.1 * 2
    first = 1 - 0.1 * 2 / (math.sqrt(v1 - m1**2) + 1e-3)
    assert one(lambda p: RMSprop(p, 0.1, alpha=0.9, eps=1e-3, centered=True), [2.0]) == pytest.approx([first])


def test_adagrad():
    first = 1 - 0.1 * 2 / math.sqrt(0.5 + 4)
    second = first - 0.1 / (1 + 0.25) * 3 / math.sqrt(0.5 + 4 + 9)
    assert one(lambda p: Adagrad(p, 0.1, initial=0.5, rate_decay=0.25), [2.0, 3.0]) == pytest.approx(
        [first, second], rel=1e-9
    )


def test_nadam():
    mu1, mu2 = (0.9 * (1 - 0.5 * 0.96 ** (t * 0.004)) for t in (1, 2))
    m, v = 0.1 * 2, 0.001 * 4
    direction = mu2 * m / (1 - mu1 * mu2) + (1 - mu1) * 2 / (1 - mu1)
    assert one(lambda p: NAdam(p, 0.1, eps=0), [2.0]) == pytest.approx([1 - 0.1 * direction / math.sqrt(v / 0.001)])


def test_lion():
    # after the first step the average is 0.02, and the gradient of the second turns the sign of 0.018 + 0.1 * g
    assert one(lambda p: Lion(p, 0.1), [2.0, -0.1]) == pytest.approx([0.9, 0.8])
    assert one(lambda p: Lion(p, 0.1), [2.0, -0.3]) == pytest.approx([0.9, 1.0])
    assert one(lambda p: Lion(p, 0.1, weight_decay=0.5), [2.0]) == pytest.approx([1 - 0.1 * 1.5])


# --- all of them -----------------------------------------------------------------------------------------------


@ALL
def test_it_finds_the_minimum(kind):
    # near the minimum of the loss plus, perhaps, that of the decay
    parameters = tensors()
    rate = 1.5 if kind == "Adagrad" else 0.3  # it lowers the rate by itself
    optimizer = KINDS[kind](parameters, Cosine(rate, 400))
    for _ in range(400):
        backward(parameters)
        optimizer.step()
    for p in parameters:
        np.testing.assert_allclose(p, np.full(p.shape, 0.3), atol=0.05)


@ALL
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.longdouble])
def test_the_update_is_in_place_and_keeps_the_dtype(kind, dtype):
    parameters = tensors(dtype)
    arrays = [p.data for p in parameters]
    optimizer = train(kind, parameters, 3)
    assert all(a is p.data for a, p in zip(arrays, parameters, strict=True))
    assert all(a.flags.writeable for a in arrays)
    assert all(p.dtype == dtype and not p.constant and p.creator is None for p in parameters)
    state = optimizer.state_dict()
    assert all(
        v.dtype == dtype for k, v in state.items() if k.partition(".")[2] in ("mean", "square", "velocity", "total")
    )
    doubles = tensors()
    train(kind, doubles, 3)
    for p, d in zip(parameters, doubles, strict=True):
        np.testing.assert_allclose(p, d, rtol=1e-5)


@ALL
def test_the_gradient_is_read_only_once(kind):
    parameters = tensors()
    optimizer = KINDS[kind](parameters)
    backward(parameters)
    gradients = [p.grad for p in parameters]
    copies = [g.copy() for g in gradients]
    optimizer.step()
    assert all(np.array_equal(a, b) for a, b in zip(gradients, copies, strict=True))  # left as it was
    assert all(p.grad is None for p in parameters)
    before = values(parameters)
    with pytest.warns(UserWarning, match="no parameter has a gradient"):
        optimizer.step()
    assert all(np.array_equal(a, b) for a, b in zip(before, values(parameters), strict=True))
    assert optimizer.steps == 2


@ALL
def test_a_parameter_without_gradient_stays(kind):
    """And its first step is as if it had just begun."""
    parameters = tensors()
    optimizer = KINDS[kind](parameters)
    for _ in range(3):
        (parameters[0] ** 2).sum().backward()
        optimizer.step()
    assert np.array_equal(parameters[1].data, START[1])
    backward(parameters)
    optimizer.step()
    fresh = tensors()
    train(kind, fresh, 1)
    np.testing.assert_allclose(parameters[1], fresh[1], rtol=1e-14)


@ALL
def test_state_dict(kind):
    parameters, others = tensors(), tensors()
    optimizer = train(kind, parameters, 5)
    file = io.BytesIO()
    np.savez(file, **optimizer.state_dict())
    for p, o in zip(parameters, others, strict=True):
        o.data[...] = p.data
    fresh = KINDS[kind](others)
    file.seek(0)
    with np.load(file) as state:
        fresh.load_state_dict(state)
    assert fresh.steps == 5
    train(kind, parameters, 5, 5, optimizer)
    train(kind, others, 5, 5, fresh)
    for p, o in zip(parameters, others, strict=True):
        np.testing.assert_array_equal(p, o)


@ALL
def test_the_state_is_a_copy(kind):
    parameters = tensors()
    optimizer = train(kind, parameters, 2)
    state = optimizer.state_dict()
    copies = {k: v.copy() for k, v in state.items()}
    other = KINDS[kind](parameters)
    other.load_state_dict(state)
    train(kind, parameters, 2, 2, optimizer)
    train(kind, parameters, 2, 2, other)
    assert all(np.array_equal(state[k], copies[k]) for k in state)


def test_a_state_that_does_not_fit():
    parameters = tensors()
    optimizer = train("Adam", parameters, 2)
    state = optimizer.state_dict()
    with pytest.raises(ValueError, match="that of 3 parameters, but there are 2"):
        Adam(tensors()[:2]).load_state_dict(state)
    with pytest.raises(ValueError, match=r"0\.mean: expected an array of shape \(3,\), but got \(2, 2\)"):
        Adam(tensors()[::-1]).load_state_dict(state)
    fresh = Adam(parameters)
    for entry, value, error, words in (
        ("2.square", np.ones(7), ValueError, r"2\.square: expected an array of shape"),
        ("2.square", START[2] * 1j, TypeError, "of dtype complex128 cannot be written"),
        ("2.square", ["1", "2", "3"], TypeError, "of dtype <U1 cannot be written"),
        ("2.count", "3", TypeError, r"`2\.count` must be a real number"),
        ("2.count", -1, ValueError, r"`2\.count` must not be negative"),
        ("3.square", np.ones(7), ValueError, r"'3\.square', but there are 3 parameters"),
        ("surprise", 1, ValueError, "'surprise', but there are 3 parameters"),
        ("learning_rate", "0.1", TypeError, "`learning_rate` must be a real number"),
        ("Adam.steps", [1, 2], TypeError, r"`Adam\.steps` must be a real number"),
        ("begun", [True, True, False], ValueError, "parameter 2, which has not begun, consists of .*'mean'"),
    ):
        with pytest.raises(error, match=words):
            fresh.load_state_dict({**state, entry: value})
    assert fresh.steps == 0
    assert list(fresh.state_dict()) == ["Adam.steps", "begun", "learning_rate"]


@ALL
def test_the_state_of_another_kind_is_refused(kind):
    parameters = tensors()
    with pytest.raises(ValueError, match="the state is that of no optimizer, and not that of"):
        KINDS[kind](parameters).load_state_dict({})
    for other in KINDS:
        state = train(other, tensors(), 2).state_dict()
        fresh = KINDS[kind](parameters)
        if other == kind:
            fresh.load_state_dict(state)
            assert fresh.steps == 2
            continue
        if other.split(",")[0] != kind.split(",")[0]:
            words = f"the state is that of {other.split(',')[0]}, and not that of {kind.split(',')[0]}"
        elif kind != "SGD" and other.startswith("SGD"):
            continue  # what they keep is the same; and without momentum, there is nothing to keep
        else:
            words = r"the state of parameter 0, which has .*begun, consists of \[.*\], but .* keeps \["
        with pytest.raises(ValueError, match=words):
            fresh.load_state_dict(state)
        assert fresh.steps == 0


@ALL
def test_a_part_that_is_missing_is_noticed(kind):
    state = train(kind, tensors(), 2).state_dict()
    for entry in state:
        fresh = KINDS[kind](tensors())
        parts = {name: value for name, value in state.items() if name != entry}
        if entry == "learning_rate":
            fresh.load_state_dict(parts)  # that of a schedule has none
            continue
        with pytest.raises(ValueError, match="the state"):
            fresh.load_state_dict(parts)
        assert fresh.steps == 0


def test_optimizers_of_ones_own_keep_what_they_like():
    class Signs(Optimizer):
        def _change(self, t, gradient, state, rate):
            state["seen"] = state.get("seen", 0) + np.abs(gradient)
            return rate * np.sign(gradient)

    w = mg.tensor([1.0, -2.0])
    optimizer = Signs([w], 0.5)
    (w**2).sum().backward()
    optimizer.step()
    np.testing.assert_array_equal(w, [0.5, -1.5])
    fresh = Signs([w], 0.5)
    fresh.load_state_dict(optimizer.state_dict())
    np.testing.assert_array_equal(fresh.state_dict()["0.seen"], [2, 4])


@ALL
def test_a_graph_that_is_alive_keeps_the_old_values(kind):
    w = mg.tensor([1.0, 2.0])
    data = w.data  # handed out, so that the graph locks it
    x = mg.tensor([10.0, 20.0])
    kept = x * w
    (3 * w).sum().backward()
    optimizer = KINDS[kind]([w])
    optimizer.step()
    assert not np.array_equal(data, [1, 2])
    kept.backward()
    np.testing.assert_array_equal(x.grad, [1, 2])
    assert data.flags.writeable


def test_views_can_be_trained():
    base = mg.tensor(np.arange(6.0))
    view = base[1:3]
    optimizer = SGD([view], 1.0)
    (2 * view).sum().backward()
    optimizer.step()
    np.testing.assert_array_equal(base, [0, -1, 0, 3, 4, 5])


def test_several_views_of_one_tensor_can_be_trained():
    base = mg.tensor(np.zeros((2, 3)))
    parts = [base[0], base[1, :2], base[1, 2:]]
    optimizer = SGD(parts, 1.0)
    (parts[0].sum() + 2 * parts[1].sum() + 3 * parts[2].sum()).backward()
    optimizer.step()
    np.testing.assert_array_equal(base, [[-1, -1, -1], [-2, -2, -3]])
    assert all(part.grad is None for part in parts)


@pytest.mark.parametrize("order", ["C", "F"])
def test_any_memory_order(order):
    w = mg.tensor(np.array(START[0], order=order))
    optimizer = Adam([w], 0.1)
    for _ in range(3):
        (w.T @ np.eye(2)).sum().backward()
        optimizer.step()
    other = mg.tensor(START[0])
    optimizer = Adam([other], 0.1)
    for _ in range(3):
        other.sum().backward()
        optimizer.step()
    np.testing.assert_allclose(w, other)


def test_what_cannot_be_trained():
    with pytest.raises(TypeError, match="number 1 is a constant"):
        SGD([mg.tensor(1.0), mg.tensor(1.0, constant=True)], 0.1)
    with pytest.raises(TypeError, match="number 0 is of type ndarray"):
        SGD([np.ones(3)], 0.1)
    with pytest.raises(ValueError, match="there are no parameters"):
        SGD([], 0.1)
    w = mg.tensor(1.0)
    with pytest.raises(ValueError, match="listed twice"):
        SGD([w, w], 0.1)


def test_settings_out_of_range():
    w = [mg.tensor(1.0)]
    for make, name in (
        (lambda: SGD(w, -0.1), "learning_rate"),
        (lambda: SGD(w, math.nan), "learning_rate"),
        (lambda: SGD(w, 0.1, momentum=-1), "momentum"),
        (lambda: SGD(w, 0.1, weight_decay=math.inf), "weight_decay"),
        (lambda: Adam(w, betas=(1.0, 0.9)), r"betas\[0\]"),
        (lambda: Lion(w, betas=(0.9, -0.1)), r"betas\[1\]"),
        (lambda: RMSprop(w, alpha=1), "alpha"),
        (lambda: Adagrad(w, rate_decay=-1), "rate_decay"),
    ):
        with pytest.raises(ValueError, match=f"`{name}` must"):
            make()
    for settings in ({}, {"momentum": 0.9, "dampening": 0.1}):
        with pytest.raises(ValueError, match="nesterov=True needs a momentum, and no dampening"):
            SGD(w, 0.1, nesterov=True, **settings)


# --- schedules -------------------------------------------------------------------------------------------------


def test_schedules():
    decay = StepDecay(1.0, every=3, factor=0.5)
    assert [decay(i) for i in range(8)] == [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25]
    cosine = Cosine(1.0, steps=4, final=0.2)
    assert [cosine(i) for i in range(7)] == pytest.approx(
        [1, 0.6 + 0.4 * math.sqrt(0.5), 0.6, 0.6 - 0.4 * math.sqrt(0.5), 0.2, 0.2, 0.2]
    )
    warm = WarmUp(cosine, steps=2, start=0.5)
    assert [warm(i) for i in range(4)] == pytest.approx([0.5, 0.75, 1, cosine(1)])
    assert [WarmUp(2.0, steps=4, start=0)(i) for i in range(6)] == [0, 0.5, 1, 1.5, 2, 2]
    for schedule in (lambda: StepDecay(1.0, 0), lambda: Cosine(1.0, 0), lambda: WarmUp(1.0, 0)):
        with pytest.raises(ValueError, match="must be at least 1, but is 0"):
            schedule()


def test_an_optimizer_follows_its_schedule():
    w = mg.tensor(0.0)
    optimizer = SGD([w], StepDecay(1.0, every=2, factor=0.5))
    path = []
    for _ in range(5):
        path.append(optimizer.current_rate)
        w.backward()
        optimizer.step()
    assert path == [1, 1, 0.5, 0.5, 0.25]
    assert w.item() == -sum(path)
    fresh = SGD([w], StepDecay(1.0, every=2, factor=0.5))
    fresh.load_state_dict(optimizer.state_dict())
    assert fresh.current_rate == 0.25


def test_the_rate_can_be_set():
    w = mg.tensor(0.0)
    optimizer = SGD([w], 1.0)
    optimizer.learning_rate = 0.25
    w.backward()
    optimizer.step()
    assert w.item() == -0.25
    fresh = SGD([w], 1.0)
    fresh.load_state_dict(optimizer.state_dict())
    assert fresh.learning_rate == 0.25
    scheduled = SGD([w], Cosine(1.0, 10))
    scheduled.load_state_dict(optimizer.state_dict())
    assert scheduled.current_rate == Cosine(1.0, 10)(1)
