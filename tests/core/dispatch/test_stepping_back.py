"""Binary operators are left to an operand of another library exactly when an ndarray would leave them (NEP 13)."""

from __future__ import annotations

import operator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg

BINARY = [
    "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift", "divmod"
]  # fmt: skip
COMPARISONS = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}


def function(name: str) -> Any:
    return divmod if name == "divmod" else getattr(operator, f"__{name}__")


class Units:
    """An operand that computes for itself, and says in the result that it did."""

    def __init__(self, answers: bool = True) -> None:
        self.answers = answers

    def _answer(self, name: str, other: Any) -> Any:
        return (name, type(other)) if self.answers else NotImplemented

    # Without these, NumPy makes an array of objects, and asks each entry for its operators.
    def __float__(self) -> float:
        raise TypeError("no number")


for _name in BINARY:
    for _prefix in ("", "r"):

        def _operator(self: Units, other: Any, _called: str = f"__{_prefix}{_name}__") -> Any:
            return self._answer(_called, other)

        setattr(Units, f"__{_prefix}{_name}__", _operator)
for _name in COMPARISONS:

    def _comparison(self: Units, other: Any, _called: str = f"__{_name}__") -> Any:
        return self._answer(_called, other)

    setattr(Units, f"__{_name}__", _comparison)


class OptsOut(Units):
    __array_ufunc__ = None


class OptsOutWithLowPriority(OptsOut):
    __array_priority__ = -1.0


class Higher(Units):
    __array_priority__ = 0.5  # less than a tensor's own, more than an array's


class Highest(Units):
    __array_priority__ = 1000


class OfItsInstance(Units):
    def __init__(self, answers: bool = True) -> None:
        super().__init__(answers)
        self.__array_priority__ = 10.1


class Equal(Units):
    __array_priority__ = 0.0


class Lower(Units):
    __array_priority__ = -10.0


class TakesUfuncs(Units):
    __array_priority__ = 1000  # which then does not matter

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **_params: Any) -> Any:
        return ufunc.__name__, method, [type(x) for x in inputs]


OTHERS = [OptsOut, OptsOutWithLowPriority, Higher, Highest, OfItsInstance, TakesUfuncs]
#: Of these NumPy makes arrays of objects.
OBJECTS = [Units, Equal, Lower]


def outcome(f: Any, *operands: Any) -> Any:
    """What comes of it, with arrays in the place of tensors."""
    try:
        result = f(*operands)
    except Exception as error:
        return type(error)
    return [np.ndarray if part is mg.Tensor else part for part in result] if isinstance(result, tuple) else result


def arrays_for_tensors(result: Any) -> Any:
    if isinstance(result, (list, tuple)):
        return [arrays_for_tensors(part) for part in result]
    return np.ndarray if result is mg.Tensor else result


@pytest.mark.parametrize("answers", [True, False])
@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("dtype", [float, int])
@pytest.mark.parametrize("name", [*BINARY, *COMPARISONS])
def test_as_an_array_does(name: str, dtype: Any, kind: Any, answers: bool) -> None:
    f = function(name)
    a = np.array([1, 2], dtype)
    t = mg.tensor(a)
    for order in (1, -1):
        found, expected = (arrays_for_tensors(outcome(f, *[x, kind(answers)][::order])) for x in (t, a))
        assert found == expected, order
    assert_array_equal(t, a)


@pytest.mark.parametrize("answers", [True, False])
@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("name", [name for name in BINARY if name != "divmod"])
def test_in_place(name: str, kind: Any, answers: bool) -> None:
    """Here, what opts out of ufuncs is an error, and not asked."""
    dtype = int if name in ("and", "or", "xor", "lshift", "rshift") else float
    f = getattr(operator, f"__i{name}__")
    a = np.array([1, 2], dtype)
    t = mg.tensor(a)
    found, expected = (arrays_for_tensors(outcome(f, x, kind(answers))) for x in (t, a))
    assert found == expected
    assert_array_equal(t, a)


@pytest.mark.parametrize("kind", OBJECTS)
@pytest.mark.parametrize("name", ["add", "mul", "matmul", "floordiv", "lshift"])
def test_who_does_not_ask_for_it_is_an_object_among_numbers(name: str, kind: Any) -> None:
    f = function(name)
    t = mg.tensor([1.0, 2.0])
    with pytest.raises(ValueError if name == "matmul" else TypeError):
        f(t, kind(answers=False))
    if name in ("add", "mul"):  # an array would hold what they answer, a tensor cannot
        with pytest.raises(TypeError, match="tensors hold numbers only"):
            f(t, kind())


def test_sparse_matrices() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    t = mg.tensor([[1.0, 2.0], [3.0, 4.0]], constant=True)
    for make in (sparse.csr_array, sparse.csr_matrix):
        s = make([[0.0, 5.0], [0.0, 0.0]])
        for found, expected in ((t @ s, t.data @ s), (s @ t, s @ t.data)):
            assert_array_equal(found, expected)


def test_the_tensor_itself_is_what_the_other_gets() -> None:
    """So that whoever composes its answer of functions of arrays loses no gradient."""

    class Doubled:
        __array_ufunc__ = None

        def __rmul__(self, other: Any) -> Any:
            return np.multiply(other, 2.0)

        def __rmatmul__(self, other: Any) -> Any:
            return np.sum(other * 3.0)

    x = mg.tensor([1.0, 2.0])
    (x * Doubled() + x @ Doubled()).backward()
    assert x.grad.tolist() == [8.0, 8.0]


class Vector:
    """As others write it, for numbers."""

    def __init__(self, x: Any, y: Any) -> None:
        self.x, self.y = x, y

    def __mul__(self, k: Any) -> Vector:
        return Vector(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __rsub__(self, k: Any) -> Vector:
        return Vector(k - self.x, k - self.y)

    def __rmod__(self, k: Any) -> Vector:
        return Vector(k % self.x, k % self.y)


@pytest.mark.parametrize("number", [lambda: mg.tensor(7.0), lambda: mg.tensor([7.0, 1.0])[0]])
@pytest.mark.parametrize("f", [lambda k, v: k * v, lambda k, v: v * k, lambda k, v: k - v, lambda k, v: k % v])
def test_numbers_are_taken_by_whoever_computes_with_numbers(f: Any, number: Any) -> None:
    k = number()
    v, expected = f(k, Vector(2.0, 3.0)), f(np.float64(7.0), Vector(2.0, 3.0))
    assert isinstance(v, Vector)
    assert (v.x.item(), v.y.item()) == (expected.x, expected.y)
    slope = sum(part(np.float64(7.5), 2.0) - part(np.float64(7.0), 2.0) for part in [lambda a, b: f(a, Vector(b, b)).x])
    v.x.backward()
    assert k.grad == slope / 0.5


@pytest.mark.parametrize("other", [None, "text", object(), Fraction(1, 2), [1.0, 2.0], (3,)])
def test_others_get_what_numpy_has_for_them(other: Any) -> None:
    for f in (operator.add, operator.mul):
        found, expected = outcome(f, mg.tensor(7.0), other), outcome(f, np.array(7.0), other)
        if isinstance(expected, type):
            assert found is expected
        else:
            assert isinstance(found, mg.Tensor)
            assert_array_equal(found.data, expected)


def test_an_array_of_them_is_none_of_numbers() -> None:
    with pytest.raises(TypeError, match=r"dtype object.*arrays of numbers"):
        mg.tensor([1.0, 2.0]) * Vector(2.0, 3.0)
