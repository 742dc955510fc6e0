"""Whatever happens to a file: loading it gives what was saved, or CorruptFileError.

With HYPOTHESIS_PROFILE=nightly every cut, every bit and 100,000 random mutations of each file are tried; otherwise a
share of them.
"""

import io
import json
import os
import random
import warnings
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

import mygrad as mg
from mygrad.io import CorruptFileError


def tree():
    x = mg.tensor([1.0, 2.0])
    (x * x).backward()
    return {"x": x, "n": np.array([[1, 2], [3, 4]], dtype=">i2", order="F"), "steps": 7}


def saved(tree, **options):
    file = io.BytesIO()
    mg.save(file, tree, **options)
    return file.getvalue()


def to_path(tree):
    """The same as in a file on a disk: there, zipfile can go back and complete the headers."""
    with TemporaryDirectory() as folder:
        mg.save(Path(folder, "x"), tree)
        return Path(folder, "x.npz").read_bytes()


FILES = {
    "stored": to_path(tree()),
    "compressed": saved(tree(), compressed=True),
    "streamed": saved(tree()),
    "mygrad 2": (Path(__file__).parent / "data" / "mygrad-2.5.0.npz").read_bytes(),
}
files = pytest.mark.parametrize("contents", FILES.values(), ids=FILES.keys())


@pytest.fixture(scope="session")
def outcome(same):
    """What becomes of a damaged file: True if it loads all the same, False if it is refused; else the test fails."""

    def outcome(damaged, expected):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                loaded = mg.load(io.BytesIO(damaged))
        except CorruptFileError:
            return False
        assert same(loaded, expected), "something else was loaded, without a word"
        return True

    return outcome


def load(contents):
    return mg.load(io.BytesIO(contents))


@files
def test_cut_short(contents, outcome):
    assert not any(outcome(contents[:size], None) for size in range(len(contents)))


@files
def test_every_bit(contents, outcome, long):
    """Unless it is to be thorough, one bit of every byte."""
    expected = load(contents)
    harmless = refused = 0
    for position in range(len(contents)):
        for bit in range(8) if long else (position % 8,):
            damaged = bytearray(contents)
            damaged[position] ^= 1 << bit
            if outcome(bytes(damaged), expected):
                harmless += 1
            else:
                refused += 1
    assert refused > harmless
    print(f"{harmless + refused} bits: {refused} refused, {harmless} harmless")


def mutated(contents, rng):
    """Some damage of the kinds that happen, and of those that are done on purpose."""
    damaged = bytearray(contents)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        start = rng.randrange(len(damaged) + 1)
        length = min(rng.choice((1, 1, 2, 4, 8, 64, 300)), len(damaged) - start)
        piece = damaged[start : start + length]
        match rng.randrange(9):
            case 0:
                damaged[start : start + length] = rng.randbytes(length)
            case 1:
                damaged[start : start + length] = bytes(length)
            case 2:
                damaged[start : start + length] = b"\xff" * length
            case 3:
                del damaged[start : start + length]
            case 4:
                damaged[start:start] = piece
            case 5:
                damaged[start:start] = rng.randbytes(length)
            case 6:  # a piece from elsewhere: often another header
                other = rng.randrange(len(damaged) + 1)
                damaged[other : other + length] = piece
            case 7 if length:
                damaged[start] ^= 1 << rng.randrange(8)
            case _:  # a number in the headers that is too large by one, or too small
                if length:
                    damaged[start] = (damaged[start] + rng.choice((-1, 1))) % 256
        if not damaged:
            break
    return bytes(damaged)


@files
def test_random_damage(contents, outcome, long):
    rng = random.Random(os.environ.get("MYGRAD_FUZZ_SEED", "0"))
    expected = load(contents)
    harmless = 0
    count = 100_000 if long else 1000
    for _ in range(count):
        harmless += outcome(mutated(contents, rng), expected)
    assert harmless < count / 2
    print(f"{count} mutations: {count - harmless} refused, {harmless} harmless")


def edited(node, rng):
    """JSON in which something is replaced by something else of it, left out, or said twice."""
    parts = []

    def collect(part):
        parts.append(part)
        for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            collect(inner)

    collect(node)
    target, other = rng.choice(parts), rng.choice([*parts, None, -1, 2**70, 0.5, "", "x", [], {}, True])
    if isinstance(target, dict) and target:
        key = rng.choice(list(target))
        other = target.pop(key) if rng.random() < 0.2 else other
        target[rng.choice([key, key, key, *target, "x"])] = other
    elif isinstance(target, list) and target:
        target[rng.randrange(len(target)) :] = [other] * rng.randrange(3)
    return node


def test_random_damage_with_correct_checksums(long):
    """As somebody may do it on purpose. Then other values may load, but only CorruptFileError may be raised."""
    rng = random.Random(os.environ.get("MYGRAD_FUZZ_SEED", "0"))
    with zipfile.ZipFile(io.BytesIO(FILES["stored"])) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    start = members["manifest.npy"].index(b"\n") + 1
    loaded, count = 0, 100_000 if long else 1000
    for _ in range(count):
        file, damaged = io.BytesIO(), dict(members)
        if rng.random() < 0.5:
            manifest = edited(json.loads(members["manifest.npy"][start:]), rng)
            with io.BytesIO() as npy:
                # One that refers to itself cannot be written.
                try:
                    text = json.dumps(manifest)
                except (ValueError, RecursionError):
                    continue
                np.lib.format.write_array(npy, np.array(text.encode()))
                damaged["manifest.npy"] = npy.getvalue()
        else:
            name = rng.choice(list(members))
            damaged[name] = mutated(members[name], rng)
        with zipfile.ZipFile(file, "w") as archive:
            for name, contents in damaged.items():
                archive.writestr(name, contents)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                load(file.getvalue())
            loaded += 1
        except CorruptFileError:
            pass
    assert 0 < loaded < count / 2
    print(f"{count} mutations with correct checksums: {loaded} loaded")


def test_damage_outside_of_mapped_arrays(tmp_path, same, long):
    """Mapped arrays are not compared with their checksums; all else is."""
    expected = tree()
    contents = FILES["stored"]
    spans = [
        (start, start + array.nbytes)
        for array in (expected["x"].data, expected["n"])
        if (start := contents.index(array.tobytes("A"))) % 64 == 0
    ]
    assert len(spans) == 2
    path = tmp_path / "x.npz"
    for position in range(0, len(contents), 1 if long else 3):
        if any(start <= position < stop for start, stop in spans):
            continue
        for bit in range(8) if long else (position % 8,):
            damaged = bytearray(contents)
            damaged[position] ^= 1 << bit
            path.write_bytes(damaged)
            try:
                loaded = mg.load(path, mmap_mode="r")
            except CorruptFileError:
                continue
            assert same(loaded, expected)
