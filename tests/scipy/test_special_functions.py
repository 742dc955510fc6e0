"""Functions of `scipy.special` that are no ufuncs: their counterparts, under `mygrad.lift`, and by the array API."""

import inspect
import math
import os
import subprocess
import sys

import mpmath
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import special
from scipy.special import _support_alternative_backends

import mygrad as mg
import mygrad.scipy.special as ours
from mygrad.testing import check_grads

X = np.array([[0.5, 1.5, -0.3], [2.0, 0.1, 0.7]])
P = np.abs(X)
CALLS = {
    "softmax": [((X,), {}), ((X,), {"axis": 1}), ((X,), {"axis": (0, 1)})],
    "log_softmax": [((X,), {}), ((X,), {"axis": 0})],
    "logsumexp": [
        ((X,), {}),
        ((X,), {"axis": 1}),
        ((X,), {"axis": (0, 1), "keepdims": True}),
        ((X,), {"axis": 0, "b": P}),
        ((X,), {"axis": 1, "b": np.array([1.0, -3.0, 0.5]), "return_sign": True}),
    ],
    "polygamma": [((2, P), {}), ((np.array([[1], [3]]), P), {}), ((0, P), {}), ((1, np.array([-1.4, -0.3])), {})],
    "multigammaln": [((P + 2, 3), {})],
    "lambertw": [((P,), {}), ((np.array([-0.2, -0.1, -2.0, 3.0]), -1), {}), ((X, np.array([[2], [-3]])), {})],
    "comb": [((P + 3, P), {}), ((P + 3, 2), {"repetition": True}), ((np.array([1.0, 5.0]), 2), {})],
    "perm": [((P + 3, P), {})],
    "factorial": [((np.array([0.0, 1.0, 3.0]),), {})],
    "zeta": [((2.5, P), {})],
    "jvp": [((1.5, P, 2), {})],
    "yvp": [((1.5, P), {})],
    "ivp": [((1.5, P, 2), {})],
    "kvp": [((1.5, P, 2), {})],
    "spherical_jn": [((2, P), {}), ((1, P), {"derivative": True})],
    "spherical_yn": [((2, P), {}), ((1, P), {"derivative": True})],
    "spherical_in": [((2, P), {}), ((1, P), {"derivative": True})],
    "spherical_kn": [((2, P), {}), ((1, P), {"derivative": True})],
    "sinc": [((X,), {})],
}
EACH = pytest.mark.parametrize(
    ("name", "args", "params"),
    [(name, args, params) for name, calls in CALLS.items() for args, params in calls],
)
WITH_DERIVATIVE = {"polygamma": [1], "multigammaln": [0], "zeta": [1], "jvp": [1], "yvp": [1], "ivp": [1], "kvp": [1]}


def variables_of(name, args):
    wrt = WITH_DERIVATIVE.get(name)
    return [
        mg.tensor(a) if isinstance(a, np.ndarray) and a.dtype == float and (wrt is None or i in wrt) else a
        for i, a in enumerate(args)
    ]


def first(result):
    return result[0] if isinstance(result, tuple) else result


@EACH
def test_values_are_scipys(name, args, params):
    expected = getattr(special, name)(*args, **params)
    assert_array_equal(first(getattr(ours, name)(*args, **params)), first(expected))
    result = getattr(ours, name)(*variables_of(name, args), **params)
    assert isinstance(first(result), mg.Tensor)
    assert not first(result).constant
    assert_array_equal(first(result).data, first(expected))
    if isinstance(expected, tuple):
        assert_array_equal(result[1], expected[1])
        assert isinstance(result[1], np.ndarray)


@EACH
def test_derivatives(name, args, params):
    wrt = [i for i, a in enumerate(variables_of(name, args)) if isinstance(a, mg.Tensor)]
    if name in ("comb", "perm") and len(wrt) == 1 and np.min(args[0]) < 2:
        wrt = [0]
        args = (args[0] + 3, *args[1:])

    def f(*values):
        given = list(args)
        for i, value in zip(wrt, values, strict=True):
            given[i] = value
        return first(getattr(ours, name)(*given, **params))

    if name == "factorial":
        args = (args[0] + 0.3,)
    check_grads(f, *[args[i] for i in wrt], order=2)


