"""Whatever becomes of an array after it took part, the gradient is that of the values it had: for all doors."""

from __future__ import annotations

import array
import ctypes
import io
import mmap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.shared_memory import SharedMemory
from typing import Any

import numpy as np
import pytest

import mygrad as mg

Array = np.ndarray


def written(t: Any, write: Callable[[Any], Any]) -> Any:
    """A copy of a tensor, after `write` was done to it."""
    y = +t
    write(y)
    return y


#: What is done with a tensor of three elements and an array of as many numbers.
OPERANDS: dict[str, Callable[[Any, Any], Any]] = {
    "t * a": lambda t, a: t * a,
    "a * t": lambda t, a: a * t,
    "a / t": lambda t, a: a / t,
    "t ** a": lambda t, a: t**a,
    "t @ a": lambda t, a: t @ a,
    "np.multiply": lambda t, a: np.multiply(a, t),
    "mg.multiply": lambda t, a: mg.multiply(t, a),
    "dtype=": lambda t, a: np.multiply(t, a, dtype=np.float64),
    "where=": lambda t, a: np.multiply(t, a, where=[True, False, True], out=mg.zeros(3)),
    "out=tensor": lambda t, a: np.multiply(t, a, out=mg.zeros(3)),
    "outer": lambda t, a: np.multiply.outer(t, a),
    "outer, first": lambda t, a: np.hypot.outer(a, t),
    "t *= a": lambda t, a: written(t, lambda y: y.__imul__(a)),
    "t[...] = a": lambda t, a: written(t, lambda y: y.__setitem__(slice(2), a[:2])) * a,
    "multiply.at": lambda t, a: written(t, lambda y: np.multiply.at(y, [0, 0, 1], a)),
    "np.stack": lambda t, a: np.prod(np.stack([t, a]), axis=0),
    "np.concatenate": lambda t, a: np.prod(np.concatenate([a, t])),
    "np.where": lambda t, a: np.where([True, False, True], t, a) ** 2,
    "np.einsum": lambda t, a: np.einsum("i,i->i", t, a),
    "np.dot": lambda t, a: np.dot(a, t),
    "np.cross": lambda t, a: np.cross(t, a),
    "np.kron": lambda t, a: np.kron(a, t),
    "np.convolve": lambda t, a: np.convolve(t, a),
    "np.polymul": lambda t, a: np.polymul(a, t),
    "np.polyval": lambda t, a: np.polyval(a, t),
    "np.interp": lambda t, a: np.interp(t, [0.0, 1.0, 2.0], a),
    "np.average": lambda t, a: np.average(t * t, weights=a),
    "np.gradient": lambda t, a: np.gradient(t, a),
    "np.trapezoid": lambda t, a: np.trapezoid(t, a),
    "np.clip": lambda t, a: np.clip(t, a, None) * t,
    "np.linalg.solve": lambda t, a: np.linalg.solve(np.diag(t), a),
    "multi_dot": lambda t, a: np.linalg.multi_dot([t, np.ones((3, 3)), a]),
    "np.cov": lambda t, a: np.cov(t, a),
    "execute_op": lambda t, a: mg.execute_op(Product, t, a),
}

#: The same with an array of indices.
INDICES: dict[str, Callable[[Any, Any], Any]] = {
    "t[i]": lambda t, i: t[i],
    "t[i, i]": lambda t, i: np.multiply.outer(t, t)[i, i],
    "t[:, i]": lambda t, i: np.multiply.outer(t, t)[:, i],
    "t[i] = t": lambda t, i: written(t, lambda y: y.__setitem__(i, 2 * t)),
    "t.flat[i]": lambda t, i: t.flat[i],
    "np.take": lambda t, i: np.take(t, i),
    "take_along_axis": lambda t, i: np.take_along_axis(t, i, 0),
    "np.put": lambda t, i: written(t, lambda y: np.put(y, i, 2 * t)),
    "np.choose": lambda t, i: np.choose(i, [t, 2 * t, t * t]),
    "np.repeat": lambda t, i: np.repeat(t, i),
    "np.delete": lambda t, i: np.delete(t, i),
    "np.insert": lambda t, i: np.insert(t, i, t),
    "add.at": lambda t, i: written(t, lambda y: np.add.at(y, i, t * t)),
    "reduceat": lambda t, i: np.add.reduceat(t * t, i),
    "bincount": lambda t, i: np.bincount(i, weights=t),
}

