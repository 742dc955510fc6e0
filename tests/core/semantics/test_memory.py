"""What is freed, when, and how deep a graph may be."""

from __future__ import annotations

import gc
import sys
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import mygrad as mg

pytestmark = pytest.mark.usefixtures("little_garbage")

N = 100_000  # numbers in an array
SIZE = 8 * N  # its bytes


@pytest.fixture(autouse=True)
def _without_the_garbage_collector() -> Iterator[None]:
    """Reference counting must do: memory that waits for the collector is not freed in time."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def traced(work: Callable[[], Any]) -> tuple[int, int]:
    """The bytes that stay allocated after `work`, and the most that were at any time."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        kept = work()
        now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    del kept
    return now - before, peak - before


def grown(work: Callable[[], Any]) -> int:
    """The bytes that stay allocated after `work` has run once more, the less of two times.

    A table that is made anew now and then counts the first time that it is, which tells nothing.
    """
    tracemalloc.start()
    try:
        totals = [tracemalloc.get_traced_memory()[0]]
        for _ in range(2):
            work()
            totals.append(tracemalloc.get_traced_memory()[0])
        return min(totals[1] - totals[0], totals[2] - totals[1])
    finally:
        tracemalloc.stop()


class TestRelease:
    def test_unreferenced_results(self) -> None:
        x = mg.tensor(np.ones(N))

        def work() -> Any:
            y = np.exp(x)
            z = y * 2.0
            del y, z

        assert traced(work)[0] < SIZE / 10

    @pytest.mark.parametrize(
        "f",
        [lambda x: np.linalg.multi_dot([x, x, x]), lambda x: np.block([[x, x], [x, x]])],
        ids=["multi_dot", "block"],
    )
    def test_functions_that_call_themselves(self, f: Callable[[Any], Any]) -> None:
        x = mg.tensor(np.ones((100, 100)))
        f(x)
        gc.collect()
        f(x)
        assert gc.collect() == 0

    def test_intermediates_that_nothing_saved(self) -> None:
        x = mg.tensor(np.ones(N))

        def work() -> Any:
            y = x + 1.0
            y = y * 2.0  # the former y is not needed for any derivative
            y = y - 3.0
            return y + y

        kept, peak = traced(work)
        assert kept < 1.2 * SIZE
        assert peak < 3.2 * SIZE

    def test_sum_keeps_nothing(self) -> None:
        def work() -> Any:
            return np.sum(mg.tensor(np.ones(N)) + 1.0)

        assert traced(work)[0] < SIZE / 10

    def test_everything_after_backward(self) -> None:
        x = mg.tensor(np.ones(N))

        def work() -> Any:
            y = np.sum(np.exp(np.sin(x) * x))
            y.backward()
            return y

        assert traced(work)[0] < 1.2 * SIZE  # x.grad

    @pytest.mark.parametrize("handed_out", [True, False])
    def test_tensors_nodes_and_arrays_of_a_graph(self, handed_out: bool) -> None:
        x = mg.tensor(np.ones(3))
        y = np.exp(x)
        view = y[1:]
        z = view * view
        y[0] = z[0]
        array = weakref.ref(y.data if handed_out else y._memory)
        node = weakref.ref(y._node)
        tensors = [weakref.ref(t) for t in (y, view, z)]
        loss = np.sum(y * 2.0)
        del y, view, z
        assert all(t() is None for t in tensors)
        assert node() is not None
        loss.backward()
        assert node() is None
        assert array() is None
        assert x.grad is not None

    def test_graph_that_is_dropped(self) -> None:
        x = mg.tensor(np.ones(3))
        y = np.exp(x)
        y[1:] *= y[:-1]
        node = weakref.ref(y._node)
        del y
        assert node() is None

    def test_gradients_of_unheld_tensors(self) -> None:
        """At no time are there more gradients than needed."""
        x = mg.tensor(np.ones(N))

        def work() -> Any:
            y = x
            for _ in range(20):
                y = y + 1.0
            y.backward()

        kept, peak = traced(work)
        assert kept < 1.2 * SIZE
        assert peak < 5 * SIZE

    def test_peak_is_what_the_derivatives_need(self) -> None:
        """A chain saves one array a link; the backward pass frees them as it goes."""
        x = mg.tensor(np.ones(N))

        def work() -> Any:
            y = x
            for _ in range(50):
                y = np.sin(y)
            y.backward()

        kept, peak = traced(work)
        assert kept < 1.2 * SIZE
        assert peak < 54 * SIZE

    def test_peak_where_gradients_add_up(self) -> None:
        """A link of the chain saves two arrays, and gets two gradients, into a buffer that is let go of in time."""
        x = mg.tensor(np.ones(N))

        def work() -> Any:
            y = x
            for _ in range(20):
                y = y * y * 0.1 + y * np.sin(y)
            y.backward()

        def forward_alone() -> Any:
            y = x
            for _ in range(20):
                y = y * y * 0.1 + y * np.sin(y)
            return y

        _, peak_of_forward = traced(forward_alone)
        kept, peak = traced(work)
        assert kept < 1.2 * SIZE
        assert peak < peak_of_forward + 5 * SIZE

    def test_a_square_has_one_gradient_and_no_buffer_beside_it(self) -> None:
        x = mg.tensor(np.full(N, 0.1))

        def forward() -> Any:
            y = x
            for _ in range(20):
                y = y * y * 0.5 + y
            return y

        _, peak_of_forward = traced(forward)
        kept, peak = traced(lambda: forward().backward())
        assert kept < 1.2 * SIZE
        assert peak < peak_of_forward + 2.5 * SIZE

    def test_failed_operation(self) -> None:
        x = mg.tensor(np.ones(N))
        w = mg.tensor(np.ones(N - 1))

        def work() -> Any:
            with pytest.raises(ValueError, match="broadcast"):
                np.exp(x) * w

        work()
        assert traced(work)[0] < SIZE / 10

    def test_custom_operations(self) -> None:
        class Exp(mg.Operation):
            def __call__(self, x: Any) -> Any:
                self.variables = (x,)
                self.out = np.exp(x.data)
                return self.out

            def backward_var(self, grad: Any, index: int, **kwargs: Any) -> Any:
                return grad * self.out

        x = mg.tensor(np.ones(N))

        def work() -> Any:
            y = mg.execute_op(Exp, mg.execute_op(Exp, x))
            mg.execute_op(Exp, x, out=y)
            y.backward()
            y = mg.execute_op(Exp, x)
            del y

        work()
        assert traced(work)[0] < 1.2 * SIZE  # x.grad


