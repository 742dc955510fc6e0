"""Examples for mygrad._rules.ranges."""

import numpy as np

from rule_examples import Example

VECTOR, OTHER = np.array([0.4, -1.5, 2.0]), np.array([[3.1], [0.7]])

EXAMPLES = {
    np.linspace: [
        Example(args=(np.array(0.5), np.array(2.5))),
        Example(args=(VECTOR, OTHER), params={"num": 4}),
        Example(args=(VECTOR, OTHER), params={"num": 3, "endpoint": False, "axis": -1}),
        Example(args=(VECTOR, OTHER), params={"num": 3, "axis": 1}),
        Example(args=(VECTOR, 2.0), params={"num": 1}, diff=(0,)),
        Example(args=(1.0, VECTOR), params={"num": 0}, diff=(1,)),
        Example(args=(VECTOR.astype(np.float32), OTHER.astype(np.float32)), params={"num": 3}),
    ],
    np.geomspace: [
        Example(args=(np.array(0.5), np.array(2.5)), params={"num": 5}),
        Example(args=(np.array(-0.5), np.array(-2.5)), params={"num": 3, "endpoint": False}),
        Example(args=(np.abs(VECTOR), OTHER), params={"num": 4, "axis": -1}),
        Example(args=(np.abs(VECTOR), 2.0), params={"num": 1}, diff=(0,)),
        Example(args=(np.abs(VECTOR).astype(np.float32), OTHER.astype(np.float32)), params={"num": 3}),
    ],
}
