"""The graph as text."""

import numpy as np
import pytest

import mygrad as mg
from mygrad.computational_graph import graph_text


def test_each_value_is_listed_once_after_what_it_needs():
    x = mg.tensor([1.0, 2.0])
    y = x * x
    z = np.exp(y) + y
    assert graph_text(z, names={"x": x, "y": y}).splitlines() == [
        "x: float64, shape (2,)",
        "y = multiply(x, x): float64, shape (2,)",
        "%2 = exp(y): float64, shape (2,)",
        "%3 = add(%2, y): float64, shape (2,)",
    ]


def test_deep_graphs_and_shared_values():
    y = mg.tensor(0.0)
    for _ in range(5000):
        y = y + y
    lines = graph_text(y).splitlines()
    assert len(lines) == 5001
    assert lines[-1] == "%5000 = add(%4999, %4999): float64, shape ()"


def test_constants_and_parameters():
    x = mg.tensor([[1.0, 2.0]], dtype=np.float32, constant=True)
    assert graph_text(np.sum(x, 0), names={"x": x}).splitlines() == [
        "x: float32, shape (1, 2), constant",
        "%1 = sum(x, 0): float32, shape (2,), constant",
    ]


def test_looking_changes_nothing():
    x = mg.tensor([1.0, 2.0])
    y = x * x
    assert graph_text(y, locals()) == graph_text(y, locals())
    y.backward()
    assert x.grad.tolist() == [2.0, 4.0]
    assert graph_text(y, locals()) == "y: float64, shape (2,)"


def test_only_tensors_have_graphs():
    with pytest.raises(TypeError, match="got ndarray"):
        graph_text(np.arange(3.0))
