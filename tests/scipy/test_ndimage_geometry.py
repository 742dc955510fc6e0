"""`mygrad.scipy.ndimage`: other places. Values are SciPy's, bit for bit; derivatives agree with differences."""

import numpy as np
import pytest
import scipy.ndimage as theirs

import mygrad as mg
import mygrad.scipy.ndimage as ours
from mygrad.testing import check_grads

rng = np.random.default_rng(4)
IMAGE = rng.standard_normal((4, 5))
MODES = ["reflect", "constant", "nearest", "mirror", "wrap", "grid-wrap", "grid-constant", "grid-mirror"]
EACH_MODE = pytest.mark.parametrize("mode", MODES)


def same(mine, expected):
    assert type(mine) is mg.Tensor
    assert mine.dtype == expected.dtype
    np.testing.assert_array_equal(mine.data, expected)


def matrix(f, x):
    """That of a linear function: what it makes of unit vectors, less what it makes of nothing."""
    nothing = f(np.zeros_like(x))
    return np.stack([(f(unit.reshape(x.shape)) - nothing).ravel() for unit in np.eye(x.size)], axis=-1)


def check_by_image(name, x, *args, **how):
    t = mg.tensor(x)
    y = getattr(ours, name)(t, *args, **how)
    same(y, getattr(theirs, name)(x, *args, **how))
    g = rng.standard_normal(y.shape)
    y.backward(g)
    expected = g.ravel() @ matrix(lambda x: getattr(theirs, name)(x, *args, **how), x)
    np.testing.assert_allclose(t.grad.ravel(), expected, atol=1e-12)


@EACH_MODE
@pytest.mark.parametrize("order", [0, 1, 2, 3, 5])
def test_map_coordinates(order, mode):
    places = rng.uniform(-9, 13, (2, 3, 2))
    places[:, :2] = rng.uniform(0.1, 2.9, (2, 2, 2))
    how = {"order": order, "mode": mode, "cval": 0.5}
    check_by_image("map_coordinates", IMAGE, places, **how)
    check_by_image("map_coordinates", IMAGE, places, **how, prefilter=False)
    if order == 0:
        assert not np.any(mg.jacobian(lambda c: ours.map_coordinates(IMAGE, c, **how))(places))
        return
    same(ours.map_coordinates(IMAGE, mg.tensor(places), **how), theirs.map_coordinates(IMAGE, places, **how))
    if mode == "constant":
        places = places[:, :2]  # elsewhere there are steps
    check_grads(lambda c: ours.map_coordinates(IMAGE, c, **how), places)


def test_second_derivatives():
    places = np.array([[0.3, 1.7], [1.2, 0.4]])
    check_grads(lambda x, c: ours.map_coordinates(x, c, mode="mirror"), IMAGE[:2, :3], places, order=2)


def test_a_volume_and_a_line():
    x = rng.standard_normal((3, 4, 3))
    places = rng.uniform(0.1, 1.9, (3, 4))
    check_by_image("map_coordinates", x, places)
    check_grads(lambda c: ours.map_coordinates(x, c), places)
    check_grads(lambda x, c: ours.map_coordinates(x, [c]), IMAGE[0], places[0])


def test_a_large_image():
    """Of which the filter is transposed as a filter, and not as a matrix."""
    x = rng.standard_normal(40)
    for mode in MODES:
        check_by_image("shift", x, 0.3, mode=mode)


@EACH_MODE
@pytest.mark.parametrize("order", [1, 3])
def test_shift(order, mode):
    how = {"order": order, "mode": mode, "cval": 0.5}
    check_by_image("shift", IMAGE, 0.3, **how)
    shifts = np.array([1.2, -0.7])
    same(ours.shift(IMAGE, mg.tensor(shifts), **how), theirs.shift(IMAGE, shifts, **how))
    check_grads(lambda by: ours.shift(IMAGE, by, **how), shifts)
    check_grads(lambda by: ours.shift(IMAGE, by, **how), np.array(0.4))


