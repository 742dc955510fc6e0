"""What is done to tensors: operators, functions, methods, indices, writes."""

from typing import Any, assert_type

import numpy as np

import mygrad as mg
from mygrad import Tensor

Array = np.ndarray[Any, Any]
Booleans = np.ndarray[Any, np.dtype[np.bool_]]
Numbers = np.ndarray[Any, np.dtype[Any]]

x = mg.tensor([1.0, 2.0, 3.0])
a = np.array([1.0, 2.0, 3.0])

# -- operators
assert_type(x + x, Tensor)
assert_type(x - 1, Tensor)
assert_type(2.0 * x, Tensor)
assert_type(1 / x, Tensor)
assert_type(x * a, Tensor)
assert_type(x @ a, Tensor)
assert_type(np.float64(2.0) * x, Tensor)
assert_type([1.0, 2.0, 3.0] - x, Tensor)
assert_type(x**2, Tensor)
assert_type(2**x, Tensor)
assert_type(-x, Tensor)
assert_type(abs(x), Tensor)
assert_type(round(x, 1), Tensor)
assert_type(x % 2.0, Tensor)
assert_type(x // 2.0, Numbers)
assert_type(divmod(x, 2.0), tuple[Numbers, Tensor])
assert_type(x > 1, Booleans)
assert_type(x == a, Booleans)
assert_type(x != x, Booleans)
x += 1.0
x *= a
assert_type(x, Tensor)

# -- what it is
assert_type(x.data, Array)
assert_type(x.grad, Array | None)
assert_type(x.shape, tuple[int, ...])
assert_type(x.dtype, np.dtype[Any])
assert_type(x.base, Tensor | None)
assert_type(x.constant, bool)
assert_type(len(x), int)
assert_type(float(x.detach().sum()), float)

# -- functions
assert_type(mg.sin(x), Tensor)
assert_type(mg.add(x, 1.0, where=x > 1, out=mg.zeros(3)), Tensor)
assert_type(mg.exp(a, out=np.zeros(3)), Tensor)
assert_type(mg.add.reduce(x), Tensor)
assert_type(mg.maximum.outer(x, a), Tensor)
assert_type(mg.sum(x, axis=0, keepdims=True), Tensor)
assert_type(mg.where(x > 1, x, 0.0), Tensor)
assert_type(mg.stack([x, x]), Tensor)
assert_type(mg.einsum("i,i", x, a), Tensor)
assert_type(mg.average(x), Tensor)
assert_type(mg.average(x, returned=True), tuple[Tensor, Tensor])
assert_type(mg.linspace(0.0, 1.0, 5), Tensor)
assert_type(mg.unique(x), Tensor)
assert_type(mg.histogram(x, weights=x), tuple[Tensor, Tensor])
assert_type(mg.random.rand(3), Tensor)
assert_type(mg.linalg.svd(mg.ones((2, 2))).S, Tensor)
assert_type(mg.linalg.eig(mg.ones((2, 2))).eigenvalues, Tensor)
assert_type(mg.fft.rfft(x, 4), Tensor)
assert_type(mg.fft.fftfreq(4, 0.5), Tensor)
assert_type(mg.linalg.norm(x), Tensor)
q, r = mg.linalg.qr(mg.ones((2, 2)))
assert_type(q, Tensor)

# -- methods, indices, writes
assert_type(x.sum(axis=0), Tensor)
assert_type(x.reshape(3, 1).T, Tensor)
assert_type(x.astype(np.float32), Tensor)
assert_type(x.detach(), Tensor)
assert_type(x[0], Tensor)
assert_type(x[x > 1], Tensor)
assert_type(x[:, None], Tensor)
for entry in x:
    assert_type(entry, Tensor)
x[0] = 5.0
x[x > 1] = a[x > 1]
assert_type(x.argmax(), np.intp | np.ndarray[Any, np.dtype[np.intp]])
assert_type((x > 0).all(), np.bool_)

# -- NumPy's functions: what they return for arrays, as far as NumPy tells, passes for a tensor where that is Any
loss = np.sum(np.sin(x) * x)
loss.backward()