#: The same with a mask.
MASKS: dict[str, Callable[[Any, Any], Any]] = {
    "t[m]": lambda t, m: t[m],
    "t[m] = 5": lambda t, m: written(t, lambda y: y.__setitem__(m, 5.0)),
    "np.sum(where=)": lambda t, m: np.sum(t * t, where=m),
    "np.mean(where=)": lambda t, m: np.mean(t * t, where=m),
    "np.var(where=)": lambda t, m: np.var(t, where=m),
    "reduce(where=)": lambda t, m: np.hypot.reduce(t, where=m, initial=0.0),
    "where=": lambda t, m: mg.exp(t, where=m, out=mg.zeros(3)),
    "where=, out=tensor": lambda t, m: np.exp(t, where=m, out=mg.zeros(3)),
    "np.copyto": lambda t, m: written(t, lambda y: np.copyto(y, 2 * t, where=m)),
    "np.putmask": lambda t, m: written(t, lambda y: np.putmask(y, m, 2 * t)),
    "np.where": lambda t, m: np.where(m, t * t, t),
    "np.compress": lambda t, m: np.compress(m, t),
    "np.select": lambda t, m: np.select([m], [t * t], t),
    "np.piecewise": lambda t, m: np.piecewise(t, [m], [lambda v: v * v, lambda v: v]),
}

NUMBERS, PLACES, MASK = np.array([0.5, 1.5, 0.75]), np.array([0, 2, 1]), np.array([True, False, True])
USES = [
    pytest.param(use, values, id=name)
    for uses, values in ((OPERANDS, NUMBERS), (INDICES, PLACES), (MASKS, MASK))
    for name, use in uses.items()
]


class Product(mg.Operation):
    def __call__(self, a: Any, b: Any) -> Any:
        self.variables = (a, b)
        self.kept = b.data
        return a.data * b.data

    def backward_var(self, grad: Any, index: int, **_kwargs: Any) -> Any:
        return grad * (self.kept if index == 0 else self.variables[0].data)


def gradient(use: Callable[[Any, Any], Any], a: Array, change: Callable[[Array], Any] = lambda _a: None) -> Array:
    t = mg.tensor([1.25, 0.5, 2.0])
    result = use(t, a)
    loss = (result * result).sum()
    change(a)
    loss.backward()
    return t.grad


def spoil(a: Array) -> None:
    """Other values, all of them valid where those of `a` are."""
    a[...] = ~a if a.dtype == bool else a * 3 if a.dtype.kind == "f" else (a + 1) % 3


def spoil_if_possible(a: Array) -> None:
    try:
        spoil(a)
    except ValueError as locked:
        assert "read-only" in str(locked)  # noqa: PT017 - both ways are right


def a_row_of(values: Array) -> Array:
    return np.stack([values, values])[1]


@pytest.mark.parametrize("made", [np.array, a_row_of])
@pytest.mark.parametrize(("use", "values"), USES)
def test_values(use: Any, values: Array, made: Any) -> None:
    expected = gradient(use, made(values))
    a = made(values)
    np.testing.assert_array_equal(gradient(use, a, spoil_if_possible), expected)
    spoil(a)  # which is possible afterwards


# --- shape, dtype and strides -------------------------------------------------------------------------


def set_shape(a: Array) -> None:
    a.shape = (3, 1)


def set_dtype(a: Array) -> None:
    a.dtype = np.uint8


def set_strides(a: Array) -> None:
    a.strides = (0,)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # by which NumPy says that it may end
