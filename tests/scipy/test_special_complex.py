"""Special functions of complex numbers: their derivatives are those of mpmath, and gradients follow the convention."""

import mpmath as mp
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import special

import mygrad as mg
import mygrad.scipy.special as ours


def faddeeva(z):
    return mp.exp(-(z**2)) * mp.erfc(-1j * z)


def spence(z):
    return mp.polylog(2, 1 - z)


#: By name: leading arguments, and for each result the function in mpmath.
HOLOMORPHIC = {
    "erf": ((), mp.erf),
    "erfc": ((), mp.erfc),
    "erfi": ((), mp.erfi),
    "erfcx": ((), lambda z: mp.exp(z**2) * mp.erfc(z)),
    "dawsn": ((), lambda z: mp.sqrt(mp.pi) / 2 * mp.exp(-(z**2)) * mp.erfi(z)),
    "wofz": ((), faddeeva),
    "ndtr": ((), lambda z: mp.erfc(-z / mp.sqrt(2)) / 2),
    "log_ndtr": ((), lambda z: mp.log(mp.erfc(-z / mp.sqrt(2)) / 2)),
    "gamma": ((), mp.gamma),
    "loggamma": ((), mp.loggamma),
    "rgamma": ((), mp.rgamma),
    "psi": ((), mp.digamma),
    "exp1": ((), mp.e1),
    "expi": ((), mp.ei),
    "spence": ((), spence),
    "expm1": ((), mp.expm1),
    "log1p": ((), lambda z: mp.log(1 + z)),
    "wrightomega": ((), lambda z: mp.lambertw(mp.exp(z))),
    "jv": ((1.3,), mp.besselj),
    "yv": ((1.3,), mp.bessely),
    "iv": ((1.3,), mp.besseli),
    "kv": ((1.3,), mp.besselk),
    "kve": ((1.3,), lambda v, z: mp.exp(z) * mp.besselk(v, z)),
    "hankel1": ((1.3,), mp.hankel1),
    "hankel2": ((1.3,), mp.hankel2),
    "hankel1e": ((1.3,), lambda v, z: mp.exp(-1j * z) * mp.hankel1(v, z)),
    "hankel2e": ((1.3,), lambda v, z: mp.exp(1j * z) * mp.hankel2(v, z)),
    "hyp0f1": ((1.3,), mp.hyp0f1),
    "hyp1f1": ((0.7, 1.3), mp.hyp1f1),
    "hyp2f1": ((0.7, 0.4, 1.3), mp.hyp2f1),
    "eval_legendre": ((3.0,), mp.legendre),
    "eval_chebyt": ((3.0,), mp.chebyt),
    "eval_chebyu": ((3.0,), mp.chebyu),
    "eval_gegenbauer": ((3.0, 0.7), mp.gegenbauer),
    "eval_jacobi": ((3.0, 0.7, 1.2), mp.jacobi),
    "eval_laguerre": ((3.0,), lambda n, z: mp.laguerre(n, 0, z)),
    "eval_genlaguerre": ((3.0, 0.7), mp.laguerre),
    "fresnel": ((), mp.fresnels, mp.fresnelc),
    "sici": ((), mp.si, mp.ci),
    "shichi": ((), mp.shi, mp.chi),
    "airy": (
        (),
        mp.airyai,
        lambda z: mp.airyai(z, derivative=1),
        mp.airybi,
        lambda z: mp.airybi(z, derivative=1),
    ),
    "lambertw": ((), mp.lambertw),
    "spherical_jn": ((2,), lambda n, z: mp.sqrt(mp.pi / (2 * z)) * mp.besselj(n + 0.5, z)),
    "spherical_kn": ((2,), lambda n, z: mp.sqrt(mp.pi / (2 * z)) * mp.besselk(n + 0.5, z)),
}
POINTS = [0.7 + 0.4j, 2.1 - 1.3j, -0.6 + 1.1j, 0.3 - 0.2j]
FAR = {
    "wofz": [40.0 + 1.0j, 40.0 - 1.0j, 3.0 - 4.0j, 1e-3 + 90.0j],
    "dawsn": [40.0 + 1.0j, -40.0 + 1.0j, 3.0 - 4.0j],
    "erfcx": [40.0 + 1.0j, 1.0 + 40.0j],
    "psi": [-6.4 + 0.3j, 1.0 + 40.0j],
    "loggamma": [-6.4 + 0.3j, 200.0 + 40.0j],
    "rgamma": [-6.4 + 0.3j],
    "kve": [300.0 + 40.0j],
}


