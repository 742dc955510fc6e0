"""The reference: a page for each public object, made of its docstring and of the table of derivatives.

What is public stands in the `__all__` of the modules in `MODULES`, so that nothing is listed here by hand. The pages
are written before Sphinx reads its sources, into ``docs/reference/``, and only if they change: a second build is quick.
"""

from __future__ import annotations

import inspect
import pydoc
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import derivatives
from numpydoc.docscrape_sphinx import SphinxDocString

import mygrad as mg

#: In the order of the site: whose `__all__` is documented, and (of the top) under which headings.
MODULES = (
    "mygrad",
    "mygrad.linalg",
    "mygrad.fft",
    "mygrad.random",
    "mygrad.functional",
    "mygrad.extend",
    "mygrad.operation_base",
    "mygrad.testing",
    "mygrad.inspection",
    "mygrad.errors",
    "mygrad.nnet",
    "mygrad.nnet.layers",
    "mygrad.nnet.activations",
    "mygrad.nnet.losses",
    "mygrad.nnet.initializers",
    "mygrad.nnet.optimizers",
    "mygrad.nnet.modules",
    "mygrad.nnet.training",
    "mygrad.computational_graph",
    "mygrad.io",
    "mygrad.scipy",
)
#: Modules of which a table says it all: the types of annotations, and the standard's names for what stands elsewhere.
LISTED = ("mygrad.typing", "mygrad.array_api")
#: Headings of the page of `mygrad`: what is in one of these modules, the first that has it, stands under its heading.
SECTIONS = {
    "Making tensors": ["tensor_creation", "tensor"],
    "Derivatives of functions": ["functional"],
    "Switches": ["contexts", "_lift"],
    "Questions, and operations of one's own": ["debugging", "operation_base", "_plugins"],
    "Shapes, joining and splitting": ["tensor_manip"],
    "Indexing, sorting and sets": ["indexing_routines", "_compositions.sets"],
    "Polynomials and histograms": ["_compositions.polynomials", "_compositions.histograms"],
    "Mathematics": ["math", "ufuncs", "_compositions"],
}
OTHERS = "Constants, types and modules"

#: What stands in an `__all__` and is no object of its own.
WITHOUT_PAGES = {"__version__", "__array_api_version__"}

Page = dict[str, str]


class Public(NamedTuple):
    """An object, under the name by which users know it best, and its others."""

    names: list[str]
    value: Any

    @property
    def name(self) -> str:
        return self.names[0]

    @property
    def summary(self) -> str:
        return first_sentence(inspect.getdoc(self.value) or "") if has_page(self.value) else ""


def has_page(value: Any) -> bool:
    """Whether it is something that is called, or a switch: of constants a line says it all."""
    return callable(value) or type(value).__module__.startswith("mygrad")


@cache
def modules() -> dict[str, Any]:
    """The modules, and those within `mygrad.scipy`, whose number grows."""
    found = {name: import_module(name) for name in MODULES}
    queue = [("mygrad.scipy", found["mygrad.scipy"])]
    while queue:
        parent, module = queue.pop(0)
        found[parent] = module
        for name in sorted(getattr(module, "__all__", ())):
            if inspect.ismodule(value := getattr(module, name)):
                queue.append((f"{parent}.{name}", value))
    return found


def public() -> dict[str, list[Public]]:
    """What each module has, under its best name: the first that leads there, in the order of `MODULES`."""
    best: dict[int, Public] = {}
    listed: dict[str, list[Public]] = {}
    for module_name, module in modules().items():
        listed[module_name] = []
        for name in sorted(set(module.__all__) - WITHOUT_PAGES, key=str.lower):
            value = getattr(module, name)
            if inspect.ismodule(value):
                continue
            key = id(value) if has_page(value) else id(object())
            one = best.setdefault(key, Public([], value)) if has_page(value) else Public([], value)
            one.names.append(f"{module_name}.{name}")
            if one not in listed[module_name]:
                listed[module_name].append(one)
    for one in best.values():  # of `abs` and `absolute`, that by which it calls itself
        own = getattr(one.value, "__name__", "")
        one.names.sort(key=lambda name: (name.count("."), name.rpartition(".")[-1] != own))
    return {module: sorted(group, key=lambda one: one.name.lower()) for module, group in listed.items()}


# --- texts --------------------------------------------------------------------------------------------


def first_sentence(doc: str) -> str:
    doc = re.sub(r"\A\w+\(.*?\)\n\n", "", doc.strip(), flags=re.DOTALL)  # functions in C begin with their signature
    paragraph = " ".join(without_ref(doc).partition("\n\n")[0].split())
    sentence: str = re.match(r"(.*?[.:])(?= |$)|.*", paragraph)[0]  # type: ignore[index]
    return f"{sentence[:-1]}." if sentence.endswith(":") else sentence


def without_ref(text: str) -> str:
    """Without links to places in the manuals of NumPy and SciPy, whose docstrings some functions keep."""
    return re.sub(r":ref:`([^<`]*?)\s*(?:<.*?>)?`", r"\1", text)


