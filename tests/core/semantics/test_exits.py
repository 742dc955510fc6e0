"""All doors by which the values of a variable may leave its graph, under each policy, and all that are none."""

import array
import asyncio
import builtins
import cmath
import copy
import ctypes
import io
import logging
import math
import os
import pickle
import pprint
import reprlib
import struct
import subprocess
import sys
import threading
import types
import warnings
from inspect import getmembers

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg
from mygrad.errors import GradientLostError, GradientLostWarning
from mygrad.extend import Rule, call
from mygrad.functional import elementwise_grad, grad, value_and_grad
from mygrad.testing import check_grads

POLICIES = ["warn", "raise", "ignore"]


class Names:
    """What the doors are tried with: `t`, `u` and `v`, which is not used, are vectors, `s` is a number."""

    def __init__(self, constant=None):
        self.t = mg.tensor([1.5, 2.5], constant=constant)
        self.u = self.t * 2.0
        self.s = self.u[0]
        self.v = mg.tensor([1.5, 2.5], constant=constant)
        self.a, self.m, self.c = np.zeros(2), np.eye(2), mg.zeros(2, constant=True)

    def run(self, text):
        names = {**vars(self), "np": np, "mg": mg, "math": math, "cmath": cmath, "copy": copy, "struct": struct}
        exec(text, names | {"array": array.array, "ctypes": ctypes})


#: A line for each door that NumPy, Python or we have, by what comes out.
EXITS = {
    "plain numbers": """
        np.asarray(t) | np.asanyarray(t) | np.array(t) | np.array(t, copy=True) | np.ascontiguousarray(t)
        np.asfortranarray(t) | np.require(t) | np.asarray_chkfinite(t) | np.asarray(t, np.float32) | np.array(t, object)
        np.asarray(t, complex) | np.array(s) | np.asarray(t[1:]) | np.asarray(t.flat) | np.ma.array(t)
        np.array([s, s]) | np.array([1.0, s]) | np.array([[t, u]]) | np.asarray([t, u]) | np.array((s, t[0]))
        np.sin([s, s]) | np.add([s, s], 1.0) | np.add.reduce([t, t]) | np.sum([s, s]) | np.mean([s, s]) | np.max([t, u])
        np.dot([1.0, 2.0], [s, s]) | np.outer([s, s], a) | np.linalg.norm([s, s])
        a.dot(t) | m.dot(t) | a[:] = t | a[...] = u | a[[0, 1]] = t | a[a == 0] = t | a.real = t | a.flat = t
        a.put([0], s) | a.searchsorted(t) | np.full(2, s) | np.fill_diagonal(m, t) | np.vectorize(abs)(t) | np.r_[t, t]
        np.c_[t, t] | np.broadcast(t, t) | list(np.ndenumerate(t)) | np.polynomial.Polynomial(t) | np.float64(t)
        np.random.default_rng(0).normal(t) | np.random.default_rng(0).choice(t) | np.arange(0.0, 5.0, s)
        np.linalg.solve([[s, 0.0], [0.0, s]], [1.0, 2.0]) | np.interp(0.5, [0.0, 1.0], [s, s]) | mg.tensor(t.flat)
        float(s) | complex(s) | math.sin(s) | math.hypot(s, 1.0) | math.fsum(t) | cmath.exp(s) | a[0] = s | a[0] += s
        a.flat[0] = s | a.fill(s) | struct.pack("d", s) | array("d", t) | np.fromiter(t, float) | ctypes.c_double(s)
        math.frexp(s) | math.isnan(float(s)) | sum(map(float, t)) | pow(2.0, float(s)) | divmod(float(s), 1)
    """,
    "a leaf with the values": """
        t.copy() | u.copy("K") | s.copy() | t.copy(constant=False) | copy.copy(u) | copy.deepcopy(u) | copy.copy(t[:1])
        copy.deepcopy({"u": [u]}) | mg.tensor(t) | mg.tensor(u) | mg.Tensor(t) | mg.tensor(t, dtype=np.float32)
        mg.tensor(t, constant=False) | mg.Tensor(t, copy=False) | mg.tensor(s, ndmin=1) | mg.Tensor(u, dtype="f4")
    """,
    "plain numbers, in a constant,": """
        c[:] = t | c[0] = s | c[c == 0] = t | c += u | c[1:] *= s | np.add(t, 1.0, out=c) | np.copyto(c, t)
        np.add.at(c, [0, 1], t) | np.cumsum(t, out=c) | np.put(c, [0], s) | np.exp(t, out=c, where=[True, False])
    """,
    "the memory": "np.from_dlpack(v) | t.ctypes",
}

