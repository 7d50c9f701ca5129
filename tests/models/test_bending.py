"""Stretching spectra along frequency: a shift keeps what it shifts, and no shift changes nothing."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.models.bending import OCTAVE, find_source_bins, interpolate


@given(st.integers(0, 99))
def test_interpolation_at_whole_places_reads_the_values(seed):
    values = torch.randn(3, 40, generator=torch.Generator().manual_seed(seed))
    assert torch.equal(interpolate(values, torch.arange(40.0).expand(3, -1)), values)


@given(st.floats(0, 38), st.integers(0, 9))
def test_interpolation_is_exact_on_parabolas_and_within_the_row_elsewhere(place, seed):
    x = torch.arange(40.0)
    parabola = (0.1 * x**2 - 2 * x + 3)[None]
    places = torch.full((1, 40), min(max(place, 1.0), 37.0))
    assert torch.allclose(interpolate(parabola, places), 0.1 * places**2 - 2 * places + 3, atol=1e-3)
    noise = torch.rand(1, 40, generator=torch.Generator().manual_seed(seed))
    assert interpolate(noise, torch.full((1, 40), place)).abs().max() < 1.3


def test_a_straight_spectrum_comes_from_its_own_bins():
    assert torch.equal(find_source_bins(torch.zeros(2, 1), 50), torch.arange(50.0).expand(2, -1))


@given(st.floats(-400, 400))
def test_a_lobe_moves_by_its_interval_and_keeps_its_height(cents):
    """A Hann window's lobe, wherever it lies between bins, to 5 percent."""
    bins, center = 200, 60.3

    def draw_lobe(middle: float) -> torch.Tensor:
        away = (torch.arange(bins) - middle).abs()
        return (torch.sinc(away) / (1 - away**2 + 1e-9)).abs() * (away < 2)

    octaves = torch.full((1, 1), cents / OCTAVE)
    moved = interpolate(draw_lobe(center)[None].sqrt(), find_source_bins(octaves, bins)).square()[0]
    ratio = 2 ** (cents / OCTAVE)
    centroid = float((moved * torch.arange(bins)).sum() / moved.sum())
    assert abs(centroid - center * ratio) < 0.05 * ratio
    peak = draw_lobe(center * ratio).max()
    assert abs(moved.max() / peak - 1) < 0.1
