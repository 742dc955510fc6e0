"""`out=`: what fits, what is cast, and what is broadcast is for NumPy's function to say, and they do not agree."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
import mygrad.functional as F

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")  # some are on their way out of NumPy

V = np.array([0.3, -1.2, 2.6, 0.8])
M = np.array([[0.3, -1.2, 2.5], [1.1, 0.7, -0.4]])
N = np.array([[2.3, 0.2, -1.5], [-0.1, 1.7, 0.9]])
H = np.linspace(0.1, 1.7, 400, dtype=np.float32).reshape(20, 20)
K = np.array([0.3, np.nan, -2.5, 0.8])

FUNCTIONS = {
    "sin": (np.sin, V), "add": (np.add, M, N), "matmul": (np.matmul, M, N.T), "vecdot": (np.vecdot, M, N),
    "sum": (np.sum, M), "sum_0": (lambda a, out: np.sum(a, 0, out=out), M), "sum_f4": (np.sum, H),
    "prod": (np.prod, M), "mean": (lambda a, out: np.mean(a, 1, out=out), M), "mean_f4": (np.mean, H),
    "var": (lambda a, out: np.var(a, 0, out=out), M), "std": (np.std, M), "ptp": (np.ptp, M),
    "max": (lambda a, out: np.max(a, 1, out=out), M), "amin": (np.amin, M), "median": (np.median, V),
    "nansum": (np.nansum, K), "nanmean": (np.nanmean, K), "nanmax": (np.nanmax, K), "nanprod": (np.nanprod, K),
    "cumsum": (np.cumsum, V), "cumsum_0": (lambda a, out: np.cumsum(a, 0, out=out), H), "cumprod": (np.cumprod, V),
    "nancumsum": (np.nancumsum, K), "trace": (np.trace, M), "clip": (lambda a, out: np.clip(a, 0.0, 1.0, out=out), V),
    "round": (np.round, V), "round_1": (lambda a, out: np.round(a, 1, out=out), V), "fix": (np.fix, V),
    "outer": (np.outer, V, V), "dot": (np.dot, M, N.T), "dot_v": (np.dot, V, V),
    "einsum": (lambda a, b, out: np.einsum("ij,kj->ik", a, b, out=out), M, N),
    "take": (lambda a, out: np.take(a, [0, 2], out=out), V),
    "compress": (lambda a, out: np.compress([1, 0], a, 0, out), M),
    "choose": (lambda a, b, out: np.choose([0, 1, 1, 0], [a, b], out=out), V, V + 1),
    "concatenate": (lambda a, b, out: np.concatenate([a, b], out=out), M, N),
    "concatenate_unsafe": (lambda a, b, out: np.concatenate([a, b], out=out, casting="unsafe"), M, N),
    "stack": (lambda a, b, out: np.stack([a, b], out=out), M, N),
    "percentile": (lambda a, out: np.percentile(a, 30, 0, out=out), M),
    "quantile": (lambda a, out: np.quantile(a, [0.2, 0.5], out=out), V),
    "multi_dot": (lambda a, b, out: np.linalg.multi_dot([a, b], out=out), M, N.T),
    "add.reduce": (lambda a, out: np.add.reduce(a, 0, out=out), M), "hypot.reduce": (np.hypot.reduce, M),
    "add.accumulate": (np.add.accumulate, V), "add.reduceat": (lambda a, out: np.add.reduceat(a, [0, 2], out=out), V),
    "multiply.outer": (np.multiply.outer, V, V),
}  # fmt: skip

TARGETS = {
    "one axis more": lambda y: np.zeros((2, *y.shape), y.dtype),
    "an axis of one more": lambda y: np.zeros((1, *y.shape), y.dtype),
    "longer": lambda y: np.zeros([n + 1 for n in y.shape] or 3, y.dtype),
    "shorter": lambda y: np.zeros(y.shape[:-1] if y.ndim else 0, y.dtype),
    "integers": lambda y: np.zeros(y.shape, int),
    "float16": lambda y: np.zeros(y.shape, np.float16),
    "float64": lambda y: np.zeros(y.shape, np.float64),
    "longdouble": lambda y: np.zeros(y.shape, np.longdouble),
    "a string": lambda y: "s",
    "a number": lambda y: 5.0,
    "a list": lambda y: np.zeros(y.shape or 1).tolist(),
    "an object": lambda y: object(),
    "a dict": lambda y: {"out": 1},
}
NO_ARRAY = ("a string", "a number", "a list", "an object", "a dict")


def as_tensors(target):
    return mg.tensor(target) if isinstance(target, np.ndarray) else target


def value_or_error(call):
    try:
        return call()
    except Exception as error:
        return error


def numpy_crashes(name, target):
    """NumPy's accumulations do not look at what they are given, up to NumPy 2.4 at least."""
    return ("cum" in name or "accumulate" in name) and target in ("shorter", *NO_ARRAY)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("target", TARGETS)
