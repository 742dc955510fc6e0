"""Python's protocols: a tensor answers as an array does."""

import copy
import gc
import math
import operator
import pickle
from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg
from mygrad import Tensor

#: Some protocols lose the gradient: see tests/core/semantics/test_lost_gradients.py.
LOST = pytest.mark.filterwarnings("ignore::mygrad.errors.GradientLostWarning")

NUMBERS = [2.6, -2.5, 0.0, 3, -1, True, False, np.float32(1.5), np.int8(7), np.float16(0.5)]
ARRAYS = [np.array(2.0), np.array([2.0]), np.array([[3]]), np.array([]), np.array([1.0, 2.0]), np.array(True)]


def outcome(f, *args):
    """The result, or the type of the error."""
    try:
        return f(*args)
    except (TypeError, ValueError) as error:
        return type(error)


@LOST
@pytest.mark.filterwarnings(  # of NumPy before they became errors
    "ignore:Conversion of an array:DeprecationWarning",
    "ignore:The truth value of an empty array:DeprecationWarning",
)
@pytest.mark.parametrize("convert", [bool, int, float, complex, operator.index, len, list, bytes])
@pytest.mark.parametrize("value", [*map(np.array, NUMBERS), *ARRAYS])
def test_conversions(convert, value):
    expected, result = outcome(convert, value), outcome(convert, mg.tensor(value))
    if convert is list and isinstance(expected, list):
        assert all(isinstance(part, Tensor) for part in result)
        assert [part.item() for part in result] == [part.item() for part in expected]
    else:
        assert type(result) is type(expected)
        assert result == expected


def test_truth_of_many_is_an_error():
    with pytest.raises(ValueError, match="ambiguous"):
        bool(mg.tensor([1.0, 2.0]))
    with pytest.raises(ValueError, match="ambiguous"):
        bool(mg.tensor([1.0, 2.0]) > 1)


def test_index():
    assert [10, 20, 30][mg.tensor(1)] == 20
    assert list(range(mg.tensor(3))) == [0, 1, 2]
    assert np.arange(3.0)[mg.tensor(1)] == 1.0
    with pytest.raises(TypeError, match="only integer scalar arrays"):
        [10, 20][mg.tensor(1.0)]


@pytest.mark.parametrize("unary", [operator.neg, operator.pos, abs, operator.invert])
@pytest.mark.parametrize("value", [[1.5, -2.5], [1, -2], [True, False]])
def test_unary_operators(unary, value):
    try:
        expected = unary(np.array(value))
    except TypeError:
        with pytest.raises(TypeError):
            unary(mg.tensor(value))
    else:
        np.testing.assert_array_equal(mg.asarray(unary(mg.tensor(value))), expected, strict=True)


@pytest.mark.parametrize("number", [2.6, 2.5, -0.5, 1234.567, 7])
def test_round_as_of_numpys_scalars(number):
    assert round(mg.tensor(number)) == round(number)
    assert type(round(mg.tensor(number))) is int
    for digits in (0, 1, -2):
        rounded = round(mg.tensor(number), digits)
        assert isinstance(rounded, Tensor)
        np.testing.assert_array_equal(rounded.data, np.round(number, digits))


def test_round_of_many():
    x = mg.tensor([1.26, 2.5])
    np.testing.assert_array_equal(round(x).data, [1.0, 2.0])
    y = round(x, 1)
    np.testing.assert_array_equal(y.data, [1.3, 2.5])
    (x + y).sum().backward()
    np.testing.assert_array_equal(x.grad, [1.0, 1.0])


@pytest.mark.parametrize("value", [2.0, 7, np.nan, [1.0, 2.0, 3.0], "x"])
def test_contains(value):
    a = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, np.nan]])
    assert outcome(operator.contains, mg.tensor(a), value) == outcome(operator.contains, a, value)


