"""Functions of `mygrad.scipy` that take complex variables: values are SciPy's, gradients agree with differences."""

import numpy as np
import pytest
import scipy
import scipy.integrate
import scipy.interpolate
import scipy.linalg
import scipy.ndimage
import scipy.signal
import scipy.special

import mygrad as mg
from mygrad.scipy import integrate, interpolate, linalg, ndimage, signal, spatial, special, stats

rng = np.random.default_rng(6)
NEW = tuple(map(int, scipy.__version__.split(".")[:2])) >= (1, 16)


def numbers(*shape):
    return rng.standard_normal(shape) + 1j * rng.standard_normal(shape)


A, B = numbers(4, 4) + 4 * np.eye(4), numbers(4, 2)
SYMMETRIC, POSITIVE = A + A.T, A @ A.conj().T + 4 * np.eye(4)
SECOND = numbers(4, 4)
SECOND = SECOND @ SECOND.conj().T + 4 * np.eye(4)
OTHER = numbers(2, 2) + 4 * np.eye(2)
V, W, LONG = numbers(4), numbers(3), numbers(9)
IMAGE, WEIGHTS = numbers(4, 5), numbers(3, 2)
X = np.sort(rng.uniform(0.0, 3.0, 9))
INSIDE = rng.uniform(X[0] + 0.1, X[-1] - 0.1, 4)


def projected(w, v):
    """What does not depend on the phases of eigenvectors."""
    return np.concatenate([w, (v * w) @ np.conj(v[0]), np.abs(v[1])])


def joined(u, s, vh):
    """What does not depend on the phases of singular vectors."""
    return np.concatenate([s, np.ravel((u * s**2) @ vh), np.abs(u[0]), np.ravel(vh * np.conj(vh[:, :1]))])


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
    **{
        f"{name} {lower}": (f, *args)
        for lower in (False, True)
        for name, f, *args in [
            ("cholesky", lambda m, a, low=lower: m.linalg.cholesky(a, low), POSITIVE),
            ("cho_factor", lambda m, a, low=lower: m.linalg.cho_factor(a, low)[0], POSITIVE),
            ("cho_solve", lambda m, c, b, low=lower: m.linalg.cho_solve((c, low), b), A, B),
            ("cho_solve, one", lambda m, c, b, low=lower: m.linalg.cho_solve((c, low), b), A, V),
            ("eigh", lambda m, a, low=lower: projected(*m.linalg.eigh(a, lower=low)), POSITIVE),
            ("eigh, values", lambda m, a, low=lower: m.linalg.eigh(a, lower=low, eigvals_only=True), POSITIVE),
            ("eigh, general", lambda m, a, b, low=lower: projected(*m.linalg.eigh(a, b, lower=low)), POSITIVE, SECOND),
            (
                "eigh, general values",
                lambda m, a, b, low=lower: m.linalg.eigh(a, b, lower=low, eigvals_only=True),
                POSITIVE,
                SECOND,
            ),
        ]
    },
    "svd": (lambda m, a: joined(*m.linalg.svd(a)), A),
    "svd, tall": (lambda m, a: joined(*m.linalg.svd(a, full_matrices=False)), B),
    "svd, wide": (lambda m, a: joined(*m.linalg.svd(a, full_matrices=False, lapack_driver="gesvd")), B.T.copy()),
    "svd, left": (lambda m, a: np.abs(m.linalg.svd(a)[0]), A),
    "svd, values": (lambda m, a: m.linalg.svd(a, compute_uv=False), B),
    "lu_factor": (lambda m, a: m.linalg.lu_factor(a)[0], A),
    "lu_factor, tall": (lambda m, a: m.linalg.lu_factor(a)[0], B),
    "softmax": (lambda m, x: m.special.softmax(x), B),
    "log_softmax": (lambda m, x: m.special.log_softmax(x, axis=0), B),
    "logsumexp": (lambda m, x: m.special.logsumexp(x, axis=1), B),
    "logsumexp, factors": (lambda m, x, b: m.special.logsumexp(x, b=b), B, V[:, None]),
    "logsumexp, complex factors": (lambda m, x, b: m.special.logsumexp(x, b=b, keepdims=True), B.real, B + 1),
    "logsumexp, sign": (
        lambda m, x, b: np.stack(m.special.logsumexp(x, 0, b, return_sign=True)),
        B,
        V.real[:, None],
    ),
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
if not NEW:
    del CASES["logsumexp, sign"]


class Ours:
    integrate, interpolate, linalg, ndimage, signal, special = integrate, interpolate, linalg, ndimage, signal, special


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


@pytest.mark.parametrize(
    "f",
    [
        lambda z: linalg.eigh(z)[1].imag.sum(),
        lambda z: linalg.eigh(z, POSITIVE)[1].imag.sum(),
        lambda z: linalg.svd(z)[0].imag.sum(),
    ],
)
def test_what_depends_on_phases_is_refused(f):
    z = mg.tensor(POSITIVE)
    with pytest.raises(mg.errors.InvalidBackprop, match="up to a phase"):
        f(z).backward()


@pytest.mark.parametrize("name", [name for name in CASES if name.split()[0].strip(",") in ("cholesky", "eigh", "svd")])
def test_second_derivatives_of_decompositions(name):
    f, *args = CASES[name]
    weights = rng.standard_normal(f(scipy, *args).shape)

    def slopes(*args):
        return mg.grad(lambda *a: np.sum(weights * np.real(f(Ours, *a))), argnums=tuple(range(len(args))))(*args)

    steps = [numbers(*a.shape) for a in args]
    others = [numbers(*a.shape) for a in args]

    def along(*args):
        return sum(np.sum(np.conj(g) * d).real for g, d in zip(slopes(*args), steps, strict=True))

    h = 1e-5
    beside = [along(*[a + k * h * d for a, d in zip(args, others, strict=True)]) for k in (1, -1)]
    seconds = mg.grad(along, argnums=tuple(range(len(args))))(*args)
    found = sum(np.sum(np.conj(g) * d).real for g, d in zip(seconds, others, strict=True))
    np.testing.assert_allclose(found, (beside[0] - beside[1]) / (2 * h), 1e-5, 1e-6)


@pytest.mark.parametrize("name", ["cholesky True", "eigh False", "svd, tall", "softmax", "expm", "cho_solve True"])
def test_single_precision(name):
    f, *args = CASES[name]
    small = [mg.tensor(a.astype(np.complex64)) for a in args]
    large = [mg.tensor(a.data.astype(complex)) for a in small]
    y = f(Ours, *small)
    assert y.dtype == f(scipy, *[a.data for a in small]).dtype
    np.sum(np.abs(y)).backward()
    np.sum(np.abs(f(Ours, *large))).backward()
    for a, b in zip(small, large, strict=True):
        assert a.grad.dtype == np.complex64
        np.testing.assert_allclose(a.grad, b.grad, 5e-3, 1e-3)
