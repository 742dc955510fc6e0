"""`mygrad.scipy.interpolate`: the values are SciPy's, bit for bit, and the derivatives agree with differences."""

import numpy as np
import pytest
import scipy
import scipy.interpolate as theirs

import mygrad as mg
import mygrad.scipy.interpolate as ours
from mygrad.testing import check_grads

VERSION = tuple(map(int, scipy.__version__.split(".")[:2]))
rng = np.random.default_rng(4)
X = np.cumsum(rng.random(6) + 0.3)
ROWS = rng.standard_normal((2, 6))
AT = np.array([[X[0] - 0.2, X[1] + 0.1], [X[3] + 0.05, X[5] + 0.3]])
INSIDE = np.array([[X[0] + 0.2, X[1] + 0.1], [X[3] + 0.05, X[5] - 0.1]])


def agree(build_ours, build_theirs, values, at, order=1, **options):
    """Of functions that make an interpolator of values."""
    mine = build_ours(mg.tensor(values))(mg.tensor(at), **options)
    expected = build_theirs(values)(at, **options)
    np.testing.assert_array_equal(mine.data, expected)
    plain = build_ours(values)(at, **options)
    assert type(plain) is np.ndarray
    np.testing.assert_array_equal(plain, expected)
    check_grads(lambda values, at: build_ours(values)(at, **options), values, at, order=order)


@pytest.mark.parametrize("bc", ["not-a-knot", "natural", "clamped", ((1, 0.5), (2, -1.0)), ("clamped", (1, 2.0))])
def test_cubic_spline(bc):
    args = {"bc_type": bc}
    one = ROWS[0]
    agree(lambda y: ours.CubicSpline(X, y, **args), lambda y: theirs.CubicSpline(X, y, **args), one, AT, order=2)
    if not isinstance(bc, str):
        args["bc_type"] = [end if isinstance(end, str) else (end[0], [end[1], 3.0]) for end in bc]
    agree(lambda y: ours.CubicSpline(X, y, 1, **args), lambda y: theirs.CubicSpline(X, y, 1, **args), ROWS, AT, nu=1)


def test_more_of_cubic_splines():
    agree(lambda y: ours.CubicSpline(X, y), lambda y: theirs.CubicSpline(X, y), ROWS.T.copy(), np.array(X[2] + 0.1))
    at = mg.tensor(AT)
    y = np.append(ROWS[0, :-1], ROWS[0, 0])
    mine = ours.CubicSpline(X, y, bc_type="periodic")(at)
    np.testing.assert_array_equal(mine.data, theirs.CubicSpline(X, y, bc_type="periodic")(AT))
    check_grads(lambda at: ours.CubicSpline(X, y, bc_type="periodic")(at), AT)
    check_grads(lambda y, at: ours.CubicSpline(X, np.concatenate([y, y[:1]]), bc_type="periodic")(at), y[:-1], AT)
    with pytest.raises(TypeError, match="no gradient flows to `x`"):
        ours.CubicSpline(mg.tensor(X), y)
    outside = ours.CubicSpline(X, y, extrapolate=False)(X[0] - 1.0)
    assert np.isnan(outside)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_b_splines(k):
    knots = np.concatenate([[X[0]] * k, X, [X[-1]] * k])
    c = rng.standard_normal(len(knots) - k - 1)
    agree(lambda c: ours.BSpline(knots, c, k), lambda c: theirs.BSpline(knots, c, k), c, INSIDE, order=2)
    c = rng.standard_normal((2, len(knots) - k - 1))
    agree(lambda c: ours.BSpline(knots, c, k, axis=1), lambda c: theirs.BSpline(knots, c, k, axis=1), c, INSIDE)


@pytest.mark.parametrize("fill", ["extrapolate", 2.0, (1.0, 3.0)])
@pytest.mark.parametrize("axis", [0, 1])
def test_interp1d(fill, axis):
    order = rng.permutation(6)
    how = {"axis": axis, "fill_value": fill, "bounds_error": False}
    y = ROWS if axis else ROWS.T.copy()
    agree(lambda y: ours.interp1d(X[order], y, **how), lambda y: theirs.interp1d(X[order], y, **how), y, AT)


