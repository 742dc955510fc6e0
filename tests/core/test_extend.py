"""Rules of one's own: what is wrong is told when one is entered, and what it leaves out loses no gradient."""

from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg
import mygrad.functional as F
from mygrad.errors import InvalidBackprop
from mygrad.extend import call, composed, defvjp, defvjp_variadic, has_variable, implicit_root, linear, primitive
from mygrad.testing import check_grads


@primitive
def scaled(x, factor, power=1, *, shift=0.0):
    """``x * factor**power``, differentiable by `x` alone."""
    return x * factor**power + shift


A = np.array([3.0, 5.0])


@pytest.fixture
def x():
    return mg.tensor([1.0, 2.0])


@pytest.fixture(autouse=True)
def rule_of_scaled(rules_as_they_were):
    defvjp(scaled, lambda g, _y, _x, factor, power=1, *, shift=0.0: g * factor**power, None)


@pytest.fixture
def ufunc_rule():
    """A ufunc that is differentiable by its second operand alone."""
    defvjp(np.nextafter, None, lambda g, _y, _x1, _x2: 2 * g)
    return np.nextafter


class TestArgumentsWithoutVjp:
    def test_constants_are_welcome(self, x):
        for factor in (A, 3.0, [3.0, 5.0], mg.tensor(A, constant=True)):
            y = scaled(x, factor)
            y.backward()
            assert_array_equal(x.grad, np.broadcast_to(factor, 2))

    @pytest.mark.parametrize(
        "use",
        [
            lambda x: scaled(A, x),
            lambda x: scaled(x, x),
            lambda x: scaled(x, factor=x),
            lambda x: scaled(x, A, x),
            lambda x: scaled(x, A, power=x),
            lambda x: scaled(x, A, shift=x),
            lambda x: call(scaled, A, x),
            lambda x: call(scaled, x, A, x),
            lambda x: call(scaled, x, A, shift=x),
        ],
    )
    def test_variables_are_refused_at_the_call(self, x, use):
        assert use(mg.tensor([1.0, 2.0], constant=True)).shape == (2,)
        with pytest.raises(TypeError, match=r"scaled.* no gradient flows to|scaled.*gradients flow to `x` only"):
            use(x)
        with mg.no_autodiff:
            assert use(x).creator is None

    def test_the_argument_is_named(self, x):
        with pytest.raises(TypeError, match="the argument `factor`"):
            call(scaled, A, x)

    def test_a_constant_result_loses_nothing(self, x):
        assert call(scaled, A, x, constant=True).constant

    @pytest.mark.parametrize("keywords", [{}, {"where": [True, False]}, {"out": "tensor"}])
    def test_ufuncs_refuse_in_the_backward_pass(self, x, ufunc_rule, keywords):
        if "out" in keywords:
            keywords = {"out": mg.zeros(2)}
        if "where" in keywords:
            keywords = {"where": [True, False], "out": mg.zeros(2)}
        y = ufunc_rule(A, x, **keywords)
        y.backward()
        assert x.grad is not None
        for first in (x, +x):
            with pytest.raises(InvalidBackprop, match="nextafter was given a variable for its argument `x1`"):
                ufunc_rule(first, A, **keywords).backward()
            with pytest.raises(InvalidBackprop, match="`x1`"):
                ufunc_rule(first, x, **keywords).backward()

    def test_ufuncs_refuse_in_functional(self, ufunc_rule):
        assert_array_equal(F.elementwise_grad(lambda v: ufunc_rule(A, v))(A), [2.0, 2.0])
        for f in (lambda v: ufunc_rule(v, A), lambda v: ufunc_rule(v, v)):
            for derivative in (F.elementwise_grad(f), F.elementwise_grad(F.elementwise_grad(f)), F.jacobian(f)):
                with pytest.raises(InvalidBackprop, match="`x1`"):
                    derivative(A)

    def test_no_gradient_reaches_it(self, x, ufunc_rule):
        """What is cut off before the backward pass comes there is no loss."""
        y = mg.tensor([1.0, 1.0])
        (y * mg.tensor(ufunc_rule(x, A), constant=True)).backward()
        assert y.grad is not None


