"""Arrays so small that what is measured is what an operation costs beside NumPy's work."""

from __future__ import annotations

from typing import Any

from benchmarks.workloads import IMMUTABLE, Group, integers, mask, normal, uniform

GROUP = Group("small", torch=1.0, mygrad=0.25, autograd=0.33, unguarded=1.25)
row = GROUP.row
QUICK = {"torch": 0.8}  # ufuncs, reductions and chains
three = uniform(3)


@row("x * y", three, three, mode="forward", targets=QUICK)
def _multiply(xp: Any, x: Any, y: Any) -> Any:
    return x * y


@row("x + 2", three, mode="forward", targets=QUICK)
def _add_scalar(xp: Any, x: Any) -> Any:
    return x + 2


@row("x * array", three, constants=(three,), mode="forward", targets=QUICK)
def _multiply_by_array(xp: Any, a: Any, x: Any) -> Any:
    return x * a


@row("np.maximum(x, y)", three, three, mode="forward", targets=QUICK)
def _maximum(xp: Any, x: Any, y: Any) -> Any:
    return xp.maximum(x, y)


@row("np.exp(x)", three, mode="forward", targets=QUICK)
@row("mg.exp(x)", three, mode="forward", own=True, targets=QUICK)
def _exp(xp: Any, x: Any) -> Any:
    return xp.exp(x)


@row("np.sin(x)", three, mode="forward", targets=QUICK)
def _sin(xp: Any, x: Any) -> Any:
    return xp.sin(x)


@row("x @ y, 3 x 3", uniform(3, 3), uniform(3, 3), mode="forward")
def _matmul(xp: Any, x: Any, y: Any) -> Any:
    return x @ y


@row("x[1]", three, mode="forward")
def _element(xp: Any, x: Any) -> Any:
    return x[1]


@row("x[1:]", three, mode="forward")
def _slice(xp: Any, x: Any) -> Any:
    return x[1:]


@row("x.T, 3 x 3", uniform(3, 3), mode="forward")
def _transpose(xp: Any, x: Any) -> Any:
    return x.T


@row("x[integers]", three, constants=(integers(0, 3, 2),), mode="forward")
@row("x[mask]", three, constants=(mask(3),), mode="forward")
def _gather(xp: Any, index: Any, x: Any) -> Any:
    return x[index]


@row("np.sum(x)", three, mode="forward", targets=QUICK)
def _sum(xp: Any, x: Any) -> Any:
    return xp.sum(x)


@row("np.mean(x)", three, mode="forward", targets=QUICK)
def _mean(xp: Any, x: Any) -> Any:
    return xp.mean(x)


@row("x.sum(axis=0), 3 x 3", uniform(3, 3), mode="forward", targets=QUICK)
def _sum_method(xp: Any, x: Any) -> Any:
    return x.sum(axis=0)


@row("np.sum(x * x), backward", three, hand=lambda x: [2 * x], targets=QUICK)
def sum_of_squares(xp: Any, x: Any) -> Any:
    return xp.sum(x * x)


@row("np.sum(np.exp(x) * np.sin(y)), backward", three, three, targets=QUICK)
def _exp_sin(xp: Any, x: Any, y: Any) -> Any:
    return xp.sum(xp.exp(x) * xp.sin(y))


@row("np.amax(x), backward", three, targets=QUICK)
def _max(xp: Any, x: Any) -> Any:
    return xp.amax(x)


@row("np.sum(x @ y), 3 x 3, backward", uniform(3, 3), uniform(3, 3))
def _sum_of_matmul(xp: Any, x: Any, y: Any) -> Any:
    return xp.sum(x @ y)


@row("np.sum(x * row), 3 x 3, backward", uniform(3, 3), three, targets=QUICK)
def _broadcast(xp: Any, x: Any, row: Any) -> Any:
    return xp.sum(x * row)


@row("np.sum(x[1:]), backward", three)
def _sum_of_slice(xp: Any, x: Any) -> Any:
    return xp.sum(x[1:])


@row("np.sum(x[integers]), backward", three, constants=(integers(0, 3, 2),))
def _sum_of_gather(xp: Any, index: Any, x: Any) -> Any:
    return xp.sum(x[index])


