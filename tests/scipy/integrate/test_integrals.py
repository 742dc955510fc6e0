"""Integrals: the values are SciPy's, bit for bit, and the derivatives agree with differences and closed forms."""

import numpy as np
import pytest
import scipy.integrate as theirs

import mygrad as mg
import mygrad.scipy.integrate as ours
from mygrad.testing import check_grads

rng = np.random.default_rng(3)


@pytest.mark.parametrize("name", ["trapezoid", "simpson", "cumulative_trapezoid"])
@pytest.mark.parametrize("n", [2, 3, 4, 7])
@pytest.mark.parametrize("axis", [0, -1])
def test_samples(name, n, axis):
    y = rng.standard_normal((n, 3) if axis == 0 else (2, n))
    x = np.cumsum(rng.random(n) + 0.5)
    of_ours, of_theirs = getattr(ours, name), getattr(theirs, name)
    full = np.moveaxis(np.broadcast_to(x, (3 if axis == 0 else 2, n)), -1, axis).copy()
    for points in (x, full):
        same(of_ours(mg.tensor(y), x=mg.tensor(points), axis=axis), of_theirs(y, x=points, axis=axis))
        check_grads(lambda y, x: of_ours(y, x=x, axis=axis), y, points)
    same(of_ours(mg.tensor(y), dx=0.3, axis=axis), of_theirs(y, dx=0.3, axis=axis))
    check_grads(lambda y, dx: of_ours(y, dx=dx, axis=axis), y, np.array(0.3))
    single = y.astype(np.float32)
    same(of_ours(mg.tensor(single), axis=axis), of_theirs(single, axis=axis))


def same(mine, expected):
    assert mine.dtype == expected.dtype
    np.testing.assert_array_equal(mine.data, expected)


def test_initial():
    y = rng.standard_normal((2, 4))
    same(ours.cumulative_trapezoid(mg.tensor(y), initial=0), theirs.cumulative_trapezoid(y, initial=0))
    check_grads(lambda y: ours.cumulative_trapezoid(y, initial=0), y)


def bell(s, center, width):
    return np.exp(-((s - center) ** 2) / width)


def test_quad():
    values = (-0.3, 1.4, 0.2, 0.7)
    a, b, center, width = map(mg.tensor, values)
    y, error = ours.quad(bell, a, b, (center, width))
    expected = theirs.quad(bell, values[0], values[1], values[2:])
    assert (y.data, error) == expected
    check_grads(lambda a, b, c, w: ours.quad(bell, a, b, (c, w))[0], *map(np.array, values), order=2)


def test_second_derivatives_of_simpsons_rule():
    x = np.cumsum(rng.random(4) + 0.5)
    check_grads(lambda y, x: ours.simpson(y, x=x), rng.standard_normal(4), x, order=2)


def test_infinite_limits_points_and_arrays():
    check_grads(lambda c, w: ours.quad(bell, -np.inf, np.inf, (c, w))[0], np.array(0.2), np.array(0.7))
    check_grads(lambda b, w: ours.quad(bell, -np.inf, b, (0.2, w))[0], np.array(0.2), np.array(0.7))

    def kinked(s, p):
        return np.abs(s - 0.5) * p[0] + s**2 * p[1] * p[0]

    check_grads(lambda p: ours.quad(kinked, 0.0, 1.0, (p,), points=[0.5])[0], np.array([1.0, 2.0]), order=2)


def test_integers_among_the_arguments_stay_what_they_are():
    def f(s, p, n):
        return p[n] * s**n

    p = mg.tensor([1.0, 2.0, 3.0])
    ours.quad(f, 0.0, 1.0, (p, 2))[0].backward()
    np.testing.assert_allclose(p.grad, [0.0, 0.0, 1 / 3])


def test_quad_of_numbers_is_scipys():
    assert ours.quad(bell, 0.0, 1.0, (0.2, 0.7)) == theirs.quad(bell, 0.0, 1.0, (0.2, 0.7))
    assert ours.quad(np.cos, 0.0, 1.0, weight="sin", wvar=2.0) == theirs.quad(np.cos, 0.0, 1.0, weight="sin", wvar=2.0)


