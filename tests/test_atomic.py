"""Whose file it is decides which error is raised; everything else is tested where sound uses it."""

import os
from pathlib import Path

import pytest

from audiostyle.atomic import AtomicFile, check_writable, explain_errors, write_atomically
from audiostyle.errors import AudiostyleError, AudioWriteError, PictureWriteError


@pytest.mark.parametrize("error_class", [AudioWriteError, PictureWriteError])
def test_every_failure_is_the_error_that_was_asked_for(tmp_path: Path, error_class):
    with pytest.raises(error_class, match="is a folder; name a file in it"):
        AtomicFile(tmp_path, error_class)
    with (
        pytest.raises(error_class, match=r"^a\.png: cannot be written \(No space left"),
        explain_errors("a.png", error_class),
    ):
        raise OSError(28, "No space left on device")


def test_a_folder_that_appears_under_the_name_meanwhile_is_one_line_and_leaves_no_name(tmp_path: Path):
    output = AtomicFile(tmp_path / "a.png", PictureWriteError)
    os.mkdir(tmp_path / "a.png")
    with pytest.raises(PictureWriteError, match="cannot be written"):
        output.commit()
    output.discard()
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_whether_an_output_can_be_written_is_known_before_it_is_and_leaves_nothing(tmp_path: Path):
    (tmp_path / "file").touch()
    check_writable(tmp_path / "new" / "a.png", PictureWriteError)
    check_writable(tmp_path / "file", PictureWriteError)
    for name in (".", "file/a.png", "x" * 300):
        with pytest.raises(PictureWriteError):
            check_writable(tmp_path / name, PictureWriteError)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "new"]


@pytest.mark.parametrize("name", ["s3://bucket/a.txt", "gs:/bucket/a.txt", "sftp://host/a.txt"])
def test_an_address_makes_no_folder_of_its_name(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with (
        pytest.raises(AudiostyleError, match="no place on this machine"),
        write_atomically(name, AudiostyleError),
    ):
        pass
    assert list(tmp_path.iterdir()) == []
    Path(Path(name).parts[0]).mkdir()  # who has such a folder means it
    with write_atomically(name, AudiostyleError) as temporary:
        temporary.write_text("whole")
    assert Path(name).read_text() == "whole"
