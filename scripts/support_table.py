"""Write docs/support.md, the table of NumPy's functions: ``python scripts/support_table.py``.

What becomes of a function stands in the tables of `mygrad._dispatch`. To which arguments gradients flow is tried, on
the examples of the catalogue: each number in turn is a variable, and all others are constants. With ``--check``, the
document is compared with what would be written, if it was written with the same version of NumPy.
"""

import importlib
import inspect
import sys
import warnings
from pathlib import Path

import numpy as np
from numpy.testing.overrides import get_overridable_numpy_array_functions, get_overridable_numpy_ufuncs

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests/support"))

import mygrad as mg  # noqa: E402
from catalogue import EXAMPLES, Example  # noqa: E402
from catalogue.writes import EXAMPLES as WRITES  # noqa: E402
from functions import of_complex_numbers, takes_like  # noqa: E402
from mygrad._dispatch.registry import IMPLEMENTATIONS  # noqa: E402
from mygrad._dispatch.tables import PLAIN, reason  # noqa: E402
from mygrad._rules.rule import RULES  # noqa: E402

DOCUMENT = ROOT / "docs/support.md"
VERSION = ".".join(np.__version__.split(".")[:2])
#: Those that have a rule which gives zeros.
STEPS = (np.round, np.around, np.fix)
#: Modules that get a table each; and those of which a line says it all.
MODULES = {"np": np, "np.linalg": np.linalg, "np.fft": np.fft, "np.emath": np.emath}
MODULES["np.lib.stride_tricks"] = np.lib.stride_tricks
LINES = {
    "numpy.random": "draws numbers, which depend on no tensor; parameters of a distribution lose their gradients",
    "numpy.polynomial": "not asked, and run by `mg.lift`; `polynomial.polyval2d` and `polygrid2d` are refused",
    "numpy.strings, numpy.char": "refused: strings",
    "numpy.rec, numpy.lib.recfunctions": "refused: structured arrays",
    "numpy.ma": "refused: tensors have no masks",
}
HEAD = f"""\
# Which functions of NumPy take tensors

Written by `scripts/support_table.py` with NumPy {VERSION}, from the tables of the library and from trials of examples.
[What NumPy's functions do with tensors](drop-in.md) says what the kinds mean.

| kind | |
|---|---|
| rule | has a derivative of its own |
| composition | is made of functions that have |
| zero | has the derivative 0 wherever it has one, and returns tensors |
| plain | returns what it does for arrays: steps, positions, and what does not depend on the values |
| creates | makes arrays; gradients flow through what it is given, if `like` has it asked |
| refused | a variable is a `TypeError` that says why; constants are taken |
| not asked | NumPy asks no argument: a tensor becomes an array, of which [lost gradients](lost-gradients.md) tells |

Gradients flow through the arguments in the third column. Those in parentheses NumPy does not ask: gradients flow
through them if another argument is a tensor, too, and always if the function of `mygrad` of this name is called. The
fourth says of the other arguments that can be real numbers whether the derivative is 0, or whether variables are
refused; and the last, of functions that take complex numbers, whether complex variables are differentiated (yes),
have the derivative 0, or are refused.
"""


def functions_of(module):
    for name in sorted(getattr(module, "__all__", vars(module)), key=str.lower):
        value = getattr(module, name)
        if name[0] != "_" and callable(value) and not inspect.isclass(value):
            yield name, value


def kind_of(function):
    """The kind, and why a function is refused."""
    if function in RULES:
        return "zero" if function in STEPS else "rule", ""
    if function in IMPLEMENTATIONS:
        return "creates" if takes_like(function) else "composition", ""
    if function in PLAIN:
        return "plain", ""
    return ("refused", reason(function)) if function in ASKED else ("not asked", "")


def asked_of():
    """What NumPy asks tensors about. Of what takes `like` it lists a dispatcher, which goes by the same name."""
    importlib.import_module("numpy.polynomial")
    functions = get_overridable_numpy_array_functions()
    named = {getattr(np, f.__name__, f) if f.__module__ == "numpy" else f for f in functions}
    return named | get_overridable_numpy_ufuncs()


ASKED = asked_of()
#: Calls of functions that have a rule, for which it is not enough, so that they cannot be in the catalogue.
BY_COMPOSITION = {np.pad: [Example((np.ones((2, 2)), 1, "linear_ramp"), {"end_values": np.array(0.5)})]}


# --- trials -------------------------------------------------------------------------------------------


def is_number(x):
    """Whether it can be a variable: floating-point numbers, of which lists are made, too. (2.0 may mean an integer.)"""
    if isinstance(x, np.ndarray):
        return np.issubdtype(x.dtype, np.floating)
    return type(x) is float and not x.is_integer()


def names_of(function):
    if isinstance(function, np.ufunc):
        return ["x"] if function.nin == 1 else [f"x{i + 1}" for i in range(function.nin)]
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # of functions in C, older versions tell none
        return []
    return [f"*{p.name}" if p.kind is p.VAR_POSITIONAL else p.name for p in parameters]


