"""Files that are not what mygrad.save writes: each is told what it is, in its own words."""

import copy
import io
import json
import pickle
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

import mygrad as mg
from mygrad.io import CorruptFileError


def npz(members, **options):
    """A zip archive of what NumPy writes for arrays, and of bytes as they are."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **options) as archive:
        for name, contents in members:
            archive.writestr(name, contents if isinstance(contents, bytes) else npy(contents))
    return file.getvalue()


def npy(array):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array))
    return file.getvalue()


def raw_npy(header, contents=b""):
    text = header.encode("latin1")
    text += b" " * (-(10 + len(text) + 1) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + contents


def header(descr="<f8", shape="(2,)", fortran="False"):
    return f"{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}"


def with_manifest(tree, arrays=None, *, version=1, claimed=None):
    """An archive with a manifest that may lie."""
    arrays = arrays or {}
    headers = {
        name: {"dtype": array.dtype.str, "order": "C", "shape": list(array.shape)} for name, array in arrays.items()
    }
    headers = headers if claimed is None else claimed
    manifest = {"format": "mygrad", "version": version, "tree": tree, "arrays": headers}
    return npz(
        [(f"{name}.npy", array) for name, array in arrays.items()]
        + [("manifest.npy", np.array(json.dumps(manifest).encode()))]
    )


def refuse(contents, words, **options):
    with pytest.raises(CorruptFileError, match=words) as caught:
        mg.load(io.BytesIO(contents), **options)
    return caught.value


TWO = np.arange(2.0)


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (b"", "it is empty"),
        (npy([1.0]), "single array in NumPy's npy format, which numpy.load reads"),
        (pickle.dumps([1.0]), "it is no npz file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "it is no npz file"),
        (npz([]), "nothing in it"),
        (npz([("data.npy", [1.0])])[:-30], "damaged, or has been cut short"),
        (npz([("readme.txt", b"hello")]), "no npz file: 'readme.txt' in it is no array"),
        (npz([("w.npy", [1.0]), ("b.npy", [1.0])]), r"none of mygrad's.*\['b', 'w'\], which numpy.load can read"),
        (npz([("data.npy", [1.0]), ("more.npy", [1.0])]), "none of mygrad's"),
        (npz([("data.npy", [1.0])], compression=zipfile.ZIP_LZMA), "compressed in a way"),
        (npz([("data.npy", [1.0])], compression=zipfile.ZIP_BZIP2), "compressed in a way"),
        (npz([("data.npy", np.array([{}]))]), "Python objects: these are pickled, and nothing is ever unpickled"),
        (npz([("data.npy", np.array(["a"]))]), r"a tensor holds numbers \(floating-point, complex"),
        (npz([("data.npy", np.zeros(2, "f8, f8"))]), "its header is not one"),
        (npz([("data.npy", [1.0, 2.0]), ("grad.npy", [1.0])]), r"gradient of shape \(1,\)"),
        (npz([("data.npy", [1, 2]), ("grad.npy", [1.0, 1.0])]), "does not fit the constant"),
        (npz([("data.npy", [1.0, 2.0]), ("grad.npy", ["a", "b"])]), "does not fit"),
        (npz([("manifest.npy", b"hello")]), "no array in the npy format"),
        (npz([("manifest.npy", [1.0])]), "this is not a manifest"),
        (npz([("manifest.npy", np.array(b"hello"))]), "not JSON"),
        (npz([("manifest.npy", np.array(b"[" * 100_000))]), "not JSON"),
        (npz([("manifest.npy", np.array(b"1" * 10_000))]), "not JSON"),
        (npz([("manifest.npy", np.array(b'{"a": NaN}'))]), "not JSON"),
        (npz([("manifest.npy", np.array(b'{"a": 1}'))]), "none of mygrad's, by its manifest"),
        (with_manifest(1, version=2), "in version 2 of the format.*upgrade"),
        (with_manifest(1, version="1"), "none of mygrad's"),
        (with_manifest({"array": "x"}), "no array 'x'"),
        (with_manifest(1, {"x": TWO}), r"no use for the arrays \['x'\]"),
        (with_manifest({"array": "x"}, {"x": TWO}, claimed={}), r"lacks arrays, or has others besides: \['x'\]"),
        (with_manifest({"array": "x"}, {"x": TWO}, claimed={"x": {"dtype": "<i8"}}), "not what the manifest says"),
        (with_manifest({"array": "x"}, {"x": TWO}, claimed={"x": 1}), "not what the manifest says"),
        (with_manifest({"unheard of": 1}), "makes no sense: it has an entry"),
        (with_manifest({"list": [], "tuple": []}), "makes no sense"),
        (with_manifest({"dict": [1]}), "makes no sense"),
        (with_manifest({"dict": [[{"list": []}, 1]]}), "makes no sense"),
        (with_manifest({"dict": [[1, 1], [1, 1]]}), "a key occurs twice"),
        (with_manifest({"array": ["x"]}, {"x": TWO}), "makes no sense"),
        (with_manifest({"float": "1"}), "makes no sense"),
        (with_manifest({"complex": [1, "a"]}), "makes no sense"),
        (with_manifest({"complex": [0.0, {"complex": [0.0, 0.0]}]}), "makes no sense"),
        (with_manifest({"tensor": "x", "constant": 1, "grad": None}, {"x": TWO}), "makes no sense"),
        (with_manifest({"tensor": "x", "constant": True, "grad": "g"}, {"x": TWO, "g": TWO}), "does not fit the const"),
        (with_manifest({"tensor": "x", "constant": False, "grad": "x"}, {"x": TWO}), "used twice"),
        (with_manifest({"tensor": "x", "constant": False, "grad": None}, {"x": np.arange(2)}), "makes no sense"),
        (with_manifest({"list": [{"array": "x"}, {"scalar": "x"}]}, {"x": TWO}), "used twice"),
        (
            with_manifest({"list": [{"array": "x"}, {"tensor": "x", "constant": False, "grad": None}]}, {"x": TWO}),
            "used for two things",
        ),
    ],
)
def test_other_files(contents, words):
    refuse(contents, words)


def test_a_manifest_that_is_nested_too_deep():
    node = 1
    for _ in range(150):
        node = {"list": [node]}
    refuse(with_manifest(node), "nested too deep")
    node = 1
    for _ in range(150):
        node = {"tuple": [node]}
    refuse(with_manifest({"dict": [[node, 1]]}), "makes no sense")


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (raw_npy(header(shape="(3,)"), bytes(16)), "should have 24 bytes, but 16 are there"),
        (raw_npy(header(shape="(1,)"), bytes(16)), "should have 8 bytes, but 16 are there"),
        (raw_npy(header(shape="(-2,)"), bytes(16)), "its header"),
        (raw_npy(header(shape="(2L,)"), bytes(16)), "its header"),
        (raw_npy(header(shape="[2]"), bytes(16)), "its header"),
        (raw_npy(header(shape="(0, 9999999999999999999)")), "damaged"),
        (raw_npy(header(shape="(0, 4611686018427387904, 4611686018427387904)")), "damaged"),
        (raw_npy(header(shape="(" + "1, " * 99 + "1)"), bytes(8)), "its header"),
        (raw_npy(header(shape="(9223372036854775807, 9223372036854775807)"), bytes(16)), "should have"),
        (raw_npy(header(descr="|O"), bytes(16)), "never unpickled|is ever unpickled"),
        (raw_npy(header(descr="<f3"), bytes(6)), "NumPy knows no dtype"),
        (raw_npy(header(descr="<M8[parsec]"), bytes(16)), "NumPy knows no dtype"),
        (raw_npy(header(descr="<U9999999999"), b""), "NumPy knows no dtype"),
        (raw_npy(header(descr="|a8"), bytes(16)), "not one of numbers"),
        (raw_npy(header(descr="|V0"), b""), "has no size"),
        (raw_npy(header(fortran="1"), bytes(16)), "its header"),
        (raw_npy("__import__('os').getpid()", bytes(16)), "its header"),
        (raw_npy("(" * 9000, bytes(16)), "its header"),
        (b"\x93NUMPY\x02\x00" + bytes(100), "no array in the npy format 1.0"),
        (b"\x93NUMPY\x01\x00\xff\xff" + bytes(100), "its header"),
        (b"\x93NU", "no array in the npy format"),
        (b"", "no array in the npy format"),
    ],
)
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_absurd_arrays(contents, words, compression):
    error = refuse(npz([("data.npy", contents)], compression=compression), words)
    assert error.member == "data"


@pytest.mark.filterwarnings("ignore:Duplicate name")  # zipfile, on writing
def test_equal_names():
    refuse(npz([("data.npy", [1.0]), ("data.npy", [2.0])]), "same name")


def patched(contents, central, local, value, size=4):
    """An archive with a number changed in the last entry of its table of contents, and in the first local header."""
    damaged = bytearray(contents)
    start = damaged.rindex(b"PK\x01\x02") + central
    damaged[start : start + size] = value.to_bytes(size, "little")
    if local is not None:
        damaged[local : local + size] = value.to_bytes(size, "little")
    return bytes(damaged)


def test_an_encrypted_archive():
    refuse(patched(npz([("data.npy", [1.0])]), 8, 6, 1, 2), "encrypted")


def test_entries_that_overlap():
    contents = npz([("data.npy", [1.0]), ("grad.npy", [1.0])])
    refuse(patched(contents, 42, None, 0), "damaged|overlap")
    refuse(patched(contents, 42, None, 2**32 - 2), "damaged|overlap|between")


@pytest.mark.parametrize("size", [2**32 - 2, 2**31, 10**6])
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_sizes_that_lie(size, compression):
    contents = npz([("data.npy", raw_npy(header(shape=f"({size // 8},)"), bytes(16)))], compression=compression)
    one_lie = patched(contents, 24, 22, size)
    for liar in (one_lie, patched(one_lie, 20, 18, size)):
        tracemalloc.start()
        try:
            refuse(liar, "cannot have been stored|damaged")
            assert tracemalloc.get_traced_memory()[1] < 10**6
        finally:
            tracemalloc.stop()


def test_sizes_in_64_bits_that_lie():
    """With 0xFFFFFFFF in the ordinary field, the size stands in an extra one."""
    size = 2**63
    extra = struct.pack("<HHQQ", 1, 16, size, size)
    info = zipfile.ZipInfo("data.npy")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(info, npy([1.0]))
        info.extra = extra  # in the table of contents alone
        info.file_size = info.compress_size = 2**32 - 1
    for liar in (file.getvalue(), patched(patched(file.getvalue(), 20, None, 2**32 - 1), 24, None, 2**32 - 1)):
        refuse(liar, "damaged|cannot have been stored|memory")


def test_a_bomb_is_not_ignited():
    """Sixteen megabytes of zeros in sixteen kilobytes."""
    bomb = npz([("data.npy", np.zeros(2**21))], compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 2**15
    tracemalloc.start()
    try:
        error = refuse(bomb, "more than 1000000.*allow more with `max_bytes`", max_bytes=10**6)
        assert tracemalloc.get_traced_memory()[1] < 10**6
    finally:
        tracemalloc.stop()
    assert error.member is None
    assert mg.load(io.BytesIO(bomb), max_bytes=2**25).size == 2**21


def test_the_limit_is_for_all_arrays_together(tmp_path):
    mg.save(tmp_path / "many", [np.zeros(1000) for _ in range(10)], compressed=True)
    with pytest.raises(CorruptFileError, match="max_bytes"):
        mg.load(tmp_path / "many", max_bytes=50_000)
    assert len(mg.load(tmp_path / "many", max_bytes=100_000)) == 10


def test_the_limit_is_for_the_manifest_too():
    """Half a megabyte of JSON makes twelve of empty dicts."""
    manifest = np.array(b'{"format": "mygrad", "version": 1, "tree": {"list": [' + b"{}," * 150_000 + b"1]}}")
    contents = npz([("manifest.npy", manifest)], compression=zipfile.ZIP_DEFLATED)
    tracemalloc.start()
    try:
        refuse(contents, "max_bytes", max_bytes=10**6)
        assert tracemalloc.get_traced_memory()[1] < 10**6
    finally:
        tracemalloc.stop()
    refuse(contents, "none of mygrad's")


def test_by_default_there_is_a_limit():
    """Five gigabytes, it says; what a byte can be decompressed to would allow it."""
    contents = npz([("data.npy", bytes(2**23))], compression=zipfile.ZIP_STORED)
    damaged = bytearray(patched(contents, 24, 22, 2**32 - 2))
    start = damaged.rindex(b"PK\x01\x02") + 10
    damaged[start : start + 2] = damaged[8:10] = (8).to_bytes(2, "little")
    refuse(bytes(damaged), "damaged|array in the npy format")  # still within it
    with pytest.raises(CorruptFileError, match="more than 8388"):
        mg.load(io.BytesIO(damaged), max_bytes=8_388_000)


def test_a_stream_without_an_end():
    class Zeros:
        def read(self, size):
            return bytes(size)

    with pytest.raises(CorruptFileError, match=r"more than 5000000 bytes came"):
        mg.load(Zeros(), max_bytes=5_000_000)


def test_what_the_system_says_is_passed_on():
    """A disk that cannot be read is not a file that is damaged."""

    class Broken(io.BytesIO):
        def read(self, *_args):
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        mg.load(Broken(b"PK"))


def test_the_error(tmp_path):
    path = tmp_path / "x.npz"
    np.savez(path, data=np.array([{}]))
    with pytest.raises(CorruptFileError) as caught:
        mg.load(path)
    error = caught.value
    assert isinstance(error, ValueError)
    assert (error.path, error.member) == (str(path), "data")
    assert str(error) == f"{path}, array 'data': {error.reason}"
    for copied in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert (str(copied), vars(copied)) == (str(error), vars(error))
    with path.open("rb") as file, pytest.raises(CorruptFileError) as caught:
        mg.load(file)
    assert caught.value.path == str(path)
    assert refuse(b"", "^the file: it is empty").path is None
