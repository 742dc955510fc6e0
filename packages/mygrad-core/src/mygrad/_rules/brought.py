"""Rules that other distributions bring, by entry points in the groups ``mygrad.rules`` and ``mygrad.lifts``."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from typing import Any

from mygrad._rules.rule import RULES

__all__ = ["bring_rules"]

#: The entries that have been imported, or have failed.
_done: set[Any] = set()


def bring_rules(group: str = "mygrad.rules") -> None:
    """Import what brings rules for functions of the libraries that are imported by now, each once.

    What the table has already stays as it is. So a program's own rules count, and, where several distributions have
    a rule of the same function, that of the first by name. (As with plugins, there is no lock. Threads that come here
    at the same time wait for each other where they import the same module.)
    """
    plugins: Any = import_module("mygrad._plugins")
    failures = []
    for entry in plugins.rule_modules(group):
        if entry in _done or entry.name not in sys.modules:
            continue
        before = dict(RULES)
        try:
            import_module(entry.value)
        except Exception as cause:
            failures.append(
                f"{plugins.who(entry)} has derivatives for {entry.name}, but importing {entry.value!r} raised "
                f"{type(cause).__name__}: {cause}"
            )
        RULES.update(before)
        _done.add(entry)
    for failure in failures:  # when all else is done, for a warning may be turned into an error
        warnings.warn(failure, RuntimeWarning, stacklevel=2)
