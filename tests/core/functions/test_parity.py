"""Each public function computes what NumPy's does: of arrays, of lists and of tensors, with NumPy's keywords.

(That NumPy's own functions do so when they are given tensors, and that the derivatives are right, is tested in
tests/core/dispatch and tests/core/rules.)
"""

import ast
import inspect
import operator

import numpy as np
import pytest
from numpy.testing import assert_allclose

import mygrad as mg
from mygrad import Tensor

OPERANDS = {
    "V": np.array([0.3, -1.2, 2.6, 0.8]),
    "W": np.array([1.7, 0.4, -0.6, 2.2]),
    "M": np.array([[0.3, -1.2, 2.5], [1.1, 0.7, -0.4]]),
    "N": np.array([[2.3, 0.2, -1.5], [-0.1, 1.7, 0.9]]),
    "F": np.asfortranarray(np.array([[2.0, 0.3, 1.0], [-0.4, 1.5, 0.2]])),
    "T": np.array([[2.0, 0.3, 1.0], [-0.4, 1.5, 0.2], [0.7, 0.1, 0.9]]).T,
    "S": np.array([[2.0, 0.3], [0.3, 1.5]]),
    "C": np.arange(24.0).reshape(2, 3, 4)[:, ::-1],
    "Z": np.array(1.5),
    "E": np.zeros((0, 3)),
    "H": np.array([0.5, -1.5, 2.25], dtype=np.float32),
    "I": np.array([2, 0, 1, 2]),
    "B": np.array([True, False, True, True]),
    "K": np.array([0.3, np.nan, -2.5, 0.8]),
}

REDUCTIONS = """
    sum(M)  sum(M, 0)  sum(M, (0, 1))  sum(M, -1, keepdims=True)  sum(V, where=B)  sum(M, initial=2.0)
    sum(H)  sum(H, dtype=np.float64)  sum(I)  sum(I, dtype=float)  sum(B)  sum(Z)  sum(E, 0)  sum(E)  sum(C, (0, -1))
    sum(V, None, None, None, True, 1.0, B)  sum(M, axis=())  sum([[1.0, 2.0], [3.0, 4.0]], axis=1)  sum(3.0)
    prod(M)  prod(M, 0)  prod(C, (0, 2), keepdims=True)  prod(V, where=B, initial=3.0)  prod(H)  prod(I)  prod(E, 0)
    mean(M)  mean(M, 1)  mean(M, axis=(0, 1), keepdims=True)  mean(V, where=B)  mean(H)  mean(I)  mean(H, dtype=float)
    var(M)  var(M, 0, ddof=1)  var(M, axis=1, keepdims=True)  var(V, where=B)  var(H)  var(I)  var(M, correction=1)
    var(M, 0, mean=M.mean(0, keepdims=True))  std(M)  std(M, 0, None, None, 1, True)  std(V, where=B)  std(H)
    std(M, 1, mean=M.mean(1, keepdims=True), ddof=1)
    max(M)  max(M, 0)  max(M, (0, 1), keepdims=True)  max(V, initial=-3.0, where=B)  max(K)  max(H)  max(I)  max(B)
    min(M)  min(M, 1)  min(V, initial=3.0, where=~B)  min(K)  amax(M, 0)  amin(M, 0)  max(C, axis=-2)
    ptp(M)  ptp(M, 0)  ptp(M, 1, keepdims=True)
    median(M)  median(M, 0)  median(V)  median(M, axis=1, keepdims=True)  median(K)  median(I)
    average(M)  average(M, 0)  average(V, weights=W)  average(M, 1, [1.0, 2.0, 1.0])  average(M, weights=N, axis=0)
    average(M, axis=1, weights=[1, 2, 1], keepdims=True)
    nansum(K)  nansum(M, 0, keepdims=True)  nansum(K, where=B, initial=1.0)  nanprod(K)  nanprod(M, 1)
    nanmean(K)  nanmean(M, 0)  nanmax(K)  nanmin(K)  nanmax(M, 0, keepdims=True)  nanmedian(K)  nanmedian(M, 1)
    nanvar(K)  nanvar(K, ddof=1)  nanstd(K)  nanstd(M, axis=1)  nanvar(K, mean=np.array([0.5]))
    nanstd(K, mean=np.array([0.5]), where=B)
    cumsum(M)  cumsum(M, 1)  cumsum(I)  cumsum(H, dtype=float)  cumprod(M)  cumprod(M, 0)  nancumsum(K)  nancumprod(K)
    trace(M)  trace(C, 1, 0, 2)  trace(M, -1, dtype=np.float32)
"""

