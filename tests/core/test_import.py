"""What `import mygrad` brings in: NumPy, the standard library and itself."""

import subprocess
import sys


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
