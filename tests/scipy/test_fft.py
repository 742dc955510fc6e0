"""`mygrad.scipy.fft`: the values are SciPy's, bit for bit, and gradients those of the matrices that transforms are."""

import doctest
import inspect
from itertools import product

import numpy as np
import pytest
import scipy.fft as theirs

import mygrad as mg
import mygrad.scipy.fft as ours
from mygrad.testing import check_grads

rng = np.random.default_rng(3)
REAL = rng.standard_normal((2, 4, 3))
COMPLEX = REAL + 1j * rng.standard_normal(REAL.shape)
OF_LINES = ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]
NORMS = [None, "ortho", "forward"]
ALONG_ONE = [{}, {"axis": 1, "n": 3}, {"axis": 0, "n": 5}]
ALONG_SEVERAL = [{}, {"axes": (0, 1)}, {"s": (3, 2)}, {"s": (4, 6), "axes": (2, 0)}]


def gradient(f, x, weights):
    """That of Re(sum(weights * f(x))), for a linear function, by what it makes of unit vectors."""
    directions = (1.0, 1j) if x.dtype.kind == "c" else (1.0,)
    found = np.zeros_like(x)
    for index, direction in product(np.ndindex(x.shape), directions):
        unit = np.zeros_like(x)
        unit[index] = direction
        found[index] += direction * np.sum(weights * f(unit)).real
    return found


def check(name, x, **how):
    t = mg.tensor(x)
    y, expected = getattr(ours, name)(t, **how), getattr(theirs, name)(x, **how)
    assert type(y) is mg.Tensor
    assert y.dtype == expected.dtype
    np.testing.assert_array_equal(y.data, expected)
    weights = rng.standard_normal(y.shape) + 1j * rng.standard_normal(y.shape)
    np.sum(weights * y).real.backward()
    assert t.grad.dtype == x.dtype
    np.testing.assert_allclose(t.grad, gradient(lambda x: getattr(theirs, name)(x, **how), x, weights), 1e-12, 1e-12)


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("name", OF_LINES)
def test_fourier(name, norm):
    for x in (REAL, COMPLEX)[: 1 if name in ("rfft", "ihfft") else 2]:
        for how in ALONG_ONE:
            check(name, x, norm=norm, **how)
        for how in ALONG_SEVERAL:
            check(f"{name}n", x, norm=norm, **how)
        check(f"{name}2", x, norm=norm, axes=(0, -1))


@pytest.mark.parametrize("orthogonalize", [None, True, False])
@pytest.mark.parametrize("type", [1, 2, 3, 4])
@pytest.mark.parametrize("name", ["dct", "idct", "dst", "idst"])
def test_cosines_and_sines(name, type, orthogonalize):
    how = {"type": type, "orthogonalize": orthogonalize}
    for norm, along in zip(NORMS, ALONG_ONE, strict=True):
        check(name, REAL, norm=norm, **how, **along)
    check(name, COMPLEX, norm="ortho", **how)
    for norm, along in zip(NORMS, ALONG_SEVERAL[1:], strict=True):
        check(f"{name}n", REAL, norm=norm, **how, **along)


@pytest.mark.parametrize("how", [{}, {"bias": -0.4}, {"offset": 0.2, "bias": 0.3}])
def test_hankel(how):
    for name in ("fht", "ifht"):
        check(name, REAL, dln=0.1, mu=1.5, **how)


@pytest.mark.parametrize("name", sorted(set(ours.__all__)))
def test_each(name):
    """Signatures, the example, second derivatives, forward mode, single precision and `lift`."""
    f = getattr(ours, name)
    assert inspect.signature(f) == inspect.signature(getattr(theirs, name)) or name.endswith("shift")
    test = doctest.DocTestParser().get_doctest(f.__doc__, {}, name, None, None)
    assert test.examples
    assert not doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed
    args = {"fht": (0.1, 1.0), "ifht": (0.1, 1.0)}.get(name, ())

    def energy(x):
        y = f(x, *args)
        return np.sum((y * np.conj(y)).real ** 2)

    x = REAL[0, :, :2]
    check_grads(energy, x, order=2)
    jacobian, reverse = mg.jacfwd(lambda x: abs(f(x, *args)))(x), mg.jacrev(lambda x: abs(f(x, *args)))(x)
    np.testing.assert_allclose(jacobian, reverse, 1e-10, 1e-12)
    single = mg.tensor(x.astype(np.float32))
    y = f(single, *args)
    expected = getattr(theirs, name)(single.data, *args)
    assert y.dtype == expected.dtype
    np.testing.assert_array_equal(y.data, expected)
    np.testing.assert_array_equal(f(x.tolist(), *args), getattr(theirs, name)(x, *args))
    t = mg.tensor(x)
    with mg.lift:
        y = getattr(theirs, name)(t, *args)
    assert isinstance(y, mg.Tensor)
    assert not y.constant


def test_what_is_refused():
    t = mg.tensor([1.0, 2.0, 3.0])
    with pytest.raises(TypeError, match="fht: no gradient flows to `mu`"):
        ours.fht(t, 0.1, mg.tensor(1.0))
    with pytest.raises(ValueError, match="invalid number of data points"):
        ours.fft(t, 0)
    assert not hasattr(ours, "fftfreq")
