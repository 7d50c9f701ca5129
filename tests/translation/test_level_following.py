"""The level of a stream follows a curve: slowly, however it is cut, and silence stays silent."""

import numpy as np
import pytest

from audiostyle.music.curves import STEP
from audiostyle.translation.level_following import LevelCurve, follow_level

RATE = 8000


def follow(wave, levels, *, rate=RATE, block=1000, decays=False, share=1.0, own_rms=0.1):
    levels = np.asarray(levels, np.float32)
    audible = levels[levels > levels.max(initial=-200) - 60]
    rms = float(np.sqrt(np.mean(10 ** (audible / 10)))) if len(audible) else 1e-4
    curve = LevelCurve(levels, rms, own_rms, decays, share)
    cut = [wave[n : n + block] for n in range(0, len(wave), block)]
    followed = np.concatenate([np.zeros(0, np.float32), *follow_level(cut, rate, curve)])
    assert followed.shape == wave.shape and followed.dtype == np.float32
    return followed


def noise(seconds, rate=RATE, rms=0.1):
    return (rms * np.random.default_rng(0).standard_normal(round(seconds * rate))).astype(np.float32)


def level(wave, second, rate=RATE):
    part = wave[round((second - 0.1) * rate) : round((second + 0.1) * rate)].astype(float)
    return 10 * np.log10(np.mean(part**2))


@pytest.mark.parametrize("decays", [False, True])
@pytest.mark.parametrize("block", [1, 77, 5000])
def test_how_a_stream_is_cut_does_not_matter(decays, block):
    wave, levels = noise(2.5)[:19_913], -30 + 20 * np.sin(np.arange(216) / 20)
    whole = follow(wave, levels, block=len(wave), decays=decays)
    assert np.allclose(follow(wave, levels, block=block, decays=decays), whole, atol=1e-6)


@pytest.mark.parametrize("rate", [8000, 22050, 44100])
def test_a_steady_sound_comes_to_swell_as_the_source_does(rate):
    levels = -40 + 40 * np.linspace(0, 1, round(8 / STEP))
    followed = follow(noise(8, rate), levels, rate=rate)
    heard = [level(followed, second, rate) for second in np.arange(2, 6.5, 0.5)]
    assert np.diff(heard) == pytest.approx(2.5, abs=0.5)


def test_a_level_that_is_right_already_is_left_alone():
    time = np.arange(4 * RATE) / RATE
    wave = (noise(4) * 10 ** (np.sin(2 * np.pi * 2 * time) / 2)).astype(np.float32)
    frames = np.arange(round(4 / STEP)) * STEP
    levels = -20 + 10 * np.sin(2 * np.pi * 2 * frames)
    own = float(np.sqrt(np.mean(wave**2)))
    ratio = follow(wave, levels, own_rms=own) / wave
    assert np.abs(20 * np.log10(ratio)).max() < 1


def test_notes_that_the_source_has_too_are_not_leveled_out():
    """Four notes a second of either sound, one sharply cut and the other soft: the gain hardly moves."""
    time = np.arange(6 * RATE) / RATE
    wave = noise(6) * (time % 0.25 < 0.12)
    levels = 20 * np.log10(0.1 * np.abs(np.sin(np.pi * 4 * np.arange(round(6 / STEP)) * STEP)) + 1e-4)
    followed = follow(wave.astype(np.float32), levels)
    inside = slice(RATE, 5 * RATE)
    gain = 20 * np.log10(np.abs(followed[inside][wave[inside] != 0] / wave[inside][wave[inside] != 0]))
    assert gain.max() - gain.min() < 2


@pytest.mark.parametrize(("decays", "follows"), [(False, 0.6), (True, 0.0)])
def test_small_changes_are_followed_fast_where_notes_can_swell(decays, follows):
    """A decibel up and down twice a second: what swells goes most of the way, a piano stays where it is."""
    frames = np.arange(round(6 / STEP)) * STEP
    followed = follow(noise(6), -20 + np.sin(2 * np.pi * 2 * frames), decays=decays)
    size = RATE // 16
    heard = 10 * np.log10(np.square(followed / noise(6))[RATE : 5 * RATE].reshape(-1, size).mean(axis=1))
    wanted = np.interp((np.arange(len(heard)) + 0.5) / 16 + 1, frames, np.sin(2 * np.pi * 2 * frames))
    share = (heard - heard.mean()) @ wanted / (wanted @ wanted)
    assert share == pytest.approx(follows, abs=0.15)


@pytest.mark.parametrize("decays", [False, True])
def test_strokes_come_out_softer_where_the_source_does(decays):
    """And a held source hardly holds up a note that dies away: the gain moves by 12 of 40 dB."""
    time = np.arange(8 * RATE) / RATE
    strokes = (noise(8) * 10 ** (-(time % 1) * 40 / 20)).astype(np.float32)
    steady = np.full(round(8 / STEP), -20.0)
    inside = slice(2 * RATE, 6 * RATE)
    assert np.ptp(20 * np.log10(follow(strokes, steady, decays=decays)[inside] / strokes[inside])) < 12
    softer = np.where(np.arange(len(steady)) * STEP < 4, -40.0, -20.0)
    heard = follow(strokes, softer, decays=decays)
    assert level(heard, 6.1) - level(heard, 2.1) == pytest.approx(20, abs=3)


def test_silence_stays_silent_and_gains_are_bounded():
    loud = np.full(300, -10.0)
    assert not follow(np.zeros(20_000, np.float32), loud).any()
    faint = noise(2.5, rms=1e-6)
    assert np.abs(follow(faint, loud)).max() < 20 * np.abs(faint).max()
    assert np.abs(20 * np.log10(follow(noise(2.5), np.full(300, -120.0)) / noise(2.5))).max() <= 24.001
    assert len(follow(noise(1), np.zeros(0))) == RATE
    assert np.isfinite(follow(noise(2), [-120.0] * 100 + [0.0] * 100, decays=True)).all()


def test_a_share_of_the_gain_is_a_share_of_its_decibels():
    wave, levels = noise(3), -50 + 40 * np.linspace(0, 1, 260)
    full, half = (np.abs(follow(wave, levels, share=share) / wave) for share in (1.0, 0.5))
    assert np.allclose(np.log10(half), 0.5 * np.log10(full), atol=1e-4)
    assert np.array_equal(follow(wave, levels, share=0.0), wave)


@pytest.mark.parametrize("samples", [0, 1, 2, 50, 93, 200])
def test_the_shortest_sounds_come_through(samples):
    for decays in (False, True):
        assert np.isfinite(follow(noise(1)[:samples], [-20.0, -20.0], decays=decays)).all()
