"""A container of parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar, overload

import numpy as np

from mygrad import Tensor, no_autodiff, tensor
from mygrad.nnet._elsewhere import word_on
from mygrad.nnet._numbers import flag, named, values_for

__all__ = ["Module", "Unmatched"]

M = TypeVar("M", bound="Module")


class Unmatched(NamedTuple):
    """The names in a state, and those of a module, that have no counterpart.

    Attributes
    ----------
    missing : list[str]
        Names of tensors of the module.
    unknown : list[str]
        Names in the state.
    """

    missing: list[str]
    unknown: list[str]


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
    >>> model
    Classifier(
      (layers.0): Dense(weight: (8, 4), bias: (8,))
      (layers.1): Dense(weight: (3, 8), bias: (3,))
    )
    """

    training: bool = True
    _frozen: frozenset[str] = frozenset()

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
        return (part for _name, part in self.named_modules())

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """The module itself, whose name is empty, and all that it consists of, each with the path that leads to it."""
        return ((name, part) for name, part in _walk("", self, set()) if isinstance(part, Module))

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

    @overload
    def load_state_dict(self, state: Mapping[str, Any], *, strict: Literal[True] = ...) -> None: ...
    @overload
    def load_state_dict(self, state: Mapping[str, Any], *, strict: Literal[False]) -> Unmatched: ...
    @overload
    def load_state_dict(self, state: Mapping[str, Any], *, strict: bool) -> Unmatched | None: ...

    def load_state_dict(self, state: Mapping[str, Any], *, strict: bool = True) -> Unmatched | None:
        """Write values into the tensors, in place.

        Parameters
        ----------
        state : Mapping[str, array_like]
            From `state_dict`, or the file that ``np.load`` opened. Of the names of one tensor, one is enough.
        strict : bool
            If False, tensors that are missing from the state stay as they are, and other names in it are passed over.

        Returns
        -------
        Unmatched | None
            If not `strict`, the names of both.

        Raises
        ------
        KeyError
            If a tensor is missing, or there is none of some name here, and `strict` is True.
        ValueError
            If a shape differs, or one tensor would get different values by different names.
        TypeError
            If an array is of a dtype that does not fit: complex numbers or strings for real ones, say. In none of
            these cases has anything been written.
        """
        named(type(self).__name__, state)
        tensors = self._named_tensors()
        targets = {name: tensors[name] if name in tensors else _find(self, name) for name in state}
        given = set(map(id, targets.values()))
        missing = sorted(name for name, t in tensors.items() if id(t) not in given)
        unknown = sorted(name for name, t in targets.items() if t is None)
        if flag("strict", strict) and (missing or unknown):
            raise KeyError(f"the state does not fit the module: it lacks {missing}, and has {unknown} besides")
        with no_autodiff:
            found: dict[int, tuple[str, Any]] = {}
            for name, t in targets.items():
                if t is None:
                    continue
                values = values_for(name, state[name], t)
                first, others = found.setdefault(id(t), (name, values))
                if not np.array_equal(others, values, equal_nan=values.dtype.kind in "fc"):
                    raise ValueError(f"{first!r} and {name!r} are one tensor here, but the state has two values for it")
            for t in tensors.values():
                if id(t) in found:
                    t[...] = found[id(t)][1]
        return None if strict else Unmatched(missing, unknown)

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

    def freeze(self: M) -> M:
        """Make constants of all parameters, so that they are not trained, and no gradient is computed for them.

        The constants share the memory of the parameters, in whose places they are put. A tensor that another module
        has as well is a constant here alone: freeze the module that has both. What `dropout` and batch normalization
        do is another matter: see `eval`.

        Returns
        -------
        Module
            The module itself.

        See Also
        --------
        unfreeze : puts the parameters back.

        Examples
        --------
        >>> from mygrad.nnet.modules import Linear, Sequential
        >>> model = Sequential(Linear(4, 8), Linear(8, 2))
        >>> first = model[0].freeze()
        >>> [name for name, parameter in model.named_parameters()]
        ['1.weight', '1.bias']
        >>> len(model.unfreeze().parameters())
        4
        """
        constants: dict[int, Any] = {}
        for part in self.modules():
            mine = {name: t for name, t in own_tensors(part) if not t.constant}
            part._frozen = part._frozen.union(mine)
            constants |= {id(t): t.detach() for t in mine.values() if id(t) not in constants}
        return rebuilt(self, constants, {}, copied=lambda part: part)

    def unfreeze(self: M) -> M:
        """Make parameters again of what `freeze` has made constants of, in this module and all that it consists of.

        Returns
        -------
        Module
            The module itself.
        """
        variables: dict[int, Any] = {}
        for part in self.modules():
            for name, t in own_tensors(part):
                if name in part._frozen and id(t) not in variables:
                    source = t.base  # which is gone in copies, and a larger one if the parameter was a view itself
                    found = source is not None and source.shape == t.shape
                    variables[id(t)] = source if found else tensor(t, constant=False, copy=False)
            part._frozen = frozenset()
        return rebuilt(self, variables, {}, copied=lambda part: part)

    def describe(self) -> str:
        """What `repr` has between the brackets: by default the shapes of the module's own tensors.

        Override it for settings to be there instead.
        """
        return ", ".join(f"{name}: {t.shape}" for name, t in own_tensors(self))

    def __repr__(self) -> str:
        return _tree(self, {})

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
            return rebuilt(self, {id(t): others[name] for name, t in parameters.items()}, {})

        return parameters, rebuild

    def _named_tensors(self) -> dict[str, Tensor]:
        tensors: dict[str, Tensor] = {}
        for name, part in _walk("", self, set()):
            if isinstance(part, Tensor) and tensors.setdefault(name, part) is not part:
                raise ValueError(f"two tensors of this module have the name {name!r}: rename an attribute or a key")
        return tensors

    if not TYPE_CHECKING:  # or type checkers would take any name

        def __getattr__(self, name: str) -> Any:
            if hasattr(type(self), name):  # a property, whose own error says what is missing
                return super().__getattribute__(name)
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{word_on(name)}")


