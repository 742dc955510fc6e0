"""A function of the list is given tensors: what becomes of its values and gradients."""

from __future__ import annotations

import gc
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

import mygrad as mg
from third_party.arguments import Call, apply, copied
from third_party.differences import ABSOLUTE, Reference, close, leaves
from third_party.listing import time_limit

#: From the best to the worst.
#: zero: the derivative is zero, and so is the gradient, or there is none; refused: a TypeError that names the cause, an
#: InvalidBackprop in the backward pass, or another error with a note that does; said so: a gradient is missing or not
#: right, and a warning said that one gets lost; error: any other exception;
#: wrong: a value or a gradient is not right, or an array was changed or left read-only.
OUTCOMES = ["right", "zero", "refused", "said so", "error", "lost", "wrong", "not there yet"]


def plain() -> AbstractContextManager[Any] | None:
    return nullcontext()


def raising() -> AbstractContextManager[Any] | None:
    return mg.lost_gradients("raise") if hasattr(mg, "lost_gradients") else None


def lifted() -> AbstractContextManager[Any] | None:
    return getattr(mg, "lift", None)


#: How the library is told to treat gradients that get lost. A mode that does not exist yet is None.
MODES = {"plain": plain, "raise": raising, "lift": lifted}


def outcome(function: Callable[..., Any], ref: Reference, mode: str) -> str:
    """What becomes of a function whose arguments are tensors, one by one and all at once: the worst of it."""
    if MODES[mode]() is None:
        return "not there yet"
    keys = list(ref.steps)
    trials = [[key] for key in keys] + ([keys] if len(keys) > 1 else [])
    found = [_outcome_and_arrays(function, ref, variables, mode) for variables in trials]
    telling = [one for one in found if one[0] != "zero"] or found
    return ": ".join(filter(None, max(telling, key=lambda one: OUTCOMES.index(one[0]))))


def _outcome_and_arrays(
    function: Callable[..., Any], ref: Reference, variables: list[Any], mode: str
) -> tuple[str, str]:
    call = copied(ref.call)
    tensors = {key: mg.tensor(call[key]) for key in variables}
    given: Call = {**call, **tensors}
    found = _outcome(function, ref, given, tensors, mode)
    for tensor in tensors.values():  # if the function has written into it, it belongs to a graph now
        tensor.clear_graph()
    arrays = {key: tensors[key].data if key in tensors else call[key] for key in ref.steps}
    if not all(a.flags.writeable for a in arrays.values() if isinstance(a, np.ndarray)):
        gc.collect()
    for key, a in arrays.items():
        if isinstance(a, np.ndarray) and not a.flags.writeable:
            return "wrong", "an array was left read-only"
        if not np.array_equal(a, ref.call[key]):
            return "wrong", "an array was changed"
    return found


def _outcome(
    function: Callable[..., Any], ref: Reference, given: Call, tensors: dict[Any, mg.Tensor], mode: str
) -> tuple[str, str]:
    warning = getattr(mg.errors, "GradientLostWarning", None)
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("ignore")
            if warning is not None:
                warnings.simplefilter("always", warning)
            with time_limit(30), MODES[mode]():
                result = apply(function, given)
            found = _compared(list(leaves(result)), ref, tensors)
    except Exception as error:
        return _refused_or_error(error)
    if found[0] in ("lost", "wrong") and told:
        return "said so", _first_line(told[0].message)
    return found


def _compared(result: list[Any], ref: Reference, tensors: dict[Any, mg.Tensor]) -> tuple[str, str]:
    """The outcome of a call that returned: is its value NumPy's, and are its gradients those of differences?"""
    values = [np.array(leaf.data) if isinstance(leaf, mg.Tensor) else np.array(leaf) for leaf in result]
    if [(v.shape, v.dtype) for v in values] != [(v.shape, v.dtype) for v in ref.values]:
        return "wrong", "shapes or dtypes are not NumPy's"
    if not all(np.allclose(v, r, rtol=1e-9, atol=1e-12) for v, r in zip(values, ref.values, strict=True)):
        return "wrong", "values are not NumPy's"
    alive = np.array([isinstance(leaf, mg.Tensor) and not leaf.constant for leaf in result])
    terms = [(leaf * w).sum() for leaf, w, kept in zip(result, ref.weights, alive, strict=True) if kept]
    if terms:
        sum(terms[1:], terms[0]).backward()
    slopes = {key: ref.slopes[key] for key in tensors}
    for key, tensor in tensors.items():
        grad = np.zeros(tensor.shape) if tensor.grad is None else tensor.grad
        got = np.array([np.sum(grad * step) for step in ref.steps[key]])
        if not close(got, slopes[key][:, alive].sum(1)):
            return ("lost", "") if close(got, 0.0) else ("wrong", "gradients are not those of differences")
    if not all(close(slope[:, ~alive], 0.0) for slope in slopes.values()):
        return "lost", ""
    return ("zero" if all(np.all(np.abs(s) <= ABSOLUTE) for s in slopes.values()) else "right"), ""


def _refused_or_error(error: BaseException) -> tuple[str, str]:
    for one in _chain(error):
        refusal = isinstance(one, TypeError | mg.errors.InvalidBackprop)
        if refusal and (_raised_in(one).startswith("mygrad") or "Tensor" in str(one)):
            return "refused", _first_line(one)
        if notes := [note for note in getattr(one, "__notes__", ()) if "mygrad" in note]:
            return "refused", _first_line(notes[0])
    return "error", f"{type(error).__name__}: {_first_line(error)}"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _raised_in(error: BaseException) -> str:
    """The module that raised an error."""
    traceback = error.__traceback__
    while traceback and traceback.tb_next:
        traceback = traceback.tb_next
    return str(traceback.tb_frame.f_globals.get("__name__", "")) if traceback else ""


def _first_line(message: object) -> str:
    """What a message says, without what differs from machine to machine."""
    line = re.sub(r" at 0x\w+| from '[^']*'", "", (str(message).strip().splitlines() or [""])[0])
    return re.sub(r"\s+", " ", line)[:100].strip()
