"""The bar is for eyes: it goes to a terminal's stderr and nowhere else, and leaves nothing behind."""

import os
import pty
import subprocess
import sys

import pytest

from audiostyle.cli.batch.progress import ProgressBars

SHOW = """
from audiostyle.cli.batch.progress import ProgressBars
import sys, time
with ProgressBars(["music/[bold]song.wav", "b.wav"], quiet=len(sys.argv) > 1) as bars:
    bars.update(0, 5.0, 61.0)
    bars.update(1, 2.0, None)
    time.sleep(0.2)
    bars.update(1, 0.25, 1.0)
    time.sleep(0.3)
    bars.finish(1)
    time.sleep(0.2)
    with bars.hide():
        print("a line")
    bars.update(0, 61.0, 61.0)
"""


def on_a_terminal(*arguments: str, **environment: str) -> str:
    main, secondary = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", SHOW, *arguments],
        stdout=subprocess.PIPE,
        stderr=secondary,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100", **environment},
    )
    os.close(secondary)
    shown = b""
    while True:
        try:
            piece = os.read(main, 4096)
        except OSError:  # Linux says so when the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(main)
    assert process.communicate()[0] == b"a line\n"
    assert process.wait() == 0
    return shown.decode()


def test_a_terminal_sees_names_and_seconds_of_audio():
    shown = on_a_terminal()
    assert "[1/2] [bold]song.wav" in shown
    assert "0:05/1:01" in shown
    assert "[2/2] b.wav" in shown
    assert "25%" in shown  # a share
    assert "all" in shown and "1/2" in shown


def test_quiet_is_silent():
    assert on_a_terminal("quiet") == ""


def test_no_color_where_none_is_wanted():
    assert "\x1b[3" in on_a_terminal()  # a color
    assert "\x1b[3" not in on_a_terminal(NO_COLOR="1").replace("\x1b[?25", "")


@pytest.mark.parametrize("quiet", [False, True])
def test_a_file_sees_nothing(capfd, quiet):
    with ProgressBars(["song.wav"], quiet=quiet) as bars:
        bars.update(0, 1.0, 2.0)
        with bars.hide():
            pass
        bars.finish(0)
    assert capfd.readouterr() == ("", "")
