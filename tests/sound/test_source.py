"""A source is something a decoder can open and rewind; everything else is one line of error."""

import io
import os
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from audiostyle.errors import AudioReadError
from audiostyle.sound import source
from audiostyle.sound.source import open_source


def check_failure(path: object, *words: str) -> None:
    with pytest.raises(AudioReadError) as error:
        open_source(path)  # type: ignore[arg-type]
    message = str(error.value)
    assert (
        message.startswith(f"{source.describe_source(str(path))}: ")
        and ";" in message
        and "\n" not in message
    )
    assert all(word in message for word in words), message


def pipe_in(monkeypatch: pytest.MonkeyPatch, data: io.BytesIO) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=data))


def test_a_file_is_its_path(tmp_path: Path):
    path = tmp_path / "a"
    path.write_bytes(b"x")
    assert open_source(str(path)) == path


def test_missing_folder_and_empty_file(tmp_path: Path):
    (tmp_path / "empty.wav").touch()
    check_failure(tmp_path / "no.wav", "no such file")
    check_failure(tmp_path / "no" / "no.wav", "no such file")
    check_failure(tmp_path, "is a folder")
    check_failure(tmp_path / "empty.wav", "0 bytes")
    check_failure(tmp_path / "empty.wav" / "x.wav", "cannot be opened")


def test_a_file_without_read_permission(unprivileged_folder: Path):
    path = unprivileged_folder / "locked.wav"
    path.write_bytes(b"x")
    path.chmod(0)
    check_failure(path, "Permission denied")


def test_standard_input_is_copied_and_can_be_rewound(monkeypatch: pytest.MonkeyPatch):
    pipe_in(monkeypatch, io.BytesIO(b"RIFF" * 1000))
    copy = open_source("-")
    assert not isinstance(copy, Path)
    with copy:
        assert copy.read() == b"RIFF" * 1000
        copy.seek(0)
        assert copy.read(4) == b"RIFF"


def test_a_named_pipe_is_copied_too(tmp_path: Path):
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"x" * 100_000,))
    writer.start()
    copy = open_source(pipe)
    writer.join()
    assert not isinstance(copy, Path)
    with copy:
        assert len(copy.read()) == 100_000


def test_standard_input_that_is_empty_or_a_terminal(monkeypatch: pytest.MonkeyPatch):
    pipe_in(monkeypatch, io.BytesIO())
    check_failure("-", "0 bytes", "standard input")
    terminal = io.BytesIO(b"x")
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    pipe_in(monkeypatch, terminal)
    check_failure("-", "is a terminal")


def test_no_room_for_the_copy(monkeypatch: pytest.MonkeyPatch):
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    pipe_in(monkeypatch, io.BytesIO(b"x"))
    monkeypatch.setattr(source.shutil, "copyfileobj", full)
    check_failure("-", "No space left on device", "make room")


@pytest.mark.parametrize("name", ["two\nlines.wav", "\x1b[2Jclear.wav", "tab\t\r.wav", "\u202egnp.wav"])
def test_names_with_codes_for_the_terminal_are_shown_as_text(tmp_path: Path, name: str):
    with pytest.raises(AudioReadError) as error:
        open_source(tmp_path / name)
    assert str(error.value).isprintable() and name not in str(error.value)


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="there are no such devices")
def test_a_device_without_an_end_fills_no_disk(monkeypatch):
    with pytest.raises(AudioReadError, match="/dev/zero: is a device and has no end"):
        open_source("/dev/zero")
    with pytest.raises(AudioReadError, match="/dev/null: is empty"):
        open_source("/dev/null")
    with open("/dev/zero") as endless:
        monkeypatch.setattr(sys, "stdin", endless)
        with pytest.raises(AudioReadError, match="standard input: is a device and has no end"):
            open_source("-")


def test_a_closed_standard_input_is_one_clear_error(monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(AudioReadError, match="standard input: is closed"):
        open_source("-")
