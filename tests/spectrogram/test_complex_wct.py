"""Complex WCT: what pseudo-covariances add.  What it shares with WCT is tested in test_wct."""

import pytest
import torch

from audiostyle.spectrogram.complex_wct import complex_wct
from audiostyle.spectrogram.levels import FEATURE_RMS, FOLLOWED_FRAMES, compute_rms


def noise_of_one_phase(seed: int, frames: int = 120) -> torch.Tensor:
    """A click at every frame's center: all bins of a frame have one phase, 0 or π, so E[f²] is not 0."""
    hop, generator = 192, torch.Generator().manual_seed(seed)
    wave = torch.zeros(frames * hop)
    wave[::hop] = torch.randn(frames, generator=generator)
    return 0.3 * wave


def pseudo_share(stylizer, wave: torch.Tensor) -> float:
    """How much of the power of a wave's features, in the middle bins, is in their pseudo-variance E[f²]."""
    z = stylizer.features.compute_spectrum(wave, FEATURE_RMS / compute_rms(wave))[30:-30]
    return float(z.square().mean(dim=1).abs().mean() / z.abs().square().mean())


def test_the_pseudo_covariance_is_copied_only_if_asked_for(make_inputs):
    """The style's features lie on a line through 0; those of noise are spread over the plane."""
    content = 0.1 * torch.randn(120 * 192, generator=torch.Generator().manual_seed(1))
    inputs = make_inputs(content, noise_of_one_phase(0))
    plain, pseudo = (complex_wct(inputs, pseudo=p) for p in (False, True))
    before, wanted = (pseudo_share(plain, wave) for wave in (content, noise_of_one_phase(0)))
    without, with_pseudo = (pseudo_share(stylizer, stylizer(content)) for stylizer in (plain, pseudo))
    assert wanted > 0.8 and before < 0.3
    assert without < 0.3 and with_pseudo > 2 * without


def test_pseudo_covariances_change_the_result(inputs, content):
    plain, pseudo = (complex_wct(inputs, pseudo=p)(content) for p in (False, True))
    assert pseudo.isfinite().all() and not torch.allclose(plain, pseudo, atol=1e-4)


@pytest.mark.parametrize("levels", [(1,), (2, 1), (3, 2, 1)])
def test_context_covers_all_levels(inputs, levels):
    stylizer = complex_wct(inputs, levels=levels)
    reach = sum(4 * 2 ** (level - 1) for level in levels)
    assert stylizer.context == stylizer.hop * (1 + FOLLOWED_FRAMES + reach)
    assert stylizer.segment % stylizer.hop == 0
