"""The gated recurrent unit."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad import Operation, execute_op
from mygrad.nnet.activations.sigmoid import sigmoid
from mygrad.nnet.layers._recurrent import arguments, chance_of, in_one_dtype, logistic, rows

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.nnet.initializers._random import Seed
    from mygrad.nnet.layers.dropout import Chance
    from mygrad.typing import ArrayLike, Real

__all__ = ["gru"]

Array = np.ndarray[Any, Any]


class GRU(Operation):
    """See `gru`."""

    bp_lim: int | None
    U: Array
    W: Array
    Uh: Array
    Wh: Array
    gates: Array
    h: Array
    states: Array
    dropped: list[Array] | None

    def __call__(self, *variables: Any, bp_lim: int | None, chance: Chance) -> Array:
        self.variables = variables
        self.bp_lim = bp_lim
        (x, Uz, Wz, bz, Ur, Wr, br, self.Uh, self.Wh, bh, s0), dtype = in_one_dtype(self._values(variables))
        (steps, n, _c), d = x.shape, len(bz)
        # The gates z and r are computed together.
        self.U, self.W = np.hstack([Uz, Ur]), np.ascontiguousarray(np.hstack([Wz, Wr]))
        self.Wh = np.ascontiguousarray(self.Wh)
        gates = (rows(x) @ self.U).reshape(steps, n, 2 * d)
        h = (rows(x) @ self.Uh).reshape(steps, n, d)
        self.dropped = None
        if chance.p:
            self.dropped = [chance.factors(a, x.dtype) for a in ((n, 2 * d), (n, d), (d, 2 * d), (d, d))]
            for a, factors in zip((gates, h, self.W), self.dropped, strict=False):
                a *= factors
            self.Wh = self.Wh * self.dropped[3]
        gates += np.hstack([bz, br])
        h += bh
        states = np.empty((steps + 1, n, d), x.dtype)
        states[0] = s0
        with np.errstate(over="ignore"):
            for s, new, gate, candidate in zip(states, states[1:], gates, h, strict=False):
                gate += s @ self.W
                logistic(gate)
                z, r = gate[:, :d], gate[:, d:]
                candidate += (r * s) @ self.Wh
                np.tanh(candidate, out=candidate)
                np.subtract(s, candidate, out=new)
                new *= z
                new += candidate
        self.gates, self.h, self.states = gates, h, states
        return states.astype(dtype, copy=False)

    def backward(self, grad: Array, **kwargs: Any) -> list[Array | None]:
        d = self.h.shape[2]
        s, z, r = self.states[:-1], self.gates[..., :d], self.gates[..., d:]
        # The derivatives of each new state, but for what comes from the states before, at all steps at once
        by_h = (1 - z) * (1 - self.h * self.h)
        by_z = (s - self.h) * z * (1 - z)
        by_r = s * r * (1 - r)
        of_gates, of_h = np.empty_like(self.gates), np.empty_like(self.h)
        W, Wh = np.ascontiguousarray(self.W.T), np.ascontiguousarray(self.Wh.T)  # small products take less time so

        def pull_back(g: Array, at: int | slice) -> Array:
            """From the gradients of new states to those of the gates and the states before, at one step or many."""
            np.multiply(g, by_h[at], out=of_h[at])
            np.multiply(g, by_z[at], out=of_gates[at][..., :d])
            of_rs = of_h[at] @ Wh
            np.multiply(of_rs, by_r[at], out=of_gates[at][..., d:])
            before = g * z[at]
            of_rs *= r[at]
            before += of_rs
            before += of_gates[at] @ W
            return before

        of_states = grad.astype(s.dtype)
        if self.bp_lim is None or self.bp_lim >= len(s):
            for step in reversed(range(len(s))):
                of_states[step] += pull_back(of_states[step + 1], step)
        else:  # all steps at once, once for each of the depths
            part = of_states.copy()
            for _ in range(self.bp_lim):
                part = pull_back(part[1:], slice(len(part) - 1))
                of_states[: len(part)] += part
            pull_back(of_states[1:], slice(None))
        return self._of_variables(of_gates, of_h, r * s, of_states[0])

    def composition(self, *variables: Any, **kwargs: Any) -> Any:
        x, Uz, Wz, bz, Ur, Wr, br, Uh, Wh, bh, s0 = [v.astype(self.h.dtype, copy=False) for v in variables]
        (steps, n, d), limit = self.h.shape, self.bp_lim
        W = np.concatenate([Wz, Wr], axis=-1)
        gates, h = x @ np.concatenate([Uz, Ur], axis=-1), x @ Uh
        if self.dropped is not None:
            gates, h, W, Wh = (a * factors for a, factors in zip((gates, h, W, Wh), self.dropped, strict=True))
        gates, h, s0 = gates + np.concatenate([bz, br]), h + bh, np.broadcast_to(s0, (n, d))

        def step(s: Any, gate: Any, candidate: Any) -> Any:
            gate = gate + s @ W
            z, r = gate[..., :d], sigmoid(gate[..., d:])
            return sigmoid(-z) * np.tanh(candidate + (r * s) @ Wh) + sigmoid(z) * s

        if limit is None or limit >= steps:
            one_by_one = [s0]
            for gate, candidate in zip(gates, h, strict=True):
                one_by_one.append(step(one_by_one[-1], gate, candidate))
            return np.stack(one_by_one)
        states: Any = self.states  # constants, from each of which `limit + 1` steps are taken, from all at once
        for _ in range(limit + 1):
            states = np.concatenate([s0[None], step(states[:-1], gates, h)])
        return states

    def _of_variables(self, of_gates: Array, of_h: Array, rs: Array, of_s0: Array) -> list[Array | None]:
        d = of_h.shape[2]
        x = self.variables[0].data.astype(of_h.dtype, copy=False)
        of_b, of_bh = rows(of_gates).sum(axis=0), rows(of_h).sum(axis=0)
        of_W, of_Wh = rows(self.states[:-1]).T @ rows(of_gates), rows(rs).T @ rows(of_h)
        if self.dropped is not None:
            for a, factors in zip((of_gates, of_h, of_W, of_Wh), self.dropped, strict=True):
                a *= factors
        of_U, of_Uh = rows(x).T @ rows(of_gates), rows(x).T @ rows(of_h)
        of_x = None
        if not self.variables[0].constant:
            of_x = (rows(of_gates) @ self.U.T + rows(of_h) @ self.Uh.T).reshape(x.shape)
        of_z, of_r = ([a[..., part] for a in (of_U, of_W, of_b)] for part in (slice(d), slice(d, None)))
        return [of_x, *of_z, *of_r, of_Uh, of_Wh, of_bh, of_s0]


GRU.__name__ = "gru"  # what graphs call it, and users


def gru(
    X: ArrayLike,
    Uz: ArrayLike,
    Wz: ArrayLike,
    bz: ArrayLike,
    Ur: ArrayLike,
    Wr: ArrayLike,
    br: ArrayLike,
    Uh: ArrayLike,
    Wh: ArrayLike,
    bh: ArrayLike,
    s0: ArrayLike | None = None,
    bp_lim: int | None = None,
    dropout: Real = 0.0,
    constant: bool | None = None,
    *,
    rng: Seed = None,
) -> Tensor:
    """Pass a sequence through a layer of gated recurrent units.

    The state `s` is updated at each step::

        z = sigmoid(x @ Uz + s @ Wz + bz)
        r = sigmoid(x @ Ur + s @ Wr + br)
        h = tanh(x @ Uh + (r * s) @ Wh + bh)
        s = (1 - z) * h + z * s

    Parameters
    ----------
    X : array_like, shape (T, N, C)
        N sequences of T steps.
    Uz, Ur, Uh : array_like, shape (C, D)
        Weights of the input.
    Wz, Wr, Wh : array_like, shape (D, D)
        Weights of the state.
    bz, br, bh : array_like, shape (D,)
    s0 : array_like, shape (N, D), optional
        The state before the first step; by default 0.
    bp_lim : int, optional
        How many steps back a gradient goes, beyond the one that it enters at. By default there is no limit.
    dropout : float
        The probability with which entries of all W are dropped, and of ``X @ U``, before the bias is added: the same at
        all steps. The other entries are multiplied by ``1 / (1 - dropout)``.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if all arguments are constants.
    rng : Generator | int | Sequence[int] | SeedSequence, optional
        Where the random numbers for dropout come from, or the seed for that. By default from NumPy's global state
        (``np.random.seed``).

    Returns
    -------
    Tensor, shape (T + 1, N, D)
        `s0`, and the state after each step.

    Raises
    ------
    ValueError
        If the shapes do not fit, `bp_lim` is negative, or `dropout` is not from 0 to less than 1.

    See Also
    --------
    lstm : has a memory apart from the state.

    Notes
    -----
    Derivatives of all orders exist. Where `bp_lim` ends a gradient, those of higher order end as well.

    References
    ----------
    K. Cho, B. van Merrienboer, C. Gulcehre, D. Bahdanau, F. Bougares, H. Schwenk and Y. Bengio, "Learning phrase
    representations using RNN encoder-decoder for statistical machine translation", EMNLP (2014).

    S. Merity, N. S. Keskar and R. Socher, "Regularizing and optimizing LSTM language models", arXiv:1708.02182 (2017);
    and Y. Gal and Z. Ghahramani, "A theoretically grounded application of dropout in recurrent neural networks",
    arXiv:1512.05287 (2015): dropout.

    Examples
    --------
    >>> import mygrad as mg
    >>> import numpy as np
    >>> from mygrad.nnet.layers import gru
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(20, 5, 3))  # 5 sequences of 20 steps
    >>> weights = [mg.tensor(rng.normal(size=shape)) for _ in "zrh" for shape in [(3, 4), (4, 4), (4,)]]
    >>> states = gru(X, *weights)
    >>> states.shape
    (21, 5, 4)
    >>> states[-1].sum().backward()
    >>> weights[0].grad.shape
    (3, 4)
    """
    variables = arguments("gru", X, {"z": (Uz, Wz, bz), "r": (Ur, Wr, br), "h": (Uh, Wh, bh)}, {"s0": s0})
    if bp_lim is not None and index(bp_lim) < 0:
        raise ValueError(f"gru: `bp_lim` must not be negative, but is {bp_lim}")
    chance = chance_of("gru", dropout, rng)
    return execute_op(GRU, *variables, op_kwargs={"bp_lim": bp_lim, "chance": chance}, constant=constant)
