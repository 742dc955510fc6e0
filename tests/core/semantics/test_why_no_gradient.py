"""Whoever finds no gradient can ask why there is none."""

import numpy as np
import pytest

import mygrad as mg


@pytest.fixture
def x() -> mg.Tensor:
    return mg.tensor([1.0, 2.0])


def test_has_one(x):
    (x * x).sum().backward()
    assert mg.why_no_gradient(x).startswith("it has a gradient")
    assert mg.why_no_gradient(x[:1]).startswith("it has a gradient")
    x.null_grad()
    x.grad = [1.0, 2.0]
    assert mg.why_no_gradient(x).startswith("it has a gradient")


def test_is_no_tensor():
    with pytest.raises(TypeError, match="expected a tensor, got ndarray"):
        mg.why_no_gradient(np.ones(3))  # type: ignore[arg-type]


def test_integers_and_constants(x):
    assert "it is a constant: numbers of dtype int64 have no derivatives" in mg.why_no_gradient(
        mg.tensor([1], dtype="int64")
    )
    assert "it is a constant: it was made a constant" in mg.why_no_gradient(mg.tensor(1.0, constant=True))
    y = mg.multiply(x, 2.0, constant=True)
    assert "with `constant=True`, or into a constant, from tensors that are variables: in multiply" in (
        mg.why_no_gradient(y + 1)
    )
    y = mg.tensor([1, 2]) * 0.5
    assert "from constants alone, among them numbers of dtype int" in mg.why_no_gradient(y)


def test_detached(x):
    detached = x.detach()
    assert "it is a constant: it is detached from a variable" in mg.why_no_gradient(detached)
    assert "among them one of shape (2,) that is detached from a variable" in mg.why_no_gradient(2 * detached)
    (x * detached).sum().backward()
    assert "it is detached from a variable" in mg.why_no_gradient(detached)
    with mg.no_autodiff:
        part = x[:1]
    assert "no gradient flows between the two" in mg.why_no_gradient(part)


def test_used_since(x):
    (x * x).sum().backward()
    y = np.sin(x)
    loss = y.sum()
    said = mg.why_no_gradient(x)
    assert "used for sin, of shape (2,), in the graph of sum, of shape ()" in said
    assert "If it had a gradient, using it has dropped that" in said
    assert "used for sum, of shape ()" in mg.why_no_gradient(y)
    assert "it is the result of sum, and `backward` has not been called" in mg.why_no_gradient(loss)


def test_not_used(x):
    assert "no operation has used it" in mg.why_no_gradient(x)
    with mg.no_autodiff:
        y = x * 2
        assert "tracking is off right now" in mg.why_no_gradient(x)
        assert "tracking is off right now" in mg.why_no_gradient(y)
    assert "no operation has used it" in mg.why_no_gradient(y)


def test_used_for_what_is_not_there_any_more(x):
    x * 2
    assert mg.why_no_gradient(x).startswith("it was used, but in no graph that is still there")
    y = x * 2
    y.data  # noqa: B018  (a leaf that has escaped is forgotten with its last use)
    x.data  # noqa: B018
    del y
    assert mg.why_no_gradient(x).startswith("it is a part of no graph that is still there")


def test_not_a_part_of_what_was_differentiated(x):
    other = mg.tensor(3.0)
    y = x * 2
    (other * y.data.sum()).backward()
    assert "used for multiply" in mg.why_no_gradient(x)


def test_cleared(x):
    y = x * 2
    y.clear_graph()
    assert "its graph was cleared without a gradient coming to it" in mg.why_no_gradient(y)
    y = x * 2
    (y.sum() * 3).backward()
    assert mg.why_no_gradient(y).startswith("it has a gradient")
    y.null_grad()
    assert "the gradient was dropped, by `null_grad`" in mg.why_no_gradient(y)


def test_through_constants_alone(x):
    y = mg.add(x, 1.0, constant=True)
    said = mg.why_no_gradient(x)
    assert "what was computed from it is a constant: add, of shape (2,)" in said
    assert y.constant


def test_a_view(x):
    part = x[1:]
    assert mg.why_no_gradient(part) == (
        f"it is a view, whose gradient is a view of that of its base, of shape (2,): {mg.why_no_gradient(x)}"
    )


def test_changes_nothing(x):
    y = x * x
    for t in (x, y, x[:1]):
        mg.why_no_gradient(t)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, [2.0, 4.0])
    assert mg.why_no_gradient(y).startswith("it has a gradient")
    np.testing.assert_array_equal(x.grad, [2.0, 4.0])
