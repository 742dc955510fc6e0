"""Random programs, compiled: on fresh inputs they give the function's values and gradients, bit for bit, or refuse."""

from __future__ import annotations

import os
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from programs_of_values import SHAPE, function_of, random_function
from random_programs import write_random_program
from random_programs.worlds import Arrays, Tensors

import mygrad as mg
from comparing import leaves
from mygrad.errors import RecordingError

PROGRAMS = {"dev": 40, "again": 10, "ci": 40, "nightly": 3_000}[os.environ.get("HYPOTHESIS_PROFILE", "dev")]
BATCH = 10


def same_bits(a: Any, b: Any) -> bool:
    a, b = np.asarray(a), np.asarray(b)
    both_nan = (a != a) & (b != b)
    return (
        a.dtype == b.dtype and a.shape == b.shape and np.all(((a == b) & (np.signbit(a) == np.signbit(b))) | both_nan)
    )


def check(f: Callable[..., Any], places: list[Any]) -> bool:
    """Compare `f` with its program at several places, unless it is refused at the first; and say if it is not."""
    compiled = mg.compile(f)
    with np.errstate(all="ignore"):
        try:
            compiled(*places[0])
        except RecordingError:
            return False
        for place in places:
            try:
                expected = f(*place)
            except (np.linalg.LinAlgError, ValueError):
                continue
            for a, b in zip(leaves(expected), leaves(compiled(*place)), strict=True):
                assert same_bits(a, b)
    return True


@pytest.mark.parametrize("first", range(0, PROGRAMS, BATCH))
def test_whose_course_depends_on_values(first: int) -> None:
    recorded = 0
    for seed in range(first, first + BATCH):
        source = random_function(Random(seed))
        rng = np.random.default_rng(seed)
        places = [tuple(rng.normal(size=(2, *SHAPE))) for _ in range(4)]
        places.append((np.where(rng.random(SHAPE) < 0.5, 0, places[0][0]), np.abs(places[0][1])))
        recorded += check(mg.value_and_grad(function_of(source), (0, 1)), places)
    assert recorded > BATCH / 2


@pytest.mark.parametrize("first", range(0, PROGRAMS, 2 * BATCH))
def test_second_derivatives(first: int) -> None:
    recorded = 0
    for seed in range(first, first + BATCH):
        f = function_of(random_function(Random(seed)))
        rng = np.random.default_rng(seed)
        places = [tuple(rng.normal(size=(2, *SHAPE))) for _ in range(3)]
        direction = rng.normal(size=SHAPE)
        try:
            recorded += check(lambda x, y, f=f, v=direction: mg.hvp(lambda z: f(z, y), x, v), places)
        except TypeError:  # it does not depend on its argument
            continue
    assert recorded > BATCH / 2


class Constants(Tensors):
    """Tensors that are made in a program are constants."""

    def variable(self, array: np.ndarray, copy: bool = True) -> Any:
        return mg.tensor(array, constant=True)

    constant = variable


@pytest.mark.parametrize("first", range(0, PROGRAMS, BATCH))
def test_views_and_writes(first: int) -> None:
    for seed in range(first, first + BATCH):
        lines = write_random_program(Random(seed), length=12)
        text = "\n".join(map(str, lines[:-1]))
        if not text.startswith("v1 = variable") or any(word in text for word in ("scribble", "backward", "look")):
            continue
        arrays = Arrays()
        arrays.run(lines[0])

        def f(v1: Any, lines: Any = tuple(lines[1:-1])) -> Any:
            world = Constants()
            world.names["v1"] = v1
            for line in lines:
                world.run(line)
            return world["loss"]

        rng = np.random.default_rng(seed)
        v = arrays["v1"]
        others = [(v * rng.uniform(0.5, 1.5, v.shape) * rng.choice([-1, 1], v.shape)).astype(v.dtype) for _ in range(3)]
        check(mg.value_and_grad(f), [(v,), *[(np.asarray(other),) for other in others]])
