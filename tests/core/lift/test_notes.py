"""Lift: where code takes nothing but arrays, and does not say why it fails, a note does."""

import asyncio
import json
import statistics
from array import array

import numpy as np
import pytest

import mygrad as mg


def takes_an_ndarray(x):
    if type(x) is not np.ndarray:
        raise TypeError("not an array")
    return x


def compiled(x):
    return memoryview(x)


def of_pythons(x):
    return json.dumps({"x": x})


def of_pythons_deeply(x):
    return statistics.mean(x)


class Holder:
    def __init__(self, x):
        self.values = np.asarray(x)

    def __array__(self, dtype=None, copy=None):
        return self.values


def holds(x):
    return np.linalg.norm(Holder(x))


def notes(error):
    return getattr(error.value, "__notes__", [])


@pytest.mark.parametrize("f", [takes_an_ndarray, compiled, of_pythons, of_pythons_deeply, holds])
def test_errors_say_that_there_is_a_tensor(f):
    with pytest.raises((TypeError, ValueError)) as error, mg.lift, mg.lift:
        f(mg.tensor([1.0, 2.0]))
    (note,) = notes(error)
    assert all(part in note for part in ("tensor", "test_notes.py", "mygrad.extend.lifts"))
    line = int(note.partition(" line ")[2].partition(" ")[0])
    assert f.__code__.co_firstlineno < line <= f.__code__.co_firstlineno + 3


def test_decorated_functions_do_too():
    @mg.lift
    async def coroutine(x):
        return takes_an_ndarray(x)

    for call in (mg.lift(takes_an_ndarray), lambda x: asyncio.run(coroutine(x))):
        with pytest.raises(TypeError, match="not an array") as error:
            call(mg.tensor([1.0]))
        assert len(notes(error)) == 1


def without_tensors(x):
    del x
    return takes_an_ndarray([1.0])


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x + np.ones(3),  # NumPy's own message
        lambda x: np.reshape(x, 5),
        lambda x: array("d", x),  # ours
        lambda x: mg.tensor(["a"]),
        lambda x: [x][1],
        without_tensors,
    ],
)
def test_other_errors_are_left_alone(f):
    with pytest.raises((ValueError, TypeError, IndexError)) as error, mg.lift:
        f(mg.tensor([1.0, 2.0]))
    assert not notes(error)


def test_elsewhere_there_are_no_notes():
    with pytest.raises(TypeError, match="not an array") as error:
        takes_an_ndarray(mg.tensor([1.0]))
    assert not notes(error)
