"""The functions of ours that a program calls, which its source carries along: they are written in NumPy alone."""

from __future__ import annotations

import ast
import builtins
import copy
import inspect
import sys
import textwrap
from functools import lru_cache, partial
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from mygrad._record.literals import literal
from mygrad._record.names import numpys_name
from mygrad._rules.recorded import RECORDED

__all__ = ["Carried"]


class Carried:
    """Functions that the source of a program defines.

    Parameters
    ----------
    taken : set[str]
        The names that are taken there: that of the program, and those of its parameters.

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

    def __init__(self, taken: set[str]) -> None:
        self.functions: dict[str, Any] = {}
        self.text: list[str] = []
        self.imports: list[str] = []
        self.kept: list[str] = []
        self.has_annotations = False
        self._named: dict[int, str] = {}
        self._carried: dict[Any, str] = {}
        #: Values that functions refer to, by their ids, and their names.
        self._values: dict[int, tuple[Any, str]] = {}
        self._taken = {"np", "Unforeseen", *dir(builtins), *taken}

    def name_of(self, fn: Any) -> str:
        """What a function is called in the source, to which it is added if it is not there yet."""
        name = self._named.get(id(fn))
        if name is None:
            if str(getattr(fn, "__module__", None)).startswith("mygrad._record"):
                return self._kept(fn)
            before = [*self.text], [*self.imports], {**self._carried}, {**self._values}
            try:
                name = self._named[id(fn)] = self._carry(inspect.unwrap(fn))
            except OSError:  # it refers to what nobody has the source of
                self.text, self.imports, self._carried, self._values = before
                return self._kept(fn)
            self.functions[name] = fn
        return name

    def _kept(self, call: Any) -> str:
        """The name of a call that mygrad makes: it is there for who runs the program here."""
        name = self._free(str(call.__name__))
        self._named[id(call)] = name
        self.functions[name] = call
        self.kept.append(name)
        self.text += ["", f"# {name}: a call of mygrad's {call.__name__}, which is not NumPy alone"]
        return name

    def _carry(self, fn: Any) -> str:
        """Define a function of ours, and what it refers to; and tell its name."""
        known = self._carried.get(fn)
        if known is not None:
            return known
        definition = _definition(fn)
        name = self._carried[fn] = self._free(fn.__name__ if fn.__name__.isidentifier() else "helper")
        if definition is None and module_of(fn) is None:
            return self._kept(fn)
        if definition is None:
            self._add_import(f"from {module_of(fn)} import {fn.__name__} as {name}")
            return name
        definition.name = name
        _strip(definition)
        self._set_defaults(definition.args, fn, name)
        renamed = {}
        closure = [cell.cell_contents for cell in fn.__closure__ or ()]
        there = {**fn.__globals__, **dict(zip(fn.__code__.co_freevars, closure, strict=True))}
        for used in sorted({*_globals_of(fn.__code__), *fn.__code__.co_freevars}):
            if used in there:
                renamed[used] = self._refer(used, there[used])
        _Renamed({old: new for old, new in renamed.items() if old != new}).visit(definition)
        self.text += ["", "", ast.unparse(definition)]
        return name

    def _set_defaults(self, arguments: ast.arguments, fn: Any, name: str) -> None:
        """Write the defaults of a function as what they are, and not as what they were called where it was made."""

        def written(value: Any) -> ast.expr:
            return ast.parse(self._literal(value, name).partition("  #")[0], mode="eval").body

        arguments.defaults = list(map(written, fn.__defaults__ or ()))
        given = fn.__kwdefaults__ or {}
        arguments.kw_defaults = [written(given[a.arg]) if a.arg in given else None for a in arguments.kwonlyargs]

    def _carry_class(self, cls: type) -> str:
        """The same for a class of ours."""
        known = self._carried.get(cls)
        if known is not None:
            return known
        name = self._carried[cls] = self._free(cls.__name__)
        if "_fields" in vars(cls) and cls.__bases__ == (tuple,):  # made by `namedtuple`
            self._add_import("import collections")
            self.text += ["", f"{name} = collections.namedtuple({cls.__name__!r}, {list(vars(cls)['_fields'])!r})"]
            return name
        definition = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
        assert isinstance(definition, ast.ClassDef)
        definition.name = name
        names = vars(sys.modules[cls.__module__])
        skipped = {id(node) for found in ast.walk(definition) for node in _annotation(found)}
        used = [node for node in ast.walk(definition) if isinstance(node, ast.Name) and id(node) not in skipped]
        read = sorted({node.id for node in used if node.id in names})
        renamed = {old: self._refer(old, names[old]) for old in read}
        _Renamed({old: new for old, new in renamed.items() if old != new}).visit(definition)
        self.text += ["", "", ast.unparse(definition)]
        self.has_annotations = True
        return name

    def _refer(self, name: str, value: Any) -> str:
        """What the definition of a function is to write for `value`, which it calls `name`."""
        if value is np:
            return "np"
        inner = inspect.unwrap(value) if callable(value) else value
        if isinstance(inner, FunctionType) and inner.__module__.partition(".")[0] == "mygrad":
            return self._carry(inner)
        if isinstance(inner, type) and inner.__module__.partition(".")[0] == "mygrad":
            return self._carry_class(inner)
        if value is RECORDED:  # in which there is nothing where nothing is recorded
            value = frozenset()
        known = self._values.get(id(value))
        if known is not None and known[0] is value:
            return known[1]
        free = self._free(name)
        self._values[id(value)] = value, free
        if isinstance(inner, ModuleType):
            self._add_import(f"import {inner.__name__}" + (f" as {free}" if free != inner.__name__ else ""))
        elif callable(inner) and getattr(inner, "__module__", None) and hasattr(inner, "__qualname__"):
            self._add_import(f"from {inner.__module__} import {inner.__qualname__} as {free}")
        else:
            self.text += ["", f"{free} = {self._literal(value, free)}"]
        return free

    def _literal(self, value: Any, name: str) -> str:
        """A value as it is written."""
        kind = type(value)
        if value is None or kind in (bool, int, float, complex, str, bytes):
            return literal(value)
        if kind in (tuple, list, set, frozenset):
            parts = [self._literal(part, name) for part in value]
            made = f"[{', '.join(parts)}]"
            return made if kind is list else f"{kind.__name__}({made})"
        if kind is dict:
            items = [f"{self._literal(k, name)}: {self._literal(v, name)}" for k, v in value.items()]
            return f"{{{', '.join(items)}}}"
        if kind is partial:
            self._add_import("import functools")
            given = [self._literal(x, name) for x in (value.func, *value.args)]
            given += [f"{key}={self._literal(x, name)}" for key, x in value.keywords.items()]
            return f"functools.partial({', '.join(given)})"
        if callable(value):
            named = numpys_name(value)
            return named or self.name_of(value)
        self.kept.append(name)
        return f"...  # {value!r}"

    def _free(self, name: str) -> str:
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name

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
    line, _, column, _ = next((p for p in code.co_positions() if p[0] is not None and p[2]), (0, 0, 0, 0))
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


def _annotation(node: ast.AST) -> list[ast.AST]:
    """What is in the annotation of an argument, an attribute or a result: nobody is to evaluate it."""
    found = getattr(node, "annotation", None) or getattr(node, "returns", None)
    return list(ast.walk(found)) if isinstance(found, ast.AST) else []


def module_of(fn: Any) -> str | None:
    """The module that a function is to be imported from: of ufuncs, the one that has it; None, if none has."""
    module = getattr(fn, "__module__", None)
    if module and getattr(sys.modules.get(module), fn.__name__, None) is fn:
        return str(module)
    for name in ("scipy.special", "scipy.special._ufuncs", "numpy"):
        if getattr(sys.modules.get(name), fn.__name__, None) is fn:
            return name
    return None


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


class _Renamed(ast.NodeTransformer):
    """Other names for what a definition refers to, for several modules may have the same for different things."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(self.names.get(node.id, node.id), node.ctx), node)


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
