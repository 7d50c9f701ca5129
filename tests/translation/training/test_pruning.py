"""Pruning: what says nothing goes, what is needed stays, and the encoder hears what it heard."""

import pytest
import torch

from audiostyle.models.encoder import PitchGridEncoder
from audiostyle.translation.training.pruning import prune_encoder

CHANNELS = 24


@pytest.fixture
def waves() -> torch.Tensor:
    generator = torch.Generator().manual_seed(5)
    return 0.1 * torch.randn(2, 40 * 256, generator=generator)


@pytest.fixture
def encoder() -> PitchGridEncoder:
    torch.manual_seed(0)
    return PitchGridEncoder(channels=CHANNELS, latent=2).eval()


def silence(encoder: PitchGridEncoder, units: int) -> None:
    """Let the first units of every layer never rise above zero."""
    with torch.no_grad():
        for layer in encoder.layers:
            layer.dilated.weight[:units] = 0
            layer.dilated.bias[:units] = -1


def heads(encoder: PitchGridEncoder, waves: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        return encoder.heads(waves)


@pytest.mark.parametrize("silent, width", [(0, 24), (7, 24), (8, 16), (11, 16), (16, 8)])
def test_silent_units_go_and_nothing_changes(encoder, waves, silent, width):
    silence(encoder, silent)
    narrow = prune_encoder(encoder, waves, 1e-9)
    assert narrow.widths == (width,) * 12
    assert torch.allclose(heads(narrow, waves), heads(encoder, waves), atol=1e-3)


def test_a_unit_that_others_can_stand_in_for_goes(encoder, waves):
    """Copies of units with other weights behind them: a fit makes up for them exactly."""
    with torch.no_grad():
        for layer in encoder.layers:
            layer.dilated.weight[12:] = 2 * layer.dilated.weight[:12]
            layer.dilated.bias[12:] = 2 * layer.dilated.bias[:12]
    narrow = prune_encoder(encoder, waves, 1e-6)
    assert narrow.widths == (16,) * 12
    assert torch.allclose(heads(narrow, waves), heads(encoder, waves), atol=1e-3)


def test_more_tolerance_is_less_width_and_more_error(encoder, waves):
    whole = heads(encoder, waves)
    results = [prune_encoder(encoder, waves, tolerance) for tolerance in (1e-9, 1e-2, 0.5)]
    widths = [sum(result.widths) for result in results]
    errors = [float((heads(result, waves) - whole).square().mean()) for result in results]
    assert widths == sorted(widths, reverse=True) and widths[0] > widths[2]
    assert errors == sorted(errors) and errors[2] < 0.5 * float(whole.var())


def test_the_encoder_given_stays_as_it_is(encoder, waves):
    before = {name: tensor.clone() for name, tensor in encoder.state_dict().items()}
    silence_free = prune_encoder(encoder, waves, 0.5)
    assert all(torch.equal(tensor, before[name]) for name, tensor in encoder.state_dict().items())
    assert silence_free.pool.weight.equal(encoder.pool.weight)
