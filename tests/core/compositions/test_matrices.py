"""Powers of matrices, tensor equations and products of several matrices: corner cases and errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad._compositions.products import _cheapest_splits


def test_matrix_power_gives_a_new_array() -> None:
    a = mg.tensor(np.eye(2))
    assert not np.shares_memory(np.linalg.matrix_power(a, 1), a)
    assert np.array_equal(np.linalg.matrix_power(mg.tensor(np.full((2, 2), np.nan)), 0), np.eye(2))


@pytest.mark.parametrize(
    ("fn", "args"),
    [
        (np.linalg.matrix_power, (np.ones((2, 3)), 2)),
        (np.linalg.matrix_power, (np.ones(2), 2)),
        (np.linalg.matrix_power, (np.eye(2), 2.5)),
        (np.linalg.tensorinv, (np.ones((2, 2)), 0)),
        (np.linalg.tensorsolve, (np.ones((2, 3)), np.ones(2))),
        (np.linalg.outer, (np.ones((2, 2)), np.ones(2))),
        (np.linalg.cross, (np.ones(2), np.ones(3))),
        (np.linalg.cross, (np.ones((3, 2)), np.ones((3, 2)))),
    ],
)
def test_errors_are_numpys(fn: Any, args: Any) -> None:
    with pytest.raises(Exception) as expected:
        fn(*args)
    with pytest.raises(expected.type):
        fn(mg.tensor(args[0]), *args[1:])


def test_multi_dot_takes_the_cheapest_order() -> None:
    assert _cheapest_splits([10, 100, 5, 50]) == {(0, 1): 0, (1, 2): 1, (0, 2): 1}
    assert _cheapest_splits([50, 5, 100, 10])[0, 2] == 0


@pytest.mark.parametrize("arrays", [[], [np.ones(2)], [np.ones((2, 2)), np.ones(2), np.ones((2, 2))]])
def test_multi_dot_refuses_what_numpy_refuses(arrays: Any) -> None:
    with pytest.raises(Exception) as expected:
        np.linalg.multi_dot(arrays)
    with pytest.raises(expected.type):
        mg.linalg.multi_dot(arrays)
