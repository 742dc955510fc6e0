"""The Kullback-Leibler divergence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp
from mygrad.nnet._inputs import matched, weighted
from mygrad.nnet._numbers import flag
from mygrad.nnet.losses._reduction import checked, portion, reduced

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.nnet.losses._reduction import Reduction
    from mygrad.typing import ArrayLike

__all__ = ["kl_divergence"]


def _count(a: Any) -> int:
    """How many distributions there are."""
    return int(np.prod(a.shape[:-1], dtype=int))


def _log(t: Any) -> Any:
    """The logarithm, and 0 where `t` is 0: it is multiplied by `t`."""
    return np.log(np.where(t == 0, 1, t))


def _reduced(terms: Any, reduction: str) -> Any:
    return np.sum(terms, axis=-1) if reduction == "none" else reduced(terms, reduction, _count(terms))


def _portion(g: Any, reduction: str, a: Any) -> Any:
    return g[..., None] if reduction == "none" else portion(g, reduction, _count(a))


def mean_divergence(log_q: Any, p: Any, reduction: str) -> Any:
    """The mean of the sums of p * (log(p) - log_q)."""
    return _reduced(weighted(p, _log(p) - log_q), reduction)


# Where p is 0 the term is, and there q has no part in it.
defvjp(
    mean_divergence,
    lambda g, _y, log_q, p, reduction: np.where(p == 0, 0, -_portion(g, reduction, log_q) * p),
    lambda g, _y, log_q, p, reduction: _portion(g, reduction, p) * (np.log(p) + 1 - log_q),
    masks=True,
    name="kl_divergence",
)


def mean_log_divergence(log_q: Any, log_p: Any, reduction: str) -> Any:
    """The same, given log(p)."""
    with np.errstate(invalid="ignore"):  # where both are -inf
        difference = log_p - log_q
    return _reduced(weighted(np.exp(log_p), difference), reduction)


def _unless_impossible(r: Any, log_p: Any) -> Any:
    return np.where(log_p == -np.inf, 0, r)


defvjp(
    mean_log_divergence,
    lambda g, _y, log_q, log_p, reduction: _unless_impossible(-_portion(g, reduction, log_q) * np.exp(log_p), log_p),
    lambda g, _y, log_q, log_p, reduction: _unless_impossible(
        _portion(g, reduction, log_p) * weighted(np.exp(log_p), log_p + 1 - log_q), log_p
    ),
    masks=True,
    name="kl_divergence",
)


def kl_divergence(
    log_probs: ArrayLike,
    targets: ArrayLike,
    *,
    log_targets: bool = False,
    reduction: Reduction = "mean",
    constant: bool | None = None,
) -> Tensor:
    """The mean divergence of distributions q from the target distributions p: ``sum(p * (log(p) - log(q)))``.

    Parameters
    ----------
    log_probs : array_like, shape (..., C)
        log(q), as `logsoftmax` gives it.
    targets : array_like, shape (..., C)
        p, or log(p).
    log_targets : bool
        Whether `targets` are logarithms.
    reduction : "mean" | "sum" | "none"
        What becomes of the divergences of all distributions: their mean, their sum, or they themselves.
    constant : bool, optional
        Whether gradients stop at the result. By default they do if both arguments are constants.

    Returns
    -------
    Tensor, shape ()
        The sum is over the last axis, and the mean over all others: these are the shape, if ``reduction="none"``.

    Raises
    ------
    ValueError
        If the shapes differ, there is no axis, or no such reduction.

    Notes
    -----
    Where p is 0 the term is 0, whatever q is.

    References
    ----------
    S. Kullback and R. A. Leibler, "On information and sufficiency", Annals of Mathematical Statistics 22
    (1951).

    Examples
    --------
    >>> import numpy as np
    >>> import mygrad as mg
    >>> from mygrad.nnet.losses import kl_divergence
    >>> log_q = mg.tensor(np.log([[0.25, 0.25, 0.5]]))
    >>> loss = kl_divergence(log_q, [[0.5, 0.5, 0.0]])
    >>> loss
    Tensor(0.69314718)
    >>> loss.backward()
    >>> log_q.grad
    array([[-0.5, -0.5,  0. ]])
    """
    log_q, p = matched("kl_divergence", log_probs=log_probs, targets=targets)
    if not log_q.shape:
        raise ValueError("kl_divergence: expected arrays with at least one axis, that of the classes")
    divergence = mean_log_divergence if flag("log_targets", log_targets) else mean_divergence
    return call(divergence, log_q, p, reduction=checked("kl_divergence", reduction), constant=constant)
