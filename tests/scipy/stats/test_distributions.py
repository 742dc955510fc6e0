"""Distributions: values are SciPy's, bit for bit, and derivatives those of differences, or of densities in mpmath."""

import math
import warnings

import mpmath as mp
import numpy as np
import pytest
import scipy.stats as theirs
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
import mygrad.scipy.stats as ours
from mygrad.testing import check_grads

#: By name: shapes, places in the standard form, and the logarithm of the density in mpmath.
CONTINUOUS = {
    "norm": ((), (-30.0, -0.7, 0.4, 9.0), lambda x: mp.log(mp.npdf(x))),
    "cauchy": ((), (-1e3, -0.7, 0.4, 9.0), lambda x: -mp.log(mp.pi * (1 + x**2))),
    "laplace": ((), (-30.0, -0.7, 0.4, 9.0), lambda x: -abs(x) - mp.log(2)),
    "logistic": ((), (-30.0, -0.7, 0.4, 30.0), lambda x: -x - 2 * mp.log1p(mp.exp(-x))),
    "gumbel_r": ((), (-3.0, -0.7, 0.4, 30.0), lambda x: -x - mp.exp(-x)),
    "t": (
        (3.4,),
        (-30.0, -0.7, 0.4, 9.0),
        lambda x, n: (
            mp.loggamma((n + 1) / 2) - mp.loggamma(n / 2) - mp.log(n * mp.pi) / 2 - (n + 1) / 2 * mp.log1p(x**2 / n)
        ),
    ),
    "vonmises": ((2.3,), (-2.0, -0.7, 0.4, 3.0), lambda x, k: k * mp.cos(x) - mp.log(2 * mp.pi * mp.besseli(0, k))),
    "expon": ((), (1e-3, 0.7, 30.0), lambda x: -x),
    "lognorm": ((0.8,), (1e-2, 0.7, 30.0), lambda x, s: mp.log(mp.npdf(mp.log(x) / s) / (s * x))),
    "gamma": ((2.3,), (1e-3, 0.7, 30.0), lambda x, a: (a - 1) * mp.log(x) - x - mp.loggamma(a)),
    "chi2": (
        (4.3,),
        (1e-2, 0.7, 30.0),
        lambda x, n: (n / 2 - 1) * mp.log(x) - x / 2 - n / 2 * mp.log(2) - mp.loggamma(n / 2),
    ),
    "invgamma": ((2.3,), (0.05, 0.7, 30.0), lambda x, a: -(a + 1) * mp.log(x) - 1 / x - mp.loggamma(a)),
    "f": (
        (3.4, 5.6),
        (1e-2, 0.7, 30.0),
        lambda x, n, m: (
            n / 2 * mp.log(n)
            + m / 2 * mp.log(m)
            + (n / 2 - 1) * mp.log(x)
            - (n + m) / 2 * mp.log(m + n * x)
            - mp.log(mp.beta(n / 2, m / 2))
        ),
    ),
    "weibull_min": ((1.7,), (1e-2, 0.7, 6.0), lambda x, c: mp.log(c) + (c - 1) * mp.log(x) - x**c),
    "rayleigh": ((), (1e-2, 0.7, 9.0), lambda x: mp.log(x) - x**2 / 2),
    "pareto": ((2.3,), (1.01, 1.7, 30.0), lambda x, b: mp.log(b) - (b + 1) * mp.log(x)),
    "uniform": ((), (0.1, 0.7), lambda x: 0 * x),
    "beta": (
        (2.3, 1.6),
        (1e-2, 0.7, 0.99),
        lambda x, a, b: (a - 1) * mp.log(x) + (b - 1) * mp.log1p(-x) - mp.log(mp.beta(a, b)),
    ),
    "truncnorm": (
        (-0.8, 1.7),
        (-0.7, 0.4, 1.6),
        lambda x, a, b: mp.log(mp.npdf(x) / (mp.ncdf(b) - mp.ncdf(a))),
    ),
}
#: Shapes, and counts.
DISCRETE = {
    "bernoulli": ((0.3,), (0.0, 1.0)),
    "binom": ((7, 0.3), (0.0, 3.0, 7.0)),
    "nbinom": ((2.7, 0.3), (0.0, 3.0, 11.0)),
    "poisson": ((2.7,), (0.0, 3.0, 11.0)),
    "geom": ((0.3,), (1.0, 3.0, 11.0)),
}
METHODS = ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf")
OF_COUNTS = ("pmf", "logpmf", "cdf", "logcdf", "sf", "logsf")
LOC, SCALE = -0.3, 1.9
#: SciPy computes von Mises's distribution function to nine digits, and the inverse of Student's likewise.
LESS_PRECISE = {"vonmises": 1e-5, "t": 1e-5}

