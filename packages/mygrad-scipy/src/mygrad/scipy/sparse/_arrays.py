"""Sparse arrays with values that may be variables."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse

import mygrad as mg
from mygrad.scipy._operands import Array, array_operand, plain
from mygrad.scipy.sparse import _pattern as rules
from mygrad.scipy.sparse._both import product_of_both
from mygrad.scipy.sparse._pattern import Pattern, pattern_of

__all__ = ["SparseArray", "coo_array", "csc_array", "csr_array", "parts_of"]


class SparseArray:
    """What sparse arrays of all formats have: a tensor of values, and places where they stand.

    It multiplies tensors and arrays from both sides by ``@``, and has a part of the methods of SciPy's arrays.
    """

    __array_ufunc__: None = None  # so that `t @ a` asks this class
    ndim: int = 2

    def __init__(self, data: Any, pattern: Pattern) -> None:
        self.data: Any = data
        self._pattern: Pattern = pattern

    @property
    def shape(self) -> tuple[int, int]:
        return self._pattern.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        dtype: np.dtype[Any] = self.data.dtype
        return dtype

    @property
    def format(self) -> str:
        return self._pattern.kind

    @property
    def nnz(self) -> int:
        return int(self.data.size)

    @property
    def T(self) -> SparseArray:
        return _made(self.data, self._pattern.T)

    def __repr__(self) -> str:
        kind = f"{self.format}_array"
        return f"<mygrad.scipy.sparse.{kind} of shape {self.shape} with {self.nnz} values of dtype {self.dtype}>"

    # --- products -----------------------------------------------------------------------------------------

    def __matmul__(self, x: Any) -> Any:
        if isinstance(x, SparseArray) or scipy.sparse.issparse(x):
            if x.shape[0] != self.shape[1]:
                raise ValueError(f"matmul: shapes {self.shape} and {x.shape} do not fit")
            return _made(*product_of_both(self.data, self._pattern, *parts_of(x)))
        x = array_operand(x)
        if x.ndim not in (1, 2) or x.shape[0] != self.shape[1]:
            raise ValueError(f"matmul: shapes {self.shape} and {x.shape} do not fit")
        return rules.product(self.data, x, pattern=self._pattern)

    def __rmatmul__(self, x: Any) -> Any:
        if scipy.sparse.issparse(x):
            return _made(*parts_of(x)) @ self
        x = array_operand(x)
        return (self.T @ x.T).T

    def dot(self, x: Any) -> Any:
        """The product with `x`, as ``self @ x``."""
        return self @ x

    def __mul__(self, factor: Any) -> SparseArray:
        if np.ndim(plain(factor)) or isinstance(factor, SparseArray):
            return NotImplemented
        return _made(self.data * factor, self._pattern)

    def __rmul__(self, factor: Any) -> SparseArray:
        return self.__mul__(factor)

    def __truediv__(self, factor: Any) -> SparseArray:
        if np.ndim(plain(factor)) or isinstance(factor, SparseArray):
            return NotImplemented
        return _made(self.data / factor, self._pattern)

    def __neg__(self) -> SparseArray:
        return _made(-self.data, self._pattern)

    # --- sums ---------------------------------------------------------------------------------------------

    def __add__(self, other: Any) -> SparseArray:
        if not isinstance(other, SparseArray) and not scipy.sparse.issparse(other):
            return NotImplemented
        other = coo_array(other)
        if other.shape != self.shape:
            raise ValueError(f"inconsistent shapes: {self.shape} and {other.shape}")
        pairs = zip(self._pattern.coordinates, other._pattern.coordinates, strict=True)
        places = tuple([np.concatenate(pair) for pair in pairs])
        both = _made(np.concatenate([self.data, other.data]), Pattern("coo", places, self.shape))
        return both if self.format == "coo" else both._as(self.format)

    def __radd__(self, other: Any) -> SparseArray:
        return self.__add__(other)

    def __sub__(self, other: Any) -> SparseArray:
        return self + -other

    def __rsub__(self, other: Any) -> SparseArray:
        return -self + other

    # --- parts --------------------------------------------------------------------------------------------

    def __getitem__(self, index: Any) -> Any:
        """One entry, or a sparse array of rows and columns."""
        compressed = self.tocoo().tocsr() if self.format != "csc" else self.tocoo().tocsc()  # no place occurs twice
        try:
            part = compressed._pattern.matrix(np.arange(1, compressed.nnz + 1))[index]
        except NotImplementedError:  # of a SciPy that has no sparse vectors
            part = None
        if part is not None and np.ndim(part) == 0 and not scipy.sparse.issparse(part):
            return compressed.data[part - 1] if part else compressed.data[:0].sum()
        if not scipy.sparse.issparse(part) or part.ndim != 2:
            raise IndexError(
                "mygrad.scipy.sparse: a part is an entry, a[i, j], or has two dimensions, as a[i : i + 1] has"
            )
        part = part if part.format in _KINDS else part.tocsr()
        return _made(compressed.data[part.data - 1], pattern_of(part))

    # --- other forms --------------------------------------------------------------------------------------

    def transpose(self) -> SparseArray:
        """The array with rows and columns exchanged, as `T`."""
        return self.T

    def toarray(self) -> Any:
        """The dense array."""
        return rules.dense(self.data, pattern=self._pattern)

    def sum(self, axis: int | None = None) -> Any:
        """The sum of all entries, or of those along an axis."""
        return rules.total(self.data, pattern=self._pattern, axis=axis)

    def diagonal(self, k: int = 0) -> Any:
        """The `k`-th diagonal."""
        return rules.diagonal(self.data, pattern=self._pattern, k=k)

    def tocoo(self) -> SparseArray:
        """The same with rows and columns of the values."""
        return self._as("coo")

    def tocsr(self) -> SparseArray:
        """The same by rows."""
        return self._as("csr")

    def tocsc(self) -> SparseArray:
        """The same by columns."""
        return self._as("csc")

    def _as(self, kind: str) -> SparseArray:
        pattern = self._pattern
        if kind == self.format:
            return self
        if kind == "coo":
            return _made(self.data, Pattern("coo", pattern.coordinates, self.shape))
        numbered = pattern.matrix(np.arange(self.nnz)).asformat(kind)
        new = pattern_of(numbered)
        if self.format != "coo":
            data = rules.reordered(self.data, pattern=pattern, kind=kind, order=numbered.data)
            return _made(data, new)
        given, known = (rules.keys(p.coordinates, p.shape, by_rows=kind == "csr") for p in (pattern, new))
        data = rules.compressed(self.data, pattern=pattern, kind=kind, places=np.searchsorted(known, given))
        return _made(data, new)


def _made(data: Any, pattern: Pattern) -> SparseArray:
    made: SparseArray = SparseArray.__new__(_KINDS[pattern.kind])
    SparseArray.__init__(made, data, pattern)
    return made


def parts_of(a: Any) -> tuple[Any, Pattern]:
    """The values and the pattern of a sparse array of ours or of SciPy's."""
    if isinstance(a, SparseArray):
        return a.data, a._pattern
    if not scipy.sparse.issparse(a):
        raise TypeError(f"expected a sparse array, and got {type(a).__name__}")
    if a.format not in _KINDS:
        a = a.tocsr()
    return a.data, pattern_of(a)


