"""Paths, and what becomes of the file that was there before."""

import errno
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

import mygrad as mg
from mygrad.io import _atomic

posix = pytest.mark.skipif(os.name != "posix", reason="permissions and links as POSIX has them")


@pytest.mark.parametrize("name", ["tensor", "tensor.npz", "tensor.v1", "größe"])
@pytest.mark.parametrize("kind", [str, Path])
def test_a_path_loads_as_it_was_saved(tmp_path, name, kind):
    mg.save(kind(tmp_path / name), mg.tensor([1.0, 2.0]))
    (tmp_path / name.removesuffix(".npz")).mkdir()  # which is not in the way
    path = kind(tmp_path / name)
    assert mg.load(path).tolist() == [1.0, 2.0]
    stem = str(path).removesuffix(".npz")
    assert mg.load(stem).tolist() == mg.load(f"{stem}.npz").tolist() == [1.0, 2.0]
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.is_file()) == [".npz"]


def test_a_relative_path_is_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mg.save("here", 1)
    assert mg.load("here") == 1
    assert os.listdir() == ["here.npz"]


def test_a_file_that_was_renamed_loads(tmp_path):
    mg.save(tmp_path / "a", 1)
    (tmp_path / "a.npz").rename(tmp_path / "a.checkpoint")
    assert mg.load(tmp_path / "a.checkpoint") == 1


def test_a_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="missing"):
        mg.load(tmp_path / "missing")
    with pytest.raises(FileNotFoundError, match=r"nowhere.file\.npz"):
        mg.save(tmp_path / "nowhere" / "file", 1)
    with pytest.raises(IsADirectoryError):
        mg.load(tmp_path)
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(IsADirectoryError):
        mg.save(tmp_path / "folder", 1)


PASS = {  # what saves and loads, and what is saved
    "mygrad": (mg.save, mg.load, mg.arange(3.0)),
    "safetensors": (mg.io.save_safetensors, mg.io.load_safetensors, {"x": mg.arange(3.0)}),
}


@pytest.mark.parametrize(("save", "load", "what"), PASS.values(), ids=PASS)
def test_names_that_name_no_file(tmp_path, monkeypatch, save, load, what):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    for name in ("", "a\0b", "folder/\0"):
        with pytest.raises(ValueError, match="a file needs a name, without null characters in it"):
            save(name, what)
        with pytest.raises(ValueError, match="a file needs a name, without null characters in it"):
            load(name)
    for name in ("folder/", "nowhere/", ".", "..", "folder/.", Path(), Path("folder", "..")):
        with pytest.raises(IsADirectoryError) as caught:
            save(name, what)
        assert caught.value.filename == os.fspath(name)
        with pytest.raises(IsADirectoryError):
            load(name)
    with pytest.raises(OSError, match="too long"):
        save("a" * 1000, what)
    with pytest.raises(TypeError, match="a file is a path or a binary file object that can write, not bytes"):
        save(b"name", what)
    assert os.listdir() == ["folder"]
    assert os.listdir("folder") == []


@posix
@pytest.mark.parametrize(("save", "load", "what"), PASS.values(), ids=PASS)
def test_devices_are_written_to_as_by_open(tmp_path, save, load, what):
    ending = ".npz" if save is mg.save else ".safetensors"
    for name in ("null", "full", "zero"):
        (tmp_path / f"{name}{ending}").symlink_to(f"/dev/{name}")
    save(tmp_path / "null", what)
    save(tmp_path / "zero", what)
    with pytest.raises(OSError, match="No space"):
        save(tmp_path / "full", what)
    for name in ("null", "zero"):
        with pytest.raises(mg.io.CorruptFileError):
            load(tmp_path / name)
    assert len(os.listdir(tmp_path)) == 3
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def fail(*_args, **_kwargs):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    ("owner", "name"), [(np.lib.format, "write_array"), (_atomic.os, "fsync"), (_atomic.os, "replace")]
)
def test_a_save_that_fails_leaves_the_old_file(tmp_path, monkeypatch, owner, name):
    mg.save(tmp_path / "file", mg.tensor([1.0, 2.0]))
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, fail)
        with pytest.raises(OSError, match="No space"):
            mg.save(tmp_path / "file", mg.tensor([3.0]))
    assert mg.load(tmp_path / "file").tolist() == [1.0, 2.0]
    assert os.listdir(tmp_path) == ["file.npz"]


def test_an_interrupted_save_leaves_the_old_file(tmp_path, monkeypatch):
    def interrupt(*_args, **_kwargs):
        raise KeyboardInterrupt

    mg.save(tmp_path / "file", 1)
    with monkeypatch.context() as patch:
        patch.setattr(np.lib.format, "write_array", interrupt)
        with pytest.raises(KeyboardInterrupt):
            mg.save(tmp_path / "file", 2)
    assert mg.load(tmp_path / "file") == 1
    assert os.listdir(tmp_path) == ["file.npz"]


@posix
def test_a_disk_that_is_full_costs_nothing(tmp_path):
    """The system itself refuses to write more than some bytes."""
    mg.save(tmp_path / "file", mg.tensor([1.0, 2.0]))
    program = (
        "import resource, signal, sys; import mygrad as mg\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n    mg.save(sys.argv[1], mg.zeros(1_000_000))\n"
        "except OSError as error:\n    print(error.errno)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "file"], capture_output=True, text=True, timeout=60
    )
    assert not done.returncode, done.stderr
    assert int(done.stdout) == errno.EFBIG
    assert mg.load(tmp_path / "file").tolist() == [1.0, 2.0]
    assert os.listdir(tmp_path) == ["file.npz"]


