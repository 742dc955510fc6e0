"""NumPy's functions that are made of others. Importing this registers them."""

from mygrad._compositions import (  # noqa: F401
    creation,
    decompositions,
    numeric,
    picking,
    polynomials,
    writes,
)
