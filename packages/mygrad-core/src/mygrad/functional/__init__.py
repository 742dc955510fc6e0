"""Derivatives as functions: of any order, of functions of one or several arrays.

Arrays in, arrays out: what optimisers and solvers that were written for NumPy can be given. A result is a tensor, which
can be differentiated again, if an argument was one, or if it depends on a variable that the function took from
elsewhere. So derivatives can be nested.

In a function that is differentiated, nothing gets lost without an error: what would take a variable out of the graph
raises (see `mygrad.lost_gradients`). Copies are parts of the graph, and arrays that meet tensors stay writeable.

Parameters may be arrays, numbers, and dictionaries, lists, tuples, named tuples and dataclasses of them, nested to any
depth; results then have the same form. A list or tuple of numbers alone is an array. An object of another class is such
a container if it has a method ``__tree_flatten__``, which returns what is in it, as an array or a container, and a
function that makes such an object of others in their place. What has no derivatives, such as text, is passed on, and
None stands in its place in the results.
"""

from mygrad.functional import _batches, _checkpoint, _custom, _gradients, _matrices, _products, _vectors
from mygrad.functional._batches import *
from mygrad.functional._checkpoint import *
from mygrad.functional._custom import *
from mygrad.functional._gradients import *
from mygrad.functional._matrices import *
from mygrad.functional._products import *
from mygrad.functional._vectors import *

__all__: list[str] = []
__all__ += _batches.__all__
__all__ += _checkpoint.__all__
__all__ += _custom.__all__
__all__ += _gradients.__all__
__all__ += _matrices.__all__
__all__ += _products.__all__
__all__ += _vectors.__all__
