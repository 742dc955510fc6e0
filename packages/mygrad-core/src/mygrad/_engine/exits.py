"""Exits: where the values of a variable become plain numbers, and its gradient would be lost without a word.

``np.asarray(t)``, ``np.array([t, u])``, ``a[i] = t``, ``float(t)``, ``t.copy()`` and ``mg.tensor(t)`` ask a tensor for
its values, and nobody says what for. Each of them reports here. What happens then is the user's choice: a warning, as
from the line of code that did it, an error, or nothing.
"""

from __future__ import annotations

import math
import sys
import warnings
from collections.abc import Callable
from dis import opmap
from functools import cache
from types import FrameType
from typing import Any

import numpy as np

from mygrad._engine.called import callee
from mygrad._engine.handle import ARGUMENT, Handle, grad_base_of, present_node
from mygrad._engine.node import Node
from mygrad._engine.source import PASSED, place_of
from mygrad._engine.state import functional_mode, mode
from mygrad.errors import GradientLostError, GradientLostWarning, RecordingError

__all__ = [
    "ANEW",
    "COPIES",
    "MEMORY",
    "NUMBERS",
    "OVERWRITTEN",
    "PICKLES",
    "STEPS",
    "WRITTEN",
    "differentiating",
    "flows_back_from",
    "is_made_by_lift",
    "only_looks",
    "report",
    "unmask",
]

#: What exits are, and how to do without: what was done to a variable, and what to write instead. Word for word without
#: "copy" if `__array__` reports it: of a TypeError that has the word in it, NumPy believes that the argument `copy` is
#: meant, and tries again without.
NUMBERS = (
    "made plain numbers of",
    "NumPy's functions compute with tensors, so write `np.sin(t)` for `math.sin(t)` and `np.dot(a, t)` for `a.dot(t)`. "
    "Tensors are put together by `np.stack` and `mg.tensor([...])`, and written into tensors, such as `mg.zeros(...)`.",
)
COPIES = ("made a leaf with the values of", "`np.copy(t)` and `+t` make a copy that is a part of the graph.")
ANEW = (
    "made a leaf with the values of",
    "`mg.astensor(t)` is the tensor itself, `+t` a copy that is a part of the graph, `t.astype(dtype)` one of another "
    "dtype.",
)
WRITTEN = (
    "made plain numbers, in a constant, of",
    "What variables are written into has to be a variable, too, such as `mg.zeros(...)`.",
)
OVERWRITTEN = (
    "overwrote",
    "Pass a copy, such as `np.copy(t)`, to code that writes into its arguments. What is to be written into in a lifted "
    "block can be made there, by `np.zeros` or `mg.zeros`. New values are given to a leaf under `mg.no_autodiff`.",
)
PICKLES = ("pickled", "No graph leads to what is made of a pickle, in this process or in another.")
MEMORY = ("handed out the memory of", "What other libraries compute with it has no derivatives here.")

#: What to write if the loss is intended.
_INTENDED = 'If none is wanted, take `t.data` or `mg.stop_gradient(t)`, or compute `with mg.lost_gradients("ignore"):`.'

#: Code that only looks at values: what it makes of them goes into no result.
_LOOKS = ("_pytest.", "logging.", "matplotlib.", "numpy._core.arrayprint.", "numpy.testing.", "pprint.", "reprlib.")
#: Functions of NumPy that make an array of a list to see its shape.
_SHAPES = ("ndim", "shape", "size")
#: Functions that depend by steps, if at all, on what they are given: an array or a number is made of it, and lost.
STEPS: list[Callable[..., Any]] = [math.isclose, math.isfinite, math.isinf, math.isnan, math.ulp]


