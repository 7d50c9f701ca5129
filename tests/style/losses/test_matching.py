"""Matches: the search in blocks finds what the table of all pairs shows."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from style_losses import make_map
from torch.nn import functional as F

from audiostyle.errors import ShapeError
from audiostyle.style.losses.matching import Patches, find_matches


def list_patches(features, size):
    """All patches, by torch's own unfold."""
    if features.ndim == 3:
        features, kernel = features[:, :, None], (1, size)
    else:
        kernel = (size, size)
    return F.unfold(features, kernel).movedim(1, 2).flatten(0, 1)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_patches_are_those_of_unfold(shape, size):
    features = make_map(0, *shape)
    patches = Patches(features, size, "the map")
    torch.testing.assert_close(patches.take(torch.arange(len(patches))), list_patches(features, size))


def test_middles_are_where_patches_are(shape):
    features = make_map(1, *shape)
    patches = Patches(features, 3, "the map")
    inner = features[..., 1:-1] if features.ndim == 3 else features[..., 1:-1, 1:-1]
    torch.testing.assert_close(patches.rows[patches.middles].mT, inner.movedim(1, 0).flatten(1))


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 3), st.integers(1, 50), st.integers(0, 9))
def test_blocks_find_what_the_whole_table_shows(size, block, seed):
    one, other = make_map(seed, 1, 3, 7, 6), make_map(seed + 100, 2, 3, 5, 8)
    table = F.normalize(list_patches(one, size)) @ F.normalize(list_patches(other, size)).mT
    found, cosines = find_matches(Patches(one, size, ""), Patches(other, size, ""), block=block)
    assert torch.equal(found, table.argmax(dim=1))
    torch.testing.assert_close(cosines, table.max(dim=1).values)


def test_only_candidates_are_chosen_for_the_rows_that_ask():
    one, other = make_map(2, 1, 3, 9), make_map(3, 1, 3, 9)
    rows, candidates = torch.tensor([1, 4]), torch.tensor([0, 2, 5])
    patches, others = Patches(one, 1, ""), Patches(other, 1, "")
    found, _ = find_matches(patches, others, rows=rows, candidates=candidates)
    table = F.normalize(list_patches(one, 1)[rows]) @ F.normalize(list_patches(other, 1)[candidates]).mT
    assert torch.equal(found, candidates[table.argmax(dim=1)])


def test_a_map_below_a_patch_is_refused():
    with pytest.raises(ShapeError, match="the style has 2 × 9 positions, fewer than a patch of 3 a side"):
        Patches(torch.zeros(1, 1, 2, 9), 3, "the style")
