"""Films by optimization: frames are held to those before them, scenes begin anew, settings are checked."""

import numpy as np
import pytest
from films import make_pan, make_pattern, write_film

from audiostyle.errors import AudiostyleError
from audiostyle.style.memory import MomentMemory
from audiostyle.video import descent as module
from audiostyle.video.chunks import Stretches
from audiostyle.video.descent import STEPS, FrameDescent
from audiostyle.video.flow import Motion
from audiostyle.video.reading import Frame
from audiostyle.video.steady import Steadiness
from audiostyle.video.stylization import FrameStylizer, stylize_video

STYLE = make_pattern(24, 24, 7) / 255


@pytest.fixture
def asked(monkeypatch):
    """What is asked of the optimization, which gives back a gray picture."""
    calls = []

    def optimize(content, styles, **settings):
        calls.append(settings)
        return np.full(content.shape, 0.5, np.float32)

    monkeypatch.setattr(module, "optimize", optimize)
    return calls


def run(descent, frames):
    for frame in frames:
        descent.remember(frame, descent(frame))


def test_a_first_frame_is_optimized_by_itself_and_others_from_it(asked):
    descent = FrameDescent([STYLE], iterations=(9, 4), weight=7)
    run(descent, make_pan(3, 48, 64))
    first, second, _ = asked
    assert first["iterations"] == 9 and not {"initial", "own"} & first.keys()
    assert second["iterations"] == 4 and second["loss"] == first["loss"] + ",temporal:7"
    np.testing.assert_allclose(second["initial"][8:-8, 8:-8], 0.5, atol=1e-5)  # the last result, moved


def test_a_frame_is_held_to_near_and_to_farther_ones(asked):
    descent = FrameDescent([STYLE])
    run(descent, make_pan(6, 48, 64))
    counts = [len(each["own"]["temporal"]["previous"]) for each in asked[1:]]
    assert counts == [1, 2, 2, 3, 3] and len(descent.earlier) == max(STEPS)


def test_flows_have_rows_before_columns(asked, monkeypatch):
    flow = np.zeros((48, 64, 2), np.float32)
    flow[..., 0] = 5  # columns
    monkeypatch.setattr(module, "estimate_motion", lambda *_: Motion(flow, np.ones((48, 64), np.float32)))
    run(FrameDescent([STYLE]), make_pan(2, 48, 64))
    (found,) = asked[1]["own"]["temporal"]["flow"]
    assert found.shape == (1, 2, 48, 64) and not found[:, 0].any() and (found[:, 1] == 5).all()


def test_where_motion_cannot_be_relied_on_a_frame_starts_from_itself(asked, monkeypatch):
    nowhere = Motion(np.zeros((48, 64, 2), np.float32), np.zeros((48, 64), np.float32))
    monkeypatch.setattr(module, "estimate_motion", lambda *_: nowhere)
    frames = make_pan(2, 48, 64)
    run(FrameDescent([STYLE]), frames)
    np.testing.assert_allclose(asked[1]["initial"], frames[1] / 255, atol=1e-6)


def test_a_new_scene_begins_anew(asked):
    descent = FrameDescent([STYLE])
    run(descent, make_pan(2, 48, 64))
    descent.forget()
    run(descent, make_pan(1, 48, 64))
    assert "own" not in asked[-1]


def test_what_frames_are_held_to_survives_an_interruption(tmp_path):
    descent = FrameDescent([STYLE])
    frames = make_pan(3, 48, 64)
    for n, frame in enumerate(frames):
        descent.remember(frame, np.full(frame.shape, n / 10, np.float32))
    kept = [Frame(frame, n) for n, frame in enumerate(frames)]
    with Stretches(tmp_path / "work", {}) as stretches:
        stretches.save(0, kept, Steadiness(), MomentMemory(), descent)
        other = FrameDescent([STYLE])
        stretches.recall(0, Steadiness(), MomentMemory(), other)
    for one, two in zip(descent.earlier, other.earlier, strict=True):
        np.testing.assert_array_equal(one[0], two[0])
        np.testing.assert_array_equal(one[1], two[1])


def test_a_still_film_keeps_its_first_result():
    frame = make_pattern(32, 48)
    stylizer = FrameStylizer([STYLE], method="optimize", iterations=(3, 2), device="cpu")
    first, second = (stylizer(frame).astype(int) for _ in range(2))
    assert np.abs(first - frame).mean() > 1
    assert np.abs(second - first).mean() < 0.3 * np.abs(first - frame).mean()


def test_without_steadiness_every_frame_is_by_itself(asked):
    stylizer = FrameStylizer([STYLE], method="optimize", steadiness=0)
    for frame in make_pan(3, 48, 64):
        stylizer(frame)
    assert all("own" not in each for each in asked)


def test_a_film_becomes_a_film(tmp_path, asked):
    film = write_film(tmp_path / "a.mkv", make_pan(3, 48, 64))
    from PIL import Image

    Image.fromarray((255 * STYLE).astype(np.uint8)).save(tmp_path / "style.png")
    report = stylize_video(
        film, tmp_path / "style.png", tmp_path / "b.mp4", method="optimize", iterations=(2, 1), preset="luan"
    )
    assert (report.method, report.frames) == ("optimize", 3)
    assert all(each["preset"] == "luan" for each in asked)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"preset": "monet"}, "no preset 'monet'"),
        ({"iterations": (3,)}, "two numbers"),
        ({"weight": -1}, "weight must be 0 or more"),
    ],
)
def test_slips_are_named(options, message):
    with pytest.raises(AudiostyleError, match=message):
        FrameDescent([STYLE], **options)
