"""A recording is checked before anybody gets a number of it: against the function itself, at several places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from mygrad._record.program import Const, Step, Var, vars_in
from mygrad._record.results import flat
from mygrad.errors import RecordingError

__all__ = ["check", "difference"]


def check(
    f: Callable[[list[Any]], Any],
    run: Callable[[list[Any]], Any],
    values: list[Any],
    thorough: bool,
    name: str,
) -> None:
    """Compare a program with the function that it was recorded of.

    Parameters
    ----------
    f, run : Callable
        The function and the program, of what is in the arguments.
    values : list[Any]
        What they were recorded with.
    thorough : bool
        Whether to compare at those as well, and at more than one other place.
    name : str
        What to call the function.

    Raises
    ------
    RecordingError
        If results differ, be it by a bit.
    """
    places = [*([values] if thorough else []), *_elsewhere(values)]
    for place in places if thorough else places[-1:]:
        try:
            expected = flat(f([_copy(x) for x in place]))
        except RecordingError:
            raise
        except Exception:
            if place is values:
                raise
            continue  # the function is not defined there
        found = flat(run([_copy(x) for x in place]))
        if len(expected) != len(found) or not all(map(_same, expected, found)):
            raise RecordingError(
                f"mygrad.compile: the program that was recorded of {name} gives other results than the function "
                + ("for the very arguments of this call" if place is values else "for other arguments of these shapes")
                + ". So something in it depends on what was not recorded: on values that left NumPy (`np.asarray(x)`, "
                "a function of another library), on an array that was written to and is used by another name, on what "
                "Python knows of arrays and numbers (as `np.isscalar`), or on what changes from call to call (make it "
                "an argument)."
            )


def difference(first: list[Step], second: list[Step]) -> tuple[Step, str] | None:
    """The first step in which two recordings with the same arguments differ, and how."""
    numbers: list[dict[Any, int]] = [{}, {}]
    for a, b in zip(first, second, strict=False):
        forms = []
        for step, known in ((a, numbers[0]), (b, numbers[1])):
            fn = step.fn if isinstance(step.fn, (str, np.ufunc)) else getattr(step.fn, "__name__", None)
            forms.append([step.form, fn, *_form((step.args, step.kwargs), known)])
            known.update({var: len(known) + i for i, var in enumerate(vars_in(step.out))})
        for x, y in zip(*forms, strict=False):
            if x is not y and x != y:
                return a, f"{_shown(x)} at first, and {_shown(y)} when it is recorded again"
    return None


def _form(x: Any, known: dict[Any, int]) -> Iterator[Any]:
    """What there is in the arguments of a step, in an order, to be compared."""
    if type(x) is Var:
        yield known.get(x, x.name)
    elif type(x) is Const:
        yield x.value.shape
        yield from x.value.tolist() if x.value.ndim == 1 else [x.value.tolist()]
    elif type(x) in (tuple, list):
        for part in x:
            yield from _form(part, known)
    elif type(x) is dict:
        yield from _form([*x.items()], known)
    else:
        yield repr(x) if isinstance(x, (float, complex, np.generic)) else x


def _shown(x: Any) -> str:
    return x if isinstance(x, str) else repr(x)[:60]


def _copy(x: Any) -> Any:
    if not isinstance(x, np.ndarray):
        return x
    made = np.copy(x, "K")
    if made.strides == x.strides:
        return made
    memory = np.empty(_extent(x), np.uint8)
    strided = np.ndarray(x.shape, x.dtype, memory, _offset(x), x.strides)
    strided[...] = x
    return strided


def _offset(x: Any) -> int:
    return sum(-step * (n - 1) for step, n in zip(x.strides, x.shape, strict=True) if step < 0 and n)


def _extent(x: Any) -> int:
    return sum(abs(step) * (n - 1) for step, n in zip(x.strides, x.shape, strict=True) if n) + x.itemsize


def _elsewhere(values: list[Any]) -> Iterator[list[Any]]:
    """Other arguments of the same shapes: of other magnitudes, close to the given ones, in another order."""
    rng = np.random.default_rng(20)
    for number in (1e3, -1e3, 0):  # on either side of what a value may have been compared with
        yield [_far(x, number, rng) for x in values]
    yield [_near(x, rng) for x in values]
    yield [_shuffled(x, rng) for x in values]


def _far(x: Any, number: float, rng: np.random.Generator) -> Any:
    a = np.asarray(x)
    if a.dtype.kind == "b":
        return _like(x, np.full(a.shape, number > 0))
    if a.dtype.kind == "u":
        number = abs(number)
    return _like(x, np.clip(number * (1 + rng.random(a.shape)), *_limits(a.dtype)))


def _limits(dtype: np.dtype[Any]) -> tuple[Any, Any]:
    limits = np.iinfo(dtype) if dtype.kind in "iu" else np.finfo(dtype)
    return limits.min, limits.max


def _near(x: Any, rng: np.random.Generator) -> Any:
    kind = np.asarray(x).dtype.kind
    if kind not in "fc":
        return x
    changed = x * (1 + 0.1 * rng.random(np.shape(x)))
    return _like(x, changed)


def _shuffled(x: Any, rng: np.random.Generator) -> Any:
    a = np.asarray(x)
    shuffled = rng.permutation(a.reshape(-1)).reshape(a.shape)
    if a.dtype.kind in "fc":
        shuffled = shuffled * rng.choice([-1.0, 1.0], a.shape) * (0.5 + rng.random(a.shape))
    elif a.dtype.kind == "b":
        shuffled = shuffled ^ (rng.random(a.shape) < 0.5)
    return _like(x, shuffled)


def _like(x: Any, changed: Any) -> Any:
    if isinstance(x, np.ndarray):
        made = _copy(x)
        made[...] = changed
        return made
    return type(x)(np.asarray(changed).astype(np.asarray(x).dtype)[()])


def _same(a: Any, b: Any) -> bool:
    """Whether two results have the same bits, or are both nan."""
    a_, b_ = np.asarray(a), np.asarray(b)
    if a_.shape != b_.shape or a_.dtype != b_.dtype:
        return False
    if a_.dtype.kind not in "fc":
        return bool(np.all(a_ == b_)) if a_.dtype != object else a is b or a == b
    if a_.dtype.kind == "c":
        return _same(a_.real, b_.real) and _same(a_.imag, b_.imag)
    return bool(np.all(((a_ == b_) & (np.signbit(a_) == np.signbit(b_))) | (np.isnan(a_) & np.isnan(b_))))
