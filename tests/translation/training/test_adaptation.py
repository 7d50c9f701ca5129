"""Adaptation: nothing changes at first, what is shared reaches all keys, and baking changes nothing."""

import pytest
import torch

from audiostyle.models.excitation import KeyStates
from audiostyle.models.frontend import PITCHES
from audiostyle.models.spectral_decoder import SpectralDecoder
from audiostyle.translation.training.adaptation import AdaptedDecoder


def make_states() -> KeyStates:
    torch.manual_seed(1)
    sounding = (torch.rand(1, 12, PITCHES) < 0.05).float()
    return KeyStates(
        sounding * torch.rand(1, 12, PITCHES), 40 * torch.rand(1, 12, PITCHES), 3 * sounding.round()
    )


@pytest.fixture
def adapted() -> AdaptedDecoder:
    torch.manual_seed(0)
    return AdaptedDecoder(SpectralDecoder(4, templates=2, dynamics=2, layers=1))


def test_at_first_it_is_the_decoder(adapted):
    assert torch.equal(adapted(make_states()), adapted.decoder(make_states()))


def test_only_the_changes_are_trained(adapted):
    adapted(make_states()).sum().backward()
    trained = {name for name, parameter in adapted.named_parameters() if parameter.grad is not None}
    assert trained == {"shape", "held", "dynamics", "released"}


def test_baked_changes_sound_the_same(adapted):
    with torch.no_grad():
        for change in (adapted.shape, adapted.held, adapted.dynamics, adapted.released):
            change.copy_(0.1 * torch.randn_like(change))
    before = adapted(make_states()).detach()
    assert torch.allclose(adapted.bake()(make_states()).detach(), before, atol=1e-4)


def test_what_is_shared_reaches_keys_that_were_not_heard(adapted):
    with torch.no_grad():
        adapted.shape[0] += 0.1
    before = adapted.decoder.excitation.templates.clone()
    change = adapted.bake().excitation.templates - before
    assert torch.allclose(change[:, 0], torch.full_like(change[:, 0], 0.1), atol=1e-6)
    assert not change[:, 1:].any()


def test_places_share_the_keyboard_without_gaps(adapted):
    shares = adapted.weights[:, 1:].sum(dim=1)
    assert torch.allclose(shares, shares[:1].expand(PITCHES))
    assert (adapted.weights >= 0).all()
