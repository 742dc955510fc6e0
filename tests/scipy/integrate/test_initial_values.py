"""Initial value problems: the solutions are SciPy's, and gradients agree with differences at tight tolerances."""

import tracemalloc
from functools import cache

import numpy as np
import pytest
import scipy.integrate as theirs

import mygrad as mg
import mygrad.scipy.integrate as ours
from mygrad.errors import InvalidBackprop

METHODS = ["RK23", "RK45", "DOP853", "Radau", "BDF", "LSODA"]


def lotka_volterra(t, y, a, b):
    return [a[0] * y[0] - b * y[0] * y[1], -a[1] * y[1] + 0.5 * np.cos(t) * y[0] * y[1]]


def robertson(t, y, k):
    first, second, third = k[0] * y[0], k[1] * y[1] ** 2, k[2] * y[1] * y[2]
    return np.stack([third - first, first - second - third, second])


def lorenz(t, y, p):
    return np.stack([p[0] * (y[1] - y[0]), y[0] * (p[1] - y[2]) - y[1], y[0] * y[1] - p[2] * y[2]])


def slopes(f, x, relative):
    """The derivatives of `f`, by central differences of the fourth order."""
    x = np.asarray(x, dtype=float)
    columns = []
    for i, h in enumerate(np.abs(x) * relative):
        e = h * np.eye(len(x))[i]
        columns.append((8 * (f(x + e) - f(x - e)) - (f(x + 2 * e) - f(x - 2 * e))) / (12 * h))
    return np.stack(columns, axis=-1)


Y0, A, B = np.array([1.0, 0.7]), np.array([1.1, 0.4]), 0.6


ENDS = [0, -1]  # where steps end in between depends on what is varied


@cache
def slopes_at_ends(*ends):
    def of(x):
        tight = {"method": "DOP853", "rtol": 1e-12, "atol": 1e-12, "t_eval": ends}
        return theirs.solve_ivp(lotka_volterra, (0.0, 2.0), x[:2], args=(x[2:4], x[4]), **tight).y[0].sum()

    return slopes(of, [*Y0, *A, B], 1e-3)


@pytest.mark.parametrize("times", [None, np.linspace(0.0, 2.0, 5), np.array([0.5, 1.7])])
@pytest.mark.parametrize("method", METHODS)
def test_solve_ivp(method, times):
    how = {"method": method, "t_eval": times, "rtol": 1e-7, "atol": 1e-9}
    y0, a, b = map(mg.tensor, (Y0, A, B))
    result = ours.solve_ivp(lotka_volterra, (0.0, 2.0), y0, args=(a, b), **how)
    expected = theirs.solve_ivp(lotka_volterra, (0.0, 2.0), Y0, args=(A, B), **how)
    np.testing.assert_array_equal(result.y.data, expected.y)
    np.testing.assert_array_equal(result.t, expected.t)
    result.y[0, ENDS].sum().backward()
    gradient = np.concatenate([y0.grad, a.grad, [b.grad]])
    np.testing.assert_allclose(gradient, slopes_at_ends(*expected.t[ENDS]), 1e-4, 1e-5)


def test_backward_in_time():
    how = {"rtol": 1e-10, "atol": 1e-10, "t_eval": [2.0, 1.0, 0.0]}
    y0 = mg.tensor(Y0)
    result = ours.solve_ivp(lotka_volterra, (2.0, 0.0), y0, args=(A, B), **how)
    expected = theirs.solve_ivp(lotka_volterra, (2.0, 0.0), Y0, args=(A, B), **how)
    np.testing.assert_array_equal(result.y.data, expected.y)
    result.y.sum().backward()
    by_differences = slopes(
        lambda y: theirs.solve_ivp(lotka_volterra, (2.0, 0.0), y, args=(A, B), **how).y.sum(), Y0, 1e-3
    )
    np.testing.assert_allclose(y0.grad, by_differences, 1e-7)


@pytest.mark.parametrize("method", ["RK45", "Radau", "LSODA"])
def test_no_time_at_all(method):
    y0 = mg.tensor(Y0)
    result = ours.solve_ivp(lotka_volterra, (1.0, 1.0), y0, method, args=(A, B))
    np.testing.assert_array_equal(
        result.y.data, theirs.solve_ivp(lotka_volterra, (1.0, 1.0), Y0, method, args=(A, B)).y
    )
    result.y[:, -1].sum().backward()
    np.testing.assert_array_equal(y0.grad, [1.0, 1.0])


@pytest.mark.parametrize("method", ["RK45", "Radau"])
def test_second_derivatives(method):
    def f(rate):
        return ours.solve_ivp(
            lambda t, y, rate: -rate * y, (0.0, 1.0), [2.0], method, args=(rate,), rtol=1e-8, atol=1e-10
        ).y[0, -1]

    np.testing.assert_allclose(mg.hessian(f)(0.5), 2 * np.exp(-0.5), 1e-6)


