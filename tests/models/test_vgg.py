"""The VGG family: sizes, what poolings remember, what normalizations leave alone."""

import pytest
import torch
from torch import nn

from audiostyle.models.vgg import (
    VGG16,
    VGG19,
    VGGConfig,
    VGGDecoder,
    VGGEncoder,
    absorb_normalization,
    layers,
    normalize_activations,
)

CONFIG = VGGConfig((4, 6, 8, 10), (2, 1, 2, 1))


@pytest.fixture
def encoder() -> VGGEncoder:
    torch.manual_seed(0)
    return VGGEncoder(CONFIG).eval()


def picture(height: int, width: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


def test_vgg19_has_the_published_convolutions_down_to_relu4_1():
    shapes = [channels for block in VGG19.convolutions(4) for channels in block]
    assert shapes == [
        (3, 64), (64, 64), (64, 128), (128, 128), (128, 256), (256, 256), (256, 256), (256, 256), (256, 512),
    ]  # fmt: skip


@pytest.mark.parametrize("size", [(16, 24), (17, 31), (1, 1), (1, 9), (3, 50)])
@pytest.mark.parametrize("level", [4, 3, 2, 1])
@pytest.mark.parametrize("unpool", [True, False])
@torch.no_grad()
def test_any_size_round_trips(encoder, size, level, unpool):
    features, poolings = encoder(picture(*size), level)
    assert features.shape[1:] == (CONFIG.widths[level - 1], *(-(-side // 2 ** (level - 1)) for side in size))
    assert VGGDecoder(CONFIG, level, unpool=unpool)(features, poolings).shape[2:] == size


@torch.no_grad()
def test_a_trace_has_what_every_level_alone_has(encoder):
    every, poolings = encoder.trace(picture(21, 34))
    for level in (1, 2, 3, 4):
        features, own = encoder(picture(21, 34), level)
        torch.testing.assert_close(every[level - 1], features)
        assert len(own) == level - 1
        assert all(torch.equal(a.indices, b.indices) for a, b in zip(own, poolings, strict=False))


@torch.no_grad()
def test_unpooling_puts_every_maximum_back_where_it_was(encoder):
    x = torch.rand(1, CONFIG.widths[0], 6, 10)
    values, indices = nn.functional.max_pool2d(x, 2, return_indices=True)
    from audiostyle.models.vgg import Pooling

    enlarged = VGGDecoder(CONFIG, 2, unpool=True).enlarge(values, Pooling(indices, (6, 10)))
    there = enlarged > 0
    assert there.sum() == values.numel()
    assert torch.equal(enlarged[there], x[there])


@torch.no_grad()
def test_absorbed_normalization_is_exact(encoder):
    first, x = layers(encoder.blocks[0])[0], picture(12, 9)
    mean, std = (0.5, 0.4, 0.3), (0.2, 0.3, 0.4)
    shape = (1, 3, 1, 1)
    expected = first((x - torch.tensor(mean).view(shape)) / torch.tensor(std).view(shape))
    absorb_normalization(first, mean, std)
    torch.testing.assert_close(first(x), expected, rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_normalizing_activations_changes_scales_only(encoder):
    x = picture(40, 40)
    before = encoder.trace(x)[0]
    normalize_activations(encoder, [x[0]])
    after = encoder.trace(x)[0]
    for old, new in zip(before, after, strict=True):
        ratio = new.sum(dim=(0, 2, 3)) / old.sum(dim=(0, 2, 3))
        fires = old.amax(dim=(0, 2, 3)) > 1e-3
        torch.testing.assert_close(
            new[:, fires], (old * ratio.view(1, -1, 1, 1))[:, fires], rtol=1e-3, atol=1e-4
        )
        often = old.mean(dim=(0, 2, 3)) > 0.25 * old.mean()
        torch.testing.assert_close(
            new.mean(dim=(0, 2, 3))[often], torch.ones(int(often.sum())), rtol=1e-3, atol=0
        )


@pytest.mark.parametrize("level", [4, 3, 2, 1])
@torch.no_grad()
def test_a_decoder_with_a_rescaled_input_decodes_as_before(encoder, level):
    x, decoder = picture(40, 40), VGGDecoder(CONFIG, level, unpool=True)
    before = decoder(*encoder(x, level))
    scales = normalize_activations(encoder, [x[0]])
    decoder.rescale_input(scales[level - 1])
    torch.testing.assert_close(decoder(*encoder(x, level)), before, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("config", [CONFIG, VGG16, VGG19])
@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_nothing_beyond_its_reach_matters(config, level):
    """Ones as weights: whatever can be seen is seen."""
    narrow = VGGConfig((1, 1, 1, 1), config.depths)
    encoder, decoder = VGGEncoder(narrow), VGGDecoder(narrow, level, unpool=False)
    for parameter in [*encoder.parameters(), *decoder.parameters()]:
        parameter.data.fill_(0.1)
    side = 320
    x = torch.zeros(1, 3, side, side)
    with torch.no_grad():
        quiet = decoder(*encoder(x, level))
        x[..., : side // 2, :] = 1  # a multiple of 8
        seen = (decoder(*encoder(x, level)) - quiet).abs().amax(dim=(0, 1, 3)) > 0
    assert not seen[side // 2 + config.reach(level) :].any()
    assert seen[side // 2 + config.reach(level) - 8 :].any()


def test_sizes_survive_their_configuration():
    assert VGGConfig.from_config(VGG19.as_config()) == VGG19
