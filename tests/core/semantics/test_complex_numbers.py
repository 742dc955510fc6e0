"""Complex numbers: the gradient that users see, mixed with real numbers, in views, writes, and what is no derivative.

(Every function: tests/core/catalogue/test_complex_numbers.py.)
"""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.testing.overrides import get_overridable_numpy_ufuncs

import mygrad as mg
from mygrad.errors import AnomalyError, GradientLostError, NoGradientWarning
from mygrad.testing import check_grads

UFUNCS = [f for f in get_overridable_numpy_ufuncs() if f.nin == 2 and f.signature is None and "dd->d" in f.types]
NUMBERS = st.sampled_from([0.0, 1.0, -2.0, 0.5])
COMPLEX = st.builds(complex, NUMBERS, st.sampled_from([1.0, -0.5, 2.0]))
ARRAYS = st.lists(COMPLEX, min_size=3, max_size=3).map(np.array)
OPERANDS = st.one_of(
    *(COMPLEX, COMPLEX.map(np.complex64), COMPLEX.map(np.array)),
    *(ARRAYS, ARRAYS.map(lambda z: z[:, None]), ARRAYS.map(list)),
)
REALS = st.lists(NUMBERS, min_size=3, max_size=3).map(np.array)


# --- the convention -------------------------------------------------------------------------------------


def gradient(f, z, seed=None):
    z = mg.tensor(z)
    f(z).backward(seed)
    return z.grad


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda z: np.abs(z) ** 2, 2 + 4j),
        (lambda z: (z**2).real, 2 - 4j),
        (lambda z: (z**2).imag, 4 + 2j),
        (np.abs, 0.447214 + 0.894427j),
        (np.angle, -0.4 + 0.2j),
        (lambda z: np.exp(z).real, -1.131204 - 2.471727j),
    ],
)
def test_worked_values(f, expected):
    """For a real number L, ``dL/dx + i dL/dy``."""
    assert_allclose(gradient(f, 1 + 2j), expected, rtol=1e-6)


def test_seed():
    assert_allclose(gradient(lambda z: z**3, 1 + 2j, 1 + 1j), 3 - 21j)
    assert_allclose(gradient(lambda z: z**3, 1 + 2j, 2), 2 * np.conj(3 * (1 + 2j) ** 2))
    with pytest.raises(TypeError, match="complex128"):
        gradient(np.abs, 1 + 2j, 1j)


def test_a_complex_result_needs_a_seed():
    for z in (mg.tensor(1j), mg.tensor([1j, 2.0])):
        with pytest.raises(TypeError, match="only real numbers have a gradient"):
            (z * z).backward()
    with pytest.warns(NoGradientWarning):
        mg.tensor(1j, constant=True).backward(1.0)


def test_descent():
    """It is the way up: to go against it makes a real number smaller."""
    z = mg.tensor(3 - 2j)
    for _ in range(100):
        (np.abs(z - (1 + 1j)) ** 2).backward()
        z.data = z.data - 0.1 * z.grad
    assert_allclose(z, 1 + 1j, rtol=1e-6)


def test_a_real_number_gets_a_real_gradient():
    x = mg.tensor([1.0, 2.0, 3.0])
    z = mg.tensor([1j, 1 - 1j, 2.0])
    (np.abs(x * z + 1j * x[0]) ** 2).sum().backward()
    total = lambda x: np.sum(np.abs(x * z.data + 1j * x[0]) ** 2)  # noqa: E731
    step = 1e-6 * np.eye(3)
    expected = [(total(x.data + h) - total(x.data - h)) / 2e-6 for h in step]
    assert x.grad.dtype == np.float64
    assert_allclose(x.grad, expected, rtol=1e-6)
    assert z.grad.dtype == np.complex128


def test_intermediate_gradients():
    z = mg.tensor([1 + 2j, 3j])
    w = z * z
    (w.real * 2 + w.imag).sum().backward()
    assert_array_equal(w.grad, [2 + 1j, 2 + 1j])
    assert_allclose(z.grad, w.grad * np.conj(2 * z.data))


