"""The page on tensors: making them, going forth and back, getting at the array."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg
from mygrad import Tensor


def like_numpy(array):
    """NumPy's repr, with a tensor's name. (Of which integers it shows the dtype depends on the platform.)"""
    return repr(array).replace("array", "Tensor").replace("\n", "\n ")


def test_basic_computing():
    x = mg.arange(9).reshape(3, 3)
    assert repr(x) == like_numpy(np.arange(9).reshape(3, 3))
    y = x[x == 4] ** 2
    assert repr(y) == like_numpy(np.array([4]) ** 2)


@pytest.mark.filterwarnings("ignore::mygrad.errors.GradientLostWarning")  # of a leaf that is made of another
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (2.3, "Tensor(2.3)"),
        (np.array([1.2, 3.0]), "Tensor([1.2, 3. ])"),
        ([[1.0, 2.0], [3.0, 4.0]], "Tensor([[1., 2.],\n        [3., 4.]])"),
        ([[1, 2], [3, 4]], like_numpy(np.array([[1, 2], [3, 4]]))),
        (mg.tensor([1.0, 2.0]), "Tensor([1., 2.])"),
        ((1.0, np.float64(2.0), mg.tensor(3.0)), "Tensor([1., 2., 3.])"),
    ],
)
def test_creating_from_array_likes(source, expected):
    assert repr(mg.tensor(source)) == expected


def test_creating_by_functions():
    assert repr(mg.arange(4)) == like_numpy(np.arange(4))
    assert repr(mg.linspace(0.0, 1.0, 3)) == "Tensor([0. , 0.5, 1. ])"


def test_constants_by_dtype():
    assert mg.astensor(1, dtype=np.int8).constant is True
    assert mg.astensor(1, dtype=np.float32).constant is False


def test_astensor_passes_a_tensor_through():
    x = mg.tensor([1.0, 2.0])
    assert mg.astensor(x) is x
    assert mg.astensor(x, constant=True).constant is True


def test_forward_and_backward():
    x, y = Tensor(3.0), Tensor(2.0)
    f = 2 * x + y**2
    f.backward()
    assert repr(x.grad) == "array(2.)"  # the document shows 6, but f is linear in x
    assert repr(y.grad) == "array(4.)"
    assert repr(f.grad) == "array(1.)"

    2 * x
    assert x.grad is None
    assert y.grad is not None

    assert y.null_grad() is y
    assert repr(y) == "Tensor(2.)"
    assert y.grad is None


def test_the_graph_is_cleared():
    x = mg.tensor(2.0)
    y = x * x
    z = y + 1
    assert y.creator is not None
    z.backward()
    assert x.creator is y.creator is z.creator is None


def test_data():
    x = mg.tensor([1, 2])
    assert repr(x.data) == repr(np.array([1, 2]))
    assert x.data is x.data
    assert repr(np.asarray(x)) == repr(np.array([1, 2]))
    assert np.asarray(x) is x.data


# -- the members that the page lists -----------------------------------------------------------------------


def test_astype():
    x = mg.tensor([1.5, -2.5])
    y = x.astype(np.float32)
    assert y.dtype == np.float32
    assert y.constant is False
    assert x.astype(float, copy=False) is x
    assert x.astype(int).constant is True
    assert x.astype(np.float32, constant=True).constant is True
    with pytest.raises(TypeError):
        x.astype(int, casting="safe")


def test_backward_with_a_gradient():
    x = mg.tensor([1.0, 2.0])
    (x**2).backward(10.0)
    assert_array_equal(x.grad, [20.0, 40.0])


def test_clear_graph():
    x = mg.tensor([1.0, 2.0])
    y = x * 2
    z = y + 1
    z.clear_graph()
    assert y.creator is z.creator is None
    assert x.grad is None


@pytest.mark.filterwarnings("ignore::mygrad.errors.GradientLostWarning")
def test_copy():
    x = mg.tensor([1.0, 2.0]) * 1
    y = x.copy()
    assert y.creator is None
    assert not np.shares_memory(x, y)
    assert y.constant is False
    assert x.copy(constant=True).constant is True


def test_item():
    assert type(mg.tensor([[2.5]]).item()) is float
    with pytest.raises(ValueError):
        mg.tensor([1.0, 2.0]).item()


def test_shape_and_kin():
    x = mg.zeros((2, 3), dtype=np.float32)
    assert (x.ndim, x.shape, x.size, x.dtype) == (2, (2, 3), 6, np.float32)


def test_transpose():
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert x.T.base is x
    assert_array_equal(x.T.data, [[1.0, 3.0], [2.0, 4.0]])
    (x.T[0] * [1.0, 10.0]).backward()
    assert_array_equal(x.grad, [[1.0, 0.0], [10.0, 0.0]])


def test_null_gradients_is_deprecated():
    x = mg.tensor(1.0)
    (x * 2).backward()
    with pytest.warns((DeprecationWarning, FutureWarning)):
        x.null_gradients()
    assert x.grad is not None  # it does nothing else
