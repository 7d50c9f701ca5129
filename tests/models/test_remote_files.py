"""Fetching: a file gets its name only when it is the right one.  URLs are of files here."""

import hashlib

import pytest

from audiostyle.errors import ModelNotFound
from audiostyle.models.remote_files import VGGS, RemoteFile, fetch_file


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("AUDIOSTYLE_HOME", str(tmp_path / "home"))


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "vgg-x.pth"
    path.write_bytes(b"weights")
    return path


def make_remote(source, digest: str = hashlib.sha256(b"weights").hexdigest()[:8]) -> RemoteFile:
    return RemoteFile(source.as_uri(), digest)


def test_a_file_is_fetched_once(source):
    file = fetch_file(make_remote(source))
    assert file.read_bytes() == b"weights"
    assert "home" in file.parts
    source.unlink()
    assert fetch_file(make_remote(source)) == file


def test_another_file_is_not_kept(source):
    wanted = make_remote(source, "00000000")
    with pytest.raises(ModelNotFound, match="sha256"):
        fetch_file(wanted)
    assert list(wanted.file.parent.iterdir()) == []


def test_what_cannot_be_reached_is_one_line_with_a_remedy(tmp_path):
    missing = make_remote(tmp_path / "gone.pth")
    with pytest.raises(ModelNotFound, match=r"gone\.pth: cannot be fetched .*; put it at") as error:
        fetch_file(missing)
    assert "\n" not in str(error.value)


def test_offline_nothing_is_fetched_but_what_is_there_is_used(source):
    with pytest.raises(ModelNotFound, match="--offline"):
        fetch_file(make_remote(source), offline=True)
    file = fetch_file(make_remote(source))
    assert fetch_file(make_remote(source), offline=True) == file


def test_torchvision_names_its_files_by_their_sha256():
    for vgg in VGGS.values():
        assert vgg.file.stem.endswith(vgg.sha256)
