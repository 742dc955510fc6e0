"""To look at a tensor changes nothing; nor does to write a part into its own place."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_programs import Line, Tensors, look, write_random_program

import mygrad as mg

LOOKS: dict[str, Any] = {
    "data": lambda x: x.data,
    "asarray": mg.asarray,
    "a view's data": lambda x: x[:1].data,
    "repr": repr,
    "flags": lambda x: x.flags,
    "everything": look,
}


@pytest.mark.parametrize("see", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("when", [0, 1, 2])
@pytest.mark.parametrize("guard", [mg.mem_guard_on, mg.mem_guard_off])
def test_before_a_part_is_written_into_its_own_place(see: Any, when: int, guard: Any) -> None:
    with guard:
        x = mg.tensor([1.0, 2.0])
        if when == 0:
            see(x)
        y = x * x
        if when == 1:
            see(x)
        x[...] = x[:]
        if when == 2:
            see(x)
        y.sum().backward()
    assert np.array_equal(x.grad, [2.0, 4.0])


def gradients(lines: list[Line], guard: bool, looks: Random | None) -> dict[str, Any]:
    """The gradients at the end of a program, in which somebody looks at tensors now and then."""
    world = Tensors()
    with np.errstate(all="ignore"), mg.mem_guard_on if guard else mg.mem_guard_off:
        for line in lines:
            world.run(line)
            tensors = [name for name, value in world.names.items() if isinstance(value, mg.Tensor)]
            if looks is not None and tensors and looks.random() < 0.5:
                look(world[looks.choice(tensors)])
    return {name: t.grad for name, t in world.names.items() if isinstance(t, mg.Tensor)}


@given(st.randoms(use_true_random=False), st.randoms(use_true_random=False), st.booleans())
def test_no_gradient_depends_on_it(program: Random, looks: Random, guard: bool) -> None:
    lines = [line for line in write_random_program(program) if not line.text.startswith("scribble")]
    expected, found = gradients(lines, guard, None), gradients(lines, guard, looks)
    assert expected.keys() == found.keys()
    for name, grad in expected.items():
        assert (grad is None) == (found[name] is None), name
        assert grad is None or grad.tobytes() == found[name].tobytes(), name  # to the last bit


@pytest.mark.parametrize(
    "view",
    [
        lambda x: np.broadcast_to(x, (3, 2)),
        lambda x: np.diagonal(np.broadcast_to(x, (2, 2))),
        lambda x: np.broadcast_to(x, (3, 2))[1:],
    ],
)
@pytest.mark.parametrize("write", [lambda x: x.__setitem__(..., x), lambda x: x.__setitem__(0, x[0])])
@pytest.mark.parametrize("tracked", [True, False])
def test_what_is_read_only_stays_so(view: Any, write: Any, tracked: bool) -> None:
    array = view(np.array([1.0, 2.0]))
    with pytest.raises(ValueError, match="read-only"):
        write(array)
    x = view(mg.tensor([1.0, 2.0]))
    with mg.mem_guard_on if tracked else mg.no_autodiff, pytest.raises(ValueError, match="read-only"):
        write(x)


def test_what_the_user_made_read_only_stays_so() -> None:
    x = mg.tensor([1.0, 2.0])
    x.setflags(write=False)
    with pytest.raises(ValueError, match="read-only"):
        x[...] = x


def test_what_is_locked_can_be_written_into_its_own_place() -> None:
    x = mg.tensor([1.0, 2.0])
    y = x * x
    x.data  # noqa: B018
    v = x[:1]
    x[:1] = v
    v[...] = v
    x[...] = x
    y.backward()
    assert np.array_equal(x.grad, [2.0, 4.0])
