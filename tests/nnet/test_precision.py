"""Derivatives of activations and losses far out, and close to zeros: against those computed with hundreds of digits.

What is expected is a difference quotient of the plain formula, in decimal numbers of so many digits that what the
formula and the difference lose does not matter.
"""

from __future__ import annotations

import math
from decimal import Decimal, getcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mygrad as mg
import mygrad.functional as F
from mygrad.nnet.activations import gelu, glu, logsoftmax, mish, sigmoid, silu, softmax, softplus, tanh
from mygrad.nnet.losses import (
    binary_crossentropy_with_logits,
    focal_loss,
    softmax_crossentropy,
    softmax_focal_loss,
)

DTYPES = [np.float32, np.float64]
STEP = Decimal("1e-25")
NOTHING = Decimal("1e-160")  # less than any number here, and more than the error of a difference quotient


@pytest.fixture(autouse=True)
def _digits():
    context = getcontext()
    before, context.prec = context.prec, 220
    yield
    context.prec = before


def slope(f, x, i):
    """The derivative by the number at `i` of a function of several."""
    steps = [STEP * (k == i) for k in range(len(x))]
    above, below = ([a + sign * h for a, h in zip(x, steps, strict=True)] for sign in (1, -1))
    return (f(*above) - f(*below)) / (2 * STEP)


def curvature(f, x, i, j):
    return slope(lambda *x: slope(f, x, j), x, i)


def check(got, expected, dtype, units=40):
    """They differ by no more than some units in the last place, or both underflow, or both are 0."""
    eps, tiny = (Decimal(float(a)) for a in (np.finfo(dtype).eps, np.finfo(dtype).smallest_normal))
    got = Decimal(float(got))
    assert abs(got - expected) <= max(units * eps * abs(expected), 4 * tiny, NOTHING), f"{got:.8g}, not {expected:.8g}"


# --- of one number ------------------------------------------------------------------------------------------


def logistic(x):
    return 1 / (1 + (-x).exp())


def log_one_plus_exp(x):
    return (1 + x.exp()).ln()


def hyperbolic_tangent(x):
    return 2 * logistic(2 * x) - 1


def gelu_formula(x):
    """Its values are not so tiny here that the rounding of the constants would show."""
    return x * logistic(2 * (2 / Decimal(np.pi)).sqrt() * (x + Decimal("0.044715") * x**3))


