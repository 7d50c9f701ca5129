"""The one promise about level: a result is as loud as its recording, whatever both are like."""

from pathlib import Path

import numpy as np
import pytest

from audiostyle.errors import AudioWriteError
from audiostyle.sound.leveling import choose_folder, match_loudness
from audiostyle.sound.loudness import measure_loudness

RATE = 8000
TIME = np.arange(4 * RATE) / RATE


def tone(hertz: float, channels: int = 2) -> np.ndarray:
    return np.stack([0.1 * np.sin(2 * np.pi * hertz * TIME)] * channels).astype(np.float32)


def match(wet: np.ndarray, dry: np.ndarray, rest: np.ndarray | None = None, **options) -> np.ndarray:
    cut = [None] * 3 if rest is None else np.array_split(rest, 3, axis=1)
    parts = zip(np.array_split(wet, 3, axis=1), np.array_split(dry, 3, axis=1), cut, strict=True)
    return np.concatenate(list(match_loudness(parts, RATE, len(dry), **options)), axis=1)


DRY = {
    "plain": tone(400),
    "offset": tone(400) + np.float32(0.3),
    "antiphase": tone(400) * np.array([[1], [-1]], np.float32),
    "one channel": tone(400) * np.array([[1], [0]], np.float32),
    "after silence": np.pad(tone(400), ((0, 0), (20 * RATE, 0))),
    "a click": tone(400) + np.eye(1, 4 * RATE, 9000, dtype=np.float32),
    "very soft": 1e-4 * tone(400),
    "very loud": 20 * tone(400),
    "short": tone(400)[:, :900],
}


@pytest.mark.parametrize("name", DRY)
@pytest.mark.parametrize("strength", [0.3, 0.5, 1.0])
@pytest.mark.parametrize("level", [1.0, 1e-3, 30.0])
def test_the_result_is_as_loud_as_the_recording(name, strength, level):
    dry = DRY[name]
    wet = level * np.random.default_rng(0).normal(0, 0.1, dry.shape).astype(np.float32)
    made = match(wet, dry, strength=strength)
    assert made.shape == dry.shape
    assert measure_loudness(made, RATE) == pytest.approx(measure_loudness(dry, RATE), abs=0.1)


def test_strength_goes_from_the_recording_to_the_result():
    dry, wet = tone(400), 3 * tone(700)
    assert np.array_equal(match(wet, dry, strength=0), dry)
    np.testing.assert_allclose(match(wet, dry), wet / 3, rtol=0.2, atol=0.02)


def test_a_result_that_is_its_recording_stays_it():
    np.testing.assert_allclose(match(tone(400), tone(400), strength=0.5), tone(400), atol=1e-5)


def test_what_is_added_stays_as_it_is():
    drums = np.random.default_rng(1).normal(0, 0.1, (2, 4 * RATE)).astype(np.float32)
    for wet, strength in ((3 * tone(700), 1.0), (3 * tone(700), 0.5), (tone(700), 0.0)):
        made = match(wet, tone(400), drums, strength=strength) - drums
        parts = np.stack([wet[0], tone(400)[0]], axis=1)
        found, *_ = np.linalg.lstsq(parts, made[0], rcond=None)
        np.testing.assert_allclose(parts @ found, made[0], atol=1e-5)


def test_the_sum_with_what_is_added_is_as_loud_as_the_recording():
    """Parts of noise have much in common, and a translation has nothing in common with either."""
    noise = np.random.default_rng(1).normal(0, 0.1, (2, 4 * RATE)).astype(np.float32)
    for dry, drums in ((0.6 * noise, 0.4 * noise), (tone(400), noise)):
        made = match(tone(700), dry, drums)
        expected = measure_loudness(dry + drums, RATE)
        assert measure_loudness(made, RATE) == pytest.approx(expected, abs=0.1)


def test_silence_stays_finite():
    silence = np.zeros((2, RATE), np.float32)
    assert np.isfinite(match(tone(400)[:, :RATE], silence)).all()
    assert not match(silence, tone(400)[:, :RATE]).any()
    assert not list(match_loudness([], RATE, 2))


def test_a_full_disk_is_one_error(monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("audiostyle.sound.spool.Spool.append", fail)
    with pytest.raises(AudioWriteError, match="the unfinished result: cannot be written"):
        match(tone(400), tone(400))


def test_the_result_waits_beside_its_file():
    assert choose_folder("a/b.wav") == Path("a") and choose_folder("-") is None
