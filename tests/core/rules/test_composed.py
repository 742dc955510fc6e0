"""What rows are composed of stands for NumPy's functions of arrays, too."""

from typing import Any

from catalogue import Example, every_example
from comparing import assert_same
from mygrad._rules import einsum, joining, matrices, products, shapes

COMPOSED = einsum.COMPOSED | joining.COMPOSED | matrices.COMPOSED | products.COMPOSED | shapes.COMPOSED


@every_example(COMPOSED)
def test_composed_functions_are_numpys(fn: Any, example: Example) -> None:
    assert_same(example.of(COMPOSED[fn]), example.of(fn), tensor=False)