def test_what_is_saved_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    events = []
    fsync, replace = os.fsync, os.replace

    def noting_fsync(descriptor):
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        events.append(("sync folder" if is_folder else "sync", os.fstat(descriptor).st_size if not is_folder else None))
        fsync(descriptor)

    def noting_replace(source, target):
        assert os.path.dirname(source) == os.path.dirname(target)
        events.append(("replace", os.stat(source).st_size))
        replace(source, target)

    monkeypatch.setattr(_atomic.os, "fsync", noting_fsync)
    monkeypatch.setattr(_atomic.os, "replace", noting_replace)
    mg.save(tmp_path / "file", mg.arange(100.0))
    size = (tmp_path / "file.npz").stat().st_size
    assert events[:2] == [("sync", size), ("replace", size)]
    assert events[2:] == ([("sync folder", None)] if os.name == "posix" else [])


@posix
@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_a_new_file_has_the_permissions_that_open_gives(tmp_path, umask):
    old = os.umask(umask)
    try:
        mg.save(tmp_path / "file", 1)
        (tmp_path / "plain").open("wb").close()
    finally:
        os.umask(old)
    assert (tmp_path / "file.npz").stat().st_mode == (tmp_path / "plain").stat().st_mode


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_an_old_file_keeps_its_permissions(tmp_path, mode):
    mg.save(tmp_path / "file", 1)
    (tmp_path / "file.npz").chmod(mode)
    mg.save(tmp_path / "file", 2)
    assert stat.S_IMODE((tmp_path / "file.npz").stat().st_mode) == mode
    assert mg.load(tmp_path / "file") == 2


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o604, 0o400, None])
def test_nobody_can_read_the_new_file_who_cannot_read_the_old_one(tmp_path, monkeypatch, mode):
    """After each call of the system, and while the arrays are written."""
    if mode is not None:
        mg.save(tmp_path / "file", 1)
        (tmp_path / "file.npz").chmod(mode)
    seen = []

    def watching(function):
        def watch(*args, **kwargs):
            result = function(*args, **kwargs)
            new = [name for name in os.listdir(tmp_path) if name.startswith(".mygrad-")]
            seen.extend(stat.S_IMODE(os.lstat(tmp_path / name).st_mode) for name in new)
            return result

        return watch

    umask = os.umask(0o022)
    try:
        with monkeypatch.context() as patch:
            for name in ("open", "stat", "fstat", "chmod", "fchmod", "chown", "fchown", "access", "fsync", "replace"):
                patch.setattr(_atomic.os, name, watching(getattr(os, name)))
            patch.setattr(np.lib.format, "write_array", watching(np.lib.format.write_array))
            mg.save(tmp_path / "file", mg.arange(1000.0))
    finally:
        os.umask(umask)
    allowed = 0o644 if mode is None else mode
    assert len(seen) > 3
    assert all(not found & 0o077 & ~allowed for found in seen)
    assert stat.S_IMODE((tmp_path / "file.npz").stat().st_mode) == allowed


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize(
    ("mode", "kept", "lost"),
    [
        (0o640, 0o640, 0o600),
        (0o660, 0o660, 0o600),
        (0o604, 0o604, 0o600),
        (0o664, 0o664, 0o644),
        (0o4755, 0o4755, 0o755),
    ],
)
def test_an_old_file_keeps_its_group_or_shows_less(tmp_path, monkeypatch, mode, kept, lost):
    for allowed, expected in ((True, kept), (False, lost)):
        mg.save(tmp_path / "file", 1)
        os.chown(tmp_path / "file.npz", 1234, 4321)
        os.chmod(tmp_path / "file.npz", mode)
        with monkeypatch.context() as patch:
            if not allowed:
                patch.setattr(_atomic.os, "fchown", fail)
            mg.save(tmp_path / "file", 2)
        about = (tmp_path / "file.npz").stat()
        assert stat.S_IMODE(about.st_mode) == expected
        assert (about.st_uid, about.st_gid) == ((1234, 4321) if allowed else (os.geteuid(), os.getegid()))
        (tmp_path / "file.npz").unlink()


@posix
def test_a_file_that_may_not_be_written_is_not_replaced(tmp_path, monkeypatch):
    mg.save(tmp_path / "file", 1)
    (tmp_path / "file.npz").chmod(0o444)
    monkeypatch.setattr(_atomic.os, "access", lambda *_args, **_options: False)  # as for everybody but root
    with pytest.raises(PermissionError, match=r"file\.npz"):
        mg.save(tmp_path / "file", 2)
    assert mg.load(tmp_path / "file") == 1


@posix
@pytest.mark.parametrize("exists", [True, False])
def test_a_symbolic_link_stays_one(tmp_path, exists):
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "target.bin"
    if exists:
        mg.save(tmp_path / "old", 1)
        (tmp_path / "old.npz").rename(target)
    (tmp_path / "link.npz").symlink_to(Path("real") / "target.bin")
    mg.save(tmp_path / "link", 2)
    assert (tmp_path / "link.npz").is_symlink()
    assert mg.load(target) == mg.load(tmp_path / "link") == 2
    assert os.listdir(tmp_path / "real") == ["target.bin"]


@posix
def test_a_link_to_itself_is_an_error(tmp_path):
    (tmp_path / "loop.npz").symlink_to("loop.npz")
    with pytest.raises(OSError, match="symbolic links"):
        mg.save(tmp_path / "loop", 1)
    assert (tmp_path / "loop.npz").is_symlink()


@posix
def test_a_pipe_with_a_name_is_written_to_and_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe.npz")
    thread = threading.Thread(target=mg.save, args=(tmp_path / "pipe", [1, 2]))
    thread.start()
    assert mg.load(tmp_path / "pipe") == [1, 2]
    thread.join()
    assert stat.S_ISFIFO((tmp_path / "pipe.npz").stat().st_mode)
