"""Lift: who is affected, for how long, and that all is as it was before when it ends."""

import asyncio
import copy
import importlib
import math
import sys
import threading
from array import array
from functools import partial

import numpy as np
import pytest
from numpy import asarray
from numpy.testing import assert_array_equal

import mygrad as mg
from mygrad.errors import GradientLostError, GradientLostWarning
from mygrad.extend import call, defvjp, lifts, primitive

ORIGINALS = {name: getattr(np, name) for name in ("array", "asarray", "zeros", "isscalar", "vectorize")}
CALL = np.vectorize.__call__


def assert_all_is_as_before():
    assert {name: getattr(np, name) for name in ORIGINALS} == ORIGINALS
    assert asarray is np.asarray
    assert np.vectorize.__call__ is CALL
    assert "float" not in globals()
    assert isinstance(math.sin, type(len))
    assert not isinstance(mg.tensor(1.0), np.ndarray)


@pytest.fixture(autouse=True)
def restored():
    yield
    assert_all_is_as_before()


def root_mean_square(values):
    values = asarray(values, dtype=float)
    return float(math.sqrt(sum(v * v for v in values) / len(values)))


def test_as_block_decorator_and_function():
    x = mg.tensor([3.0, 4.0])
    with mg.lift:
        first = root_mean_square(x)
    assert_all_is_as_before()
    second = mg.lift(root_mean_square)(x)

    @mg.lift
    def third(x):
        """Says what it does."""
        return root_mean_square(x)

    assert third.__doc__ == "Says what it does."
    (first + second + third(x)).backward()
    np.testing.assert_allclose(x.grad, 3 * x.data / 2 / np.sqrt(12.5))


def test_may_be_entered_again():
    x = mg.tensor([3.0, 4.0])
    with mg.lift:
        with mg.lift:
            pass
        assert isinstance(np.asarray(x), mg.Tensor)
    assert_all_is_as_before()


def test_ends_with_an_exception():
    def fails():
        with mg.lift:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert_all_is_as_before()


def test_what_exits_all_the_same_raises():
    x = mg.tensor([1.0, 2.0])
    with mg.lift:
        with pytest.raises(GradientLostError, match=r'array\("d", x\)'):
            array("d", x)
        with pytest.raises(GradientLostError):
            np.arange(2.0)[:] = x[0]
        with mg.lost_gradients("ignore"):
            assert list(array("d", x)) == [1.0, 2.0]


def test_names_bound_meanwhile_are_put_back(tmp_path, monkeypatch):
    (tmp_path / "imported_meanwhile.py").write_text("from numpy import zeros\nimport math\nsine = math.sin\n")
    monkeypatch.syspath_prepend(tmp_path)
    global bound_meanwhile
    with mg.lift:
        module = importlib.import_module("imported_meanwhile")
        bound_meanwhile = np.zeros
        assert module.zeros is not ORIGINALS["zeros"]
    assert module.zeros is bound_meanwhile is ORIGINALS["zeros"]
    assert module.sine is math.sin
    assert not hasattr(module, "float")
    del sys.modules["imported_meanwhile"]


def test_a_function_kept_is_numpys_afterwards():
    with mg.lift:
        kept = np.asarray
    x = mg.tensor([1.0, 2.0])
    with pytest.warns(GradientLostWarning):
        assert type(kept(x)) is np.ndarray


def test_names_that_got_another_meaning_keep_it(monkeypatch):
    with mg.lift:
        monkeypatch.setattr(np, "asanyarray", len)
    assert np.asanyarray is len
    monkeypatch.undo()
    np.asanyarray = np.asanyarray


def test_other_threads_see_nothing_of_it():
    x = mg.tensor([1.0, 2.0])
    seen = []

    def look():
        with mg.lost_gradients("ignore"):
            seen.extend([type(np.asarray(x)), type(np.zeros(2)), type(math.sin(x[0])), type(float(x[0]))])
            seen.append(isinstance(x, np.ndarray))
            seen.append(np.array([1.0], like=x).shape)

    with mg.lift:
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert seen == [np.ndarray, np.ndarray, float, float, False, (1,)]


def test_threads_may_lift_at_the_same_time():
    results, barrier = [], threading.Barrier(4)

    def work(seed):
        x = mg.tensor(np.arange(1.0, 4.0) + seed)
        for _ in range(20):
            barrier.wait()
            with mg.lift:
                y = root_mean_square(x)
            y.backward()
        results.append(np.allclose(x.grad, x.data / 3 / y.data))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 4


