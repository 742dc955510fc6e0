"""SciPy, scikit-learn and xarray compute with tensors by way of their namespace, and differentiate.

What does not is listed in outcomes.toml, with the reason.
"""

import doctest
import re
import warnings

import array_api_compat
import numpy as np
import pytest
from scipy._lib._array_api_override import SCIPY_ARRAY_API

import mygrad as mg
from array_api.report import CALLS, DOCUMENT, OUTCOMES, REASONS, document
from array_api.trial import outcome


def test_scipy_asks_for_namespaces():
    assert SCIPY_ARRAY_API == "1"


@pytest.mark.parametrize("name", CALLS)
def test_outcome(name):
    function, x = CALLS[name]
    reason = OUTCOMES.get(name)
    expected = REASONS[reason]["outcome"] if reason else "right"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what these libraries deprecate is no matter of ours
        assert outcome(function, x) == expected


def test_all_that_is_listed_is_called():
    assert set(OUTCOMES) <= set(CALLS)
    assert set(OUTCOMES.values()) == set(REASONS)


def test_how_many_are_right():
    right = set(CALLS) - set(OUTCOMES)
    assert sum(name.startswith("SciPy") for name in right) >= 90
    assert sum(name.startswith("scikit-learn") for name in right) >= 30
    assert sum(name.startswith("xarray") for name in right) >= 50


def test_array_api_compat_finds_the_namespace():
    t = mg.tensor([1.0, 2.0])
    assert array_api_compat.array_namespace(t) is mg.array_api
    assert array_api_compat.array_namespace(t, 2.0, None, t) is mg.array_api
    assert array_api_compat.is_array_api_obj(t)
    assert array_api_compat.is_writeable_array(t)
    assert not array_api_compat.is_lazy_array(t)
    assert array_api_compat.size(t) == 2
    assert array_api_compat.device(t) == "cpu"
    assert array_api_compat.to_device(t, "cpu") is t


def test_array_api_compat_refuses_to_mix_arrays_and_tensors():
    with pytest.raises(TypeError, match="Multiple namespaces"):
        array_api_compat.array_namespace(mg.tensor(1.0), np.ones(1))


def test_the_tables_in_the_docs_are_of_these_outcomes():
    assert DOCUMENT.read_text() == document()


def test_the_examples_in_the_docs():
    [example] = re.findall(r"^```py\n(.*?)^```$", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
    report = []
    test = doctest.DocTestParser().get_doctest(example, {}, DOCUMENT.name, None, 0)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE, verbose=False)
    failed, tried = runner.run(test, out=report.append)
    assert tried
    assert not failed, "".join(report)
