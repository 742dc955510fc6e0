"""What is differentiable has an example, and so has what is public. New functions fail here, by their names."""

from __future__ import annotations

import inspect
from itertools import filterfalse

import numpy as np
import pytest

import mygrad as mg
from catalogue import EXAMPLES, is_of_plugin, is_ours, name_of
from functions import METHODS, PUBLIC
from mygrad._dispatch.registry import IMPLEMENTATIONS
from mygrad._dispatch.tables import PLAIN
from mygrad._rules.rule import RULES, check_vjps


def words(text: str) -> set[str]:
    return set(text.split())


#: Of files (test_corners.py) and of dates.
FUNCTIONS = words("""
    save savez savez_compressed savetxt loadtxt genfromtxt fromfile
    busday_count busday_offset datetime_as_string is_busday
""")
#: What NumPy has nothing like, or means something else by, and a function of dtypes that is NumPy's own.
NAMES = words("""
    tensor astensor asarray execute_op plugins
    no_autodiff mem_guard_active mem_guard_off mem_guard_on turn_memory_guarding_off turn_memory_guarding_on
    add_sequence multiply_sequence multi_matmul sliding_window_view
    promote_types
    lift lost_gradients set_lost_gradients stop_gradient why_locked
    detect_anomaly why_no_gradient
    elementwise_grad grad hessian hvp jacfwd jacobian jacrev jvp linearize value_and_grad vjp
    batch_jacobian checkpoint compile derivatives gauss_newton_vp per_example_grad ravel_pytree vmap
""")
if not hasattr(np, "unstack"):  # until NumPy 2.1
    NAMES.add("unstack")
#: What works in place, what detaches, what writes files, and what tells about memory.
ATTRIBUTES = words("""
    fill partition put resize setflags sort
    copy data dump dumps tofile
    base ctypes device dtype flags flat itemsize nbytes strides to_device
""")


def test_every_function_of_numpy_that_takes_tensors_has_an_example() -> None:
    functions = {*filterfalse(is_of_plugin, RULES), *IMPLEMENTATIONS, *PLAIN}
    shown = {fn for fn in functions if not isinstance(fn, np.ufunc) or getattr(np, fn.__name__, None) is fn}
    assert {fn.__name__ for fn in shown - EXAMPLES.keys() if not is_ours(fn)} == FUNCTIONS


def test_every_rule_has_an_example() -> None:
    assert not {name_of(fn) for fn in RULES.keys() - EXAMPLES.keys() if not is_of_plugin(fn)}
    assert not [name_of(fn) for fn in EXAMPLES.keys() - RULES.keys() if is_ours(fn)]
    assert not [name_of(fn) for fn, examples in EXAMPLES.items() if not examples]


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
def test_numpy_takes_every_example() -> None:
    for fn in filter(callable, EXAMPLES):
        for example in EXAMPLES[fn]:
            with np.errstate(all="ignore"):
                example.mapped(np.copy).of(fn)  # or it raises


def test_every_public_function_has_an_example() -> None:
    without = set()
    for module in mg, mg.linalg:
        for name in module.__all__:
            ours = getattr(module, name)
            if callable(ours) and not inspect.isclass(ours) and ours not in {*EXAMPLES, *PUBLIC.values()}:
                without.add(name)
    assert without == NAMES


def test_every_method_has_an_example() -> None:
    ours = {name for name in dir(mg.Tensor) if hasattr(np.ndarray, name) and not name.startswith("_")}
    assert ours - {method.__name__ for method in METHODS} == ATTRIBUTES


def test_vjps_take_the_arguments_of_their_function() -> None:
    """Of users' rules, `mygrad.extend` makes sure of it."""
    for fn, rule in RULES.items():
        if not rule.variadic and not rule.several:
            check_vjps(fn, *rule.vjps)