def test_several_graphs_add_up():
    z = mg.tensor(1 + 2j)
    first, second = (z * 1j).imag, (z * 1j).real
    first.backward()
    second.backward()
    assert_array_equal(z.grad, 1 - 1j)


def test_zeros_have_no_sign():
    z = mg.tensor([1 + 2j])
    z.real.sum().backward()
    assert repr(z.grad) == "array([1.+0.j])"


@pytest.mark.parametrize("f", [np.abs, np.angle])
def test_at_zero(f):
    """0 is a subgradient of the absolute value, and so is it of what jumps around there."""
    assert gradient(lambda z: f(z).sum(), [0j, 1j])[0] == 0


def test_strict_absolute_value():
    assert np.isnan(gradient(lambda z: mg.abs(z, nan_to_num=False).sum(), [0j, 1j])).tolist() == [True, False]
    assert_allclose(gradient(lambda z: mg.abs(z, nan_to_num=False).sum(), [3 + 4j]), [0.6 + 0.8j])


CUTS = [
    np.sqrt,
    np.log,
    np.log2,
    np.log10,
    np.log1p,
    np.arcsin,
    np.arccos,
    np.arctanh,
    np.arccosh,
    np.arctan,
    np.arcsinh,
]


@pytest.mark.parametrize("f", CUTS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("z", [complex(2, 0), complex(2, -0.0), complex(-2, 0), complex(-2, -0.0)])
@pytest.mark.parametrize("turn", [False, True])
def test_branch_cuts(f, z, turn):
    """On a cut, the sign of a zero tells on which side one is: so it does for the derivative."""
    if turn:
        z = complex(z.imag, z.real)

    def at(step):  # adding a complex number would lose the sign of the zero
        return f(complex(z.real, z.imag + step) if turn else complex(z.real + step, z.imag))

    expected = (at(1e-6) - at(-1e-6)) / (2e-6j if turn else 2e-6)
    assert_allclose(gradient(f, z, 1.0), np.conj(expected), rtol=1e-6)


# --- types ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ufunc", sorted(UFUNCS, key=str), ids=lambda f: f.__name__)
@settings(max_examples=20)
@given(x=REALS, z=OPERANDS, swapped=st.booleans(), where=st.sampled_from([None, [True, False, True]]))
def test_ufuncs(ufunc, x, z, swapped, where):
    """The values, dtypes and errors of NumPy; constants of constants, and variables of variables."""

    def call(x, z=z):
        keywords = {} if where is None else {"where": where, "out": np.zeros((3, 3) if np.ndim(z) == 2 else 3, complex)}
        return ufunc(z, x, **keywords) if swapped else ufunc(x, z, **keywords)

    expected = outcome(lambda: call(x))
    for constant in (True, False):
        ours = outcome(lambda: call(mg.tensor(x, constant=constant)))  # noqa: B023
        if isinstance(expected, Exception):
            assert isinstance(ours, type(expected))
        elif isinstance(ours, Exception):  # an array takes no gradient
            assert where is not None
            assert "takes no gradient" in str(ours)
        elif isinstance(expected, np.ndarray):
            assert (ours.dtype, ours.shape) == (expected.dtype, expected.shape)
            assert_array_equal(mg.asarray(ours), expected)
            assert expected.dtype.kind != "c" or ours.constant is constant


def outcome(call):
    try:
        with np.errstate(all="ignore"):
            return call()
    except (TypeError, ValueError, ZeroDivisionError) as error:
        return error


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128, np.clongdouble])
def test_precisions(dtype):
    real = np.zeros((), dtype).real.dtype
    z = mg.tensor([1 + 2j, 3 - 1j], dtype)
    assert not z.constant
    loss = np.sum(np.abs(np.exp(z / 4) * mg.tensor([1.0, 2.0], real)) ** 2)
    assert loss.dtype == real
    loss.backward()
    assert z.grad.dtype == dtype
    x = mg.tensor([1.0, 2.0], real)
    assert (x * 1j).dtype == (1j * x).dtype == (x / (2 - 1j)).dtype == dtype
    x *= 2.0
    assert (x + np.complex64(1j)).dtype == np.result_type(real, np.complex64)


