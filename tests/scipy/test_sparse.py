"""`mygrad.scipy.sparse`: values are SciPy's, bit for bit, and derivatives are those of dense arrays."""

import warnings

import numpy as np
import pytest
import scipy.sparse as theirs
import scipy.sparse.linalg

import mygrad as mg
import mygrad.scipy.sparse as ours
from mygrad.scipy.sparse import linalg
from mygrad.testing import check_grads

rng = np.random.default_rng(5)
ROWS, COLUMNS = np.array([0, 2, 1, 2, 0, 3, 1]), np.array([1, 0, 1, 2, 3, 3, 1])  # one place twice
VALUES = rng.standard_normal(len(ROWS))
SQUARE = theirs.csr_array(np.diag([4.0, 5.0, 6.0, 7.0]) + (rng.random((4, 4)) < 0.4))
FORMATS = pytest.mark.parametrize("kind", ["coo", "csr", "csc"])


def same(mine, expected):
    assert type(mine) is mg.Tensor
    assert mine.dtype == expected.dtype
    assert mine.shape == expected.shape
    np.testing.assert_array_equal(mine.data, expected)


def ours_of(kind, data, shape=(4, 5)):
    return getattr(ours, f"{kind}_array")((data, (ROWS, COLUMNS)), shape)


def theirs_of(kind, data, shape=(4, 5)):
    return getattr(theirs, f"{kind}_array")((data, (ROWS, COLUMNS)), shape)


def written(data):
    """The dense array, of tensors."""
    return mg.stack([sum(data[i] * (COLUMNS[i] == np.arange(5)) for i in np.flatnonzero(r == ROWS)) for r in range(4)])


@FORMATS
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128])
def test_products(kind, dtype):
    v = (VALUES + (1j * VALUES[::-1] if dtype == np.complex128 else 0)).astype(dtype)
    for shape in ((5,), (5, 3), (5, 1)):
        x = rng.standard_normal(shape).astype(dtype)
        data, t = mg.tensor(v), mg.tensor(x)
        y = ours_of(kind, data) @ t
        same(y, theirs_of(kind, v) @ x)
        weights = rng.standard_normal(y.shape).astype(dtype)
        np.sum(y * weights).real.backward()
        assert data.grad.dtype == dtype
        dense_data, dense_x = mg.tensor(v), mg.tensor(x)
        np.sum((written(dense_data) @ dense_x) * weights).real.backward()
        rtol = 1e-5 if dtype == np.float32 else 1e-12
        np.testing.assert_allclose(data.grad, dense_data.grad, rtol)
        np.testing.assert_allclose(t.grad, dense_x.grad, rtol)
        left = rng.standard_normal(shape[::-1]).astype(dtype)
        same(left[..., :4] @ ours_of(kind, data), left[..., :4] @ theirs_of(kind, v))
        same(mg.tensor(left[..., :4]) @ ours_of(kind, v), left[..., :4] @ theirs_of(kind, v))


@FORMATS
def test_second_derivatives(kind):
    check_grads(lambda v, x: (ours_of(kind, v) @ x) ** 2, VALUES, rng.standard_normal(5), order=2)
    check_grads(lambda v, x: x @ ours_of(kind, v), VALUES, rng.standard_normal((2, 4)), order=2)


