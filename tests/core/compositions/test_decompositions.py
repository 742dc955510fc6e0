"""Decompositions of matrices, and functions that rest on them, where they are singular, tied or refused."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad import Tensor

SQUARE = np.array([[2.0, 0.3, -0.4], [0.9, -1.5, 0.6], [0.2, 1.1, 3.1]])
TALL = np.array([[1.2, 0.3], [-0.4, 2.1], [0.8, -0.5], [0.1, 0.7]])
X, Y = np.array([0.0, 0.7, 1.3, 2.2, 3.1]), np.array([1.0, 0.3, 2.0, -1.0, 0.4])


def test_what_has_no_derivative_is_refused():
    x = Tensor(TALL)
    with pytest.raises(TypeError, match="cannot be differentiated"):
        np.linalg.qr(x, "raw")
    for call in (np.linalg.svd, lambda a: np.linalg.qr(a, "complete"), lambda a: np.linalg.qr(a, "raw")):
        constants = call(Tensor(TALL, constant=True))
        for ours, numpys in zip(constants, call(TALL), strict=True):
            assert_allclose(ours, numpys)
        with mg.no_autodiff:
            call(x)


@pytest.mark.parametrize("k", [TALL.shape[1] - 1, TALL.shape[1]])
def test_what_is_not_determined_is_refused_if_it_matters(k):
    undetermined = k == TALL.shape[1]
    for last in (
        lambda a: np.linalg.svd(a)[0][:, k],
        lambda a: np.linalg.svd(np.swapaxes(a, 0, 1))[2][k],
        lambda a: np.linalg.qr(a, "complete")[0][:, k],
    ):
        x = Tensor(TALL)
        loss = last(x).sum()
        if undetermined:
            with pytest.raises(mg.errors.InvalidBackprop, match="not determined"):
                mg.functional.derivatives(loss, [x])
            with pytest.raises(mg.errors.InvalidBackprop, match="not determined"):
                loss.backward()
        else:
            loss.backward()
            assert x.grad.any()


@pytest.mark.parametrize(
    "call",
    [
        lambda a: np.linalg.eigh(a(TALL)),
        lambda a: np.linalg.eigh(a(SQUARE), UPLO="X"),
        lambda a: np.linalg.svd(a(X)),
        lambda a: np.linalg.qr(a(SQUARE), "no such mode"),
        lambda a: np.linalg.lstsq(a(TALL), a(X)),
        lambda a: np.linalg.cond(a(TALL), 1),
        lambda a: np.linalg.cond(a(np.zeros((0, 0)))),
        lambda a: np.polyfit(a(X), a(Y), -1),
        lambda a: np.polyfit(a(SQUARE), a(Y), 1),
        lambda a: np.polyfit(a(X), a(Y), 1, w=a(X[:2])),
        lambda a: np.quantile(a(X), 1.5),
        lambda a: np.quantile(a(X), 0.5, method="no such method"),
        lambda a: np.percentile(a(X), 30, axis=3),
    ],
)
def test_errors(call):
    with pytest.raises(Exception) as numpys:
        call(np.array)
    with pytest.raises(numpys.type):
        call(Tensor)


def test_condition_of_singular_matrices():
    a = np.stack([SQUARE, np.ones((3, 3))])
    x = Tensor(a)
    c = np.linalg.cond(x, 1)
    assert_allclose(c, np.linalg.cond(a, 1))
    assert np.isinf(c.data[1])
    c[0].backward()
    assert_array_equal(x.grad[1], np.zeros((3, 3)))


def test_coinciding_eigenvalues():
    """Then these have derivatives, in sum, but eigenvectors have none."""
    x = Tensor(np.diag([2.0, 1.0, 1.0]))
    w, v = np.linalg.eigh(x)
    np.sum(np.square(w)).backward()
    assert_allclose(x.grad, np.diag([4.0, 2.0, 2.0]))
    for vectors in (lambda a: np.linalg.eigh(a)[1], lambda a: np.linalg.svd(a)[0]):
        vectors(x)[1].backward([1.0, 2.0, 3.0])
        assert np.isnan(x.grad).any()
    v = np.linalg.eigh(x).eigenvectors
    np.sum(v[:, 2] * [1.0, 2.0, 3.0]).backward()  # the one that has another eigenvalue
    assert_allclose(x.grad, [[0, 0, 0], [2, 0, 0], [3, 0, 0]])


def test_ties_and_kinks_of_norms():
    x = Tensor(np.eye(2))
    np.linalg.norm(x, 2).backward()
    assert_allclose(x.grad, np.eye(2) / 2)
    x = Tensor(np.zeros((2, 3)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.linalg.norm(x, "nuc").backward()
    assert_array_equal(x.grad, np.zeros((2, 3)))


class TestQuantiles:
    def test_ties_share(self):
        x = Tensor([1.0, 3.0, 1.0, 2.0])
        np.quantile(x, 0.0).backward()
        assert_array_equal(x.grad, [0.5, 0.0, 0.5, 0.0])
        np.quantile(x, 1 / 6).backward()
        assert_allclose(x.grad, [0.5, 0.0, 0.5, 0.0])

    def test_nan(self):
        a = np.array([[1.0, np.nan, 3.0, 2.0], [4.0, 1.0, 2.0, 3.0]])
        x = Tensor(a)
        np.quantile(x, 0.4, axis=1).backward()
        assert_allclose(x.grad, [[0, 1, 0, 0], [0, 0, 0.8, 0.2]])
        np.nanquantile(x, 0.4, axis=1).backward()
        assert_allclose(x.grad, [[0.2, 0, 0, 0.8], [0, 0, 0.8, 0.2]])

    def test_nothing_but_nan(self):
        x = Tensor([[np.nan, np.nan], [1.0, 2.0]])
        with pytest.warns(RuntimeWarning, match="All-NaN"):
            y = np.nanpercentile(x, 50, axis=1)
        y.backward()
        assert_array_equal(x.grad, [[0.0, 0.0], [0.5, 0.5]])

    def test_the_input_stays_as_it_is(self):
        x = Tensor(Y)
        y = np.quantile(x, 0.3, overwrite_input=True)
        assert_array_equal(x, Y)
        y.backward()
        assert_allclose(np.sum(x.grad), 1)

    def test_slope_by_which_quantile(self):
        """Between two entries, it is that between them; at an entry, that towards the next one."""
        for scale, quantile in (1, np.quantile), (1, np.nanquantile), (100, np.percentile), (100, np.nanpercentile):
            q = Tensor(np.array([0.0, 0.1, 0.25, 0.5, 1.0]) * scale)
            quantile([9.0, 1.0, 4.0, 8.0, 2.0], q).sum().backward()
            assert_allclose(q.grad * scale, [4.0, 4.0, 8.0, 16.0, 4.0])
        q = Tensor([0.05, 0.5, 0.95])
        np.quantile([1.0, 2.0, 4.0], q, method="hazen").sum().backward()  # limited to the first and the last entry
        assert_array_equal(q.grad, [0.0, 6.0, 0.0])
        np.quantile([5.0], q).sum().backward()
        assert_array_equal(q.grad, [0.0, 0.0, 0.0])

    def test_steps_of_quantiles(self):
        x, q, w = Tensor([1.0, 2.0, 4.0]), Tensor(0.4), Tensor([1.0, 2.0, 1.0])
        np.quantile(x, q, weights=w, method="inverted_cdf").backward()
        assert_array_equal(x.grad, [0.0, 1.0, 0.0])
        assert q.grad == 0.0
        for method in "lower", "nearest", "midpoint", "closest_observation":
            np.quantile(x, q, method=method).backward()
            assert q.grad == 0.0

    def test_quantiles_of_which_some_are_constant(self):
        y = np.quantile(Tensor(Y), Tensor([0.2, 0.5], constant=True))
        assert_array_equal(y, np.quantile(Y, [0.2, 0.5]))
