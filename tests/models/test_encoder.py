"""Laws of the encoder: what it may see, and what it must not mind."""

import pytest
import torch

from audiostyle.models.encoder import EncoderOutput, PitchGridEncoder, _rectify_
from audiostyle.models.frontend import HOP, PITCHES, HarmonicStack


@pytest.fixture(scope="module")
def encoder() -> PitchGridEncoder:
    torch.manual_seed(0)
    return PitchGridEncoder(channels=4, latent=3).eval()


def noise(frames: int, seed: int = 1) -> torch.Tensor:
    """(1, N): white noise that gives ``frames`` frames."""
    generator = torch.Generator().manual_seed(seed)
    return 0.1 * torch.randn(1, (frames - 1) * HOP, generator=generator)


def encode(encoder: PitchGridEncoder, wave: torch.Tensor) -> EncoderOutput:
    with torch.inference_mode():
        return encoder(wave)


@pytest.mark.parametrize("samples", [1, 255, 256, 5000])
def test_shapes_and_ranges(encoder, samples):
    output = encode(encoder, 0.1 * torch.randn(2, samples))
    frames = samples // HOP + 1
    assert [part.shape for part in output] == [(2, frames, PITCHES)] * 3 + [(2, frames, 3)]
    assert (output.loudness >= 0).all() and (output.loudness <= 1).all()
    assert (output.latent.abs() <= 1).all()


def test_a_later_recording_is_a_later_output(encoder):
    """Shifted by whole hops, away from the edges."""
    shift, frames, c = 5, 140, encoder.context
    wave = noise(frames)
    late = torch.cat([noise(shift + 1, seed=2), wave], dim=1)
    for early, later in zip(encode(encoder, wave), encode(encoder, late), strict=True):
        inner = slice(c, frames - c)
        assert torch.allclose(early[:, inner], later[:, shift + c : shift + frames - c], atol=1e-4)


def test_context_is_how_far_a_frame_sees():
    """Not a sample farther, hardly less: found by the gradient, with weights that let everything through."""
    encoder = PitchGridEncoder(channels=2, latent=1).double()
    with torch.no_grad():
        for parameter in encoder.parameters():
            parameter.copy_(parameter.abs() * 0.1)
        encoder.entry.bias.fill_(10)
    c = encoder.context
    middle = c + 3
    wave = noise(2 * middle + 1).double().requires_grad_()
    output = encoder(wave)
    (output.onset[0, middle].sum() + output.latent[0, middle].sum()).backward()
    seen = torch.nonzero(wave.grad[0]).flatten()
    for edge, limit in ((seen.min(), (middle - c) * HOP), (seen.max(), (middle + c) * HOP)):
        assert abs(int(edge) - middle * HOP) <= c * HOP
        assert abs(int(edge) - limit) < HOP


def test_every_key_is_read_alike(encoder):
    """A stack moved up by a semitone gives the notes of one key higher, away from the keyboard's ends."""
    torch.manual_seed(4)
    stack = torch.randn(1, HarmonicStack.channels, 5, 3 * PITCHES)
    moved = torch.roll(stack, 3, dims=3)
    with torch.inference_mode():
        output, higher = encoder.encode(stack), encoder.encode(moved)
    reach = sum(pitch for _, pitch in [(0, 12)] * 3 + [(0, 1)] * 9) + 2
    inner = slice(reach, PITCHES - reach - 1)
    for part in ("onset", "sounding", "loudness"):
        mine, theirs = getattr(output, part), getattr(higher, part)
        assert torch.allclose(mine[..., inner], theirs[..., 1:][..., inner], atol=1e-4)


def test_the_heads_are_the_note_grid_before_it_is_squashed(encoder):
    wave = noise(20)
    with torch.inference_mode():
        onset, sounding, loudness = encoder.heads(wave).unbind(dim=2)
    output = encode(encoder, wave)
    assert torch.allclose(onset, output.onset) and torch.allclose(sounding, output.sounding)
    assert torch.allclose(loudness.sigmoid(), output.loudness)


def test_layers_may_have_any_width_inside(encoder):
    narrow = PitchGridEncoder(channels=4, latent=3, widths=[1, *[2] * 10, 7])
    assert encode(narrow, noise(5)).onset.shape == (1, 5, PITCHES)
    assert encoder.widths == (4,) * 12
    with pytest.raises(ValueError):
        PitchGridEncoder(channels=4, widths=[4] * 11)


def test_recordings_of_a_batch_do_not_touch(encoder):
    waves = torch.cat([noise(20, seed) for seed in (5, 6)])
    together = encode(encoder, waves)
    for row in range(2):
        alone = encode(encoder, waves[row : row + 1])
        assert all(torch.allclose(a[0], t[row], atol=1e-4) for a, t in zip(alone, together, strict=True))


def test_every_weight_learns():
    encoder = PitchGridEncoder(channels=4, latent=3)
    sum(part.square().mean() for part in encoder(noise(12))).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in encoder.parameters())


def test_an_encoder_with_a_performance_head_says_how_notes_are_played(encoder):
    playing = PitchGridEncoder(channels=4, latent=3, curves=6).eval()
    wave = noise(20)
    with torch.inference_mode():
        heads, curves, spectrum = playing.listen(wave)
        assert torch.allclose(heads, playing.heads(wave))
        assert torch.equal(spectrum, playing.frontend.spectra(wave)[:, 0])
        assert encoder.listen(wave).curves is None
    assert curves is not None and curves.cents.shape == curves.level.shape == heads[:, :, 0].shape


@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_negative_values_become_zero_in_every_precision(kind):
    values = torch.tensor([-torch.inf, -3.5, -1e-30, -0.0, 0.0, 1e-30, 2.5, torch.inf], dtype=kind)
    assert torch.equal(_rectify_(values.clone()), torch.relu(values))
