"""Ufuncs on tensors: values, dtypes, shapes and errors are NumPy's, whatever the keywords."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import mygrad as mg
from mygrad._dispatch.tables import PLAIN
from mygrad._rules.rule import RULES

WITH_RULES = [f for f, rule in RULES.items() if isinstance(f, np.ufunc) and f.signature is None and not rule.several]
STEPS = sorted((f for f in PLAIN if isinstance(f, np.ufunc)), key=lambda f: f.__name__)

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def outcome(compute):
    """What a computation gives: its result or the type of its error."""
    try:
        return compute()
    except Exception as error:
        return type(error)


def assert_agrees(ours, numpys, tensor):
    """The same error, or the same value."""
    if isinstance(numpys, type):
        assert ours is numpys
        return
    assert not isinstance(ours, type), ours
    assert isinstance(ours, mg.Tensor) is tensor
    assert ours.dtype == numpys.dtype
    assert ours.shape == numpys.shape
    assert_array_equal(mg.asarray(ours), numpys)


dtypes = st.sampled_from([np.float64, np.float32, np.float16, np.int64, np.int8, np.uint8, np.bool_])
shapes = st.sampled_from([(), (1,), (3,), (2, 3), (2, 1), (1, 3), (0,), (0, 3), (2, 2)])


@st.composite
def arrays(draw, shape=shapes, dtype=dtypes):
    shape, dtype = draw(shape), np.dtype(draw(dtype))
    n = int(np.prod(shape))
    numbers = st.sampled_from([-2.5, -1.0, -0.0, 0.0, 0.3, 1.0, 2.0, 7.0, np.inf, -np.inf, np.nan])
    if dtype.kind != "f":
        numbers = st.integers(0, 1) if dtype.kind == "b" else st.integers(0 if dtype.kind == "u" else -3, 5)
    a = np.array(draw(st.lists(numbers, min_size=n, max_size=n)), dtype).reshape(shape)
    if draw(st.booleans()):
        a = np.asfortranarray(a)
    return a


operands = arrays() | st.sampled_from([2, -1, 0.5, 3.0, True, np.float32(1.5), np.int8(3)])
NOT_GIVEN = object()


@st.composite
def keywords(draw):
    """Keywords of a ufunc's call, as they are for plain arrays."""
    params = {
        "where": draw(
            st.just(NOT_GIVEN) | arrays(dtype=st.just(np.bool_)) | st.sampled_from([True, [True, False, True]])
        ),
        "dtype": draw(st.sampled_from([NOT_GIVEN, NOT_GIVEN, None, np.float32, np.float64, "f2", int])),
        "casting": draw(st.sampled_from([NOT_GIVEN, NOT_GIVEN, "same_kind", "unsafe", "no", "safe"])),
        "order": draw(st.sampled_from([NOT_GIVEN, NOT_GIVEN, "C", "F", "K"])),
    }
    return {name: value for name, value in params.items() if value is not NOT_GIVEN}


def as_tensors(x, constant=None):
    return mg.Tensor(x, constant=constant) if isinstance(x, np.ndarray) else x


def is_tensor(x):
    return isinstance(x, mg.Tensor)


@given(st.sampled_from(WITH_RULES), st.data())
def test_calls_of_differentiable_ufuncs(ufunc, data):
    args = [data.draw(operands) for _ in range(ufunc.nin)]
    params = data.draw(keywords())
    tensors = [as_tensors(a) for a in args]
    if not any(map(is_tensor, tensors)):
        tensors[0] = mg.Tensor(tensors[0])
        args[0] = np.asarray(args[0])
    if "where" in params:  # what is left out is arbitrary
        out = np.zeros(data.draw(shapes))
        target = mg.Tensor(out)
        numpys = outcome(lambda: ufunc(*args, out=out, **params))
        ours = outcome(lambda: ufunc(*tensors, out=target, **params))
        if isinstance(numpys, type):
            assert ours is numpys
        else:
            assert ours is target
            assert_array_equal(target.data, out)
        return
    numpys = outcome(lambda: np.asarray(ufunc(*args, **params)))
    ours = outcome(lambda: ufunc(*tensors, **params))
    plain = RULES[ufunc].plain_of_constants and all(t.constant for t in tensors if is_tensor(t))
    if plain and not isinstance(ours, type):
        ours = mg.asarray(ours)
    assert_agrees(ours, numpys, tensor=not plain)


