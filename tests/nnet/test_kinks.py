"""Where two pieces of a function meet, it has the derivative of the one to which its definition gives that point.

The definitions are written out here, with conditions that say to which. The numbers are small integers, so that many of
them are at kinks.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import mygrad as mg
import mygrad.functional as F
from mygrad.nnet.activations import elu, hard_tanh, leaky_relu, relu, selu
from mygrad.nnet.layers import max_pool
from mygrad.nnet.losses import huber_loss, margin_ranking_loss, multiclass_hinge

SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772
DTYPES = [np.float32, np.float64]


def exponential(x, alpha, scale=1.0):
    return scale * np.where(x >= 0, x, alpha * (np.exp(np.minimum(x, 0.0)) - 1))


DEFINITIONS = {
    "relu": (relu, lambda x: np.where(x > 0, x, 0.0)),
    "leaky_relu": (lambda x: leaky_relu(x, 0.25), lambda x: np.where(x > 0, x, 0.25 * x)),
    "leaky_relu that falls": (lambda x: leaky_relu(x, -2), lambda x: np.where(x > 0, x, -2 * x)),
    "leaky_relu of slope 0": (lambda x: leaky_relu(x, 0), lambda x: np.where(x > 0, x, 0.0)),
    "elu": (lambda x: elu(x, 0.5), lambda x: exponential(x, 0.5)),
    "selu": (selu, lambda x: exponential(x, ALPHA, SCALE)),
    "hard_tanh": (hard_tanh, lambda x: np.where(x <= -1, -1.0, np.where(x >= 1, 1.0, x))),
    "hard_tanh at 0": (
        lambda x: hard_tanh(x, lower_bound=0, upper_bound=2),
        lambda x: np.where(x <= 0, 0.0, np.where(x >= 2, 2.0, x)),
    ),
}


def integers(shape, bound=3):
    return hnp.arrays(int, shape, elements=st.integers(-bound, bound))


def same(f, definition, *arrays, dtype):
    """Value and gradients, by backward() and by functional.grad."""
    arrays = [array.astype(dtype) for array in arrays]
    results = []
    for function in (f, definition):
        tensors = [mg.tensor(array) for array in arrays]
        y = function(*tensors)
        g = (1 + np.arange(y.size, dtype=dtype)).reshape(y.shape)
        functional = F.grad(lambda *t, function=function, g=g: np.sum(function(*t) * g), tuple(range(len(arrays))))
        y.backward(g)
        results.append([y.data, *[t.grad for t in tensors], *functional(*arrays)])
    for got, expected in zip(*results, strict=True):
        assert got.dtype == expected.dtype == dtype
        np.testing.assert_allclose(got, expected, rtol=20 * np.finfo(dtype).eps, atol=np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", DEFINITIONS)
@given(x=integers(hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5)))
def test_activations(name, dtype, x):
    same(*DEFINITIONS[name], x, dtype=dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@given(st.data())
def test_ranking_is_what_its_formula_says(dtype, data):
    shape = data.draw(st.sampled_from([(1,), (4,), (3, 2)]))
    x1, x2 = data.draw(integers(shape)), data.draw(integers(shape))
    signs = data.draw(
        st.sampled_from([1, -1]) | st.lists(st.sampled_from([1, -1]), min_size=shape[0], max_size=shape[0])
    )
    margin = data.draw(st.integers(0, 2))
    y = np.array(signs, dtype)
    column = y.reshape(-1, *[1] * (len(shape) - 1)) if y.ndim else y
    same(
        lambda a, b: margin_ranking_loss(a, b, signs, margin),
        lambda a, b: mg.mean(mg.maximum(0, margin - column * (a - b))),
        x1,
        x2,
        dtype=dtype,
    )


@pytest.mark.parametrize("dtype", DTYPES)
@given(st.data())
def test_hinge_is_what_its_formula_says(dtype, data):
    n, classes = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    scores = data.draw(integers((n, classes)))
    labels = data.draw(st.lists(st.integers(0, classes - 1), min_size=n, max_size=n))
    hinge = data.draw(st.integers(0, 2))

    def formula(x):
        """With writes in place, as one would write it in NumPy."""
        own = (range(n), labels)
        excess = x - x[own][:, np.newaxis] + hinge
        excess[excess <= 0] = 0  # what is far enough away does not count
        excess[own] = 0
        return excess.sum() / n

    same(lambda x: multiclass_hinge(x, labels, hinge), formula, scores, dtype=dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@given(integers((2, 3, 6), bound=1))
def test_those_that_tie_in_a_window_share(dtype, x):
    same(
        lambda x: max_pool(x, (3, 2), 1),
        lambda x: np.max(np.lib.stride_tricks.sliding_window_view(x, (3, 2), (1, 2)), axis=(3, 4)),
        x,
        dtype=dtype,
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_huber_has_no_kink(dtype):
    def loss(x):
        return huber_loss(x, dtype(0), 2)

    for x, first, second in ((-2, -2, 0.5), (-1.5, -1.5, 1), (2, 2, 0.5), (3, 2, 0)):
        t = mg.tensor(x, dtype=dtype)
        loss(t).backward()
        assert t.grad == first
        assert F.grad(F.grad(loss))(dtype(x)).item() == second  # at the bounds: half, as that of np.clip


@pytest.mark.parametrize(
    ("f", "x"), [(relu, 0.0), (hard_tanh, 1.0), (hard_tanh, -1.0), (lambda x: leaky_relu(x, 0.5), 0.0)]
)
def test_second_derivatives_of_straight_pieces_are_zero(f, x):
    assert F.grad(F.grad(f))(x).item() == 0