@pytest.mark.parametrize("change", [set_shape, set_dtype, set_strides])
@pytest.mark.parametrize(("use", "values"), USES)
def test_metadata(use: Any, values: Array, change: Any) -> None:
    expected = gradient(use, values.copy())
    np.testing.assert_array_equal(gradient(use, values.copy(), change), expected)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_shape_of_what_a_tensor_shares_or_hands_out() -> None:
    for share in (True, False):
        a = np.array([1.0, 2.0])
        x = mg.tensor(a, copy=not share)
        y = x * x * 3.0
        (a if share else x.data).shape = (2, 1)
        y.backward()
        assert x.grad.tolist() == [[6.0], [12.0]]


# --- memory that belongs to something else --------------------------------------------------------------


@contextmanager
def in_bytearray(values: Array) -> Iterator[tuple[Array, Any]]:
    owner = bytearray(values.tobytes())
    yield np.frombuffer(owner, values.dtype), memoryview(owner)


@contextmanager
def in_array(values: Array) -> Iterator[tuple[Array, Any]]:
    owner = array.array("B", values.tobytes())
    yield np.asarray(owner).view(values.dtype), memoryview(owner)


@contextmanager
def in_ctypes(values: Array) -> Iterator[tuple[Array, Any]]:
    owner = (ctypes.c_uint8 * values.nbytes)(*values.tobytes())
    yield np.ctypeslib.as_array(owner).view(values.dtype), memoryview(owner).cast("B")


@contextmanager
def in_mmap(values: Array) -> Iterator[tuple[Array, Any]]:
    owner = mmap.mmap(-1, values.nbytes)
    owner[:] = values.tobytes()
    yield np.frombuffer(owner, values.dtype), memoryview(owner)


@contextmanager
def in_shared_memory(values: Array) -> Iterator[tuple[Array, Any]]:
    owner = SharedMemory(create=True, size=values.nbytes)
    owner.buf[: values.nbytes] = values.tobytes()
    # The memory cannot be closed while an array shows it, and how long that lives is the test's matter.
    try:
        yield np.ndarray(values.shape, values.dtype, owner.buf), owner.buf
    finally:
        owner.unlink()
        owner.close = lambda: None  # type: ignore[method-assign]


@contextmanager
def in_bytesio(values: Array) -> Iterator[tuple[Array, Any]]:
    owner = io.BytesIO(values.tobytes())
    yield np.frombuffer(owner.getbuffer(), values.dtype), owner.getbuffer()


@contextmanager
def in_memoryview(values: Array) -> Iterator[tuple[Array, Any]]:
    owner = values.copy()
    shown = memoryview(owner).cast("B")
    yield np.asarray(shown).view(values.dtype), shown


@contextmanager
def read_only(values: Array) -> Iterator[tuple[Array, Any]]:
    owner = bytearray(values.tobytes())
    yield np.frombuffer(memoryview(owner).toreadonly(), values.dtype), memoryview(owner)


OWNERS = [in_bytearray, in_array, in_ctypes, in_mmap, in_shared_memory, in_bytesio, in_memoryview, read_only]


def replacement(values: Array) -> bytes:
    other = values.copy()
    spoil(other)
    return other.tobytes()


@pytest.mark.parametrize(("use", "values"), USES)
def test_memory_of_others(use: Any, values: Array) -> None:
    expected = gradient(use, values.copy())
    with in_bytearray(values) as (a, owner):

        def change(_a: Array) -> None:
            owner[:] = replacement(values)

        np.testing.assert_array_equal(gradient(use, a, change), expected)
        assert a.flags.writeable


@pytest.mark.parametrize("owned", OWNERS)
def test_every_owner(owned: Any) -> None:
    with owned(NUMBERS) as (a, owner):
        x = mg.tensor([1.0, 2.0, 3.0])
        y, z = x * a, x * a[1:2]
        owner[: NUMBERS.nbytes] = bytes(NUMBERS.nbytes)
        (y.sum() + z.sum()).backward()
        np.testing.assert_array_equal(x.grad, NUMBERS + NUMBERS[1])
        del a, owner, y, z


