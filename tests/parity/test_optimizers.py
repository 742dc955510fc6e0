"""Every optimizer against PyTorch's, over a hundred steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet import losses, optimizers
from mygrad.nnet.activations import tanh

torch = pytest.importorskip("torch")
F, optim = torch.nn.functional, torch.optim

STEPS = 100


class TorchLion(torch.optim.Optimizer):
    """PyTorch has none. This is the listing of the paper (X. Chen et al., 2023), in PyTorch's operations."""

    def __init__(self, parameters, lr, betas, weight_decay):
        super().__init__(parameters, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state["m"] = torch.zeros_like(p)
                update = torch.sign(beta1 * state["m"] + (1 - beta1) * p.grad)
                p.sub_(group["lr"] * (update + group["weight_decay"] * p))
                state["m"] = beta2 * state["m"] + (1 - beta2) * p.grad


CASES: dict[str, tuple[Any, Any]] = {
    "SGD": (lambda p: optimizers.SGD(p, 0.1), lambda p: optim.SGD(p, 0.1)),
    "SGD, momentum": (
        lambda p: optimizers.SGD(p, 0.1, momentum=0.9, weight_decay=0.01),
        lambda p: optim.SGD(p, 0.1, momentum=0.9, weight_decay=0.01),
    ),
    "SGD, dampened": (
        lambda p: optimizers.SGD(p, 0.1, momentum=0.9, dampening=0.3),
        lambda p: optim.SGD(p, 0.1, momentum=0.9, dampening=0.3),
    ),
    "SGD, Nesterov": (
        lambda p: optimizers.SGD(p, 0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
        lambda p: optim.SGD(p, 0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    ),
    "Adam": (lambda p: optimizers.Adam(p, 0.01), lambda p: optim.Adam(p, 0.01)),
    "Adam, decay": (
        lambda p: optimizers.Adam(p, 0.01, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1),
        lambda p: optim.Adam(p, 0.01, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1),
    ),
    "AdamW": (
        lambda p: optimizers.AdamW(p, 0.01, weight_decay=0.1),
        lambda p: optim.AdamW(p, 0.01, weight_decay=0.1),
    ),
    "Adam, AMSGrad": (
        lambda p: optimizers.Adam(p, 0.01, amsgrad=True),
        lambda p: optim.Adam(p, 0.01, amsgrad=True),
    ),
    "AdamW, AMSGrad": (
        lambda p: optimizers.AdamW(p, 0.01, amsgrad=True),
        lambda p: optim.AdamW(p, 0.01, amsgrad=True),
    ),
    "RAdam": (
        lambda p: optimizers.RAdam(p, 0.01, weight_decay=0.01),
        lambda p: optim.RAdam(p, 0.01, weight_decay=0.01),
    ),
    "RMSprop": (lambda p: optimizers.RMSprop(p, 0.01), lambda p: optim.RMSprop(p, 0.01)),
    "RMSprop, centered": (
        # PyTorch's variance is the difference of two numbers that come to be nearly equal: hence a large eps.
        lambda p: optimizers.RMSprop(p, 0.01, eps=0.1, momentum=0.5, centered=True, weight_decay=0.1),
        lambda p: optim.RMSprop(p, 0.01, eps=0.1, momentum=0.5, centered=True, weight_decay=0.1),
    ),
    "Adagrad": (
        lambda p: optimizers.Adagrad(p, 0.1, rate_decay=0.01, initial=0.1, weight_decay=0.01),
        lambda p: optim.Adagrad(p, 0.1, lr_decay=0.01, initial_accumulator_value=0.1, weight_decay=0.01),
    ),
    "NAdam": (
        lambda p: optimizers.NAdam(p, 0.01, weight_decay=0.01),
        lambda p: optim.NAdam(p, 0.01, weight_decay=0.01),
    ),
    "Lion": (
        lambda p: optimizers.Lion(p, 0.003, weight_decay=0.1),
        lambda p: TorchLion(p, 0.003, (0.9, 0.99), 0.1),
    ),
}


def problem(dtype):
    rng = np.random.default_rng(0)
    weights = [rng.normal(scale=0.5, size=s).astype(dtype) for s in ((8, 16), (16,), (16, 3), (3,))]
    return rng.normal(size=(32, 8)).astype(dtype), rng.integers(0, 3, 32), weights


def train(optimizer, dtype, schedule=None, clip=None):
    x, y, weights = problem(dtype)
    parameters = w1, b1, w2, b2 = [mg.tensor(w) for w in weights]
    optimizer = optimizer(parameters)
    if schedule is not None:
        optimizer.learning_rate = schedule
    for _ in range(STEPS):
        losses.softmax_crossentropy(tanh(x @ w1 + b1) @ w2 + b2, y).backward()
        if clip is not None:
            clip(parameters)
        optimizer.step()
    return [p.data for p in parameters]


def clip_by_norm(parameters):
    """PyTorch adds 1e-6 to the norm."""
    norm = torch.nn.utils.get_total_norm([p.grad for p in parameters])
    if norm > 0.1:
        for p in parameters:
            p.grad *= 0.1 / norm


@pytest.fixture(autouse=True)
def double_precision():
    """NAdam keeps a product of numbers in the default dtype, whatever that of the parameters is."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def train_torch(optimizer, dtype, scheduler=None, clip=None):
    x, y, weights = problem(dtype)
    parameters = w1, b1, w2, b2 = [torch.tensor(w, requires_grad=True) for w in weights]
    x, y = torch.tensor(x), torch.tensor(y)
    optimizer = optimizer(parameters)
    scheduler = scheduler(optimizer) if scheduler else None
    for _ in range(STEPS):
        optimizer.zero_grad()
        F.cross_entropy(torch.tanh(x @ w1 + b1) @ w2 + b2, y).backward()
        if clip is not None:
            clip(parameters)
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
    return [p.detach().numpy() for p in parameters]


def test_every_optimizer_is_compared():
    classes = {v for v in vars(optimizers).values() if isinstance(v, type) and issubclass(v, optimizers.Optimizer)}
    assert {name.split(",")[0] for name in CASES} == {c.__name__ for c in classes - {optimizers.Optimizer}}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", CASES)
def test_optimizer(close, name, dtype):
    ours, theirs = CASES[name]
    for a, b in zip(train(ours, dtype), train_torch(theirs, dtype), strict=True):
        close(f"{name}, {STEPS} steps", a, b)


S = torch.optim.lr_scheduler
SCHEDULES: dict[str, tuple[Any, Any]] = {
    "StepDecay": (optimizers.StepDecay(0.1, every=30, factor=0.3), lambda o: S.StepLR(o, 30, 0.3)),
    "Cosine": (optimizers.Cosine(0.1, STEPS, final=0.01), lambda o: S.CosineAnnealingLR(o, STEPS, 0.01)),
    "WarmUp": (optimizers.WarmUp(0.1, 20, start=0.25), lambda o: S.LinearLR(o, 0.25, 1.0, 20)),
    "Exponential": (optimizers.Exponential(0.1, 0.98), lambda o: S.ExponentialLR(o, 0.98)),
    "OneCycle": (
        optimizers.OneCycle(0.1, STEPS + 1, rise=0.25, start=0.1, final=1e-3),
        lambda o: S.OneCycleLR(
            o, 0.1, total_steps=STEPS + 1, pct_start=0.25, div_factor=10, final_div_factor=100, cycle_momentum=False
        ),
    ),
    "Chained": (
        optimizers.Chained([optimizers.Exponential(0.1, 0.9), optimizers.StepDecay(0.1, 20, 0.5)], [30]),
        lambda o: S.SequentialLR(o, [S.ExponentialLR(o, 0.9), S.StepLR(o, 20, 0.5)], milestones=[30]),
    ),
    "WarmUp, Cosine": (
        optimizers.WarmUp(optimizers.Cosine(0.1, 60), 20, start=0.25),
        lambda o: S.SequentialLR(
            o,
            [S.LinearLR(o, 0.25, 1.0, 20), S.CosineAnnealingLR(o, 60), S.ConstantLR(o, 1e-300, 100)],
            milestones=[20, 80],
        ),
    ),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule(close, name):
    ours, theirs = SCHEDULES[name]
    a = train(lambda p: optimizers.SGD(p, 0.1, momentum=0.9), np.float64, ours)
    b = train_torch(lambda p: optim.SGD(p, 0.1, momentum=0.9), np.float64, theirs)
    for x, y in zip(a, b, strict=True):
        close(f"{name}, {STEPS} steps", x, y)


def test_plateau(close):
    """The rates after losses that go down and up."""
    rng = np.random.default_rng(0)
    losses_seen = np.exp(-np.arange(60) / 20) + rng.normal(scale=0.1, size=60)
    ours = optimizers.Plateau(0.1, 0.5, patience=3, threshold=0.01, minimum=1e-3)
    optimizer = optim.SGD([torch.zeros(1, requires_grad=True)], 0.1)
    theirs = S.ReduceLROnPlateau(optimizer, factor=0.5, patience=3, threshold=0.01, min_lr=1e-3, eps=0)
    rates = []
    for loss in losses_seen:
        ours.update(loss)
        theirs.step(loss)
        rates.append((ours(0), optimizer.param_groups[0]["lr"]))
    a, b = np.array(rates).T
    assert len(set(b)) > 4
    close("Plateau", a, b)


def test_accumulation(close):
    """PyTorch adds up gradients by itself; here, `accumulate` does it."""
    x, y, weights = problem(np.float64)

    def loss(parameters, x, y, library):
        w1, b1, w2, b2 = parameters
        hidden = library.tanh(x @ w1 + b1) @ w2 + b2
        return (losses.softmax_crossentropy if library is np else F.cross_entropy)(hidden, y) / 4

    ours, theirs = [mg.tensor(w) for w in weights], [torch.tensor(w, requires_grad=True) for w in weights]
    a, b = optimizers.Adam(ours, 0.01), optim.Adam(theirs, 0.01)
    for _ in range(10):
        b.zero_grad()
        for part in np.split(np.arange(len(x)), 4):
            loss(ours, x[part], y[part], np).backward()
            a.accumulate()
            loss(theirs, torch.tensor(x[part]), torch.tensor(y[part]), torch).backward()
        a.step()
        b.step()
    for p, q in zip(ours, theirs, strict=True):
        close("accumulate", p.data, q.detach().numpy())


def descend(optimizer, library, parameter, numbers, goal):
    """The steps down to complex numbers, by a parameter that holds them, or their parts."""
    optimizer = optimizer([parameter])
    for step in range(STEPS):
        if library is torch:
            parameter.grad = None
        (library.abs(numbers(parameter) - goal) ** 2 * (1 + step % 3)).sum().backward()
        optimizer.step()
    return parameter


@pytest.mark.parametrize("name", [name for name in CASES if name != "Lion"])
def test_complex_parameters(close, name):
    """PyTorch takes the parts for numbers of their own: as we do if they are the parameters, and as SGD does anyway."""
    rng = np.random.default_rng(0)
    start, goal = rng.normal(size=(2, 5)) + 1j * rng.normal(size=(2, 5))
    ours, theirs = CASES[name]
    z = descend(theirs, torch, torch.tensor(start, requires_grad=True), lambda z: z, torch.tensor(goal))
    w = descend(ours, np, mg.tensor(start.view(float)), lambda w: w.view(complex), goal)
    close(f"{name}, {STEPS} steps", w.data.view(complex), z.detach().numpy())
    if name.startswith("SGD"):
        w = descend(ours, np, mg.tensor(start), lambda w: w, goal)
        close(f"{name}, {STEPS} steps", w.data, z.detach().numpy())


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_clipping(close, dtype):
    for name, ours, theirs in (
        (
            "clip_gradients_by_norm",
            lambda p: optimizers.clip_gradients_by_norm(p, 0.1),
            clip_by_norm,
        ),
        (
            "clip_gradients_by_value",
            lambda p: optimizers.clip_gradients_by_value(p, 0.01),
            lambda p: torch.nn.utils.clip_grad_value_(p, 0.01),
        ),
    ):
        a = train(lambda p: optimizers.SGD(p, 0.1), dtype, clip=ours)
        b = train_torch(lambda p: optim.SGD(p, 0.1), dtype, clip=theirs)
        for x, y in zip(a, b, strict=True):
            close(f"{name}, {STEPS} steps", x, y)
