"""Arrays of subclasses of ndarray, which may have operators of their own; and masked arrays, which are refused."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg

pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # of np.matrix


def matrix(values: Any) -> Any:
    return np.array(values, ndmin=2).view(np.matrix)


MATRIX = matrix([[5.0, 6.0], [7.0, 8.0]])
X = np.array([[1.5, -0.5], [2.0, 1.0]])


class Strange(np.ndarray):
    """Its operators are not those of arrays; its reflected ones refuse."""

    def __mul__(self, other: Any) -> Any:
        return np.zeros(3) if isinstance(other, np.ndarray) else NotImplemented

    def __rmul__(self, other: Any) -> Any:
        return NotImplemented

    def __sub__(self, other: Any) -> Any:
        return np.subtract(other, self)

    def __rsub__(self, other: Any) -> Any:
        return np.add(other, self)

    def __getitem__(self, index: Any) -> Any:
        raise AssertionError("an operand is used as a plain array")


def strange(values: Any) -> Any:
    return np.array(values).view(Strange)


def differences(f: Callable[[Any], Any], x: np.ndarray) -> np.ndarray:
    """The gradient of the sum of `f`, which NumPy computes here, with arrays."""
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = 1e-6
        gradient[i] = (np.asarray(f(x + step)).sum() - np.asarray(f(x - step)).sum()) / 2e-6
    return gradient


MATRIX_USES = [
    lambda x: x * MATRIX,
    lambda x: MATRIX * x,
    lambda x: x + MATRIX,
    lambda x: MATRIX - x,
    lambda x: x / MATRIX,
    lambda x: MATRIX / x,
    lambda x: x @ MATRIX,
    lambda x: MATRIX @ x,
    lambda x: np.multiply(x, MATRIX),
    lambda x: np.multiply(MATRIX, x),
    lambda x: np.hypot(x, MATRIX),
    lambda x: np.dot(MATRIX, x),
    lambda x: np.where(x > 0, x, MATRIX) * x,
    lambda x: np.einsum("ij,jk->ik", x, MATRIX),
    lambda x: np.linalg.solve(MATRIX, x),
    lambda x: np.concatenate([x, MATRIX]) ** 2 if isinstance(x, mg.Tensor) else np.concatenate([x, MATRIX.A]) ** 2,
    lambda x: (
        np.multiply(x, MATRIX, where=matrix([[True, False], [True, True]]), out=np.zeros((2, 2)))
        if not isinstance(x, mg.Tensor)
        else mg.multiply(x, MATRIX, where=matrix([[True, False], [True, True]]), out=mg.zeros((2, 2)))
    ),
]


@pytest.mark.parametrize("use", MATRIX_USES)
def test_matrices(use: Any) -> None:
    """``*`` is their product, as it is with an array in the place of the tensor; functions take them for arrays."""
    x = mg.tensor(X)
    y = use(x)
    assert type(y) is mg.Tensor
    assert_allclose(y.data, np.asarray(use(X)), rtol=1e-14)
    y.sum().backward()
    assert_allclose(x.grad, differences(use, X), rtol=1e-6, atol=1e-6)


def test_a_matrix_is_written_like_an_array() -> None:
    x = mg.tensor(X)
    y = +x
    y *= MATRIX
    a = X.copy()
    a *= MATRIX
    assert_array_equal(y, a)
    y[:1] = MATRIX[0]
    y.sum().backward()
    assert_array_equal(x.grad, [[0.0, 0.0], [7.0, 8.0]])
    assert_array_equal(y[matrix([0, 1])].data, y.data[matrix([0, 1])])


def test_reflected_operators_of_a_subclass_come_first_as_with_arrays() -> None:
    a, x = strange([1.0, 2.0, 3.0]), mg.tensor([4.0, 5.0, 6.0])
    y = x - a
    assert_array_equal(y, x.data + np.asarray(a))
    y = x * a  # whose __rmul__ declines, so that it is an array's product
    assert_array_equal(y, x.data * a.view(np.ndarray))
    y.backward()
    assert_array_equal(x.grad, [1.0, 2.0, 3.0])
    with pytest.raises(TypeError, match=r"Strange overrides __mul__.*np.multiply"):
        a * x


@pytest.mark.parametrize(
    "use",
    [
        lambda x, a: np.multiply(x, a),
        lambda x, a: np.multiply(a, x),
        lambda x, a: x**a,
        lambda x, a: np.dot(x, a),
        lambda x, a: np.prod(np.stack([x, a]), axis=0),
        lambda x, a: np.einsum("i,i", x, a),
        lambda x, a: np.polyval(a, x),
        lambda x, a: np.convolve(a, x),
        lambda x, a: np.average(x, weights=a),
        lambda x, a: np.interp(x, [0.0, 1.0, 9.0], a),
        lambda x, a: mg.execute_op(Multiply, x, a),
        lambda x, a: x * mg.tensor(a, constant=True),
        lambda x, a: x * mg.tensor(a, constant=True, copy=False),
    ],
)
def test_saved_operands_are_plain_arrays(use: Any) -> None:
    values = np.array([1.0, 2.0, 3.0])
    plain, x = mg.tensor([4.0, 5.0, 6.0]), mg.tensor([4.0, 5.0, 6.0])
    (use(plain, values) * 2.0).backward()
    a = strange(values)
    (use(x, a) * 2.0).backward()
    assert_array_equal(x.grad, plain.grad)


class Multiply(mg.Operation):
    def __call__(self, a: Any, b: Any) -> Any:
        self.variables = (a, b)
        return a.data * b.data

    def backward_var(self, grad: Any, index: int, **_kwargs: Any) -> Any:
        return grad * self.variables[1 - index].data


@pytest.mark.parametrize("make", [strange, np.asmatrix, lambda a: a.view(np.recarray)])
@pytest.mark.parametrize("use", [np.multiply, lambda x, a: x * mg.tensor(a, copy=False, constant=True)])
def test_what_becomes_of_them_later_changes_nothing(make: Any, use: Any) -> None:
    values = np.array([1.0, 2.0])
    a, x = make(values), mg.tensor([3.0, 4.0])
    y = use(x, a)
    for array in (values, a):
        try:
            np.copyto(array, 9.0)
        except ValueError:
            assert not array.flags.writeable
    y.sum().backward()
    assert_array_equal(x.grad, [1.0, 2.0])
    np.copyto(a, 9.0)


def test_indices_and_masks_of_subclasses(tmp_path: Any) -> None:
    x = mg.tensor([1.0, 2.0, 3.0])
    mapped = np.memmap(tmp_path / "indices", np.intp, "w+", shape=(2,))
    mapped[:] = [2, 0]
    for index in (mapped, np.array([2, 0]).view(np.recarray), np.array([True, False, True]).view(Strange)):
        x[index].backward()
        assert_array_equal(x.grad, [1.0, 0.0, 1.0])
        x[index] = 0.0
        assert_array_equal(x, [0.0, 2.0, 0.0])


# --- masked arrays ------------------------------------------------------------------------------------------


MASKED = np.ma.array([1.0, 2.0, 3.0], mask=[False, True, False])
TRUE = np.ma.array([True, True, False], mask=[False, True, False])
PLACES = np.ma.array([0, 1, 2], mask=[False, True, False])


def written(t: Any, write: Callable[[Any], Any]) -> None:
    y = +t
    write(y)


DOORS: dict[str, Callable[[Any], Any]] = {
    "t @ m": lambda t: t @ MASKED,
    "m @ t": lambda t: MASKED @ t,
    "np.multiply": lambda t: np.multiply(t, MASKED),
    "np.multiply, first": lambda t: np.multiply(MASKED, t),
    "np.add.outer": lambda t: np.add.outer(t, MASKED),
    "np.add.at": lambda t: np.add.at(+t, [0, 1, 2], MASKED),
    "np.add.at, places": lambda t: np.add.at(+t, PLACES, 1.0),
    "reduceat": lambda t: np.add.reduceat(t, PLACES),
    "mg.multiply": lambda t: mg.multiply(t, MASKED),
    "mg.sum": lambda t: mg.sum(MASKED),
    "where=": lambda t: mg.exp(t, where=TRUE),
    "where=, out=": lambda t: np.exp(t, where=TRUE, out=mg.zeros(3)),
    "np.sum(where=)": lambda t: np.sum(t, where=TRUE),
    "reduce(where=)": lambda t: np.add.reduce(t, where=TRUE),
    "np.var(where=)": lambda t: np.var(t, where=TRUE),
    "out=": lambda t: np.exp(t, out=MASKED.copy()),
    "mg.exp(out=)": lambda t: mg.exp(t, out=MASKED.copy()),
    "np.cumsum(out=)": lambda t: np.cumsum(t, out=MASKED.copy()),
    "mg.cumsum(out=)": lambda t: mg.cumsum(t, out=MASKED.copy()),
    "np.where": lambda t: np.where(TRUE, t, 0.0),
    "mg.where": lambda t: mg.where(TRUE, t, 0.0),
    "np.where, value": lambda t: np.where([True, False, True], t, MASKED),
    "np.select": lambda t: np.select([TRUE], [t]),
    "np.concatenate": lambda t: np.concatenate([t, MASKED]),
    "np.stack": lambda t: mg.stack([t, MASKED]),
    "np.einsum": lambda t: np.einsum("i,i", t, MASKED),
    "np.clip": lambda t: np.clip(t, MASKED, None),
    "np.average": lambda t: np.average(t, weights=MASKED),
    "np.gradient": lambda t: mg.gradient(t, MASKED),
    "np.take": lambda t: np.take(t, PLACES),
    "np.put": lambda t: np.put(+t, PLACES, t),
    "np.copyto": lambda t: np.copyto(+t, MASKED),
    "np.putmask": lambda t: np.putmask(+t, TRUE, 1.0),
    "t[m]": lambda t: t[TRUE],
    "t[[m]]": lambda t: t[[TRUE]],
    "t[m] = 1": lambda t: written(t, lambda y: y.__setitem__(TRUE, 1.0)),
    "t[...] = m": lambda t: written(t, lambda y: y.__setitem__(Ellipsis, MASKED)),
    "t += m": lambda t: written(t, lambda y: operator.iadd(y, MASKED)),
    "t @= m": lambda t: written(t, lambda y: operator.imatmul(y, MASKED)),
    "tensor": lambda t: mg.tensor(MASKED),
    "tensor(copy=False)": lambda t: mg.tensor(MASKED, copy=False),
    "Tensor": lambda t: mg.Tensor(MASKED),
    "astensor": lambda t: mg.astensor(MASKED),
    "tensor of a list": lambda t: mg.tensor([MASKED, MASKED]),
    "constant of a list": lambda t: mg.Tensor([MASKED, MASKED], constant=True),
    "tensor of a list of tensors": lambda t: mg.tensor([[t], [MASKED]]),
    "operand in a list": lambda t: np.add(t, [MASKED[1], 1.0, 2.0]),
    "like=": lambda t: np.array(MASKED, like=t),
    "t.data = m": lambda t: written(t, lambda y: setattr(y, "data", MASKED)),
    "t.grad = m": lambda t: setattr(t, "grad", MASKED),
    "backward": lambda t: (t * 2.0).backward(MASKED),
    "functional": lambda t: mg.functional.grad(np.sum)(MASKED),
    "execute_op": lambda t: mg.execute_op(Multiply, t, MASKED),
}


@pytest.mark.parametrize("constant", [False, True])
@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS.keys())
def test_masked_arrays_are_refused_with_what_to_do(door: Any, constant: bool) -> None:
    t = mg.tensor([1.0, 2.0, 3.0], constant=constant)
    before = MASKED.copy()
    with pytest.raises(TypeError, match=r"masked array.*`m.filled\(value\)`.*`m.data`"):
        door(t)
    assert t.data.tolist() == [1.0, 2.0, 3.0]
    assert_array_equal(MASKED.mask, before.mask)


def test_operations_that_return_masked_arrays() -> None:
    class Forward(Multiply):
        def __call__(self, a: Any, b: Any) -> Any:
            return np.ma.array(super().__call__(a, b))

    class Backward(Multiply):
        def backward_var(self, grad: Any, index: int, **kwargs: Any) -> Any:
            return np.ma.array(super().backward_var(grad, index, **kwargs))

    x = mg.tensor([1.0, 2.0])
    with pytest.raises(TypeError, match="masked array"):
        mg.execute_op(Forward, x, x)
    with pytest.raises(TypeError, match="masked array"):
        mg.execute_op(Backward, x, x).backward()


OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.floordiv]


@pytest.mark.parametrize("apply", OPERATORS)
def test_operators_with_masked_arrays(apply: Any) -> None:
    """They are those of numpy.ma, which must not lose a gradient."""
    x = mg.tensor([1.0, 2.0, 3.0])
    for operands in ((x, MASKED), (MASKED, x)):
        with pytest.raises(TypeError, match=r"np.ma.*masked array.*`m.filled\(value\)`"):
            apply(*operands)
        with mg.no_autodiff:
            result = apply(*operands)
        expected = apply(*[a.data if a is x else a for a in operands])
        assert type(result) is np.ma.MaskedArray
        assert_array_equal(result.mask, expected.mask)
        assert_array_equal(result.filled(0), expected.filled(0))


@pytest.mark.parametrize(
    "function",
    [
        np.ma.getdata,
        lambda x: np.ma.concatenate([x, x]),
        lambda x: np.ma.add(x, x),
        np.ma.sqrt,
        lambda x: np.ma.multiply.outer(x, x),
        lambda x: MASKED.copy().__setitem__(slice(None), x),
    ],
)
def test_functions_of_masked_arrays_lose_no_gradient(function: Any) -> None:
    x = mg.tensor([1.0, 2.0, 3.0])
    with pytest.raises(TypeError, match=r"np.ma was given a tensor that is a variable"):
        function(x)
    constant = mg.tensor(x.data, constant=True)
    result, expected = function(constant), function(x.data)
    assert type(result) is type(expected)
    if expected is not None:
        assert_array_equal(result, expected)


def test_functions_of_masked_arrays_cannot_write_to_what_a_graph_relies_on() -> None:
    x = mg.tensor([1.0, 2.0, 3.0])
    c = mg.tensor([4.0, 5.0, 6.0], constant=True)
    y = x * c
    with pytest.raises(ValueError, match="read-only"):
        np.ma.getdata(c)[0] = 100.0
    y.backward()
    assert_array_equal(x.grad, [4.0, 5.0, 6.0])


def test_no_private_attribute_is_one_that_other_libraries_read() -> None:
    """They would get around the memory guard, and around what is refused."""
    read = {"_mask", "_fill_value", "_baseclass", "_hardmask", "_sharedmask", "_optinfo", "_basedict", "_isfield"}
    read |= {"_mmap", "_values", "_array", "_ndarray", "_mgr", "_typ"}  # numpy.memmap, pandas, array_api_strict
    assert read.isdisjoint(dir(mg.tensor(1.0)))


def test_comparisons_with_masked_arrays_are_those_of_arrays() -> None:
    x = mg.tensor([1.0, 3.0, 3.0], constant=True)
    for compare in (operator.gt, operator.le, operator.eq):
        for operands in ((x, MASKED), (MASKED, x)):
            result = compare(*operands)
            expected = compare(*[a.data if a is x else a for a in operands])
            assert_array_equal(result.mask, expected.mask)
            assert_array_equal(result.filled(False), expected.filled(False))
