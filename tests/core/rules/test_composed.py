"""What rows are composed of stands for NumPy's functions of arrays, too."""

from typing import Any

import numpy as np

from catalogue import Example, every_example
from comparing import assert_same, leaves
from mygrad._rules import einsum, joining, matrices, products, shapes

COMPOSED = einsum.COMPOSED | joining.COMPOSED | matrices.COMPOSED | products.COMPOSED | shapes.COMPOSED


@every_example(COMPOSED)
def test_composed_functions_are_numpys(fn: Any, example: Example) -> None:
    for ours, numpys in zip(leaves(example.of(COMPOSED[fn])), leaves(example.of(fn)), strict=True):
        assert_same(np.asarray(ours), np.asarray(numpys), tensor=False)
