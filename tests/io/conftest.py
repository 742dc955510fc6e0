"""What the tests of files share."""

import math
import os

import numpy as np
import pytest

import mygrad as mg

#: Whether to try everything: every bit, and all of the random damage.
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"


def is_same(a, b):
    """Whether two trees are the same, down to types, keys, bits, byte order and memory order."""
    if type(a) is not type(b):
        return False
    if isinstance(a, mg.Tensor):
        return a.constant is b.constant and is_same(a.data, b.data) and is_same(a.grad, b.grad)
    if isinstance(a, np.ndarray):
        return (
            a.dtype.str == b.dtype.str
            and a.shape == b.shape
            and a.tobytes() == b.tobytes()
            and (a.flags.f_contiguous and not a.flags.c_contiguous)
            == (b.flags.f_contiguous and not b.flags.c_contiguous)
        )
    if isinstance(a, np.generic):
        return a.dtype == b.dtype and a.tobytes() == b.tobytes()
    if isinstance(a, dict):
        return is_same(list(a.items()), list(b.items()))
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(is_same, a, b))
    if isinstance(a, float):
        return (math.isnan(a) and math.isnan(b)) or (a == b and math.copysign(1, a) == math.copysign(1, b))
    if isinstance(a, complex):
        return is_same((a.real, a.imag), (b.real, b.imag))
    return a == b


@pytest.fixture(scope="session")
def assert_same():
    def assert_same(a, b):
        assert is_same(a, b), f"{a!r}\nis not\n{b!r}"

    return assert_same


@pytest.fixture(scope="session")
def same():
    return is_same


@pytest.fixture(scope="session")
def long():
    return LONG
