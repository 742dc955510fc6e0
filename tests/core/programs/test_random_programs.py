"""The engine against NumPy and complex steps, on random programs: views, writes, masks, reductions, other shapes."""

from __future__ import annotations

import os
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from random_programs import Line, Program, replay, run_random_program

import mygrad as mg

# How many programs are run in each profile, in batches that can be shared out to processes.
PROGRAMS = {"dev": 300, "again": 300, "ci": 2_000, "nightly": 20_000}[os.environ.get("HYPOTHESIS_PROFILE", "dev")]
BATCH = 50


@pytest.mark.parametrize("first", range(0, PROGRAMS, BATCH))
def test_random_programs(first: int) -> None:
    for seed in range(first, first + BATCH):
        run_random_program(Random(seed), length=12 + 6 * (seed % 4), guard=seed % 3 > 0)


class RandomProgram(RuleBasedStateMachine):
    """The same, with programs that hypothesis varies, and shortens if they fail."""

    guard = mg.mem_guard_on

    def __init__(self) -> None:
        super().__init__()
        self.program = Program()
        self.writer = self.program.writer

    def teardown(self) -> None:
        self.program.end()

    def add(self, random: Random, write: Callable[[], Line]) -> None:
        self.writer.random = random
        # Around each line, and not around the program: hypothesis may give one up without any further call.
        with self.guard:
            self.program.add(write())

    randoms = st.randoms(use_true_random=False)
    not_empty = precondition(lambda self: self.writer.slots)

    @rule(random=randoms)
    def leaf(self, random: Random) -> None:
        self.add(random, self.writer.leaf)

    @not_empty
    @rule(random=randoms)
    def view(self, random: Random) -> None:
        self.add(random, self.writer.view)

    @not_empty
    @rule(random=randoms)
    def compute(self, random: Random) -> None:
        self.add(random, self.writer.compute)

    @not_empty
    @rule(random=randoms)
    def write(self, random: Random) -> None:
        self.add(random, self.writer.write)

    @not_empty
    @rule(random=randoms)
    def do_something_else(self, random: Random) -> None:
        self.add(random, self.writer.other)

    @not_empty
    @rule(random=randoms)
    def scribble(self, random: Random) -> None:
        self.add(random, self.program.scribble)

    @not_empty
    @rule(random=randoms)
    def backward(self, random: Random) -> None:
        self.writer.random = random
        with self.guard:
            self.program.backward(everything=True)


class UnguardedRandomProgram(RandomProgram):
    guard = mg.mem_guard_off


# Half of the examples each.
RandomProgram.TestCase.settings = UnguardedRandomProgram.TestCase.settings = settings(
    max_examples=settings.default.max_examples // 2, stateful_step_count=20
)
TestRandomProgram = RandomProgram.TestCase
TestUnguardedRandomProgram = UnguardedRandomProgram.TestCase


