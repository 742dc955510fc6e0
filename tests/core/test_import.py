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
