"""Every function of NumPy, called with arrays and with tensors: the same values, dtypes, shapes and types.

What is differentiable is also differentiated, and compared with central differences of NumPy's own function.
"""

import io

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.testing.overrides import get_overridable_numpy_array_functions

import mygrad as mg
from mygrad._dispatch.registry import COMPOSITIONS, IMPLEMENTATIONS
from mygrad._dispatch.tables import PLAIN
from mygrad._rules.rule import RULES

V = np.array([0.3, -1.2, 2.6, 0.8])
W = np.array([1.7, 0.4, -0.6, 2.2])
POSITIVE = np.array([0.3, 1.2, 2.5])
M = np.array([[0.3, -1.2, 2.5], [1.1, 0.7, -0.4]])
N = np.array([[2.3, 0.2, -1.5], [-0.1, 1.7, 0.9]])
SQUARE = np.array([[2.0, 0.3], [-0.4, 1.5]])
CUBE = np.arange(24.0).reshape(2, 3, 4) ** 1.1
INTS = np.array([2, 0, 1, 2])
MASK = np.array([True, False, True, True])
NAN = np.array([0.3, np.nan, -2.5, 0.8])


class Call:
    """A call of a NumPy function: of the function by that name, if the installed NumPy has it."""

    def __init__(self, name, *args, **kwargs):
        self.name = name
        self.args = args
        self.kwargs = kwargs

    @property
    def func(self):
        func = np
        for part in self.name.split("."):
            func = getattr(func, part, None)
        return func

    def __call__(self, args=None, kwargs=None):
        return self.func(*(self.args if args is None else args), **(self.kwargs if kwargs is None else kwargs))

    def __repr__(self):
        given = [repr(a).replace("\n", "") for a in self.args] + [f"{k}={v!r}" for k, v in self.kwargs.items()]
        return f"{self.name}({', '.join(given)})"


C = Call

