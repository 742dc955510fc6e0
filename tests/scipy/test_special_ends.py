"""Special functions where formulas fail: at poles, at infinity, where two of their parts meet."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import special

import mygrad as mg
from mygrad.errors import InvalidBackprop
from special_functions.extremes import EXTREMES, errors


def slope(ufunc, *args, wrt=0):
    args = list(args)
    x = args[wrt] = mg.tensor(np.asarray(args[wrt], dtype=float))
    with np.errstate(all="ignore"):
        ufunc(*args).sum().backward()
    return x.grad


@pytest.mark.parametrize(
    ("function", "args", "wrt", "expected"),
    [
        (special.rgamma, ([0.0, -1.0, -2.0, -3.0],), 0, [1.0, -1.0, 2.0, -6.0]),
        (special.xlogy, ([0.0, 0.0, 2.0], [0.0, 3.0, 1.0]), 0, [0.0, math.log(3), 0.0]),
        (special.xlogy, ([0.0, 0.0, 2.0], [0.0, 3.0, 4.0]), 1, [0.0, 0.0, 0.5]),
        (special.xlog1py, ([0.0, 0.0], [-1.0, 3.0]), 0, [0.0, math.log(4)]),
        (special.xlog1py, ([0.0, 0.0], [-1.0, 3.0]), 1, [0.0, 0.0]),
        (special.expit, ([-800.0, -40.0, 40.0, 800.0],), 0, [0.0, math.exp(-40), math.exp(-40), 0.0]),
        (special.log_ndtr, ([-1e10, -40.0, 40.0],), 0, [1e10, 40.0249688472072637, 0.0]),
        (special.j1, ([0.0],), 0, [0.5]),
        (special.i1, ([0.0],), 0, [0.5]),
        (special.i1e, ([0.0],), 0, [0.5]),
        (special.i0e, ([0.0],), 0, [0.0]),
        (special.erfcx, ([1e8],), 0, [-1 / (math.sqrt(math.pi) * 1e16)]),
        (special.dawsn, ([1e8, -1e8],), 0, [-0.5e-16, -0.5e-16]),
        (special.exprel, ([0.0, -1e6],), 0, [0.5, 1e-12]),
        (special.boxcox, ([3.0, 0.0], [0.0, 2.0]), 1, [math.log(3) ** 2 / 2, 0.25]),
        (special.inv_boxcox, ([0.5], [0.0]), 1, [-math.exp(0.5) / 8]),
        (special.ellipk, ([0.0],), 0, [math.pi / 8]),
        (special.ellipe, ([0.0],), 0, [-math.pi / 8]),
        (special.elliprc, ([2.0], [2.0]), 0, [-(2**-1.5) / 6]),
        (special.spence, ([1.0],), 0, [-1.0]),
        (special.beip, ([0.0],), 0, [0.5]),
        (special.gammainc, ([2.0, 1.0, 0.5], [0.0, 0.0, 0.0]), 1, [0.0, 1.0, np.inf]),
        (special.gammainc, ([2.0, 2.0], [0.0, np.inf]), 0, [0.0, 0.0]),
        (special.betainc, ([2.0, 1.0], [3.0, 3.0], [0.0, 0.0]), 2, [0.0, 3.0]),
        (special.betainc, ([2.0, 2.0], [3.0, 3.0], [0.0, 1.0]), 0, [0.0, 0.0]),
        (special.kv, ([0.0], [2.0]), 0, [0.0]),
    ],
)
def test_ends(function, args, wrt, expected):
    assert_allclose(slope(function, *args, wrt=wrt), expected, rtol=1e-12, atol=1e-30)


def test_both_results_where_one_is_infinite():
    x = mg.tensor([0.0])
    with np.errstate(all="ignore"):
        special.sici(x)[0].backward()
    assert_array_equal(x.grad, [1.0])
    x = mg.tensor([0.0])
    with np.errstate(all="ignore"):
        special.shichi(x)[0].backward()
    assert_array_equal(x.grad, [1.0])


@pytest.mark.parametrize("function", [special.gammainc, special.gammaincc])
def test_shapes_outside_the_domain(function):
    assert_array_equal(slope(function, [-1.0], [2.0]), [np.nan])


def test_second_derivative_of_the_reciprocal_gamma_function_at_its_zeros():
    # 1 / gamma(-n + e) = (-1)^n n! e (1 - psi(n + 1) e + ...)
    for n in range(4):
        expected = -2 * (-1) ** n * math.factorial(n) * special.psi(n + 1)
        assert math.isclose(mg.grad(mg.grad(special.rgamma))(float(-n)), expected, rel_tol=1e-12)


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3)])
def test_shapes_of_arrays(shape):
    x = mg.tensor(np.full(shape, 0.3))
    y = special.betainc(x, 2.0, x)
    assert y.shape == shape
    y.sum().backward()
    assert x.grad.shape == shape


def test_a_model_may_use_large_arrays():
    x = mg.tensor(np.linspace(0.1, 9.0, 100_000))
    special.gammainc(x, 3.0).sum().backward()
    assert np.all(x.grad < 0)


@pytest.mark.once
@pytest.mark.parametrize("name", EXTREMES)
def test_extreme_arguments(name):
    """Nine digits; where SciPy's own value has fewer, as many."""
    found = errors(name)
    assert max(found["by"].values()) < (1e-9 if name != "binom" else 2 * found["value"])


@pytest.mark.parametrize("name", ["elliprf", "elliprc", "airye", "eval_sh_legendre"])
def test_of_complex_variables_what_is_not_known_is_refused(name):
    z = mg.tensor([1.0 + 2.0j])
    args = {"elliprf": (z, 1.0, 2.0), "elliprc": (z, 1.0), "eval_sh_legendre": (mg.tensor(2.0), z)}.get(name, (z,))

    def differentiate():
        np.real(getattr(special, name)(*args)).sum().backward()

    with pytest.raises((TypeError, InvalidBackprop), match=name):
        differentiate()
