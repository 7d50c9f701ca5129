"""From the content to the mosaic: both ends are what they should be, and between them nothing jumps."""

import pytest
import torch

from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.cross_synthesis import compute_envelope, compute_filters, cross_synthesize


def noise(seed: int, *shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed)) + 0.1


def test_at_one_it_is_the_mosaic(content, style):
    mosaic = style[: len(content)]
    transform = Stft.for_rate(4000)
    found = cross_synthesize(content, mosaic, torch.ones(transform.bins), 1.0, transform)
    torch.testing.assert_close(found, mosaic)


def test_near_one_the_magnitudes_are_the_mosaic_s():
    content, mosaic = noise(0, 129, 7), noise(1, 129, 7)
    found = content * compute_filters(content, mosaic, torch.ones(129), 0.999)
    torch.testing.assert_close(found, mosaic, rtol=0.02, atol=0)


def test_at_zero_it_is_the_equalizer():
    equalizer = torch.linspace(0.5, 2, 129)
    found = compute_filters(noise(2, 129, 5), noise(3, 129, 5), equalizer, 0.0)
    torch.testing.assert_close(found, equalizer[:, None].expand(-1, 5))


@pytest.mark.parametrize("match", [0.2, 0.5, 0.7, 0.95])
def test_it_changes_little_when_match_does(match):
    content, mosaic, flat = noise(4, 129, 5), noise(5, 129, 5), torch.ones(129)
    one, other = (compute_filters(content, mosaic, flat, m) for m in (match, match + 0.001))
    assert float((one / other).log().abs().mean()) < 0.02


def test_a_mosaic_like_the_content_changes_nothing():
    content = noise(6, 129, 5)
    for match in (0.5, 0.8):
        found = compute_filters(content, content, torch.ones(129), match)
        torch.testing.assert_close(found, torch.ones(129, 5), rtol=0.02, atol=0)


def test_envelopes_are_root_mean_squares():
    torch.testing.assert_close(compute_envelope(torch.full((65, 3), 2.0), 1.0), torch.full((65, 3), 2.0))


def test_silence_stays_silence(content):
    transform = Stft.for_rate(4000)
    found = cross_synthesize(0 * content, 0 * content, torch.ones(transform.bins), 0.6, transform)
    assert not found.any()
