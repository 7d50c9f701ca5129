"""Bands: a partition of frequency; their moments are what one would gather by hand; their maps mix."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.spectrogram.bands import RowMaps, RowMoments, compute_band_weights, compute_row_maps
from audiostyle.style import Moments, optimal_transport
from audiostyle.style.affine import AffineMap

shapes = st.tuples(st.integers(1, 4), st.integers(1, 6), st.integers(1, 9))


def make_features(
    shape: tuple[int, int, int], seed: int = 0, dtype: torch.dtype = torch.float64
) -> torch.Tensor:
    return torch.randn((1, *shape), generator=torch.Generator().manual_seed(seed), dtype=dtype)


def assert_close(one: Moments, other: Moments) -> None:
    assert one.count == pytest.approx(other.count)
    torch.testing.assert_close(one.mean, other.mean, atol=1e-9, rtol=1e-7)
    torch.testing.assert_close(one.scatter, other.scatter, atol=1e-9, rtol=1e-7)


@given(st.lists(st.floats(0, 24_000), min_size=1, max_size=20), st.integers(2, 20))
def test_bands_add_up_to_one_at_every_frequency(hertz, count):
    shares = compute_band_weights(torch.tensor(hertz), count)
    assert shares.shape == (count, len(hertz)) and (shares >= 0).all()
    torch.testing.assert_close(
        shares.sum(dim=0), torch.ones(len(hertz), dtype=torch.float64), atol=1e-5, rtol=0
    )


@given(shapes, st.sampled_from([torch.float64, torch.complex128]))
def test_one_band_of_everything_has_the_moments_that_a_picture_has(shape, dtype):
    x = make_features(shape, dtype=dtype)
    (band,) = RowMoments.from_features(x).pool_bands(torch.ones(1, shape[1], dtype=torch.float64))
    assert_close(band, Moments.from_features(x))


@given(shapes, st.data())
def test_a_band_counts_rows_as_weights_count_positions(shape, data):
    x = make_features(shape)
    share = torch.tensor(
        data.draw(st.lists(st.floats(0.1, 1), min_size=shape[1], max_size=shape[1])), dtype=torch.float64
    )
    (band,) = RowMoments.from_features(x).pool_bands(share[None])
    assert_close(band, Moments.from_features(x, share[:, None].expand(shape[1:])))


@given(shapes, st.data())
def test_pieces_add_up(shape, data):
    x = make_features(shape)
    cut = data.draw(st.integers(0, shape[2]))
    one, other = (RowMoments.from_features(piece) for piece in (x[..., :cut], x[..., cut:]))
    both, whole = one + other, RowMoments.from_features(x)
    torch.testing.assert_close(both.mean, whole.mean)
    torch.testing.assert_close(both.scatter, whole.scatter, atol=1e-9, rtol=1e-7)


def test_only_the_frames_that_are_asked_for_count():
    x, chosen = make_features((3, 4, 6)), torch.tensor([True, False, True, True, False, True])
    torch.testing.assert_close(
        RowMoments.from_features(x, chosen).scatter, RowMoments.from_features(x[..., chosen]).scatter
    )
    assert RowMoments.from_features(x, torch.zeros(6, dtype=torch.bool)).count == 0


@given(shapes, st.sampled_from([torch.float32, torch.complex64]))
def test_a_row_s_map_is_the_mixture_of_its_bands(shape, dtype):
    x, double = make_features(shape, dtype=dtype), torch.complex128 if dtype.is_complex else torch.float64
    generator = torch.Generator().manual_seed(1)
    maps = [
        AffineMap(
            *(
                torch.randn(*size, dtype=double, generator=generator)
                for size in ((shape[0],) * 2, (shape[0],))
            )
        )
        for _ in range(2)
    ]
    share = torch.rand(shape[1], dtype=torch.float64, generator=generator)
    mixed = RowMaps.mix(maps, torch.stack([share, 1 - share]))(x)
    weight = share.to(dtype)[:, None]
    expected = weight * maps[0](x) + (1 - weight) * maps[1](x)
    torch.testing.assert_close(mixed, expected, atol=1e-4, rtol=1e-4)


def test_features_get_the_style_s_moments():
    generator = torch.Generator().manual_seed(0)
    content, style = (torch.randn(1, 4, 1, 4000, generator=generator, dtype=torch.float64) for _ in range(2))
    style = style * torch.tensor([1.0, 2, 3, 4]).view(1, 4, 1, 1) + 5
    share = torch.ones(1, 1, dtype=torch.float64)
    own, other = (
        RowMoments.from_features(content).pool_bands(share),
        RowMoments.from_features(style).pool_bands(share),
    )
    maps = compute_row_maps(own, other, share, 1.0, optimal_transport)
    made = Moments.from_features(maps(content.float()))
    torch.testing.assert_close(made.mean, other[0].mean, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(made.covariance, other[0].covariance, atol=1e-3, rtol=1e-3)


def test_a_band_that_one_side_lacks_stays_as_it_is():
    x = make_features((3, 2, 50), dtype=torch.float32)
    shares = torch.eye(2, dtype=torch.float64)
    own = RowMoments.from_features(x).pool_bands(shares)
    other = [Moments.empty(3), RowMoments.from_features(2 * x + 1).pool_bands(shares)[1]]
    made = compute_row_maps(own, other, shares, 1.0, optimal_transport)(x)
    torch.testing.assert_close(made[:, :, 0], x[:, :, 0])
    torch.testing.assert_close(made[:, :, 1], 2 * x[:, :, 1] + 1, atol=1e-4, rtol=1e-4)


def test_without_alpha_nothing_changes():
    x = make_features((3, 2, 50), dtype=torch.float32)
    shares = torch.eye(2, dtype=torch.float64)
    own, other = (RowMoments.from_features(y).pool_bands(shares) for y in (x, 3 * x))
    torch.testing.assert_close(compute_row_maps(own, other, shares, 0.0, optimal_transport)(x), x)
