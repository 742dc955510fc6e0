"""Which of NumPy's ufuncs and functions are not differentiated, and why.

Every function of NumPy stands in exactly one table, which a test makes sure of:

* differentiable: a ufunc has a rule (`RULES`, or that of an alias, `UFUNC_ALIASES`), and another function an
  implementation (`mygrad._dispatch.registry.IMPLEMENTATIONS`), which may call a rule. The rule of a step, such as
  `np.round`, gives zeros;
* plain (`PLAIN_UFUNCS`, `PLAIN`): the result is piecewise constant, or does not depend on the values at all. It is what
  NumPy returns for arrays (and `np.sign` is so of real numbers only, see `STEPS_OF_REALS`);
* unsupported (`UNSUPPORTED_UFUNCS`, `UNSUPPORTED_MODULES`): variables raise TypeError. Of constants no gradient is
  lost: for these, and under `no_autodiff`, it returns what NumPy does for arrays.

A function that stands in no table - of another library, or of a NumPy newer than these tables - is unsupported, unless
somebody has given it a rule (`mygrad.extend`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy._core import umath as _umath

from mygrad._engine.exits import STEPS
from mygrad._rules.complexes import phase

__all__ = [
    "PLAIN",
    "PLAIN_OF_CONSTANTS",
    "PLAIN_UFUNCS",
    "STEPS_OF_REALS",
    "UFUNC_ALIASES",
    "UNSUPPORTED_MODULES",
    "UNSUPPORTED_UFUNCS",
    "named",
    "reason",
]

Function = Callable[..., Any]

#: Where NumPy keeps all of its ufuncs, also those that it does not show.
umath: Any = _umath


def named(names: str, module: Any = np) -> list[Any]:
    """The functions of these names that the installed NumPy has: some come or go with a version."""
    found = []
    for name in names.split():
        f = module
        for part in name.split("."):
            f = getattr(f, part, None)
        if f is not None:
            found.append(f)
    return found


# --- ufuncs -----------------------------------------------------------------------------------------

PLAIN_UFUNCS: frozenset[np.ufunc] = frozenset(
    named(
        """
        equal not_equal less less_equal greater greater_equal
        isfinite isinf isnan isnat signbit
        logical_and logical_not logical_or logical_xor
        bitwise_and bitwise_count bitwise_or bitwise_xor invert left_shift right_shift gcd lcm
        ceil floor floor_divide rint sign spacing trunc
        _ones_like
        """,
        umath,
    )
)

UNSUPPORTED_UFUNCS: dict[np.ufunc, str] = dict.fromkeys(
    named(
        """
        count endswith find index isalnum isalpha isdecimal isdigit islower isnumeric isspace istitle isupper
        rfind rindex startswith str_len
        _center _expandtabs _expandtabs_length _ljust _lstrip_chars _lstrip_whitespace _partition
        _partition_index _replace _rjust _rpartition _rpartition_index _rstrip_chars _rstrip_whitespace _slice
        _strip_chars _strip_whitespace _zfill
        """,
        umath,
    ),
    "it works on strings",
)

#: Of real numbers a step, and of complex ones that function.
STEPS_OF_REALS: dict[np.ufunc, Function] = {np.sign: phase}

#: Ufuncs that NumPy shows as functions, which have rules: `ndarray.clip` calls this one.
UFUNC_ALIASES: dict[np.ufunc, Function] = {umath.clip: np.clip}
if hasattr(umath, "real"):  # NumPy 2.5
    UFUNC_ALIASES |= {umath.real: np.real, umath.imag: np.imag}

#: Differentiable, but with plain results if all operands are constants, which are mostly integers here.
PLAIN_OF_CONSTANTS: frozenset[np.ufunc] = frozenset((np.remainder, np.fmod, np.divmod, np.modf, np.frexp))

# --- functions --------------------------------------------------------------------------------------

PLAIN: frozenset[Function] = frozenset(
    named(
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
)

STEPS += [*PLAIN_UFUNCS, *PLAIN]  # which NumPy does not tell of tensors in lists

#: For all functions of a module that stand in no other table. (Most of these modules are not imported by NumPy
#: itself, nor here.)
UNSUPPORTED_MODULES: dict[str, str] = {
    "numpy.char": "it works on strings",
    "numpy.strings": "it works on strings",
    "numpy.lib.recfunctions": "it works on structured arrays",
    "numpy.polynomial.polynomial": "only polynomials in one variable can be differentiated",
}


def reason(func: Function) -> str:
    """Why a function that stands in no other table is not differentiable."""
    module = getattr(func, "__module__", None) or ""
    return UNSUPPORTED_MODULES.get(module, "MyGrad has no derivative for it")
