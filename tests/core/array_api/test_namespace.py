"""The array namespace keeps tensors, and gradients with them."""

import subprocess
import sys

import numpy as np
import pytest

import mygrad as mg
import mygrad.array_api as xp
from mygrad import Tensor


@pytest.fixture
def t():
    return mg.tensor([1.0, 4.0, 2.0])


def test_it_is_imported_when_it_is_asked_for():
    code = """
import sys
import mygrad
assert "mygrad.array_api" not in sys.modules
assert "array_api" in dir(mygrad)
assert mygrad.array_api is sys.modules["mygrad.array_api"]
assert mygrad.tensor(1.0).__array_namespace__() is mygrad.array_api
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_versions(t):
    for version in (None, "2021.12", "2022.12", "2023.12", xp.__array_api_version__):
        assert t.__array_namespace__(api_version=version) is xp
    with pytest.raises(ValueError, match=r"1900\.01.*2024\.12"):
        t.__array_namespace__(api_version="1900.01")
    assert xp.__version__ == mg.__version__


# -- asarray ---------------------------------------------------------------------------------------------------


def test_asarray_keeps_tensors(t):
    assert xp.asarray(t) is t
    assert xp.asarray(t, dtype=xp.float64, copy=False, device="cpu") is t
    for options in ({"copy": True}, {"dtype": xp.float32}, {"dtype": "float32", "copy": True}):
        other = xp.asarray(t, **options)
        assert not np.shares_memory(other.data, t.data)
        other.backward()
        np.testing.assert_array_equal(t.grad, [1.0, 1.0, 1.0])


@pytest.mark.parametrize("nested", [lambda t: [t, 2 * t], lambda t: ([t, [5.0, 6.0, 7.0]],), lambda t: [t[0], 3, t[1]]])
def test_asarray_stacks_tensors(t, nested):
    stacked = xp.asarray(nested(t))
    np.testing.assert_array_equal(stacked.data, np.array(unwrapped(nested(t))))
    assert not stacked.constant
    stacked.backward()
    assert t.grad.any()
    assert xp.asarray(nested(t), dtype="float32", copy=True).dtype == np.float32
    with pytest.raises(ValueError, match="copy=False"):
        xp.asarray(nested(t), copy=False)


def unwrapped(x):
    return x.data if isinstance(x, Tensor) else [unwrapped(part) for part in x] if isinstance(x, (list, tuple)) else x


@pytest.mark.parametrize("given", [[1.0, 2.0], 1.5, np.float32(2.0), True, [[1, 2]], np.arange(3.0), range(3), []])
def test_asarray_of_others_is_constant(given):
    made = xp.asarray(given)
    assert made.constant
    assert made.dtype == np.asarray(given).dtype
    np.testing.assert_array_equal(made.data, given)


def test_asarray_copies_as_it_is_told(t):
    array = np.arange(3.0)
    for copy in (None, False):
        assert np.shares_memory(xp.asarray(array, copy=copy).data, array)
    assert not np.shares_memory(xp.asarray(array, copy=True).data, array)
    for given in ([1.0, 2.0], 1.0):
        with pytest.raises(ValueError, match="copy"):
            xp.asarray(given, copy=False)
    for given in (array, t):
        with pytest.raises(ValueError, match="copy"):
            xp.asarray(given, dtype="float32", copy=False)


def test_arrays_are_locked_as_ever(t):
    array = np.arange(3.0)
    y = t * xp.asarray(array)
    assert not array.flags.writeable
    y.backward()
    assert array.flags.writeable


@pytest.mark.parametrize("given", [["a"], [None], np.array(["2020-01-01"], "datetime64[D]")])
def test_asarray_refuses_what_tensors_cannot_hold(given):
    with pytest.raises(TypeError, match="holds numbers"):
        xp.asarray(given)


def test_asarray_refuses_masks():
    with pytest.raises(TypeError, match="mask"):
        xp.asarray(np.ma.array([1.0, 2.0], mask=[True, False]))


def test_devices(t):
    for function in (xp.asarray, xp.from_dlpack, xp.zeros_like, lambda x, device: xp.astype(x, "f4", device=device)):
        assert function(t, device="cpu").device == "cpu"
        with pytest.raises(ValueError, match="gpu"):
            function(t, device="gpu")
    assert t.to_device("cpu") is t
    with pytest.raises(ValueError, match="gpu"):
        t.to_device("gpu")


def test_from_dlpack(t):
    assert xp.from_dlpack(t) is t
    assert not np.shares_memory(xp.from_dlpack(t, copy=True).data, t.data)
    array = np.arange(3.0)
    made = xp.from_dlpack(array)
    assert made.constant
    np.testing.assert_array_equal(made.data, array)
    assert not np.shares_memory(xp.from_dlpack(array, copy=True).data, array)


# -- creation --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [xp.zeros, xp.ones, xp.empty, lambda n: xp.full(n, 2.0), lambda n: xp.eye(n)[0]])
def test_results_can_be_written_into_what_is_filled(t, make):
    out = +make(3)
    out[1:] = t[1:] ** 2
    out.backward()
    np.testing.assert_array_equal(t.grad, [0.0, 8.0, 4.0])


@pytest.mark.parametrize("make", [xp.zeros_like, xp.ones_like, xp.empty_like, lambda x: xp.full_like(x, 2.0)])
def test_results_can_be_written_into_what_is_like_a_tensor(t, make):
    out = make(t)
    out[...] = t * t
    out.backward()
    np.testing.assert_array_equal(t.grad, [2.0, 8.0, 4.0])


def test_variables_as_arguments_of_creation(t):
    (xp.full((2, 2), t[0]).sum() + xp.full_like(t, t[1]).sum() + xp.linspace(t[0], t[1], 3)[1]).backward()
    np.testing.assert_allclose(t.grad, [4.5, 3.5, 0.0])
    assert xp.linspace(0.0, 1.0, 3).constant
    assert xp.arange(3.0).constant
    with pytest.raises(TypeError, match="arange"):
        xp.arange(t[0])


# -- functions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["greater", "isnan", "floor", "argmax", "nonzero", "isclose", "digitize", "signbit"])
def test_what_numpy_answers_by_arrays_are_constants(t, name):
    others = {"greater": (1.0,), "isclose": (1.0,), "digitize": ([2.0, 3.0],)}.get(name, ())
    result = getattr(xp, name)(t, *others)
    expected = getattr(np, name)(t, *others)
    for part, array in zip(*(x if isinstance(x, tuple) else (x,) for x in (result, expected)), strict=True):
        assert isinstance(part, Tensor)
        assert part.constant
        np.testing.assert_array_equal(part.data, array)


@pytest.mark.parametrize(
    ("call", "slopes"),
    [
        (lambda t: xp.sort(t, descending=True) * [1.0, 10.0, 100.0], [100.0, 1.0, 10.0]),
        (lambda t: xp.cumulative_sum(t, include_initial=True), [3.0, 2.0, 1.0]),
        (lambda t: xp.cumulative_prod(t, include_initial=True), [13.0, 3.0, 4.0]),
        (lambda t: xp.diff(t, prepend=xp.asarray([0.0])), [0.0, 0.0, 1.0]),
        (lambda t: xp.clip(t, 1.5, 3.0), [0.0, 0.0, 1.0]),
        (lambda t: xp.clip(mg.astype(t, "float32"), xp.asarray([1.5, 1.5, 1.5])), [0.0, 1.0, 1.0]),
        (lambda t: xp.unique_values(xp.stack([t, t])), [1.0, 1.0, 1.0]),
        (lambda t: xp.unique_all(t * t).values, [2.0, 8.0, 4.0]),
        (lambda t: xp.linalg.svdvals(xp.expand_dims(t, axis=0)) ** 2, [2.0, 8.0, 4.0]),
        (lambda t: xp.linalg.norm(t) ** 2, [2.0, 8.0, 4.0]),
        (lambda t: xp.quantile(t, 0.5), [0.0, 0.0, 1.0]),
        (lambda t: xp.median(t), [0.0, 0.0, 1.0]),
    ],
)
def test_gradients(t, call, slopes):
    call(t).backward()
    np.testing.assert_allclose(t.grad, slopes, atol=1e-12)


def test_clip_keeps_the_dtype():
    for dtype in ("int8", "float32"):
        x = np.array([1, 5, 9], dtype=dtype)
        assert xp.clip(x, np.array([2, 2, 2], "int64"), 8).dtype == dtype
    assert xp.clip(np.array([1, 5]), 1.5).dtype == float  # or the bound would be cut off


def test_uniques_tell_nans_apart():
    found = xp.unique_all([np.nan, 1.0, np.nan])
    assert found.counts.tolist() == [1, 1, 1]
    assert found.inverse_indices.shape == (3,)


@pytest.mark.parametrize("name", ["put", "put_along_axis", "putmask", "place", "fill_diagonal"])
def test_what_writes_into_arrays_is_absent(name):
    assert hasattr(np, name)
    assert not hasattr(xp, name)


def test_names_that_nobody_has():
    for module in (xp, xp.linalg):
        with pytest.raises(AttributeError, match=rf"^module '{module.__name__}' has no attribute 'no_such_thing'$"):
            _ = module.no_such_thing
    assert not hasattr(xp, "_array_api")
    assert "median" in dir(xp)
    assert "norm" in dir(xp.linalg)


def test_inspection():
    info = xp.__array_namespace_info__()
    assert info.default_device() in info.devices()
    assert info.capabilities()["boolean indexing"] is True
    assert np.zeros((1,) * info.capabilities()["max dimensions"]).size == 1
    assert info.dtypes(kind="bool") == {"bool": np.dtype(bool)}
    assert set(info.dtypes(kind=("signed integer", "real floating"))) == {
        *("int8", "int16", "int32", "int64"),
        *("float32", "float64"),
    }
    assert info.dtypes(kind="complex floating") == {name: np.dtype(name) for name in ("complex64", "complex128")}
    assert len(info.dtypes(device="cpu")) == 13
    assert info.default_dtypes()["real floating"] == xp.asarray(1.0).dtype
    assert info.default_dtypes()["complex floating"] == xp.asarray(1j).dtype
    assert info.default_dtypes()["integral"] == xp.asarray(1).dtype
    assert info.default_dtypes()["indexing"] == xp.argmax(xp.asarray([1.0])).dtype
    with pytest.raises(ValueError, match="gpu"):
        info.dtypes(device="gpu")


def test_questions_about_dtypes(t):
    assert xp.finfo(t).eps == np.finfo(float).eps
    assert xp.finfo(xp.float32).bits == 32
    assert xp.iinfo(xp.argmax(t)).max == np.iinfo(np.intp).max
    assert xp.result_type(t, xp.float32) == np.float64
    assert xp.result_type(xp.asarray([1.0], dtype="f4"), 2.0) == np.float32
    assert xp.isdtype(t.dtype, "real floating")
    assert xp.can_cast(t, xp.float64)
