"""The computational graph of a tensor, to look at.

`build_graph`
    draws it: what a tensor was computed from, and how.
`ComputationalGraph`
    is the drawing: a ``graphviz.Digraph`` that notebooks display, and that can be had as DOT, Mermaid and text, too.

Examples
--------
>>> import mygrad as mg
>>> from mygrad.computational_graph import build_graph
>>> x = mg.tensor(2.0)
>>> y = mg.tensor(3.0)
>>> f = x * y
>>> print(build_graph(f, names=locals()).to_text())
x: float64, shape (), 2.0
y: float64, shape (), 3.0
f = multiply(x, y): float64, shape (), 6.0
"""

from mygrad.computational_graph._build import build_graph
from mygrad.computational_graph._digraph import ComputationalGraph
from mygrad.computational_graph._engines import EngineNotFound

__all__ = ["ComputationalGraph", "EngineNotFound", "build_graph"]
