"""Filters of `mygrad.scipy.ndimage` along axes, and those that pick values: as SciPy has them, with derivatives."""

import numpy as np
import pytest
import scipy.ndimage as theirs
import scipy.signal

import mygrad as mg
import mygrad.scipy.ndimage as ours
from mygrad.testing import check_grads

rng = np.random.default_rng(4)
IMAGE = rng.standard_normal((4, 5))
MODES = ["constant", "mirror", "wrap"]
FOOTPRINT = np.array([[1, 0, 1], [0, 1, 1]])

CALLS = [
    ("correlate1d", ([1.0, 2.0, -0.5],), {"axis": 0, "origin": 1}),
    ("correlate1d", ([1.0, 2.0, -0.5, 0.3],), {"origin": -1}),
    ("convolve1d", ([1.0, 2.0, -0.5],), {"axis": -2, "origin": 1}),
    ("convolve1d", ([1.0, 2.0, -0.5, 0.3],), {"origin": -1}),
    ("uniform_filter1d", (3,), {"axis": 0, "origin": 1}),
    ("uniform_filter1d", (4,), {}),
    ("uniform_filter", ((3, 2),), {"origin": (-1, 0)}),
    ("uniform_filter", (), {}),
    ("gaussian_filter1d", (0.8,), {"axis": 0}),
    ("gaussian_filter1d", (0.8,), {"order": 2, "truncate": 2.0}),
    ("gaussian_filter1d", (0.8, 0), {"order": 1, "radius": 2}),
    ("sobel", (), {}),
    ("sobel", (0,), {}),
    ("prewitt", (), {"axis": 0}),
    ("laplace", (), {}),
    ("gaussian_laplace", (0.8,), {}),
    ("gaussian_laplace", ([0.8, 1.1],), {"truncate": 2.0}),
    ("gaussian_gradient_magnitude", (0.8,), {}),
    ("maximum_filter", (3,), {}),
    ("maximum_filter", ((2, 3),), {"origin": (-1, 1)}),
    ("minimum_filter", (), {"footprint": FOOTPRINT}),
    ("maximum_filter1d", (3,), {"axis": 0}),
    ("minimum_filter1d", (4,), {"origin": 1}),
    ("median_filter", (3,), {}),
    ("median_filter", (), {"footprint": FOOTPRINT, "origin": (0, -1)}),
    ("rank_filter", (2, 3), {}),
    ("rank_filter", (-2,), {"footprint": FOOTPRINT}),
    ("percentile_filter", (30.0, 3), {}),
    ("percentile_filter", (-10.0, 3), {}),
    ("percentile_filter", (100, 3), {}),
]


def same(mine, expected):
    assert type(mine) is mg.Tensor
    assert mine.dtype == expected.dtype
    np.testing.assert_array_equal(mine.data, expected)


@pytest.mark.parametrize(("name", "args", "how"), CALLS)
def test_filters(name, args, how):
    f, g = getattr(ours, name), getattr(theirs, name)
    for dtype in (np.float64, np.float32):
        x = IMAGE.astype(dtype)
        same(f(mg.tensor(x), *args, **how), g(x, *args, **how))
    strided = np.repeat(IMAGE, 2, axis=1)[::-1, ::2]
    same(f(mg.tensor(strided), *args, **how), g(strided, *args, **how))
    assert type(f(IMAGE, *args, **how)) is np.ndarray
    out = np.empty_like(IMAGE)
    f(IMAGE, *args, output=out, **how)
    np.testing.assert_array_equal(out, g(IMAGE, *args, **how))
    for mode in MODES if "gaussian" not in name else MODES[:1]:
        check_grads(lambda x, mode=mode: f(x, *args, mode=mode, cval=0.3, **how), IMAGE)
    t = mg.tensor(IMAGE)
    with mg.lift:
        y = getattr(theirs, name)(t, *args, **how)
    same(y, g(IMAGE, *args, **how))
    with pytest.raises(TypeError, match="no `output`"):
        f(t, *args, output=out, **how)


@pytest.mark.parametrize("name", ["gaussian_filter1d", "gaussian_laplace", "gaussian_gradient_magnitude"])
def test_widths(name):
    f = getattr(ours, name)
    same(f(IMAGE, mg.tensor(0.9)), getattr(theirs, name)(IMAGE, 0.9))
    check_grads(lambda x, s: f(x, s), IMAGE, np.array(0.9))
    if name == "gaussian_laplace":
        check_grads(lambda s: f(IMAGE, s), np.array([0.7, 1.2]))
    check_grads(lambda s: f(IMAGE[0], s), np.array(0.9), order=2)


def test_weights_and_several_modes():
    check_grads(ours.correlate1d, IMAGE, np.array([0.2, 1.0, -0.3]), order=2)
    check_grads(ours.convolve1d, IMAGE, np.array([0.2, 1.0]))
    modes = {"mode": ("wrap", "nearest")}
    for name, *args in (("sobel",), ("uniform_filter", 3), ("maximum_filter", 3), ("gaussian_laplace", 1.0)):
        f, g = getattr(ours, name), getattr(theirs, name)
        same(f(mg.tensor(IMAGE), *args, **modes), g(IMAGE, *args, **modes))
        check_grads(lambda x, f=f, args=args: f(x, *args, **modes), IMAGE)


def test_some_axes():
    for name, *args in (("uniform_filter", 3), ("laplace",), ("gaussian_laplace", 1.0), ("median_filter", 3)):
        f, g = getattr(ours, name), getattr(theirs, name)
        try:
            expected = g(IMAGE, *args, axes=(0,))
        except (TypeError, RuntimeError):
            continue  # a SciPy that has no `axes` here, or errs with them
        same(f(mg.tensor(IMAGE), *args, axes=(0,)), expected)
        check_grads(lambda x, f=f, args=args: f(x, *args, axes=(0,)), IMAGE)


def test_flat_and_empty_images():
    x = mg.tensor(np.ones((3, 4)))
    ours.gaussian_gradient_magnitude(x, 1.0).sum().backward()
    assert np.all(np.isfinite(x.grad))
    for f in (lambda x: ours.sobel(x), lambda x: ours.maximum_filter(x, 3), lambda x: ours.uniform_filter(x, 3)):
        x = mg.tensor(np.zeros((0, 3)))
        f(x).sum().backward()
        assert x.grad.shape == (0, 3)


def test_what_others_make_of_them():
    x = rng.standard_normal(9)
    same(mg.lift(scipy.signal.medfilt)(mg.tensor(x), 3), scipy.signal.medfilt(x, 3))
    check_grads(lambda x: mg.lift(scipy.signal.medfilt)(x, 3), x)


def test_settings_take_no_gradient():
    with pytest.raises(TypeError, match="no gradient flows to `cval`"):
        ours.sobel(IMAGE, mode="constant", cval=mg.tensor(1.0))
    with pytest.raises(TypeError, match="complex variable"):
        ours.median_filter(mg.tensor(IMAGE + 0j), 3)
