"""Linear algebra at its edges, through every door: batches, singular and empty matrices, any layout, any scale."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad.functional import grad, hessian, jvp
from mygrad.testing import numerical_jacobian

L = np.linalg
RNG = np.random.default_rng(5)
BASE = RNG.normal(size=(4, 4))
SQUARE, TALL = BASE[:3, :3] + 3 * np.eye(3), BASE[:, :2].copy()
POSITIVE = SQUARE @ SQUARE.T + np.eye(3)
GAPS = np.zeros((6, 6))
GAPS[::2, ::-2] = SQUARE
ORDERS = [None, "fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf]

#: Where all is smooth.
SMOOTH = {
    "one entry": np.array([[2.0]]),
    "positive definite": POSITIVE,
    "square": SQUARE,
    "in column-major order": np.asfortranarray(SQUARE),
    "with gaps": GAPS[::2, ::-2],
    "batch": np.stack([SQUARE[:2, :2], POSITIVE[:2, :2]])[:, None],
    "tall": TALL,
    "wide": TALL.T,
    "batch of tall ones": np.stack([TALL, TALL[::-1] * 1.5]),
}
EMPTY = {str(shape): np.zeros(shape) for shape in [(0, 0), (0, 2, 2), (2, 0, 0), (3, 0), (0, 3), (0, 3, 2)]}
SINGULAR = {
    "one zero": np.zeros((1, 1)),
    "zeros": np.zeros((2, 2)),
    "rank 1": np.array([[1.0, 2.0], [2.0, 4.0]]),
    "rank 3": np.diag([1.0, 0.0, -2.0, 3.0]),
    "rank 1, tall": np.outer([1.0, 2.0, 4.0], [1.0, 3.0]),
    "equal singular values": np.eye(3),
    "one in a batch": np.stack([SQUARE[:2, :2], np.ones((2, 2)), POSITIVE[:2, :2]]),
}


def part(f, i, **params):
    return lambda a: f(a, **params)[i]


FUNCTIONS = {
    "det": L.det,
    "slogdet": part(L.slogdet, 1),
    "inv": L.inv,
    "solve": lambda a: L.solve(a, np.ones(a.shape[-1])),
    "solve for matrices": lambda a: L.solve(a, a * a + 1),
    "cholesky": L.cholesky,
    "cholesky, upper": lambda a: L.cholesky(a, upper=True),
    "eigvalsh": L.eigvalsh,
    "eigh": part(L.eigh, 1),
    "eigh of the upper triangle": part(L.eigh, 1, UPLO="U"),
    "svdvals": L.svdvals,
    "svd, left": part(L.svd, 0, full_matrices=False),
    "svd, right": part(L.svd, 2, full_matrices=False),
    "svd of symmetric matrices, left": part(L.svd, 0, hermitian=True),
    "svd of symmetric matrices": lambda a: L.svd(a, compute_uv=False, hermitian=True),
    "svd of symmetric matrices, right": part(L.svd, 2, hermitian=True),
    "pinv": L.pinv,
    "pinv of symmetric matrices": lambda a: L.pinv(a, hermitian=True),
    "lstsq": lambda a: L.lstsq(a, np.arange(1.0, a.shape[-2] + 1), rcond=None)[0],
    "lstsq, residuals": lambda a: L.lstsq(a, np.ones((a.shape[-2], 2)), rcond=None)[1],
    "qr, left": part(L.qr, 0),
    "qr, right": part(L.qr, 1),
    "qr, only right": lambda a: L.qr(a, mode="r"),
    "multi_dot": lambda a: L.multi_dot([a, a, a, a]),
    "tensorsolve": lambda a: L.tensorsolve(a, np.ones(a.shape[0])),
    "tensorinv": lambda a: L.tensorinv(a, 1),
    **{f"matrix_power {n}": lambda a, n=n: L.matrix_power(a, n) for n in (-3, -1, 0, 1, 2, 5)},
    **{f"norm {p}": lambda a, p=p: L.norm(a, p, axis=(-2, -1)) for p in ORDERS},
    **{f"cond {p}": lambda a, p=p: L.cond(a, p) for p in ORDERS},
}
if np.lib.NumpyVersion(np.__version__) < "2.1.0":  # where it is 0 for an eigenvalue of 0, and no decomposition
    del FUNCTIONS["svd of symmetric matrices, right"]

every_function = pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS.keys())


def outcome(compute):
    try:
        return compute()
    except Exception as error:
        return type(error)


def cases(f, matrices):
    """Each matrix that NumPy takes, with NumPy's value and weights that make a scalar of that."""
    for name, a in matrices.items():
        with np.errstate(all="ignore"):
            expected = outcome(lambda a=a: np.asarray(f(a)))
            ours = outcome(lambda a=a: f(mg.tensor(a)))
        if isinstance(expected, type):
            assert ours is expected, name
            continue
        assert ours.shape == expected.shape
        assert ours.dtype == expected.dtype
        assert_allclose(ours, expected, rtol=1e-11, atol=1e-13)
        yield name, a, expected, np.random.default_rng(len(name)).uniform(-1, 1, expected.shape)


