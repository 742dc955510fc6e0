"""How hard hypothesis tries: HYPOTHESIS_PROFILE is "dev" (the default), "ci", "again" or "nightly"."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from itertools import chain

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says more about the machine than about the code.
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples at every run, so that what fails in CI fails at home. More of the same would find no more.
settings.register_profile("ci", settings.get_profile("dev"), max_examples=60, derandomize=True, print_blob=True)
# For surroundings in which the same tests run a second time: another Python, the lowest NumPy, the wheel.
settings.register_profile("again", settings.get_profile("ci"), max_examples=20)
settings.register_profile("nightly", settings.get_profile("dev"), max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

with suppress(ImportError):  # some tests need no mygrad
    from mygrad._rules.waiting import WAITING

    # What waits to be needed would come in the midst of a test.
    for module in chain(*WAITING.values(), ["mygrad._dispatch.ufunc_methods"]):
        import_module(module)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "once: no other Python, NumPy or set of distributions could show more")


def pytest_collection() -> None:
    """Tens of thousands of tests are made, and stay: the collector would go through them again and again."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()  # later rounds pass over them, too
    gc.enable()


@pytest.fixture(scope="module")
def little_garbage() -> None:
    """For tests that collect it themselves: they need not go through the reports of all tests before them."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def switches_as_they_were() -> Iterator[None]:
    """A test that leaves something switched is at fault itself, not one that comes after it."""

    state = sys.modules.get("mygrad._engine.state")  # some tests need no mygrad

    def switches() -> tuple[object, ...]:
        return state and (state.mode.get(), state.is_guarding())

    before = switches()
    yield
    assert switches() == before


@pytest.fixture
def rules_as_they_were() -> Iterator[None]:
    """For tests that enter rules of their own, or replace ours. Those stay that a plugin enters when it is imported."""
    from mygrad._rules.rule import RULES

    before = dict(RULES)
    yield
    for function in RULES.keys() - before.keys():
        if not any((getattr(vjp, "__module__", None) or "").startswith("mygrad.") for vjp in RULES[function].vjps):
            del RULES[function]
    RULES.update(before)
