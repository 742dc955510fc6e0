"""Recurrent layers: several, one on top of the other, in one direction or in both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad import execute_op
from mygrad.nnet._inputs import arrayed
from mygrad.nnet._numbers import unmasked
from mygrad.nnet.layers import dropout, gru, lstm
from mygrad.nnet.layers._reset_after import ResetAfterGRU
from mygrad.nnet.module import Module
from mygrad.nnet.modules._made import evenly, generator, probability, settings, size

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.nnet.initializers._random import Seed
    from mygrad.typing import ArrayLike, DTypeLikeReals

__all__ = ["GRU", "LSTM"]

Array = np.ndarray[Any, Any]


class _Recurrent(Module):
    """What is the same for all cells. A cell says how many gates it has, and what it computes of one sequence."""

    _gates: int

    def __init__(
        self, inputs: int, units: int, layers: int, both: bool, drop: float, dtype: DTypeLikeReals, rng: Seed
    ) -> None:
        kind = type(self).__name__
        self.inputs: int = size(kind, "inputs", inputs)
        self.units: int = size(kind, "units", units)
        self.layers: int = size(kind, "layers", layers)
        self.bidirectional: bool = bool(both)
        self.dropout: float = probability(kind, "dropout", drop)
        self.rng: np.random.Generator | None = generator(rng)
        rows, bound = self._gates * units, units**-0.5
        for layer, suffix in self._passes():
            width = inputs if not layer else units * (1 + self.bidirectional)
            for name, shape in {
                "weight_ih": (rows, width),
                "weight_hh": (rows, units),
                "bias_ih": (rows,),
                "bias_hh": (rows,),
            }.items():
                vars(self)[name + suffix] = evenly(*shape, bound=bound, dtype=dtype, rng=self.rng)

    def _passes(self) -> list[tuple[int, str]]:
        """For each pass through a sequence the number of its layer, and how the names of its parameters end."""
        ends = ("", "_reverse") if self.bidirectional else ("",)
        return [(layer, f"_l{layer}{end}") for layer in range(self.layers) for end in ends]

    def _cell(self, x: Any, weights: list[Any], states: list[Any]) -> list[Any]:
        """For each part of the state, its values before the first step and after each, of shape (T + 1, N, units)."""
        raise NotImplementedError

    def _through(self, x: ArrayLike, states: list[Any], lengths: ArrayLike | None) -> tuple[Any, list[Any]]:
        """The outputs of the last layer, and for each part of the state its values at the end of each pass."""
        kind = type(self).__name__
        data = arrayed(x)
        if len(data.shape) != 3 or data.shape[2] != self.inputs:
            raise ValueError(f"{kind}: `x` must have the shape (T, N, {self.inputs}), but it has {data.shape}")
        steps, n, _ = data.shape
        span = None if lengths is None else Span(kind, steps, n, lengths)
        passes = self._passes()
        for state in states:
            expected = (len(passes), n, self.units)
            if state is not None and np.shape(state) != expected:
                raise ValueError(f"{kind}: states must have the shape {expected}, but this one has {np.shape(state)}")
        outputs, ends = [data], []
        for number, (layer, suffix) in enumerate(passes):
            backwards = suffix.endswith("_reverse")
            if not backwards and layer:
                below = outputs[0] if len(outputs) == 1 else np.concatenate(outputs, axis=-1)
                data = dropout(below, self.dropout, training=self.training, rng=self.rng)
            if not backwards:
                outputs = []
            weights = [vars(self)[name + suffix] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
            given = [None if state is None else state[number] for state in states]
            found = self._cell(_reversed(data, span) if backwards else data, weights, given)
            output = found[0][1:]
            if span is not None:
                output = span.cut(output)
            outputs.append(_reversed(output, span) if backwards else output)
            ends.append([part[-1] if span is None else span.last(part) for part in found])
        result = outputs[0] if len(outputs) == 1 else np.concatenate(outputs, axis=-1)
        return result, [np.stack(part) for part in zip(*ends, strict=True)]

    def describe(self) -> str:
        """The sizes and settings."""
        return settings(self.inputs, self.units, **self._settings())

    def _settings(self) -> dict[str, tuple[Any, Any]]:
        return {
            "layers": (self.layers, 1),
            "bidirectional": (self.bidirectional, False),
            "dropout": (self.dropout, 0.0),
        }


class GRU(_Recurrent):
    """Layers of gated recurrent units.

    Parameters
    ----------
    inputs : int
        How many numbers go in at each step.
    units : int
        How many come out, from each direction.
    layers : int
        How many layers there are, one on top of the other.
    bidirectional : bool
        Whether each sequence is read backwards, too, by units of their own.
    dropout : float
        The probability with which, in training, an entry is dropped of what goes from one layer to the next.
    reset_after : bool
        Whether the state is reset after its product with the weights, as in PyTorch and cuDNN, rather than before it,
        as in the paper and in `mygrad.nnet.layers.gru`. Either way training finds weights, but not the same ones.
    dtype : dtype_like
    rng : Generator | int | Sequence[int] | SeedSequence, optional
        Where initial weights come from, and random numbers for dropout, or the seed for that. By default from NumPy's
        global state.

    Attributes
    ----------
    weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0 : Tensor
        Weights of the inputs, of shape (3 * units, inputs), of the states, (3 * units, units), and biases, (3 * units,)
        each: rows for the gates r and z, and for the candidate h. So for the layers l1 and so on, and with the suffix
        _reverse for the other direction.

    See Also
    --------
    mygrad.nnet.layers.gru : the function.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet.modules import GRU
    >>> layer = GRU(3, 4, layers=2, bidirectional=True, rng=0)
    >>> layer
    GRU(3, 4, layers=2, bidirectional=True)
    >>> sequences = np.ones((7, 5, 3))  # 5 of up to 7 steps
    >>> outputs, state = layer(sequences, lengths=[7, 7, 5, 3, 1])
    >>> outputs.shape, state.shape
    ((7, 5, 8), (4, 5, 4))
    """

    _gates = 3

    def __init__(
        self,
        inputs: int,
        units: int,
        *,
        layers: int = 1,
        bidirectional: bool = False,
        dropout: float = 0.0,
        reset_after: bool = False,
        dtype: DTypeLikeReals = np.float32,
        rng: Seed = None,
    ) -> None:
        super().__init__(inputs, units, layers, bidirectional, dropout, dtype, rng)
        self.reset_after: bool = bool(reset_after)

    def __call__(
        self, x: ArrayLike, state: ArrayLike | None = None, *, lengths: ArrayLike | None = None
    ) -> tuple[Tensor, Tensor]:
        """Pass sequences through the layers.

        Parameters
        ----------
        x : array_like, shape (T, N, inputs)
            N sequences of T steps.
        state : array_like, shape (passes, N, units), optional
            The states before the first step of each pass, of which there are one or two for each layer; by default 0.
        lengths : array_like, shape (N,) or (T, N), optional
            How many steps of each sequence count: numbers, or a mask of booleans, true for those. What comes after
            them is not looked at, and the outputs there are 0.

        Returns
        -------
        outputs : Tensor, shape (T, N, directions * units)
            The states of the last layer after each step.
        state : Tensor, shape (passes, N, units)
            The states after the last step.
        """
        outputs, [last] = self._through(x, [None if state is None else arrayed(state)], lengths)
        return outputs, last

    def _cell(self, x: Any, weights: list[Any], states: list[Any]) -> list[Any]:
        W, V, b, c = weights
        [s0] = states
        if self.reset_after:
            return [execute_op(ResetAfterGRU, x, W, V, b, c, np.zeros((), np.float16) if s0 is None else s0)]
        r, z, h = _by_gates(W, V, b + c, 3)
        return [gru(x, *z, *r, *h, s0=s0)]

    def _settings(self) -> dict[str, tuple[Any, Any]]:
        return super()._settings() | {"reset_after": (self.reset_after, False)}


class LSTM(_Recurrent):
    """Layers of long short-term memory.

    Parameters
    ----------
    inputs : int
        How many numbers go in at each step.
    units : int
        How many come out, from each direction.
    layers : int
        How many layers there are, one on top of the other.
    bidirectional : bool
        Whether each sequence is read backwards, too, by units of their own.
    dropout : float
        The probability with which, in training, an entry is dropped of what goes from one layer to the next.
    dtype : dtype_like
    rng : Generator | int | Sequence[int] | SeedSequence, optional
        Where initial weights come from, and random numbers for dropout, or the seed for that. By default from NumPy's
        global state.

    Attributes
    ----------
    weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0 : Tensor
        Weights of the inputs, of shape (4 * units, inputs), of the states, (4 * units, units), and biases, (4 * units,)
        each: rows for the gates i and f, for the candidate h, and for the gate o. So for the layers l1 and so on, and
        with the suffix _reverse for the other direction.

    See Also
    --------
    mygrad.nnet.layers.lstm : the function.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet.modules import LSTM
    >>> layer = LSTM(3, 4, rng=0)
    >>> outputs, (state, memory) = layer(np.ones((7, 5, 3)))
    >>> outputs.shape, state.shape, memory.shape
    ((7, 5, 4), (1, 5, 4), (1, 5, 4))

    Go on where the sequences ended:

    >>> outputs, (state, memory) = layer(np.ones((7, 5, 3)), (state, memory))
    """

    _gates = 4

    def __init__(
        self,
        inputs: int,
        units: int,
        *,
        layers: int = 1,
        bidirectional: bool = False,
        dropout: float = 0.0,
        dtype: DTypeLikeReals = np.float32,
        rng: Seed = None,
    ) -> None:
        super().__init__(inputs, units, layers, bidirectional, dropout, dtype, rng)

    def __call__(
        self,
        x: ArrayLike,
        state: tuple[ArrayLike, ArrayLike] | None = None,
        *,
        lengths: ArrayLike | None = None,
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Pass sequences through the layers.

        Parameters
        ----------
        x : array_like, shape (T, N, inputs)
            N sequences of T steps.
        state : tuple[array_like, array_like], optional
            The states and the memories before the first step of each pass, of which there are one or two for each
            layer: of shape (passes, N, units), and by default 0.
        lengths : array_like, shape (N,) or (T, N), optional
            How many steps of each sequence count: numbers, or a mask of booleans, true for those. What comes after
            them is not looked at, and the outputs there are 0.

        Returns
        -------
        outputs : Tensor, shape (T, N, directions * units)
            The states of the last layer after each step.
        state : tuple[Tensor, Tensor]
            States and memories after the last step, of shape (passes, N, units).
        """
        given: Any = (None, None) if state is None else state
        if not isinstance(given, tuple | list) or len(given) != 2:
            raise TypeError(f"LSTM: `state` is a tuple of states and memories, but is of type {type(state).__name__}")
        given = [None if part is None else arrayed(part) for part in given]
        outputs, [states, memories] = self._through(x, given, lengths)
        return outputs, (states, memories)

    def _cell(self, x: Any, weights: list[Any], states: list[Any]) -> list[Any]:
        W, V, b, c = weights
        i, f, h, o = _by_gates(W, V, b + c, 4)
        return list(lstm(x, *i, *f, *o, *h, *states))