def heading(text: str, line: str = "=") -> str:
    return f"{text}\n{line * len(text)}\n\n"


def indented(text: str) -> str:
    return "".join(f"   {line}".rstrip() + "\n" for line in text.splitlines())


@cache
def _template() -> Any:
    """numpydoc's own, which it would read again for each docstring."""
    return SphinxDocString("", config={}).template


def numpydoc(value: Any) -> str:
    """A docstring, with its sections as Sphinx takes them."""
    doc = inspect.getdoc(value) or ""
    config = {"show_class_members": False, "template": _template()}
    try:
        text = str(SphinxDocString(doc, config=config))
    except ValueError as error:
        raise ValueError(f"the docstring of {value!r} is not in the form of numpydoc: {error}") from error
    text = re.sub(r"^ *\.\. only:: latex\n\n( +\S.*\n)*", "", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", without_ref(text)).strip() + "\n"


def signature(value: Any) -> str:
    """Without annotations, which the sections say in words."""
    try:
        found = inspect.signature(value)
    except (TypeError, ValueError):
        return ""
    parameters = [p.replace(annotation=p.empty) for p in found.parameters.values()]
    text = str(found.replace(parameters=parameters, return_annotation=found.empty))
    text = re.sub(r"<function (\w+) at 0x\w+>|<class '(?:\w+\.)*(\w+)'>", r"\1\2", text)
    return text.replace("<no value>", "...").replace("<unrepresentable>", "...")


# --- pages --------------------------------------------------------------------------------------------


def page_of(one: Public) -> str:
    value = one.value
    parts = [heading(one.name)]
    module = one.name.rpartition(".")[0]
    parts.append(f".. py:currentmodule:: {module}\n\n")
    if (original := original_of(one)) is not None:
        parts.append(_described("function", one.names, signature(value), f"{one.summary}\n\n{original}\n"))
        parts.append(derivatives.section(one.names, value))
    elif inspect.isclass(value):
        parts.append(_described("class", one.names, _class_signature(value), numpydoc(value)))
        parts.append(_members(one.name, value))
    elif callable(value) or hasattr(value, "__wrapped__"):
        parts.append(_described("function", one.names, signature(value), numpydoc(value)))
        parts.append(derivatives.section(one.names, value))
    else:
        parts.append(_described("data", one.names, "", numpydoc(value)))
    return "".join(parts)


def original_of(one: Public) -> str | None:
    """Of what has the docstring of NumPy's or SciPy's function: where that is."""
    for ours, theirs, text in (
        ("mygrad.scipy", "scipy", "It takes tensors, and has the parameters of `{}`, where these are described."),
        ("mygrad", "numpy", "It is that of NumPy, and returns what that returns: see `{}`."),
    ):
        name = one.name.replace(ours, theirs, 1)
        other = pydoc.locate(name) if one.name.startswith(f"{ours}.") else None
        if callable(other) and inspect.getdoc(other) == inspect.getdoc(one.value):
            return text.format(name)
    return None


def _described(kind: str, names: list[str], arguments: str, text: str) -> str:
    """The names in the module of the first, and what is said of them; then those in other modules."""
    by_module: dict[str, list[str]] = {}
    for name in names:
        module = max((m for m in modules() if name.startswith(f"{m}.")), key=len)
        by_module.setdefault(module, []).append(name.removeprefix(f"{module}.") + arguments)
    parts = []
    for module, short in by_module.items():
        directive = f".. py:{kind}:: "
        lines = f"\n{' ' * len(directive)}".join(short)
        parts.append(f"{directive}{lines}\n   :module: {module}\n\n" + (indented(text) if not parts else "") + "\n")
    return "".join(parts)


def _class_signature(value: type) -> str:
    if issubclass(value, BaseException) or value.__init__ is object.__init__:
        return ""
    return signature(value)


def _members(name: str, cls: type) -> str:
    """The public members that the class or a base class of ours defines, if they say what they are."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("mygrad"):
            found |= {key: inspect.getattr_static(base, key) for key in vars(base) if not key.startswith("_")}
    parts = []
    for key in sorted(found, key=str.lower):
        if not hasattr(cls, key):  # a name of PyTorch's, which is only there to say so
            continue
        static, value = found[key], getattr(cls, key)
        doc = inspect.getdoc(static) or inspect.getdoc(value) or ""
        if not doc or (issubclass(cls, tuple) and not callable(value)):
            continue
        whole = f"{name}.{key}"
        if isinstance(static, property) or not callable(value):
            parts.append(
                _described("property" if isinstance(static, property) else "attribute", [whole], "", numpydoc(static))
            )
        else:
            parts.append(_described("method", [whole], _method_signature(value), _method_text(key, value, doc)))
    return heading("Members", "-") + "".join(parts) if parts else ""


def _method_signature(value: Any) -> str:
    return re.sub(r"^\((?:self|cls)(?:, /)?(?:, )?", "(", signature(value))


def _method_text(key: str, value: Any, doc: str) -> str:
    """Of a method that has the docstring of a function, the first sentence and where the rest is."""
    function = getattr(mg, key, None)
    if function is not None and inspect.getdoc(function) == doc:
        return f"{first_sentence(doc)} See `mygrad.{key}`.\n"
    return numpydoc(value)


def table_of(module_name: str) -> str:
    """The page of a module in `LISTED`: what each name is, in a sentence."""
    module = import_module(module_name)
    comments = re.findall(r"^#: (.*)\n(\w+): TypeAlias", inspect.getsource(module), re.MULTILINE)
    said = {name: text for text, name in comments}
    rows = []
    for name in sorted(set(module.__all__) - WITHOUT_PAGES, key=str.lower):
        value = getattr(module, name)
        text = said.get(name) or (first_sentence(inspect.getdoc(value) or "") if callable(value) else f"``{value!r}``")
        rows.append(f"   * - ``{name}``\n     - {text}\n" if not inspect.ismodule(value) else "")
    head = f"{heading(module_name)}.. py:module:: {module_name}\n\n.. py:currentmodule:: {module_name}\n\n"
    return head + numpydoc(module) + "\n.. list-table::\n   :widths: 30 70\n   :class: names\n\n" + "".join(rows)


def index_of(module_name: str, module: Any, listed: list[Public]) -> str:
    parts = [heading(module_name), f".. py:module:: {module_name}\n\n", f".. py:currentmodule:: {module_name}\n\n"]
    parts.append(numpydoc(module) + "\n")
    groups = _grouped(listed) if module_name == "mygrad" else {"": listed}
    for title, group in groups.items():
        parts.append((heading(title, "-") if title else "") + _table(group, module_name))
    pages = [one for one in listed if has_page(one.value) and one.name.rpartition(".")[0] == module_name]
    if pages:
        entries = "".join(f"   {one.name.rpartition('.')[-1]} <pages/{one.name}>\n" for one in pages)
        parts.append(f".. toctree::\n   :hidden:\n   :maxdepth: 1\n\n{entries}\n")
    return "".join(parts)


def _grouped(listed: list[Public]) -> dict[str, list[Public]]:
    groups: dict[str, list[Public]] = {title: [] for title in [*SECTIONS, OTHERS]}
    homes = _homes()
    for one in listed:
        groups[homes.get(one.name.rpartition(".")[-1], OTHERS)].append(one)
    return {title: group for title, group in groups.items() if group}


def _homes() -> dict[str, str]:
    from mygrad._rules.waiting import NAMES, names_of

    later = {**NAMES, **names_of("numpy")}
    homes: dict[str, str] = {}
    for title, rooms in SECTIONS.items():
        for room in rooms:
            there = [name for name, module in later.items() if f"{module}.".startswith(f"mygrad.{room}.")]
            names = getattr(import_module(f"mygrad.{room}"), "__all__", []) if room != "tensor" else ["Tensor"]
            for name in [*names, *there]:
                homes.setdefault(name, title)
    return homes


def _table(group: list[Public], module_name: str) -> str:
    if not group:
        return ""
    rows = []
    for one in group:
        short = next((n for n in one.names if n.rpartition(".")[0] == module_name), one.name).rpartition(".")[-1]
        if has_page(one.value):
            left, right = f":py:obj:`{short} <{one.name}>`", one.summary
        else:
            left, right = f"``{short}``", f"``{one.value!r}``"
        rows.append(f"   * - {left}\n     - {right}\n")
    return ".. list-table::\n   :widths: 30 70\n   :class: names\n\n" + "".join(rows) + "\n"


def top(names: list[str]) -> str:
    entries = "".join(f"   {name}\n" for name in names)
    rows = "".join(f"   * - :doc:`{name}`\n     - {_summary_of(name)}\n" for name in names)
    return (
        heading("Reference")
        + "What is public, module by module; each function on a page of its own, with its derivative. "
        "What NumPy's functions do with tensors stands in :doc:`/support`, the special functions of SciPy's in "
        f":doc:`/scipy-special`.\n\n.. list-table::\n\n{rows}\n"
        f".. toctree::\n   :hidden:\n   :maxdepth: 1\n\n{entries}"
    )


def _summary_of(module_name: str) -> str:
    module = modules().get(module_name) or import_module(module_name)
    return first_sentence(inspect.getdoc(module) or "")


def pages() -> Page:
    """The texts of all pages, by their names without ending."""
    found = modules()
    listed = public()
    texts = {name: table_of(name) for name in LISTED}
    texts["index"] = top([name for name in found if listed[name] or name == "mygrad.scipy"] + [*LISTED])
    for module_name, module in found.items():
        if listed[module_name] or module_name == "mygrad.scipy":
            texts[module_name] = index_of(module_name, module, listed[module_name])
        for one in listed[module_name]:
            if has_page(one.value):
                texts.setdefault(f"pages/{one.name}", page_of(one))
    return texts


def write(folder: Path) -> None:
    texts = pages()
    for old in folder.rglob("*.rst"):
        if old.relative_to(folder).as_posix().removesuffix(".rst") not in texts:
            old.unlink()
    for name, text in texts.items():
        path = folder / f"{name}.rst"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    app.connect("builder-inited", lambda app: write(Path(app.srcdir) / "reference"))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