@row("np.sum(np.concatenate([x, y])), backward", three, three)
def _concatenate(xp: Any, x: Any, y: Any) -> Any:
    return xp.sum(xp.concatenate([x, y]))


@row("100 operators", three, mode="forward", targets=QUICK)
@row("100 operators, no_autodiff", three, mode="untracked")
def _operators(xp: Any, x: Any) -> Any:
    y = x
    for _ in range(50):
        y = y * x + x
    return y


@row("100 operators, backward", three, targets=QUICK)
def sum_of_operators(xp: Any, x: Any) -> Any:
    return xp.sum(_operators(xp, x))


@row("50 np.tanh(y) * 1.5, backward", three, targets=QUICK)
def _ufuncs(xp: Any, x: Any) -> Any:
    y = x
    for _ in range(50):
        y = xp.tanh(y) * 1.5
    return xp.sum(y)


@row("20 views, added, backward", uniform(24))
def _views(xp: Any, x: Any) -> Any:
    y = x * 2.0
    total = y[:3]
    for i in range(20):
        total = total + y[i : i + 3]
    return xp.sum(total)


@row("20 views of views, backward", uniform(24))
def _nested_views(xp: Any, x: Any) -> Any:
    y = x * 2.0
    for _ in range(20):
        y = y[1:]
    return xp.sum(y)


@row("20 writes v *= 1.01 through a view, backward", uniform(4), without=IMMUTABLE)
def _augmented(xp: Any, x: Any) -> Any:
    y = x * 2.0
    v = y[1:3]
    for _ in range(20):
        v *= 1.01
    return xp.sum(y)


@row("20 writes v[0] = v[1] * 1.01 through a view, backward", uniform(4), without=IMMUTABLE)
def _writes(xp: Any, x: Any) -> Any:
    y = x * 2.0
    v = y[1:3]
    for _ in range(20):
        v[0] = v[1] * 1.01
    return xp.sum(y)


# Below what selects, a zero of a gradient may stand for nothing that flows, and meet an infinite derivative.


@row("np.sum(np.where(mask, x * y, x)), backward", three, three, constants=(mask(3),))
def _where(xp: Any, mask: Any, x: Any, y: Any) -> Any:
    return xp.sum(xp.where(mask, x * y, x))


@row("softmax, backward", three, constants=(three,), targets=QUICK)
def _softmax(xp: Any, weights: Any, x: Any) -> Any:
    e = xp.exp(x - xp.amax(x))
    return xp.sum(e / xp.sum(e) * weights)


@row("20 np.clip(y * 1.1, 0, 1), backward", three, targets=QUICK)
def _clips(xp: Any, x: Any) -> Any:
    y = x
    for _ in range(20):
        y = xp.clip(y * 1.1, 0.0, 1.0)
    return xp.sum(y)


@row("20 views of np.exp(x), added, backward", uniform(24))
def _views_of_exp(xp: Any, x: Any) -> Any:
    y = xp.exp(x)
    total = y[:3]
    for i in range(20):
        total = total + y[i : i + 3]
    return xp.sum(total)


@row("20 writes y[i] = y[i + 1] * 1.01 over np.exp(x), backward", uniform(24), without=IMMUTABLE)
def _writes_over_exp(xp: Any, x: Any) -> Any:
    y = xp.exp(x)
    for i in range(20):
        y[i] = y[i + 1] * 1.01
    return xp.sum(y)


@row("np.sum(np.einsum('ij,jk', x, y)), 3 x 3, backward", uniform(3, 3), uniform(3, 3))
def _einsum(xp: Any, x: Any, y: Any) -> Any:
    return xp.sum(xp.einsum("ij,jk", x, y))


@row("RNN cell, 5 steps of 3 units, backward", normal(3, 3), normal(3, 3), normal(3), constants=(normal(5, 3),))
def _rnn(xp: Any, inputs: Any, w: Any, u: Any, b: Any) -> Any:
    h = b
    for t in range(5):
        h = xp.tanh(inputs[t] @ w + h @ u + b)
    return xp.sum(h * h)
