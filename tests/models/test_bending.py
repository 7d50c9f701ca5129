"""Stretching spectra along frequency: a shift keeps what it shifts, and no shift changes nothing."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.models.bending import OCTAVE, find_source_bins, insert_midpoints, interpolate


@given(st.integers(0, 99))
def test_interpolation_at_whole_places_reads_the_values(seed):
    values = torch.randn(3, 40, generator=torch.Generator().manual_seed(seed))
    assert torch.equal(interpolate(values, torch.arange(40.0).expand(3, -1)), values)


@given(st.floats(0, 39), st.integers(0, 9))
def test_interpolation_is_exact_on_lines_and_stays_within_the_row(place, seed):
    places = torch.full((1, 40), place)
    assert torch.allclose(interpolate(torch.arange(40.0)[None] * 3 - 7, places), places * 3 - 7, atol=1e-4)
    noise = torch.rand(1, 40, generator=torch.Generator().manual_seed(seed))
    between = interpolate(noise, places)
    assert noise.min() <= between.min() and between.max() <= noise.max()


def test_midpoints_lie_between_the_magnitudes_that_stay():
    """Exactly on squares of parabolas, but for the ends of the row."""
    places = torch.arange(0, 19.5, 0.5)
    magnitude = (0.1 * places**2 - places + 9) ** 2
    finer = insert_midpoints(magnitude[::2])
    assert torch.equal(finer[::2], magnitude[::2])
    assert torch.allclose(finer[2:-2], magnitude[2:-2], rtol=1e-4)


def test_a_straight_spectrum_comes_from_its_own_bins():
    assert torch.equal(find_source_bins(torch.zeros(2, 1), 50), torch.arange(50.0).expand(2, -1))


@given(st.floats(-400, 400))
def test_a_lobe_moves_by_its_interval_and_keeps_its_height(cents):
    """A Hann window's lobe, wherever it lies between bins, to 1 dB."""
    bins, center = 200, 60.3

    def draw_lobe(middle: float) -> torch.Tensor:
        away = (torch.arange(bins) - middle).abs()
        return (torch.sinc(away) / (1 - away**2 + 1e-9)).abs() * (away < 2)

    octaves = torch.full((1, 1), cents / OCTAVE)
    moved = interpolate(insert_midpoints(draw_lobe(center)[None]), 2 * find_source_bins(octaves, bins))[0]
    ratio = 2 ** (cents / OCTAVE)
    centroid = float((moved * torch.arange(bins)).sum() / moved.sum())
    assert abs(centroid - center * ratio) < 0.05 * ratio
    peak = draw_lobe(center * ratio).max()
    assert abs(moved.max() / peak - 1) < 0.12
