"""What waits until it is needed, since most programs do without. With the rest, it would take a quarter longer.

A function of NumPy that stands in no table is looked for here: the modules that have functions of the same module of
NumPy's are imported, and fill the tables.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

__all__ = ["NAMES", "WAITING", "import_for", "names_of"]

#: The modules that wait, by the module of NumPy's whose functions they have.
WAITING: dict[str, tuple[str, ...]] = {
    "numpy": (
        "mygrad._compositions.histograms",
        "mygrad._compositions.numeric",
        "mygrad._compositions.polynomials",
        "mygrad._compositions.sets",
        "mygrad._compositions.writes",
        "mygrad.math.einsums",
        "mygrad.math.nan_reductions",
        "mygrad.math.reciprocals",
        "mygrad.math.statistics",
    ),
    "numpy.fft": ("mygrad.fft",),
    np.emath.sqrt.__module__: ("mygrad._compositions.emath",),
    np.lib.stride_tricks.sliding_window_view.__module__: ("mygrad.tensor_manip.windows",),
    "numpy.linalg": ("mygrad.linalg",),
}

#: The modules that wait and have public names besides NumPy's, and these names.
_OURS = {
    "mygrad._lift.switch": "lift",
    "mygrad._plugins": "plugins",
    "mygrad._record.compiled": "compile",
    "mygrad.debugging": "why_locked why_no_gradient",
    "mygrad.functional": """
        batch_jacobian checkpoint custom_vjp derivatives elementwise_grad gauss_newton_vp grad hessian hvp jacfwd
        jacobian jacrev jvp linearize per_example_grad ravel_pytree value_and_grad vjp vmap
    """,
    "mygrad.operation_base": "Operation execute_op",
    "mygrad.tensor_manip.windows": "sliding_window_view",
}
NAMES = {name: module for module, names in _OURS.items() for name in names.split()}


def import_for(fn: Callable[..., Any]) -> None:
    """Import what has functions of the module of NumPy's that `fn` is of.

    What has been imported is not remembered: where one thread imports it just now, others are to wait for that.
    """
    for module in WAITING.get(getattr(fn, "__module__", None) or "", ()):
        import_module(module)


def names_of(module: str) -> dict[str, str]:
    """The public names of what waits for a module of NumPy's, and where they are."""
    return {name: where for where in WAITING[module] for name in import_module(where).__all__}
