"""Examples of the differentiable outputs of ufuncs that have two."""

import numpy as np

from mygrad._dispatch.several_outputs import fraction, mantissa
from rule_examples import Example

A = np.array([[0.3, -1.7, 2.6], [7.4, -0.2, 5.1]])

EXAMPLES = {
    fraction: [Example((A,)), Example((np.array(-2.3),)), Example((A.T[::2],)), Example((A[:0],))],
    mantissa: [Example((A,)), Example((np.array(-2.3),)), Example((A.T[::2],)), Example((A[:0],))],
}
