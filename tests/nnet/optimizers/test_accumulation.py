"""Steps by the gradients of several backward passes, and groups of parameters with optimizers of their own."""

from __future__ import annotations

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet.modules import Linear, Sequential
from mygrad.nnet.optimizers import SGD, Adam, AdamW, Groups, clip_gradients_by_norm, clip_gradients_by_value

X = np.random.default_rng(0).normal(size=(12, 3))


def model():
    return Sequential(Linear(3, 4, dtype=float, rng=0), np.tanh, Linear(4, 1, dtype=float, rng=1))


def loss(model, x):
    return np.mean(model(x) ** 2)


MAKERS = {
    "SGD": lambda p: SGD(p, 0.1, momentum=0.9),
    "Adam": lambda p: Adam(p, 0.1),
    "groups": lambda p: Groups(SGD(p[:1], 0.1, momentum=0.9), Adam(p[1:], 0.1)),
}
ALL = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


@ALL
@pytest.mark.parametrize("last_by_step", [False, True])
@pytest.mark.parametrize("clip", [None, lambda o: clip_gradients_by_norm(o, 0.1)])
def test_parts_of_a_batch_are_as_good_as_the_whole(make, last_by_step, clip):
    whole, parts = model(), model()
    a, b = make(whole.parameters()), make(parts.parameters())
    for _ in range(3):
        loss(whole, X).backward()
        if clip:
            clip(a)
        a.step()
        for i, x in enumerate(np.split(X, 3)):
            (loss(parts, x) / 3).backward()
            if i < 2 or not last_by_step:
                b.accumulate()
        if clip:
            clip(b)
        b.step()
    for p, q in zip(whole.parameters(), parts.parameters(), strict=True):
        np.testing.assert_allclose(q, p, rtol=1e-10)
        assert q.grad is None


def test_scale_and_numbers():
    w = mg.tensor(1.0, dtype=np.float32)
    optimizer = SGD([w], 1.0)
    for x in (2.0, 4.0):
        (w * np.float32(x)).backward()
        optimizer.accumulate(0.5)
        assert w.grad is None
    assert clip_gradients_by_norm(optimizer, 1.0) == 3
    clip_gradients_by_value(optimizer, 0.25)
    optimizer.step()
    assert w == 0.75
    assert w.dtype == np.float32


def test_a_parameter_may_have_had_no_gradient():
    v, w = mg.tensor(1.0), mg.tensor(1.0)
    optimizer = SGD([v, w], 1.0)
    (2 * v).backward()
    optimizer.accumulate()
    (3 * w).backward()
    optimizer.accumulate()
    optimizer.step()
    assert (v.item(), w.item()) == (-1, -2)


@ALL
def test_accumulated_gradients_are_in_the_state(make):
    one, other = model(), model()
    a, b = make(one.parameters()), make(other.parameters())
    loss(one, X).backward()
    a.step()
    loss(one, X[:3]).backward()
    a.accumulate()
    other.load_state_dict(one.state_dict())
    state = a.state_dict()
    b.load_state_dict(state)
    np.testing.assert_equal(b.state_dict(), state)
    for net, optimizer in ((one, a), (other, b)):
        loss(net, X[3:]).backward()
        optimizer.step()
    np.testing.assert_equal(other.state_dict(), one.state_dict())
    with pytest.raises(ValueError, match="accumulated"):
        make(one.parameters()).load_state_dict({**state, "accumulated.9": 1.0, "0.accumulated.9": 1.0})


@ALL
def test_nothing_to_accumulate_says_why(make):
    net = model()
    optimizer = make(net.parameters())
    for use in ("accumulate", "step"):
        with pytest.warns(UserWarning, match=rf"\.{use}: no parameter has a gradient") as caught:
            getattr(optimizer, use)()
        assert len(caught) == 1
        assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match="clip_gradients_by_norm: no parameter") as caught:
        clip_gradients_by_norm(optimizer, 1.0)
    assert caught[0].filename == __file__


def test_groups_keep_their_settings():
    net = model()
    matrices, others = ([t for t in net.parameters() if (t.ndim > 1) == two] for two in (True, False))
    before = net.state_dict()
    optimizer = Groups(AdamW(matrices, 0.1, weight_decay=0.5), SGD(others, lambda step: 0.0))
    loss(net, X).backward()
    optimizer.step()
    after = net.state_dict()
    assert [name for name in before if np.array_equal(before[name], after[name])] == ["0.bias", "2.bias"]
    assert optimizer.parameters == matrices + others
    assert repr(optimizer).splitlines()[1].startswith("  AdamW(16 numbers in 2 tensors, learning_rate=0.1, weight_dec")
    assert [o.steps for o in optimizer.optimizers] == [1, 1]


def test_groups_of_views():
    base = mg.tensor(np.zeros((2, 3)))
    optimizer = Groups(SGD([base[0]], 1.0), SGD([base[1]], 2.0))
    for use in (optimizer.step, optimizer.accumulate, optimizer.step):
        a, b = optimizer.parameters
        (a.sum() + b.sum()).backward()
        use()
    np.testing.assert_array_equal(base, [[-3, -3, -3], [-6, -6, -6]])


def test_a_state_that_does_not_fit_groups_changes_none():
    net = model()
    optimizer = MAKERS["groups"](net.parameters())
    loss(net, X).backward()
    optimizer.step()
    state = optimizer.state_dict()
    fresh = MAKERS["groups"](model().parameters())
    before = fresh.state_dict()
    for wrong, words in (
        ({**state, "2.learning_rate": 0.1}, "entry '2.learning_rate', but there are 2 groups"),
        ({**state, "1.1.mean": np.ones(9)}, r"1\.mean: expected an array of shape"),
        ({k: v for k, v in state.items() if k[0] == "0"}, "that of no optimizer, and not that of Adam"),
    ):
        with pytest.raises(ValueError, match=words):
            fresh.load_state_dict(wrong)
        np.testing.assert_equal(fresh.state_dict(), before)


def test_wrong_groups():
    w = mg.tensor(1.0)
    with pytest.raises(TypeError, match="Groups: expected optimizers, but number 0 is of type list"):
        Groups([w])
    with pytest.raises(ValueError, match="there is no optimizer"):
        Groups()
    with pytest.raises(ValueError, match="a parameter is in several groups"):
        Groups(SGD([w], 0.1), Adam([w]))
    with pytest.raises(AttributeError, match="'Groups' object has no attribute 'zero_grad': gradients need no"):
        Groups(SGD([w], 0.1)).zero_grad()


def test_repr():
    w = mg.tensor(np.zeros((30, 40)))
    assert repr(Adam([w, mg.tensor(1.0)], 0.5)) == (
        "Adam(1,201 numbers in 2 tensors, learning_rate=0.5, weight_decay=0.0, steps=0, betas=(0.9, 0.999), eps=1e-08, "
        "amsgrad=False)"
    )
