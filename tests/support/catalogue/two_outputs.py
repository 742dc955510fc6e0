"""Example calls of the ufuncs that have two outputs."""

import numpy as np

from catalogue import Example

A = np.array([[0.3, -1.7, 2.6], [7.4, -0.2, 5.1]])

EXAMPLES = {
    np.modf: [Example((A,)), Example((np.array(-2.3),)), Example((A.T[::2],)), Example((A[:0],))],
    np.frexp: [Example((A,)), Example((np.array(-2.3),)), Example((A.T[::2],)), Example((A[:0],))],
    np.divmod: [Example((A, 0.7)), Example((A, A[0] + 0.05)), Example((7.3, A)), Example((A[:0], np.array(1.5)))],
}