def test_what_numpy_takes(name, target):
    f, *arrays = FUNCTIONS[name]
    make = TARGETS[target]
    y = np.asarray(f(*arrays, out=None))
    if name == "add.reduceat" and target == "one axis more":
        pytest.skip("NumPy leaves most of it as it was")
    crashes = numpy_crashes(name, target)
    expected = None if crashes else value_or_error(lambda: f(*arrays, out=make(y)))
    if target in NO_ARRAY and not isinstance(expected, (np.ndarray, TypeError, ValueError)):
        expected = TypeError()  # the others are mishaps
    for operand in (mg.tensor, lambda a: mg.tensor(a, constant=True)):
        for as_target in (lambda out: out, as_tensors):
            if as_target is not as_tensors and operand is mg.tensor and target not in NO_ARRAY:
                continue
            out = as_target(make(y))
            ours = value_or_error(lambda out=out, operand=operand: f(*map(operand, arrays), out=out))
            if crashes:
                assert isinstance(ours, (TypeError, ValueError))
            elif isinstance(expected, Exception):
                assert isinstance(ours, type(expected)), ours
            elif target not in NO_ARRAY:
                assert mg.asarray(ours).dtype == expected.dtype
                assert_array_equal(mg.asarray(out), expected)
                assert_array_equal(mg.asarray(ours), expected)


BROADCAST = ["sin", "add", "matmul", "vecdot", "clip", "outer", "percentile", "quantile", "multiply.outer"]


@pytest.mark.parametrize("name", BROADCAST)
@pytest.mark.parametrize("target", ["one axis more", "an axis of one more"])
def test_gradients_of_what_is_broadcast(name, target):
    f, *arrays = FUNCTIONS[name]
    y = f(*arrays, out=None)
    shape = TARGETS[target](np.asarray(y)).shape
    weights = np.random.default_rng(0).random(shape)
    tensors = [mg.tensor(a) for a in arrays]
    np.sum(f(*tensors, out=None) * weights.sum(0)).backward()
    expected = [t.grad for t in tensors]

    out = mg.tensor(np.full(shape, 7.0))
    base = out
    out = +out
    assert f(*tensors, out=out) is out
    np.sum(out * weights).backward()
    for t, gradient in zip(tensors, expected, strict=True):
        assert_allclose(t.grad, gradient, rtol=1e-13)
    assert base.grad is None or not base.grad.any()

    by_functional = F.grad(lambda *args: np.sum(f(*args, out=mg.zeros(shape)) * weights), range(len(arrays)))(*arrays)
    for gradient, right in zip(by_functional, expected, strict=True):
        assert_allclose(gradient.data, right, rtol=1e-13)


@pytest.mark.parametrize("name", ["sin", "matmul", "sum", "mean_f4", "cumsum_0", "clip", "concatenate", "add.reduce"])
@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.longdouble])
def test_gradients_of_what_is_cast(name, dtype):
    f, *arrays = FUNCTIONS[name]
    tensors = [mg.tensor(a) for a in arrays]
    f(*tensors, out=None).backward()
    expected = [t.grad for t in tensors]
    out = mg.tensor(np.zeros(np.shape(f(*arrays, out=None)), dtype))
    f(*tensors, out=out).backward()
    for t, gradient in zip(tensors, expected, strict=True):
        assert t.grad.dtype == t.dtype
        assert_allclose(t.grad, gradient, rtol=1e-3)


def test_integers_receive_no_gradient():
    """Whole numbers are steps of what is written to them, as by `astype`."""
    x, out = mg.tensor(M), mg.tensor(np.zeros(3, int))
    assert np.sum(x, 0, out=out) is out
    assert_array_equal(out, np.sum(M, 0).astype(int))
    assert out.constant
    out.clear_graph()
    assert x.grad is None


def test_nothing_is_written_by_a_call_that_fails():
    x, out = mg.tensor(M), mg.tensor(np.full((4, 4), 7.0))
    y = out * 2
    for f in (np.sum, np.mean, lambda a, out: np.matmul(a, M.T, out=out), lambda a, out: np.clip(a, 0, 1, out=out)):
        with pytest.raises(ValueError):
            f(x, out=out)
    assert_array_equal(out, 7.0)
    y.backward()
    assert_array_equal(out.grad, 2.0)


def test_in_a_tuple():
    """As NumPy has it: the ufuncs take it, and what calls them."""
    for f, *args in ((np.clip, 0, 1), (np.add.reduce, 0), (np.cumsum,), (np.sum,), (np.nanmax,), (np.round,)):
        y = np.asarray(f(M, *args))
        for out in ((y.copy(),), (y.copy(), y.copy()), ()):
            if f is np.cumsum:
                expected = TypeError()
            else:
                expected = value_or_error(lambda f=f, args=args, out=out: f(M, *args, out=out))
            tensors = tuple(mg.tensor(a) for a in out)
            ours = value_or_error(lambda f=f, args=args, tensors=tensors: f(mg.tensor(M), *args, out=tensors))
            if isinstance(expected, Exception):
                assert isinstance(ours, (TypeError, ValueError))
            else:
                assert ours is tensors[0]
                assert_array_equal(ours, expected)


def test_pad_has_no_out():
    for array in (V, mg.tensor(V)):
        with pytest.raises(ValueError, match="unsupported keyword"):
            mg.pad(array, 1, out=np.zeros(6))


def test_ufuncs_of_mygrad():
    for out in ("s", 5, [1.0], object()):
        with pytest.raises(TypeError, match="`out` must be"):
            mg.sin(V, out=out)
    for out in ((), (mg.zeros(4), mg.zeros(4))):
        with pytest.raises(ValueError, match="as many arrays as there are results"):
            mg.sin(V, out=out)
    out = mg.zeros((2, 4))
    assert mg.sin(mg.tensor(V), out) is mg.sin(mg.tensor(V), out=(out,)) is out