DIFFERENTIABLE = [
    # joining and splitting
    C("append", V, W), C("append", M, N, axis=0), C("append", arr=V, values=W), C("block", [[M, N], [N, M]]),
    C("block", [V, W]), C("column_stack", (V, W)), C("column_stack", [M, N]), C("concatenate", (V, W)),
    C("concatenate", [M, N], axis=1), C("concatenate", [M, N], None), C("concatenate", [V, INTS]),
    C("concatenate", (V, W), dtype=np.float32, casting="same_kind"), C("dstack", (M, N)), C("hstack", (V, W)),
    C("hstack", [M, N]), C("vstack", (V, W)), C("vstack", [M, N]), C("stack", (V, W)),
    C("stack", [M, N], axis=-1), C("stack", [M, N], 1), C("array_split", V, 3), C("split", V, [1, 3]),
    C("split", M, 3, axis=1), C("dsplit", CUBE, 2), C("hsplit", M, 3), C("vsplit", M, 2),
    C("unstack", M, axis=1), C("broadcast_arrays", V[:3], M), C("meshgrid", V, W),
    C("meshgrid", V, W, indexing="ij", sparse=True),
    # products
    C("dot", M, N.T), C("dot", a=V, b=W), C("dot", V, 2.0), C("inner", M, N), C("vdot", V, W),
    C("outer", V, W), C("tensordot", M, N, axes=([0, 1], [0, 1])), C("tensordot", a=M, b=N.T, axes=1),
    C("kron", SQUARE, M), C("cross", M, N), C("cross", a=M, b=N, axis=1), C("einsum", "ij,ij->i", M, N),
    C("einsum", M, [0, 1], [0]), C("einsum", "ij,kj,k", M, N, V[:2], optimize=True), C("linalg.cross", M, N),
    C("linalg.matmul", M, N.T), C("linalg.multi_dot", [M, N.T, SQUARE]), C("linalg.outer", V, W),
    C("linalg.tensordot", M, N, axes=2), C("linalg.vecdot", M, N),
    # linear algebra
    C("linalg.inv", SQUARE), C("linalg.det", SQUARE), C("linalg.solve", SQUARE, V[:2]),
    C("linalg.slogdet", SQUARE), C("linalg.cholesky", SQUARE @ SQUARE.T), C("linalg.matrix_power", SQUARE, 3),
    C("linalg.matrix_power", SQUARE, 0), C("linalg.matrix_power", SQUARE, -2), C("linalg.norm", V),
    C("linalg.norm", M, axis=1, keepdims=True), C("linalg.norm", x=M, ord=1, axis=0),
    C("linalg.vector_norm", M, ord=3), C("linalg.vector_norm", CUBE, axis=(0, 2), keepdims=True),
    C("linalg.matrix_norm", CUBE), C("linalg.matrix_norm", M, keepdims=True),
    C("linalg.trace", CUBE, offset=1), C("linalg.diagonal", CUBE), C("linalg.matrix_transpose", CUBE),
    C("linalg.tensorinv", SQUARE, 1), C("linalg.tensorsolve", SQUARE, V[:2]),
    # diagonals and triangles
    C("diag", V), C("diag", V, -2), C("diag", M, 1), C("diagflat", M, 1), C("diagonal", CUBE, 1, 2, 0),
    C("trace", M), C("trace", CUBE, 1, 2, 0), C("trace", M, dtype=np.float32), C("tril", M),
    C("tril", CUBE, k=-1), C("triu", M, 1), C("triu", V), C("tril", INTS),
    # the same elements, arranged anew
    C("atleast_1d", V), C("atleast_1d", V, M), C("atleast_2d", V), C("atleast_3d", M, V),
    C("broadcast_to", V, (2, 4)), C("expand_dims", M, (0, 2)), C("flip", M), C("fliplr", M), C("flipud", M),
    C("matrix_transpose", CUBE), C("moveaxis", CUBE, 0, -1), C("permute_dims", CUBE, (2, 0, 1)),
    C("ravel", M), C("ravel", M.T, order="K"), C("ravel", M.T, order="F"), C("repeat", V, 2),
    C("repeat", M, [1, 2, 0], axis=1), C("reshape", M, (3, 2)), C("reshape", M, -1, order="F"),
    C("fft.fftshift", CUBE), C("fft.fftshift", M, 1), C("fft.fftshift", x=V, axes=[0]), C("fft.ifftshift", V[:3]),
    C("fft.ifftshift", CUBE, (0, -1)), C("resize", V, (3, 3)), C("roll", M, 1),
    C("roll", M, (1, -1), axis=(0, 1)), C("rollaxis", CUBE, 2),
    C("rot90", M), C("squeeze", CUBE[:1]), C("swapaxes", CUBE, 0, 2), C("tile", V, 2),
    C("tile", M, (2, 1, 2)), C("transpose", M), C("transpose", CUBE, (1, 0, 2)), C("delete", V, [0, 2]),
    C("delete", M, 1, axis=1), C("insert", V, 1, 5.0), C("insert", V, [1, 2], W[:2]),
    C("insert", M, 1, N[:, 0], axis=1), C("pad", V, 2), C("pad", M, 1, mode="edge"), C("trim_zeros", V),
    C("trim_zeros", V, "f"), C("ix_", V, INTS), C("lib.stride_tricks.sliding_window_view", V, 2),
    C("copy", M), C("astype", V, np.float32),
    # reductions
    C("sum", M), C("sum", a=M, axis=0), C("sum", M, 1, None, None, True),
    C("sum", V, where=MASK, initial=2.0), C("sum", M, dtype=np.float32), C("prod", M),
    C("prod", M, axis=(0, 1)), C("mean", M, axis=0), C("mean", V, where=MASK), C("average", M),
    C("average", V, weights=W), C("average", M, 1, V[:3]),
    C("average", M, axis=1, weights=POSITIVE, returned=True), C("average", V, returned=True), C("var", M),
    C("var", M, axis=1, ddof=1), C("std", M, axis=0), C("max", M), C("max", M, axis=0), C("amax", M, 1),
    C("min", M), C("amin", a=M, axis=0), C("ptp", M, axis=1), C("median", M), C("median", M, axis=1),
    C("nansum", NAN), C("nanprod", NAN), C("nanmean", NAN), C("nanvar", NAN), C("nanstd", NAN),
    C("nanmax", NAN), C("nanmin", NAN), C("nanmedian", NAN),
    # cumulative
    C("cumsum", M), C("cumsum", M, axis=1), C("cumprod", M, 0), C("nancumsum", NAN), C("nancumprod", NAN),
    C("cumulative_sum", V, include_initial=True), C("cumulative_prod", V), C("diff", V),
    C("diff", M, 2, axis=1), C("diff", V, prepend=1.0, append=W), C("ediff1d", V),
    C("ediff1d", V, to_end=W, to_begin=3.0), C("gradient", V), C("gradient", M),
    C("gradient", V, 0.5, edge_order=2),
    C("gradient", V, np.array([0.3, 1.5, 4.0, 5.0])), C("trapezoid", V),
    C("trapezoid", M, dx=0.5, axis=0), C("trapezoid", y=V, x=W), C("trapz", V),
    # elementwise
    C("clip", V, 0.0, 1.0), C("clip", V, W, None), C("clip", V, a_min=None, a_max=W),
    C("clip", V, 0.0, out=None, a_max=1.0), C("i0", V), C("sinc", V), C("nan_to_num", NAN),
    C("nan_to_num", np.array([np.inf, 1.0]), posinf=9.0), C("real", V), C("real_if_close", V), C("unwrap", V),
    C("where", MASK, V, W), C("where", MASK, V, 0.0), C("where", V > 0, 1.0, W), C("round", V),
    C("around", V, 1), C("fix", V), C("imag", V), C("angle", V),
    # picking
    C("choose", INTS, [V, W, 1.0]), C("choose", [0, 1, 1, 0], (V, W), mode="clip"), C("compress", MASK, V),
    C("compress", [False, True], M, axis=0), C("extract", MASK, V), C("select", [V > 0, V < -1], [V, W], 7.0),
    C("select", [V > 0, W > 0], [W, V]), C("take", V, INTS), C("take", M, [0, -1], axis=1),
    C("take", M, 7, mode="wrap"), C("take_along_axis", M, np.array([[2, 0], [1, 1]]), axis=1), C("sort", V),
    C("sort", M, axis=0), C("sort", M, None), C("partition", V, 2),
    # functions of parts
    C("apply_along_axis", np.sum, 0, M), C("apply_along_axis", lambda x: x[:2] * x[-1], 1, CUBE / 10),
    C("apply_along_axis", lambda x: np.outer(x, x), 1, M), C("apply_along_axis", np.sort, 0, M),
    C("apply_over_axes", np.sum, CUBE, [0, 2]),
    C("piecewise", V, [V < 0, V > 2], [np.sin, lambda x: x * x, 3.0]), C("piecewise", V, V > 0, [np.exp]),
    C("piecewise", np.array(0.5), True, [np.exp]), C("piecewise", V, [V < 0], [lambda x, k: k * x, 1.0], 2.0),
    # polynomials
    C("polyval", V, W), C("polyval", V, 2.0), C("polyval", [1, 2, 3], M), C("polyadd", V, W[:2]),
    C("polysub", W[:2], V), C("polymul", V, W[:3]), C("polyder", V), C("polyder", V, 2), C("polyder", V, 5),
    C("polyint", V), C("polyint", V, 2, k=[1.0, 2.0]), C("polyint", V, 2, 3.0), C("poly", V), C("vander", V),
    C("vander", V, 3), C("vander", V, 6, increasing=True),
    # signals and statistics
    C("convolve", V, W[:3]), C("convolve", W[:3], V, "same"), C("convolve", V, W[:2], "valid"),
    C("convolve", V, W, "same"), C("convolve", a=V, v=W[:2], mode="same"), C("correlate", V, W[:3]),
    C("correlate", V, W[:2], "full"), C("correlate", W[:2], V, "same"), C("correlate", W[:2], V, "full"),
    C("correlate", V, W[:3], "same"), C("interp", V, np.array([-1.0, 0.0, 1.5]), POSITIVE),
    C("interp", V, [-1.0, 0.0, 1.5], POSITIVE, left=-9.0, right=9.0),
    C("interp", V, np.array([0.1, 0.7, 1.6]), POSITIVE, period=2.0), C("interp", V, [1.0], [3.0]),
    C("cov", M), C("cov", V, W), C("cov", M, rowvar=False), C("cov", M, bias=True), C("cov", V, ddof=2),
    C("cov", M, fweights=[1, 2, 1]), C("cov", M, aweights=POSITIVE),
    C("cov", M, fweights=[1, 2, 1], aweights=POSITIVE, ddof=0), C("corrcoef", M), C("corrcoef", V, W),
    C("bincount", INTS, V), C("bincount", INTS, weights=V, minlength=5),
    C("quantile", V, 0.3), C("quantile", M, [0.2, 0.5], 1), C("quantile", CUBE, 0.4, (0, 2), keepdims=True),
    C("quantile", V, 0.3, method="hazen"), C("percentile", M, q=[30, 60], axis=0), C("nanquantile", M, 0.4),
    C("nanpercentile", V, 35.0), C("polyfit", V, W, 2), C("polyfit", V, W, deg=1, w=[1, 2, 1, 0.5]),
    C("polydiv", V, W[:2]),
    # decompositions
    C("linalg.eigh", SQUARE), C("linalg.eigh", SQUARE, "U"), C("linalg.eigvalsh", SQUARE),
    C("linalg.svd", SQUARE), C("linalg.svd", M, full_matrices=False), C("linalg.svd", M, compute_uv=False),
    C("linalg.svdvals", M), C("linalg.qr", SQUARE), C("linalg.qr", M), C("linalg.qr", M.T, mode="r"),
    C("linalg.pinv", M), C("linalg.pinv", M.T, rcond=1e-9), C("linalg.cond", SQUARE), C("linalg.cond", SQUARE, p=1),
    # real parts of complex domains
    C("emath.sqrt", POSITIVE), C("emath.log", POSITIVE), C("emath.log2", POSITIVE),
    C("emath.log10", POSITIVE), C("emath.logn", 2.0, POSITIVE), C("emath.power", POSITIVE, V[:3]),
    C("emath.arccos", V[:1]), C("emath.arcsin", V[:1]), C("emath.arctanh", V[:1]),
    # ranges between tensors
    C("linspace", np.array(0.5), np.array(2.0), 4), C("linspace", V, W, num=3, endpoint=False, axis=1),
    C("geomspace", np.array(0.5), 8.0, 4), C("logspace", np.array(0.5), np.array(2.0), 4),
]  # fmt: skip

