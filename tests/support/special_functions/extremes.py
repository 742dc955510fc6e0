"""Points at which formulas are apt to lose digits: tiny and huge arguments, tails, and the neighbourhood of zeros."""

from __future__ import annotations

from typing import Any

import mpmath as mp
import numpy as np

import mygrad as mg
from special_functions.case import CASES, DIGITS, Case

__all__ = ["EXTREMES", "errors"]

_TINY, _HUGE = 1e-12, 1e8

#: By name: where the derivatives by all arguments are compared with those of mpmath.
_POINTS: dict[str, list[Any]] = {
    "gamma": [1e-5, 1e-2, 150.5, -20.5, -0.999],
    "gammaln": [_TINY, 1e-3, 1.0 + 1e-9, 2.0 - 1e-9, 1e5, 1e15],
    "psi": [_TINY, 1e-3, 1.46163214, 1e5, 1e15, -30.5],
    "rgamma": [_TINY, 1e-3, 150.5, -20.5, -3.0 + 1e-9],
    "beta": [(1e-3, 1e-3), (1e-3, 1e3), (1e3, 1e-3), (50.0, 60.0)],
    "betaln": [(1e-3, 1e-3), (1e-3, 1e6), (1e6, 1e6), (1e6, 1e-3)],
    "poch": [(1e-3, 0.5), (1e6, 0.5), (50.0, 20.0)],
    "binom": [(1e6, 2.5), (50.5, 25.2)],
    "gammainc": [(1e-3, 2e-3), (1e-3, 10.0), (1.0, 1e-9), (1e2, 150.0), (1e4, 9.9e3), (1e4, 1.01e4), (5.0, 60.0)],
    "gammaincc": [(1e-3, 2e-3), (1e-3, 10.0), (1.0, 1e-9), (1e2, 150.0), (1e4, 9.9e3), (1e4, 1.01e4), (5.0, 60.0)],
    "betainc": [(1e-3, 2.0, 0.3), (0.5, 0.5, 1e-9), (200.0, 300.0, 0.41), (1e3, 1.0, 0.99), (2.0, 1e3, 1e-3)],
    "erf": [_TINY, 3.5, -6.0],
    "erfc": [_TINY, 5.5, 25.0],
    "erfcx": [-5.0, 1e-3, 29.9, 30.1, _HUGE],
    "dawsn": [_TINY, 29.9, 30.1, _HUGE],
    "erfinv": [_TINY, 0.5, 1.0 - 1e-9],
    "erfcinv": [1e-300, 1e-9, 1.0, 1.9],
    "ndtr": [-37.0, -5.0, 8.0],
    "log_ndtr": [-1e8, -37.0, -5.0, 8.0],
    "ndtri": [1e-300, 1e-9, 0.5, 1.0 - 1e-9],
    "expit": [-700.0, -40.0, 40.0, 700.0],
    "log_expit": [-700.0, -40.0, 40.0, 700.0],
    "logit": [1e-300, 1e-9, 1.0 - 1e-9],
    "xlogy": [(1e-300, 1e-300), (1e8, 1e-8)],
    "exprel": [-700.0, -1e-6, 1e-12, 0.2499, 0.2501, 700.0],
    "boxcox": [(1e-6, 1e-9), (1e6, 1e-9), (1e6, -2.0)],
    "inv_boxcox": [(1.0, 1e-9), (0.5, -1e-9), (10.0, 2.0)],
    "j0": [_TINY, 1e-3, 2.40482556, 1e3],
    "j1": [_TINY, 1e-3, 3.83170597, 1e3],
    "y0": [_TINY, 1e-3, 1e3],
    "i0e": [_TINY, 1e-3, 99.0, 101.0, 1e8],
    "i1e": [_TINY, 1e-3, 99.0, 101.0, 1e8],
    "k0": [1e-300, 1e-3, 600.0],
    "k0e": [1e-300, 1e-3, 99.0, 101.0, 1e8],
    "kv": [(0.5, 1e-6), (2.5, 1e-3), (30.0, 1.0), (1.5, 500.0)],
    "kve": [(2.5, 1e-3), (30.0, 1.0), (1.5, 99.0), (1.5, 1e6)],
    "ive": [(2.5, 1e-3), (30.0, 1.0), (1.5, 99.0), (1.5, 1e6)],
    "exp1": [1e-300, 1e-6, 600.0],
    "expi": [1e-6, 0.37250741, 600.0],
    "sici": [1e-6, 1e3],
    "fresnel": [1e-6, 1e3 + 0.3],
    "spence": [1e-12, 1.0 - 1e-9, 1.0999, 1.1001, 1e8],
    "ellipk": [1e-12, -1e6, 1.0 - 1e-9],
    "ellipe": [1e-12, -1e6, 1.0 - 1e-9],
    "_zeta": [(1.0001, 2.0), (50.0, 0.3), (3.0, 1e6)],
    "stdtr": [(1.0, -1e6), (0.5, -30.0), (49.0, -9.0), (51.0, -9.0), (1e6, -5.0)],
    "fdtr": [(1.0, 1.0, 1e-9), (3.0, 500.0, 4.0), (500.0, 3.0, 0.2)],
    "chdtr": [(1e-2, 1e-6), (1.0, 60.0), (1e4, 9.7e3)],
    "hyp1f1": [(1.5, 2.5, -300.0), (1.5, 2.5, 300.0), (1e-6, 2.5, 1.0)],
    "hyp2f1": [(1.5, 2.5, 3.5, 0.99), (1.5, 2.5, 3.5, -50.0)],
    "owens_t": [(1e-6, 0.5), (6.0, 0.5), (1.0, 1e6)],
    "voigt_profile": [(0.1, 1e-6, 1.0), (50.0, 1.0, 1e-6), (1e6, 1.0, 1.0)],
    "wrightomega": [-700.0, 1e-9, 1e8],
}
EXTREMES = {name: [p if isinstance(p, tuple) else (p,) for p in points] for name, points in _POINTS.items()}


def errors(name: str) -> dict[str, Any]:
    """The largest relative error of the derivative by each argument, and of SciPy's value at the same points."""
    case = CASES[name]
    by = dict.fromkeys(map(str, case.wrt), 0.0)
    value = 0.0
    for point in EXTREMES[name]:
        for output, reference in enumerate(case.references):
            with mp.workdps(DIGITS):
                expected = reference(*[mp.mpf(a) if isinstance(a, float) else a for a in point])
            value = max(value, _error(_output(case, output, *point), expected))
            for i in case.wrt:
                args = [np.asarray(a, dtype=float) if j == i else a for j, a in enumerate(point)]
                x = args[i] = mg.tensor(args[i])
                with np.errstate(all="ignore"):
                    _output(case, output, *args).backward()
                by[str(i)] = max(by[str(i)], _error(x.grad, case.derivative(output, point, i)))
    return {"points": len(EXTREMES[name]), "by": by, "value": value}


def _output(case: Case, output: int, *args: Any) -> Any:
    result = case.ufunc(*args)
    return result[output] if isinstance(result, tuple) else result


def _error(found: Any, expected: Any) -> float:
    """Relative, or absolute where the number is as good as none."""
    found, expected = float(found), float(expected)
    return abs(found - expected) / (abs(expected) if abs(expected) > 1e-290 else 1.0)
