"""NumPy's functions that are made of others. Importing this registers them."""

from mygrad._compositions import (  # noqa: F401
    creation,
    decompositions,
    histograms,
    numeric,
    picking,
    polynomials,
    sets,
    writes,
)