MATHEMATICS = """
    diff(V)  diff(M, axis=0)  diff(V, 2)  diff(V, 0)  diff(V, prepend=0)  diff(M, append=M, axis=1)
    diff(V, prepend=[1.0, 2.0], append=3)  diff(I)  diff(B)
    ediff1d(M)  ediff1d(V, 9.0)  ediff1d(V, to_begin=[1.0, 2.0], to_end=[3.0])
    trapezoid(V)  trapezoid(V, W)  trapezoid(M, dx=0.5, axis=0)
    gradient(V)  gradient(V, 0.5)  gradient(V, [0.0, 1.0, 3.0, 3.5])  gradient(M, axis=1)  gradient(M, 2.0, axis=0)
    gradient(V, [0.0, 1.0, 3.0, 3.5], edge_order=2)  gradient(V, edge_order=2)  gradient(H)  gradient(I)
    clip(V, 0.0, 1.0)  clip(V, None, 1.0)  clip(V, 0, None)  clip(V, W, 2.0)  clip(I, 0, 1)  clip(H, -1.0, 1.0)
    round(V)  round(M, 1)  around(M, decimals=-1)  round(I)
    sinc(V)  i0(V)  nan_to_num(K)  nan_to_num(K, nan=7.0)  unwrap(V, period=2)
    real(V)  imag(V)  angle(V)  angle(V, True)  real_if_close(V)
    absolute(V)  abs(I)  add(V, W)  add(V, [1, 2, 3, 4])  subtract(H, 1)  power(2, I)  power(V, 2)  multiply(H, 2.0)
    logaddexp(V, W)  hypot(V, W)  arctan2(V, W)  maximum(V, W)  fmin(K, V)  copysign(V, W)  heaviside(V, 0.5)
    ldexp(V, I)  float_power(H, 2)  deg2rad(V)  exp(Z)  sqrt(I)  reciprocal(H)  conjugate(V)  matmul(M, T)
    vecdot(M, N)
"""

LINEAR_ALGEBRA = """
    dot(V, W)  dot(M, T)  dot(2.0, V)  dot(C, V)  vdot(M, N)  inner(M, N)  outer(V, H)  kron(V, W)  kron(M, S)
    tensordot(M, N, axes=([0, 1], [0, 1]))  tensordot(M, T, 1)  cross([1.0, 2.0, 3.0], H)  cross(M, N, axis=-1)
    einsum("ij,kj->ik", M, N)  einsum("ij->ji", M)  einsum("ii", S)  einsum(M, [0, 1], [0])  einsum("...j,j", C, V)
    einsum("ij,jk,k->i", M, T, H, optimize=True)  einsum("i->", H)
    linalg.norm(M)  linalg.norm(V, 1)  linalg.norm(V, 3, 0, True)  linalg.norm(M, axis=1)  linalg.norm(M, "fro")
    linalg.norm(M, np.inf)  linalg.norm(M, 1)  linalg.norm(V, np.inf)  linalg.norm(V, 0)  linalg.norm(M, 2)
    linalg.vector_norm(M)  linalg.vector_norm(C, axis=(0, 2), ord=1)  linalg.matrix_norm(C, keepdims=True)
    linalg.inv(S)  linalg.solve(S, [1.0, 2.0])  linalg.det(S)  linalg.cholesky(S)  linalg.cholesky(S, upper=True)
    linalg.matrix_power(S, 3)  linalg.matrix_power(S, -1)  linalg.matrix_power(S, 0)
    linalg.multi_dot([M, T, H])  linalg.tensorinv(S, 1)  linalg.tensorsolve(S, [1.0, 2.0])
    linalg.matmul(M, T)  linalg.outer(V, H)  linalg.cross([1.0, 2.0, 3.0], H)  linalg.tensordot(M, T, axes=1)
    linalg.vecdot(M, N, axis=0)  linalg.trace(C)  linalg.trace(C, offset=1, dtype=np.float32)
    linalg.diagonal(C)  linalg.matrix_transpose(C)
"""

