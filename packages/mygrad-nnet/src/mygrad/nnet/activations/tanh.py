"""The hyperbolic tangent, which is a function of the core."""

from mygrad import tanh

__all__ = ["tanh"]
