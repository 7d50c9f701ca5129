"""Laws of the measured excitation: tables are met at their entries, powers add up, rest is silence."""

import math
from itertools import pairwise

import pytest
import torch

from audiostyle.models.excitation import KeyStates
from audiostyle.models.frontend import PITCHES
from audiostyle.models.note_bank import AGES, RELEASES, STRIDE, NoteBank, list_age_ranges

BINS, KEY, OTHER = 33, 40, 52


@pytest.fixture(scope="module")
def bank() -> NoteBank:
    torch.manual_seed(0)
    bank = NoteBank(BINS, 700.0, templates=2, dynamics=3)
    with torch.no_grad():
        for table in bank.parameters():
            table.copy_(-0.3 * torch.rand_like(table))
    return bank


def sound(*notes: tuple[int, float, float, float]) -> KeyStates:
    """One frame in which keys sound: key, level, age, frames since the release."""
    states = KeyStates(*torch.zeros(3, 1, 1, PITCHES))
    for key, *values in notes:
        for part, value in zip(states, values, strict=True):
            part[0, 0, key] = value
    return states


def measure_power(bank: NoteBank, *notes: tuple[int, float, float, float]) -> torch.Tensor:
    with torch.no_grad():
        return bank.mix(bank.activations(sound(*notes)))[0, 0] ** 2


def test_silence_is_the_floor(bank):
    assert bank(sound()).max() < -17  # 148 dB below full scale


@pytest.mark.parametrize("dynamic", [0, 1, 2])
@pytest.mark.parametrize("age", [0, 7, len(AGES) - 1])
def test_entries_of_the_table_are_met(bank, dynamic, age):
    peak, *amounts = STRIDE * bank.held[KEY, dynamic, age].detach()
    mean, *components = STRIDE * bank.templates[KEY].detach()
    shape = mean + sum(amount * component for amount, component in zip(amounts, components, strict=True))
    expected = torch.exp(2 * (peak + shape))
    found = measure_power(bank, (KEY, (dynamic + 1) / 3, AGES[age], 0))
    assert torch.allclose(found, expected, rtol=1e-4)


def test_between_entries_logarithms_are_interpolated(bank):
    low, high = (measure_power(bank, (KEY, 1.0, age, 0)).log() for age in AGES[12:14])
    middle = measure_power(bank, (KEY, 1.0, sum(AGES[12:14]) / 2, 0)).log()
    assert torch.allclose(middle, (low + high) / 2, atol=1e-3)


def test_powers_of_notes_add_up(bank):
    one, two = (KEY, 0.8, 5.0, 0.0), (OTHER, 0.5, 20.0, 3.0)
    both = measure_power(bank, one, two)
    assert torch.allclose(both, measure_power(bank, one) + measure_power(bank, two), rtol=1e-4)


def test_a_spectrum_is_in_single_precision_whatever_surrounds_it(bank):
    notes = [(KEY, 0.7, 3.3, 0.0), (OTHER, 0.2, 40.0, 2.0)]
    plain = measure_power(bank, *notes)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(measure_power(bank, *notes), plain)


def test_below_the_softest_dynamic_levels_go_with_the_square(bank):
    soft, softer = (measure_power(bank, (KEY, level, 5.0, 0.0)) for level in (0.3, 0.15))
    assert torch.allclose(softer, soft / 16, rtol=1e-4)


def test_releases_add_to_the_entries(bank):
    held = bank.interpolate_held(*(torch.tensor([value]) for value in (KEY, 1.0, 9.0)))
    for row, released in enumerate(RELEASES[1:], 1):
        added = bank.interpolate_released(torch.tensor([KEY]), torch.tensor([released]))
        assert torch.allclose(added[0], bank.released[KEY, row], atol=1e-6)
        peak = bank.activations(sound((KEY, 1.0, 9.0, released)))[0, 0, KEY, 0]
        assert torch.allclose(peak.log(), STRIDE * (held + added)[0, 0], rtol=1e-4)


def test_after_the_last_age_a_note_goes_on_falling_but_never_rises(bank):
    for slope in (-0.1, 0.1):
        with torch.no_grad():
            bank.held[KEY, -1, -1] = bank.held[KEY, -1, -2]
            bank.held[KEY, -1, -1, 0] += slope
        last, later = (measure_power(bank, (KEY, 1.0, age, 0.0)).sum() for age in (AGES[-1], 2 * AGES[-1]))
        assert later < 0.9 * last if slope < 0 else math.isclose(later, last, rel_tol=1e-4)


def test_every_table_has_a_gradient(bank):
    states = sound((KEY, 0.5, 3.3, 2.0))
    bank(states).sum().backward()
    assert all(table.grad is not None and table.grad[KEY].abs().sum() > 0 for table in bank.parameters())
    bank.zero_grad()


def test_ranges_of_ages_follow_each_other():
    ranges = list_age_ranges()
    assert len(ranges) == len(AGES)
    assert all(low < age < high for age, (low, high) in zip(AGES, ranges, strict=True))
    assert all(before[1] == after[0] for before, after in pairwise(ranges))
