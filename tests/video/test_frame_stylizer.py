"""Frame after frame: one map for a scene, large frames, networks."""

import numpy as np
import pytest
from films import make_pan, make_pattern

from audiostyle.errors import AudiostyleError
from audiostyle.video import FrameStylizer, frame_stylizer

STYLE = make_pattern(40, 50, seed=9) / 255


@pytest.mark.parametrize("method", ["mkl", "reinhard", "adain", "wct", "photowct", "transport"])
def test_one_map_serves_all_frames_of_a_scene(method):
    """A dark thing that comes in does not change what happens to the rest of the picture."""
    frame = make_pattern(48, 64)
    other = frame.copy()
    other[:, 40:] //= 3

    near = {"levels": (2, 1)} if method in ("wct", "photowct", "transport") else {}  # others see far

    def measure(steadiness):
        stylizer = FrameStylizer([STYLE], method=method, smooth="none", steadiness=steadiness, **near)
        first, second = (stylizer(each).astype(int) for each in (frame, other))
        return np.abs(second - first)[:, :20].mean()

    assert measure(1e-9) < 0.9 * measure(0.0)


def test_a_large_frame_is_its_small_ones_result_with_its_own_detail(monkeypatch):
    """What is smoothed is found in a small frame: the same colors, and every edge of the large one."""
    small = make_pattern(64, 96)
    large = np.kron(small, np.ones((2, 2, 1), np.uint8))
    large[::16] = 255 - large[::16]  # rows that the small frame cannot show
    monkeypatch.setattr(frame_stylizer, "LONGER_SIDE", 96)
    halved = large.reshape(64, 2, 96, 2, 3).mean(axis=(1, 3))
    one = FrameStylizer([STYLE], method="photowct", strength=0.5)(np.rint(halved).astype(np.uint8))
    made = FrameStylizer([STYLE], method="photowct", strength=0.5)(large).astype(float)
    assert np.abs(made.reshape(64, 2, 96, 2, 3).mean(axis=(1, 3)) - one).mean() < 6
    edges = np.abs(np.diff(large.astype(float), axis=0)).mean(axis=2) > 60
    steps = np.abs(np.diff(made, axis=0)).mean(axis=2)
    assert steps[edges].mean() > 4 * steps[~edges].mean()


def test_a_network_paints_every_frame_and_steadily():
    """Its results keep to each other along the motion more than those of frames by themselves."""
    frames = make_pan(6, 48, 64)
    plain, steady = (FrameStylizer([], network="mosaic", steadiness=share) for share in (0.0, 0.9))
    alone = np.stack([plain(frame) for frame in frames]).astype(float)
    settled = np.stack([steady(frame) for frame in frames]).astype(float)
    np.testing.assert_array_equal(alone[0], settled[0])
    assert np.abs(alone[0] - frames[0]).mean() > 10  # it is painted

    def measure_change(film):  # the pan goes by some pixels a frame; see films.py
        return np.abs(np.diff(film, axis=0)).mean()

    assert measure_change(settled) < measure_change(alone)


@pytest.mark.parametrize(
    ("styles", "options", "message"),
    [
        ([], {}, "one style or several, or a network"),
        ([np.zeros((8, 8, 3))], {"network": "mosaic"}, "one style or several, or a network"),
        ([], {"network": "mosaics"}, "mosaic"),
        ([], {"network": "mosaic", "weights": [1]}, "no option 'weights'"),
    ],
)
def test_slips_with_networks(styles, options, message):
    with pytest.raises(AudiostyleError, match=message):
        FrameStylizer(styles, **options)
