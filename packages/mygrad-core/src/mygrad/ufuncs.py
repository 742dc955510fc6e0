"""`mygrad.ufunc`: NumPy's universal functions, as MyGrad has them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

import numpy as np

from mygrad._dispatch.ufuncs import array_ufunc
from mygrad._docs import made_when_read
from mygrad._engine import handle as _handle
from mygrad._engine.apply import apply_one
from mygrad._rules.rule import RULES

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike, DTypeLike, Mask

__all__ = ["binary", "ufunc", "unary"]

T = TypeVar("T", bound="Tensor")
Array = np.ndarray[Any, Any]
Casting = Literal["no", "equiv", "safe", "same_kind", "unsafe"]
Order = Literal["K", "A", "C", "F"]

_NO_VALUE: Any = np._NoValue


@made_when_read
class ufunc:
    """A function that works element by element, of tensors and anything that can be converted to one.

    `mygrad.add`, `mygrad.sin` and the like are objects of this class. They take what NumPy's functions of the
    same names take, and a keyword `constant`. Whatever they are called on, the result is a tensor.

    Parameters
    ----------
    function : np.ufunc
        NumPy's function. It has a rule in the table of derivatives.
    doc : str | Callable[[], str]
        The docstring, or what makes it.

    Attributes
    ----------
    nin, nout, nargs, ntypes, types, identity, signature
        As of `numpy.ufunc`.

    Examples
    --------
    >>> import mygrad as mg
    >>> isinstance(mg.add, mg.ufunc)
    True
    >>> mg.add([1.0, 2.0], 3.0, where=[True, False], out=mg.zeros(2))
    Tensor([4., 0.])
    >>> mg.multiply.reduce(mg.tensor([2.0, 3.0, 4.0]))
    Tensor(24.)
    """

    def __init__(self, function: np.ufunc, doc: str | Callable[[], str] = "") -> None:
        self._function = function
        self._nin = function.nin
        self._unary = RULES.get(function) if function.nin == 1 else None
        self.__name__ = self.__qualname__ = function.__name__
        self.__module__ = "mygrad"  # where pickle finds it, by its name
        self._doc = doc

    def _make_doc(self) -> str:
        doc = self._doc if isinstance(self._doc, str) else self._doc()
        return f"{self.__name__}{_signature_of(self._function)}\n\n{doc}"

    @property
    def __signature__(self) -> Signature:
        return _signature_of(self._function)

    @overload
    def __call__(
        self,
        *args: ArrayLike,
        out: tuple[None] | None = ...,
        where: Mask = ...,
        casting: Casting = ...,
        order: Order = ...,
        dtype: DTypeLike = ...,
        subok: bool = ...,
        constant: bool | None = ...,
        **more: Any,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        *args: ArrayLike,
        out: T | tuple[T],
        where: Mask = ...,
        casting: Casting = ...,
        order: Order = ...,
        dtype: DTypeLike = ...,
        subok: bool = ...,
        constant: bool | None = ...,
        **more: Any,
    ) -> T: ...
    @overload
    def __call__(
        self,
        *args: ArrayLike,
        out: Array | tuple[Array],
        where: Mask = ...,
        casting: Casting = ...,
        order: Order = ...,
        dtype: DTypeLike = ...,
        subok: bool = ...,
        constant: bool | None = ...,
        **more: Any,
    ) -> Tensor: ...
    def __call__(self, *args: Any, constant: bool | None = None, **params: Any) -> Any:
        """Compute the function."""
        # What a small operation costs is overhead: this saves a quarter of it.
        if (
            self._unary is not None
            and len(args) == 1
            and type(args[0]) is _handle.tensor_class
            and not params
            and constant is None
        ):
            return apply_one(self._unary, args[0], args)
        if constant is not None:
            params["constant"] = constant
        if len(args) != self._nin or "out" in params:
            args = self._arranged(args, params)
        result = array_ufunc(self._function, "__call__", args, params)
        return self._function(*args, **params) if result is NotImplemented else result

    def _arranged(self, args: tuple[Any, ...], params: dict[str, Any]) -> tuple[Any, ...]:
        """The inputs, in `args` or by MyGrad's names in `params`. The outputs go into `params`, as NumPy has them."""
        for i in range(len(args), self._nin):
            name = f"x{i + 1}"
            if self._nin == 1 and name not in params:
                name = "x"
            if name not in params:
                break
            args = (*args, params.pop(name))
        if not self._nin <= len(args) <= self.nargs:
            raise TypeError(
                f"{self.__name__}() takes from {self._nin} to {self.nargs} positional arguments, "
                f"but {len(args)} were given"
            )
        if len(args) > self._nin:
            if "out" in params:
                raise TypeError(f"{self.__name__}(): `out` is given both by position and by keyword")
            params["out"] = args[self._nin :]
        out = params.pop("out", None)
        if not isinstance(out, tuple):
            out = (out,)
        elif len(out) != self.nout:
            raise ValueError(f"{self.__name__}(): `out` must hold as many arrays as there are results, {self.nout}")
        if any(t is not None for t in out):
            params["out"] = out
        return args[: self._nin]

    def _method(self, name: str, *args: Any, constant: bool | None = None, **params: Any) -> Any:
        out = params.get("out")
        if out is None:
            params.pop("out", None)
        elif not isinstance(out, tuple):
            params["out"] = (out,)
        result = array_ufunc(self._function, name, args, {**params, "constant": constant})
        return getattr(self._function, name)(*args, **params) if result is NotImplemented else result

    def reduce(
        self,
        array: Any,
        axis: Any = 0,
        dtype: Any = None,
        out: Any = None,
        keepdims: bool = False,
        initial: Any = _NO_VALUE,
        where: Any = True,
        *,
        constant: bool | None = None,
    ) -> Tensor:
        """Combine the entries along axes into one, as `numpy.ufunc.reduce` does.

        Parameters
        ----------
        array : array_like
        axis : int | tuple[int, ...] | None
            The first by default. None stands for all.
        dtype : dtype_like, optional
            The type of number to compute with.
        out : Tensor | ndarray, optional
            Receives the result.
        keepdims : bool
            Whether the axes stay in the result, with length one.
        initial : scalar, optional
            What to start from.
        where : array_like of bool
            Which entries to include. All others get a gradient of 0.
        constant : bool, optional
            Whether gradients stop at the result. By default they do if `array` is a constant.

        Returns
        -------
        Tensor

        Examples
        --------
        >>> import mygrad as mg
        >>> mg.maximum.reduce(mg.tensor([[1.0, 4.0], [3.0, 2.0]]))
        Tensor([3., 4.])
        """
        params = {"keepdims": keepdims}
        if initial is not _NO_VALUE:
            params["initial"] = initial
        if where is not True:
            params["where"] = where
        return self._method("reduce", array, axis=axis, dtype=dtype, out=out, constant=constant, **params)

    def accumulate(
        self, array: Any, axis: int = 0, dtype: Any = None, out: Any = None, *, constant: bool | None = None
    ) -> Tensor:
        """Combine the entries along an axis one by one, and keep all that comes out on the way.

        Parameters
        ----------
        array : array_like
        axis : int
        dtype, out, constant
            As for `reduce`.

        Returns
        -------
        Tensor
            Of the shape of `array`.

        Examples
        --------
        >>> import mygrad as mg
        >>> mg.multiply.accumulate(mg.tensor([2.0, 3.0, 4.0]))
        Tensor([ 2.,  6., 24.])
        """
        return self._method("accumulate", array, axis=axis, dtype=dtype, out=out, constant=constant)

    def reduceat(
        self,
        array: Any,
        indices: Any,
        axis: int = 0,
        dtype: Any = None,
        out: Any = None,
        *,
        constant: bool | None = None,
    ) -> Tensor:
        """Reduce parts of an axis, each from one of the indices to the next, as `numpy.ufunc.reduceat` does.

        Parameters
        ----------
        array : array_like
        indices : array_like of int
        axis : int
        dtype, out, constant
            As for `reduce`.

        Returns
        -------
        Tensor

        Examples
        --------
        >>> import mygrad as mg
        >>> mg.add.reduceat(mg.tensor([1.0, 2.0, 3.0, 4.0]), [0, 3])
        Tensor([6., 4.])
        """
        return self._method("reduceat", array, indices, axis=axis, dtype=dtype, out=out, constant=constant)

    def outer(self, A: Any, B: Any, /, *, constant: bool | None = None, **params: Any) -> Tensor:
        """Apply the function to every pair of an entry of `A` and an entry of `B`.

        Parameters
        ----------
        A, B : array_like
        constant, **params
            As for the function itself.

        Returns
        -------
        Tensor
            Its shape is that of `A` followed by that of `B`.

        Examples
        --------
        >>> import mygrad as mg
        >>> mg.subtract.outer(mg.tensor([1.0, 2.0]), [1.0, 3.0])
        Tensor([[ 0., -2.],
                [ 1., -1.]])
        """
        return self._method("outer", A, B, constant=constant, **params)

    def at(self, a: Any, indices: Any, b: Any = _NO_VALUE, /) -> None:
        """Apply the function to the entries at `indices` in place, as often as the indices name them.

        Parameters
        ----------
        a : Tensor | ndarray
            An array is written only by constants: it could not pass a gradient on.
        indices : array_like of int | slice | tuple
        b : array_like, optional
            The second operand, if the function takes two.

        Examples
        --------
        >>> import mygrad as mg
        >>> x = mg.tensor([1.0, 2.0, 3.0])
        >>> mg.add.at(x, [0, 0, 2], 10.0)
        >>> x
        Tensor([21.,  2., 13.])
        """
        operand = () if b is _NO_VALUE else (b,)
        if array_ufunc(self._function, "at", (a, indices, *operand), {}) is NotImplemented:
            self._function.at(a, indices, *operand)

    def __getattr__(self, name: str) -> Any:
        if name in _ATTRIBUTES:
            return getattr(self._function, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *_ATTRIBUTES})

    def __repr__(self) -> str:
        return f"<mygrad-ufunc '{self.__name__}'>"

    def __reduce__(self) -> str:
        return self.__name__


