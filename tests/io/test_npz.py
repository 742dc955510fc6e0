"""mygrad.save and mygrad.load."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import mygrad as mg

FLOATS = [np.float16, np.float32, np.float64]


def round_trip(tensor):
    file = io.BytesIO()
    mg.save(file, tensor)
    file.seek(0)
    return mg.load(file)


def same(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


@given(
    data=st.sampled_from([*FLOATS, np.int8, np.int64, np.bool_]).flatmap(
        lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, min_side=0))
    ),
    constant=st.booleans(),
)
def test_data_and_constancy_come_back(data, constant):
    tensor = mg.tensor(data, constant=constant or data.dtype.type not in FLOATS)
    loaded = round_trip(tensor)
    assert same(loaded.data, tensor.data)
    assert loaded.constant is tensor.constant
    assert loaded.grad is None
    assert loaded.creator is None


@given(
    st.sampled_from(FLOATS).flatmap(lambda dtype: hnp.arrays(dtype, (2, 3))),
    st.sampled_from(FLOATS).flatmap(lambda dtype: hnp.arrays(dtype, (2, 3))),
)
def test_the_gradient_comes_back(data, grad):
    tensor = mg.tensor(data)
    with np.errstate(all="ignore"):
        tensor.backward(grad)
    loaded = round_trip(tensor)
    assert same(loaded.grad, tensor.grad)
    assert same(loaded.data, tensor.data)


def test_a_saved_result_comes_back_as_a_leaf():
    x = mg.tensor([1.0, 2.0])
    y = x * 2
    loaded = round_trip(y)
    assert y.creator is not None
    assert loaded.creator is None
    loaded.sum().backward()
    assert x.grad is None


@pytest.mark.parametrize("name", ["tensor", "tensor.npz", "tensor.v1"])
@pytest.mark.parametrize("kind", [str, lambda path: path], ids=["str", "Path"])
def test_a_path_loads_as_it_was_saved(tmp_path, name, kind):
    mg.save(kind(tmp_path / name), mg.tensor([1.0, 2.0]))
    assert mg.load(kind(tmp_path / name)).tolist() == [1.0, 2.0]
    assert all(path.suffix == ".npz" for path in tmp_path.iterdir())


def test_files_of_mygrad_2_load(tmp_path):
    np.savez(tmp_path / "old.npz", data=np.array([1.0, 2.0]), grad=np.array([3.0, 4.0]))
    loaded = mg.load(tmp_path / "old.npz")
    assert loaded.grad.tolist() == [3.0, 4.0]
    assert not loaded.constant


def test_only_tensors_are_saved(tmp_path):
    with pytest.raises(TypeError, match=r"got ndarray.*numpy\.save"):
        mg.save(tmp_path / "array", np.arange(3))
    assert not list(tmp_path.iterdir())


def test_what_is_not_a_saved_tensor_is_refused(tmp_path):
    np.savez(tmp_path / "other.npz", weights=np.arange(3))
    with pytest.raises(ValueError, match="no array 'data'"):
        mg.load(tmp_path / "other.npz")
    np.save(tmp_path / "other.npy", np.arange(3))
    with pytest.raises(ValueError, match="not an npz file"):
        mg.load(tmp_path / "other.npy")
    with pytest.raises(FileNotFoundError):
        mg.load(tmp_path / "missing")


def test_nothing_is_unpickled(tmp_path):
    np.savez(tmp_path / "pickle.npz", data=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        mg.load(tmp_path / "pickle.npz")
