"""The derivative table: one rule per differentiable function, in modules by family."""

from mygrad._rules import (  # noqa: F401 - importing them fills the table
    arithmetic,
    convolution,
    cumulative,
    decompositions,
    determinants,
    einsum,
    folds,
    indexing,
    joining,
    matrices,
    norms,
    piecewise,
    products,
    quantiles,
    ranges,
    reciprocal_trig,
    reductions,
    shapes,
    solving,
    sorting,
    special,
    transcendental,
    windows,
)
from mygrad._rules.rule import RULES, Rule

__all__ = ["RULES", "Rule"]
