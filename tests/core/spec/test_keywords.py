"""The arguments that the documentation names, by these names, beside NumPy's."""

import copy
import inspect
import pickle

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg

X = np.array([[0.5, 0.25], [0.75, 0.125]])

# Function and parameters as the documentation lists them; `constant` is a keyword of all.
LISTED = """
    tensor(arr_like, dtype, copy, ndmin)        astensor(t, dtype)
    ones(shape, dtype)                          ones_like(other, dtype, shape)
    zeros(shape, dtype)                         zeros_like(other, dtype, shape)
    eye(N, M, k, dtype)                         identity(n, dtype)
    full(shape, fill_value, dtype)              full_like(other, fill_value, dtype, shape)
    arange(start, stop, step, dtype)            linspace(start, stop, num, endpoint)
    logspace(start, stop, num, endpoint, base)  geomspace(start, stop, num, endpoint)
    ravel(a)                                    reshape(a, newshape)
    moveaxis(a, source, destination)            roll(a, shift, axis)
    swapaxes(a, axis1, axis2)                   transpose(a)
    broadcast_to(a, shape)                      expand_dims(a, axis)
    squeeze(a, axis)                            repeat(a, repeats, axis)
    concatenate(tensors, axis, out)             stack(tensors, axis, out)
    matmul(x1, x2, out, dtype)                  multi_matmul(tensors)
    linalg.norm(x, ord, axis, keepdims)         where(condition, x, y)
    prod(a, axis, keepdims)                     sum(x, axis, keepdims)
    cumprod(a, axis)                            cumsum(a, axis)
    mean(x, axis, keepdims)                     var(x, axis, ddof, keepdims)
    std(x, axis, ddof, keepdims)                sinc(a)
    amax(x, axis, keepdims)                     amin(x, axis, keepdims)
    max(x, axis, keepdims)                      min(x, axis, keepdims)
    clip(a, a_min, a_max, out)                  absolute(x, out, where, dtype, nan_to_num)
    arctan2(x1, x2, out, where, dtype)          logaddexp(x1, x2, out, where, dtype)
    logaddexp2(x1, x2, out, where, dtype)       add(x1, x2, out, where, dtype)
    multiply(x1, x2, out, where, dtype)         power(x1, x2, out, where, dtype)
    subtract(x1, x2, out, where, dtype)         maximum(x1, x2, out, where, dtype)
    minimum(x1, x2, out, where, dtype)          divide(x1, x2, out, where, dtype)
"""
OF_X = "sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arctanh reciprocal positive negative sqrt cbrt square"
OF_X1 = "exp expm1 exp2 log log10 log2 log1p"
LISTED = [entry.strip() for line in LISTED.splitlines() for entry in line.split("  ") if entry.strip()]
LISTED += [f"{name}(x, out, where, dtype)" for name in OF_X.split()]
LISTED += [f"{name}(x1, out, where, dtype)" for name in OF_X1.split()]

VALUES = {
    **dict.fromkeys(("arr_like", "t", "other", "a", "x", "x1", "y"), X), "x2": X + 1.0, "tensors": [X, X],
    "dtype": np.float64, "copy": True, "ndmin": 3, "shape": (2, 2), "N": 2, "M": 3, "k": 1, "n": 2, "fill_value": 1.5,
    "start": 1.0, "stop": 4.0, "step": 1.0, "num": 3, "endpoint": False, "base": 2.0, "newshape": (4,), "source": 0,
    "destination": 1, "shift": 1, "axis": 0, "axis1": 0, "axis2": 1, "repeats": 2, "out": None, "ord": 1,
    "keepdims": True, "condition": X > 0.3, "ddof": 1, "a_min": 0.2, "a_max": 0.6, "where": True, "nan_to_num": True,
}  # fmt: skip
SPECIAL = {"squeeze(a, axis)": {"a": X[:1]}}


def function_and_arguments(entry):
    name, _, names = entry.partition("(")
    function = mg.linalg.norm if name == "linalg.norm" else getattr(mg, name)
    values = {**VALUES, **SPECIAL.get(entry, {})}
    return function, {key: values[key] for key in names.removesuffix(")").split(", ")}


@pytest.mark.parametrize("entry", LISTED)
def test_by_its_names(entry):
    function, arguments = function_and_arguments(entry)
    first, *others = arguments
    by_position = {key: value for key, value in arguments.items() if key != first}
    if entry.startswith("where"):
        expected = function(*arguments.values())
    elif "x2" in others:
        expected = function(arguments[first], by_position.pop("x2"), **by_position)
    else:
        expected = function(arguments[first], **by_position)
    result = function(**arguments)
    assert type(result) is mg.Tensor
    assert (result.dtype, result.shape) == (expected.dtype, expected.shape)
    assert_array_equal(result, expected)
    assert function(**arguments, constant=True).constant is True
    variables = {
        key: mg.tensor(value) if isinstance(value, np.ndarray) and value.dtype == float else value
        for key, value in arguments.items()
    }
    x = next((value for value in variables.values() if isinstance(value, mg.Tensor)), None)
    if x is not None and not entry.startswith(("tensor", "astensor", "ones", "zeros", "full")):
        function(**variables).backward()
        assert x.grad is not None


@pytest.mark.parametrize("name", ["sum", "mean", "var", "std", "max", "min", "sinc", "ones_like", "stack"])
def test_numpys_names_are_the_names(name):
    ours, numpys = getattr(mg, name), getattr(np, name)
    first = next(iter(inspect.signature(numpys).parameters))
    assert next(iter(inspect.signature(ours).parameters)) == first
    value = [X, X] if name == "stack" else X
    assert_array_equal(ours(**{first: value}), numpys(value))


@pytest.mark.parametrize("call", [
    lambda: mg.sum(X, x=X), lambda: mg.sum(a=X, x=X), lambda: mg.sum(y=X), lambda: mg.sum(),
    lambda: mg.ones_like(X, other=X), lambda: mg.stack(tensor=[X]), lambda: mg.sin(y=X), lambda: mg.sin(X, x=X),
    lambda: mg.add(X, x1=X), lambda: mg.add(x1=X), lambda: mg.add(X, X, x2=X), lambda: mg.exp(x=X, x1=X),
])  # fmt: skip
def test_no_other_names(call):
    with pytest.raises(TypeError):
        call()


def test_methods_go_by_numpys_names():
    x = mg.tensor(X)
    assert x.sum() == mg.sum(x=x)
    assert list(inspect.signature(x.sum).parameters) == list(inspect.signature(mg.sum).parameters)[1:]


def test_copies_and_pickles():
    for function in (mg.sum, mg.ones_like, mg.concatenate, mg.amax):
        assert pickle.loads(pickle.dumps(function)) is function
        assert copy.deepcopy(function) is function
