"""The scaled exponential linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mygrad.extend import call, defvjp
from mygrad.nnet.activations.elu import exponential_linear, exponential_slopes

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["selu"]

# With these, mean 0 and variance 1 are a fixed point of layers with random weights of variance 1/n.
_ALPHA = 1.6732632423543772848170429916717
_SCALE = 1.0507009873554804934193349852946


def self_normalizing(x: Any) -> Any:
    """The scaled exponential linear unit with these numbers."""
    return exponential_linear(x, _ALPHA, _SCALE)


defvjp(
    self_normalizing, lambda g, _y, x: g * exponential_slopes(x, _ALPHA, _SCALE, g.dtype), elementwise=True, name="selu"
)


def selu(x: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """The scaled exponential linear unit: ``scale * elu(x, alpha)``.

    The two numbers, about 1.0507 and 1.6733, are such that activations keep mean 0 and variance 1 from layer
    to layer.

    Parameters
    ----------
    x : array_like
    constant : bool, optional
        Whether gradients stop at the result. By default they do if `x` is a constant.

    Returns
    -------
    Tensor

    Notes
    -----
    The derivative at 0 is taken as the one on the right, ``scale``.

    References
    ----------
    G. Klambauer, T. Unterthiner, A. Mayr and S. Hochreiter, "Self-normalizing neural networks", NIPS (2017).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.activations import selu
    >>> x = mg.tensor([-1.0, 0.0, 2.0])
    >>> y = selu(x)
    >>> y
    Tensor([-1.11133074,  0.        ,  2.10140197])
    >>> y.backward()
    >>> x.grad
    array([0.6467686 , 1.05070099, 1.05070099])
    """
    return call(self_normalizing, x, constant=constant)
