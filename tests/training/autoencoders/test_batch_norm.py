"""Batch normalization: it normalizes in training, and is gone without a trace afterwards."""

import pytest
import torch
from torch import nn

from audiostyle.models.vgg import ReflectedConv2d, VGGConfig, VGGEncoder, layers
from audiostyle.training.autoencoders.batch_norm import NormalizedConv2d, add_batch_norm, fold_batch_norm
from audiostyle.training.autoencoders.decoders import LevelDecoders

CONFIG = VGGConfig((4, 5, 6, 7), (2, 1, 2, 1))


class Both(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.decoders = VGGEncoder(CONFIG), LevelDecoders(CONFIG, unpool=True)

    def forward(self, x):
        features, poolings = self.encoder.trace(x)
        return [self.decoders.level(n)(features[n - 1], poolings[: n - 1]) for n in (1, 2, 3, 4)]


@pytest.fixture
def trained() -> Both:
    """A pair whose running statistics and gains are not the initial ones."""
    torch.manual_seed(0)
    module = Both()
    add_batch_norm(module)
    for norm in (m for m in module.modules() if isinstance(m, nn.BatchNorm2d)):
        nn.init.uniform_(norm.weight, 0.5, 2)
        nn.init.normal_(norm.bias)
    with torch.no_grad():
        for _ in range(3):
            module.train()(torch.rand(2, 3, 32, 32))
    return module.eval()


@torch.no_grad()
def test_what_is_folded_does_the_same(trained):
    x = torch.rand(1, 3, 21, 18)
    before = trained(x)
    fold_batch_norm(trained)
    for old, new in zip(before, trained(x), strict=True):
        torch.testing.assert_close(new, old, rtol=1e-3, atol=1e-4)


def test_folded_networks_have_the_weights_that_models_are_stored_with(trained):
    fold_batch_norm(trained)
    assert trained.state_dict().keys() == Both().state_dict().keys()
    assert {type(m) for block in trained.encoder.blocks for m in layers(block)} == {ReflectedConv2d}


@torch.no_grad()
def test_in_training_every_feature_has_mean_0_and_deviation_1():
    convolution = NormalizedConv2d(ReflectedConv2d(3, 6)).train()
    y = convolution(torch.rand(4, 3, 32, 32) + 5)
    assert y.mean(dim=(0, 2, 3)).abs().max() < 1e-4
    torch.testing.assert_close(y.std(dim=(0, 2, 3)), torch.ones(6), rtol=0.01, atol=0)


def test_the_picture_itself_is_left_alone():
    module = Both()
    add_batch_norm(module)
    for level in (1, 2, 3, 4):
        assert type(module.decoders.level(level).last) is ReflectedConv2d
    others = [m for m in module.modules() if isinstance(m, ReflectedConv2d) and m.out_channels > 3]
    assert others and all(isinstance(m, NormalizedConv2d) for m in others)
