"""Threads and tasks do not disturb each other."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from random import Random
from typing import Any

import numpy as np
import pytest
from random_programs import run_random_program

import mygrad as mg
from mygrad._engine import guard

THREADS = 8


@pytest.fixture(autouse=True)
def _frequent_switches() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def in_threads(work: Callable[[int], Any]) -> list[Any]:
    barrier = threading.Barrier(THREADS)

    def start(number: int) -> Any:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(start, range(THREADS)))


MODES = [
    nullcontext,
    lambda: mg.no_autodiff,
    lambda: mg.mem_guard_off,
    lambda: mg.mem_guard_on,
]


def test_independent_computations() -> None:
    shared = np.linspace(0.5, 1.5, 50)  # an array that all graphs lock
    weights = mg.tensor(shared, constant=True)

    def work(number: int) -> list[np.ndarray]:
        mode = MODES[number % len(MODES)]
        mine = np.full(50, number + 1.0)
        arrays = [mine]
        for _ in range(100):
            x = mg.tensor(mine, copy=False)
            with mode():
                y = x * shared
                y[1:] *= y[:-1] * weights[1:]
                z = np.exp(-y[shared > 0.7])
                z.sum().backward()
            tracked = number % len(MODES) != 1
            assert (x.grad is not None) is tracked
            if tracked:
                expected = reference(mine, shared)
                np.testing.assert_allclose(x.grad, expected, rtol=1e-12)
            arrays += [x.data, y.data, z.data]
            assert mine.flags.writeable
        return arrays

    results = in_threads(work)
    assert all(array.flags.writeable for arrays in results for array in arrays)
    assert shared.flags.writeable
    assert weights.data.flags.writeable


def reference(x: np.ndarray, s: np.ndarray) -> np.ndarray:
    y = x * s
    out = y.copy()
    out[1:] = y[1:] * y[:-1] * s[1:]
    mask = s > 0.7
    g = np.where(mask, -np.exp(-out), 0)
    gradient = np.zeros_like(x)
    gradient[0] += g[0] * s[0]
    gradient[1:] += g[1:] * y[:-1] * s[1:] * s[1:]
    gradient[:-1] += g[1:] * y[1:] * s[1:] * s[:-1]
    return gradient


def test_random_programs() -> None:
    def work(number: int) -> None:
        for seed in range(6):
            run_random_program(Random(100 * number + seed), length=10, guard=number % 3 > 0)

    in_threads(work)


def test_a_leaf_that_is_shared() -> None:
    """Every thread has a graph of its own over the same parameters; each adds its gradient, or finds it nulled."""
    x = mg.tensor(np.ones(20))
    x_array = x.data

    def work(number: int) -> list[np.ndarray]:
        outputs = []
        for _ in range(50):
            y = np.sin(x) * (number + 1.0)
            y.backward()
            outputs.append(y.grad)
        return outputs

    for outputs in in_threads(work):
        assert all(np.array_equal(g, np.ones(20)) for g in outputs)
    assert x_array.flags.writeable
    assert x.grad is not None


SHARED: list[Callable[[Any], tuple[list[Any], Any]]] = [
    lambda x: ([x * k for k in FACTORS], np.full(4, sum(FACTORS))),
    lambda x: ([(v * k).sum() for v in [x[1:]] for k in FACTORS], np.array([0, 1, 1, 1]) * sum(FACTORS)),
    lambda x: ([np.exp(v - 1.0) * k for v in [x[1:].reshape(3, 1)] for k in FACTORS], [0, 255, 255, 255]),
    lambda x: ([(v[1] * k).sum() for v in [x.reshape(2, 2).T] for k in FACTORS], [0, 255, 0, 255]),
    lambda x: (reshaped(x, [(x * k).sum() for k in FACTORS]), np.full((2, 2), sum(FACTORS))),
]
FACTORS = [float(2**k) for k in range(THREADS)]


def reshaped(x: Any, results: Any) -> Any:
    x.shape = (2, 2)
    return results


@pytest.mark.parametrize("make", SHARED)
def test_graphs_that_share_a_leaf_and_views_of_it(make: Any) -> None:
    """They are made in one thread, and differentiated in as many as there are."""
    for _ in range(200):
        x = mg.tensor(np.ones(4))
        results, expected = make(x)
        in_threads(lambda number, results=results: results[number].backward())
        np.testing.assert_array_equal(x.grad, expected)


def test_one_array_locked_and_released_everywhere() -> None:
    a = np.ones((4, 5))
    views = [a[i % 4 :] for i in range(THREADS)]

    def work(number: int) -> None:
        x = mg.tensor(1.0)
        for _ in range(200):
            y = x * views[number]
            assert not views[number].flags.writeable
            assert not a.flags.writeable
            del y

    in_threads(work)
    assert all(array.flags.writeable for array in (a, *views))
    assert not any(guard.entry_of(array).is_locked for array in (a, *views))


def test_switches_hold_in_their_thread_only() -> None:
    inside = threading.Event()
    done = threading.Event()

    def other() -> tuple[bool, bool]:
        inside.wait(10)
        x = mg.tensor(1.0)
        result = (x * 2.0).creator is not None, mg.mem_guard_active()
        done.set()
        return result

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(other)
        with mg.no_autodiff, mg.mem_guard_off:
            inside.set()
            assert done.wait(10)
        assert future.result() == (True, True)


def test_one_switch_used_by_all() -> None:
    def work(number: int) -> None:
        for depth in range(1, 50):
            for _ in range(depth % 5):
                mg.no_autodiff.__enter__()
            assert ((mg.tensor(1.0) * 2.0).creator is None) is (depth % 5 > 0)
            for _ in range(depth % 5):
                mg.no_autodiff.__exit__(None, None, None)
            assert (mg.tensor(1.0) * 2.0).creator is not None

    in_threads(work)


def test_global_default_reaches_all_threads() -> None:
    mg.turn_memory_guarding_off()
    try:
        assert not any(in_threads(lambda number: mg.mem_guard_active()))
    finally:
        mg.turn_memory_guarding_on()
    assert all(in_threads(lambda number: mg.mem_guard_active()))


def test_tasks() -> None:
    async def work(number: int) -> bool:
        with mg.no_autodiff if number % 2 else nullcontext():
            await asyncio.sleep(0)
            y = mg.tensor(1.0) * 2.0
            await asyncio.sleep(0)
        return y.creator is None

    async def main() -> list[bool]:
        return await asyncio.gather(*map(work, range(6)))

    assert asyncio.run(main()) == [False, True] * 3


def test_decorated_coroutines() -> None:
    @mg.no_autodiff
    async def untracked() -> bool:
        await asyncio.sleep(0)
        return (mg.tensor(1.0) * 2.0).creator is None

    async def main() -> list[bool]:
        return [await untracked(), (mg.tensor(1.0) * 2.0).creator is None]

    assert asyncio.run(main()) == [True, False]


def test_generator_functions_cannot_be_decorated() -> None:
    def numbers():
        yield 1

    for switch in (mg.no_autodiff, mg.mem_guard_off, mg.mem_guard_on):
        with pytest.raises(TypeError, match="generator"):
            switch(numbers)


class Callables:
    def __call__(self) -> bool:
        return (mg.tensor(1.0) * 2.0).creator is None

    method = __call__

    @staticmethod
    def static() -> bool:
        return (mg.tensor(1.0) * 2.0).creator is None


class Coroutine:
    async def __call__(self) -> bool:
        await asyncio.sleep(0)
        return (mg.tensor(1.0) * 2.0).creator is None


class Generator:
    def __call__(self) -> Iterator[int]:
        yield 1

    method = __call__

    @staticmethod
    def static() -> Iterator[int]:
        yield 1

    async def asynchronous(self) -> Any:
        yield 1


def test_anything_that_can_be_called_can_be_decorated() -> None:
    callables = [Callables(), partial(Callables()), partial(partial(Callables().method)), Callables().method]
    for called in [*callables, staticmethod(Callables.static), Callables.static]:
        assert mg.no_autodiff(called)() is True
        assert mg.no_autodiff(called, to_numpy=True)() is True
        assert called() is False
    assert mg.no_autodiff(np.float64)(2) == 2.0  # a class
    for coroutine in (Coroutine(), partial(Coroutine()), partial(Coroutine().__call__)):
        assert asyncio.run(mg.no_autodiff(coroutine)()) is True
        assert asyncio.run(mg.no_autodiff(coroutine, to_numpy=True)()) is True
    with pytest.raises(TypeError, match="expected a function to decorate, but got int"):
        mg.no_autodiff(5)


def test_a_coroutine_returns_an_array_if_that_is_asked_for() -> None:
    @partial(mg.no_autodiff, to_numpy=True)
    async def compute() -> Any:
        return mg.tensor([1.0, 2.0]) * 2.0

    assert type(asyncio.run(compute())) is np.ndarray


@pytest.mark.parametrize("switch", [mg.no_autodiff, mg.mem_guard_off, mg.mem_guard_on])
def test_nothing_that_makes_a_generator_can_be_decorated(switch: Any) -> None:
    instance = Generator()
    for function in (instance, instance.method, instance.static, staticmethod(instance.static), instance.asynchronous):
        for called in (function, partial(function), partial(partial(function))):
            with pytest.raises(TypeError, match=r"Generator\.\w+ is a generator function: .* `with` block"):
                switch(called)


def test_a_generator_runs_in_the_context_of_its_caller() -> None:
    """Documented with the switches: to leave the block before each value is up to the generator."""

    def inside() -> Iterator[int]:
        with mg.no_autodiff:
            yield 1

    def outside() -> Iterator[int]:
        with mg.no_autodiff:
            value = 1
        yield value

    for generator, tracked in ((inside(), False), (outside(), True)):
        next(generator)
        assert ((mg.tensor(1.0) * 2.0).creator is not None) is tracked
        generator.close()
        assert (mg.tensor(1.0) * 2.0).creator is not None


def test_generators_and_exceptions_restore_the_switch() -> None:
    with pytest.raises(ZeroDivisionError), mg.no_autodiff, mg.mem_guard_off:
        1 / 0  # noqa: B018
    assert mg.mem_guard_active()
    assert (mg.tensor(1.0) * 2.0).creator is not None