@given(st.sampled_from(WITH_RULES), arrays(), arrays(), st.data())
def test_writing_to_an_array(ufunc, a, b, data):
    """The result is a tensor over that array, and a constant: a variable is refused."""
    out = np.zeros(data.draw(shapes), data.draw(dtypes))
    where = data.draw(st.just(True) | arrays(dtype=st.just(np.bool_)))
    ours, numpys = out.copy(), out.copy()
    args = (a, b)[: ufunc.nin]
    expected = outcome(lambda: ufunc(*args, out=numpys, where=where))
    got = outcome(lambda: ufunc(*[mg.Tensor(x, constant=True) for x in args], out=ours, where=where))
    assert_array_equal(ours, numpys)
    if isinstance(expected, type):
        assert got is expected
        return
    if not RULES[ufunc].plain_of_constants:
        assert is_tensor(got)
        assert got.data is ours
    tensors = [mg.Tensor(x) for x in args]
    if not all(t.constant for t in tensors) and out.dtype.kind == "f":
        with pytest.raises(TypeError, match="takes no gradient"):
            ufunc(*tensors, out=out.copy(), where=where)


@given(st.sampled_from(WITH_RULES + STEPS), arrays(), arrays(), st.data())
def test_writing_to_a_tensor(ufunc, a, b, data):
    """Also of steps, whose results are otherwise plain. A failure leaves the tensor as it was."""
    out = np.zeros(data.draw(shapes), data.draw(dtypes))
    where = data.draw(st.just(True) | arrays(dtype=st.just(np.bool_)))
    target = mg.Tensor(out)
    args = (a, b)[: ufunc.nin]
    expected = outcome(lambda: ufunc(*args, out=out, where=where))
    got = outcome(lambda: ufunc(*map(mg.Tensor, args), out=target, where=where))
    if isinstance(expected, type):
        assert got is expected
    else:
        assert got is target
    assert_array_equal(target.data, out)


@given(st.sampled_from(STEPS), arrays(), arrays())
def test_steps_return_plain_arrays(ufunc, a, b):
    args = (a, b)[: ufunc.nin]
    expected = outcome(lambda: ufunc(*args))
    got = outcome(lambda: ufunc(*map(mg.Tensor, args)))
    assert got is expected if isinstance(expected, type) else type(got) is type(expected)
    if not isinstance(expected, type):
        assert got.dtype == expected.dtype
        assert_array_equal(got, expected)


@given(
    st.sampled_from([f for f, rule in RULES.items() if isinstance(f, np.ufunc) and rule.several]),
    arrays(),
    arrays(),
    st.booleans(),
)
def test_two_outputs(ufunc, a, b, constant):
    args = (a, b)[: ufunc.nin]
    expected = outcome(lambda: ufunc(*args))
    tensors = [mg.Tensor(x, constant=True if constant else None) for x in args]
    got = outcome(lambda: ufunc(*tensors))
    if isinstance(expected, type):
        assert got is expected
        return
    assert isinstance(got, tuple)
    variable = not all(t.constant for t in tensors)
    assert sorted(map(is_tensor, got)) == [False, variable]
    for ours, numpys in zip(got, expected, strict=True):
        assert ours.dtype == numpys.dtype
        assert_array_equal(mg.asarray(ours), numpys)


def test_two_outputs_are_differentiated():
    x = mg.Tensor([7.3, -2.6, 0.4])
    fraction, whole = np.modf(x)
    (3 * fraction).backward()
    assert_array_equal(x.grad, [3.0, 3.0, 3.0])
    assert_array_equal(whole, [7.0, -2.0, 0.0])

    mantissa, exponent = np.frexp(x)
    mantissa.backward()
    assert_array_equal(x.grad, 2.0**-exponent)

    y = mg.Tensor(2.0)
    quotient, rest = np.divmod(x, y)
    rest.backward()
    assert_array_equal(x.grad, [1.0, 1.0, 1.0])
    assert y.grad == -quotient.sum()


def test_two_outputs_are_written():
    x, whole, rest = mg.Tensor([7.5, -2.5]), np.zeros(2), mg.zeros(2)
    got = np.divmod(x, 2.0, out=(whole, rest), where=[True, False])
    assert got[0] is whole
    assert got[1] is rest
    assert_array_equal(whole, [3.0, 0.0])
    assert_array_equal(rest, [1.5, 0.0])
    got[1].backward()
    assert_array_equal(x.grad, [1.0, 0.0])

    x = mg.Tensor([7.5, -2.5])
    y = +x
    fraction, whole = np.modf(y, out=(None, y))  # it computes with what y was
    assert whole is y
    assert_array_equal(fraction, [0.5, -0.5])
    assert_array_equal(y, [7.0, -2.0])
    fraction.backward()
    assert_array_equal(x.grad, [1.0, 1.0])


