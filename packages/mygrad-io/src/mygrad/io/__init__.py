"""Saving and loading tensors."""

from mygrad.io._npz import load, save

__all__ = ["load", "save"]