@pytest.mark.parametrize("a", [(), (3,), (3, 3), (2, 3, 3)], ids=str)
@pytest.mark.parametrize("b", [(), (3,), (3, 3), (1, 3, 3), (3, 2)], ids=str)
def test_matrix_products_in_place(a, b):
    """They are no `np.matmul` with `out`: a product that has fewer axes is an error, and is not broadcast."""
    a, b = np.arange(1.0, 1 + math.prod(a)).reshape(a), np.arange(2.0, 2 + math.prod(b)).reshape(b)
    x = mg.tensor(a)
    try:
        a @= b
    except ValueError:
        before = x.data.copy()
        with pytest.raises(ValueError):
            x @= b
        with pytest.raises(ValueError):
            x @= mg.tensor(b)
        assert_array_equal(x.data, before)
    else:
        y = +x
        y @= b
        assert_array_equal(y, a)
        y.backward()
        got = x.grad
        (x @ b).backward()
        assert_array_equal(got, x.grad)


@pytest.mark.parametrize("make", [mg.tensor, np.array])
def test_there_are_no_powers_modulo_a_number(make):
    for base in (make([1.0, 2.0]), make([1, 2]), make(2)):
        with pytest.raises(TypeError, match="unsupported operand"):
            pow(base, 2, 3)
        with pytest.raises(TypeError, match="unsupported operand"):
            pow(2, base, 3)
        assert_array_equal(pow(base, 2, None), base**2)


def test_contains_a_tensor():
    assert mg.tensor(2.0) in mg.tensor([1.0, 2.0])
    assert mg.tensor(3.0) not in mg.tensor([1.0, 2.0])


def test_unsized():
    with pytest.raises(TypeError, match="len\\(\\) of unsized object"):
        len(mg.tensor(1.0))
    with pytest.raises(TypeError, match="iteration over a 0-d"):
        iter(mg.tensor(1.0))


def test_iteration_is_a_part_of_the_graph():
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert all(row.base is x for row in x)
    total = 0.0
    for k, row in enumerate(x):
        for element in row:
            total = total + k * element**2
    total.backward()
    np.testing.assert_array_equal(x.grad, [[0.0, 0.0], [6.0, 8.0], [20.0, 24.0]])
    first, *rest = x
    assert len(rest) == 2
    assert first.shape == (2,)
    assert sum(1 for _ in pairwise(x)) == 2
    np.testing.assert_array_equal([t.data for t in reversed(x)], x.data[::-1])


def test_writing_while_iterating():
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    for row in x:
        row *= 2
    np.testing.assert_array_equal(x.data, [[2.0, 4.0], [6.0, 8.0]])


def test_no_more_hashable_than_an_array():
    with pytest.raises(TypeError, match="unhashable"):
        hash(mg.tensor(1.0))
    with pytest.raises(TypeError, match="unhashable"):
        {mg.tensor(1.0)}


# -- copies and pickles ----------------------------------------------------------------------------------


def pickled(protocol):
    return pytest.param(lambda t: pickle.loads(pickle.dumps(t, protocol)), id=f"pickle-{protocol}")


def out_of_band(t):
    buffers = []
    data = pickle.dumps(t, 5, buffer_callback=buffers.append)
    return pickle.loads(data, buffers=buffers)


COPIES = [copy.copy, copy.deepcopy, out_of_band, *map(pickled, range(2, pickle.HIGHEST_PROTOCOL + 1))]


@pytest.fixture(
    params=["leaf", "view", "computed", "constant", "integer", "float32", "fortran", "empty", "0-d", "locked"]
)
def original(request):
    x = mg.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    graph = None  # alive during the test
    match request.param:
        case "leaf":
            (x * x).backward()
        case "view":
            (x * x).backward()
            x = x[:, 1:]
        case "computed":
            x = x * x
        case "constant":
            x = mg.tensor(x, constant=True)
        case "integer":
            x = mg.tensor([1, 2], dtype=np.int16)
        case "float32":
            x = x.astype(np.float32)
        case "fortran":
            x = mg.tensor(np.asfortranarray(x.data))
        case "empty":
            x = mg.tensor(np.ones((0, 2)))
        case "0-d":
            x = mg.tensor(1.0)
        case "locked":
            x.data  # noqa: B018
            graph = x * x
    yield x
    del graph


