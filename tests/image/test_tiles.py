"""Tiles hold each pixel once, see their halo, and pool the same pixels."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.image.tiles import GRID, cut_tiles

SIDES = st.integers(1, 300)


@given(SIDES, SIDES, st.integers(GRID, 128), st.integers(0, 40))
def test_every_pixel_is_of_one_tile(height, width, side, halo):
    picture, rebuilt = (
        torch.arange(height * width).reshape(1, height, width),
        torch.zeros(1, height, width).long(),
    )
    count = torch.zeros(height, width)
    for tile in cut_tiles(height, width, side, halo):
        rebuilt[(..., *tile.core)] = tile.trim(tile.cut(picture))
        count[tile.core] += 1
    assert torch.equal(rebuilt, picture)
    assert (count == 1).all()


@given(SIDES, SIDES, st.integers(GRID, 128), st.integers(0, 40))
def test_halos_are_as_wide_as_asked_and_begin_in_step(height, width, side, halo):
    for tile in cut_tiles(height, width, side, halo):
        for core, outer, length in zip(tile.core, tile.outer, (height, width), strict=True):
            assert outer.start % GRID == 0 and core.start % GRID == 0
            assert outer.start <= max(0, core.start - halo)
            assert outer.stop >= min(length, core.stop + halo)


def test_tiles_are_about_equal():
    widths = [tile.core[1].stop - tile.core[1].start for tile in cut_tiles(8, 1040, 1024, 0)]
    assert widths == [520, 520]


@given(SIDES, st.integers(GRID, 128))
def test_maps_of_one_value_for_several_pixels_are_trimmed_alike(height, side):
    coarse = torch.arange(-(-height // 8))[None, :, None]
    fine = coarse.repeat_interleave(8, dim=1)[:, :height]
    own = [tile.trim(tile.cut(fine)[:, ::8], step=8) for tile in cut_tiles(height, 1, side, 16)]
    assert torch.equal(torch.cat(own, dim=1), coarse)
