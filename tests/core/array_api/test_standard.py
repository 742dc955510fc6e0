"""Names, signatures, dtypes and values are those of the array API standard, as array-api-strict has them."""

import inspect
import tomllib
import warnings
from pathlib import Path

import array_api_strict as strict
import numpy as np
import pytest

import mygrad as mg
import mygrad.array_api as xp
from array_api.standard_calls import CALLS, FFT, LINALG

DEVIATIONS = tomllib.loads(Path(__file__).with_name("deviations.toml").read_text())
#: Of array-api-strict itself, and of later versions of the standard.
NO_STANDARD = """
    ArrayAPIStrictFlags Device broadcast_shapes get_array_api_strict_flags isin reset_array_api_strict_flags
    set_array_api_strict_flags
"""
NAMES = sorted(set(strict.__all__) - set(NO_STANDARD.split()))
FUNCTIONS = {name for name in NAMES if inspect.isfunction(getattr(strict, name))}
DTYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64"]
DTYPES += ["complex64", "complex128"]
#: What does not vary with values that are real.
STEPS = ["ceil", "floor", "floor_divide", "sign", "trunc"]
#: What results are written into is a variable.
FILLED = ["empty", "empty_like", "eye", "full", "full_like", "ones", "ones_like", "zeros", "zeros_like"]


@pytest.fixture(autouse=True)
def version():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        strict.set_array_api_strict_flags(api_version=xp.__array_api_version__)
        yield
    strict.reset_array_api_strict_flags()


def namespaces(name):
    """The standard's function, and ours, of a name that may have a dot in it."""
    module, _, name = name.rpartition(".")
    return [getattr(getattr(space, module) if module else space, name) for space in (strict, xp)]


EXTENSIONS = {"fft": FFT, "linalg": LINALG}
#: Of the extensions, by names with a dot in them.
DOTTED = {f"{module}.{name}": calls for module, functions in EXTENSIONS.items() for name, calls in functions.items()}
ALL = [*sorted(FUNCTIONS), *DOTTED]


@pytest.mark.parametrize("name", NAMES)
def test_name(name):
    assert (name in xp.__all__) is hasattr(xp, name) is (name not in DEVIATIONS["absent"])


def test_names_of_extensions():
    for module in EXTENSIONS:
        assert set(getattr(xp, module).__all__) == set(getattr(strict, module).__all__)
    assert set(xp.__all__) <= set(NAMES)
    assert set(DEVIATIONS["absent"]) <= set(NAMES)
    assert xp.__array_api_version__ == "2024.12"


def test_attributes_of_arrays():
    theirs = {name for name in dir(strict.asarray(1.0)) if not name.startswith("_") or name.endswith("__")}
    assert theirs - set(dir(mg.Tensor)) == set(DEVIATIONS["attributes"])


@pytest.mark.parametrize("name", [name for name in ALL if name not in DEVIATIONS["absent"]])
def test_signature(name):
    """Every call that the standard knows is understood, and means the same."""
    theirs, ours = (inspect.signature(f).parameters for f in namespaces(name))
    positional = [p for p in ours.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    given = [p for p in theirs.values() if p.kind is p.POSITIONAL_ONLY]
    varying = any(p.kind is p.VAR_POSITIONAL for p in ours.values())
    assert varying or len(positional) >= len(given)
    for p in ours.values():  # what the standard does not have need not be given
        optional = p.default is not p.empty or p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        assert optional or p in positional[: len(given)] or p.name in theirs, p
    for p in theirs.values():
        if p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD):
            mine = ours[p.name]
            assert mine not in positional[: len(given)], f"{p} is one of the positional arguments"
            assert (mine.default is mine.empty) <= (p.default is p.empty), f"{p} has to be given"
    for theirs_first, mine in zip(given, positional, strict=False):
        assert (mine.default is mine.empty) <= (theirs_first.default is theirs_first.empty)


def arrays_in(x):
    if isinstance(x, np.ndarray):
        return [x]
    return [array for part in x for array in arrays_in(part)] if isinstance(x, (list, tuple)) else []


def cast(x, dtypes, space, make):
    """`x` with arrays of `space` in the place of NumPy's: those of floats in `dtypes`, one dtype after the other."""
    if isinstance(x, np.ndarray):
        return make(x.astype(next(dtypes)) if x.dtype == float else x)
    if isinstance(x, (list, tuple)):
        return type(x)(cast(part, dtypes, space, make) for part in x)
    return getattr(space, x) if isinstance(x, str) and x in DTYPES else x


def evaluate(function, call, dtypes, space, make):
    args, kwargs = call
    dtypes = iter(dtypes)
    args = cast(args, dtypes, space, make)
    kwargs = {key: cast(value, dtypes, space, make) for key, value in kwargs.items()}
    with np.errstate(all="ignore"):
        return function(*args, **kwargs)


def compare(theirs, ours):
    if isinstance(theirs, (tuple, list)):
        assert isinstance(ours, (tuple, list))
        assert len(theirs) == len(ours)
        for one, other in zip(theirs, ours, strict=True):
            compare(one, other)
        for field in getattr(theirs, "_fields", ()):
            assert hasattr(ours, field)
    elif isinstance(theirs, type(strict.asarray(1))):
        assert isinstance(ours, mg.Tensor)
        assert (ours.dtype.name, ours.shape) == (np.asarray(theirs).dtype.name, theirs.shape)
        np.testing.assert_allclose(ours.data, np.asarray(theirs), rtol=1e-5, atol=1e-6)
    elif isinstance(theirs, type(strict.float64)):
        assert ours == np.dtype(str(theirs).rpartition(".")[2])
    else:
        assert ours == theirs


def variable(array):
    return mg.tensor(array)


def constant(array):
    return mg.tensor(array, constant=True)


def as_array(array):
    return np.array(array)


def test_every_function_is_called():
    assert set(CALLS) == FUNCTIONS - set(DEVIATIONS["absent"]) - {"__array_namespace_info__"}
    for module, functions in EXTENSIONS.items():
        assert set(functions) == set(getattr(strict, module).__all__)


@pytest.mark.parametrize("name", [*CALLS, *DOTTED])
@pytest.mark.parametrize("make", [constant, variable, as_array])
def test_values_and_dtypes(name, make):
    """Wherever the standard defines a result, it is ours; and what is computed from variables is one."""
    standards, ours = namespaces(name)
    calls = DOTTED[name] if name in DOTTED else CALLS[name]
    compared = 0
    for call in calls:
        for dtypes in combinations(call):
            try:
                expected = evaluate(standards, call, dtypes, strict, strict.asarray)
            except (TypeError, ValueError, np.linalg.LinAlgError):
                continue
            compared += 1
            is_variable = make is variable and not {"float32", "float64", "complex64", "complex128"}.isdisjoint(dtypes)
            result = evaluate(ours, call, dtypes, xp, make)
            if expected is False and name in DEVIATIONS["promotion"]:
                continue
            compare(expected, result)
            for part in result if isinstance(result, (tuple, list)) else [result]:
                if isinstance(part, mg.Tensor) and part.dtype.kind in "fc" and name not in FILLED:
                    is_step = name in STEPS and part.dtype.kind == "f"
                    assert part.constant is not (is_variable and not is_step)
    assert compared or not calls or name in DEVIATIONS["complex"]


def combinations(call):
    """The dtypes of the arrays in a call: of the first, and of the others."""
    floats = [array for array in arrays_in(call[0]) if array.dtype == float]
    firsts = DTYPES if floats else DTYPES[:1]
    return [(first, *[second] * 5) for first in firsts for second in (DTYPES if len(floats) > 1 else DTYPES[:1])]
