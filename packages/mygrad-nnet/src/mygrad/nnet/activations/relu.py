"""The rectified linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mygrad.extend import call, defvjp
from mygrad.nnet._numbers import bounded, keep, reals

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["rectified", "relu"]


def rectified(x: Any) -> Any:
    """The larger of `x` and 0."""
    return bounded(reals(x), 0)


def _vjp_all(node: Any, g: Any, may_write: bool) -> list[Any]:
    return [keep(g, node.data > 0, may_write)]


defvjp(rectified, lambda g, y, _x: keep(g, y > 0), vjp_all=_vjp_all, elementwise=True, masks=True, name="relu")


def relu(x: ArrayLike, *, constant: bool | None = None) -> Tensor:
    """The rectified linear unit: `x` where it is positive, and 0 elsewhere.

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
    The derivative at 0 is taken as 0.

    References
    ----------
    V. Nair and G. E. Hinton, "Rectified linear units improve restricted Boltzmann machines", ICML (2010).

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.nnet.activations import relu
    >>> x = mg.tensor([-2.0, 0.0, 3.0])
    >>> y = relu(x)
    >>> y
    Tensor([0., 0., 3.])
    >>> y.backward()
    >>> x.grad
    array([0., 0., 1.])
    """
    return call(rectified, x, constant=constant)