@EACH_MODE
@pytest.mark.parametrize("grid_mode", [False, True])
@pytest.mark.filterwarnings("ignore:It is recommended to use mode")
def test_zoom(mode, grid_mode):
    for factor, order in ((1.7, 3), ((0.5, 2.0), 1), ((0.25, 1.0), 3)):
        check_by_image("zoom", IMAGE, factor, order=order, mode=mode, cval=0.5, grid_mode=grid_mode)


@EACH_MODE
def test_rotate(mode):
    for reshape in (True, False):
        how = {"mode": mode, "cval": 0.5, "reshape": reshape}
        check_by_image("rotate", IMAGE, 31.0, **how)
    same(ours.rotate(IMAGE, mg.tensor(31.0), **how), theirs.rotate(IMAGE, 31.0, **how))
    if mode != "constant":
        check_grads(lambda angle: ours.rotate(IMAGE, angle, **how), np.array(31.0))


def test_the_plane_that_is_turned():
    x = rng.standard_normal((3, 2, 4))
    for axes in ((2, 0), (0, 1), (-1, 1)):
        for reshape in (True, False):
            check_by_image("rotate", x, 20.0, axes=axes, reshape=reshape, order=1)


@pytest.mark.parametrize("mode", ["mirror", "grid-constant"])
@pytest.mark.filterwarnings("ignore:The behavior of affine_transform with a 1-D array")
def test_affine_transform(mode):
    square, offset = np.array([[0.9, 0.2], [-0.1, 0.8]]), np.array([0.3, 0.6])
    column = np.concatenate([square, offset[:, None]], axis=1)
    both = np.concatenate([column, [[0.0, 0.0, 1.0]]])
    how = {"mode": mode, "cval": 0.5}
    for args in [(square, offset), (square, 0.3), (column,), (both,), (np.array([0.9, 0.8]), offset)]:
        check_by_image("affine_transform", IMAGE, *args, output_shape=(3, 3), **how)
    small = {"output_shape": (2, 3), **how}
    for args in [(square, offset), (column,), (np.array([0.9, 0.8]), np.array(0.3))]:
        expected = theirs.affine_transform(IMAGE, args[0], *[offset.tolist() for offset in args[1:]], **small)
        same(ours.affine_transform(IMAGE, *map(mg.tensor, args), **small), expected)
        check_grads(lambda *args: ours.affine_transform(IMAGE, *args, **small), *args)


def test_dtypes():
    single, whole = IMAGE.astype(np.float32), (10 * IMAGE).astype(int)
    t = mg.tensor(single)
    y = ours.shift(t, 0.5)
    same(y, theirs.shift(single, 0.5))
    y.sum().backward()
    assert t.grad.dtype == np.float32
    same(ours.shift(t, 0.5, np.float64), theirs.shift(single, 0.5, np.float64))
    by = mg.tensor(0.5)
    y = ours.shift(whole, by, float)
    same(y, theirs.shift(whole, 0.5, float))
    y.sum().backward()
    assert by.grad != 0.0
    assert type(ours.shift(IMAGE, 0.5)) is np.ndarray


def test_what_is_refused():
    x = mg.tensor(IMAGE)
    with pytest.raises(TypeError, match="zoom: no gradient flows to `zoom`"):
        ours.zoom(x, mg.tensor(2.0))
    with pytest.raises(TypeError, match="shift: no gradient flows to `cval`"):
        ours.shift(x, 0.5, cval=mg.tensor(1.0))
    with pytest.raises(TypeError, match="rotate: beside variables, `output` can be a dtype"):
        ours.rotate(x, 3.0, output=np.empty((4, 5)))
    with pytest.raises(RuntimeError, match="order not supported"):
        ours.rotate(x, 3.0, order=6)


def test_lift_puts_them_in_the_place_of_scipys():
    x, by = mg.tensor(IMAGE), mg.tensor(0.5)
    with mg.lift:
        y = theirs.shift(x, by) + theirs.rotate(x, by, reshape=False) + theirs.map_coordinates(x, np.indices(x.shape))
        y = y + theirs.zoom(x, 1.0) + theirs.affine_transform(x, np.eye(2), by)
    y.sum().backward()
    assert np.all(np.isfinite(x.grad))
    assert by.grad != 0.0
