"""Tests of :mod:`audiostyle.translation.training.expressive.replay_buffer`."""

import pytest
import torch
from translation.training.expressive.packed import pack

from audiostyle.translation.training.expressive import replay_buffer
from audiostyle.translation.training.expressive.replay_buffer import ReplayBuffer

_CPU = torch.device("cpu")


def test_excerpts_and_their_targets_are_cut_at_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay_buffer, "_MIXTURES", (1.0,))
    monkeypatch.setattr(replay_buffer, "_SILENCE", 0.0)
    buffer = ReplayBuffer(2, _CPU, 0)
    for _ in range(2):
        buffer.add(pack(30))
    wave, targets = buffer.draw_batch(16, 64)
    frames = wave[:, 20 * 256 + 128].round().int() % 256
    assert torch.equal((targets.loudness[:, 20, 30] * 255).round().int(), frames)
    assert (targets.sounding.sum(dim=2) == 1).all()


def test_a_mixture_holds_the_notes_of_all_its_recordings() -> None:
    buffer = ReplayBuffer(8, _CPU, 1)
    for key in range(30, 38):
        buffer.add(pack(key))
    _, targets = buffer.draw_batch(32, 64)
    several = (targets.sounding.amax(dim=1) > 0).sum(dim=1)
    assert several.max() == 3 and (several == 1).any()
    assert (targets.onset <= targets.sounding).all()
    assert targets.level[targets.sounding > 0].max() <= 0


def test_the_oldest_recordings_are_overwritten() -> None:
    buffer = ReplayBuffer(2, _CPU, 0)
    for key in (10, 20, 30):
        buffer.add(pack(key))
    assert len(buffer) == 2
    _, targets = buffer.draw_batch(32, 64)
    assert not targets.sounding[:, :, 10].any() and targets.sounding[:, :, 30].any()
