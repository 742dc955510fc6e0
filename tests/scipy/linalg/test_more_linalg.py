"""Inverses, least squares, bands, eigenvectors, QR and functions of matrices: values are SciPy's, bit for bit."""

import numpy as np
import pytest
import scipy
import scipy.linalg as theirs

import mygrad as mg
import mygrad.scipy.linalg as ours
from mygrad.testing import check_grads

rng = np.random.default_rng(3)
NEW = tuple(map(int, scipy.__version__.split(".")[:2])) >= (1, 17)


def numbers(*shape):
    return rng.standard_normal(shape)


def regular(*shape):
    return numbers(*shape) + 3 * np.eye(shape[-2], shape[-1])


A, TALL, WIDE = regular(3, 3), numbers(4, 2), numbers(2, 4)
POSITIVE = A @ A.T
V, W = numbers(3), numbers(3, 2)
BANDS = np.array([[0.0, 1.0, 0.5, 2.0], [5.0, 4.0, 6.0, 5.0], [1.0, -1.0, 0.3, 0.0], [0.2, 0.4, 0.0, 0.0]])
ROTATING = np.array([[1.0, 2.0, 0.0], [-1.0, 1.5, 0.3], [0.2, 0.1, 4.0]])
FOUR, PAIRS = numbers(4), numbers(4, 2)
LONG = np.array([5.0, 1.0, 0.5, -0.3])


def last(*parts):
    """Several results as one."""
    return np.concatenate([np.ravel(p) for p in parts])


def lengths(w, v):
    """What does not depend on signs and phases."""
    return last(w.real, w.imag, np.abs(v))


#: By name: a function of a module and of arrays, and these.
CASES = {
    "inv": (lambda m, a: m.inv(a), A),
    "det": (lambda m, a: m.det(a), A),
    "det, singular": (lambda m, a: m.det(a), np.outer(V, V)),
    "norm": (lambda m, a: m.norm(a), A),
    "norm 1": (lambda m, a: m.norm(a, 1), A),
    "norm by rows": (lambda m, a: m.norm(a, axis=1, keepdims=True), A),
    "norm of vector": (lambda m, a: m.norm(a), V),
    "pinv": (lambda m, a: m.pinv(a), TALL),
    "pinv, wide": (lambda m, a: m.pinv(a, return_rank=True)[0], WIDE),
    "pinvh": (lambda m, a: m.pinvh(a), POSITIVE),
    "pinvh, upper": (lambda m, a: m.pinvh(a, lower=False, atol=1e-9), POSITIVE),
    "lstsq": (lambda m, a, b: last(*m.lstsq(a, b)[:2]), TALL, FOUR),
    "lstsq, several": (lambda m, a, b: last(*m.lstsq(a, b)[:2]), TALL, PAIRS),
    "lstsq, values": (lambda m, a, b: m.lstsq(a, b)[3], TALL, FOUR),
    "lstsq, wide": (lambda m, a, b: m.lstsq(a, b, lapack_driver="gelsy")[0], WIDE, numbers(2)),
    "solve_banded": (lambda m, ab, b: m.solve_banded((2, 1), ab, b), BANDS, FOUR),
    "solve_banded, several": (lambda m, ab, b: m.solve_banded((2, 1), ab, b), BANDS, PAIRS),
    "solve_banded, one": (lambda m, ab, b: m.solve_banded((1, 1), ab, b), BANDS[:3], FOUR),
    "solveh_banded": (
        lambda m, ab, b: m.solveh_banded(ab, b),
        np.array([[0, 0, 0.2, 0.4], [0, 1, 0.5, 1], LONG + 5]),
        FOUR,
    ),
    "solveh_banded, lower": (lambda m, ab, b: m.solveh_banded(ab, b, lower=True), BANDS[1:3], PAIRS),
    "solve_toeplitz": (lambda m, c, b: m.solve_toeplitz(c, b), LONG, FOUR),
    "solve_toeplitz, two": (lambda m, c, r, b: m.solve_toeplitz((c, r), b), LONG, LONG[::-1].copy(), PAIRS),
    "khatri_rao": (lambda m, a, b: m.khatri_rao(a, b), W, PAIRS),
    **{name: (lambda m, a, name=name: getattr(m, name)(a), A[:2, :2] / 3) for name in ("cosm", "sinm", "tanm")},
    **{name: (lambda m, a, name=name: getattr(m, name)(a), A[:2, :2] / 3) for name in ("coshm", "sinhm", "tanhm")},
    "fractional_matrix_power": (lambda m, a: m.fractional_matrix_power(a, 0.3), POSITIVE + np.triu(A, 1)),
    "eig": (lambda m, a: lengths(*m.eig(a)), ROTATING),
    "eig, real": (lambda m, a: lengths(*m.eig(a)), POSITIVE + np.triu(A, 1)),
    "eigvals": (lambda m, a: last(m.eigvals(a).real, m.eigvals(a).imag), ROTATING),
    "eigvalsh": (lambda m, a, b: m.eigvalsh(a, b), POSITIVE, POSITIVE + np.eye(3)),
    "svdvals": (lambda m, a: m.svdvals(a), TALL),
    "qr": (lambda m, a: last(*m.qr(a)), A),
    "qr, tall": (lambda m, a: last(*m.qr(a, mode="economic")), TALL),
    "qr, wide": (lambda m, a: last(*m.qr(a)), WIDE),
    "qr, r": (lambda m, a: m.qr(a, mode="r")[0], TALL),
    "qr, pivoted": (lambda m, a: last(*m.qr(a, pivoting=True)[:2]), WIDE),
    "lu": (lambda m, a: last(*m.lu(a)[1:]), A[::-1].copy()),
    "lu, tall": (lambda m, a: last(*m.lu(a, permute_l=True)), TALL),
    "lu, wide": (lambda m, a: last(*m.lu(a, p_indices=True)[1:]), WIDE),
}
if NEW:
    SECOND = {"upper triangular": False, "lower triangular": False, "sym": True, "pos": False}
    CASES |= {
        f"inv, {s}": (lambda m, a, s=s, low=low: m.inv(a, assume_a=s, lower=low), POSITIVE) for s, low in SECOND.items()
    }
    CASES |= {
        "inv of many": (lambda m, a: m.inv(a), regular(2, 3, 3)),
        "det of many": (lambda m, a: m.det(a), regular(2, 3, 3)),
        "pinv of many": (lambda m, a: m.pinv(a), numbers(2, 3, 2)),
        "eig of many": (lambda m, a: lengths(*m.eig(a)), np.stack([ROTATING, 2 * ROTATING])),
        "qr of many": (lambda m, a: last(*m.qr(a)), regular(2, 3, 3)),
        "lu of many": (lambda m, a: last(*m.lu(a)[1:]), regular(2, 3, 3)),
        "cosm of many": (lambda m, a: m.cosm(a), regular(2, 3, 3)),
    }
