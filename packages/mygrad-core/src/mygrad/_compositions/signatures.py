"""For type checkers: what functions return where that depends on their arguments, or is a named tuple."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, overload

if TYPE_CHECKING:
    from mygrad.tensor import Tensor
    from mygrad.typing import ArrayLike

__all__ = [
    "QR",
    "SVD",
    "EigResult",
    "EighResult",
    "Intersect1d",
    "Polyfit",
    "QRResult",
    "SVDResult",
    "Unique",
    "UniqueAllResult",
    "UniqueCountsResult",
    "UniqueInverseResult",
]


class EigResult(NamedTuple):
    eigenvalues: Tensor
    eigenvectors: Tensor


class EighResult(NamedTuple):
    eigenvalues: Tensor
    eigenvectors: Tensor


class QRResult(NamedTuple):
    Q: Tensor
    R: Tensor


class SVDResult(NamedTuple):
    U: Tensor
    S: Tensor
    Vh: Tensor


class UniqueAllResult(NamedTuple):
    values: Tensor
    indices: Tensor
    inverse_indices: Tensor
    counts: Tensor


class UniqueCountsResult(NamedTuple):
    values: Tensor
    counts: Tensor


class UniqueInverseResult(NamedTuple):
    values: Tensor
    inverse_indices: Tensor


class SVD(Protocol):
    @overload
    def __call__(
        self,
        a: ArrayLike,
        full_matrices: bool = ...,
        compute_uv: Literal[True] = ...,
        hermitian: bool = ...,
        *,
        constant: bool | None = ...,
    ) -> SVDResult: ...
    @overload
    def __call__(
        self,
        a: ArrayLike,
        full_matrices: bool = ...,
        *,
        compute_uv: Literal[False],
        hermitian: bool = ...,
        constant: bool | None = ...,
    ) -> Tensor: ...


class QR(Protocol):
    @overload
    def __call__(
        self, a: ArrayLike, mode: Literal["reduced", "complete"] = ..., *, constant: bool | None = ...
    ) -> QRResult: ...
    @overload
    def __call__(self, a: ArrayLike, mode: Literal["r"], *, constant: bool | None = ...) -> Tensor: ...
    @overload
    def __call__(self, a: ArrayLike, mode: Literal["raw"], *, constant: bool | None = ...) -> tuple[Tensor, Tensor]: ...


class Intersect1d(Protocol):
    @overload
    def __call__(
        self,
        ar1: ArrayLike,
        ar2: ArrayLike,
        assume_unique: bool = ...,
        return_indices: Literal[False] = ...,
        *,
        constant: bool | None = ...,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        ar1: ArrayLike,
        ar2: ArrayLike,
        assume_unique: bool = ...,
        *,
        return_indices: Literal[True],
        constant: bool | None = ...,
    ) -> tuple[Tensor, Tensor, Tensor]: ...


class Polyfit(Protocol):
    @overload
    def __call__(
        self,
        x: ArrayLike,
        y: ArrayLike,
        deg: int,
        rcond: float | None = ...,
        full: Literal[False] = ...,
        w: ArrayLike | None = ...,
        cov: Literal[False] = ...,
        *,
        constant: bool | None = ...,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        x: ArrayLike,
        y: ArrayLike,
        deg: int,
        rcond: float | None = ...,
        full: bool = ...,
        w: ArrayLike | None = ...,
        cov: bool | Literal["unscaled"] = ...,
        *,
        constant: bool | None = ...,
    ) -> tuple[Tensor, ...]: ...


class Unique(Protocol):
    @overload
    def __call__(
        self,
        ar: ArrayLike,
        return_index: Literal[False] = ...,
        return_inverse: Literal[False] = ...,
        return_counts: Literal[False] = ...,
        axis: int | None = ...,
        *,
        constant: bool | None = ...,
        **options: Any,
    ) -> Tensor: ...
    @overload
    def __call__(
        self,
        ar: ArrayLike,
        return_index: bool = ...,
        return_inverse: bool = ...,
        return_counts: bool = ...,
        axis: int | None = ...,
        *,
        constant: bool | None = ...,
        **options: Any,
    ) -> tuple[Tensor, ...]: ...