MANIPULATION = """
    reshape(M, (3, 2))  reshape(M, -1)  reshape(F, (3, 2))  reshape(F, (3, 2), "F")  reshape(F, 6, order="A")
    reshape(C, (4, -1), "A")  reshape(T, [9])  reshape(E, (3, 0))  reshape(Z, (1, 1))
    ravel(M)  ravel(F)  ravel(F, "F")  ravel(F, "A")  ravel(F, "K")  ravel(T, "K")  ravel(C, "K")  ravel(C.T, "K")
    ravel(Z)
    squeeze(C[:1])  squeeze(C[:, :1], 1)  expand_dims(M, 0)  expand_dims(M, (0, -1))
    transpose(C)  transpose(C, (1, 2, 0))  transpose(C, axes=[2, 0, 1])  permute_dims(C, (0, 2, 1))
    matrix_transpose(C)
    swapaxes(C, 0, -1)  moveaxis(C, 0, 2)  moveaxis(C, [0, 1], [-1, 0])  rollaxis(C, 2)  rollaxis(C, 0, 3)
    roll(M, 1)  roll(M, (1, -1), (0, 1))  roll(M, 2, axis=1)  flip(M)  flip(C, (0, 2))  fliplr(M)  flipud(M)  rot90(M)
    rot90(C, 3, (1, 2))  atleast_1d(Z)  atleast_2d(V)  atleast_3d(M)  broadcast_to(V, (2, 4))  broadcast_to(Z, 3)
    concatenate([M, N])  concatenate((V, I))  concatenate([M, N], None)  concatenate([M, N], axis=1, dtype=np.float32)
    concat([V, W])  stack([M, N])  stack((M, N), -1)  stack([H, H], dtype=float)  vstack([V, W])  hstack([M, N])
    hstack([V, Z])  dstack([M, N])  column_stack([V, W])  block([[M, N], [N, M]])  append(M, V)  append(M, N, 0)
    concatenate(C)  stack(C)  vstack([V, I], dtype=np.float32, casting="unsafe")
    repeat(M, 2)  repeat(M, [1, 0, 2], axis=1)  repeat(Z, 3)  tile(V, 2)  tile(M, (2, 1, 2))  resize(V, (3, 2))
    delete(V, 1)  delete(M, [0, -1], axis=1)  delete(V, slice(1, 3))  insert(V, 1, 9.0)
    insert(M, [0, 2], 1.0, axis=1)
    pad(V, 2)  pad(M, ((1, 0), (0, 2)), constant_values=3.0)  pad(V, 1, mode="edge")  pad(V, (2, 1), "reflect")
"""

SELECTION = """
    where(B, V, W)  where(B, V, 0)  where(M > 0, M, N)  where(I, V, 1)  select([V > 0, W > 0], [V, W], 5.0)
    choose([0, 1, 1, 0], [V, W])  choose([0, 5, -1, 0], [V, W], mode="clip")
    take(V, [0, -1])  take(M, [0, 2], axis=1)  take(V, 9, mode="wrap")  take(M, 1)
    take_along_axis(M, np.array([[2], [0]]), 1)
    compress([True, False], M, 0)  compress(B, V)  extract(M > 0, M)
    diag(V)  diag(M, 1)  diagflat(M, -1)  diagonal(C, 1, 1, 2)  tril(M)  tril(C, -1)  triu(M, 1)  triu(V)
    sort(V)  sort(M, axis=0)  sort(M, None)  sort(V, kind="stable")  sort(V, stable=True)  partition(V, 2)
"""

