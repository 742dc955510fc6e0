"""Fits of `mygrad.scipy.optimize`, and what other functions there make of functions with variables in them."""

import numpy as np
import pytest
import scipy.optimize as theirs
import scipy.sparse

import mygrad as mg
import mygrad.scipy.optimize as ours
from mygrad.errors import InvalidBackprop
from mygrad.testing import check_grads

T = np.linspace(0.0, 2.0, 4)
Y = 2.0 * np.exp(-0.7 * T) + 0.05 * np.cos(5 * T)
ERRORS = 0.1 + 0.02 * T
PRECISE = {"ftol": 1e-15, "xtol": 1e-15, "gtol": 1e-15}
#: With slopes by differences alone, the solution is not as precise.
SLOPES = {"jac": lambda t, a, b: np.stack([np.exp(-b * t), -a * t * np.exp(-b * t)], -1)}


def decay(t, a, b):
    return a * np.exp(-b * t)


def same(mine, expected):
    np.testing.assert_array_equal(mine.data, expected)


@pytest.mark.parametrize(
    ("sigma", "how"),
    [
        (None, {}),
        (ERRORS, {"absolute_sigma": True}),
        (None, {"method": "trf", "bounds": (0.0, 9.0)}),
        (np.diag(ERRORS) + 0.01, {}),
    ],
    ids=["plain", "errors", "bounds", "covariance"],
)
def test_curve_fit(sigma, how):
    how = how | PRECISE | SLOPES
    mine = ours.curve_fit(decay, T, mg.tensor(Y), None, sigma, **how)
    for x, y in zip(mine, theirs.curve_fit(decay, T, Y, None, sigma, **how), strict=True):
        same(x, y)
    for k in (0, 1):

        def f(y, k=k):
            return ours.curve_fit(decay, T, y, sigma=sigma, **how)[k]

        h = 5e-4
        slopes = [(f(Y + e) - f(Y - e)) / (2 * h) for e in h * np.eye(len(Y))]
        np.testing.assert_allclose(mg.jacobian(f)(Y), np.moveaxis(slopes, 0, -1), rtol=1e-4, atol=1e-6)


def test_curve_fit_by_errors_and_places():
    def f(t, sigma):
        fit, covariance = ours.curve_fit(decay, t, Y, sigma=sigma, **PRECISE, **SLOPES)
        return fit + np.sum(covariance)

    check_grads(f, T, ERRORS, rtol=1e-4, atol=1e-6)
    with pytest.raises(TypeError, match="nan_policy='omit'"):
        ours.curve_fit(decay, T, mg.tensor(Y), nan_policy="omit")
    *fit, info, _, status = ours.curve_fit(decay, T, mg.tensor(Y, dtype=np.float32), full_output=True)
    assert status in (1, 2, 3, 4)
    assert info["fvec"].shape == T.shape
    assert {x.dtype for x in fit} == {np.dtype(float)}


def test_a_fit_on_a_bound():
    fit, _ = ours.curve_fit(decay, T, mg.tensor(Y), bounds=(0.0, [3.0, 0.5]))
    with pytest.raises(InvalidBackprop, match=r"curve_fit: .* lies on a bound \(in entry 1\)"):
        fit.sum().backward()


def test_second_derivatives_of_a_fit():
    def f(y):
        return np.sum(ours.curve_fit(decay, T, y, **PRECISE, **SLOPES)[0])

    h = 1e-4
    slopes = [(mg.grad(f)(Y + e) - mg.grad(f)(Y - e)) / (2 * h) for e in h * np.eye(len(Y))]
    np.testing.assert_allclose(mg.hessian(f)(Y), slopes, rtol=1e-4, atol=1e-6)


A = np.array([[1.0, 0.2], [0.3, 1.0], [0.5, -0.4]])


@pytest.mark.parametrize("b", [np.array([1.0, 2.0, 0.5]), np.array([1.0, -2.0, 0.5])], ids=["inside", "on a bound"])
def test_linear_fits(b):
    bounded = {"bounds": (0.0, 9.0), "method": "bvls"}
    same(ours.lsq_linear(mg.tensor(A), mg.tensor(b), **bounded).x, theirs.lsq_linear(A, b, **bounded).x)
    for name in ("x", "fun", "cost"):
        check_grads(lambda a, b, name=name: ours.lsq_linear(a, b, **bounded)[name], A, b)
    for mine, expected in zip(ours.nnls(mg.tensor(A), mg.tensor(b)), theirs.nnls(A, b), strict=True):
        same(mine, expected)
    for k in (0, 1):
        check_grads(lambda a, b, k=k: ours.nnls(a, b)[k], A, b)
    sparse = scipy.sparse.csr_array(A)
    check_grads(lambda b: ours.lsq_linear(sparse, b, tol=1e-14, lsmr_tol=1e-14).x, b)


def test_linear_fits_that_are_not_determined():
    for solve in (lambda a, b: ours.lsq_linear(a, b).x, lambda a, b: ours.nnls(a, b)[0]):
        x = solve(np.ones((3, 2)), mg.tensor([1.0, 2.0, 3.0]))
        if np.all(x.data > 0) or solve(np.ones((3, 2)), np.ones(3)).all():
            with pytest.raises(InvalidBackprop, match="columns of the matrix depend on others"):
                x.sum().backward()
    with pytest.raises(TypeError, match="has to be an array"):
        ours.lsq_linear(scipy.sparse.linalg.aslinearoperator(A), mg.tensor([1.0, 2.0, 3.0]))


# --- one number, and variables from elsewhere ---------------------------------------------------------


