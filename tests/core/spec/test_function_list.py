"""Every function that the documentation lists, with the parameters that it lists, beside NumPy's."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg
from mygrad import Tensor

ARRAYS = {
    "X": np.array([[0.3, 0.5, -0.25], [0.75, -0.5, 0.125]]),
    "Y": np.array([0.5, 2.0, 0.25]),
    "P": np.array([1.5, 2.0, 1.25]),
    "S": np.array([[1.0, 2.0], [3.0, 4.0]]),
    "V": np.array([[[3.0], [1.0]]]),
}

CREATION = """
    ones((2, 3), dtype=np.float32)          ones_like(X, dtype=np.float32, shape=(2,))
    zeros((2, 3), dtype=np.float32)         zeros_like(X, dtype=np.float32, shape=(2,))
    full((2, 3), 1.5, dtype=np.float32)     full_like(X, 1.5, dtype=np.float32, shape=(2,))
    full(3, 2.5)                            full_like(X, 2.5)
    eye(3, 4, 1, dtype=np.float32)          identity(3, dtype=np.float32)
    arange(1.0, 4.0, 0.5)                   arange(3.0)
    linspace(0.0, 1.0, num=5, endpoint=False)
    logspace(0.0, 1.0, num=5, endpoint=False, base=2.0)
    geomspace(1.0, 8.0, num=4, endpoint=True)
"""

MANIPULATION = """
    ravel(X)                reshape(X, (3, 2))      moveaxis(V, 0, -1)      roll(X, 1)
    roll(X, 1, axis=0)      swapaxes(X, 0, 1)       transpose(X)            transpose(V, (2, 0, 1))
    atleast_1d(Y)           atleast_2d(Y)           atleast_3d(Y)           broadcast_to(Y, (2, 3))
    expand_dims(Y, 1)       squeeze(V)              squeeze(V, axis=2)      repeat(X, 2)
    repeat(X, [1, 2], axis=0)                       concatenate((X, X))     concatenate([X, X], axis=1)
    stack([X, X])           stack((X, X), axis=-1)  where(X > 0, X, Y)
"""

REDUCTIONS = """
    sum(X)      sum(X, axis=0, keepdims=True)       prod(X)     prod(X, axis=(0, 1), keepdims=True)
    cumprod(X)  cumprod(X, axis=1)                  cumsum(X)   cumsum(X, axis=0)
    mean(X)     mean(X, axis=1, keepdims=True)      max(X)      max(X, axis=1, keepdims=True)
    var(X)      var(X, axis=1, ddof=1, keepdims=True)           std(X, axis=0, ddof=1, keepdims=True)
    amax(X, axis=0)         amin(X, axis=0)         min(X)      min(X, axis=-1, keepdims=True)
"""

OTHERS = """
    matmul(X, Y)            matmul(S, S, dtype=np.float32)      einsum("ij,j->i", X, Y)
    linalg.norm(Y)          linalg.norm(X, ord=1, axis=1, keepdims=True)
    sinc(X)                 clip(X, 0.0, 0.4)       clip(X, None, Y)        absolute(X)
"""

UNARY = """
    sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh exp expm1 exp2 log log10 log2
    log1p reciprocal positive negative sqrt cbrt square absolute