#: What loses nothing, or says by its name that it does.
NO_EXITS = """
    t.data | s.item() | t.tolist() | t.tobytes() | bytes(t) | t.detach() | t.grad | mg.asarray(t)
    mg.asarray([[s, s], u])
    mg.asarray(t.flat) | mg.stop_gradient(t) | mg.stop_gradient(a) | mg.tensor(t, constant=True) | t.copy(constant=True)
    mg.Tensor(t, constant=True) | mg.Tensor([s, s], constant=True) | mg.tensor([s, s], constant=True) | mg.astensor(t)
    mg.tensor(t, copy=False) | mg.tensor([s, s]) | copy.copy(t) | copy.deepcopy(t) | copy.deepcopy([t, t])
    repr(t) | str(t) | f"{s}, {s:.2f}, {t}" | "{:.2f}".format(s) | "%.2f" % s | "%s, %d, %f" % (t, s, s) | b"%f" % s
    format(s, ".3g") | np.array2string(t) | np.array_repr(t) | print(t, file=mg_null)
    t > 1 | t == u | t < [s, s] | s in [1.0, 2.0] | 1.5 in t | bool(s) | int(s) | round(s)
    math.floor(s) | math.ceil(s) | math.trunc(s) | math.isnan(s) | math.isfinite(s) | math.isinf(s) | math.ulp(s)
    math.isclose(s, 3.0) | math.isclose(3.0, b=s, rel_tol=0.1) | not math.isnan(s) or np.asarray(a)
    np.asarray(t, int) | np.array(t, dtype=bool) | np.array([s, s], np.int64) | np.int64(s) | np.bool_(s) | k[:] = t
    k[0] = s | mg.tensor(t, dtype=int) | t.astype(int) | len(t) | t.shape | np.shape([s, s]) | np.ndim([t, u]) | list(t)
    np.isfinite([s, s]) | np.floor([s, 1.0]) | np.greater([s, s], 1.0) | np.argmax([t, u]) | np.argsort([s, s])
    np.digitize([s, s], [0.0, 1.0]) | np.searchsorted([s, 5.0], 1.0) | np.allclose([s, s], a) | np.any([s, s])
    np.count_nonzero(a=[s, s]) | np.size([s, s]) | np.isnan(t) | np.argmax(t)
    np.allclose(t, t) | np.array_equal(t, [s, s]) | np.save(mg_null, t)
    np.savetxt(mg_null, t) | t.tofile(os.devnull) | t.dumps() | pickle.dumps(u) | pickle.dumps(t) | np.stack([s, s])
    np.concatenate([t, u]) | np.hstack([s, s]) | np.append(a, s) | np.insert(a, 0, s) | np.where([True, False], t, u)
    np.array(t, like=t) | np.copy(t) | +t | sum(t) | min(t) | sorted(t) | np.testing.assert_allclose(t, [1.5, 2.5])
    np.testing.assert_array_equal([s, s], [3.0, 3.0]) | assert t[0] == pytest.approx(1.5) | pprint.pformat([t])
    reprlib.repr([t]) | logging.getLogger("mygrad").info("%f", s) | t.data = a | a.clip(s, 5.0) | x.grad = u
    u.backward([s, s]) | mg.sin([s, s]) | mg.sum([t, u]) | mg.max([s, s]) | mg.dot([s, s], a) | mg.zeros(2)[0] = s
"""