def backward(f, a, w):
    x = mg.tensor(a)
    with np.errstate(all="ignore"):
        f(x).backward(w)
    return x.grad


@every_function
def test_first_and_second_derivatives_where_all_is_smooth(f):
    for name, a, _, w in cases(f, SMOOTH):
        gradient = backward(f, a, w)

        def g(a, w=w):
            return grad(lambda a: np.sum(f(a) * w))(a)

        assert_allclose(gradient, numerical_jacobian(lambda a, w=w: np.sum(f(a) * w), a)[0], 1e-6, 1e-7, err_msg=name)
        assert_allclose(g(a), gradient, rtol=1e-11, atol=1e-12, err_msg=name)
        v = RNG.uniform(-1, 1, a.shape)
        second = np.tensordot(v, hessian(lambda a, w=w: np.sum(f(a) * w))(a), v.ndim)
        expected, error = numerical_jacobian(lambda a, v=v: np.sum(g(a) * v), a)
        assert_allclose(second, expected, rtol=1e-5, atol=1e-6 + 10 * np.max(error), err_msg=name)
        assert_allclose(np.sum(jvp(f, [a], [v])[1] * w), np.sum(gradient * v), rtol=1e-10, atol=1e-11, err_msg=name)


@every_function
def test_all_doors_agree_where_it_is_not(f):
    """What is singular or empty raises nothing beyond what NumPy raises."""
    for name, a, _, w in cases(f, SINGULAR | EMPTY):
        gradient = backward(f, a, w)
        with np.errstate(all="ignore"):
            again = grad(lambda a, w=w: np.sum(f(a) * w))(a)
            second = hessian(lambda a, w=w: np.sum(f(a) * w))(a)
        assert_allclose(again, gradient, rtol=1e-9, atol=1e-9, err_msg=name)
        assert second.shape == a.shape * 2


@every_function
def test_single_precision(f):
    for name, a, _, w in cases(f, SMOOTH):
        single = a.astype(np.float32)
        got = backward(f, single, w)
        expected = backward(f, single.astype(float), w)
        assert got.dtype == np.float32
        assert_allclose(got, expected, rtol=2e-3, atol=2e-3 * np.max(np.abs(expected)), err_msg=name)


@pytest.mark.parametrize(
    "f",
    [f for name, f in FUNCTIONS.items() if name.startswith(("slogdet", "qr"))] + [part(L.qr, 0), part(L.slogdet, 1)],
)
def test_a_singular_matrix_does_no_harm_to_the_others_of_its_batch(f):
    a = RNG.normal(size=(3, 5, 2, 2))
    a[1, 2] = 0
    a[2, 0, :, 0] = 0
    others = np.linalg.matrix_rank(a) == 2
    w = RNG.normal(size=f(a).shape)
    gradient = backward(f, a, w)
    assert_allclose(gradient[others], backward(f, a[others], w[others]), rtol=1e-12)
    assert not np.isfinite(gradient[1, 2]).any()
    with np.errstate(invalid="ignore"):
        again = grad(lambda x: np.sum(f(x) * w))(a)
    assert_allclose(again[others], gradient[others], rtol=1e-12)


def test_determined_parts_of_a_batch_of_factors():
    x = mg.tensor(np.stack([np.zeros((2, 2)), SQUARE[:2, :2]]))
    L.qr(x)[1][1].sum().backward()
    assert_allclose(x.grad[1], backward(lambda a: L.qr(a)[1].sum(), SQUARE[:2, :2], 1.0))


@pytest.mark.parametrize("p", [p for p in ORDERS if p != "nuc"])  # of which NumPy's condition raises
def test_condition_of_a_singular_matrix(p):
    """It is infinite, or as good as that, and so are its derivatives, unless nobody asks for them."""
    x = mg.tensor(np.stack([SQUARE, np.arange(9.0).reshape(3, 3), np.diag([1.0, 2.0, 0.0])]))
    c = L.cond(x, p)
    assert_allclose(c, L.cond(x.data, p))
    c[0].backward()
    assert_array_equal(x.grad[1:], np.zeros((2, 3, 3)))
    if p in (None, "fro", 1, 2, np.inf):
        L.cond(x, p)[2].backward()
        assert not np.isfinite(x.grad[2]).all()


