"""Losses of content: closed forms, what self-similarity does not see."""

import pytest
import torch
from style_losses import make_map

from audiostyle.errors import ShapeError
from audiostyle.style.losses import Perceptual, SelfSimilarity


def test_perceptual_by_definition(shape):
    content, features = make_map(0, *shape), make_map(1, *shape)
    torch.testing.assert_close(Perceptual(content)(features), (features - content).square().mean())


def test_a_mask_leaves_out_the_rest(shape):
    content, features = make_map(2, *shape), make_map(3, *shape)
    mask = torch.zeros(shape[2:])
    mask[..., :5] = 1
    masked = Perceptual(content, mask=mask)(features)
    torch.testing.assert_close(masked, Perceptual(content[..., :5])(features[..., :5]))


def test_an_empty_mask_is_refused():
    with pytest.raises(ShapeError, match="the mask is empty"):
        Perceptual(make_map(4, 1, 2, 6), mask=torch.zeros(6))(make_map(5, 1, 2, 6))


def test_another_size_is_refused():
    with pytest.raises(ShapeError, match="the map is"):
        Perceptual(make_map(6, 1, 2, 6))(make_map(7, 1, 2, 7))


def test_self_similarity_by_definition():
    content, features = make_map(8, 1, 3, 6), make_map(9, 1, 4, 6)
    distances = []
    for part in (features, content):
        table = torch.tensor(
            [
                [1 - torch.cosine_similarity(part[0, :, i], part[0, :, j], dim=0) for j in range(6)]
                for i in range(6)
            ]
        ).double()
        distances.append(table / table.sum(dim=1, keepdim=True))
    expected = (distances[0] - distances[1]).abs().sum(dim=1).mean()
    torch.testing.assert_close(SelfSimilarity(content)(features), expected, rtol=1e-6, atol=1e-6)


def test_it_does_not_see_rotations_and_scales_of_features():
    content = make_map(10, 1, 3, 20)
    rotation, _ = torch.linalg.qr(make_map(11, 3, 3))
    turned = 7 * torch.einsum("dc,bct->bdt", rotation, content)
    assert SelfSimilarity(content)(turned) < 1e-6
    assert Perceptual(content)(turned) > 1


def test_samples_are_places_of_both():
    content = make_map(12, 1, 3, 40, 40)
    loss = SelfSimilarity(content, positions=64, seed=1)
    assert 32 < len(loss.chosen) <= 64
    assert loss(content) < 1e-9
    first = loss.chosen
    loss.advance(content)
    assert not torch.equal(loss.chosen, first)


def test_other_positions_are_refused():
    with pytest.raises(ShapeError, match="differ in their positions"):
        SelfSimilarity(make_map(13, 1, 3, 6))(make_map(14, 1, 3, 7))
