"""The gated recurrent unit whose reset gate comes after the product with the state's weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygrad import Operation
from mygrad.nnet.activations.sigmoid import sigmoid
from mygrad.nnet.layers._recurrent import in_one_dtype, logistic, rows

__all__ = ["ResetAfterGRU"]

Array = np.ndarray[Any, Any]


class ResetAfterGRU(Operation):
    """The states of ``s = (1 - z) * h + z * s``, where ``h = tanh(x @ Uh + bh + r * (s @ Wh + ch))``.

    Its variables are `x` of shape (T, N, C), `U` (3D, C), `W` (3D, D), `b` and `c` (3D,), whose rows are those of r, z
    and h, and the initial state. So one product with the state serves all three.
    """

    U: Array
    W: Array
    gates: Array
    h: Array
    product: Array
    states: Array

    def __call__(self, *variables: Any) -> Array:
        self.variables = variables
        (x, self.U, self.W, b, c, s0), dtype = in_one_dtype(self._values(variables))
        (steps, n, _c), d = x.shape, self.W.shape[1]
        inputs = (rows(x) @ self.U.T + b).reshape(steps, n, 3 * d)
        self.gates, self.h = inputs[..., : 2 * d].copy(), inputs[..., 2 * d :].copy()
        self.product = np.empty((steps, n, d), x.dtype)
        self.states = states = np.empty((steps + 1, n, d), x.dtype)
        states[0] = s0
        by_columns = np.ascontiguousarray(self.W.T)  # a small product with a transposed matrix takes half as long again
        with np.errstate(over="ignore"):
            for s, new, gate, h, product in zip(states, states[1:], self.gates, self.h, self.product, strict=False):
                of_state = s @ by_columns
                of_state += c
                gate += of_state[:, : 2 * d]
                logistic(gate)
                product[...] = of_state[:, 2 * d :]
                h += gate[:, :d] * product
                np.tanh(h, out=h)
                np.subtract(s, h, out=new)
                new *= gate[:, d:]
                new += h
        return states.astype(dtype, copy=False)

    def backward(self, grad: Array, **kwargs: Any) -> list[Array | None]:
        steps, n, d = self.h.shape
        s, r, z = self.states[:-1], self.gates[..., :d], self.gates[..., d:]
        # The derivatives of each new state, but for what comes from the states before, at all steps at once
        by_h = (1 - z) * (1 - self.h * self.h)
        by_z = (s - self.h) * z * (1 - z)
        by_r = by_h * self.product * r * (1 - r)
        of_states = grad.astype(s.dtype)
        of_products = np.empty((steps, n, 3 * d), s.dtype)  # of the state and W
        for step in reversed(range(steps)):
            g, of_product = of_states[step + 1], of_products[step]
            np.multiply(g, by_r[step], out=of_product[:, :d])
            np.multiply(g, by_z[step], out=of_product[:, d : 2 * d])
            np.multiply(g, by_h[step] * r[step], out=of_product[:, 2 * d :])
            of_states[step] += g * z[step]
            of_states[step] += of_product @ self.W
        of_inputs = of_products.copy()
        np.multiply(of_states[1:], by_h, out=of_inputs[..., 2 * d :])
        x = self.variables[0].data.astype(s.dtype, copy=False)
        of_x = None if self.variables[0].constant else of_inputs @ self.U
        of_U, of_W = rows(of_inputs).T @ rows(x), rows(of_products).T @ rows(s)
        return [of_x, of_U, of_W, rows(of_inputs).sum(axis=0), rows(of_products).sum(axis=0), of_states[0]]

    def composition(self, *variables: Any, **kwargs: Any) -> Any:
        x, U, W, b, c, s0 = [v.astype(self.h.dtype, copy=False) for v in variables]
        _steps, n, d = self.h.shape
        states = [np.broadcast_to(s0, (n, d))]
        for inputs in x @ U.T + b:
            s = states[-1]
            of_state = s @ W.T + c
            gates = inputs[:, : 2 * d] + of_state[:, : 2 * d]
            r, z = sigmoid(gates[:, :d]), gates[:, d:]
            h = np.tanh(inputs[:, 2 * d :] + r * of_state[:, 2 * d :])
            states.append(sigmoid(-z) * h + sigmoid(z) * s)
        return np.stack(states)


ResetAfterGRU.__name__ = "gru"  # what graphs call it, and users
