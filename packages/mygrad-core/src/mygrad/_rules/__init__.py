"""The derivative table: one rule per differentiable function, in modules by family.

Those of `numpy.linalg` are imported with `mygrad.linalg`.
"""

from mygrad._rules import (  # noqa: F401 - importing them fills the table
    arithmetic,
    convolution,
    cumulative,
    einsum,
    folds,
    indexing,
    joining,
    matrices,
    piecewise,
    products,
    quantiles,
    ranges,
    reciprocal_trig,
    reductions,
    shapes,
    sorting,
    special,
    transcendental,
    windows,
)
from mygrad._rules.rule import RULES, Rule

__all__ = ["RULES", "Rule"]
