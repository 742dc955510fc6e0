"""The examples of public functions that are objects: doctest itself finds those of what `def` defines alone."""

import copy
import doctest
import inspect
import pickle

import numpy as np
import pytest

import mygrad as mg

UFUNCS = {name: value for name in mg.__all__ if isinstance(value := getattr(mg, name), mg.ufunc)}
OTHERS = {
    f"{module.__name__}.{name}": value
    for module in (mg, mg.linalg)
    for name in module.__all__
    if isinstance(value := getattr(module, name), type(mg.quantile))
}
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def run(doc, name, capsys, least):
    test = doctest.DocTestParser().get_doctest(doc, {}, name, None, 0)
    assert len(test.examples) >= least
    doctest.DocTestRunner(optionflags=FLAGS).run(test)
    assert not capsys.readouterr().out


@pytest.mark.parametrize("name", UFUNCS)
def test_examples(name, capsys):
    run(UFUNCS[name].__doc__, f"mygrad.{name}", capsys, 4)


@pytest.mark.parametrize("name", OTHERS)
def test_examples_of_other_functions(name, capsys):
    run(OTHERS[name].__doc__, name, capsys, 3)


def test_the_objects_are_told_by_numpys_functions():
    assert len(OTHERS) > 30
    for name, ours in OTHERS.items():
        theirs = getattr(np.linalg if ".linalg." in name else np, ours.__name__)
        signature = inspect.signature(ours)
        assert list(
            signature.replace(
                parameters=[p for p in signature.parameters.values() if p.name != "constant"]
            ).parameters.values()
        ) == list(inspect.signature(theirs).parameters.values())
        assert pickle.loads(pickle.dumps(ours)) is copy.deepcopy(ours) is ours
        assert ours.__name__ in repr(ours)


def test_there_are_ufuncs():
    assert len(UFUNCS) > 60
