"""Losses of patches: naive oracles, masks and labels, balance, and matches that are held."""

import pytest
import torch
from style_losses import make_map
from torch.nn import functional as F

from audiostyle.errors import ShapeError
from audiostyle.style.losses import MRF, NearestNeighbors, Reshuffle, Semantic


def list_patches(features, size):
    kernel = (1, size) if features.ndim == 3 else (size, size)
    return (
        F.unfold(features[:, :, None] if features.ndim == 3 else features, kernel).movedim(1, 2).flatten(0, 1)
    )


def compute_naively(style, features, size):
    """By tables of all patches and of all pairs."""
    own, other = list_patches(features, size), list_patches(style, size)
    nearest = (F.normalize(own) @ F.normalize(other).mT).argmax(dim=1)
    return (own - other[nearest]).square().mean()


@pytest.mark.parametrize("size", [1, 3])
def test_mrf_by_tables_of_all_patches(shape, size):
    style, features = make_map(0, *shape), make_map(1, *shape).requires_grad_()
    value, expected = MRF(style, size=size)(features), compute_naively(style, features, size)
    torch.testing.assert_close(value, expected)
    gradients = [torch.autograd.grad(one, features, retain_graph=True)[0] for one in (value, expected)]
    torch.testing.assert_close(*gradients)


def test_a_piece_of_the_style_is_at_zero():
    style = make_map(2, 1, 3, 12, 12)
    assert MRF(style)(style[..., 3:9, 2:11]) < 1e-20


def test_masks_choose_what_may_be_matched_and_what_counts():
    style, features = make_map(3, 1, 3, 20), make_map(4, 1, 3, 20)
    style_mask, mask = torch.arange(20) < 8, torch.arange(20) < 6
    masked = MRF(style, mask=mask, style_mask=style_mask)(features)
    # middles below 8 are those of the patches inside the first 9 positions
    torch.testing.assert_close(masked, MRF(style[..., :9])(features[..., :7]))


def test_a_mask_without_a_middle_is_refused():
    with pytest.raises(ShapeError, match="no patch of the style has its middle inside"):
        MRF(make_map(5, 1, 3, 9), style_mask=torch.arange(9) < 1)


def test_held_matches_are_those_of_when_it_was_advanced():
    style, features = make_map(6, 1, 3, 20), make_map(7, 1, 3, 20)
    loss = MRF(style)
    loss.advance(features)
    held = loss(-features)
    assert held > MRF(style)(-features)
    loss.advance(-features)
    torch.testing.assert_close(loss(-features), MRF(style)(-features))


def test_semantic_keeps_to_alike_labels():
    """Each half may only take from the half with its label, if labels count enough.

    Beside labels that are much longer, the greatest cosine is the least distance.
    """
    style, features = make_map(8, 1, 3, 16), make_map(9, 1, 3, 16)
    first = (torch.arange(16) < 8).double()
    labels = torch.stack([first, 1 - first])
    loss = Semantic(style, labels=labels, style_labels=labels.flip(0), size=1, emphasis=1000)
    squares = torch.cdist(features[0].mT, style[0].mT).square()
    nearest = torch.cat([squares[:8, 8:].min(dim=1).values, squares[8:, :8].min(dim=1).values])
    torch.testing.assert_close(loss(features), nearest.mean() / 5)  # a mean over channels and labels


def test_without_emphasis_labels_do_not_matter():
    style, features = make_map(10, 1, 3, 16), make_map(11, 1, 3, 16)
    labels = torch.eye(2).repeat_interleave(8, dim=1)
    loss = Semantic(style, labels=labels, style_labels=labels.flip(0), size=1, emphasis=0)
    torch.testing.assert_close(loss(features) * 5 / 3, MRF(style, size=1)(features))


def test_labels_that_do_not_fit_are_refused():
    with pytest.raises(ShapeError, match="do not fit"):
        Semantic(make_map(12, 1, 3, 8), labels=torch.ones(2, 8), style_labels=torch.ones(3, 8))


def test_reshuffle_uses_everything_where_mrf_takes_one_patch():
    """A flat map is nearest to one patch; reshuffled, it must become all of the style."""
    style = make_map(13, 1, 2, 24)
    flat = style[..., :1].expand(1, 2, 24).contiguous()
    assert MRF(style, size=1)(flat) < 1e-20
    expected = (style - flat).square().mean()
    torch.testing.assert_close(Reshuffle(style, size=1)(flat), expected)


def test_reshuffled_a_permutation_of_patches_is_at_zero(shuffle):
    style = make_map(14, 1, 3, 6, 6)
    assert Reshuffle(style, size=1)(shuffle(style)) < 1e-20


def test_reshuffled_only_what_counts_uses_up_the_style():
    """Half of the map is the style, shuffled; the other half, which does not count, is it too."""
    style = make_map(26, 1, 3, 12)
    features = torch.cat([style.flip(2), style], dim=2)
    loss = Reshuffle(style, size=1, mask=torch.arange(24) < 12)
    assert loss(features) < 1e-20


def test_more_usage_is_nearer_to_mrf():
    style, features = make_map(15, 1, 3, 30), make_map(16, 1, 3, 30)
    values = [float(Reshuffle(style, usage=usage)(features)) for usage in (1, 3, 30)]
    assert values[0] > values[2] == pytest.approx(float(MRF(style)(features)))


def test_nearest_neighbors_by_definition(shape):
    style, content, features = (make_map(seed, *shape) for seed in (17, 18, 19))
    centered = [
        part - part.mean(dim=[a for a in range(part.ndim) if a != 1], keepdim=True)
        for part in (content, style)
    ]
    one, other = (list_patches(part, 1) for part in centered)
    nearest = (F.normalize(one) @ F.normalize(other).mT).argmax(dim=1)
    mean = list_patches(style, 1).mean(dim=0)
    matched = list_patches(style, 1)[nearest] - mean
    expected = (1 - F.cosine_similarity(list_patches(features, 1) - mean, matched)).mean()
    torch.testing.assert_close(NearestNeighbors(style, content)(features), expected)


def test_matches_of_the_content_stay_and_those_of_the_result_go_on():
    style, content, features = (make_map(seed, 1, 3, 20) for seed in (20, 21, 22))
    fixed, free = NearestNeighbors(style, content), NearestNeighbors(style)
    before = fixed(features)
    for loss in (fixed, free):
        loss.advance(features)
    assert fixed(features) == before
    assert free(features) <= before


def test_a_result_of_another_size_is_refused():
    loss = NearestNeighbors(make_map(23, 1, 3, 9), make_map(24, 1, 3, 9))
    with pytest.raises(ShapeError, match="differ in size"):
        loss(make_map(25, 1, 3, 8))