CREATION = """
    zeros(3)  zeros((2, 3), int)  zeros((2, 3), order="F")  ones(2, np.float32)  full((2, 3), 1.5)  full(2, 7)
    full((2, 4), V)  full(3, Z, np.float32)  full((2, 3), 2.0, order="F")  eye(3)  eye(2, 3, 1, np.float32)
    eye(2, order="F")  identity(3)  identity(2, int)  tri(3)  tri(2, 3, -1, int)
    zeros_like(M)  zeros_like(F)  zeros_like(T, order="C")  zeros_like(I)  ones_like(M, np.float32)
    ones_like(I, shape=5)
    full_like(M, 2.0)  full_like(I, 2.7)  full_like(M, Z)  full_like(V, W, np.float32)  zeros_like(M, shape=(2, 2))
    arange(3)  arange(1.0, 4.0, 0.5)  arange(2, 5)  arange(3, dtype=np.float32)  arange(start=1, stop=3)
    arange(stop=4)
    linspace(0, 1)  linspace(0.0, 1.0, 5)  linspace(V, W, 3)  linspace(V, 9.0, 4, False, axis=1)
    linspace(0, 9, 4, dtype=int)
    linspace(Z, 3.0, 1)  linspace(H, 3.0, 3)  geomspace(1, 100, 3)  geomspace(-1.0, -8.0, 4)
    geomspace(Z, 12.0, 3, False)
    geomspace(abs(V), abs(W), 3, axis=-1)  logspace(0, 2, 3)  logspace(V, W, 3)  logspace(0.0, Z, 4, base=2.0)
    logspace(0.0, 1.0, 3, base=abs(V))  logspace(V, 1.0, 3, base=2.0, axis=1)  logspace(0, 2, 3, dtype=np.float32)
    astype(V, np.float32)  astype(V, int)  copy(F)  copy(M, "F")
"""

# Several outputs, or none that are tensors.
TUPLES = """
    atleast_1d(Z, V)  atleast_2d(Z, V)  atleast_3d(V, M)  broadcast_arrays(V, Z)  broadcast_arrays(M, [[1], [2]])
    split(V, 2)  split(M, [1], axis=1)  split(V, [1, 3])  array_split(V, 3)  array_split(M, 2, 1)  hsplit(M, 3)
    hsplit(V, 2)  vsplit(M, 2)  dsplit(C, 2)  meshgrid(V, H)  meshgrid(V, H, indexing="ij")
    meshgrid(V, H, I, sparse=True)
    meshgrid(V, H, copy=False)  gradient(M)  gradient(M, 0.5, [0.0, 1.0, 3.0])  gradient(C, axis=(0, 2))
    average(V, weights=W, returned=True)  average(M, 0, returned=True)  average(M, 1, [1, 2, 1], True)
    linspace(0.0, 1.0, 3, retstep=True)  linspace(V, W, 3, False, True)  linalg.slogdet(S)
"""
if np.lib.NumpyVersion(np.__version__) >= "2.5.0":
    SELECTION += "    sort(V, descending=True)  sort(M, 0, descending=True)  sort(M, None, descending=True)\n"
    SELECTION += "    sort(K, descending=True, stable=True)  sort(V, descending=False)\n"
if hasattr(np, "unstack"):  # NumPy 2.1
    MANIPULATION += "    reshape(T, [9], copy=True)  reshape(M, (3, 2), copy=True)  reshape(M, 6, copy=False)\n"
    TUPLES += "    unstack(M)  unstack(M, axis=1)\n"

PLAIN = """
    argmax(V)  argmin(M, 1)  argsort(V)  any(B)  any(M, 0)  all(M, axis=1, keepdims=True)  isnan(K)  isclose(V, W)
    allclose(V, V)  floor(V)  sign(V)  rint(V)  greater(V, 0)  nonzero(B)  count_nonzero(M)  bincount(I)  shape(M)
    result_type(H, 1.0)  can_cast(np.float32, np.float64)  searchsorted([0.0, 1.0], V)  where(B)  floor_divide(V, 2)
    logical_and(V, W)  flatnonzero(V)  divmod(I, 2)  remainder(I, 2)  mod(V, 2)  fmod(V, 2)  min_scalar_type(3)
    shares_memory(V, W)  array_equal(V, V)  isin(I, [0])  argwhere(M > 0)  signbit(V)  trunc(V)  isfinite(K)
"""


