"""What `import mygrad` brings in: NumPy, the standard library and itself."""

import inspect
import pickle
import subprocess
import sys
from importlib import import_module
from zipfile import ZipFile

import pytest

import mygrad as mg
from mygrad._dispatch.functions import implementation
from mygrad._dispatch.registry import IMPLEMENTATIONS
from mygrad._rules.rule import RULES
from mygrad._rules.waiting import NAMES, WAITING


def test_importing_the_core_imports_only_numpy():
    code = """
import sys
before = set(sys.modules)
import numpy
import mygrad
print(*sorted({name.partition(".")[0] for name in set(sys.modules) - before}))
print(*sorted(name for name in sys.modules if name.startswith("mygrad.")))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    modules, ours = map(str.split, result.stdout.splitlines())
    assert set(modules) - sys.stdlib_module_names - {"numpy", "mygrad"} == set()
    assert "importlib.metadata" not in modules
    assert {"mygrad.nnet", "mygrad.computational_graph", "mygrad.io", "mygrad.testing"}.isdisjoint(ours)


def test_what_few_programs_use_is_imported_when_it_is_asked_for():
    code = """
import sys
import mygrad as mg
names = ["extend", "functional", "operation_base", "random", "typing"]
print([f"mygrad.{name}" in sys.modules for name in names])
print([name in dir(mg) for name in names])
print([getattr(mg, name) is sys.modules[f"mygrad.{name}"] for name in names])
print([vars(mg)[name] is getattr(mg, name) for name in names])
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [str([False] * 5), *[str([True] * 5)] * 3]


def run(code):
    result = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


@pytest.mark.parametrize(
    ("first", "value"),
    [
        ("np.linalg.norm(x)", "5.0"),
        ("np.linalg.det(np.diag(x))", "12.0"),
        ("np.fft.fftshift(x)[0]", "4.0"),
        ("np.fft.rfft(x)[1].real", "-1.0"),
        ("mg.fft.irfft(x)[0]", "3.5"),
        ("mg.roots(x * x)[0]", "-1.777777777778"),
        ("mg.linalg.norm(x)", "5.0"),
        ("mg.extend.call(np.linalg.inv, np.diag(x))[1, 1]", "0.25"),
        ("mg.array_api.linalg.vector_norm(x)", "5.0"),
        ("np.polyval(x, 2.0)", "10.0"),
        ("mg.polyval(x, 2.0)", "10.0"),
        ("np.unique(x)[1]", "4.0"),
        ("mg.array_api.unique_values(x)[1]", "4.0"),
        ("np.histogram([0.1, 0.7], 2, weights=x)[0][1]", "4.0"),
        ("np.nansum(x)", "7.0"),
        ("mg.nansum(x)", "7.0"),
        ("np.quantile(x, 0.5)", "3.5"),
        ("mg.extend.call(np.convolve, x, np.ones(2))[1]", "7.0"),
        ("np.lib.stride_tricks.sliding_window_view(x, 2)[0, 1]", "4.0"),
        ("mg.sliding_window_view(x, (2,), 1)[0, 1]", "4.0"),
        ("mg.lift(np.percentile)(x, 50)", "3.5"),
    ],
)
def test_what_waits_is_imported_when_it_is_met(first, value):
    lines = run(f"""
import sys
import numpy as np
before = set(sys.modules)
import mygrad as mg
new = set(sys.modules) - before
from mygrad._rules.waiting import WAITING
waiting = [name for names in WAITING.values() for name in names]
print(any("linalg" in name or "fft" in name for name in new) or not new.isdisjoint(waiting))
x = mg.tensor([3.0, 4.0])
y = {first}
y.backward()
print(type(y) is mg.Tensor, x.grad is not None, round(float(y.data), 12))
""")
    assert lines == ["False", f"True True {value}"]


@pytest.mark.parametrize("module", ["_rules.solving", "_rules.norms", "_compositions.decompositions", "linalg.norms"])
def test_any_module_of_them_may_come_first(module):
    assert run(f"import mygrad.{module}, numpy as np, mygrad; print(np.linalg.norm(mygrad.tensor([3.0, 4.0])))") == [
        "Tensor(5.)"
    ]


