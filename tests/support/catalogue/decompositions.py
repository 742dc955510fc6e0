"""Example calls of decompositions of matrices, of their parts, and of what rests on them."""

import numpy as np

from catalogue import Example, call
from mygrad._rules import decompositions as rules

SQUARE = np.array([[2.0, 0.3, -0.4], [0.9, -1.5, 0.6], [0.2, 1.1, 3.1]])
TALL = np.array([[1.2, 0.3], [-0.4, 2.1], [0.8, -0.5], [0.1, 0.7]])
STACK = np.stack([SQUARE, SQUARE[::-1] + 0.1])
TALLS = np.stack([TALL, TALL[::-1] * 1.3])
VECTOR, COLUMNS = np.array([0.5, -1.0, 2.0, 0.3]), np.array([[0.5, 1.0], [-1.0, 0.2], [2.0, -0.7], [0.3, 0.9]])
SINGLE = Example((SQUARE.astype(np.float32),))

SYMMETRIC = [
    Example((SQUARE,)), Example((STACK,)), Example((STACK, "U")), Example((SQUARE.T[::-1, ::-1], "l")), SINGLE,
    Example((np.array([[1.5]]),)), Example((np.zeros((2, 0, 0)),)),
]  # fmt: skip
NOT_WIDE = [Example((SQUARE,)), Example((STACK,)), Example((TALL,)), Example((TALLS,)), SINGLE, Example((TALL[:, :1],))]
ANY = [*NOT_WIDE, Example((TALL.T,)), Example((np.swapaxes(TALLS, -1, -2),))]

#: Of real eigenvalues, for complex vectors are determined up to a phase. And of pairs of conjugate ones.
REAL = np.array([[2.0, 0.3, -0.4], [0.2, -1.5, 0.6], [0.1, 0.5, 3.1]])
TURNING = np.array([[0.3, -2.0, 0.4], [1.7, 0.5, 0.2], [0.6, -0.3, 1.1]])

EXAMPLES = {
    rules.eig: [call(REAL), call(np.stack([REAL, REAL.T])), call(np.zeros((2, 0, 0)))],
    rules.eigvals: [call(REAL), call(TURNING), call(np.stack([TURNING, REAL])), SINGLE, call(np.zeros((2, 0, 0)))],
    np.linalg.eig: [call(REAL), call(np.stack([REAL, REAL.T]))],
    np.linalg.eigvals: [call(REAL), call(TURNING), call(np.stack([TURNING, REAL])), call(SINGLE.args[0])],
    rules.eigh: [e for e in SYMMETRIC if e is not SINGLE],
    rules.eigvalsh: SYMMETRIC,
    rules.svd: ANY,
    rules.svdvals: [*ANY, Example((np.zeros((0, 3)),))],
    rules.qr: NOT_WIDE,
    rules.lstsq: [Example((TALL, VECTOR)), Example((TALL, COLUMNS)), Example((TALL.T, VECTOR[:2], 1e-8))],
    np.linalg.pinv: [*ANY, Example((STACK,), {"hermitian": True}), Example((TALL, 1e-8))],
    rules.least_squares: [
        Example((TALL, VECTOR)), Example((TALL, COLUMNS)), Example((TALL.T, VECTOR[:2])),
        Example((SQUARE, COLUMNS[:3])),
        Example((TALL, VECTOR, -1)), Example((TALL.T, COLUMNS[:2], 1e-8)),
    ],
    np.linalg.eigh: [call(STACK), call(SQUARE, "U"), call(SQUARE, UPLO="l")],
    np.linalg.eigvalsh: [call(STACK), call(SQUARE, "U")],
    np.linalg.svd: [
        call(STACK), call(TALL, full_matrices=False), call(TALL.T, False), call(TALL.T, compute_uv=False),
        call(SQUARE, compute_uv=False, hermitian=True),
    ],
    np.linalg.svdvals: [call(STACK), call(TALL)],
    np.linalg.qr: [
        call(STACK), call(TALL), call(TALL.T), call(TALL.T, mode="r"), call(TALL.T, mode="complete"), call(SQUARE, "r"),
    ],
    np.linalg.lstsq: [
        call(TALL, VECTOR), call(TALL, COLUMNS, rcond=None), call(TALL.T, VECTOR[:2]), call(TALL, COLUMNS, 1e-8),
    ],
    np.linalg.cond: [call(STACK), call(TALL, -2), call(STACK, 1), call(SQUARE, "fro"), call(SQUARE, p=np.inf)],
}  # fmt: skip
