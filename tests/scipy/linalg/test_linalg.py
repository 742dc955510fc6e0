"""`mygrad.scipy.linalg`: the values are SciPy's, bit for bit, and the derivatives agree with differences."""

import subprocess
import sys

import numpy as np
import pytest
import scipy
import scipy.linalg as theirs

import mygrad as mg
import mygrad.scipy.linalg as ours
from mygrad.testing import check_grads

rng = np.random.default_rng(7)
VERSION = tuple(map(int, scipy.__version__.split(".")[:2]))
NEW = VERSION >= (1, 17)
#: The structures that `solve` knows since 1.15.
STRUCTURES = ["upper triangular", "lower triangular", "diagonal", "tridiagonal"] if VERSION >= (1, 15) else []


def general(*shape):
    return rng.standard_normal(shape) + 3 * np.eye(shape[-2], shape[-1])


def positive(*shape):
    a = rng.standard_normal(shape)
    return a @ np.swapaxes(a, -1, -2) + shape[-1] * np.eye(shape[-1])


A, B, SPD = general(3, 3), general(2, 2) + 1, positive(3, 3)
V, W = rng.standard_normal(3), rng.standard_normal((3, 2))

#: The function, its arguments, and what else it is given.
CALLS = [
    ("expm", (A,), {}),
    ("logm", (positive(3, 3),), {}),
    ("sqrtm", (positive(3, 3) + np.triu(np.ones((3, 3)), 1),), {}),
    *[("solve", (A, b), {}) for b in (V, W)],
    *[("solve", (A, V), {"transposed": True, "assume_a": s}) for s in ("gen", *STRUCTURES[:1])],
    *[("solve", (A, W), {"assume_a": s}) for s in STRUCTURES],
    *[("solve", (SPD, W), {"assume_a": s, "lower": low}) for s in ("sym", "her", "pos") for low in (False, True)],
    *[
        ("solve_triangular", (A, b), {"trans": trans, "lower": low, "unit_diagonal": unit})
        for b, trans, low, unit in [
            (V, 0, True, False),
            (W, "T", True, False),
            (W, 0, False, True),
            (V, 1, False, False),
        ]
    ],
    *[("cholesky", (SPD,), {"lower": low}) for low in (False, True)],
    ("solve_sylvester", (A, B, W), {}),
    ("solve_continuous_lyapunov", (A, general(3, 3)), {}),
    ("solve_discrete_lyapunov", (A / 9, general(3, 3)), {}),
    ("solve_discrete_lyapunov", (A / 9, general(3, 3)), {"method": "bilinear"}),
    ("toeplitz", (V,), {}),
    ("toeplitz", (V, np.array([9.0, 1.0])), {}),
    ("circulant", (V,), {}),
    ("circulant", (W,), {}),
    ("hankel", (V,), {}),
    ("hankel", (V, np.array([9.0, 1.0, 2.0, 3.0])), {}),
    ("block_diag", (W, V, np.array(2.0)), {}),
    ("eigh", (SPD,), {"eigvals_only": True}),
    ("eigh", (SPD, positive(3, 3)), {"eigvals_only": True, "lower": False}),
    ("svd", (W,), {"compute_uv": False}),
]
BATCHES = [
    ("toeplitz", (W,), {}),
    ("toeplitz", (W, rng.standard_normal((3, 4))), {}),
    ("expm", (general(2, 3, 3),), {}),
    ("expm", (np.array(0.5),), {}),
    ("logm", (positive(2, 2, 2),), {}),
    ("sqrtm", (positive(2, 3, 3),), {}),
    ("solve", (general(2, 3, 3), V), {}),
    ("solve", (general(2, 3, 3), W), {}),
    ("solve", (A, rng.standard_normal((2, 3, 2))), {}),
    ("solve_triangular", (general(2, 3, 3), V), {}),
    ("solve_triangular", (general(2, 3, 3), rng.standard_normal((2, 3, 2))), {"lower": True}),
    ("cholesky", (positive(2, 3, 3),), {"lower": True}),
    ("solve_sylvester", (general(2, 3, 3), B, W), {}),
    ("eigh", (positive(2, 3, 3),), {"eigvals_only": True}),
    ("block_diag", (rng.standard_normal((2, 1, 2, 3)), rng.standard_normal((3, 1, 1)), np.ones((1, 2))), {}),
]


def same_bits(ours_, theirs_):
    assert type(ours_) is mg.Tensor
    assert ours_.dtype == theirs_.dtype
    np.testing.assert_array_equal(ours_.data, theirs_)


