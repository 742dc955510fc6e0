"""`mygrad.scipy.optimize`: the solutions are SciPy's, and their derivatives agree with those of other ways to them."""

import numpy as np
import pytest
import scipy.optimize as theirs

import mygrad as mg
import mygrad.scipy.optimize as ours
from mygrad.errors import InvalidBackprop

P = np.array([2.0, 0.5])


def close(a, b, rtol=1e-7, atol=1e-9):
    np.testing.assert_allclose(a, b, rtol, atol)


# --- roots --------------------------------------------------------------------------------------------


def system(x, p):
    return np.stack([x[0] ** 2 + x[1] - p[0], x[1] ** 3 + x[0] * p[1] - 1.0])


@pytest.mark.parametrize("method", ["hybr", "lm", "krylov"])
def test_root(method):
    mine = ours.root(system, [1.0, 1.0], (mg.tensor(P),), method=method, tol=1e-13)
    expected = theirs.root(system, [1.0, 1.0], (P,), method=method, tol=1e-13)
    np.testing.assert_array_equal(mine.x.data, expected.x)

    def f(p):
        return ours.root(system, [1.0, 1.0], (p,), method=method, tol=1e-13).x

    x, y = expected.x
    by_x = np.array([[2 * x, 1.0], [P[1], 3 * y**2]])
    by_p = np.array([[-1.0, 0.0], [0.0, x]])
    close(mg.jacobian(f)(P), -np.linalg.solve(by_x, by_p))


def test_second_derivatives_of_a_root():
    def f(p):
        return ours.root(lambda x, p: x**2 - p, [1.0, 1.0], (p,), tol=1e-13).x

    close(mg.hessian(lambda p: f(p)[0])(np.array([4.0, 9.0])), np.diag([-1 / 32, 0.0]))


def test_root_with_a_jacobian():
    def both(x, p):
        return x**2 - p, 2 * np.diag(x)

    p = mg.tensor([4.0, 9.0])
    for fun, jac in [(both, True), (lambda x, p: x**2 - p, lambda x, p: 2 * np.diag(x))]:
        ours.root(fun, [1.0, 1.0], (p,), jac=jac, tol=1e-12).x.sum().backward()
        close(p.grad, [1 / 4, 1 / 6])
        p.null_grad()


def test_without_a_root_there_is_no_derivative():
    p = mg.tensor(1.0)
    result = ours.root(lambda x, p: x**2 + p, [1.0], (p,))
    assert not result.success
    with pytest.raises(InvalidBackprop, match=r"root: .* none was found"):
        result.x.backward()


@pytest.mark.parametrize(
    "solve",
    [
        lambda f, **how: ours.brentq(f, 0.1, 9.0, **how),
        lambda f, **how: ours.brentq(f, 0.1, 9.0, full_output=True, **how)[1].root,
        lambda f, **how: ours.newton(f, 1.0, tol=1e-14, **how),
        lambda f, **how: ours.newton(f, 1.0, x1=2.0, tol=1e-14, full_output=True, **how)[1].root,
        lambda f, **how: ours.newton(f, np.array([1.0, 2.0]), tol=1e-14, full_output=True, **how).root[0],
        lambda f, **how: ours.root(f, [1.0], tol=1e-12, **how).x[0],
        lambda f, **how: ours.fsolve(f, 1.0, xtol=1e-12, **how)[0],
        lambda f, **how: ours.fsolve(lambda x, a: [f(x[0], a)], [1.0], xtol=1e-12, **how)[0],
        lambda f, **how: ours.fixed_point(lambda x, a: x - f(x, a) / 5, 1.0, xtol=1e-14, **how),
        lambda f, **how: ours.bisect(f, 0.1, 9.0, **how),
        lambda f, **how: ours.ridder(f, 0.1, 9.0, full_output=True, **how)[0],
        lambda f, **how: ours.brenth(f, 0.1, 9.0, **how),
        lambda f, **how: ours.toms748(f, 0.1, 9.0, k=2, **how),
        lambda f, **how: ours.root_scalar(f, bracket=[0.1, 9.0], **how).root,
        lambda f, **how: ours.root_scalar(f, x0=1.0, x1=1.5, xtol=1e-14, **how).root,
        lambda f, **how: ours.root_scalar(lambda x, a: (f(x, a), 2 * x, 2.0), x0=1.0, fprime2=True, **how).root,
    ],
)
def test_variables_from_elsewhere(solve):
    """x^2 = a t; to the order at which a single step of Newton's would not do."""
    t = mg.tensor(2.0)
    x = solve(lambda x, a: x**2 - a * t, args=(3.0,))
    assert x.data == solve(lambda x, a: x**2 - a * 2.0, args=(3.0,))  # bit for bit
    x.backward()
    np.testing.assert_allclose(t.grad, 1.5 / np.sqrt(6), rtol=1e-12)
    third = mg.grad(mg.grad(mg.grad(lambda t: solve(lambda x, a: x**2 - a * t, args=(3.0,)))))
    np.testing.assert_allclose(third(2.0), 0.375 * np.sqrt(3) * 2.0**-2.5, rtol=1e-9)
    a = mg.tensor(3.0)
    x = solve(lambda x, a: x**2 - a * t, args=(a,))
    x.backward()
    np.testing.assert_allclose([a.grad, t.grad], [1 / np.sqrt(6), 1.5 / np.sqrt(6)], rtol=1e-12)


