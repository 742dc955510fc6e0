"""What examples cannot show of NumPy's functions: errors, corner cases, conversions by ``like=``, files."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
import mygrad.functional as F
from mygrad.testing import check_grads

M = np.array([[0.3, -1.2, 2.6], [1.1, 0.7, -0.4]])


class TestConversions:
    """The functions that take `like` and make a tensor of a tensor keep it in its graph."""

    def test_of_a_function_of_indices(self):
        x = mg.Tensor(M)
        y = np.fromfunction(lambda i: x[0, 0] * i, (3,), like=mg.Tensor(0.0))
        assert_array_equal(y, [0.0, M[0, 0], 2 * M[0, 0]])
        y.backward()
        assert x.grad[0, 0] == 3.0

    def test_no_copy(self):
        x = mg.Tensor(M)
        assert np.asarray(x, like=x) is x
        assert np.asarray(x, np.float64, like=x) is x
        assert np.ascontiguousarray(x, like=x) is x
        assert np.array(x, copy=False, like=x) is x
        assert np.array(x, like=x) is not x
        assert not np.shares_memory(np.array(x, like=x), x)

    @pytest.mark.parametrize("convert", [np.array, np.asarray])
    def test_modes_of_copying(self, convert):
        x = mg.Tensor(M)
        modes = np._CopyMode
        assert convert(x, copy=modes.IF_NEEDED, like=x) is x
        assert convert(x, copy=modes.NEVER, like=x) is x
        assert not np.shares_memory(convert(x, copy=modes.ALWAYS, like=x), x)
        for like in ({}, {"like": x}):  # as for an array
            for source, keywords in ((M, {"dtype": np.float32}), ([1.0, 2.0], {}), (M.T, {"order": "C"})):
                if like and not isinstance(source, list):
                    source = mg.Tensor(source)
                for never in (False, modes.NEVER):
                    with pytest.raises(ValueError, match="Unable to avoid copy"):
                        convert(source, copy=never, **keywords, **like)
        assert mg.tensor(x, copy=modes.IF_NEEDED) is x
        assert mg.tensor(x, copy=modes.ALWAYS, constant=True) is not x
        for reshaped in (mg.reshape(x, (3, 2), copy=modes.IF_NEEDED), x.reshape((3, 2), copy=modes.NEVER)):
            assert reshaped.base is x
        assert x.reshape((3, 2), copy=modes.ALWAYS).base is None

    @pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.4.0", reason="has no `ndmax`")
    def test_the_most_axes(self):
        x = mg.Tensor([1.0, 2.0])
        for convert in (lambda x, **k: np.array(x, **k), lambda x, **k: np.array([x, x], **k)):
            for ndmax, ndmin in ((0, 0), (1, 0), (2, 0), (3, 3), (1, 2)):
                try:
                    expected = convert(x.data, ndmax=ndmax, ndmin=ndmin)
                except ValueError as error:
                    with pytest.raises(type(error)):
                        convert(x, ndmax=ndmax, ndmin=ndmin, like=x)
                else:
                    ours = convert(x, ndmax=ndmax, ndmin=ndmin, like=x)
                    assert type(ours) is mg.Tensor
                    assert_array_equal(ours, expected)
                    ours.backward()
                    assert x.grad is not None

    def test_of_plain_numbers(self):
        like = mg.Tensor(1.0)
        assert np.array([1, 2], like=like).constant
        assert not np.array([1.0, 2.0], like=like).constant
        array = np.ones(3)
        assert np.asarray(array, like=like).data is array
        assert np.array(array, like=like).data is not array
        assert np.array([1j], like=like).dtype == complex
        with pytest.raises(TypeError, match="datetime64"):
            np.array(["2020-01-01"], "M8[D]", like=like)


class TestShiftsOfFrequencies:
    """They only roll."""

    @pytest.mark.parametrize("shift", [np.fft.fftshift, np.fft.ifftshift])
    @pytest.mark.parametrize("axes", [None, 0, -1, (0,), (1, 0), [0, 1], np.array([1]), np.int64(1), ()])
    @pytest.mark.parametrize("shape", [(2, 5), (3, 4), (0, 3), (1, 1)])
    def test_values_and_derivatives(self, shift, axes, shape):
        a = np.arange(np.prod(shape), dtype=float).reshape(shape) + 1.0
        weights = np.cos(a)
        for dtype in (float, np.float32, int, bool):
            expected = shift(a.astype(dtype), axes)
            ours = shift(mg.tensor(a, dtype), axes)
            assert ours.dtype == expected.dtype
            assert_array_equal(ours, expected)
        back = np.fft.ifftshift if shift is np.fft.fftshift else np.fft.fftshift
        x = mg.tensor(a)
        np.sum(shift(x, axes) ** 3 * weights).backward()
        assert_allclose(x.grad, 3 * a**2 * back(weights, axes))

        def cubes(x):
            return np.sum(shift(x, axes) ** 3 * weights)

        second = F.grad(lambda x: np.sum(F.grad(cubes)(x)))(a)
        assert_allclose(second.data, 6 * a * back(weights, axes))

    def test_errors(self):
        for axes in (2, (0, 5), 1.5, "x"):
            for a in (M, mg.Tensor(M)):
                with pytest.raises((IndexError, TypeError)):
                    np.fft.fftshift(a, axes)


knots = st.lists(st.integers(-5, 5), min_size=1, max_size=5, unique=True).map(lambda k: np.array(sorted(k), float))
points = st.lists(st.sampled_from([-9.0, -2.5, -1.0, 0.0, 0.25, 1.0, 3.0, 9.0, np.nan, np.inf, -np.inf]), max_size=6)


@given(knots, points, st.sampled_from([None, 7.0]), st.sampled_from([None, -7.0]), st.data())
def test_interp(xp, x, left, right, data):
    """In knots, between them, outside of them, and far out."""
    fp = np.array(data.draw(st.lists(st.integers(-9, 9), min_size=len(xp), max_size=len(xp))), float)
    expected = np.interp(x, xp, fp, left, right)
    tx, txp, tfp = mg.Tensor(np.array(x, float)), mg.Tensor(xp), mg.Tensor(fp)
    y = np.interp(tx, txp, tfp, left, right)
    assert_allclose(y, expected, atol=1e-12)
    y.backward()
    inside = np.isfinite(x) & (np.array(x) > xp[0]) & (np.array(x) < xp[-1])
    outside = ~inside & ~np.isin(x, xp) & ~np.isnan(x)
    assert_array_equal(tx.grad[outside], 0.0)
    assert np.isfinite(tfp.grad[:]).all() or np.isnan(x).any()


def test_interp_takes_complex_tensors_for_numbers_beyond_the_ends():
    fp, ends = np.array([1j, 2.0]), mg.tensor([3 - 1j, 4j])
    y = np.interp([-1.0, 0.5, 2.0], [0.0, 1.0], mg.tensor(fp), left=ends[0], right=mg.tensor(5j))
    assert_array_equal(y, np.interp([-1.0, 0.5, 2.0], [0.0, 1.0], fp, left=3 - 1j, right=5j))
    y.imag.sum().backward()
    assert_array_equal(ends.grad, [1j, 0])


def test_interp_needs_knots():
    with pytest.raises(ValueError, match="array of sample points is empty"):
        np.interp(mg.Tensor([1.0]), [], [])
    with pytest.raises(ValueError, match="period must be a non-zero value"):
        np.interp(mg.Tensor([1.0]), [1.0], [1.0], period=0)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.polyder(x, -1),
        lambda x: np.polyint(x, -1),
        lambda x: np.polyint(x, 3, [1.0, 2.0]),
        lambda x: np.poly(np.stack([x, x])),
        lambda x: np.vander(np.stack([x, x])),
        lambda x: np.convolve(x, []),
        lambda x: np.convolve(x, x, "no such mode"),
        lambda x: np.cov(x, fweights=[1.5, 1, 1]),
        lambda x: np.cov(x, aweights=[1.0, -1.0, 1.0]),
        lambda x: np.cov(x, ddof=0.5),
        lambda x: np.bincount([0, 1], weights=x),
        lambda x: np.bincount([0, -1, 1], weights=x),
        lambda x: np.piecewise(x, [x > 0], [1.0, 2.0, 3.0]),
        lambda x: np.apply_along_axis(np.sum, 5, x),
        lambda x: np.apply_along_axis(np.sum, 0, np.reshape(x, (3, 1))[:, :0]),
        lambda x: np.apply_over_axes(lambda a, axis: np.reshape(a, (1, 1, 3)), x, [0]),
        lambda x: np.polyadd(np.stack([x, x]), x),
    ],
)
def test_errors_are_numpys(call):
    array = np.array([0.3, -1.2, 2.6])
    with pytest.raises(Exception) as numpys:
        call(array)
    with pytest.raises(numpys.type):
        call(mg.Tensor(array))


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.complex128])
@pytest.mark.parametrize(
    "call",
    [
        np.emath.sqrt,
        np.emath.log,
        np.emath.log2,
        np.emath.log10,
        lambda x: np.emath.logn(2.0, x),
        lambda x: np.emath.logn(x, 2.0),
        lambda x: np.emath.power(x, 0.5),
        lambda x: np.emath.power(x, [2, 1]),
        np.emath.arccos,
        np.emath.arcsin,
        np.emath.arctanh,
    ],
)
def test_domains(call, dtype):
    """Beyond the real domain, the results are complex: all of them, as of arrays."""
    x = np.array([-1.5, 1.25], dtype) + (0.5j if dtype == np.complex128 else 0)
    expected, ours = call(x), call(mg.tensor(x))
    assert ours.dtype == expected.dtype
    assert_allclose(ours, expected, rtol=1e-6)
    if dtype != np.float32:
        check_grads(call, x, order=2)


def test_domains_of_nan():
    assert np.isnan(np.emath.sqrt(mg.Tensor([np.nan]))).all()


def test_corrcoef_of_one_variable():
    x = mg.Tensor([1.0, 2.0, 4.0])
    y = np.corrcoef(x)
    assert y == 1
    y.backward()
    assert_allclose(x.grad, 0.0, atol=1e-12)


def test_cov_of_too_few_observations():
    with np.errstate(all="ignore"):
        for a in ([1.0], [[1.0], [2.0]]):
            with pytest.warns(RuntimeWarning, match="Degrees of freedom"):
                expected = np.cov(a)
            with pytest.warns(RuntimeWarning, match="Degrees of freedom"):
                assert_array_equal(np.cov(mg.Tensor(a)), expected)


@pytest.mark.parametrize("dtype", [float, complex])
def test_cov_of_nothing(dtype):
    """NumPy returns real numbers, of whatever there is none."""
    x = mg.Tensor(np.zeros((0, 3), dtype))
    assert (np.cov(x).shape, np.cov(x).dtype) == ((0, 0), np.cov(x.data).dtype)


def test_empty_polynomials():
    x = mg.zeros(0)
    assert np.poly(x) == np.poly([]) == 1.0
    assert_array_equal(np.polyval(x, mg.Tensor([1.0, 2.0])), np.polyval([], [1.0, 2.0]))
    assert np.vander(mg.Tensor([1.0, 2.0]), 0).shape == (2, 0)


def test_piecewise_passes_over_empty_pieces():
    x = mg.Tensor([1.0, 2.0])
    y = np.piecewise(x, [x < 0, x >= 0], [lambda _: 1 / 0, np.square])
    y.backward()
    assert_array_equal(x.grad, [2.0, 4.0])
    y = np.piecewise(x, [x > 1], [mg.Tensor(5.0)])
    assert_array_equal(y, [0.0, 5.0])


def test_closures_over_tensors_in_apply_along_axis():
    weights = mg.Tensor([1.0, 2.0, 3.0])
    y = np.apply_along_axis(lambda row: np.sum(row * weights), 1, mg.Tensor(M))
    y.backward()
    assert_allclose(weights.grad, M.sum(axis=0))


def test_zeros_are_trimmed():
    """Zeros have no neighbours that the same elements would be left of: their gradient is zero."""
    x = mg.Tensor([0, 0, 1.5, 0, 2.0, 0])
    for trim in "fb", "f", "b", "FB":
        trimmed = np.trim_zeros(x, trim)
        assert_array_equal(trimmed, np.trim_zeros(x.data, trim))
    trimmed.backward()
    assert_array_equal(x.grad, [0, 0, 1, 1, 1, 0])
    assert np.trim_zeros(mg.zeros(3)).shape == (0,)
    y = mg.Tensor([1.0, 3.0])
    product = np.polymul(x, y)
    assert_array_equal(product, np.polymul(x.data, y.data))
    product.backward()
    assert_array_equal(x.grad, [0, 0, 4, 4, 4, 4])
    assert_array_equal(np.polymul(mg.zeros(2), y), np.polymul(np.zeros(2), y.data), strict=True)


def test_index_grids():
    rows, columns = np.ix_(mg.Tensor([1, 0]), np.array([True, False, True, True]))
    assert_array_equal(rows, [[1], [0]])
    assert type(columns) is np.ndarray
    assert_array_equal(np.array([[2.0, 0.3], [-0.4, 1.5]])[np.ix_(mg.Tensor([1, 0]), [True, False])], [[-0.4], [2.0]])
    with pytest.raises(ValueError, match="1 dimensional"):
        np.ix_(mg.Tensor(M))


def test_files(tmp_path):
    x = mg.Tensor(M[0])
    np.save(tmp_path / "x.npy", x)
    assert_array_equal(np.load(tmp_path / "x.npy"), M[0])
    for save in np.savez, np.savez_compressed:
        save(tmp_path / "x.npz", x, y=x)
        with np.load(tmp_path / "x.npz") as archive:
            assert_array_equal(archive["arr_0"], M[0])
            assert_array_equal(archive["y"], M[0])
    text = io.StringIO()
    np.savetxt(text, x)
    assert_array_equal(np.loadtxt(io.StringIO(text.getvalue())), M[0])
    for load in np.loadtxt, np.genfromtxt:
        loaded = load(io.StringIO(text.getvalue()), like=x)
        assert type(loaded) is mg.Tensor
        assert_array_equal(loaded, M[0])
    M[0].tofile(tmp_path / "x.bin")
    assert type(np.fromfile(tmp_path / "x.bin", like=x)) is mg.Tensor


def test_ix_of_nothing():
    """Lists without entries hold integers for it, arrays what they hold."""
    for kind in np.float64, np.float32, np.int64, np.bool_:
        for ours, numpys in zip(
            np.ix_(mg.Tensor(np.zeros(0, kind)), [], [1, 2]), np.ix_(np.zeros(0, kind), [], [1, 2]), strict=True
        ):
            assert_array_equal(ours, numpys, strict=True)


def test_polynomials_of_lists_of_tensors():
    """NumPy asks tensors in lists only if another argument is one; our functions always find them."""
    a, b, x = mg.tensor(2.0), mg.tensor(-1.0), mg.tensor(3.0)
    np.polyval([a, b, 1.0], x).backward()
    assert (a.grad, b.grad, x.grad) == (9.0, 3.0, 11.0)
    mg.polymul([a, 1.0], [b, x]).sum().backward()
    assert (a.grad, b.grad, x.grad) == (2.0, 3.0, 3.0)
    mg.poly([[a, b], [x, 1.0]])[-1].backward()  # the determinant
    assert_allclose([t.grad for t in (a, b, x)], [1.0, -3.0, 1.0])
