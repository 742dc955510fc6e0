"""The source of a compiled function: it can be read, saved, and run without mygrad."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg

X = np.array([1.0, -2.0, 3.0])


def body(compiled: Any) -> list[str]:
    """The lines of the program, without comments and what is above the function."""
    text = compiled.source
    lines = text[text.index("\ndef ") :].strip().splitlines()[1:]
    return [line.strip() for line in lines if not line.strip().startswith("#")]


def test_a_gradient() -> None:
    def f(x: Any) -> Any:
        return np.sum(x * x)

    g = mg.compile(mg.value_and_grad(f))
    g(X)
    assert body(g) == [
        "t1 = x * x",
        "t2 = np.add.reduce(t1)",
        'with np.errstate(all="ignore"):',
        "t3 = x + x",
        "return (t2, t3)",
    ]
    assert "def value_and_grad_of_f(x):" in g.source
    assert "# return np.sum(x * x)" in g.source


def test_dead_code_is_left_out() -> None:
    def f(x: Any) -> Any:
        np.exp(x)
        y = x * 2
        y[0] = 5
        return x + 1

    g = mg.compile(f)
    g(X)
    assert body(g) == ["t1 = x + 1", "return t1"]


def test_what_depends_on_no_argument_is_computed_once() -> None:
    g = mg.compile(lambda x: x * np.sum(np.ones_like(x) * 2))
    g(X)
    assert body(g) == ["t1 = x * 6.0", "return t1"]


def test_nothing_is_computed_twice() -> None:
    g = mg.compile(lambda x: np.sin(x) * x + np.sin(x))
    g(X)
    assert sum("np.sin" in line for line in body(g)) == 1


def test_what_is_written_in_between_is_computed_again() -> None:
    def f(x: Any) -> Any:
        y = x * 1.5
        before = np.sum(y)
        y[0] = 7.0
        return before, np.sum(y)

    g = mg.compile(f)
    g(X)
    found = g(X + 1)
    assert found == f(X + 1)


def test_before_the_first_call() -> None:
    with pytest.raises(ValueError, match="has not been recorded yet"):
        mg.compile(np.sum).source  # noqa: B018


def test_a_module_that_runs_without_mygrad(tmp_path: Path) -> None:
    big = np.random.default_rng(1).normal(size=(3, 200))

    def loss(params: Any, x: Any) -> Any:
        h = np.tanh(x @ params["w"] + params["b"])
        return np.max(np.abs(h @ big)) + np.sum(np.sort(h)) + np.linalg.norm(params["w"])

    g = mg.compile(mg.value_and_grad(loss))
    params = {"w": np.arange(6.0).reshape(2, 3), "b": X}
    value, gradient = g(params, np.ones((4, 2)))
    g.save(tmp_path / "gradient.py")
    script = (
        "import sys; import numpy as np; from gradient import value_and_grad_of_loss as g\n"
        "value, by = g({'w': np.arange(6.0).reshape(2, 3), 'b': np.array([1.0, -2.0, 3.0])}, np.ones((4, 2)))\n"
        "assert 'mygrad' not in sys.modules\n"
        "print(value.hex(), by['b'].tobytes().hex(), by['w'].tobytes().hex())\n"
    )
    printed = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert printed.stdout.split() == [value.hex(), gradient["b"].tobytes().hex(), gradient["w"].tobytes().hex()]


@pytest.mark.parametrize("dtype", ["float16", "float32", "longdouble", "complex64", "int8", "uint64", "bool", ">f8"])
def test_constants_of_all_kinds(dtype: str) -> None:
    for constant in (np.array([3, 0, 1]).astype(dtype), np.array([[1, 0, 3]]).astype(dtype)[..., ::-1]):
        f = lambda x, c=constant: c + np.where(x > 0, c, c * 2)  # noqa: E731
        g = mg.compile(f)
        g(X)
        assert_array_equal(g(X - 1), f(X - 1), strict=True)


def test_infinite_constants() -> None:
    g = mg.compile(lambda x: np.minimum(x, np.inf) + np.array([np.nan, -np.inf, -0.0]))
    assert_array_equal(g(X), [np.nan, -np.inf, 3.0])
    assert_array_equal(g(X), [np.nan, -np.inf, 3.0])


def quartic(x: Any) -> Any:
    return np.sum(x**4)


@pytest.mark.parametrize("f", [quartic, mg.hessian(lambda x: np.sum(np.sqrt(x) * x[::-1]))])
def test_pickles(f: Any) -> None:
    g = mg.compile(f)
    g(np.abs(X))
    again = pickle.loads(pickle.dumps(g))
    assert again.signatures == g.signatures
    assert_array_equal(again(np.abs(X) + 1), f(np.abs(X) + 1))
    assert again.source.startswith("import numpy as np")
    if f is quartic:
        assert again(X[:2]) == quartic(X[:2])
    else:
        with pytest.raises(mg.errors.RecordingError, match="pickled with its programs alone"):
            again(X[:2])


def test_what_is_called_by_the_name_of_the_function_or_of_a_parameter() -> None:
    class Doubled(mg.Operation):
        def __call__(self, x: Any) -> Any:
            self.variables = (x,)
            return x.data * 2

    def f(x: Any) -> Any:
        return mg.execute_op(Doubled, x).data

    def g(Doubled: Any) -> Any:
        return f(Doubled)

    f.__name__ = "Doubled"
    for function in (f, g):
        assert np.array_equal(mg.compile(function)(np.array([1.0, 2.0])), [2.0, 4.0])