@LOST
@pytest.mark.parametrize("duplicate", COPIES)
def test_copies(duplicate, original):
    y = duplicate(original)
    assert type(y) is Tensor
    assert y is not original
    np.testing.assert_array_equal(y._memory, original._memory)
    assert y.dtype == original.dtype
    assert y.constant is original.constant
    assert y.creator is None
    assert y.base is None
    assert not np.shares_memory(y, original)
    if original.grad is None:
        assert y.grad is None
    else:
        np.testing.assert_array_equal(y.grad, original.grad)
        assert not np.shares_memory(y.grad, original.grad)
    if original._memory.flags.f_contiguous:
        assert y._memory.flags.f_contiguous
    assert y.data.flags.writeable
    if not y.constant:  # it takes part in graphs of its own
        (3 * y).sum().backward()
        np.testing.assert_array_equal(y.grad, np.full(y.shape, 3.0))


@LOST
@pytest.mark.parametrize("duplicate", COPIES)
def test_copies_leave_the_graph_alone(duplicate):
    x = mg.tensor([1.0, 2.0])
    y = x * x
    duplicate(y)
    duplicate(x)
    (2 * y).sum().backward()
    np.testing.assert_array_equal(x.grad, [4.0, 8.0])


LAYOUTS = {
    "broadcast": np.broadcast_to(np.arange(3.0), (2, 3)),
    "every other column": np.arange(12.0).reshape(4, 3).T[:, ::2],
    "permuted": np.arange(24.0).reshape(2, 3, 4).transpose(1, 2, 0),
    "reversed": np.arange(6.0).reshape(2, 3)[::-1, ::-1],
    "fortran": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
}


@LOST
@pytest.mark.parametrize("duplicate", [*COPIES, *(lambda t, order=order: t.copy(order) for order in "CFAK")])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("is_view", [True, False])
def test_the_gradient_of_a_copy_lies_in_memory_as_the_copy_does(duplicate, layout, is_view):
    """Else there were views of the copy whose gradients are none."""
    array = LAYOUTS[layout]
    x = mg.tensor(array, copy=False)
    if is_view:
        x = x[...]
    weights = np.arange(x.size).reshape(x.shape)
    (x * weights).backward()
    y = duplicate(x)
    np.testing.assert_array_equal(y.grad, weights)
    assert y.grad.strides == y.data.strides


def test_deepcopy_remembers():
    x = mg.tensor([1.0])
    a, b = copy.deepcopy([x, x])
    assert a is b
    assert a is not x


def test_pickles_keep_identity_within_one_pickle():
    x = mg.tensor([1.0])
    a, b = pickle.loads(pickle.dumps([x, x]))
    assert a is b


def test_a_pickle_names_public_things_only():
    assert b"mygrad.tensor" in pickle.dumps(mg.tensor([1.0]))
    assert b"mygrad._" not in pickle.dumps(mg.tensor([1.0]))


@LOST
def test_copies_hold_on_to_nothing():
    x = mg.tensor(np.ones(1000))
    y = copy.deepcopy(x * x)
    assert y._node is None
    assert not gc.get_referrers(x) or all(r is not y for r in gc.get_referrers(x))


# -- memory for others ----------------------------------------------------------------------------------


@LOST
def test_asarray_is_the_tensors_own_array():
    """Which protocols for the exchange of memory there are must not change what NumPy gets."""
    x = mg.tensor([1.0, 2.0])
    assert np.asarray(x) is x.data
    assert np.array(x).base is None
    for name in ("__array_interface__", "__array_struct__", "__buffer__"):
        assert not hasattr(x, name)
    assert memoryview(x.data).nbytes == 16


@LOST
def test_dlpack():
    x = mg.tensor([1.0, 2.0])
    assert x.__dlpack_device__() == (1, 0)
    a = np.from_dlpack(x)
    np.testing.assert_array_equal(a, [1.0, 2.0])
    assert np.shares_memory(a, x.data)
    y = x * x
    assert not x.data.flags.writeable  # it counts as handed out
    y.backward()
    assert x.data.flags.writeable
