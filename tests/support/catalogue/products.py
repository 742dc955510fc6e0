"""Example calls of products, einsum among them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from catalogue import Example
from mygrad._rules.einsum import contract, einsum_of_diagonal, einsum_of_many, einsum_of_one, spread

__all__ = ["EXAMPLES"]

rng = np.random.default_rng(13)


def normal(*shape: int) -> Any:
    return rng.normal(size=shape)


U, V = normal(3), normal(3)
M, N = normal(2, 3), normal(3, 4)
FORTRAN, STRIDED = np.asfortranarray(normal(3, 4)), normal(6, 8)[::-2, ::2]
BATCH, BATCH2 = normal(5, 2, 3), normal(5, 3, 4)
MORE, MORE2 = normal(5, 1, 2, 3), normal(2, 3, 4)
SQUARE, CUBIC = normal(3, 3), normal(3, 3, 3)
SCALAR = np.array(1.3)


def one(a: Any, subscripts: str, **params: Any) -> Example:
    return Example((a,), {"subscripts": subscripts, **params})


def many(subscripts: str, *arrays: Any, **params: Any) -> Example:
    return Example(arrays, {"subscripts": subscripts, **params})


EXAMPLES: dict[Callable[..., Any], list[Example]] = {
    np.matmul: [
        Example((U, V)),
        Example((M, N)),
        Example((M, FORTRAN)),
        Example((N.T, M.T)),
        Example((M, STRIDED)),
        Example((M, U)),
        Example((U, N)),
        Example((U, BATCH2)),
        Example((BATCH, U)),
        Example((MORE, V)),
        Example((V, normal(2, 5, 3, 4))),
        Example((BATCH, BATCH2)),
        Example((BATCH, N)),
        Example((M, BATCH2)),
        Example((MORE, MORE2)),
        Example((MORE2.swapaxes(-1, -2), MORE.swapaxes(-1, -2))),
        Example((normal(1, 2, 3), BATCH2)),
        Example((np.zeros((0, 3)), N)),
        Example((np.zeros((4, 0)), np.zeros((0, 2)))),
        Example((np.zeros((2, 4, 0)), np.zeros((0, 2)))),
    ],
    np.vecdot: [
        Example((U, V)),
        Example((M, U)),
        Example((U, BATCH)),
        Example((normal(2, 1, 3), normal(4, 3))),
    ],
    np.dot: [
        Example((U, V)),
        Example((SCALAR, M)),
        Example((M, SCALAR)),
        Example((SCALAR, np.array(0.4))),
        Example((V, 2.0)),
        Example((2.0, V)),
        Example((M, N)),
        Example((M, STRIDED)),
        Example((M, V)),
        Example((U, N)),
        Example((BATCH, N)),
        Example((BATCH, U)),
        Example((U, BATCH2)),
        Example((M, BATCH2)),
        Example((BATCH, MORE2)),
    ],
    np.vdot: [Example((U, V)), Example((M, normal(2, 3))), Example((M, normal(6))), Example((FORTRAN, N))],
    np.inner: [
        Example((U, V)),
        Example((SCALAR, M)),
        Example((M, U)),
        Example((U, BATCH)),
        Example((BATCH, M)),
        Example((M, normal(4, 3))),
    ],
    np.outer: [
        Example((U, V)),
        Example((U, V.astype(np.float32))),
        Example((M, U)),
        Example((SCALAR, V)),
        Example((V, BATCH)),
    ],
    np.tensordot: [
        Example((BATCH, MORE2), {"axes": ([2], [1])}),
        Example((BATCH, normal(2, 3, 4))),
        Example((M, N, 1)),
        Example((BATCH, U), {"axes": 1}),
        Example((M, N, 0)),
        Example((BATCH, normal(3, 4, 2)), {"axes": ((1, 2), (2, 0))}),
        Example((BATCH, normal(3, 4, 2)), {"axes": ([-1, -2], [0, -1])}),
        Example((normal(2, 3, 4, 5), normal(5, 2, 6, 3)), {"axes": ((3, 1, 0), (0, 3, 1))}),
        Example((M, normal(2, 2)), {"axes": (0, 1)}),
        Example((SCALAR, M), {"axes": 0}),
    ],
    np.kron: [
        Example((U, V)),
        Example((M, N)),
        Example((U, M)),
        Example((BATCH, N)),
        Example((SCALAR, M)),
        Example((M, SCALAR)),
        Example((SCALAR, SCALAR.copy())),
    ],
    np.cross: [
        Example((U, V)),
        Example((normal(4, 3), V)),
        Example((normal(2, 1, 3), normal(4, 3))),
        Example((normal(3, 4), normal(4, 3)), {"axisa": 0}),
        Example((normal(3, 2, 4), normal(4, 3)), {"axisa": 0, "axisb": 1, "axisc": 1}),
        Example((normal(3, 4), normal(3, 4)), {"axis": 0}),
    ],
    einsum_of_one: [
        one(M, "ij->ji"),
        one(M, "ji"),
        one(M, "ij->i"),
        one(M, "ij->"),
        one(M, "..."),
        one(SCALAR, ""),
        one(BATCH, "i...->..."),
        one(BATCH, "...j->j..."),
        one(BATCH, " b ... -> ... b"),
        one(normal(1, 4), "ij->j"),
        one(STRIDED, "ij->ji", order="C"),
        one(np.zeros((0, 3)), "ij->j"),
    ],
    einsum_of_diagonal: [
        one(SQUARE, "ii->i"),
        one(SQUARE, "ii"),
        one(CUBIC, "iii->i"),
        one(CUBIC, "iij->ji"),
        one(CUBIC, "iji->j"),
        one(normal(4, 3, 3), "...ii->...i"),
        one(normal(4, 3, 3), "...ii", optimize=True),
    ],
    einsum_of_many: [
        many("ij,jk->ik", M, N),
        many("ij,jk", M, N),
        many("ij,jk->ki", M, STRIDED, optimize=True),
        many("i,i->", U, V),
        many("i,j->ij", U, normal(4)),
        many("i,j->", U, normal(4)),
        many("ij,ij->ij", M, normal(2, 3)),
        many("ij,j->i", M, V),
        many("bij,bjk->bik", BATCH, BATCH2),
        many("...ij,...jk->...ik", MORE, MORE2),
        many("...j,j", BATCH, V),
        many("i...,...->i...", BATCH, V),
        many("ii,i->i", SQUARE, U),
        many("ii,jj->ij", SQUARE, normal(2, 2)),
        many("iij,jkk->ik", CUBIC, normal(3, 2, 2)),
        many("ijk,ijk->k", CUBIC, normal(3, 3, 3)),
        many("ij,k->k", M, U),
        many(",ij->ij", SCALAR, M),
        many("i,i->i", normal(1), U),
        many("ij,ij->j", normal(2, 1), M),
        many("ij,ij->", normal(1, 3), normal(2, 1)),
        many("ij,jk,kl->il", M, N, normal(4, 2)),
        many("i,j,k->", U, V, normal(2)),
        many("ijk,jil,kl->ki", normal(2, 3, 4), normal(3, 2, 5), normal(4, 5), optimize="greedy"),
        many("a,ab,abc->abc", normal(2), normal(2, 3), normal(2, 3, 4)),
        many("bij,bj,i->b", BATCH, normal(5, 3), normal(2)),
        many("ij,jk,k,kk->i", M, N, normal(4), normal(4, 4)),
        many("ij,jk->ik", np.zeros((0, 3)), N),
    ],
    # The first two are large enough for BLAS. (That it computes all kinds right, einsum's edges make sure of.)
    contract: [
        many("ij,jk->ik", normal(20, 30), normal(30, 30)),
        many("ijb,jkb->kbi", normal(12, 13, 3), normal(13, 35, 3)),
        many("iij,jk->ik", normal(2, 2, 3), normal(3, 4)),
        many("ij,kj->ki", normal(3, 4), normal(5, 4)),
        many("aibj,jkli->klab", normal(2, 3, 2, 4), normal(4, 2, 1, 3)),
        many("bij,bj->bi", normal(2, 4, 3), normal(2, 3)),
        many("bij,bjk->bik", normal(1, 3, 2), normal(2, 2, 3)),
        many("ij,jk->k", normal(4, 1), normal(3, 2)),
        many("ij,jk,kl->li", normal(2, 3), normal(3, 4), normal(4, 2)),
        many("ij,jk,i->", normal(2, 3), normal(3, 4), normal(2)),
    ],
    spread: [
        Example((U, "ii", (3, 3))),
        Example((normal(3, 2), "iji", (3, 2, 3))),
    ],
}
if hasattr(np, "matvec"):
    EXAMPLES[np.matvec] = [
        Example((M, U)),
        Example((M, normal(5, 3))),
        Example((BATCH, U)),
        Example((BATCH, normal(5, 3))),
        Example((MORE, normal(4, 3))),
    ]
    EXAMPLES[np.vecmat] = [
        Example((U, N)),
        Example((normal(5, 3), N)),
        Example((U, BATCH2)),
        Example((normal(5, 3), BATCH2)),
        Example((normal(4, 1, 3), MORE2)),
    ]

# Functions made of others.
EXAMPLES |= {
    np.einsum: [
        Example(("ij,jk->ik", M, N)),
        Example(("ii->i", SQUARE)),
        Example(("ij->", M), {"optimize": True}),
        Example(("ij->ji", M)),
        Example(("ii", SQUARE)),
        Example(("...j,j", BATCH, V)),
        Example(("ij,jk,k->i", M, N, normal(4)), {"optimize": True}),
        Example((M, [0, 1], [0])),
        Example((M, [0, 1], N, [1, 2])),
        Example((M, [0, 1], N, [1, 2], [2, 0])),
        Example((M, [3, 1])),
        Example((BATCH, [..., 30, 0], N, [0, 1], [..., 1, 30])),
        Example((CUBIC, [7, 7, 2], [2])),
    ],
    np.linalg.cross: [Example((U, normal(4, 3))), Example((normal(3, 4), normal(3, 4)), {"axis": 0})],
    np.linalg.matmul: [Example((M, N))],
    np.linalg.multi_dot: [
        Example(([M, N],)),
        Example(([M, N, normal(4, 2), normal(2, 5)],)),
        Example(([U, N, normal(4, 2)],)),
        Example(([M, N, normal(4)],)),
        Example(([U, N, normal(4, 3), V],)),
    ],
    np.linalg.outer: [Example((U, V))],
    np.linalg.tensordot: [Example((BATCH, N), {"axes": 1})],
    np.linalg.vecdot: [
        Example((U, BATCH)),
        Example((M.T, normal(3, 1)), {"axis": 0}),
        Example((M, normal(5, 2, 3)), {"axis": -2}),
    ],
}
