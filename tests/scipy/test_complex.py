"""Functions of `mygrad.scipy` that take complex variables: values are SciPy's, gradients agree with differences."""

import numpy as np
import pytest
import scipy.integrate
import scipy.interpolate
import scipy.linalg
import scipy.ndimage
import scipy.signal

import mygrad as mg
from mygrad.scipy import integrate, interpolate, linalg, ndimage, signal, spatial, stats

rng = np.random.default_rng(6)


def numbers(*shape):
    return rng.standard_normal(shape) + 1j * rng.standard_normal(shape)


A, B = numbers(4, 4) + 4 * np.eye(4), numbers(4, 2)
SYMMETRIC, POSITIVE = A + A.T, A @ A.conj().T + 4 * np.eye(4)
OTHER = numbers(2, 2) + 4 * np.eye(2)
V, W, LONG = numbers(4), numbers(3), numbers(9)
IMAGE, WEIGHTS = numbers(4, 5), numbers(3, 2)
X = np.sort(rng.uniform(0.0, 3.0, 9))
INSIDE = rng.uniform(X[0] + 0.1, X[-1] - 0.1, 4)


def solve(assume, lower=False):
    return lambda m, a, b: m.linalg.solve(a, b, assume_a=assume, lower=lower)


CASES = {
    "solve": (lambda m, a, b: m.linalg.solve(a, b), A, B),
    "solve, real": (lambda m, a, b: m.linalg.solve(a, b), A, B.real),
    "solve, symmetric": (solve("sym"), SYMMETRIC, B),
    "solve, Hermitian": (solve("her"), POSITIVE, B),
    "solve, positive": (solve("pos", True), POSITIVE, V),
    **{
        f"solve_triangular {t}": (lambda m, a, b, t=t: m.linalg.solve_triangular(a, b, t, lower=True), A, B)
        for t in (0, 1, 2)
    },
    **{f"lu {t}": (lambda m, a, b, t=t: m.linalg.lu_solve(m.linalg.lu_factor(a), b, t), A, B) for t in (0, 1, 2)},
    "expm": (lambda m, a: m.linalg.expm(a), A),
    "logm": (lambda m, a: m.linalg.logm(a), A),
    "sqrtm": (lambda m, a: m.linalg.sqrtm(a), A),
    "Sylvester": (lambda m, a, b, q: m.linalg.solve_sylvester(a, b, q), A, OTHER, B),
    "Lyapunov": (lambda m, a, q: m.linalg.solve_continuous_lyapunov(a, q), A, POSITIVE),
    "Lyapunov, discrete": (lambda m, a, q: m.linalg.solve_discrete_lyapunov(a, q), 0.1 * A, POSITIVE),
    "toeplitz of one": (lambda m, c: m.linalg.toeplitz(c), V),
    "toeplitz": (lambda m, c, r: m.linalg.toeplitz(c, r), V, W),
    "hankel": (lambda m, c: m.linalg.hankel(c), V),
    "circulant": (lambda m, c: m.linalg.circulant(c), V),
    "block_diag": (lambda m, a, b: m.linalg.block_diag(a, b), A, V.real),
    **{
        f"{name} {mode}": (lambda m, a, b, name=name, mode=mode: getattr(m.signal, name)(a, b, mode), LONG, V)
        for name in ("convolve", "correlate", "fftconvolve", "oaconvolve")
        for mode in ("full", "same", "valid")
    },
    "correlate of real": (lambda m, a, b: m.signal.correlate(a, b), LONG.real, V),
    "lfilter": (lambda m, b, a, x: m.signal.lfilter(b, a, x), W, np.array([1.5, 0.3j, 0.2]), LONG),
    "filtfilt": (lambda m, x: m.signal.filtfilt([1.0, 0.5], [1.5, 0.3], x, padlen=2), LONG),
    "sosfilt": (lambda m, x: m.signal.sosfilt([[1.0, 0.2, 0.3, 1.0, 0.1, 0.2]], x), LONG),
    "detrend": (lambda m, x: m.signal.detrend(x), LONG),
    "trapezoid": (lambda m, y, x: m.integrate.trapezoid(y, x), LONG, X),
    "simpson": (lambda m, y, x: m.integrate.simpson(y, x=x), LONG, X),
    "CubicSpline": (lambda m, y, t: m.interpolate.CubicSpline(X, y)(t), LONG, INSIDE),
    "interp1d": (lambda m, y, t: m.interpolate.interp1d(X, y)(t), LONG, INSIDE),
    "grid": (lambda m, y, t: m.interpolate.RegularGridInterpolator((X,), y)(t[:, None]), LONG, INSIDE),
    "ndimage.correlate": (lambda m, x, w: m.ndimage.correlate(x, w), IMAGE, WEIGHTS),
    "ndimage.convolve": (lambda m, x, w: m.ndimage.convolve(x, w), IMAGE, WEIGHTS),
    "gaussian_filter": (lambda m, x: m.ndimage.gaussian_filter(x, 0.8), IMAGE),
    "shift": (lambda m, x: m.ndimage.shift(x, 0.3), IMAGE),
    "zoom": (lambda m, x: m.ndimage.zoom(x, 1.5, order=1), IMAGE),
}


class Ours:
    integrate, interpolate, linalg, ndimage, signal = integrate, interpolate, linalg, ndimage, signal


@pytest.mark.parametrize("name", CASES)
def test_complex_variables(name):
    f, *args = CASES[name]
    tensors = [mg.tensor(a) for a in args]
    y, expected = f(Ours, *tensors), f(scipy, *args)
    assert type(y) is mg.Tensor
    assert y.dtype == expected.dtype
    np.testing.assert_array_equal(y.data, expected)
    weights = numbers(*y.shape)
    np.sum(weights * y).real.backward()

    def loss(*args):
        return np.sum(weights * f(scipy, *args)).real

    h = 1e-5
    for i, (a, t) in enumerate(zip(args, tensors, strict=True)):
        assert t.grad.dtype == a.dtype
        d = numbers(*a.shape) if a.dtype.kind == "c" else rng.standard_normal(a.shape)
        along = [loss(*args[:i], a + k * h * d, *args[i + 1 :]) for k in (-2, -1, 1, 2)]
        slope = (8 * (along[2] - along[1]) - (along[3] - along[0])) / (12 * h)
        np.testing.assert_allclose(np.sum(np.conj(t.grad) * d).real, slope, 1e-7, 1e-7)


@pytest.mark.parametrize(
    "call",
    [
        lambda z: linalg.cholesky(z),
        lambda z: linalg.cho_solve((np.eye(2), True), z),
        lambda z: linalg.eigh(z),
        lambda z: linalg.svd(z),
        lambda z: signal.savgol_filter(z, 1, 0),
        lambda z: signal.windows.kaiser(5, z[0, 0]),
        lambda z: spatial.distance.cdist(z, z),
        lambda z: interpolate.CubicSpline(X, X)(z),
        lambda z: ndimage.shift(IMAGE, z[0]),
        lambda z: stats.zscore(z),
    ],
)
def test_others_refuse_them(call):
    with pytest.raises(TypeError, match="complex variable was given"):
        call(mg.tensor([[1.0 + 1.0j, 0.0], [0.0, 2.0]]))
