"""What NumPy makes a view of is a view: it shares memory and gradients, and writes go through in both directions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import mygrad as mg

M = np.arange(1.0, 7.0).reshape(2, 3)

VIEWS = {
    "reshape": lambda x: mg.reshape(x, (3, 2)),
    "reshape -1": lambda x: mg.reshape(x, -1),
    "ravel": mg.ravel,
    "squeeze": lambda x: mg.squeeze(mg.expand_dims(x, 0)),
    "expand_dims": lambda x: mg.expand_dims(x, (0, 2)),
    "transpose": mg.transpose,
    "transpose axes": lambda x: mg.transpose(x, 1, 0),
    "matrix_transpose": mg.matrix_transpose,
    "swapaxes": lambda x: mg.swapaxes(x, 0, 1),
    "moveaxis": lambda x: mg.moveaxis(x, 0, 1),
    "rollaxis": lambda x: mg.rollaxis(x, 1),
    "flip": mg.flip,
    "fliplr": mg.fliplr,
    "flipud": mg.flipud,
    "rot90": mg.rot90,
    "atleast_3d": mg.atleast_3d,
    "split": lambda x: mg.split(x, 3, axis=1)[1],
    "array_split": lambda x: mg.array_split(x, 2, axis=1)[0],
    "hsplit": lambda x: mg.hsplit(x, 3)[2],
    "vsplit": lambda x: mg.vsplit(x, 2)[0],
    "unstack": lambda x: mg.unstack(x)[1],
    "einsum": lambda x: mg.einsum("ij->ji", x),
}
READ_ONLY = {
    "broadcast_to": lambda x: mg.broadcast_to(x, (2, 2, 3)),
    "diagonal": mg.diagonal,
    "diag": mg.diag,
    "linalg.diagonal": mg.linalg.diagonal,
    "sliding_window_view": lambda x: mg.sliding_window_view(x, (2, 2), 1),
    "broadcast_arrays": lambda x: mg.broadcast_arrays(x, np.zeros((2, 2, 3)))[0],
}
COPIES = {
    "roll": lambda x: mg.roll(x, 1),
    "concatenate": lambda x: mg.concatenate([x]),
    "repeat": lambda x: mg.repeat(x, 1),
    "reshape": lambda x: mg.reshape(mg.transpose(x), -1),
    "reshape copy": lambda x: mg.reshape(x, (3, 2), copy=True),
    "where": lambda x: mg.where(True, x, x),
    "meshgrid": lambda x: mg.meshgrid(x[0], x[1])[0],
    "copy": mg.copy,
    "diag of a vector": lambda x: mg.diag(x[0]),
    "sort": mg.sort,
    "full": lambda x: mg.full((2, 2, 3), x),
}


@pytest.mark.parametrize("take", (VIEWS | READ_ONLY).values(), ids=VIEWS | READ_ONLY)
def test_views_share_memory_and_gradients(take):
    x = mg.tensor(M)
    y = take(x)
    assert y.base is x
    assert np.shares_memory(y, x)
    (x**2).backward()
    assert np.shares_memory(y.grad, x.grad)
    assert_array_equal(y.grad, 2 * y.data)


@pytest.mark.parametrize("take", VIEWS.values(), ids=VIEWS)
def test_writes_go_through(take):
    x = mg.tensor(M)
    y = take(x)
    y *= 10.0
    assert_array_equal(take(x).data, take(mg.tensor(M)).data * 10)
    x[...] = 1.0
    assert_array_equal(y.data, np.ones(y.shape))


@pytest.mark.parametrize("take", READ_ONLY.values(), ids=READ_ONLY)
def test_read_only_views(take):
    x = mg.tensor(M)
    y = take(x)
    with pytest.raises(ValueError, match="read-only"):
        y[...] = 0.0
    assert_array_equal(x.data, M)


@pytest.mark.parametrize("take", COPIES.values(), ids=COPIES)
def test_copies(take):
    x = mg.tensor(M)
    y = take(x)
    assert y.base is None
    assert not np.shares_memory(y, x)


@pytest.mark.parametrize("take", (VIEWS | READ_ONLY).values(), ids=VIEWS | READ_ONLY)
def test_of_an_array_they_share_its_memory(take):
    array = M.copy()
    y = take(array)
    assert np.shares_memory(y, array)
    assert getattr(y, "constant", True) is True  # sliding_window_view returns an array
    del y
    array[...] = 0.0  # nothing is locked any more


@pytest.mark.parametrize("take", VIEWS.values(), ids=VIEWS)
def test_a_view_that_is_a_constant_shares_memory_alone(take):
    x = mg.tensor(M)
    with mg.no_autodiff:
        y = take(x)
    assert np.shares_memory(y, x)


def test_constant_view_of_a_variable():
    x = mg.tensor(M)
    for y in (mg.reshape(x, -1, constant=True), *mg.split(x, 2, constant=True), mg.transpose(x, constant=True)):
        assert y.constant is True
        assert np.shares_memory(y, x)
        (x * 2).backward()
        assert y.grad is None


# -- whatever the layout in memory --------------------------------------------------------------------


@st.composite
def laid_out(draw):
    """Arrays of distinct numbers: slices of transposed arrays, read forwards or backwards."""
    ndim = draw(st.integers(0, 3))
    shape = draw(st.lists(st.integers(1, 3), min_size=ndim, max_size=ndim))
    steps = draw(st.lists(st.sampled_from([1, 2, -1, -2]), min_size=ndim, max_size=ndim))
    whole = np.arange(1.0, 1.0 + np.prod([2 * n for n in shape], dtype=int)).reshape([2 * n for n in shape])
    part = whole[(*[slice(None, None, step) for step in steps], ...)][(*[slice(n) for n in shape], ...)]
    return np.transpose(part, draw(st.permutations(range(ndim))))


def check(function, array):
    """The function picks elements: so the gradient of each goes back to where its number came from."""
    x = mg.tensor(array, copy=False)
    y, expected = function(mg, x), function(np, array)
    assert_array_equal(y.data, expected)
    assert (y.base is x) == np.shares_memory(expected, array)
    g = np.arange(1.0, 1.0 + y.size).reshape(y.shape)
    y.backward(g)
    gradients = dict(zip(expected.flat, g.flat, strict=True))
    assert_array_equal(x.grad, np.reshape([gradients[number] for number in array.flat], array.shape))


@given(laid_out(), st.sampled_from("CFA"))
def test_reshape(array, order):
    check(lambda module, x: module.reshape(x, (1, -1), order), array)
    check(lambda module, x: module.reshape(x, x.shape[::-1], order=order), array)


@given(laid_out(), st.sampled_from("CFAK"))
def test_ravel(array, order):
    check(lambda module, x: module.ravel(x, order), array)


@given(laid_out(), st.data())
def test_transpositions(array, data):
    axes = data.draw(st.permutations(range(array.ndim)))
    check(lambda module, x: module.transpose(x, tuple(axes)), array)
    check(lambda module, x: module.flip(x), array)


@given(laid_out(), st.sampled_from("CFA"))
def test_writes_through_a_reshaped_view(array, order):
    x = mg.tensor(array, copy=False)
    y = mg.reshape(x, -1, order)
    y *= 2.0
    z = np.sum(x * np.arange(1.0, 1.0 + x.size).reshape(x.shape))
    z.backward()
    assert x.grad.shape == x.shape
    if y.base is x:
        assert_array_equal(y.grad, np.reshape(x.grad, -1, order))


@pytest.mark.parametrize(
    "text",
    [
        "np.squeeze(x)",
        "x.squeeze()",
        "np.atleast_1d(x)",
        "np.atleast_2d(m)",
        "np.real(x)",
        "x.real",
        "np.real_if_close(x)",
        "np.diff(x, 0)",
        "x.conj()",
        "x.astype(np.float64, copy=False)",
        "np.squeeze(m)",
        "np.squeeze(x, ())",
        "np.atleast_2d(x)",
        "np.ravel(x)",
        "x[...]",
        "np.reshape(x, 3)",
    ],
)
def test_the_very_tensor_where_numpy_returns_the_very_array(text):
    def is_same(of):
        names = {"np": np, "x": of([1.0, 2.0, 3.0]), "m": of([[1.0, 2.0], [3.0, 4.5]])}
        return eval(text, names) is names["m" if "m" in text else "x"]

    assert is_same(mg.tensor) == is_same(np.array)
    if hasattr(np, "astype"):
        x = mg.tensor([1.0, 2.0])
        assert np.astype(x, float, copy=False) is x


@pytest.mark.parametrize("f", [mg.squeeze, mg.atleast_1d, mg.real, mg.real_if_close, lambda x, **k: mg.diff(x, 0, **k)])
def test_the_very_tensor_unless_it_is_to_be_constant(f):
    x = mg.tensor([1.0, 2.0])
    assert f(x, constant=False) is x
    c = f(x, constant=True)
    assert c.constant
    assert c.base is x
    assert not x.constant
