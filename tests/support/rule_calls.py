"""The examples of the catalogue that are calls of rules of the derivative table, and of nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np

from catalogue import EXAMPLES, Example
from comparing import is_precise, outcome
from mygrad._rules import RULES

__all__ = ["SEVERAL", "SINGLE"]


def is_of_the_rule(fn: Any, example: Example) -> bool:
    """Whether its rule is all that a call is: a function of the positional arguments to one array, of real numbers."""
    result, _ = outcome(lambda e: e.of(fn), example)
    if not example.positions or isinstance(result, (list, tuple)) or np.asarray(result).dtype.kind != "f":
        return False
    return is_precise(lambda e: e.of(fn), example) and all(x.dtype.kind == "f" for x in example.variables())


#: Rules of functions with several results.
SEVERAL = [fn for fn in EXAMPLES if fn in RULES and RULES[fn].several]
#: The others, with their examples.
SINGLE = {
    fn: [e for e in EXAMPLES[fn] if is_of_the_rule(fn, e)] for fn in EXAMPLES if fn in RULES and fn not in SEVERAL
}
