"""Methods that work in place, write to `out`, copy, refuse, or are MyGrad's own.

(What the others compute, and its gradients: tests/core/catalogue/test_method_calls.py.)
"""

import inspect
import io
import pickle

import numpy as np
import pytest

import mygrad as mg

# Away from ties and kinks, so that finite differences are right.
VALUES = np.array([[0.3, -1.2, 2.4, 0.9], [1.7, 0.4, -0.8, 3.1], [-2.2, 1.1, 0.6, -0.47]])

LAYOUTS = {
    "C": lambda t: t,
    "transposed": lambda t: t.T,
    "reversed": lambda t: t[::-1, ::-1],
    "strided": lambda t: t[:, ::3],
    "row": lambda t: t[1],
    "column": lambda t: t[:, 2],
}


def numbered(functions):
    return [
        pytest.param(f, id=f"{i}-{inspect.getsource(f).strip().strip(',').removeprefix('lambda a: ')}")
        for i, f in enumerate(functions)
    ]


def jacobian_product(f, weights, values, layout):
    """The derivative of sum(weights * f), by central differences."""
    gradient = np.zeros_like(values)
    h = 1e-6
    for i in np.ndindex(values.shape):
        ends = []
        for step in (h, -h):
            moved = values.copy()
            moved[i] += step
            ends.append((weights * f(LAYOUTS[layout](moved))).sum())
        gradient[i] = (ends[0] - ends[1]) / (2 * h)
    return gradient


def test_integers_are_no_variables():
    with pytest.raises(ValueError, match="constant=False"):
        mg.tensor([1, 2]).sum(constant=False)


# -- answers that are plain arrays -----------------------------------------------------------------------


def test_plain_answers_take_tensors_as_arguments():
    x = mg.tensor([1.0, 2.0, 3.0])
    assert x.searchsorted(mg.tensor(2.5)) == 2
    np.testing.assert_array_equal(mg.tensor([3.0, 1.0, 2.0]).argpartition(mg.tensor(1)), [1, 2, 0])
    assert not x.any(where=mg.tensor([False, False, False]))


@pytest.mark.parametrize("name", ["argmax", "argmin", "all", "any"])
def test_plain_into_out(name):
    expected = getattr(VALUES, name)(axis=0)
    for out in (np.empty_like(expected), mg.tensor(np.zeros_like(expected))):
        result = getattr(mg.tensor(VALUES), name)(axis=0, out=out)
        assert result is out
        np.testing.assert_array_equal(np.asarray(out), expected)


# -- out -------------------------------------------------------------------------------------------------

OUT = [
    (lambda a, out: a.sum(0, out=out), (4,)),
    (lambda a, out: a.prod(0, None, out), (4,)),
    (lambda a, out: a.mean(0, None, out), (4,)),
    (lambda a, out: a.std(0, out=out), (4,)),
    (lambda a, out: a.max(0, out), (4,)),
    (lambda a, out: a.cumsum(0, None, out), (3, 4)),
    (lambda a, out: a.clip(0.0, 1.0, out), (3, 4)),
    (lambda a, out: a.round(1, out), (3, 4)),
    (lambda a, out: a.dot(np.eye(4), out), (3, 4)),
    (lambda a, out: a.trace(0, 0, 1, None, out), ()),
    (lambda a, out: a.take([1, 2], 1, out), (3, 2)),
    (lambda a, out: a.compress([1, 0, 1], 0, out), (2, 4)),
]


@pytest.mark.parametrize(("f", "shape"), OUT)
def test_out(f, shape):
    buffer = np.empty(shape)
    expected = f(VALUES, buffer)
    x = mg.tensor(VALUES)
    target = mg.tensor(np.zeros(shape))
    assert f(x, target) is target
    np.testing.assert_array_equal(target.data, expected)
    weights = np.linspace(1.0, 2.0, buffer.size).reshape(shape)
    (weights * target).sum().backward()
    np.testing.assert_allclose(
        x.grad, jacobian_product(lambda a: f(a, np.empty(shape)), weights, VALUES, "C"), rtol=1e-6, atol=1e-7
    )
    array = np.empty(shape)
    with pytest.raises(TypeError, match="takes no gradient"):
        f(x, array)
    result = f(x.detach(), array)
    np.testing.assert_array_equal(array, expected)
    assert np.shares_memory(result.data, array)


# -- MyGrad's own ----------------------------------------------------------------------------------------


