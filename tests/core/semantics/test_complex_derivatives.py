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


def test_holomorphic_functions_of_real_numbers_too():
    """By these the derivative is complex as well: its imaginary part is not lost."""
    assert_allclose(F.grad(lambda x: np.exp(1j * x), holomorphic=True)(0.7), 1j * np.exp(0.7j))
    assert_allclose(F.elementwise_grad(lambda x: np.exp(1j * x), holomorphic=True)(X), 1j * np.exp(1j * X))
    value, (by_z, by_x) = F.value_and_grad(lambda z, x: np.sum(z * x), (0, 1), holomorphic=True)(Z, X)
    assert_allclose(value, np.sum(Z * X))
    assert_allclose(by_z, X)
    assert_allclose(by_x, Z)
    for derive in (F.jacobian, F.jacfwd, F.jacrev):
        by_z, by_x = derive(lambda z, x: z * x[0], (0, 1), holomorphic=True)(Z, X)
        assert_allclose(by_z, X[0] * np.eye(3))
        assert_allclose(by_x, np.outer(Z, [1, 0, 0]))


def test_jacobians_of_real_numbers_by_complex_ones():
    for derive in (F.jacobian, F.jacfwd, F.jacrev):
        by_z, by_x = derive(lambda z, x: np.abs(z) * x[0], (0, 1))(Z, X)
        assert_allclose(by_z, X[0] * np.diag(Z / np.abs(Z)))
        assert_allclose(by_x, np.outer(np.abs(Z), [1, 0, 0]))
        assert (by_z.dtype, by_x.dtype) == (complex, float)


def test_a_jacobian_takes_the_shorter_way():
    """Of many complex numbers by two real ones, that is twice forward, whatever the outputs are."""
    calls = []

    @F.custom_vjp
    def counted(x):
        return x * 1.0

    def back(_, g):
        calls.append(g)
        return (g,)

    counted.defvjp(lambda x: (x * 1.0, None), back)
    many = np.exp(1j * np.arange(50.0))
    jacobian = F.jacobian(lambda x: np.exp(1j * counted(x)[0] * many) * x[1])(X[:2])
    assert_allclose(jacobian[:, 1], np.exp(1j * X[0] * many))
    assert len(calls) < 10


def test_hessians_by_complex_numbers():
    """By the parts of each, as `z.view(float)` has them."""
    hessian = F.hessian(loss)(Z)
    assert_allclose(hessian, F.hessian(lambda x: loss(x.view(complex)))(Z.view(float)))
    v = Z[::-1] * (2 - 1j)
    assert_allclose(hessian @ v.view(float), F.hvp(loss, Z, v).view(float))
    assert_allclose(F.hessian(lambda z: (z**3).imag)(1 + 2j), [[12, 6], [6, -12]])
    both = F.hessian(lambda z, x: np.sum(np.abs(z) ** 2 * x), argnums=(0, 1))(Z.reshape(3, 1).T, X)
    assert [[h.shape for h in row] for row in both] == [[(1, 6, 1, 6), (1, 6, 3)], [(3, 1, 6), (3, 3)]]
    assert_allclose(both[0][0].reshape(6, 6), np.diag(np.repeat(2 * X, 2)))
    assert_allclose(both[1][0], np.transpose(both[0][1], (2, 0, 1)))
    assert_allclose(both[1][0].reshape(3, 3, 2)[range(3), range(3)], 2 * Z.view(float).reshape(3, 2))
    tracked = lambda a: np.sum(F.hessian(lambda z: np.abs(z) ** 4)(a) ** 2)  # noqa: E731
    check_grads(tracked, np.array(1 - 0.5j))
    with pytest.raises(TypeError, match="holomorphic"):
        F.hessian(lambda z: z**2)(1j)


def test_second_derivatives_of_holomorphic_functions():
    f = lambda z: np.sum(np.exp(z) * z[0])  # noqa: E731
    hessian = F.hessian(f, holomorphic=True)(Z)
    for way in ways(3, is_complex=True):
        assert_allclose(hessian @ way, differences(F.grad(f, holomorphic=True), Z, way), rtol=1e-7)
    assert_allclose(F.hessian(lambda z: z**3, holomorphic=True)(1 + 2j), 6 + 12j)


BATCH = np.random.default_rng(3).normal(size=(4, 2, 2)) @ [1, 1j]
REALS = np.random.default_rng(4).normal(size=(4, 2))


def example_loss(z, x):
    return np.sum(np.abs(np.exp(z) * x) ** 2 + np.angle(z) * np.imag(z * z[..., :1]), axis=-1)


