"""The driver's side of a worker."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

__all__ = ["Failure", "Worker"]

ROOT = Path(__file__).parent.parent
#: NPROC is what XLA takes for the number of processors: the size of its pool of threads.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC"), "1")
#: The same numbers as the others compute with, on the same processor.
JAX = {"JAX_PLATFORMS": "cpu", "JAX_ENABLE_X64": "1", "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"}
#: These would have the peers' libraries see different machines, or the wrong one.
MISLEADING = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
#: Whether glibc gives freed arrays back to the system depends on what was freed before. It is told to keep
#: them where time is measured, for who is unlucky pays page faults for each, and not to where memory is.
KEEPING_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(2**25), "MALLOC_TRIM_THRESHOLD_": str(2**33)}
RETURNING_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(2**20)}
PATIENCE = 300  # seconds for one answer


class Failure(Exception):
    """What went wrong in a worker."""


class Worker:
    """A process with one peer in it, started when it is first asked, and again if it dies."""

    def __init__(self, peer: str, python: Path, source: Sequence[Path] = (), timed: bool = True) -> None:
        self.command = [str(python), "-m", "benchmarks.worker", peer]
        kept = {name: value for name, value in os.environ.items() if name not in MISLEADING}
        self.env = kept | ONE_THREAD | JAX | {"PYTHONHASHSEED": "0"}
        self.env |= KEEPING_MEMORY if timed else RETURNING_MEMORY
        if source:
            self.env["PYTHONPATH"] = os.pathsep.join(map(str, source))
        self.process: subprocess.Popen[str] | None = None

    def ask(self, **request: Any) -> Any:
        """What the worker answers. Raises Failure with what it says instead, or with how it ended."""
        process = self.process
        if process is None:
            pipe = subprocess.PIPE
            process = self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.env,
                stdin=pipe,
                stdout=pipe,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        assert process.stdin is not None
        assert process.stdout is not None
        alarm = threading.Timer(PATIENCE, process.kill)
        alarm.start()
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = process.stdout.readline()
        finally:
            alarm.cancel()
        if not line:
            self.process = None
            raise Failure(f"the process ended with code {process.wait()} (or after {PATIENCE} s)")
        reply = json.loads(line)
        if "error" in reply:
            raise Failure(reply["error"])
        return reply["value"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