@FORMATS
def test_other_forms(kind):
    mine, expected = ours_of(kind, mg.tensor(VALUES)), theirs_of(kind, VALUES)
    same(mine.toarray(), expected.toarray())
    for axis in (None, 0, 1, -1):
        np.testing.assert_array_equal(mine.sum(axis).data, expected.sum(axis=axis))
    for k in (-2, 0, 1):
        same(mine.diagonal(k), expected.diagonal(k))
    expected = theirs_of(kind, VALUES)  # SciPy has added up what is at the same place
    assert (mine.shape, mine.nnz, mine.format, mine.ndim) == (expected.shape, expected.nnz, kind, 2)
    assert repr(mine) == f"<mygrad.scipy.sparse.{kind}_array of shape (4, 5) with {mine.nnz} values of dtype float64>"
    for other in ("coo", "csr", "csc"):
        turned, as_theirs = getattr(mine, f"to{other}")(), getattr(expected, f"to{other}")()
        assert type(turned) is getattr(ours, f"{other}_array")
        same(turned.data, as_theirs.data)
        same(turned.T.toarray(), as_theirs.T.toarray())

    def every(v):
        a = ours_of(kind, v)
        forms = [a.toarray().ravel(), a.sum(0), a.sum(1), a.diagonal(1), a.sum() * a.tocsc().tocsr().tocoo().data]
        return mg.concatenate([*forms, (2.0 * a.T / 3.0 - -a.T).tocsr().data])

    check_grads(every, VALUES, order=2)


@FORMATS
def test_sums(kind):
    other = theirs.coo_array(np.where(rng.random((4, 5)) < 0.4, rng.standard_normal((4, 5)), 0.0))
    v, scale = mg.tensor(VALUES), mg.tensor(3.0)
    for mine, expected in [
        (ours_of(kind, v) + other, theirs_of(kind, VALUES) + other),
        (ours_of(kind, v) - scale * ours.csr_array(other), theirs_of(kind, VALUES) - 3.0 * other),
    ]:
        assert mine.format == kind
        same(mine.toarray(), expected.toarray())
    check_grads(lambda v, s: (ours_of(kind, v) + s * ours.csc_array(other)).toarray(), VALUES, np.array(3.0))


def test_what_they_are_made_of():
    a = theirs_of("csr", VALUES)
    for kind in ("coo", "csr", "csc"):
        make = getattr(ours, f"{kind}_array")
        for given in (a, a.tobsr(), theirs.csr_matrix(a), a.toarray(), ours.csr_array(a), mg.tensor(a.toarray())):
            np.testing.assert_array_equal(np.copy(make(given).toarray()), a.toarray())
    same(ours.csr_array((mg.tensor(a.data), a.indices, a.indptr), a.shape).toarray(), a.toarray())
    same(ours.csr_array((mg.tensor(a.data), a.indices, a.indptr), dtype=np.float32).data, a.data.astype(np.float32))
    whole = mg.tensor(a.toarray())
    ours.csr_array(whole).data.sum().backward()
    np.testing.assert_array_equal(whole.grad, a.toarray() != 0)
    assert type(ours.csr_array(a) @ np.ones(5)) is np.ndarray


