"""Uses of optimizers, schedules and clipping that would do nothing, or not what was meant: they are loud."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet import Module
from mygrad.nnet.optimizers import (
    SGD,
    Adagrad,
    Adam,
    AdamW,
    Cosine,
    Lion,
    NAdam,
    RAdam,
    RMSprop,
    StepDecay,
    WarmUp,
    clip_gradients_by_norm,
    clip_gradients_by_value,
)

USES = {
    **{
        kind.__name__: lambda p, kind=kind: kind(p, 0.1)
        for kind in (SGD, Adagrad, Adam, AdamW, Lion, NAdam, RAdam, RMSprop)
    },
    "clip_gradients_by_norm": lambda p: clip_gradients_by_norm(p, 1.0),
    "clip_gradients_by_value": lambda p: clip_gradients_by_value(p, 1.0),
}
ALL = pytest.mark.parametrize("name", USES)


def with_gradient():
    w = mg.tensor([1.0, 2.0])
    (w**2).sum().backward()
    return w


@ALL
@pytest.mark.parametrize("shape", [(), (2,), (2, 2)])
def test_a_tensor_is_no_list(name, shape):
    w = mg.ones(shape)
    w.sum().backward()
    with pytest.raises(TypeError, match=f"{name}: parameters are a list of tensors, such as `\\[w, b\\]`.*type Tensor"):
        USES[name](w)
    assert w.grad.tolist() == np.ones(shape).tolist()


@ALL
def test_what_else_is_no_list_of_tensors(name):
    model = Module()
    model.w = mg.tensor(1.0)
    for wrong, kind in (
        (np.ones(2), "ndarray"),
        (model, "Module"),
        (model.parameters, "method"),
        ({"w": model.w}, "dict"),
        ("w", "str"),
        (None, "NoneType"),
    ):
        with pytest.raises(TypeError, match=f"{name}: parameters are a list of tensors.*of type {kind}"):
            USES[name](wrong)
    for wrong, kind in (([[model.w]], "list"), ([np.ones(2)], "ndarray"), (model.named_parameters(), "tuple")):
        with pytest.raises(TypeError, match=f"{name}: parameters are tensors, but number 0 is of type {kind}"):
            USES[name](wrong)


@pytest.mark.parametrize("use", [lambda w: w[0], np.linalg.norm, lambda w: w * 1])
@pytest.mark.parametrize("name", [name for name in USES if not name.startswith("clip")])
def test_a_step_without_gradients_says_why(name, use):
    w = mg.tensor([1.0, 2.0])
    optimizer = USES[name]([w])
    (w**2).sum().backward()
    use(w)
    with pytest.warns(UserWarning, match=rf"{name}\.step: no parameter has a gradient.*used in another") as caught:
        optimizer.step()
    assert caught[0].filename == __file__
    assert w.tolist() == [1, 2]
    (w**2).sum().backward()
    with mg.no_autodiff:
        use(w)
    optimizer.step()  # does not warn
    assert w.tolist() != [1, 2]


@pytest.mark.parametrize("name", ["clip_gradients_by_norm", "clip_gradients_by_value"])
def test_clipping_nothing_says_why(name):
    with pytest.warns(UserWarning, match=f"{name}: no parameter has a gradient") as caught:
        USES[name]([mg.tensor([3.0, 4.0]), mg.tensor(1.0)])
    assert caught[0].filename == __file__
    USES[name]([with_gradient(), mg.tensor(1.0)])
    USES[name]([])


def test_one_gradient_is_enough():
    w, unused = mg.tensor(1.0), mg.tensor(1.0)
    optimizer = Adam([w, unused])
    (w * 2).backward()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optimizer.step()


def test_settings_are_numbers():
    w = [mg.tensor(1.0)]
    for make, name in (
        (lambda: SGD(w, "0.1"), "learning_rate"),
        (lambda: SGD(w, [0.1]), "learning_rate"),
        (lambda: SGD(w, 1j), "learning_rate"),
        (lambda: SGD(w, 0.1, momentum="0.9"), "momentum"),
        (lambda: Adam(w, eps=None), "eps"),
        (lambda: Adam(w, betas=("0.9", 0.9)), r"betas\[0\]"),
        (lambda: clip_gradients_by_norm([with_gradient()], "1"), "max_norm"),
        (lambda: clip_gradients_by_value([with_gradient()], None), "max_value"),
        (lambda: StepDecay("0.1", 10), "initial"),
        (lambda: StepDecay(0.1, 10, factor=[1]), "factor"),
        (lambda: Cosine(0.1, 10, final="0"), "final"),
        (lambda: WarmUp("0.1", 10), "then"),
        (lambda: WarmUp(0.1, 10, start=None), "start"),
    ):
        with pytest.raises(TypeError, match=f"`{name}` must be a real number"):
            make()
    for make, name in (
        (lambda: SGD(w, 0.1, momentum=0.9, nesterov="no"), "nesterov"),
        (lambda: RMSprop(w, centered=1), "centered"),
        (lambda: Module().train("no"), "mode"),
    ):
        with pytest.raises(TypeError, match=f"`{name}` must be True or False, but is"):
            make()
    for kind in (Adam, AdamW, NAdam, Lion):
        with pytest.raises(ValueError, match=r"`betas` must be two numbers, but is \(0.9, 0.99, 0.999\)"):
            kind(w, betas=(0.9, 0.99, 0.999))


def test_settings_of_schedules():
    for make, name in (
        (lambda: StepDecay(-0.1, 10), "initial"),
        (lambda: StepDecay(0.1, 10, factor=math.nan), "factor"),
        (lambda: Cosine(math.inf, 10), "initial"),
        (lambda: Cosine(0.1, 10, final=-1), "final"),
        (lambda: WarmUp(-1.0, 10), "then"),
        (lambda: WarmUp(1.0, 10, start=-1), "start"),
    ):
        with pytest.raises(ValueError, match=f"`{name}` must not be negative or infinite"):
            make()
    for schedule in (lambda n: StepDecay(0.1, n), lambda n: Cosine(0.1, n), lambda n: WarmUp(0.1, n)):
        for steps in (1.5, "10", None):
            with pytest.raises(TypeError, match=r"`(every|steps)` must be an integer"):
                schedule(steps)
        schedule(np.int64(10))


@pytest.mark.parametrize(
    ("rate", "error"), [(-0.1, ValueError), (math.nan, ValueError), (None, TypeError), ("1", TypeError)]
)
def test_what_a_schedule_returns(rate, error):
    w = mg.tensor(1.0)
    optimizer = SGD([w], lambda step: rate if step else 0.5)
    (w * 2).backward()
    optimizer.step()
    (w * 2).backward()
    with pytest.raises(error, match=r"`learning_rate\(1\)` must"):
        optimizer.step()
    assert (w.item(), w.grad.item(), optimizer.steps) == (0, 2, 1)
