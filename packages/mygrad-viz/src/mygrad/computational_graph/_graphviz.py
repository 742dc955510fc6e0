"""What is used of graphviz, with types, which it has none of."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["ENGINES", "FORMATS", "Digraph", "ExecutableNotFound", "FileExistsError"]

if TYPE_CHECKING:
    import builtins
    import os
    from collections.abc import Iterable, Mapping
    from typing import Any, Self

    ENGINES: set[str]
    FORMATS: set[str]

    class ExecutableNotFound(RuntimeError):
        """Raised if the program ``dot`` is not there."""

    class FileExistsError(builtins.FileExistsError):
        """Raised if a file is not to be overwritten."""

    class Digraph:
        """A directed graph in DOT, to be drawn by Graphviz."""

        name: str | None
        comment: str | None
        filename: str | os.PathLike[str]
        directory: str | os.PathLike[str]
        format: str
        engine: str
        encoding: str
        graph_attr: dict[str, str]
        node_attr: dict[str, str]
        edge_attr: dict[str, str]
        body: list[str]

        def __init__(
            self,
            name: str | None = None,
            comment: str | None = None,
            filename: str | os.PathLike[str] | None = None,
            directory: str | os.PathLike[str] | None = None,
            format: str | None = None,
            engine: str | None = None,
            encoding: str | None = "utf-8",
            graph_attr: Mapping[str, str] | None = None,
            node_attr: Mapping[str, str] | None = None,
            edge_attr: Mapping[str, str] | None = None,
            body: Iterable[str] | None = None,
            strict: bool = False,
        ) -> None: ...
        @property
        def source(self) -> str:
            """The graph in DOT."""

        def node(self, name: str, label: str | None = None, **attrs: str) -> None:
            """Add a node."""

        def edge(self, tail_name: str, head_name: str, label: str | None = None, **attrs: str) -> None:
            """Add an edge."""

        def attr(self, kw: str | None = None, **attrs: str) -> None:
            """Set attributes of what is added from now on."""

        def copy(self) -> Self:
            """A copy, to which nodes and attributes can be added."""

        def save(
            self,
            filename: str | os.PathLike[str] | None = None,
            directory: str | os.PathLike[str] | None = None,
            *,
            skip_existing: bool | None = False,
        ) -> str:
            """Save the source to a file, whose path is returned."""

        def pipe(self, format: str | None = None, **options: Any) -> Any:
            """What a file of the drawing would hold."""

        def render(self, filename: str | os.PathLike[str] | None = None, **options: Any) -> str:
            """Save the source and the drawing. The path of the drawing is returned."""

        def view(
            self,
            filename: str | os.PathLike[str] | None = None,
            directory: str | os.PathLike[str] | None = None,
            cleanup: bool = False,
            quiet: bool = False,
            quiet_view: bool = False,
        ) -> str:
            """Save the source and the drawing, and open that."""

        def _view(self, filepath: str, *, format: str, quiet: bool) -> None: ...
        def _repr_mimebundle_(self, include: Iterable[str] | None = None, **_: Any) -> dict[str, bytes | str]: ...

else:
    from graphviz import ENGINES, FORMATS, Digraph, ExecutableNotFound, FileExistsError
