"""What NumPy's functions refuse, ours refuse, with the same kind of error."""

import numpy as np
import pytest

import mygrad as mg

OPERANDS = {
    "V": np.array([0.3, -1.2, 2.6, 0.8]),
    "W": np.array([1.7, 0.4, -0.6, 2.2]),
    "M": np.array([[0.3, -1.2, 2.5], [1.1, 0.7, -0.4]]),
    "N": np.array([[2.3, 0.2, -1.5], [-0.1, 1.7, 0.9]]),
    "T": np.array([[2.0, 0.3, 1.0], [-0.4, 1.5, 0.2], [0.7, 0.1, 0.9]]).T,
    "S": np.array([[2.0, 0.3], [0.3, 1.5]]),
    "C": np.arange(24.0).reshape(2, 3, 4)[:, ::-1],
    "Z": np.array(1.5),
    "E": np.zeros((0, 3)),
    "H": np.array([0.5, -1.5, 2.25], dtype=np.float32),
    "B": np.array([True, False, True, True]),
    "K": np.array([0.3, np.nan, -2.5, 0.8]),
}


def calls(text):
    return [call.strip() for line in text.splitlines() for call in line.split("  ") if call.strip()]


def evaluate(call, module, operand=np.copy):
    operands = {name: operand(array) for name, array in OPERANDS.items()}
    return eval(f"module.{call}", {"module": module, "np": np, **operands})


def copied(array):
    return array.copy("K")


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
