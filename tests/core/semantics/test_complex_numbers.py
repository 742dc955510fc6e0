"""Complex numbers beside tensors, which hold real ones: no imaginary part is dropped.

(NumPy's functions that are no ufuncs: tests/core/dispatch/test_calls.py.)
"""

import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from numpy.testing.overrides import get_overridable_numpy_ufuncs

import mygrad as mg

UFUNCS = [f for f in get_overridable_numpy_ufuncs() if f.nin == 2 and f.signature is None and "dd->d" in f.types]
NUMBERS = st.sampled_from([0.0, 1.0, -2.0, 0.5])
COMPLEX = st.builds(complex, NUMBERS, st.sampled_from([1.0, -0.5, 2.0]))
ARRAYS = st.lists(COMPLEX, min_size=3, max_size=3).map(np.array)
OPERANDS = st.one_of(
    *(COMPLEX, COMPLEX.map(np.complex64), COMPLEX.map(np.array)),
    *(ARRAYS, ARRAYS.map(lambda z: z[:, None]), ARRAYS.map(list)),
)
REALS = st.lists(NUMBERS, min_size=3, max_size=3).map(np.array)


def outcome(call):
    try:
        with np.errstate(all="ignore"):
            return call()
    except (TypeError, ValueError, ZeroDivisionError) as error:
        return error


def assert_as_arrays(ours, numpys):
    """The very values, dtypes and types: no tensor holds complex numbers."""
    assert (type(ours), ours.dtype, ours.shape) == (type(numpys), numpys.dtype, numpys.shape)
    assert_array_equal(ours, numpys)


@pytest.mark.parametrize("ufunc", sorted(UFUNCS, key=str), ids=lambda f: f.__name__)
@settings(max_examples=20)
@given(x=REALS, z=OPERANDS, swapped=st.booleans(), where=st.sampled_from([None, [True, False, True]]))
def test_ufuncs(ufunc, x, z, swapped, where):
    def call(x, z=z):
        keywords = {} if where is None else {"where": where, "out": np.zeros((3, 3) if np.ndim(z) == 2 else 3, complex)}
        return ufunc(z, x, **keywords) if swapped else ufunc(x, z, **keywords)

    expected = outcome(lambda: call(x))
    of_constant = outcome(lambda: call(mg.tensor(x, constant=True)))
    with mg.no_autodiff:
        untracked = outcome(lambda: call(mg.tensor(x)))
    of_variable = outcome(lambda: call(mg.tensor(x)))
    if isinstance(expected, Exception):
        assert all(isinstance(y, type(expected)) for y in (of_constant, untracked, of_variable))
        return
    if isinstance(expected, tuple):
        return
    assert_as_arrays(of_constant, expected)
    assert_as_arrays(untracked, expected)
    if isinstance(of_variable, Exception):  # whether the target could hold it or not
        assert isinstance(of_variable, TypeError)
        assert expected.dtype.kind == "c"
    else:
        assert_as_arrays(of_variable, expected)  # of comparisons and the like


OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.matmul]


@pytest.mark.parametrize("operate", OPERATORS)
@given(z=st.one_of(ARRAYS, COMPLEX))
def test_operators(operate, z):
    x = np.array([1.0, 2.0, 4.0])
    if operate is operator.matmul and np.ndim(z) == 0:
        return
    for left in (True, False):
        expected = operate(x, z) if left else operate(z, x)
        for dtype in (float, int):
            t = mg.tensor(x, dtype, constant=True)
            assert_array_equal(operate(t, z) if left else operate(z, t), expected)
        with pytest.raises(TypeError, match="real numbers"):
            operate(mg.tensor(x), z) if left else operate(z, mg.tensor(x))


def test_what_comes_out_goes_on():
    k = mg.tensor([1, 2])
    z = np.array([1 + 2j, 3 - 1j]) * k
    assert type(z) is np.ndarray
    assert_array_equal(z.imag, [2.0, -2.0])
    assert type(1j * mg.tensor(2)) is np.complex128
    x = mg.tensor([1.0, 2.0])
    (np.abs(z) ** 2 * x).backward()
    assert_array_equal(x.grad, np.abs(z) ** 2)


@pytest.mark.parametrize(
    "write",
    [
        lambda t: t.__imul__(1j),
        lambda t: t.__setitem__(0, 1j),
        lambda t: t.__setitem__(slice(0, 1), 1j),
        lambda t: t.fill(1j),
        lambda t: t.put(0, 1j),
        lambda t: np.copyto(t, 1j * np.ones(2)),
        lambda t: np.place(t, [True, False], [1j]),
        lambda t: np.fill_diagonal(t[:, None], 1j),
        lambda t: np.multiply(np.ones(2), 1j, out=t),
        lambda t: np.concatenate([[1j], [2j]], out=t),
    ],
)
def test_writes_into_tensors(write):
    for constant in (True, False):
        t = mg.tensor([1.0, 2.0], constant=constant)
        with pytest.raises(TypeError):
            write(t)
        assert_array_equal(t, [1.0, 2.0])


