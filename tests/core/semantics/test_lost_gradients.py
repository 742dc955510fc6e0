"""Nothing loses a gradient without a word: where the values of a variable become plain, that is told, or refused."""

import copy
import math

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg
import mygrad.functional as F


@pytest.fixture
def x():
    return mg.tensor([1.5, 2.25, 3.75])


class TestCopies:
    """A copy is a leaf, as the documentation has it. Made of a result, it cuts off what was computed before."""

    @pytest.mark.parametrize("make", [lambda t: t.copy(), copy.copy, copy.deepcopy])
    def test_of_a_result(self, make):
        x = mg.tensor(3.0)
        a = x * 1
        with pytest.warns(mg.errors.GradientLostWarning, match="copy"):
            b = make(a)
        assert b.creator is None
        (a + a - b).backward()
        assert x.grad == 2

    def test_of_a_leaf(self, x):
        """With this, ``x = x.copy()``, half of the code begins that is written for NumPy."""
        with pytest.warns(mg.errors.GradientLostWarning, match="copy"):
            x.copy()

    @pytest.mark.parametrize("make", [copy.copy, copy.deepcopy])
    def test_of_a_leaf_by_the_standard_library(self, x, make):
        assert make(x) is not x

    @pytest.mark.parametrize("make", [lambda t: t.copy(), copy.copy, copy.deepcopy])
    def test_of_what_has_no_gradient_to_lose(self, x, make):
        make(mg.tensor([1.0], constant=True))
        make(mg.tensor([1, 2]))
        with mg.no_autodiff:
            make(x * 1)
        y = x * 2
        y.backward()
        make(y)

    def test_in_functions_to_be_differentiated(self):
        assert_array_equal(F.grad(lambda x: x * x.copy())([1.0, 2.0]), [2.0, 4.0])
        assert_array_equal(F.grad(lambda x: (x * x).copy())([1.0, 2.0]), [2.0, 4.0])

    @pytest.mark.parametrize("make", [np.copy, lambda t: +t, lambda t: np.array(t, like=t)])
    def test_that_are_parts_of_the_graph(self, make):
        x = mg.tensor(3.0)
        a = x * 1
        (a + a - make(a)).backward()
        assert x.grad == 1
        assert F.grad(lambda x: x * make(x))(3.0) == 6.0


class TestPlainTargets:
    """A plain array takes no gradient. Into a tensor, the same is a part of the graph."""

    CALLS = (
        lambda x, a: np.multiply(x, x, out=a),
        lambda x, a: mg.multiply(x, x, out=a),
        lambda x, a: np.multiply(x, x, where=[True, False, True], out=a),
        lambda x, a: np.sum(x, out=a[0, ...]),
        lambda x, a: mg.mean(x, out=a[0, ...]),
        lambda x, a: np.cumsum(x, out=a),
        lambda x, a: np.clip(x, 0, 2, out=a),
        lambda x, a: np.concatenate([x[:1], x[1:]], out=a),
        lambda x, a: np.add.accumulate(x, out=a),
        lambda x, a: np.modf(x, out=(a, None)),
        lambda x, a: np.einsum("i,i->i", x, x, out=a),
        lambda x, a: a.__iadd__(x),
        lambda x, a: a.__imul__(x),
        lambda x, a: np.add(a, x, a),
    )

    @pytest.mark.parametrize("call", CALLS)
    def test_of_variables_are_refused(self, x, call):
        a = np.ones(3)
        with pytest.raises(TypeError):
            call(x, a)
        assert_array_equal(a, 1.0)

    @pytest.mark.parametrize("call", [lambda x, a: np.copyto(a, x), lambda x, a: np.put(a, [0, 1, 2], x)])
    def test_are_refused_by_what_writes_to_its_first_argument(self, x, call):
        a = np.ones(3)
        with pytest.raises(TypeError):
            call(x, a)
        assert_array_equal(a, 1.0)

    @pytest.mark.parametrize("call", CALLS)
    def test_of_what_has_no_gradient_to_lose(self, x, call):
        a, b = np.ones(3), np.ones(3)
        call(mg.tensor(x, constant=True), a)
        assert (a != 1.0).any()
        with mg.no_autodiff:
            call(x, b)
        assert_array_equal(a, b)

    def test_tensors(self, x):
        t = mg.zeros(3)
        np.multiply(x, x, out=t)
        (np.sum(t) + np.sum(x)).backward()
        assert_array_equal(x.grad, 2 * x.data + 1)


def written(x):
    a = np.zeros(2)
    a[0] = x[0]
    return np.sum(a) + x[1]


def added(x):
    a = np.zeros(2)
    a += x
    return np.sum(a) + x[0]


class TestFunctionsToBeDifferentiated:
    """Whoever asks for a derivative wants all of it: where a part would be lost, that is an error."""

    @pytest.mark.parametrize(
        "f",
        [
            lambda x: np.sum(mg.tensor(x) ** 2),
            lambda x: np.sum(mg.Tensor(x) ** 2),
            lambda x: np.sum(mg.tensor(x, dtype=np.float32) ** 2),
            lambda x: np.sum(np.asarray(x) ** 2) + x[0],
            lambda x: np.sum(np.array(x)) + x[0],
            lambda x: np.sum(np.array([x[0], x[1]])) + x[0],
            lambda x: np.sum(np.sin([x[0], x[1]])) + x[0],
            lambda x: np.sum(np.add([x[0], x[1]], 1.0)) + x[0],
            lambda x: np.dot(np.ones(2), [x[0], x[1]]) + x[0],
            lambda x: np.ones(2).dot(x) + x[0],
            lambda x: np.sum(np.full(2, x[1])) + x[0],
            lambda x: np.vectorize(lambda t: t * t)(x)[0] + x[0],
            lambda x: float(x[1]) * x[0],
            lambda x: math.sin(x[1]) * x[0],
            lambda x: complex(x[1]).real * x[0],
            lambda x: sum(map(float, x)) + x[0],
            lambda x: np.multiply(x, x, out=np.zeros(2))[0] + np.multiply(x, x, out=np.zeros(2)).data[1],
            written,
            added,
        ],
    )
    def test_exits_are_errors(self, f):
        for derivative in (F.grad(f), F.value_and_grad(f), F.jacobian(f), F.hessian(f)):
            with pytest.raises(TypeError):
                derivative(np.array([1.0, 2.0]))

    @pytest.mark.parametrize(
        "f",
        [
            lambda x: np.sum(x * np.asarray(mg.tensor([1.0, 2.0], constant=True))),
            lambda x: np.sum(x * [1.0, 2.0]) + 0.0 * float(x.shape[0]),
            lambda x: np.sum(np.where(x > 0, x * [1.0, 2.0], 0.0)) if bool(x[0] > 0) else x[0],
            lambda x: np.sum(np.stack([x[0], 2.0 * x[1]])),
            lambda x: np.sum(mg.tensor([x[0], 2.0 * x[1]])),
        ],
    )
    def test_what_loses_nothing(self, f):
        assert_array_equal(F.grad(f)([1.0, 2.0]), [1.0, 2.0])