def test_other_tasks_see_nothing_of_it():
    x = mg.tensor([1.0, 2.0])

    async def lifted(entered, looked):
        with mg.lift:
            entered.set()
            await looked.wait()
            return type(np.asarray(x))

    async def looks(entered, looked):
        await entered.wait()
        with mg.lost_gradients("ignore"):
            found = type(np.asarray(x))
        looked.set()
        return found

    async def both():
        events = asyncio.Event(), asyncio.Event()
        return await asyncio.gather(lifted(*events), looks(*events))

    assert asyncio.run(both()) == [mg.Tensor, np.ndarray]


def test_coroutines_can_be_decorated():
    @mg.lift
    async def f(x):
        await asyncio.sleep(0)
        return np.asarray(x)

    assert isinstance(asyncio.run(f(mg.tensor([1.0]))), mg.Tensor)


def test_generators_cannot():
    def numbers():
        yield 1.0

    with pytest.raises(TypeError, match="generator"):
        mg.lift(numbers)


def test_under_no_autodiff_nothing_is_lifted():
    x = mg.tensor([1.0, 2.0])
    with mg.lift, mg.no_autodiff:
        assert type(np.asarray(x)) is np.ndarray
        assert type(np.zeros(2)) is np.ndarray


def test_works_inside_transforms():
    x = np.array([3.0, 4.0])
    np.testing.assert_allclose(mg.functional.grad(mg.lift(root_mean_square))(x), x / 2 / np.sqrt(12.5))
    with mg.lift:
        np.testing.assert_allclose(mg.functional.grad(root_mean_square)(x), x / 2 / np.sqrt(12.5))


@pytest.mark.parametrize("fill", [lambda: np.zeros(3), lambda: np.ones(3), lambda: np.empty(3)])
def test_arrays_that_the_function_makes_have_derivatives_of_all_orders(fill):
    def powers(x):
        result, factor = fill(), np.full(3, 2.0)
        result[...] = x * x
        total = np.sum(factor * x) + np.sum(result)
        for n in range(1, 4):
            factor[:] = n
            total = total + np.sum(factor * x**n)
        return total

    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(mg.functional.grad(mg.lift(powers))(x), 3 + 6 * x + 9 * x**2)
    np.testing.assert_allclose(mg.functional.hessian(mg.lift(powers))(x), np.diag(6 + 18 * x))


def test_arrays_beside_tensors_stay_writeable():
    """Scratch buffers work: what a graph needs of an array is copied."""
    x, scratch = mg.tensor([1.0, 2.0]), np.array([3.0, 4.0])
    with mg.lift:
        y = x * scratch
        scratch[:] = 0.0
        scratch += 1.0
        z = np.linalg.lstsq(np.stack([scratch, scratch * 2.0 + [0.0, 1.0]]), y)[0]
        scratch[:] = 5.0
    y.sum().backward()
    assert_array_equal(x.grad, [3.0, 4.0])
    assert scratch.flags.writeable
    assert z.shape == (2,)


def test_memory_of_tensors_is_out_of_reach():
    """What takes an array for its own, since it seems to be a copy, cannot write into a tensor."""
    c = mg.tensor([1.0, 2.0], constant=True)
    with mg.lift:
        arrays = [c.__array__(), np.lib.stride_tricks.as_strided(c, (2,), (8,))]
    for out in arrays:
        assert not np.may_share_memory(out, c.data)
        assert_array_equal(out, [1.0, 2.0])


# --- functions of other libraries ---------------------------------------------------------------------


@pytest.fixture
def library(monkeypatch):
    """A library whose function of arrays nobody can look into."""
    module = type(sys)("some_library")
    exec("from array import array\ndef square(a):\n    return [b * b for b in array('d', a)]", vars(module))
    monkeypatch.setitem(sys.modules, "some_library", module)
    return module


def test_functions_of_other_libraries_can_be_replaced(library, replaced):
    original = library.square
    x = mg.tensor([2.0, 3.0])
    with mg.lift, pytest.raises(GradientLostError):
        library.square(x)

    @lifts("some_library.square")
    def ours(a):
        return a * a

    lifts("a_library_that_is_not_installed.function")(ours)
    with mg.lift:
        y = library.square(x)
        assert_array_equal(library.square(np.array([2.0])), [4.0])
    (y + mg.lift(library.square)(x)).sum().backward()
    assert_array_equal(x.grad, [8.0, 12.0])
    lifts("some_library.square")(lambda a: a * 0.0)
    with mg.lift:
        assert_array_equal(library.square(x).data, [0.0, 0.0])
    assert library.square is original


@pytest.fixture
def replaced(monkeypatch):
    from mygrad._lift import foreign, switch

    with mg.lift:  # for good, what plugins bring
        pass
    monkeypatch.setattr(switch, "REPLACED", {})
    monkeypatch.setattr(foreign, "REPLACED", switch.REPLACED)