SINGLE = [
    "inv",
    "det",
    "norm",
    "pinv",
    "lstsq",
    "solve_banded",
    "solveh_banded",
    "solve_toeplitz",
    "eig",
    "qr",
    "lu",
    "sinm",
]
#: Whose second derivatives are those of others, or take long.
ONCE = ["eig", "fractional_matrix_power", "det", "cosm", "sinm", "tanm", "tanhm"]
COMPLEX = [
    *[
        "inv",
        "det",
        "norm",
        "pinv",
        "pinv, wide",
        "lstsq, several",
        "solve_banded",
        "solve_toeplitz, two",
        "khatri_rao",
    ],
    *[
        "cosm",
        "tanm",
        "tanhm",
        "eig",
        "eigvals",
        "svdvals",
        "qr",
        "qr, tall",
        "qr, wide",
        "qr, pivoted",
        "lu",
        "lu, tall",
    ],
]


@pytest.mark.parametrize("name", CASES)
def test_values_are_scipys(name):
    f, *args = CASES[name]
    expected = f(theirs, *args)
    y = f(ours, *map(mg.tensor, args))
    assert type(y) is mg.Tensor
    assert y.dtype == np.asarray(expected).dtype
    np.testing.assert_array_equal(y.data, expected)
    plain = f(ours, *args)
    assert type(plain) is type(expected)
    np.testing.assert_array_equal(plain, expected)


@pytest.mark.parametrize("name", CASES)
def test_gradients(name):
    f, *args = CASES[name]
    once = max(np.ndim(a) for a in args) > 2 or name.split()[0].strip(",") in ONCE
    check_grads(lambda *args: f(ours, *args), *args, order=1 if once else 2)


@pytest.mark.parametrize("name", SINGLE)
def test_single_precision(name):
    f, *args = CASES[name]
    single = [mg.tensor(a.astype(np.float32)) for a in args]
    y, expected = f(ours, *single), f(theirs, *[t.data for t in single])
    assert y.dtype == expected.dtype
    np.testing.assert_array_equal(y.data, expected)
    y.sum().backward()
    double = [mg.tensor(t.data.astype(float)) for t in single]
    f(ours, *double).sum().backward()
    for a, b in zip(single, double, strict=True):
        assert a.grad.dtype == np.float32
        np.testing.assert_allclose(a.grad, b.grad, 5e-3, 5e-4)


