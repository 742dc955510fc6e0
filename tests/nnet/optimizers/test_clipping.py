"""The clipping of gradients, also where their squares would overflow."""

from __future__ import annotations

import math

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet.optimizers import clip_gradients_by_norm, clip_gradients_by_value


def with_gradients(*gradients, dtype=float):
    parameters = [mg.tensor(np.ones_like(g), dtype=dtype) for g in map(np.asarray, gradients)]
    sum(
        ((p * np.asarray(g, dtype)).sum() for p, g in zip(parameters, gradients, strict=True)), mg.tensor(0.0)
    ).backward()
    return parameters


def test_clip_by_norm():
    parameters = [*with_gradients([2.0, 4.0], [[4.0]], 8.0), mg.tensor(1.0)]
    assert clip_gradients_by_norm(parameters, 100) == 10
    np.testing.assert_array_equal(parameters[0].grad, [2, 4])
    assert clip_gradients_by_norm(parameters, 5) == 10
    np.testing.assert_allclose(parameters[0].grad, [1, 2])
    np.testing.assert_allclose(parameters[1].grad, [[2]])
    np.testing.assert_allclose(parameters[2].grad, 4)
    assert parameters[3].grad is None
    assert clip_gradients_by_norm([], 1) == 0
    assert clip_gradients_by_norm(with_gradients([0.0, 0.0]), 1) == 0
    (w,) = with_gradients([3.0, 4.0])
    assert clip_gradients_by_norm((p for p in [w]), 0) == 5
    np.testing.assert_array_equal(w.grad, [0, 0])
    with pytest.raises(ValueError, match="must not be negative"):
        clip_gradients_by_norm([w], -1)


@pytest.mark.parametrize(("dtype", "scale"), [(np.float32, 1e30), (np.float32, 1e-35), (float, 1e200), (float, 1e-200)])
def test_norms_neither_overflow_nor_vanish(dtype, scale):
    (w,) = with_gradients([3 * scale, 4 * scale], dtype=dtype)
    with np.errstate(all="ignore"):
        assert clip_gradients_by_norm([w], scale) == pytest.approx(5 * scale, rel=1e-5)
    np.testing.assert_allclose(w.grad, [0.6 * scale, 0.8 * scale], rtol=1e-5)
    assert w.grad.dtype == dtype


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_gradients_that_are_not_finite_are_left_alone(bad):
    parameters = with_gradients([3.0, bad], [4.0])
    norm = clip_gradients_by_norm(parameters, 1)
    assert math.isnan(norm) if math.isnan(bad) else norm == math.inf
    np.testing.assert_array_equal(parameters[0].grad, [3, bad])
    np.testing.assert_array_equal(parameters[1].grad, [4])


def test_complex_gradients():
    z, w = mg.tensor([1 + 2j, 2j]), mg.tensor([2.0, 4.0])
    ((np.abs(z) ** 2).sum() / 2 + (w**2).sum() / 2).backward()
    assert clip_gradients_by_norm([z, w], 1.0) == pytest.approx(math.sqrt(29))
    np.testing.assert_allclose(z.grad, np.array([1 + 2j, 2j]) / math.sqrt(29))
    np.testing.assert_allclose(w.grad, np.array([2, 4]) / math.sqrt(29))
    before = w.grad.copy()
    with pytest.raises(TypeError, match=r"complex128.*Take clip_gradients_by_norm"):
        clip_gradients_by_value([w, z], 0.1)
    np.testing.assert_array_equal(w.grad, before)


@pytest.mark.parametrize("scale", [1e200, 1e-200])
def test_complex_norms_neither_overflow_nor_vanish(scale):
    z = mg.tensor([1 + 1j])
    (z * np.conj(3 + 4j) * scale).real.sum().backward()
    with np.errstate(all="ignore"):
        assert clip_gradients_by_norm([z], scale) == pytest.approx(5 * scale)
    np.testing.assert_allclose(z.grad, [(0.6 + 0.8j) * scale])


def test_clip_by_value():
    parameters = [*with_gradients([2.0, -4.0, 0.5], -8.0), mg.tensor(1.0)]
    clip_gradients_by_value(parameters, 1)
    np.testing.assert_array_equal(parameters[0].grad, [1, -1, 0.5])
    np.testing.assert_array_equal(parameters[1].grad, -1)
    assert parameters[2].grad is None
    with pytest.raises(ValueError, match="must not be negative"):
        clip_gradients_by_value(parameters, -1)
