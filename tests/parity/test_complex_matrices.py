"""Programs of complex matrices and Fourier transforms, put together by chance: the gradients are PyTorch's.

What vectors of decompositions are used for does not depend on their phases, which either library leaves to LAPACK.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import mygrad as mg

N = 4
SHAPE = (2, N, N)
PROGRAMS = 100
EYE = np.eye(N)


def of_numpy() -> Any:
    return SimpleNamespace(
        np=np,
        constant=lambda a: a,
        adjoint=lambda z: np.conjugate(np.swapaxes(z, -1, -2)),
        power=np.linalg.matrix_power,
        norm=lambda z, ord: np.linalg.norm(z, ord, axis=(-2, -1), keepdims=True),
        lengths=lambda z, ord: np.linalg.norm(z, ord, axis=-1, keepdims=True),
        svd=lambda z: np.linalg.svd(z, full_matrices=False),
        largest=lambda z: np.max(np.abs(z.data)),
        tensorinv=lambda z: np.linalg.tensorinv(z.reshape(2, 2, N), 2).reshape(N, N),
        lstsq=lambda a, b: np.linalg.lstsq(a, b)[0],
    )


def of_torch() -> Any:
    import torch

    return SimpleNamespace(
        np=torch,
        constant=torch.tensor,
        adjoint=lambda z: torch.conj(z.mT),
        power=torch.linalg.matrix_power,
        norm=lambda z, ord: torch.linalg.matrix_norm(z, ord, keepdim=True),
        lengths=lambda z, ord: torch.linalg.vector_norm(z, ord, -1, keepdim=True),
        svd=lambda z: torch.linalg.svd(z, full_matrices=False),
        largest=lambda z: z.detach().abs().max(),
        tensorinv=lambda z: torch.linalg.tensorinv(z.reshape(2, 2, N), 2).reshape(N, N),
        lstsq=lambda a, b: torch.linalg.lstsq(a, b).solution,
    )


def regular(xp: Any, z: Any) -> Any:
    """Far from singular."""
    return z / (1 + xp.norm(z, "fro")) + xp.constant(2 * EYE)


def hermitian(xp: Any, z: Any) -> Any:
    return z + xp.adjoint(z) + xp.constant(np.diag([0.0, 3.0, 7.0, 12.0]))


def apart(xp: Any, z: Any) -> Any:
    """With eigenvalues and singular values that are apart from each other."""
    return z / (1 + xp.norm(z, "fro")) + xp.constant(np.diag([2.0, 3.0 + 1j, 4.5, 7.0 - 1j]))


def of_eigenvectors(xp: Any, results: Any) -> Any:
    """What does not depend on their order, either: of complex eigenvalues it is LAPACK's."""
    w, v = results
    return (v * xp.np.conj(v)) @ (w**2 + 0j)[..., None] / 40


def of_singular_vectors(xp: Any, results: Any) -> Any:
    u, s, vh = results
    return u[..., :, :1] @ vh[..., :1, :] + s[..., None, :] * xp.np.abs(u)


def factors(xp: Any, z: Any) -> Any:
    q, r = xp.np.linalg.qr(z)
    return q[..., :1, :] * 2 - r


def sign_and_logarithm(xp: Any, z: Any) -> Any:
    sign, logarithm = xp.np.linalg.slogdet(z)
    return z * (sign + logarithm)[..., None, None] / 3