#: What depends on no value of a tensor.
CONSTANT = [
    C("zeros_like", M), C("ones_like", M), C("empty_like", M[:0]), C("full_like", M, 3.0),
]  # fmt: skip

FILE = np.zeros(2).tobytes()
CREATION = [
    C("arange", 3), C("arange", 1.0, 2.0, 0.25), C("array", [1.0, 2.0]), C("array", [[1, 2]], ndmin=3),
    C("asarray", V, np.float32), C("asanyarray", [1.0]), C("ascontiguousarray", M.T), C("asfortranarray", M),
    C("require", M, requirements="F"), C("empty", 0), C("zeros", (2, 3)), C("zeros", 3, int), C("ones", 3),
    C("ones", (2,), np.float32), C("full", 2, 3.5), C("eye", 3, k=1), C("identity", 2), C("tri", 3, 2),
    C("fromfunction", lambda i, j: i + j, (2, 3)), C("fromiter", [1.0, 2.0], float), C("frombuffer", FILE),
    C("fromstring", "1 2", sep=" "),
]  # fmt: skip

PLAIN_CALLS = [
    C("can_cast", np.float64, np.float32), C("common_type", V, V.astype(np.float32)),
    C("min_scalar_type", np.array(3.0)), C("result_type", V, np.float32), C("iscomplexobj", V),
    C("isrealobj", V), C("ndim", M), C("shape", M), C("size", M), C("size", M, axis=1),
    C("may_share_memory", V, W), C("shares_memory", M, N), C("einsum_path", "ij,jk", M, N.T), C("all", V),
    C("all", M, axis=0, keepdims=True), C("any", V), C("any", M, 1), C("allclose", V, V),
    C("array_equal", V, W), C("array_equiv", V, V), C("isclose", V, W), C("iscomplex", V),
    C("isin", V, [0.3]), C("in1d", V, [0.3]), C("isneginf", V), C("isposinf", V), C("isreal", V),
    C("count_nonzero", M, axis=0), C("argmax", M), C("argmax", a=M, axis=1), C("argmin", M, 0),
    C("argpartition", V, 2), C("argsort", M), C("argsort", V, kind="stable"), C("argwhere", M > 0),
    C("argwhere", M), C("flatnonzero", V), C("lexsort", (V, W)), C("nanargmax", NAN), C("nanargmin", NAN),
    C("nonzero", M), C("where", V), C("digitize", V, [0.0, 1.0]), C("searchsorted", np.sort(V), W),
    C("diag_indices_from", SQUARE), C("tril_indices_from", M), C("triu_indices_from", M),
    C("ravel_multi_index", (INTS, INTS), (3, 3)), C("unravel_index", INTS, (2, 3)), C("array2string", V),
    C("array_repr", V), C("array_str", M), C("packbits", INTS.astype(np.uint8)),
    C("unpackbits", INTS.astype(np.uint8)), C("bincount", INTS), C("bincount", INTS, minlength=7),
    C("linalg.matrix_rank", M), C("histogram", INTS, 3), C("unique", INTS), C("intersect1d", INTS, [1, 2]),
    C("histogram_bin_edges", INTS, 3),
]  # fmt: skip