def test_conversions():
    x = mg.tensor([1.0, 2.0])
    z = x.astype(complex)
    assert (z.dtype, z.constant) == (complex, False)
    (z * 1j).imag.sum().backward()
    assert_array_equal(x.grad, [1.0, 1.0])
    with pytest.warns(np.exceptions.ComplexWarning):
        real = (1j * x + x).astype(float)
    (real**2).sum().backward()
    assert_array_equal(x.grad, 2 * x.data)
    assert mg.tensor([1, 2]).astype(complex).constant is False
    assert mg.tensor(1 + 2j).item() == complex(mg.tensor(1 + 2j, constant=True)) == 1 + 2j
    with pytest.raises((TypeError, DeprecationWarning)):  # the latter of NumPy's older versions
        float(mg.tensor([[1j]], constant=True))
    with pytest.raises(TypeError):
        mg.zeros(2, "M8[s]")


def test_numbers():
    z = mg.tensor(3 + 4j)
    assert repr(abs(z)) == "Tensor(5.)"
    assert repr(z) == "Tensor(3.+4.j)"
    assert z == 3 + 4j
    s = z * 1j
    s += 1
    s.real.backward()
    assert z.grad == -1j
    assert f"{z:.1f}" == "3.0+4.0j"


def test_pickles():
    z = mg.tensor([1 + 2j])
    np.abs(z).sum().backward()
    again = pickle.loads(pickle.dumps(z))
    assert_array_equal(again, z)
    assert_array_equal(again.grad, z.grad)


# --- views and writes -----------------------------------------------------------------------------------


def test_parts_are_views():
    z = mg.tensor([1 + 2j, 3 - 1j])
    parts = z.imag
    assert parts.base is z
    assert np.real(z).base is z
    (parts**2).sum().backward()
    assert_array_equal(z.grad, [4j, -2j])
    assert_array_equal(parts.grad, z.grad.imag)
    assert np.shares_memory(parts.grad, z.grad)
    parts[0] = 7.0
    assert z[0] == 1 + 7j
    z.real = [5.0, 6.0]
    z.imag[1:] *= 2
    assert_array_equal(z, [5 + 7j, 6 - 2j])


def test_numbers_seen_as_others():
    z = mg.tensor([1 + 2j, 3 - 1j])
    flat = z.view(float)
    assert flat.base is z
    (flat * [1.0, 2.0, 3.0, 4.0]).sum().backward()
    assert_array_equal(z.grad, [1 + 2j, 3 + 4j])
    assert_array_equal(flat.grad, [1.0, 2.0, 3.0, 4.0])
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    pairs = x.view(complex)
    (np.abs(pairs) ** 2).sum().backward()
    assert_array_equal(x.grad, 2 * x.data)
    with pytest.raises(TypeError, match="bits"):
        z.view(np.float32)
    with pytest.raises(TypeError, match="bits"):
        x.view(np.complex64)
    with pytest.raises(ValueError, match="last axis"):
        mg.tensor([1.0, 2.0, 3.0]).view(complex)


