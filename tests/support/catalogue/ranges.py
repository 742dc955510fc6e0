"""Example calls of the functions that go in steps from number to number."""

import numpy as np

from catalogue import Example, call

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
        Example((VECTOR, OTHER), {"num": 4, "retstep": True}),
        call(0, 1),
        call(0.0, 1.0, 5, endpoint=False),
        call(0, 9, 4, dtype=int),
        call(VECTOR, 9.0, 4, False, axis=1),
    ],
    np.logspace: [
        call(0, 2, 3),
        call(0.0, 1.0, num=5, endpoint=False, base=2.0),
        call(0, 2, 3, dtype=np.float32),
        call(np.array(0.5), np.array(2.0), 4),
        call(VECTOR, OTHER, num=3, endpoint=False, axis=1),
        call(VECTOR, 1.0, 4, base=2.0),
        call(0.0, VECTOR, 3, base=np.array([2.0, 5.0, 1.5])),
        call(VECTOR, OTHER, 3, base=np.array([2.0, 5.0, 1.5]), axis=-1),
        call(VECTOR, OTHER, 4, base=np.array([2.0, 5.0, 1.5]), axis=1),
    ],
    np.geomspace: [
        call(1, 100, 3),
        call(-1.0, -8.0, 4),
        call(np.array(1.5), 12.0, 3, False),
        Example(args=(np.array(0.5), np.array(2.5)), params={"num": 5}),
        Example(args=(np.array(-0.5), np.array(-2.5)), params={"num": 3, "endpoint": False}),
        Example(args=(np.abs(VECTOR), OTHER), params={"num": 4, "axis": -1}),
        Example(args=(np.abs(VECTOR), 2.0), params={"num": 1}, diff=(0,)),
        Example(args=(np.abs(VECTOR).astype(np.float32), OTHER.astype(np.float32)), params={"num": 3}),
    ],
}
