"""Lift: compiled code gets arrays from NumPy, and so does what writes into none."""

import subprocess
import sys
from dataclasses import dataclass, field
from functools import partial, reduce
from types import ModuleType

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg
from mygrad.errors import GradientLostError


def filled():
    a = np.zeros(4)
    a[:] = [0.1, 0.2, 0.3, 0.4]
    return a


# NumPy's generators are compiled. They get what they return from `numpy.empty`, and write into its memory.
COMPILED = {
    "dirichlet": lambda draws, a: draws.dirichlet(a),
    "exponential": lambda draws, a: draws.exponential(a),
    "gamma": lambda draws, a: draws.gamma(a, a),
    "multinomial": lambda draws, a: draws.multinomial(9, a),
    "multivariate_normal": lambda draws, a: draws.multivariate_normal(a, np.eye(4)),
    "normal": lambda draws, a: draws.normal(a, 1.0),
    "a local name": lambda draws, a: (lambda draw: draw(a))(draws.normal),
    "a partial function": lambda draws, a: partial(draws.normal, scale=2.0)(a),
    "keywords": lambda draws, a: draws.normal(loc=a),
    "arguments": lambda draws, a: draws.normal(*[a, np.ones(4)]),
    "in a table": lambda draws, a: {"draw": draws.normal}["draw"](a),
    "the result of a call": lambda draws, a: (lambda: draws.normal)()(a),
    "one of two": lambda draws, a: (draws.normal if len(a) else draws.gamma)(a),
    "map": lambda draws, a: max(list(map(draws.normal, [a])), key=len),
    "loop": lambda draws, a: max([+y for y in map(draws.normal, [a])], key=len),
    "reduce": lambda draws, a: reduce(lambda _, b: draws.dirichlet(b), [a], 0),
}


@pytest.mark.parametrize("f", COMPILED.values(), ids=COMPILED)
def test_compiled_code_gets_arrays(f):
    # The test writes into an array, so that what it makes may be a tensor.
    np.zeros(1)[0] = 1.0
    expected = f(np.random.default_rng(0), filled())
    x = mg.tensor(filled())
    with mg.lift:
        found = f(np.random.default_rng(0), filled())
        with pytest.raises(GradientLostError):
            f(np.random.default_rng(0), x)
    assert type(found) is np.ndarray
    assert_array_equal(found, expected)


def test_compiled_modules_can_be_imported():
    """They look up NumPy's types, and take a class for granted."""
    code = "import sys, numpy, mygrad\nassert 'numpy.random' not in sys.modules\nwith mygrad.lift: import numpy.random"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_numbers_of_other_worlds_take_no_tensors():
    """They would take them for a `float`, and apart into integers."""
    mpmath = pytest.importorskip("mpmath")  # which the dependency group `test` has
    with mg.lift, pytest.raises(TypeError, match="mpf"):
        mpmath.sin(mg.tensor(0.5))


@pytest.mark.parametrize("kind", [type, ModuleType])
def test_types_stay_types(kind):
    names = [name for name in dir(np) if not name.startswith("_") and isinstance(getattr(np, name), kind)]
    expected = [getattr(np, name) for name in names]
    with mg.lift:
        assert [getattr(np, name) for name in names] == expected


class Holder:
    def __init__(self, convert):
        self.convert = convert


PYTHONS = {
    "map": lambda x: list(map(np.asarray, [x, x])),
    "unpacked": lambda x: [*map(np.asarray, [x, x])],
    "loop": lambda x: [y for y in map(np.asarray, [x, x])],  # noqa: C416
    "partial": lambda x: [partial(np.asarray, dtype=float)(x)],
    "local": lambda x: (lambda convert: [convert(x)])(np.asarray),
    "default": lambda x: (lambda x, convert=np.asarray: [convert(x)])(x, np.asarray),
    "by its name": lambda x: [getattr(np, "asarray")(x)],  # noqa: B009
    "in a table": lambda x: [{"convert": np.asarray}["convert"](x)],
    "reduce": lambda x: [reduce(lambda y, _: np.asarray(y), range(3), x)],
    "arguments": lambda x: [np.asarray(*[x], dtype=float)],
    "several lines": lambda x: eval("[np\n.asarray(x,\n dtype=float if x.size else int)]", {"np": np, "x": x}),
}


@pytest.mark.parametrize("f", PYTHONS.values(), ids=PYTHONS)
def test_python_code_gets_tensors(f):
    x = mg.tensor([1.0, 2.0])
    with mg.lift:
        sum(y.sum() for y in f(x)).backward()
    assert x.grad[0] in (1.0, 2.0)


def reads():
    return np.ones(3) * 2.0 + np.zeros(3)


def holds():
    holder = Holder(None)
    holder.convert = np.zeros(3)
    return holder.convert


def made():
    return np.zeros(3)


def writes_into_what_another_returns_by_name(x):
    def one():
        made = np.zeros(3)
        return made

    a = one()
    a[0] = x
    return a


def keeps_several(x):
    class Holder:
        def __init__(self):
            self.a, self.b = np.zeros(3), np.ones(3)

        def write(self, x):
            self.a[0] = x
            self.b[:] = 0.0

    holder = Holder()
    holder.write(x)
    return holder.a + holder.b


def keeps_what_a_factory_makes(x):
    @dataclass
    class Holder:
        a: object = field(default_factory=lambda: np.zeros(3))

    holder = Holder()
    holder.a[1] = x
    return holder.a


def finds_the_function_in_other_lines(x):
    a = (
        np.
        zeros(
            shape=3,
            dtype=float,
        )
    )  # fmt: skip
    a[0] = x
    return a


def makes_it_in_a_finally_block(x):
    try:
        a = None
    finally:
        a = np.zeros(3, dtype=float)
    a[0] = x
    return a


def makes_several(x):
    a, b = [np.zeros(shape=n) for n in (2, 3)]
    a[0] = x
    b[1] = a[0]
    return b


def has_another_name_for_it(x, **options):
    make = np.zeros
    a = make(*(3,), **options)
    a[0] = x
    return a


def writes_into_what_another_made(x):
    a = made()
    a[0] = x
    return a


def adds(x):
    a = np.zeros(())
    a += x
    return a


def writes_to_out(x):
    a = np.zeros(())
    np.multiply(x, 3.0, out=a)
    return a


def writes_in_a_function(x):
    a = np.zeros(3)

    def write(i):
        a[i] = x

    write(1)
    return a


def puts(x):
    a = np.zeros(3)
    np.put(a, [1], x)
    return a


def test_arrays_that_are_only_read_are_arrays():
    with mg.lift:
        assert type(reads()) is np.ndarray


def test_what_is_kept_may_be_written_later():
    with mg.lift:
        assert isinstance(holds(), mg.Tensor)


WRITES = [
    adds,
    finds_the_function_in_other_lines,
    has_another_name_for_it,
    keeps_several,
    keeps_what_a_factory_makes,
    makes_it_in_a_finally_block,
    makes_several,
    puts,
    writes_in_a_function,
    writes_into_what_another_made,
    writes_into_what_another_returns_by_name,
    writes_to_out,
]


@pytest.mark.parametrize("f", WRITES)
def test_variables_are_written(f):
    x = mg.tensor(2.0)
    with mg.lift:
        f(x).sum().backward()
    assert x.grad in (1.0, 3.0)
