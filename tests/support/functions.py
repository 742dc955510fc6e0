"""Which functions and methods the views of the catalogue are of."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

import mygrad as mg
from catalogue import EXAMPLES, Example, is_ours
from catalogue.writes import EXAMPLES as WRITES
from comparing import leaves
from mygrad._dispatch import tables
from mygrad._dispatch.registry import IMPLEMENTATIONS
from mygrad._rules import reciprocal_trig
from mygrad._rules.rule import RULES

__all__ = [
    "DIFFERENTIABLE", "METHODS", "NUMPYS", "PLAIN", "PLAIN_METHODS", "PUBLIC", "as_method", "of_complex_numbers", "run",
    "takes_like",
]  # fmt: skip

#: What has a derivative, primitives of ours among them; what of these is NumPy's; and what is plain of tensors.
DIFFERENTIABLE = [fn for fn in EXAMPLES if fn in {*RULES, *IMPLEMENTATIONS}]
NUMPYS = [fn for fn in DIFFERENTIABLE if not is_ours(fn)]
PLAIN = [fn for fn in EXAMPLES if fn not in DIFFERENTIABLE and not hasattr(fn, "__objclass__")]  # nor methods


@cache
def takes_like(fn: Any) -> bool:
    return re.search(r"^ *like : ", fn.__doc__ or "", re.MULTILINE) is not None


#: Calls that are not in the catalogue, for any small change of one array parts what both share.
_SHARED = {np.intersect1d: [Example((np.array([1.0, 3.0, 2.0]),) * 2)]}


def of_complex_numbers(fn: Any) -> set[str]:
    """What becomes of complex variables in the examples that NumPy computes of complex numbers, without a warning.

    A gradient "flows", or is "zero"; the result is "plain"; or what an error says, if there is one.
    """
    found = set()
    for example in EXAMPLES.get(fn, []) + _SHARED.get(fn, []):
        for given in example.of_complex_numbers() if example.variables() else ():
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("error", np.exceptions.ComplexWarning)
                    run(fn)(given.mapped(np.copy, np.copy))
            except Exception:  # NumPy takes none
                continue
            found.add(_of_variables(fn, given))
    return found


def _of_variables(fn: Any, example: Example) -> str:
    variables: list[mg.Tensor] = []

    def variable(x: Any) -> mg.Tensor:
        variables.append(mg.Tensor(x))
        return +variables[-1]  # which may be written

    given = example.mapped(variable)
    try:
        results = given.of(fn, **({"like": mg.Tensor(0.0, constant=True)} if takes_like(fn) else {}))
        parts = [y for y in leaves(given.args[0] if fn in WRITES else results) if isinstance(y, mg.Tensor)]
        parts = [y for y in parts if not y.constant]
        if not parts:
            return "plain"
        # of absolute values, for the phases of vectors are not determined
        weighted = [np.abs(y) * np.cos(np.arange(y.size)).reshape(y.shape) for y in parts]
        sum(map(np.sum, weighted)).backward()
    except (TypeError, mg.errors.InvalidBackprop) as error:
        return str(error)
    return "flows" if any(v.grad is not None and np.any(v.grad) for v in variables) else "zero"


def run(fn: Any, like: Any = None) -> Any:
    """How to call a function, and get what it writes into its first argument."""

    def written(example: Example) -> Any:
        target = np.copy(example.args[0])
        fn(target, *example.args[1:], **example.params)
        return target

    if fn in WRITES:
        return written
    return lambda example: example.of(fn, **({"like": like} if takes_like(fn) else {}))


def _public() -> dict[Any, Any]:
    found = {fn: getattr(mg, fn.__name__) for fn in EXAMPLES if fn in vars(reciprocal_trig).values()}
    for module, numpys in (mg, np), (mg.linalg, np.linalg), (mg.fft, np.fft):
        for name in module.__all__:
            theirs = getattr(numpys, name, None)
            if callable(theirs) and theirs in EXAMPLES:
                found[theirs] = getattr(module, name)
    return {fn: ours for fn, ours in found.items() if ours is not fn and ours is not mg.asarray}  # an array's function


#: Our functions by what they mirror: a function of NumPy or, where there is none, a primitive of ours.
PUBLIC = _public()


def as_method(method: Any, layout: Callable[[Any], Any] = lambda a: a, **more: Any) -> Callable[[Example], Any]:
    """How to call the method on an example of the function, or to get an attribute: of an array or of a tensor."""

    def run(example: Example) -> Any:
        args = list(example.args)
        array = layout(args.pop(1 if method is np.ndarray.compress else 0))
        attribute = getattr(array, method.__name__)
        return attribute(*args, **example.params, **more) if callable(attribute) else attribute

    return run


def _is_understood(method: Any, example: Example) -> bool:
    try:
        as_method(method)(example)
    except (AttributeError, TypeError, ValueError):  # it is one with a list, or with other keywords
        return False
    return True


def _examples_of(method: Any) -> list[Example]:
    of_the_function = EXAMPLES.get(getattr(np, method.__name__, None), [])
    return [*EXAMPLES.get(method, []), *(example for example in of_the_function if _is_understood(method, example))]


#: These work in place, or detach, which the functions of the same names do not.
_OTHERS = {"copy", "partition", "put", "resize", "sort"}
#: Examples by methods of arrays, for those that tensors have, too. And which return no tensors.
METHODS = {
    method: examples
    for name, method in vars(np.ndarray).items()
    if name[0] != "_" and hasattr(mg.Tensor, name) and name not in _OTHERS and (examples := _examples_of(method))
}
PLAIN_METHODS = {np.ndarray.item, np.ndarray.tolist, np.ndarray.tobytes}
PLAIN_METHODS |= {method for method in METHODS if getattr(np, method.__name__, None) in tables.PLAIN}
