"""Distributions of numbers, differentiable by where they are asked and by their parameters.

Values are SciPy's. Derivatives are those of the formulas in the table, put together here: for any location and scale,
in the support and beyond, and of quantiles by the implicit function theorem.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

import numpy as np
import scipy.stats
from scipy.stats import _distn_infrastructure

from mygrad.extend import composed, has_variable, implicit_root, lifts
from mygrad.scipy._operands import array_operand, plain, refuse, refuse_complex
from mygrad.scipy.stats._densities import CONTINUOUS, DISCRETE, Formulas

__all__ = ["DISTRIBUTIONS", "Frozen", "differentiated"]


def differentiated(
    value: Callable[..., Any], formula: Callable[..., Any], args: Any, derive: Callable[..., Any] = composed
) -> Any:
    """``value(*args)``, with the derivatives of ``formula(*args)`` by the variables among `args`.

    `value` is called with arrays, and for plain arguments there is nothing else. `derive` makes a function of the two.
    """
    variables = [i for i, a in enumerate(args) if has_variable(a)]
    if not variables:
        return value(*plain(list(args)))

    def filled(given: Any) -> list[Any]:
        chosen = dict(zip(variables, given, strict=True))
        return [chosen.get(i, a) for i, a in enumerate(args)]

    function = derive(lambda *xs: value(*plain(filled(xs))), lambda *xs: formula(*filled(xs)))
    return function(*[args[i] for i in variables])


def _root(solve: Callable[..., Any], residual: Callable[..., Any], args: Any) -> Any:
    """What `solve` finds, at which ``residual(z, *args)`` is zero, by the variables among `args`."""

    def derive(solve_for: Any, of_root: Any) -> Any:
        return implicit_root(lambda z, *xs: of_root(*xs)(z), solve_for, elementwise=True)

    return differentiated(solve, lambda *args: lambda z: residual(z, *args), args, derive)


class Distribution:
    """A distribution, with the methods that are differentiable, under SciPy's names and signatures.

    Parameters
    ----------
    name : str
        As SciPy has it.
    formulas : Formulas

    See Also
    --------
    scipy.stats
    """

    #: What a support is asked by; the methods with their first arguments; other parameters and their defaults.
    _log_density = "logpdf"
    _place = "x"
    _others: tuple[str, ...] = ("loc", "scale")

    def __init__(self, name: str, formulas: Formulas) -> None:
        self.name: str = name
        self._theirs: Any = getattr(scipy.stats, name)
        self._formulas = formulas
        kind = Parameter.POSITIONAL_OR_KEYWORD
        self._parameters = [Parameter(each, kind) for each in formulas.shapes]
        self._parameters += [Parameter(each, kind, default=float(each == "scale")) for each in self._others]

    def __repr__(self) -> str:
        return f"<mygrad.scipy.stats.{self.name}>"

    def __call__(self, *args: Any, **kwargs: Any) -> Frozen:
        """The distribution with its parameters given: ``norm(loc, scale).logpdf(x)``."""
        return Frozen(self, args, kwargs)

    freeze = __call__

    def _bound(self, args: Any, kwargs: Any, *first: str) -> list[Any]:
        """All arguments of a method by position, those that have defaults too."""
        places = [Parameter(each, Parameter.POSITIONAL_OR_KEYWORD) for each in first]
        bound = Signature([*places, *self._parameters]).bind(*args, **kwargs)
        bound.apply_defaults()
        values = [refuse_complex(array_operand(a)) for a in bound.arguments.values()]
        named = dict(zip([*first, *(p.name for p in self._parameters)], values, strict=True))
        refuse(self.name, **{key: named[key] for key in self._formulas.integers})
        return values

    def _evaluated(self, method: str, formula: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """A method at places: ``formula(z, *shapes)`` in the standard form, 0 where there is no probability."""
        return differentiated(
            getattr(self._theirs, method),
            lambda x, *parameters: self._in_support(formula, x, *parameters),
            self._bound(args, kwargs, self._place),
        )

    def _in_support(self, formula: Callable[..., Any], x: Any, *given: Any) -> Any:
        x, *parameters = [a.astype(float) for a in (x, *given)]
        n = len(self._formulas.shapes)
        with np.errstate(all="ignore"):
            log_density = getattr(self._theirs, self._log_density)(*plain([x, *parameters]))
            z = self._standard(x, *parameters[n:])
            nowhere = np.isneginf(log_density)
            if np.any(nowhere):
                z = np.where(nowhere, self._theirs.median(*plain(parameters[:n])), z)
            y = formula(z, *parameters)
            if np.any(nowhere):
                y = np.where(nowhere, 0.0, y)
            invalid = np.isnan(log_density)
            return y * np.where(invalid, np.nan, 1.0) if np.any(invalid) else y

    def _standard(self, x: Any, loc: Any, *scale: Any) -> Any:
        return (x - loc) / scale[0] if scale else x - loc

    def cdf(self, *args: Any, **kwargs: Any) -> Any:
        """The probability of what is no larger: ``cdf(x, *shapes, loc, scale)``."""
        return self._evaluated("cdf", self._of_shapes(self._formulas.cdf), args, kwargs)

    def sf(self, *args: Any, **kwargs: Any) -> Any:
        """The probability of what is larger: ``sf(x, *shapes, loc, scale)``."""
        return self._evaluated("sf", self._of_shapes(self._formulas.sf), args, kwargs)

    def logcdf(self, *args: Any, **kwargs: Any) -> Any:
        """The logarithm of `cdf`."""
        return self._evaluated("logcdf", self._logarithm("cdf"), args, kwargs)

    def logsf(self, *args: Any, **kwargs: Any) -> Any:
        """The logarithm of `sf`."""
        return self._evaluated("logsf", self._logarithm("sf"), args, kwargs)

    def _of_shapes(self, f: Callable[..., Any]) -> Callable[..., Any]:
        return lambda z, *parameters: f(z, *parameters[: len(self._formulas.shapes)])

    def _logarithm(self, name: str) -> Callable[..., Any]:
        of_probability = getattr(self._formulas, name)
        return self._of_shapes(getattr(self._formulas, f"log{name}") or (lambda *args: np.log(of_probability(*args))))


class Continuous(Distribution):
    """A distribution that has a density.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.stats import gamma
    >>> a = mg.tensor(2.0)
    >>> y = gamma.cdf([0.5, 1.5], a, scale=2.0)
    >>> y.sum().backward()
    >>> y, a.grad.round(6)
    (Tensor([0.02649902, 0.17335853]), np.float64(-0.28735))
    """

    def logpdf(self, *args: Any, **kwargs: Any) -> Any:
        """The logarithm of `pdf`."""
        return self._evaluated("logpdf", self._log_pdf, args, kwargs)

    def pdf(self, *args: Any, **kwargs: Any) -> Any:
        """The density: ``pdf(x, *shapes, loc, scale)``."""
        return self._evaluated("pdf", lambda *args: np.exp(self._log_pdf(*args)), args, kwargs)

    def ppf(self, *args: Any, **kwargs: Any) -> Any:
        """The quantile, the inverse of `cdf`: ``ppf(q, *shapes, loc, scale)``."""
        return self._quantile("ppf", self.cdf, args, kwargs)

    def isf(self, *args: Any, **kwargs: Any) -> Any:
        """The inverse of `sf`: ``isf(q, *shapes, loc, scale)``."""
        return self._quantile("isf", self.sf, args, kwargs)

    def entropy(self, *args: Any, **kwargs: Any) -> Any:
        """The differential entropy: ``entropy(*shapes, loc, scale)``."""
        formula: Any = self._formulas.entropy

        def scaled(*parameters: Any) -> Any:
            *shapes, _loc, scale = parameters
            return formula(*shapes) + np.log(scale) + 0 * _loc

        return differentiated(self._theirs.entropy, scaled, self._bound(args, kwargs))

    def _log_pdf(self, z: Any, *parameters: Any) -> Any:
        *shapes, _loc, scale = parameters
        return self._formulas.log_density(z, *shapes) - np.log(scale)

    def _quantile(self, method: str, inverse_of: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        theirs = getattr(self._theirs, method)

        def root_of(z: Any, q: Any, *shapes: Any) -> Any:
            return inverse_of(z, *shapes) - q

        def scaled(q: Any, *parameters: Any) -> Any:
            *shapes, loc, scale = parameters
            with np.errstate(all="ignore"):
                return loc + scale * _root(theirs, root_of, [q, *shapes])

        return differentiated(theirs, scaled, self._bound(args, kwargs, "q"))


class Discrete(Distribution):
    """A distribution of whole numbers. By these there are no derivatives.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.scipy.stats import poisson
    >>> mu = mg.tensor(3.0)
    >>> poisson.logpmf([2, 4], mu).sum().backward()
    >>> mu.grad
    array(0.)
    """

    _log_density = "logpmf"
    _place = "k"
    _others = ("loc",)

    def logpmf(self, *args: Any, **kwargs: Any) -> Any:
        """The logarithm of `pmf`."""
        return self._evaluated("logpmf", self._of_shapes(self._formulas.log_density), args, kwargs)

    def pmf(self, *args: Any, **kwargs: Any) -> Any:
        """The probability: ``pmf(k, *shapes, loc)``."""
        formula = self._of_shapes(self._formulas.log_density)
        return self._evaluated("pmf", lambda *args: np.exp(formula(*args)), args, kwargs)

    def ppf(self, *args: Any, **kwargs: Any) -> Any:
        """The quantile: ``ppf(q, *shapes, loc)``. It is a step, so it returns arrays."""
        return self._theirs.ppf(*plain(self._bound(args, kwargs, "q")))

    def isf(self, *args: Any, **kwargs: Any) -> Any:
        """The inverse of `sf`: ``isf(q, *shapes, loc)``. It is a step, so it returns arrays."""
        return self._theirs.isf(*plain(self._bound(args, kwargs, "q")))

    def entropy(self, *args: Any, **kwargs: Any) -> Any:
        """The entropy: ``entropy(*shapes, loc)``."""
        formula = self._formulas.entropy or self._summed
        return differentiated(
            self._theirs.entropy, lambda *parameters: formula(*parameters[:-1]), self._bound(args, kwargs)
        )

    def _summed(self, *shapes: Any) -> Any:
        """The sum of -p log p over all numbers that have a probability p worth mentioning."""
        values = plain(list(shapes))
        last = 20 + 2 * np.max(self._theirs.ppf(1 - 1e-14, *values))
        k = np.arange(last).reshape(-1, *(1,) * max(map(np.ndim, values)))
        logs = self.logpmf(k, *shapes)
        return -np.sum(np.where(np.isneginf(plain(logs)), 0.0, np.exp(logs) * logs), axis=0)

    def _bound(self, args: Any, kwargs: Any, *first: str) -> list[Any]:
        values = super()._bound(args, kwargs, *first)
        refuse(self.name, loc=values[-1])
        if first == ("k",):
            refuse(self.name, k=values[0])
        return values

    def _standard(self, x: Any, loc: Any, *_scale: Any) -> Any:
        return np.floor(x - loc)


class Frozen:
    """A distribution with its parameters given.

    Parameters
    ----------
    distribution : Distribution
    args : tuple
    kwargs : dict
    """

    def __init__(self, distribution: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.dist: Any = distribution
        self.args: tuple[Any, ...] = args
        self.kwds: dict[str, Any] = kwargs

    def __getattr__(self, name: str) -> Any:
        method = None if name.startswith("_") or name in ("name", "freeze") else getattr(self.dist, name, None)
        if method is None:
            raise AttributeError(f"{self.dist!r} with parameters has no attribute {name!r}")
        return lambda *places: method(*places, *self.args, **self.kwds)

    def __repr__(self) -> str:
        return f"<{self.dist!r} with parameters>"


DISTRIBUTIONS: dict[str, Any] = {
    **{name: Continuous(name, formulas) for name, formulas in CONTINUOUS.items()},
    **{name: Discrete(name, formulas) for name, formulas in DISCRETE.items()},
}


def _lift(owner: str, method: str) -> None:
    """Have `method` called in the place of SciPy's, of the distributions of its own that are in the table."""
    original = getattr(getattr(_distn_infrastructure, owner), method)

    @lifts(f"scipy.stats._distn_infrastructure.{owner}.{method}")
    def ours(theirs: Any, *args: Any, **kwargs: Any) -> Any:
        mine = DISTRIBUTIONS.get(theirs.name)
        known = mine is not None and type(theirs) is type(mine._theirs)
        return getattr(mine, method)(*args, **kwargs) if known else original(theirs, *args, **kwargs)


for _owner, _own in (("rv_continuous", ("logpdf", "pdf")), ("rv_discrete", ("logpmf", "pmf"))):
    for _method in (*_own, "cdf", "logcdf", "sf", "logsf", "ppf", "isf"):
        _lift(_owner, _method)
_lift("rv_generic", "entropy")
