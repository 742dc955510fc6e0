"""Sparse arrays of `scipy.sparse` whose values may be variables, and their products with tensors.

An array of SciPy's does not ask the tensors that it multiplies. It becomes one that does by ``csr_array(a)``. What is
not here has no derivative yet.
"""

from mygrad.scipy.sparse import _products, linalg  # noqa: F401 - it says what lift calls
from mygrad.scipy.sparse._arrays import SparseArray, coo_array, csc_array, csr_array

__all__ = ["SparseArray", "coo_array", "csc_array", "csr_array", "linalg"]
