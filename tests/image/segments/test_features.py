"""What places are described by: sizes, ranks, axes that pictures share, hidden places."""

import numpy as np
import pytest
import torch

from audiostyle.image.segments.features import AXES, SIDE, look_at, shrink


def to_tensor(picture: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(picture).movedim(2, 0)


@pytest.fixture(scope="session")
def places(photo, landscape_pair):
    return look_at([to_tensor(picture) for picture in landscape_pair], [None, None], photo)


def test_a_place_is_eight_pixels_and_has_a_rank_and_a_height(places, landscape_pair):
    for found, picture in zip(places, landscape_pair, strict=True):
        rows, columns = found.size
        assert (rows, columns) == tuple(-(-side // 8) for side in picture.shape[:2])
        assert found.features.shape == (rows * columns, AXES)
        np.testing.assert_allclose(np.sort(found.light), (np.arange(rows * columns) + 0.5) / (rows * columns))
        assert found.height[0] < found.height[columns] and (found.weights == 1).all()


def test_a_description_does_not_depend_on_brightness_or_contrast_of_color(places):
    found = places[0]
    dimmed = type(found)(**{**found.__dict__, "color": 0.1 + 0.5 * found.color})
    np.testing.assert_allclose(dimmed.describe(), found.describe(), atol=1e-3)


def test_equal_pictures_have_equal_features(photo, landscape_pair):
    one = to_tensor(landscape_pair[0])
    first, second = look_at([one, one], [None, None], photo)
    np.testing.assert_allclose(first.features, second.features, atol=1e-6)


def test_hidden_places_do_not_count(photo, landscape_pair):
    alpha = np.ones(landscape_pair[0].shape[:2], np.float32)
    alpha[:, :80] = 0
    (found,) = look_at([to_tensor(landscape_pair[0])], [alpha], photo)
    weights = found.weights.reshape(found.size)
    assert (weights[:, :10] == 0).all() and (weights[:, 10:] == 1).all()


@pytest.mark.parametrize("size", [(1, 1), (3, 40), (300, 700), (900, 260)])
def test_pictures_are_shrunk_by_averaging_and_small_ones_stay(size):
    picture = torch.rand(3, *size, generator=torch.Generator().manual_seed(0))
    small = shrink(picture, SIDE)
    assert min(small.shape[1:]) == min(SIDE, *size)
    torch.testing.assert_close(small.mean(dim=(1, 2)), picture.mean(dim=(1, 2)), atol=5e-3, rtol=0)
