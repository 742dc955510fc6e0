"""A container of parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

import numpy as np

from mygrad import Tensor, no_autodiff

__all__ = ["Module"]

M = TypeVar("M", bound="Module")


class Module:
    """A part of a model, which knows its parameters: the tensors among its attributes, and those of its parts.

    Derive from it, and assign tensors and other modules as attributes; also in lists, tuples and
    dictionaries. Nothing has to be registered. What the module computes is up to you: give it a method, such
    as ``__call__``.

    Attributes
    ----------
    training : bool
        Whether the model is being trained, which matters to dropout and batch normalization; see `train` and
        `eval`.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet import Module
    >>> from mygrad.nnet.activations import relu
    >>> from mygrad.nnet.initializers import he_normal
    >>> class Dense(Module):
    ...     def __init__(self, n_in, n_out):
    ...         self.weight = he_normal(n_out, n_in)
    ...         self.bias = mg.zeros(n_out, dtype="float32")
    ...
    ...     def __call__(self, x):
    ...         return x @ self.weight.T + self.bias
    >>> class Classifier(Module):
    ...     def __init__(self):
    ...         self.layers = [Dense(4, 8), Dense(8, 3)]
    ...
    ...     def __call__(self, x):
    ...         return self.layers[1](relu(self.layers[0](x)))
    >>> model = Classifier()
    >>> for name, parameter in model.named_parameters():
    ...     print(name, parameter.shape)
    layers.0.weight (8, 4)
    layers.0.bias (8,)
    layers.1.weight (3, 8)
    layers.1.bias (3,)
    """

    training: bool = True

    def named_parameters(self) -> Iterator[tuple[str, Tensor]]:
        """The tensors to train, each with the path of attributes that leads to it.

        Yields
        ------
        tuple[str, Tensor]
            Every tensor that is no constant, once: by the first of its names, if it has several.
        """
        return ((name, t) for name, t in self._named_tensors() if not t.constant)

    def parameters(self) -> list[Tensor]:
        """The tensors to train: what an optimizer is given."""
        return [t for _name, t in self.named_parameters()]

    def modules(self) -> Iterator[Module]:
        """The module itself, and all that it consists of."""
        return (part for _name, part in _walk("", self, set()) if isinstance(part, Module))

    def state_dict(self) -> dict[str, np.ndarray[Any, Any]]:
        """Copies of the values of all tensors, constants included, by name.

        ``mygrad.save(file, model.state_dict())`` saves them, and so does ``np.savez(file, **model.state_dict())``.

        See Also
        --------
        load_state_dict : puts them back.

        Examples
        --------
        >>> import mygrad as mg
        >>> from mygrad.nnet import Module
        >>> class Scale(Module):
        ...     def __init__(self):
        ...         self.factor = mg.tensor(2.0)
        >>> Scale().state_dict()
        {'factor': array(2.)}
        """
        with no_autodiff:
            return {name: np.array(t) for name, t in self._named_tensors()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Write values into the tensors, in place.

        Parameters
        ----------
        state : Mapping[str, array_like]
            From `state_dict`, or the file that ``np.load`` opened.

        Raises
        ------
        KeyError
            If a name is missing, or there is none of that name here.
        ValueError
            If a shape differs. In either case nothing has been written.
        """
        tensors = dict(self._named_tensors())
        missing, unknown = sorted(tensors.keys() - state.keys()), sorted(state.keys() - tensors.keys())
        if missing or unknown:
            raise KeyError(f"the state does not fit the module: it lacks {missing}, and has {unknown} besides")
        values = {name: np.asarray(state[name]) for name in tensors}
        for name, t in tensors.items():
            if values[name].shape != t.shape:
                raise ValueError(f"{name}: expected an array of shape {t.shape}, but got {values[name].shape}")
        with no_autodiff:
            for name, t in tensors.items():
                t[...] = values[name]

    def train(self: M, mode: bool = True) -> M:
        """Say that the module, and all that it consists of, is being trained.

        Returns
        -------
        Module
            The module itself.
        """
        for part in self.modules():
            part.training = mode
        return self

    def eval(self: M) -> M:
        """Say that the module, and all that it consists of, is not being trained, but used.

        Returns
        -------
        Module
            The module itself.
        """
        return self.train(False)

    def _named_tensors(self) -> Iterator[tuple[str, Tensor]]:
        return ((name, part) for name, part in _walk("", self, set()) if isinstance(part, Tensor))


def _walk(name: str, part: Any, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """`part`, and every tensor and module in it, with its name: each once, in the order of attributes."""
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(part, Module):
        inner = vars(part).items()
    elif isinstance(part, Mapping):
        inner = part.items()
    elif isinstance(part, (list, tuple)):
        inner = enumerate(part)
    elif not isinstance(part, Tensor):
        return
    if id(part) in seen:
        return
    seen.add(id(part))
    yield name, part
    for key, value in inner:
        yield from _walk(f"{name}.{key}" if name else str(key), value, seen)
