"""Programs of complex and real numbers, put together by chance: the gradients are PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import mygrad as mg

Array = np.ndarray[Any, Any]
SHAPE = (3, 3)
PROGRAMS = 100


def of_numpy() -> Any:
    """What the steps are made of."""
    return SimpleNamespace(
        np=np,
        asin=np.arcsin,
        acos=np.arccos,
        atan=np.arctan,
        asinh=np.arcsinh,
        acosh=np.arccosh,
        atanh=np.arctanh,
        var=lambda z: np.var(z, axis=0, keepdims=True, ddof=1),
        std=lambda z: np.std(z, axis=0, keepdims=True, ddof=1),
        flip=lambda z: np.flip(z, 0),
        parts=lambda z: z.view(z.real.dtype)[..., 1:4],
        cat=lambda a, b: np.concatenate([a[:1], b[1:]]),
        stack=lambda a, b: np.stack([a, b])[1] + a[[0, 0, 1]],
        where=lambda a, b: np.where(np.arange(9).reshape(SHAPE) % 2 == 0, a, b),
        real=np.real,
        imag=np.imag,
        conj=np.conjugate,
        power=np.power,
        clone=lambda z: +z,
        largest=lambda z: np.max(np.abs(z.data)),
        copied=lambda z, dtype: z.astype(dtype),
    )


def of_torch() -> Any:
    import torch

    return SimpleNamespace(
        np=torch,
        asin=torch.asin,
        acos=torch.acos,
        atan=torch.atan,
        asinh=torch.asinh,
        acosh=torch.acosh,
        atanh=torch.atanh,
        var=lambda z: torch.var(z, 0, keepdim=True),
        std=lambda z: torch.std(z, 0, keepdim=True),
        flip=lambda z: torch.flip(z, [0]),
        parts=lambda z: torch.view_as_real(z).reshape(3, 6)[..., 1:4],
        cat=lambda a, b: torch.cat([a[:1], b[1:]]),
        stack=lambda a, b: torch.stack([a, b])[1] + a[[0, 0, 1]],
        where=lambda a, b: torch.where(torch.arange(9).reshape(SHAPE) % 2 == 0, a, b),
        real=torch.real,
        imag=torch.imag,
        conj=lambda z: torch.conj(z).resolve_conj(),
        power=torch.pow,
        clone=lambda z: z.clone(),
        largest=lambda z: z.detach().abs().max(),
        copied=lambda z, dtype: z.to(getattr(torch, np.dtype(dtype).name)),
    )


Step = Callable[..., Any]


def written(xp: Any, a: Any, b: Any) -> Any:
    """A copy of `a`, into which a part of `b` is written, and into its imaginary part the real one."""
    copied = xp.clone(a)
    copied[1:] = b[:2]
    copied.imag[0] = xp.real(b)[2]
    return copied


#: Turns real and imaginary numbers off their axes, where the cuts are: there PyTorch takes either side.
OFF = 1 + 0.1j

#: Steps of one operand: of complex numbers, or of all.
OF_COMPLEX: list[Step] = [
    *[lambda xp, z, f=name: getattr(xp.np, f)(z / 3) for name in ("exp", "sin", "cos", "tan", "sinh", "cosh", "tanh")],
    *[lambda xp, z, f=name: getattr(xp.np, f)(z * OFF) for name in ("log", "sqrt", "log10", "log1p", "reciprocal")],
    *[lambda xp, z, f=name: getattr(xp, f)(z * OFF) for name in ("asin", "acos", "atan", "asinh", "acosh", "atanh")],
    lambda xp, z: xp.np.square(z),
    lambda xp, z: xp.np.angle(z),
    lambda xp, z: xp.real(z),
    lambda xp, z: xp.imag(z) * 2,
    lambda xp, z: xp.parts(z),
    lambda xp, z: xp.np.sum(z**3, 0) / 5 - z**-2,
    lambda xp, z: (z * OFF) ** 1.5 * (2 - 1j),
]
OF_ALL: list[Step] = [
    lambda xp, z: xp.conj(z) * 1j,
    lambda xp, z: xp.np.abs(z) + z,
    lambda xp, z: xp.var(z) * z,
    lambda xp, z: z / (xp.std(z) + 1),
    lambda xp, z: xp.np.cumsum(z, 0) / 3,
    lambda xp, z: xp.np.cumprod(z, 1) / 9,
    lambda xp, z: xp.np.prod(z, 0) * z,
    lambda xp, z: xp.flip(z).T,
    lambda xp, z: xp.np.mean(z) - z,
]
OF_TWO: list[Step] = [
    lambda xp, a, b: a + b,
    lambda xp, a, b: a * b,
    lambda xp, a, b: a - 2j * b,
    lambda xp, a, b: a / (b + 3j),
    lambda xp, a, b: xp.power(xp.np.abs(a) + 1, b),
    lambda xp, a, b: a @ xp.copied(b, np.complex128) if is_complex(a) else a * b,
    lambda xp, a, b: xp.np.einsum("ij,ik->jk", a * (1 + 0j), b * (1 + 0j)),
    lambda xp, a, b: xp.np.vdot(*[(v * (1 + 0j)).reshape(9) for v in (a, b)]) * b,
    lambda xp, a, b: xp.np.outer(a[0], b[1] * a[1]),
    lambda xp, a, b: xp.cat(a * 1j, b + 0j),
    lambda xp, a, b: xp.stack(a + 0j, b + 0j),
    lambda xp, a, b: xp.where(a + 0j, b + 0j),
    lambda xp, a, b: written(xp, a * (1 + 0j), b * (1 + 0j)),
]


def is_complex(v: Any) -> bool:
    return "complex" in str(v.dtype)


def run(xp: Any, seed: int, given: list[Any]) -> Any:
    """A weighted sum of what the steps come to; its real part, if the seed is even."""
    rng = np.random.default_rng(seed)
    values = list(given)
    for _ in range(10):
        a, b = (values[i] for i in rng.integers(len(values), size=2))
        kind, choice = rng.integers(3), rng.integers(100)
        if kind == 0 and is_complex(a):
            made = OF_COMPLEX[choice % len(OF_COMPLEX)](xp, a)
        elif kind == 1:
            made = OF_TWO[choice % len(OF_TWO)](xp, a, b)
        else:
            made = OF_ALL[choice % len(OF_ALL)](xp, a)
        values.append(made / 4 if xp.largest(made) > 20 else made)
    total = sum([(v * w).sum() for v, w in zip(values, rng.normal(size=len(values)), strict=True)])
    return xp.real(total * (1 - 2j)) if seed % 2 == 0 else total * (1 + 0j)


@pytest.mark.parametrize("seed", range(PROGRAMS))
def test_programs(seed: int, close: Callable[..., None]) -> None:
    import torch

    rng = np.random.default_rng(1000 + seed)
    arrays = [rng.normal(size=SHAPE) + 1j * rng.normal(size=SHAPE) for _ in range(2)] + [rng.normal(size=SHAPE)]
    ours = [mg.tensor(a) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    y, expected = run(of_numpy(), seed, ours), run(of_torch(), seed, theirs)
    close("programs: value", y, expected.detach().resolve_conj().numpy())
    if y.dtype.kind == "c":
        y.backward(0.5 - 1.5j)
        expected.backward(torch.tensor(0.5 - 1.5j, dtype=torch.complex128))
    else:
        y.backward()
        expected.backward()
    for x, t in zip(ours, theirs, strict=True):
        close("programs: gradients", x.grad, t.grad.resolve_conj().numpy())
