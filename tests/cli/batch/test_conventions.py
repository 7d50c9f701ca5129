"""A pipe is for sound or for JSON, and never for a person's terminal."""

import sys

import pytest

from audiostyle.cli.batch.conventions import check_stdout
from audiostyle.cli.console import UsageError


def test_a_file_is_never_a_problem():
    check_stdout(None, json=True)
    check_stdout("out.wav", json=True)


def test_stdout_has_room_for_one_thing(monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False, raising=False)
    check_stdout("-", json=False)
    with pytest.raises(UsageError, match="both need stdout"):
        check_stdout("-", json=True)


def test_a_terminal_gets_no_sound(monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    with pytest.raises(UsageError, match="stdout is a terminal"):
        check_stdout("-", json=False)
