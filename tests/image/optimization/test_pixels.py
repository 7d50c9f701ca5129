"""Pixels: sizes and gray."""

import torch

from audiostyle.image.optimization.pixels import fit_picture, to_gray


def test_pictures_keep_their_proportions():
    assert fit_picture(torch.rand(1, 3, 40, 30), 20).shape == (1, 3, 20, 15)
    assert fit_picture(torch.rand(1, 3, 400, 2), 20).shape == (1, 3, 20, 1)
    same = torch.rand(1, 3, 8, 8)
    assert fit_picture(same, 8) is same


def test_gray_is_luminance_and_stays():
    picture = torch.rand(1, 3, 4, 5)
    gray = to_gray(picture)
    assert gray.shape == picture.shape and torch.equal(gray[:, 0], gray[:, 2])
    torch.testing.assert_close(to_gray(gray), gray)
