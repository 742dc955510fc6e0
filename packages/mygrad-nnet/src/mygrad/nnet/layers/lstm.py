"""Long short-term memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad import Operation, execute_op
from mygrad.nnet.activations.sigmoid import sigmoid
from mygrad.nnet.layers._recurrent import arguments, chance_of, in_one_dtype, rows

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.nnet.initializers._random import Seed
    from mygrad.nnet.layers.dropout import Chance
    from mygrad.typing import ArrayLike, Real

__all__ = ["lstm"]

Array = np.ndarray[Any, Any]


def _turned(gates: list[Any]) -> list[Any]:
    """The weights of h, i, f and o, from those of i, f, o and h: sigmoids, and what is added to memories, adjoin."""
    return [gates[3], *gates[:3]]


def _blocks(rows: Array) -> Array:
    """Rows for all gates side by side, with a block for each gate instead."""
    n, length = rows.shape
    return rows.reshape(n, 4, length // 4).swapaxes(0, 1)


def _columns(blocks: Array) -> Array:
    """The matrix whose columns are those of all blocks, transposed: products with that take less time."""
    _four, n, d = blocks.shape
    return blocks.swapaxes(1, 2).reshape(4 * d, n)


class LSTM(Operation):
    """See `lstm`. It returns states and memories in one array.

    What is done element by element is quicker if each gate has a block of memory to itself. So the gates are on the
    last axis but two: the candidate h, i, f and o. The last three are the logistic function of numbers that are
    computed with the opposite sign, as is the exponential in it: the weights have that sign.

    One product makes all gates of a step: that of the state, the input and 1, side by side, with W, U and b, one below
    the other. (With dropout, products with U are made beforehand, and 0 is in the place of the input.)
    """

    joined: Array
    weights: Array
    gates: Array
    states: Array
    added: Array  # i * h and f * c, whose sum each new memory is
    tanh: Array
    dropped: list[Array] | None

    def __call__(self, *variables: Any, chance: Chance) -> Array:
        self.variables = variables
        (x, *weights, s0, c0), dtype = in_one_dtype(self._values(variables))
        (steps, n, _c), d = x.shape, len(weights[2])
        self.weights = np.empty((4, d + x.shape[2] + 1, d), x.dtype)
        W, U, b = self.weights[:, :d], self.weights[:, d:-1], self.weights[:, -1]
        for k, part in enumerate((U, W, b)):
            for block, given in zip(part, _turned(weights[k::3]), strict=True):
                block[...] = given
        np.negative(self.weights[1:], out=self.weights[1:])
        self.joined = np.empty((steps + 1, n, self.weights.shape[1]), x.dtype)
        states, self.joined[..., -1] = self.joined[..., :d], 1
        inputs: Any = [None] * steps
        self.dropped = None
        if chance.p:
            self.dropped = [chance.factors(shape, x.dtype) for shape in ((n, 4 * d), (d, 4 * d))]
            inputs = x[:, None] @ U * _blocks(self.dropped[0])
            W *= _blocks(self.dropped[1])
        self.joined[:-1, :, d:-1] = 0 if chance.p else x
        result = np.empty((2, steps + 1, n, d), x.dtype)
        self.states, memories = result
        states[0], memories[0] = s0, c0
        self.added, self.tanh = np.empty((steps, 2, n, d), x.dtype), np.empty((steps, n, d), x.dtype)
        self.gates = np.empty((steps, 4, n, d), x.dtype)
        with np.errstate(over="ignore"):
            for joined, more, c, new_s, new_c, (ih, fc), tanh, gate in zip(
                self.joined, inputs, memories, states[1:], memories[1:], self.added, self.tanh, self.gates, strict=False
            ):
                np.matmul(joined, self.weights, out=gate)
                if more is not None:
                    gate += more
                (h, i, f, o), sigmoids = gate, gate[1:]
                np.tanh(h, out=h)
                np.exp(sigmoids, out=sigmoids)  # may overflow: 1 / inf is the 0 that is due
                sigmoids += 1
                np.reciprocal(sigmoids, out=sigmoids)
                np.multiply(i, h, out=ih)
                np.multiply(f, c, out=fc)
                np.add(ih, fc, out=new_c)
                np.tanh(new_c, out=tanh)
                np.multiply(tanh, o, out=new_s)
        self.states[...] = states  # side by side, which the backward pass reads in less time
        return result.astype(dtype, copy=False)

    def backward(self, grad: Array, **kwargs: Any) -> list[Array | None]:
        steps, _four, n, d = self.gates.shape
        W, U = _columns(self.weights[:, :d]), self.weights[:, d:-1]
        of_gates = np.empty((steps, n, 4 * d), W.dtype)
        # All is done step by step, in the same memory: so that stays in the cache.
        of_state, of_memory = grad[:, -1].astype(W.dtype)
        by_gates, part = np.empty((4, n, d), W.dtype), np.empty((n, d), W.dtype)
        by_h, by_o, by_added = by_gates[0], by_gates[3], by_gates[1:3]
        blocks = of_gates.reshape(steps, n, 4, d).swapaxes(1, 2)
        kept = self.gates, self.added, self.tanh, self.states[1:]
        for gate, added, tanh, s, of_gate, block, of_earlier_state, of_earlier_memory in zip(
            *[a[::-1] for a in (*kept, of_gates, blocks, grad[0, :-1], grad[1, :-1])], strict=True
        ):
            h, i, f, o = gate
            # The derivatives of the new memory by h, i and f, and those of the new state by o and by the memory
            np.subtract(gate, 1, out=by_gates)
            by_added *= added
            by_o *= s
            np.multiply(added[0], h, out=by_h)
            np.subtract(i, by_h, out=by_h)
            np.multiply(tanh, s, out=part)
            np.subtract(o, part, out=part)
            part *= of_state
            of_memory += part
            np.multiply(by_gates[:3], of_memory, out=block[:3])
            np.multiply(by_o, of_state, out=block[3])
            np.matmul(of_gate, W, out=of_state)
            of_state += of_earlier_state
            of_memory *= f
            of_memory += of_earlier_memory

        of_weights = rows(self.joined[:-1]).T @ rows(of_gates)
        if self.dropped is not None:
            of_weights[:d] *= self.dropped[1]
            of_gates *= self.dropped[0]
            x = self.variables[0].data.astype(of_gates.dtype, copy=False)
            of_weights[d:-1] = rows(x).T @ rows(of_gates)
        of_x = None if self.variables[0].constant else of_gates @ _columns(U)
        of_h, *others = _blocks(of_weights)
        negative = [-part for a in others for part in (a[d:-1], a[:d], a[-1])]
        return [of_x, *negative, of_h[d:-1].copy(), of_h[:d].copy(), of_h[-1].copy(), of_state, of_memory]

    def composition(self, *variables: Any, **kwargs: Any) -> Any:
        x, *weights, s, c = [v.astype(self.gates.dtype, copy=False) for v in variables]
        _steps, _four, n, d = self.gates.shape
        U, W, b = (np.concatenate(_turned(weights[k::3]), axis=-1) for k in range(3))
        inputs = x @ U
        if self.dropped is not None:
            inputs, W = inputs * self.dropped[0], W * self.dropped[1]
        states, memories = [np.broadcast_to(s, (n, d))], [np.broadcast_to(c, (n, d))]
        for gates in inputs + b:
            gates = gates + states[-1] @ W
            i, f, o = (sigmoid(gates[:, k * d : (k + 1) * d]) for k in range(1, 4))
            memories.append(f * memories[-1] + i * np.tanh(gates[:, :d]))
            states.append(o * np.tanh(memories[-1]))
        return np.stack([np.stack(states), np.stack(memories)])


LSTM.__name__ = "lstm"  # what graphs call it, and users


def lstm(
    X: ArrayLike,
    Ui: ArrayLike,
    Wi: ArrayLike,
    bi: ArrayLike,
    Uf: ArrayLike,
    Wf: ArrayLike,
    bf: ArrayLike,
    Uo: ArrayLike,
    Wo: ArrayLike,
    bo: ArrayLike,
    Uh: ArrayLike,
    Wh: ArrayLike,
    bh: ArrayLike,
    s0: ArrayLike | None = None,
    c0: ArrayLike | None = None,
    dropout: Real = 0.0,
    constant: bool | None = None,
    *,
    rng: Seed = None,
) -> tuple[Tensor, Tensor]:
    """Pass a sequence through a layer of long short-term memory.

    The state `s` and the memory `c` are updated at each step::

        i = sigmoid(x @ Ui + s @ Wi + bi)
        f = sigmoid(x @ Uf + s @ Wf + bf)
        o = sigmoid(x @ Uo + s @ Wo + bo)
        h = tanh(x @ Uh + s @ Wh + bh)
        c = f * c + i * h
        s = o * tanh(c)

    Parameters
    ----------
    X : array_like, shape (T, N, C)
        N sequences of T steps.
    Ui, Uf, Uo, Uh : array_like, shape (C, D)
        Weights of the input.
    Wi, Wf, Wo, Wh : array_like, shape (D, D)
        Weights of the state.
    bi, bf, bo, bh : array_like, shape (D,)
    s0, c0 : array_like, shape (N, D), optional
        The state and the memory before the first step; by default 0.
    dropout : float
        The probability with which entries of all W are dropped, and of ``X @ U``, before the bias is added: the same at
        all steps. The other entries are multiplied by ``1 / (1 - dropout)``.
    constant : bool, optional
        Whether gradients stop at the results. By default they do if all arguments are constants.
    rng : Generator | int | Sequence[int] | SeedSequence, optional
        Where the random numbers for dropout come from, or the seed for that. By default from NumPy's global state
        (``np.random.seed``).

    Returns
    -------
    states, memories : Tensor, shape (T + 1, N, D)
        `s0`, and the state after each step; and so the memories.

    Raises
    ------
    ValueError
        If the shapes do not fit, or `dropout` is not from 0 to less than 1.

    See Also
    --------
    gru : does with fewer weights.

    Notes
    -----
    Derivatives of all orders exist.

    References
    ----------
    S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation (1997).

    F. A. Gers, J. Schmidhuber and F. Cummins, "Learning to forget: continual prediction with LSTM", Neural Computation
    (2000).

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.nnet.layers import lstm
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(20, 5, 3))  # 5 sequences of 20 steps
    >>> weights = [mg.tensor(rng.normal(size=shape)) for _ in "ifoh" for shape in [(3, 4), (4, 4), (4,)]]
    >>> states, memories = lstm(X, *weights)
    >>> states.shape, memories.shape
    ((21, 5, 4), (21, 5, 4))

    Go on where the sequences ended:

    >>> states, memories = lstm(X, *weights, states[-1], memories[-1])
    >>> states[-1].sum().backward()
    >>> weights[0].grad.shape
    (3, 4)
    """
    gates = {"i": (Ui, Wi, bi), "f": (Uf, Wf, bf), "o": (Uo, Wo, bo), "h": (Uh, Wh, bh)}
    variables = arguments("lstm", X, gates, {"s0": s0, "c0": c0})
    chance = chance_of("lstm", dropout, rng)
    states, memories = execute_op(LSTM, *variables, op_kwargs={"chance": chance}, constant=constant)
    return states, memories