def _by_gates(W: Any, V: Any, b: Any, gates: int) -> list[tuple[Any, Any, Any]]:
    """For each gate, the weights of the inputs, those of the states, and the bias, as the functions take them."""
    d = V.shape[1]
    parts = [slice(k * d, (k + 1) * d) for k in range(gates)]
    return [(W[part].T, V[part].T, b[part]) for part in parts]


class Span:
    """How many steps of each sequence count.

    Parameters
    ----------
    layer : str
        Its name, for messages.
    steps, n : int
    lengths : array_like, shape (n,) or (steps, n)

    Attributes
    ----------
    lengths : ndarray, shape (n,)
    counts : ndarray, shape (steps, n, 1)
        Whether a step counts.
    backwards : ndarray, shape (steps, n)
        Which step takes the place of each, when those that count are put in reverse.
    """

    def __init__(self, layer: str, steps: int, n: int, lengths: ArrayLike) -> None:
        given = unmasked(lengths)
        shape, dtype = given.shape, given.dtype
        time = np.arange(steps)[:, None]
        mask = given if given.dtype == bool else None
        if mask is not None and mask.shape == (steps, n):
            given = mask.sum(axis=0)
        if given.shape != (n,) or given.dtype.kind not in "iu":
            raise ValueError(
                f"{layer}: `lengths` must be {n} integers, or a mask of booleans of shape ({steps}, {n}), but it has "
                f"shape {shape} and dtype {dtype}"
            )
        if n and not (given.min() >= 0 and given.max() <= steps):
            raise ValueError(
                f"{layer}: of {steps} steps, 0 to {steps} can count, but `lengths` goes from {given.min()} to "
                f"{given.max()}"
            )
        self.lengths: Array = given.astype(np.intp)
        counts = time < self.lengths
        if mask is not None and not np.array_equal(mask, counts):
            raise ValueError(f"{layer}: in a mask, the steps that count must come before all others of their sequence")
        self.counts: Array = counts[..., None]
        self.backwards: Array = np.where(counts, self.lengths - 1 - time, time)

    def cut(self, outputs: Any) -> Any:
        """The outputs, and 0 for the steps that do not count."""
        return np.where(self.counts, outputs, np.zeros((), outputs.dtype))

    def last(self, states: Any) -> Any:
        """Of states before the first step and after each, those after the last step that counts."""
        return states[self.lengths, np.arange(len(self.lengths))]


def _reversed(x: Any, span: Span | None) -> Any:
    """The steps in reverse: of each sequence, those that count."""
    return x[::-1] if span is None else x[span.backwards, np.arange(x.shape[1])]
