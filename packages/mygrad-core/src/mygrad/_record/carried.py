"""The functions of ours that a program calls, which its source carries along: they are written in NumPy alone."""

from __future__ import annotations

import ast
import builtins
import copy
import inspect
import sys
from functools import lru_cache
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from mygrad.errors import RecordingError

__all__ = ["Carried"]


class Carried:
    """Functions that the source of a program defines.

    Attributes
    ----------
    functions : dict[str, Any]
        By the names that they have there, for who runs the program here.
    text : list[str]
        Their definitions, and what these refer to.
    imports : list[str]
    kept : list[str]
        The names of calls that cannot be written down.
    """

    def __init__(self) -> None:
        self.functions: dict[str, Any] = {}
        self.text: list[str] = []
        self.imports: list[str] = []
        self.kept: list[str] = []
        self._named: dict[int, str] = {}
        self._known: dict[str, Any] = {}

    def name_of(self, fn: Any) -> str:
        """What a function is called in the source, to which it is added if it is not there yet."""
        name = self._named.get(id(fn))
        if name is None:
            if fn.__module__.startswith("mygrad._record"):
                return self._kept(fn)
            inner = inspect.unwrap(fn)
            name = inner.__name__ if inner.__name__.isidentifier() else "helper"
            while name in self._known and self._known[name] is not inner:
                name += "_"
            self._named[id(fn)] = name
            self.functions[name] = fn
            self._carry(name, inner)
        return name

    def _kept(self, call: Any) -> str:
        """The name of a call that mygrad makes: it is there for who runs the program here."""
        name = str(call.__name__)
        while name in self.functions:
            name += "_"
        self._named[id(call)] = name
        self.functions[name] = call
        self.kept.append(name)
        self.text += ["", f"# {name}: a call of mygrad's {call.__name__}, which is not NumPy alone"]
        return name

    def _carry(self, name: str, fn: Any) -> None:
        if name in self._known:
            return
        self._known[name] = fn
        definition = _definition(fn)
        if definition is None or fn.__closure__:
            self._import(name, fn)
            return
        definition.name = name
        _strip(definition)
        for used in _globals_of(fn.__code__):
            if used in fn.__globals__:
                self._refer(used, fn.__globals__[used])
        self.text += ["", "", ast.unparse(definition)]

    def _refer(self, name: str, value: Any) -> None:
        if value is np or hasattr(builtins, name):
            return
        inner = inspect.unwrap(value) if callable(value) else value
        if isinstance(inner, FunctionType) and inner.__module__.partition(".")[0] == "mygrad":
            self._carry(name, inner)
        elif isinstance(inner, ModuleType):
            self._add_import(f"import {inner.__name__} as {name}")
        elif callable(inner) and getattr(inner, "__module__", None) and hasattr(inner, "__qualname__"):
            self._add_import(f"from {inner.__module__} import {inner.__qualname__} as {name}")
        elif name not in self._known:
            self._known[name] = value
            self.text += ["", f"{name} = {value!r}"]

    def _import(self, name: str, fn: Any) -> None:
        self._add_import(f"from {module_of(fn)} import {fn.__name__} as {name}")

    def _add_import(self, line: str) -> None:
        if line not in self.imports:
            self.imports.append(line)


def _definition(fn: Any) -> ast.FunctionDef | None:
    """The definition of a function; None, if nobody has its source."""
    try:
        file, code = inspect.getsourcefile(fn), fn.__code__
        with open(file, encoding="utf-8") as opened:  # type: ignore[arg-type]
            tree = _parsed(opened.read())
    except (OSError, TypeError, AttributeError, SyntaxError):
        return None
    line, _, column, _ = next(p for p in code.co_positions() if p[0] is not None and p[2])
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == fn.__name__:
            first = min([node.lineno, *[d.lineno for d in node.decorator_list]])
            if first == code.co_firstlineno:
                return copy.deepcopy(node)
        elif isinstance(node, ast.Lambda) and fn.__name__ == "<lambda>":
            body = node.body
            begin, end = (body.lineno, body.col_offset), (body.end_lineno, body.end_col_offset)
            if begin <= (line, column) < end:
                made = ast.FunctionDef("", node.args, [ast.Return(copy.deepcopy(body))], [], lineno=1, col_offset=0)
                return ast.fix_missing_locations(copy.deepcopy(made))
    return None


@lru_cache(maxsize=16)
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


def module_of(fn: Any) -> str:
    """The module that a function is to be imported from: of ufuncs, the one that has it."""
    module = getattr(fn, "__module__", None)
    if module:
        return str(module)
    for name in ("scipy.special", "numpy"):
        if getattr(sys.modules.get(name), fn.__name__, None) is fn:
            return name
    raise RecordingError(f"mygrad.compile: nobody knows where the function {fn.__name__} is to be imported from.")


def _strip(definition: ast.FunctionDef) -> None:
    """Take out what only people and type checkers read."""
    definition.decorator_list = []
    for node in ast.walk(definition):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            body = node.body
            if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
                node.body = body[1:] or [ast.Pass()]
        elif isinstance(node, ast.arg):
            node.annotation = None
    _Plainly().visit(definition)


class _Plainly(ast.NodeTransformer):
    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is None:
            return None
        return ast.copy_location(
            ast.fix_missing_locations(ast.Assign([node.target], node.value, lineno=node.lineno)), node
        )


def _globals_of(code: Any) -> set[str]:
    found = set(code.co_names)
    for const in code.co_consts:
        if hasattr(const, "co_names"):
            found |= _globals_of(const)
    return found
