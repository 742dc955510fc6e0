"""A process with one peer in it: it is asked on stdin and answers on stdout, in lines of JSON."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable
from functools import lru_cache
from time import process_time
from timeit import Timer
from typing import Any

import numpy as np

from benchmarks.peers import PEERS, Peer, Unsupported, describe
from benchmarks.workloads import DERIVATIVES, Row, load

__all__ = ["main"]

#: Seconds that a sample takes, and how many are taken in a round; of calls that take longer, fewer.
SAMPLE, REPEATS = 0.002, 10


def prepare(row: Row, peer: Peer) -> tuple[Callable[[], Any], list[Any]]:
    """What is to be timed, and the variables in it."""
    rng = np.random.default_rng(0)
    constants = [peer.constant(make(rng)) for make in row.constants]
    if row.mode in DERIVATIVES:
        arrays = [make(rng) for make in row.variables]
        return peer.derivative(row, constants, arrays), arrays
    variables = [peer.variable(make(rng)) for make in row.variables]
    if row.mode in ("forward", "untracked"):
        if not peer.tracks_forward:
            raise Unsupported
        forward = peer.forward(row, constants, variables)

        def untracked() -> Any:
            with peer.untracked():
                return forward()

        return (forward if row.mode == "forward" else untracked), variables

    if row.mode == "gradient":
        return peer.gradient(row, constants, variables), variables

    if row.mode == "compiled":
        return peer.compiled(row, constants, variables), variables

    def step() -> Any:
        result = peer.gradient(row, constants, variables)()  # JAX has new variables after each step
        peer.descend(variables, result)
        return result

    return step, variables


def check(row: Row, peer: Peer) -> list[list[float]]:
    """What the peer computes, in a few numbers for each array: item size, shape, some inner products."""
    run, variables = prepare(row, peer)
    result = run()
    if row.mode in ("gradient", "step") or (row.mode == "compiled" and result is None):
        arrays = peer.gradients(variables, result)
    elif row.mode in (*DERIVATIVES, "compiled"):
        arrays = list(map(peer.array, result))
    else:
        arrays = [peer.array(result)]
    return [fingerprint(array) for array in arrays]


def fingerprint(array: Any) -> list[float]:
    array = np.asarray(array)
    flat = array.astype(np.float64).ravel()
    waves = [float(flat @ np.cos(k * np.arange(flat.size))) for k in (0, 1, 2)]
    return [array.itemsize, *array.shape, float(np.linalg.norm(flat)), *waves]


class Stopwatch:
    """Measures a row, again and again.

    Only the time that the processor works for us counts. The wall clock would tell who else uses the machine.
    The garbage collector is on, as it is in real programs. What was made until now (whole libraries) is put
    where it does not look, so that it costs no peer more for being large.
    """

    def __init__(self, row: Row, peer: Peer) -> None:
        run, _ = prepare(row, peer)
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self.timer = Timer(run, setup="import gc; gc.enable()", timer=process_time)
        self.timer.timeit(1)  # the first time takes longer
        self.loops, took = 1, self.timer.timeit(1)
        while took < SAMPLE / 2:
            self.loops = max(2 * self.loops, int(self.loops * SAMPLE / max(took, 1e-9) / 2))
            took = self.timer.timeit(self.loops)
        self.repeats = max(1, min(REPEATS, int(REPEATS * SAMPLE / took)))

    def measure(self) -> float:
        """The least time per call among a few samples."""
        return min(self.timer.timeit(self.loops) for _ in range(self.repeats)) / self.loops


@lru_cache(maxsize=2)  # with the guard and without
def stopwatch(group: str, title: str, _guard: bool, peer: Peer) -> Stopwatch:
    return Stopwatch(load(group).rows[title], peer)


def answer(peer: Peer, request: dict[str, Any]) -> Any:
    if request["do"] == "describe":
        return describe(peer)
    group, title = request["group"], request["title"]
    row = load(group).rows[title]
    if request["do"] == "probe":
        return row.function(peer)
    guard = request["guard"]
    peer.set_guard(guard)
    try:
        return check(row, peer) if request["do"] == "check" else stopwatch(group, title, guard, peer).measure()
    finally:
        peer.set_guard(True)


def main() -> None:
    # What libraries print must not get between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        peer = PEERS[sys.argv[1]]()
    except Exception as failure:
        print(json.dumps({"error": f"{type(failure).__name__}: {failure}"}), file=answers, flush=True)
        return
    for line in sys.stdin:
        try:
            reply = {"value": answer(peer, json.loads(line))}
        except Unsupported:
            reply = {"value": None}
        except Exception as failure:  # a peer that fails at one row goes on to the next
            reply = {"error": f"{type(failure).__name__}: {failure}".splitlines()[0][:200]}
        print(json.dumps(reply), file=answers, flush=True)


if __name__ == "__main__":
    main()
