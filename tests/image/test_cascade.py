"""The cascade against a naive implementation; tiles, masks and memory limits do not change its result."""

import numpy as np
import pytest
import torch

from audiostyle.errors import AudiostyleError
from audiostyle.image import cascade
from audiostyle.image.cascade import AutoencoderCascade
from audiostyle.image.inputs import StylizeInputs
from audiostyle.models.vgg import LEVELS
from audiostyle.style import Moments, adain, wct


def run_naively(networks, inputs: StylizeInputs, levels, unpool: str, content_reg: float) -> torch.Tensor:
    """PhotoWCT as described, one picture after the other: whiten, color, decode."""
    picture = inputs.content[None]
    with torch.no_grad():
        for level in levels:
            features, poolings = networks.encoder(picture, level)
            style = networks.encoder(inputs.styles[0][None], level)[0]
            own, other = (f[0].flatten(1).double() for f in (features, style))
            mean, wanted = own.mean(1, keepdim=True), other.mean(1, keepdim=True)
            a = torch.cov(own) + content_reg * torch.eye(len(own))
            b = torch.cov(other)
            white = torch.linalg.inv(torch.from_numpy(_root(a.numpy()))) @ (own - mean)
            colored = torch.from_numpy(_root(b.numpy())) @ white + wanted
            picture = networks.decoder(level, unpool)(colored.reshape(features.shape).float(), poolings)
    return picture[0]


def _root(matrix: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return vectors * np.sqrt(values.clip(0)) @ vectors.T


def photowct_map(own: Moments, other: Moments):
    return wct(own, other, content_reg=1.0, floor=0.0)


@pytest.mark.parametrize("levels", [LEVELS, (1, 2, 3, 4), (3,)])
@pytest.mark.parametrize("unpool", ["max", "nearest"])
def test_it_is_the_cascade_as_described(untrained, picture_pair, levels, unpool):
    inputs = StylizeInputs.from_pictures(*picture_pair)
    got = AutoencoderCascade(untrained, levels, unpool, photowct_map, 1.0)(inputs)
    expected = run_naively(untrained, inputs, levels, unpool, 1.0)
    torch.testing.assert_close(got, expected, rtol=1e-2, atol=2e-3 * float(expected.abs().max()))


def test_tiles_leave_no_trace(untrained, picture_pair, monkeypatch):
    content = np.tile(picture_pair[0], (3, 3, 1))[:151, :203]
    inputs = StylizeInputs.from_pictures(content, np.tile(picture_pair[1], (4, 4, 1)))
    whole = AutoencoderCascade(untrained, LEVELS, "max", wct, 1.0)(inputs)
    monkeypatch.setattr(cascade, "_SIDE", 64)
    tiled = AutoencoderCascade(untrained, LEVELS, "max", wct, 1.0)(inputs)
    assert (tiled - whole).abs().max() < 1e-4 * whole.abs().max()


def test_masks_of_everything_are_no_masks(untrained, picture_pair):
    content, style = picture_pair
    everything = [np.ones(picture.shape[:2], dtype=int) for picture in picture_pair]
    plain = AutoencoderCascade(untrained, LEVELS, "max", wct, 1.0)(
        StylizeInputs.from_pictures(content, style)
    )
    masked = StylizeInputs.from_pictures(content, style, content_mask=everything[0], style_mask=everything[1])
    assert torch.equal(AutoencoderCascade(untrained, LEVELS, "max", wct, 1.0)(masked), plain)


def test_regions_get_their_own_style(untrained, picture_pair):
    """Far from the border between them, two regions look as if each had been stylized alone."""
    content = np.tile(picture_pair[0], (1, 4, 1))
    style = np.concatenate([picture_pair[1], 1 - picture_pair[1]], axis=1)
    half = [np.arange(p.shape[1]) * 2 // p.shape[1] for p in (content, style)]
    masks = [np.broadcast_to(h, p.shape[:2]) for h, p in zip(half, (content, style), strict=True)]
    both = AutoencoderCascade(untrained, (2,), "max", wct, 1.0)(
        StylizeInputs.from_pictures(content, style, content_mask=masks[0], style_mask=masks[1])
    )
    middle = content.shape[1] // 2
    left = AutoencoderCascade(untrained, (2,), "max", wct, 1.0)(
        StylizeInputs.from_pictures(content[:, :middle], style[:, :41])
    )
    far = middle - 24
    # What is left of a difference comes from the moments of the few pixels across the border.
    torch.testing.assert_close(both[..., :far], left[..., :far], rtol=0, atol=0.1 * float(left.abs().max()))


def test_without_strength_it_is_the_autoencoders_round_trip(untrained, picture_pair):
    inputs = StylizeInputs.from_pictures(*picture_pair)
    with torch.no_grad():
        expected = untrained.decoder(4, "max")(*untrained.encoder(inputs.content[None]))[0]
    assert torch.equal(AutoencoderCascade(untrained, (4,), "max", wct, 0.0)(inputs), expected)


def test_a_style_given_twice_is_the_style(untrained, picture_pair):
    content, style = picture_pair
    once = AutoencoderCascade(untrained, LEVELS, "max", adain, 1.0)(
        StylizeInputs.from_pictures(content, style)
    )
    twice = AutoencoderCascade(untrained, LEVELS, "max", adain, 1.0)(
        StylizeInputs.from_pictures(content, [style, style], weights=[1, 3])
    )
    torch.testing.assert_close(twice, once, rtol=1e-3, atol=1e-3)


def test_a_low_memory_limit_gives_the_same_picture_and_a_lower_one_says_what_would_do(
    untrained, picture_pair
):
    inputs = StylizeInputs.from_pictures(*picture_pair)
    plain = AutoencoderCascade(untrained, LEVELS, "max", wct, 1.0)(inputs)
    torch.testing.assert_close(AutoencoderCascade(untrained, LEVELS, "max", wct, 1.0, 0.1)(inputs), plain)
    with pytest.raises(AudiostyleError, match=r"too low; .* GB will do"):
        AutoencoderCascade(untrained, LEVELS, "max", wct, 1.0, 0.001)(inputs)


@pytest.mark.parametrize("memory_limit", [None, 0.03])
def test_progress_grows_to_one(untrained, memory_limit):
    told: list[float] = []

    def progress(done: float, total: float | None) -> None:
        assert total == 1.0
        told.append(done)

    content = np.random.default_rng(0).random((600, 280, 3), dtype=np.float32)
    inputs = StylizeInputs.from_pictures(content, content[:40, :40])
    AutoencoderCascade(untrained, (2, 1), "max", adain, 1.0, memory_limit, progress)(inputs)
    assert told == sorted(told) and told[-1] == 1.0
    assert (told == [0.5, 1.0]) == (memory_limit is None)


@pytest.mark.parametrize("levels", [(), (5,), (0, 1)])
def test_levels_that_are_not_there_are_refused(untrained, levels):
    with pytest.raises(AudiostyleError, match="levels"):
        AutoencoderCascade(untrained, levels, "max", wct, 1.0)


def test_an_unknown_way_to_enlarge_is_refused(untrained):
    with pytest.raises(AudiostyleError, match="unpool"):
        AutoencoderCascade(untrained, LEVELS, "bilinear", wct, 1.0)
