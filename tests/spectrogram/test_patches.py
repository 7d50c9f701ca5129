"""Complex features: all of it can be undone and differentiated; a tone's values agree in phase."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.patches import SPAN, compress, fold, unfold
from audiostyle.style import Moments, compute_coloring, compute_whitening


def draw_noise(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.complex128)


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 4))
def test_unfolded_and_folded_it_is_the_same(rows, columns, spread):
    z = draw_noise(rows, columns)
    for advance in (0.5, 0.25):
        torch.testing.assert_close(fold(unfold(z, advance, spread), advance, spread), z)


def test_a_patch_holds_a_value_s_neighbors():
    z = draw_noise(9, 11)
    torch.testing.assert_close(unfold(z, 0.5)[0, :, 4, 5], z[3:6, 3:8].flatten())
    torch.testing.assert_close(unfold(z, 0.5, 2)[0, :, 4, 5], z[2:7:2, 1:10:2].flatten())


def test_the_activation_keeps_phases_and_can_be_undone():
    z = draw_noise(5, 6)
    z[0, 0] = 0
    small = compress(z, 0.3)
    torch.testing.assert_close(small.abs(), z.abs() ** 0.3)
    torch.testing.assert_close(
        (small * z.conj()).imag, torch.zeros(5, 6, dtype=torch.float64), atol=1e-12, rtol=0
    )
    torch.testing.assert_close(compress(small, 1 / 0.3), z)


@pytest.mark.parametrize(
    "layer",
    [
        lambda z: compress(z, 0.3),
        lambda z: unfold(z, 0.25, 2),
        lambda z: fold(unfold(z, 0.5) * draw_noise(15, 1, 1, seed=3), 0.5),
    ],
)
def test_gradients_are_the_numerical_ones(layer):
    assert torch.autograd.gradcheck(layer, draw_noise(4, 5).requires_grad_())


@pytest.mark.parametrize("hop", [32, 64])
def test_values_of_a_tone_s_patch_agree_in_phase_wherever_it_lies(hop):
    transform, time = Stft(128, hop), torch.arange(2000, dtype=torch.float64)
    for number in (20, 21):
        tone = torch.cos(2 * torch.pi * number * time / 128 + 0.7)
        patches = unfold(transform(tone), hop / 128)[0, :, number, 6:-6].unflatten(0, (3, 5))
        turned = patches / patches[1, SPAN[1]]
        lobe = torch.tensor([-0.5, 1, -0.5], dtype=torch.complex128).view(3, 1, 1)  # of a Hann window
        torch.testing.assert_close(turned, lobe.expand_as(turned), atol=1e-4, rtol=0)


def test_complex_whitening_gives_the_identity_and_coloring_the_style_s_covariance():
    mixing = draw_noise(15, 15, seed=4)
    z = torch.einsum("ij,jt->it", mixing, draw_noise(15, 4000, seed=5))[None]
    white = compute_whitening(Moments.from_features(z))(z)
    torch.testing.assert_close(
        Moments.from_features(white).covariance, torch.eye(15, dtype=torch.complex128), atol=1e-6, rtol=0
    )
    style = Moments.from_features(
        torch.einsum("ij,jt->it", draw_noise(15, 15, seed=6), draw_noise(15, 4000, seed=7))[None]
    )
    made = Moments.from_features(compute_coloring(style)(white)).covariance
    torch.testing.assert_close(made, style.covariance, atol=1e-6, rtol=1e-6)


def test_a_unitary_bank_of_filters_changes_nothing():
    from audiostyle.style import optimal_transport

    content, style = draw_noise(1, 15, 500), 2 * draw_noise(1, 15, 500, seed=8)
    bank = torch.linalg.qr(draw_noise(15, 15, seed=9))[0]

    def through(filters: torch.Tensor) -> torch.Tensor:
        own, other = (torch.einsum("ij,bjt->bit", filters, x) for x in (content, style))
        made = optimal_transport(Moments.from_features(own), Moments.from_features(other))(own)
        return torch.einsum("ji,bjt->bit", filters.conj(), made)

    torch.testing.assert_close(through(bank), through(torch.eye(15, dtype=torch.complex128)))
