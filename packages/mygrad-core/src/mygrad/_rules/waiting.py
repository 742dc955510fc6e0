"""What waits until it is needed, since most programs do without: which modules, and what they are needed for.

To import them with the others would take a quarter more time.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from operator import attrgetter
from typing import Any

import numpy as np

__all__ = ["PUBLIC", "ROOMS", "import_for"]

#: Modules that wait, and their public functions, by NumPy's names.
_FUNCTIONS = {
    "_compositions.histograms": "histogram histogram2d histogram_bin_edges histogramdd",
    "_compositions.polynomials": "poly polyadd polyder polydiv polyfit polyint polymul polysub polyval roots vander",
    "_compositions.sets": """
        intersect1d setdiff1d setxor1d union1d unique unique_all unique_counts unique_inverse unique_values
    """,
    "math.nan_reductions": "nanmax nanmean nanmedian nanmin nanprod nanstd nansum nanvar",
    "math.statistics": "convolve correlate nanpercentile nanquantile percentile quantile",
    "tensor_manip.windows": "lib.stride_tricks.sliding_window_view",
}
_MODULES = {name: f"mygrad.{module}" for module, names in _FUNCTIONS.items() for name in names.split()}

#: The same of what is ours alone.
_OURS = {
    "_lift.switch": "lift",
    "_plugins": "plugins",
    "_record.compiled": "compile",
    "debugging": "why_locked why_no_gradient",
    "functional": """
        batch_jacobian checkpoint custom_vjp derivatives elementwise_grad gauss_newton_vp grad hessian hvp jacfwd
        jacobian jacrev jvp linearize per_example_grad ravel_pytree value_and_grad vjp vmap
    """,
    "operation_base": "Operation execute_op",
}

#: The modules, by the names in `mygrad` of what is in them.
PUBLIC = {name.rpartition(".")[-1]: module for name, module in _MODULES.items()}
PUBLIC |= {name: f"mygrad.{module}" for module, names in _OURS.items() for name in names.split()}

#: What is to be imported when a function of NumPy's is met: by the function, or by the module of NumPy's that it is of.
ROOMS: dict[Callable[..., Any] | str, str] = {
    **{attrgetter(name)(np): module for name, module in _MODULES.items()},
    "numpy.fft": "mygrad.fft",
    "numpy.linalg": "mygrad.linalg",
}


def import_for(fn: Callable[..., Any]) -> bool:
    """Import what we have for `fn`, or for NumPy's module that it is of; and tell whether there is such a thing.

    Nobody remembers what has been imported: where one thread imports it just now, others are to wait for that.
    """
    room = ROOMS.get(fn) or ROOMS.get(getattr(fn, "__module__", None))  # type: ignore[arg-type]
    return room is not None and import_module(room) is not None