def test_factors_of_logsumexp():
    check_grads(lambda b: ours.logsumexp(X, axis=1, b=b), P, order=2)
    check_grads(lambda b: ours.logsumexp(X, b=b, return_sign=True)[0], X, order=2)


@pytest.mark.parametrize("name", sorted(CALLS.keys() - {"sinc", "factorial"}))
def test_signatures_are_scipys(name):
    theirs = inspect.signature(getattr(special, name)).parameters
    assert list(inspect.signature(getattr(ours, name)).parameters) == [
        p for p in theirs if p != "legacy"
    ]  # of SciPy 1.13


@EACH
def test_lift_has_them_called(name, args, params):
    if name == "sinc":
        pytest.skip("it is NumPy's")
    x = variables_of(name, args)
    result = first(mg.lift(getattr(special, name))(*x, **params))
    assert isinstance(result, mg.Tensor)
    assert not result.constant


def test_masked_logits():
    x = mg.tensor([0.0, -np.inf, 1.0])
    ours.logsumexp(x).backward()
    assert x.grad[1] == 0
    assert math.isclose(x.grad.sum(), 1)


def test_what_a_factor_of_zero_leaves_out_has_no_gradient():
    x, b = mg.tensor([0.0, np.inf, np.nan]), mg.tensor([2.0, 0.0, 0.0])
    ours.logsumexp(x, b=b).backward()
    assert_array_equal(x.grad, [1.0, 0.0, 0.0])
    assert b.grad[0] == 0.5


def test_logarithms_of_sums_of_lists_with_tensors_and_in_programs():
    t = mg.tensor(0.5)
    for f in (ours.logsumexp, ours.softmax, ours.log_softmax):
        y = f([t, 1.0])
        np.sum(y * [2.0, 1.0]).backward()
        assert t.grad != 0
    compiled = mg.compile(mg.grad(lambda x: ours.logsumexp(x, axis=1, b=P).sum()))
    for x in (X, 2 * X):
        assert_array_equal(compiled(x), mg.grad(lambda x: ours.logsumexp(x, axis=1, b=P).sum())(x))


def test_lambert_of_real_numbers_is_complex_and_has_real_gradients():
    z = mg.tensor(np.array([-2.0, -0.3, 0.0, 0.7, 1e-9], np.float32))
    w = special.lambertw(z)  # it asks by itself, since it calls a ufunc
    assert_array_equal(w.data, special.lambertw(z.data))
    assert w.dtype == special.lambertw(z.data).dtype
    weights = np.array([1.0 - 2.0j, 1.0, 1.0 + 5.0j, 2.0, 1.0])
    np.real(np.sum(weights * w)).backward()
    slopes = [complex(mpmath.diff(mpmath.lambertw, float(x))) if x else 1.0 for x in z.data]
    assert z.grad.dtype == np.float32
    np.testing.assert_allclose(z.grad, np.real(weights * slopes), 1e-6)


def test_lambert_at_zero_and_beside_the_branch_point():
    """There, the other branches, and all slopes, become infinite. (At the point itself, SciPy returns nan.)"""

    def slope(z, k):
        return mg.grad(lambda z: special.lambertw(z, k).real)(z)

    assert [mg.grad(mg.grad(lambda z: special.lambertw(z).real))(0.0), slope(0.0, 0)] == [-2, 1]
    assert np.isinf(slope(0.0, -1))
    for above in (1e-2, 1e-5):
        for k in (0, -1):
            z = above - math.exp(-1)
            with mpmath.workdps(30):
                w = mpmath.lambertw(z, k)
                expected = float((1 / (mpmath.exp(w) + z)).real)
            np.testing.assert_allclose(slope(z, k), expected, 1e-9)
    assert np.isnan(special.lambertw(-math.exp(-1))) == np.isnan(slope(-math.exp(-1), 0))


def test_the_branch_of_lamberts_function_takes_no_gradient():
    with pytest.raises(TypeError, match="tol"):
        special.lambertw(1.0, 0, mg.tensor(1e-8))