def test_T_of_less_than_two_axes_is_the_tensor_itself():
    x = mg.tensor([1.0, 2.0])
    assert x.T is x
    assert mg.tensor(1.0).T.shape == ()


def test_mT_needs_two_axes():
    with pytest.raises(ValueError, match="2"):
        _ = mg.tensor([1.0]).mT


def test_moveaxis():
    x = mg.tensor(np.arange(24.0).reshape(2, 3, 4))
    y = x.moveaxis(0, -1)
    np.testing.assert_array_equal(y.data, np.moveaxis(x.data, 0, -1))
    assert y.base is x
    assert x.moveaxis(0, -1, constant=True).constant
    (y * np.arange(24.0).reshape(3, 4, 2)).sum().backward()
    np.testing.assert_array_equal(x.grad, np.moveaxis(np.arange(24.0).reshape(3, 4, 2), -1, 0))


def test_keepdims_by_position_as_in_mygrad():
    x = mg.tensor(VALUES)
    assert x.sum(0, True).shape == (1, 4)


def test_clip_with_mygrads_names_and_tensors_as_bounds():
    x, low = mg.tensor([-1.0, 0.5]), mg.tensor(0.0)
    y = x.clip(a_min=low, a_max=0.4)
    np.testing.assert_array_equal(y.data, [0.0, 0.4])
    y.sum().backward()
    assert low.grad == 1.0
    np.testing.assert_array_equal(x.grad, [0.0, 0.0])


def test_flatten_is_a_copy():
    x = mg.tensor(VALUES)
    for y in (x.flatten(), x.T.flatten(), x.flatten(constant=True)):
        assert y.base is None
        assert not np.shares_memory(y, x)
    assert x.flatten(constant=True).constant


def test_reshape_errors_are_numpys():
    x = mg.tensor(VALUES)
    for bad in ((5,), ("a",), (-1, -1)):
        with pytest.raises((ValueError, TypeError)) as ours:
            x.reshape(*bad)
        with pytest.raises((ValueError, TypeError)) as numpys:
            VALUES.reshape(*bad)
        assert (type(ours.value), str(ours.value)) == (type(numpys.value), str(numpys.value))


def test_reshape_by_tensors_of_integers():
    x = mg.tensor(VALUES)
    assert x.reshape(mg.tensor(4), mg.tensor(3)).shape == (4, 3)
    assert x.reshape(mg.tensor([2, 6])).shape == (2, 6)


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.1.0", reason="NumPy's reshape has `copy` since 2.1")
def test_reshape_with_copy():
    x = mg.tensor(VALUES)
    y = x.reshape(-1, copy=True)
    assert y.base is None
    assert not np.shares_memory(x, y)
    (y * np.arange(12)).sum().backward()
    np.testing.assert_array_equal(x.grad, np.arange(12).reshape(3, 4))
    assert x.reshape(-1, copy=False).base is x
    with pytest.raises(ValueError, match="copy"):
        x.T.reshape(-1, copy=False)


def test_choose():
    index = mg.tensor([0, 1, 1, 0])
    a, b = mg.tensor([1.0, 2.0, 3.0, 4.0]), mg.tensor(10.0)
    y = index.choose([a, b])
    np.testing.assert_array_equal(y.data, [1.0, 10.0, 10.0, 4.0])
    (y * [1.0, 2.0, 3.0, 4.0]).sum().backward()
    np.testing.assert_array_equal(a.grad, [1.0, 0.0, 0.0, 4.0])
    assert b.grad == 5.0
    with pytest.raises(TypeError):
        mg.tensor([0.5]).choose([a, b])


# -- astype, view, copy ----------------------------------------------------------------------------------


def test_astype_between_floats_is_differentiable():
    x = mg.tensor(VALUES)
    y = x.astype(np.float32)
    assert y.dtype == np.float32
    (y * y).sum().backward()
    assert x.grad.dtype == np.float64
    np.testing.assert_allclose(x.grad, 2 * VALUES, rtol=1e-6)


def test_astype_from_integers_makes_a_variable():
    x = mg.tensor([1, 2]).astype(float)
    assert x.constant is False
    assert x.creator is None
    (x * x).backward()
    np.testing.assert_array_equal(x.grad, [2.0, 4.0])
    assert mg.tensor([1, 2]).astype(float, constant=True).constant
    assert mg.tensor([1.0], constant=True).astype(np.float32).constant


def test_astype_to_integers_is_constant():
    x = mg.tensor([1.5, 2.5])
    y = x.astype(int)
    assert y.constant
    np.testing.assert_array_equal(y.data, [1, 2])
    with pytest.raises(ValueError, match="constant=False"):
        x.astype(int, constant=False)


