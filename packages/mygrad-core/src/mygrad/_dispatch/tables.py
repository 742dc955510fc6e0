"""Which of NumPy's ufuncs and functions are not differentiated, and why. All others are, or are unknown.

Every function of NumPy stands in exactly one table:

* differentiable: it has a row in the derivative table (`RULES`), an implementation of ours that calls functions
  that have (`IMPLEMENTATIONS`, `COMPOSITIONS`), or both;
* zero gradient: among these, the steps (`mygrad._rules.piecewise.ZERO_GRADIENT`);
* plain (`PLAIN_UFUNCS`, `PLAIN`): the result is piecewise constant, or tells something of an array that does not
  depend on its values. It is what NumPy returns for arrays;
* unsupported (`UNSUPPORTED_UFUNCS`, `UNSUPPORTED`, `UNSUPPORTED_MODULES`): on constants it is what NumPy returns
  for arrays, since no gradient is lost; variables raise TypeError.

A function that is unknown - of another library, or of a NumPy that is newer than this table - is unsupported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy._core.umath as umath

__all__ = [
    "PLAIN",
    "PLAIN_OF_CONSTANTS",
    "PLAIN_UFUNCS",
    "UFUNC_ALIASES",
    "UNSUPPORTED",
    "UNSUPPORTED_MODULES",
    "UNSUPPORTED_UFUNCS",
    "reason",
]

Function = Callable[..., Any]


def _named(names: str, module: Any = np) -> list[Any]:
    """The functions of the installed NumPy that have these names; some came or went with one of its versions."""
    found = []
    for name in names.split():
        f: Any = module
        for part in name.split("."):
            f = getattr(f, part, None)
        if f is not None:
            found.append(f)
    return found


# --- ufuncs -----------------------------------------------------------------------------------------

PLAIN_UFUNCS: frozenset[np.ufunc] = frozenset(
    _named(
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
    _named(
        """
        _center _expandtabs _expandtabs_length _ljust _lstrip_chars _lstrip_whitespace _partition _partition_index
        _replace _rjust _rpartition _rpartition_index _rstrip_chars _rstrip_whitespace _slice _strip_chars
        _strip_whitespace _zfill count endswith find index isalnum isalpha isdecimal isdigit islower isnumeric isspace
        istitle isupper rfind rindex startswith str_len
        """,
        umath,
    ),
    "it works on strings",
) | {np.nextafter: "it moves a number by its last binary digit, which has no derivative to speak of"}

#: Ufuncs that are known under another name, as a function that has a row: `ndarray.clip` calls this one.
UFUNC_ALIASES: dict[np.ufunc, Function] = {umath.clip: np.clip}
if hasattr(umath, "real"):  # NumPy 2.5
    UFUNC_ALIASES |= {umath.real: np.real, umath.imag: np.imag}

#: Differentiable, but with plain results if all operands are constants, which are mostly integers here.
PLAIN_OF_CONSTANTS: frozenset[np.ufunc] = frozenset((np.remainder, np.fmod))

# --- functions --------------------------------------------------------------------------------------

PLAIN: frozenset[Function] = frozenset(
    _named(
        # about dtypes, shapes and memory
        """
        can_cast common_type min_scalar_type result_type iscomplexobj isrealobj
        ndim shape size may_share_memory shares_memory einsum_path
        """
        # questions about values
        """
        all any allclose linalg.matrix_rank array_equal array_equiv isclose iscomplex isin in1d isneginf isposinf isreal count_nonzero
        """
        # positions and ranks
        """
        argmax argmin argpartition argsort argwhere flatnonzero lexsort nanargmax nanargmin nonzero
        digitize searchsorted diag_indices_from tril_indices_from triu_indices_from ravel_multi_index unravel_index
        """
        # text and files
        """
        array2string array_repr array_str save savetxt savez savez_compressed
        """
        # bits, dates, and how often integers occur
        """
        packbits unpackbits busday_count busday_offset datetime_as_string is_busday
        """
    )
)

_TO_COME = "it has no row in the table of derivatives yet"
_SETS = "which elements it returns, and how many, depends on their values: index with what is found in the data"
_COMPLEX = "its results are complex numbers, which have no derivatives here"

UNSUPPORTED: dict[Function, str] = {
    f: reason
    for names, reason in {
        "intersect1d setdiff1d setxor1d union1d unique unique_all unique_counts unique_inverse unique_values": _SETS,
        "histogram histogram2d histogram_bin_edges histogramdd": "counts are steps, but the edges of bins are not",
        "sort_complex roots linalg.eig linalg.eigvals": _COMPLEX,
        """
        percentile quantile nanpercentile nanquantile
        polydiv polyfit
        linalg.cond linalg.eigh linalg.eigvalsh linalg.lstsq linalg.pinv linalg.qr linalg.svd linalg.svdvals
        """: _TO_COME,
    }.items()
    for f in _named(names)
}

#: For all functions of a module. (Most of these modules are not imported by NumPy itself.)
UNSUPPORTED_MODULES: dict[str, str] = {
    "numpy.fft": _COMPLEX,
    "numpy.char": "it works on strings",
    "numpy.strings": "it works on strings",
    "numpy.lib.recfunctions": "it works on structured arrays",
    "numpy.polynomial.polynomial": "of this module, only the functions of one variable are differentiable",
}


def reason(func: Function) -> str:
    """Why a function that is in no other table is not differentiable."""
    unknown = "MyGrad does not know it"
    return UNSUPPORTED.get(func) or UNSUPPORTED_MODULES.get(getattr(func, "__module__", ""), unknown)
