"""reduce, accumulate, reduceat, outer and at: NumPy's values and errors, and derivatives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad._dispatch.tables import PLAIN
from mygrad._rules.rule import RULES
from mygrad.testing import check_grads
from mygrad.ufuncs import ufunc as mygrad_ufunc

UFUNCS = sorted((f for f in RULES if isinstance(f, np.ufunc) and f.nout == 1), key=lambda f: f.__name__)
BINARY = [f for f in UFUNCS if f.nin == 2 and f.signature is None and f is not np.ldexp]
STEPS = sorted((f for f in PLAIN if isinstance(f, np.ufunc) and f.nin == 2), key=lambda f: f.__name__)

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

RNG = np.random.default_rng(17)
#: Where all of these functions are smooth and none overflows.
A = RNG.uniform(0.6, 2.4, (4, 3, 2))
M = A[..., 0]


def outcome(compute):
    try:
        return compute()
    except Exception as error:
        return type(error)


def folds(ufunc):
    """Whether this NumPy, on this processor, reduces by `ufunc` as its documentation says.

    Where the processor has AVX-512, NumPy 2.4 forgets operands in between: ``np.power.reduce([2.0, 3.0, 2.0])`` is 4.
    """
    a, b, c = 0.7, 1.9, 1.3
    return np.isclose(ufunc.reduce([a, b, c]), ufunc(ufunc(a, b), c))


def difference(f, a, weights):
    """The derivative of ``sum(weights * f(a))`` by central differences."""
    grad = np.zeros(a.shape)
    for i in np.ndindex(a.shape):
        values = []
        for h in (1e-6, -1e-6):
            moved = a.copy()
            moved[i] += h
            values.append(np.sum(weights * f(moved)))
        grad[i] = (values[0] - values[1]) / 2e-6
    return grad


def check(f, a):
    """`f` on a tensor agrees with `f` on arrays, in its value and its derivative."""
    x = mg.Tensor(a)
    ours, numpys = f(x), f(a)
    assert isinstance(ours, mg.Tensor)
    assert not ours.constant
    assert ours.dtype == numpys.dtype
    assert ours.shape == np.shape(numpys)
    assert_array_equal(ours, numpys)
    weights = RNG.uniform(-1, 1, np.shape(numpys))
    (ours * weights).backward()
    expected = difference(f, a, weights)
    assert_allclose(np.zeros(a.shape) if x.grad is None else x.grad, expected, rtol=1e-5, atol=1e-6)


REORDERABLE = {
    np.add,
    np.multiply,
    np.maximum,
    np.minimum,
    np.fmax,
    np.fmin,
    np.hypot,
    np.logaddexp,
    np.logaddexp2,
}
MASK = RNG.uniform(size=M.shape) < 0.6


@pytest.mark.parametrize("ufunc", BINARY, ids=lambda f: f.__name__)
class TestDerivatives:
    def test_reduce(self, ufunc):
        if not folds(ufunc):
            pytest.skip("NumPy's own values are wrong on this processor")
        check(ufunc.reduce, M)
        check(lambda a: ufunc.reduce(a, axis=-1, keepdims=True), M)
        check(lambda a: ufunc.reduce(a, 1, initial=1.3), A)
        check(lambda a: ufunc.reduce(a, where=MASK, initial=1.3), M)
        check(lambda a: ufunc.reduce(a, axis=0, where=MASK[:, :1], initial=1.3), M)
        check(lambda a: ufunc.reduce(a, initial=None), M)
        if ufunc in REORDERABLE:
            check(lambda a: ufunc.reduce(a, axis=None), M)
            check(lambda a: ufunc.reduce(a, axis=(2, 0)), A)

    def test_accumulate(self, ufunc):
        check(ufunc.accumulate, M)
        check(lambda a: ufunc.accumulate(a, axis=1), A)
        check(lambda a: ufunc.accumulate(a, -1), M[:, :1])

    def test_reduceat(self, ufunc):
        if not folds(ufunc):
            pytest.skip("NumPy's own values are wrong on this processor")
        check(lambda a: ufunc.reduceat(a, [0, 2]), M)
        check(lambda a: ufunc.reduceat(a, [2, 0, 0, 1], axis=1), M)
        check(lambda a: ufunc.reduceat(a, np.array([3, 1]), axis=0), A)

    def test_outer(self, ufunc):
        other = RNG.uniform(0.6, 2.4, (2, 2))
        check(lambda a: ufunc.outer(a, other), M)
        check(lambda a: ufunc.outer(other, a), M)
        check(lambda a: ufunc.outer(a, 1.5), M)

    def test_at(self, ufunc):
        values = RNG.uniform(0.6, 2.4, 4)

        def at(x, v=values, index=([0, 2, 0, 0], [1, 1, 1, 0])):
            x = x + 0
            assert ufunc.at(x, index, v) is None
            return x

        check(at, M)
        check(lambda a: at(a, index=slice(1, 3), v=values[:3]), M)
        check(lambda a: at(a, index=M > 1.5, v=1.7), M)
        check(lambda a: at(mg.Tensor(M) if isinstance(a, mg.Tensor) else M, v=a), values)


@pytest.mark.parametrize("ufunc", [f for f in UFUNCS if f.nin == 1], ids=lambda f: f.__name__)
def test_at_of_one_operand(ufunc):
    start = 1.2 if ufunc is np.arccosh else 0.2

    def at(x):
        x = x + 0
        ufunc.at(x, [0, 2, 2] if ufunc in (np.sin, np.negative, np.square) else [0, 2])
        return x

    check(at, start + RNG.uniform(0.1, 0.3, 4))


axes = st.sampled_from([0, 1, -1, 2, None, (0, 1), ()])
dtypes = st.sampled_from([None, np.float32, np.float64, int])


@given(st.sampled_from(BINARY + STEPS), st.data())
def test_methods_agree_with_numpy(ufunc, data):
    """Values, dtypes, shapes and kinds of errors, of floats and of integers."""
    shape = data.draw(st.sampled_from([(), (3,), (2, 3), (0,), (0, 2), (1, 2)]))
    kind = data.draw(st.sampled_from([np.float64, np.float32, np.int64, np.int8, np.bool_]))
    a = RNG.uniform(0, 3, shape).astype(kind)
    method = data.draw(st.sampled_from(["reduce", "accumulate", "reduceat", "outer"]))
    params = {"axis": data.draw(axes), "dtype": data.draw(dtypes)}
    args = ()
    if method == "reduce":
        params |= data.draw(
            st.sampled_from([{}, {"initial": 2}, {"initial": None}, {"keepdims": True}, {"where": True}])
        )
    elif method == "reduceat":
        args = (data.draw(st.lists(st.integers(-1, 3), max_size=3)),)
    elif method == "outer":
        args, params = (RNG.uniform(0, 3, 2),), {}
    if data.draw(st.booleans()):
        params.pop("axis", None)
    x = mg.Tensor(a, constant=ufunc is np.floor_divide or None)  # whose reductions refuse variables
    numpys = outcome(lambda: getattr(ufunc, method)(a, *args, **params))
    ours = outcome(lambda: getattr(ufunc, method)(x, *args, **params))
    if isinstance(numpys, type):
        assert ours is numpys
        return
    plain = ufunc in PLAIN or (RULES[ufunc].plain_of_constants and x.constant)
    assert isinstance(ours, mg.Tensor) is not plain
    assert ours.dtype == numpys.dtype
    assert ours.shape == numpys.shape
    assert_array_equal(mg.asarray(ours), numpys)


@given(st.sampled_from(BINARY + STEPS), st.data())
def test_at_agrees_with_numpy(ufunc, data):
    a = RNG.uniform(0, 3, (2, 3)).astype(data.draw(st.sampled_from([np.float64, np.float32, np.int64, np.bool_])))
    index = data.draw(
        st.sampled_from([0, (0, 1), [1, 1, 0], ([0, 1, 0], [2, 2, 2]), slice(None), ..., ([0, 9],), np.eye(2, 3) > 0])
    )
    value = data.draw(st.sampled_from([2, 1.5, True, [1.0, 2.0, 3.0], np.arange(3), [1.0, 2.0], np.ones((3, 3))]))
    x, constant = mg.Tensor(a), mg.Tensor(a, constant=True)
    expected = a.copy()
    raised = outcome(lambda: ufunc.at(expected, index, value))
    for t in (x, constant):
        assert outcome(lambda t=t: ufunc.at(t, index, value)) is raised
        assert_array_equal(t.data, a if raised else expected)


class TestOut:
    def test_tensor(self):
        x, out = mg.Tensor(M), mg.zeros(3)
        assert np.add.reduce(x, out=out) is out
        assert np.subtract.reduce(x, 0, None, out) is out
        out.backward()
        assert_array_equal(x.grad, [[1.0] * 3] + [[-1.0] * 3] * 3)

        target = mg.zeros_like(M)
        assert np.multiply.accumulate(x, out=target) is target
        assert_array_equal(target, np.multiply.accumulate(M))
        assert np.add.outer(x[0], x[0], out=mg.zeros((3, 3))).creator is not None

    def test_array(self):
        x, out = mg.Tensor(M, constant=True), np.zeros(3)
        result = np.add.reduce(x, out=out)
        assert result.data is out
        with pytest.raises(TypeError, match="takes no gradient"):
            np.add.reduce(mg.Tensor(M), out=out)

    def test_of_a_step(self):
        x = mg.Tensor([1.0, 0.0])
        out = mg.Tensor(False)
        assert np.logical_and.reduce(x, out=out) is out
        assert not out

    def test_wrong_shape(self):
        for out in (mg.zeros(2), np.zeros(2), mg.zeros((1, 3))):
            with pytest.raises(ValueError):
                np.add.reduce(mg.Tensor(M), out=out)

    def test_integers_receive_floats(self):
        for kind in (np.array, mg.Tensor):
            out = kind(np.zeros(3, int))
            np.add.reduce(mg.Tensor(M), out=out)
            assert_array_equal(out, np.add.reduce(M).astype(int))


@pytest.mark.parametrize(
    "ufunc",
    [np.add, np.multiply, np.maximum, np.fmin, np.logaddexp, np.logaddexp2, np.hypot, np.subtract, np.true_divide],
)
@pytest.mark.parametrize("params", [{}, {"axis": -1, "keepdims": True}, {"axis": 1, "where": M > 0}])
def test_gradients_flow_to_what_a_reduction_starts_from(ufunc, params):
    params = params if ufunc.identity is not None or "where" not in params else {"axis": 1}
    check_grads(lambda x, start: ufunc.reduce(x, initial=start, **params), M, np.array(0.7), order=2)


def test_what_a_reduction_starts_from_has_its_own_dtype():
    x, start = mg.Tensor(M.astype(np.float32)), mg.Tensor(2.0)
    out = mg.zeros(len(M))
    assert np.add.reduce(x, axis=1, dtype=np.float64, out=out, initial=start) is out
    out.sum().backward()
    assert_array_equal(out, np.add.reduce(x.data, axis=1, dtype=np.float64, initial=2.0))
    assert (start.grad, start.grad.dtype, x.grad.dtype) == (len(M), np.float64, np.float32)


class TestGradientsAreNotLost:
    def test_at_of_an_array(self):
        target = np.zeros(3)
        with pytest.raises(TypeError, match=r"np\.add\.at"):
            np.add.at(target, [0, 0], mg.Tensor([1.0, 2.0]))
        assert_array_equal(target, 0.0)
        np.add.at(target, [0, 0], mg.Tensor([1.0, 2.0], constant=True))
        with mg.no_autodiff:
            np.add.at(target, [0, 0], mg.Tensor([1.0, 2.0]))
        assert_array_equal(target, [6.0, 0.0, 0.0])

    def test_steps_written_at_an_index(self):
        x = mg.Tensor([1.5, 2.5, 3.5])
        y = x * 2
        np.floor_divide.at(y, [0, 0, 1], 2.0)
        assert_array_equal(y, [0.0, 2.0, 7.0])
        y.backward()
        assert_array_equal(x.grad, [0.0, 0.0, 2.0])

    def test_masked_entries(self):
        """They get exactly zero, though the derivative there is infinite."""
        x = mg.Tensor([2.0, 0.0, 3.0])
        np.power.reduce(x, where=[True, False, True], initial=2.0).backward()
        assert_allclose(x.grad, [64 * np.log(2.0) * 3.0, 0.0, 64 * np.log(2.0) * 2.0])
        assert x.grad[1] == 0

    def test_repeated_accumulation_into_views(self):
        x = mg.Tensor(np.zeros((2, 3)))
        v = mg.Tensor([1.0, 2.0, 3.0])
        np.add.at(x[1], [0, 0, 2], v)
        assert_array_equal(x, [[0, 0, 0], [3, 0, 3]])
        (x * np.arange(6.0).reshape(2, 3)).backward()
        assert_array_equal(v.grad, [3.0, 3.0, 5.0])


class TestErrors:
    @pytest.mark.parametrize("method", ["reduce", "accumulate"])
    @pytest.mark.parametrize("ufunc", [np.sin, np.matmul, np.divmod, np.modf])
    def test_not_for_this_ufunc(self, ufunc, method):
        x = mg.Tensor(M, constant=True)
        assert outcome(lambda: getattr(ufunc, method)(x)) is outcome(lambda: getattr(ufunc, method)(M))

    def test_variables_in_unsupported_methods(self):
        with pytest.raises(TypeError, match="divmod"):
            np.divmod.outer(mg.Tensor(M), 2.0)

    def test_failed_at_leaves_the_tensor(self):
        x = mg.Tensor([1.0, 2.0])
        y = x * 1
        for ufunc in (np.add, np.multiply, np.floor_divide):
            with pytest.raises(IndexError):
                ufunc.at(y, [0, 7], 3.0)
        assert_array_equal(y, [1.0, 2.0])
        y.backward()
        assert_array_equal(x.grad, [1.0, 1.0])


def test_second_derivatives():
    """A fold's derivative is itself written with functions of NumPy: it runs on tensors."""
    x = mg.Tensor([1.3, 0.7, 1.9])

    def first(a):
        vjp = _vjp_of(np.power.reduce)
        return vjp(np.float64(1), np.power.reduce(a), a, axis=0)

    (first(x) * [1.0, 2.0, 3.0]).backward()
    assert_allclose(x.grad, difference(first, x.data, np.array([1.0, 2.0, 3.0])), rtol=1e-6)


