"""Extended ends: tones go on as tones, noise as noise, silence as silence, and nothing ever grows."""

import numpy as np
import pytest

from audiostyle.sound.edges import count_extension, extend_ends, predict

RATE = 8000


def join(wave: np.ndarray, cuts: tuple[int, ...] = ()) -> np.ndarray:
    return np.concatenate([np.zeros(0, np.float32), *extend_ends(np.split(wave, sorted(cuts)), RATE)])


@pytest.mark.parametrize("samples", [1, 2, 3, 50, 3000, 6400, 20_000])
def test_the_recording_is_in_the_middle_whatever_the_blocks(samples):
    wave, added = np.random.default_rng(0).normal(0, 0.1, samples).astype(np.float32), count_extension(RATE)
    whole = join(wave)
    assert len(whole) == samples + 2 * added and np.isfinite(whole).all()
    assert np.array_equal(whole[added:-added], wave)
    assert np.array_equal(join(wave, (samples // 3, samples // 2)), whole)
    assert np.abs(whole).max() < 10 * np.abs(wave).max()


def test_a_cut_tone_has_no_click():
    """Around the cut the spectrum is that of the middle; after silence there it is 80 dB louder."""
    time = np.arange(16_000) / RATE
    tone = sum(np.sin(2 * np.pi * hertz * time + 1) for hertz in (220.0, 277.2, 329.6)).astype(np.float32)
    whole, added = join(tone), count_extension(RATE)

    def measure(middle: int) -> float:
        frame = whole[middle - 512 : middle + 512] * np.hanning(1024)
        return float(20 * np.log10(np.abs(np.fft.rfft(frame))[200:].max()))

    assert measure(added) < measure(added + 8000) + 25
    assert measure(len(whole) - added) < measure(added + 8000) + 25


def test_noise_goes_on_as_loud_and_silence_as_silence():
    noise = np.random.default_rng(1).normal(0, 0.1, 8000).astype(np.float32)
    made = predict(noise, 8000)
    assert made[:6000].std() == pytest.approx(0.1, rel=0.2) and abs(made[-1]) < 1e-3
    assert not join(np.zeros(9000, np.float32)).any()
    assert not join(np.zeros(0, np.float32)).size