def places_of(function, example):
    """Every argument that holds numbers: its name, and where it is."""
    names = names_of(function)
    for place, value in [*enumerate(example.args), *example.params.items()]:
        found = []
        mapped(value, found.append)
        if not found:
            continue
        if isinstance(place, str):
            yield place, place
        elif names:
            several = [i for i, name in enumerate(names) if name[0] == "*"]  # which take all that follow
            yield names[min([place, *several])], place


def mapped(x, f):
    """`x` with ``f(part)`` for its numbers, in lists, tuples and dictionaries too."""
    if is_number(x):
        return f(x)
    if type(x) in (list, tuple):
        return type(x)([mapped(part, f) for part in x])
    return {k: mapped(v, f) for k, v in x.items()} if type(x) is dict else x


def outcome(function, example, place, others):
    """Whether a gradient flows to the argument at a place: "flows", "zero", "refused" or "array"."""

    def given(where, value):
        if where == place:
            return mapped(value, lambda x: variables.append(mg.Tensor(x)) or variables[-1])
        return mapped(value, others)

    variables = []
    if function in WRITES and place != 0:  # it is what is written that has the gradient
        example = Example((mg.Tensor(example.args[0]), *example.args[1:]), example.params)
    args = tuple(given(i, value) for i, value in enumerate(example.args))
    params = {name: given(name, value) for name, value in example.params.items()}
    if takes_like(function):
        params["like"] = mg.Tensor(0.0, constant=True)
    try:
        results = function(*args, **params)
    except TypeError as error:
        return "refused" if "variable" in str(error) else "array"
    except Exception:  # of numbers that are tensors, where NumPy takes none
        return "array"
    parts = leaves(results if results is not None else args[0])
    parts = [part for part in parts if isinstance(part, mg.Tensor) and not part.constant]
    if parts:  # added up with weights, for a plain sum may not depend on what each of them does
        terms = [np.sum(part * np.cos(np.arange(part.size)).reshape(part.shape)) for part in parts]
        sum(map(np.real, terms)).backward()
    return "flows" if any(v.grad is not None and np.any(v.grad) for v in variables) else "zero"


def leaves(x):
    return [leaf for part in x for leaf in leaves(part)] if isinstance(x, (list, tuple)) else [x]


def constant(x):
    return mg.Tensor(x, constant=True) if isinstance(x, np.ndarray) else x


def arguments_of(function):
    """Names of the arguments to which gradients flow, and of those to which none do."""
    outcomes = {}
    for example in EXAMPLES.get(function, []) + BY_COMPOSITION.get(function, []):
        for name, place in places_of(function, example):
            best = outcomes.setdefault(name, {})
            for asked, others in (True, constant), (False, lambda x: x):
                if best.get(asked) != "flows":
                    found = outcome(function, example, place, others)
                    best[asked] = found if found != "zero" or asked not in best else best[asked]
    flows, not_through = [], []
    for name in sorted(outcomes, key=order_of(function)):
        by = outcomes[name]
        if by[True] == "flows":
            flows.append(f"`{name}`" if by[False] == "flows" else f"(`{name}`)")
        elif by[True] == "zero":
            not_through.append(f"`{name}`: 0")
        elif by[True] == "refused":
            not_through.append(f"`{name}`: refused")
    return ", ".join(flows), ", ".join(not_through)


def complex_of(function):
    """Whether complex variables are differentiated or refused, if NumPy takes complex numbers at all."""
    found = of_complex_numbers(function)
    if not found <= {"flows", "zero", "plain"}:
        return "refused"
    return "yes" if "flows" in found else "0" if "zero" in found else ""


def order_of(function):
    names = names_of(function)
    return lambda name: (names.index(name) if name in names else len(names), name)


# --- the document -------------------------------------------------------------------------------------


def table_of(title, module):
    rows = []
    for name, function in functions_of(module):
        kind, why = kind_of(function)
        flows, not_through = ("", why) if kind in ("refused", "not asked", "plain") else arguments_of(function)
        of_complex = "" if kind in ("refused", "not asked", "plain") else complex_of(function)
        rows.append(f"| `{name}` | {kind} | {flows} | {not_through} | {of_complex} |")
    return (
        f"\n## {title}\n\n| function | kind | gradients flow through | not through | complex |\n|---|---|---|---|---|\n"
        + "\n".join(rows)
    )


def document():
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        tables = [table_of(*titled) for titled in MODULES.items()]
    others = "\n".join(f"| {names} | {text} |" for names, text in LINES.items())
    return HEAD + "\n".join(tables) + f"\n\n## Other modules\n\n| module | |\n|---|---|\n{others}\n"


def main():
    if "--check" not in sys.argv:
        DOCUMENT.write_text(document())
    elif f"with NumPy {VERSION}," in DOCUMENT.read_text() and DOCUMENT.read_text() != document():
        sys.exit("docs/support.md is not what `python scripts/support_table.py` writes")


if __name__ == "__main__":
    main()
