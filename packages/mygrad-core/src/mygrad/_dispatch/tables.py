"""What becomes of NumPy's ufuncs and functions.

Each of them stands in exactly one of four tables, which a test makes sure of:

* `mygrad._rules.rule.RULES`: it has a rule, which gives zeros if it is a step such as `np.round`. The rule knows what
  is called to bring the arguments into form (`Rule.implementation`);
* `mygrad._dispatch.registry.IMPLEMENTATIONS`: it has none. A function that is made of others, which
  have rules, is called in its place;
* `PLAIN`: the result is piecewise constant, or does not depend on the values at all. It is what NumPy returns for
  arrays;
* `UNSUPPORTED`: variables raise TypeError. Of constants no gradient is lost: for these, and under `no_autodiff`, it
  returns what NumPy does for arrays.

A function that stands in no table - of another library, or of a NumPy newer than these tables - is unsupported, unless
a rule has been entered for it (`mygrad.extend`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy._core import umath as _umath

from mygrad._dispatch.registry import implements
from mygrad._engine.exits import STEPS
from mygrad._engine.outputs import call
from mygrad._rules.complexes import phase

__all__ = ["PLAIN", "UNSUPPORTED", "reason"]

Function = Callable[..., Any]

#: Where NumPy keeps all of its ufuncs, also those that it does not show.
_ufuncs: Any = _umath


def _named(names: str, module: Any = np) -> list[Any]:
    """The functions of these names that the installed NumPy has: some come or go with a version."""
    found = []
    for name in names.split():
        f = module
        for part in name.split("."):
            f = getattr(f, part, None)
        if f is not None:
            found.append(f)
    return found


_PLAIN_UFUNCS = """
    equal not_equal less less_equal greater greater_equal
    isfinite isinf isnan isnat signbit
    logical_and logical_not logical_or logical_xor
    bitwise_and bitwise_count bitwise_or bitwise_xor invert left_shift right_shift gcd lcm
    ceil floor floor_divide rint spacing trunc
    _ones_like
"""
_PLAIN_FUNCTIONS = (
    # about dtypes, shapes and memory
    """
    can_cast common_type min_scalar_type result_type iscomplexobj isrealobj
    ndim shape size may_share_memory shares_memory einsum_path
    """
    # questions about values
    """
    all any allclose array_equal array_equiv isclose isin in1d isneginf isposinf iscomplex isreal
    count_nonzero linalg.matrix_rank
    """
    # positions
    """
    argmax argmin argpartition argsort argwhere flatnonzero lexsort nanargmax nanargmin nonzero
    digitize searchsorted
    diag_indices_from tril_indices_from triu_indices_from ravel_multi_index unravel_index
    """
    # text and files
    """
    array2string array_repr array_str save savetxt savez savez_compressed
    """
    # bits and dates
    """
    packbits unpackbits busday_count busday_offset datetime_as_string is_busday
    """
)

#: With each, which function it is of complex numbers, if it is not plain of these: one that has a rule.
PLAIN: dict[Function, Function | None] = {
    **dict.fromkeys(_named(_PLAIN_UFUNCS, _ufuncs) + _named(_PLAIN_FUNCTIONS)),
    np.sign: phase,
}

# Ufuncs that NumPy shows as functions, which have rules: `ndarray.clip` calls one of them.
for _function in (np.clip, np.real, np.imag):
    if hasattr(_ufuncs, _function.__name__):  # that of `clip` alone until NumPy 2.5
        implements(getattr(_ufuncs, _function.__name__))(partial(call, _function))

STEPS += PLAIN  # which NumPy does not tell of tensors in lists

_OF_STRINGS = """
    count endswith find index isalnum isalpha isdecimal isdigit islower isnumeric isspace istitle isupper
    rfind rindex startswith str_len
    _center _expandtabs _expandtabs_length _ljust _lstrip_chars _lstrip_whitespace _partition
    _partition_index _replace _rjust _rpartition _rpartition_index _rstrip_chars _rstrip_whitespace _slice
    _strip_chars _strip_whitespace _zfill
"""

#: Why, by the ufunc, or by the module of which it is to say for every function. (Most of these modules are not imported
#: by NumPy itself, nor here.)
UNSUPPORTED: dict[np.ufunc | str, str] = {
    **dict.fromkeys(_named(_OF_STRINGS, _ufuncs), "it works on strings"),
    "numpy.char": "it works on strings",
    "numpy.strings": "it works on strings",
    "numpy.lib.recfunctions": "it works on structured arrays",
    "numpy.polynomial.polynomial": "only polynomials in one variable can be differentiated",
}


def reason(func: Function) -> str:
    """Why a function that stands in no other table is not differentiable."""
    key = func if isinstance(func, np.ufunc) else getattr(func, "__module__", None) or ""
    return UNSUPPORTED.get(key, "MyGrad has no derivative for it")
