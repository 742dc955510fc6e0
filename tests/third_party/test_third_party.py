"""What becomes of functions that others wrote for NumPy is recorded, and may only get better."""

from importlib.metadata import PackageNotFoundError, version

import pytest
from third_party.report import DOCUMENT, document, sample
from third_party.trial import OUTCOMES
from third_party.worker import has_plugin, listed, recorded, run

LISTED = listed()
#: With mygrad-scipy, it comes to the square root of 0 / c, where c is a variable. The derivative of that is no number.
KNOWN = {"statsmodels.robust.scale.scale_trimmed"} if has_plugin() else set()


def rank(outcome):
    return OUTCOMES.index(outcome.partition(":")[0])


@pytest.mark.parametrize("requirement", LISTED)
def test_no_outcome_gets_worse(requirement, request, record_property):
    package, _, wanted = requirement.partition("==")
    functions = LISTED[requirement]
    if request.config.getoption("sample"):
        functions = {name: text for name, text in functions.items() if name in sample()}
    if not functions:
        pytest.skip("not in the sample")
    try:
        assert version(package) == wanted, "the list was made with this version"
    except PackageNotFoundError:
        pytest.skip("not installed")
    found = run(functions)
    record_property("outcomes", found)
    worse = [
        f"{name}, {mode}: {before[name][mode]} -> {outcome}"
        for before in (recorded(), recorded(with_scipy=False))  # with mygrad-scipy, than without it, too
        for name, modes in found.items()
        for mode, outcome in modes.items()
        if name in before and rank(outcome) > rank(before[name][mode]) and name not in KNOWN
    ]
    assert request.config.getoption("update") or not worse, "\n".join(worse)


def test_every_function_has_an_outcome():
    assert set(recorded()) == {name for functions in LISTED.values() for name in functions}


def test_at_least_four_hundred_functions_of_thirty_packages():
    assert len(LISTED) >= 30
    assert sum(map(len, LISTED.values())) >= 400


def test_the_table_in_the_docs_is_of_these_outcomes():
    assert DOCUMENT.read_text() == document()