@pytest.mark.parametrize("kind", ["linear", "nearest", "nearest-up", "previous", "next"])
@pytest.mark.parametrize("outside", ["numbers", "pair", "extrapolate"])
def test_interp1d_by_places_and_by_what_is_outside(kind, outside):
    order = rng.permutation(6)
    fill = {"numbers": np.array([3.0, 4.0]), "pair": (np.array([3.0, 4.0]), 5.0), "extrapolate": "extrapolate"}[outside]

    def build(library, x, y, fill):
        return library.interp1d(x, y, kind, fill_value=fill, bounds_error=False)

    at = AT if outside != "extrapolate" or kind == "linear" else INSIDE
    agree(lambda x: build(ours, x, ROWS, fill), lambda x: build(theirs, x, ROWS, fill), X[order], at)
    agree(lambda y: build(ours, X[order], y, fill), lambda y: build(theirs, X[order], y, fill), ROWS, at)
    if outside == "pair":
        given = mg.tensor(fill[0])
        build(ours, X, ROWS, (given, 5.0))(AT).sum().backward()
        np.testing.assert_array_equal(given.grad, [1.0, 1.0])
    elif outside == "numbers":
        agree(lambda f: build(ours, X, ROWS, f), lambda f: build(theirs, X, ROWS, f), fill, at)


@pytest.mark.parametrize("kind", ["zero", "quadratic", "cubic", 0, 2, 3, 5])
def test_interp1d_by_splines(kind):
    order = rng.permutation(6)
    for how in ({"fill_value": "extrapolate"}, {"fill_value": (3.0, np.array([1.0, 2.0])), "bounds_error": False}):
        agree(
            lambda y, how=how: ours.interp1d(X[order], y, kind, **how),
            lambda y, how=how: theirs.interp1d(X[order], y, kind, **how),
            ROWS,
            AT,
        )
    with pytest.raises(TypeError, match="no gradient flows to `x`"):
        ours.interp1d(mg.tensor(X), ROWS, kind)(INSIDE)


def test_numbers_outside_of_one_line():
    y = mg.tensor(ROWS[0])
    ours.interp1d(X, y, fill_value=(1.0, 3.0), bounds_error=False)(AT).sum().backward()
    assert np.sum(y.grad) == pytest.approx(2.0)  # two of four places are within


def test_grids():
    points = (X[:3], X[:4])
    values = rng.standard_normal((3, 4, 2))
    inside = np.array([[X[0] + 0.1, X[2] + 0.1], [X[1] + 0.1, X[0] + 0.2]])
    for how, at in [({}, inside), ({"bounds_error": False}, inside), ({"bounds_error": False, "fill_value": None}, AT)]:
        mine, other = ours.RegularGridInterpolator, theirs.RegularGridInterpolator
        agree(
            lambda v, how=how, f=mine: f(points, v, **how), lambda v, how=how, f=other: f(points, v, **how), values, at
        )
    v = mg.tensor(values[..., 0])
    ours.RegularGridInterpolator(points, v, bounds_error=False, fill_value=7.0)(AT).sum().backward()
    with pytest.raises(TypeError, match="cannot be 'pchip'"):
        ours.RegularGridInterpolator((X, X), mg.tensor(ROWS.T @ ROWS), method="pchip")(inside)
    inside = np.array([[X[0] + 0.1, X[2] + 0.1]])
    for turned in ((X[2::-1], X[:4]), (X[:3], X[3::-1])):  # SciPy turns them back
        agree(
            lambda v, p=turned: ours.RegularGridInterpolator(p, v),
            lambda v, p=turned: theirs.RegularGridInterpolator(p, v),
            values,
            inside,
        )


@pytest.mark.parametrize(("method", "size"), [("slinear", 3), ("cubic", 4), ("nearest", 3)])
def test_grids_by_other_methods(method, size):
    line = X[:size]
    at = line[0] + (line[-1] - line[0]) * np.array([[0.2, 0.9], [0.55, 0.35]])
    for shape, how in (((size, size), {}), ((size, size, 2), {"bounds_error": False, "fill_value": 2.0})):
        mine, other = (
            lambda v, f=f, how=how: f.RegularGridInterpolator((line, line[::-1]), v, method, **how)
            for f in (ours, theirs)
        )
        agree(mine, other, np.random.default_rng(7).standard_normal(shape), at + np.diag([0.0, 9.0]) if how else at)


def test_splines_under_lift():
    y = mg.tensor(ROWS[0])
    with mg.lift:
        a = theirs.make_interp_spline(X, y)(INSIDE)
        b = theirs.interpn((X,), y, INSIDE[..., None], method="cubic")
        c = theirs.PchipInterpolator(X, y)(INSIDE)
        d = theirs.CubicSpline(X, y)(INSIDE)
    (a + b + c + d).sum().backward()
    assert np.sum(y.grad) == pytest.approx(16.0)  # they are linear, or shift with the values


