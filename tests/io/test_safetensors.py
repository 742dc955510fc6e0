"""The exchange with other libraries."""

import io
import os
import sys

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import mygrad as mg
from mygrad.io import CorruptFileError, load_safetensors, save_safetensors

DTYPES = (
    hnp.floating_dtypes(sizes=(16, 32, 64))
    | hnp.integer_dtypes()
    | hnp.unsigned_integer_dtypes()
    | hnp.boolean_dtypes()
    | hnp.complex_number_dtypes(sizes=(64,))
)


def saved(tensors):
    file = io.BytesIO()
    save_safetensors(file, tensors)
    return file.getvalue()


@given(
    DTYPES.flatmap(lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, min_side=0))),
    st.sampled_from(["as it is", "Fortran", "transposed", "reversed", "strided"]),
)
def test_others_read_what_is_saved(array, layout):
    """Of any layout and byte order."""
    if layout == "Fortran":
        array = np.asfortranarray(array) if array.ndim else array
    elif layout == "transposed":
        array = array.T
    elif layout == "reversed" and array.ndim:
        array = array[(slice(None, None, -1),) * array.ndim]
    elif layout == "strided" and array.ndim:
        array = np.repeat(array, 2, axis=-1)[..., ::2]
    contents = saved({"x": array})
    for loaded in (safetensors.numpy.load(contents)["x"], load_safetensors(io.BytesIO(contents))["x"]):
        assert loaded.dtype == array.dtype.newbyteorder("=")
        assert loaded.shape == array.shape
        assert loaded.tobytes() == array.astype(loaded.dtype).tobytes()


def test_what_others_save_is_read():
    tensors = {"b": np.arange(6, dtype="f4").reshape(2, 3), "a": np.array(True)}
    loaded = load_safetensors(io.BytesIO(safetensors.numpy.save(tensors, metadata={"by": "others"})))
    assert list(loaded) == ["a", "b"]
    for name, array in tensors.items():
        assert loaded[name].dtype == array.dtype
        assert loaded[name].tolist() == array.tolist()
    loaded["b"][0, 0] = 5.0  # it is ours to write to


def test_tensors_and_nested_dicts_are_saved_by_their_names(tmp_path):
    x = mg.tensor([1.0, 2.0])
    save_safetensors(tmp_path / "model", {"layers": {"0": {"w": x.reshape(2, 1).T}}, "b": x[::-1]})
    assert os.listdir(tmp_path) == ["model.safetensors"]
    for name in ("model", "model.safetensors"):
        loaded = load_safetensors(tmp_path / name)
        assert {name: array.tolist() for name, array in loaded.items()} == {
            "b": [2.0, 1.0],
            "layers.0.w": [[1.0, 2.0]],
        }
    assert safetensors.numpy.load_file(tmp_path / "model.safetensors").keys() == loaded.keys()


def test_the_state_of_a_module_is_exchanged():
    nn = pytest.importorskip("mygrad.nnet", reason="mygrad-nnet is another distribution")

    class Model(nn.Module):
        def __init__(self, value):
            self.parts = [mg.full((2, 3), value), mg.tensor(value)]

    model = Model(2.0)
    model.load_state_dict(load_safetensors(io.BytesIO(saved(Model(7.0).state_dict()))))
    assert model.parts[0].tolist() == [[7.0] * 3] * 2


@pytest.mark.parametrize(
    ("tensors", "error", "words"),
    [
        (mg.tensor(1.0), TypeError, "a dict of tensors, by name, not a Tensor"),
        ({"x": [1.0]}, TypeError, "'x' is no tensor or array, but of type list"),
        ({"a": {"b": 1.0}}, TypeError, r"'a\.b' is no tensor"),
        ({1: np.zeros(2)}, TypeError, "names of tensors are strings, but 1 is not"),
        ({"x": np.zeros(2, complex)}, TypeError, "complex128, which safetensors does not have"),
        ({"x": np.zeros(2, np.longdouble)}, TypeError, "which safetensors does not have"),
        ({"x": np.array(["a"])}, TypeError, "which safetensors does not have"),
        ({"x": np.zeros(2, "f8, f8")}, TypeError, "which safetensors does not have"),
        ({"a.b": np.zeros(2), "a": {"b": np.zeros(2)}}, ValueError, r"two tensors would have the name 'a\.b'"),
    ],
)
def test_what_the_format_lacks_is_refused(tmp_path, tensors, error, words):
    with pytest.raises(error, match=words):
        save_safetensors(tmp_path / "x", tensors)
    assert not list(tmp_path.iterdir())


def test_damaged_files(tmp_path):
    contents = saved({"x": np.arange(3.0), "y": np.arange(4, dtype="i2")})
    for size in range(len(contents)):
        with pytest.raises(CorruptFileError):
            load_safetensors(io.BytesIO(contents[:size]))
    for position in range(len(contents)):
        damaged = bytearray(contents)
        damaged[position] ^= 1 << position % 8
        try:
            load_safetensors(io.BytesIO(damaged))
        except CorruptFileError as error:
            assert error.reason  # noqa: PT017 - of values that are wrong, nobody can tell
    (tmp_path / "x.safetensors").write_bytes(b"hello")
    with pytest.raises(CorruptFileError, match="no safetensors file, or damaged") as caught:
        load_safetensors(tmp_path / "x")
    assert caught.value.path == str(tmp_path / "x.safetensors")
    with pytest.raises(CorruptFileError, match="more than 10"):
        load_safetensors(io.BytesIO(contents), max_bytes=10)
    with pytest.raises(FileNotFoundError):
        load_safetensors(tmp_path / "missing")


def test_a_dtype_that_numpy_lacks():
    header = b'{"x":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}'
    with pytest.raises(CorruptFileError, match="NumPy has no dtype for 'BF16'"):
        load_safetensors(io.BytesIO(len(header).to_bytes(8, "little") + header + b"\0\0"))


def test_without_the_package_the_error_says_how_to_get_it(monkeypatch, tmp_path):
    for name in ("safetensors", "safetensors.numpy"):
        monkeypatch.setitem(sys.modules, name, None)
    for call in (lambda: save_safetensors(tmp_path / "x", {}), lambda: load_safetensors(tmp_path / "x")):
        with pytest.raises(ImportError, match=r"pip install 'mygrad-io\[safetensors\]'"):
            call()
    mg.save(tmp_path / "x", 1)  # which needs no package
    assert mg.load(tmp_path / "x") == 1
