"""Our functions take what NumPy's functions of the same names take, and a keyword `constant`."""

import inspect

import numpy as np
import pytest

import mygrad as mg
from catalogue import is_ours, name_of
from functions import METHODS, PUBLIC

# What says nothing about tensors, and what was renamed in NumPy 2.1.
NOT_OURS = {"like", "newshape", "descending"}
# Ours are defaults in NumPy's place that mean the same.
SAME = [
    (None, float),  # dtype: np.zeros
    (np._NoValue, False),  # keepdims
    (np._NoValue, 0),  # constants that NumPy's functions in C do not tell
]


PAIRS = [(fn, ours) for fn, ours in PUBLIC.items() if ours is not mg.arange and not is_ours(fn)]
PAIRS += [(method, getattr(mg.Tensor, method.__name__)) for method in METHODS]
PAIRS = [pytest.param(*pair, id=name_of(pair[0])) for pair in PAIRS if callable(pair[1])]


def parameters(function):
    return inspect.signature(function).parameters


@pytest.mark.parametrize(("theirs", "ours"), PAIRS)
def test_numpys_parameters_are_ours(theirs, ours):
    try:
        expected = parameters(theirs)
    except ValueError:
        pytest.skip("NumPy does not tell its signature")
    actual = parameters(ours)
    positional = [p for p in actual.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    for i, (name, parameter) in enumerate(expected.items()):
        if name in NOT_OURS or parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
            continue
        if parameter.kind is parameter.KEYWORD_ONLY:
            assert name in actual, name
        else:
            assert positional[i].name == name or parameter.kind is parameter.POSITIONAL_ONLY, (i, name)
        if parameter.kind is not parameter.POSITIONAL_ONLY:
            default, mine = parameter.default, actual[name].default
            if default is not parameter.empty:  # what NumPy requires may be optional here
                assert mine is default or (default, mine) in SAME or mine == default, (name, default, mine)


@pytest.mark.parametrize("ours", PUBLIC.values(), ids=map(name_of, PUBLIC))
def test_constant_is_a_keyword(ours):
    constant = parameters(ours)["constant"]
    assert constant.kind is constant.KEYWORD_ONLY
    assert constant.default is None