FUNCTIONS = {
    "sigmoid": (sigmoid, logistic),
    "tanh": (tanh, hyperbolic_tangent),
    "softplus": (softplus, log_one_plus_exp),
    "silu": (silu, lambda x: x * logistic(x)),
    "mish": (mish, lambda x: x * hyperbolic_tangent(log_one_plus_exp(x))),
    "gelu": (lambda x: gelu(x, approximate=True), gelu_formula),
    "glu": (lambda x: glu(np.stack([3 + 0 * x, x]))[0], lambda x: 3 * logistic(x)),
    "crossentropy of 0": (lambda x: binary_crossentropy_with_logits(x, 0), log_one_plus_exp),
    "crossentropy of 1": (lambda x: binary_crossentropy_with_logits(x, 1), lambda x: log_one_plus_exp(-x)),
    "crossentropy of 1/2": (lambda x: binary_crossentropy_with_logits(x, 0.5), lambda x: log_one_plus_exp(x) - x / 2),
}
POINTS = [0.0, 1e-30, -1e-30, 1e-5, -1e-5, 1.0, -1.0, 5.0, -5.0, 17.0, -17.0, 36.7, -36.7, 40.0, -40.0, 85.0, -85.0]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_far_out_and_close_to_zero(name, dtype):
    f, formula = FUNCTIONS[name]
    points = POINTS if name != "gelu" else [x for x in POINTS if abs(x) < 6]  # its exponential goes with the cube
    if dtype is np.float64 and name != "gelu":
        points = [*points, 150.0, -150.0]
    for point in points:
        x = mg.tensor(point, dtype=dtype)
        f(x).backward()
        number = [Decimal(x.item())]
        first = slope(formula, number, 0)
        check(x.grad, first, dtype)
        check(F.grad(f)(x).item(), first, dtype)
        check(F.grad(F.grad(f))(x).item(), curvature(formula, number, 0, 0), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("gamma", [0, 0.5, 1, 2, 5])
def test_focal_loss_close_to_certainty(gamma, dtype):
    def formula(p):
        return -((1 - p) ** Decimal(gamma)) * p.ln()

    def f(p):
        return np.sum(focal_loss(p.reshape(1, 1), [0], gamma=gamma))

    for point in (1e-6, 0.1, 0.5, 0.999, np.nextafter(dtype(1), dtype(0))):
        p = mg.tensor(point, dtype=dtype)
        f(p).backward()
        check(p.grad, slope(formula, [Decimal(p.item())], 0), dtype)
        check(F.grad(F.grad(f))(p).item(), curvature(formula, [Decimal(p.item())], 0, 0), dtype)


# --- of several scores ----------------------------------------------------------------------------------------


def probability(i):
    return lambda *x: x[i].exp() / sum(score.exp() for score in x)


def weighted(weights, functions):
    return lambda *x: sum((Decimal(w) * f(*x) for w, f in zip(weights, functions, strict=True)), Decimal(0))


SCORES = [
    [30.0, 0.0],
    [40.0, 0.0],
    [0.0, 40.0],
    [300.0, 0.0],
    [17.25, 0.0],
    [0.0, 0.0],
    [50.0, 0.0, -3.0],
    [80.0, 60.0, 0.0],
    [20.0, 19.5, -20.0],
    [0.0, -85.0, -40.0],
]
WEIGHTS = [[1.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, -2.0, 0.5]]


def check_derivatives(f, formula, scores, dtype, second=True):
    """By backward(), by functional.grad, and the second one."""
    x = mg.tensor(scores, dtype=dtype)
    numbers = [Decimal(score) for score in scores]
    f(x).backward()
    functional = F.grad(f)(x.data)
    hessian = F.hessian(f)(x.data) if second else None
    for i in range(len(scores)):
        expected = slope(formula, numbers, i)
        check(x.grad[i], expected, dtype, 100)
        check(functional[i], expected, dtype, 100)
        for j in range(len(scores)) if second else ():
            check(hessian[i, j], curvature(formula, numbers, i, j), dtype, 200)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scores", SCORES, ids=str)
def test_softmax_and_its_logarithm(scores, dtype):
    functions = [probability(i) for i in range(len(scores))]
    logs = [lambda *x, p=p: p(*x).ln() for p in functions]
    for weights in WEIGHTS[len(scores) == 2 :]:
        weights = weights[-len(scores) :]
        w = np.array(weights, dtype)
        check_derivatives(lambda x, w=w: np.sum(softmax(x) * w), weighted(weights, functions), scores, dtype)
        check_derivatives(lambda x, w=w: np.sum(logsoftmax(x) * w), weighted(weights, logs), scores, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scores", SCORES, ids=str)
@pytest.mark.parametrize("label", [0, 1])
def test_losses_of_saturated_scores(label, scores, dtype):
    p = probability(label)
    check_derivatives(lambda x: softmax_crossentropy(x[None], [label]), lambda *x: -p(*x).ln(), scores, dtype)
    for gamma in (0, 2):
        check_derivatives(
            lambda x, gamma=gamma: np.sum(softmax_focal_loss(x[None], [label], gamma=gamma)),
            lambda *x, gamma=gamma: -((1 - p(*x)) ** gamma if gamma else 1) * p(*x).ln(),
            scores,
            dtype,
        )


@pytest.mark.parametrize("f", [softmax, logsoftmax])
def test_what_underflows_is_zero(f):
    x = mg.tensor([800.0, 0.0])
    f(x).backward([1.0, 0.0])
    np.testing.assert_array_equal(x.grad, [0, 0])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("axis", [0, 1, -1, -2, (0, 1), None])
@pytest.mark.parametrize("f", [softmax, logsoftmax])
def test_along_any_axis(f, axis, dtype):
    """In a batch that has other rows as well, the derivatives are those of each row by itself."""
    rng = np.random.default_rng(0)
    x, g = rng.normal(scale=20, size=(2, 3, 4)).astype(dtype), rng.normal(size=(2, 3, 4)).astype(dtype)
    t = mg.tensor(x)
    f(t, axis).backward(g)
    axes = tuple(range(3)) if axis is None else axis if isinstance(axis, tuple) else (axis % 3,)
    length = math.prod(x.shape[i] for i in axes)
    rows = [np.moveaxis(a, axes, range(-len(axes), 0)).reshape(-1, length) for a in (x, g, t.grad)]
    for row, seed, gradient in zip(*rows, strict=True):
        one = mg.tensor(row)
        f(one).backward(seed)
        np.testing.assert_allclose(gradient, one.grad, rtol=100 * np.finfo(dtype).eps, atol=0)


@pytest.mark.parametrize("dtype", DTYPES)
@given(data=st.data())
def test_the_gradient_of_the_softmax_is_as_good_as_its_seeds(dtype, data):
    """Its error is no more than the rounding of `g` makes, in ``p[i] * sum(p[j] * (g[i] - g[j]))``."""
    n = data.draw(st.integers(1, 6))
    scores, seeds = (
        data.draw(st.lists(st.floats(-bound, bound, width=32), min_size=n, max_size=n)) for bound in (64, 1000)
    )
    x, g = mg.tensor(scores, dtype=dtype), np.array(seeds, dtype)
    softmax(x).backward(g)
    powers = [Decimal(score).exp() for score in scores]
    p = [power / sum(powers) for power in powers]
    units = Decimal(float(np.finfo(dtype).eps)) * (20 + 4 * Decimal(max(map(abs, scores))))
    for i in range(n):
        terms = [p[i] * p[j] * (Decimal(seeds[i]) - Decimal(seeds[j])) for j in range(n)]
        error = abs(Decimal(float(x.grad[i])) - sum(terms))
        rounded = sum(p[i] * p[j] * (abs(Decimal(seeds[i])) + abs(Decimal(seeds[j]))) for j in range(n) if j != i)
        assert error <= units * rounded + 40 * Decimal(float(np.finfo(dtype).smallest_normal))