def test_vectors_of_equal_values_have_no_directional_derivatives():
    for f in part(L.eigh, 1), part(L.svd, 0), part(L.svd, 2):
        assert np.isnan(jvp(f, [np.eye(2)], [[[0.0, 1.0], [1.0, 0.0]]])[1]).any()


# --- any scale --------------------------------------------------------------------------------------

#: Functions, a matrix, and the power with which they grow with it.
GROWTH = {
    "left singular vectors": (part(L.svd, 0, full_matrices=False), TALL, 0),
    "all singular vectors": (part(L.svd, 0), SQUARE, 0),
    "right singular vectors": (part(L.svd, 2, full_matrices=False), TALL.T, 0),
    "singular values": (L.svdvals, TALL, 1),
    "eigenvectors": (part(L.eigh, 1), SQUARE, 0),
    "eigenvalues": (L.eigvalsh, SQUARE, 1),
    "largest": (lambda a: L.norm(a, 2), SQUARE, 1),
    "sum": (lambda a: L.norm(a, "nuc"), SQUARE, 1),
    "condition": (L.cond, SQUARE, 0),
    "condition by the 1-norm": (lambda a: L.cond(a, 1), SQUARE, 0),
    "q": (part(L.qr, 0), TALL, 0),
    "r": (part(L.qr, 1), TALL.T, 1),
    "cholesky": (L.cholesky, POSITIVE, 0.5),
    "log det": (part(L.slogdet, 1), SQUARE, 0),
    "pinv": (L.pinv, TALL, -1),
    "pinv of a wide matrix": (L.pinv, TALL.T, -1),
    "inv": (L.inv, SQUARE, -1),
    "lstsq": (lambda a: L.lstsq(a, np.ones(len(a), a.dtype), rcond=None)[0], TALL, -1),
    "lstsq of too few": (lambda a: L.lstsq(a, np.ones(len(a), a.dtype), rcond=None)[0], TALL.T, -1),
}


@pytest.mark.parametrize(("dtype", "exponent"), [(np.float64, 530), (np.float32, 66)])
@pytest.mark.parametrize("name", GROWTH)
def test_scaled_matrices_have_scaled_gradients(name, dtype, exponent):
    """To full relative accuracy: 2**530 is 3.5e159, whose square is out of range."""
    f, a, power = GROWTH[name]
    a = a.astype(dtype)
    w = RNG.uniform(0.5, 1, f(a).shape).astype(dtype)
    expected = backward(f, a, w)
    for e in (exponent, -exponent):
        # The gradient of what goes down as 1 / a does so by the square, which is left to the cotangent.
        cotangent = np.ldexp(w, e if power == -1 else 0)
        scaled = backward(f, np.ldexp(a, e), cotangent)
        assert scaled.dtype == dtype
        back = round((1 - power) * e) - (e if power == -1 else 0)
        tolerance = 50 * np.finfo(dtype).eps
        assert_allclose(np.ldexp(scaled, back), expected, rtol=tolerance, atol=tolerance * np.abs(expected).max())


# --- least squares ----------------------------------------------------------------------------------


def with_condition(m, n, condition):
    k = min(m, n)
    u, v = (L.qr(RNG.normal(size=(size, k)))[0] for size in (m, n))
    return u @ np.diag(np.geomspace(1, 1 / condition, k)) @ v.T


@pytest.mark.parametrize("solve", [lambda a, b: L.solve(a, b), lambda a, b: L.lstsq(a, b, rcond=None)[0]])
def test_consistent_ill_conditioned_equations(solve):
    """The error of the gradient grows with the condition, not with its square."""
    a = with_condition(5, 5, 1e7)
    solution, g = RNG.normal(size=(2, 5))
    b = a @ solution
    gradient = backward(lambda a: solve(a, b), a, g)
    inverse = exact_inverse(a)
    expected = -np.outer(inverse.T @ g, solution)
    assert np.max(np.abs(gradient - expected)) < 1e-7 * np.max(np.abs(expected))


