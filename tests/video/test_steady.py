"""Results that keep to what they were: still pictures, motion, new scenes."""

from itertools import pairwise

import numpy as np
from films import make_pan, make_pattern

from audiostyle.video.steady import KEPT, PATIENCE, Steadiness, find_passage


def settle_all(frames, results, kept=0.9, partial=False):
    steadiness, settled = Steadiness(kept, partial), []
    for frame, result in zip(frames, results, strict=True):
        settled.append(steadiness.settle(frame, result))
    return np.stack(settled)


def flicker(frames, seed=0, size=0.1):
    noise = np.random.default_rng(seed).normal(0, size, (len(frames), 1, 1, 3))
    return np.clip(frames / np.float32(255) * 0.6 + 0.2 + noise, 0, 1).astype(np.float32)


def test_nothing_kept_leaves_results_as_they_are():
    frames = make_pan(4)
    results = flicker(frames)
    np.testing.assert_allclose(settle_all(frames, results, kept=0.0), results, atol=1e-6)


def test_results_of_a_still_film_that_do_not_change_stay_what_they_are():
    frames = np.stack([make_pattern(48, 64)] * 5)
    results = flicker(frames, size=0)
    np.testing.assert_allclose(settle_all(frames, results), results, atol=1e-6)


def test_flicker_of_a_still_film_is_a_recursive_mean():
    frames = np.stack([make_pattern(48, 64)] * 6)
    results = flicker(frames)
    expected = [results[0]]
    count = PATIENCE * KEPT / (1 - KEPT)
    kept = count / (count + 1)
    for result in results[1:]:
        expected.append(kept * expected[-1] + (1 - kept) * result)
    np.testing.assert_allclose(settle_all(frames, results), expected, atol=1e-5)


def test_what_is_uncovered_does_not_stay_as_it_looked_beside_what_covered_it():
    """For three frames a method sees the thing that left; what was seen all the while rests on that."""
    frames = np.stack([make_pattern(64, 96)] * 40)
    frames[0, 20:40, 30:50] = 255 - frames[0, 20:40, 30:50]
    results = np.full(frames.shape, 0.5, np.float32)
    results[:4] = 0.8
    settled = settle_all(frames, results)
    assert np.abs(settled[-1, 26:34, 36:44] - 0.5).max() < 0.02
    assert settled[-1, 48:, 60:].mean() > 0.7


def test_grain_does_not_wake_what_rests():
    noise = np.random.default_rng(0).normal(0, 1.5, (6, 48, 64, 3))
    frames = np.rint(make_pattern(48, 64) * 0.8 + 20 + noise).astype(np.uint8)
    rest = [find_passage(one, other).rest for one, other in pairwise(frames)]
    assert np.mean(rest) > 0.6


def test_a_slow_fade_is_followed():
    """From gray to black in a hundred frames: what the method made of gray does not stay on black."""
    frames = np.stack([np.full((48, 64, 3), 100 - n, np.uint8) for n in range(101)])
    results = (frames / np.float32(255)) * np.float32(2)
    settled = settle_all(frames, results)
    assert np.abs(settled - results).max() < 0.05  # a lag of ten frames
    assert find_passage(frames[0], frames[1]).rest.max() == 0


def test_grain_that_a_method_leaves_out_does_not_come_back():
    """A pan over a flat wall through a camera's noise, and results without any of it."""
    noise = np.random.default_rng(0).normal(0, 2, (10, 48, 64, 3))
    frames = np.rint(120 + noise).astype(np.uint8)
    results = np.full(frames.shape, 0.6, np.float32)
    whole, partial = (settle_all(frames, results, partial=each) for each in (False, True))
    assert partial[-1].std() < 0.1 * whole[-1].std()


def test_texture_that_a_method_shows_is_as_sharp_as_ever():
    frames = make_pan(12, speed=3)
    results = flicker(frames, size=0)
    settled = settle_all(frames, results, partial=True)
    sharpness = [np.abs(np.diff(each[-1][:, 8:-16], axis=1)).mean() for each in (settled, results)]
    assert 0.97 < sharpness[0] / sharpness[1] < 1.03


def test_flicker_of_a_pan_is_lowered_along_the_motion():
    frames = make_pan(12, speed=2)
    results, size = flicker(frames), slice(8, -8)

    def measure(film):
        moved = film[1:, size, :-2] - film[:-1, size, 2:]
        return np.sqrt(np.mean(moved[:, :, 8:-16] ** 2))

    assert measure(settle_all(frames, results)) < 0.35 * measure(results)


def test_a_new_scene_begins_anew():
    frames = np.stack([make_pattern(64, 96, seed) for seed in (0, 0, 1, 1)])
    results = flicker(frames)
    steadiness = Steadiness()
    began = []
    for frame, result in zip(frames, results, strict=True):
        passage = find_passage(steadiness.frame, frame)
        began.append(passage.begins_scene)
        settled = steadiness.settle(frame, result, passage)
        if began[-1]:
            np.testing.assert_allclose(settled, result, atol=1e-6)
    assert began == [True, False, True, False]


def test_a_frame_of_another_size_begins_a_scene():
    assert find_passage(make_pattern(32, 32), make_pattern(32, 40)).begins_scene
