"""Snapshots: what is saved is loaded, and only for the same pictures and settings."""

import pytest
import torch

from audiostyle.errors import PictureReadError, PictureWriteError
from audiostyle.image.optimization.snapshots import SnapshotFolder, compute_fingerprint
from audiostyle.style.descent import DescentState

PICTURE = torch.rand(1, 3, 6, 8)
STATE = DescentState(torch.randn(1, 192), 50, 0.125, {"loss.generator": torch.arange(9, dtype=torch.uint8)})


def test_what_is_saved_is_loaded(tmp_path):
    folder = SnapshotFolder(tmp_path / "new", "abc")
    assert folder.load() is None
    folder.save(1, STATE, PICTURE)
    stage, state = folder.load()
    assert (stage, state.iteration, state.value) == (1, 50, 0.125)
    assert torch.equal(state.point, STATE.point)
    assert torch.equal(state.extra["loss.generator"], STATE.extra["loss.generator"])
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["2-00050.png", "last.safetensors"]


def test_of_other_settings_it_is_refused(tmp_path):
    SnapshotFolder(tmp_path, "abc").save(0, STATE, PICTURE)
    with pytest.raises(PictureReadError, match="of other pictures or settings; name another folder"):
        SnapshotFolder(tmp_path, "abd").load()


@pytest.mark.parametrize("content", [b"", b"\x10" * 40, b"\xff" * 9])
def test_damaged_it_is_refused_in_one_line(tmp_path, content):
    (tmp_path / "last.safetensors").write_bytes(content)
    with pytest.raises(PictureReadError, match="no snapshot that can be read") as caught:
        SnapshotFolder(tmp_path, "abc").load()
    assert "\n" not in str(caught.value)


def test_pictures_are_written_now_and_then(tmp_path):
    folder = SnapshotFolder(tmp_path, "abc", every=2)
    for iteration in (10, 20, 30):
        folder.save(0, DescentState(STATE.point, iteration), PICTURE)
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["1-00010.png", "1-00030.png"]


def test_a_folder_that_is_a_file_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PictureWriteError):
        SnapshotFolder(tmp_path / "file", "abc").save(0, STATE, PICTURE)


def test_fingerprints_tell_pictures_settings_and_shapes_apart():
    zeros = torch.zeros(3, 4, 2)
    found = {
        compute_fingerprint([zeros], {"a": 1}),
        compute_fingerprint([zeros], {"a": 2}),
        compute_fingerprint([zeros + 1], {"a": 1}),
        compute_fingerprint([zeros.reshape(3, 2, 4)], {"a": 1}),
    }
    assert len(found) == 4
