"""``audiostyle image optimize``: what is wrong is said before anything is read."""

from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--preset", "gatis"), "did you mean 'gatys'"),
        (("--loss", "gramm:1"), "did you mean 'gram'"),
        (("--iterations", "many"), "--iterations many: give numbers"),
        (("--size-schedule", "4"), "sizes must be 16 pixels or more"),
        (("--content-mask", "m.png"), "--content-mask and --style-mask go together"),
        (("--right", "a.png", "--snapshots", "s"), "--snapshots: of no effect with two views"),
        (("--disparity", "d.npy"), "--disparity: of no effect without --right"),
    ],
)
def test_slips_are_usage_errors_before_the_work(audiostyle, picture, style, arguments, message):
    picture("a.png")
    result = audiostyle("image", "optimize", "a.png", style, *arguments)
    assert result.code == 2 and message in result.err
    assert not Path("a.optimize.png").exists()


def test_a_dry_run_says_what_would_be_made(audiostyle, picture, style):
    picture("a.png")
    result = audiostyle("image", "optimize", "a.png", style, "--dry-run")
    assert result.code == 0 and "a.optimize.png" in result.out and not Path("a.optimize.png").exists()


def test_two_views_are_two_files(audiostyle, picture, style):
    for name in ("a.png", "b.png"):
        picture(name)
    result = audiostyle("image", "optimize", "a.png", style, "--right", "b.png", "--dry-run")
    assert result.code == 0 and "a.optimize.png" in result.out and "b.optimize.png" in result.out