_ATTRIBUTES = frozenset(("nin", "nout", "nargs", "ntypes", "types", "identity", "signature", "resolve_dtypes"))


def _operands_of(function: np.ufunc) -> list[str]:
    return ["x"] if function.nin == 1 else [f"x{i + 1}" for i in range(function.nin)]


def _keywords_of(function: np.ufunc) -> dict[str, Any]:
    """The keywords and their defaults: as NumPy writes them, with `constant` behind."""
    defaults: dict[str, Any] = {"where": True} if function.signature is None else {}
    defaults |= {"casting": "same_kind", "order": "K", "dtype": None, "subok": True, "signature": None}
    if function.signature is not None:
        defaults |= {"axes": _NO_VALUE, "axis": _NO_VALUE, "keepdims": False}
    return defaults | {"constant": None}


def _signature_of(function: np.ufunc) -> Signature:
    return Signature(
        [Parameter(name, Parameter.POSITIONAL_ONLY) for name in _operands_of(function)]
        + [Parameter("out", Parameter.POSITIONAL_OR_KEYWORD, default=None)]
        + [Parameter(name, Parameter.KEYWORD_ONLY, default=value) for name, value in _keywords_of(function).items()]
    )


# --- with docstrings of the usual form ----------------------------------------------------------------

_KEYWORDS = """\
out : Tensor | ndarray | tuple, optional
    Where to put the result. A tensor is written in place, as a part of the graph.
where : array_like of bool, optional
    Where to compute. Elsewhere `out` keeps what it holds (without `out`, that is arbitrary), and no gradient
    flows to the operands.
dtype : dtype_like, optional
    The type of number to compute with.
casting, order, subok, signature
    As for all of NumPy's ufuncs.
constant : bool, optional
    Whether gradients stop at the result. By default they do if all operands are constants, or if the result
    is not of a floating-point dtype.
{more}
Returns
-------
Tensor
    Of the operands' common shape; `out`, if that is a tensor.

Raises
------
TypeError
    If an operand does not consist of numbers, or `out` cannot hold the result.
ValueError
    If the shapes do not broadcast, or ``constant=False`` is asked of integers.
"""

