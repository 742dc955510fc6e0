"""What to write instead of an attribute that tensors have in PyTorch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

__all__ = ["Hints"]

_HINTS = {
    "add_": "write `t += x`",
    "bool": "write `t.astype(bool)`",
    "clamp": "write `t.clip(low, high)`",
    "clone": "write `+t` for a copy that is a part of the graph, or `t.copy()` for one that is not",
    "cpu": "memory is always the processor's",
    "cuda": "memory is always the processor's",
    "detach_": "write `t = t.detach()`",
    "dim": "write `t.ndim`",
    "double": "write `t.astype(np.float64)`",
    "float": "write `t.astype(np.float32)`",
    "grad_fn": "write `t.creator`",
    "half": "write `t.astype(np.float16)`",
    "int": "write `t.astype(np.int32)`",
    "is_leaf": "write `t.creator is None`",
    "long": "write `t.astype(np.int64)`",
    "mm": "write `t @ x`",
    "mul_": "write `t *= x`",
    "numel": "write `t.size`",
    "numpy": "write `t.data`",
    "permute": "write `t.transpose(axes)`",
    "requires_grad": "write `not t.constant`. Constants are made by `constant=True`, or `t.detach()`",
    "requires_grad_": "floating-point tensors are variables, unless they are made with `constant=True`",
    "retain_grad": "all tensors of a graph keep their gradients",
    "sub_": "write `t -= x`",
    "to": "write `t.astype(dtype)`; memory is always the processor's",
    "type": "write `t.dtype`, or `t.astype(dtype)`",
    "unsqueeze": "write `mg.expand_dims(t, axis)`",
    "zero_": "write `t[...] = 0`",
    "zero_grad": "a tensor that is used again drops its gradient. To drop it sooner, write `t.null_grad()`",
} | {
    name: f"write `mg.{name}(t)`"
    for name in (
        "abs",
        "cos",
        "exp",
        "flip",
        "log",
        "matmul",
        "maximum",
        "minimum",
        "pow",
        "sin",
        "sqrt",
        "square",
        "tanh",
    )
}


class _Absent:
    """An attribute that is not there, and says what is in its place.

    (Not by ``__getattr__``: to be there at all, that would take from Python the short cut to every other attribute.)
    """

    def __init__(self, hint: str) -> None:
        self._hint = hint

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, t: Any, kind: type) -> NoReturn:
        # With the name alone: knowing the object, too, Python would add a name that looks alike.
        message = f"{kind.__name__!r} object has no attribute {self._name!r}: {self._hint}"
        raise AttributeError(message, name=self._name)

    def __set__(self, t: Any, value: Any) -> NoReturn:
        self.__get__(t, type(t))


class Hints:
    """Mixin of `Tensor`."""

    __slots__ = ()

    vars().update({name: _Absent(hint) for name, hint in _HINTS.items()})

    def __dir__(self) -> Iterable[str]:
        return [name for name in super().__dir__() if name not in _HINTS]