@pytest.mark.parametrize(
    ("function", "vjp", "call"),
    [
        ("np.linalg.det", "lambda g, y, a: 7.0 * np.ones_like(a)", "np.linalg.det(x)"),
        ("np.convolve", "lambda g, y, a, v, mode='full': 7.0 * np.ones_like(a)", "np.convolve(x[0], np.ones(2))"),
    ],
)
def test_a_rule_of_ones_own_counts_although_ours_is_imported_later(function, vjp, call):
    lines = run(f"""
import numpy as np
import mygrad as mg
mg.extend.defvjp({function}, {vjp})
x = mg.tensor(np.eye(2))
np.sum({call}).backward()
print(x.grad[0].tolist())
""")
    assert lines == ["[7.0, 7.0]"]


@pytest.mark.parametrize("module", sorted(set(NAMES.values())))
def test_names_of_ours_alone_are_told_before_their_module_is_there(module):
    told = {name for name, where in NAMES.items() if where == module}
    there = set(import_module(module).__all__)
    assert told == there if module == "mygrad.functional" else told <= there
    assert told <= set(mg.__all__) & set(dir(mg))


@pytest.mark.parametrize("numpys", WAITING)
def test_modules_that_wait_are_looked_for_by_numpys_module(numpys):
    """A function of NumPy's that they implement is of that module, or nobody would import them for it."""
    found = set()
    for name in WAITING[numpys]:
        public = set(import_module(name).__all__)
        assert public <= set(mg.__all__) & set(dir(mg)) or numpys in ("numpy.fft", "numpy.linalg")
        for function in [*RULES, *IMPLEMENTATIONS]:
            ours = implementation(function)
            if getattr(inspect.unwrap(getattr(ours, "func", ours)), "__module__", None) == name:
                found.add(function.__module__)
    assert found <= {numpys}


def test_names_that_wait_are_listed_without_being_asked_for():
    assert run("""
import mygrad
print(*["quantile" in names for names in (mygrad.__all__, dir(mygrad))], "linalg" in dir(mygrad))
from mygrad import *
print(quantile is mygrad.quantile, unique is mygrad.unique, grad is mygrad.grad)
""") == ["True True True", "True True True"]


def test_threads_that_meet_them_at_the_same_time():
    lines = run("""
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import numpy as np
import mygrad as mg
sys.setswitchinterval(1e-6)
barrier = Barrier(8)
def slope(number):
    x = mg.tensor(np.diag([3.0, 4.0]))
    f = (np.linalg.det, np.linalg.norm, np.linalg.svdvals, np.linalg.cond)[number % 4]
    barrier.wait()
    np.sum(f(x)).backward()
    return x.grad is not None
with ThreadPoolExecutor(8) as pool:
    print(set(pool.map(slope, range(8))))
""")
    assert lines == ["{True}"]


def test_pickled_functions_are_found():
    functions = [mg.linalg.svd, mg.linalg.norm, mg.dot, mg.polyadd, mg.quantile, mg.nansum, mg.sliding_window_view]
    names = [f.__name__ for f in functions]
    data = pickle.dumps(functions)
    assert run(f"import pickle; print([f.__name__ for f in pickle.loads({data!r})])") == [str(names)]


def test_names_that_wait_can_be_imported():
    names = "Operation", "execute_op", "lift", "polyadd", "quantile", "why_locked"
    assert run(f"from mygrad import {', '.join(names)}; print(callable(polyadd))") == ["True"]
    assert run("from mygrad import *; print(len({polyadd, quantile, lift, Operation}))") == ["4"]


@pytest.mark.parametrize("archive", [False, True])
def test_folders_on_the_path_are_found_and_archives_too(tmp_path, archive):
    """As `pkgutil.extend_path` finds them, which is not imported for a single folder."""
    (tmp_path / "mygrad").mkdir()
    (tmp_path / "mygrad" / "tools.py").write_text("number = 3")
    place = tmp_path
    if archive:
        place = tmp_path / "tools.zip"
        with ZipFile(place, "w") as written:
            written.writestr("mygrad/__init__.py", "")
            written.write(tmp_path / "mygrad" / "tools.py", "mygrad/tools.py")
    assert run(f"import sys; sys.path.append({str(place)!r}); import mygrad.tools; print(mygrad.tools.number)") == ["3"]