def is_float_array(x):
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"


def with_tensors(x, kind=mg.Tensor):
    """`x` with tensors in the place of arrays of real numbers, at any depth."""
    if isinstance(x, np.ndarray) and x.dtype.kind in "fiu":
        return kind(x)
    if type(x) in (list, tuple):
        return type(x)([with_tensors(part, kind) for part in x])
    return {k: with_tensors(v, kind) for k, v in x.items()} if type(x) is dict else x


def leaves(x):
    """The arrays and tensors in a result or in arguments."""
    if isinstance(x, (list, tuple)):
        return [leaf for part in x for leaf in leaves(part)]
    return [leaf for part in x.values() for leaf in leaves(part)] if isinstance(x, dict) else [x]


def assert_same(ours, numpys, tensor):
    """The same structure, values, dtypes, shapes and types; but tensors for arrays, and for their scalars."""
    if isinstance(numpys, (list, tuple)):
        assert isinstance(ours, type(numpys)) or hasattr(numpys, "_fields")
        assert len(ours) == len(numpys)
        for a, b in zip(ours, numpys, strict=True):
            assert_same(a, b, tensor)
        return
    if not isinstance(numpys, (np.ndarray, np.generic, float)):
        assert type(ours) is type(numpys)
        assert ours == numpys
        return
    assert type(ours) is (mg.Tensor if tensor else type(numpys))
    assert ours.dtype == np.asarray(numpys).dtype
    assert ours.shape == np.shape(numpys)
    tolerance = {2: 1e-3, 4: 1e-6}.get(ours.dtype.itemsize, 1e-12) if ours.dtype.kind == "f" else 0
    assert_allclose(np.asarray(ours), numpys, rtol=tolerance, atol=tolerance)


