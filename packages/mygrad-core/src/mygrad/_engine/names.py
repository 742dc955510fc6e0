"""What to call a function in a message: as users write it, under the module in which they find it."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

__all__ = ["caller_of", "name_of", "public_name"]


def name_of(func: Any) -> str:
    """The name as users write it, ``np.linalg.det``; a string is one already."""
    if isinstance(func, str):
        return func
    name: str = func.__name__
    module = getattr(func, "__module__", None) or ""
    if not module or "._" in module:
        module = _public_module_of(func) or module
    if module.partition(".")[0] == "numpy":
        module = "np" + module.removeprefix("numpy")
    return f"{module}.{name}" if module else name


def _public_module_of(func: Any) -> str:
    """The module in which users find a function that does not tell, as ufuncs do not, or that names a private one."""
    if getattr(np, func.__name__, None) is func:
        return "numpy"
    modules = sys.modules.copy()
    found = [name for name, module in modules.items() if getattr(module, "__dict__", {}).get(func.__name__) is func]
    return min(found, key=lambda name: ("._" in f".{name}", name.count("."), name), default="")


def public_name(func: Any) -> str | None:
    """The name of our function that stands for one of NumPy's, ``mygrad.linalg.det``, if there is one."""
    name = name_of(func)
    if not name.startswith("np."):
        return None
    ours: Any = sys.modules["mygrad"]
    for part in name.split(".")[1:]:
        ours = vars(ours).get(part)
        if ours is None:
            return None
    return None if ours is func else "mygrad" + name.removeprefix("np")


def caller_of(func: Any) -> Any:
    """The function of the same library that the user called, if that went on to call `func`; else None.

    So `np.full_like` calls `np.copyto`, with arguments that NumPy asks no type about before.
    """
    library = name_of(func).partition(".")[0]
    library = "numpy" if library == "np" else library
    frame: Any = sys._getframe(1)
    while frame is not None and _library_of(frame) == "mygrad":
        frame = frame.f_back
    caller = None
    while frame is not None and _library_of(frame) == library:
        caller = frame.f_globals.get(frame.f_code.co_name, caller)
        frame = frame.f_back
    return None if caller is func else caller


def _library_of(frame: Any) -> str:
    module: str = frame.f_globals.get("__name__") or ""
    return module.partition(".")[0]