@pytest.mark.parametrize("call", [lambda t: ours.comb(t, 2, exact=True), lambda t: ours.factorial(t, exact=True)])
def test_exact_integers_have_no_derivative(call):
    with pytest.raises(TypeError, match="exact=True"):
        call(mg.tensor(3.0))


def test_the_namespace_has_what_is_differentiable():
    assert ours.erf is special.erf
    assert mg.special is ours
    assert mg.scipy.special is ours
    assert mg.array_api.special is ours
    assert {"erf", "softmax", "gammainc"} <= set(dir(ours))
    for name in ("airye", "mathieu_a", "no_such_function"):
        assert name not in dir(ours)
        with pytest.raises(AttributeError, match=name):
            getattr(ours, name)


def test_rules_come_by_themselves():
    code = """
import sys
import mygrad as mg
from scipy import special
from scipy.special import _support_alternative_backends
x = mg.tensor([0.3, 0.7])
special.erf(x).sum().backward()
print(x.grad is not None, "mygrad.scipy" in sys.modules)
print(mg.lift(special.lambertw)(x).constant)
"""
    result = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == ["True", "True", "False"]


@pytest.mark.skipif(not hasattr(_support_alternative_backends, "_get_native_func"), reason="SciPy is too old to look")
def test_scipys_array_api_finds_them():
    code = """
import mygrad as mg
from scipy import special
from scipy.special import _support_alternative_backends
x = mg.tensor([0.3, 0.7])
for f in (special.erf, special.gammaln, special.ndtri, special.logsumexp, special.softmax):
    x.grad = None
    y = f(x)
    (y * y).sum().backward()
    print(type(y) is mg.Tensor, x.grad is not None)
y = special.polygamma(1, x), special.zeta(2.5, x)
print([not each.constant for each in y])
"""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "SCIPY_ARRAY_API": "1"}
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == ["True True"] * 5 + ["[True, True]"]


@pytest.mark.parametrize("name", ["spherical_jn", "spherical_in"])
def test_spherical_bessel_functions_at_zero(name):
    for n, second in [(0, 1 / 3), (1, 0.0), (2, 2 / 15)]:
        sign = -1 if name == "spherical_jn" and n == 0 else 1
        found = mg.grad(mg.grad(lambda z, n=n: getattr(ours, name)(n, z)))(0.0)
        np.testing.assert_allclose(found, sign * second, 1e-12, 1e-15)


def test_riemanns_zeta_function():
    x = mg.tensor([-10.5, -4.0, -2.0, -1.0, -0.5, 0.0, 0.3, 0.99, 1.001, 2.0, 7.5, 60.0, np.inf])
    special.zeta(x).backward(np.ones(13))
    expected = [float(mpmath.zeta(s, derivative=1)) for s in x.data[:-1]]
    np.testing.assert_allclose(x.grad, [*expected, 0.0], 1e-11)
    check_grads(special.zeta, np.array([2.5, 0.4]))


def test_jacobi_polynomials_of_a_degree_below_one():
    for n in (0.0, 0.37, 1.0, 2.5):
        check_grads(lambda x, n=n: special.eval_sh_jacobi(n, 0.83, 1.21, x), np.array([0.2, 0.61]))


@pytest.mark.parametrize("f", [special.lambertw, lambda x: special.zeta(x, 1.5), lambda x: special.zeta(1 + x)])
def test_ufuncs_whose_names_are_scipys_own_are_recorded(f):
    compiled = mg.compile(mg.grad(lambda x: np.real(f(x)).sum()))
    for x in (P + 1.5, P + 2.5):
        assert_array_equal(compiled(x), mg.grad(lambda x: np.real(f(x)).sum())(x))


@pytest.mark.parametrize("name", ["comb", "perm"])
def test_numbers_beside_single_precision(name):
    """SciPy makes arrays of numbers, beside which single precision does not last."""
    x = np.array([5.5, 2.0], np.float32)
    for args in ((x, 2), (x, np.float32(2)), (3.0, x)):
        found = getattr(ours, name)(*[mg.tensor(a) if a is x else a for a in args])
        expected = getattr(special, name)(*args)
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found.data, expected)