def test_variables_from_elsewhere_without_a_root():
    t = mg.tensor(1.0)
    result = ours.root(lambda x: x**2 + t, [1.0])
    assert not result.success
    with pytest.raises(InvalidBackprop, match=r"root: .* none was found"):
        result.x.backward()


def test_newton_takes_a_list_of_arguments():
    a, b = mg.tensor(3.0), mg.tensor(2.0)
    ours.newton(lambda x, a, b: x**2 - a * b, 1.0, args=[a, b], tol=1e-14).backward()
    np.testing.assert_allclose([a.grad, b.grad], [1 / np.sqrt(6), 1.5 / np.sqrt(6)], rtol=1e-12)


def test_brentq():
    def f(x, a, b):
        return np.exp(a * x) - b

    a, b = mg.tensor(2.0), mg.tensor(3.0)
    x, report = ours.brentq(f, 0.0, 2.0, (a, b), full_output=True)
    assert x.data == theirs.brentq(f, 0.0, 2.0, (2.0, 3.0))
    assert report.converged
    x.backward()
    close([a.grad, b.grad], [-np.log(3.0) / 4, 1 / 6])
    second = mg.hessian(lambda b: ours.brentq(f, 0.0, 2.0, (2.0, b)))(3.0)
    close(second, -1 / 18)
    assert type(ours.brentq(f, 0.0, 2.0, (2.0, 3.0))) is float


def test_newton_of_numbers_and_of_arrays():
    def f(x, a):
        return x**3 - a

    for start, a in [(1.5, 8.0), (np.array([1.5, 2.5]), np.array([8.0, 27.0]))]:
        t = mg.tensor(a)
        x = ours.newton(f, start, args=(t,), fprime=lambda x, a: 3 * x**2)
        np.testing.assert_array_equal(x.data, theirs.newton(f, start, args=(a,), fprime=lambda x, a: 3 * x**2))
        x.sum().backward()
        close(t.grad, a ** (-2 / 3) / 3)


# --- minima -------------------------------------------------------------------------------------------


def rosenbrock(x, p):
    return (p[0] - x[0]) ** 2 + 10 * (x[1] - p[1] * x[0] ** 2) ** 2 + p[0] * p[1]


def slopes(x, p):
    inner = 20 * (x[1] - p[1] * x[0] ** 2)
    return np.stack([-2 * (p[0] - x[0]) - 2 * inner * p[1] * x[0], inner])


