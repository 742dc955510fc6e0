"""The Kullback-Leibler divergence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mygrad.extend import call, defvjp
from mygrad.nnet._inputs import matched, weighted
from mygrad.nnet._numbers import mean_of, share

if TYPE_CHECKING:
    from mygrad import Tensor
    from mygrad.typing import ArrayLike

__all__ = ["kl_divergence"]


def _count(a: Any) -> int:
    """How many distributions there are."""
    return int(np.prod(a.shape[:-1], dtype=int))


def _log(t: Any) -> Any:
    """The logarithm, and 0 where `t` is 0: it is multiplied by `t`."""
    return np.log(np.where(t == 0, 1, t))


def mean_divergence(log_q: Any, p: Any) -> Any:
    """The mean of the sums of p * (log(p) - log_q)."""
    return mean_of(weighted(p, _log(p) - log_q), _count(log_q))


# Where p is 0 the term is, and there q has no part in it.
defvjp(
    mean_divergence,
    lambda g, _y, log_q, p: np.where(p == 0, 0, -share(g, _count(log_q)) * p),
    lambda g, _y, log_q, p: share(g, _count(p)) * (np.log(p) + 1 - log_q),
    masks=True,
)


def mean_log_divergence(log_q: Any, log_p: Any) -> Any:
    """The same, given log(p)."""
    with np.errstate(invalid="ignore"):  # where both are -inf
        difference = log_p - log_q
    return mean_of(weighted(np.exp(log_p), difference), _count(log_q))


def _unless_impossible(r: Any, log_p: Any) -> Any:
    return np.where(log_p == -np.inf, 0, r)


defvjp(
    mean_log_divergence,
    lambda g, _y, log_q, log_p: _unless_impossible(-share(g, _count(log_q)) * np.exp(log_p), log_p),
    lambda g, _y, log_q, log_p: _unless_impossible(
        share(g, _count(log_p)) * weighted(np.exp(log_p), log_p + 1 - log_q), log_p
    ),
    masks=True,
)


def kl_divergence(
    log_probs: ArrayLike, targets: ArrayLike, *, log_targets: bool = False, constant: bool | None = None
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
    constant : bool, optional
        Whether gradients stop at the result. By default they do if both arguments are constants.

    Returns
    -------
    Tensor, shape ()
        The sum is over the last axis, and the mean over all others.

    Raises
    ------
    ValueError
        If the shapes differ, or there is no axis.

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
    return call(mean_log_divergence if log_targets else mean_divergence, log_q, p, constant=constant)
