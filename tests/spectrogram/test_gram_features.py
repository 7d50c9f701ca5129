"""The network without filters is the limit of the one with them; products are those of features."""

import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv1d, pad

from audiostyle.spectrogram.autoencoder import SpectrogramAutoencoder
from audiostyle.spectrogram.gram_features import (
    KERNEL,
    ComplexPatchFeatures,
    EncoderFeatures,
    RandomFeatures,
    WideFeatures,
)
from audiostyle.spectrogram.objective import GramObjective
from audiostyle.spectrogram.patches import compress, unfold
from audiostyle.style.gram import gram

BINS = 7


def spectrogram(seed: int, frames: int) -> Tensor:
    return torch.rand(BINS, frames, generator=torch.Generator().manual_seed(seed))


def test_the_random_network_is_a_convolution():
    network, seen = RandomFeatures(BINS, 20), spectrogram(0, 30)
    weights = network.weights.T.reshape(20, BINS, KERNEL)
    expected = conv1d(seen[None], weights).relu()[0].T
    torch.testing.assert_close(network.embed(seen)[0], expected)


def test_many_random_filters_come_to_the_wide_network():
    filters = 60_000
    random, wide = RandomFeatures(BINS, filters), WideFeatures()
    scale = filters * 4 / ((BINS + filters) * KERNEL)  # filters × their variance
    one, other = spectrogram(1, 14), spectrogram(2, 9)
    margin = KERNEL // 2  # the wide network pads by itself
    padded = [random.embed(pad(part, (margin, margin))) for part in (one, other)]
    embedded = [wide.embed(part) for part in (one, other)]
    torch.testing.assert_close(
        random.products(*padded), scale * wide.products(*embedded), rtol=0.03, atol=0.03
    )
    torch.testing.assert_close(
        random.squares(padded[0]), scale * wide.squares(embedded[0]), rtol=0.03, atol=0
    )


@pytest.mark.parametrize("network", [RandomFeatures(BINS, 30), WideFeatures()], ids=["random", "wide"])
@pytest.mark.parametrize("frames", [1, 5, 25])
def test_squares_and_pairs_are_on_the_diagonal(network, frames):
    one, other = (network.embed(spectrogram(seed, frames)) for seed in (3, 4))
    torch.testing.assert_close(network.products(one, one).diagonal(), network.squares(one))
    torch.testing.assert_close(network.products(one, other).diagonal(), network.paired(one, other))


def complex_noise(seed: int, frames: int, bins: int = 5) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(bins, frames, dtype=torch.complex128, generator=generator)


def patches_of(seen: Tensor) -> Tensor:
    """(frames, 15 · bins): the features of complex WCT, at level 1."""
    return unfold(compress(seen), 0.3)[0].movedim(2, 0).flatten(1)


def test_complex_products_are_those_of_complex_wct_s_patches():
    network = ComplexPatchFeatures()
    seen = [complex_noise(seed, frames) for seed, frames in ((0, 9), (1, 6))]
    for part in seen:
        part[[0, -1]] = 0  # the ends of the spectrum belong to fewer patches
    one, other = (network.embed(part) for part in seen)
    expected = patches_of(seen[0]) @ patches_of(seen[1]).mH
    torch.testing.assert_close(3 * network.products(one, other), expected, atol=1e-5, rtol=0)
    torch.testing.assert_close(network.squares(one).to(expected), network.products(one, one).diagonal())


def test_the_complex_loss_is_the_distance_of_hermitian_gram_matrices():
    """And it sees phases: the style turned by one angle has the same matrix, a scrambled one has not."""
    content, style, made = (complex_noise(n, 12) for n in range(3))
    for part in (content, style, made):
        part[[0, -1]] = 0
    objective = GramObjective(ComplexPatchFeatures(), content, [style], [1.0], content_weight=0)
    one, other = (part.mT @ part.conj() / len(part) for part in (patches_of(made), patches_of(style)))
    torch.testing.assert_close(one, one.mH)
    expected = (one - other).abs().square().sum() / other.abs().square().sum()
    torch.testing.assert_close(objective(made), expected, atol=1e-5, rtol=1e-5)
    assert float(objective(style * torch.exp(torch.tensor(2j)))) < 1e-9
    assert float(objective(style * torch.exp(1j * complex_noise(7, 12).real))) > 0.1


def test_gradients_of_the_complex_loss():
    objective = GramObjective(
        ComplexPatchFeatures(), complex_noise(0, 6), [complex_noise(1, 7)], [1.0], content_weight=0.3
    )
    assert torch.autograd.gradcheck(objective, complex_noise(2, 6).requires_grad_())


def test_silence_has_complex_gradients():
    objective = GramObjective(
        ComplexPatchFeatures(), complex_noise(0, 6), [complex_noise(1, 7)], [1.0], content_weight=1
    )
    silent = torch.zeros(5, 6, dtype=torch.complex128, requires_grad=True)
    objective(silent).backward()
    assert silent.grad.isfinite().all() and silent.grad.any()


def test_levels_of_the_encoder_count_alike_and_have_all_frames():
    encoder = SpectrogramAutoencoder.from_pretrained(device="cpu").encoder
    drawn = torch.rand(1, 4, 16, 21, generator=torch.Generator().manual_seed(0))
    both, *each = (EncoderFeatures(encoder, levels) for levels in ((1, 3), (1,), (3,)))
    assert both.embed(drawn)[0].shape[0] == 21
    together = both.products(both.embed(drawn), both.embed(drawn))
    parts = [network.products(network.embed(drawn), network.embed(drawn)) for network in each]
    torch.testing.assert_close(together, parts[0] + parts[1])
    traced, _ = encoder.trace(drawn)
    rows = traced[0][0].flatten(0, 1)[None] / (traced[0].shape[1] * 16) ** 0.5
    (features,) = each[0].embed(drawn)
    torch.testing.assert_close(gram(features.mT[None]), gram(rows))


def test_the_seed_decides_the_filters():
    one, same, other = (RandomFeatures(BINS, 5, seed=seed).weights for seed in (0, 0, 1))
    assert torch.equal(one, same) and not torch.equal(one, other)
