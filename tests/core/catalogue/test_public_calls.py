"""Our public functions, on the examples of NumPy's functions of the same names: of tensors, of arrays and of lists.

(That NumPy's functions of tensors are these, and what the derivatives are, is looked at in test_numpy_calls.py.)
"""

from __future__ import annotations

from inspect import signature
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import mygrad as mg
from catalogue import Example, every_example
from comparing import are_variables, assert_same, gradients, leaves, outcome
from functions import PUBLIC
from mygrad import Tensor
from mygrad._rules.rule import RULES

#: They make leaves of what is no tensor.
CREATION = [fn for fn, ours in PUBLIC.items() if ours.__module__.startswith("mygrad.tensor_creation")]
#: To which a list is something else than an array.
OF_LISTS = {np.block, np.histogramdd}
UFUNCS = [fn for fn, ours in PUBLIC.items() if isinstance(ours, mg.ufunc)]


def agreed(fn: Any, example: Example, given: Example) -> list[Tensor]:
    """What ours returns of `given`: tensors of the values that NumPy's has, or its error, and none but its warnings."""
    expected, warnings = outcome(lambda e: e.of(fn), example)
    ours, our_warnings = outcome(lambda e: e.of(PUBLIC[fn]), given)
    assert our_warnings <= warnings
    assert_same(ours, expected, exact=fn in RULES)
    return [y for y in leaves(ours) if isinstance(y, Tensor)]


def tensors(example: Example, constant: bool | None = None) -> Example:
    return example.mapped(lambda a: Tensor(a, constant=constant, copy=False), lambda a: Tensor(a, constant=True))


@every_example(PUBLIC)
def test_of_tensors(fn: Any, example: Example) -> None:
    """Variables in, variables out; constants in, constants out."""
    is_variable = are_variables(agreed(fn, example, tensors(example)))
    if example.variables():
        assert is_variable
        assert all(y.constant for y in agreed(fn, example, tensors(example, constant=True)))


@every_example(PUBLIC)
def test_of_arrays_and_lists(fn: Any, example: Example) -> None:
    """Arrays are constants, and what is made of constants is one."""
    results = agreed(fn, example, example)
    if fn not in OF_LISTS:
        lists = example.mapped(np.ndarray.tolist, np.ndarray.tolist)
        results += agreed(fn, example.mapped(as_list, as_list), lists)
    assert fn in CREATION or all(y.constant for y in results)


#: Of a number NumPy's return what they find in memory, insist on a copy, or look for axes in vain.
NO_NUMBERS = {np.empty_like, np.nan_to_num, np.linalg.tensorinv, np.linalg.tensorsolve}


@every_example(fn for fn in PUBLIC if fn not in NO_NUMBERS)
def test_of_numbers(fn: Any, example: Example) -> None:
    """A number may stand wherever an array may, of Python or of NumPy; and True for a mask."""
    for number in 5, 5.0, True, np.float32(2):
        for given in example.replacing(lambda x: is_replaceable(x, number), lambda _: number):  # noqa: B023
            expected, _ = outcome(lambda e: e.of(fn), given)
            ours, _ = outcome(lambda e: e.of(PUBLIC[fn]), given)
            if expected is TypeError:  # which may be its own slip
                assert ours is not AttributeError
            elif isinstance(expected, type):
                assert expected is AttributeError or issubclass(ours, expected)
            else:
                for y, numpys in zip(leaves(ours), leaves(expected), strict=True):
                    assert_same(mg.asarray(y), np.asarray(numpys), tensor=False)


def is_replaceable(x: Any, number: Any) -> bool:
    return isinstance(x, np.ndarray) and (x.dtype != np.bool_ or number is True)


def of_lists(example: Example) -> Example:
    """The same call with lists of tensors in the place of tensors."""

    def listed(x: Any) -> Any:
        if isinstance(x, Tensor):
            return list(x) if x.ndim and x.size else x
        return type(x)([listed(part) for part in x]) if type(x) in (list, tuple) else x

    return Example(listed(example.args), {name: listed(x) for name, x in example.params.items()})


@every_example([fn for fn in PUBLIC if fn not in OF_LISTS], only=lambda fn, example: example.variables())
def test_of_lists_of_tensors(fn: Any, example: Example) -> None:
    """They are stacked wherever an array may stand, and gradients go back to each of them."""
    expected, _ = gradients(lambda e: e.of(PUBLIC[fn]), example)
    got, _ = gradients(lambda e: of_lists(e).of(PUBLIC[fn]), example)
    for a, b in zip(got, expected, strict=True):
        assert_allclose(a, b, rtol=1e-12, atol=1e-14)


def as_list(a: Any) -> Any:
    """What a list is made. An empty one may be one of indices."""
    return np.asarray(a.tolist(), None if a.size else a.dtype)


@every_example(PUBLIC, only=lambda fn, example: example.params.get("copy", True) or fn is not np.nan_to_num)
def test_constant(fn: Any, example: Example) -> None:
    is_float = all(mg.asarray(y).dtype.kind in "fc" for y in leaves(outcome(lambda e: e.of(fn), example)[0]))
    for given in tensors(example), tensors(example, constant=True):
        assert all(y.constant is True for y in leaves(given.of(PUBLIC[fn], constant=True)))
        if is_float:
            assert all(y.constant is False for y in leaves(given.of(PUBLIC[fn], constant=False)))
        else:
            with pytest.raises(ValueError, match="floating-point"):
                given.of(PUBLIC[fn], constant=False)


def takes_out(fn: Any, example: Example) -> bool:
    names = list(signature(PUBLIC[fn]).parameters)
    return (
        "out" in names
        and (fn is np.einsum or len(example.args) <= names.index("out"))
        and "dtype" not in example.params
    )


@every_example(PUBLIC, only=takes_out)
def test_out(fn: Any, example: Example) -> None:
    expected, _ = outcome(lambda e: e.of(fn), example)
    for given in tensors(example), example:
        out = Tensor(np.full_like(expected, 7))
        assert given.of(PUBLIC[fn], out=out) is out
        assert_same(out, np.asarray(expected))
    array = np.full_like(expected, 7)
    if array.dtype.kind == "f":
        with pytest.raises(TypeError, match="takes no gradient"):
            tensors(example).of(PUBLIC[fn], out=array)
        assert np.all(array == 7)
    with mg.no_autodiff:
        result = tensors(example).of(PUBLIC[fn], out=array)
    assert_same(result, np.asarray(expected))
    assert np.shares_memory(result, array) or not array.size
    assert_same(array, result.data, tensor=False)


@every_example(UFUNCS)
def test_dtype_of_ufuncs(fn: Any, example: Example) -> None:
    single = Example(example.args, {"dtype": np.float32})
    agreed(fn, single, tensors(single))


@every_example([fn for fn in UFUNCS if fn.signature is None])
def test_masked_ufuncs(fn: Any, example: Example) -> None:
    expected = np.full_like(example.of(fn), 7)
    where = np.arange(expected.size).reshape(expected.shape) % 2 == 0
    example.of(fn, out=expected, where=where)
    out = Tensor(np.full_like(expected, 7))
    assert tensors(example).of(PUBLIC[fn], out=out, where=where) is out
    assert_same(out, expected)
