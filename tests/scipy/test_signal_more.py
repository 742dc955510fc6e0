"""Filters with states, convolution of images, other rates; and what SciPy makes of these under lift."""

import numpy as np
import pytest
import scipy.signal as theirs

import mygrad as mg
import mygrad.scipy.signal as ours
from mygrad.testing import check_grads

rng = np.random.default_rng(5)
X = rng.standard_normal(9)
ROWS = rng.standard_normal((2, 7))


def same(mine, expected):
    assert type(mine) is mg.Tensor
    assert mine.dtype == expected.dtype
    np.testing.assert_array_equal(mine.data, expected)


@pytest.mark.parametrize(
    ("b", "a"),
    [([1.0, 0.5], [1.0, -0.4]), ([0.5, 0.2, 0.1], [2.0, -0.4]), ([1.0], [1.5, 0.3, -0.2]), ([1.0, 0.3, 0.2], [2.0])],
)
@pytest.mark.parametrize(("x", "axis"), [(X, -1), (X[:1], 0), (ROWS, 1), (ROWS, 0)])
def test_lfilter_from_a_state(b, a, x, axis):
    b, a = np.array(b), np.array(a)
    shape = [1] * x.ndim
    shape[axis] = max(len(b), len(a)) - 1
    zi = np.linspace(0.5, 1.0, shape[axis]).reshape(shape)
    for mine, expected in zip(
        ours.lfilter(b, a, mg.tensor(x), axis, mg.tensor(zi)), theirs.lfilter(b, a, x, axis, zi), strict=True
    ):
        same(mine, expected)
    for k in (0, 1):
        check_grads(lambda b, a, x, zi, k=k: ours.lfilter(b, a, x, axis, zi)[k], b, a, x, zi)


def test_sosfilt_from_a_state():
    sos = theirs.butter(3, 0.3, output="sos")
    zi = rng.standard_normal((2, 2, 2))
    expected = theirs.sosfilt(sos, ROWS, zi=zi)
    mine = ours.sosfilt(sos, mg.tensor(ROWS), zi=zi)
    for x, y in zip(mine, expected, strict=True):
        same(x, y)
    for k in (0, 1):

        def f(rest, x, zi, k=k):  # what SciPy takes has ones in the fourth column
            return ours.sosfilt(np.concatenate([rest[:, :3], np.ones((2, 1)), rest[:, 3:]], 1), x, zi=zi)[k]

        check_grads(f, np.delete(sos, 3, 1), ROWS, zi)
    check_grads(lambda x: ours.sosfilt(sos, x, axis=0, zi=np.ones((2, 2, 1)))[0], ROWS[:, :1])


@pytest.mark.parametrize("name", ["convolve2d", "correlate2d"])
@pytest.mark.parametrize("boundary", ["fill", "wrap", "symm"])
@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("shapes", [((4, 5), (2, 3)), ((3, 4), (3, 2)), ((2, 2), (4, 3)), ((2, 3), (4, 3))])
def test_images(name, boundary, mode, shapes):
    a, b = (rng.standard_normal(shape) for shape in shapes)
    f, g = getattr(ours, name), getattr(theirs, name)
    how = {"mode": mode, "boundary": boundary, "fillvalue": 0.5}
    for dtype in (np.float64, np.float32):
        x, y = a.astype(dtype), b.astype(dtype)
        try:
            expected = g(x, y, **how)
        except ValueError as error:
            with pytest.raises(ValueError, match=str(error)[:20]):
                f(mg.tensor(x), y, **how)
            return
        same(f(mg.tensor(x), mg.tensor(y), **how), expected)
    check_grads(lambda a, b: f(a, b, **how), a, b)


def test_complex_images():
    a, b = ROWS[:, :3] + 1j * ROWS[:, 1:4], ROWS[:, :2] * (1 - 2j)
    for name in ("convolve2d", "correlate2d"):
        f = getattr(ours, name)
        same(f(mg.tensor(a), b), getattr(theirs, name)(a, b))
        check_grads(lambda x, f=f: np.real(f(x + 1j * a.imag, b)) + np.imag(f(x + 1j * a.imag, b)), a.real)


@pytest.mark.parametrize(("up", "down"), [(1, 1), (2, 3), (3, 2), (1, 4)])
def test_upfirdn(up, down):
    h = rng.standard_normal(4)
    for x, axis in ((X, -1), (ROWS, 0), (ROWS.astype(np.float32), 1)):
        same(ours.upfirdn(h, mg.tensor(x), up, down, axis), theirs.upfirdn(h, x, up, down, axis))
        check_grads(lambda h, x, axis=axis: ours.upfirdn(h, x, up, down, axis), h, x.astype(float))
    with pytest.raises(TypeError, match="by zeros"):
        ours.upfirdn(h, mg.tensor(X), mode="wrap")


SIGNAL = rng.standard_normal(64)


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("resample_poly", lambda f, x: f(x, 2, 3)),
        ("resample", lambda f, x: f(x, 20)),
        ("decimate", lambda f, x: f(x, 2, ftype="fir")),
        ("decimate", lambda f, x: f(x, 2)),
        ("sosfiltfilt", lambda f, x: f(theirs.butter(2, 0.3, output="sos"), x)),
        ("welch", lambda f, x: f(x, nperseg=16)[1]),
        ("periodogram", lambda f, x: f(x)[1]),
        ("spectrogram", lambda f, x: f(x, nperseg=16)[2]),
        ("stft", lambda f, x: np.abs(f(x, nperseg=16)[2])),
        ("istft", lambda f, x: f(x.reshape(16, 4)[:9] * (1 + 1j), nperseg=16)[1]),
        ("freqz", lambda f, x: np.abs(f(x[:3], worN=8)[1])),
    ],
)
def test_what_scipy_makes_of_them_under_lift(name, call):
    x = mg.tensor(SIGNAL)
    with mg.lift:
        y = call(getattr(theirs, name), x)
    assert type(y) is mg.Tensor
    np.testing.assert_allclose(y.data, call(getattr(theirs, name), SIGNAL), rtol=1e-13, atol=1e-13)
    weights = np.cos(np.arange(y.size)).reshape(y.shape)
    np.sum(weights * y).backward()
    direction, h = np.sin(np.arange(64.0)), 1e-6
    ends = [np.sum(weights * call(getattr(theirs, name), SIGNAL + d * direction)) for d in (h, -h)]
    np.testing.assert_allclose(x.grad @ direction, (ends[0] - ends[1]) / (2 * h), rtol=1e-6, atol=1e-8)