def calls(text):
    return [call.strip() for line in text.splitlines() for call in line.split("  ") if call.strip()]


DIFFERENTIABLE = calls(REDUCTIONS + MATHEMATICS + LINEAR_ALGEBRA + MANIPULATION + SELECTION)
SINGLE = DIFFERENTIABLE + calls(CREATION)
pytestmark = pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")


def evaluate(call, module, operand=np.copy, **more):
    operands = {name: operand(array) for name, array in OPERANDS.items()}
    return eval(f"module.{call}", {"module": module, "np": np, **operands, **more})


def with_keyword(call, keyword):
    return f"{call[:-1]}, {keyword})" if call[-2] != "(" else f"{call[:-1]}{keyword})"


def has_variables(call):
    """Whether a tensor that stands for one of the operands is a variable."""
    names = {node.id for node in ast.walk(ast.parse(call)) if isinstance(node, ast.Name)}
    return any(OPERANDS[name].dtype.kind == "f" for name in names & OPERANDS.keys())


def copied(array):
    return array.copy("K")


def function_of(call):
    return operator.attrgetter(call.partition("(")[0])(mg)


def assert_like(result, expected):
    assert isinstance(result, Tensor)
    assert (result.dtype, result.shape) == (np.asarray(expected).dtype, np.shape(expected))
    assert_allclose(result.data, expected, rtol=1e-14, atol=0)


@pytest.mark.parametrize("call", SINGLE)
def test_of_tensors(call):
    expected = evaluate(call, np, copied)
    result = evaluate(call, mg, mg.tensor)
    assert_like(result, expected)
    if expected.dtype.kind != "f":
        assert result.constant is True
    elif call in DIFFERENTIABLE:
        assert result.constant is not has_variables(call)


@pytest.mark.parametrize("call", DIFFERENTIABLE)
def test_of_arrays(call):
    result = evaluate(call, mg, copied)
    assert_like(result, evaluate(call, np, copied))
    assert result.constant is True  # arrays are constants, and what is made of constants is one


@pytest.mark.parametrize("call", [c for c in DIFFERENTIABLE if has_variables(c)])
def test_numpys_function_of_tensors_is_ours(call):
    name = call.partition("(")[0]
    if not hasattr(np, name.partition(".")[0]):
        pytest.skip(f"this NumPy has no {name}")
    result = evaluate(call, np, mg.tensor)
    assert_like(result, evaluate(call, np, copied))
    assert result.constant is (result.dtype.kind != "f")


@pytest.mark.parametrize("call", calls(TUPLES))
def test_several_outputs(call):
    expected = evaluate(call, np, copied)
    results = evaluate(call, mg, mg.tensor)
    assert type(results) is type(expected) or isinstance(results, tuple)
    assert len(results) == len(expected)
    for result, array in zip(results, expected, strict=True):
        assert_like(result, array)
    for result, array in zip(evaluate(call, mg, copied), expected, strict=True):
        assert_like(result, array)


class WithNumber(ast.NodeTransformer):
    """Puts a number in the place of one of the operands of a call."""

    def __init__(self, position, number):
        self.position = position
        self.number = number

    def visit_Name(self, node):
        if node.id not in OPERANDS:
            return node
        self.position -= 1
        return ast.parse(self.number, mode="eval").body if self.position == -1 else node


def with_numbers(call, numbers=("5", "5.0", "True", "np.float32(2)")):
    names = [node.id for node in ast.walk(ast.parse(call)) if isinstance(node, ast.Name)]
    for position in range(sum(name in OPERANDS for name in names)):
        for number in numbers:
            yield ast.unparse(WithNumber(position, number).visit(ast.parse(call, mode="eval")))


