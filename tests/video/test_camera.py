"""The camera's motion: found despite what moves, taken where nothing else fits better, and nowhere else."""

import numpy as np
import pytest
from films import make_pattern

from audiostyle.video.camera import find_camera, find_misfit, follow_camera
from audiostyle.video.flow import Motion, estimate_motion

HEIGHT, WIDTH = 96, 128
ROWS, COLUMNS = np.indices((HEIGHT, WIDTH), dtype=np.float32)


def make_motion(x, y=0.0):
    flow = np.stack(np.broadcast_arrays(x + 0 * COLUMNS, y + 0 * ROWS), axis=2).astype(np.float32)
    return Motion(flow, np.ones((HEIGHT, WIDTH), np.float32))


@pytest.mark.parametrize(
    ("x", "y"),
    [(3, 0), (-2, 1.5), (0.02 * (COLUMNS - 60), 0.02 * (ROWS - 40)), (-0.03 * (ROWS - 48), 0.03 * COLUMNS)],
    ids=["pan", "both ways", "zoom", "turn"],
)
def test_a_camera_is_found_despite_a_thing_that_moves(x, y):
    motion = make_motion(x, y)
    expected = motion.flow.copy()
    motion.flow[30:70, 40:80] += 9
    np.testing.assert_allclose(find_camera(motion), expected, atol=0.02)


def test_a_camera_that_hardly_moves_is_still():
    assert not find_camera(make_motion(0.1, -0.1)).any()


def test_where_nothing_agrees_there_is_no_camera():
    rng = np.random.default_rng(0)
    wild = Motion(
        rng.normal(0, 20, (HEIGHT, WIDTH, 2)).astype(np.float32), np.ones((HEIGHT, WIDTH), np.float32)
    )
    unknown = Motion(wild.flow, np.zeros((HEIGHT, WIDTH), np.float32))
    frame = make_pattern(HEIGHT, WIDTH)
    for motion in (wild, unknown):
        assert find_camera(motion) is None
        assert follow_camera(frame, frame, motion) is motion


def make_frames(noise=1.5):
    """A square moves over a flat ground with a pattern around it; with a camera's noise."""
    rng = np.random.default_rng(0)
    frames = []
    for left in (44, 47):
        frame = make_pattern(HEIGHT, WIDTH, 1).astype(float)
        frame[24:80, 32:96] = 120
        frame[36:68, left : left + 32] = make_pattern(32, 32, 3)
        frames.append(np.rint(frame + rng.normal(0, noise, frame.shape)).clip(0, 255).astype(np.uint8))
    return frames


def test_the_flat_ground_around_a_thing_is_still_and_the_thing_moves_on():
    before, after = make_frames()
    found = estimate_motion(before, after)
    mended = follow_camera(before, after, found)
    around = np.zeros((HEIGHT, WIDTH), bool)
    around[28:76, 39:87] = True
    around[36:68, 44:79] = False
    assert (np.abs(found.flow[around]).max(axis=1) > 1).mean() > 0.2  # what there is to mend
    assert (np.abs(mended.flow[around]).max(axis=1) > 1).mean() < 0.05
    inner = mended.flow[42:62, 53:73, 0]
    assert (np.abs(inner + 3) < 0.5).mean() > 0.95


def test_what_fits_better_by_itself_keeps_its_flow():
    wide = make_pattern(HEIGHT, WIDTH + 8, 5)
    before, after = wide[:, 4:-4].copy(), wide[:, 4:-4].copy()
    after[40:60, 40:80] = wide[40:60, 40:80]  # four pixels to the right
    motion = make_motion(0)
    motion.flow[40:60, 40:80, 0] = -4
    kept = follow_camera(before, after, motion).flow
    np.testing.assert_array_equal(kept[44:56, 46:74], motion.flow[44:56, 46:74])


def test_in_large_frames_it_is_what_it_is_in_small_ones(monkeypatch):
    before, after = make_frames(0)
    motion = estimate_motion(before, after)
    whole = follow_camera(before, after, motion)
    monkeypatch.setattr("audiostyle.video.camera.LONGER_SIDE", WIDTH // 2)
    assert (np.abs(follow_camera(before, after, motion).flow - whole.flow).max(axis=2) < 0.5).mean() > 0.95


def test_nothing_is_taken_from_outside_of_the_picture():
    frame = np.full((HEIGHT, WIDTH, 3), 80, np.uint8)
    motion = make_motion(6)
    motion.trusted[:, -6:] = 0
    assert not follow_camera(frame, frame, motion).trusted[:, -5:].any()


def test_the_rim_of_a_thing_has_no_part_in_what_lies_beside_it():
    before = np.zeros((24, 24, 3), np.uint8)
    after = before.copy()
    after[:, 12:] = 200
    misfit = find_misfit(before, after, np.zeros((24, 24, 2), np.float32))
    assert not misfit[:, :12].any() and (misfit[:, 14:] == 200).all()
