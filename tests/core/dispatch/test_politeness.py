"""Types of other libraries may take over; what would lose a gradient is refused."""

import re
import sys
import types

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg
from mygrad._dispatch.tables import UNSUPPORTED
from mygrad.errors import GradientLostWarning
from mygrad.ufuncs import ufunc as mygrad_ufunc


class Duck:
    """An array type of another library, which handles whatever it meets."""

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return "duck", ufunc.__name__, method

    def __array_function__(self, func, types, args, kwargs):
        return "duck", func.__name__


class Unwilling:
    """A type that opts out of ufuncs, and handles operators."""

    __array_ufunc__ = None

    def __radd__(self, other):
        return "handled"


class Array(np.ndarray):
    """A subclass that overrides neither protocol."""


class Quantity(np.ndarray):
    """A subclass that overrides both, as those with physical units do."""

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return "quantity", ufunc.__name__

    def __array_function__(self, func, types, args, kwargs):
        return "quantity", func.__name__


@pytest.fixture
def x():
    return mg.Tensor([1.0, 2.0, 3.0])


class TestOtherTypes:
    def test_ufuncs(self, x):
        duck = Duck()
        assert np.add(x, duck) == ("duck", "add", "__call__")
        assert np.add(duck, x) == ("duck", "add", "__call__")
        assert np.add(x, x, out=duck) == ("duck", "add", "__call__")
        assert np.floor_divide(x, duck) == ("duck", "floor_divide", "__call__")
        assert np.add.outer(x, duck) == ("duck", "add", "outer")
        assert np.add.at(x, 0, duck) == ("duck", "add", "at")
        assert mygrad_ufunc(np.add, "")(x, duck) == ("duck", "add", "__call__")
        assert mygrad_ufunc(np.add, "").outer(x, duck) == ("duck", "add", "outer")

    def test_functions(self, x):
        duck = Duck()
        assert np.concatenate((x, duck)) == ("duck", "concatenate")
        assert np.dot(duck, x) == ("duck", "dot")
        assert np.linalg.norm(duck) == ("duck", "norm")

    def test_an_unwilling_type(self, x):
        assert x + Unwilling() == "handled"
        with pytest.raises(TypeError):
            np.add(x, Unwilling())

    def test_nobody_takes_over(self, x):
        class Shy:
            def __array_ufunc__(self, *args, **kwargs):
                return NotImplemented

            def __array_function__(self, *args, **kwargs):
                return NotImplemented

        with pytest.raises(TypeError):
            np.add(x, Shy())
        with pytest.raises(TypeError):
            np.concatenate((x, Shy()))

    def test_subclasses_of_ndarray(self, x):
        array = np.array([4.0, 5.0, 6.0]).view(Array)
        for y in (np.add(x, array), np.add(array, x), x + array, array + x):
            assert type(y) is mg.Tensor
            assert type(y.data) is np.ndarray
            assert_array_equal(y, [5.0, 7.0, 9.0])
        assert_array_equal(np.dot(array, x), 32.0)
        assert type(np.maximum(x, array)) is mg.Tensor

        quantity = np.ones(3).view(Quantity)
        assert np.add(x, quantity) == ("quantity", "add")
        assert np.add(quantity, x) == ("quantity", "add")
        assert np.dot(x, quantity) == ("quantity", "dot")

    def test_a_subclass_of_tensor(self, x):
        class Named(mg.Tensor):
            pass

        named = Named([1.0, 2.0, 3.0])
        y = np.sum(np.multiply(named, x))
        y.backward()
        assert_array_equal(named.grad, x.data)