def exact_inverse(a):
    """The inverse by rational numbers."""
    n = len(a)
    rows = [[Fraction(x) for x in row] + [Fraction(int(i == j)) for j in range(n)] for i, row in enumerate(a.tolist())]
    for i in range(n):
        pivot = next(k for k in range(i, n) if rows[k][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [x / rows[i][i] for x in rows[i]]
        for k in range(n):
            if k != i:
                rows[k] = [x - rows[k][i] * y for x, y in zip(rows[k], rows[i], strict=True)]
    return np.array([row[n:] for row in rows], float)


@pytest.mark.parametrize("columns", [None, 2])
@pytest.mark.parametrize(("m", "n", "rank"), [(5, 3, 3), (3, 5, 3), (4, 4, 4), (5, 4, 2), (3, 4, 1)])
def test_least_squares_are_those_of_the_pseudo_inverse(m, n, rank, columns):
    a = RNG.normal(size=(m, rank)) @ RNG.normal(size=(rank, n))
    b = RNG.normal(size=(m,) if columns is None else (m, columns))
    w = RNG.normal(size=(n,) if columns is None else (n, columns))
    x, y = mg.tensor(a), mg.tensor(b)
    np.sum(L.lstsq(x, y, rcond=1e-9)[0] * w).backward()
    u, v = mg.tensor(a), mg.tensor(b)
    np.sum(L.pinv(u, rcond=1e-9) @ v * w).backward()
    assert_allclose(x.grad, u.grad, rtol=1e-8, atol=1e-9)
    assert_allclose(y.grad, v.grad, rtol=1e-10, atol=1e-12)

    def second(solve):
        return hessian(lambda a: np.sum(solve(a) * w))(a)

    expected = second(lambda a: L.pinv(a, rcond=1e-9) @ b)
    got = second(lambda a: L.lstsq(a, b, rcond=1e-9)[0])
    assert_allclose(got, expected, rtol=1e-7, atol=1e-8 * np.abs(expected).max())


@given(st.integers(1, 5), st.integers(1, 5), st.integers(-140, 140), st.data())
def test_least_squares_of_any_scale(m, n, exponent, data):
    entries = st.integers(-9, 9)
    a = np.array(data.draw(st.lists(entries, min_size=m * n, max_size=m * n)), float).reshape(m, n)
    b = np.array(data.draw(st.lists(entries, min_size=m, max_size=m)), float)
    scale = 10.0**exponent

    def gradient(scale):
        with np.errstate(all="ignore"):
            return backward(lambda a: L.lstsq(a, b * scale, rcond=1e-9)[0], a * scale, np.ones(n))

    expected = gradient(1.0)
    assert_allclose(gradient(scale) * scale, expected, rtol=1e-7, atol=1e-7 * np.abs(expected).max())


# --- parts that are determined, of results that are not ----------------------------------------------


@pytest.mark.parametrize("a", [TALL, TALL.T], ids=["tall", "wide"])
@pytest.mark.parametrize(
    "used",
    [
        lambda u, s, vh: s,
        lambda u, s, vh: u[:, : s.size],
        lambda u, s, vh: vh[: s.size],
        lambda u, s, vh: vh[0],
        lambda u, s, vh: (u[:, : s.size] * s) @ vh[: s.size],
    ],
)
def test_parts_of_the_full_svd(a, used):
    w = RNG.normal(size=used(*L.svd(a)).shape)
    expected = backward(lambda a: used(*L.svd(a, full_matrices=False)), a, w)
    assert_allclose(backward(lambda a: used(*L.svd(a)), a, w), expected, rtol=1e-12)


@pytest.mark.parametrize("used", [lambda q, r: r[:2], lambda q, r: q[:, :2], lambda q, r: q[:, :2] @ r[:2]])
def test_parts_of_the_complete_qr(used):
    w = RNG.normal(size=used(*L.qr(TALL, mode="complete")).shape)
    expected = backward(lambda a: used(*L.qr(a)), TALL, w)
    assert_allclose(backward(lambda a: used(*L.qr(a, mode="complete")), TALL, w), expected, rtol=1e-12)


def test_undetermined_parts_may_be_returned_unused():
    for f in L.svd, lambda a: L.qr(a, mode="complete"):
        assert [part.shape for part in f(mg.tensor(TALL))] == [part.shape for part in f(TALL)]


@pytest.mark.parametrize(
    "call",
    [
        lambda a, t: np.linalg.pinv(a, t),
        lambda a, t: np.linalg.pinv(a, rtol=t),
        lambda a, t: np.linalg.lstsq(a, a[:, :1], t)[0],
        lambda a, t: np.polyfit([0.0, 1.0, 2.0], a[:, 0], 1, rcond=t),
    ],
)
def test_thresholds_of_singular_values_are_steps(call):
    a, t = mg.tensor([[2.0, 0.3], [-0.4, 1.5], [0.7, -0.9]]), mg.tensor(0.01)
    assert_allclose(call(a, t), call(a, 0.01))
    call(a, t).sum().backward()
    assert t.grad is None
    assert a.grad.any()


def test_pseudo_inverses_of_regular_matrices_are_as_precise_as_inverses():
    rng = np.random.default_rng(0)
    u, v = [np.linalg.qr(rng.standard_normal((4, 4)))[0] for _ in range(2)]
    a = mg.tensor(u * np.logspace(0, -5, 4) @ v.T)
    (u[:, 0] @ np.linalg.pinv(a).T @ v[:, 0]).backward()  # the inverse of the largest singular value
    assert_allclose(u.T @ a.grad @ v, np.diag([-1.0, 0.0, 0.0, 0.0]), atol=1e-6)
