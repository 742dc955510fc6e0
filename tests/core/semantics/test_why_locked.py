"""Whoever meets "assignment destination is read-only" can find out what the array is needed for."""

import numpy as np
import pytest

import mygrad as mg


def test_names_the_operations():
    a = np.array([1.0, 2.0])
    y = mg.tensor([3.0, 4.0]) * a
    with pytest.raises(ValueError, match="read-only"):
        a[0] = 5.0
    assert "multiply" in str(mg.why_locked(a))
    assert "multiply" in str(mg.why_locked(a[:1]))
    y.backward()
    assert not mg.why_locked(a)
