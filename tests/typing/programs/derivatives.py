"""Derivatives as functions, rules and operations of one's own, switches."""

from typing import Any, assert_type

import numpy as np

import mygrad as mg
from mygrad import Tensor
from mygrad.extend import defvjp, primitive
from mygrad.functional import ravel_pytree

Array = np.ndarray[Any, Any]


def loss(params: Array | Tensor, scale: float) -> Any:
    return np.sum(params * params) * scale


# The parameters of a function are those of its derivatives; what they return has the form of the argument.
gradient: Array = mg.grad(loss)(np.ones(2), scale=2.0)
value, gradient = mg.value_and_grad(loss)(np.ones(2), 2.0)
hessian: Array = mg.hessian(loss)(np.ones(2), 2.0)
by_scale: float = mg.grad(loss, argnums=1)(np.ones(2), 2.0)
vector, unravel = ravel_pytree({"w": np.ones(2)})


@primitive
def softplus(x: Any) -> Any:
    return np.logaddexp(0, x)


defvjp(softplus, lambda g, y, x: g * np.exp(x - y), elementwise=True)


class Cube(mg.Operation):
    def __call__(self, x: Tensor) -> Array:
        self.variables = (x,)
        return x.data**3

    def backward_var(self, grad: Array, index: int, **kwargs: Any) -> Array:
        x: Array = self.variables[index].data
        slope: Array = 3 * x**2
        return grad * slope


x = mg.tensor(2.0)
cube: Tensor = mg.execute_op(Cube, x)
cube.backward()


@mg.lift
def lifted(x: Tensor, n: int = 2) -> Tensor:
    return x * n


@mg.lost_gradients("raise")
def strictly(x: Tensor) -> Tensor:
    return x * 2


@mg.detect_anomaly(inf=True)
def watched(x: Tensor, *, factor: float) -> Tensor:
    return x * factor


@mg.mem_guard_off
async def unguarded(x: Tensor) -> Tensor:
    return x * 2


assert_type(lifted(x, n=3), Tensor)
assert_type(strictly(x), Tensor)
assert_type(watched(x, factor=2.0), Tensor)
with mg.no_autodiff, mg.detect_anomaly():
    assert_type(strictly(x), Tensor)
assert_type(mg.why_no_gradient(x), str)
assert_type(mg.why_locked(np.ones(2)), str | None)
