"""Example calls of methods of arrays, in the forms that the function of the name does not have.

(Methods are also called with the examples of these functions.)
"""

from typing import Any

import numpy as np

from catalogue import call
from catalogue.reductions import CUBE, FORTRAN, STRIDED, M, spaced

ORDERS = [
    call(M),
    call(M, "F"),
    call(FORTRAN, "A"),
    call(STRIDED, order="K"),
    call(CUBE, "C"),
    call(np.array(0.5)),
    call(M[:, :0]),
]
ndarray: Any = np.ndarray

EXAMPLES = {
    ndarray.T: [call(M), call(CUBE), call(spaced(3)), call(np.array(0.5))],
    ndarray.mT: [call(M), call(CUBE)],
    ndarray.real: [call(M)],
    ndarray.imag: [call(M)],
    ndarray.conj: [call(M), call(np.array(0.5))],
    ndarray.reshape: [
        call(M, 2, -1), call(M, (-1, 1, 2)), call(M, [12, 1]), call(M, -1, order="F"),
        call(FORTRAN, (2, -1), order="A"), call(STRIDED, 3, 2, 2), call(M, -1),
    ],
    ndarray.transpose: [call(M, None), call(M, 1, 0), call(M, (0, 1)), call(M, [-1, 0]), call(CUBE, 1, 2, 0)],
    ndarray.flatten: ORDERS,
    ndarray.ravel: ORDERS,
    ndarray.view: [call(M), call(M, type=np.ndarray), call(M, np.ndarray), call(STRIDED)],
    ndarray.astype: [
        call(M, np.float64), call(M, "f8", "F", "safe", True, False), call(M, np.float32), call(M, int),
        call(M, np.float64, copy=False), call(STRIDED, np.float64, order="C"),
    ],
    ndarray.clip: [call(M, -0.65, 1.15), call(M, 0.05), call(M, max=0.05), call(M, min=-0.65, max=1.15), call(M, 5, M)],
    ndarray.dot: [call(M, 3.0), call(M, b=M.T)],
    ndarray.item: [call(M, 3), call(M, 1, 2), call(np.array(0.5)), call(M, (1, 2))],
    ndarray.tolist: [call(M), call(np.array(0.5))],
    ndarray.tobytes: [call(M), call(M.T, "F")],
}  # fmt: skip
if np.lib.NumpyVersion(np.__version__) >= "2.1.0":
    EXAMPLES[ndarray.reshape] += [call(M, -1, copy=True), call(M, (2, 6), copy=False)]
