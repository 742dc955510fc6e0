"""The computational graph of a tensor, to look at."""

from mygrad.computational_graph._text import graph_text

__all__ = ["graph_text"]