def _vjp_of(method):
    from mygrad._dispatch.ufunc_methods import _reduction

    return _reduction(method.__self__).vjps[0]


class TestMyGradsUfuncs:
    """The same, by the public objects; they make tensors of arrays."""

    add = mygrad_ufunc(np.add, "Sum.")
    power = mygrad_ufunc(np.power, "Power.")

    def test_methods(self):
        x = mg.Tensor(M)
        for ours, numpys in ((self.add, np.add), (self.power, np.power)):
            for a in (x, M, M.tolist()):
                assert_array_equal(ours.reduce(a), numpys.reduce(M))
                assert_array_equal(
                    ours.reduce(a, keepdims=True, where=MASK, initial=2),
                    numpys.reduce(M, keepdims=True, where=MASK, initial=2),
                )
                assert_array_equal(ours.accumulate(a, 1), numpys.accumulate(M, 1))
                assert_array_equal(ours.reduceat(a, [0, 2], axis=1), numpys.reduceat(M, [0, 2], axis=1))
                assert_array_equal(ours.outer(a, [1.0, 2.0]), numpys.outer(M, [1.0, 2.0]))
                assert isinstance(ours.reduce(a), mg.Tensor)
                assert isinstance(ours.outer(a, a), mg.Tensor)
        assert self.add.at(x, 0, 1.0) is None
        assert_array_equal(x[0], M[0] + 1)
        array = M.copy()
        self.add.at(array, 0, 1.0)
        assert_array_equal(array[0], M[0] + 1)

    def test_out(self):
        x, out = mg.Tensor(M), mg.zeros(3)
        assert self.add.reduce(x, out=out) is out
        assert self.power.reduce(x, 0, None, (out,)) is out
        assert_array_equal(out, np.power.reduce(M))

    def test_constant(self):
        x = mg.Tensor(M)
        assert self.add.reduce(x, constant=True).constant
        assert not self.add.accumulate(M, constant=False).constant
        assert self.power.outer(x, 2.0, constant=True).constant
        assert self.power.reduceat(x, [0], constant=True).constant
        with pytest.raises(ValueError, match="constant"):
            self.add.reduce([1, 2], constant=False)
