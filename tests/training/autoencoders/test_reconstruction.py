"""The loss of a decoder: nothing for a perfect one; SSIM as its paper defines it."""

import numpy as np
import pytest
import torch

from audiostyle.models.vgg import VGGConfig, VGGDecoder
from audiostyle.training.autoencoders.reconstruction import (
    reconstruction_loss,
    relative_error,
    structural_similarity,
)

CONFIG = VGGConfig((4, 5, 6, 7), (2, 2, 1, 1))


class Oracle(VGGDecoder):
    """A decoder that returns nearly the pictures themselves."""

    def __init__(self, images: torch.Tensor) -> None:
        super().__init__(CONFIG, 4, unpool=True)
        self.images = images

    def forward(self, x, poolings):
        return self.images


def test_a_decoder_that_knows_everything_has_no_loss():
    images = torch.rand(2, 3, 32, 32)
    loss, parts = reconstruction_loss(Oracle(images), images, torch.zeros(0), [])
    assert loss.item() == pytest.approx(0, abs=1e-5)
    assert parts["error"] == 0 and parts["ssim"].item() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("spoil", [lambda x: x + 0.1, lambda x: x.flip(3), lambda x: x * 0])
def test_whatever_is_wrong_costs(spoil):
    images = torch.rand(2, 3, 32, 32)
    assert reconstruction_loss(Oracle(spoil(images)), images, torch.zeros(0), [])[0] > 0.05


def windows(plane: np.ndarray) -> list[np.ndarray]:
    places = [(row, column) for row in range(0, 17, 4) for column in range(0, 17, 4)]
    return [plane[row : row + 8, column : column + 8] for row, column in places]


def slow_ssim(one: np.ndarray, other: np.ndarray) -> float:
    """Equation 13 of Wang et al., window by window."""
    scores = []
    for x, y in zip(windows(one), windows(other), strict=True):
        covariance = ((x - x.mean()) * (y - y.mean())).mean()
        light = (2 * x.mean() * y.mean() + 1e-4) / (x.mean() ** 2 + y.mean() ** 2 + 1e-4)
        scores.append(light * (2 * covariance + 9e-4) / (x.var() + y.var() + 9e-4))
    return float(np.mean(scores))


@pytest.mark.parametrize("noise", [0.01, 0.1, 1.0])
def test_ssim_is_that_of_its_definition(noise):
    rng = np.random.default_rng(0)
    clean = rng.random((2, 3, 24, 24))
    noisy = clean + rng.normal(0, noise, clean.shape)
    expected = np.mean([slow_ssim(noisy[n, c], clean[n, c]) for n in range(2) for c in range(3)])
    found = structural_similarity(torch.from_numpy(noisy), torch.from_numpy(clean))
    assert found.item() == pytest.approx(expected, rel=1e-6)


def test_ssim_takes_pictures_smaller_than_its_window():
    x = torch.rand(1, 3, 5, 9)
    assert structural_similarity(x, x).item() == pytest.approx(1, abs=1e-5)


def test_ssim_is_the_same_in_either_memory_layout():
    a, b = torch.rand(2, 3, 24, 24), torch.rand(2, 3, 24, 24)
    laid_out = [x.contiguous(memory_format=torch.channels_last) for x in (a, b)]
    torch.testing.assert_close(structural_similarity(*laid_out), structural_similarity(a, b))


def test_the_relative_error_does_not_depend_on_scale():
    guess, truth = torch.rand(3, 4), torch.rand(3, 4)
    torch.testing.assert_close(relative_error(7 * guess, 7 * truth), relative_error(guess, truth))
    assert relative_error(torch.zeros_like(truth), truth) == 1
