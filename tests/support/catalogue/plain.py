"""Example calls of functions whose results do not vary with the values, or by steps only.

Of tensors, they are plain.
"""

import numpy as np

from catalogue import call
from catalogue.reductions import CUBE, MASK, M

V, W, NAN = np.array([0.3, -1.2, 2.6, 0.8]), np.array([1.7, 0.4, -0.6, 2.2]), np.array([0.3, np.nan, -2.5, 0.8])
N, SQUARE = M[::-1], np.array([[2.0, 0.3], [-0.4, 1.5]])
INTS, SHIFTS, MIXED = np.array([2, 0, 1, 2]), np.array([[1], [3]]), np.array([0.0, np.inf, -np.inf, np.nan, -1.5, -0.0])

FLOATS = [np.ceil, np.floor, np.rint, np.sign, np.trunc, np.signbit, np.isfinite, np.isinf, np.isnan]
PAIRS = [np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal, np.floor_divide]
STEPS = [call(V), call(M), call(np.array(-1.7)), call(INTS), call(MIXED), call(CUBE[:0])]
COMPARISONS = [call(V, W), call(M, V), call(V, 0), call(0.3, V), call(INTS, V), call(np.array(0.3), NAN)]
BITS = [call(INTS, np.array([1, 2, 3, 3])), call(INTS, 1), call(INTS, SHIFTS)]
LOGIC = [*COMPARISONS, call(MASK, MASK[::-1]), call(MASK, M)]
POSITIONS = [call(M), call(M, axis=1), call(M, 0), call(V), call(M, axis=-1, keepdims=True)]

EXAMPLES = {
    # ufuncs
    **dict.fromkeys(FLOATS, STEPS),
    np.spacing: [call(V), call(np.array(1.0))],
    np.isnat: [call(np.array(["2020-01-01", "NaT"], "M8[D]"))],
    **dict.fromkeys(PAIRS, COMPARISONS),
    **dict.fromkeys((np.logical_and, np.logical_or, np.logical_xor), LOGIC),
    np.logical_not: [call(V), call(MASK), call(INTS)],
    **{f: [*BITS, call(MASK, MASK[0])] for f in (np.bitwise_and, np.bitwise_or, np.bitwise_xor)},
    **dict.fromkeys((np.left_shift, np.right_shift, np.gcd, np.lcm), BITS),
    np.invert: [call(INTS), call(MASK)],
    np.bitwise_count: [call(INTS)],
    # about dtypes, shapes and memory
    np.can_cast: [call(np.float64, np.float32), call(np.float32, np.float64, "safe")],
    np.common_type: [call(V, V.astype(np.float32))],
    np.min_scalar_type: [call(np.array(3.0)), call(3)],
    np.result_type: [call(V, np.float32), call(V.astype(np.float32), 1.0), call(INTS, V)],
    np.iscomplexobj: [call(V)],
    np.isrealobj: [call(V)],
    np.ndim: [call(M), call(np.array(1.0))],
    np.shape: [call(M), call(np.array(1.0))],
    np.size: [call(M), call(M, axis=1), call(M, 0)],
    np.may_share_memory: [call(V, W)],
    np.shares_memory: [call(M, CUBE)],
    np.einsum_path: [call("ij,jk", M, N.T), call("ij,jk,k", M, N.T, V[:3], optimize="optimal")],
    # questions about values
    np.all: [*POSITIONS, call(MASK, 0), call(M, where=MASK)],
    np.any: [*POSITIONS, call(MASK, 1), call(M, where=~MASK, axis=0)],
    np.allclose: [call(V, V), call(V, W, atol=9.0), call(NAN, NAN, equal_nan=True)],
    np.array_equal: [call(V, W), call(V, V), call(NAN, NAN, equal_nan=True)],
    np.array_equiv: [call(V, V), call(M, M[:1])],
    np.isclose: [call(V, W), call(V, V + 1e-9), call(NAN, NAN, equal_nan=True)],
    np.iscomplex: [call(V)],
    np.isreal: [call(V), call(M)],
    np.isin: [call(V, [0.3]), call(INTS, INTS[:2], invert=True), call(V, W)],
    np.isneginf: [call(MIXED)],
    np.isposinf: [call(MIXED)],
    np.count_nonzero: [call(M), call(M, axis=0), call(INTS), call(MASK, 1, keepdims=True)],
    np.linalg.matrix_rank: [call(M), call(SQUARE, hermitian=True), call(CUBE, 1e-9)],
    # positions
    np.argmax: POSITIONS,
    np.argmin: POSITIONS,
    np.nanargmax: [call(NAN), *POSITIONS],
    np.nanargmin: [call(NAN), *POSITIONS],
    np.argsort: [call(M), call(V, kind="stable"), call(M, 0), call(M, axis=None), call(V, stable=True)],
    np.argpartition: [call(V, 2), call(M, (0, 2)), call(M, 1, axis=0), call(M, 5, None)],
    np.argwhere: [call(M > 0), call(M), call(INTS)],
    np.flatnonzero: [call(V), call(INTS), call(MASK)],
    np.nonzero: [call(M), call(MASK)],
    np.lexsort: [call((V, W)), call(M, axis=0)],
    np.digitize: [call(V, [0.0, 1.0]), call(M, np.array([-1.0, 0.0, 1.0]), right=True)],
    np.searchsorted: [
        call(np.sort(V), W), call(np.sort(V), 0.8, "right"), call([0.0, 1.0], V), call(V, W, sorter=np.argsort(V)),
    ],
    np.diag_indices_from: [call(SQUARE)],
    np.tril_indices_from: [call(M), call(M, k=-1)],
    np.triu_indices_from: [call(M), call(M, 1)],
    np.ravel_multi_index: [call((INTS, INTS), (3, 3)), call((INTS, INTS), (2, 2), mode="clip")],
    np.unravel_index: [call(INTS, (2, 3)), call(INTS, (2, 3), order="F")],
    # text and bits
    np.array2string: [call(V), call(M, precision=2, separator=", ")],
    np.array_repr: [call(V), call(M)],
    np.array_str: [call(M)],
    np.packbits: [call(INTS.astype(np.uint8)), call(MASK, axis=1)],
    np.unpackbits: [call(INTS.astype(np.uint8))],
}  # fmt: skip
if hasattr(np, "in1d"):  # until NumPy 2.4
    EXAMPLES[np.in1d] = [call(V, [0.3])]  # noqa: NPY201