"""
BINARY = " arctan2 logaddexp logaddexp2 add multiply divide power subtract maximum minimum"


def calls(text):
    return [call.strip() for line in text.splitlines() for call in line.split("  ") if call.strip()]


def evaluate(call, module):
    arrays = {name: mg.tensor(array) if module is mg else array for name, array in ARRAYS.items()}
    return eval(f"module.{call}", {"module": module, "np": np, **arrays})


def operands(name):
    """Arrays in the domain of a ufunc."""
    if name in BINARY.split():
        return ARRAYS["P"], ARRAYS["Y"]
    return (ARRAYS["P"] if name == "arccosh" else ARRAYS["X"][0] if name.startswith("arc") else ARRAYS["Y"],)


@pytest.mark.parametrize("call", calls(CREATION + MANIPULATION + REDUCTIONS + OTHERS))
def test_as_numpys(call):
    with np.errstate(all="raise"):
        result, expected = evaluate(call, mg), evaluate(call, np)
    assert isinstance(result, Tensor)
    assert (result.dtype, result.shape) == (expected.dtype, expected.shape)
    assert_array_equal(result.data, expected)
    assert result.constant is False


@pytest.mark.parametrize("call", calls(CREATION + MANIPULATION + REDUCTIONS + OTHERS))
def test_constant_is_a_keyword(call):
    assert evaluate(f"{call[:-1]}, constant=True)", mg).constant is True
    assert evaluate(f"{call[:-1]}, constant=False)", mg).constant is False


@pytest.mark.parametrize("name", (UNARY + BINARY).split())
def test_ufuncs_as_numpys(name):
    ours, numpys = getattr(mg, name), getattr(np, name)
    arrays = operands(name)
    tensors = [mg.tensor(array) for array in arrays]
    mask = np.array([True, False, True])

    result = ours(*tensors)
    assert isinstance(result, Tensor)
    assert result.constant is False
    assert_array_equal(result.data, numpys(*arrays))

    assert ours(*tensors, constant=True).constant is True
    assert ours(*arrays).constant is True
    single = ours(*tensors, dtype=np.float32)
    assert single.dtype == np.float32
    assert_array_equal(single.data, numpys(*arrays, dtype=np.float32))

    out = mg.tensor([7.0, 8.0, 9.0])
    assert ours(*tensors, out=out, where=mask) is out
    assert_array_equal(out.data, numpys(*arrays, out=np.array([7.0, 8.0, 9.0]), where=mask))


@pytest.mark.parametrize("name", ["empty", "empty_like"])
def test_empty(name):
    result = getattr(mg, name)((2, 3) if name == "empty" else ARRAYS["X"], dtype=np.float32)
    assert (result.shape, result.dtype, result.constant) == ((2, 3), np.float32, False)


@pytest.mark.parametrize("name", ["concatenate", "stack", "matmul"])
def test_out(name):
    s = mg.tensor(ARRAYS["S"])
    args = (s, s) if name == "matmul" else ([s, s],)
    expected = getattr(np, name)(*(a.data if a is s else [s.data, s.data] for a in args))
    out = mg.zeros(expected.shape)
    assert getattr(mg, name)(*args, out=out) is out
    assert_array_equal(out.data, expected)


def test_multi_matmul():
    a, b, c = mg.tensor(ARRAYS["X"]), mg.tensor(ARRAYS["X"].T), mg.tensor(ARRAYS["S"])
    product = mg.multi_matmul([a, b, c])
    np.testing.assert_allclose(product.data, a.data @ b.data @ c.data)
    product.backward()
    np.testing.assert_allclose(c.grad, (a.data @ b.data).sum(axis=0)[:, None] * np.ones(2))
    assert mg.multi_matmul([a, b], constant=True).constant is True


def test_sequences():
    x, y = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0])
    mg.add_sequence(x, y, x).backward()
    assert (x.grad.tolist(), y.grad.tolist()) == ([2.0, 2.0], [1.0, 1.0])
    product = mg.multiply_sequence(x, y, x)
    product.backward()
    assert_array_equal(product.data, [3.0, 16.0])
    assert (x.grad.tolist(), y.grad.tolist()) == ([6.0, 16.0], [1.0, 4.0])
    assert mg.add_sequence(x, y, constant=True).constant is mg.multiply_sequence(x, y, constant=True).constant is True


def test_where_with_a_condition_only():
    (positions,) = mg.where(mg.tensor([0.0, 1.0, 2.0]) > 0.5)
    assert type(positions) is np.ndarray
    assert_array_equal(positions, [1, 2])


def test_flatten_copies():
    x = mg.tensor(ARRAYS["S"])
    flat = x.flatten()
    assert flat.base is None
    assert not np.shares_memory(flat, x)
    assert x.flatten(constant=True).constant is True
    (flat * [1.0, 2.0, 3.0, 4.0]).backward()
    assert_array_equal(x.grad, [[1.0, 2.0], [3.0, 4.0]])


def test_einsum_takes_constant_and_optimize():
    x = mg.tensor(ARRAYS["S"])
    assert mg.einsum("ij,jk->ik", x, x, constant=True).constant is True
    np.testing.assert_allclose(mg.einsum("ij,jk,kl->il", x, x, x, optimize=True).data, x.data @ x.data @ x.data)
