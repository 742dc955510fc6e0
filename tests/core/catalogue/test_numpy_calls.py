"""NumPy's functions, called with arrays and with tensors: the same values, dtypes, shapes, types and memory.

What is differentiable is also differentiated, and compared with central differences of NumPy's own function.
"""

from __future__ import annotations

from functools import cache
from inspect import Parameter, signature
from typing import Any

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from catalogue import Example, every_example, is_ours
from catalogue.writes import EXAMPLES as WRITES
from comparing import are_variables, assert_gradients, assert_same, converted, gradients, is_precise, leaves, outcome
from functions import DIFFERENTIABLE, NUMPYS, PLAIN, run, takes_like
from mygrad import Tensor
from mygrad._rules.decompositions import lstsq
from mygrad._rules.rule import RULES

#: One of their results may be plain: steps, ranks, positions, counts, and a quotient of zero.
PARTLY_PLAIN = {np.remainder, np.fmod, np.divmod, np.modf, np.frexp}
PARTLY_PLAIN |= {np.linalg.lstsq, lstsq, np.polyfit, np.polydiv, np.where, np.ix_, np.bincount}
PARTLY_PLAIN |= {np.histogram, np.histogram2d, np.histogramdd, np.histogram_bin_edges}
PARTLY_PLAIN |= {np.unique, np.unique_all, np.unique_counts, np.unique_inverse, np.intersect1d}
#: Their first argument is written; or NumPy's dispatcher takes it by position alone.
NOT_BY_KEYWORD = {*WRITES, np.unique_all, np.unique_counts, np.unique_inverse, np.unique_values}
#: Of these, NumPy's may return the argument itself.
COPIES = {np.diff, np.linalg.matrix_power}


@cache
def parameters_of(fn: Any) -> list[Parameter]:
    """None, if NumPy does not tell them, or if there are any number of them."""
    try:
        parameters = list(signature(fn).parameters.values())
    except ValueError:
        return []
    return [] if Parameter.VAR_POSITIONAL in [p.kind for p in parameters] else parameters


def of_tensors(fn: Any) -> Any:
    return run(fn, like=Tensor(0.0))


def as_tensors(example: Example, constant: bool | None = None, others: bool = True) -> Example:
    """The call of tensors; of constants for `others` than what is to be differentiated, too."""

    def other(a: Any) -> Any:
        return Tensor(a, constant=True) if others and a.dtype.kind in "fiub" else a

    return example.mapped(lambda a: Tensor(a, constant=constant, copy=False), other)


def agreed(fn: Any, example: Example, constant: bool | None = None) -> list[Tensor]:
    """The tensors that a call of tensors returns: the values or error that NumPy's does, and none but its warnings."""

    # Indices are plain when they come to our primitives.
    given = as_tensors(example, constant, others=not is_ours(fn))
    expected, warnings = outcome(run(fn), example)
    ours, our_warnings = outcome(of_tensors(fn), given)
    assert our_warnings <= warnings
    assert_same(ours, expected, tensor=fn in DIFFERENTIABLE and fn not in PARTLY_PLAIN, exact=fn in RULES)
    for y, numpys in zip(leaves(ours), leaves(expected), strict=True):
        if not isinstance(numpys, np.ndarray):
            continue
        if fn not in COPIES:
            assert all(np.shares_memory(y, a) == np.shares_memory(numpys, a) for a in example.variables())
        if takes_like(fn) or "order" in [p.name for p in parameters_of(fn)]:
            assert mg.asarray(y).flags.c_contiguous == numpys.flags.c_contiguous
            assert mg.asarray(y).flags.f_contiguous == numpys.flags.f_contiguous
    return [y for y in leaves(ours) if isinstance(y, Tensor)]


def has_tensors(fn: Any, example: Example) -> bool:
    """Whether tensors take the place of arrays, so that NumPy asks for ours at all."""
    found: list[Any] = []
    example.mapped(found.append, found.append)
    return bool(found) or takes_like(fn)


