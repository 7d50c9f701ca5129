"""Griffin–Lim: what has phases keeps them, rounds and momentum help, and nothing is ever NaN."""

import pytest
import torch

from audiostyle.sound.griffin_lim import griffin_lim, spectral_convergence
from audiostyle.sound.stft import Stft

TRANSFORM = Stft(256, 64)


@pytest.fixture(scope="module")
def wave() -> torch.Tensor:
    """Two gliding tones with a beat."""
    time = torch.arange(4000, dtype=torch.float64) / 8000
    beat = 0.2 + torch.sin(2 * torch.pi * 5 * time).abs()
    glides = [torch.sin(2 * torch.pi * (f * time + g * time**2)) for f, g in ((400, 300), (900, -200))]
    return beat * sum(glides)


def test_true_magnitudes_with_true_phases_are_the_wave(wave):
    spectrum = TRANSFORM(wave)
    for iterations in (0, 5):
        found = griffin_lim(spectrum.abs(), TRANSFORM, len(wave), start=spectrum, iterations=iterations)
        torch.testing.assert_close(found.wave, wave)
        assert found.convergence < 1e-9


def test_rounds_help_and_momentum_helps_more(wave):
    magnitude = TRANSFORM(wave).abs()

    def measure(iterations: int, momentum: float) -> float:
        found = griffin_lim(magnitude, TRANSFORM, 4000, iterations=iterations, momentum=momentum)
        return found.convergence

    none, plain, fast = measure(0, 0.0), measure(50, 0.0), measure(50, 0.99)
    assert fast < 0.8 * plain < 0.5 * none


def test_phases_of_a_like_recording_are_a_better_start_than_random_ones(wave):
    magnitude = TRANSFORM(wave).abs() * torch.linspace(0.5, 2, TRANSFORM.bins)[:, None]
    near = griffin_lim(magnitude, TRANSFORM, 4000, start=TRANSFORM(wave), iterations=8)
    far = griffin_lim(magnitude, TRANSFORM, 4000, iterations=8)
    assert near.convergence < 0.5 * far.convergence


def test_convergence_is_the_share_that_is_missed(wave):
    magnitude = TRANSFORM(wave).abs()
    assert spectral_convergence(wave, magnitude, TRANSFORM) == 0
    assert spectral_convergence(0 * wave, magnitude, TRANSFORM) == pytest.approx(1)
    assert spectral_convergence(2 * wave, magnitude, TRANSFORM) == pytest.approx(1)
    assert spectral_convergence(0 * wave, 0 * magnitude, TRANSFORM) == 0


def test_the_seed_decides(wave):
    magnitude = TRANSFORM(wave).abs()
    one, same, other = (griffin_lim(magnitude, TRANSFORM, 4000, iterations=1, seed=s).wave for s in (1, 1, 2))
    torch.testing.assert_close(one, same, rtol=0, atol=0)
    assert not torch.allclose(one, other)


@pytest.mark.parametrize("samples", [1, 63, 64, 300])
def test_silence_and_short_waves(samples):
    frames = TRANSFORM.count_frames(samples)
    silence = torch.zeros(TRANSFORM.bins, frames)
    assert not griffin_lim(silence, TRANSFORM, samples, start=silence.cfloat()).wave.any()
    found = griffin_lim(
        silence + 1, TRANSFORM, samples, start=silence.cfloat()
    ).wave  # no phase to start from
    assert found.shape == (samples,) and found.isfinite().all() and found.any()
