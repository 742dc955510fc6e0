"""What `import mygrad` brings in: NumPy, the standard library and itself."""

import pickle
import subprocess
import sys
from zipfile import ZipFile

import pytest

import mygrad as mg


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
names = ["functional", "random", "typing"]
print([f"mygrad.{name}" in sys.modules for name in names])
print([name in dir(mg) for name in names])
print([getattr(mg, name) is sys.modules[f"mygrad.{name}"] for name in names])
print([vars(mg)[name] is getattr(mg, name) for name in names])
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [str([False] * 3), *[str([True] * 3)] * 3]


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
        ("mg.linalg.norm(x)", "5.0"),
        ("mg.extend.call(np.linalg.inv, np.diag(x))[1, 1]", "0.25"),
        ("mg.array_api.linalg.vector_norm(x)", "5.0"),
    ],
)
def test_linear_algebra_and_fourier_transforms_are_imported_when_they_are_met(first, value):
    lines = run(f"""
import sys
import numpy as np
before = set(sys.modules)
import mygrad as mg
new = set(sys.modules) - before
print(any("linalg" in name or "fft" in name for name in new), "linalg" in dir(mg))
x = mg.tensor([3.0, 4.0])
y = {first}
y.backward()
print(type(y) is mg.Tensor, x.grad is not None, round(float(y.data), 12))
""")
    assert lines == ["False True", f"True True {value}"]


@pytest.mark.parametrize("module", ["_rules.solving", "_rules.norms", "_compositions.decompositions", "linalg.norms"])
def test_any_module_of_them_may_come_first(module):
    assert run(f"import mygrad.{module}, numpy as np, mygrad; print(np.linalg.norm(mygrad.tensor([3.0, 4.0])))") == [
        "Tensor(5.)"
    ]


def test_a_rule_of_ones_own_counts_although_ours_is_imported_later():
    lines = run("""
import numpy as np
import mygrad as mg
mg.extend.defvjp(np.linalg.det, lambda g, y, a: 7.0 * np.ones_like(a))
x = mg.tensor(np.eye(2))
np.linalg.det(x).backward()
print(x.grad.tolist())
""")
    assert lines == ["[[7.0, 7.0], [7.0, 7.0]]"]


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
    data = pickle.dumps([mg.linalg.svd, mg.linalg.norm, mg.dot])
    assert run(f"import pickle; print([f.__name__ for f in pickle.loads({data!r})])") == ["['svd', 'norm', 'dot']"]


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
