"""Decoders of all levels: each decodes its own, and the loss is the sum of theirs."""

import pytest
import torch

from audiostyle.models.vgg import LEVELS, VGGConfig, VGGEncoder
from audiostyle.training.autoencoders.decoders import LevelDecoders, average_results, round_parts
from audiostyle.training.autoencoders.reconstruction import reconstruction_loss

CONFIG = VGGConfig((4, 5, 6, 7), (2, 2, 1, 1))


@pytest.fixture
def pictures() -> torch.Tensor:
    return torch.rand(2, 3, 24, 19, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("unpool", [True, False])
def test_every_level_becomes_a_picture_of_the_same_size(pictures, unpool):
    decoders, features, poolings = LevelDecoders(CONFIG, unpool=unpool), *VGGEncoder(CONFIG).trace(pictures)
    for level in LEVELS:
        decoded = decoders.level(level)(features[level - 1], poolings[: level - 1])
        assert decoded.shape == pictures.shape


def test_the_loss_is_the_sum_over_the_levels(pictures):
    torch.manual_seed(0)
    decoders, features, poolings = LevelDecoders(CONFIG, unpool=True), *VGGEncoder(CONFIG).trace(pictures)
    total, parts = decoders.losses(pictures, features, poolings)
    single = [
        reconstruction_loss(decoders.level(n), pictures, features[n - 1], poolings[: n - 1]) for n in LEVELS
    ]
    assert total.item() == pytest.approx(sum(loss.item() for loss, _ in single), rel=1e-5)
    assert parts.keys() == {f"{name} {n}" for n in LEVELS for name in ("error", "ssim")}


def test_results_are_means_and_less_loss_is_a_better_score():
    losses = [(torch.tensor(loss), {"error": torch.tensor(2 * loss)}) for loss in (1.0, 2.0, 6.0)]
    assert average_results(losses) == {"score": -3.0, "error": 6.0}
    assert average_results(losses[:1])["score"] > average_results(losses)["score"]


def test_numbers_of_a_log_are_short_and_need_no_gradient():
    assert round_parts({"error": torch.tensor(1 / 3, requires_grad=True)}) == {"error": 0.3333}
