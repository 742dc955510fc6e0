"""The ufuncs of `scipy.special` that have rules: what they are, by mpmath, and where they are to be differentiated.

`CASES` has them by name. The tests in tests/scipy are views of it.
"""

from special_functions import (  # noqa: F401 - importing them fills the catalogue
    bessel,
    distributions,
    elementary,
    elliptic,
    gammas,
    integrals,
    polynomials,
)
from special_functions.case import CASES, Case

__all__ = ["CASES", "Case"]
