"""Whose file it is decides which error is raised; everything else is tested where sound uses it."""

import os
from pathlib import Path

import pytest

from audiostyle.atomic import AtomicFile, explain_errors
from audiostyle.errors import AudioWriteError, PictureWriteError


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