PATHS = [
    lambda z: z.imag,
    lambda z: z.real,
    lambda z: z[::-1].imag[1:],
    lambda z: z.view(float)[..., 1:3],
    lambda z: z.T.imag,
    lambda z: z.reshape(-1)[1:].imag,
    lambda z: z.view(float)[..., 1:3].view(complex),
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("layout", ["C", "F"])
@pytest.mark.parametrize("order", [1, 2])
def test_writes_into_parts(path, layout, order):
    """What is written over has no part, and what is written has: in both directions of both."""
    if "view" in path.__code__.co_names and layout == "F":
        pytest.skip("NumPy sees parts along the last axis only")
    rng = np.random.default_rng(0)

    def random(like):
        x = rng.normal(size=np.shape(like))
        return x + 1j * rng.normal(size=np.shape(like)) if np.iscomplexobj(like) else x

    base = random(np.empty((2, 4), complex))
    written, weights = random(path(np.copy(base, layout))), random(base)

    def f(z, v):
        copied = np.copy(z, layout)
        part = path(copied)
        part[...] = v * v
        return np.real(np.sum(weights * copied**3))

    check_grads(f, base, written, order=order)


def test_writes_of_complex_numbers():
    z, v = mg.tensor([1j, 2.0]), mg.tensor([3.0, 4.0])
    w = +z
    w[0] = v[1]
    w[1:] += 1j * v[:1]
    (w * (1 - 2j)).real.sum().backward()
    assert_array_equal(z.grad, [0, 1 + 2j])
    assert_array_equal(v.grad, [2.0, 1.0])


def test_out_and_where():
    z = mg.tensor([1 + 1j, 2j])
    out = mg.zeros(2, complex)
    np.exp(z, out=out, where=[True, False])
    out.imag.sum().backward()
    assert_allclose(z.grad, [np.conj(-1j * np.exp(1 + 1j)), 0])
    with pytest.raises(TypeError, match="takes no gradient"):
        np.exp(z, out=np.zeros(2, complex))


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
        lambda t: setattr(t, "imag", 1.0),
    ],
)
def test_writes_into_real_tensors(write):
    for constant in (True, False):
        t = mg.tensor([1.0, 2.0], constant=constant)
        with pytest.raises((TypeError, np.exceptions.ComplexWarning)):
            write(t)
        assert_array_equal(t, [1.0, 2.0])


def test_guard():
    z = np.array([1 + 2j])
    t = mg.tensor([1.0])
    y = t * z
    assert not z.flags.writeable
    np.abs(y).sum().backward()
    assert z.flags.writeable


# --- what has no derivative --------------------------------------------------------------------------------


def test_signs():
    """Of real numbers a step, and of complex ones the direction."""
    z = mg.tensor([3 + 4j, 0j])
    assert type(np.sign(mg.tensor([1.0]))) is np.ndarray
    assert type(np.sign(mg.tensor([1j], constant=True))) is np.ndarray
    assert_allclose(np.sign(z), [0.6 + 0.8j, 0])


def test_operations_of_ones_own():
    """Between operations, gradients of holomorphic functions are ``g * f'(z)``."""

    class Turn(mg.Operation):
        def __call__(self, x):
            self.variables = (x,)
            return x.data * 1j

        def backward_var(self, grad, index, **kwargs):
            return grad * 1j

    x = mg.tensor([1.0, 2.0])
    mg.execute_op(Turn, x).imag.sum().backward()
    assert_array_equal(x.grad, [1.0, 1.0])
    z = mg.tensor([1.0, 2j])
    mg.execute_op(Turn, z).real.sum().backward()
    assert_array_equal(z.grad, [-1j, -1j])


# --- the methods of ufuncs ------------------------------------------------------------------------------

Z = np.array([0.3 + 1.2j, -0.7 + 0.4j, 1.1 - 0.5j, 0.6 + 0.2j])


@pytest.mark.parametrize("ufunc", [np.add, np.subtract, np.multiply, np.divide, np.power, np.maximum, np.minimum])
@pytest.mark.parametrize(
    "method",
    [
        lambda f, z: f.accumulate(z),
        lambda f, z: f.reduceat(z, [0, 2, 1]),
        lambda f, z: f.outer(z, z[:2]),
        lambda f, z: f.reduce(z, initial=z[1]) if f in (np.add, np.multiply) else f.reduce(z, keepdims=True),
    ],
)
def test_methods_of_ufuncs(ufunc, method):
    assert_allclose(method(ufunc, mg.tensor(Z)), method(ufunc, Z), rtol=1e-12)
    check_grads(lambda z: method(ufunc, z), Z, order=2)


