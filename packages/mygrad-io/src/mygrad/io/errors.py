"""What loading raises."""

from __future__ import annotations

__all__ = ["CorruptFileError"]


class CorruptFileError(ValueError):
    """A file that cannot be loaded: it is damaged, or not what the loading function reads.

    Attributes
    ----------
    path : str | None
        The file; None for a file object that has no name.
    member : str | None
        The array in the file that is at fault, by the name that `numpy.load` knows it by; None if it is the file
        as a whole.
    reason : str
        What is wrong, and what can be done.

    Examples
    --------
    >>> import io
    >>> import mygrad as mg
    >>> try:
    ...     mg.load(io.BytesIO(b"PK"))
    ... except mg.io.CorruptFileError as error:
    ...     print(error.reason)
    it is no npz file
    """

    def __init__(self, path: str | None, member: str | None, reason: str) -> None:
        super().__init__(path, member, reason)  # as they are, so that the error can be pickled
        self.path: str | None = path
        self.member: str | None = member
        self.reason: str = reason

    def __str__(self) -> str:
        where = self.path or "the file"
        if self.member is not None:
            where += f", array {self.member!r}"
        return f"{where}: {self.reason}"