@pytest.mark.parametrize(
    ("method", "jac"),
    [("BFGS", None), ("BFGS", slopes), ("L-BFGS-B", slopes), ("trust-constr", slopes), ("SLSQP", slopes)],
)
def test_minimize(method, jac):
    how = {"method": method, "jac": jac, "tol": 1e-12 if jac else 1e-7}
    p = mg.tensor(P)
    result = ours.minimize(rosenbrock, [1.0, 1.0], (p,), **how)
    expected = theirs.minimize(rosenbrock, [1.0, 1.0], (P,), **how)
    np.testing.assert_array_equal(result.x.data, expected.x)
    assert result.fun.data == expected.fun
    close(mg.jacobian(lambda p: ours.minimize(rosenbrock, [1.0, 1.0], (p,), **how).x)(P), [[1, 0], [2, 4]], 1e-4, 1e-5)
    result.fun.backward()
    close(p.grad, P[::-1], 1e-4)


def test_a_minimum_as_precise_as_rounding_allows():
    """Methods that are asked for more say that they failed; but the solution is better than one that they take."""

    def quartic(x, p):
        return 1.5 * np.sum((x - p) ** 2) + np.sum((x - 1.0) ** 4)

    p = mg.tensor([2.0, 3.0])
    result = ours.minimize(quartic, [0.0, 0.0], (p,), tol=1e-12)
    assert not result.success
    result.x.sum().backward()
    close(p.grad, 3 / (3 + 12 * (result.x.data - 1) ** 2), 1e-6)
    p = mg.tensor(1.0)
    stuck = ours.minimize(lambda x, p: p * abs(x[0] - 1.3) ** 0.5, [0.0], (p,), method="BFGS")
    assert not stuck.success
    with pytest.raises(InvalidBackprop, match="no minimum was found"):
        stuck.x.backward()


@pytest.mark.parametrize("name", ["minimize", "root", "least_squares"])
def test_parameters_in_containers(name):
    def inner(x, p):
        return x**3 + x - p["a"] * p["more"][0]

    def squared(x, p):
        return np.sum(inner(x, p) ** 2)

    fun = squared if name == "minimize" else inner
    how = {"root": {"tol": 1e-13}, "minimize": {"tol": 1e-9}, "least_squares": {"xtol": 1e-15}}[name]
    a, b = mg.tensor([2.0, 3.0]), mg.tensor(1.5)
    x = getattr(ours, name)(fun, [1.0, 1.0], args=({"a": a, "more": [b, "a name"]},), **how).x
    x.sum().backward()
    slopes = 1 / (3 * x.data**2 + 1)
    close(a.grad, 1.5 * slopes, 1e-6)
    close(b.grad, np.sum(a.data * slopes), 1e-6)


@pytest.mark.filterwarnings("ignore:delta_grad == 0.0")
def test_bounds_and_constraints():
    def far(x, p):
        return np.sum((x - p) ** 2)

    p = mg.tensor([0.5, 2.0])
    for bounds in ([(None, 1.0), (0.0, 1.0)], theirs.Bounds(-1.0, 1.0)):
        result = ours.minimize(far, [0.0, 0.0], (p,), bounds=bounds)
        close(result.x.data, [0.5, 1.0], 1e-6)
        with pytest.raises(InvalidBackprop, match=r"minimize: .* lies on a bound \(in entry 1\)"):
            result.x.sum().backward()
    result = ours.minimize(far, [0.0, 0.0], (p,), bounds=[(None, 3.0), (0.0, 3.0)])
    result.x.sum().backward()
    close(p.grad, [1.0, 1.0], 1e-6)
    constraint = {"type": "eq", "fun": lambda x: x[0] - x[1]}
    for constraints in (constraint, [constraint], theirs.LinearConstraint([[1.0, -1.0]], 0, 0)):
        result = ours.minimize(far, [0.0, 0.0], (p,), constraints=constraints)
        with pytest.raises(InvalidBackprop, match=r"minimize: .* there are constraints"):
            result.x.sum().backward()


T = np.linspace(0.0, 2.0, 6)
Y = 2.0 * np.exp(-0.7 * T) + 0.05 * np.cos(5 * T)


def misfit(x, y, *, t=T):
    return x[0] * np.exp(-x[1] * t) - y


