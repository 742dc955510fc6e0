"""The examples in the docstrings of ufuncs, which are objects: doctest itself finds those of functions alone."""

import doctest

import pytest

import mygrad as mg

UFUNCS = {name: value for name in mg.__all__ if isinstance(value := getattr(mg, name), mg.ufunc)}
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


@pytest.mark.parametrize("name", UFUNCS)
def test_examples(name, capsys):
    test = doctest.DocTestParser().get_doctest(UFUNCS[name].__doc__, {}, f"mygrad.{name}", None, 0)
    assert len(test.examples) >= 4
    doctest.DocTestRunner(optionflags=FLAGS).run(test)
    assert not capsys.readouterr().out


def test_there_are_ufuncs():
    assert len(UFUNCS) > 60