EACH = pytest.mark.parametrize("name", CONTINUOUS)


def slopes(f, args, i, h):
    """The derivative of `f` by an argument, from differences of the sixth order."""
    weights = {1: 45, 2: -9, 3: 1}
    total = 0.0
    for k, w in weights.items():
        above, below = list(args), list(args)
        above[i], below[i] = args[i] + k * h, args[i] - k * h
        total = total + w * (f(*above) - f(*below))
    return total / (60 * h)


def gradients(f, args, **keywords):
    """The gradients of the sum, and the values, with variables for all numbers that are no integers."""
    variables = [mg.tensor(a) if np.asarray(a).dtype.kind == "f" else a for a in args]
    y = f(*variables, **keywords)
    y.sum().backward()
    return [v.grad if isinstance(v, mg.Tensor) else None for v in variables], y


def agree(name, method, args, fixed=(), h=1e-3, rtol=1e-8):
    mine, other = (getattr(getattr(library, name), method) for library in (ours, theirs))
    found, y = gradients(mine, args)
    assert_array_equal(y.data, other(*args))
    for i, g in enumerate(found):
        if g is not None and i not in fixed:
            expected = np.reshape(slopes(other, args, i, h * np.maximum(np.abs(args[i]), 0.1)), np.shape(y))
            if np.ndim(args[i]) == 0:
                expected = expected.sum()
            assert_allclose(g, expected, rtol=rtol, atol=1e-10, err_msg=f"{name}.{method} by {i}")


@EACH
def test_values_and_derivatives(name):
    shapes = CONTINUOUS[name][0]
    x = getattr(theirs, name).ppf([0.2, 0.6], *shapes, LOC, SCALE)
    rtol = LESS_PRECISE.get(name, 1e-7)
    for method in METHODS:
        agree(name, method, (x, *shapes, LOC, SCALE), rtol=rtol)
    for method in ("ppf", "isf"):
        agree(name, method, (np.array([0.1, 0.3, 0.8]), *shapes, LOC, SCALE), rtol=max(rtol, 1e-6))
    agree(name, "entropy", (*shapes, LOC, SCALE), rtol=max(rtol, 1e-6))


@pytest.mark.once
@EACH
def test_scores_in_the_tails(name):
    """The derivatives of the log density, to ten digits."""
    shapes, places, log_density = CONTINUOUS[name]
    for place in places:
        found, _ = gradients(getattr(ours, name).logpdf, (place, *shapes))
        with mp.workdps(40):
            args = [mp.mpf(a) for a in (place, *shapes)]
            for i, g in enumerate(found):
                order = tuple(int(i == j) for j in range(len(args)))
                expected = mp.diff(log_density, tuple(args), order) if shapes else mp.diff(log_density, args[0])
                assert_allclose(g, float(expected), rtol=1e-9, atol=1e-14)


@EACH
def test_the_slope_of_the_distribution_function_is_the_density(name):
    """Also where the function itself has rounded to 0 or 1."""
    shapes, places, _ = CONTINUOUS[name]
    distribution = getattr(ours, name)
    x = mg.tensor(np.array(places))
    distribution.cdf(x, *shapes).sum().backward()
    density = distribution.pdf(x.data, *shapes)
    rtol = 1e-6 if name == "vonmises" else 1e-9
    assert_allclose(x.grad, density, rtol=rtol, atol=1e-300)
    distribution.sf(x, *shapes).sum().backward()
    assert_allclose(x.grad, -density, rtol=rtol, atol=1e-300)


