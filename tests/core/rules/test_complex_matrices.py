"""Complex matrices where they are singular, where vectors have phases, and what of their entries is read."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad import Tensor
from mygrad._rules.decompositions import matching
from mygrad.errors import InvalidBackprop
from mygrad.functional import derivatives

RNG = np.random.default_rng(11)


def normal(*shape):
    return RNG.normal(size=shape) + 1j * RNG.normal(size=shape)


SQUARE, TALL, TURN = normal(3, 3), normal(4, 2), np.array([[0.0, -1.0], [2.0, 0.5]])
DEPENDS_ON_PHASES = [
    (lambda a: np.linalg.eigh(a).eigenvectors, SQUARE),
    (lambda a: np.linalg.eig(a).eigenvectors, SQUARE),
    (lambda a: np.linalg.eig(a).eigenvectors, TURN),
    (lambda a: np.linalg.svd(a)[0], SQUARE),
    (lambda a: np.linalg.svd(a, full_matrices=False)[2], TALL),
    (lambda a: np.linalg.svd(a, hermitian=True)[2], SQUARE),
    (lambda a: (lambda u, s, vh: u @ np.diag(s) @ (vh * vh))(*np.linalg.svd(a)), SQUARE),
]
WITHOUT_PHASES = [
    (lambda a: (lambda w, v: v @ np.diag(w**2) @ np.conjugate(v.T))(*np.linalg.eigh(a)), SQUARE),
    (lambda a: np.abs(np.linalg.eigh(a).eigenvectors), SQUARE),
    (lambda a: np.abs(np.linalg.eig(a).eigenvectors) ** 2, TURN),
    (lambda a: (lambda w, v: v @ np.diag(w) @ np.linalg.inv(v))(*np.linalg.eig(a)), SQUARE),
    (lambda a: (lambda u, s, vh: u @ vh)(*np.linalg.svd(a, full_matrices=False)), TALL),
    (lambda a: np.abs(np.linalg.svd(a)[2]), SQUARE),
]


@pytest.mark.parametrize(("f", "a"), DEPENDS_ON_PHASES)
def test_what_depends_on_a_phase_is_refused(f, a):
    for part in (np.real, np.imag):
        x = Tensor(a)
        loss = np.sum(part(f(x)))
        with pytest.raises(InvalidBackprop, match="determined up to a phase"):
            derivatives(loss, [x])
        with pytest.raises(InvalidBackprop, match="determined up to a phase"):
            loss.backward()


@pytest.mark.parametrize(("f", "a"), WITHOUT_PHASES)
@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_what_does_not_is_differentiated(f, a, dtype):
    x = Tensor(a if a.dtype.kind == "f" else a.astype(dtype))
    way = normal(*a.shape) if a.dtype.kind == "c" else RNG.normal(size=a.shape)
    weights = normal(*np.shape(f(a)))
    loss = lambda a: np.sum(np.real(f(a) * weights))  # noqa: E731
    loss(x).backward()
    step = 1e-5
    expected = (loss(a + step * way) - loss(a - step * way)) / (2 * step)
    precision = 1e-7 if x.dtype.char in "dD" else 2e-3
    assert_allclose(np.sum(np.real(np.conjugate(way) * x.grad)), expected, rtol=precision, atol=precision)


def test_matrices_whose_vectors_put_them_together_again():
    """The gradient of such a product is that of the matrix itself, of ones that are singular as well."""
    singular = normal(3, 1) @ normal(1, 3) + 2 * normal(3, 1) @ normal(1, 3)
    for a in (SQUARE, TALL, singular):
        x, weights = Tensor(a), normal(*a.shape)
        u, s, vh = np.linalg.svd(x, full_matrices=False)
        np.sum(np.real(np.conjugate(weights) * np.matmul(u * s, vh))).backward()
        assert_allclose(x.grad, weights, atol=1e-10)


@pytest.mark.parametrize("a", [SQUARE, SQUARE.real])
@pytest.mark.parametrize(
    "f",
    [
        lambda a: np.sum(np.linalg.eigvals(a)).real,  # a trace
        lambda a: np.sum(np.linalg.eigvalsh(a)),
        lambda a: np.sum(np.abs(np.linalg.eigh(a).eigenvectors) ** 2),  # a number that does not vary
        lambda a: np.sum(np.abs(np.linalg.eig(a).eigenvectors) ** 2),
    ],
)
def test_second_derivatives_that_are_zero(f, a):
    """Save for rounding, in which no phase is to be looked for."""
    assert_allclose(mg.hvp(f, a, np.ones(a.shape)), 0, atol=1e-12)


def test_what_depends_on_a_phase_a_little_is_refused():
    for scale in (1e-6, 1e6):
        with pytest.raises(InvalidBackprop, match="phase"):
            mg.grad(lambda a, scale=scale: scale * np.linalg.eigh(a).eigenvectors.real.sum())(SQUARE)


def test_one_triangle_is_read_and_of_the_diagonal_the_real_parts():
    for f in (np.linalg.eigvalsh, lambda a: np.linalg.cholesky(a + 9 * np.eye(3))):
        x = Tensor(SQUARE)
        np.sum(np.real(f(x)) ** 3).backward()
        assert_array_equal(np.triu(x.grad, 1), np.zeros((3, 3)))
        assert_array_equal(np.diagonal(x.grad).imag, np.zeros(3))
        assert np.tril(x.grad, -1).any()


def test_coinciding_eigenvalues():
    """Then these have derivatives, in sum, but vectors have none."""
    for values in (np.linalg.eigvalsh, np.linalg.eigvals, np.linalg.svdvals):
        x = Tensor(np.diag([2.0 + 0j, 1.0, 1.0]))
        np.sum(np.real(values(x) ** 2)).backward()
        assert_allclose(x.grad, np.diag([4.0, 2.0, 2.0]))
    x = Tensor(np.diag([2.0 + 0j, 1.0, 1.0]))
    v = np.linalg.eigh(x).eigenvectors
    np.real(v[1] * np.conjugate(v[2])).backward([1.0, 2.0, 3.0])
    assert np.isnan(x.grad).any()


def minors(a):
    """The matrix of cofactors, from permutations."""
    n = len(a)
    result = np.zeros_like(a)
    for permutation in itertools.permutations(range(n)):
        sign = np.linalg.det(np.eye(n)[list(permutation)])
        for i in range(n):
            result[i, permutation[i]] += sign * np.prod([a[k, permutation[k]] for k in range(n) if k != i])
    return result


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_determinants_of_singular_matrices(rank):
    a = normal(4, rank) @ normal(rank, 4)
    x = Tensor(a)
    np.real(np.linalg.det(x)).backward()
    assert_allclose(x.grad, np.conjugate(minors(a)), atol=1e-12)
    (gradient,) = derivatives(np.real(np.linalg.det(x)), [x])
    way, step = normal(4, 4), 1e-5
    np.real(np.sum(gradient * np.conjugate(way))).backward()
    expected = np.conjugate(minors(a + step * way) - minors(a - step * way)) / (2 * step)
    assert_allclose(x.grad, expected, atol=1e-8)


def test_slogdet():
    """Of complex matrices, the sign varies: together they are the logarithm of the determinant."""
    x, y = Tensor(SQUARE), Tensor(SQUARE)
    sign, logarithm = np.linalg.slogdet(x)
    assert logarithm.dtype == np.float64
    (logarithm + 2 * np.angle(sign)).backward()
    log = np.log(np.linalg.det(y))
    (log.real + 2 * log.imag).backward()
    assert_allclose(x.grad, y.grad)


def test_norms_at_their_kinks():
    x = Tensor(np.zeros((2, 2), complex))
    for ord in ("fro", "nuc", 2, 1, np.inf):
        np.linalg.norm(x, ord).backward()
        assert_array_equal(x.grad, np.zeros((2, 2)))
    z = Tensor([0.0, 3 + 4j])
    for ord, expected in ((2, [0, 0.6 + 0.8j]), (1, [0, 0.6 + 0.8j]), (np.inf, [0, 0.6 + 0.8j]), (3, [0, 0.6 + 0.8j])):
        np.linalg.norm(z, ord).backward()
        assert_allclose(z.grad, expected)
    mg.linalg.norm(z, 1, nan_to_num=False).backward()
    assert np.isnan(z.grad[0])


class TestRoots:
    def test_of_real_coefficients(self):
        """Those of x**2 + b x + c."""
        p = Tensor([1.0, 2.0, 5.0])
        y = np.roots(p)
        assert y.dtype == complex
        np.sum(y.imag**2).backward()  # twice c - b**2 / 4 for a = 1
        assert_allclose(p.grad, [-2 * 5.0 + 2 * 2.0**2 / 2, -2.0, 2.0])
        assert np.roots(Tensor([1.0, -3.0, 2.0])).dtype == float
        assert np.roots(Tensor(np.array([1.0, 2.0, 5.0], np.float32))).dtype == np.roots(np.array([1, 2, 5], "f")).dtype

    def test_that_are_repeated_have_none(self):
        p = Tensor([1.0, -2.0, 1.0])
        np.sum(np.real(np.roots(p))[:1]).backward()
        assert not np.isfinite(p.grad).all() or np.abs(p.grad).max() > 1e6

    def test_edges(self):
        for p in ([3.0], [0.0, 0.0], [0.0, 2.0, 1.0], [1.0, 2.0, 0.0], []):
            x = Tensor(p)
            y = np.roots(x)
            assert_array_equal(y, np.roots(np.array(p)))
            if y.size:
                np.sum(y).backward()
                assert np.isfinite(x.grad).all()
        with pytest.raises(ValueError, match="rank-1"):
            np.roots(Tensor([[1.0, 2.0]]))

    def test_and_coefficients_are_inverse(self):
        roots = normal(4)
        jacobian = mg.jacobian(lambda parts: np.real(np.roots(np.poly(parts[:4] + 1j * parts[4:]))))
        found = jacobian(np.concatenate([roots.real, roots.imag]))
        order = [int(np.argmin(np.abs(roots - r))) for r in np.roots(np.poly(roots))]
        assert_allclose(found, np.eye(8)[order], atol=1e-10)


def test_eigenvalues_in_whatever_order():
    """They are NumPy's, which LAPACK orders otherwise where it computes vectors of large matrices, too."""
    a = np.random.default_rng(0).normal(size=(200, 200))
    x = Tensor(a)
    y = np.linalg.eigvals(x)
    assert_array_equal(y, np.linalg.eigvals(a))
    smallest = np.argsort(np.abs(y.data))[:5]
    np.sum(np.real(y[smallest] * (2 - 1j))).backward()
    w, v = np.linalg.eig(a)
    inverse = np.linalg.inv(v)
    found = [int(np.argmin(np.abs(w - value))) for value in y.data[smallest]]
    expected = sum(np.real((2 - 1j) * np.outer(inverse[i], v[:, i])) for i in found)
    assert_allclose(x.grad, expected, rtol=1e-8, atol=1e-8)


def test_eigenvalues_are_matched():
    y = np.array([[1.0, 2 + 1j, 2 - 1j, 2.0], [1.0, 1.0, 3.0, 3.0]])
    assert_array_equal(matching(y, y), [[0, 1, 2, 3]] * 2)
    w = y[:, [2, 0, 3, 1]] * (1 + 1e-15)
    assert_array_equal(np.take_along_axis(w, matching(w, y), -1), y * (1 + 1e-15))
    assert sorted(matching(w, y)[1]) == [0, 1, 2, 3]