#: What tensors are looked for in.
CONTAINERS = (Module, Mapping, list, tuple)


def _walk(name: str, part: Any, seen: set[int], own: bool = False) -> Iterator[tuple[str, Any]]:
    """`part`, and all tensors and modules in it, with their names, in the order of attributes.

    Tensors come as often as they are an attribute or an item, and all else once. If only the module's `own` are
    wanted, the modules in it come as tensors do, and what these consist of does not.
    """
    if isinstance(part, Tensor) or (own and seen and isinstance(part, Module)):
        yield name, part
    elif isinstance(part, CONTAINERS) and id(part) not in seen:
        seen.add(id(part))
        yield name, part
        for key, inner in _items(part):
            yield from _walk(f"{name}.{key}" if name else str(key), inner, seen, own)


def _items(part: Any) -> Iterable[tuple[Any, Any]]:
    """The attributes of a module, or the items of another container."""
    if isinstance(part, Module):
        return vars(part).items()
    return part.items() if isinstance(part, Mapping) else enumerate(part)


def rebuilt(part: Any, others: dict[int, Any], made: dict[int, Any], copied: Callable[[Any], Any] = copy) -> Any:
    """`part`, and all that it consists of, with other tensors, by the id of those that they replace.

    Modules, lists and dictionaries are `copied` first; if that returns what it is given, this is done in place.
    """
    if isinstance(part, Tensor) or not isinstance(part, CONTAINERS):
        return others.get(id(part), part)
    if id(part) in made:
        return made[id(part)]
    if isinstance(part, tuple):
        found = [rebuilt(inner, others, made, copied) for inner in part]
        return part._make(found) if hasattr(part, "_make") else type(part)(found)
    result = made[id(part)] = copied(part)
    items = vars(result) if isinstance(part, Module) else result
    for key, inner in list(_items(part)):
        items[key] = rebuilt(inner, others, made, copied)
    return result


def own_tensors(module: Module) -> list[tuple[str, Tensor]]:
    """The tensors that are not those of a module in this one, with their names."""
    return [(name, t) for name, t in _walk("", module, set(), own=True) if isinstance(t, Tensor)]


def children(module: Module) -> list[tuple[str, Module]]:
    """The modules in this one, but not those in them, with their names."""
    found = _walk("", module, set(), own=True)
    return [(name, part) for name, part in found if isinstance(part, Module) and name]


def _tree(module: Module, shown: dict[int, str], name: str = "") -> str:
    """What `repr` shows. A module that was shown before is called by the name that it has there."""
    kind = type(module).__name__
    if id(module) in shown:
        return f"{kind}, the same as ({shown[id(module)]})" if shown[id(module)] else f"{kind}, the whole of it"
    shown[id(module)] = name
    lines = []
    for key, child in children(module):
        tree = _tree(child, shown, f"{name}.{key}" if name else key)
        lines.append(f"({key}): {tree}".replace("\n", "\n  "))
    described = module.describe()
    if not lines:
        return f"{kind}({described})"
    return "\n  ".join([f"{kind}(", *[described] * bool(described), *lines]) + "\n)"


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
