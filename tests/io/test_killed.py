"""A process that is killed in the middle of saving leaves the old file or the new one."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import os, random, signal, sys, time
from pathlib import Path

import mygrad as mg

path, rounds = Path(sys.argv[1]), int(sys.argv[2])
rng = random.Random(0)
files = [mg.full(200_000, float(i)) for i in range(2)]
mg.save(path, {"which": 0, "x": files[0]})
start = time.perf_counter()
mg.save(path, {"which": 0, "x": files[0]})
once = time.perf_counter() - start

partial, seen = 0, set()
for round in range(20 * rounds):  # where others take their share of the processor, more of them
    if round >= rounds and partial > rounds / 4 and len(seen) == 2:
        break
    child = os.fork()
    if not child:
        for i in range(10**9):
            mg.save(path, {"which": i % 2, "x": files[i % 2]}, compressed=round % 3 == 0)
    time.sleep(rng.uniform(0, 3 * once))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    loaded = mg.load(path)
    assert loaded["x"].shape == (200_000,) and (loaded["x"] == loaded["which"]).all()
    seen.add(loaded["which"])
    for left in path.parent.iterdir():
        if left != path:
            assert left.name.startswith(".mygrad-") and left.suffix == ".tmp"
            left.unlink()
            partial += 1
print(round, partial, len(seen))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_many_times(tmp_path, long):
    rounds = 2000 if long else 30
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, tmp_path / "x.npz", str(rounds)], capture_output=True, text=True, timeout=600
    )
    assert not done.returncode, done.stderr
    killed, partial, seen = map(int, done.stdout.split())
    assert partial > rounds / 4  # so many were killed while they wrote
    assert seen == 2
    print(f"{killed} killed, {partial} of them while they wrote")
