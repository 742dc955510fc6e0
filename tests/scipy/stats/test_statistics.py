"""Statistics of samples, densities that are estimated from them, and normal vectors."""

from inspect import signature

import numpy as np
import pytest
import scipy.stats as theirs
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
import mygrad.scipy.stats as ours
from mygrad.errors import InvalidBackprop
from mygrad.testing import check_grads

rng = np.random.default_rng(3)
X = rng.uniform(0.5, 2.0, (4, 3))
W = rng.uniform(0.5, 2.0, (4, 3))

CALLS = {
    "zscore": [{}, {"axis": 1, "ddof": 1}, {"axis": None}],
    "gmean": [{}, {"axis": 1, "keepdims": True}, {"axis": None}, {"weights": W}, {"axis": 1, "weights": W}],
    "hmean": [{}, {"axis": 1, "keepdims": True}, {"axis": None}, {"weights": W}],
    "skew": [{}, {"axis": 1, "bias": False}, {"axis": None, "keepdims": True}],
    "kurtosis": [{}, {"axis": 0, "bias": False}, {"fisher": False, "axis": None}],
    "entropy": [{}, {"axis": 1, "base": 2.0, "keepdims": True}, {"qk": W}, {"qk": W[:, :1], "axis": 0}],
}
EACH = pytest.mark.parametrize(("name", "params"), [(name, p) for name, calls in CALLS.items() for p in calls])


@EACH
def test_statistics(name, params):
    f = getattr(ours, name)
    expected = getattr(theirs, name)(X, **params)
    assert_array_equal(f(X, **params), expected)
    result = f(mg.tensor(X), **params)
    assert isinstance(result, mg.Tensor)
    assert result.dtype == expected.dtype
    assert_array_equal(result.data, expected)
    check_grads(lambda x: f(x, **params), X, order=1 if params else 2)
    for key in ("weights", "qk"):
        if key in params:
            check_grads(lambda w: f(X, **{**params, key: w}), params[key])  # noqa: B023


@pytest.mark.parametrize("name", CALLS)
def test_what_is_nan_is_not_left_out_beside_variables(name):
    with pytest.raises(TypeError, match=f"{name}: .* nan_policy='omit'"):
        getattr(ours, name)(mg.tensor(X), nan_policy="omit")
    with_nan = np.where(X > 1.9, np.nan, X)
    expected = getattr(theirs, name)(with_nan, nan_policy="omit")
    assert_array_equal(getattr(ours, name)(with_nan, nan_policy="omit"), expected)


def test_entropy_with_empty_categories():
    """By a probability that is 0 it is infinite, and nowhere nan."""
    p = mg.tensor([0.0, 1.0, 3.0])
    ours.entropy(p).backward()
    assert p.grad[0] == np.inf
    assert_allclose(p.grad[1:], mg.grad(ours.entropy)(np.array([1.0, 3.0])))
    with mg.lift:
        y = theirs.entropy(p)
    assert_array_equal(y.data, theirs.entropy(p.data))


# --- kernel density estimates -------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(("bandwidth", "dims"), [(None, 1), ("silverman", 2), (0.7, 2)])
def test_kernel_densities(bandwidth, dims):
    samples, weights = X.T[:dims, :4], W[:4, 0]
    points = np.array([[0.9, 1.3]] * dims)
    for method in ("evaluate", "logpdf", "pdf"):

        def f(points, samples, weights, method=method):
            return getattr(ours.gaussian_kde(samples, bandwidth, weights), method)(points)

        mine, other = f(points, mg.tensor(samples), weights), theirs.gaussian_kde(samples, bandwidth, weights)
        assert_array_equal(mine.data, getattr(other, method)(points))
        if method == ("logpdf" if bandwidth else "evaluate"):
            check_grads(f, points[:, :1], samples, weights)
    check_grads(lambda b: ours.gaussian_kde(samples, b)(points[:, :1]), np.array(0.6), order=2)


def test_kernel_densities_in_other_forms():
    x = mg.tensor(X[:, 0])
    with mg.lift:
        y = theirs.gaussian_kde(x)
        assert isinstance(y, ours.gaussian_kde)
        assert isinstance(theirs.gaussian_kde(X[:, 0]), theirs.gaussian_kde)
        value = y(1.2)
    assert_array_equal(value.data, theirs.gaussian_kde(X[:, 0])(1.2))
    value.sum().backward()
    assert x.grad is not None
    f = ours.gaussian_kde(mg.tensor(X.T[:2]), lambda kde: kde.n**-0.3)
    with pytest.raises(TypeError, match="no gradient flows to `dataset`"):
        f(np.array([1.0, 1.2])).sum().backward()
    with pytest.raises(ValueError, match="multiple elements"):
        ours.gaussian_kde(mg.tensor([1.0]))


# --- normal vectors -----------------------------------------------------------------------------------

MEAN = np.array([0.3, -0.2, 0.5])
COV = np.cov(rng.standard_normal((3, 9)))


def symmetric(cov):
    return (cov + np.swapaxes(cov, -1, -2)) / 2


