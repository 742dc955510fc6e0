"""Plugins: what other distributions add to ``mygrad``, names and rules.

A distribution registers entry points in the group ``mygrad.plugins``. The name of an entry is the
attribute of ``mygrad`` that it provides; its value says where that lives, as ``module`` or
``module:attribute``::

    [project.entry-points."mygrad.plugins"]
    nnet = "mygrad.nnet"
    save = "mygrad.io:save"

Nothing of this costs anything at ``import mygrad``: this module is imported, and what is installed is looked up,
when an attribute that the core lacks is first asked for, and a plugin is imported when its own attribute is. There
are no locks: looking up and importing twice does no harm, and a lock held while a plugin is imported could deadlock
with the import system's own.

A name is

* not installed, if no distribution registers it: asking for it is an AttributeError, so that ``hasattr`` is False;
* broken, if what is registered cannot be had: an ImportError that says whose it is, from the cause;
* refused, if several distributions register it, or if the core has that name itself. Which one is meant
  would depend on what else is installed, so nobody gets it: an ImportError that says what to uninstall.

A distribution whose entry points cannot be read registers nothing. `plugins` reports it.

Rules have a group of their own, ``mygrad.rules``. The name of an entry is the module whose functions these are of;
its value is a module that enters them into the table of derivatives when it is imported. `rule_modules` lists these;
`mygrad._rules.brought` imports them, when a function without a rule is given a tensor. Those of the group
``mygrad.lifts`` name functions to be called in the place of others', and are imported when a lifted block is entered.
"""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.metadata import Distribution, EntryPoint

__all__ = ["Plugin", "get", "names", "plugins", "rule_modules", "who"]

GROUP = "mygrad.plugins"
RULES_GROUP = "mygrad.rules"

#: Which of our own distributions provides a name, to say what to install.
FIRST_PARTY = {
    "nnet": "mygrad-nnet",
    "computational_graph": "mygrad-viz",
    "io": "mygrad-io",
    "load": "mygrad-io",
    "save": "mygrad-io",
    "scipy": "mygrad-scipy",
    "special": "mygrad-scipy",
}

#: Why a plugin could not be imported when it was last tried.
_failures: dict[str, Exception] = {}


class Plugin(NamedTuple):
    """One registered plugin, as `mygrad.plugins` reports it.

    Attributes
    ----------
    name : str
        The attribute of ``mygrad`` that it provides. It is empty for a broken distribution, of which nobody knows what
        it would have registered.
    value : str
        Where that lives: ``module`` or ``module:attribute``.
    distribution, version : str
        Who registered it.
    state : {"available", "loaded", "broken"}
        An available plugin has not been imported yet.
    error : Exception | None
        What is wrong with a broken one.
    """

    name: str
    value: str
    distribution: str
    version: str
    state: Literal["available", "loaded", "broken"]
    error: Exception | None = None


def plugins() -> tuple[Plugin, ...]:
    """List the plugins that are installed, by name, without importing them.

    Returns
    -------
    tuple[Plugin, ...]

    Examples
    --------
    >>> import mygrad as mg
    >>> [plugin for plugin in mg.plugins() if plugin.state == "broken"]
    []
    """
    installed = _installed()
    return (*installed.unreadable, *[_describe(entry) for entries in installed.by_name.values() for entry in entries])


def names() -> set[str]:
    """Return the attributes of ``mygrad`` that plugins provide."""
    return {name for name, entries in _installed().by_name.items() if _refusal(entries) is None}


def get(name: str) -> Any:
    """Return the attribute of ``mygrad`` that a plugin provides: this is the package's ``__getattr__``."""
    entries = () if name.startswith("_") else _installed().by_name.get(name, ())
    if not entries and name in FIRST_PARTY:
        _installed.cache_clear()  # it may have been installed since we looked
        entries = _installed().by_name.get(name, ())
    if not entries:
        raise _not_installed(name)
    refusal = _refusal(entries)
    if refusal is not None:
        raise refusal
    [entry] = entries
    try:
        value = entry.load()
    except Exception as cause:
        _failures[name] = cause
        raise ImportError(
            f"the plugin {who(entry)} of mygrad.{name} is installed but broken: importing "
            f"{entry.value!r} raised {type(cause).__name__}: {cause}",
            name=f"mygrad.{name}",
        ) from cause
    _failures.pop(name, None)
    setattr(_mygrad(), name, value)  # so that this function is not asked again
    return value


def rule_modules(group: str = RULES_GROUP) -> tuple[EntryPoint, ...]:
    """The entries of modules that bring rules, by their distributions."""
    return _installed(group).entries