def test_remainders_of_constants_are_plain():
    integers = mg.Tensor([7, -3])
    for result in (integers % 2, np.remainder(integers, 2), np.fmod(7, integers), np.mod(integers, integers)):
        assert type(result) is np.ndarray
    x = mg.Tensor([7.5, -3.5])
    result = np.remainder(x, 2.0)
    assert is_tensor(result)
    assert not result.constant


def test_steps_written_to_a_variable_stop_its_gradient():
    x = mg.Tensor([1.5, 2.5, 3.5])
    y = x * 2
    assert np.floor(x, out=y, where=[True, False, True]) is y
    assert_array_equal(y, [1.0, 5.0, 3.0])
    y.backward()
    assert_array_equal(x.grad, [0.0, 2.0, 0.0])


@given(arrays(st.just((2, 3)), st.just(np.float64)), arrays(st.just((3,)), st.just(np.float32)))
def test_values_of_operands_of_other_kinds(a, b):
    """Lists, scalars, and arrays on either side; lists of tensors are stacked."""
    t = mg.Tensor(b)
    for other in (a, a.tolist(), 2, 2.0, np.float64(2), np.int64(2), True):
        for ours, numpys in ((np.add(t, other), np.add(b, other)), (np.add(other, t), np.add(other, b))):
            assert is_tensor(ours)
            assert ours.dtype == numpys.dtype
            assert_array_equal(ours, numpys)
    assert_array_equal(np.add(t, [t, t]), np.add(b, [b, b]))
    x = mg.Tensor([1.0, 2.0])
    np.multiply(np.ones(2), [x[0], x[1]], out=mg.zeros(2)).backward()
    assert_array_equal(x.grad, [1.0, 1.0])


def test_clip_of_an_array_by_a_tensor():
    """`ndarray.clip` calls a ufunc of that name, which NumPy does not show."""
    low = mg.Tensor(1.5)
    y = np.array([1.0, 2.0, 1.2]).clip(low, None)
    assert_array_equal(y, [1.5, 2.0, 1.5])
    y.backward()
    assert low.grad == 2.0


@pytest.mark.parametrize(
    ("name", "shapes_", "params"),
    [
        ("matmul", ((3, 2), (3, 4)), {"axes": [(1, 0), (0, 1), (0, 1)]}),
        ("matmul", ((3, 2), (3, 4)), {"axes": [(1, 0), (0, 1), (1, 0)]}),
        ("vecdot", ((3, 2), (3, 2)), {"axis": 0}),
        ("vecdot", ((3, 2), (3, 2)), {"axis": 0, "keepdims": True}),
        ("matvec", ((2, 3, 4), (4,)), {}),
        ("vecmat", ((3,), (2, 3, 4)), {}),
        ("vecdot", ((3, 2), (2, 3)), {"axes": [0, 1, ()]}),
    ],
)
def test_generalised_ufuncs(name, shapes_, params):
    gufunc = getattr(np, name, None)
    if gufunc is None:
        pytest.skip("NumPy is older than the function")
    rng = np.random.default_rng(0)
    a, b = (rng.uniform(-1, 1, shape) for shape in shapes_)
    x, y = mg.Tensor(a), mg.Tensor(b)
    ours, numpys = gufunc(x, y, **params), gufunc(a, b, **params)
    assert ours.shape == numpys.shape
    assert_allclose(ours, numpys)
    weights = rng.uniform(-1, 1, numpys.shape)
    (ours * weights).backward()
    # linear in either operand: the derivative along the operand itself is the value
    assert_allclose(np.sum(x.grad * a), np.sum(weights * numpys))
    assert_allclose(np.sum(y.grad * b), np.sum(weights * numpys))
    target = mg.zeros(numpys.shape)
    assert gufunc(x, y, out=target, **params) is target
    assert_allclose(target, numpys)


def test_generalised_ufuncs_raise_as_numpys():
    x = mg.Tensor(np.ones((2, 3)))
    for params in ({}, {"axes": [(0, 1)]}, {"axis": 0}, {"axes": [(0, 1), (0, 1), (0, 5)]}):
        assert outcome(lambda p=params: np.matmul(x, x, **p)) is outcome(
            lambda p=params: np.matmul(x.data, x.data, **p)
        )


@pytest.mark.parametrize("params", [{"dtype": np.float32}, {"casting": "unsafe"}, {"order": "F"}, {"subok": True}])
def test_keywords_do_not_disturb_the_derivative(params):
    for ufunc in (np.multiply, np.vecdot):
        x = mg.Tensor([1.0, 2.0])
        ufunc(x, x, **params).backward()
        assert_allclose(x.grad, [2.0, 4.0])
        assert x.grad.dtype == np.float64
