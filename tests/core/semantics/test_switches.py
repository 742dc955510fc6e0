"""The switches: what they can decorate, where their blocks may end, and that they can be sent elsewhere."""

from __future__ import annotations

import asyncio
import copy
import pickle
import warnings
from typing import Any

import numpy as np
import pytest

import mygrad as mg

SWITCHES = [mg.no_autodiff, mg.mem_guard_off, mg.mem_guard_on, mg.lift, mg.lost_gradients("raise")]


def state() -> tuple[bool, bool, str]:
    """Whether things are tracked and guarded, and what a lost gradient is."""
    x = mg.tensor([1.0])
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            lost = type(np.asarray(x)).__name__
        except TypeError as error:
            lost = type(error).__name__
    return (x * 2.0).creator is not None, mg.mem_guard_active(), lost + str(len(told))


def test_a_block_may_be_left_in_another_context() -> None:
    """An event loop closes an asynchronous generator in a task of its own."""

    async def generate(switch: Any) -> Any:
        with switch:
            yield 1

    async def run(switch: Any) -> None:
        generator = generate(switch)
        await asyncio.create_task(generator.__anext__())
        await generator.aclose()
        assert (mg.tensor(1.0) * 2.0).creator is not None

    for switch in SWITCHES:
        asyncio.run(run(switch))
    assert not hasattr(np.asarray, "stands_for")


@pytest.mark.parametrize("switch", SWITCHES)
def test_methods_can_be_decorated(switch: Any) -> None:
    class Methods:
        @switch
        def method(self, x: Any) -> Any:
            return x + 1

        @switch
        @staticmethod
        def static(x: Any) -> Any:
            return x + 2

        @switch
        @classmethod
        def of_class(cls, x: Any) -> Any:
            return x + 3

        static_to_array = staticmethod(mg.no_autodiff(staticmethod(lambda x: x + mg.tensor(4.0)), to_numpy=True))

    methods = Methods()
    assert (methods.method(1), methods.static(1), Methods.static(1), methods.of_class(1)) == (2, 3, 3, 4)
    assert type(methods.static_to_array(1)) is np.ndarray


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda switch: pickle.loads(pickle.dumps(switch))])
def test_switches_can_be_copied_and_sent(switch: Any, copied: Any) -> None:
    """As what a function refers to is, where that is sent to another process."""
    other, outside = copied(switch), state()
    assert other.__doc__ == switch.__doc__
    with switch:
        inside = state()
        with other:
            assert state() == inside
        assert state() == inside
    with other:
        assert state() == inside
        with switch:
            assert state() == inside
        assert state() == inside
    assert state() == outside
