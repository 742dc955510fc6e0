"""Initial values: their distributions, seeds, shapes and dtypes."""

from __future__ import annotations

import math

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet import initializers
from mygrad.nnet.initializers import (
    constant,
    dirac,
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    identity,
    normal,
    uniform,
)

RANDOM = [glorot_normal, glorot_uniform, he_normal, he_uniform, normal, uniform]
random = pytest.mark.parametrize("initializer", RANDOM)


def test_they_are_all_there():
    assert set(initializers.__all__) == {f.__name__ for f in RANDOM} | {"constant", "dirac", "identity"}


# --- distributions ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("initializer", "variance"),
    [
        (glorot_normal, lambda n_in, n_out: 2 / (n_in + n_out)),
        (glorot_uniform, lambda n_in, n_out: 2 / (n_in + n_out)),
        (he_normal, lambda n_in, _: 1 / n_in),
        (he_uniform, lambda n_in, _: 1 / n_in),
    ],
)
@pytest.mark.parametrize("shape", [(300, 200), (20, 30, 10), (10, 20, 5, 5), (40, 5, 3, 3, 3)])
@pytest.mark.parametrize("gain", [1, math.sqrt(2)])
def test_the_variance_depends_on_the_fans(initializer, variance, shape, gain):
    window = math.prod(shape[2:])
    expected = gain**2 * variance(shape[1] * window, shape[0] * window)
    w = initializer(*shape, gain=gain, rng=0).data
    n = w.size
    assert abs(w.mean()) < 5 * math.sqrt(expected / n)
    assert w.var() == pytest.approx(expected, rel=8 / math.sqrt(n))
    if "uniform" in initializer.__name__:
        bound = math.sqrt(3 * expected)
        assert np.abs(w).max() <= np.float32(bound)
        assert np.abs(w).max() == pytest.approx(bound, rel=50 / n)
    else:
        assert np.abs(w).max() > 3 * math.sqrt(expected)


def test_normal_and_uniform():
    w = normal(20_000, mean=3, std=0.5, rng=0, dtype=float).data
    assert w.mean() == pytest.approx(3, abs=0.02)
    assert w.std() == pytest.approx(0.5, abs=0.02)
    w = uniform(20_000, lower_bound=-1, upper_bound=3, rng=0, dtype=float).data
    assert -1 <= w.min() < -0.99
    assert 2.99 < w.max() < 3
    np.testing.assert_array_equal(normal(3, std=0, mean=2), [2, 2, 2])
    np.testing.assert_array_equal(uniform(3, lower_bound=2, upper_bound=2), [2, 2, 2])


# --- where the numbers come from -----------------------------------------------------------------------------


@random
def test_seeds(initializer):
    first = initializer(3, 4, rng=7)
    np.testing.assert_array_equal(first, initializer(3, 4, rng=7))
    np.testing.assert_array_equal(first, initializer(3, 4, rng=np.random.default_rng(7)))
    np.testing.assert_array_equal(first, initializer(3, 4, rng=np.random.SeedSequence(7)))
    assert not np.array_equal(first, initializer(3, 4, rng=8))
    generator = np.random.default_rng(7)
    np.testing.assert_array_equal(first, initializer(3, 4, rng=generator))
    assert not np.array_equal(first, initializer(3, 4, rng=generator))


@random
def test_the_global_state(initializer):
    state = np.random.get_state()
    try:
        np.random.seed(3)
        first = initializer(3, 4)
        assert not np.array_equal(first, initializer(3, 4))
        mg.random.seed(3)
        initializer(3, 4, rng=0)  # leaves it alone
        np.testing.assert_array_equal(first, initializer(3, 4))
    finally:
        np.random.set_state(state)


# --- shapes, dtypes ------------------------------------------------------------------------------------------


@random
def test_shapes_dtypes_and_constants(initializer):
    assert initializer(3, 4).shape == initializer((3, 4)).shape == initializer([3, np.int64(4)]).shape == (3, 4)
    assert initializer(0, 4).shape == (0, 4)
    assert initializer(3, 0, 2).shape == (3, 0, 2)
    assert initializer(3, 4).dtype == np.float32
    for dtype in (np.float16, "float64", np.longdouble):
        assert initializer(3, 4, dtype=dtype).dtype == dtype
    assert not initializer(3, 4).constant
    assert initializer(3, 4, constant=True).constant
    with pytest.raises(ValueError, match="floating-point dtype, not int64"):
        initializer(3, 4, dtype=np.int64)
    with pytest.raises(TypeError, match=r"integers, but 4\.0 is none"):
        initializer(3, 4.0)
    with pytest.raises(ValueError, match="negative"):
        initializer(3, -4)


@pytest.mark.parametrize("initializer", [glorot_normal, glorot_uniform, he_normal, he_uniform, dirac])
def test_fans_need_two_dimensions(initializer):
    for shape in ((), (3,), ((3,),)):
        with pytest.raises(ValueError, match=f"{initializer.__name__}: expected .* at least two dimensions"):
            initializer(*shape)


def test_bounds_and_deviations():
    with pytest.raises(ValueError, match="must not be negative, but is -1"):
        normal(3, std=-1)
    with pytest.raises(ValueError, match=r"lower_bound \(2\) must not be greater than upper_bound \(1\)"):
        uniform(3, lower_bound=2)
    assert uniform().shape == normal().shape == ()


def test_constant():
    t = constant(2, 3)
    assert (t.shape, t.dtype, t.constant) == ((2, 3), np.float64, False)
    assert not t.data.any()
    t = constant((2, 3), value=3)
    assert (t.dtype.kind, t.constant) == ("i", True)
    t = constant(2, value=0.5, dtype=np.float32, constant=True)
    np.testing.assert_array_equal(t, np.float32([0.5, 0.5]))
    assert t.constant


def test_identity():
    np.testing.assert_array_equal(identity(3), np.eye(3))
    assert not identity(3).constant
    assert identity(2, np.float32).dtype == np.float32


@pytest.mark.parametrize("shape", [(2, 2), (3, 2, 3), (2, 3, 4), (2, 2, 3, 5), (1, 4, 1)])
def test_dirac_filters_pass_on_their_channels(shape):
    w = dirac(*shape)
    assert (w.dtype, w.constant) == (np.float32, False)
    expected = np.zeros(shape)
    for i in range(min(shape[:2])):
        expected[(i, i, *(n // 2 for n in shape[2:]))] = 1
    np.testing.assert_array_equal(w, expected)
    np.testing.assert_array_equal(dirac(shape, dtype=int), expected)
    assert dirac(shape, dtype=int).constant
    assert dirac(0, 2, 3).shape == (0, 2, 3)