#: Calls that make no sense of a number: those of its attributes, and what NumPy itself makes none of.
NO_NUMBERS = ("M.mean(", "C.T", "H.T", "tensorinv(", "nanvar(K, mean", "an(V, where", "r(V, where", "d(V, where")


@pytest.mark.parametrize("call", [c for c in SINGLE + calls(TUPLES) if not any(part in c for part in NO_NUMBERS)])
@pytest.mark.filterwarnings("ignore")
def test_of_numbers(call):
    """A number may stand wherever an array may, of Python or of NumPy."""
    for with_number in with_numbers(call):
        results = []
        for module in (np, mg):
            try:
                result = evaluate(with_number, module, copied)
                parts = result if isinstance(result, (list, tuple)) else [result]
                results.append([(np.asarray(part).dtype, np.shape(part), np.asarray(part)) for part in parts])
            except Exception as error:
                results.append(error)
        expected, ours = results
        if isinstance(expected, AttributeError) or "has no len" in str(expected):  # its own slips
            assert not isinstance(ours, AttributeError), with_number
        elif isinstance(expected, Exception):
            assert isinstance(ours, type(expected)), with_number
        else:
            assert not isinstance(ours, Exception), with_number
            assert [part[:2] for part in ours] == [part[:2] for part in expected], with_number
            for ours_part, part in zip(ours, expected, strict=True):
                assert_allclose(ours_part[2], part[2], rtol=1e-14, err_msg=with_number)


@pytest.mark.parametrize("call", calls(PLAIN))
def test_plain_results(call):
    expected = evaluate(call, np, copied)
    result = evaluate(call, mg, lambda array: mg.tensor(array, constant=True))
    assert type(result) is type(expected)
    np.testing.assert_equal(result, expected)


@pytest.mark.parametrize("call", [c for c in SINGLE if c not in calls(LINEAR_ALGEBRA)])
def test_of_constants_and_variables(call):
    for operand in (mg.tensor, lambda array: mg.tensor(array, constant=True)):
        assert evaluate(with_keyword(call, "constant=True"), mg, operand).constant is True
        if evaluate(call, np, copied).dtype.kind == "f":
            assert evaluate(with_keyword(call, "constant=False"), mg, operand).constant is False
        else:
            with pytest.raises(ValueError, match="floating-point"):
                evaluate(with_keyword(call, "constant=False"), mg, operand)


@pytest.mark.parametrize("call", calls(LINEAR_ALGEBRA))
def test_of_constants_and_variables_in_linear_algebra(call):
    for operand in (mg.tensor, lambda array: mg.tensor(array, constant=True)):
        for constant in (True, False):
            assert evaluate(with_keyword(call, f"constant={constant}"), mg, operand).constant is constant


@pytest.mark.parametrize("call", calls(TUPLES))
def test_several_outputs_of_constants_and_variables(call):
    for operand in (mg.tensor, lambda array: mg.tensor(array, constant=True)):
        assert all(t.constant is True for t in evaluate(with_keyword(call, "constant=True"), mg, operand))
        if all(np.asarray(array).dtype.kind == "f" for array in evaluate(call, np, copied)):
            assert all(t.constant is False for t in evaluate(with_keyword(call, "constant=False"), mg, operand))


def takes_out(call):
    function = function_of(call)
    names = list(inspect.signature(function).parameters)
    given = len(ast.parse(call).body[0].value.args)
    return "out" in names and (call.startswith(("einsum", "add", "power")) or given <= names.index("out"))


@pytest.mark.parametrize("call", [c for c in DIFFERENTIABLE if takes_out(c) and "dtype" not in c])
@pytest.mark.filterwarnings("ignore:.*aligned:DeprecationWarning")
def test_out(call):
    expected = evaluate(call, np, copied)
    call = with_keyword(call, "out=out")
    out = mg.tensor(np.full_like(expected, 7))
    assert evaluate(call, mg, mg.tensor, out=out) is out
    assert_like(out, expected)

    array = np.full_like(expected, 7)
    result = evaluate(call, mg, mg.tensor, out=array)
    assert_like(result, expected)
    assert_allclose(array, expected, rtol=1e-14)
    assert np.shares_memory(result, array)