def test_astype_without_copy():
    x = mg.tensor([1.5, 2.5])
    assert x.astype(float, copy=False) is x
    assert x.astype(float, copy=False, constant=True) is not x
    assert x.astype(float) is not x
    assert not np.shares_memory(x.astype(float), x)


def test_astype_as_in_mygrad():
    x = mg.tensor([1.5, 2.5])
    assert x.astype(float, "safe", False) is x
    with pytest.raises(TypeError, match="Cannot cast"):
        x.astype(int, "safe")
    with pytest.raises(TypeError, match="Cannot cast"):
        x.astype(int, casting="safe")
    with pytest.raises(TypeError, match="Cannot cast"):
        mg.tensor([1]).astype(np.float16, casting="safe")


@pytest.mark.parametrize("dtype", [str, object, "M8[s]"])
def test_astype_to_what_is_no_number(dtype):
    with pytest.raises(TypeError, match="holds numbers"):
        mg.tensor([1.5]).astype(dtype)


def test_view_of_bits():
    with pytest.raises(TypeError, match="astype"):
        mg.tensor([1.0]).view(np.int64)
    with pytest.raises(TypeError, match="matrix"):
        mg.tensor([[1.0]]).view(np.matrix)
    x = mg.tensor([1, 256], dtype=np.int32)
    y = x.view(np.uint8)
    np.testing.assert_array_equal(y.data, x.data.view(np.uint8))
    assert y.constant
    assert y.base is x
    y[0] = 7
    assert x[0] == 7
    with pytest.raises(TypeError, match="holds numbers"):
        x.view("M8[s]")


@pytest.mark.filterwarnings("ignore::mygrad.errors.GradientLostWarning")
def test_copy():
    x = mg.tensor(VALUES)
    y = +x.T
    (y * y).backward()
    for z in (y.copy(), x.T.copy("C"), x[:2].copy()):
        assert z.base is None
        assert z.creator is None
        assert z.data.flags.c_contiguous
        assert z.constant is False
    np.testing.assert_array_equal(y.copy().grad, y.grad)
    assert not np.shares_memory(y.copy().grad, y.grad)
    assert y.copy("K").data.flags.f_contiguous
    assert y.copy(constant=True).grad is None
    assert mg.tensor(1.0, constant=True).copy(constant=False).constant is False
    z = x.copy()
    z *= 2
    (z * x).backward()
    np.testing.assert_array_equal(x.grad, 2 * VALUES)  # as of a constant
    with pytest.raises(ValueError, match="constant=False"):
        mg.tensor(1).copy(constant=False)


# -- in place --------------------------------------------------------------------------------------------

IN_PLACE = [
    lambda a: a.sort(),
    lambda a: a.sort(0),
    lambda a: a.sort(axis=-1, kind="stable"),
    lambda a: a.sort(stable=True),
    lambda a: a.partition(1),
    lambda a: a.partition(kth=(0, 2), axis=0),
    lambda a: a.fill(3.5),
    lambda a: a.put([0, 5, -1], [7.0, 8.0]),
    lambda a: a.put([[0, 1], [0, 2]], np.arange(4.0)),
    lambda a: a.put(3, 7.0),
    lambda a: a.put([13, 25], 1.5, mode="wrap"),
    lambda a: a.put([13, -25], 1.5, mode="clip"),
    lambda a: a.put([0], []),
    lambda a: a.flat.__setitem__(slice(1, None, 2), [5.0, 6.0]),
    lambda a: a.flat.__setitem__(3, 9.0),
    lambda a: setattr(a, "flat", [1.0, 2.0, 3.0]),
    lambda a: setattr(a, "real", 5.0),
]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("f", numbered(IN_PLACE))
def test_in_place(f, layout):
    def program(p):
        x = p * 1.0
        part = LAYOUTS[layout](x)
        before = (part * part).sum()
        f(part)
        return x, before + (x * weights).sum()

    weights = np.linspace(1.0, 2.0, VALUES.size).reshape(VALUES.shape)
    try:
        expected, _ = program(VALUES)
    except (ValueError, IndexError) as error:
        p = mg.tensor(VALUES)
        x = p * 1.0
        with pytest.raises(type(error)):
            f(LAYOUTS[layout](x))
        np.testing.assert_array_equal(x.data, VALUES)
        return
    p = mg.tensor(VALUES)
    x, loss = program(p)
    np.testing.assert_array_equal(x.data, expected)
    loss.backward()
    gradient = jacobian_product(lambda a: program(a)[1], 1.0, VALUES, "C")
    np.testing.assert_allclose(p.grad, gradient, rtol=1e-6, atol=1e-6)


