"""The identity, which is a function of the core."""

from mygrad import identity

__all__ = ["identity"]
