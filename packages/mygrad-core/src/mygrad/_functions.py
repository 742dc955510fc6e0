"""Public functions made from NumPy's: their names, parameters and what they do are the same."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature, signature
from typing import Any, Generic, TypeVar, cast

from mygrad._dispatch.functions import implementation
from mygrad._dispatch.registry import implements
from mygrad._docs import made_when_read
from mygrad._results import settled

__all__ = ["Function", "public"]

R = TypeVar("R")

_DOC = """\
{summary}

Parameters
----------
{parameters}
    As for `{function}`.
constant : bool, optional
    Whether gradients stop at the result. By default they do if all arguments are constants.

Returns
-------
Tensor | tuple[Tensor, ...]
    Where `{function}` returns an array, a tensor.

Examples
--------
>>> import mygrad as mg
>>> x = mg.tensor({x})
>>> {example}
{result}
"""


@made_when_read
class Function(Generic[R]):
    """A function of NumPy that is differentiable, and returns tensors whatever it is called on.

    Parameters
    ----------
    function : Callable
        NumPy's. It has an implementation, or else a rule.
    example, result : str
        A call with `x`, and what it returns.
    x : str
        What `x` is in the example.
    """

    def __init__(self, function: Callable[..., Any], example: str, result: str, x: str = "[1.0, 2.0, 4.0]") -> None:
        self._function = function
        self.__name__: str = function.__name__
        self.__qualname__: str = function.__name__
        self.__module__ = function.__module__.replace("numpy", "mygrad")  # where pickle finds it, by its name
        self._example = example, result, x

    def _make_doc(self) -> str:
        example, result, x = self._example
        return _DOC.format(
            summary=" ".join((self._function.__doc__ or "").strip().partition("\n\n")[0].split()),
            parameters=", ".join(signature(self._function).parameters),
            function=f"{self._function.__module__}.{self.__name__}",
            x=x,
            example=f"mg{self.__module__.removeprefix('mygrad')}.{example}",
            result=result,
        )

    @property
    def __signature__(self) -> Signature:
        parameters = list(signature(self._function).parameters.values())
        last = len(parameters) - (parameters[-1].kind is Parameter.VAR_KEYWORD)
        parameters.insert(last, Parameter("constant", Parameter.KEYWORD_ONLY, default=None))
        return Signature(parameters)

    def __call__(self, *args: Any, constant: bool | None = None, **params: Any) -> R:
        """Compute the function."""
        return cast("R", _settled(implementation(self._function)(*args, **params), constant))

    def __repr__(self) -> str:
        return f"<mygrad-function '{self.__name__}'>"

    def __reduce__(self) -> str:
        return self.__name__


def public(
    function: Callable[..., Any], example: str, result: str, x: str = "[1.0, 2.0, 4.0]"
) -> Callable[[Callable[..., R]], Function[R]]:
    """Have the decorated function called for NumPy's and, as ours, under the same name."""

    def decorate(ours: Callable[..., R]) -> Function[R]:
        implements(function)(ours)
        return Function(function, example, result, x)

    return decorate


def _settled(result: Any, constant: bool | None) -> Any:
    """The result, or all results, as tensors."""
    if isinstance(result, (tuple, list)):
        return getattr(type(result), "_make", type(result))([_settled(part, constant) for part in result])
    return result if result is None else settled(result, constant)