def test_values_written_get_gradients():
    x, v = mg.tensor(np.zeros((2, 3))), mg.tensor([2.0, 3.0])
    x.put([0, 2, 4], v)
    np.testing.assert_array_equal(x.data, [[2.0, 0, 3.0], [0, 2.0, 0]])
    (x * np.arange(6.0).reshape(2, 3)).sum().backward()
    np.testing.assert_array_equal(v.grad, [4.0, 2.0])

    x, s = mg.tensor(np.zeros(3)), mg.tensor(2.0)
    x.fill(s)
    x.sum().backward()
    assert s.grad == 3.0

    x = mg.tensor(np.zeros((3, 2)).T)
    x.flat = v
    (x * np.arange(6.0).reshape(2, 3)).sum().backward()
    np.testing.assert_array_equal(v.grad, [6.0, 9.0])


def test_puts_into_one_element_twice():
    x, v = mg.tensor(np.zeros(2)), mg.tensor([2.0, 3.0])
    x.put([1, 1], v)
    np.testing.assert_array_equal(x.data, [0.0, 3.0])
    x.sum().backward()
    np.testing.assert_array_equal(v.grad, [0.0, 1.0])


@pytest.mark.parametrize(
    ("f", "error"),
    [
        (lambda a: a.sort(axis=None), TypeError),
        (lambda a: a.sort(5), np.exceptions.AxisError),
        (lambda a: a.partition(10), ValueError),
        (lambda a: a.fill([1.0, 2.0]), ValueError),
        (lambda a: a.fill("x"), ValueError),
        (lambda a: a.put([100], 1.0), IndexError),
        (lambda a: a.flat[100], IndexError),
        (lambda a: a.flat.__setitem__(-13, 1.0), IndexError),
        (lambda a: a.take([100]), IndexError),
        (lambda a: a.squeeze(0), ValueError),
        (lambda a: a.resize((5, 5)), ValueError),
        (lambda a: a.resize(-1), ValueError),
        (lambda a: a.argsort(7), np.exceptions.AxisError),
        (lambda a: a.sum(axis=2), np.exceptions.AxisError),
        (lambda a: a.transpose(0), ValueError),
        (lambda a: a.item(), ValueError),
        (lambda a: a.reshape(), TypeError),
    ],
)
def test_errors_are_numpys_and_change_nothing(f, error):
    x = mg.tensor(VALUES)
    if not (error is ValueError and "resize" in inspect.getsource(f)):
        with pytest.raises(error):
            f(VALUES.copy())
    with pytest.raises(error):
        f(x)
    np.testing.assert_array_equal(x.data, VALUES)


def test_resize_keeps_the_size():
    x = mg.tensor(np.arange(6.0))
    v = x[:2]
    x.resize(2, 3)
    assert x.shape == (2, 3)
    x.resize((3, 2), refcheck=False)
    assert x.shape == (3, 2)
    x.resize()
    assert x.shape == (3, 2)
    v *= 5
    np.testing.assert_array_equal(x.data, [[0.0, 5.0], [2.0, 3.0], [4.0, 5.0]])
    with pytest.raises(ValueError, match="resize"):
        x.resize(7)


def test_gone_with_numpy_2():
    for name in ("ptp", "itemset", "newbyteorder"):
        assert not hasattr(mg.tensor(1.0), name)


# -- files -----------------------------------------------------------------------------------------------


def test_tofile(tmp_path):
    mg.tensor(VALUES).tofile(tmp_path / "binary")
    np.testing.assert_array_equal(np.fromfile(tmp_path / "binary"), VALUES.ravel())
    mg.tensor([1.0, 2.0]).tofile(tmp_path / "text", sep=";", format="%.1f")
    assert (tmp_path / "text").read_text() == "1.0;2.0"


def test_dump(tmp_path):
    x = mg.tensor(VALUES, constant=True)
    for dumped in (x.dumps(), _through(x.dump), _through_path(x.dump, tmp_path / "x")):
        y = pickle.loads(dumped)
        assert isinstance(y, mg.Tensor)
        assert y.constant
        np.testing.assert_array_equal(y.data, VALUES)


def _through(dump):
    file = io.BytesIO()
    dump(file)
    return file.getvalue()


def _through_path(dump, path):
    dump(str(path))
    return path.read_bytes()
