"""Finding recordings: what counts as one, in which order, and what does not."""

import numpy as np
import pytest
import soundfile

from audiostyle.errors import TrainingError
from audiostyle.training.recordings import find_recordings, keep_readable


def touch(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_recordings_are_found_in_order_at_any_depth(tmp_path):
    touch(tmp_path, "b.wav", "a.FLAC", "deep/er/c.mp3")
    names = [path.relative_to(tmp_path).as_posix() for path in find_recordings(tmp_path)]
    assert names == ["a.FLAC", "b.wav", "deep/er/c.mp3"]


def test_hidden_files_other_files_and_folders_are_none(tmp_path):
    touch(tmp_path, "one.wav", ".hidden.wav", "notes.mid", "text.txt", "folder.wav/readme")
    assert [path.name for path in find_recordings(tmp_path)] == ["one.wav"]


def test_what_a_training_prepares_is_none(tmp_path):
    touch(tmp_path, "one.wav", "run/prepared/0000.flac")
    assert [path.name for path in find_recordings(tmp_path, tmp_path / "run")] == ["one.wav"]
    assert len(find_recordings(tmp_path)) == 2


@pytest.mark.parametrize("folder", ["empty", "nowhere"])
def test_a_folder_without_any_says_what_to_put_there(tmp_path, folder):
    (tmp_path / "empty").mkdir()
    with pytest.raises(TrainingError, match=rf"{folder}: no recordings; put some .*\.wav"):
        find_recordings(tmp_path / folder)


def test_what_cannot_be_opened_is_left_out_and_named_all_at_once(tmp_path, caplog):
    touch(tmp_path, "empty.wav")
    (tmp_path / "text.mp3").write_text("no sound at all")
    soundfile.write(tmp_path / "good.wav", np.full(800, 0.1), 8000)
    assert keep_readable(find_recordings(tmp_path)) == [tmp_path / "good.wav"]
    assert caplog.text.count("left out: ") == 2 and "empty.wav" in caplog.text and "text.mp3" in caplog.text
    (tmp_path / "good.wav").unlink()
    with pytest.raises(TrainingError, match=r"empty\.wav: .*and 1 others cannot be read"):
        keep_readable(find_recordings(tmp_path))