@pytest.mark.parametrize("dtype", [np.complex128, np.complex64])
@pytest.mark.parametrize("name", [*COMPLEX, "solveh_banded, lower", "pinvh, upper"])
def test_complex_variables(name, dtype):
    f, *args = CASES[name]
    args = [(a + 0.3j * numbers(*a.shape)).astype(dtype) for a in args]
    tensors = list(map(mg.tensor, args))
    y, expected = f(ours, *tensors), f(theirs, *args)
    assert y.dtype == expected.dtype
    np.testing.assert_array_equal(y.data, expected)
    weights = numbers(*y.shape) + 1j * numbers(*y.shape)
    np.sum(weights * y).real.backward()
    h = 1e-6
    for i, (a, t) in enumerate(zip(args, tensors, strict=True)):
        assert t.grad.dtype == a.dtype
        if dtype is np.complex64:
            continue
        for _ in range(2):
            d = numbers(*a.shape) + 1j * numbers(*a.shape)
            along = [np.sum(weights * f(theirs, *args[:i], a + k * h * d, *args[i + 1 :])).real for k in (-1, 1)]
            np.testing.assert_allclose(np.sum(np.conj(t.grad) * d).real, (along[1] - along[0]) / (2 * h), 1e-6, 1e-6)


@pytest.mark.parametrize("name", ["inv", "det", "norm", "solve_banded", "lstsq", "eigvals", "qr, tall", "lu", "cosm"])
def test_lift_puts_them_in_the_place_of_scipys(name):
    f, *args = CASES[name]
    tensors = list(map(mg.tensor, args))
    with mg.lift:
        y = f(theirs, *tensors)
    y.sum().backward()
    again = list(map(mg.tensor, args))
    f(ours, *again).sum().backward()
    for a, b in zip(tensors, again, strict=True):
        np.testing.assert_array_equal(a.grad, b.grad)


def test_steps_beside_results_are_plain():
    *_, order = ours.qr(mg.tensor(WIDE), pivoting=True)
    np.testing.assert_array_equal(order, theirs.qr(WIDE, pivoting=True)[2])
    p, _, _ = ours.lu(mg.tensor(A))
    _, _, rank, _ = ours.lstsq(mg.tensor(TALL), FOUR)
    _, again = ours.pinv(mg.tensor(TALL), return_rank=True)
    assert [type(x) for x in (order, p)] == [np.ndarray] * 2
    assert rank == again == 2


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda t: ours.eig(t, np.eye(3)), "`b`"),
        (lambda t: ours.eig(t, left=True), "`left`"),
        (lambda t: ours.eigvals(t, homogeneous_eigvals=True), "homogeneous"),
        (lambda t: ours.qr(t, mode="raw"), "raw"),
        (lambda t: ours.inv(t, assume_a="diagonal"), "diagonal"),
        (lambda t: ours.fractional_matrix_power(A, t[0, 0]), "`t`"),
        (lambda t: ours.solve_banded((1, 1), t[None], V), "no batch"),
        (lambda t: ours.solve_toeplitz(t, V), "one dimension each"),
        (lambda t: ours.pinv(A, rtol=t[0, 0]), "`rtol`"),
    ],
)
def test_what_has_no_derivative_is_refused_by_name(call, said):
    with pytest.raises(TypeError, match=said):
        call(mg.tensor(A))


def test_columns_that_are_not_determined_and_phases_are_refused():
    for y in (ours.qr(mg.tensor(TALL))[0], ours.eig(mg.tensor(ROTATING))[1].imag):
        with pytest.raises(mg.errors.InvalidBackprop):
            y.sum().backward()


def test_the_rank_of_a_pseudo_inverse_stays():
    """Where it is less than full, the derivative is that among matrices of this rank."""
    u, v, du, dv = numbers(4, 1), numbers(1, 3), numbers(4, 1), numbers(1, 3)
    t = mg.tensor(0.0)
    ours.pinv((u + t * du) @ (v + t * dv), rtol=1e-9)[1, 2].backward()
    h = 1e-6
    along = [theirs.pinv((u + k * h * du) @ (v + k * h * dv), rtol=1e-9)[1, 2] for k in (-1, 1)]
    np.testing.assert_allclose(t.grad, (along[1] - along[0]) / (2 * h), 1e-6)


def test_a_banded_matrix_is_never_made_full():
    n = 200_000
    ab = mg.tensor(np.stack([np.ones(n), np.full(n, 4.0), np.ones(n)]))
    ours.solve_banded((1, 1), ab, np.ones(n)).sum().backward()
    np.testing.assert_allclose(ab.grad[1, n // 2], -1 / 36)


@pytest.mark.skipif(not NEW, reason="SciPy cannot invert them")
def test_empty_matrices():
    for f, *args in [
        (lambda a: ours.inv(a), (0, 0)),
        (lambda a: ours.qr(a)[1], (0, 0)),
        (lambda a, b: ours.solve_banded((1, 1), a, b), (3, 0), (0,)),
        (lambda c, b: ours.solve_toeplitz(c, b), (0,), (0,)),
        (lambda a, b: ours.lstsq(a, b)[0], (0, 2), (0,)),
    ]:
        tensors = [mg.zeros(shape) for shape in args]
        f(*tensors).sum().backward()
        assert [t.grad.shape for t in tensors] == args
