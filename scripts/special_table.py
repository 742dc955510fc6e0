"""Write docs/scipy-special.md, which derivatives of `scipy.special` there are: ``python scripts/special_table.py``.

Ours are those of the rules; of other libraries, those that `scripts/special_peers.py` found, in `PEERS`. With
``--check``, the document is compared with what would be written, if it was written with the same version of SciPy;
``--points`` prints the points that the peers are tried at.
"""

import inspect
import json
import sys
import textwrap
from pathlib import Path

import numpy as np
import scipy
from scipy.special import _ufuncs

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests/support"))

import mygrad.scipy.special  # noqa: E402 - it fills the table
from mygrad._rules.rule import RULES  # noqa: E402
from special_functions import CASES  # noqa: E402

DOCUMENT = ROOT / "docs/scipy-special.md"
PEERS = ROOT / "tests/support/special_functions/peers.json"
ACCURACY = ROOT / "tests/support/special_functions/accuracy.json"
TITLES = {"jax": "JAX", "autograd": "autograd", "torch": "PyTorch"}
VERSION = ".".join(scipy.__version__.split(".")[:2])
HEAD = """\
# Derivatives of `scipy.special`

With [mygrad-scipy](install.md) installed, the ufuncs of `scipy.special` are differentiable, by
the arguments in this table: no import of ours is needed. Values are SciPy's own. Derivatives are precise to ten digits
or more, also in the tails and for large arguments: at 1670 points, the largest relative error against mpmath is 8e-11.
Those of float32 are float32.

```python
>>> import mygrad as mg
>>> import numpy as np
>>> from scipy import special
>>> shape = mg.tensor([0.5, 3.0, 1e4])
>>> special.gammainc(shape, [0.1, 30.0, 9.9e3]).backward(np.ones(3))
>>> shape.grad
array([-8.22936097e-01, -1.13100813e-10, -2.42375337e-03])
```

A variable for another argument, such as the order of `jv`, is an error that names it. Second derivatives follow, and
those of any order for most; not those of `hyp1f1` and `hyp2f1` by a parameter, of `zeta(x)`, `kolmogorov` and
`smirnov`. By shapes of gamma and beta functions, and by the first argument of `zeta(x, q)`, there are two. By its
parameters, `hyp2f1` is differentiated for z between -998 and 0.999; beyond, that is nan. Beside the branch point -1/e,
derivatives of `lambertw` are as precise as its values in SciPy.

What is not a ufunc asks no tensor. These are functions of `mygrad.scipy.special`, under SciPy's names and signatures;
[`mygrad.lift`](lift.md) has them called in the place of SciPy's.

%s.

```python
>>> from mygrad.scipy.special import logsumexp
>>> x = mg.tensor([1000.0, 1001.0])
>>> logsumexp(x).backward()
>>> x.grad
array([0.26894142, 0.73105858])
```

These, and `lambertw`, `logsumexp`, `softmax`, `log_softmax` and the spherical Bessel functions, have derivatives by
complex numbers, too, where SciPy takes them:

%s.

The factors of `jve`, `yve` and `ive` are not holomorphic: there, gradients are those by real and imaginary parts. What
is of real numbers alone refuses complex variables.

"""


def takes_complex(ufunc):
    """Whether there is a derivative by complex numbers: rules of real ones are wrapped in what refuses others."""
    rule = RULES.get(ufunc)
    if rule is None or not any("D" in types.split("->")[0] for types in ufunc.types):
        return False
    return any(vjp is not None and not hasattr(vjp, "__wrapped__") for vjp in rule.vjps)


def shown(error):
    return "0" if error < 1e-17 else f"{error:.0e}".replace("e-0", "e-")


def accuracy():
    """The table of errors at extreme arguments."""
    measured = json.loads(ACCURACY.read_text())
    table = ours()
    rows = []
    for name, found in measured["functions"].items():
        _ufunc, names, _wrt = table[name]
        by = ", ".join(f"`{names[int(i)]}` {shown(error)}" for i, error in found["by"].items())
        note = f"SciPy's value: {shown(found['value'])}" if max(found["by"].values()) > 1e-10 else ""
        rows.append(f"| `{name.removeprefix('_')}` | {found['points']} | {by} | {note} |")
    return [
        "## Accuracy",
        "",
        "The largest relative errors of derivatives at tiny and huge arguments, and in tails, against mpmath.",
        f"`scripts/special_accuracy.py` has measured them with SciPy {measured['scipy']}; the points are in",
        "`tests/support/special_functions/extremes.py`.",
        "",
        "| | points | error by each argument | |",
        "|---|---|---|---|",
        *rows,
        "",
    ]


