"""Our functions take what NumPy's functions of the same names take, and a keyword `constant`."""

import inspect

import numpy as np
import pytest

import mygrad as mg
from mygrad._dispatch.registry import IMPLEMENTATIONS

# What says nothing about tensors, and what was renamed in NumPy 2.1.
NOT_OURS = {"like", "newshape"}
# Ours are defaults in NumPy's place that mean the same.
SAME = [
    (None, float),  # dtype: np.zeros
    (np._NoValue, False),  # keepdims
    (np._NoValue, 0),  # constants that NumPy's functions in C do not tell
]


def public_implementations():
    return sorted(
        ((f, ours) for f, ours in IMPLEMENTATIONS.items() if ours.__module__.startswith("mygrad.")),
        key=lambda pair: (pair[0].__module__, pair[0].__name__),
    )


def name_of(pair):
    return f"{pair[0].__module__}.{pair[0].__name__}"


def parameters(function):
    return inspect.signature(function).parameters


@pytest.mark.parametrize("pair", public_implementations(), ids=name_of)
def test_numpys_parameters_are_ours(pair):
    theirs, ours = pair
    if ours is mg.arange:
        pytest.skip("takes *args, as NumPy's does in effect")
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


@pytest.mark.parametrize("pair", public_implementations(), ids=name_of)
def test_constant_is_a_keyword(pair):
    constant = parameters(pair[1])["constant"]
    assert constant.kind is constant.KEYWORD_ONLY
    assert constant.default is None