@pytest.mark.filterwarnings("ignore:logm result may be inaccurate")  # as SciPy says of float32
@pytest.mark.parametrize(("name", "args", "options"), [*CALLS, *(BATCHES if NEW else [])])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_values_are_scipys(name, args, options, dtype):
    args = [a.astype(dtype) for a in args]
    expected = getattr(theirs, name)(*args, **options)
    same_bits(getattr(ours, name)(*map(mg.tensor, args), **options), expected)
    plain = getattr(ours, name)(*args, **options)
    assert type(plain) is np.ndarray
    np.testing.assert_array_equal(plain, expected)


@pytest.mark.parametrize(("name", "args", "options"), [*CALLS, *(BATCHES if NEW else [])])
def test_gradients(name, args, options):
    f = getattr(ours, name)
    order = 1 if name == "logm" or max(np.ndim(a) for a in args) > 2 else 2
    check_grads(lambda *args: f(*args, **options), *args, order=order)


def test_logarithm_with_complex_eigenvalues():
    check_grads(ours.logm, np.array([[2.0, 1.0], [-1.0, 2.0]]), order=2)


@pytest.mark.filterwarnings("ignore:logm result may be inaccurate")
@pytest.mark.parametrize("name", ["expm", "logm", "sqrtm"])
def test_functions_of_float32_have_gradients_of_float32(name):
    a = mg.tensor(positive(3, 3).astype(np.float32))
    getattr(ours, name)(a).sum().backward()
    assert a.grad.dtype == np.float32


@pytest.mark.parametrize("lower", [False, True])
def test_cho_factor_and_cho_solve(lower):
    c, _ = theirs.cho_factor(SPD, lower=lower)
    mine, low = ours.cho_factor(mg.tensor(SPD), lower=lower)
    same_bits(mine, c)
    assert low is lower
    check_grads(lambda a: ours.cho_factor(a, lower=lower)[0], SPD, order=2)
    for b in (V, W):
        same_bits(ours.cho_solve((c, lower), mg.tensor(b)), theirs.cho_solve((c, lower), b))
        check_grads(lambda c, b: ours.cho_solve((c, lower), b), c, b, order=2)
        check_grads(lambda a, b: ours.cho_solve(ours.cho_factor(a, lower=lower), b), SPD, b, order=2)


@pytest.mark.parametrize("shape", [(3, 3), (4, 2), (2, 4), *([(2, 3, 3)] if NEW else [])])
def test_lu_factor(shape):
    a = rng.standard_normal(shape)
    lu, piv = theirs.lu_factor(a)
    mine, pivots = ours.lu_factor(mg.tensor(a))
    same_bits(mine, lu)
    np.testing.assert_array_equal(pivots, piv)
    check_grads(lambda a: ours.lu_factor(a)[0], a, order=2)


@pytest.mark.parametrize("trans", [0, 1])
@pytest.mark.parametrize("b", [V, W])
def test_lu_solve(b, trans):
    a = rng.standard_normal((3, 3))
    factors = theirs.lu_factor(a)
    same_bits(ours.lu_solve(factors, mg.tensor(b), trans), theirs.lu_solve(factors, b, trans))
    check_grads(lambda lu, b: ours.lu_solve((lu, factors[1]), b, trans), factors[0], b, order=3 - b.ndim)
    check_grads(lambda a, b: ours.lu_solve(ours.lu_factor(a), b, trans), a, b)


@pytest.mark.parametrize(
    ("lu", "piv", "b", "said"),
    [
        ((3, 2), 3, (3,), r"square matrix.*\(3, 2\)"),
        ((3,), 3, (3,), r"square matrix.*\(3,\)"),
        ((3, 3), 2, (3,), r"lu \(3, 3\) and piv \(2,\)"),
        ((3, 3), 3, (), "it is a number"),
        ((3, 3), 3, (2,), r"[Ss]hapes of lu \(3, 3\) and b \(2,\)"),
    ],
)
def test_shapes_that_do_not_fit(lu, piv, b, said):
    with pytest.raises(ValueError, match=said):
        ours.lu_solve((mg.tensor(np.ones(lu)), np.arange(piv)), np.ones(b))
    with pytest.raises(ValueError, match=said):
        ours.lu_solve((np.ones(lu), np.arange(piv)), mg.tensor(np.ones(b)))


def test_what_is_no_matrix_has_no_factors():
    for shape in [(), (3,)]:
        with pytest.raises(ValueError, match="has to be a matrix"):
            ours.lu_factor(mg.tensor(np.ones(shape)))