#: Where C code has an error of its own, of which it does not tell the cause.
HIDDEN = {'struct.pack("d", s)': struct.error, "a.flat[0] = s": ValueError}


def lines(text):
    return [part.strip() for line in text.strip().split("\n") for part in line.split(" | ") if part.strip()]


ALL = [(text, what) for what, block in EXITS.items() for text in lines(block)]


def outcome(text, policy, names):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", GradientLostWarning)
        error = None
        try:
            with mg.lost_gradients(policy):
                names.run(text)
        except Exception as raised:
            error = raised
    return error, [warning.message.args[0] for warning in caught]


class TestEachDoor:
    @pytest.mark.parametrize(("text", "what"), ALL)
    def test_warns(self, text, what):
        error, told = outcome(text, "warn", Names())
        assert error is None
        assert told
        assert all(f" made {what} of a variable" in one or f" handed out {what} of" in one for one in told)

    @pytest.mark.parametrize(("text", "what"), ALL)
    def test_raises(self, text, what):
        names = Names()
        error, told = outcome(text, "raise", names)
        assert not told
        assert isinstance(error, HIDDEN.get(text, GradientLostError))
        assert_array_equal(names.a, 0.0)
        assert_array_equal(names.m, np.eye(2))

    @pytest.mark.parametrize(("text", "what"), ALL)
    def test_can_be_ignored(self, text, what):
        assert outcome(text, "ignore", Names()) == (None, [])

    @pytest.mark.parametrize(("text", "what"), ALL)
    def test_is_open_to_what_has_nothing_to_lose(self, text, what):
        assert outcome(text, "raise", Names(constant=True)) == (None, [])
        with mg.no_autodiff:
            assert outcome(text, "raise", Names()) == (None, [])

    @pytest.mark.parametrize(
        "text",
        lines("""
            np.asarray(u) | np.array([s, s]) | np.sin([s, s]) | a[:] = u | a[0] = s | a.dot(u) | float(s) | math.sin(s)
            u.copy() | s.copy() | copy.copy(u) | copy.deepcopy([u]) | mg.tensor(u) | mg.Tensor(s) | u.ctypes
            np.asarray(u[1:]) | np.asarray(u.reshape(1, 2))
        """),
    )
    def test_is_open_to_results_of_cleared_graphs(self, text):
        names = Names()
        (names.s + names.u).sum().backward()
        assert outcome(text, "raise", names) == (None, [])

    @pytest.mark.parametrize("text", lines(NO_EXITS))
    def test_that_is_none(self, text):
        names = Names()
        names.k, names.mg_null, names.os, names.pickle = np.zeros(2, int), io.StringIO(), os, pickle
        names.pprint, names.reprlib, names.logging, names.pytest, names.x = pprint, reprlib, logging, pytest, +names.t
        if "np.save(" in text:
            names.mg_null = io.BytesIO()
        assert outcome(text, "raise", names) == (None, [])


#: The attributes and methods of a tensor that give its values away without a word, on purpose.
BY_NAME = {"data", "detach", "item", "tolist", "tobytes", "tofile", "dump", "dumps", "view", "flat"}


def test_no_attribute_gives_values_away_without_a_word():
    """Every attribute of a tensor, and what every method returns that needs no argument."""
    for name, attribute in getmembers(mg.Tensor):
        if name in BY_NAME or (name.startswith("_") and name not in ("__copy__", "__float__", "__array__")):
            continue
        t = mg.tensor([2.5]) * 1
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            try:
                value = getattr(t, name)
                value = value() if isinstance(attribute, types.FunctionType) else value
            except (TypeError, ValueError, AttributeError):  # it needs arguments, or is a hint
                continue
        values = value if isinstance(value, tuple) else (value,)
        for one in values:
            plain = isinstance(one, (np.ndarray, np.generic, float)) and np.asarray(one).dtype.kind == "f"
            leaf = isinstance(one, mg.Tensor) and one is not t and not one.constant and one.creator is None
            assert not (plain or leaf) or told, name


