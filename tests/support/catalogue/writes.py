"""Example calls of the functions that write into their first argument."""

import numpy as np

from catalogue import call

M = np.arange(12.0).reshape(3, 4) * 1.1 + 0.3
V = np.array([1.5, 2.5, 3.5])

EXAMPLES = {
    np.copyto: [
        call(M, 2.5), call(M, np.arange(4.0)), call(M, np.arange(4), "safe", M > 5), call(M, M + 1, "unsafe", False),
        call(M, V[:, None], "same_kind", [True, False, True, False]), call(M, np.array(2.5), where=M > 5),
    ],
    np.put: [
        call(M, [0, 5, -1], V), call(M, [0, 5, 0, 1], V[:2]), call(M, 3, np.array(9.5)), call(M, 3, 9.5),
        call(M, [[1, 2]], V[None]), call(M, [1, 20, -30], V, "wrap"), call(M, [1, 20, -30], V, mode="clip"),
        call(M, [], 1.0), call(np.array(0.5), [0, 0], V[:2]),
    ],
    np.place: [call(M, M > 3, V), call(M, M > 30, []), call(M, np.arange(12), [1.5])],
    np.putmask: [call(M, M > 3, M * 2), call(M, M > 3, V), call(M, M > 3, 0.5)],
    np.fill_diagonal: [call(M, np.array(7.5)), call(M, V[:2]), call(M.T, V, True), call(M, 7)],
    np.put_along_axis: [
        call(M, np.array([[1], [0], [3]]), V[:, None], 1), call(M, np.array([[1, 0, 2, 0]]), 9.5, 0),
        call(M, np.array([1, 4, -1]), np.array(9.5), None),
    ],
}  # fmt: skip
