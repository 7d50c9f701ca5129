"""Regions of a scene: sky goes to sky, statistics hold the whole, transparency has no say."""

import numpy as np
import pytest
import torch

from audiostyle.image.segments.segment import WHOLE, find_regions, segment


@pytest.fixture(scope="session")
def scenes(landscape_pair):
    return [torch.from_numpy(picture).movedim(2, 0) for picture in landscape_pair]


@pytest.fixture(scope="session")
def regions(scenes):
    return find_regions(scenes[0], [scenes[1]], None, [None])


def test_areas_sum_to_one_and_statistics_hold_the_whole(regions, scenes):
    total = sum(region.content for region in regions)
    torch.testing.assert_close(total, torch.ones_like(total), atol=1e-4, rtol=0)
    for region in regions:
        assert region.share.shape == scenes[0].shape[1:] and region.styles[0].shape == scenes[1].shape[1:]
        for counted in (region.share, *region.styles):
            assert float(counted.min()) >= WHOLE - 1e-5
            assert float(counted.mean()) == pytest.approx(1 + WHOLE, abs=0.02)


def test_the_sky_takes_more_of_the_sky_than_of_the_ground(regions):
    """In both painted pictures the sky is above and the ground below."""
    sky = max(regions, key=lambda region: float(region.content[:20].mean()))
    ground = max(regions, key=lambda region: float(region.content[-20:].mean()))
    assert float(sky.styles[0][:15].mean()) > 1.1 * float(sky.styles[0][-15:].mean())
    assert float(ground.styles[0][-15:].mean()) > 1.1 * float(ground.styles[0][:15].mean())


def test_several_styles_have_their_own_shares(scenes):
    several = find_regions(scenes[0], [scenes[1], scenes[0]], None, [None, None])
    assert [share.shape for share in several[0].styles] == [scenes[1].shape[1:], scenes[0].shape[1:]]


def test_hidden_pixels_do_not_count(scenes):
    alpha = np.ones(scenes[0].shape[1:], np.float32)
    alpha[:, :60] = 0
    for region in find_regions(scenes[0], [scenes[0]], alpha, [alpha]):
        assert float(region.share[:, :60].max()) == 0 and float(region.styles[0][:, :60].max()) == 0


def test_the_same_pictures_give_the_same_regions(scenes, regions):
    again = find_regions(scenes[0], [scenes[1]], None, [None])
    for one, other in zip(regions, again, strict=True):
        assert torch.equal(one.content, other.content) and torch.equal(one.styles[0], other.styles[0])


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (5, 4)])
def test_pictures_of_hardly_any_pixels_have_regions_too(scenes, size):
    tiny = torch.rand(3, *size, generator=torch.Generator().manual_seed(0))
    for one, other in ((tiny, scenes[1]), (scenes[1], tiny), (tiny, tiny)):
        found = segment(one, [other], None, [None])
        assert torch.isfinite(found.content).all() and found.content.shape[1:] == one.shape[1:]