@pytest.mark.parametrize("ufunc", [np.add, np.subtract, np.multiply, np.divide, np.maximum])
def test_at(ufunc):
    def f(z, v):
        copied = +z if isinstance(z, mg.Tensor) else z.copy()
        ufunc.at(copied, [0, 1, 0], v)
        return copied

    assert_array_equal(f(mg.tensor(Z), Z[1:]), f(Z, Z[1:]))
    check_grads(f, Z, Z[1:], order=2)


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_long_products(size):
    """Products of others may leave the range of the numbers where the product itself does not."""
    factors = np.array([1 + 1j, 2 - 1j, 1j, 1 + 0.5j])
    sizes = np.array([size, 1 / size, size, 1 / size])
    expected = [np.prod(np.delete(factors, i)) / sizes[i] for i in range(4)]
    for f in (np.prod, lambda z: np.cumprod(z)[-1], np.multiply.reduce):
        z = mg.tensor(factors * sizes)
        f(z).backward(1.0)
        assert_allclose(z.grad, np.conj(expected), rtol=1e-12)


@pytest.mark.parametrize("f", [np.prod, np.cumprod])
def test_products_with_zeros(f):
    check_grads(f, np.array([0.5 + 1j, 0, 2 - 1j, 0.3j]), order=2)
    check_grads(f, np.array([0.5 + 1j, 0, 0, 0.3j]), order=2)


# --- of real numbers, in a complex dtype ----------------------------------------------------------------


@pytest.mark.parametrize("f", [np.log, np.sqrt, np.arcsin, np.arccosh, np.exp, np.log1p], ids=lambda f: f.__name__)
def test_a_dtype_beyond_the_real_domain(f):
    check_grads(lambda x: f(x, dtype=complex), np.array([-2.5, -1.5]), order=2)
    check_grads(lambda x: f(x, dtype=complex, out=mg.zeros(2, complex)), np.array([-2.5, -1.5]))


@pytest.mark.parametrize("f", [np.sum, np.prod, np.mean, np.cumsum, np.cumprod, np.var])
def test_reductions_in_a_complex_dtype(f):
    check_grads(lambda x: f(x, dtype=complex) * (2 - 1j), np.array([-2.5, -1.5, 0.5]), order=2)


def test_the_sign_of_a_list():
    """It is an exit, as other functions of lists of tensors are; of real numbers a step."""
    with mg.lost_gradients("raise"):
        np.sign([mg.tensor(-2.0)])
        with pytest.raises(GradientLostError):
            np.sign([mg.tensor(1j)])


def test_parts_that_are_strided():
    with mg.lift, pytest.raises(TypeError, match="parts of complex numbers"):
        np.lib.stride_tricks.as_strided(mg.tensor(Z).imag, (2,), (32,))


def test_the_sign_with_keywords():
    def f(z):
        out = +z
        np.sign(z, out=out, where=[True, False, True, True])
        return out

    check_grads(f, Z, order=2)
    z = mg.tensor(Z)
    with pytest.raises(TypeError, match=r"sign\.at"):
        np.sign.at(z, [0])
    x = mg.tensor([2.0, -3.0])
    np.sign.at(x, [0])
    assert_array_equal(x, [1.0, -3.0])


def test_parts_of_numbers_cannot_be_set():
    s = mg.tensor([1j, 2.0]).sum()
    for name in ("real", "imag"):
        with pytest.raises(AttributeError, match=name):
            setattr(s, name, 1.0)
        with pytest.raises(AttributeError):
            setattr(s.data[()], name, 1.0)
    z = mg.tensor(1j)
    z.real = 3.0
    assert z == 3 + 1j


def test_where_nan_comes_from():
    z = mg.tensor([1j, 0j])
    told = r"multiply(.|\n)*complex128 of shape \(2,\), of sizes from 0.0 to 1.0"
    with pytest.raises(AnomalyError, match=told), mg.detect_anomaly(), np.errstate(all="ignore"):
        np.real(np.log(z) * z).sum().backward()
