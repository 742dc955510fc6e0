"""The function that users call."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mygrad import Tensor
from mygrad.computational_graph._digraph import ComputationalGraph
from mygrad.computational_graph._picture import Options, Picture

__all__ = ["build_graph"]

DIRECTIONS = ("TB", "LR", "BT", "RL")
DRAWN = (".svg", ".png", ".pdf")
SOURCES = (".dot", ".gv")


def build_graph(
    fin: Tensor,
    names: Mapping[str, Any] | None = None,
    *,
    render: bool = True,
    save: bool | str | os.PathLike[str] = False,
    dims: bool = False,
    dtypes: bool = False,
    sum_stats: bool = False,
    values: bool | None = None,
    grads: bool = False,
    rankdir: str = "TB",
    max_nodes: int | None = 200,
    legend: bool = True,
) -> ComputationalGraph | None:
    """Draw the computational graph of a tensor: what it was computed from, and how.

    Each value is drawn once, with the operation that made it. What kind of value it is shows in its shape and colour,
    which a legend explains: variables, constants, results of operations, views (with a dashed line from what they are
    a view of) and values that were written in place (with a bold line from what was there before). The result is dark.

    Parameters
    ----------
    fin : Tensor
        The result. Draw its graph before ``backward()``, which clears it; afterwards the drawing says so.
    names : Mapping[str, Any], optional
        What to call tensors and arrays in the graph, e.g. ``locals()``. A tensor is recognised as the very object that
        took part; what is neither a tensor nor an array is ignored. Constants that are neither, such as the 2 in
        ``x * 2``, are shown with the operation.
    render : bool
        If False, nothing is returned; that is of use with `save`.
    save : bool | str | PathLike
        Where to save the drawing: a path that ends in .svg, .png, .pdf or .dot. True stands for
        ``computational_graph.pdf`` in the current directory.
    dims : bool
        Show the shapes of all but scalars.
    dtypes : bool
        Show the dtypes.
    sum_stats : bool
        Show the least, the greatest, the mean and the median element of all but scalars.
    values : bool, optional
        Show values, those of large arrays in part. By default, the values of scalars are shown, and all if no `names`
        are given. A graph keeps only values that the backward pass will read; those of tensors that are leaves or are
        among the `names` are known besides. With True, the others are said to be not kept.
    grads : bool
        Show gradients: of leaves, of `fin` and of tensors among the `names`. If a tensor has none stored, the one that
        ``fin.backward()`` would bring is computed ("Grad to be"), without clearing anything. Complex ones bring none.
    rankdir : {"TB", "LR", "BT", "RL"}
        Which way the computation goes: from top to bottom, left to right, bottom to top or right to left.
    max_nodes : int, optional
        How many values to draw at most. Of a larger graph the last ones are drawn, and how many more there are. None
        draws them all. (A picture of more than 64 inches in width or height is scaled down to that.)
    legend : bool
        Explain shapes and colours.

    Returns
    -------
    ComputationalGraph | None
        A ``graphviz.Digraph`` that notebooks display, and that has methods ``to_text`` and ``to_mermaid``. None if
        `render` is False.

    Raises
    ------
    TypeError
        If `fin` is not a tensor, or another argument is of the wrong type.
    ValueError
        If `rankdir`, `max_nodes` or the suffix of the path in `save` is none of those above.
    EngineNotFound
        If the drawing is to be saved, and no Graphviz is installed.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.computational_graph import build_graph
    >>> x = mg.tensor(2)
    >>> y = mg.tensor([3.0, 4.0])
    >>> f = x * y
    >>> g = f + x - 2
    >>> graph = build_graph(g, names=locals(), dims=True)

    In a notebook, ``graph`` is the picture. In a terminal:

    >>> print(graph.to_text())
    x: int64, shape (), constant, 2
    y: float64, shape (2,)
    f = multiply(x, y): float64, shape (2,)
    %3 = add(f, x): float64, shape (2,)
    g = subtract(%3, 2): float64, shape (2,)
    """
    _check(fin, names, rankdir, max_nodes, values)
    for name, flag in {
        "render": render,
        "dims": dims,
        "dtypes": dtypes,
        "sum_stats": sum_stats,
        "grads": grads,
        "legend": legend,
    }.items():
        if not isinstance(flag, bool):
            raise TypeError(f"build_graph: {name} must be True or False, got {type(flag).__name__}")
    path = _path(save)
    options = Options(dims, dtypes, sum_stats, values, grads)
    graph = ComputationalGraph.of(Picture.of(fin, names, options, max_nodes), rankdir=rankdir, legend=legend)
    if path is not None and path.suffix.lower() in SOURCES:
        path.write_text(graph.source, encoding="utf-8", newline="\n")
    elif path is not None:
        path.write_bytes(graph.pipe(path.suffix[1:].lower()))
    return graph if render else None


def _check(fin: Any, names: Any, rankdir: Any, max_nodes: Any, values: Any) -> None:
    if not isinstance(fin, Tensor):
        raise TypeError(f"build_graph: fin must be a Tensor, got {type(fin).__name__}")
    if names is not None and not isinstance(names, Mapping):
        raise TypeError(f"build_graph: names must map names to tensors, as locals() does, got {type(names).__name__}")
    if names is not None and not all(isinstance(name, str) for name in names):
        raise TypeError("build_graph: the keys of names must be strings")
    if values is not None and not isinstance(values, bool):
        raise TypeError(f"build_graph: values must be True, False or None, got {type(values).__name__}")
    if not isinstance(rankdir, str):
        raise TypeError(f"build_graph: rankdir must be a string, got {type(rankdir).__name__}")
    if rankdir not in DIRECTIONS:
        raise ValueError(f"build_graph: rankdir must be one of {', '.join(DIRECTIONS)}, got {rankdir!r}")
    if max_nodes is not None and (isinstance(max_nodes, bool) or not isinstance(max_nodes, int)):
        raise TypeError(f"build_graph: max_nodes must be an integer or None, got {type(max_nodes).__name__}")
    if max_nodes is not None and max_nodes < 1:
        raise ValueError(f"build_graph: max_nodes must be at least 1, got {max_nodes}")


def _path(save: Any) -> Path | None:
    """Where to save the drawing, if anywhere."""
    if isinstance(save, bool):
        return Path("computational_graph.pdf") if save else None
    if not isinstance(save, (str, os.PathLike)):
        raise TypeError(f"build_graph: save must be True, False or a path, got {type(save).__name__}")
    path = Path(os.fsdecode(save))
    if path.suffix.lower() not in DRAWN + SOURCES:
        raise ValueError(
            f"build_graph: cannot tell from {path.name!r} what to save; let it end in {', '.join(DRAWN)} or .dot"
        )
    return path
