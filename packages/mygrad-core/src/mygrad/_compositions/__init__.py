"""NumPy's functions that are made of others. Importing this registers them, or has them imported later."""

from mygrad._compositions import (  # noqa: F401
    creation,
    histograms,
    numeric,
    picking,
    polynomials,
    sets,
    writes,
)
from mygrad._rules.rule import ROOMS

ROOMS["numpy.fft"] = "mygrad.fft"
ROOMS["numpy.linalg"] = "mygrad.linalg"
