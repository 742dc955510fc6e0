"""Integrals over several numbers: the values are SciPy's, bit for bit, and the derivatives agree with differences."""

import numpy as np
import pytest
import scipy.integrate as theirs

import mygrad as mg
import mygrad.scipy.integrate as ours
from mygrad.errors import InvalidBackprop

CALLS = {
    "args": lambda m, t: m.dblquad(lambda y, x, t: np.exp(-t * x * y), 0, 1, 0, 1, (t,)),
    "elsewhere": lambda m, t: m.dblquad(lambda y, x: np.exp(-t * x * y), 0, 1, 0, 1),
    "limits": lambda m, t: m.dblquad(lambda y, x: np.exp(-x * y), 0, t, lambda x: -x, lambda x: t * x, epsabs=1e-6),
    "backwards": lambda m, t: m.dblquad(lambda y, x: np.exp(-x * y), t, 0, t, 1),
    "ranges": lambda m, t: m.nquad(lambda y, x, t: np.cos(t * x + y), [lambda x, t: (0, x * t), (0, 1)], (t,)),
    "options": lambda m, t: m.nquad(
        lambda y, x, t: np.cos(t * x + y), np.array([[0, 1], [0, 1]]), [t], [{}, {"epsabs": 1e-6}], True
    ),
    "one": lambda m, t: m.nquad(lambda x, p: np.exp(-p["t"][0] * x), [(0, np.inf)], ({"t": [t]},)),
    "three": lambda m, t: m.tplquad(lambda z, y, x: x * y * z * t, 0, 1, 0, 1, 0, lambda x, y: t * x, epsabs=1e-5),
}


@pytest.mark.parametrize("name", [*list(CALLS)[:-1], pytest.param("three", marks=pytest.mark.once)])
def test_multiple_integrals(name):
    call = CALLS[name]
    t, u = mg.tensor(1.3), mg.tensor(1.3)
    found, expected = call(ours, t), call(theirs, 1.3)
    assert (found[0].data, *map(str, found[1:])) == (expected[0], *map(str, expected[1:]))
    assert call(ours, 1.3) == expected
    found[0].backward()
    h = 1e-4
    ends = [call(theirs, 1.3 + d)[0] for d in (-h, h)]
    np.testing.assert_allclose(t.grad, (ends[1] - ends[0]) / (2 * h), 1e-5)
    with mg.lift:
        y, *_ = call(theirs, u)
    y.backward()
    assert u.grad == t.grad


def test_second_derivatives():
    found = mg.hessian(lambda t: CALLS["limits"](ours, t)[0])(1.3)
    slopes = [mg.grad(lambda t: CALLS["limits"](ours, t)[0])(1.3 + d) for d in (-1e-4, 1e-4)]
    np.testing.assert_allclose(found, (slopes[1] - slopes[0]) / 2e-4, 1e-5)


def test_what_is_refused():
    t = mg.tensor(1.0)
    with pytest.raises(InvalidBackprop, match="the function is singular"):
        ours.nquad(lambda x, t: t / np.sqrt(x), [(0, 1)], (t,))[0].backward()
    with pytest.raises(TypeError, match="there can be no `weight`"):
        ours.nquad(lambda x, t: t * x, [(0, 1)], (t,), {"weight": "sin", "wvar": 2.0})
    with pytest.raises(TypeError, match="no gradient flows to `opts`"):
        ours.nquad(lambda x: x, [(0, 1)], (), {"epsabs": t})
    for m in (ours, theirs):
        with pytest.raises(TypeError):
            m.nquad(lambda x, t: x, [(0, 1)], 1.0)