def names_of(ufunc, rule):
    """The arguments, as the rules call them."""
    if ufunc.nin == 1:
        return ["x"]
    for vjp in rule.vjps:
        if vjp is not None:
            names = list(inspect.signature(vjp).parameters)[2:]
            return [name.removeprefix("_") for name in names[: ufunc.nin]]
    raise AssertionError(ufunc)


def ours():
    """By name: the ufunc, the names of its arguments, and the positions of those that have derivatives."""
    result = {}
    for name, ufunc in sorted(vars(_ufuncs).items(), key=lambda item: item[0].strip("_").lower()):
        if isinstance(ufunc, np.ufunc) and ufunc.__name__ == name and (name[0] != "_" or name == "_zeta"):
            rule = RULES.get(ufunc)
            wrt = [] if rule is None else [i for i, vjp in enumerate(rule.vjps) if vjp is not None]
            result[name] = ufunc, [] if rule is None else names_of(ufunc, rule), wrt
    return result


def wrapped(text):
    return textwrap.fill(text, 119, break_on_hyphens=False)


def document():
    peers = json.loads(PEERS.read_text())
    table = ours()
    rows, without = [], []
    counts = dict.fromkeys(["ours", *TITLES], 0)
    alone = 0
    for name, (_ufunc, names, wrt) in table.items():
        theirs = {peer: peers[peer]["derivatives"].get(name, []) for peer in TITLES}
        if not wrt:
            without.append(f"`{name}`")
            assert not any(theirs.values()), f"{name} is to be listed"
            continue
        cells = []
        for peer in TITLES:
            counts[peer] += len(theirs[peer])
            cells.append(", ".join(f"`{names[i]}`" for i in theirs[peer]))
        counts["ours"] += len(wrt)
        alone += sum(not any(i in found for found in theirs.values()) for i in wrt)
        shown = ", ".join(f"`{names[i]}`" for i in wrt)
        rows.append(f"| `{name.removeprefix('_')}` | {shown} | {' | '.join(cells)} |")
    versions = [f"{title} {peers[peer]['version']}" for peer, title in TITLES.items()]
    functions = ", ".join(f"`{name}`" for name in mygrad.scipy.special.__all__)
    complex_ones = ", ".join(f"`{name.removeprefix('_')}`" for name, row in table.items() if takes_complex(row[0]))
    totals = [f"{counts['ours']}", *[str(counts[peer]) for peer in TITLES]]
    return "\n".join(
        [
            HEAD.rstrip() % (wrapped(functions), wrapped(complex_ones)),
            "",
            "## The ufuncs",
            "",
            f"Written by `scripts/special_table.py` with SciPy {VERSION}; beside {', '.join(versions)}.",
            f"Listed are arguments with a derivative. Of these {counts['ours']}, {alone} are in none of the others.",
            "",
            f"| | here | {' | '.join(TITLES.values())} |",
            "|---|---|---|---|---|",
            *rows,
            f"| **derivatives** | **{'** | **'.join(totals)}** |",
            "",
            wrapped("Without a derivative: " + ", ".join(without) + "."),
            "",
            *accuracy(),
        ]
    )


def points():
    """Where the others are tried, by all arguments, of all functions: also of those that have no derivative here."""
    found = {}
    for name, (ufunc, _names, _wrt) in ours().items():
        case = CASES.get(name)
        point = case.points[len(case.points) // 2] if case else [0.3 + 0.1 * i for i in range(ufunc.nin)]
        found[name] = point, list(range(ufunc.nin))
    return found


def main():
    if "--points" in sys.argv:
        print(json.dumps(points()))
    elif "--check" not in sys.argv:
        DOCUMENT.write_text(document())
    elif f"with SciPy {VERSION};" in DOCUMENT.read_text() and DOCUMENT.read_text() != document():
        sys.exit("docs/scipy-special.md is not what `python scripts/special_table.py` writes")


if __name__ == "__main__":
    main()