def test_no_builtin_gives_values_away_without_a_word():
    for name, function in vars(builtins).items():
        if name in ("input", "breakpoint", "help", "exit", "quit", "copyright", "license", "credits"):
            continue
        t = mg.tensor(2.5)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            try:
                value = function(t)
            except Exception:
                continue
        assert not isinstance(value, (float, complex)) or told, name


# -- what is said ----------------------------------------------------------------------------------------


def warned(f, *args):
    with pytest.warns(GradientLostWarning) as caught:
        f(*args)
    return caught[0]


def test_the_line_and_the_expression_are_named():
    x = mg.tensor([1.0, 2.0])

    def f():
        y = 1.0
        return y + np.asarray(x)[0] * np.asarray(
            x * 2.0,
        )

    with pytest.warns(GradientLostWarning) as caught:
        f()
    first = f.__code__.co_firstlineno
    assert [warning.filename for warning in caught] == [__file__] * 2
    assert [warning.lineno - first for warning in caught] == [2, 2]
    assert str(caught[0].message).startswith(
        f"`np.asarray(x)` in line {first + 2} of test_exits.py made plain numbers of a variable of shape (2,), to "
        f"which no gradient flows from there. "
    )
    assert str(caught[1].message).startswith("`np.asarray( x * 2.0, )` in line")


def test_every_message_says_what_to_write():
    x = mg.tensor([1.0, 2.0])
    for f, advice in (
        (np.asarray, "`mg.tensor([...])`"),
        (lambda x: float(x[0]), "`np.sin(t)` for `math.sin(t)`"),
        (mg.Tensor.copy, "`np.copy(t)`"),
        (mg.tensor, "`mg.astensor(t)`"),
        (np.from_dlpack, "other libraries"),
    ):
        message = str(warned(f, x).message)
        assert advice in message
        assert message.endswith(
            'If none is wanted, take `t.data` or `mg.stop_gradient(t)`, or compute `with mg.lost_gradients("ignore"):`.'
        )


def test_writes_are_named_as_a_whole():
    x, a = mg.tensor([1.0, 2.0]), np.zeros(2)

    def f():
        a[0] = x[1]

    assert str(warned(f).message).startswith("`a[0] = x[1]` in line")


def foreign(name, source):
    """A function of a module that is not ours."""
    module = types.ModuleType(name)
    exec(compile(source, f"/site-packages/{name}.py", "exec"), module.__dict__)
    return module.f


def test_the_line_is_that_of_the_library_that_did_it():
    f = foreign("somebodys.library", "import numpy as np\ndef f(x):\n    return np.vectorize(abs)(x)")
    warning = warned(f, mg.tensor([1.0, 2.0]))
    assert (warning.filename, warning.lineno) == ("/site-packages/somebodys.library.py", 3)
    assert str(warning.message).startswith("line 3 of somebodys.library.py made plain numbers")  # no source at hand


def test_python_filters_by_its_module():
    f = foreign("somebodys_library", "def f(x):\n    return float(x)")
    x = mg.tensor(1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=GradientLostWarning, module="somebodys_library")
        assert f(x) == 1.0
        with pytest.raises(GradientLostWarning):
            float(x)


def test_a_line_is_warned_of_once():
    x = mg.tensor([1.0, 2.0])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(3):
            np.array([x[0], x[1]])
    assert len(caught) == 1


@pytest.mark.parametrize("name", ["matplotlib.cbook", "pprint", "logging.handlers", "_pytest.python_api"])
def test_what_only_looks_is_quiet(name):
    assert foreign(name, "import numpy as np\ndef f(x):\n    return np.asarray(x)")(mg.tensor([1.0])) == [1.0]


