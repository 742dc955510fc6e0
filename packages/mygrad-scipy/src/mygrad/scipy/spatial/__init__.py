"""Functions of `scipy.spatial`, for tensors."""

from mygrad.scipy.spatial import distance

__all__ = ["distance"]
