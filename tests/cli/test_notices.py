"""Our own notices are lines like all others; other libraries are silent unless asked."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from audiostyle.cli.notices import PrintHandler, listen_to_libraries


@pytest.fixture(autouse=True)
def as_before():
    log = logging.getLogger("audiostyle")
    handlers, level = log.handlers, log.level
    yield
    log.handlers = handlers
    log.setLevel(level)


def test_a_notice_is_one_escaped_line(capsys):
    listen_to_libraries(PrintHandler(), logging.WARNING)
    logging.getLogger("audiostyle.sound").warning("%s: is odd", "a\x1b[2J\nb.wav")
    logging.getLogger("audiostyle.sound").info("not wanted")
    logging.getLogger("another").warning("not ours")
    assert capsys.readouterr().err == "audiostyle: a\\x1b[2J\\nb.wav: is odd\n"


SCRIPT = """
import logging, sys, warnings
from audiostyle.cli.notices import PrintHandler, listen_to_libraries
listen_to_libraries(PrintHandler(), int(sys.argv[1]))
warnings.warn("careless")
logging.getLogger("audiostyle").warning("noticed")
logging.getLogger("another").warning("aside")
"""


@pytest.mark.parametrize(
    ("level", "heard"),
    [
        (logging.DEBUG, {"careless", "noticed", "aside"}),
        (logging.WARNING, {"noticed"}),
        (logging.ERROR, set()),
    ],
)
def test_what_is_heard_depends_on_the_level(level, heard):
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(level)], capture_output=True, text=True)
    assert {word for word in ("careless", "noticed", "aside") if word in done.stderr} == heard


@pytest.mark.parametrize("jobs", [1, 2])
def test_notices_of_workers_and_of_the_command_alike(audiostyle, song, jobs):
    song("in/a.wav")
    song("in/odd.wav")
    Path("in/what.xyz").touch()
    Path("in/cover.jpg").touch()
    arguments = ["translate", "in", "-d", "piano", "-o", "out", "-j", jobs, "--model", "tiny", "--overwrite"]
    result = audiostyle(*arguments)
    assert result.code == 0
    assert sorted(result.err.splitlines()) == [
        "audiostyle: in/odd.wav: is odd",
        "audiostyle: in: left out 1 .xyz, which are no known audio files",
    ]
    assert audiostyle(*arguments, "-q").err == ""