def report(t: Handle, done: tuple[str, str]) -> None:
    """Say that the values of `t` are about to leave the graph, if a gradient can be lost by that.

    Parameters
    ----------
    t : Handle
    done : tuple[str, str]
        One of the exits above.

    Raises
    ------
    GradientLostError
        If the policy is "raise".
    """
    if t._constant:
        return
    now = mode.get()
    if not now.tracked or now.lost == "ignore" or not flows_back_from(t):
        return
    frame = _origin()
    if frame is None or (done is NUMBERS and _is_step(callee(frame)[0], t)):
        return
    what, instead = done
    if not now.lifted:
        instead += " Code that was written for arrays keeps tensors under `mg.lift`."
    message = (
        f"%s {what} a variable of shape {t._memory.shape}, to which no gradient flows from there. {instead} {_INTENDED}"
    )
    where = place_of(frame.f_code, frame.f_lasti, frame.f_lineno)
    if now.lost == "raise":
        raise GradientLostError(message % (f"line {frame.f_lineno}" if done is NUMBERS and "copy" in where else where))
    warnings.warn_explicit(
        message % where,
        GradientLostWarning,
        frame.f_code.co_filename,
        frame.f_lineno,
        frame.f_globals.get("__name__") or "<unknown>",
        frame.f_globals.setdefault("__warningregistry__", {}),
    )


def _is_step(function: Any, t: Handle) -> bool:
    if t._memory.dtype.kind == "c" and function is np.sign:  # the direction of complex numbers
        return False
    return any(function is step for step in STEPS)


class differentiating:
    """The block runs a function of which derivatives are wanted, and so all of them: what exits raises."""

    # A generator would take a microsecond longer.
    __slots__ = ("_token",)

    def __enter__(self) -> None:
        self._token = mode.set(functional_mode())

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        mode.reset(self._token)
        unmask(error)


def unmask(error: BaseException | None) -> None:
    """Raise the `GradientLostError` of which NumPy made another one, as it does in ``a[i] = t``."""
    if error is not None and isinstance(error.__cause__, (GradientLostError, RecordingError)):
        raise error.__cause__ from None


def flows_back_from(t: Handle) -> bool:
    """Whether anything will flow back from a variable: not if its graph was cleared, or leads to what lift made."""
    node = present_node(grad_base_of(t))
    return node is None or not (node.cleared or (mode.get().lifted and not _leads_to_a_leaf(node)))


def is_made_by_lift(t: Handle) -> bool:
    """Whether a variable is but an array that lift made a tensor, or computed from such."""
    node = None if t._constant else present_node(grad_base_of(t))
    return node is not None and not node.cleared and not _leads_to_a_leaf(node)


def _leads_to_a_leaf(node: Node) -> bool:
    order = [node]
    seen = set(order)
    for node in order:  # which grows meanwhile
        if (node.rule is None or node.rule is ARGUMENT) and not node.constant:
            return True
        new = {p for p in node.parents or () if type(p) is Node} - seen
        seen |= new
        order += new
    return False


@cache
def only_looks(module: str | None) -> bool:
    """Whether the code of a module only looks at values."""
    return f"{module}.".startswith(_LOOKS)


def _origin() -> FrameType | None:
    """The nearest frame outside of NumPy and this package. None if that only looks at values."""
    frame = sys._getframe(2)
    while True:
        module = frame.f_globals.get("__name__")
        name = f"{module}."
        if only_looks(module) or (name == "numpy._core.fromnumeric." and frame.f_code.co_name in _SHAPES):
            return None
        if name.partition(".")[0] not in PASSED or frame.f_back is None:
            return None if _is_formatting(frame) else frame
        frame = frame.f_back


_BINARY_OP, _REMAINDERS = opmap["BINARY_OP"], (6, 19)


def _is_formatting(frame: FrameType) -> bool:
    """Whether a frame is at ``"%f" % t``: a tensor on the left, or on the right of anything else, is asked itself."""
    code, at = frame.f_code.co_code, frame.f_lasti
    return 0 <= at < len(code) and code[at] == _BINARY_OP and code[at + 1] in _REMAINDERS
