"""What code written for MyGrad 2 relies on, and its documentation does not show."""

import gc
import os
import subprocess
import sys
import weakref

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg


def test_where_the_tensor_was():
    from mygrad.tensor_base import Tensor

    assert Tensor is mg.Tensor


def test_an_exception_that_is_caught():
    assert issubclass(mg.errors.DisconnectedView, mg.errors.MyGradException)


class TestCreator:
    def test_is_one_object(self):
        x = mg.tensor([1.0, 2.0])
        y, view = np.exp(x), x[:1]
        for t in (y, view):
            creator = t.creator
            assert t.creator is creator
            assert t.creator is t.creator
        assert y.creator is not view.creator
        assert y.creator != (x * 2).creator

    def test_lives_for_those_who_look_at_it(self):
        y = np.exp(mg.tensor([1.0, 2.0]))
        creator = weakref.ref(y.creator)
        gc.collect()
        assert creator() is None
        kept = y.creator
        del y
        assert kept.name == "exp"

    def test_of_a_cleared_graph(self):
        y = np.exp(mg.tensor([1.0, 2.0]))
        creator = y.creator
        y.backward()
        assert y.creator is None
        assert creator.name == "cleared"

    def test_of_an_operation_of_ones_own(self):
        class Double(mg.Operation):
            def __call__(self, x):
                self.variables = (x,)
                return 2 * x.data

            def backward_var(self, grad, index, **kwargs):
                return 2 * grad

        y = mg.Tensor._op(Double, [1.0, 2.0], constant=False)
        assert isinstance(y.creator, Double)
        assert y.creator is y.creator


class TestAstensor:
    """Of a constant, as of an array: `tensor` and `astensor` agree."""

    @pytest.mark.parametrize("make", [mg.tensor, mg.astensor])
    def test_a_constant_of_another_dtype(self, make):
        assert make(mg.tensor([1.0], constant=True), dtype=np.float32).constant is False
        assert make(mg.tensor([1]), dtype=np.float32).constant is False
        assert make(mg.tensor([1.0], constant=True), dtype=int).constant is True
        assert make(mg.tensor([1]), dtype=float, constant=True).constant is True
        assert make(mg.tensor([1.0]), dtype=np.float32, constant=True).constant is True

    def test_a_constant_that_fits(self):
        c = mg.tensor([1.0], constant=True)
        assert mg.astensor(c) is mg.astensor(c, dtype=float) is mg.astensor(c, constant=True) is c


class TestEnvironment:
    CODE = "import mygrad; print(mygrad.mem_guard_active())"

    def run(self, value):
        environment = {k: v for k, v in os.environ.items() if k != "MYGRAD_MEM_GUARD"}
        if value is not None:
            environment["MYGRAD_MEM_GUARD"] = value
        return subprocess.run(
            [sys.executable, "-c", self.CODE], env=environment, capture_output=True, text=True, check=True
        )

    @pytest.mark.parametrize(("value", "guarded"), [(None, True), ("1", True), ("0", False), ("False", False)])
    def test_says_whether_memory_is_guarded(self, value, guarded):
        done = self.run(value)
        assert done.stdout.strip() == str(guarded)
        assert not done.stderr

    def test_says_what_is_not_understood(self):
        done = self.run("maybe")
        assert done.stdout.strip() == "True"
        assert "MYGRAD_MEM_GUARD is 'maybe'" in done.stderr


def test_execute_op_under_its_first_name():
    """Which losses of other packages call."""

    class Huber(mg.Operation):
        scalar_only = True

        def __call__(self, x, target, delta, *, factor=1.0):
            self.variables = (x,)
            error = x.data - target
            self.slope = np.clip(error, -delta, delta) * factor / x.data.size
            small = np.abs(error) <= delta
            return factor * np.where(small, error**2 / 2, delta * (np.abs(error) - delta / 2)).mean()

        def backward_var(self, grad, index, **kwargs):
            return grad * self.slope

    x = mg.tensor([1.0, 4.0, -2.0])
    loss = mg.Tensor._op(Huber, x, op_args=(np.array([1.5, 0.0, -2.0]), 1.0), op_kwargs={"factor": 3.0})
    assert loss.item() == pytest.approx(0.125 + 3.5)
    loss.backward()
    assert_array_equal(x.grad, [-0.5, 1.0, 0.0])
    assert mg.Tensor._op(Huber, x, op_args=(0.0, 1.0), constant=True).constant
    out = mg.tensor(0.0)
    assert x._op(Huber, x, op_args=(0.0, 1.0), out=out) is out
