"""The methods that code written for ndarrays calls.

They are what NumPy's functions of the same names do with a tensor: a method either is our public function,
which takes the tensor as its first argument, or adapts a signature that differs.
"""

from __future__ import annotations

import inspect
import math
import operator
from pickle import dumps
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mygrad import tensor_manip
from mygrad._engine.apply import apply, as_constant
from mygrad._engine.copies import copied
from mygrad._engine.exits import flows_back_from
from mygrad._engine.handle import Handle, new_leaf, new_view, unlinked_view
from mygrad._engine.inplace import setitem
from mygrad._engine.node import NO_PARAMS
from mygrad._engine.operands import as_operand, unwrap
from mygrad._engine.state import is_lifted
from mygrad._keywords import by_numpys_names
from mygrad._lift.callers import called_by_others
from mygrad._results import call
from mygrad._rules.complexes import as_complexes, as_reals, is_complex
from mygrad._rules.indexing import GETITEM
from mygrad._rules.rule import Rule
from mygrad._rules.shapes import astype
from mygrad.indexing_routines import diagonals, selection, sorting
from mygrad.math import cumulative, misc, moments, products, reductions, rounding

if TYPE_CHECKING:
    from mygrad.tensor import Tensor

__all__ = ["Methods"]

Array = np.ndarray[Any, Any]
Constant = bool | None
Booleans = np.bool_ | np.ndarray[Any, np.dtype[np.bool_]]
Positions = np.intp | np.ndarray[Any, np.dtype[np.intp]]

_CASTINGS = frozenset(("no", "equiv", "safe", "same_kind", "unsafe"))
#: What `Methods.view` does to a constant.
_BITS = Rule(lambda x, dtype: x.view(dtype), (), name="view")


def _parts_between(given: np.dtype[Any], wanted: np.dtype[Any]) -> Any:
    """What shows numbers of one dtype as those of another, if the ones are the parts of the others."""
    if given.kind == "c" and wanted == np.empty((), given).real.dtype:
        return as_reals
    if given.kind == "f" and wanted.kind == "c" and np.empty((), wanted).real.dtype == given:
        return as_complexes
    return None


def _pythons(t: Any) -> type[float] | type[complex]:
    """What the elements of a variable are as numbers of Python."""
    return complex if is_complex(t._memory) else float


def _is_kept(t: Any, method: Any) -> bool:
    """Whether what other people's code takes out of a tensor, by a method of arrays, is to be differentiable."""
    return not t._constant and flows_back_from(t) and called_by_others(3, method)


