"""Laws of the additive bank: keys add up, resting keys are nothing, and only what sounds is computed."""

import pytest
import torch

from audiostyle.models.excitation import LEAD, Excitation, KeyStates
from audiostyle.models.frontend import LOWEST_PITCH, PITCHES

BINS, BIN_HERTZ = 257, 44100 / 512
FLOOR = 1e-6


@pytest.fixture(scope="module")
def bank() -> Excitation:
    torch.manual_seed(0)
    return Excitation(BINS, BIN_HERTZ, templates=2)


def rest(frames: int = 12, batch: int = 1) -> KeyStates:
    return KeyStates(*(torch.zeros(batch, frames, PITCHES) for _ in range(3)))


def note(pitch: int, level: float = 0.7, start: int = 3, stop: int = 10, frames: int = 12) -> KeyStates:
    """One key, held from ``start``, let go three frames before ``stop``."""
    states = rest(frames)
    now, key = torch.arange(start, stop).float(), pitch - LOWEST_PITCH
    states.level[0, start:stop, key] = level
    states.age[0, start:stop, key] = now - start - LEAD
    states.released[0, start:stop, key] = (now - (stop - 3)).clamp(min=0)
    return states


def together(*notes: KeyStates) -> KeyStates:
    return KeyStates(*(sum(parts) for parts in zip(*notes, strict=True)))


def magnitude(bank: Excitation, states: KeyStates) -> torch.Tensor:
    """(T, bins), without the floor."""
    with torch.no_grad():
        return bank(states)[0].exp() - FLOOR


def test_silence_is_the_floor(bank):
    assert torch.allclose(bank(rest()), torch.tensor(FLOOR).log())


def test_magnitudes_of_keys_add_up(bank):
    notes = [note(60), note(64, level=0.3, start=0), note(67, stop=12)]
    total = sum(magnitude(bank, one) for one in notes)
    assert torch.allclose(magnitude(bank, together(*notes)), total, rtol=1e-4, atol=1e-6)


def test_a_key_at_rest_has_no_influence(bank):
    """Whatever age and release it last had."""
    states = note(60)
    stirred = KeyStates(
        states.level, *(part + 50 * (states.level == 0) * torch.rand(1, 12, PITCHES) for part in states[1:])
    )
    assert torch.equal(bank(states), bank(stirred))


def test_activations_lie_where_keys_sound(bank):
    states = together(note(60), note(72, start=0, stop=5))
    activations = bank.activations(states)
    assert activations.shape == (1, 12, PITCHES, 2)
    assert torch.equal(activations.amax(dim=3) > 0, states.level > 0)


def test_recordings_of_a_batch_do_not_touch(bank):
    one, two = note(60), note(30, level=0.2)
    both = KeyStates(*(torch.cat(parts) for parts in zip(one, two, strict=True)))
    alone = torch.cat([bank(one), bank(two)])
    assert torch.allclose(bank(both), alone, atol=1e-5)


@pytest.mark.parametrize("pitch", [60, 69, 84])
def test_an_untrained_key_has_peaks_at_its_harmonics(pitch):
    torch.manual_seed(1)
    spectrum = torch.log(Excitation(1025, 44100 / 2048, templates=1).spectra().magnitudes)[
        pitch - LOWEST_PITCH, 0
    ]
    f0 = 440 * 2 ** ((pitch - 69) / 12)
    for harmonic in range(1, 5):
        peak = round(harmonic * f0 * 2048 / 44100)
        between = round((harmonic + 0.5) * f0 * 2048 / 44100)
        assert spectrum[peak - 1 : peak + 2].max() > spectrum[between] + 1


def test_gradients_are_those_of_finite_differences():
    torch.manual_seed(0)
    bank = Excitation(3, 4000.0, templates=1, hidden=4).double()
    states = KeyStates(*(part[:, :3].double() for part in note(60, start=0, stop=5)))
    age, released = states.age, states.released

    def forward(level: torch.Tensor) -> torch.Tensor:
        return bank.activations(KeyStates(level, age, released)).float().double()

    level = states.level.clone().requires_grad_()
    slope = torch.autograd.grad(forward(level).sum(), level)[0]
    step = 1e-3 * (level.detach() > 0)
    with torch.no_grad():
        measured = (forward(level + step).sum() - forward(level - step).sum()) / 2e-3
    assert torch.allclose(slope.sum(), measured, rtol=1e-2)


def test_every_weight_learns(bank):
    bank.zero_grad()
    bank(together(note(60), note(72))).square().mean().backward()
    assert all(p.grad.abs().sum() > 0 for p in bank.parameters())
    assert not bank.templates.grad[0].any()  # the lowest key did not play
