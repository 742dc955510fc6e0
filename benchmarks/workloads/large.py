"""Arrays so large that NumPy's own work dominates: measured against the same two passes written by hand.

The derivatives by hand go backward operation by operation, as any program would. They do not simplify what a
mathematician would simplify.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.workloads import IMMUTABLE, Group, integers, mask, uniform

GROUP = Group("large", numpy=1.05, mygrad=1.0)
row = GROUP.row
million = uniform(1_000_000)
square = uniform(1000, 1000)


def chain_by_hand(x: Any) -> Any:
    saved = []
    y = x
    for _ in range(5):
        y = np.tanh(y * 1.5 + 0.1)
        saved.append(y)
    np.sum(y)
    g: Any = np.ones(())
    for y in reversed(saved):
        g = g * (1 - y * y) * 1.5
    return [g]


@row("5 x tanh(y * 1.5 + 0.1), 10^6", million, hand=chain_by_hand)
def chain(xp: Any, x: Any) -> Any:
    y = x
    for _ in range(5):
        y = xp.tanh(y * 1.5 + 0.1)
    return xp.sum(y)


def arithmetic_by_hand(x: Any, y: Any) -> Any:
    p = x * y
    q = y / x
    np.sum(p - q + y)
    g = np.ones_like(p)
    return g * y + g * q / x, g * x - g / x + g


@row("x * y - y / x + y, 10^6", million, million, hand=arithmetic_by_hand)
def arithmetic(xp: Any, x: Any, y: Any) -> Any:
    return xp.sum(x * y - y / x + y)


def _square_by_hand(x: Any) -> Any:
    np.sum(x * x)
    return [x + x]


@row("x * x, 10^6", million, hand=_square_by_hand)
def _square(xp: Any, x: Any) -> Any:
    return xp.sum(x * x)


def _broadcast_by_hand(m: Any, r: Any, c: Any) -> Any:
    p = m * r
    y = p + c
    np.sum(y**2)
    g = 2 * y
    return g * r, np.sum(g * m, axis=0), np.sum(g, axis=1, keepdims=True)


@row("(m * row + column) ** 2", square, uniform(1000), uniform(1000, 1), hand=_broadcast_by_hand)
def _broadcast(xp: Any, m: Any, r: Any, c: Any) -> Any:
    return xp.sum((m * r + c) ** 2)


def _sum_by_hand(axis: int) -> Any:
    def by_hand(x: Any) -> Any:
        s = np.sum(x, axis=axis)
        np.sum(s**2)
        return [np.broadcast_to(np.expand_dims(2 * s, axis), x.shape).copy()]

    return by_hand


def _mean_by_hand(axis: int) -> Any:
    def by_hand(x: Any) -> Any:
        s = np.mean(x, axis=axis)
        np.sum(s**2)
        return [np.broadcast_to(np.expand_dims(2 * s / x.shape[axis], axis), x.shape).copy()]

    return by_hand


def _max_by_hand(axis: int) -> Any:
    def by_hand(x: Any) -> Any:
        s = np.amax(x, axis=axis)
        np.sum(s**2)
        largest = x == np.expand_dims(s, axis)
        share = 2 * s / np.count_nonzero(largest, axis=axis)
        return [largest * np.expand_dims(share, axis)]

    return by_hand


def _reductions() -> None:
    """Of 10^6 elements, over each axis of two dimensions and of three."""
    for shape in (1000, 1000), (100, 100, 100):
        for axis in range(len(shape)):
            names = ("sum", "mean", "amax") if len(shape) == 2 else ("sum",)
            for name in names:
                by_hand = {"sum": _sum_by_hand, "mean": _mean_by_hand, "amax": _max_by_hand}[name](axis)
                title = f"{name} over axis {axis}, {' x '.join(map(str, shape))}"

                def reduction(xp: Any, x: Any, name: str = name, axis: int = axis) -> Any:
                    return xp.sum(getattr(xp, name)(x, axis=axis) ** 2)

                row(title, uniform(*shape), hand=by_hand)(reduction)


_reductions()


def _matmul_by_hand(a: Any, b: Any) -> Any:
    c = a @ b
    np.sum(c**2)
    g = 2 * c
    return g @ np.swapaxes(b, -1, -2), np.swapaxes(a, -1, -2) @ g


@row("matmul 500 x 500", uniform(500, 500), uniform(500, 500), hand=_matmul_by_hand)
@row("matmul 64 x (64 x 64)", uniform(64, 64, 64), uniform(64, 64, 64), hand=_matmul_by_hand)
def _matmul(xp: Any, a: Any, b: Any) -> Any:
    c = a @ b
    return xp.sum(c**2)


@row("einsum ij,jk->ik, 500", uniform(500, 500), uniform(500, 500), hand=_matmul_by_hand)
def _einsum(xp: Any, a: Any, b: Any) -> Any:
    c = xp.einsum("ij,jk->ik", a, b)
    return xp.sum(c**2)


@row("einsum bij,bjk->bik, 64", uniform(64, 64, 64), uniform(64, 64, 64), hand=_matmul_by_hand)
def _einsum_batched(xp: Any, a: Any, b: Any) -> Any:
    c = xp.einsum("bij,bjk->bik", a, b)
    return xp.sum(c**2)


def _einsum_three_by_hand(a: Any, b: Any, c: Any) -> Any:
    ab = a @ b
    y = ab @ c
    np.sum(y**2)
    g = 2 * y
    gab = g @ c.T
    return gab @ b.T, a.T @ gab, ab.T @ g


@row(
    "einsum ij,jk,kl->il, 100",
    uniform(100, 100),
    uniform(100, 100),
    uniform(100, 100),
    hand=_einsum_three_by_hand,
)
def _einsum_three(xp: Any, a: Any, b: Any, c: Any) -> Any:
    y = xp.einsum("ij,jk,kl->il", a, b, c)
    return xp.sum(y**2)


def _gram_by_hand(a: Any) -> Any:
    c = a @ a.T
    np.sum(c**2)
    g = 2 * c
    return [g @ a + g.T @ a]


@row("einsum ij,kj->ik of an array with itself, 500", uniform(500, 500), hand=_gram_by_hand)
def _einsum_gram(xp: Any, a: Any) -> Any:
    c = xp.einsum("ij,kj->ik", a, a)
    return xp.sum(c**2)


def _repeated_by_hand(a: Any) -> Any:
    s = np.einsum("ij,ij->i", a, a)
    np.sum(s**2)
    g = 2 * s
    part = np.einsum("i,ij->ij", g, a)
    return [part + part]


@row("einsum ij,ij->i of an array with itself", square, hand=_repeated_by_hand)
def _einsum_repeated(xp: Any, a: Any) -> Any:
    s = xp.einsum("ij,ij->i", a, a)
    return xp.sum(s**2)


def _index_by_hand(add: Any) -> Any:
    def by_hand(*args: Any) -> Any:
        x, index = args[-1], args[0] if len(args) > 1 else slice(1, -1)
        y = x[index]
        np.sum(y**2)
        g = np.zeros_like(x)
        add(g, index, 2 * y)
        return [g]

    return by_hand


def _assign(g: Any, index: Any, value: Any) -> None:
    g[index] = value


@row("x[1:-1], 10^6", million, hand=_index_by_hand(_assign))
def _slice(xp: Any, x: Any) -> Any:
    y = x[1:-1]
    return xp.sum(y**2)


def _part_by_hand(index: Any) -> Any:
    def by_hand(x: Any) -> Any:
        y = x[index]
        np.sum(y**2)
        g = np.zeros_like(x)
        g[index] = 2 * y
        return [g]

    return by_hand


@row("m[:, ::2], 1000 x 1000", square, hand=_part_by_hand(np.s_[:, ::2]))
def _strided(xp: Any, m: Any) -> Any:
    y = m[:, ::2]
    return xp.sum(y**2)


def _columns_by_hand(index: Any, x: Any) -> Any:
    y = x[:, index]
    np.sum(y**2)
    g = np.zeros_like(x)
    np.add.at(g, (slice(None), index), 2 * y)
    return [g]


@row("m[:, integers], 1000 x 1000", square, constants=(integers(0, 1000, 1000),), hand=_columns_by_hand)
def _columns(xp: Any, index: Any, m: Any) -> Any:
    y = m[:, index]
    return xp.sum(y**2)


@row(
    "m[integers], 1000 x 1000",
    square,
    constants=(integers(0, 1000, 1000),),
    hand=_index_by_hand(np.add.at),
)
@row("x[mask], 10^6", million, constants=(mask(1_000_000),), hand=_index_by_hand(_assign))
@row(
    "x[integers], 10^6",
    million,
    constants=(integers(0, 1_000_000, 1_000_000),),
    hand=_index_by_hand(np.add.at),
)
def _gather(xp: Any, index: Any, x: Any) -> Any:
    y = x[index]
    return xp.sum(y**2)


def _concatenate_by_hand(x: Any, y: Any) -> Any:
    z = np.concatenate([x, y])
    np.sum(z**2)
    g = 2 * z
    return g[: x.size], g[x.size :]


@row("concatenate, 2 x 10^6", million, million, hand=_concatenate_by_hand)
def _concatenate(xp: Any, x: Any, y: Any) -> Any:
    z = xp.concatenate([x, y])
    return xp.sum(z**2)


def _stack_by_hand(x: Any, y: Any) -> Any:
    z = np.stack([x, y])
    np.sum(z**2)
    g = 2 * z
    return g[0], g[1]


@row("stack, 2 x 10^6", million, million, hand=_stack_by_hand)
def _stack(xp: Any, x: Any, y: Any) -> Any:
    z = xp.stack([x, y])
    return xp.sum(z**2)


def _where_by_hand(condition: Any, x: Any, y: Any) -> Any:
    z = np.where(condition, x, y)
    np.sum(z**2)
    g = 2 * z
    return np.where(condition, g, 0), np.where(condition, 0, g)


@row("where, 10^6", million, million, constants=(mask(1_000_000),), hand=_where_by_hand)
def _where(xp: Any, condition: Any, x: Any, y: Any) -> Any:
    z = xp.where(condition, x, y)
    return xp.sum(z**2)


def _cumsum_by_hand(axis: int) -> Any:
    def by_hand(x: Any) -> Any:
        y = np.cumsum(x, axis)
        np.sum(y**2)
        return [np.flip(np.cumsum(np.flip(2 * y, axis), axis), axis)]

    return by_hand


@row("cumsum, 10^6", million, hand=_cumsum_by_hand(0))
@row("cumsum over axis 0, 1000 x 1000", square, hand=_cumsum_by_hand(0))
def _cumsum(xp: Any, x: Any) -> Any:
    y = xp.cumsum(x, 0)
    return xp.sum(y**2)


@row("cumsum over axis 1, 1000 x 1000", square, hand=_cumsum_by_hand(1))
def _cumsum_of_rows(xp: Any, x: Any) -> Any:
    y = xp.cumsum(x, 1)
    return xp.sum(y**2)


def _cumprod_by_hand(x: Any) -> Any:
    y = np.cumprod(x, 0)
    np.sum(y**2)
    return [np.cumsum((2 * y * y)[::-1], 0)[::-1] / x]


def _near_one(rng: np.random.Generator) -> np.ndarray:
    return rng.uniform(1 - 1e-6, 1 + 1e-6, 1_000_000)


@row("cumprod, 10^6", _near_one, hand=_cumprod_by_hand, without=("autograd",))  # it has no cumprod
def _cumprod(xp: Any, x: Any) -> Any:
    y = xp.cumprod(x, 0)
    return xp.sum(y**2)


def _fill_by_hand(x: Any) -> Any:
    out = x * 0.0
    for i in range(len(x)):
        out[i] = np.sin(x[i])
    np.sum(out)
    g, gx = np.ones_like(out), np.zeros_like(x)
    for i in reversed(range(len(x))):
        gx[i] += g[i] * np.cos(x[i])
        g[i] = 0.0
    return [gx + g * 0.0]


@row("out[i] = sin(x[i]), 300 rows of 1000", uniform(300, 1000), hand=_fill_by_hand, without=IMMUTABLE)
def _fill(xp: Any, x: Any) -> Any:
    out = x * 0.0
    for i in range(len(x)):
        out[i] = xp.sin(x[i])
    return xp.sum(out)


def _spectrum_by_hand(x: Any) -> Any:
    y = np.fft.rfft(x)
    np.sum(np.real(y))
    g = np.zeros_like(y)
    g.real = 1.0
    g[1:-1] *= 0.5  # of each pair of conjugates
    return [np.fft.irfft(np.conjugate(g), len(x), norm="forward")]


@row("np.fft.rfft, 2^20", uniform(2**20), hand=_spectrum_by_hand, targets={"numpy": 1.15, "torch": 2.0})
def _spectrum(xp: Any, x: Any) -> Any:
    return xp.sum(xp.real(xp.fft.rfft(x)))


def _filter_by_hand(response: Any, x: Any) -> Any:
    y = np.real(np.fft.ifft2(np.fft.fft2(x) * response))
    np.sum(y**2)
    g = np.fft.ifft2(2 * y) * response
    return [np.real(np.fft.fft2(g))]


@row(
    "ifft2(fft2(x) * response), 1000 x 1000",
    square,
    constants=(uniform(1000, 1000),),
    hand=_filter_by_hand,
    targets={"numpy": 1.15, "torch": 2.0},
)
def _filter(xp: Any, response: Any, x: Any) -> Any:
    y = xp.real(xp.fft.ifft2(xp.fft.fft2(x) * response))
    return xp.sum(y**2)