@pytest.mark.skipif(not NEW, reason="batches")
def test_one_order_of_rows_for_many_factors():
    lu, piv = theirs.lu_factor(A)
    check_grads(lambda lu, b: ours.lu_solve((lu, piv), b), np.stack([lu, 2 * lu]), V)


def projectors(w, v):
    """What does not depend on the signs of vectors."""
    return w + (v[0] * v[1]) ** 2 + v[2] ** 2


@pytest.mark.parametrize("lower", [False, True])
def test_eigenvectors(lower):
    second = positive(3, 3)
    of_tensors = ours.eigh(mg.tensor(SPD), second, lower=lower)
    for given, mine in zip(theirs.eigh(SPD, second, lower=lower), of_tensors, strict=True):
        same_bits(mine, given)
    check_grads(lambda a: projectors(*ours.eigh(a, lower=lower)), SPD, order=2)
    check_grads(lambda a, b: projectors(*ours.eigh(a, b, lower=lower)), SPD, second, order=2)


@pytest.mark.parametrize("shape", [(3, 3), (3, 2), (2, 3)])
@pytest.mark.parametrize("driver", ["gesdd", "gesvd"])
def test_singular_vectors(shape, driver):
    a = rng.standard_normal(shape)
    of_tensors = ours.svd(mg.tensor(a), lapack_driver=driver)
    for given, mine in zip(theirs.svd(a, lapack_driver=driver), of_tensors, strict=True):
        same_bits(mine, given)

    def f(a):
        u, s, vh = ours.svd(a, full_matrices=False, lapack_driver=driver)
        return s + (u[0] * u[1]) ** 2 + u[0] * vh[:, 1] + vh[:, 0] ** 2

    check_grads(f, a, order=2)


def test_what_svd_does_not_determine_is_refused():
    u, _, _ = ours.svd(mg.tensor(W))
    with pytest.raises(mg.errors.InvalidBackprop, match="last columns of U"):
        u.sum().backward()


def test_what_eigh_has_no_derivative_for_is_refused_by_name():
    a = mg.tensor(SPD)
    with pytest.raises(TypeError, match="subset"):
        ours.eigh(a, subset_by_index=[0, 1])
    with pytest.raises(TypeError, match="type 1"):
        ours.eigh(a, SPD, type=2)
    np.testing.assert_array_equal(
        ours.eigh(SPD, subset_by_index=[0, 1])[0], theirs.eigh(SPD, subset_by_index=[0, 1])[0]
    )


def test_lists_with_tensors():
    t = mg.tensor(2.0)
    y = ours.expm([[t, 0.0], [0.0, 1.0]])
    y[0, 0].backward()
    np.testing.assert_allclose(t.grad, np.exp(2.0))


def test_overwriting_is_not_done():
    a, b = mg.tensor(A), mg.tensor(V)
    ours.solve(a, b, overwrite_a=True, overwrite_b=True)
    ours.lu_factor(a, overwrite_a=True)
    np.testing.assert_array_equal(a.data, A)
    np.testing.assert_array_equal(b.data, V)


def test_lift_puts_them_in_the_place_of_scipys():
    a = mg.tensor(A)
    with mg.lift:
        y = theirs.expm(a)
    same_bits(y, theirs.expm(A))
    y.sum().backward()
    expected = mg.grad(lambda a: ours.expm(a).sum())(A)
    np.testing.assert_array_equal(a.grad, expected)


def test_lift_needs_no_import_of_ours():
    program = """
import scipy.linalg, numpy as np, mygrad as mg, sys
t = mg.tensor(np.eye(2))
np.sin(t), scipy.special.erf(t)
assert "mygrad.scipy.linalg" not in sys.modules
with mg.lift:
    scipy.linalg.expm(t).sum().backward()
print(t.grad.shape)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == "(2, 2)\n", done.stderr


@pytest.mark.skipif(not NEW, reason="SciPy takes it")
def test_hankel_of_a_number_is_refused_as_by_scipy():
    for c in (np.array(1.5), mg.tensor(1.5)):
        with pytest.raises(IndexError):
            ours.hankel(c)


def test_cho_factor_of_arrays_is_scipys():
    for a in (np.eye(2), np.stack([np.eye(2)] * 3)) if NEW else (np.eye(2),):
        found, expected = ours.cho_factor(a), theirs.cho_factor(a)
        assert type(found) is type(expected)
        np.testing.assert_array_equal(found[0], expected[0])
        np.testing.assert_array_equal(found[1], expected[1])
