"""A loop over blocks, done by several threads: NumPy lets others run while it computes."""

from __future__ import annotations

import contextvars
import os
from collections.abc import Callable
from concurrent import futures
from itertools import pairwise
from typing import ClassVar

__all__ = ["in_threads"]


class Pools:
    """The pools of threads that there are: in a class, as programs carry variables along with what is in them."""

    #: By process, for one that was forked has none of the threads; and by their number.
    known: ClassVar[dict[tuple[int, int], futures.Executor]] = {}

    @classmethod
    def of(cls, threads: int) -> futures.Executor:
        key = os.getpid(), threads
        return cls.known.get(key) or cls.known.setdefault(key, futures.ThreadPoolExecutor(threads))


def in_threads(loop: Callable[[int, int], None], size: int, block: int, threads: int) -> None:
    """Call ``loop(begin, end)`` for parts of ``range(0, size)`` at the same time, of whole blocks each.

    Of the errors that are raised, the first part's is; when all have ended.
    """
    count = -(-size // block)
    threads = min(threads, count)
    bounds = [block * (count * k // threads) for k in range(threads)] + [size]
    parts = list(pairwise(bounds))
    pool = Pools.of(threads)
    started = []
    try:
        for part in parts[1:]:
            # In the context of the caller, where it is set what NumPy does about floating-point errors.
            started.append(pool.submit(contextvars.copy_context().run, loop, part[0], part[1]))
    except RuntimeError:  # as at the end of the interpreter, when no thread can be started
        pass
    try:
        loop(*parts[0])
        for part in parts[1 + len(started) :]:
            loop(*part)
    finally:
        futures.wait(started)
    for future in started:
        future.result()