def numerical_gradient(f, arrays, weights):
    """The derivative of ``sum(weights * f())`` with respect to `arrays`, which are written in place."""

    def value():
        return sum(np.sum(w * y) for w, y in zip(weights, leaves(f()), strict=True))

    grads = []
    for a in arrays:
        grad = np.zeros(a.shape)
        for i in np.ndindex(a.shape):
            x = a[i]
            if not np.isfinite(x):
                continue
            h = 1e-6 * max(1.0, abs(x))
            a[i] = x + h
            upper = value()
            a[i] = x - h
            grad[i] = (upper - value()) / (2 * h)
            a[i] = x
        grads.append(grad)
    return grads


def available(calls):
    return [c for c in calls if c.func is not None]


@pytest.fixture(autouse=True)
def _quiet():
    """`trapz` and others are deprecated in some versions of NumPy."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


@pytest.mark.parametrize("call", available(DIFFERENTIABLE), ids=lambda c: c.name)
def test_differentiable(call):
    args, kwargs = with_tensors(list(call.args)), with_tensors(call.kwargs)
    ours = call(args, kwargs)
    assert_same(ours, call(), tensor=True)
    variables = [t for t in leaves(args) + leaves(kwargs) if isinstance(t, mg.Tensor) and not t.constant]
    if not variables:
        return
    outputs = [y for y in leaves(ours) if not y.constant]
    assert outputs, "the gradient was lost"
    rng = np.random.default_rng(0)
    if any(y.dtype != np.float64 for y in outputs):
        return
    weights = [rng.uniform(-1, 1, y.shape) if not y.constant else np.zeros(()) for y in leaves(ours)]
    total = sum(np.sum(w * y) for w, y in zip(weights, leaves(ours), strict=True))
    total.backward()
    copies = copied(list(call.args)), copied(call.kwargs)
    arrays = [a for a in leaves(copies[0]) + leaves(copies[1]) if is_float_array(a)]
    expected = numerical_gradient(lambda: call(*copies), arrays, weights)
    for t, grad in zip(variables, expected, strict=True):
        got = np.zeros(t.shape) if t.grad is None else t.grad
        finite = np.isfinite(t.data)
        assert_allclose(got[finite], grad[finite], rtol=1e-6, atol=1e-7)


def copied(x):
    if isinstance(x, np.ndarray):
        return x.copy("K")
    if type(x) in (list, tuple):
        return type(x)([copied(part) for part in x])
    return {k: copied(v) for k, v in x.items()} if type(x) is dict else x


@pytest.mark.parametrize("call", available(DIFFERENTIABLE), ids=lambda c: c.name)
def test_differentiable_of_constants(call):
    def constant(x):
        return mg.Tensor(x, constant=True)

    ours = call(with_tensors(list(call.args), constant), with_tensors(call.kwargs, constant))
    for y in leaves(ours):
        assert not isinstance(y, mg.Tensor) or y.constant


@pytest.mark.parametrize("call", available(CONSTANT), ids=lambda c: c.name)
def test_like_a_tensor(call):
    assert_same(call(with_tensors(list(call.args))), call(), tensor=True)


@pytest.mark.parametrize("call", available(CREATION), ids=lambda c: c.name)
def test_creation_like_a_tensor(call):
    created = call(call.args, {**call.kwargs, "like": mg.Tensor(1.0)})
    assert_same(created, call(), tensor=True)
    assert created.constant is (created.dtype.kind != "f")


@pytest.mark.parametrize("call", available(PLAIN_CALLS), ids=lambda c: c.name)
def test_plain(call):
    ours = call(with_tensors(list(call.args)), with_tensors(call.kwargs))
    assert_same(ours, call(), tensor=False)


def places_of_numbers(x, path=()):
    """The paths to the arrays of numbers, and to floats, in nested arguments."""
    if isinstance(x, float) or (isinstance(x, np.ndarray) and x.dtype.kind in "fiu"):
        yield path
    elif isinstance(x, (list, tuple, dict)):
        for key, part in x.items() if isinstance(x, dict) else enumerate(x):
            yield from places_of_numbers(part, (*path, key))


def made_complex(x, path):
    """Nested arguments, in which what is at the end of a path becomes complex."""
    if not path:
        return x + (0.25 + 0.5j)
    if isinstance(x, dict):
        return {key: made_complex(part, path[1:]) if key == path[0] else part for key, part in x.items()}
    return type(x)([made_complex(part, path[1:]) if key == path[0] else part for key, part in enumerate(x)])


def outcome(call, args, kwargs):
    try:
        return call(args, kwargs)
    except Exception as error:
        return error


@pytest.mark.parametrize("call", available(DIFFERENTIABLE + CONSTANT + PLAIN_CALLS), ids=lambda c: c.name)
@pytest.mark.filterwarnings("ignore")  # NumPy warns where it drops an imaginary part
def test_complex_numbers_beside_tensors(call):
    """Of variables they are refused, or come to what NumPy makes of them; of constants they are NumPy's."""

    def constant(x):
        return mg.Tensor(x, constant=True)

    whole = [list(call.args), call.kwargs]
    for path in places_of_numbers(whole):
        args, kwargs = made_complex(whole, path)
        expected = outcome(call, args, kwargs)
        of_constants = [outcome(call, with_tensors(args, constant), with_tensors(kwargs, constant))]
        with mg.no_autodiff:
            of_constants.append(outcome(call, with_tensors(args), with_tensors(kwargs)))
        of_variables = outcome(call, with_tensors(args), with_tensors(kwargs))
        if isinstance(expected, Exception):
            assert all(isinstance(y, type(expected)) for y in of_constants)
            assert isinstance(of_variables, (type(expected), TypeError))
            continue
        for ours in of_constants:
            assert_like_arrays(ours, expected)
        if isinstance(of_variables, Exception):
            assert isinstance(of_variables, TypeError)
            assert "real numbers" in str(of_variables)
        else:
            assert_like_arrays(of_variables, expected)


