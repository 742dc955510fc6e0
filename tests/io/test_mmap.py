"""Arrays whose memory is the file."""

import gc
import io
import os
from pathlib import Path

import numpy as np
import pytest

import mygrad as mg


@pytest.fixture
def path(tmp_path):
    x = mg.tensor(np.arange(6.0).reshape(2, 3))
    (x * x).backward()
    tree = {
        "x": x,
        "bytes": np.arange(7, dtype=np.uint8),
        "big": np.asfortranarray(np.arange(12, dtype=">i4").reshape(3, 4)),
        "empty": np.zeros((0, 3)),
        "zero-d": np.array(3.0),
        "scalar": np.float32(2.0),
        "steps": 5,
        "one letter": [np.arange(i, i + 3) for i in range(20)],
    }
    mg.save(tmp_path / "tree", tree)
    return tmp_path / "tree.npz"


@pytest.mark.parametrize("mode", ["r", "c"])
def test_mapped_is_the_same_as_read(assert_same, path, mode):
    assert_same(mg.load(path, mmap_mode=mode), mg.load(path))


def mapped(array):
    while isinstance(array, np.ndarray):
        array = array.base
    return array is not None


@pytest.mark.parametrize("mode", ["r", "c"])
def test_the_memory_is_the_file_and_aligned(path, mode):
    tree = mg.load(path, mmap_mode=mode)
    for array in (tree["x"].data, tree["bytes"], tree["big"], tree["zero-d"], *tree["one letter"]):
        assert type(array) is np.ndarray
        assert mapped(array)
        assert array.ctypes.data % 64 == 0
        assert array.flags.writeable == (mode == "c")
    assert not mapped(tree["empty"])
    assert not mapped(tree["x"].grad)
    assert tree["x"].grad.flags.writeable


def test_copy_on_write_leaves_the_file_alone(path):
    before = path.read_bytes()
    tree = mg.load(path, mmap_mode="c")
    tree["bytes"][:] = 0
    tree["x"][0] = -1.0
    assert tree["x"][0].tolist() == [-1.0] * 3
    assert path.read_bytes() == before
    assert mg.load(path)["bytes"].tolist() == list(range(7))


def test_read_only_is_read_only(path):
    tree = mg.load(path, mmap_mode="r")
    with pytest.raises(ValueError, match="read-only"):
        tree["bytes"][0] = 1
    with pytest.raises(ValueError, match="read-only"):
        tree["x"][0] = 1.0
    x = tree["x"]
    (x * 2).backward()
    assert x.grad.tolist() == [[2.0] * 3] * 2
    assert not x.data.flags.writeable


@pytest.mark.skipif(os.name != "posix", reason="an open file cannot be replaced elsewhere")
def test_what_is_mapped_outlives_a_new_file_at_its_path(path):
    tree = mg.load(path, mmap_mode="r")
    mg.save(path, [1])
    assert tree["x"].tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert tree["big"][2, 3] == 11
    path.unlink()
    assert tree["bytes"][6] == 6


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts open files as Linux shows them")
def test_many_arrays_take_few_open_files(tmp_path):
    mg.save(tmp_path / "many", [np.arange(3) for _ in range(300)])
    gc.collect()  # other tests may have left something
    before = len(os.listdir("/proc/self/fd"))
    arrays = mg.load(tmp_path / "many", mmap_mode="r")
    assert len(os.listdir("/proc/self/fd")) <= before + 1
    del arrays
    assert len(os.listdir("/proc/self/fd")) <= before


def test_a_large_file_is_not_read(tmp_path):
    """A wrong checksum goes unnoticed, since nobody computes it."""
    mg.save(tmp_path / "x", [np.zeros(1000)])
    contents = bytearray((tmp_path / "x.npz").read_bytes())
    contents[1000] ^= 1
    (tmp_path / "x.npz").write_bytes(contents)
    with pytest.raises(mg.io.CorruptFileError, match="CRC"):
        mg.load(tmp_path / "x")
    assert np.count_nonzero(mg.load(tmp_path / "x", mmap_mode="r")[0]) == 1


def test_files_of_mygrad_2_are_read(assert_same):
    path = Path(__file__).parent / "data" / "mygrad-2.5.0.npz"
    assert_same(mg.load(path, mmap_mode="r"), mg.load(path))


def test_what_cannot_be_mapped(tmp_path, path):
    mg.save(tmp_path / "compressed", [np.zeros(10)], compressed=True)
    with pytest.raises(ValueError, match="compressed cannot be mapped") as caught:
        mg.load(tmp_path / "compressed", mmap_mode="r")
    assert not isinstance(caught.value, mg.io.CorruptFileError)
    with pytest.raises(ValueError, match="needs the path"):
        mg.load(io.BytesIO(path.read_bytes()), mmap_mode="r")
    with pytest.raises(ValueError, match=r"read-only.*'r\+'"):
        mg.load(path, mmap_mode="r+")
