"""Where NumPy returns a number, which cannot be changed, augmented assignment makes a new tensor."""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad.functional import grad

X = np.array([1.0, 2.0, 3.0])

# Of a vector and a matrix: what is a number in NumPy here, a 0-d array there, and an array that shares no memory.
EXPRESSIONS = """
    x.sum() | x.mean() | x.max() | x.std() | x.prod() | np.sum(x) | np.median(x) | np.quantile(x, 0.3) | np.ptp(x)
    np.add.reduce(x) | np.maximum.reduce(x) | np.logaddexp.reduce(x) | np.average(x) | np.nanmean(x) | np.nanmax(x)
    np.dot(x, x) | np.inner(x, x) | np.vdot(x, x) | np.vecdot(x, x) | x @ x | np.einsum("i,i", x, x)
    np.tensordot(x, x, 1) | np.linalg.multi_dot([x, m, x]) | np.trapezoid(x) | np.interp(x[0], [0.0, 1.0], [0.0, 1.0])
    np.linalg.norm(x) | np.linalg.det(m) | np.linalg.cond(m) | np.linalg.slogdet(m)[1] | np.trace(m) | np.cov(x)
    x[0] | x[-1] | m[1, 2] | x[()][0] | next(iter(x)) | x.flat[1] | np.take(x, 1) | x.take(0) | np.cumsum(x)[-1]
    -x[0] | abs(x[0]) | +x[0] | x[0] ** 2 | 2.0 - x[0] | x[0] * x[1] | x[0] / 3.0 | np.exp(x[0])
    np.clip(x[0], 0.0, 9.0) | np.squeeze(z)
    np.positive(x[0, ...]) | np.exp(z) | z + z | z * 2.0 | -z | z[()] | np.add(z, 1.0, dtype=np.float32) | z.sum()
    np.multiply(x[0], 2.0, where=True) | np.minimum(x[0], x[1]) | np.round(x[0], 1) | round(x[0], 1) | np.sinc(x[0])
    x[0].copy() | x[0].astype(np.float32) | x[0].reshape(()) | x[0].T | x[0].transpose() | x[0].squeeze() | x[0].view()
    np.squeeze(x[0]) | np.transpose(x[0]) | np.moveaxis(x[0], (), ()) | x[0].real | np.real(x[0]) | x[0][()]
    x[0, ...] | m[0, 0, ...] | z | z[...] | z.reshape(()) | z.copy() | z.T | np.squeeze(x[:1]) | z.view()
    x[0][...] | np.copy(x[0]) | np.where(True, x[0], 0.0) | np.full_like(x[0], 2.0)
    np.zeros_like(z) | x[:1].reshape(()) | np.einsum("i->", x) | np.einsum("ii", m) | np.real_if_close(x[0])
    x[0][None] | np.atleast_1d(x[0]) | np.ravel(x[0]) | x[0].ravel() | np.expand_dims(x[0], 0) | x[0].reshape(1)
    np.reshape(x[0], (1, 1)) | x[0].flatten() | x[0].repeat(2) | np.stack([x[0], x[1]])
"""
OPERATORS = [
    operator.iadd,
    operator.isub,
    operator.imul,
    operator.itruediv,
    operator.ipow,
    operator.imod,
    operator.ifloordiv,
]


def variables(of: Callable[[Any], Any]) -> dict[str, Any]:
    return {"np": np, "x": of(X), "m": of(np.diag(X) + 0.5), "z": of(np.array(1.5))}


@pytest.mark.parametrize("text", [text.strip() for line in EXPRESSIONS.strip().split("\n") for text in line.split("|")])
@pytest.mark.filterwarnings("ignore::mygrad.errors.GradientLostWarning")  # of copies
def test_a_number_where_numpy_has_one(text: str) -> None:
    expected, arrays = eval(text, names := variables(np.array)), [names[n] for n in "xmz"]
    result, tensors = eval(text, names := variables(mg.tensor)), [names[n] for n in "xmz"]
    for value, sources in ((expected, arrays), (result, tensors)):
        first = value
        value = operator.iadd(value, np.ones(np.shape(value)))
        assert (value is first) is isinstance(expected, np.ndarray)
        assert type(value) is type(first) or isinstance(expected, np.generic)
        del value, first
        for changed, at_first in zip(sources, arrays, strict=True):
            np.testing.assert_array_equal(mg.asarray(changed), at_first)


