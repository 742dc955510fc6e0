"""mygrad.save and mygrad.load: what is saved comes back as it was."""

import gzip
import io
import json
import os
import threading
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import mygrad as mg

FLOATS = [np.float16, np.float32, np.float64, np.longdouble]
COMPLEX = [np.complex64, np.complex128, np.clongdouble]
SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)


def round_trip(tree, **options):
    file = io.BytesIO()
    mg.save(file, tree, **options)
    file.seek(0)
    return mg.load(file)


def tensor_dtypes():
    floating = st.sampled_from(FLOATS + COMPLEX).map(np.dtype)
    return floating | hnp.integer_dtypes() | hnp.unsigned_integer_dtypes() | st.just("?")


def dtypes():
    return (
        st.sampled_from(FLOATS).flatmap(lambda t: st.sampled_from([np.dtype(t).newbyteorder(o) for o in "<>"]))
        | hnp.integer_dtypes()
        | hnp.unsigned_integer_dtypes()
        | hnp.boolean_dtypes()
        | hnp.complex_number_dtypes()
        | hnp.datetime64_dtypes()
        | hnp.timedelta64_dtypes()
        | hnp.byte_string_dtypes(max_len=5)
        | hnp.unicode_string_dtypes(max_len=5)
        | st.sampled_from(["V1", "V7", "M8", "m8", "M8[25s]"]).map(np.dtype)
    )


@st.composite
def arrays(draw, dtypes):
    """Arrays in C order, in Fortran order, and strided views."""
    dtype, shape = np.dtype(draw(dtypes)), draw(SHAPES)
    size = int(np.prod(shape))
    if dtype.kind in "MmVSU":
        array = np.zeros(size, dtype)
        if size and dtype.kind != "U":
            array.view(np.uint8)[:] = draw(st.integers(0, 127))
    else:
        array = draw(hnp.arrays(dtype, size, elements=hnp.from_dtype(dtype, allow_subnormal=False)))
    array = array.reshape(shape, order=draw(st.sampled_from("CF")))
    layout = draw(st.sampled_from(["as it is", "transposed", "strided"]))
    if layout == "transposed":
        return array.T
    if layout == "strided" and array.ndim:
        return np.repeat(array, 2, axis=-1)[..., ::2]
    return array


@st.composite
def tensors(draw):
    tensor = mg.tensor(draw(arrays(tensor_dtypes())), constant=draw(st.sampled_from([None, True])))
    if not tensor.constant and draw(st.booleans()):
        with np.errstate(all="ignore"):
            tensor.backward(draw(hnp.arrays(tensor.dtype, tensor.shape)))
    return tensor


plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**300), 2**300)
    | st.floats()
    | st.complex_numbers()
    | st.text()
)
keys = st.recursive(plain, lambda inner: st.tuples(inner) | st.tuples(inner, inner), max_leaves=3)
trees = st.recursive(
    plain | arrays(dtypes()) | tensors(),
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=10,
)


@given(arrays(dtypes()), st.booleans())
def test_arrays_come_back(assert_same, array, compressed):
    # One that is contiguous in neither order comes back in C order.
    expected = array if array.flags.forc else np.array(array, order="C")
    assert_same(round_trip(array, compressed=compressed), expected)


@given(tensors(), st.booleans())
def test_tensors_come_back(assert_same, tensor, compressed):
    loaded = round_trip(tensor, compressed=compressed)
    assert loaded.creator is None
    assert loaded.base is None
    assert loaded.data.tobytes() == tensor.data.tobytes()
    assert (loaded.dtype.str, loaded.shape, loaded.constant) == (tensor.dtype.str, tensor.shape, tensor.constant)
    assert loaded.data.flags.writeable
    assert (loaded.grad is None) == (tensor.grad is None)
    if tensor.grad is not None:
        assert_same(loaded.grad, np.array(tensor.grad, order="K" if tensor.grad.flags.forc else "C"))


@given(trees, st.booleans())
def test_trees_come_back(assert_same, tree, compressed):
    loaded = round_trip(tree, compressed=compressed)
    assert_same(round_trip(loaded), loaded)
    assert_same(loaded, in_c_order(tree))


