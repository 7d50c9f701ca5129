"""Laws of a domain's decoder."""

import pytest
import torch

from audiostyle.models.excitation import KeyStates
from audiostyle.models.frontend import FRAME_RATE, PITCHES
from audiostyle.models.spectral_decoder import BINS, DECODER_HOP, DECODER_RATE, N_FFT, SpectralDecoder


@pytest.fixture(scope="module")
def decoder() -> SpectralDecoder:
    """Not as it begins, when its correction is nought, but as if it had learned something."""
    torch.manual_seed(0)
    decoder = SpectralDecoder(channels=4, templates=1).eval()
    with torch.no_grad():
        decoder.exit.weight.normal_(std=0.1)
    return decoder


def random_states(frames: int, seed: int = 0) -> KeyStates:
    generator = torch.Generator().manual_seed(seed)
    level = (torch.rand(1, frames, PITCHES, generator=generator) - 0.9).clamp(min=0) * 10
    age = torch.randint(-2, 50, level.shape, generator=generator).float()
    return KeyStates(level, age, (age - 40).clamp(min=0))


def test_its_frames_are_those_of_the_code():
    assert DECODER_RATE / DECODER_HOP == FRAME_RATE
    assert N_FFT % DECODER_HOP == 0 and BINS == N_FFT // 2 + 1


def test_untrained_it_is_its_excitation():
    torch.manual_seed(0)
    fresh, states = SpectralDecoder(channels=4, templates=1), random_states(6)
    assert torch.equal(fresh(states), fresh.excitation(states))


def test_context_is_how_far_a_frame_sees(decoder):
    c = decoder.context
    frames, middle = 2 * c + 21, c + 10
    states = random_states(frames)
    level = (states.level + 0.01).requires_grad_()
    spectrum = decoder(states._replace(level=level))
    assert spectrum.shape == (1, frames, BINS)
    spectrum[0, middle].sum().backward()
    seen = torch.nonzero(level.grad[0].abs().amax(dim=1)).flatten()
    assert (int(seen.min()), int(seen.max())) == (middle - c, middle + c)


def test_later_keys_are_a_later_spectrum(decoder):
    c, states = decoder.context, random_states(160)
    late = KeyStates(*(torch.roll(part, 7, dims=1) for part in states))
    with torch.no_grad():
        a, b = decoder(states)[0], decoder(late)[0]
    assert torch.allclose(a[c : 160 - c - 7], b[c + 7 : 160 - c], atol=1e-4)


def test_recordings_of_a_batch_do_not_touch(decoder):
    one, two = random_states(9), random_states(9, seed=1)
    both = KeyStates(*(torch.cat(parts) for parts in zip(one, two, strict=True)))
    with torch.no_grad():
        assert torch.allclose(decoder(both), torch.cat([decoder(one), decoder(two)]), atol=1e-4)


def test_every_weight_learns(decoder):
    decoder.zero_grad()
    decoder(random_states(12)).square().mean().backward()
    last = "stack.layers.9.mix"  # its residual half goes nowhere
    for name, parameter in decoder.named_parameters():
        assert parameter.grad.abs().sum() > 0, name
        assert last not in name or not parameter.grad[:4].any()
