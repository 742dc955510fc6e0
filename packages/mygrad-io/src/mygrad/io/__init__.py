"""Saving and loading: npz files that NumPy can read, and safetensors."""

from mygrad.io._npz import load, save
from mygrad.io._safetensors import load_safetensors, save_safetensors
from mygrad.io.errors import CorruptFileError

__all__ = ["CorruptFileError", "load", "load_safetensors", "save", "save_safetensors"]
