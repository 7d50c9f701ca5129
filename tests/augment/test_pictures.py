"""The style of pictures: bands sum up, styles are reached, closed forms, edges stay, noise stays noise."""

import numpy as np
import pytest
import torch
from films import make_pattern
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.augment.pictures import MOST_GAIN, PictureStatistics, find_maps, split_bands
from audiostyle.errors import ShapeError

STATISTICS = PictureStatistics()


def make_pictures(count=3, height=48, width=64, seed=0, contrast=0.6):
    patterns = [make_pattern(height, width, seed + n) / 255 for n in range(count)]
    colors = np.random.default_rng(seed).uniform(0.2, 0.5, (count, 1, 1, 3))
    pictures = contrast * np.stack(patterns) * colors + 0.25
    return torch.from_numpy(pictures).float().movedim(3, 1)


@given(st.integers(1, 40), st.integers(1, 40))
def test_bands_sum_to_the_picture_at_any_size(height, width):
    pictures = torch.rand(2, 3, height, width, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(sum(split_bands(pictures)), pictures, rtol=0, atol=1e-6)


def test_bands_are_those_of_the_slow_way():
    picture = torch.rand(1, 3, 7, 9, generator=torch.Generator().manual_seed(0)).double()
    kernel = np.array([1, 4, 6, 4, 1]) / 16
    blurred = picture[0].numpy()
    for band, found in enumerate(split_bands(picture)[:-1]):
        coarser = blurred
        for axis in (2, 1):
            size, moved = coarser.shape[axis], np.zeros_like(coarser)
            for place in range(size):
                for tap, share in enumerate(kernel):
                    seen = min(max(place + (tap - 2) * 2**band, 0), size - 1)
                    moved[(slice(None),) * axis + (place,)] += share * coarser.take(seen, axis)
            coarser = moved
        np.testing.assert_allclose(found[0], blurred - coarser, atol=1e-12)
        blurred = coarser


def test_a_picture_in_its_own_style_is_itself():
    pictures = make_pictures()
    style = STATISTICS.measure(pictures)
    torch.testing.assert_close(STATISTICS.transform(pictures, lambda _: style), pictures, rtol=0, atol=1e-5)


def test_the_style_that_is_wanted_is_nearly_reached():
    pictures, others = make_pictures(seed=0), make_pictures(seed=20, contrast=0.9)
    own, wanted = STATISTICS.measure(pictures), STATISTICS.measure(others)
    reached = STATISTICS.measure(STATISTICS.transform(pictures, lambda _: wanted))
    before, after = (own - wanted).norm(dim=1), (reached - wanted).norm(dim=1)
    assert (after < 0.25 * before).all()
    torch.testing.assert_close(reached[:, :3], wanted[:, :3], rtol=0, atol=0.05)


def test_maps_are_optimal_transport():
    rng = torch.Generator().manual_seed(0)
    logs = torch.randn(2, 5, 3, 3, generator=rng, dtype=torch.float64) / 4
    own, wanted = (each + each.mT for each in logs)
    maps = find_maps(own, wanted)
    torch.testing.assert_close(maps, maps.mT)
    assert (torch.linalg.eigvalsh(maps) > 0).all()
    reached = maps @ torch.matrix_exp(own) @ maps
    torch.testing.assert_close(reached, torch.matrix_exp(wanted), rtol=1e-8, atol=1e-10)


def test_gains_are_limited_so_that_noise_stays_noise():
    own, wanted = (torch.eye(3, dtype=torch.float64) * level for level in (-11.0, -2.0))
    torch.testing.assert_close(find_maps(own, wanted), MOST_GAIN * torch.eye(3, dtype=torch.float64))
    flat = torch.full((1, 3, 32, 32), 0.5) + 0.002 * torch.randn(
        1, 3, 32, 32, generator=torch.Generator().manual_seed(0)
    )
    style = STATISTICS.measure(make_pictures(1))
    assert STATISTICS.transform(flat, lambda _: style).std(dim=(2, 3)).max() < 0.03


def test_things_stay_where_they_are():
    pictures = make_pictures(4, contrast=0.9)
    own = STATISTICS.measure(pictures)
    changed = STATISTICS.transform(pictures, lambda _: own.roll(1, 0))
    for before, after in zip(pictures, changed, strict=True):  # in the whole style of another one
        edges = [np.hypot(*np.gradient(each.numpy(), axis=(1, 2))).sum(axis=0) for each in (before, after)]
        assert np.corrcoef(edges[0].ravel(), edges[1].ravel())[0, 1] > 0.7


def test_a_gray_picture_and_a_black_one_have_a_style():
    for level in (0.0, 0.5, 1.0):
        flat = torch.full((1, 3, 8, 8), level)
        style = STATISTICS.measure(flat)
        assert style.isfinite().all()
        assert STATISTICS.transform(flat, lambda own: own + 1).isfinite().all()


def test_gradients_flow_through_the_picture():
    pictures = make_pictures().requires_grad_()
    own = STATISTICS.measure(pictures)
    STATISTICS.transform(pictures, lambda _: own).sum().backward()
    assert pictures.grad.isfinite().all() and pictures.grad.abs().mean() > 0.5


@pytest.mark.parametrize("shape", [(3, 8, 8), (2, 1, 8, 8), (0, 3, 8, 8), (2, 3, 0, 8)])
def test_what_is_no_batch_of_pictures_is_refused(shape):
    with pytest.raises(ShapeError, match=r"\(batch, 3, height, width\)"):
        STATISTICS.measure(torch.zeros(shape))
    with pytest.raises(ShapeError, match="uint8"):
        STATISTICS.measure(torch.zeros(1, 3, 8, 8, dtype=torch.uint8))
