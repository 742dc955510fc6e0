"""Every function of the installed NumPy stands in exactly one table. New ones fail here, by their names."""

import importlib
from collections import Counter

import numpy as np
import pytest
from numpy.testing.overrides import get_overridable_numpy_array_functions, get_overridable_numpy_ufuncs

import mygrad  # noqa: F401  (fills the tables)
from mygrad._dispatch.registry import IMPLEMENTATIONS, implements
from mygrad._dispatch.tables import (
    PLAIN,
    PLAIN_UFUNCS,
    UFUNC_ALIASES,
    UNSUPPORTED_MODULES,
    UNSUPPORTED_UFUNCS,
)
from mygrad._engine.names import name_of
from mygrad._rules.rule import RULES

#: Functions count as overridable once their module is imported.
for _module in ("numpy.lib.recfunctions", *UNSUPPORTED_MODULES, "numpy.rec", "numpy.ma", "numpy.polynomial"):
    importlib.import_module(_module)


def array_functions():
    """NumPy's own list. Of what takes `like` it has the dispatcher, too, which goes by the same name."""
    listed = get_overridable_numpy_array_functions()
    return {getattr(np, f.__name__, f) if f.__module__ == "numpy" else f for f in listed}


FUNCTIONS = array_functions()
UFUNCS = get_overridable_numpy_ufuncs()

FUNCTION_TABLES = {
    "implemented": IMPLEMENTATIONS,
    "plain": PLAIN,
}
UFUNC_TABLES = {
    "with a rule": RULES,
    "alias": UFUNC_ALIASES,
    "plain": PLAIN_UFUNCS,
    "unsupported": UNSUPPORTED_UFUNCS,
}


def places(function, tables):
    return [name for name, table in tables.items() if function in table]


@pytest.mark.parametrize(
    ("functions", "tables"),
    [(FUNCTIONS, FUNCTION_TABLES), (UFUNCS, UFUNC_TABLES)],
    ids=["functions", "ufuncs"],
)
def test_every_function_stands_in_exactly_one_table(functions, tables):
    missing = {f for f in functions if not places(f, tables)}
    assert sorted(name_of(f) for f in missing if f.__module__ not in UNSUPPORTED_MODULES) == [], "in no table"
    doubled = {name_of(f): places(f, tables) for f in functions if len(places(f, tables)) > 1}
    assert not doubled, "in more than one table"


def test_tables_hold_only_functions_that_dispatch():
    """Others would never be looked up."""
    assert FUNCTIONS >= PLAIN
    assert UFUNCS >= PLAIN_UFUNCS
    assert UNSUPPORTED_UFUNCS.keys() <= UFUNCS
    assert UFUNC_ALIASES.keys() <= UFUNCS
    others = {f for f in IMPLEMENTATIONS.keys() - FUNCTIONS if f.__module__.startswith("numpy")}
    assert all("like :" in f.__doc__ for f in others), "save those of C that take `like`, in NumPy 2.0"


def test_what_has_a_rule_and_is_no_ufunc_is_implemented():
    """A rule alone would take the arguments of NumPy's function, too, but not all of their forms."""
    with_rule = {f for f in FUNCTIONS if f in RULES}
    assert with_rule <= IMPLEMENTATIONS.keys()


def test_a_function_has_one_implementation():
    with pytest.raises(ValueError, match="already"):
        implements(np.sum)(np.sum)


def test_several_functions_of_one_name_are_told_apart():
    names = Counter(map(name_of, FUNCTIONS))
    assert [name for name, n in names.items() if n > 1] == []
