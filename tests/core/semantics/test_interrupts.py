"""An interrupt (Ctrl-C) may come at any moment, and leaves nothing locked, nothing held, and is not lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from operator import attrgetter
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

import mygrad as mg

#: It computes until it is interrupted, looks at what that left behind, and starts again.
PROGRAM = """
import signal, sys
import numpy as np
import mygrad as mg
from mygrad._engine import guard

swallowed, armed = [], False

def interrupt(*_):
    global armed
    if armed:  # one interrupt at a time, and none while we look at what it did
        armed = False
        raise KeyboardInterrupt

def unraisable(raised):
    global armed
    swallowed.append(f"{raised.exc_value!r} in {raised.object!r}")
    armed = True

sys.unraisablehook = unraisable
signal.signal(signal.SIGINT, interrupt)

w, whole = np.ones(3), np.ones((2, 3))
row, columns, index, mask = whole[0], whole[:, 1:], np.array([0, 2]), np.array([True, False, True])
read_only = np.ones(4)
writeable = read_only[1:]
read_only.flags.writeable = False
shared = mg.tensor(np.ones(3))
arrays = [w, whole, row, columns, index, mask, writeable, shared.data]
x = mg.tensor([1.0, 2.0, 3.0])

def compute():
    while True:
        y = x * w
        y = y * row + shared - writeable
        z = y[index] * columns[0]
        y[mask] = z
        y = np.add(y, w, where=mask, out=mg.zeros(3))
        (y.sum() + (x[mask] * row[:2]).sum()).backward()
        y = shared * shared
        del y
        y = x - w
        shared[1:].data

def locked():
    return [i for i, array in enumerate(arrays) if not array.flags.writeable]

found = {"locked": [], "held": 0}
print("ready", flush=True)
for _ in range(int(sys.argv[1])):
    try:
        armed = True
        compute()
    except KeyboardInterrupt:
        pass
    if locked():
        found["locked"].append(locked())
        for array in arrays:
            array.flags.writeable = True
    while guard._mutex._is_owned():
        found["held"] += 1
        guard._mutex.release()
assert not read_only.flags.writeable
print(found, swallowed[:5])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there, no process can be interrupted so")
def test_interrupts_leave_nothing_behind() -> None:
    count = 10 * settings().max_examples
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(count)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        moments = random.Random(0)
        while child.poll() is None:
            time.sleep(moments.random() * 3e-4)
            os.kill(child.pid, signal.SIGINT)
        output, errors = child.communicate(timeout=60)
    finally:
        child.kill()
    assert not errors
    assert output == "{'locked': [], 'held': 0} []\n"


def test_no_code_of_python_runs_when_a_lock_ends_or_a_locked_array_dies() -> None:
    """For what is raised there is lost."""
    whole = np.ones((2, 3))
    arrays = [np.ones(3), whole[0], whole]
    read_only = np.ones(4)
    arrays.append(read_only[1:])
    read_only.flags.writeable = False
    x = mg.tensor([1.0, 2.0, 3.0])
    y = x * arrays[0] * arrays[1] - arrays[3]
    z = x * whole[1]
    assert not any(array.flags.writeable for array in arrays)
    called = []

    def note(frame: Any, event: str, _arg: Any) -> None:
        if event == "call":
            called.append(frame.f_code.co_name)

    sys.setprofile(note)
    del y
    del z
    released = list(map(attrgetter("flags.writeable"), arrays))
    del arrays, whole, read_only
    sys.setprofile(None)
    assert called == []
    assert released == [True, True, True, True]
