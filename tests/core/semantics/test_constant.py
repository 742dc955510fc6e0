"""Which tensors are constants."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad._engine.outputs import call
from mygrad._engine.ufuncs import ufunc_call
from mygrad.errors import NoGradientWarning

X = np.array([1.0, 2.0])
UNARY = (
    lambda x, **k: ufunc_call(np.sin, (x,), **k),
    lambda x, **k: call(np.sum, x, **k),
    lambda x, **k: call(np.reshape, x, (1, 2), **k),
)


@pytest.mark.parametrize(
    "dtype", [bool, np.int8, np.uint16, np.int64, np.float16, np.float32, np.float64, np.longdouble]
)
def test_by_dtype(dtype: Any) -> None:
    is_float = np.dtype(dtype).kind == "f"
    assert mg.tensor([0, 1], dtype=dtype).constant is not is_float
    assert mg.Tensor(np.array([0, 1], dtype)).constant is not is_float
    assert mg.tensor([0, 1], dtype=dtype, constant=True).constant
    if is_float:
        assert not mg.tensor([0, 1], dtype=dtype, constant=False).constant
    else:
        with pytest.raises(ValueError, match="floating-point"):
            mg.tensor([0, 1], dtype=dtype, constant=False)


@pytest.mark.parametrize("f", UNARY)
@pytest.mark.parametrize("of", [True, False])
@pytest.mark.parametrize("asked", [None, True, False])
def test_of_results(f: Any, of: bool, asked: bool | None) -> None:
    x = mg.tensor(X, constant=of)
    y = f(x, constant=asked)
    assert y.constant is (of if asked is None else asked)
    with pytest.warns(NoGradientWarning) if y.constant else nullcontext():
        y.backward()
    assert (x.grad is not None) is (not of and asked is not True)
    assert (y.grad is not None) is (not y.constant)


def test_inferred_from_all_operands() -> None:
    x, c = mg.tensor(X), mg.tensor(X, constant=True)
    for a, b, constant in [
        (x, c, False),
        (c, x, False),
        (c, c, True),
        (X, c, True),
        (c, 2.0, True),
        (X, x, False),
        (2.0, x, False),
    ]:
        assert (a * b).constant is constant
        assert np.multiply(a, b).constant is constant
    assert np.stack([c, x]).constant is False
    assert np.stack([c, X]).constant is True


@pytest.mark.parametrize("f", [lambda x: np.add(x, 1, dtype=float), np.negative])
def test_integers_have_no_derivatives(f: Any) -> None:
    i = mg.tensor([1, 2])
    assert f(i).constant
    with pytest.raises(ValueError, match="floating-point"):
        call(np.negative, i, constant=False)
    assert (i * mg.tensor(X)).constant is False
    assert (i / 2).constant is True  # of constants


CALLS = """
    mg.tensor(X) | mg.tensor([x, x]) | mg.Tensor(X) | mg.astensor(x) | mg.zeros(2) | mg.ones_like(x) | mg.full(2, 1.0)
    mg.arange(2.0) | mg.linspace(0.0, 1.0, 2) | mg.random.rand(2) | mg.eye(2) | x.astype(float) | x.view()
    x.astype(np.float32) | mg.multiply(x, 2.0) | mg.exp(x) | mg.sum(x) | x.sum()
    mg.add(x, x, out=mg.zeros(2)) | mg.add(x, x, where=np.array([True, False])) | mg.add.reduce(x)
    mg.add.accumulate(x) | mg.add.outer(x, x) | mg.reshape(x, (1, 2)) | x.reshape(1, 2) | mg.squeeze(x) | mg.ravel(x)
    mg.atleast_1d(x) | mg.atleast_2d(x) | mg.real(x) | mg.diff(x) | mg.diff(x, 0) | mg.where(x > 1.0, x, 2.0)
    mg.concatenate([x, x]) | mg.stack([x, x]) | mg.sort(x) | mg.pad(x, 1) | mg.median(x) | mg.einsum("i,i", x, x)
    mg.linalg.norm(x) | mg.std(x) | mg.trapezoid(x) | mg.execute_op(Identity, x) | mg.clip(x, 0.0, 1.0) | x.max()