_UNARY = """\
{summary}

Parameters
----------
x : array_like
{keywords}
Notes
-----
The derivative is {slope}.{notes}

Examples
--------
>>> import mygrad as mg
>>> x = mg.tensor({x})
>>> y = mg.{name}(x)
>>> y
Tensor({y})
>>> y.backward()
>>> x.grad
array({grad})
"""

_BINARY = """\
{summary}

Parameters
----------
x1, x2 : array_like
    Broadcast against each other.
{keywords}
Notes
-----
The derivatives are {slopes[0]} with respect to `x1` and {slopes[1]} with respect to `x2`.{notes}

Examples
--------
>>> import mygrad as mg
>>> x1, x2 = mg.tensor({x1}), mg.tensor({x2})
>>> y = mg.{name}(x1, x2)
>>> y
Tensor({y})
>>> y.backward()
>>> x1.grad
array({grads[0]})
>>> x2.grad
array({grads[1]})
"""


def unary(function: np.ufunc, summary: str, slope: str, *, kind: type[ufunc] = ufunc, **parts: str) -> ufunc:
    """A ufunc of one operand.

    Parameters
    ----------
    function : np.ufunc
    summary : str
    slope : str
        Its derivative, a formula in `x` and `y`.
    kind : type[ufunc]
    **parts : str
        The example: operand `x`, result `y` and gradient `grad`. And if there is more to say, `notes` on the
        derivative, and `more`, the entries of further parameters.
    """
    return kind(function, partial(_documented, function, _UNARY, summary=summary, slope=slope, **parts))


def binary(function: np.ufunc, summary: str, slopes: tuple[str, str], **parts: Any) -> ufunc:
    """A ufunc of two operands, `x1` and `x2`, with two gradients `grads`; see `unary`."""
    return ufunc(function, partial(_documented, function, _BINARY, summary=summary, slopes=slopes, **parts))


def _documented(function: np.ufunc, template: str, /, notes: str = "", more: str = "", **parts: Any) -> str:
    keywords = _KEYWORDS.format(more=more)
    return template.format(name=function.__name__, keywords=keywords, notes=f" {notes}" if notes else "", **parts)