class _Installed(NamedTuple):
    """What is registered, by name and in the order of the distributions; and of which it cannot be read."""

    by_name: dict[str, tuple[EntryPoint, ...]]
    unreadable: tuple[Plugin, ...]
    entries: tuple[EntryPoint, ...]


@cache
def _installed(group: str = GROUP) -> _Installed:
    from importlib.metadata import distribution, distributions  # 25 ms, needed only here

    by_distribution: dict[str, Iterable[EntryPoint]] = {}
    unreadable = []
    for each in distributions():
        try:
            registered = each.entry_points.select(group=group)
            if registered:
                by_distribution.setdefault(re.sub("[-_.]+", "-", _identity(each)[0]).lower(), registered)
        except Exception as error:
            unreadable.append(Plugin("", "", *_identity(each), "broken", error))
    for name in by_distribution:
        with suppress(Exception):  # there may be several of the name, of which the first on the path counts
            by_distribution[name] = distribution(name).entry_points.select(group=group)
    found: dict[str, tuple[EntryPoint, ...]] = {}
    entries = sorted([entry for registered in by_distribution.values() for entry in registered], key=who)
    for entry in sorted(entries, key=lambda entry: entry.name):
        found[entry.name] = (*found.get(entry.name, ()), entry)
    return _Installed(found, tuple(unreadable), tuple(entries))


def _identity(distribution: Distribution | None) -> tuple[str, str]:
    """The name and the version of a distribution, as far as its metadata can be read."""
    try:
        name, version = distribution.name, distribution.version  # type: ignore[union-attr]
    except Exception:
        name = version = None
    if name is None and distribution is not None:
        name = str(getattr(distribution, "_path", None) or "unknown")  # where it lies, at least
    return name or "unknown", version or "unknown"


def _describe(entry: EntryPoint) -> Plugin:
    state: Literal["available", "loaded", "broken"] = "available"
    error = None
    if _is_in_place(entry):
        state = "loaded"
    else:
        error = _refusal(_installed().by_name[entry.name]) or _failures.get(entry.name)
        if error is not None:
            state = "broken"
    return Plugin(entry.name, entry.value, *_identity(entry.dist), state, error)


def _refusal(entries: tuple[EntryPoint, ...]) -> ImportError | None:
    """Why nobody gets this name, if so."""
    name = entries[0].name
    claimants = " and ".join(map(who, entries))
    if len(entries) > 1:
        return ImportError(
            f"mygrad.{name} is registered more than once, by {claimants}: uninstall all but one",
            name=f"mygrad.{name}",
        )
    [entry] = entries
    if not name.isidentifier():
        return ImportError(f"{claimants} registers a plugin as {name!r}, which cannot be an attribute's name")
    if not _is_in_place(entry) and _is_taken(name, entry.value):
        return ImportError(
            f"{claimants} registers a plugin as mygrad.{name}, but mygrad has that name already: "
            "the plugin must take another one",
            name=f"mygrad.{name}",
        )
    return None


def _is_taken(name: str, value: str) -> bool:
    """Whether ``mygrad`` has `name` already: an attribute, or a submodule that nobody has imported so far."""
    submodule = f"mygrad.{name}"
    return name in {"plugins", *vars(_mygrad())} or (value != submodule and find_spec(submodule) is not None)


def _is_in_place(entry: EntryPoint) -> bool:
    """Whether the attribute of ``mygrad`` is what the entry points to. Imports nothing."""
    module, _, attribute = entry.value.partition(":")
    target: Any = sys.modules.get(module.strip())
    for part in filter(None, attribute.strip().split(".")):
        target = getattr(target, part, None)
    return target is not None and vars(_mygrad()).get(entry.name) is target


def _not_installed(name: str) -> AttributeError:
    message = f"module 'mygrad' has no attribute {name!r}"
    if name not in FIRST_PARTY:
        return AttributeError(message)
    provider = FIRST_PARTY[name]
    message += f": it is part of {provider}, which is not installed (`pip install {provider}`)"
    unreadable = ", ".join(plugin.distribution for plugin in _installed().unreadable)
    if unreadable:
        message += f", or is among those whose entry points cannot be read ({unreadable})"
    # With the name alone: knowing the module, too, Python would add a name that looks alike.
    return AttributeError(message, name=name)


def who(entry: EntryPoint) -> str:
    """The distribution of an entry, and its version."""
    return " ".join(_identity(entry.dist)) if entry.dist else "an unknown distribution"


def _mygrad() -> Any:
    return sys.modules["mygrad"]