@pytest.mark.once
def test_robertsons_stiff_problem():
    rates, start, weights = np.array([0.04, 3e7, 1e4]), np.array([1.0, 0.0, 0.0]), np.array([1.0, 1e5, -2.0])

    def final(k):
        how = {"method": "Radau", "rtol": 1e-11, "atol": 1e-15}
        return theirs.solve_ivp(robertson, (0.0, 40.0), start, args=(k,), **how).y[:, -1] @ weights

    by_differences = slopes(final, rates, 1e-3)
    for method in ("Radau", "LSODA"):
        k = mg.tensor(rates)
        how = {"method": method, "rtol": 1e-6, "atol": 1e-10}
        (ours.solve_ivp(robertson, (0.0, 40.0), start, args=(k,), **how).y[:, -1] @ weights).backward()
        np.testing.assert_allclose(k.grad, by_differences, 1e-7)


@pytest.mark.once
def test_lorenz_to_t_5():
    parameters, start = np.array([10.0, 28.0, 8 / 3]), np.array([1.0, 1.0, 1.0])
    how = {"method": "DOP853", "rtol": 1e-12, "atol": 1e-12, "t_eval": [5.0]}

    def final(x):
        return theirs.solve_ivp(lorenz, (0.0, 5.0), x[:3], args=(x[3:],), **how).y[0, -1]

    y0, p = mg.tensor(start), mg.tensor(parameters)
    ours.solve_ivp(lorenz, (0.0, 5.0), y0, args=(p,), **how).y[0, -1].backward()
    gradient = np.concatenate([y0.grad, p.grad])
    np.testing.assert_allclose(gradient, slopes(final, [*start, *parameters], 1e-5), 1e-6)


@pytest.mark.parametrize("method", ["DOP853", "LSODA"])
def test_the_adjoint_equation(method):
    how = {"method": method, "rtol": 1e-10, "atol": 1e-10, "t_eval": [0.5, 1.0]}
    y0, a, b = map(mg.tensor, (Y0, A, B))
    result = ours.solve_ivp(lotka_volterra, (0.0, 1.0), y0, args=(a, b), adjoint=True, **how)
    (result.y * [[1.0, 2.0], [3.0, 4.0]]).sum().backward()
    by_adjoint = [y0.grad, a.grad, b.grad]
    for t in (y0, a, b):
        t.null_grad()
    ours_ = ours.solve_ivp(lotka_volterra, (0.0, 1.0), y0, args=(a, b), **how)
    (ours_.y * [[1.0, 2.0], [3.0, 4.0]]).sum().backward()
    for one, other in zip(by_adjoint, [y0.grad, a.grad, b.grad], strict=True):
        np.testing.assert_allclose(one, other, 1e-6)

    def final(b):
        return ours.solve_ivp(lotka_volterra, (0.0, 1.0), Y0, args=(A, b), adjoint=True, **how).y[0, -1]

    with pytest.raises(InvalidBackprop, match="first derivatives only"):
        mg.grad(mg.grad(final))(B)


@pytest.mark.parametrize("adjoint", [False, True])
def test_parameters_in_containers(adjoint):
    how = {"rtol": 1e-10, "atol": 1e-10, "adjoint": adjoint}
    a, b = mg.tensor(0.5), mg.tensor(0.2)
    y = ours.solve_ivp(
        lambda t, y, p: -p["a"] * p["more"][0] * y, (0.0, 1.0), [2.0], args=({"a": a, "more": (b, 3)},), **how
    ).y
    y[0, -1].backward()
    np.testing.assert_allclose([a.grad, b.grad], -2 * np.exp(-0.1) * np.array([0.2, 0.5]), 1e-7)


@pytest.mark.parametrize("method", ["RK45", "DOP853"])
def test_complex_states(method):
    """A harmonic oscillator, that decays: the imaginary part of the rate is how fast."""
    rate, y0 = mg.tensor(0.7 - 0.2j), mg.tensor([1.0 + 0.5j])
    how = {"method": method, "rtol": 1e-11, "atol": 1e-11}
    result = ours.solve_ivp(lambda t, y, rate: 1j * np.conj(rate) * y, (0.0, 1.0), y0, args=(rate,), **how)
    expected = theirs.solve_ivp(lambda t, y: 1j * np.conj(rate.data) * y, (0.0, 1.0), y0.data, **how)
    np.testing.assert_array_equal(result.y.data, expected.y)
    result.y[0, -1].real.backward()
    r, y = mg.tensor(rate.data), mg.tensor(y0.data)
    (y * np.exp(1j * np.conj(r)))[0].real.backward()
    np.testing.assert_allclose(rate.grad, r.grad, 1e-8)
    np.testing.assert_allclose(y0.grad, y.grad, 1e-8)


def peak_of_backward(steps, checkpoints):
    """The memory that a backward pass through so many steps takes, in bytes."""
    rate = mg.tensor(np.linspace(0.1, 1.0, 100))
    how = {
        "max_step": 1.0 / steps,
        "first_step": 1.0 / steps,
        "rtol": 1e-2,
        "t_eval": [1.0],
        "checkpoints": checkpoints,
    }
    y = ours.solve_ivp(lambda t, y, rate: -rate * y, (0.0, 1.0), np.ones(100), "RK23", args=(rate,), **how).y
    loss = y.sum()
    tracemalloc.start()
    loss.backward()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.once
