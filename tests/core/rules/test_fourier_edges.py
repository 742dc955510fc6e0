"""Fourier transforms where they are cut, padded, of one number or of none, and what they write into."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad import Tensor

RNG = np.random.default_rng(5)
M = RNG.normal(size=(3, 4))


@pytest.mark.parametrize("n", range(1, 8))
@pytest.mark.parametrize("norm", [None, "backward", "ortho", "forward"])
def test_transposes(n, norm):
    """<F x, y> is <x, F^T y>, of all transforms and lengths."""
    a, z = RNG.normal(size=5), RNG.normal(size=5) + 1j * RNG.normal(size=5)
    for transform, x in (
        *[(f, z) for f in (np.fft.fft, np.fft.ifft, np.fft.irfft, np.fft.hfft)],
        *[(f, a) for f in (np.fft.rfft, np.fft.ihfft, np.fft.fft)],
    ):
        t = Tensor(x)
        y = transform(t, n, norm=norm)
        assert_array_equal(y, transform(x, n, norm=norm))
        weights = RNG.normal(size=y.shape) + (1j * RNG.normal(size=y.shape) if y.dtype.kind == "c" else 0)
        y.backward(weights)
        matrix = np.stack([transform(row, n, norm=norm) for row in np.eye(5)], axis=1)
        expected = matrix.conj().T @ weights
        if x is z and y.dtype.kind == "f":  # a function of the real parts, and another of the imaginary ones
            of_imaginary = np.stack([transform(1j * row, n, norm=norm) for row in np.eye(5)], axis=1)
            expected = expected + 1j * (of_imaginary.T @ weights)
        assert_allclose(t.grad, expected if x is z else expected.real, atol=1e-14)


def test_what_is_cut_off_has_no_part():
    with np.errstate(divide="ignore"):
        for transform in (np.fft.fft, np.fft.rfft, np.fft.irfft, lambda y, n: np.fft.fftn(y, (n,), (0,))):
            x = Tensor([1.0, 2.0, 4.0, 0.0])
            np.sum(np.real(transform(np.log(x), 2))).backward()
            assert np.isfinite(x.grad).all()
            assert x.grad[3] == 0.0


def test_along_no_axes():
    """NumPy returns its argument, which a tensor must not share unknown to the graph."""
    for transform in (np.fft.fftn, np.fft.ifftn, np.fft.fft2):
        x = Tensor(M)
        y = transform(x, axes=())
        assert_array_equal(y, M)
        assert not np.shares_memory(y.data, x.data)
        np.sum(y * y).backward()
        assert_allclose(x.grad, 2 * M)


def test_forms_that_numpy_deprecates():
    x = Tensor(M)
    for more, axes in (((2, 3), None), ((2, None), (0, 1)), ((2, -1), (0, 1))):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            y = np.fft.fftn(x, more, axes)
        lengths = (2, 3) if axes is None else (2, 4)
        assert_array_equal(y, np.fft.fftn(M, lengths, (0, 1)))
        np.sum(np.abs(y) ** 2).backward()
        expected = np.zeros_like(M)
        expected[:2, : lengths[1]] = 2 * lengths[0] * lengths[1] * M[:2, : lengths[1]]
        assert_allclose(x.grad, expected)


def test_out():
    for transform, dtype in (
        (np.fft.fft, complex),
        (np.fft.fftn, complex),
        (np.fft.ihfft, complex),
        (np.fft.hfft, float),
    ):
        expected = transform(M)
        x, out = Tensor(M), mg.zeros(expected.shape, dtype)
        assert transform(x, out=out) is out
        assert_allclose(out, expected)
        np.sum(np.abs(out) ** 2).backward()
        other = Tensor(M)
        np.sum(np.abs(transform(other)) ** 2).backward()
        assert_allclose(x.grad, other.grad)


@pytest.mark.parametrize("name", [name for name in mg.fft.__all__ if "freq" not in name and "shift" not in name])
def test_single_precision(name):
    of_numpy = getattr(np.fft, name)
    for dtype in (np.float32, np.complex64):
        a = M.astype(dtype)
        try:
            expected = of_numpy(a)
        except TypeError:
            with pytest.raises(TypeError):
                of_numpy(Tensor(a))
            continue
        x = Tensor(a)
        y = of_numpy(x)
        assert y.dtype == expected.dtype
        np.sum(np.abs(y)).backward()
        assert x.grad.dtype == dtype


@pytest.mark.parametrize("transform", [np.fft.fft, np.fft.rfft, np.fft.irfft, np.fft.hfft, np.fft.ihfft, np.fft.fft2])
@pytest.mark.parametrize("more", [{"n": 0}, {"axis": 5}, {"norm": "no such norm"}, {"s": (0,), "axes": (0,)}])
def test_errors(transform, more):
    with pytest.raises(Exception) as numpys:
        transform(M, **more)
    with pytest.raises(numpys.type):
        transform(Tensor(M), **more)


def test_frequencies():
    for name in ("fftfreq", "rfftfreq"):
        ours, theirs = getattr(mg.fft, name), getattr(np.fft, name)
        for n in (1, 4, 5):
            assert_array_equal(ours(n, 0.1), theirs(n, 0.1))
        assert not ours(4).constant
        assert ours(4, constant=True).constant
        distance = Tensor(0.5)
        np.sum(ours(4, distance) ** 2).backward()
        assert_allclose(distance.grad, -2 * np.sum(theirs(4, 0.5) ** 2) / 0.5)


def test_a_spectrum_of_many_numbers():
    """To the second order: the Hessian of a sum of squares of a transform is a multiple of the identity (Parseval)."""
    x = RNG.normal(size=16)
    energy = lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2)  # noqa: E731
    assert_allclose(mg.hessian(energy)(x), 32 * np.eye(16), atol=1e-12)


@pytest.mark.parametrize("transform", [np.fft.irfft, np.fft.hfft, np.fft.irfft2])
def test_the_jacobian_of_real_numbers_is_real(transform):
    """Whose rows are complex where they come back: a real array may be given for half of a spectrum."""
    x = np.array([[1.0, 2.0, 3.0]])
    matrix = mg.jacrev(transform)(x)
    assert matrix.dtype == float
    units = np.stack([transform(unit.reshape(x.shape)) for unit in np.eye(3)], axis=-1)
    assert_allclose(matrix.reshape(units.shape), units, atol=1e-15)
