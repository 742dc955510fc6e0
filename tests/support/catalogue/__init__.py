"""One catalogue of example calls: the tests in tests/core/catalogue are views of it.

Each module has the ``EXAMPLES`` of a family, lists of examples by function. A key is a function of NumPy, one of ours
where NumPy has none, or a method of arrays for what it takes and the function of that name does not.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from mygrad._engine.names import name_of as users_name
from mygrad._rules.waiting import WAITING

__all__ = [
    "EXAMPLES", "Example", "call", "every_example", "is_of_plugin", "is_ours", "is_variable", "mapped", "name_of",
    "off_axis",
]  # fmt: skip


@dataclass(frozen=True)
class Example:
    """One call of a function, at a point where it is smooth.

    Parameters
    ----------
    args : tuple
        Positional arguments.
    params : dict
        Keyword arguments.
    diff : tuple[int | str, ...], optional
        Positions and keywords of the arguments to differentiate; by default all that have, or hold in lists,
        floating-point arrays.
    """

    args: tuple[Any, ...]
    params: dict[str, Any] = field(default_factory=dict)
    diff: tuple[int | str, ...] | None = None

    @property
    def positions(self) -> tuple[int, ...]:
        """Of the positional arguments to differentiate that are arrays themselves, as rules take them."""
        return tuple(i for i, a in enumerate(self.args) if is_variable(a) and (self.diff is None or i in self.diff))

    def mapped(self, variable: Callable[[Any], Any], other: Callable[[Any], Any] = lambda a: a) -> Example:
        """The same call of ``variable(a)`` for each array `a` to differentiate, and ``other(a)`` for the others."""

        def replace(place: int | str, x: Any) -> Any:
            is_constant = self.diff is not None and place not in self.diff
            return mapped(x, lambda a: variable(a) if is_variable(a) and not is_constant else other(a))

        args = tuple(replace(i, x) for i, x in enumerate(self.args))
        return Example(args, {name: replace(name, x) for name, x in self.params.items()}, self.diff)

    def variables(self) -> list[Any]:
        """The arrays to differentiate, in the order in which `mapped` comes to them."""
        found: list[Any] = []
        self.mapped(found.append)
        return found

    def replacing(self, where: Callable[[Any], Any], f: Callable[[Any], Any]) -> Iterator[Example]:
        """The same call with ``f(x)`` for `x`: for each in turn of which ``where(x)`` is true, in lists too."""
        whole = [self.args, self.params]
        for path in _paths(whole, where):
            args, params = _replaced(whole, path, f)
            yield Example(args, params, self.diff)

    def of_complex_numbers(self) -> Iterator[Example]:
        """The same call of complex numbers: all of the arrays to differentiate, or each of several beside real ones."""
        count = len(self.variables())
        for chosen in (range(count), *([i] for i in range(count) if count > 1)):
            number = iter(range(count))
            yield self.mapped(lambda a: off_axis(a) if next(number) in chosen else a)  # noqa: B023

    def of(self, fn: Callable[..., Any], **more: Any) -> Any:
        return fn(*self.args, **self.params, **more)


def call(*args: Any, **params: Any) -> Example:
    """The example of a call that is written as it is made."""
    return Example(args, params)


def is_variable(a: Any) -> bool:
    return isinstance(a, np.ndarray) and np.issubdtype(a.dtype, np.inexact)


def mapped(x: Any, f: Callable[[Any], Any]) -> Any:
    """`x` with ``f(a)`` for every array `a` in it, in lists, tuples and dictionaries, too."""
    if isinstance(x, np.ndarray):
        return f(x)
    if type(x) in (list, tuple):
        return type(x)([mapped(part, f) for part in x])
    return {k: mapped(v, f) for k, v in x.items()} if type(x) is dict else x


def off_axis(a: Any) -> Any:
    """Complex numbers of these real parts, and of imaginary parts between 0.2 and 0.9, without pattern."""
    fractions = (0.73 + 0.618034 * np.arange(a.size)) % 1.0
    return np.asarray(a + 1j * (0.2 + 0.7 * fractions).reshape(a.shape).astype(a.dtype))


def _paths(x: Any, where: Callable[[Any], Any], path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if where(x):
        yield path
    elif type(x) in (list, tuple, dict):
        for key, part in x.items() if type(x) is dict else enumerate(x):
            yield from _paths(part, where, (*path, key))


def _replaced(x: Any, path: tuple[Any, ...], f: Callable[[Any], Any]) -> Any:
    if not path:
        return f(x)
    key, *rest = path
    if type(x) is dict:
        return x | {key: _replaced(x[key], tuple(rest), f)}
    return type(x)([_replaced(part, tuple(rest), f) if i == key else part for i, part in enumerate(x)])


def name_of(fn: Any) -> str:
    return f"{getattr(fn, '__module__', None) or 'numpy'}.{getattr(fn, '__qualname__', fn.__name__)}"


def is_ours(fn: Any) -> bool:
    return (getattr(fn, "__module__", None) or "numpy").startswith("mygrad")


def is_of_plugin(fn: Any) -> bool:
    """Whether a rule for `fn` was brought by a plugin, which tests it: a rule of another library, or of its own."""
    name = users_name(fn)
    return not name.startswith(("np.", "mygrad.")) or name.startswith(PLUGINS) or "<locals>" in name_of(fn)


#: What the names of the functions of plugins begin with.
PLUGINS = ("mygrad.nnet.", "mygrad.scipy.")


for _waiting in chain(*WAITING.values()):  # until they are needed, and fill tables
    importlib.import_module(_waiting)

EXAMPLES: dict[Any, list[Example]] = {}
for _module in pkgutil.iter_modules(__path__):
    for _fn, _examples in importlib.import_module(f"{__name__}.{_module.name}").EXAMPLES.items():
        EXAMPLES.setdefault(_fn, []).extend(_examples)


def every_example(
    functions: Iterable[Any],
    only: Callable[[Any, Example], Any] = lambda fn, example: True,
    examples: Mapping[Any, list[Example]] = MappingProxyType(EXAMPLES),
) -> Callable[[Callable[[Any, Example], None]], Callable[[Any], None]]:
    """Have ``test(fn, example)`` run on all examples of these functions. To pytest, a function is one test."""

    def decorate(test: Callable[[Any, Example], None]) -> Callable[[Any], None]:
        @pytest.mark.parametrize("fn", [pytest.param(fn, id=name_of(fn)) for fn in functions])
        @pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")  # some are on their way out of NumPy
        def on_all_examples(fn: Any) -> None:
            for number, example in enumerate(examples[fn]):
                if not only(fn, example):
                    continue
                try:
                    test(fn, example)
                except BaseException as error:
                    error.add_note(f"in example {number}: {example}")
                    raise

        on_all_examples.__name__, on_all_examples.__doc__ = test.__name__, test.__doc__
        on_all_examples.__module__ = test.__module__
        return on_all_examples

    return decorate