def test_what_is_refused():
    t = mg.tensor(1.0)
    with pytest.raises(TypeError, match="no `weight`"):
        ours.quad(lambda s, t: t, 0.0, 1.0, (t,), weight="sin", wvar=2.0)
    with pytest.raises(TypeError, match="no gradient flows to `epsabs`"):
        ours.quad(lambda s: s, 0.0, 1.0, epsabs=t)
    with pytest.raises(TypeError, match="takes a variable from elsewhere, and is singular"):
        ours.quad(lambda s: t / np.sqrt(s), 0.0, 1.0)
    with pytest.raises(TypeError, match="there can be no `weight`"):
        ours.quad(lambda s: t * s, 0.0, 1.0, weight="sin", wvar=2.0)


@pytest.mark.parametrize(
    "call",
    [
        lambda quad, t: quad(lambda s: np.sin(t * s), 0.0, 2.0),
        lambda quad, t: quad(lambda s: np.sin(t * s), 0.0, t),
        lambda quad, t: quad(lambda s: np.sin(t * s), 3.0, t),
        lambda quad, t: quad(lambda s, a: a * np.sin(t * s), 0.0, 2.0, args=(t,)),
        lambda quad, t: quad(lambda s: np.exp(-t * s**2), 0.0, np.inf),
        lambda quad, t: quad(lambda s: np.exp(t * s), -np.inf, t),
        lambda quad, t: quad(lambda s: np.exp(-t * s**2), -np.inf, np.inf),
        lambda quad, t: quad(lambda s: np.exp(-t * s**2), np.inf, 0.0),
        lambda quad, t: quad(lambda s: np.abs(s - 0.5) ** 3 * t, 0.0, 1.0, points=[0.5]),
    ],
)
def test_quad_by_variables_from_elsewhere(call):
    t = mg.tensor(1.3)
    y, error, *_ = call(ours.quad, t)
    assert (y.data, error) == call(theirs.quad, 1.3)[:2]  # bit for bit
    y.backward()
    h = 1e-4
    ends = [call(theirs.quad, 1.3 + d)[0] for d in (-h, h)]
    np.testing.assert_allclose(t.grad, (ends[1] - ends[0]) / (2 * h), rtol=1e-6)
    slopes = [mg.grad(lambda t: call(ours.quad, t)[0])(1.3 + d) for d in (-h, h)]
    np.testing.assert_allclose(
        mg.hessian(lambda t: call(ours.quad, t)[0])(1.3), (slopes[1] - slopes[0]) / (2 * h), 1e-5, 1e-9
    )


def test_quad_of_parameters_in_containers():
    a, b = mg.tensor([2.0, 3.0]), mg.tensor(1.5)
    ours.quad(lambda s, p: np.exp(-s * p["b"]) * p["more"][0][1], 0.0, 1.0, ({"b": b, "more": [a, 2]},))[0].backward()
    e = np.exp(-1.5)
    np.testing.assert_allclose(a.grad, [0.0, (1 - e) / 1.5], 1e-12)
    np.testing.assert_allclose(b.grad, 3.0 * (e / 1.5 - (1 - e) / 1.5**2), 1e-12)


def test_a_function_that_does_not_use_its_arguments():
    b, rate = mg.tensor(0.4), mg.tensor(1.0)
    ours.quad(lambda s, rate: np.exp(-s * s), 0.0, b, (rate,))[0].backward()
    np.testing.assert_allclose(b.grad, np.exp(-0.16), 1e-12)
    assert rate.grad == 0
    ours.quad(lambda s, rate: np.exp(-s * s), 0.0, b, (1.0,))[0].backward()
    np.testing.assert_allclose(b.grad, np.exp(-0.16), 1e-12)


def test_no_samples():
    y = mg.tensor(np.zeros((2, 0)))
    np.testing.assert_array_equal(ours.trapezoid(y).data, theirs.trapezoid(y.data))
    ours.trapezoid(y).sum().backward()
    assert y.grad.shape == (2, 0)
