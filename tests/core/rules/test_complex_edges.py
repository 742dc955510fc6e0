"""Derivatives by complex numbers at infinity, close to zero, and of so many that another way is taken."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad.testing import check_grads

INFINITE = [complex(x, y) for x in (0.0, 1.0, np.inf, -np.inf) for y in (0.0, -2.0, np.inf, -np.inf)]
INFINITE = np.array([z for z in INFINITE if not np.isfinite(z)])


def gradient(f, z, seed=None):
    z = mg.tensor(z)
    f(z).backward(seed)
    return z.grad


def holomorphic(f, z):
    with np.errstate(all="ignore"):
        return mg.elementwise_grad(f, holomorphic=True)(z)


@pytest.mark.parametrize(
    ("f", "towards"),
    [
        (np.tanh, lambda z: np.isinf(z.real)),
        (np.tan, lambda z: np.isinf(z.imag)),
        (np.arccosh, lambda z: np.isfinite(z.imag)),
        (lambda z: z**0.5, lambda z: np.isfinite(z.imag)),
        (np.sqrt, lambda z: np.isfinite(z.imag)),
    ],
)
def test_slopes_that_vanish_at_infinity(f, towards):
    where = INFINITE[towards(INFINITE)]
    assert_array_equal(holomorphic(f, where), 0)


@pytest.mark.parametrize("f", [np.abs, np.angle, lambda z: np.angle(z, deg=True)])
@pytest.mark.parametrize("dtype", [np.complex64, np.complex128, np.clongdouble])
def test_many_numbers_as_few(f, dtype):
    """Of many the derivative is computed another way, unless one of them is out of the usual range."""
    rng = np.random.default_rng(0)
    turned = np.exp(1j * rng.uniform(-4, 4, 600)).astype(dtype)
    scales = 10.0 ** rng.uniform(-35, 35, 600)
    for z in (turned * scales.astype(np.real(turned).dtype), turned, turned[::2], turned.reshape(30, 20).T):
        weights = rng.normal(size=z.shape).astype(z.real.dtype)
        singly = [gradient(f, one, seed) for one, seed in zip(z.ravel(), weights.ravel(), strict=True)]
        whole = gradient(f, z, weights)
        assert whole.dtype == dtype
        assert_allclose(whole.ravel() / singly, 1, rtol=0, atol=8 * np.finfo(dtype).eps)
        assert_array_equal(gradient(lambda z: f(z).sum(), z), gradient(f, z, np.ones_like(weights)))


@pytest.mark.parametrize("odd", [0, 5e-324, complex(1e-310, -3e-310), 1e308 - 1e308j, np.inf, complex(1, -np.inf)])
def test_one_of_many_is_out_of_range(odd):
    """It is what it is by itself, and so are the others."""
    z = np.exp(1j * np.arange(1000.0))
    z[700] = odd
    for f in (np.abs, np.angle):
        with np.errstate(all="ignore"):
            whole, alone = gradient(f, z, np.ones(1000)), gradient(f, np.array(odd, complex))
        assert_array_equal(whole[700], alone)
        assert_allclose(np.delete(whole, 700), gradient(f, np.delete(z, 700), np.ones(999)), rtol=1e-15)
    assert_array_equal(gradient(np.abs, np.zeros(1000, complex), np.ones(1000)), 0)


def test_slopes_of_many_sizes_have_slopes():
    rng = np.random.default_rng(1)
    z, v = rng.normal(size=(2, 300, 2)) @ [1, 1j]
    f = lambda z: np.sum(np.abs(z) ** 3 * np.angle(z))  # noqa: E731
    step = 1e-6 * v
    by_differences = (mg.grad(f)(z + step) - mg.grad(f)(z - step)) / 2e-6
    assert_allclose(mg.hvp(f, z, v), by_differences, rtol=1e-5, atol=1e-5)
    check_grads(np.abs, z[:3], order=2)


def test_gradients_that_are_handed_out_are_not_changed_later():
    """The conjugate is made in place of what nobody else has."""
    z, w = mg.tensor([1 + 2j, 3j]), mg.tensor([1j, 2.0])
    seed = np.array([1j, 2 - 1j])
    given = seed.copy()
    for f in (lambda: z + w, lambda: z - w, lambda: z * w + z, lambda: +z, lambda: np.stack([z, w])[0] + w):
        f().backward(seed)
        assert_array_equal(seed, given)
        of_z, of_w = z.grad.copy(), w.grad.copy()
        (z * w).backward(seed)
        y = f()
        y.backward(seed)
        assert_array_equal(y.grad, given)
        assert_array_equal(z.grad, of_z)
        assert_array_equal(w.grad, of_w)


def test_both_parts_of_a_base():
    """Each is added to its part of one gradient."""
    z = mg.tensor([[1 + 2j, 3j], [0.5, -1 - 1j]])
    (z.real**2 + z.imag**3 * z[0].real + z.T.imag * z).imag.sum().backward()
    check_grads(lambda z: z.real**2 + z.imag**3 * z[0].real + z.T.imag * z, z.data, order=2)
    whole = mg.tensor([1.0, 2.0])
    (np.real(whole) * 3 + np.imag(whole) * 2).sum().backward()
    assert_array_equal(whole.grad, [3.0, 3.0])
    read = z.real
    seed = mg.tensor([1j, 2.0])
    (read[0] * seed.imag + seed.real * z.real[1]).sum().backward()
    assert_array_equal(z.grad, [[1, 0], [0, 2]])
    assert_array_equal(read.grad, [[1, 0], [0, 2]])
    assert_array_equal(seed.grad, [0.5 + 1j, -1])