@pytest.mark.once
@EACH
def test_second_derivatives(name):
    shapes = CONTINUOUS[name][0]
    distribution = getattr(ours, name)
    args = [getattr(theirs, name).ppf([0.4], *shapes), *map(np.array, shapes), np.array(0.02), np.array(1.1)]
    hessian = mg.hessian(lambda *args: distribution.logpdf(*args).sum(), tuple(range(len(args))))(*args)
    slope = mg.grad(lambda *args: distribution.logpdf(*args).sum(), tuple(range(len(args))))
    for i in range(len(args)):
        for j in range(len(args)):
            expected = slopes(lambda *args: slope(*args)[i], args, j, 1e-3 * max(abs(args[j].item()), 0.1))  # noqa: B023
            assert_allclose(np.ravel(hessian[i][j]), np.ravel(expected), rtol=1e-6, atol=1e-8)


@pytest.mark.once
@pytest.mark.parametrize("name", ["norm", "gamma", "truncnorm"])
def test_second_derivatives_of_probabilities_and_quantiles(name):
    shapes = CONTINUOUS[name][0]
    distribution = getattr(ours, name)

    def f(q, loc, scale):
        return distribution.ppf(q, *shapes, loc, scale) + distribution.logcdf(q + 0.2, *shapes, loc, scale)

    check_grads(f, np.array(0.4), np.array(0.02), np.array(1.1), order=2)


@pytest.mark.parametrize("name", ["t", "f", "invgamma"])
def test_second_derivatives_of_probabilities_by_shapes(name):
    shapes = np.array(CONTINUOUS[name][0])

    def f(shapes):
        return getattr(ours, name).cdf(0.7, *shapes) + getattr(ours, name).ppf(0.4, *shapes)

    slope, h = mg.grad(f), 1e-4
    beside = [(slope(shapes + step) - slope(shapes - step)) / (2 * h) for step in np.eye(shapes.size) * h]
    assert_allclose(mg.hessian(f)(shapes), beside, rtol=1e-5, atol=1e-8)


@EACH
def test_outside_of_the_support_there_is_no_slope(name):
    shapes = CONTINUOUS[name][0]
    ends = getattr(theirs, name).support(*shapes)
    outside = [end + step for end, step in zip(ends, (-1.0, 1.0), strict=True) if np.isfinite(end)]
    if not outside:
        pytest.skip("it is supported everywhere")
    for method in METHODS:
        x, loc = mg.tensor(np.array(outside)), mg.tensor(0.0)
        variables = [mg.tensor(s) for s in shapes]
        y = getattr(getattr(ours, name), method)(x, *variables, loc)
        with np.errstate(divide="ignore"):
            assert_array_equal(y.data, getattr(getattr(theirs, name), method)(x.data, *shapes))
        y.sum().backward()
        for v in (x, loc, *variables):
            assert_array_equal(v.grad, np.zeros(v.shape))


def test_at_the_ends_slopes_are_those_from_inside():
    x = mg.tensor([0.0])
    ours.expon.pdf(x).backward()
    assert_array_equal(x.grad, [-1.0])
    ours.expon.cdf(x).backward()
    assert_array_equal(x.grad, [1.0])
    ours.gamma.pdf(x, 3.0).backward()  # where the density is 0
    assert_array_equal(x.grad, [0.0])


@pytest.mark.parametrize(("args", "keywords"), [((-1.0,), {}), ((2.0,), {"scale": -1.0}), ((np.nan,), {})])
def test_of_parameters_that_are_none_derivatives_are_nan(args, keywords):
    for method in METHODS:
        x = mg.tensor([0.3, 0.5])
        y = getattr(ours.gamma, method)(x, *args, **keywords)
        assert np.all(np.isnan(y.data))
        y.sum().backward()
        assert np.all(np.isnan(x.grad))