@pytest.mark.parametrize("shape", [(3,), (2, 2), (0,)])
def test_to_iterate_in_order_to_look_is_no_use_of_a_tensor(shape):
    x = mg.tensor(np.ones(shape))
    (x * x).sum().backward()
    elements = foreign("matplotlib.cbook", "def f(x):\n    return list(x)")(x)
    assert [type(e) for e in elements] == [type(e) for e in x.data]
    for element in elements:
        assert not np.shares_memory(element, x)
    np.testing.assert_array_equal(x.grad, np.full(shape, 2.0))
    assert all(type(e) is mg.Tensor for e in foreign("somebody", "def f(x):\n    return list(x)")(x))


@pytest.mark.parametrize("name", ["matplotlibs", "my.logging", "numpyro", "copying"])
def test_names_that_only_look_alike_are_not(name):
    f = foreign(name, "import numpy as np\ndef f(x):\n    return np.asarray(x)")
    assert warned(f, mg.tensor([1.0])).filename.endswith(f"{name}.py")


def test_formatting_is_told_from_the_rest_of_a_line():
    x = mg.tensor(1.5)
    assert "%.1f" % x == "1.5"  # noqa: UP031
    with pytest.warns(GradientLostWarning):
        "%.1f" % float(x)  # noqa: UP031
    with pytest.warns(GradientLostWarning):
        5.0 % float(x)


def test_numpy_does_not_take_the_error_for_one_about_its_argument_copy():
    """It would warn, and try again without that argument, of any TypeError with the word in it."""
    copy_of_x = mg.tensor([1.0])
    with mg.lost_gradients("raise"), pytest.raises(GradientLostError, match=r"^line \d+ made plain numbers"):
        np.array(copy_of_x, copy=True)


# -- how it is chosen ------------------------------------------------------------------------------------


def lost(x=None):
    float(mg.tensor(1.0) if x is None else x)


def holds():
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            lost()
    except GradientLostWarning:
        return "warn"
    except GradientLostError:
        return "raise"
    return "ignore"


@pytest.fixture
def default():
    yield
    mg.set_lost_gradients("warn")


@pytest.mark.parametrize("policy", POLICIES)
def test_blocks_and_decorators(policy):
    @mg.lost_gradients(policy)
    def f():
        return holds()

    assert f() == policy
    switch = mg.lost_gradients(policy)
    with switch, mg.lost_gradients("raise"):
        with switch, switch:
            assert holds() == policy
        assert holds() == "raise"
    with pytest.raises(KeyError), mg.lost_gradients("ignore"):
        raise KeyError
    assert holds() == "warn"


@pytest.mark.parametrize("policy", POLICIES)
def test_of_the_process(policy, default):
    mg.set_lost_gradients(policy)
    assert holds() == policy
    found = []
    thread = threading.Thread(target=lambda: found.append(holds()))
    thread.start()
    thread.join()
    assert found == [policy]
    with mg.lost_gradients("raise"):
        assert holds() == "raise"
        mg.set_lost_gradients("ignore")
        assert holds() == "raise"
    assert holds() == "ignore"
    with mg.no_autodiff, mg.mem_guard_off:
        assert holds() == "ignore"


def test_threads_and_tasks_have_their_own():
    found = []
    with mg.lost_gradients("raise"):
        thread = threading.Thread(target=lambda: found.append(holds()))
        thread.start()
        thread.join()
    assert found == ["warn"]

    async def under(policy):
        with mg.lost_gradients(policy):
            await asyncio.sleep(0)
            return holds()

    async def all_of_them():
        return await asyncio.gather(*map(under, POLICIES))

    assert asyncio.run(all_of_them()) == POLICIES

    @mg.lost_gradients("ignore")
    async def decorated():
        await asyncio.sleep(0)
        return holds()

    assert asyncio.run(decorated()) == "ignore"


def test_generators_cannot_be_decorated():
    def numbers():
        yield 1

    with pytest.raises(TypeError, match="generator"):
        mg.lost_gradients("raise")(numbers)