@FORMATS
def test_equations(kind):
    a = getattr(SQUARE, f"to{kind}")()
    of = getattr(ours, f"{kind}_array")
    for shape in ((4,), (4, 3), (4, 1)):
        b = rng.standard_normal(shape)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", scipy.sparse.SparseEfficiencyWarning)
            by_spsolve, by_factors = scipy.sparse.linalg.spsolve(a, b), scipy.sparse.linalg.factorized(a)(b)
        v, t = mg.tensor(a.data), mg.tensor(b)
        places = (a.row, a.col) if kind == "coo" else (a.indices, a.indptr)

        def matrix(v, places=places):
            return of((v, places) if kind == "coo" else (v, *places), (4, 4))

        x = linalg.spsolve(matrix(v), t)
        np.testing.assert_allclose(x.data, by_spsolve, rtol=1e-12 if kind == "coo" else 0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", scipy.sparse.SparseEfficiencyWarning)
            y = linalg.factorized(matrix(v))(t)
            same(y, by_factors)
        weights = rng.standard_normal(x.shape)
        for solution in (x, np.reshape(y, x.shape)):
            (solution * weights).sum().backward()
            dense, right = mg.tensor(a.toarray()), mg.tensor(b)
            (np.reshape(np.linalg.solve(dense, right), x.shape) * weights).sum().backward()
            rows, columns = (a.row, a.col) if kind == "coo" else (a.tocoo().row, a.tocoo().col)
            np.testing.assert_allclose(v.grad, dense.grad[rows, columns], 1e-12, 1e-14)
            np.testing.assert_allclose(t.grad, right.grad, 1e-12, 1e-14)
            v.null_grad()
            t.null_grad()


@pytest.mark.filterwarnings("ignore:splu converted its input")
def test_rows_in_any_order_and_places_that_come_twice():
    """SciPy sorts and adds up in place, before it solves."""
    data, indices, indptr = np.array([1.0, 4.0, 3.0, 1.0, 2.0]), np.array([1, 0, 1, 0, 1]), np.array([0, 2, 5])
    v, kept = mg.tensor(data), indices.copy()
    dense = np.array([[4.0, 1.0], [1.0, 5.0]])
    for solve in (linalg.spsolve, lambda a, b: linalg.factorized(a)(b)):
        for a in (ours.csr_array((v, indices, indptr)), ours.csc_array((v, indices, indptr)).T):
            x = solve(a, [1.0, 2.0])
            np.testing.assert_allclose(x.data, np.linalg.solve(dense, [1.0, 2.0]), 1e-12)
            x.sum().backward()
            back = -np.outer(np.linalg.solve(dense.T, [1.0, 1.0]), x.data)
            np.testing.assert_allclose(v.grad, back[[0, 0, 1, 1, 1], indices], 1e-12)
            v.null_grad()
    np.testing.assert_array_equal(indices, kept)
    np.testing.assert_array_equal(v.data, data)


def test_second_derivatives_of_solutions():
    a, b = SQUARE.tocsc(), rng.standard_normal(4)

    def matrix(v):
        return ours.csc_array((v, a.indices, a.indptr), a.shape)

    check_grads(lambda v, b: linalg.spsolve(matrix(v), b), a.data, b, order=2)
    check_grads(lambda v, b: linalg.factorized(matrix(v))(b), a.data, b)
    solve = linalg.factorized(a)
    check_grads(solve, b, order=2)
    check_grads(lambda b: linalg.spsolve(a, b), b)


def test_expm_multiply():
    a = 0.1 * SQUARE
    for shape in ((4,), (4, 2)):
        b = rng.standard_normal(shape)
        same(linalg.expm_multiply(a, mg.tensor(b)), scipy.sparse.linalg.expm_multiply(a, b))
        check_grads(lambda b: linalg.expm_multiply(a, b) ** 2, b, order=2)
    np.testing.assert_array_equal(
        linalg.expm_multiply(a, b, 0.0, 1.0, 3), scipy.sparse.linalg.expm_multiply(a, b, 0.0, 1.0, 3)
    )


@FORMATS
@pytest.mark.parametrize("other", ["coo", "csr", "csc"])
def test_products_of_two(kind, other):
    b = rng.standard_normal(len(ROWS))
    expected = theirs_of(kind, VALUES) @ theirs_of(other, b).T
    for x, y in (
        (ours_of(kind, mg.tensor(VALUES)), ours_of(other, mg.tensor(b)).T),
        (ours_of(kind, mg.tensor(VALUES)), theirs_of(other, b).T),
        (theirs_of(kind, VALUES), ours_of(other, mg.tensor(b)).T),
    ):
        mine = x @ y
        assert mine.format == expected.format
        same(mine.toarray(), expected.toarray())
    weights = rng.standard_normal((4, 4))
    check_grads(lambda a, b: (ours_of(kind, a) @ ours_of(other, b).T).toarray(), VALUES, b, order=2)
    a = mg.tensor(VALUES, dtype=np.float32)
    product = ours_of(kind, a) @ ours_of(kind, a).T
    assert product.dtype == np.float32
    (product.toarray() * weights).sum().backward()
    assert a.grad.dtype == np.float32


def test_a_product_in_which_values_cancel():
    """SciPy leaves out what comes to zero; its derivative does not."""
    v = mg.tensor([1.0, 1.0, 1.0, -1.0])
    a = ours.csr_array((v[:2], ([0, 0], [0, 1])), (1, 2))
    product = a @ ours.csr_array((v[2:], ([0, 1], [0, 0])), (2, 1))
    assert product.toarray().item() == 0.0
    product.sum().backward()
    np.testing.assert_array_equal(v.grad, [1.0, -1.0, 1.0, 1.0])
    empty = ours.csr_array((mg.tensor(np.zeros(0)), ([], [])), (2, 2))
    assert (empty @ empty).nnz == 0


@FORMATS
def test_parts(kind):
    dense, v = theirs_of(kind, VALUES).toarray(), mg.tensor(VALUES)
    for index in (np.s_[1:3], np.s_[:, 1:4], np.s_[[2, 0]], np.s_[::-1, [0, 3]], np.s_[1:2, 1:2]):
        same(ours_of(kind, v)[index].toarray(), dense[index])
        check_grads(lambda v, index=index: ours_of(kind, v)[index].toarray(), VALUES)
    for index in ((1, 1), (0, 0), (-1, 3)):
        same(ours_of(kind, v)[index], dense[index])
        check_grads(lambda v, index=index: ours_of(kind, v)[index] * 1.0, VALUES)


def test_single_precision_is_kept():
    a = ours_of("csr", mg.tensor(VALUES, dtype=np.float32))
    for b in (a / 2, a * 0.5, -a, a.T, a + a, a[1:]):
        assert b.dtype == np.float32
    for axis in (None, 0, 1, -1):
        assert a.sum(axis).dtype == np.float32
        assert a.sum(axis).shape == np.zeros((4, 5)).sum(axis).shape


def test_what_is_refused():
    v = mg.tensor(VALUES)
    a = ours_of("csr", v)
    with pytest.raises(ValueError, match=r"shapes \(4, 5\) and \(4, 5\)"):
        a @ a
    with pytest.raises(IndexError, match=r"a\[i, j\], or has two dimensions"):
        a[0]
    with pytest.raises(TypeError, match=r"`b` has to be dense"):
        linalg.spsolve(ours.csr_array(SQUARE), SQUARE)
    with pytest.raises(TypeError, match="no gradient flows to the values of `A`"):
        linalg.expm_multiply(ours_of("csr", v, (5, 5)), np.ones(5))
    with pytest.raises(TypeError, match="there can be no `start`"):
        linalg.expm_multiply(SQUARE, mg.tensor(np.ones(4)), 0.0, 1.0)
    with pytest.raises(TypeError, match="expected a sparse array, and got ndarray"):
        linalg.factorized(np.eye(3))
    with pytest.raises(ValueError, match=r"shapes \(4, 5\) and \(4,\) do not fit"):
        a @ np.ones(4)
    with pytest.raises(TypeError, match="operand"):
        a * np.ones(5)


def test_lift_puts_them_in_the_place_of_scipys():
    b = mg.tensor(np.ones(4))
    with mg.lift:
        x = scipy.sparse.linalg.spsolve(SQUARE, b) + scipy.sparse.linalg.expm_multiply(SQUARE, b)
    x.sum().backward()
    expected = np.linalg.inv(SQUARE.toarray()).sum(0) + scipy.linalg.expm(SQUARE.toarray()).sum(0)
    np.testing.assert_allclose(b.grad, expected, 1e-10)


@pytest.mark.parametrize("kind", ["csr", "csc", "bsr", "coo", "dia", "dok"])
@pytest.mark.parametrize("of", ["array", "matrix"])
def test_products_of_scipys_own_under_lift(kind, of):
    a = getattr(theirs, f"{kind}_{of}")(SQUARE)
    x, columns = rng.standard_normal(4), rng.standard_normal((4, 2))
    dense = SQUARE.toarray()
    for f, matrix in [
        (lambda a, x: a @ x, dense),
        (lambda a, x: a.dot(x), dense),
        (lambda a, x: x.T @ a, dense.T),
    ]:
        for given in (x, columns):
            t = mg.tensor(given)
            with mg.lift:
                y = f(a, t)
            same(y, f(a, given))
            (y**2).sum().backward()
            np.testing.assert_allclose(t.grad, 2 * matrix.T @ (matrix @ given), 1e-12)