class TestEntering:
    """A rule that cannot be right is refused when it is entered."""

    def f(self):
        @primitive
        def f(x, k=1):
            return x * k

        return f

    @pytest.mark.parametrize(
        "vjp",
        [
            lambda g: g,
            lambda g, y: g,
            lambda g, y, x, k: g,
            lambda g, y, x, k, more: g,
        ],
    )
    def test_a_vjp_of_the_wrong_arity(self, vjp):
        with pytest.raises(TypeError, match=r"defvjp\(f\): vjp number 0 is called as vjp\(g, out, x\).*but its param"):
            defvjp(self.f(), vjp)

    def test_a_vjp_of_a_ufunc(self):
        for vjps in ((lambda g, y, a: g,), (None, lambda g, y, a, b, c: g)):
            with pytest.raises(TypeError, match=r"number [01] is called as vjp\(g, out, x1, x2\).*ters are \(g, "):
                defvjp(np.nextafter, *vjps)

    def test_too_many_vjps(self):
        with pytest.raises(TypeError, match="3 vjps are given for its 2 positional arguments"):
            defvjp(np.nextafter, None, lambda g, y, a, b: g, None)

    def test_no_vjp(self):
        for vjps in ((), (None, None)):
            with pytest.raises(TypeError, match="at least"):
                defvjp(self.f(), *vjps)

    @pytest.mark.parametrize("vjp", [partial(lambda a, g, y, x: g, 1), np.sin, 5])
    def test_what_does_not_tell_its_parameters(self, vjp):
        with pytest.raises(TypeError, match="must be None or a Python function"):
            defvjp(self.f(), vjp)

    def test_any_number_of_arguments(self):
        with pytest.raises(TypeError, match="defvjp_variadic"):
            defvjp(self.f(), lambda *args: args[0])

    def test_variadic_functions(self):
        @primitive
        def total(*xs, scale=1):
            return scale * sum(xs)

        defvjp_variadic(total, lambda i, g, _y, *xs, scale=1: scale * g)
        x = mg.tensor(2.0)
        total(x, x, 3.0).backward()
        assert x.grad == 2.0
        out = mg.tensor(0.0)
        assert call(total, x, 1.0, out=out) is total(x, 1.0, out=out) is out
        with pytest.raises(TypeError, match="no gradient flows to the argument scale"):
            total(x, x, scale=x)
        assert total(x, x, scale=mg.tensor(2)) == 8.0
        with pytest.raises(TypeError, match=r"vjp\(position, g, out, \*arrays\)"):
            defvjp_variadic(total, lambda i, g: g)


def test_rules_of_complex_numbers():
    """Gradients are not conjugated there; and a rule may be for real numbers alone."""

    @primitive
    def cube(z):
        return z**3

    defvjp(cube, lambda g, _y, z: 3 * g * z**2, elementwise=True)
    check_grads(cube, np.array([1 + 2j, -0.5j]), order=2)

    @primitive
    def of_reals(x):
        return x**3

    defvjp(of_reals, lambda g, _y, x: 3 * g * x**2, elementwise=True, real=True)
    check_grads(of_reals, np.array([1.0, -0.5]), order=2)
    with pytest.raises(TypeError, match=r"of_reals: .*real numbers"):
        np.real(of_reals(mg.tensor(1j))).backward()


# --- functions whose derivative is another function ---------------------------------------------------


def test_linear():
    def sums(x, width):
        return np.lib.stride_tricks.sliding_window_view(x, width).sum(-1)

    def spread(g, shape, width):
        return np.convolve(g, np.ones(width))

    f = linear(sums, spread)
    x = np.array([1.0, 2.0, 4.0, 8.0])
    assert_array_equal(f(x, width=2), sums(x, 2))
    check_grads(lambda x: f(x, width=2) ** 2, x, order=3)


def test_composed():
    def of_pairs(pair, n, scale=1.0):
        a, b = pair
        return (np.sin(a) + b[n]) * scale

    f = composed(of_pairs, of_pairs)
    a, b = np.array([0.5, 1.0]), np.array([3.0, 2.0])
    assert_array_equal(f((a, b), 1), of_pairs((a, b), 1))
    check_grads(lambda a, b: f((a, b), 1, scale=2.0), a, b, order=2)
    single = mg.tensor(a.astype(np.float32))
    f((single, b), 0).sum().backward()
    assert single.grad.dtype == np.float32


class Pair(NamedTuple):
    slope: Any
    shift: Any


@pytest.mark.parametrize("kind", [tuple, list, Pair._make])
def test_numbers_in_containers_that_are_given_to_composed(kind):
    """The composition is given such containers, too, though of numbers alone they are arrays to others."""

    def line(pair, x):
        assert not isinstance(pair, np.ndarray)
        slope, shift = pair
        return slope * x + shift

    f = composed(line, line)
    x, number = mg.tensor([1.0, 2.0]), mg.tensor([0.5, 4.0])[0]
    for slope in (0.5, number, mg.tensor(0.5)):
        f(kind([slope, 3.0]), x).sum().backward()
        assert_array_equal(x.grad, [0.5, 0.5])
        x.null_grad()
        if isinstance(slope, mg.Tensor):
            assert slope.grad == 3.0


def test_composed_of_complex_numbers():
    f = composed(lambda z: z**2, lambda z: z * z)
    z = mg.tensor([1.0 + 2.0j])
    for part in (np.real, np.imag):
        part(f(z)).sum().backward()
        mine = z.grad
        z.null_grad()
        part(z**2).sum().backward()
        assert_array_equal(mine, z.grad)
        z.null_grad()


def test_implicit_root():
    def residual(x, a, b):
        return np.stack([x[0] * x[1] - a, x[0] + 2 * x[1] - b])

    def solve(a, b):
        y = (b + np.sqrt(b**2 - 8 * a)) / 4
        return np.array([b - 2 * y, y])

    root = implicit_root(residual, solve)
    check_grads(root, np.array(1.0), np.array(4.0), order=2)
    one_by_one = implicit_root(lambda x, a: x**3 - a, np.cbrt, elementwise=True)
    check_grads(one_by_one, np.array([1.0, 8.0, 27.0]), order=3)


def test_variables_among_arguments():
    t, c = mg.tensor(1.0), mg.tensor(1.0, constant=True)
    assert has_variable(t)
    assert has_variable([1.0, (c, {"a": [t]})])
    assert not has_variable([c, np.ones(2), {"a": "text"}, None])
