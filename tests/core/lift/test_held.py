"""Variables that lifted code is given by way of functions and objects: they are found, and no code runs for it."""

import sys
from functools import lru_cache, partial
from types import ModuleType

import numpy as np
import pytest

import mygrad as mg

T = mg.tensor(2.0)
SETTINGS = ModuleType("settings")
SETTINGS.rate = T
SETTINGS.number = 2.0


@pytest.fixture
def chosen(monkeypatch):
    """Whose function is called, if these arguments are given: that of a library, or ours."""
    from mygrad._lift import switch

    monkeypatch.setitem(switch.REPLACED, ("a_library", "applied"), lambda *args: "ours")
    library = ModuleType("a_library")
    monkeypatch.setitem(sys.modules, "a_library", library)
    library.applied = lambda *args: "theirs"

    def chosen(*args):
        with mg.lift:
            return library.applied(*args)

    return chosen


def times(a):
    return lambda x: a * x


class Model:
    shared = T

    def __init__(self, a):
        self.a = a

    def __call__(self, x):
        return x * self.a


class Plain(Model):
    shared = None


class Slotted:
    __slots__ = ("a",)

    def __init__(self, a):
        self.a = a

    def of(self, x):
        return x * self.a


slotted = Slotted(T)

HOLDING = {
    "a list": times([1.0, {"a": (T,)}]),
    "other functions": times((times(times(T)),)),
    "an object": times(Plain(T)),
    "what is called": Plain(T),
    "a class": Model(1.0),
    "slots": slotted.of,
    "a global object": lambda x: slotted.of(x),
    "a module": lambda x: SETTINGS.rate * x,
    "a comprehension": lambda x: [T * y for y in x],
    "a generator": lambda x: sum(T * y for y in x),
    "a function within": lambda x: (lambda: T * x)(),
    "a cache": lru_cache(times(T)),
    "np.vectorize": np.vectorize(times(T)),
    "np.frompyfunc": np.frompyfunc(times(T), 1, 1),
    "a part": partial(lambda a, x: a * x, T),
    "functions in a list": [times(1.0), {"f": times(T)}],
}


@pytest.mark.parametrize("f", HOLDING.values(), ids=HOLDING)
def test_where_variables_are_found(chosen, f):
    assert chosen(f) == "ours"


def around(n):
    f = times(1.0)
    for _ in range(n):
        f = times(f)
    return f


ROUND = [1.0]
ROUND.append(ROUND)

WITHOUT = {
    "a constant": times(mg.tensor(1.0, constant=True)),
    "a name that is an attribute": lambda x: x.T,
    "a name of its own": lambda T: 2 * T,
    "something else in a module": lambda x: SETTINGS.number * x,
    "an object": Slotted(1.0).of,
    "many functions": around(3000),
    "a list in itself": times(ROUND),
    "numpy": np.linalg.norm,
    "nothing yet": lambda x: later * x,  # noqa: F821
}


@pytest.mark.parametrize("f", WITHOUT.values(), ids=WITHOUT)
def test_where_there_are_none(chosen, f):
    assert chosen(f) == "theirs"


def test_nothing_runs(chosen):
    ran = []

    class Watching:
        def __getattribute__(self, name):
            ran.append(name)
            return object.__getattribute__(self, name)

        def noting(self, *args):
            ran.append(args)

        __eq__ = __bool__ = __len__ = __iter__ = __array__ = __call__ = noting
        __dict__ = __class__ = property(noting)
        __hash__ = None

    class Items(dict):
        def values(self):
            ran.append("values")

        __iter__ = items = values

    one = Watching()
    for given in (one, times(one), lambda: one.a, partial(times, one), [Items(a=1)], times(Items(a=one))):
        assert chosen(given) == "theirs"
    assert not ran


def test_buffers_that_compiled_code_writes_into():
    """What lift made a tensor, and holds no variable yet, is an array to it."""

    def counted():
        a = np.zeros(4)
        for i, entry in enumerate(np.nditer(a, op_flags=["readwrite"])):
            entry[...] = i
        a[0] = T
        return a

    with mg.lift:
        a = counted()
    np.testing.assert_array_equal(a.data, [2.0, 1.0, 2.0, 3.0])
    a.sum().backward()
    assert T.grad == 1.0
    T.null_grad()
