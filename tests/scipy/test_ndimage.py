"""`mygrad.scipy.ndimage`: the values are SciPy's, bit for bit, and the derivatives agree with differences."""

from inspect import signature

import numpy as np
import pytest
import scipy.ndimage as theirs

import mygrad as mg
import mygrad.scipy.ndimage as ours
from mygrad.testing import check_grads

rng = np.random.default_rng(2)
IMAGE = rng.standard_normal((4, 5))
MODES = ["reflect", "constant", "nearest", "mirror", "wrap", "grid-wrap"]


def same(mine, expected):
    assert type(mine) is mg.Tensor
    assert mine.dtype == expected.dtype
    np.testing.assert_array_equal(mine.data, expected)


@pytest.mark.parametrize("name", ["correlate", "convolve"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("shape", "origin"), [((3, 3), 0), ((2, 3), 0), ((3, 2), (1, -1)), ((3, 4), (0, 1))])
def test_correlation(name, mode, shape, origin):
    weights = rng.standard_normal(shape)
    f, g = getattr(ours, name), getattr(theirs, name)
    how = {"mode": mode, "origin": origin, "cval": 0.5}
    for dtype in (np.float64, np.float32):
        x, w = IMAGE.astype(dtype), weights.astype(dtype)
        same(f(mg.tensor(x), mg.tensor(w), **how), g(x, w, **how))
        assert type(f(x, w, **how)) is np.ndarray
    check_grads(lambda x, w: f(x, w, **how), IMAGE, weights, order=2 if shape == (2, 3) and mode == "reflect" else 1)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("order", [0, 1, 2, (0, 3)])
def test_gaussian_filter(mode, order):
    how = {"mode": mode, "order": order, "cval": 0.5}
    for sigma in (np.array(0.9), np.array([0.7, 1.2])):
        same(
            ours.gaussian_filter(mg.tensor(IMAGE), mg.tensor(sigma), **how),
            theirs.gaussian_filter(IMAGE, sigma.tolist(), **how),
        )
        check_grads(lambda x, s: ours.gaussian_filter(x, s, **how), IMAGE, sigma)


def test_more_of_the_gaussian_filter():
    for how in ({"axes": (1,)}, {"radius": 2}, {"truncate": 2.0}, {"mode": ("wrap", "nearest")}):
        same(ours.gaussian_filter(mg.tensor(IMAGE), 0.8, **how), theirs.gaussian_filter(IMAGE, 0.8, **how))
        check_grads(lambda x, how=how: ours.gaussian_filter(x, 0.8, **how), IMAGE)
    same(ours.gaussian_filter(mg.tensor(IMAGE), [0.0, 1.0]), theirs.gaussian_filter(IMAGE, [0.0, 1.0]))
    check_grads(lambda x: ours.gaussian_filter(x, [0.0, 1.0]), IMAGE)
    check_grads(lambda s: ours.gaussian_filter(IMAGE, s), np.array(0.8), order=2)
    single = IMAGE.astype(np.float32)
    same(ours.gaussian_filter(mg.tensor(single), 0.8), theirs.gaussian_filter(single, 0.8))


def test_what_is_refused():
    with pytest.raises(TypeError, match="no `output`"):
        ours.correlate(mg.tensor(IMAGE), np.ones((3, 3)), output=np.empty((4, 5)))
    with pytest.raises(TypeError, match="no gradient flows to `cval`"):
        ours.gaussian_filter(mg.tensor(IMAGE), 1.0, mode="constant", cval=mg.tensor(1.0))
    for f in (ours.gaussian_filter, ours.shift, ours.rotate):  # nor of an image that is no variable
        with pytest.raises(TypeError, match="no gradient flows to `cval`"):
            f(IMAGE, 1.0, mode="constant", cval=mg.tensor(1.0))


def test_widths_of_single_precision():
    image, sigma = IMAGE.astype(np.float32), np.array([0.8, 1.1], np.float32)
    same(ours.gaussian_filter(mg.tensor(image), mg.tensor(sigma)), theirs.gaussian_filter(image, sigma))


@pytest.mark.skipif("axes" not in signature(theirs.correlate).parameters, reason="SciPy has no `axes` here")
@pytest.mark.parametrize("name", ["correlate", "convolve"])
def test_weights_along_some_axes(name):
    for weights, how in [
        (np.array([0.3, -1.0, 0.2]), {"axes": (1,), "origin": (-1,)}),
        (np.array([0.3, 0.2]), {"axes": 0, "mode": "mirror"}),
    ]:
        f = getattr(ours, name)
        same(f(mg.tensor(IMAGE), mg.tensor(weights), **how), getattr(theirs, name)(IMAGE, weights, **how))
        check_grads(lambda x, w, f=f, how=how: f(x, w, **how), IMAGE, weights)


def test_an_image_of_no_pixels():
    for f in (lambda x: ours.gaussian_filter(x, 1.0), lambda x: ours.rotate(x, 10.0)):
        x = mg.tensor(np.zeros((0, 3)))
        f(x).sum().backward()
        assert x.grad.shape == (0, 3)
    with pytest.raises(ValueError, match="2D"):
        ours.rotate(mg.tensor(1.0), 10.0)