def test_memory_grows_with_the_square_root_of_the_number_of_steps():
    few, many = peak_of_backward(36, None), peak_of_backward(324, None)
    assert many < 4 * few  # it is 3 times
    kept = peak_of_backward(36, 1), peak_of_backward(324, 1)
    assert kept[1] > 6 * kept[0]  # it is 9 times
    assert many < kept[1] / 6
    few, many = peak_of_backward(324, 6), peak_of_backward(324, 108)
    assert 3 * few < kept[1]  # of groups of 54 steps
    assert 2 * many < kept[1]  # of 108 states and groups of 3 steps


@pytest.mark.parametrize("tfirst", [False, True])
def test_odeint(tfirst):
    def f(*args):
        (t, y) = args[:2] if tfirst else args[1::-1]
        return lotka_volterra(t, y, *args[2:])

    times = np.linspace(0.0, 2.0, 4)
    y0, a, b = map(mg.tensor, (Y0, A, B))
    y, report = ours.odeint(f, y0, times, (a, b), tfirst=tfirst, full_output=True)
    np.testing.assert_array_equal(y.data, theirs.odeint(f, Y0, times, (A, B), tfirst=tfirst))
    assert report["message"] == "Integration successful."

    def of(x):
        tight = {"method": "DOP853", "rtol": 1e-12, "atol": 1e-12, "t_eval": times}
        return theirs.solve_ivp(lotka_volterra, (0.0, 2.0), x[:2], args=(x[2:4], x[4]), **tight).y[0].sum()

    y[:, 0].sum().backward()
    gradient = np.concatenate([y0.grad, a.grad, [b.grad]])
    np.testing.assert_allclose(gradient, slopes(of, [*Y0, *A, B], 1e-3), 1e-6)


def test_what_is_refused():
    y0, t = mg.tensor(Y0), mg.tensor(1.0)
    for options, words in [
        ({"events": lambda t, y, a, b: y[0]}, "`events` and `dense_output`"),
        ({"dense_output": True}, "`events` and `dense_output`"),
        ({"t_eval": [t]}, "no gradient flows to `t_eval`"),
        ({"rtol": t}, "no gradient flows to `rtol`"),
        ({"method": theirs.RK45}, "no derivative through the steps"),
    ]:
        with pytest.raises(TypeError, match=words):
            ours.solve_ivp(lotka_volterra, (0.0, 2.0), y0, args=(A, B), **options)
    with pytest.raises(ValueError, match="no method 'Euler'"):
        ours.solve_ivp(lotka_volterra, (0.0, 2.0), y0, "Euler", args=(A, B))
    for options in ({"method": "BDF"}, {"adjoint": True}):
        with pytest.raises(TypeError, match="derivatives of complex states go through steps of"):
            ours.solve_ivp(lotka_volterra, (0.0, 2.0), Y0 + 0j, args=(A, mg.tensor(B)), **options)
    with pytest.raises(ValueError, match="must be 1-dimensional"):
        ours.solve_ivp(lotka_volterra, (0.0, 2.0), mg.tensor(1.0))
    with pytest.raises(TypeError, match="no gradient flows to `t`"):
        ours.odeint(lambda y, t: -y, y0, [0.0, t])
    with pytest.raises(TypeError, match="takes a variable from elsewhere"):
        ours.solve_ivp(lambda s, y: -t * y, (0.0, 2.0), Y0)
    result = ours.solve_ivp(lotka_volterra, (0.0, 2.0), Y0, args=(A, B), dense_output=True)
    assert type(result.y) is np.ndarray
    np.testing.assert_array_equal(result.sol(0.0), Y0)
    turning = ours.solve_ivp(lambda t, y: 1j * y, (0.0, 1.0), [1.0 + 0j], "BDF").y
    np.testing.assert_array_equal(turning, theirs.solve_ivp(lambda t, y: 1j * y, (0.0, 1.0), [1.0 + 0j], "BDF").y)


def test_lift_puts_them_in_the_place_of_scipys():
    y0 = mg.tensor([1.0])
    with mg.lift:
        y = theirs.solve_ivp(lambda t, y: -y, (0.0, 1.0), y0, rtol=1e-8, atol=1e-8).y[0, -1]
    y.backward()
    np.testing.assert_allclose(y0.grad, np.exp(-1.0), 1e-6)


@pytest.mark.parametrize("options", [{"adjoint": True}, {"method": "Radau"}, {"method": "BDF"}])
def test_a_slope_that_is_constant(options):
    y0, a = mg.tensor([1.0, 2.0]), mg.tensor(3.0)
    ours.solve_ivp(lambda t, y, a: np.ones(2), (0.0, 1.0), y0, args=(a,), **options).y[:, -1].sum().backward()
    np.testing.assert_allclose(y0.grad, [1.0, 1.0], 1e-12)
    assert a.grad == 0
