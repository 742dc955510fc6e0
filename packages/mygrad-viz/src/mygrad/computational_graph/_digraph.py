"""The drawing: a graphviz.Digraph that finds itself an engine."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self, overload

from mygrad.computational_graph import _dot
from mygrad.computational_graph._engines import EngineNotFound, draw_bundled, engine
from mygrad.computational_graph._graphviz import ENGINES, FORMATS, Digraph, FileExistsError
from mygrad.computational_graph._mermaid import MAX_CHARACTERS, MAX_EDGES, mermaid_of
from mygrad.computational_graph._picture import Picture
from mygrad.computational_graph._text import text_of

__all__ = ["ComputationalGraph"]

MERMAID = "text/vnd.mermaid"


class ComputationalGraph(Digraph):
    """A drawing of a computational graph, as `build_graph` makes it.

    It shows the graph as it was then, and holds nothing of it: no tensor, no array.

    It is a ``graphviz.Digraph``, with its attributes and methods (`source`, `pipe`, `render`, `view`, ...). Notebooks
    display it. Graphviz draws it: the program ``dot`` if that is on the PATH, else the Graphviz that comes with
    pygraphviz. Without both, JupyterLab displays it as a Mermaid diagram, and what needs Graphviz raises
    `EngineNotFound`.

    Attributes
    ----------
    source : str
        The drawing in DOT. The ids of the nodes are the positions of the values in the order of their making.

    Examples
    --------
    >>> import mygrad as mg
    >>> from mygrad.computational_graph import build_graph
    >>> x = mg.tensor(2.0)
    >>> graph = build_graph(x * x, names={"x": x}, legend=False)
    >>> print(graph.to_text())
    x: float64, shape (), 2.0
    %1 = multiply(x, x): float64, shape (), 4.0
    >>> graph.source.count("->")
    2
    """

    # (The constructor is that of Digraph, which calls it for copies and subgraphs.)
    _picture = Picture((), 0, "")
    _rankdir = "TB"

    @classmethod
    def of(cls, picture: Picture, *, rankdir: str, legend: bool) -> Self:
        """The drawing of a picture."""
        below, statements = _dot.statements(picture, legend)
        drawing = cls(
            filename="computational_graph.gv",
            graph_attr={**_dot.ATTRIBUTES["graph"], "rankdir": rankdir, **below},
            node_attr=dict(_dot.ATTRIBUTES["node"]),
            edge_attr=dict(_dot.ATTRIBUTES["edge"]),
        )
        drawing._picture, drawing._rankdir = picture, rankdir
        for ids, attributes in statements:
            if len(ids) == 1:
                drawing.node(*ids, **attributes)
            else:
                drawing.edge(*ids, **attributes)
        return drawing

    def copy(self) -> Self:
        """A copy, to which nodes and attributes can be added."""
        copied: Self = super().copy()
        copied._picture, copied._rankdir = self._picture, self._rankdir
        return copied

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self._picture.items) + self._picture.more:,} values>"

    def to_text(self) -> str:
        """The graph as plain text: a line for each value, in the order of their making.

        Returns
        -------
        str
            A value is called by its name, or else by its number: ``%3``.
        """
        return text_of(self._picture)

    def to_mermaid(self) -> str:
        """The graph in the language of Mermaid, a flowchart.

        Returns
        -------
        str

        Examples
        --------
        >>> import mygrad as mg
        >>> from mygrad.computational_graph import build_graph
        >>> x = mg.tensor(2.0)
        >>> print(build_graph(x * 3.0, names={"x": x}).to_mermaid())
        flowchart TB
          v0(["<b>x</b><br/>2.0"]):::variable
          v1("multiply(·, 3.0)<br/>6.0"):::operation
          v0 --> v1
          ...
        """
        return mermaid_of(self._picture, self._rankdir)

    @overload  # type: ignore[override]
    def pipe(
        self,
        format: str | None = None,
        renderer: str | None = None,
        formatter: str | None = None,
        neato_no_op: bool | int | None = None,
        quiet: bool = False,
        *,
        engine: str | None = None,
        encoding: None = None,
    ) -> bytes: ...
    @overload
    def pipe(
        self,
        format: str | None = None,
        renderer: str | None = None,
        formatter: str | None = None,
        neato_no_op: bool | int | None = None,
        quiet: bool = False,
        *,
        engine: str | None = None,
        encoding: str,
    ) -> str: ...
    def pipe(
        self,
        format: str | None = None,
        renderer: str | None = None,
        formatter: str | None = None,
        neato_no_op: bool | int | None = None,
        quiet: bool = False,
        *,
        engine: str | None = None,
        encoding: str | None = None,
    ) -> bytes | str:
        """Draw the graph, and return what a file of it would hold.

        Parameters
        ----------
        format : str, optional
            "svg", "png", "pdf" (the default), ...
        renderer, formatter, neato_no_op, quiet
            See ``graphviz.Digraph.pipe``.
        engine : str, optional
            The layout program; "dot" by default.
        encoding : str, optional
            Decode what was drawn, such as SVG.

        Returns
        -------
        bytes | str
            A string, if an `encoding` is given.

        Raises
        ------
        EngineNotFound
            If nothing is installed that draws.
        ValueError
            If `format` or `engine` is none that Graphviz has.
        """
        if _uses_dot():
            drawing: bytes | str = super().pipe(
                format=format,
                renderer=renderer,
                formatter=formatter,
                neato_no_op=neato_no_op,
                quiet=quiet,
                engine=engine,
                encoding=encoding,
            )
            return drawing
        kind, layout = format or self.format, engine or self.engine
        if kind.lower() not in FORMATS:
            raise ValueError(f"unknown format: {kind!r} (must be one of {', '.join(sorted(FORMATS))})")
        if layout.lower() not in ENGINES:
            raise ValueError(f"unknown engine: {layout!r} (must be one of {', '.join(sorted(ENGINES))})")
        drawn = draw_bundled(self.source, ":".join(filter(None, (kind.lower(), renderer, formatter))), layout.lower())
        return drawn if encoding is None else drawn.decode(encoding)

    def render(  # type: ignore[override]
        self,
        filename: str | os.PathLike[str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        view: bool = False,
        cleanup: bool = False,
        format: str | None = None,
        renderer: str | None = None,
        formatter: str | None = None,
        neato_no_op: bool | int | None = None,
        quiet: bool = False,
        quiet_view: bool = False,
        *,
        outfile: str | os.PathLike[str] | None = None,
        engine: str | None = None,
        raise_if_result_exists: bool = False,
        overwrite_source: bool = False,
    ) -> str:
        """Save the source to a file, and the drawing to another.

        The parameters are those of ``graphviz.Digraph.render``.

        Returns
        -------
        str
            The path of the drawing.

        Raises
        ------
        EngineNotFound
            If nothing is installed that draws.
        """
        if _uses_dot():
            return str(
                super().render(
                    filename=filename,
                    directory=directory,
                    view=view,
                    cleanup=cleanup,
                    format=format,
                    renderer=renderer,
                    formatter=formatter,
                    neato_no_op=neato_no_op,
                    quiet=quiet,
                    quiet_view=quiet_view,
                    outfile=outfile,
                    engine=engine,
                    raise_if_result_exists=raise_if_result_exists,
                    overwrite_source=overwrite_source,
                )
            )
        if outfile is not None:
            result = Path(directory or self.directory, outfile)
            format = format or result.suffix[1:] or None
            filename = filename or result.with_suffix(".gv").name
            directory = directory or result.parent
        drawn = self.pipe(format, renderer, formatter, neato_no_op, quiet, engine=engine)
        source = self.save(filename, directory=directory)
        if outfile is None:
            kinds = (formatter, renderer, format or self.format)
            result = Path(f"{source}.{'.'.join(filter(None, kinds))}")
        if raise_if_result_exists and result.exists():
            raise FileExistsError(f"output file exists: {os.fspath(result)!r}")
        result.write_bytes(drawn)
        if cleanup:
            os.remove(source)
        if view or quiet_view:
            self._view(str(result), format=format or self.format, quiet=quiet_view)
        return str(result)

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None, **_: Any
    ) -> dict[str, bytes | str]:
        """What a notebook displays: SVG, or Mermaid if there is no engine; and text where neither is understood."""
        drawable = engine() is not None
        wanted = set(include) if include is not None else {"image/svg+xml" if drawable else MERMAID, "text/plain"}
        wanted -= set(exclude or ())
        bundle: dict[str, bytes | str] = super()._repr_mimebundle_(include=wanted) if drawable else {}
        if MERMAID in wanted:
            bundle[MERMAID] = self._displayed_mermaid()
        if "text/plain" in wanted:
            bundle["text/plain"] = self.to_text()
        return bundle

    def _displayed_mermaid(self) -> str:
        """As much of the graph as Mermaid is willing to draw."""
        picture, source = self._picture, self.to_mermaid()
        while len(source) > MAX_CHARACTERS or picture.count_lines() > MAX_EDGES:
            picture = picture.limited(2 * len(picture.items) // 3)
            source = mermaid_of(picture, self._rankdir)
        return source


def _uses_dot() -> bool:
    """Whether the program ``dot`` draws, or pygraphviz."""
    found = engine()
    if found is None:
        raise EngineNotFound
    return found == "dot"
