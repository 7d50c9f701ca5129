"""Pixels: sizes, gray, and what the optimizer changes."""

import torch

from audiostyle.image.optimization.pixels import fit_picture, to_gray, to_picture, to_point


def test_points_are_pictures_and_back():
    picture = torch.linspace(0.01, 0.99, 30)
    torch.testing.assert_close(to_picture(to_point(picture)), picture)
    black_and_white = to_picture(to_point(torch.tensor([0.0, 1.0])))
    torch.testing.assert_close(black_and_white, torch.tensor([0.0, 1.0]), atol=2e-3, rtol=0)


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