class Methods:
    """Mixin of `Tensor`."""

    # (`self` is Any, since a type checker cannot know here that it is a tensor.)
    __slots__ = ()

    # -- elementwise, and along axes ---------------------------------------------------------------------

    sum: Final = by_numpys_names(reductions.sum)
    prod: Final = reductions.prod
    max: Final = by_numpys_names(reductions.max)
    min: Final = by_numpys_names(reductions.min)
    mean: Final = by_numpys_names(moments.mean)
    var: Final = by_numpys_names(moments.var)
    std: Final = by_numpys_names(moments.std)
    cumsum: Final = cumulative.cumsum
    cumprod: Final = cumulative.cumprod
    round: Final = rounding.round
    dot: Final = products.dot

    def clip(
        self: Any,
        min: Any = None,
        max: Any = None,
        out: Any = None,
        *,
        a_min: Any = None,
        a_max: Any = None,
        constant: Constant = None,
        **kwargs: Any,
    ) -> Tensor:
        """The elements limited to an interval, as by `mygrad.clip`."""
        lower, upper = (min if a_min is None else a_min), (max if a_max is None else a_max)
        return misc.clip(self, lower, upper, out, constant=constant, **kwargs)

    def conj(self: Any) -> Tensor:
        """The complex conjugate; the tensor itself, if it holds real numbers."""
        return apply(np.conjugate, self) if is_complex(self._memory) else self

    conjugate: Final = conj

    def astype(
        self: Any,
        dtype: Any,
        order: Any = "K",
        casting: Any = "unsafe",
        subok: bool = True,
        copy: bool = True,
        *,
        constant: Constant = None,
    ) -> Tensor:
        """The elements as numbers of another dtype.

        Gradients flow between floating-point and complex dtypes. Integers have none: of them a new variable is made.
        MyGrad's signature ``astype(dtype, casting, copy)`` is understood as well as NumPy's.
        """
        if order in _CASTINGS:
            order, casting, copy = "K", order, casting if isinstance(casting, bool) else copy
        dtype, data, constant = np.dtype(dtype), self._memory, as_constant(constant)
        if dtype.kind not in "fiubc":
            raise TypeError(f"astype: a tensor holds numbers, not {dtype}. Cast its `data` instead.")
        if not copy and constant in (None, self._constant) and data.astype(dtype, order, copy=False) is data:
            return self
        if constant is None and dtype.kind in "fc" and data.dtype.kind not in "fc":
            floats = data.astype(dtype, order, casting)
            if not is_lifted():
                return new_leaf(floats, False)
            from mygrad._lift.numpys import to_be_written  # it is there only when it is needed

            return to_be_written(floats)
        result = call(astype, self, dtype, order, casting, copy, constant=constant)
        result._number = self._number
        return result

    # -- what depends on the values by steps: answered by plain arrays -----------------------------------

    def all(self: Any, axis: Any = None, out: Any = None, keepdims: bool = False, *, where: Any = True) -> Booleans:
        """Whether all elements are true."""
        return np.all(self, axis, out, keepdims, where=where)

    def any(self: Any, axis: Any = None, out: Any = None, keepdims: bool = False, *, where: Any = True) -> Booleans:
        """Whether any element is true."""
        return np.any(self, axis, out, keepdims, where=where)

    def argmax(self: Any, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Positions:
        """Where the largest element is."""
        return np.argmax(self, axis, out, keepdims=keepdims)

    def argmin(self: Any, axis: Any = None, out: Any = None, *, keepdims: bool = False) -> Positions:
        """Where the smallest element is."""
        return np.argmin(self, axis, out, keepdims=keepdims)

    def argsort(
        self: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None, **newer: Any
    ) -> Array:
        """Where the elements are, in sorted order. NumPy 2.5 knows `descending`, too."""
        return self._memory.argsort(axis, kind, order, stable=stable, **newer)

    def argpartition(self: Any, kth: Any, axis: Any = -1, kind: Any = "introselect", order: Any = None) -> Array:
        """Where the elements are, in the order to which `partition` would bring them."""
        return self._memory.argpartition(unwrap(kth), axis, kind, order)

    def searchsorted(self: Any, v: Any, side: Any = "left", sorter: Any = None) -> Positions:
        """Where `v` would be inserted into this tensor, which is sorted."""
        return self._memory.searchsorted(unwrap(v), side, unwrap(sorter))

    def nonzero(self: Any) -> tuple[Array, ...]:
        """Where elements are not zero: their coordinates, an array for each axis."""
        return self._memory.nonzero()

    # -- picking elements --------------------------------------------------------------------------------

    take: Final = selection.take
    choose: Final = selection.choose
    trace: Final = diagonals.trace
    diagonal: Final = diagonals.diagonal

    def compress(self: Any, condition: Any, axis: Any = None, out: Any = None, *, constant: Constant = None) -> Tensor:
        """The slices along an axis for which `condition` is true, as by `mygrad.compress`."""
        return selection.compress(condition, self, axis, out, constant=constant)

    # -- the same elements in another arrangement: views, if they can be ---------------------------------

    ravel: Final = tensor_manip.ravel
    repeat: Final = tensor_manip.repeat
    squeeze: Final = tensor_manip.squeeze
    transpose: Final = tensor_manip.transpose
    swapaxes: Final = tensor_manip.swapaxes
    moveaxis: Final = tensor_manip.moveaxis  # MyGrad's; arrays have no such method

    @property
    def mT(self: Any) -> Tensor:
        """The last two axes swapped."""
        return tensor_manip.matrix_transpose(self)

    @property
    def T(self: Any) -> Tensor:
        """The axes reversed. The tensor itself, if it has less than two."""
        return self if self._memory.ndim < 2 else self.transpose()

    def reshape(
        self: Any, *shape: Any, order: Any = "C", copy: bool | None = None, constant: Constant = None
    ) -> Tensor:
        """The elements under another shape, as by `mygrad.reshape`."""
        new = shape[0] if len(shape) == 1 else shape or None
        return tensor_manip.reshape(self, new, order, copy=copy, constant=constant)

    def flatten(self: Any, order: Any = "C", *, constant: Constant = None) -> Tensor:
        """A copy of the elements along one axis, as by `mygrad.ravel`."""
        row = self.ravel(order, constant=constant)
        return row if row._view is None else call(np.copy, row, constant=constant)

    def view(self: Any, dtype: Any = None, type: Any = None, *, constant: Constant = None) -> Tensor:
        """A view of all elements. Complex numbers can be seen as their parts, and these as complex numbers.

        Raises
        ------
        TypeError
            If a variable is to be seen as of any other dtype, since bits have no derivatives.
        """
        if inspect.isclass(dtype) and issubclass(dtype, (np.ndarray, Handle)):
            type, dtype = dtype, None
        if type is not None and type is not np.ndarray and not issubclass(type, Handle):
            raise TypeError(f"view: a tensor cannot be viewed as {type.__name__}. View its `data` instead.")
        if dtype is None or np.dtype(dtype) == self._memory.dtype:
            return call(GETITEM, self, () if self._number else Ellipsis, constant=constant)
        primitive = _parts_between(self._memory.dtype, np.dtype(dtype))
        if primitive is not None:
            self._memory.view(dtype)  # for NumPy's errors
            return call(primitive, self, constant=constant)
        if not self._constant:
            raise TypeError(
                f"view: a variable of dtype {self._memory.dtype} cannot be viewed as {np.dtype(dtype)}, "
                f"because its bits have no derivatives. Convert the numbers by `astype`, or view the tensor's `data`."
            )
        bits = self._memory.view(dtype)
        if bits.dtype.kind not in "fiubc":
            raise TypeError(f"view: a tensor holds numbers, not {bits.dtype}. View its `data` instead.")
        return new_view(bits, self, _BITS, (dtype,), NO_PARAMS, True, False)

    # -- in place, as parts of the graph -----------------------------------------------------------------

    def sort(self: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> None:
        """Sort the elements along an axis, in place."""
        setitem(self, ..., sorting.sort(self, operator.index(axis), kind, order, stable=stable))

    def partition(self: Any, kth: Any, axis: Any = -1, kind: Any = "introselect", order: Any = None) -> None:
        """Bring the elements at `kth` to where sorting would, between smaller and larger ones, in place."""
        setitem(self, ..., sorting.partition(self, kth, operator.index(axis), kind, order))

    def fill(self: Any, value: Any) -> None:
        """Set all elements to one number."""
        value = as_operand(value)
        if np.ndim(unwrap(value)):
            raise ValueError("setting an array element with a sequence.")
        setitem(self, ..., value)

    def put(self: Any, indices: Any, values: Any, mode: Any = "raise") -> None:
        """Set the elements at `indices`, counted in C order, to `values`."""
        np.put(self, indices, values, mode)

    def resize(self: Any, *new_shape: Any, refcheck: bool = True) -> None:
        """Set the shape, in place, to one of as many elements.

        Raises
        ------
        ValueError
            If it has more or less. Views and graphs refer to the memory, so it cannot be replaced.
        """
        if not new_shape:
            return
        shape = np.broadcast_to(0, new_shape[0] if len(new_shape) == 1 else new_shape).shape
        if math.prod(shape) != self._memory.size:
            raise ValueError(
                f"resize: cannot change the size in place, from {self._memory.size} to {math.prod(shape)}, "
                f"because views and graphs may refer to the memory. The function `numpy.resize` makes a new tensor."
            )
        self.shape = shape

    def detach(self: Any) -> Tensor:
        """A constant that shares the tensor's memory, and to which no gradient flows.

        What is written into the one shows in the other, and the graph knows of it. ``t.data`` is the array.

        Examples
        --------
        >>> import mygrad as mg
        >>> x = mg.tensor([1.0, 2.0])
        >>> weights = x.detach()
        >>> weights.constant, weights.base is x
        (True, True)
        >>> (x * weights).backward()
        >>> x.grad
        array([1., 2.])
        """
        return unlinked_view(self, True)

    # -- copies, of the values alone ---------------------------------------------------------------------

    def copy(self: Any, order: Any = "C", *, constant: Constant = None) -> Tensor:
        """A tensor with memory of its own, and a copy of the gradient. It is no part of the graph.

        (In functions that `mygrad.functional` differentiates, it is: these may be written for arrays.) Since that is
        how gradients get lost, it is warned of, unless ``constant=True``; see `mygrad.lost_gradients`.
        """
        return copied(self, order, constant)

    def item(self: Any, *args: Any) -> int | float:
        """An element as a number of Python; where `lift` is on, of a variable it is a tensor."""
        number: int | float = self._memory.item(*args)
        if not (is_lifted() and _is_kept(self, Methods.item)):
            return number
        index = args[0] if len(args) == 1 and isinstance(args[0], tuple) else args or (0,)
        kept: Any = call(astype, (self if len(index) > 1 else np.ravel(self))[index], _pythons(self))
        return kept

    def tolist(self: Any) -> Any:
        """The elements as they come from `item`, in nested lists."""
        if not (is_lifted() and _is_kept(self, Methods.tolist)):
            return self._memory.tolist()
        return np.fromiter(call(astype, self, _pythons(self)).flat, object, self.size).reshape(self.shape).tolist()

    def tobytes(self: Any, order: Any = "C") -> bytes:
        """The memory of the elements."""
        return self._memory.tobytes(order)

    def tofile(self: Any, fid: Any, sep: str = "", format: str = "%s") -> None:
        """Write the elements to a file, in binary or as text."""
        self._memory.tofile(fid, sep, format)

    def dumps(self: Any) -> bytes:
        """A pickle of the tensor."""
        return dumps(self)

    def dump(self: Any, file: Any) -> None:
        """Write a pickle of the tensor to a file, or to a path."""
        if hasattr(file, "write"):
            file.write(self.dumps())
        else:
            with open(file, "wb") as opened:
                opened.write(self.dumps())
