"""`mygrad.scipy.signal`: the values are SciPy's, bit for bit, and the derivatives agree with differences."""

import time

import numpy as np
import pytest
import scipy.signal as theirs

import mygrad as mg
import mygrad.scipy.signal as ours
from mygrad.testing import check_grads

rng = np.random.default_rng(5)
B, A, X = np.array([0.3, 0.2, -0.1]), np.array([1.5, -0.4, 0.2]), rng.standard_normal(12)
ROWS = rng.standard_normal((2, 12))
SOS = np.array([[0.3, 0.2, -0.1, 1.0, -0.4, 0.2], [1.0, 0.5, 0.0, 1.0, 0.3, 0.0]])


def check(name, *args, order=1, **options):
    f, g = getattr(ours, name), getattr(theirs, name)
    for dtype in (np.float64, np.float32):
        given = [a.astype(dtype) for a in args]
        expected, mine = g(*given, **options), f(*map(mg.tensor, given), **options)
        assert type(mine) is mg.Tensor
        assert mine.dtype == expected.dtype
        np.testing.assert_array_equal(mine.data, expected)
        plain = f(*given, **options)
        assert type(plain) is np.ndarray
        np.testing.assert_array_equal(plain, expected)
    check_grads(lambda *args: f(*args, **options), *args, order=order)


@pytest.mark.parametrize("name", ["convolve", "correlate", "fftconvolve", "oaconvolve"])
@pytest.mark.parametrize("mode", ["full", "same", "valid"])
def test_convolution(name, mode):
    for a, b in [(5, 3), (3, 5), (4, 4), (4, 2)]:
        check(name, rng.standard_normal(a), rng.standard_normal(b), mode=mode)
    check(name, rng.standard_normal((4, 5)), rng.standard_normal((2, 3)), mode=mode)


def test_second_derivatives_and_methods_of_convolution():
    for method in ("direct", "fft"):
        check("convolve", rng.standard_normal(4), rng.standard_normal(3), method=method, order=2)


@pytest.mark.parametrize("name", ["fftconvolve", "oaconvolve"])
def test_convolution_along_some_axes(name):
    check(name, rng.standard_normal((2, 5)), rng.standard_normal((2, 3)), axes=1)
    check(name, rng.standard_normal((5, 2)), rng.standard_normal((3, 1)), axes=0, mode="same")
    # Of what the first array was broadcast to, SciPy takes the middle, too.
    check(name, rng.standard_normal((1, 5)), rng.standard_normal((3, 2)), axes=-1, mode="same", order=2)


def test_the_gradient_by_a_small_kernel_costs_no_more_than_the_value():
    """It is not the middle of a product that is as large as the image squared, which took a second or two here."""
    image, kernel = rng.standard_normal((200, 200)), mg.tensor(np.ones((2, 2)))
    times = []
    for _ in range(3):
        y = ours.convolve(image, kernel, method="direct")
        g = rng.standard_normal(y.shape)
        start = time.process_time()
        y.backward(g)
        times.append(time.process_time() - start)
    assert min(times) < 0.2
    expected = [[np.sum(g[i : 200 + i, j : 200 + j] * image) for j in range(2)] for i in range(2)]
    np.testing.assert_allclose(kernel.grad, expected, 1e-10)


@pytest.mark.parametrize("axis", [0, -1])
def test_filters(axis):
    x = ROWS if axis else ROWS.T.copy()
    check("lfilter", B, A, x, axis=axis)
    check("lfilter", B[:1], A, x, axis=axis)
    check("lfilter", B, A[:1], x, axis=axis)
    np.testing.assert_array_equal(ours.sosfilt(mg.tensor(SOS), x, axis).data, theirs.sosfilt(SOS, x, axis))

    def sosfilt(numerators, denominators, x):
        ones = np.ones_like(denominators[:, :1])
        return ours.sosfilt(np.concatenate([numerators, ones, denominators], 1), x, axis)

    check_grads(sosfilt, SOS[:, :3], SOS[:, 4:], x)
    for padtype in ("odd", "even", "constant", None):
        check("filtfilt", B, A, x, axis=axis, padtype=padtype)
    check("filtfilt", B, A, x, axis=axis, padlen=4)


def test_second_derivatives_of_a_filter():
    check("lfilter", B[:2], A[:2], X[:4], order=2)


def test_a_signal_that_is_shorter_than_the_filter():
    check("lfilter", B, A, X[:2])


@pytest.mark.parametrize("options", [{}, {"type": "constant"}, {"bp": [0, 5]}])
def test_detrend(options):
    check("detrend", ROWS, order=2, **options)
    check("detrend", ROWS.T.copy(), axis=0, **options)


@pytest.mark.parametrize("mode", ["interp", "mirror", "nearest", "wrap", "constant"])
def test_savgol_filter(mode):
    options = {"window_length": 5, "polyorder": 2, "mode": mode}
    check("savgol_filter", ROWS, **options)
    check("savgol_filter", ROWS.T.copy(), axis=0, deriv=1, delta=0.5, **options)
    for width in (1, 4, 12):
        check("savgol_filter", ROWS, **(options | {"window_length": width, "polyorder": min(width - 1, 2)}))


def test_hilbert():
    for options in ({}, {"N": 15}, {"N": 8}, {"axis": 0}):
        mine, expected = ours.hilbert(mg.tensor(ROWS), **options), theirs.hilbert(ROWS, **options)
        np.testing.assert_array_equal(mine.data, expected)
        for part in (np.real, np.imag, np.abs):
            check_grads(lambda x, part=part, options=options: part(ours.hilbert(x, **options)), ROWS)


@pytest.mark.parametrize("name", ["gaussian", "kaiser"])
@pytest.mark.parametrize("sym", [True, False])
def test_windows(name, sym):
    f, g = getattr(ours.windows, name), getattr(theirs.windows, name)
    for size in (1, 6, 7):
        np.testing.assert_array_equal(f(size, mg.tensor(2.5), sym).data, g(size, 2.5, sym))
        check_grads(lambda p, size=size: f(size, p, sym), np.array(2.5), order=2)


def test_what_is_refused():
    x = mg.tensor(X)
    for call in (
        lambda: ours.filtfilt(B, A, x, method="gust"),
        lambda: ours.savgol_filter(mg.tensor([1.0 + 2.0j]), 1, 0),
    ):
        with pytest.raises(TypeError, match=r"'gust' has no derivative|complex variable"):
            call()
    np.testing.assert_array_equal(ours.lfilter(B, A, X, zi=np.zeros(2))[1], theirs.lfilter(B, A, X, zi=np.zeros(2))[1])


def test_derivatives_by_fourier_transforms_warn_of_nothing():
    """A gradient with structural zeros is traced by nan, of which SciPy would warn."""

    def first(a, b):
        return mg.grad(lambda a: np.sum(ours.fftconvolve(a, b, mode="same") ** 2))(a)

    a, b = rng.standard_normal(5), rng.standard_normal(3)
    check_grads(first, a, b)


def test_nothing_to_convolve():
    for name in ("convolve", "correlate", "fftconvolve", "oaconvolve"):
        a = mg.tensor(np.zeros(0))
        mine = getattr(ours, name)(a, B, mode="same")
        np.testing.assert_array_equal(mine.data, getattr(theirs, name)(a.data, B, mode="same"))
        mine.sum().backward()
        assert a.grad.shape == (0,)