# Programs that failed once, made as short as they can be.
@pytest.mark.parametrize("guard", [True, False])
@pytest.mark.parametrize(
    "program",
    [
        pytest.param(
            """
            v1 = variable(np.array([-1.8, 1.47, 1.67]))
            v2 = v1[:]
            v2 -= v1
            v3 = v2[::2]
            loss = np.sum(v3 * np.array([0.58, 1.2]))
            loss.backward()
            """,
            id="the base has a gradient from what was read through a view after a write through it",
        ),
        pytest.param(
            """
            v1 = variable(np.array([1.0, 0.5, -0.5]))
            v2 = variable(np.zeros((3,)))
            np.exp(v1, out=v2, where=np.array([True, True, False]))
            v3 = v2 * 1.0
            v2 *= 0.5
            loss = np.sum(v3)
            loss.backward()
            """,
            id="the saved result of a masked write survives a second write",
        ),
        pytest.param(
            """
            v1 = variable(np.array([0.75, -0.85]))
            v2 = np.reshape(v1, (-1,))
            v2 /= v2
            v2 += 2.0
            loss = np.sum(v1 * np.array([1.5, 0.7]))
            loss.backward()
            """,
            id="the saved result of a write through a view survives a second write",
        ),
        pytest.param(
            """
            v1 = variable(np.array([-0.85, 1.61, 0.59]), copy=False)
            v1 *= v1
            v2 = v1[:2]
            v2 -= 0.5
            v3 = np.exp(v2)
            v2[0] = 0.5
            loss = np.sum(v3 * v1[1:])
            loss.backward()
            """,
            id="a view of a locked tensor can be written",
        ),
        pytest.param(
            """
            v1 = variable(np.array([[-1.79, 1.53, 1.51], [0.79, 1.57, -1.2]], order="F"))
            v2 = np.ravel(v1 * v1)
            v3 = np.reshape(v1.T, (6, 1))
            with no_autodiff: v3 *= v3
            loss = np.sum(v2 * v2) + np.sum(v3 * 1.5)
            loss.backward()
            """,
            id="a sum of gradients has the memory order of its tensor",
        ),
        pytest.param(
            """
            v1 = variable(np.array([-0.33, 1.43]))
            v2 = np.squeeze(v1)
            loss = np.sum(v1 * np.array([1.5, 0.7]))
            loss.backward()
            """,
            id="the gradient of a view that is all of its base is a view too",
        ),
        pytest.param(
            """
            v1 = variable(np.array([1.0, 2.0]))
            v2 = v1 * 3.0
            with no_autodiff: v1 *= 0.5
            v1[...] = v1 * 2.0
            loss = np.sum(v2) + np.sum(v1 * 10.0)
            loss.backward()
            """,
            id="an untracked write cuts the leaf off for good",
        ),
        pytest.param(
            """
            v1 = variable(np.array([1.0, 2.0, 3.0, 4.0]))
            v2 = v1 * 2.0
            v3 = v2 * v2
            v2.shape = (2, 2)
            loss = np.sum(v3) + np.sum(v2 * 10.0)
            loss.backward()
            """,
            id="a result that was reshaped in place has the gradient of its uses under the old shape",
        ),
        pytest.param(
            """
            v1 = variable(np.array([1.0, 2.0]))
            look(v1)
            v2 = v1 * v1
            v1[...] = v1[:]
            loss = np.sum(v2)
            loss.backward()
            """,
            id="a look does not make a write of what is none",
        ),
        pytest.param(
            """
            v1 = variable(np.array([1.0, 2.0, 3.0]))
            v2 = v1.sum()
            v3 = v2
            v2 += 1.0
            v4 = v3[None]
            v4 *= 2.0
            loss = v2 * v3 + np.sum(v4)
            loss.backward()
            """,
            id="a number cannot be changed",
        ),
        pytest.param(
            """
            v1 = variable(np.array([1.0, 2.0, 3.0]))
            v2 = v1[1:]
            v3 = v2[::-1]
            replace(v1, np.array([0.5, 1.5]))
            v2 *= v1
            v4 = v1
            v1 *= 2.0
            loss = np.sum(v2 * v3) + np.sum(v4 * 3.0)
            loss.backward()
            """,
            id="views of a tensor that was given another array",
        ),
        pytest.param(
            """
            v1 = variable(np.array([1.0, 2.0, 3.0]))
            v2 = np.broadcast_to(v1.reshape((1, 3)), (2, 1, 3))
            loss = np.sum(v2 ** 2)
            loss.backward()
            v3 = copy(v2)
            v4 = np.ravel(v3)
            loss = np.sum(v1)
            loss.backward()
            """,
            id="the gradient that comes with a copy can be viewed as the copy can",
        ),
        pytest.param(
            """
            v1 = variable(np.array([1.0, 2.0]))
            v2 = np.broadcast_to(v1 @ v1, (2,))
            v3 = np.broadcast_to(v2, (2, 2))
            v4 = np.reshape(v3, (4, 1))
            del v2
            loss = np.sum(v3 * np.array([[0.5, 2.0], [1.0, -3.0]])) + np.sum(v4 ** 2)
            loss.backward()
            """,
            id="views of a number that was broadcast",
        ),
        pytest.param(
            """
            v1 = variable(np.array([0.43, 1.52, 0.7], dtype='float32'))
            v2 = v1 / v1
            loss = np.sum(v2 * np.array([10.0, -30.0, 20.0]))
            loss.backward()
            """,
            id="what flows into a gradient cancels but for rounding",
        ),
        pytest.param(
            """
            v1 = variable(np.array([1.5, 2.0]))
            v2 = v1.sum()
            v3 = v2[None, ...]
            with no_autodiff: v3[...] = v3[::-1]
            v4 = v1[:1] * 2.0
            with no_autodiff: v4[...] = v4[::-1]
            loss = np.sum(v1) + np.sum(v3 * 3.0) + np.sum(v4)
            loss.backward()
            """,
            id="a single entry that is written to itself in reverse",
        ),
    ],
)
def test_programs_that_failed_once(program: str, guard: bool) -> None:
    replay(program, guard)
