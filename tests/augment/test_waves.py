"""The style of waves: bands share all bins, levels and deviations are reached, pitch and loudness stay."""

import numpy as np
import pytest
import torch

from audiostyle.augment.waves import BANDS, WaveStatistics, make_bands
from audiostyle.errors import AudiostyleError, ShapeError

RATE = 16000
STATISTICS = WaveStatistics(RATE)


def make_notes(count=3, seconds=1.0, rate=RATE, seed=0):
    """Plucked tones with partials, and a little noise."""
    rng = np.random.default_rng(seed)
    times = np.arange(round(seconds * rate)) / rate
    notes = []
    for _ in range(count):
        pitch, tilt, decay = 110 * 2 ** rng.uniform(0, 2), rng.uniform(0.5, 2), rng.uniform(1, 6)
        partials = [
            np.sin(2 * np.pi * pitch * k * times) / k**tilt for k in range(1, int(rate / 2.2 / pitch))
        ]
        notes.append(np.sum(partials, axis=0) * np.exp(-decay * times) + 1e-3 * rng.normal(size=len(times)))
    waves = np.stack(notes)
    return torch.from_numpy(0.3 * waves / np.abs(waves).max()).float()


@pytest.mark.parametrize("rate", [4000, 8000, 22050, 48000, 96000])
def test_bands_share_every_bin(rate):
    statistics = WaveStatistics(rate)
    shares, heard = make_bands(rate, statistics.frame)
    torch.testing.assert_close(shares.sum(dim=0), torch.ones(shares.shape[1]))
    assert 1 <= heard <= BANDS and (shares[heard:] == 0).all()
    assert (shares >= 0).all() and 0.02 <= statistics.frame / rate <= 0.045


def test_a_wave_in_its_own_style_is_itself():
    waves = make_notes()
    style = STATISTICS.measure(waves)
    torch.testing.assert_close(STATISTICS.transform(waves, lambda _: style), waves, rtol=0, atol=1e-5)


def make_noises(count=3, seed=0):
    """Noises of random colors that die away, none so fast that it ends."""
    rng = np.random.default_rng(seed)
    noises = []
    for _ in range(count):
        colors = np.interp(np.arange(RATE // 2 + 1), np.linspace(0, RATE / 2, 8), rng.uniform(-12, 12, 8))
        noise = np.fft.irfft(np.fft.rfft(rng.normal(size=RATE)) * 10 ** (colors / 20), RATE)
        noises.append(noise * np.exp(-rng.uniform(0, 4) * np.arange(RATE) / RATE))
    return torch.from_numpy(0.05 * np.stack(noises)).float()


def test_the_style_that_is_wanted_is_nearly_reached():
    waves, others = make_noises(seed=0), make_noises(seed=9)
    own, wanted = STATISTICS.measure(waves), STATISTICS.measure(others)
    halfway = torch.lerp(own, wanted, 0.5)
    reached = STATISTICS.measure(STATISTICS.transform(waves, lambda _: halfway))

    def measure_gap(style):  # levels are beside the whole's, which the bands that gain most decide
        gap = (style - halfway)[:, : STATISTICS.heard]
        return (gap - gap.median(dim=1, keepdim=True).values).abs().mean(dim=1)

    assert (measure_gap(reached) < 0.5 * measure_gap(own)).all()


def test_a_gain_of_a_band_is_heard_there_alone():
    noise = torch.randn(1, 2 * RATE, generator=torch.Generator().manual_seed(0)) / 10
    own = STATISTICS.measure(noise)
    wanted = own.clone()
    wanted[:, 10] += 12
    changed = STATISTICS.transform(noise, lambda _: wanted)
    moved = STATISTICS.measure(changed) - own
    beside = [band for band in range(BANDS) if abs(band - 10) > 1]
    spread = moved[0, 10] - moved[0, beside]
    assert (spread > 8).all() and (spread < 13).all()


def test_loudness_stays():
    waves = make_notes()
    own = STATISTICS.measure(waves)
    changed = STATISTICS.transform(waves, lambda _: own.roll(1, 0))
    torch.testing.assert_close(changed.square().mean(1), waves.square().mean(1), rtol=1e-4, atol=0)


@pytest.mark.parametrize("factor", [0.01, 10])
def test_style_does_not_depend_on_the_level(factor):
    waves = make_notes()
    torch.testing.assert_close(
        STATISTICS.measure(factor * waves), STATISTICS.measure(waves), rtol=0, atol=1e-2
    )


def test_pitch_stays():
    times = torch.arange(RATE) / RATE
    pitches = torch.tensor([110.0, 440.0, 1234.0])
    waves = 0.3 * torch.sin(2 * torch.pi * pitches[:, None] * times) * torch.exp(-2 * times)
    own = STATISTICS.measure(waves)
    changed = STATISTICS.transform(waves, lambda _: own.roll(1, 0))
    found = torch.fft.rfft(changed).abs().argmax(dim=1)  # a bin is a hertz
    torch.testing.assert_close(found.float(), pitches, rtol=0, atol=1)


def test_channels_are_changed_alike():
    waves = torch.stack([make_notes(seed=0), -0.5 * make_notes(seed=0)], dim=1)
    own = STATISTICS.measure(waves)
    changed = STATISTICS.transform(waves, lambda _: own.roll(1, 0))
    torch.testing.assert_close(changed[:, 1], -0.5 * changed[:, 0], rtol=0, atol=1e-6)
    torch.testing.assert_close(own, STATISTICS.measure(waves[:, 0]), rtol=0, atol=1e-3)


@pytest.mark.parametrize("count", [1, 7, 511, 513, 1000])
def test_short_waves_keep_their_length(count):
    waves = torch.randn(2, count, generator=torch.Generator().manual_seed(0)) / 10
    own = STATISTICS.measure(waves)
    changed = STATISTICS.transform(waves, lambda _: own + 1)
    assert changed.shape == waves.shape and changed.isfinite().all()


def test_silence_stays_silent():
    waves = torch.zeros(2, 4000)
    own = STATISTICS.measure(waves)
    assert own.isfinite().all() and not STATISTICS.transform(waves, lambda _: own.flip(1)).any()


def test_bands_beyond_the_sample_rate_say_what_the_last_one_says():
    statistics = WaveStatistics(4000)
    style = statistics.measure(make_notes(rate=4000))
    assert (style[:, statistics.heard - 1 : BANDS] == style[:, statistics.heard - 1, None]).all()


@pytest.mark.parametrize("shape", [(8,), (0, 8), (2, 3, 4, 5)])
def test_what_is_no_batch_of_waves_is_refused(shape):
    with pytest.raises(ShapeError, match=r"\(batch, samples\)"):
        STATISTICS.measure(torch.zeros(shape))
    with pytest.raises(ShapeError, match="int16"):
        STATISTICS.measure(torch.zeros(2, 8, dtype=torch.int16))
    with pytest.raises(AudiostyleError, match="sample_rate"):
        WaveStatistics(0)
