"""Of memory that is locked, a backward pass is given arrays that can only be read, however the graph came to keep them.

A writeable view of a locked array would let a vjp write where nobody may, and is nothing that NumPy expects:
`np.broadcast_arrays` raises for one.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad import Operation, execute_op
from mygrad._rules.rule import RULES
from mygrad.extend import defvjp, defvjp_several, primitive
from mygrad.functional import custom_vjp

Outside = list[Any]
Way = Callable[[Any, Outside], Any]
VALUES = [1.0, 2.0, 3.0]


def use(*args: Any) -> None:
    """What a backward pass may do with the arrays that it is given, and what it should not."""
    arrays = [a for a in args if isinstance(a, np.ndarray)]
    assert arrays
    for a in arrays:
        larger, _ = np.broadcast_arrays(a, np.zeros((2, *a.shape)))
        assert np.array_equal(larger[0], a)
        with suppress(ValueError):
            a[...] += 0.5
            a[...] -= 0.5
            owner = a if a.base is None else a.base
            assert owner.flags.writeable, "written through a view of an array that is read-only"


@primitive
def product(x: Any, w: Any = 1.0, *, by: Any = 1.0) -> Any:
    return x * w * by


def _by_x(g: Any, out: Any, x: Any, w: Any = 1.0, *, by: Any = 1.0) -> Any:
    use(out, x, w, by)
    return g * w * by


def _by_w(g: Any, out: Any, x: Any, w: Any = 1.0, *, by: Any = 1.0) -> Any:
    use(out, x, w, by)
    return g * x * by


defvjp(product, _by_x, _by_w)


@primitive
def both(x: Any) -> tuple[Any, Any]:
    return 2.0 * x, 3.0 * x


def _of_both(gs: Any, outs: Any, x: Any) -> Any:
    use(*outs, x)
    return sum(f * g for f, g in zip((2.0, 3.0), gs, strict=True) if g is not None)


defvjp_several(both, _of_both)


@custom_vjp
def halved(x: Any) -> Any:
    return x[:2] / 2


def _halved_backward(kept: Any, g: Any) -> Any:
    use(kept)
    return (np.append(g / 2, 0.0),)


halved.defvjp(lambda x: (x[:2] / 2, x[:2]), _halved_backward)


class Doubled(Operation):
    def __call__(self, x: Any) -> Any:
        self.variables = (x,)
        return 2.0 * x.data

    def backward_var(self, grad: Any, index: int, **kwargs: Any) -> Any:
        use(self.variables[0].data)
        return 2.0 * grad


#: Ways to compute from `x` with arrays that somebody outside has: these go to `outside`.
WAYS: list[Way] = []


def way(f: Way) -> Way:
    WAYS.append(f)
    return f


@way
def handed_out_after_use(x: Any, outside: Outside) -> Any:
    y = product(x, 2.0)
    outside.append(x.data)
    return y


@way
def handed_out_before_use(x: Any, outside: Outside) -> Any:
    outside.append(x.data)
    return product(x, 2.0)


@way
def result_handed_out(x: Any, outside: Outside) -> Any:
    y = product(x, 2.0)
    outside.append(y.data)
    return y


@way
def of_another_operation(x: Any, outside: Outside) -> Any:
    ratio = x / 2.0
    y = product(ratio)
    outside.append(ratio.data)
    return y


@way
def view_of_what_is_handed_out_after_use(x: Any, outside: Outside) -> Any:
    y = product(x[:2])
    outside.append(x.data)
    return y


@way
def view_of_what_is_handed_out_before_use(x: Any, outside: Outside) -> Any:
    view = x[:2]
    outside.append(x.data)
    return product(view)


@way
def constant_view(x: Any, outside: Outside) -> Any:
    c = mg.tensor(VALUES, constant=True)
    y = product(x, c[:])
    outside.append(c.data)
    return y


@way
def without_the_guard_before(x: Any, outside: Outside) -> Any:
    with mg.mem_guard_off:
        y = product(x)
        outside.append(x.data)
    return y + product(x)


@way
def array(x: Any, outside: Outside) -> Any:
    outside.append(np.array(VALUES))
    return product(x, outside[-1])


@way
def array_by_an_operator(x: Any, outside: Outside) -> Any:
    outside.append(np.array(VALUES))
    return x * outside[-1]


@way
def view_of_an_array_by_an_operator(x: Any, outside: Outside) -> Any:
    outside.append(np.arange(6.0))
    return outside[-1][::2] * x


@way
def array_by_keyword(x: Any, outside: Outside) -> Any:
    outside.append(np.array(VALUES))
    return product(x, by=outside[-1])


@way
def shared_array(x: Any, outside: Outside) -> Any:
    outside.append(np.array(VALUES))
    return product(mg.tensor(outside[-1], copy=False)[:]) * x


@way
def several_results(x: Any, outside: Outside) -> Any:
    y, z = both(x)
    outside += [y.data, z.data]
    return y + z


@way
def part_kept_by_a_function(x: Any, outside: Outside) -> Any:
    y = halved(x)
    outside.append(x.data)
    return y


@way
def variable_of_an_operation(x: Any, outside: Outside) -> Any:
    y = execute_op(Doubled, x)
    outside.append(x.data)
    return y


@pytest.mark.parametrize("compute", WAYS)
def test_a_backward_pass_can_only_read_what_is_locked(compute: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RULES[np.multiply], "vjps", (_by_x, _by_w))
    outside: Outside = []
    x = mg.tensor(VALUES)
    y = compute(x, outside)
    before = [a.copy() for a in outside]
    assert not any(a.flags.writeable for a in outside)
    y.sum().backward()
    assert all(map(np.array_equal, outside, before))
    assert all(a.flags.writeable for a in outside)


def test_a_vjp_that_writes_into_an_array_of_the_user_is_told_so() -> None:
    @primitive
    def scaled(x: Any, w: Any) -> Any:
        return x * w

    def in_place(g: Any, _out: Any, x: Any, _w: Any) -> Any:
        x *= g
        return x

    defvjp(scaled, lambda g, _out, _x, w: g * w, in_place)
    x, w = mg.tensor(VALUES), mg.tensor(VALUES)
    y = np.sum(scaled(x, w))
    shown = x.data
    with pytest.raises(ValueError, match="read-only"):
        y.backward()
    y.clear_graph()
    assert np.array_equal(shown, VALUES)
    shown[0] = 5.0
