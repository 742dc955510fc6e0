"""Functions of functions, of complex numbers."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import mygrad as mg
import mygrad.functional as F
from mygrad.testing import check_grads

Z = np.array([0.3 + 1.2j, -0.7 + 0.4j, 1.1 - 0.5j])
X = np.array([0.4, -1.2, 0.9])


def loss(z):
    """Real, and not holomorphic."""
    return np.sum(np.abs(np.exp(z) * z[::-1]) ** 2 + np.angle(z) * np.imag(z * z[0]))


def mapped(z):
    """Complex, and holomorphic."""
    return np.sin(z) * z[0] + np.cumsum(z) ** 2


def differences(f, z, way, step=1e-6):
    return (f(z + step * way) - f(z - step * way)) / (2 * step)


def ways(shape, is_complex):
    rng = np.random.default_rng(0)
    for _ in range(3):
        yield rng.normal(size=shape) + (1j * rng.normal(size=shape) if is_complex else 0)


def test_gradients_of_real_numbers():
    z = mg.tensor(Z)
    loss(z).backward()
    assert_allclose(F.grad(loss)(Z), z.grad)
    assert_allclose(F.elementwise_grad(loss)(Z), z.grad)
    value, grad = F.value_and_grad(loss)(Z)
    assert_allclose((value, *grad), (loss(Z), *z.grad))
    assert_allclose(F.jacobian(loss)(Z), z.grad)
    assert type(grad) is np.ndarray
    assert grad.dtype == complex


def test_derivatives_of_holomorphic_functions():
    expected = np.exp(Z) * Z + np.exp(Z)
    assert_allclose(F.elementwise_grad(lambda z: np.exp(z) * z, holomorphic=True)(Z), expected)
    assert_allclose(F.grad(lambda z: z**3, holomorphic=True)(2j), -12)
    second = F.grad(F.grad(lambda z: z**3, holomorphic=True), holomorphic=True)
    assert_allclose(second(1 + 2j), 6 + 12j)
    jacobian = F.jacobian(mapped, holomorphic=True)(Z)
    for way in ways(3, is_complex=True):
        assert_allclose(jacobian @ way, differences(mapped, Z, way), rtol=1e-7)
    for other in (F.jacfwd, F.jacrev):
        assert_allclose(other(mapped, holomorphic=True)(Z), jacobian)


@pytest.mark.parametrize("derive", [F.grad, F.value_and_grad, F.elementwise_grad, F.jacobian])
def test_complex_results_are_refused(derive):
    with pytest.raises(TypeError, match=r"only real numbers have a gradient.*holomorphic"):
        derive(lambda z: z**2)(1 + 2j)
    with pytest.raises(TypeError, match="is not holomorphic"):
        derive(np.abs, holomorphic=True)(1 + 2j)
    with pytest.raises(TypeError, match="complex128"):
        F.derivatives(mg.tensor(1j) * 2, [])


@pytest.mark.parametrize("derive", [F.jacobian, F.jacfwd, F.jacrev])
def test_jacobians_by_real_numbers(derive):
    def f(x):
        return np.exp(1j * x) * x[0] + np.conj(np.cumsum(x * (1 + 2j)))

    jacobian = derive(f)(X)
    assert jacobian.dtype == complex
    for way in ways(3, is_complex=False):
        assert_allclose(jacobian @ way, differences(f, X, way), rtol=1e-7)
    by_both = F.jacobian(lambda x, y: x * 1j * y, argnums=(0, 1))(X, X[::-1])
    assert_allclose(by_both[0], np.diag(1j * X[::-1]))


def test_products_with_vectors():
    def f(z, x):
        return np.conj(z) * x + np.abs(z) * 1j, np.real(z) ** 2

    _, along = F.jvp(f, (Z, X), (Z[::-1], X))
    step = 1e-6
    up, down = f(Z + step * Z[::-1], X + step * X), f(Z - step * Z[::-1], X - step * X)
    for of_part, one, other in zip(along, up, down, strict=True):
        assert_allclose(of_part, (one - other) / (2 * step), rtol=1e-7)
    _, pull = F.vjp(f, Z, X)
    cotangents = (Z * (1 - 1j), X + 1)
    by_z, by_x = pull(cotangents)
    assert (by_z.dtype, by_x.dtype) == (complex, float)
    # the one is the transpose of the other, for the product of vectors of parts
    forward = np.sum(np.real(np.conj(cotangents[0]) * along[0])) + np.sum(cotangents[1] * along[1])
    assert_allclose(forward, np.sum(np.real(np.conj(by_z) * Z[::-1])) + np.sum(by_x * X))
    _, push = F.linearize(f, Z, X)
    assert_allclose(push(Z[::-1], X)[0], along[0])
    with pytest.raises(TypeError, match="complex"):
        F.vjp(np.real, Z)[1](1j * X)
    with pytest.raises(TypeError, match="complex"):
        F.vjp(np.real, Z)[1](mg.tensor(1j * X))


def test_second_derivatives():
    v = Z[::-1] * (2 - 1j)
    assert_allclose(F.hvp(loss, Z, v), differences(F.grad(loss), Z, v), rtol=1e-6)
    with pytest.raises(TypeError, match="parts"):
        F.hessian(loss)(Z)
    of_parts = F.hessian(lambda x: loss(x.view(complex)))(Z.view(float))
    assert_allclose(of_parts, of_parts.T)
    assert_allclose(of_parts @ v.view(float), F.hvp(loss, Z, v).view(float))

    def f(x):
        return np.sum(np.exp(1j * x) * x[0]) + np.prod(x) * 2j

    hessian = F.hessian(f)(X)
    assert_allclose(hessian.real, F.hessian(lambda x: f(x).real)(X))
    assert_allclose(hessian.imag, F.hessian(lambda x: f(x).imag)(X))


def test_residuals():
    def residuals(z):
        return z**2 - np.conj(z) * (1 + 1j)

    v = Z[::-1]
    product = F.gauss_newton_vp(residuals, Z, v)
    along = F.jvp(residuals, (Z,), (v,))[1]
    assert_allclose(product, F.vjp(residuals, Z)[1](along)[0])
    assert_allclose(np.sum(np.real(np.conj(v) * product)), np.sum(np.abs(along) ** 2))


def test_containers_and_nesting():
    params = {"z": Z, "x": X}
    f = lambda p: np.sum(np.abs(p["z"] * p["x"]) ** 2)  # noqa: E731
    grads = F.grad(f)(params)
    assert_allclose(grads["z"], 2 * Z * X**2)
    assert_allclose(grads["x"], 2 * np.abs(Z) ** 2 * X)
    check_grads(lambda z: F.grad(loss)(z), Z)
    check_grads(lambda z: F.jvp(loss, (z,), (np.conj(z),))[1], Z)
    check_grads(lambda x: F.jacobian(lambda x: np.exp(1j * x) * x[0])(x), X)


def test_what_takes_real_numbers_alone():
    with pytest.raises(TypeError, match="complex"):
        F.vmap(F.grad(np.abs))(Z)
    with pytest.raises(TypeError, match="complex"):
        F.ravel_pytree({"z": Z})


def test_a_derivative_that_is_said():
    """Between functions, gradients are not conjugated."""

    @F.custom_vjp
    def turned(x):
        return np.exp(1j * x)

    turned.defvjp(lambda x: (np.exp(1j * x), x), lambda x, g: (g * 1j * np.exp(1j * x),))
    f = lambda x: np.sum(np.real(turned(x) * (2 - 1j)))  # noqa: E731
    plain = lambda x: np.sum(np.real(np.exp(1j * x) * (2 - 1j)))  # noqa: E731
    for given in (X, Z):
        assert_allclose(F.grad(f)(given), F.grad(plain)(given))
        assert_allclose(F.jvp(f, (given,), (given,))[1], F.jvp(plain, (given,), (given,))[1])
    assert_allclose(F.hessian(f)(X), F.hessian(plain)(X))


def test_checkpoints():
    f = F.checkpoint(lambda z: np.exp(z) * np.conj(z))
    assert_allclose(
        F.grad(lambda z: np.sum(np.abs(f(z)) ** 2))(Z), F.grad(lambda z: np.sum(np.abs(np.exp(z) * z) ** 2))(Z)
    )