def test_infinitely_many_degrees_of_freedom():
    x = mg.tensor([0.5, -2.0])
    ours.t.logpdf(x, np.inf).sum().backward()
    assert_allclose(x.grad, -x.data, rtol=1e-10)
    ours.t.cdf(x, np.inf).sum().backward()
    assert_allclose(x.grad, theirs.norm.pdf(x.data), rtol=1e-10)


def test_tails_of_truncated_normal_distributions():
    for a, b in ((30.0, 31.0), (-31.0, -30.0), (30.0, np.inf), (-np.inf, -30.0)):
        x = mg.tensor(0.5 * (a + b) if np.isfinite(a + b) else math.copysign(30.5, a))
        ours.truncnorm.logsf(x, a, b).backward()
        assert_allclose(x.grad, -np.exp(theirs.norm.logpdf(x.data) - _log_mass(x.data, b)), rtol=1e-9)


def _log_mass(a, b):
    with mp.workdps(400):
        return float(mp.log(mp.ncdf(mp.mpf(float(b))) - mp.ncdf(mp.mpf(float(a)))))


def test_broadcasting_and_single_precision():
    x = mg.tensor(np.linspace(0.2, 0.8, 3, dtype=np.float32)[:, None])
    a = mg.tensor(np.array([1.5, 2.5], dtype=np.float32))
    for method in (*METHODS, "ppf"):
        y = getattr(ours.gamma, method)(x, a)
        plain = getattr(theirs.gamma, method)(x.data, a.data)
        assert y.shape == (3, 2)
        assert y.dtype == plain.dtype
        assert_array_equal(y.data, plain)
        y.sum().backward()
        assert x.grad.dtype == a.grad.dtype == np.float32
        f = getattr(ours.gamma, method)
        wide = mg.grad(lambda x, a, f=f: f(x, a).sum(), (0, 1))(x.data.astype(float), a.data.astype(float))
        assert_allclose(x.grad, wide[0], rtol=1e-5)
        assert_allclose(a.grad, wide[1], rtol=1e-5)
    assert ours.norm.logpdf(mg.tensor(0.3)).shape == ()
    assert ours.norm.logpdf(mg.tensor(np.zeros((0, 2)))).shape == (0, 2)


def test_arguments_by_keyword_and_lists():
    a, scale = mg.tensor(2.0), mg.tensor(3.0)
    y = ours.gamma.logpdf(a=a, x=[0.5, 1.5], scale=scale)
    assert_array_equal(y.data, theirs.gamma.logpdf(a=2.0, x=[0.5, 1.5], scale=3.0))
    z = ours.gamma.logpdf([a, 1.5], 2.0)  # a list with a variable in it
    (y.sum() + z.sum()).backward()
    assert a.grad is not None
    with pytest.raises(TypeError, match="missing a required argument: 'a'"):
        ours.gamma.logpdf(mg.tensor(1.0))
    with pytest.raises(TypeError, match="complex"):
        ours.norm.logpdf(mg.tensor(1.0 + 1j))


def test_plain_arguments_give_what_scipy_gives():
    for found, expected in [
        (ours.norm.pdf(0.3), theirs.norm.pdf(0.3)),
        (ours.poisson.pmf([1, 2], 3.0), theirs.poisson.pmf([1, 2], 3.0)),
        (ours.norm.entropy(), theirs.norm.entropy()),
    ]:
        assert type(found) is type(expected)
        assert_array_equal(found, expected)


def test_frozen_distributions():
    loc = mg.tensor(0.5)
    frozen = ours.norm(loc, scale=2.0)
    (frozen.logpdf(1.0) + frozen.ppf(0.3) + frozen.entropy()).backward()
    assert_allclose(loc.grad, 0.125 + 1.0)
    assert repr(frozen) == "<<mygrad.scipy.stats.norm> with parameters>"
    with pytest.raises(AttributeError, match="no attribute 'rvs'"):
        frozen.rvs  # noqa: B018


