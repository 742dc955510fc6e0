"""The derivative table of `scipy.special`: one rule for each ufunc, in modules by family.

They are entered when this module is imported: that is, when an unknown function is first given a tensor, and
`scipy.special` is there. The rows are in terms of `scipy.special._ufuncs`, for with SCIPY_ARRAY_API=1 what
`scipy.special` shows are no ufuncs. What SciPy has no function for, but a derivative needs, is a primitive here.

The names of the parameters are those of SciPy's documentation: by them, an argument without a derivative is refused.
"""

from mygrad.scipy._special import (  # noqa: F401 - importing them fills the table
    bessel,
    betas,
    differential_equations,
    distributions,
    elliptic,
    entropies,
    errors,
    gammas,
    hypergeometric,
    integrals,
    logs,
    polynomials,
    powers,
    scaled_bessel,
    struve,
    zero,
)