def example_map(z, x):
    return np.sin(z) * z[..., :1] * x + np.cumsum(z * 1j, axis=-1) ** 2


@pytest.mark.parametrize(
    "derive",
    [
        lambda: F.grad(example_loss),
        lambda: F.grad(example_loss, argnums=(0, 1)),
        lambda: F.value_and_grad(example_loss),
        lambda: F.hessian(example_loss, argnums=(0, 1)),
        lambda: F.jacobian(F.grad(lambda z, x: example_loss(z, x) + x[..., 0] ** 3, argnums=1), argnums=1),
        lambda: F.jacobian(example_map, holomorphic=True),
        lambda: F.jacfwd(example_map, argnums=(0, 1), holomorphic=True),
        lambda: F.jacobian(lambda z, x: example_map(x, z), argnums=1),
        lambda: F.jacobian(lambda z, x: (np.abs(z), np.exp(x)), argnums=(0, 1)),
        lambda: F.grad(lambda z, x: np.sum(example_map(z, x), axis=-1), holomorphic=True),
        lambda: F.hessian(lambda z, x: np.sum(example_map(z, x), axis=-1), holomorphic=True),
        lambda: F.hessian(lambda z, x: np.sum(example_map(x, z), axis=-1), argnums=1),
    ],
)
def test_derivatives_example_by_example(derive):
    vmapped = F.vmap(derive())(BATCH, REALS)
    singly = [derive()(z, x) for z, x in zip(BATCH, REALS, strict=True)]
    expected = [np.stack(parts) for parts in zip(*map(parts_of, singly), strict=True)]
    for found, of_loop in zip(parts_of(vmapped), expected, strict=True):
        assert found.dtype == of_loop.dtype
        assert_allclose(found, of_loop, rtol=1e-10, atol=1e-12)


def parts_of(found):
    """All arrays in tuples, in order."""
    return [array for part in found for array in parts_of(part)] if isinstance(found, tuple) else [found]


def test_examples_that_share_complex_numbers():
    weights = np.array([1 + 2j, -0.5j])
    f = lambda w, z: np.abs(z @ w) ** 2  # noqa: E731
    by_weights = F.per_example_grad(f, in_axes=(None, 0))(weights, BATCH)
    assert_allclose(by_weights, [F.grad(f)(weights, z) for z in BATCH])
    with pytest.raises(TypeError, match="broadcast_to"):
        F.vmap(F.hessian(f), in_axes=(None, 0))(weights, BATCH)
    with pytest.raises(ValueError, match="not independent"):
        F.vmap(F.grad(lambda z: np.abs(z - np.mean(z, axis=0))))(BATCH[:, 0])
    with pytest.raises(TypeError, match="holomorphic"):
        F.vmap(F.grad(lambda z: np.sum(z, axis=-1)))(BATCH)


def test_parameters_in_one_vector():
    """Of complex numbers, their parts: a gradient by the vector has those of the gradient."""
    params = {"z": Z.astype(np.complex64), "w": np.outer(Z, X).T, "x": X[::2], "i": np.arange(2), "name": "a", "c": 2j}
    vector, unravel = F.ravel_pytree(params)
    assert vector.dtype == float
    assert vector.shape == (6 + 18 + 2 + 2 + 2,)
    assert_allclose(vector[:6], params["z"].view(np.float32))
    back = unravel(vector)
    for key in ("z", "w", "x", "i", "c"):
        assert_allclose(back[key], params[key])
    assert [back[key].dtype.char for key in "zwxi"] == ["F", "D", "d", "d"]
    assert back["name"] == "a"
    f = lambda p: np.sum(np.abs(p["w"]) ** 2 * p["x"][0]) + np.abs(p["c"]) ** 2 + np.sum(p["z"].imag)  # noqa: E731
    by_vector = F.grad(lambda v: f(unravel(v)))(vector)
    by_parts = F.grad(f)({k: v for k, v in params.items() if k != "name"} | {"name": "a"})
    assert_allclose(by_vector[:6], np.array(by_parts["z"]).view(np.float32))
    assert_allclose(by_vector[6:24], by_parts["w"].reshape(-1).view(float))
    assert_allclose(unravel(np.repeat(vector, 2)[::2])["w"], params["w"])
    of_tensor, _ = F.ravel_pytree({"z": mg.tensor(Z)})
    assert isinstance(of_tensor, mg.Tensor)
    assert_allclose(F.hessian(lambda v: loss(F.ravel_pytree([Z])[1](v)[0]))(Z.view(float)), F.hessian(loss)(Z))


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