@pytest.mark.parametrize(
    ("x", "mean", "cov"),
    [
        (X[:2], MEAN, COV),
        (X[0], MEAN, COV),
        (X[:2], MEAN, np.array([1.0, 2.0, 0.5])),
        (X[:2], MEAN, np.array(0.7)),
        (X[:2, 0], np.array(0.3), np.array(0.7)),
        (np.array(0.4), np.array(0.3), np.array(0.7)),
        (X[:2].reshape(2, 1, 3), MEAN, COV),
    ],
)
def test_normal_vectors(x, mean, cov):
    for method in ("logpdf", "pdf"):
        f = getattr(ours.multivariate_normal, method)
        expected = getattr(theirs.multivariate_normal, method)(x, mean, cov)
        assert_array_equal(f(x, mean, cov), expected)
        found = f(mg.tensor(x), mg.tensor(mean), mg.tensor(cov))
        assert_array_equal(found.data, expected)
        check_grads(lambda x, m, c, f=f: f(x, m, symmetric(c) if c.ndim == 2 else c), x, mean, cov)
    entropy = ours.multivariate_normal.entropy
    assert_array_equal(entropy(mean, mg.tensor(cov)).data, theirs.multivariate_normal.entropy(mean, cov))
    check_grads(lambda c: entropy(mean, symmetric(c) if c.ndim == 2 else c), cov)


@pytest.mark.once
def test_second_derivatives_of_normal_vectors():
    x, mean, cov = X[0, :2], MEAN[:2], COV[:2, :2]
    check_grads(lambda x, m, c: ours.multivariate_normal.logpdf(x, m, symmetric(c)), x, mean, cov, order=2)


def test_more_of_normal_vectors():
    cov, mean = mg.tensor(COV), mg.tensor(MEAN)
    with mg.lift:
        y = theirs.multivariate_normal(mean, cov).logpdf(X).sum() + theirs.multivariate_normal.logpdf(X[0], MEAN, cov)
    y.backward()
    assert_allclose(cov.grad, cov.grad.T)
    x = mg.tensor(X)
    given = theirs.Covariance.from_cholesky(np.linalg.cholesky(COV))
    ours.multivariate_normal.logpdf(x, MEAN, given).sum().backward()
    assert_allclose(x.grad, -(X - MEAN) @ np.linalg.inv(COV), rtol=1e-9)
    flat = np.array([[1.0, 1.0], [1.0, 1.0]])
    y = ours.multivariate_normal.logpdf(mg.tensor([1.0, 1.0]), cov=flat, allow_singular=True)
    assert y.data == theirs.multivariate_normal.logpdf([1.0, 1.0], cov=flat, allow_singular=True)
    with pytest.raises(InvalidBackprop, match="the covariance is singular"):
        y.backward()


def drawn():
    """The generator that integrals draw from, where SciPy takes one."""
    takes = "rng" in signature(theirs.multivariate_normal.cdf).parameters
    return {"rng": np.random.default_rng(3)} if takes else {}


@pytest.mark.parametrize("lower", [None, -0.8])
@pytest.mark.parametrize("n", [1, 2])
def test_probabilities_of_normal_vectors(n, lower):
    x, mean, cov = X[:2, :n], MEAN[:n], COV[:n, :n]
    f = ours.multivariate_normal.cdf
    how = {"abseps": 1e-9, "lower_limit": lower}
    if lower is not None:
        how["lower_limit"] = np.full(n, lower)
    expected = theirs.multivariate_normal.cdf(x, mean, cov, **drawn(), **how)
    tensors = [mg.tensor(each) for each in (x, mean, cov)]
    y = f(*tensors, **drawn(), **how)
    assert_array_equal(y.data, expected)
    y.sum().backward()

    def total(*args):
        return theirs.multivariate_normal.cdf(*args, **drawn(), **how).sum()

    assert_differences(total, [x, mean, cov], [t.grad for t in tensors], 1e-7)


def assert_differences(total, arrays, grads, tolerance, step=1e-3):
    """By Richardson's extrapolation; a covariance changes symmetrically."""
    for i, array in enumerate(arrays):
        for index in np.ndindex(array.shape):
            d = np.zeros_like(array)
            d[index] = 1.0
            d = (d + d.T) / 2 if i == 2 else d

            def slope(h, i=i, d=d):
                moved = [[a + s * h * d if j == i else a for j, a in enumerate(arrays)] for s in (1, -1)]
                return (total(*moved[0]) - total(*moved[1])) / (2 * h)

            assert_allclose(np.sum(grads[i] * d), (4 * slope(step) - slope(2 * step)) / 3, atol=tolerance)


@pytest.mark.once
def test_log_probabilities_of_three_components():
    how = {"abseps": 1e-6, "maxpts": 200_000}
    arrays = [X[0, :3], MEAN[:3], COV[:3, :3]]
    tensors = [mg.tensor(a) for a in arrays]
    with mg.lift:
        theirs.multivariate_normal(*tensors[1:], **how).logcdf(tensors[0]).backward()

    def total(*args):
        return theirs.multivariate_normal.logcdf(*args, **drawn(), **how)

    assert_differences(total, arrays, [t.grad for t in tensors], 1e-4, 0.02)


@pytest.mark.once
def test_more_of_probabilities_of_normal_vectors():
    cov = COV[:2, :2]
    x = mg.tensor([0.3, np.inf])
    ours.multivariate_normal.cdf(x, cov=cov).backward()
    assert_allclose(x.grad, [theirs.norm.pdf(0.3, scale=np.sqrt(cov[0, 0])), 0.0])
    f = ours.multivariate_normal.cdf
    hessian = mg.functional.hessian(lambda x: f(x, cov=cov))(np.array([0.3, 0.1]))
    assert_allclose(hessian[0, 1], theirs.multivariate_normal.pdf([0.3, 0.1], cov=cov))
    with pytest.raises(TypeError, match="lower_limit"):
        f(x, cov=cov, lower_limit=mg.tensor([0.0, 0.0]))
    assert_allclose(theirs.multivariate_normal(MEAN, COV).entropy(), ours.multivariate_normal(MEAN, COV).entropy())
