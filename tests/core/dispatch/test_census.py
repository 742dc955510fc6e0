"""Every function of the installed NumPy stands in exactly one table. New ones fail here, by their names."""

import importlib
from collections import Counter

import numpy as np
import pytest
from numpy.testing.overrides import get_overridable_numpy_array_functions, get_overridable_numpy_ufuncs

import mygrad  # noqa: F401  (fills the tables)
from mygrad._dispatch.registry import IMPLEMENTATIONS, implements
from mygrad._dispatch.tables import PLAIN, UNSUPPORTED
from mygrad._engine.names import name_of
from mygrad._rules.rule import RULES

#: Functions count as overridable once their module is imported.
for _module in ("numpy.strings", "numpy.char", "numpy.lib.recfunctions", "numpy.rec", "numpy.ma", "numpy.polynomial"):
    importlib.import_module(_module)


def array_functions():
    """NumPy's own list. Of what takes `like` it has the dispatcher, too, which goes by the same name."""
    listed = get_overridable_numpy_array_functions()
    return {getattr(np, f.__name__, f) if f.__module__ == "numpy" else f for f in listed}


FUNCTIONS = array_functions()
UFUNCS = get_overridable_numpy_ufuncs()

TABLES = {"rules": RULES, "implementations": IMPLEMENTATIONS, "plain": PLAIN, "unsupported": UNSUPPORTED}


def key(function, table):
    """That of unsupported functions is their module."""
    return function.__module__ if table is UNSUPPORTED and function in FUNCTIONS else function


@pytest.mark.parametrize("functions", [FUNCTIONS, UFUNCS], ids=["functions", "ufuncs"])
def test_every_function_stands_in_exactly_one_table(functions):
    places = {name_of(f): [name for name, table in TABLES.items() if key(f, table) in table] for f in functions}
    assert {name: tables for name, tables in places.items() if len(tables) != 1} == {}


def test_tables_hold_only_functions_that_dispatch():
    """Others would never be looked up."""
    assert PLAIN.keys() <= {*FUNCTIONS, *UFUNCS}
    assert set(filter(callable, UNSUPPORTED)) <= UFUNCS
    others = {f for f in IMPLEMENTATIONS.keys() - FUNCTIONS - UFUNCS if f.__module__.startswith("numpy")}
    assert all("like :" in f.__doc__ for f in others), "except those of C that take `like`, in NumPy 2.0"


def test_a_function_has_one_implementation():
    with pytest.raises(ValueError, match="already"):
        implements(np.sum)(np.sum)


def test_several_functions_of_one_name_are_told_apart():
    names = Counter(map(name_of, FUNCTIONS))
    assert [name for name, n in names.items() if n > 1] == []
