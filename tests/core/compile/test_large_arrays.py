"""Programs on large arrays: in blocks, and with buffers used again, which changes no bit and takes no more memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import mygrad as mg

SIZE = 300_003
Array = np.ndarray[Any, Any]


def numbers(*shape: int, dtype: Any = np.float64) -> Array:
    return (1.5 + np.cos(np.arange(np.prod(shape)))).astype(dtype).reshape(shape)


def differs_by_number(x: Any, y: Any) -> Any:
    return np.sum(x * y - y / x + y * np.mean(x))


def has_masks(x: Any, y: Any) -> Any:
    return np.sum(np.where(x > y, np.exp(-x), y) * np.maximum(x, 1.2))


def changes_dtype(x: Any, y: Any) -> Any:
    z = (x * y + x).astype(np.float32) * np.float32(1.5) + 1
    return np.sum(z * z)


def writes(x: Any, y: Any) -> Any:
    z = x * y + 1
    z[::2] *= y[::2]
    z += x
    return np.sum(z / (z * z + 1))


def broadcasts(x: Any, y: Any) -> Any:
    return np.sum((x * y[:1] + y) ** 2 / (1 + x * x))


def saturates(x: Any, y: Any) -> Any:
    return np.sum(np.tanh(np.tanh(4 * x - 5) * y))


@pytest.mark.parametrize("f", [saturates, differs_by_number, has_masks, changes_dtype, writes, broadcasts])
@pytest.mark.parametrize(
    "arrays",
    [
        pytest.param((numbers(SIZE), numbers(SIZE)[::-1].copy()), id="vectors"),
        pytest.param((numbers(3, 100_001), 2 * numbers(3, 100_001)), id="matrices"),
        pytest.param((numbers(600, 502).T, 2 * numbers(600, 502).T), id="Fortran's order"),
        pytest.param((numbers(2 * SIZE, dtype=np.float32)[::2], numbers(SIZE, dtype=np.float32)), id="with gaps"),
    ],
)
def test_bits(f: Callable[..., Any], arrays: tuple[Array, Array]) -> None:
    derivative = mg.value_and_grad(f, (0, 1))
    compiled = mg.compile(derivative)
    compiled(*arrays)
    other = arrays[0].copy("K"), arrays[1] + 0.5
    if other[0].strides != arrays[0].strides:  # a copy has no gaps
        other = arrays[0], other[1]
    value, gradients = compiled(*other)
    expected_value, expected = derivative(*other)
    assert value == expected_value
    for found, gradient in zip(gradients, expected, strict=True):
        assert found.tobytes() == gradient.tobytes()  # in whatever order they lie in memory, which differs by NumPy
        assert found.dtype == gradient.dtype
    assert len(compiled.signatures) == 1


def test_blocks() -> None:
    compiled = mg.compile(mg.value_and_grad(differs_by_number, (0, 1)))
    x, y = numbers(SIZE), numbers(SIZE)
    compiled(x, y)
    assert "for i in range(0, 300003, 32768):" in compiled.source


def sines(x: Any) -> Any:
    y = x
    for _ in range(8):
        y = np.sin(y * 1.5 + 0.1)
    return np.sum(y)


def sines_by_hand(x: Array) -> Any:
    saved, y = [], x
    for _ in range(8):
        saved.append(y * 1.5 + 0.1)
        y = np.sin(saved[-1])
    g: Any = 1.0
    for z in reversed(saved):
        g = g * np.cos(z) * 1.5
    return np.sum(y), g


def quotients(x: Any) -> Any:
    return np.sum(x * x - 2 / x + x)


def quotients_by_hand(x: Array) -> Any:
    p, q = x * x, 2 / x
    return np.sum(p - q + x), 2 * x + q / x + 1


def layers(x: Any) -> Any:
    w = np.reshape(x[:250_000], (500, 500))
    hidden = np.maximum(w @ w, 0)
    return np.sum(hidden @ w) + np.sum(x[250_000:])


def layers_by_hand(x: Array) -> Any:
    w = x[:250_000].reshape(500, 500)
    product = w @ w
    hidden = np.maximum(product, 0)
    value = np.sum(hidden @ w) + np.sum(x[250_000:])
    g = np.ones_like(product)
    gh = g @ w.T * (product > 0)
    gw = hidden.T @ g
    gw += gh @ w.T
    gw += w.T @ gh
    gx = np.ones_like(x)
    gx[:250_000] = gw.reshape(-1)
    return value, gx


@pytest.mark.parametrize(
    ("f", "by_hand", "ratio"),
    [(sines, sines_by_hand, 0.6), (quotients, quotients_by_hand, 0.7), (layers, layers_by_hand, 1.0)],
)
def test_memory(f: Any, by_hand: Any, ratio: float) -> None:
    compiled = mg.compile(mg.value_and_grad(f))
    x = numbers(SIZE)
    compiled(x)
    peaks = []
    for run in (compiled, by_hand):
        tracemalloc.start()
        run(x)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[0] <= ratio * peaks[1]


def test_buffers_are_used_again() -> None:
    def f(x: Any) -> Any:
        return np.linalg.norm(np.cumsum(np.exp(x) + 1) / 2)

    compiled = mg.compile(f)
    x = numbers(20_000)
    assert compiled(x) == f(x)
    assert "out=t1" in compiled.source


def test_memory_of_what_was_done_in_blocks_goes() -> None:
    """The views of a result that the loop over blocks writes by do not keep it."""

    def f(x: Any) -> Any:
        y = np.exp(x * 2 + 1)
        z = np.cumsum(y)
        return np.cumsum(z * 2 + 1) + 1

    compiled = mg.compile(f)
    x = numbers(SIZE)
    compiled(x)
    tracemalloc.start()
    compiled(x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2.5 * x.nbytes


def test_choices_are_made_in_blocks() -> None:
    """The slope of the hyperbolic tangent has another form where it saturates: each element by itself."""
    x = np.linspace(-3, 3, SIZE)
    derivative = mg.grad(lambda x: np.sum(np.tanh(x * 1.5)))
    compiled = mg.compile(derivative)
    assert compiled(x).tobytes() == derivative(x).tobytes()
    assert "    tanh_slope(" in compiled.source.partition("for i in range")[2]
    few = 3 * x.clip(-0.2, 0.2)
    few[7] = 20.0
    few[8] = np.nan
    assert compiled(few).tobytes() == derivative(few).tobytes()
    assert derivative(x)[5] == derivative(np.r_[x[5], np.zeros(SIZE - 1)])[0]
