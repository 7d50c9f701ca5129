"""Objects are there whole or not at all, and whatever a store says is one line with the address."""

import errno
import sys
from pathlib import Path

import pytest

from audiostyle.cli.batch import remote
from audiostyle.errors import AudioReadError, AudiostyleError, AudioWriteError


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(b"sound")
    return path


def test_what_is_put_is_fetched(store, file, tmp_path):
    remote.put(file, "memory://new/folder/a.wav")
    remote.fetch("memory://new/folder/a.wav", tmp_path / "b.wav")
    assert (tmp_path / "b.wav").read_bytes() == b"sound"
    assert store.find("") == ["/new/folder/a.wav"]


def test_what_was_there_is_replaced(store, file):
    store.pipe("/a.wav", b"old and longer")
    remote.put(file, "memory://a.wav")
    assert store.cat("/a.wav") == b"sound" and store.find("") == ["/a.wav"]


@pytest.mark.parametrize("old", [None, b"old"])
@pytest.mark.parametrize(
    "failure", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt(), RuntimeError("odd\nmore")]
)
def test_what_fails_on_the_way_leaves_what_was_there(store, file, monkeypatch, old, failure):
    if old:
        store.pipe("/a.wav", old)

    def put_half(self, lpath, rpath, **kwargs):
        self.pipe(rpath, Path(lpath).read_bytes()[:2])
        raise failure

    monkeypatch.setattr(type(store), "put_file", put_half)
    expected = KeyboardInterrupt if isinstance(failure, KeyboardInterrupt) else AudioWriteError
    with pytest.raises(expected) as caught:
        remote.put(file, "memory://a.wav")
    assert store.find("") == (["/a.wav"] if old else [])
    if expected is AudioWriteError:
        assert str(caught.value).startswith("memory://a.wav: cannot be written (")
        assert "\n" not in str(caught.value)


def test_what_arrives_short_is_no_object(store, file, monkeypatch):
    monkeypatch.setattr(type(store), "put_file", lambda self, lpath, rpath, **more: self.pipe(rpath, b"so"))
    with pytest.raises(AudioWriteError, match="another length"):
        remote.put(file, "memory://a.wav")
    assert store.find("") == []


def test_what_comes_short_is_no_file(store, tmp_path, monkeypatch):
    store.pipe("/a.wav", b"sound")
    monkeypatch.setattr(type(store), "get_file", lambda self, rpath, lpath: Path(lpath).write_bytes(b"so"))
    with pytest.raises(AudioReadError, match="2 of 5 bytes"):
        remote.fetch("memory://a.wav", tmp_path / "a.wav")


def test_where_renaming_does_not_replace_it_is_deleted_first(store, file, monkeypatch):
    store.pipe("/a.wav", b"old")

    plain = type(store).mv

    def move(self, path1, path2, **kwargs):
        if self.exists(path2):
            raise FileExistsError(path2)
        plain(self, path1, path2)

    monkeypatch.setattr(type(store), "mv", move)
    remote.put(file, "memory://a.wav")
    assert store.cat("/a.wav") == b"sound" and store.find("") == ["/a.wav"]


def test_a_store_whose_objects_appear_whole_is_written_to_at_once(store, file, monkeypatch):
    monkeypatch.setattr(type(store), "protocol", ("s3", "s3a"))
    monkeypatch.setattr(type(store), "mv", None)
    remote.put(file, "memory://a.wav")
    assert store.find("") == ["/a.wav"]


def test_only_what_was_left_of_these_objects_is_tidied_away(store, file, monkeypatch):
    def die(self, path1, path2, **kwargs):
        raise SystemExit

    for name in ("a.wav", "b.wav"):
        with monkeypatch.context() as patch, pytest.raises(SystemExit):
            patch.setattr(type(store), "mv", die)
            patch.setattr(type(store), "rm_file", lambda self, path: None)  # nobody tidies up after a kill
            remote.put(file, f"memory://out/{name}")
    store.pipe("/out/.audiostyle-notes.txt", b"mine")
    assert len(store.find("")) == 3
    remote.tidy(["memory://out/a.wav", "memory://elsewhere/a.wav"])
    assert len(store.find("")) == 2 and "/out/.audiostyle-notes.txt" in store.find("")
    remote.tidy(["memory://out/b.wav"])
    assert store.find("") == ["/out/.audiostyle-notes.txt"]


def test_what_is_not_there_is_said_so(store, tmp_path):
    with pytest.raises(AudioReadError, match=r"^memory://a.wav: cannot be read, there is no such object"):
        remote.fetch("memory://a.wav", tmp_path / "a.wav")


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (PermissionError("denied"), "credentials allow"),
        (type("NoCredentialsError", (Exception,), {})("none"), "credentials allow"),
        (NotImplementedError(), "choose another place"),
        (OSError(errno.ENOSPC, "No space left on device"), "TMPDIR"),
        (TimeoutError("slow"), "network"),
    ],
)
def test_each_failure_has_its_remedy(error, remedy):
    with pytest.raises(AudioReadError, match=remedy), remote.explain("s3://x", AudioReadError, "read"):
        raise error


def test_a_protocol_that_is_not_installed_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    with pytest.raises(AudiostyleError, match=r"^gs://b/a.wav: needs gcsfs; install it: pip install gcsfs$"):
        remote.open_system("gs://b/a.wav")
    with pytest.raises(AudiostyleError, match=r"no protocol 'nonsense'"):
        remote.open_system("nonsense://b/a.wav")


def test_without_fsspec_it_is_said_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(AudiostyleError, match=r"audiostyle\[remote\]"):
        remote.open_system("s3://b/a.wav")
