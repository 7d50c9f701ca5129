"""Maps of spectrograms: their layers, their bands, and what complex patches do not see."""

import pytest
import torch

from audiostyle.spectrogram.gram_representations import get_representation
from audiostyle.spectrogram.loss_features import BANDS, cut_bands, extract_patches, make_loss_features
from audiostyle.style.losses import INPUT

RATE = 4000


def represent(kind, wave):
    representation = get_representation(kind, RATE, 0, torch.device("cpu"))
    return make_loss_features(kind, representation), representation.encode(
        representation.transform(wave), 1.0
    )


@pytest.mark.parametrize("kind", ["encoder", "random", "complex"])
def test_usual_layers_exist_and_have_a_mean_square_of_one_in_the_style(kind, style):
    features, represented = represent(kind, style)
    maps = features.normalize([represented])(represented)
    assert {*features.style_layers, *features.content_layers, INPUT} <= set(maps)
    for name, part in maps.items():
        assert part.ndim in (3, 4) and part.shape[0] == 1 and not part.is_complex()
        assert name == INPUT or float(part.square().mean()) == pytest.approx(1, rel=1e-4) or not part.any()


@pytest.mark.parametrize("kind", ["encoder", "random", "complex"])
def test_maps_can_be_differentiated(kind, style):
    features, represented = represent(kind, style)
    point = represented.clone().requires_grad_()
    sum(part.square().sum() for part in features(point).values()).backward()
    assert torch.isfinite(torch.view_as_real(point.grad) if point.is_complex() else point.grad).all()


def test_bands_are_the_whole_map_cut_along_frequency():
    whole = torch.randn(1, 2, 40, 5)
    parts = cut_bands("map", whole)
    assert len(parts) == BANDS + 1
    torch.testing.assert_close(torch.cat([parts[f"map.{n}"] for n in range(BANDS)], dim=2), whole)


def test_a_map_of_few_rows_is_all_in_every_band():
    few = torch.randn(1, 2, 3, 5)
    assert all(torch.equal(part, few) for part in cut_bands("map", few).values())


def test_patches_do_not_see_the_phase_of_the_whole():
    spectrum = torch.randn(9, 12, dtype=torch.complex64)
    turned = spectrum * torch.exp(torch.tensor(1.3j))
    torch.testing.assert_close(extract_patches(turned), extract_patches(spectrum), rtol=1e-3, atol=1e-4)
    assert not torch.allclose(extract_patches(spectrum.conj()), extract_patches(spectrum), atol=1e-2)


def test_the_middle_of_a_patch_is_a_compressed_magnitude():
    spectrum = torch.randn(9, 12, dtype=torch.complex64) + 3
    patches = extract_patches(spectrum)
    torch.testing.assert_close(patches[0, 4], spectrum.abs() ** (1 / 3), rtol=1e-3, atol=1e-3)
    assert patches[0, 13].abs().max() < 1e-3