def test_functions_bring_variables_from_where_they_were_defined(library, replaced):
    library.applied = lambda f, x: "theirs"

    @lifts("some_library.applied")
    def ours(f, x):
        return f(x)

    t = mg.tensor(3.0)

    class Model:
        def __init__(self, scale):
            self.scale = scale

        def of_self(self, x):
            return x * self.scale

    def of_default(x, scale=t):
        return x * scale

    with mg.lift:
        for key in (lambda x: x * t, lambda x: of_default(x), partial(of_default, scale=t), Model(t).of_self):
            library.applied(key, 4.0).backward()
            assert t.grad == 4.0
            t.null_grad()
        for key in (None, Model(2.0).of_self, partial(Model(2.0).of_self, 1.0), lambda x: -x):
            assert library.applied(key, 4.0) == "theirs"


@pytest.fixture
def models(monkeypatch):
    module = type(sys)("some_models")
    code = """
class Line:
    def __init__(self, slope):
        self.slope = float(memoryview(slope)[0])
    def value(self, x):
        return self.slope * memoryview(x)[0]
    def both(self, x):
        return self.value(x)
class Curve(Line):
    pass
def is_line(x):
    return isinstance(x, Line)
def make(slope):
    return Line(slope)
"""
    exec(code, vars(module))
    monkeypatch.setitem(sys.modules, "some_models", module)
    return module


def test_classes_of_other_libraries_can_be_replaced(models, replaced):
    class Ours:
        def __init__(self, slope):
            self.slope = slope[0]

    lifts("some_models.Line")(Ours)
    x, array = mg.tensor([2.0, 3.0]), np.array([2.0])
    with mg.lift:
        assert type(models.make(x)) is type(models.Line(x)) is type(models.Line(slope=x)) is Ours
        assert type(models.Line(array)) is models.Line
        assert models.is_line(models.Line(array))
        assert type(models.Curve(array)) is models.Curve

        class Mine(models.Line):
            pass

        assert models.is_line(Mine(array))
    assert type(mg.lift(models.Line)(x)) is type(mg.lift(models.make)(x)) is Ours
    for kind in (models.Line, models.Curve, Mine):  # and all is as it was
        assert copy.copy(kind(array)).slope == 2.0
        with pytest.raises(TypeError, match="argument"):
            kind()
        with pytest.raises(TypeError, match="not 'Tensor'"):
            kind(x)


def test_methods_of_other_libraries_can_be_replaced(models, replaced):
    original = models.Line.value

    @lifts("some_models.Line.value")
    def ours(self, x):
        return self.slope * x[0]

    line, x = models.Curve(np.array([2.0])), mg.tensor([3.0])
    with mg.lift:
        found = [line.value(x), line.both(x)]
        assert line.value(np.array([3.0])) == 6.0
        assert not isinstance(line.value(np.array([3.0])), mg.Tensor)
    found += [mg.lift(line.value)(x), mg.lift(line.both)(x)]
    sum(found).backward()
    assert_array_equal(x.grad, [8.0])
    assert models.Line.value is original
    with pytest.raises(TypeError, match="not 'Tensor'"):
        line.value(x)


def test_a_replacement_needs_a_full_name():
    for name in ("expm", "", ".", "scipy.", ".expm", "scipy.linalg expm"):
        with pytest.raises(ValueError, match="full name"):
            lifts(name)
    for name in (3, None, np.exp):
        with pytest.raises(TypeError, match="full name"):
            lifts(name)
    with pytest.raises(TypeError, match="a function, not int"):
        lifts("scipy.linalg.expm")(3)


# --- derivatives of one's own -------------------------------------------------------------------------


def buffered_square(a):
    """Computes with arrays, in a buffer: what it gets from NumPy has to be an array."""
    assert type(a) is np.ndarray
    buffer = np.empty(a.shape)
    assert type(buffer) is np.ndarray
    np.multiply(a, a, out=buffer)
    return buffer


def buffered_vjp(g, _y, a):
    buffer = np.zeros(a.shape)
    assert type(g) is type(a) is type(buffer) is np.ndarray
    buffer[...] = 2 * g * a
    return buffer


class BufferedSquare(mg.operation_base.Operation):
    def __call__(self, a):
        self.variables = (a,)
        return buffered_square(a.data)

    def backward_var(self, grad, index, **kwargs):
        return buffered_vjp(grad, None, self.variables[0].data)


def test_functions_of_arrays_with_rules_get_arrays(rules_as_they_were):
    square = primitive(buffered_square)
    defvjp(square, buffered_vjp)
    defvjp(buffered_square, buffered_vjp)
    x = mg.tensor([2.0, 3.0])
    with mg.lift:
        results = square(x), call(buffered_square, x), mg.execute_op(BufferedSquare, x)
        sum(y.sum() for y in results).backward()
    assert_array_equal(x.grad, [12.0, 18.0])
