"""Spectra of single notes: both kinds are magnitudes, and what is between two bins is between them."""

import pytest
import torch

from audiostyle.models.frontend import PITCHES
from audiostyle.models.note_spectra import AddedTemplates, ShapedNotes

BINS, KEY = 40, 7


@pytest.fixture(params=["added", "shaped"])
def spectra(request):
    torch.manual_seed(0)
    smooth = torch.cumsum(0.1 * torch.randn(PITCHES, 3, BINS), dim=2)
    return AddedTemplates(smooth.exp()) if request.param == "added" else ShapedNotes(smooth)


def test_magnitudes_are_linear_in_the_level(spectra):
    gains = torch.rand(5, 3) + 0.1
    louder = gains * 2 if isinstance(spectra, AddedTemplates) else gains * torch.tensor([2.0, 1.0, 1.0])
    assert torch.allclose(spectra.mix(louder, KEY), 2 * spectra.mix(gains, KEY), rtol=1e-5)
    assert (spectra.find_peaks(louder.expand(PITCHES, 5, 3).transpose(0, 1)) > 0).all()


def test_every_second_of_the_finer_ones_is_the_magnitude(spectra):
    gains = torch.rand(5, 3)
    magnitude, finer = spectra.mix(gains, KEY), spectra.mix_finely(gains, KEY)
    assert torch.allclose(finer[:, ::2], magnitude, rtol=1e-4)
    assert (finer[:, 1::2] > 0.5 * torch.minimum(magnitude[:, 1:], magnitude[:, :-1])).all()


def test_peaks_of_sums_of_templates_are_bounds():
    spectra, gains = AddedTemplates(torch.rand(PITCHES, 3, BINS)), torch.rand(5, 3)
    peaks = spectra.find_peaks(gains[:, None].expand(5, PITCHES, 3))
    assert (spectra.mix(gains, KEY).amax(dim=1) <= peaks[:, KEY] + 1e-6).all()


def test_power_is_the_square_of_the_magnitude():
    spectra = ShapedNotes(torch.cumsum(0.1 * torch.randn(PITCHES, 3, BINS), dim=2))
    gains = torch.rand(5, 3) + 0.1
    assert torch.allclose(spectra.mix_power(gains, KEY), spectra.mix(gains, KEY).square(), rtol=1e-4)