class TestUnsupported:
    def test_functions_of_unsupported_modules(self, x):
        import numpy.lib.recfunctions as recfunctions
        from numpy.polynomial.polynomial import polyval2d

        for call in (recfunctions.structured_to_unstructured, np.strings.multiply):
            with pytest.raises((TypeError, GradientLostWarning)):  # NumPy 2.0's of strings ask for arrays
                call(x, *[2] * (call is np.strings.multiply))
        coefficients = np.array([[1.0, 2.0], [3.0, 4.0]])
        asked = r"^np\.\S*polyval2d was given a tensor .*in one variable"
        with pytest.raises((TypeError, GradientLostWarning), match=rf"{asked}|^`polyval2d\("):  # NumPy 2.0 does not ask
            polyval2d(x, x, coefficients)
        # no gradient is lost with constants, nor where none is tracked
        expected = polyval2d(x.data, x.data, coefficients)
        constant = mg.Tensor(x.data, constant=True)
        assert_array_equal(polyval2d(constant, constant, coefficients), expected)
        with mg.no_autodiff:
            assert_array_equal(polyval2d(x, x, coefficients), expected)

    def test_unknown_functions(self, x):
        from numpy._core.overrides import array_function_dispatch

        @array_function_dispatch(lambda a: (a,))
        def brand_new(a):
            return np.asarray(a) * 2

        with pytest.raises(TypeError, match=r"brand_new was given .* MyGrad has no derivative for it"):
            brand_new(x)
        assert_array_equal(brand_new(mg.Tensor([1, 2])), [2, 4])

    def test_unknown_ufuncs(self, x):
        cube = np.frompyfunc(lambda v: v**3, 1, 1)
        with pytest.raises(TypeError, match=r"was given a tensor that is a variable.*MyGrad has no derivative for it"):
            cube(x)
        with pytest.raises(TypeError, match="Operation"):
            cube(x)
        assert_array_equal(cube(mg.Tensor([1.0, 2.0], constant=True)), [1.0, 8.0])

    def test_ufuncs(self, x):
        for ufunc in filter(callable, UNSUPPORTED):
            with pytest.raises(TypeError):
                ufunc(*[x] * ufunc.nin)

    def test_a_ufunc_with_a_rule_of_the_users_own(self, x):
        from mygrad._rules.rule import RULES, defvjp

        ours = RULES[np.nextafter]
        try:
            defvjp(np.nextafter, lambda g, _y, _a, _b: 2 * g, None)
            y = np.nextafter(x, 5.0)
            y.backward()
            assert_array_equal(x.grad, [2.0, 2.0, 2.0])
        finally:
            RULES[np.nextafter] = ours

    def test_a_function_with_a_rule_of_the_users_own(self, x):
        """Rules take by position what they differentiate, and `out` by keyword, however they were given."""
        from mygrad._rules.rule import RULES, defvjp

        def lowest(g, _y, a, q, axis=None, out=None, overwrite_input=False):
            return g * (a == np.min(a))

        ours = RULES[np.percentile]
        try:
            defvjp(np.percentile, lowest)
            for call in (
                lambda: np.percentile(x, 0),
                lambda: np.percentile(a=x, q=0),
                lambda: np.percentile(x, q=0, keepdims=np._NoValue),
                lambda: np.percentile(x, 0, None, None),
                lambda: np.percentile(x, 0, None, mg.zeros(()), False),
                lambda: np.percentile(q=0, out=mg.zeros(()), a=x),
            ):
                y = call()
                assert y == 1
                y.backward()
                assert_array_equal(x.grad, [1.0, 0.0, 0.0])
            with pytest.raises(TypeError, match=r"np\.percentile was given .* gradients flow to `a` only"):
                np.percentile(x, mg.Tensor(0.0))
        finally:
            RULES[np.percentile] = ours

    def test_a_rule_of_the_users_own_for_what_is_made_of_others(self, x):
        from mygrad._rules.rule import RULES, defvjp

        try:
            defvjp(np.interp, None, None, lambda g, _y, _x, _xp, _fp: np.array([0.0, 7.0, 0.0]) * np.sum(g))
            for interpolate in np.interp, mg.interp:
                interpolate(0.5, [0.0, 1.0, 2.0], x).backward()
                assert_array_equal(x.grad, [0.0, 7.0, 0.0])
        finally:
            del RULES[np.interp]
        np.interp(0.5, [0.0, 1.0, 2.0], x).backward()
        assert_array_equal(x.grad, [0.5, 0.5, 0.0])

    def test_arguments_that_take_no_gradient(self, x):
        with pytest.raises(TypeError, match=r"np\.gradient was given|np\.linspace was given"):
            np.linspace(x, 2.0, mg.Tensor(2.0))
        # those that are meant to be constant may be tensors
        assert_array_equal(np.take(x, mg.Tensor([0, 2])), [1.0, 3.0])
        assert_array_equal(np.pad(x, 1, constant_values=mg.Tensor(2)), [2, 1, 2, 3, 2])

    def test_nothing_has_changed_after_a_refusal(self, x):
        y = x * 2
        with pytest.raises(TypeError):
            np.linalg.qr(np.diag(y), "raw")
        y.backward()
        assert_array_equal(x.grad, [2.0, 2.0, 2.0])


