"""Rules under a mask: ``np.log(x, where=mask)``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mygrad._engine.handle import Handle
from mygrad._engine.operands import as_keyword
from mygrad._rules.recorded import as_any_array
from mygrad._rules.rule import Rule

__all__ = ["MaskedRule", "as_mask"]


def as_mask(where: Any) -> Any:
    """`where` as NumPy's functions take it: what is no array counts as true or false, number by number."""
    if where is True or isinstance(where, Handle):
        return where
    return as_keyword(where) if isinstance(where, np.ndarray) else as_any_array(where, np.bool_)


class MaskedRule(Rule):
    """The rule of a ufunc that was computed only where `mask` is true.

    Elsewhere every gradient is exactly zero, whatever the derivative would be there. To mask only what
    goes into a vjp is not enough, since zero times infinity is not zero.
    """

    __slots__ = ()

    def __init__(self, rule: Rule, mask: Any) -> None:
        for slot in Rule.__slots__:
            setattr(self, slot, getattr(rule, slot))
        masked = _masked_several if rule.several else _masked
        self.vjps = tuple([None if vjp is None else masked(vjp, mask) for vjp in rule.vjps])
        self.masks, self.simple = True, False


def _masked(vjp: Callable[..., Any], mask: Any) -> Callable[..., Any]:
    def masked_vjp(g: Any, *args: Any, **params: Any) -> Any:
        return np.where(mask, vjp(np.where(mask, g, 0), *args, **params), 0)

    masked_vjp.__wrapped__ = vjp  # type: ignore[attr-defined]  # (`wraps` would take a microsecond a call)
    return masked_vjp


def _masked_several(vjp: Callable[..., Any], mask: Any) -> Callable[..., Any]:
    def masked_vjp(gs: Any, *args: Any, **params: Any) -> Any:
        gs = [None if g is None else np.where(mask, g, 0) for g in gs]
        return np.where(mask, vjp(gs, *args, **params), 0)

    masked_vjp.__wrapped__ = vjp  # type: ignore[attr-defined]
    return masked_vjp