Step = Callable[..., Any]
OF_MATRICES: list[Step] = [
    lambda xp, z: xp.np.linalg.inv(regular(xp, z)),
    lambda xp, z: z * xp.np.linalg.det(regular(xp, z))[..., None, None] / 20,
    sign_and_logarithm,
    lambda xp, z: xp.np.linalg.cholesky(z @ xp.adjoint(z) + xp.constant(EYE)),
    lambda xp, z: factors(xp, regular(xp, z)),
    lambda xp, z: factors(xp, apart(xp, z)[..., :2])[..., :1, :1] * z,
    lambda xp, z: of_singular_vectors(xp, xp.svd(apart(xp, z))),
    lambda xp, z: of_singular_vectors(xp, xp.svd(apart(xp, z)[..., :2]))[..., :1, :1] * z,
    lambda xp, z: xp.np.linalg.svdvals(apart(xp, z))[..., None, :] - z,
    lambda xp, z: of_eigenvectors(xp, xp.np.linalg.eigh(hermitian(xp, z))) * z,
    lambda xp, z: xp.np.linalg.eigvalsh(hermitian(xp, z))[..., None] + z,
    lambda xp, z: of_eigenvectors(xp, xp.np.linalg.eig(apart(xp, z))) - z,
    lambda xp, z: xp.np.sum(xp.np.linalg.eigvals(apart(xp, z)) ** 3, -1)[..., None, None] / 200 + z,
    lambda xp, z: xp.np.sum(xp.np.linalg.eigvals(regular(xp, z.real)) ** -2, -1)[..., None, None] * z,
    lambda xp, z: xp.np.linalg.pinv(apart(xp, z)[..., :3, :]) @ z[..., :3, :],
    lambda xp, z: xp.np.linalg.pinv(apart(xp, z)[..., :, :2])[..., :1, :] * z,
    lambda xp, z: xp.power(z, 2) / 5 + xp.power(regular(xp, z), -2),
    lambda xp, z: z / xp.norm(z, "fro"),
    lambda xp, z: z + xp.norm(apart(xp, z), "nuc") / 9 - xp.norm(apart(xp, z), 2) / 5,
    lambda xp, z: z * 2 / (xp.norm(z, 1) + xp.norm(z, -np.inf)),
    lambda xp, z: z / (xp.lengths(z, 3) + xp.lengths(z, 1) - xp.lengths(z, np.inf)),
    lambda xp, z: z / xp.np.linalg.cond(apart(xp, z))[..., None, None],
    lambda xp, z: xp.tensorinv(regular(xp, z)[0]) * z,
]
OF_TWO: list[Step] = [
    lambda xp, a, b: xp.np.linalg.solve(regular(xp, a), b + 0j),
    lambda xp, a, b: xp.np.linalg.solve(regular(xp, a + 0j), b[..., :1] + 0j) - b,
    lambda xp, a, b: xp.lstsq(apart(xp, a)[0, :, :3], b[1] + 0j)[:1] * a,
    lambda xp, a, b: xp.lstsq(apart(xp, a)[0, :3], b[1, :3] + 0j) + b,
    lambda xp, a, b: xp.np.linalg.multi_dot([a[0] + 0j, b[1] + 0j, a[1] + 0j]) / 9 + b,
    lambda xp, a, b: xp.np.fft.ifft2(xp.np.fft.fft2(a) * xp.np.fft.fft2(b)) / 4,
    lambda xp, a, b: xp.np.fft.irfft(xp.np.fft.rfft(a.real) * xp.np.fft.rfft(b.real), N) / 3,
    lambda xp, a, b: xp.np.exp(1j * a.real) * b,
]
OF_SPECTRA: list[Step] = [
    lambda xp, z: xp.np.fft.fft(z, N, -2, "ortho"),
    lambda xp, z: xp.np.fft.fft(xp.np.real(z), 7, -1)[..., 2:6] / 2,
    lambda xp, z: xp.np.fft.ifft(z, 3, -1)[..., :1] - z,
    lambda xp, z: xp.np.fft.rfft(z.real, 6, -1, "ortho") - z,
    lambda xp, z: xp.np.fft.rfft(z.real, 7, -2, "forward") - z,
    lambda xp, z: xp.np.fft.irfft(z, N, -1, "forward") / 4 + z,
    lambda xp, z: xp.np.fft.irfft(z, 7, -2)[..., 1:5, :] * z,
    lambda xp, z: xp.np.fft.hfft(z, N, -1, "ortho") - z,
    lambda xp, z: xp.np.fft.hfft(z)[..., 1:5] / 3,
    lambda xp, z: xp.np.fft.ihfft(z.real, 6, -2) * z,
    lambda xp, z: xp.np.fft.fftn(z, SHAPE[1:], (1, 2), "ortho"),
    lambda xp, z: xp.np.fft.ifftn(z, (3, N), (0, 2))[1:] - z,
    lambda xp, z: xp.np.fft.rfftn(z.real, (N, 6), (-1, -2), "ortho")[..., :N, :],
    lambda xp, z: xp.np.fft.irfftn(z, (N, N), (1, 2), "ortho") + 1j * z,
    lambda xp, z: xp.np.fft.rfft2(z.real, (N, 6), (-2, -1), "ortho") * z,
    lambda xp, z: xp.np.fft.irfft2(z, (N, N)) - z,
    lambda xp, z: xp.np.fft.fftshift(z) - xp.np.fft.ifftshift(z * 1j),
    lambda xp, z: xp.np.abs(xp.np.fft.fft(z)) ** 2 / 9,
    lambda xp, z: xp.np.tanh(z / 4) * z,
    lambda xp, z: xp.adjoint(z) @ z / 5,
]


def run(xp: Any, seed: int, given: list[Any]) -> Any:
    """The real part of a weighted sum of what the steps come to, of which every fourth is of two operands."""
    rng = np.random.default_rng(seed)
    values = list(given)
    for _ in range(8):
        a, b = (values[i] for i in rng.integers(len(values), size=2))
        kind, choice = rng.integers(4), rng.integers(1000)
        if kind == 0:
            made = OF_TWO[choice % len(OF_TWO)](xp, a, b)
        else:
            steps = OF_MATRICES if kind < 3 else OF_SPECTRA
            made = steps[choice % len(steps)](xp, a)
        values.append(made * (1 + 0j) / (4 if xp.largest(made) > 10 else 1))
    weights = rng.normal(size=(len(values), *SHAPE)) + 1j * rng.normal(size=(len(values), *SHAPE))
    return xp.np.real(sum([(v * xp.constant(w)).sum() for v, w in zip(values, weights, strict=True)]))


@pytest.mark.parametrize("seed", range(PROGRAMS))
def test_programs(seed: int, close: Callable[..., None]) -> None:
    import torch

    rng = np.random.default_rng(2000 + seed)
    arrays = [rng.normal(size=SHAPE) + 1j * rng.normal(size=SHAPE) for _ in range(2)]
    ours = [mg.tensor(a) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    y, expected = run(of_numpy(), seed, ours), run(of_torch(), seed, theirs)
    close("programs of matrices: value", y, expected.detach().resolve_conj().numpy())
    y.backward()
    expected.backward()
    for x, t in zip(ours, theirs, strict=True):
        if t.grad is None:
            assert not x.grad.any()
        else:
            close("programs of matrices: gradients", x.grad, t.grad.resolve_conj().numpy())
