"""A loop over blocks, done by several threads: NumPy lets others run while it computes."""

from __future__ import annotations

import contextvars
import os
from collections import deque
from collections.abc import Callable
from concurrent import futures
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
    """Call ``loop(begin, end)`` for parts of ``range(0, size)``, of whole blocks each, by several threads.

    Whoever is ready takes the next part, and so nobody waits for a thread that does not get a core. An error is raised
    when all threads have ended.
    """
    step = block * max(1, size // (4 * threads * block))
    parts = deque(range(0, size, step))

    def work() -> None:
        while parts:
            try:
                begin = parts.popleft()
            except IndexError:  # another thread has taken the last one
                return
            loop(begin, min(begin + step, size))

    pool = Pools.of(threads)
    started = []
    try:
        for _ in range(min(threads, len(parts)) - 1):
            # In the context of the caller, where it is set what NumPy does about floating-point errors.
            started.append(pool.submit(contextvars.copy_context().run, work))
    except RuntimeError:  # as at the end of the interpreter, when no thread can be started: the caller does it all
        pass
    try:
        work()
    finally:
        running = [future for future in started if not future.cancel()]
        futures.wait(running)
    for future in running:
        future.result()
