"""What PyTorch's names lead to."""

import traceback

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("numpy", r"`t\.data`"),
        ("requires_grad", r"`not t\.constant`"),
        ("requires_grad_", "constant=True"),
        ("cpu", "processor"),
        ("clamp", r"`t\.clip"),
        ("zero_grad", "null_grad"),
        ("clone", r"`\+t`"),
        ("float", "astype"),
        ("unsqueeze", "expand_dims"),
        ("exp", r"`mg\.exp\(t\)`"),
        ("mul_", r"`t \*= x`"),
    ],
)
def test_are_hints(name, hint):
    t = mg.tensor([1.0, 2.0])
    with pytest.raises(AttributeError, match=f"'Tensor' object has no attribute '{name}': .*{hint}"):
        getattr(t, name)
    with pytest.raises(AttributeError, match=f"no attribute '{name}': .*{hint}"):
        setattr(t, name, True)
    assert not hasattr(t, name)
    assert not hasattr(mg.Tensor, name)
    assert name not in dir(t)


def test_python_adds_no_name_that_looks_alike():
    with pytest.raises(AttributeError) as caught:
        mg.tensor([1.0]).unsqueeze  # noqa: B018
    assert "squeeze'?" not in "".join(traceback.format_exception(caught.value))


def test_other_names_are_as_ever():
    t = mg.tensor(1.0)
    with pytest.raises(AttributeError, match=r"'Tensor' object has no attribute 'nonsense'$"):
        t.nonsense  # noqa: B018
    assert {"sum", "grad", "detach", "shape"} <= set(dir(t))


class TestDetach:
    def test_shares_memory_and_no_gradient(self):
        x = mg.tensor([1.0, 2.0])
        d = x.detach()
        assert d is not x
        assert d.constant
        assert d.creator is None
        assert np.shares_memory(d, x)
        (x * d).backward()
        assert_array_equal(x.grad, [1.0, 2.0])
        assert d.grad is None

    def test_drops_no_gradient(self):
        x = mg.tensor([1.0, 2.0])
        y = (x * x).sum()
        z = x * 1.0
        y.backward()
        for t in (x, y, z):
            t.detach()
        assert_array_equal(x.grad, [2.0, 4.0])
        assert y.grad == 1.0

    def test_the_graph_knows_of_what_is_written_into_it(self):
        x = mg.tensor([1.0, 2.0])
        y = x * 1.0
        z = y * y
        d = y.detach()
        d[0] = 5.0
        assert_array_equal(y, [5.0, 2.0])
        (z.sum() + (y * 10.0).sum()).backward()
        assert_array_equal(x.grad, [2.0, 14.0])  # no part of the new `y` is from the old `y[0]`

    @pytest.mark.parametrize("make", [lambda: mg.tensor([1, 2]), lambda: mg.tensor([1.0], constant=True)])
    def test_of_constants(self, make):
        c = make()
        d = c.detach()
        assert d is not c
        assert d.constant
        assert np.shares_memory(d, c)

    def test_of_a_number(self):
        s = mg.tensor([1.0, 2.0]).sum()
        d = s.detach()
        d += 1.0
        assert (s, d) == (3.0, 4.0)
