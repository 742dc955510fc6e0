"""Rules under a mask: ``np.log(x, where=mask)``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mygrad._engine.handle import Handle
from mygrad._engine.operands import as_keyword
from mygrad._rules.rule import Rule

__all__ = ["MaskedRule", "as_mask"]


def as_mask(where: Any) -> Any:
    """`where` as NumPy's functions take it: what is no array counts as true or false, number by number."""
    if where is True or isinstance(where, Handle):
        return where
    return as_keyword(where) if isinstance(where, np.ndarray) else np.asarray(where, np.bool_)


class MaskedRule(Rule):
    """The rule of a ufunc that was computed only where `mask` is true.

    Elsewhere every gradient is exactly zero, whatever the derivative would be there. To mask only what
    goes into a vjp is not enough, since zero times infinity is not zero.
    """

    __slots__ = ("_inner",)

    def __init__(self, rule: Rule, mask: Any) -> None:
        self._inner = rule  # first: it is asked which values are read
        super().__init__(rule.fn, (), name=rule.name, masks=True)
        self.elementwise, self.singular = rule.elementwise, rule.singular
        self.reads, self.reads_out = rule.reads, rule.reads_out
        self.vjps = tuple(None if vjp is None else _masked(vjp, mask) for vjp in rule.vjps)

    def kept(self, wanted: tuple[int, ...], nargs: int) -> tuple[bool, tuple[int, ...]]:
        return self._inner.kept(wanted, nargs)

    def argument(self, position: int) -> str:
        return self._inner.argument(position)


def _masked(vjp: Callable[..., Any], mask: Any) -> Callable[..., Any]:
    def masked_vjp(g: Any, *args: Any, **params: Any) -> Any:
        return np.where(mask, vjp(np.where(mask, g, 0), *args, **params), 0)

    return masked_vjp