def assert_like_arrays(ours, numpys):
    for y, expected in zip(leaves(ours), leaves(numpys), strict=True):
        if not isinstance(expected, (np.ndarray, np.generic, complex)):
            assert type(y) is type(expected)
            assert y == expected
            continue
        assert (np.asarray(y).dtype, np.shape(y)) == (np.asarray(expected).dtype, np.shape(expected))
        assert not isinstance(y, mg.Tensor) or y.dtype.kind in "fiub"
        assert_allclose(np.asarray(y), expected, rtol=1e-12, atol=1e-12)


def test_zeros_are_trimmed():
    """Zeros have no neighbours that the same elements would be left of: their gradient is zero."""
    x = mg.Tensor([0, 0, 1.5, 0, 2.0, 0])
    for trim in "fb", "f", "b", "FB":
        trimmed = np.trim_zeros(x, trim)
        assert_array_equal(trimmed, np.trim_zeros(x.data, trim))
    trimmed.backward()
    assert_array_equal(x.grad, [0, 0, 1, 1, 1, 0])
    assert np.trim_zeros(mg.zeros(3)).shape == (0,)
    y = mg.Tensor([1.0, 3.0])
    product = np.polymul(x, y)
    assert_array_equal(product, np.polymul(x.data, y.data))
    product.backward()
    assert_array_equal(x.grad, [0, 0, 4, 4, 4, 4])
    assert_array_equal(np.polymul(mg.zeros(2), y), np.polymul(np.zeros(2), y.data), strict=True)