def assert_equal_structure(ours, numpys):
    if isinstance(numpys, (list, tuple)):
        assert len(ours) == len(numpys)
        for a, b in zip(ours, numpys, strict=True):
            assert_equal_structure(a, b)
        return
    assert not isinstance(ours, mg.Tensor)
    assert type(ours) is type(numpys)
    assert_array_equal(ours, numpys)


class TestTensorsByKeyword:
    def test_are_differentiated(self, x):
        y = mg.Tensor([4.0, 5.0, 6.0])
        np.sum(np.dot(a=x, b=y)).backward()
        assert_array_equal(x.grad, y.data)
        np.trapezoid(y=x, x=y).backward()
        assert_array_equal(x.grad, [0.5, 1.0, 0.5])
        assert_array_equal(y.grad, [-1.5, -1.0, 2.5])
        np.sum(np.clip(x, a_max=mg.Tensor(1.5), a_min=None)).backward()
        assert_array_equal(x.grad, [1.0, 0.0, 0.0])
        np.sum(np.insert(arr=x, values=y[:1], obj=0) * [1.0, 2.0, 3.0, 4.0]).backward()
        assert_array_equal(x.grad, [2.0, 3.0, 4.0])
        np.sum(np.tile(A=x, reps=2)).backward()
        assert_array_equal(x.grad, [2.0, 2.0, 2.0])

    def test_out_by_position(self, x):
        out = mg.zeros(3)
        assert np.cumsum(x, 0, None, out) is out
        assert_array_equal(out, [1.0, 3.0, 6.0])
        assert np.take(x, [2, 1, 0], None, out) is out
        out.backward()
        assert_array_equal(x.grad, [1.0, 1.0, 1.0])
        total = mg.zeros(())
        assert np.dot(x, x, total) is total
        assert total == 14

    def test_out_of_plain_functions(self, x):
        out = mg.Tensor(0)
        assert np.argmax(x, out=out) is out
        assert out == 2
        assert np.argmin(x, None, out) is out
        assert out == 0
        found = mg.Tensor(False)
        assert np.all(x, None, found) is found
        assert found

    def test_a_plain_out_of_a_variable_stops_its_gradient(self):
        x = mg.Tensor([1.0, 2.0])
        y = x * 1
        mask = np.isposinf(y, out=y)
        assert mask is y
        assert_array_equal(y, [0.0, 0.0])
        (y + 0).backward()
        assert_array_equal(x.grad, [0.0, 0.0])


class TestNames:
    """A refusal names the function that the user called, where users find it, and what to call instead."""

    @pytest.fixture
    def library(self, monkeypatch):
        """A library with a ufunc in a private module, a public name for it, and a function that calls another."""
        private, public = types.ModuleType("somelib.special._ufuncs"), types.ModuleType("somelib.special")
        exec("def j7(x): return _j7(x, 1)", public.__dict__)
        j6, public._j7 = np.frompyfunc(lambda v: v, 1, 1), np.frompyfunc(lambda v, k: v, 2, 1)
        private.__dict__[j6.__name__] = public.__dict__[j6.__name__] = j6
        private.__dict__[public._j7.__name__] = public._j7
        for module in (types.ModuleType("somelib"), private, public):
            monkeypatch.setitem(sys.modules, module.__name__, module)
        return public, j6

    def test_of_a_ufunc(self, x, library):
        _public, j6 = library
        with pytest.raises(TypeError, match=re.escape(f"somelib.special.{j6.__name__} was given a tensor")):
            j6(x)

    def test_of_a_function_that_calls_it(self, x, library):
        public, _j6 = library
        with pytest.raises(TypeError, match=r"^somelib\.special\.j7 \(which calls somelib\.special\._ufuncs\..*\) was"):
            public.j7(x)

    def test_of_a_ufunc_of_nobodys(self, x):
        with pytest.raises(TypeError, match=r"^<lambda> \(vectorized\) was given"):
            np.frompyfunc(lambda v: v, 1, 1)(x)

    def test_of_a_function_of_numpys_that_calls_another(self, x):
        with pytest.raises(TypeError, match=r"^np\.full_like \(which calls np\.copyto\) was .* `mygrad\.full_like`"):
            np.full_like(np.ones(3), x)
        assert_array_equal(mg.full_like(np.ones(3), x), x)

    def test_of_a_function_that_the_user_called_itself(self, x):
        with pytest.raises(TypeError, match=r"^np\.copyto was given"):
            np.copyto(np.ones(3), x)
        with pytest.raises(TypeError, match=r"^np\.add\.at was given"):
            np.add.at(np.ones(3), 0, x[0])