def test_grids_by_quintic_splines():
    values, at = np.random.default_rng(7).standard_normal((6, 6)), INSIDE
    weights = mg.tensor(values)
    mine = ours.RegularGridInterpolator((X, X), weights, "quintic")(at)
    expected = theirs.RegularGridInterpolator((X, X), values, "quintic")(at)
    np.testing.assert_array_equal(mine.data, expected)
    mine.sum().backward()
    np.testing.assert_allclose(np.sum(weights.grad * values), np.sum(expected), atol=1e-4)  # SciPy solves by iteration


def test_grids_of_strided_and_locked_values():
    """SciPy computes otherwise with memory that is read-only, as that of tensors is."""
    values, points = rng.standard_normal((12, 12)), (X, X)
    at = rng.uniform(X[0], X[-1], (40, 2))
    for part in (np.s_[::2, ::2], np.s_[::-2, 1::2], np.s_[6:, 6:]):
        v = values[part]
        expected = theirs.RegularGridInterpolator(points, v.copy())(at)
        for tensor in (mg.tensor(values)[part], mg.tensor(v), mg.tensor(v, copy=False), v):
            mine = ours.RegularGridInterpolator(points, tensor)(mg.tensor(at))
            np.testing.assert_array_equal(mine.data, expected)


@pytest.mark.parametrize("how", [{}, {"k": 1}, {"k": 2}, {"k": 5}, {"bc_type": "natural"}, {"bc_type": "clamped"}])
def test_interpolating_splines(how):
    agree(
        lambda y: ours.make_interp_spline(X, y, **how),
        lambda y: theirs.make_interp_spline(X, y, **how),
        ROWS[0],
        INSIDE,
    )
    agree(
        lambda y: ours.make_interp_spline(X, y, axis=1, **how),
        lambda y: theirs.make_interp_spline(X, y, axis=1, **how),
        ROWS,
        INSIDE,
    )
    spline = ours.make_interp_spline(X, mg.tensor(ROWS[0]), **how)
    np.testing.assert_array_equal(spline.c.data, theirs.make_interp_spline(X, ROWS[0], **how).c)
    with pytest.raises(TypeError, match="can be no bc_type='periodic'"):
        ours.make_interp_spline(X, spline.c[:6], bc_type="periodic")


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("PchipInterpolator", {}),
        ("PchipInterpolator", {"extrapolate": False}),
        ("Akima1DInterpolator", {}),
        ("Akima1DInterpolator", {"method": "makima"}),
    ],
)
def test_cubics_by_slopes(name, how):
    mine, other = getattr(ours, name), getattr(theirs, name)
    rising = np.cumsum(ROWS[0] ** 2)
    for y, nu in ((ROWS[0], 0), (rising, 0), (rising, 2)):
        agree(lambda y: mine(X, y, **how), lambda y: other(X, y, **how), y, INSIDE, nu=nu)
        check_grads(lambda x, y, nu=nu: mine(x, y, **how)(INSIDE, nu), X, y)
    agree(lambda y: mine(X, y, 1, **how), lambda y: other(X, y, 1, **how), ROWS, INSIDE)
    if name != "Akima1DInterpolator" or VERSION >= (1, 15):  # it reads beyond two values before
        agree(lambda y: mine(X[:2], y, **how), lambda y: other(X[:2], y, **how), ROWS[0, :2], np.array(X[0] + 0.1))
    check_grads(lambda y: mine(X, y, **how)(X[2] + 0.1), ROWS[0], order=2)
    for extrapolate in (True, False, "periodic"):
        expected = other(X, ROWS[0], **how)(AT, 0, extrapolate)
        np.testing.assert_array_equal(mine(X, mg.tensor(ROWS[0]), **how)(AT, 0, extrapolate).data, expected)
        if extrapolate:
            check_grads(lambda y, at, e=extrapolate: mine(X, y, **how)(at, 0, e), ROWS[0], AT)
    t = mg.tensor(ROWS[0])
    mine(X, t, **how)(AT, 0, False).sum().backward()
    assert np.all(np.isfinite(t.grad))


def test_lift_puts_them_in_the_place_of_scipys():
    y = mg.tensor(ROWS[0])
    with mg.lift:
        z = theirs.CubicSpline(X, y)(INSIDE)
    np.testing.assert_array_equal(z.data, theirs.CubicSpline(X, ROWS[0])(INSIDE))
    z.sum().backward()
    assert y.grad is not None
