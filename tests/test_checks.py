"""Numbers out of range, and what is no number, are refused alike: one line that names option and range."""

import math
import os
from pathlib import Path, PurePath

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.checks import (
    check_count,
    check_levels,
    check_number,
    check_outputs,
    check_paths,
    check_sample_rate,
    check_seed,
    show_value,
)
from audiostyle.errors import AudiostyleError, ShapeError

NO_NUMBERS = [
    math.nan, math.inf, -math.inf, None, "0.5", b"1", [1], (), {}, 1j, object(), int,
    np.array([0.5]), np.array("x"), np.datetime64("2020-01-01"), torch.ones(2), np.float32("nan"),
]  # fmt: skip
KINDS = [int, float, np.float16, np.float32, np.float64, np.int16, np.uint8, np.array, torch.tensor]


@pytest.mark.parametrize("value", NO_NUMBERS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(
    "check",
    [
        lambda value: check_number("strength", value, 0, 1),
        lambda value: check_number("strength", value),
        lambda value: check_count("strength", value, 1),
        lambda value: check_count("strength", value),
        lambda value: check_sample_rate(value, "strength"),
    ],
)
def test_what_is_no_number_is_one_line_that_names_the_option(check, value):
    with pytest.raises(AudiostyleError, match=r"^strength must [^\n]*, not [^\n]+$"):
        check(value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_of_any_kind_is_a_number(kind):
    for value in (
        check_number("x", kind(1), 0, 1),
        check_number("x", kind(1)),
        check_number("x", kind(1), 0),
    ):
        assert type(value) is float and value == 1.0
    assert type(check_count("x", kind(1), 0, 3)) is int


@given(st.floats(allow_nan=False), st.floats(0, 1), st.booleans(), st.booleans())
def test_the_range_is_what_it_says(value, low, above, below):
    inside = (low < value if above else low <= value) and (value < 2 if below else value <= 2)
    if inside:
        assert check_number("x", value, low, 2, above=above, below=below) == value
    else:
        with pytest.raises(ShapeError, match=r"^x must "):
            check_number("x", value, low, 2, above=above, below=below, error=ShapeError)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"low": 0, "high": 1}, "must lie between 0 and 1, not 7"),
        ({"low": 0, "high": 1, "below": True}, "must be at least 0 and below 1, not 7"),
        ({"high": 1}, "must be 1 or less, not 7"),
        ({"low": 7, "above": True}, "must be above 7, not 7"),
        ({"low": 8}, "must be 8 or more, not 7"),
    ],
)
def test_the_range_is_said(arguments, message):
    with pytest.raises(AudiostyleError, match=message):
        check_number("x", 7, **arguments)


def test_whole_numbers_have_no_fraction_and_any_size():
    assert check_count("seed", 2**70, 0) == 2**70
    with pytest.raises(AudiostyleError, match=r"seed must be a whole number of 0 or more, not 0\.5"):
        check_count("seed", 0.5, 0)
    with pytest.raises(AudiostyleError, match="seed must be a whole number of 0 or more, not -1"):
        check_count("seed", -1, 0)
    with pytest.raises(AudiostyleError, match="seed must be a whole number from 1 to 5, not 6"):
        check_count("seed", 6, 1, 5)


@pytest.mark.parametrize("rate", [0, -44100, 44100.5, 1, 10**12])
def test_sound_has_no_such_rate(rate):
    with pytest.raises(ShapeError, match=f"sample_rate must be whole hertz .*, not {rate}"):
        check_sample_rate(rate)


@given(st.text() | st.lists(st.text()) | st.binary())
def test_values_are_shown_in_one_short_line(value):
    shown = show_value(value)
    assert "\n" not in shown and len(shown) < 80


@pytest.mark.parametrize("levels", [(2, 1), [2.0, 1], np.array([2, 1]), range(2, 0, -1)])
def test_levels_are_whole_numbers_in_any_sequence(levels):
    assert check_levels(levels, (1, 2, 3)) == [2, 1]


@pytest.mark.parametrize("levels", [(3,), (), "21", 1, None, [None], [[1]], [0.5], [float("nan")]])
def test_other_levels_are_refused_with_those_there_are(levels):
    with pytest.raises(AudiostyleError, match=r"levels must be among 1, 2, not [^\n]+$"):
        check_levels(levels, (1, 2))


@pytest.mark.parametrize("seed", [-1, 2**63, 0.5, "0", None, math.nan])
def test_generators_take_no_such_seed(seed):
    assert check_seed(2**63 - 1) == 2**63 - 1
    with pytest.raises(AudiostyleError, match=r"^seed must "):
        check_seed(seed)


def test_no_result_replaces_what_it_is_made_from(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    song = tmp_path / "song.wav"
    song.write_bytes(b"sound")
    (tmp_path / "folder").mkdir()
    os.symlink(song, tmp_path / "link.wav")
    os.link(song, tmp_path / "hard.wav")
    os.symlink(tmp_path, tmp_path / "also")
    for name in (
        "song.wav",
        "./song.wav",
        "folder/../song.wav",
        "link.wav",
        "hard.wav",
        "also/song.wav",
        song,
    ):
        with pytest.raises(AudiostyleError, match=r"is an input too, which it would replace"):
            check_outputs(["rain.wav", "song.wav"], [name])
        with pytest.raises(AudiostyleError, match=r"two results would go there"):
            check_outputs([], [name, None, song])
    with pytest.raises(AudiostyleError, match=r"two results would go there"):
        check_outputs([], ["also/new.wav", "./new.wav"])
    with pytest.raises(AudiostyleError, match=r"two results would go there"):
        check_outputs([], ["-", "-"])


def test_what_does_not_meet_is_let_through():
    check_outputs(["-", None, np.zeros(3)], ["-", "a.wav", "b.wav", None])
    check_outputs(["/dev/null"], ["/dev/null", "/dev/null"])
    check_outputs(["a\0b"], ["a\0b"])  # no file can have that name, which whoever opens it says


@pytest.mark.parametrize("path", [None, 3, b"song.wav", ["song.wav"], np.zeros(3)])
def test_what_is_no_path_is_named(path):
    with pytest.raises(AudiostyleError, match=r"^out must be the path of a file, not [^\n]+$"):
        check_paths("out", [path])


def test_paths_of_any_kind_are_paths():
    assert check_paths("out", ["a.wav", Path("b.wav"), PurePath("c.wav")]) == [
        "a.wav",
        Path("b.wav"),
        Path("c.wav"),
    ]