def test_out_of_complex_numbers():
    z, x = np.zeros(2, complex), mg.tensor([1.0, 2.0])
    for call in (
        lambda t: np.add(t, 1.0, out=z),
        lambda t: np.cumsum(t, out=z),
        lambda t: np.add.accumulate(t, out=z),
        lambda t: np.concatenate([t[:1], t[1:]], out=z),
        lambda t: np.einsum("i->i", t, out=z),
    ):
        for constant in (mg.tensor([1, 2]), mg.tensor([1.0, 2.0], constant=True)):
            z[:] = 0
            assert call(constant) is z
            assert z[0] != 0
        z[:] = 0
        with pytest.raises(TypeError, match="takes no gradient"):
            call(x)
        assert_array_equal(z, 0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: mg.tensor([1j]),
        lambda: mg.tensor([mg.tensor(1.0), 1j]),
        lambda: mg.tensor([mg.tensor(1), 1j]),
        lambda: mg.Tensor([mg.tensor(1), 1j]),
        lambda: mg.astensor(np.array([1j])),
        lambda: mg.zeros(2, complex),
        lambda: mg.full(2, 1j),
        lambda: mg.zeros_like([1j]),
        lambda: mg.linspace(0, 1j, 3),
        lambda: np.array([1j], like=mg.tensor(1.0)),
        lambda: mg.multiply(1j, 2.0, constant=False),
    ],
)
def test_no_tensor_is_made_of_them(make):
    with pytest.raises(TypeError, match="real numbers"):
        make()


def test_mygrads_functions():
    z = np.array([3 + 4j, 1j, 2.0])
    for ours, numpys in (
        (mg.sum(z), np.sum(z)),
        (mg.cumsum(z), np.cumsum(z)),
        (mg.exp(z), np.exp(z)),
        (mg.reshape(z, (3, 1)), z.reshape(3, 1)),
        (mg.einsum("i,i", z, z), np.einsum("i,i", z, z)),
        (mg.stack([z, [1.0, 2.0, 3.0]]), np.stack([z, [1.0, 2.0, 3.0]])),
        (mg.where([True, False, True], z, 0.0), np.where([True, False, True], z, 0.0)),
        (mg.multiply(mg.tensor([1.0, 2.0, 3.0]), z, constant=True), z * [1.0, 2.0, 3.0]),
    ):
        assert_as_arrays(ours, numpys)
    assert type(mg.abs(z)) is mg.Tensor  # of real numbers
    assert_array_equal(mg.abs(z), np.abs(z))


@pytest.mark.parametrize("part", [None, 1j, np.array([1j, 2.0])])
def test_functions_with_a_result_for_each_argument(part):
    """What no tensor can hold is left to NumPy, and the others are tensors all the same."""
    x = mg.tensor([1.0, 2.0])
    for f in (np.broadcast_arrays, np.atleast_1d, np.atleast_2d, np.atleast_3d, np.meshgrid):
        ours, numpys = f(x, part), f(x.data, part)
        assert type(ours[0]) is mg.Tensor
        assert type(ours[1]) is np.ndarray
        assert_array_equal(ours[0], numpys[0])
        assert ours[1].dtype == numpys[1].dtype
        assert_array_equal(ours[1], numpys[1])
        np.sum(ours[0]).backward()
        assert x.grad is not None


def test_operations_of_ones_own():
    class Turn(mg.Operation):
        def __call__(self, x):
            self.variables = (x,)
            return x.data * 1j

    for constant in (True, False):
        with pytest.raises(TypeError, match=r"Turn.*real numbers"):
            mg.execute_op(Turn, mg.tensor([1.0], constant=constant))


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("concatenate", lambda x, z: np.concatenate([x, z])),
        ("concatenate", lambda x, z: np.hstack([x, z])),
        ("stack", lambda x, z: np.stack([x, z])),
        ("einsum", lambda x, z: np.einsum("i,i", x, z)),
        ("einsum", lambda x, z: np.einsum("i->", x, dtype=complex)),
        ("matmul", lambda x, z: x @ z),
    ],
)
def test_what_is_refused_has_the_name_that_users_know(name, call):
    with pytest.raises(TypeError, match=f"^{name}: the result is of dtype complex128"):
        call(mg.tensor([1.0, 2.0]), np.array([1j, 2.0]))