KINDS = (TypeError, ValueError, IndexError, ZeroDivisionError)

ERRORS = """
    sum(M, 2)  sum(M, (0, 0))  sum(V, bogus=1)  sum(V, where=[True, False, True])  mean(M, axis="x")  max(E)
    min(E, 0)
    prod(M, axis=5)  var(M, ddof=1, correction=1)  median(M, 3)  average(V, weights=[1.0, 2.0])
    average(V, weights=[0, 0, 0, 0])  cumsum(M, 2)  diff(V, -1)  diff(Z)  clip(V, 1.0)
    gradient(V, 1.0, 2.0)  gradient(V, [1.0, 2.0])  gradient([1.0])  gradient(V, edge_order=3)  trapezoid(V, H)
    dot(V, H)  matmul(M, N)  inner(V, H)  cross(V, V)  tensordot(V, H, 1)  einsum("ij", V)  einsum("i,i", V, H)
    linalg.norm(V, "fro")  linalg.norm(C, 1)  linalg.inv(M)  linalg.inv([[0.0, 0.0], [0.0, 0.0]])
    linalg.multi_dot([M])
    linalg.solve(S, H)  linalg.det(V)  linalg.cholesky(-S)  linalg.matrix_power(M, 2)  linalg.outer(M, V)
    linalg.cross(V, V)  linalg.tensorinv(S, 0)  linalg.matrix_power(S, 0.5)
    reshape(V, 3)  reshape(M, (3, -1, 4))  reshape(V, 4, "K")  reshape(V)  ravel(V, "X")  squeeze(M, 0)
    expand_dims(V, 3)
    transpose(M, (0, 0))  transpose(M, (0, 1, 2))  swapaxes(M, 0, 2)  moveaxis(M, 0, 2)  moveaxis(M, [0, 1], 0)
    matrix_transpose(V)  rot90(V)  flip(V, 1)  fliplr(V)  flipud(Z)  broadcast_to(V, 3)  broadcast_arrays(V, H)
    concatenate([])  concatenate([M, V])  concatenate([M, N], 2)  concatenate(5)  concatenate([Z])  stack([])
    stack([V, H])
    stack([V, W], 2)  concatenate([V], dtype=int, casting="safe")  vstack([V, H])  block([[V], V])  block([])
    append(M, V, 0)
    split(V, 3)  split(V, 0)  hsplit(Z, 1)  vsplit(V, 2)  dsplit(M, 1)  meshgrid(V, indexing="xx")
    repeat(V, -1)  repeat(V, [1, 2])  tile(V, -1)  delete(V, 9)  insert(V, 9, 0.0)  pad(V, -1)
    pad(V, 1, mode="bogus")
    where(B, V)  where(B, H, V)  select([B], [V, W])  select([V], [W])  choose([5], [V])  take(V, 9)
    take_along_axis(M, np.array([0, 1]), 1)  compress(B, M, 1)  diag(C)  diagonal(V)  trace(V)  tril(Z)
    sort(V, 1)  sort(V, kind="bogus")
    partition(V, 9)  zeros(-1)  zeros("x")  full((2, 2), [1.0, 2.0, 3.0])  eye(-1)  arange()  arange(1, 2, 0)
    linspace(0, 1, -1)  linspace(V, H)  geomspace(0, 1)  zeros_like(V, dtype="bogus")  nanmax(E)  unwrap(Z)
"""
if hasattr(np, "unstack"):  # NumPy 2.1
    ERRORS += "    reshape(T, 9, copy=False)  reshape(M, 7, copy=True)  clip(V, 0, 1, min=0)\n"


@pytest.mark.parametrize("call", calls(ERRORS))
def test_errors(call):
    """What NumPy refuses is refused, with the same kind of error, whether of tensors or of arrays."""
    with pytest.raises(KINDS) as expected:
        evaluate(call, np, copied)
    for operand in (mg.tensor, copied):
        with pytest.raises(tuple(kind for kind in KINDS if issubclass(expected.type, kind))):
            evaluate(call, mg, operand)
