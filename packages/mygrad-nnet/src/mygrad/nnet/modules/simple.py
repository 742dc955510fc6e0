"""Layers without parameters, and layers in a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from operator import index
from typing import TYPE_CHECKING, Any, overload

from numpy.random import Generator

from mygrad import reshape
from mygrad.nnet._inputs import arrayed
from mygrad.nnet.layers import dropout
from mygrad.nnet.module import Module
from mygrad.nnet.modules._made import generator, probability, settings

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.nnet.initializers._random import Seed
    from mygrad.typing import ArrayLike

__all__ = ["Activation", "Dropout", "Flatten", "Sequential"]


class Sequential(Module):
    """Layers, each of which is given what the one before returns.

    Parameters
    ----------
    *layers : Module | Callable
        Functions, such as `mygrad.nnet.relu`, are made an `Activation` each, which gives them options.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet import relu
    >>> from mygrad.nnet.modules import Linear, Sequential
    >>> model = Sequential(Linear(4, 8), relu, Linear(8, 2))
    >>> model(np.ones((5, 4))).shape
    (5, 2)
    >>> model
    Sequential(
      (0): Linear(4, 8)
      (1): Activation(relu)
      (2): Linear(8, 2)
    )

    The names of the parameters count the layers:

    >>> [name for name, parameter in model.named_parameters()]
    ['0.weight', '0.bias', '2.weight', '2.bias']
    >>> len(model[:2])
    2
    """

    def __init__(self, *layers: Callable[..., Any]) -> None:
        layer: Any
        for number, layer in enumerate(layers):
            if isinstance(layer, type):
                raise TypeError(
                    f"Sequential: number {number} is the class {layer.__name__}: give it one, `{layer.__name__}(...)`"
                )
            if not callable(layer):
                raise TypeError(
                    f"Sequential: layers are modules with a method `__call__`, or functions, but number {number} is of "
                    f"type {type(layer).__name__}"
                )
            vars(self)[str(number)] = layer if isinstance(layer, Module) else Activation(layer)

    def __call__(self, x: Any) -> Any:
        """What the last layer returns."""
        for layer in self:
            x = layer(x)
        return x

    def __iter__(self) -> Iterator[Callable[..., Any]]:
        return (layer for name, layer in vars(self).items() if name.isdecimal())

    def __len__(self) -> int:
        return sum(name.isdecimal() for name in vars(self))

    @overload
    def __getitem__(self, number: int) -> Any: ...
    @overload
    def __getitem__(self, number: slice) -> Sequential: ...

    def __getitem__(self, number: int | slice) -> Any:
        layers = list(self)[number]
        return Sequential(*layers) if isinstance(layers, list) else layers

    def describe(self) -> str:
        """Nothing: the layers tell it all."""
        return ""


class Activation(Module):
    """A function with options, as a layer.

    Parameters
    ----------
    function : Callable
    *args, **options
        What it is given after its argument.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet import leaky_relu
    >>> from mygrad.nnet.modules import Activation
    >>> layer = Activation(leaky_relu, slope=0.1)
    >>> layer
    Activation(leaky_relu, slope=0.1)
    >>> layer(np.array([-1.0, 1.0]))
    Tensor([-0.1,  1. ])
    """

    def __init__(self, function: Callable[..., Any], *args: Any, **options: Any) -> None:
        if not callable(function):
            raise TypeError(f"Activation: expected a function, such as `relu`, but got {function!r}")
        self.function: Callable[..., Any] = function
        self.args: tuple[Any, ...] = args
        self.options: dict[str, Any] = options

    def __call__(self, x: ArrayLike) -> Any:
        """What the function returns."""
        return self.function(x, *self.args, **self.options)

    def describe(self) -> str:
        """The function, and its options."""
        name = getattr(self.function, "__name__", repr(self.function))
        options = [f"{key}={value!r}" for key, value in self.options.items()]
        return ", ".join([name, *map(repr, self.args), *options])


class Flatten(Module):
    """All axes from one on made one.

    Parameters
    ----------
    start : int
        The first of these axes. By default the data stay apart.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet.modules import Flatten
    >>> Flatten()(np.ones((5, 3, 8, 8))).shape
    (5, 192)
    """

    def __init__(self, start: int = 1) -> None:
        try:
            self.start: int = index(start)
        except TypeError:
            raise TypeError(f"Flatten: `start` must be the number of an axis, but is {start!r}") from None

    def __call__(self, x: ArrayLike) -> Tensor:
        """A view of `x`, if that is possible."""
        data = arrayed(x)
        shape = data.shape
        if not -len(shape) <= self.start < len(shape):
            raise ValueError(f"Flatten: `x` has shape {shape}, and so no axis {self.start}")
        kept = shape[: self.start]
        return reshape(data, (*kept, prod(shape[len(kept) :])))

    def describe(self) -> str:
        """The axis, if it is not the second one."""
        return settings(start=(self.start, 1))


class Dropout(Module):
    """Sets entries to 0 at random while the model is trained, and scales the others up; see `Module.eval`.

    Parameters
    ----------
    p : float
        The probability with which an entry is dropped.
    rng : Generator | int | Sequence[int] | SeedSequence, optional
        Where random numbers come from, or the seed for that. By default from NumPy's global state.

    See Also
    --------
    mygrad.nnet.layers.dropout : the function.

    Examples
    --------
    >>> import numpy as np
    >>> from mygrad.nnet.modules import Dropout
    >>> layer = Dropout(0.5, rng=1)
    >>> layer(np.ones(6))
    Tensor([2., 2., 0., 2., 0., 0.])
    >>> layer.eval()(np.ones(6))
    Tensor([1., 1., 1., 1., 1., 1.])
    """

    def __init__(self, p: float = 0.5, *, rng: Seed = None) -> None:
        self.p: float = probability("Dropout", "p", p)
        self.rng: Generator | None = generator(rng)

    def __call__(self, x: ArrayLike) -> Tensor:
        """`x`, thinned out."""
        return dropout(x, self.p, training=self.training, rng=self.rng)

    def describe(self) -> str:
        """The probability."""
        return settings(self.p)