@pytest.mark.parametrize("wrong", ["error", "RAISE", None, True, 1, lost, np.ones(2)])
def test_there_are_three(wrong):
    for choose in (mg.lost_gradients, mg.set_lost_gradients):
        with pytest.raises(ValueError, match="'warn', 'raise', 'ignore'"):
            choose(wrong)


@pytest.mark.parametrize(
    ("said", "code"),
    [("raise", "GradientLostError"), ("Ignore", "fine"), ("warn", "GradientLostWarning"), ("loud", "UserWarning")],
)
def test_the_environment(said, code):
    program = "import mygrad as mg\nfloat(mg.tensor(1.0))\nprint('fine')"
    environment = {**os.environ, "MYGRAD_LOST_GRADIENTS": said}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert code in done.stdout + done.stderr


def test_what_numpy_made_of_the_error_is_undone():
    a, s = np.zeros(2), mg.tensor(1.0)
    with mg.lost_gradients("raise"):
        with pytest.raises(ValueError, match="sequence") as inside:
            a[0] = s
        assert isinstance(inside.value.__cause__, GradientLostError)
    with pytest.raises(GradientLostError), mg.lost_gradients("raise"):
        a[0] = s
    with pytest.raises(ValueError, match="mine"), mg.lost_gradients("raise"):
        raise ValueError("mine")


# -- in functions that are differentiated ----------------------------------------------------------------


@pytest.mark.parametrize(("text", "what"), ALL)
def test_every_exit_raises_in_functions(text, what):
    def f(t):
        names = Names()
        names.t, names.u, names.s = t, t * 2.0, t[0]
        names.run(text)
        return (t * t).sum()

    differentiable = "copy" in text and text.rpartition("copy")[2][:1] in "(." and "np." not in text
    if text in ("t.copy(constant=False)",) or (differentiable and "mg." not in text):
        assert_array_equal(grad(f)([1.5, 2.5]), [3.0, 5.0])
        check_grads(f, np.array([1.5, 2.5]))
    else:
        for take in (lambda: grad(f)([1.5, 2.5]), lambda: check_grads(f, np.array([1.5, 2.5]))):
            with pytest.raises(HIDDEN.get(text, GradientLostError)):
                take()


def test_the_innermost_word_holds_in_functions():
    @mg.lost_gradients("ignore")
    def ignored(x):
        return x * np.asarray(x)

    assert_array_equal(grad(lambda x: ignored(x).sum())([1.0, 2.0]), [1.0, 2.0])
    with mg.lost_gradients("ignore"), pytest.raises(GradientLostError):
        grad(lambda x: x * np.asarray(x))([1.0, 2.0])
    with pytest.raises(AssertionError, match="wrong"):
        check_grads(ignored, np.array([1.0, 2.0]))


@pytest.mark.parametrize("duplicate", [mg.Tensor.copy, copy.copy, copy.deepcopy, lambda t: t.copy("F")])
def test_copies_are_differentiable_in_functions(duplicate):
    def f(x):
        y = duplicate(x)
        y *= 3.0
        return x * duplicate(y)

    check_grads(f, np.array([[1.0, 2.0], [3.0, 5.0]]), order=3)
    assert value_and_grad(f)(2.0) == (12.0, 12.0)
    with mg.lost_gradients("ignore"):
        outside = duplicate(mg.tensor([1.0]) * 1)
    assert outside.creator is None


