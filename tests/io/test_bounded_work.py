"""Files that are small, and made to take long: what loading them costs is counted, and grows no faster than they do."""

import io
import json
import sys
import tracemalloc
import zipfile

import numpy as np
import pytest

import mygrad as mg
from mygrad.io import CorruptFileError


def npz(members, compression=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, contents in members:
            archive.writestr(f"{name}.npy", contents)
    return file.getvalue()


def npy(array):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array))
    return file.getvalue()


def with_tree(tree):
    """A file whose manifest holds this JSON."""
    manifest = b'{"format": "mygrad", "version": 1, "tree": ' + tree + b', "arrays": {}}'
    return npz([("manifest", npy(manifest))])


def listed(unit, count):
    return b'{"list": [' + b",".join([unit] * count) + b"]}"


def work(contents):
    """How many functions are called to load it, those written in C included, and what comes of it."""
    calls = 0

    def count(_frame, event, _argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    file = io.BytesIO(contents)
    sys.setprofile(count)
    try:
        result = mg.load(file)
    except CorruptFileError as error:
        result = error
    finally:
        sys.setprofile(None)
    return calls, result


EMPTIES = [b'{"list":[]}', b'{"tuple":[]}', b'{"dict":[]}', b'{"float":"nan"}', b"1", b'""', b"[]", b"{}"]


@pytest.mark.parametrize("unit", [*EMPTIES, b'{"list":[' * 90 + b"1" + b"]}" * 90, b'{"dict":[[{"tuple":[]},1]]}'])
def test_millions_of_values_in_a_few_kilobytes(unit):
    """They are refused before they are parsed."""
    contents = with_tree(listed(unit, 12_000_000 // (len(unit) + 1)))
    assert len(contents) < 50_000
    assert work(with_tree(b"1"))[1] == 1
    tracemalloc.start()
    try:
        calls, error = work(contents)
        assert tracemalloc.get_traced_memory()[1] < 30e6
    finally:
        tracemalloc.stop()
    assert "there are more than 1048576 values in it" in error.reason
    assert calls < 3000


@pytest.mark.parametrize("unit", [b'{"list":[]}', b'{"dict":[["a",1]]}', b'{"complex":[1.5,1.5]}', b"1"])
def test_the_work_grows_with_the_number_of_values(unit):
    before, once, twice = (work(with_tree(listed(unit, count)))[0] for count in (0, 10_000, 20_000))
    assert twice - before <= 2.01 * (once - before)
    assert once - before <= 30 * 10_000


def test_a_manifest_that_is_too_long():
    contents = with_tree(b'"' + b"a" * (2**24 + 2**17) + b'"')
    calls, error = work(contents)
    assert error.member == "manifest"
    assert "it is larger than any that mygrad.save writes" in error.reason
    assert calls < 3000


def test_what_would_not_load_is_not_saved():
    for tree in ([0] * 2**20, ["a" * 2**24]):
        with pytest.raises(ValueError, match=r"too many numbers or strings in lists and dicts .*put them in arrays"):
            mg.save(io.BytesIO(), tree)
    collisions = {i * (2**61 - 1): i for i in range(1000)}
    with pytest.raises(ValueError, match="too many keys of this dict have the same hash"):
        mg.save(io.BytesIO(), [collisions])
    file = io.BytesIO()
    mg.save(file, [0] * 2**18)
    file.seek(0)
    assert mg.load(file) == [0] * 2**18


@pytest.mark.parametrize("key", ["{}", '{{"tuple":[{},1]}}'])
def test_keys_that_collide(key):
    """Each would be compared with all others. The hash of an integer is its remainder by 2**61 - 1."""
    assert sys.hash_info.modulus == 2**61 - 1
    pairs = ",".join(f"[{key.format(i * (2**61 - 1))},1]" for i in range(20_000))
    _calls, error = work(with_tree(f'{{"dict": [{pairs}]}}'.encode()))
    assert "too many keys of a dict have the same hash" in error.reason


def test_keys_that_collide_by_chance_are_no_matter():
    """The powers of two have 61 hashes between them."""
    powers = {2.0**i: i for i in range(-1000, 1000)}
    file = io.BytesIO()
    mg.save(file, powers)
    file.seek(0)
    assert mg.load(file) == powers


def test_nested_to_the_limit_of_the_parser():
    for begin, end in (('{"complex":[1.5,', "]}"), ("[", "]"), ('{"x":', "}"), ('{"list":[', "]}")):
        for depth in (150, 450, 900, 5000):
            _calls, error = work(with_tree((begin * depth + "1.5" + end * depth).encode()))
            assert isinstance(error, CorruptFileError), depth


def test_headers_that_are_longer_than_any():
    """The size of an array of sixteen thousand axes is a number of a million bits."""
    shape = "(" + ", ".join(["9223372036854775807"] * 3000) + ")"
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    array = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text
    calls, error = work(npz([("data", array)]))
    assert "its header is not one that NumPy writes" in error.reason
    assert calls < 3000


@pytest.mark.filterwarnings("ignore:Duplicate name")  # zipfile, on writing
def test_many_members():
    """Of different names or of the same, with headers of all lengths: as much work as there are members."""

    def entries(count, name="{}"):
        return npz([(name.format(i) + "x" * (i % 1000), b"") for i in range(count)], zipfile.ZIP_STORED)

    for make in (entries, lambda count: npz([("same", b"")] * count, zipfile.ZIP_STORED)):
        calls = [work(make(count)) for count in (1000, 2000)]
        assert all(isinstance(error, CorruptFileError) for _calls, error in calls)
        assert calls[1][0] < 2.1 * calls[0][0]


def test_an_array_is_read_once():
    """However often it is referred to."""
    array = np.zeros(2**18)
    manifest = {
        "format": "mygrad",
        "version": 1,
        "tree": {"list": [{"array": "x"}] * 10_000},
        "arrays": {"x": {"dtype": "<f8", "order": "C", "shape": [2**18]}},
    }
    contents = npz([("x", npy(array)), ("manifest", npy(json.dumps(manifest).encode()))])
    assert len(contents) < 10_000
    tracemalloc.start()
    try:
        _calls, loaded = work(contents)
        assert tracemalloc.get_traced_memory()[1] < 4 * array.nbytes + 2**23
    finally:
        tracemalloc.stop()
    assert len(loaded) == 10_000
    assert all(one is loaded[0] for one in loaded)
