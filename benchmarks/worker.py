"""A process with one peer in it: it is asked on stdin and answers on stdout, in lines of JSON."""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable
from time import process_time
from timeit import Timer
from typing import Any

import numpy as np

from benchmarks.peers import PEERS, Peer, Unsupported, describe
from benchmarks.workloads import Row, load

__all__ = ["main"]


def prepare(row: Row, peer: Peer) -> tuple[Callable[[], Any], list[Any]]:
    """What is to be timed, and the variables in it."""
    rng = np.random.default_rng(0)
    constants = [peer.constant(make(rng)) for make in row.constants]
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

    def step() -> Any:
        result = peer.gradient(row, constants, variables)()  # JAX has new variables after each step
        peer.descend(variables, result)
        return result

    return step, variables


def check(row: Row, peer: Peer) -> list[list[float]]:
    """What the peer computes, in a few numbers for each array: item size, shape, some inner products."""
    run, variables = prepare(row, peer)
    result = run()
    if row.mode in ("gradient", "step"):
        arrays = peer.gradients(variables, result)
    else:
        arrays = [peer.array(result)]
    return [fingerprint(array) for array in arrays]


def fingerprint(array: Any) -> list[float]:
    array = np.asarray(array)
    flat = array.astype(np.float64).ravel()
    waves = [float(flat @ np.cos(k * np.arange(flat.size))) for k in (0, 1, 2)]
    return [array.itemsize, *array.shape, float(np.linalg.norm(flat)), *waves]


def measure(run: Callable[[], Any], seconds: float, repeats: int) -> float:
    """The least time per call among `repeats` samples, each of so many calls that it takes `seconds` or so.

    Of calls that take longer there are fewer samples. Many short ones are better than a few long ones: what else runs
    on the machine slows down some, for a tenth of a second at a time.

    Only the time that the processor works for us counts. The wall clock would tell who else uses the machine.
    The garbage collector is on, as it is in real programs. What was made until now (whole libraries) is put
    where it does not look, so that it costs no peer more for being large.
    """
    gc.collect()
    gc.freeze()
    timer = Timer(run, setup="import gc; gc.enable()", timer=process_time)
    loops, took = 1, timer.timeit(1)
    while took < seconds / 2:
        loops = max(2 * loops, int(loops * seconds / max(took, 1e-9) / 2))
        took = timer.timeit(loops)
    repeats = max(1, min(repeats, int(repeats * seconds / took)))
    best = min(timer.timeit(loops) for _ in range(repeats)) / loops
    gc.unfreeze()
    return best


def answer(peer: Peer, request: dict[str, Any]) -> Any:
    if request["do"] == "describe":
        return describe(peer)
    row = load(request["group"]).rows[request["title"]]
    if request["do"] == "probe":
        return row.function(peer)
    peer.set_guard(request["guard"])
    try:
        if request["do"] == "check":
            return check(row, peer)
        run, _ = prepare(row, peer)
        return measure(run, request["seconds"], request["repeats"])
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
