"""All or nothing: the output is there whole, or neither it nor a trace of it."""

import os
from pathlib import Path

import pytest
import soundfile

from audiostyle.errors import AudioWriteError
from audiostyle.sound.atomic import AtomicAudioFile, explain_audio_errors


def check_failure(path: object, *words: str) -> None:
    with pytest.raises(AudioWriteError) as error:
        AtomicAudioFile(path)  # type: ignore[arg-type]
    message = str(error.value)
    assert message.startswith(f"{path}: ") and "\n" not in message
    assert all(word in message for word in words), message


def test_commit_gives_the_name_and_replaces(tmp_path: Path):
    (tmp_path / "a.wav").write_bytes(b"old")
    output = AtomicAudioFile(tmp_path / "a.wav")
    output.temporary.write_bytes(b"new")
    assert (tmp_path / "a.wav").read_bytes() == b"old"
    output.commit()
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a.wav": b"new"}


def test_discard_leaves_nothing_and_may_be_repeated(tmp_path: Path):
    output = AtomicAudioFile(tmp_path / "a.wav")
    output.discard()
    output.discard()
    assert not list(tmp_path.iterdir())


def test_what_a_kill_would_leave_is_hidden_and_says_whose_it_is(tmp_path: Path):
    AtomicAudioFile(tmp_path / "a.wav")
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".audiostyle-") and left.suffix == ".part"


def test_two_outputs_at_once_do_not_share_a_temporary(tmp_path: Path):
    assert AtomicAudioFile(tmp_path / "a.wav").temporary != AtomicAudioFile(tmp_path / "a.wav").temporary


def test_the_output_has_the_permissions_of_any_new_file(tmp_path: Path):
    (tmp_path / "other").touch()
    AtomicAudioFile(tmp_path / "a.wav").commit()
    assert (tmp_path / "a.wav").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_missing_folders_are_made(tmp_path: Path):
    AtomicAudioFile(tmp_path / "new" / "deep" / "a.wav").commit()
    assert (tmp_path / "new" / "deep" / "a.wav").is_file()


def test_a_link_is_followed_not_replaced(tmp_path: Path):
    target, link = tmp_path / "there" / "a.wav", tmp_path / "link.wav"
    link.symlink_to(target)
    AtomicAudioFile(link).commit()
    assert link.is_symlink() and target.is_file()


def test_targets_that_are_no_files(tmp_path: Path):
    check_failure(tmp_path, "is a folder")
    check_failure(os.devnull, "not a file")
    assert not os.path.isfile(os.devnull)


def test_folders_that_cannot_be_written_or_made(unprivileged_folder: Path):
    (unprivileged_folder / "file").touch()
    check_failure(unprivileged_folder / "file" / "a.wav", "another name or folder")
    unprivileged_folder.chmod(0o555)
    check_failure(unprivileged_folder / "a.wav", "Permission denied", "a folder that you may write to")
    check_failure(unprivileged_folder / "new" / "a.wav", "Permission denied")


def test_a_name_that_is_too_long_leaves_no_temporary(tmp_path: Path):
    check_failure(tmp_path / ("a" * 300), "shorter name")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), soundfile.LibsndfileError(2, "a: ")]
)
def test_a_full_disk_is_one_line_whoever_notices_it(error: Exception):
    message = r"^a\.wav: cannot be written .*; make room on the disk"
    with pytest.raises(AudioWriteError, match=message), explain_audio_errors("a.wav"):
        raise error


def test_interruptions_are_not_explained_away():
    with pytest.raises(KeyboardInterrupt), explain_audio_errors("a.wav"):
        raise KeyboardInterrupt


def test_a_file_that_cannot_be_opened_is_no_full_disk(monkeypatch):
    problem = soundfile.SoundFileRuntimeError("Error opening b'/tmp/.audiostyle-1.part': System error.")
    with (
        pytest.raises(
            AudioWriteError, match=r"^a\.wav: cannot be written \(System error: is the disk full\?"
        ),
        explain_audio_errors("a.wav"),
    ):
        raise problem

    def fail(*_):
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(os, "open", fail)
    with (
        pytest.raises(AudioWriteError, match=r"cannot be written \(Too many open files\)"),
        explain_audio_errors("a.wav"),
    ):
        raise problem