"""


class Identity(mg.Operation):
    def __call__(self, x: Any) -> Any:
        self.variables = (x,)
        return x.data

    def backward_var(self, grad: Any, index: int, **kwargs: Any) -> Any:
        return grad


@pytest.mark.parametrize("text", [text.strip() for line in CALLS.strip().split("\n") for text in line.split("|")])
def test_it_is_true_or_false(text: str) -> None:
    head, _, arguments = text.rpartition(")")[0].partition("(")

    def call(constant: Any) -> Any:
        names = {"mg": mg, "np": np, "Identity": Identity, "x": mg.tensor(X), "X": X, "constant": constant}
        return eval(f"{head}({arguments}{', ' * bool(arguments)}constant=constant)", names)

    for wrong in ("no", 0, 1, 1.0, [], np.array([True, False])):
        with pytest.raises(TypeError, match=r"constant: expected True, False or None, got"):
            call(wrong)
    for flag in (True, False):
        if "out=" not in text:
            assert call(flag).constant is call(np.bool_(flag)).constant is flag


def test_wrong_flags_change_nothing() -> None:
    i, x = mg.tensor([1, 2]), mg.tensor(X)
    (x * 1.0).backward()
    with pytest.raises(ValueError):
        call(np.multiply, i, i, constant=False)
    assert x.grad is not None
    assert i.creator is None


class TestInPlaceTargets:
    """They keep their own `constant`."""

    def test_variable_written_with_constants(self) -> None:
        w = mg.tensor(X)
        x = w * 1.0
        x[0] = mg.tensor(5.0, constant=True)
        x *= mg.tensor([2.0, 3.0], constant=True)
        assert not x.constant
        x.backward()
        assert np.array_equal(w.grad, [0.0, 3.0])

    def test_constant_written_with_variables(self) -> None:
        c, x = mg.tensor(X, constant=True), mg.tensor(X)
        with mg.lost_gradients("ignore"):
            c += x
            c[:1] = x[:1]
        assert c.constant
        y = c * x
        assert not y.constant
        y.backward()
        assert c.grad is None
        assert np.array_equal(x.grad, c.data)

    def test_masked_and_by_out(self) -> None:
        c, x = mg.tensor(X, constant=True), mg.tensor(X)
        with mg.lost_gradients("ignore"):
            assert np.exp(x, out=c, where=np.array([True, False])) is c
        assert c.constant
        v = mg.tensor(X)
        np.exp(mg.tensor(X, constant=True), out=v)
        assert not v.constant
        (v * 2.0).backward()
        assert np.array_equal(v.grad, [2.0, 2.0])

    def test_constant_view_of_a_variable(self) -> None:
        x = mg.tensor([1.0, 2.0, 3.0])
        c = call(np.reshape, x, (3, 1), constant=True)
        assert np.shares_memory(c, x)
        (c * x[:, None]).backward()
        assert np.array_equal(x.grad, [1.0, 2.0, 3.0])  # of the variable factor only
        assert c.grad is None
        c[0] = 7.0
        assert x.data[0] == 7.0
        (x * 1.0).backward()
        assert np.array_equal(x.grad, [1.0, 1.0, 1.0])

    def test_variable_view_of_a_constant(self) -> None:
        c = mg.tensor([1.0, 2.0, 3.0], constant=True)
        v = call(np.reshape, c, (3, 1), constant=False)
        assert np.shares_memory(c, v)
        (v * 2.0).backward()
        assert c.grad is None
        assert np.array_equal(v.grad, [[2.0]] * 3)

    def test_write_to_a_variable_through_its_constant_view(self) -> None:
        w = mg.tensor([1.0, 2.0, 3.0])
        x = w * 1.0
        c = call(np.reshape, x, (3, 1), constant=True)
        y = x * x
        c[0] = 7.0
        (y + x).backward()  # y has the old contents
        assert np.array_equal(y.grad, [1.0, 1.0, 1.0])
        assert np.array_equal(w.grad, [2 * 1.0, 2 * 2.0 + 1, 2 * 3.0 + 1])  # what was overwritten counts in y only