@every_example(DIFFERENTIABLE, only=has_tensors)
def test_values(fn: Any, example: Example) -> None:
    """Variables in, variables out; constants in, constants out."""
    is_variable = are_variables(agreed(fn, example))
    if takes_like(fn):
        assert is_variable
    elif example.variables():
        assert is_variable
        assert all(y.constant for y in agreed(fn, example, constant=True))


@every_example(NUMPYS, only=has_tensors)
def test_of_other_numbers(fn: Any, example: Example) -> None:
    for dtype in int, bool, np.float16, np.float32:
        with np.errstate(over="ignore", invalid="ignore"):
            numbers = example.mapped(lambda a: converted(a, dtype))  # noqa: B023
        agreed(fn, numbers)


def is_number(x: Any) -> bool:
    return isinstance(x, float) or (isinstance(x, np.ndarray) and x.dtype.kind in "fiu")


@every_example([fn for fn in [*NUMPYS, *PLAIN] if not takes_like(fn)], only=has_tensors)
def test_beside_complex_numbers(fn: Any, example: Example) -> None:
    """The results are NumPy's, and constants of constants. Some are refused of variables."""
    for given in example.replacing(is_number, lambda x: x + (0.25 + 0.5j)):
        expected, _ = outcome(run(fn), given)
        of_constants, _ = outcome(run(fn), as_tensors(given, constant=True))
        with mg.no_autodiff:
            untracked, _ = outcome(run(fn), as_tensors(given))
        of_variables, _ = outcome(run(fn), as_tensors(given))
        if isinstance(expected, type) and issubclass(expected, Exception):
            assert issubclass(of_constants, expected)
            assert issubclass(untracked, expected)
            assert issubclass(of_variables, (expected, TypeError))
        else:
            assert_equal_arrays(of_constants, expected, constants=True)
            assert_equal_arrays(untracked, expected)
            if of_variables is not TypeError:
                assert_equal_arrays(of_variables, expected)


def assert_equal_arrays(ours: Any, numpys: Any, constants: bool = False) -> None:
    for y, expected in zip(leaves(ours), leaves(numpys), strict=True):
        assert not (constants and isinstance(y, Tensor)) or y.constant
        if isinstance(expected, (np.ndarray, np.generic)):
            assert (y.dtype, y.shape) == (expected.dtype, expected.shape)
            assert_allclose(mg.asarray(y), expected, rtol=1e-12, atol=1e-12)
        else:
            assert y == expected


@every_example(PLAIN)
def test_plain(fn: Any, example: Example) -> None:
    assert not agreed(fn, example)


def has_gradients(fn: Any, example: Example) -> bool:
    return bool(example.variables()) and is_precise(run(fn), example)


@every_example(DIFFERENTIABLE, only=has_gradients)
def test_gradients(fn: Any, example: Example) -> None:
    assert_gradients(of_tensors(fn), example, run(fn))


@every_example([fn for fn in NUMPYS if parameters_of(fn) and fn not in NOT_BY_KEYWORD], only=has_gradients)
def test_by_keyword(fn: Any, example: Example) -> None:
    """Arguments mean the same by position and by keyword."""
    parameters, args = parameters_of(fn), example.args
    first = sum(p.kind is Parameter.POSITIONAL_ONLY for p in parameters[: len(args)])
    names = dict(zip(range(first, len(args)), [p.name for p in parameters[first:]], strict=False))
    params = {name: args[place] for place, name in names.items()} | example.params
    diff = example.diff and tuple(names.get(place, place) for place in example.diff)  # type: ignore[call-overload]
    expected, _ = gradients(of_tensors(fn), example)
    got, _ = gradients(of_tensors(fn), Example(args[:first], params, diff))
    for a, b in zip(got, expected, strict=True):
        assert_array_equal(a, b)