@pytest.mark.parametrize("name", [*CONTINUOUS, *DISCRETE])
def test_parameters_have_scipys_names(name):
    shapes, places = {**CONTINUOUS, **DISCRETE}[name][:2]
    given = dict(zip((getattr(theirs, name).shapes or "").split(", "), shapes, strict=False))
    given |= {"loc": 1} if name in DISCRETE else {"loc": 0.5, "scale": 2.0}
    y = getattr(ours, name).cdf(mg.tensor(places[1], constant=True), **given)
    assert_array_equal(y, getattr(theirs, name).cdf(places[1], **given))


# --- counts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DISCRETE)
def test_counts(name):
    shapes, places = DISCRETE[name]
    for method in OF_COUNTS:
        k = np.array(places[:1] if method == "logsf" and name in ("bernoulli", "binom") else places).astype(int)
        agree(name, method, (k, *shapes))
    agree(name, "entropy", shapes, rtol=1e-6)
    distribution = getattr(ours, name)
    p = mg.tensor(shapes[-1])
    for method in ("ppf", "isf"):  # steps
        found = getattr(distribution, method)(np.array([0.3, 0.8]), *shapes[:-1], p)
        assert type(found) is np.ndarray
        assert_array_equal(found, getattr(getattr(theirs, name), method)(np.array([0.3, 0.8]), *shapes))
    for method in OF_COUNTS:
        with pytest.raises(TypeError, match=f"{name}: no gradient flows to `k`"):
            getattr(distribution, method)(mg.tensor(2.0), *shapes)
        y = getattr(distribution, method)(np.array([-1.0, 2.5]), *shapes[:-1], p)
        with np.errstate(divide="ignore"):
            assert_array_equal(y.data, getattr(getattr(theirs, name), method)(np.array([-1.0, 2.5]), *shapes))
        y[:1].sum().backward()
        assert p.grad == 0
    check_grads(lambda p: distribution.logpmf(np.array(places), *shapes[:-1], p), np.array(shapes[-1]), order=2)


def test_numbers_of_trials_are_whole():
    with pytest.raises(TypeError, match="binom: no gradient flows to `n`"):
        ours.binom.pmf(2, mg.tensor(3.0), 0.3)


# --- in the place of SciPy's --------------------------------------------------------------------------


def model(x, loc, scale):
    """As others write it."""
    y = theirs.norm.logpdf(x, loc=loc, scale=scale).sum() + theirs.gamma(a=scale).cdf(0.3)
    return y + theirs.poisson.logpmf(3, scale) + theirs.norm(loc, scale).ppf(0.2)


def test_under_lift_they_stand_in_the_place_of_scipys():
    x, loc, scale = np.array([0.3, 1.7]), mg.tensor(0.5), mg.tensor(1.4)
    y = mg.lift(model)(x, loc, scale)
    assert y.data == model(x, 0.5, 1.4)
    y.backward()
    assert_allclose(loc.grad, slopes(model, (x, 0.5, 1.4), 1, 1e-3), rtol=1e-9)
    assert_allclose(scale.grad, slopes(model, (x, 0.5, 1.4), 2, 1e-3), rtol=1e-9)
    bound = mg.lift(theirs.norm.logpdf)
    assert not bound(loc).constant
    assert not mg.lift(theirs.norm.entropy)(0.0, scale).constant
    assert theirs.norm.logpdf(0.3) == theirs.norm.logpdf.__func__(theirs.norm, 0.3)  # and all is as it was


def test_other_distributions_are_left_alone():
    with mg.lift:
        y = theirs.levy.logpdf(mg.tensor(0.7), 0.1)
    assert y.data == theirs.levy.logpdf(0.7, 0.1)


def test_nothing_warns():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, (shapes, places, _) in CONTINUOUS.items():
            x = mg.tensor(np.array(places))
            getattr(ours, name).logpdf(x, *shapes).sum().backward()
            getattr(ours, name).cdf(x, *shapes).sum().backward()


def test_the_namespace():
    assert set(CONTINUOUS) | set(DISCRETE) <= set(ours.__all__)
    for name in ours.__all__:
        assert hasattr(ours, name)
    with pytest.raises(AttributeError, match="levy"):
        ours.levy  # noqa: B018
