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
from audiostyle.spectrogram.gram_objective import GramObjective
from audiostyle.spectrogram.patches import compress, unfold
from audiostyle.style.gram import compute_gram

BINS = 7


def make_spectrogram(seed: int, frames: int) -> Tensor:
    return torch.rand(BINS, frames, generator=torch.Generator().manual_seed(seed))


def test_the_random_network_is_a_convolution():
    network, seen = RandomFeatures(BINS, 20), make_spectrogram(0, 30)
    weights = network.weights.T.reshape(20, BINS, KERNEL)
    expected = conv1d(seen[None], weights).relu()[0].T
    torch.testing.assert_close(network.embed(seen)[0], expected)


def test_many_random_filters_come_to_the_wide_network():
    filters = 60_000
    random, wide = RandomFeatures(BINS, filters), WideFeatures()
    scale = filters * 4 / ((BINS + filters) * KERNEL)  # filters × their variance
    one, other = make_spectrogram(1, 14), make_spectrogram(2, 9)
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
    one, other = (network.embed(make_spectrogram(seed, frames)) for seed in (3, 4))
    torch.testing.assert_close(network.products(one, one).diagonal(), network.squares(one))
    torch.testing.assert_close(network.products(one, other).diagonal(), network.paired(one, other))


def draw_complex_noise(seed: int, frames: int, bins: int = 5) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(bins, frames, dtype=torch.complex128, generator=generator)


def unfold_patches(seen: Tensor) -> Tensor:
    """(frames, 15 · bins): the features of complex WCT, at level 1."""
    return unfold(compress(seen), 0.3)[0].movedim(2, 0).flatten(1)


def test_complex_products_are_those_of_complex_wct_s_patches():
    network = ComplexPatchFeatures()
    seen = [draw_complex_noise(seed, frames) for seed, frames in ((0, 9), (1, 6))]
    for part in seen:
        part[[0, -1]] = 0  # the ends of the spectrum belong to fewer patches
    one, other = (network.embed(part) for part in seen)
    expected = unfold_patches(seen[0]) @ unfold_patches(seen[1]).mH
    torch.testing.assert_close(3 * network.products(one, other), expected, atol=1e-5, rtol=0)
    torch.testing.assert_close(network.squares(one).to(expected), network.products(one, one).diagonal())


def test_the_complex_loss_is_the_distance_of_hermitian_gram_matrices():
    """And it sees phases: the style turned by one angle has the same matrix, a scrambled one has not."""
    content, style, made = (draw_complex_noise(n, 12) for n in range(3))
    for part in (content, style, made):
        part[[0, -1]] = 0
    objective = GramObjective(ComplexPatchFeatures(), content, [style], [1.0], content_weight=0)
    one, other = (part.mT @ part.conj() / len(part) for part in (unfold_patches(made), unfold_patches(style)))
    torch.testing.assert_close(one, one.mH)
    expected = (one - other).abs().square().sum() / other.abs().square().sum()
    torch.testing.assert_close(objective(made), expected, atol=1e-5, rtol=1e-5)
    assert float(objective(style * torch.exp(torch.tensor(2j)))) < 1e-9
    assert float(objective(style * torch.exp(1j * draw_complex_noise(7, 12).real))) > 0.1


def test_gradients_of_the_complex_loss():
    objective = GramObjective(
        ComplexPatchFeatures(),
        draw_complex_noise(0, 6),
        [draw_complex_noise(1, 7)],
        [1.0],
        content_weight=0.3,
    )
    assert torch.autograd.gradcheck(objective, draw_complex_noise(2, 6).requires_grad_())


def test_silence_has_complex_gradients():
    objective = GramObjective(
        ComplexPatchFeatures(), draw_complex_noise(0, 6), [draw_complex_noise(1, 7)], [1.0], content_weight=1
    )
    silent = torch.zeros(5, 6, dtype=torch.complex128, requires_grad=True)
    objective(silent).backward()
    assert silent.grad.isfinite().all() and silent.grad.any()


def test_levels_of_the_encoder_count_alike_and_have_all_frames():
    encoder = SpectrogramAutoencoder.from_pretrained(device="cpu").encoder
    log_spec = torch.rand(1, 4, 16, 21, generator=torch.Generator().manual_seed(0))
    both, *each = (EncoderFeatures(encoder, levels) for levels in ((1, 3), (1,), (3,)))
    assert both.embed(log_spec)[0].shape[0] == 21
    together = both.products(both.embed(log_spec), both.embed(log_spec))
    parts = [network.products(network.embed(log_spec), network.embed(log_spec)) for network in each]
    torch.testing.assert_close(together, parts[0] + parts[1])
    traced, _ = encoder.trace(log_spec)
    rows = traced[0][0].flatten(0, 1)[None] / (traced[0].shape[1] * 16) ** 0.5
    (features,) = each[0].embed(log_spec)
    torch.testing.assert_close(compute_gram(features.mT[None]), compute_gram(rows))


def test_the_seed_decides_the_filters():
    one, same, other = (RandomFeatures(BINS, 5, seed=seed).weights for seed in (0, 0, 1))
    assert torch.equal(one, same) and not torch.equal(one, other)