def test_arrays_stay_writeable_in_functions():
    scratch, index, mask = np.empty(2), np.empty(2, int), np.empty(2, bool)
    whole = np.zeros((2, 2))

    def f(x):
        total = 0.0
        for n in (1, 2, 3):
            scratch[:] = n
            index[:] = n % 2
            mask[:] = [n > 1, n > 2]
            whole[:, 1] = n
            total = total + (x * scratch).sum() + np.sum(x[index]) * n + np.sum(x[mask]) + np.dot(whole[:, 1], x)
            total = total + np.sum(np.multiply(x, scratch, where=mask, out=mg.zeros(2))) + (scratch @ x)
            y = x * 1.0
            y += scratch
            y[mask] = scratch[mask]
            total = total + np.sum(y * scratch) + np.stack([x, scratch]).sum() + np.where(mask, x, scratch).sum()
        return total

    def plainly(x):
        """The same, where nothing that was used is written again."""
        names = f.__globals__ | {"mg": mg}
        fresh = types.FunctionType(f.__code__, names, closure=f.__closure__)
        return fresh(x)

    check_grads(f, np.array([1.5, -0.5]), order=2)
    first = grad(f)([1.5, -0.5])
    with mg.mem_guard_off:
        assert grad(lambda x: (x * scratch).sum())([1.0, 1.0]).tolist() == scratch.tolist()
    assert_array_equal(grad(plainly)([1.5, -0.5]), first)
    for a in (scratch, index, mask, whole):
        assert a.flags.writeable
    x = mg.tensor([1.0, 2.0])
    y = x * scratch  # elsewhere they are locked
    assert not scratch.flags.writeable
    y.backward()


def test_exits_within_derivatives_raise():
    """A row that converts would lose derivatives of higher order."""

    row = Rule(np.sinh, (lambda g, _y, x: g * np.cosh(np.asarray(x)),), name="sinh")
    x = mg.tensor([1.0])
    y = call(row, x)
    with pytest.raises(GradientLostError):
        mg.functional.derivatives(y, [x])


# -- outputs that are arrays -----------------------------------------------------------------------------


def test_nothing_is_written_if_one_of_several_outputs_is_refused():
    x = mg.tensor([5.5, -3.5])
    quotient, rest = np.zeros(2), np.zeros(2)
    with pytest.raises(TypeError, match="takes no gradient"):
        np.divmod(x, 2.0, out=(quotient, rest))
    assert_array_equal(quotient, 0.0)
    assert_array_equal(rest, 0.0)
    given, remains = np.divmod(x, 2.0, out=(quotient, mg.zeros(2)))
    assert given is quotient
    assert not remains.constant


def test_integers_are_a_step_away():
    x, a = mg.tensor([1.5, 2.5]), np.zeros(2, int)
    np.add(x, 1.0, out=a, casting="unsafe")
    assert_array_equal(a, [2, 3])


# -- stop_gradient ---------------------------------------------------------------------------------------


def test_stop_gradient():
    x = mg.tensor([1.0, 2.0])
    stopped = mg.stop_gradient(x)
    assert stopped.constant
    assert np.shares_memory(stopped.data, x.data)
    assert_array_equal(elementwise_grad(lambda x: x * mg.stop_gradient(x))([1.0, 2.0]), [1.0, 2.0])
    for other in ([1.0, 2.0], np.ones(2), 3.0, mg.tensor([1]), [x[0], x[1]]):
        found = mg.stop_gradient(other)
        assert found.constant
        assert_array_equal(found.data, mg.asarray(other))


def square_by_pickle(x):
    return (pickle.loads(pickle.dumps(x)) ** 2).sum()


def test_pickles_are_exits_where_derivatives_are_wanted() -> None:
    x = np.array([1.0, 2.0])
    with pytest.raises(GradientLostError, match=r"`pickle.dumps\(x\)` in line .* pickled a variable of shape"):
        mg.grad(square_by_pickle)(x)
    with mg.lift, pytest.raises(GradientLostError, match="pickled"):
        square_by_pickle(mg.tensor(x))
    with pytest.raises(GradientLostError, match="pickled"):  # and so are parts of other things
        mg.grad(lambda x: pickle.loads(pickle.dumps({"x": [x * 2]}))["x"][0].sum())(x)
    t = mg.tensor(x)  # who pickles one of his own tensors knows that he saves it
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_array_equal(square_by_pickle(t), 5.0)
    with mg.lift:
        assert pickle.loads(pickle.dumps(mg.tensor(x, constant=True))).constant
