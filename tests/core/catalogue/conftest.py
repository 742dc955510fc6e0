"""Which examples are left to test_complex_numbers.py."""

import numpy as np
import pytest

#: From NumPy 2.5 on, eigenvectors of real matrices are complex numbers, too: determined up to a phase.
OF_PHASES = np.lib.NumpyVersion(np.__version__) >= "2.5.0"
#: What is tested there by products in which phases cancel.
EIG = ("[numpy.linalg.eig]", "[mygrad._rules.decompositions.eig]")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if OF_PHASES and item.name.endswith(EIG) and "test_complex_numbers" not in item.nodeid:
            item.add_marker(pytest.mark.skip(reason="NumPy returns complex eigenvectors, of any phase"))