def in_c_order(tree):
    if isinstance(tree, np.ndarray):
        return tree if tree.flags.forc else np.array(tree, order="C")
    if isinstance(tree, dict):
        return {key: in_c_order(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return type(tree)(map(in_c_order, tree))
    return tree


@pytest.mark.parametrize(
    "scalar",
    [
        np.float32(1.5),
        np.int64(-3),
        np.bool_(True),
        np.complex64(1j),
        np.datetime64("2020-01-01"),
        np.timedelta64(3, "s"),
    ],
)
def test_numpys_scalars_come_back(assert_same, scalar):
    assert_same(round_trip([scalar]), [scalar])


@pytest.mark.parametrize("order", "CF")
@pytest.mark.parametrize("dtype", ["<f4", ">f4", ">f8"])
def test_the_order_of_memory_and_bytes_is_kept_in_data_and_gradient(order, dtype):
    tensor = mg.tensor(np.asarray(np.arange(6.0).reshape(2, 3), dtype, order=order))
    tensor.backward(np.asarray(np.arange(6.0).reshape(2, 3), dtype, order=order))
    loaded = round_trip(tensor)
    for array, saved in ((loaded.data, tensor.data), (loaded.grad, tensor.grad)):
        assert array.dtype.str == saved.dtype.str
        assert array.flags.f_contiguous == saved.flags.f_contiguous
        assert array.tolist() == saved.tolist()


def test_views_are_saved_as_their_values():
    x = mg.tensor(np.arange(12.0).reshape(3, 4))
    y = x[::2, 1:3]
    (y * y).backward()
    assert y.base is x
    loaded = round_trip(y)
    assert loaded.base is None
    assert loaded.tolist() == [[1.0, 2.0], [9.0, 10.0]]
    assert loaded.grad.tolist() == [[2.0, 4.0], [18.0, 20.0]]


def test_a_result_comes_back_as_a_leaf_and_its_graph_is_left_alone():
    x = mg.tensor([1.0, 2.0])
    y = x * 2
    loaded = round_trip(y)
    assert y.creator is not None
    assert loaded.creator is None
    loaded.sum().backward()
    assert x.grad is None
    y.backward()
    assert x.grad.tolist() == [2.0, 2.0]


def test_loading_a_gradient_needs_no_graph():
    x = mg.tensor([1.0, 2.0])
    (x * x).backward()
    with mg.no_autodiff:
        loaded = round_trip(x)
    assert loaded.grad.tolist() == [2.0, 4.0]
    (loaded * 3).backward()  # it is an ordinary leaf from here on
    assert loaded.grad.tolist() == [3.0, 3.0]
    assert x.grad.tolist() == [2.0, 4.0]


def test_what_occurs_twice_is_saved_once_and_comes_back_as_one(tmp_path):
    weight, array = mg.tensor([1.0, 2.0]), np.arange(3)
    mg.save(tmp_path / "tied", {"encoder": weight, "decoder": [weight, array, array]})
    loaded = mg.load(tmp_path / "tied")
    assert loaded["encoder"] is loaded["decoder"][0]
    assert loaded["decoder"][1] is loaded["decoder"][2]
    with np.load(tmp_path / "tied.npz") as file:
        assert sorted(file) == ["decoder/1", "encoder", "manifest"]


def test_a_tensor_of_a_derived_class_comes_back_as_a_tensor():
    class Parameter(mg.Tensor):
        pass

    assert type(round_trip(Parameter([1.0]))) is mg.Tensor


# -- what others can read ------------------------------------------------------------------------------------------


def test_numpy_reads_the_files(tmp_path):
    x = mg.tensor([1.0, 2.0])
    (x * x).backward()
    mg.save(tmp_path / "tensor", x)
    with np.load(tmp_path / "tensor.npz", allow_pickle=False) as file:
        assert file["data"].tolist() == [1.0, 2.0]
        assert file["grad"].tolist() == [2.0, 4.0]
        manifest = json.loads(file["manifest"].item())
    assert manifest["format"] == "mygrad"
    assert manifest["version"] == 1
    assert manifest["tree"] == {"tensor": "data", "constant": False, "grad": "grad"}

    mg.save(tmp_path / "tree", {"layer.0": {"w": x}, "Größe": [np.arange(2)], "../x": np.arange(3)})
    with np.load(tmp_path / "tree.npz", allow_pickle=False) as file:
        assert set(file) == {"layer.0/w", "layer.0/w/grad", "Gr__e/0", ".._x", "manifest"}


def test_names_that_look_alike_are_told_apart(assert_same, tmp_path):
    names = ["a/b", "a_b", "a b", "", ".", "..", "manifest", "data", "a" * 300, "a" * 301, "\0", "\ud800", 1, "1", (1,)]
    tree = {name: np.array(i) for i, name in enumerate(names)} | {"a": {"b": np.array(-1)}, "x.npy": np.array(-2)}
    assert_same(round_trip(tree), tree)
    mg.save(tmp_path / "names", tree)
    with zipfile.ZipFile(tmp_path / "names.npz") as archive:
        assert len({name.lower() for name in archive.namelist()}) == len(tree) + 1
        archive.extractall(tmp_path / "there")
    assert sum(path.is_file() for path in (tmp_path / "there").rglob("*")) == len(tree) + 1


def test_files_of_mygrad_2_load():
    loaded = mg.load(Path(__file__).parent / "data" / "mygrad-2.5.0.npz")
    data = np.array([[1.0, -2.5, 3.0], [0.0, 1e-300, 7.0]])
    assert loaded.data.tolist() == data.tolist()
    assert loaded.grad.tolist() == (2 * data).tolist()
    assert not loaded.constant


@pytest.mark.parametrize(
    ("data", "constant"), [(np.arange(3), True), (np.float32(2), False), (np.zeros((0, 2)), False), (np.bool_(1), True)]
)
def test_files_of_mygrad_2_without_a_gradient_load(tmp_path, data, constant):
    np.savez(tmp_path / "old.npz", data=data)  # what MyGrad 2 did
    loaded = mg.load(tmp_path / "old")
    assert loaded.dtype == data.dtype
    assert loaded.tolist() == data.tolist()
    assert loaded.constant is constant
    assert loaded.grad is None


def test_equal_trees_give_equal_files():
    def contents():
        file = io.BytesIO()
        mg.save(file, {"a": mg.arange(5.0), "b": [1, "x"]}, compressed=True)
        return file.getvalue()

    assert contents() == contents()


def test_compressed_files_are_smaller(tmp_path):
    tree = {"zeros": np.zeros(10_000)}
    mg.save(tmp_path / "stored", tree)
    mg.save(tmp_path / "compressed", tree, compressed=True)
    assert (tmp_path / "compressed.npz").stat().st_size < 2000
    assert (tmp_path / "stored.npz").stat().st_size > 80_000


# -- what is refused -----------------------------------------------------------------------------------------------

CYCLE = []
CYCLE.append(CYCLE)
DEEP = 1.0
for _ in range(200):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("tree", "error", "words"),
    [
        (np.array([{}], dtype=object), TypeError, "its argument: an array of Python objects"),
        ({"a": [np.array([None])]}, TypeError, r"saved\['a'\]\[0\]: an array of Python objects is not saved.*pickle"),
        (np.zeros(2, "f8, i4"), TypeError, r"structured.*\['f0', 'f1'\]"),
        (np.zeros(2, np.dtypes.StringDType()), TypeError, "does not know"),
        (np.ma.masked_array([1.0], [True]), TypeError, "MaskedArray is not saved.*subok=False"),
        ({"x": {1, 2}}, TypeError, r"\['x'\]: an object of type set is not saved. What can be saved are"),
        (b"bytes", TypeError, "of type bytes"),
        (np.str_("x"), TypeError, "convert it to str"),
        (OrderedDict(a=1), TypeError, "OrderedDict is not saved.*convert it to dict"),
        ({frozenset(): 1}, TypeError, "the key frozenset.* is not saved"),
        ({b"k": 1}, TypeError, "Keys can be strings"),
        (CYCLE, ValueError, "contains itself"),
        (DEEP, ValueError, "nested more than 100 deep"),
        (1 << 10_000, ValueError, "8192 bits"),
    ],
)
def test_what_would_not_come_back_is_refused_and_nothing_is_written(tmp_path, tree, error, words):
    mg.save(tmp_path / "file", 1)
    with pytest.raises(error, match=words):
        mg.save(tmp_path / "file", tree)
    assert mg.load(tmp_path / "file") == 1
    assert os.listdir(tmp_path) == ["file.npz"]


def test_metadata_of_a_dtype_is_dropped_without_a_warning():
    array = np.zeros(2, np.dtype("f8", metadata={"unit": "m"}))
    assert round_trip(array).dtype.metadata is None


# -- file objects --------------------------------------------------------------------------------------------------


def test_a_file_object_needs_nothing_but_write_and_read(assert_same):
    class Pipe:
        def __init__(self):
            self.parts = []

        def write(self, data):  # as many wrappers do, it returns nothing
            self.parts.append(bytes(data))

        def read(self, size):
            part, self.contents = self.contents[: min(size, 7)], self.contents[min(size, 7) :]
            return part

    pipe, tree = Pipe(), {"a": mg.arange(100.0), "b": np.arange(3)}
    mg.save(pipe, tree)
    pipe.contents = b"".join(pipe.parts)
    assert_same(mg.load(pipe), tree)


def test_a_pipe_can_be_written_to_and_read_from(assert_same):
    tree = {"a": mg.arange(50_000.0)}  # more than fits into it
    reading, writing = os.pipe()
    with open(reading, "rb") as source, open(writing, "wb", buffering=0) as sink:
        thread = threading.Thread(target=lambda: (mg.save(sink, tree), sink.close()))
        thread.start()
        loaded = mg.load(source)
        thread.join()
    assert_same(loaded, tree)


def test_a_compressed_stream_can_be_written_to_and_read_from(assert_same, tmp_path):
    tree = [mg.arange(1000.0)]
    with gzip.open(tmp_path / "x.gz", "wb") as file:
        mg.save(file, tree)
    with gzip.open(tmp_path / "x.gz", "rb") as file:
        assert_same(mg.load(file), tree)


def test_a_file_object_is_read_from_where_it_stands(assert_same):
    file, tree = io.BytesIO(b"header"), [mg.arange(10.0)]
    file.seek(6)
    mg.save(file, tree)
    with pytest.raises(mg.io.CorruptFileError, match="rewind it first"):
        mg.load(file)
    file.seek(6)
    assert_same(mg.load(file), tree)
    assert file.getvalue().startswith(b"headerPK")


@pytest.mark.parametrize("opener", [io.StringIO, object])
def test_what_is_no_binary_file_is_refused(opener):
    words = "text mode" if opener is io.StringIO else "a file is a path or a binary file object"
    with pytest.raises(TypeError, match=words):
        mg.save(opener(), mg.tensor(1.0))
    with pytest.raises(TypeError, match=words):
        mg.load(opener())
