"""Affine maps: chaining, blending, and the layout of what they are applied to."""

import pytest
import torch

from audiostyle.errors import ShapeError
from audiostyle.style import AffineMap


@pytest.fixture
def maps():
    generator = torch.Generator().manual_seed(0)
    return [
        AffineMap(
            *(torch.randn(*shape, generator=generator, dtype=torch.float64) for shape in ((3, 3), (3,)))
        )
        for _ in range(2)
    ]


def test_it_is_a_matrix_and_a_bias_at_every_position(maps):
    features = torch.randn(2, 3, 4, 5, dtype=torch.float64)
    expected = torch.stack([maps[0].matrix @ features[1, :, 2, n] + maps[0].bias for n in range(5)], dim=1)
    torch.testing.assert_close(maps[0](features)[1, :, 2], expected)


def test_chained_maps_are_one_after_the_other(maps):
    features = torch.randn(1, 3, 7, dtype=torch.float64)
    torch.testing.assert_close((maps[1] @ maps[0])(features), maps[1](maps[0](features)))


def test_alpha_0_returns_the_features_exactly_and_1_the_map(maps):
    features = torch.randn(1, 3, 50)
    assert torch.equal(maps[0].blend(0.0)(features), features)
    torch.testing.assert_close(maps[0].blend(1.0)(features), maps[0](features))


def test_alpha_is_a_share_of_the_result(maps):
    features = torch.randn(1, 3, 7, dtype=torch.float64)
    torch.testing.assert_close(maps[0].blend(0.3)(features), 0.3 * maps[0](features) + 0.7 * features)


def test_precision_and_layout_stay(maps):
    features = torch.randn(1, 3, 6, 6).contiguous(memory_format=torch.channels_last)
    result = maps[0](features)
    assert result.dtype == torch.float32
    assert result.is_contiguous(memory_format=torch.channels_last)


def test_other_channels_are_refused(maps):
    with pytest.raises(ShapeError, match="3 channels"):
        maps[0](torch.zeros(1, 4, 5))