@pytest.mark.parametrize("how", [{}, {"method": "golden", "tol": 1e-12}, {"bounds": (-3.0, 3.0), "tol": 1e-10}])
@pytest.mark.filterwarnings("ignore:Method 'bounded' does not support relative tolerance")
def test_minimize_scalar(how):
    def valley(x, a):
        return (x - a) ** 2 + 0.1 * x**4 + a

    a = mg.tensor(2.0)
    mine, expected = ours.minimize_scalar(valley, args=(a,), **how), theirs.minimize_scalar(valley, args=(2.0,), **how)
    same(mine.x, expected.x)
    same(mine.fun, expected.fun)
    (mine.x + mine.fun).backward()
    x = expected.x
    np.testing.assert_allclose(a.grad, 2 / (2 + 1.2 * x**2) + 1 - 2 * (x - 2.0), rtol=1e-6)
    stuck = ours.minimize_scalar(valley, args=(a,), bounds=(0.0, 1.0))
    with pytest.raises(InvalidBackprop, match=r"minimize_scalar: .* lies on a bound"):
        stuck.x.backward()


def test_minima_by_variables_from_elsewhere():
    t = mg.tensor(2.0)

    def valley(x):
        return np.sum((x - t) ** 2 + 0.1 * x**4 + t)

    def check(x, fun=0.0, slope_of_fun=lambda x: 0.0):
        value = x.data.item()
        (np.sum(x) + fun).backward()
        np.testing.assert_allclose(t.grad, 2 / (2 + 1.2 * value**2) + slope_of_fun(value), rtol=1e-6)
        t.null_grad()

    for result in (ours.minimize(valley, [1.0], tol=1e-9), ours.minimize_scalar(valley, tol=1e-10)):
        check(result.x, result.fun, lambda x: 1 + 2 * (2.0 - x))
    same(ours.minimize(valley, [1.0]).fun, theirs.minimize(lambda x: valley(x).data, [1.0]).fun)
    bounded = ours.minimize(valley, [0.5], bounds=[(0.0, 1.0)])
    with pytest.raises(InvalidBackprop, match=r"minimize: .* lies on a bound"):
        bounded.x.sum().backward()

    def misfit(x):
        return np.stack([x[0] - t, np.sqrt(0.1) * x[0] ** 2])

    fit = ours.least_squares(misfit, [1.0], xtol=1e-15, ftol=None, gtol=1e-12)
    check(fit.x, fit.cost, lambda x: 2.0 - x)
    fit = ours.curve_fit(lambda x, a: np.stack([a - t, np.sqrt(0.1) * a**2]), None, np.zeros(2), 1.0, **PRECISE)
    check(fit[0])


SCALE = mg.tensor(2.0)


def test_lift_finds_variables_in_functions():
    inner = mg.tensor(2.0)

    class Model:
        scale = inner

        def __init__(self):
            self.own = inner

        def of_self(self, x):
            return x**2 - self.own

    def of_default(x, a=inner):
        return x**2 - a

    def of_globals(x):
        return x**2 - SCALE

    for f in (lambda x: x**2 - inner, lambda x: of_default(x), of_globals, of_default, Model().of_self):
        with mg.lift:
            for x in (theirs.brentq(f, 0.0, 3.0), theirs.fsolve(f, [1.0])[0], theirs.newton(f, 1.0)):
                x.backward()
                t = SCALE if f is of_globals else inner
                np.testing.assert_allclose(t.grad, 0.5 / np.sqrt(2.0), rtol=1e-6)
                t.null_grad()
    with mg.lift:
        assert not isinstance(theirs.brentq(lambda x: x**2 - 2.0, 0.0, 3.0), mg.Tensor)


def test_what_was_not_found():
    t = mg.tensor(3.0)
    with pytest.warns(RuntimeWarning, match="not making good progress"):
        x = ours.fsolve(lambda x, t: x**2 + t, 1.0, args=(t,))
    with pytest.raises(InvalidBackprop, match=r"(?s)fsolve: .* the function is 3.0e\+00.* `xtol`"):
        x.backward()
    x = ours.root(lambda x, t: x**2 - t, [1.0], args=(t,), tol=1e-40).x
    with pytest.raises(InvalidBackprop, match=r"(?s)root: .* the function is .*e-1.* `tol` that can be reached"):
        x.backward()
    with pytest.raises(RuntimeError, match="Failed to converge"):
        ours.bisect(lambda x, t: x**2 - t, 0.0, 3.0, args=(t,), maxiter=3)
    x, report = ours.bisect(lambda x, t: x**2 - t, 0.0, 3.0, args=(t,), maxiter=3, full_output=True, disp=False)
    assert not report.converged
    with pytest.raises(InvalidBackprop, match=r"bisect: .* none was found"):
        x.backward()


@pytest.mark.parametrize("name", ["fsolve", "fixed_point"])
def test_several_numbers(name):
    """Roots of functions whose entries depend on several."""

    def halves(x, p):
        return np.stack([np.cos(x[1]) * p[0] / 2, np.sin(x[0]) * p[1] / 2])

    f = halves if name == "fixed_point" else lambda x, p: halves(x, p) - x
    tol, solve = {"xtol": 1e-13}, getattr(ours, name)
    p = np.array([0.7, 1.1])
    same(solve(f, [0.5, 0.5], args=(mg.tensor(p),), **tol), getattr(theirs, name)(f, [0.5, 0.5], args=(p,), **tol))
    check_grads(lambda p: solve(f, [0.5, 0.5], args=(p,), **tol), p, rtol=1e-5, atol=1e-7)