@pytest.mark.parametrize(
    "use",
    [
        lambda t: t * t,
        lambda t: t[1:] * t[:-1],
        lambda t: t.reshape(3, 1) ** 2,
        lambda t: np.exp(t),
        lambda t: written(t, lambda y: y.__imul__(t)),
        lambda t: mg.execute_op(Product, t, t),
    ],
)
@pytest.mark.parametrize("owned", [in_bytearray, in_mmap, in_memoryview])
def test_tensors_over_the_memory_of_others(use: Any, owned: Any) -> None:
    x = mg.tensor(NUMBERS)
    use(x).backward()
    with owned(NUMBERS) as (a, owner):
        t = mg.tensor(a, copy=False)
        y = use(t)
        owner[: NUMBERS.nbytes] = bytes(NUMBERS.nbytes)
        y.backward()
        np.testing.assert_array_equal(t.grad, x.grad)
        assert np.array_equal(t, np.zeros(3))  # it is the same memory
        del a, owner, y, t


@pytest.mark.parametrize(
    "write",
    [
        lambda t: t.__imul__(3.0),
        lambda t: t.__setitem__(slice(1, None), t[:-1] * 2.0),
        lambda t: t[1:].__imul__(t[:-1]),
        lambda t: np.exp(t, out=t, where=[True, False, True]),
    ],
)
def test_written_tensors_over_the_memory_of_others(write: Any) -> None:
    def gradient_of(a: Array, change: Callable[[], Any]) -> Any:
        leaf = mg.tensor(np.ones(3))
        t = mg.tensor(a, copy=False)
        t *= leaf
        write(t)
        y = np.sin(t) * t + np.exp(t, out=t)
        change()
        y.backward()
        return leaf.grad

    expected = gradient_of(NUMBERS.copy(), lambda: None)
    with in_bytearray(NUMBERS) as (a, owner):

        def change() -> None:
            owner[:] = bytes(NUMBERS.nbytes)

        np.testing.assert_array_equal(gradient_of(a, change), expected)


@pytest.mark.parametrize("params", [{}, {"where": np.array([True, True, True])}])
def test_out_of_the_memory_of_others(params: Any) -> None:
    with in_bytearray(NUMBERS) as (a, owner):
        x = mg.tensor(NUMBERS)
        y = mg.exp(x.detach(), out=a, **params)
        z = y * x
        owner[:] = bytes(NUMBERS.nbytes)
        z.backward()
        np.testing.assert_allclose(x.grad, np.exp(NUMBERS), rtol=1e-12)
        assert np.array_equal(a, np.zeros(3))


def test_bytes_and_memory_maps_need_no_copy(tmp_path: Any) -> None:
    a = np.frombuffer(NUMBERS.tobytes())
    mapped = np.memmap(tmp_path / "numbers", float, "w+", shape=(2, 3))
    mapped[...] = NUMBERS
    x = mg.tensor([1.0, 2.0, 3.0])
    y = x * a * mapped * mapped[1] * np.asarray(mapped)
    arrays = [mapped, mapped[1], np.asarray(mapped)]
    assert not mapped.flags.writeable
    assert not any(array.flags.writeable for array in arrays)
    y.sum().backward()
    np.testing.assert_allclose(x.grad, 2 * NUMBERS**4)
    assert mapped.flags.writeable
    mapped[0] = 0.0


def test_windows_of_an_array_lock_it() -> None:
    a = np.arange(5.0)
    windows = np.lib.stride_tricks.sliding_window_view(a, 3)
    x = mg.tensor([1.0, 2.0, 3.0])
    y = windows @ x
    assert not a.flags.writeable
    y.backward()
    assert a.flags.writeable
    assert x.grad.tolist() == [3.0, 6.0, 9.0]


@pytest.mark.parametrize("flags", [False, True])
def test_without_the_guard_tensors_share_memory_unguarded(flags: bool) -> None:
    with in_bytearray(NUMBERS) as (a, owner):
        t = mg.tensor(a, copy=False)
        with mg.mem_guard_on if flags else mg.mem_guard_off:
            y = t * t
        owner[:] = bytes(NUMBERS.nbytes)
        y.backward()
        np.testing.assert_array_equal(t.grad, 2 * NUMBERS if flags else np.zeros(3))