def test_training_does_not_grow() -> None:
    rng = np.random.default_rng(0)
    data, target = rng.normal(size=(20, 3)), rng.normal(size=20)
    w, b = mg.tensor(np.zeros(3)), mg.tensor(0.0)

    def train(steps: int) -> None:
        nonlocal b
        for step in range(steps):
            error = data @ w + b - target
            error[error > 0] *= 0.5
            loss = np.mean(error**2)
            loss.backward()
            w.data -= 0.01 * w.grad
            with mg.no_autodiff:
                b -= 0.01 * b.grad
            if step % 7 == 0:
                np.exp(w[::2])  # a graph that is dropped

    train(100)
    objects = len(gc.get_objects())
    train(9_000)
    assert grown(lambda: train(1_000)) < 20_000  # tracing is what takes time
    assert len(gc.get_objects()) < objects + 100


def test_a_tensor_that_is_rewritten_forever_does_not_grow_without_tracking() -> None:
    x = mg.tensor(np.ones(10))
    tail = x[1:]
    x.data  # noqa: B018 - hands it out

    def work() -> None:
        nonlocal tail
        with mg.no_autodiff:
            for _ in range(5000):
                tail += x[:-1] * 0.0
                x.data  # noqa: B018

    work()
    assert grown(work) < 5000


def test_views_and_exposures_do_not_pile_up() -> None:
    x = mg.tensor(np.ones(10))

    def work() -> None:
        for _ in range(5000):
            part = x[1:]
            part.data  # noqa: B018 - hands it out
            (part * part).backward()

    assert grown(work) < 20_000  # a few kB are in use at the end; a reference a turn would take 400 kB


class TestDepth:
    def test_deeper_than_the_stack(self) -> None:
        x = mg.tensor(1.0)
        y = x
        for _ in range(20 * sys.getrecursionlimit()):
            y = y + 1.0
        y.backward()
        assert x.grad == 1.0

    @pytest.mark.parametrize("end", ["backward", "clear_graph", "del"])
    @pytest.mark.parametrize("kind", ["operations", "views", "writes", "wide"])
    def test_of_every_kind_however_it_ends(self, kind: str, end: str) -> None:
        depth = 50_000
        x = mg.tensor([1.0, 2.0])
        y = x * 1.0
        if kind == "operations":
            for _ in range(depth):
                y = y * 1.0
        elif kind == "views":
            for _ in range(depth):
                y = y[...]
        elif kind == "writes":
            for _ in range(depth):
                y[0] = y[1]
        else:
            y = sum((y * 1.0 for _ in range(depth // 2)), y)
        if end == "backward":
            y.backward()
            assert x.grad is not None
        elif end == "clear_graph":
            y.clear_graph()
        del y
        assert np.array_equal(x.data, [1.0, 2.0])

    def test_a_million_operations(self) -> None:
        x = mg.tensor(1.0)
        y = x
        for _ in range(1_000_000):
            y = y * 1.0
        y.backward()
        assert x.grad == 1.0

    def test_memory_is_linear(self) -> None:
        x = mg.tensor(1.0)

        def chain(depth: int) -> None:
            y = x
            for _ in range(depth):
                y = y * 1.0
            y.backward()

        chain(1000)
        kept, peak = traced(lambda: chain(10_000))
        kept_more, peak_more = traced(lambda: chain(100_000))
        assert peak_more < 11 * peak
        assert kept_more < kept + 10_000