def test_what_was_computed_from_the_number_before_keeps_it() -> None:
    def h(x: Any) -> Any:
        s = x.sum()
        t = s
        s += 1.0
        return s * t

    assert h(X) == 42.0
    assert h(mg.tensor(X)) == 42.0
    np.testing.assert_array_equal(grad(h)(X), [13.0, 13.0, 13.0])  # of s**2 + s


@pytest.mark.parametrize("op", OPERATORS)
@pytest.mark.parametrize("other", [2, 2.0, np.float32(2), np.array(2.0), np.array([2.0, 3.0]), mg.tensor([2.0, 3.0])])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_augmented_assignment_of_numbers(op: Any, other: Any, dtype: Any) -> None:
    s, number = mg.tensor([1, 2, 4], dtype=dtype).sum(), np.array([1, 2, 4], dtype=dtype).sum()
    t = s
    expected, s = op(number, mg.asarray(other) if isinstance(other, mg.Tensor) else other), op(s, other)
    assert s is not t
    assert t == 7
    assert mg.asarray(s).dtype == expected.dtype
    np.testing.assert_array_equal(s, expected)


@pytest.mark.parametrize("op", [operator.iand, operator.ior, operator.ixor, operator.ilshift, operator.irshift])
def test_augmented_assignment_of_whole_numbers(op: Any) -> None:
    s = t = mg.tensor([1, 2, 4]).sum()
    s = op(s, 2)
    assert s == op(np.int64(7), 2)
    assert t == 7


def test_without_tracking() -> None:
    x = mg.tensor(X)
    with mg.no_autodiff:
        s = t = x.sum()
        s += 1.0
        element = x[0]
        element += 5.0
    assert (s, t, element) == (7.0, 6.0, 6.0)
    np.testing.assert_array_equal(x, X)


def test_after_backward_too() -> None:
    s = mg.tensor(X).sum()
    s.backward()
    t = s
    s += 1.0
    assert (s, t) == (7.0, 6.0)


def test_it_can_be_written_all_the_same() -> None:
    x = mg.tensor(X)
    s = t = x.sum()
    s[...] = 2.0 * s
    np.add(s, 1.0, out=s)
    s.fill(s * 3.0)
    assert s is t
    assert s == 39.0
    s.backward()
    np.testing.assert_array_equal(x.grad, [6.0] * 3)


@pytest.mark.parametrize(
    "make",
    [
        lambda: mg.tensor(3.0),
        lambda: mg.tensor(mg.tensor([3])[0], dtype=float),
        lambda: mg.Tensor(mg.tensor([3.0], constant=True).sum(), constant=False),
        lambda: mg.full((), 3.0),
        lambda: mg.tensor([3.0])[0, ...],
        lambda: mg.tensor([3.0]).reshape(()),
        lambda: np.add(mg.tensor(1.0), 2.0, out=mg.tensor(0.0)),
        lambda: np.add(mg.tensor(1.0, constant=True), 2.0, out=np.array(0.0)),
        lambda: mg.tensor([1.0, 2.0]).sum(out=mg.tensor(0.0)),
    ],
)
def test_what_was_made_as_an_array_is_written_in_place(make: Any) -> None:
    s = t = make()
    s += 1.0
    assert s is t
    assert t == 4.0


def test_arguments_of_functions_to_differentiate() -> None:
    """A number is a number there, and a 0-d array an array."""

    def f(x: Any) -> Any:
        y = x
        x += 1.0
        return x * y

    assert (f(3.0), grad(f)(3.0), grad(f)(np.float64(3.0))) == (12.0, 7.0, 7.0)
    assert (f(np.array(3.0)), grad(f)(np.array(3.0)), grad(f)(mg.tensor(3.0))) == (16.0, 8.0, 8.0)


def test_copies_of_numbers_are_numbers() -> None:
    s = mg.tensor(X, constant=True).sum()
    for same in (s.copy(), copy.copy(s), copy.deepcopy(s)):
        t = same
        same += 1.0
        assert (t, same) == (6.0, 7.0)