def _given(kind: str, arg1: Any, shape: Any, dtype: Any) -> tuple[Any, Pattern]:
    """The values and the pattern that a constructor was given."""
    if isinstance(arg1, SparseArray) or scipy.sparse.issparse(arg1):
        data, pattern = parts_of(arg1)
    elif isinstance(arg1, tuple) and len(arg1) in (2, 3) and not np.isscalar(arg1[0]):
        data, *places = arg1
        if len(places) == 1:
            given, places = "coo", [np.asarray(plain(x)) for x in places[0]]
        else:
            given, places = kind, [np.asarray(plain(x)) for x in places]
        data = array_operand(data)
        like = Pattern(given, places, shape).matrix(plain(data))  # and its errors
        pattern = Pattern(given, tuple(places), like.shape)
    else:
        whole = array_operand(arg1)
        pattern = pattern_of(scipy.sparse.coo_array(np.asarray(plain(whole))))
        data = whole[pattern.coordinates]
    data = data if dtype is None else data.astype(dtype)
    made = _made(data if isinstance(data, mg.Tensor) else np.asarray(data), pattern)._as(kind)
    return made.data, made._pattern


class csr_array(SparseArray):
    """A sparse array by rows, whose values may be variables.

    Parameters
    ----------
    arg1 : tuple or array_like
        ``(data, indices, indptr)``; ``(data, (row, col))``, where what is at the same place adds up; a sparse array of
        SciPy's or one of these; or a dense array, of which entries that are zero are left out, and have no gradient.
    shape : tuple[int, int], optional
    dtype : dtype, optional
    copy : bool
        Has no effect.

    See Also
    --------
    scipy.sparse.csr_array

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.sparse import csr_array
    >>> data, x = mg.tensor([2.0, 3.0]), mg.tensor([1.0, 10.0])
    >>> a = csr_array((data, ([0, 1], [1, 0])))
    >>> a @ x
    Tensor([20.,  3.])
    >>> (a @ x).sum().backward()
    >>> data.grad, x.grad
    (array([10.,  1.]), array([3., 2.]))
    """

    def __init__(self, arg1: Array, shape: Any = None, dtype: Any = None, copy: bool = False) -> None:
        super().__init__(*_given("csr", arg1, shape, dtype))


class csc_array(SparseArray):
    """A sparse array by columns, whose values may be variables.

    Parameters
    ----------
    arg1 : tuple or array_like
        As in `csr_array`.
    shape : tuple[int, int], optional
    dtype : dtype, optional
    copy : bool
        Has no effect.

    See Also
    --------
    scipy.sparse.csc_array

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.sparse import csc_array
    >>> data = mg.tensor([2.0, 3.0])
    >>> a = csc_array((data, [1, 0], [0, 1, 2]))
    >>> a.toarray()
    Tensor([[0., 3.],
            [2., 0.]])
    """

    def __init__(self, arg1: Array, shape: Any = None, dtype: Any = None, copy: bool = False) -> None:
        super().__init__(*_given("csc", arg1, shape, dtype))


class coo_array(SparseArray):
    """A sparse array by rows and columns of the values, which may be variables.

    Parameters
    ----------
    arg1 : tuple or array_like
        ``(data, (row, col))``; or a sparse or dense array, as in `csr_array`.
    shape : tuple[int, int], optional
    dtype : dtype, optional
    copy : bool
        Has no effect.

    See Also
    --------
    scipy.sparse.coo_array

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.sparse import coo_array
    >>> data = mg.tensor([2.0, 3.0])
    >>> a = coo_array((data, ([0, 0], [1, 1])), (2, 2))
    >>> a.toarray()
    Tensor([[0., 5.],
            [0., 0.]])
    """

    def __init__(self, arg1: Array, shape: Any = None, dtype: Any = None, copy: bool = False) -> None:
        super().__init__(*_given("coo", arg1, shape, dtype))


_KINDS: dict[str, type[SparseArray]] = {"coo": coo_array, "csr": csr_array, "csc": csc_array}
