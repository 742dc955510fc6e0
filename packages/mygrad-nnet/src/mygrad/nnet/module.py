"""A container of parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from typing import Any, TypeVar

import numpy as np

from mygrad import Tensor, no_autodiff
from mygrad.nnet._numbers import flag, values_for

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

        Raises
        ------
        ValueError
            If two tensors have the same name, such as those of ``{"a.b": t, "a": {"b": u}}``.
        """
        seen: set[int] = set()
        for name, t in self._named_tensors().items():
            if not t.constant and id(t) not in seen:
                seen.add(id(t))
                yield name, t

    def parameters(self) -> list[Tensor]:
        """The tensors to train, each once: what an optimizer is given."""
        return list(
            {id(t): t for _name, t in _walk("", self, set()) if isinstance(t, Tensor) and not t.constant}.values()
        )

    def modules(self) -> Iterator[Module]:
        """The module itself, and all that it consists of."""
        return (part for _name, part in _walk("", self, set()) if isinstance(part, Module))

    def state_dict(self) -> dict[str, np.ndarray[Any, Any]]:
        """Copies of the values of all tensors, constants included, by name.

        A tensor that has several names, such as a weight that two layers share, is there by each, as one array.

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
        tensors = self._named_tensors()
        with no_autodiff:
            copies = {id(t): np.array(t) for t in tensors.values()}
        return {name: copies[id(t)] for name, t in tensors.items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Write values into the tensors, in place.

        Parameters
        ----------
        state : Mapping[str, array_like]
            From `state_dict`, or the file that ``np.load`` opened. Of the names of one tensor, one is enough.

        Raises
        ------
        KeyError
            If a tensor is missing, or there is none of some name here.
        ValueError
            If a shape differs, or one tensor would get different values by different names.
        TypeError
            If an array is of a dtype that does not fit: complex numbers or strings for real ones, say. In none of
            these cases has anything been written.
        """
        tensors = self._named_tensors()
        targets = {name: tensors[name] if name in tensors else _find(self, name) for name in state}
        given = set(map(id, targets.values()))
        missing = sorted(name for name, t in tensors.items() if id(t) not in given)
        unknown = sorted(name for name, t in targets.items() if t is None)
        if missing or unknown:
            raise KeyError(f"the state does not fit the module: it lacks {missing}, and has {unknown} besides")
        with no_autodiff:
            found: dict[int, tuple[str, Any]] = {}
            for name, t in targets.items():
                values = values_for(name, state[name], t)
                first, others = found.setdefault(id(t), (name, values))
                if not np.array_equal(others, values, equal_nan=values.dtype.kind in "fc"):
                    raise ValueError(f"{first!r} and {name!r} are one tensor here, but the state has two values for it")
            for t in tensors.values():
                t[...] = found[id(t)][1]

    def train(self: M, mode: bool = True) -> M:
        """Say that the module, and all that it consists of, is being trained.

        Returns
        -------
        Module
            The module itself.
        """
        mode = flag("mode", mode)
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

    def __tree_flatten__(self) -> tuple[dict[str, Tensor], Callable[[Mapping[str, Any]], Any]]:
        """The tensors to train, by name, and the function that makes a copy of the module with others in their place.

        By this, `mygrad.functional` differentiates with respect to a module, and returns one of gradients. The copy
        shares what is no parameter with the module. It is what the function is given that is differentiated, so an
        attribute that this assigns is one of the copy.

        Examples
        --------
        >>> import mygrad as mg
        >>> from mygrad.nnet import Module
        >>> class Scale(Module):
        ...     def __init__(self):
        ...         self.factor = mg.tensor(2.0)
        >>> mg.grad(lambda scale, x: scale.factor**2 * x)(Scale(), 3.0).factor
        Tensor(12.)
        """
        parameters = dict(self.named_parameters())

        def rebuild(others: Mapping[str, Any]) -> Any:
            return _replaced(self, {id(t): others[name] for name, t in parameters.items()}, {})

        return parameters, rebuild

    def _named_tensors(self) -> dict[str, Tensor]:
        tensors: dict[str, Tensor] = {}
        for name, part in _walk("", self, set()):
            if isinstance(part, Tensor) and tensors.setdefault(name, part) is not part:
                raise ValueError(f"two tensors of this module have the name {name!r}: rename an attribute or a key")
        return tensors


#: What tensors are looked for in.
CONTAINERS = (Module, Mapping, list, tuple)


def _walk(name: str, part: Any, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """`part`, and all tensors and modules in it, with their names, in the order of attributes.

    Tensors come as often as they are an attribute or an item, and all else once.
    """
    if isinstance(part, Tensor):
        yield name, part
    elif isinstance(part, CONTAINERS) and id(part) not in seen:
        seen.add(id(part))
        yield name, part
        for key, inner in _items(part):
            yield from _walk(f"{name}.{key}" if name else str(key), inner, seen)


def _items(part: Any) -> Iterable[tuple[Any, Any]]:
    """The attributes of a module, or the items of another container."""
    if isinstance(part, Module):
        return vars(part).items()
    return part.items() if isinstance(part, Mapping) else enumerate(part)


def _replaced(part: Any, others: dict[int, Any], made: dict[int, Any]) -> Any:
    """A copy of `part`, and of all that it consists of, with other tensors, by the id of those that they replace."""
    if isinstance(part, Tensor) or not isinstance(part, CONTAINERS):
        return others.get(id(part), part)
    if id(part) in made:
        return made[id(part)]
    if isinstance(part, tuple):
        found = [_replaced(inner, others, made) for inner in part]
        return part._make(found) if hasattr(part, "_make") else type(part)(found)
    copied: Any = copy(part)
    made[id(part)] = copied
    items = vars(copied) if isinstance(part, Module) else copied
    for key, inner in list(_items(part)):
        items[key] = _replaced(inner, others, made)
    return copied


def _find(part: Any, name: str) -> Tensor | None:
    """The tensor in `part` to which this name leads, if there is one."""
    if isinstance(part, CONTAINERS):
        for key, inner in _items(part):
            if name == str(key) and isinstance(inner, Tensor):
                return inner
            if name.startswith(f"{key}."):
                found = _find(inner, name.removeprefix(f"{key}."))
                if found is not None:
                    return found
    return None
