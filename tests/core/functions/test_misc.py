"""Functions that have something of their own to get right: clip, where, einsum, random numbers, ..."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg
from mygrad import Tensor


class TestClip:
    def test_ties_share(self):
        x = mg.tensor([0.0, 1.0])
        mg.clip(x, mg.tensor(0.0), 1.0).backward()
        assert_array_equal(x.grad, [0.5, 0.5])

    @pytest.mark.parametrize("module", [mg, np])
    def test_bounds_given_twice(self, module):
        with pytest.raises(ValueError, match="max"):
            module.clip(mg.tensor([-1.0, 0.5, 3.0]), 0.0, 1.0, max=2.0)

    def test_masked(self):
        x, out = mg.tensor([-1.0, 0.5, 3.0]), mg.tensor([7.0, 8.0, 9.0])
        before = out * 1.0
        before = mg.clip(x, 0.0, 1.0, before, where=[True, True, False])
        assert_array_equal(before.data, [0.0, 0.5, 9.0])
        before.backward()
        assert_array_equal(x.grad, [0.0, 1.0, 0.0])
        assert_array_equal(out.grad, [0.0, 0.0, 1.0])


class TestWhere:
    def test_condition_takes_no_gradient(self):
        c, x = mg.tensor([1.0, 0.0]), mg.tensor([2.0, 3.0])
        y = np.where(c, x, 1.0)
        assert_array_equal(y.data, [2.0, 1.0])
        y.backward()
        assert_array_equal(x.grad, [1.0, 0.0])
        assert mg.where(c, 1.0, 2.0).constant is True

    def test_positions(self):
        for condition in ([0.0, 2.0], mg.tensor([0.0, 2.0]), np.array([False, True])):
            (positions,) = mg.where(condition)
            assert type(positions) is np.ndarray
            assert_array_equal(positions, [1])
        with pytest.raises(ValueError, match="constant"):
            mg.where([True], constant=True)
        with pytest.raises(ValueError, match="both or neither"):
            mg.where([True], 1.0)

    def test_nothing_comes_through_a_mask(self):
        x = mg.tensor([0.0, 4.0])
        with np.errstate(divide="ignore"):
            mg.where([False, True], mg.log(x), 0.0).backward()
        assert_array_equal(x.grad, [0.0, 0.25])

    def test_condition_written_later(self):
        mask, x = mg.tensor([True, False]), mg.tensor([1.0, 2.0])
        y = mg.where(mask, x, 0.0)
        mask[...] = False
        y.backward()
        assert_array_equal(x.grad, [1.0, 0.0])


class TestEinsum:
    def test_diagonal_of_an_array_is_no_private_copy(self):
        array = np.ones((2, 2))
        y = mg.einsum("ii->i", array)
        assert np.shares_memory(y, array)
        array[...] = 5.0
        assert_array_equal(y.data, 5.0)

    def test_constant(self):
        x = mg.tensor([1.0, 2.0])
        assert mg.einsum("i,i", x, x, constant=True).constant is True
        assert mg.einsum("i,i", [1.0], [2.0]).constant is True
        assert mg.einsum("i,i", [1.0], [2.0], constant=False).constant is False
        view = mg.einsum("i->i", x, constant=True)
        assert (view.constant, view.base is x) == (True, True)


class TestNanToNum:
    def test_in_place(self):
        x = mg.tensor([1.0, np.nan, np.inf])
        y = x * 2.0
        z = y
        assert np.nan_to_num(y, copy=False, posinf=9.0) is y
        assert_array_equal(z.data, [2.0, 0.0, 9.0])
        y.backward()
        assert_array_equal(x.grad, [2.0, 0.0, 0.0])

    def test_an_array_in_place(self):
        array = np.array([np.nan, 1.0])
        assert np.shares_memory(mg.nan_to_num(array, copy=False), array)
        assert_array_equal(array, [0.0, 1.0])


class TestRandom:
    @pytest.mark.parametrize(
        ("ours", "numpys"),
        [
            (lambda **kw: mg.random.rand(2, 3, **kw), lambda: np.random.rand(2, 3)),
            (lambda **kw: mg.random.randn(2, 3, **kw), lambda: np.random.randn(2, 3)),
            (lambda **kw: mg.random.random((2, 3), **kw), lambda: np.random.random((2, 3))),
            (lambda **kw: mg.random.random_sample(4, **kw), lambda: np.random.random_sample(4)),
            (lambda **kw: mg.random.ranf((2,), **kw), lambda: np.random.ranf((2,))),
            (lambda **kw: mg.random.sample((2,), **kw), lambda: np.random.sample((2,))),
            (lambda **kw: mg.random.rand(**kw), lambda: np.random.rand()),
            (lambda **kw: mg.random.random(**kw), lambda: np.random.random()),
        ],
    )
    def test_as_numpys(self, ours, numpys):
        np.random.seed(5)
        expected = numpys()
        mg.random.seed(5)
        t = ours()
        assert isinstance(t, Tensor)
        assert (t.constant, t.dtype, t.shape) == (False, np.float64, np.shape(expected))
        assert_array_equal(t.data, expected)
        assert ours(constant=True).constant is True

    def test_integers(self):
        np.random.seed(5)
        expected = np.random.randint(2, 9, (2, 3)), np.random.randint(4), np.random.randint([1, 2], [5, 9])
        mg.random.seed(5)
        results = mg.random.randint(2, 9, (2, 3)), mg.random.randint(4), mg.random.randint(mg.tensor([1, 2]), [5, 9])
        for t, array in zip(results, expected, strict=True):
            assert isinstance(t, Tensor)
            assert t.constant is True
            assert_array_equal(t.data, array)
        assert mg.random.randint(3, shape=2, dtype=np.int8).dtype == np.int8

    def test_errors(self):
        for bad in (lambda: mg.random.rand(-1), lambda: mg.random.random("x"), lambda: mg.random.randint(0)):
            with pytest.raises((ValueError, TypeError)):
                bad()


def test_remainders_are_plain_of_constants_and_differentiable_of_variables():
    for f in (mg.remainder, mg.mod, mg.fmod):
        assert type(f(mg.tensor([7, 8]), 3)) is np.ndarray
        x = mg.tensor([7.5, 8.5])
        y = f(x, 3.0)
        assert isinstance(y, Tensor)
        y.backward()
        assert_array_equal(x.grad, [1.0, 1.0])


def test_constants_and_dtypes():
    assert (mg.pi, mg.e, mg.inf, mg.newaxis, mg.euler_gamma) == (np.pi, np.e, np.inf, None, np.euler_gamma)
    assert np.isnan(mg.nan)
    assert mg.float32 is np.float32
    assert mg.bool_ is np.bool_


def test_types_for_annotations():
    from mygrad.typing import ArrayLike, DTypeLikeReals, ImplementsArray, Shape

    assert isinstance(mg.tensor(1.0), ImplementsArray)
    assert all((ArrayLike | None, DTypeLikeReals, Shape))


def test_nothing_stays_locked_after_an_error():
    array = np.ones(3)
    x = mg.tensor(np.ones(3), copy=False)
    for bad in (
        lambda: mg.concatenate([array, np.ones((2, 2))]),
        lambda: mg.sum(array, axis=3),
        lambda: mg.dot(x, np.ones(4)),
        lambda: mg.exp(array, constant=False, out=np.ones(2)),
        lambda: mg.reshape(array, 7),
    ):
        with pytest.raises(ValueError):
            bad()
    array[...] = 0.0
    x.data[...] = 0.0


@pytest.mark.parametrize(
    ("f", "given"),
    [
        (mg.take, [0, 1]),
        (mg.repeat, [2, 1]),
        (lambda x, i: mg.choose(i, [x, 2 * x]), [0, 1]),
        (lambda x, mask: mg.sum(x, where=mask), [True, False]),
        (lambda x, mask: mg.where(mask, x, 0.0), [True, False]),
        (lambda x, mask: mg.compress(mask, x), [True, False]),
        (lambda x, mask: mg.select([np.asarray(mask)], [x], x * 3), [True, False]),
        (lambda x, mask: mg.clip(x, 1.5, None, where=mask), [True, False]),
    ],
)
@pytest.mark.parametrize("kind", [mg.tensor, list])
def test_indices_and_masks_may_be_written_later(f, given, kind):
    x = mg.tensor([1.0, 2.0])
    f(x, np.array(given)).backward()
    expected = x.grad
    given = kind(given)
    y = f(x, given)
    given[0] = given[1]
    y.backward()
    assert_array_equal(x.grad, expected)


def test_writing_over_an_operand():
    a, b = np.array([-1.0, 0.5]), mg.tensor([0.0, 0.0])
    with pytest.raises(TypeError, match="takes no gradient"):
        mg.clip(a, b, None, out=a)
    assert_array_equal(a, [-1.0, 0.5])
    mg.clip(a, b.detach(), None, out=a)
    assert_array_equal(a, [0.0, 0.5])

    a, b = np.array([1.0, 2.0]), mg.tensor([3.0, 4.0])
    with pytest.raises(TypeError, match="takes no gradient"):
        mg.dot(np.diag(a), b, out=a)
    mg.dot(np.diag(a), b.detach(), out=a)
    assert_array_equal(a, [3.0, 8.0])
    mg.cumsum(a, out=a)
    assert_array_equal(a, [3.0, 11.0])