def test_index_grids():
    rows, columns = np.ix_(mg.Tensor([1, 0]), MASK)
    assert_array_equal(rows, [[1], [0]])
    assert type(columns) is np.ndarray
    assert_array_equal(SQUARE[np.ix_(mg.Tensor([1, 0]), [True, False])], [[-0.4], [2.0]])
    with pytest.raises(ValueError, match="1 dimensional"):
        np.ix_(mg.Tensor(M))


def test_files(tmp_path):
    x = mg.Tensor(V)
    np.save(tmp_path / "x.npy", x)
    assert_array_equal(np.load(tmp_path / "x.npy"), V)
    for save in np.savez, np.savez_compressed:
        save(tmp_path / "x.npz", x, y=x)
        with np.load(tmp_path / "x.npz") as archive:
            assert_array_equal(archive["arr_0"], V)
            assert_array_equal(archive["y"], V)
    text = io.StringIO()
    np.savetxt(text, x)
    assert_array_equal(np.loadtxt(io.StringIO(text.getvalue())), V)
    for load in np.loadtxt, np.genfromtxt:
        loaded = load(io.StringIO(text.getvalue()), like=x)
        assert type(loaded) is mg.Tensor
        assert_array_equal(loaded, V)
    V.tofile(tmp_path / "x.bin")
    assert type(np.fromfile(tmp_path / "x.bin", like=x)) is mg.Tensor


#: Those that write into an argument (see test_writes), those about files (above) and dates, and one that returns
#: tensors and a number (see test_decompositions).
ELSEWHERE = frozenset(
    """
    copyto put place putmask fill_diagonal put_along_axis
    save savez savez_compressed savetxt loadtxt genfromtxt fromfile
    busday_count busday_offset datetime_as_string is_busday
    lstsq
    """.split()  # noqa: SIM905
)


def test_every_function_is_called_here():
    called = {c.func for c in available(DIFFERENTIABLE + CONSTANT + CREATION + PLAIN_CALLS)}
    functions = {
        f for f in {*IMPLEMENTATIONS, *COMPOSITIONS, *RULES, *PLAIN} if f in get_overridable_numpy_array_functions()
    }
    assert sorted(f.__name__ for f in functions - called if f.__name__ not in ELSEWHERE) == []