def function_of(name):
    return getattr(ours, name) if name in ours.__all__ else getattr(special, name)


def derivative(f, z, order):
    """The derivative of a holomorphic function at points, as the gradient of a real and of an imaginary part tells."""
    if order > 1:
        return mg.grad(lambda z: derivative(f, z, order - 1), holomorphic=True)(z)
    return mg.grad(f, holomorphic=True)(z)


@pytest.mark.once
@pytest.mark.parametrize("name", HOLOMORPHIC)
def test_derivatives(name):
    leading, *references = HOLOMORPHIC[name]
    for k, reference in enumerate(references):

        def f(z, k=k):
            result = function_of(name)(*leading, z)
            return result[k] if isinstance(result, tuple) else result

        points = [p for p in POINTS if name not in ("hyp2f1",) or abs(p) < 0.9]
        for point in points + FAR.get(name, []):
            with mp.workdps(40):
                expected = [complex(mp.diff(lambda z: reference(*leading, z), mp.mpc(point), n)) for n in (1, 2)]  # noqa: B023
            z = np.complex128(point)
            assert_allclose(derivative(f, z, 1), expected[0], rtol=1e-9, err_msg=f"{name} at {point}")
            if point in POINTS:
                assert_allclose(derivative(f, z, 2), expected[1], rtol=1e-7, err_msg=f"{name} at {point}")


@pytest.mark.parametrize("name", ["jve", "yve", "ive"])
def test_factors_that_are_not_holomorphic(name):
    """Gradients as they are defined: by the real and the imaginary part."""
    f, weight, h = getattr(special, name), 0.6 - 1.1j, 1e-5
    for point in POINTS:
        z = mg.tensor(point)
        np.real(f(1.3, z) * weight).backward()
        slopes = [np.real((f(1.3, point + h * d) - f(1.3, point - h * d)) * weight) / (2 * h) for d in (1, 1j)]
        assert_allclose(z.grad, slopes[0] + 1j * slopes[1], rtol=1e-8)
        assert f(1.3, mg.tensor(2.0)).dtype == np.float64


def test_real_arguments_with_complex_results():
    x = mg.tensor([0.7, 2.1])
    np.imag(special.hankel1(1.3, x)).sum().backward()
    assert_allclose(x.grad, special.yvp(1.3, x.data), rtol=1e-12)
    np.real(special.wofz(x)).sum().backward()
    assert_allclose(x.grad, -2 * x.data * np.exp(-(x.data**2)), rtol=1e-12)


def test_single_precision_and_shapes():
    z = mg.tensor(np.array([[0.7 + 0.4j], [0.3 - 0.2j]], dtype=np.complex64))
    for f in (special.wofz, special.erf, special.loggamma, lambda z: special.jv(np.float32([0.0, 1.0]), z)):
        y = f(z)
        assert y.dtype == np.complex64
        np.real(y).sum().backward()
        assert z.grad.dtype == np.complex64
        assert z.grad.shape == z.shape


def test_what_is_of_real_numbers_alone_refuses_complex_ones():
    z = mg.tensor(0.7 + 0.4j)
    v = mg.tensor(1.3)
    for f in (lambda: special.kv(v, z), lambda: special.hyp1f1(v, 1.3, z), lambda: special.airye(z)[0]):
        with pytest.raises(TypeError, match=r"real numbers|no derivative|not in the table"):
            np.real(f()).backward()