@pytest.mark.parametrize("loss", ["linear", "soft_l1", "huber", "cauchy", "arctan"])
def test_least_squares(loss):
    def solution(y):
        how = {"jac": "cs", "loss": loss, "f_scale": 0.04, "xtol": 1e-15, "ftol": None, "gtol": 1e-12}
        return ours.least_squares(misfit, [1.0, 1.0], args=(y,), **how)

    y = mg.tensor(Y)
    result, expected = solution(y), solution(Y)
    np.testing.assert_array_equal(result.x.data, expected.x)
    np.testing.assert_array_equal(result.fun.data, expected.fun)
    assert result.cost.data == expected.cost
    h = 1e-4
    steps = h * np.eye(len(Y))
    close(
        mg.jacobian(lambda y: solution(y).x)(Y).T,
        [(solution(Y + e).x - solution(Y - e).x) / (2 * h) for e in steps],
        1e-4,
        1e-5,
    )
    result.cost.backward()
    close(y.grad, [(solution(Y + e).cost - solution(Y - e).cost) / (2 * h) for e in steps], 1e-5, 1e-8)


def test_least_squares_by_keywords_and_on_a_bound():
    t = mg.tensor(T)
    how = {"jac": "cs", "xtol": 1e-15, "ftol": None, "gtol": 1e-12}
    x = ours.least_squares(misfit, [1.0, 1.0], args=(Y,), kwargs={"t": t}, **how).x
    x[1].backward()
    h = 1e-4
    for i, e in enumerate(h * np.eye(len(T))):
        ends = [theirs.least_squares(misfit, [1.0, 1.0], args=(Y,), kwargs={"t": T + d}, **how).x[1] for d in (e, -e)]
        close(t.grad[i], (ends[0] - ends[1]) / (2 * h), 1e-4, 1e-5)
    result = ours.least_squares(misfit, [1.0, 0.4], args=(mg.tensor(Y),), bounds=(0.0, [3.0, 0.5]))
    with pytest.raises(InvalidBackprop, match=r"least_squares: .* lies on a bound"):
        result.x.sum().backward()


def test_lift_puts_them_in_the_place_of_scipys():
    a = mg.tensor(9.0)
    with mg.lift:
        theirs.brentq(lambda x, a: x**2 - a, 0.0, 5.0, args=(a,)).backward()
    close(a.grad, 1 / 6)


def test_an_active_bound_at_which_an_interior_point_method_does_not_arrive():
    p = mg.tensor([0.3, 2.0])
    how = {"method": "trust-constr", "bounds": theirs.Bounds([0.0, 0.0], [1.0, 1.0])}
    far = ours.minimize(lambda x, p: np.sum((x - p) ** 2), [0.5, 0.5], (p,), **how).x
    assert far[1].item() < 1 - 1e-6  # which is not close
    with pytest.raises(InvalidBackprop, match=r"minimize: .* lies on a bound \(in entry 1\)"):
        far.sum().backward()
    near = ours.minimize(lambda x, p: np.sum((x - p) ** 2), [0.5, 0.5], (p / 3,), **how).x
    near.sum().backward()
    close(p.grad, [1 / 3, 1 / 3], 1e-6)


@pytest.mark.parametrize(
    "solve",
    [
        lambda a: ours.root(lambda x, a: x**2 - 2, [1.0], (a,)).x,
        lambda a: ours.brentq(lambda x, a: x**2 - 2, 0.0, 2.0, (a,)),
        lambda a: ours.newton(lambda x, a: x**2 - 2, 1.0, args=(a,)),
    ],
    ids=["root", "brentq", "newton"],
)
def test_an_argument_that_is_not_used(solve):
    a = mg.tensor(1.5)
    solve(a).sum().backward()
    assert a.grad == 0


def test_settings_take_no_gradient():
    t = mg.tensor(1.0)
    with pytest.raises(TypeError, match="no gradient flows to `bounds`"):
        ours.minimize(lambda x: x[0] ** 2, [0.5], bounds=[(0.0, t)])
    with pytest.raises(TypeError, match="no gradient flows to `f_scale`"):
        ours.least_squares(lambda x: x, [0.5], loss="huber", f_scale=t)
