"""`mygrad.ufunc`: objects that look and act like NumPy's, and return tensors."""

import copy
import inspect
import pickle
import pydoc

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg

UFUNCS = [f for f in vars(mg).values() if isinstance(f, mg.ufunc)]


def test_there_are_many():
    assert len(UFUNCS) > 40
    assert mg.add in UFUNCS


@pytest.mark.parametrize("f", UFUNCS, ids=lambda f: f.__name__)
class TestEach:
    def test_attributes(self, f):
        numpys = getattr(np, f.__name__)
        for name in ("nin", "nout", "nargs", "ntypes", "types", "identity", "signature", "__name__"):
            assert getattr(f, name) == getattr(numpys, name)
            assert name in dir(f)
        with pytest.raises(AttributeError, match="no_such"):
            f.no_such  # noqa: B018

    def test_repr(self, f):
        assert repr(f) == f"<mygrad-ufunc '{f.__name__}'>"

    def test_name(self, f):
        """By which it is pickled."""
        assert getattr(mg, f.__name__) is f
        assert pickle.loads(pickle.dumps(f)) is f
        assert copy.deepcopy(f) is f
        assert f.__module__ == "mygrad"

    def test_documentation(self, f):
        assert f.__doc__.startswith(f"{f.__name__}(x")
        assert ">>> " in f.__doc__
        assert f.__name__ in pydoc.render_doc(f)
        parameters = inspect.signature(f).parameters
        assert list(parameters)[f.nin] == "out"
        assert parameters["constant"].default is None

    def test_it_is_what_numpy_calls(self, f):
        """The same value and the same kind of node, by either name."""
        if f.signature is not None or f.nout > 1:
            return
        args = [mg.Tensor([1.2, 2.0])] * f.nin
        if f.__name__ == "ldexp":
            args[1] = 2
        with np.errstate(invalid="ignore"):
            ours, numpys = f(*args), getattr(np, f.__name__)(*args)
        assert_array_equal(ours, numpys)
        assert repr(ours.creator) == repr(numpys.creator)


def test_arguments():
    out = mg.zeros(2)
    assert mg.add([1.0, 2.0], 3.0, out) is out
    assert mg.add([1.0, 2.0], 3.0, out=(out,)) is out
    assert mg.add(1.0, 2.0, None) == 3
    assert mg.add(1.0, 2.0, out=None).constant
    array = np.zeros(2)
    assert mg.add([1.0, 2.0], 3.0, array).data is array
    assert mg.add([1, 2], [0, 2], where=[True, False], dtype=float)[0] == 1
    assert mg.add([1, 2], [0, 2], dtype=np.float32).dtype == np.float32
    for args, kwargs in (((1.0,), {}), ((1.0, 2.0, out, out), {}), ((), {}), ((1.0, 2.0, out), {"out": out})):
        with pytest.raises(TypeError):
            mg.add(*args, **kwargs)
    with pytest.raises(TypeError):
        mg.add(1.0, 2.0, no_such=3)


def test_constant():
    x = mg.Tensor([1.0, 2.0])
    assert mg.multiply(x, x, constant=True).constant
    assert not mg.multiply([1.0], [2.0], constant=False).constant
    assert mg.multiply([1.0], [2.0]).constant
    assert not mg.exp(1.0, constant=False).constant
    assert mg.exp(x, constant=None).creator is not None
    with pytest.raises(ValueError, match="constant=False"):
        mg.multiply(1, 2, constant=False)


def test_operands_become_tensors():
    for args in ((1, 2), ([1.0], 2), (np.ones(2), np.ones(2)), (np.float32(1), 2.0)):
        y = mg.multiply(*args)
        assert type(y) is mg.Tensor
        assert y.constant
        assert y.dtype == np.multiply(*args).dtype


def test_a_sequence_of_tensors_is_stacked():
    x = mg.Tensor([1.0, 2.0])
    y = mg.square([x[0], 3.0, x[1]])
    assert_array_equal(y, [1.0, 9.0, 4.0])
    y.backward()
    assert_array_equal(x.grad, [2.0, 4.0])


def test_in_a_context():
    x = mg.Tensor([1.0, 2.0])
    with mg.no_autodiff:
        assert mg.add(x, 1.0).creator is None
