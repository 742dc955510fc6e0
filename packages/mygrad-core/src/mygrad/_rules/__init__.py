"""The derivative table: one rule per differentiable function, in modules by family.

Those of `numpy.linalg` are imported with `mygrad.linalg`, and some others with public functions that wait, too
(`waiting.py`).
"""

from mygrad._rules import (  # noqa: F401 - importing them fills the table
    arithmetic,
    cumulative,
    indexing,
    joining,
    matrices,
    piecewise,
    products,
    ranges,
    reductions,
    shapes,
    sorting,
    special,
    transcendental,
)
from mygrad._rules.rule import RULES, Rule

__all__ = ["RULES", "Rule"]
