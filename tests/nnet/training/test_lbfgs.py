"""Training by L-BFGS, for which SciPy is needed."""

from __future__ import annotations

import builtins

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet import Module, mean_squared_error, softmax_crossentropy, tanh
from mygrad.nnet.modules import Linear, Sequential
from mygrad.nnet.training import accuracy, fit_lbfgs

pytest.importorskip("scipy")


def test_lbfgs_finds_a_minimum():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 2))
    labels = (x[:, 0] * x[:, 1] > 0).astype(int)
    model = Sequential(Linear(2, 8, dtype=float, rng=0), tanh, Linear(8, 2, dtype=float, rng=1))
    result = fit_lbfgs(model, lambda: softmax_crossentropy(model(x), labels), steps=100)
    assert result.fun < 1e-2
    assert accuracy(model(x), labels) == 1
    assert softmax_crossentropy(model(x), labels).item() == pytest.approx(result.fun)
    assert all(p.grad is None and p.creator is None for p in model.parameters())


def test_lbfgs_with_other_dtypes():
    w, z = mg.tensor(np.zeros(3), dtype=np.float32), mg.tensor(np.zeros((2, 1), complex))
    goal = np.array([[1 + 2j], [-3j]])
    unused = mg.tensor(5.0)
    result = fit_lbfgs([w, z, unused], lambda: np.sum((w - 1) ** 2) + np.sum(np.abs(z - goal) ** 2))
    assert result.success
    assert w.dtype == np.float32
    np.testing.assert_allclose(w, np.ones(3), rtol=1e-5)
    np.testing.assert_allclose(z, goal, atol=1e-5)
    assert unused == 5


def test_lbfgs_in_wrong_use(monkeypatch):
    model = Linear(2, 1, dtype=float)
    for loss in (lambda: 1.0, lambda: model([[1.0, 2.0], [3.0, 4.0]]), lambda: mg.tensor(1.0, constant=True)):
        with pytest.raises(TypeError, match="`loss` must return a scalar that depends on the parameters"):
            fit_lbfgs(model, loss)
    with pytest.raises(ValueError, match="there are no parameters"):
        fit_lbfgs(Module(), lambda: model.weight.sum())
    with pytest.raises(TypeError, match="fit_lbfgs: parameters are a list of tensors"):
        fit_lbfgs(model.weight, lambda: mean_squared_error(model.weight, [[1.0, 2.0]]))
    real = builtins.__import__

    def without_scipy(name, *args, **kwargs):
        if name.startswith("scipy"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_scipy)
    with pytest.raises(ImportError, match=r"pip install 'mygrad-nnet\[scipy\]'"):
        fit_lbfgs(model, lambda: model.weight.sum())
