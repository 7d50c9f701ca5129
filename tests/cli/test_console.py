"""Every message is one line; every number that a program reads is JSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.cli.console import describe_error, format_table, format_time, print_json, print_message
from audiostyle.errors import AudioReadError


@given(st.text())
def test_whatever_is_said_is_one_line(message):
    from contextlib import redirect_stderr
    from io import StringIO

    with redirect_stderr(StringIO()) as err:
        print_message(message)
    assert err.getvalue().startswith("audiostyle: ")
    assert err.getvalue().endswith("\n")
    assert len(err.getvalue()[:-1].splitlines()) == 1


def test_a_record_is_one_line_of_json_even_for_a_name_that_is_no_text(capsys):
    print_json({"input": "caf\udce9\n.wav", "seconds": 1.5})
    line = capsys.readouterr().out
    assert line.count("\n") == 1
    assert json.loads(line) == {"input": "caf\udce9\n.wav", "seconds": 1.5}


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (AudioReadError("a.wav: is not audio; choose another"), "a.wav: is not audio; choose another"),
        (PermissionError(13, "Permission denied", "out"), "out: Permission denied"),
        (OSError("odd"), "internal error (OSError: odd); run again with --debug and report what it prints"),
        (MemoryError(), "out of memory; use fewer --jobs, or close other programs"),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"),
            "out of memory; use fewer --jobs, or close other programs",
        ),
        (
            RuntimeError("can't start new thread"),
            "no further thread can be started; close other programs, or raise the limit (ulimit -u)",
        ),
        (
            ImportError("libtorch_cpu.so: failed to map\nsegment"),
            "a library cannot be loaded (libtorch_cpu.so: failed to map segment);"
            " 'audiostyle doctor' looks at what works here",
        ),
        (
            ImportError("could not import name 'png_encode' from 'imagecodecs'"),
            "a library cannot be loaded (could not import name 'png_encode' from 'imagecodecs');"
            " 'audiostyle doctor' looks at what works here",
        ),
        (
            ImportError("cannot import name 'x' from 'audiostyle.sound'"),
            "internal error (ImportError: cannot import name 'x' from 'audiostyle.sound'); run again"
            " with --debug and report what it prints",
        ),
        (
            ZeroDivisionError("x"),
            "internal error (ZeroDivisionError: x); run again with --debug and report what it prints",
        ),
    ],
)
def test_any_error_is_described_for_a_person(error, message):
    assert describe_error(error) == message


@given(st.lists(st.tuples(st.text("ab ", max_size=5), st.text("cd", min_size=1, max_size=5)), min_size=1))
def test_columns_line_up(rows):
    starts = {line.rindex(row[1]) for line, row in zip(format_table(rows).split("\n"), rows, strict=True)}
    assert len(starts) == 1


@given(st.integers(0, 10**6))
def test_a_clock_can_be_read_back(seconds):
    total = 0
    for part in format_time(seconds).split(":"):
        total = total * 60 + int(part)
    assert total == seconds
