"""Streams may be closed, full or broken; a name may hold anything; what is printed stays one line."""

import io
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.cli import streams
from audiostyle.cli.streams import ReaderGone, escape, flush_output, is_closed, write_line
from audiostyle.errors import AudioWriteError


@given(st.text() | st.text(st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp"])))
def test_what_is_shown_moves_no_cursor_and_turns_no_text(text):
    shown = escape(text)
    assert len(shown.splitlines()) <= 1
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in shown)
    assert not set(shown) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
    shown.encode()  # no half letters


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_letters_of_any_script_stay_as_they_are(text):
    assert escape(text) == text


def test_an_emoji_of_several_parts_stays_one():
    assert escape("👩\u200d🎤.wav") == "👩\u200d🎤.wav"


def test_a_reader_that_has_gone_is_told_from_other_failures(monkeypatch):
    class Broken(io.StringIO):
        def flush(self):
            raise BrokenPipeError(32, "Broken pipe")

    class Full(io.StringIO):
        def flush(self):
            raise OSError(28, "No space left on device")

    for stream, error in ((Broken(), ReaderGone), (Full(), AudioWriteError)):
        with pytest.raises(error):
            write_line("x", stream)
        monkeypatch.setattr(sys, "stdout", stream)
        with pytest.raises(error):
            flush_output()
    monkeypatch.setattr(sys, "stderr", Full())
    write_line("x", sys.stderr)  # there is no way left to tell


def test_a_stream_that_was_closed_is_known():
    assert is_closed(None) and not is_closed(io.StringIO())


def run(command: str, *arguments: str) -> subprocess.CompletedProcess:
    """Run a shell command in which ``"$@"`` is the program."""
    program = [sys.executable, "-m", "audiostyle", *arguments]
    return subprocess.run(["sh", "-c", command, "sh", *program], capture_output=True, text=True, timeout=300)


needs_shell = pytest.mark.skipif(os.name == "nt", reason="there is no such shell")


@needs_shell
@pytest.mark.parametrize(
    ("command", "code", "out", "err"),
    [
        ('"$@" <&-', 0, "MODEL", ""),
        ('"$@" >&-', 0, "", ""),
        ('"$@" 2>&-', 0, "MODEL", ""),
        ('"$@" <&- >&- 2>&-', 0, "", ""),
        ('"$@" 2>/dev/full', 0, "MODEL", ""),
        ('"$@" >/dev/full', 1, "", "audiostyle: standard output: cannot be written (No space left"),
        ('( "$@"; echo $? >&2 ) | true', 0, "", "141"),
    ],
)
def test_streams_in_any_state(command, code, out, err):
    if "| true" in command:
        command = command.replace('( "$@"', '( sleep 0.2; "$@"')
    done = run(command, "models", "list")
    assert done.returncode == code
    assert done.stdout.startswith(out) and bool(done.stdout) == bool(out)
    assert done.stderr.startswith(err) and done.stderr.count("\n") == (1 if err else 0)


@needs_shell
def test_an_error_with_nowhere_to_say_it_is_still_an_error():
    done = run('"$@" 2>&-', "translate", "gone.wav", "-d", "piano", "--model", "tiny")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


@needs_shell
@pytest.mark.parametrize(
    ("command", "arguments", "message"),
    [
        ('"$@" >&-', ["translate", "a.wav", "-d", "piano", "-o", "-"], "stdout is closed"),
        ('"$@" <&-', ["translate", "-", "-d", "piano", "-o", "b.wav"], "standard input: is closed"),
        ('"$@" <&-', ["transfer", "-", "a.wav", "-o", "b.wav"], "standard input: is closed"),
        ('"$@" <&-', ["image", "stylize", "-", "a.png", "-o", "b.png"], "standard input: is closed"),
    ],
)
def test_sound_cannot_go_through_a_stream_that_is_closed(song, picture, command, arguments, message):
    song("a.wav")
    picture("a.png")
    model = ["--model", "tiny"] if arguments[0] == "translate" else []
    done = run(command, *arguments, *model)
    assert done.returncode in {1, 2} and message in done.stderr and done.stderr.count("\n") == 1


def test_nothing_is_reconfigured_that_is_no_stream_of_text(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setattr(sys, "stderr", None)
    streams.prepare_streams()
    sys.stderr.write("goes nowhere")
    sys.stderr.close()
