"""A replay buffer of recordings on the device, from which batches are cut and mixed."""

from typing import NamedTuple

import torch
from torch import Tensor

from audiostyle.models.frontend import HOP, PITCHES
from audiostyle.translation.training.expressive import targets
from audiostyle.translation.training.expressive.material import FRAMES, SAMPLES
from audiostyle.translation.training.expressive.rendering_pool import PackedRecording

_MIXTURES = (0.55, 0.33, 0.12)  # shares of excerpts of one, two and three recordings
_SILENCE = 0.015  # share of excerpts that hold nothing but a little noise
_INAUDIBLE = -45.0  # decibels by the loudest note at which a note need not be found
_LEFT_OUT = -300.0  # decibels of gain that stand for a recording that is not in the mixture
_MUTED = -200.0  # decibels of gain below which a recording counts as left out
_QUIET = -75.0  # decibels of full scale below which an excerpt is not brought to the level of another


class Targets(NamedTuple):
    """What is to be found in a batch of excerpts, each (B, T, 88) float32; see :mod:`.targets`.

    Attributes:
        onset, sounding, loudness: in [0, 1].
        cents: deviation of the pitch.
        level: decibels by the loudest note of the excerpt.
        audible: 0 where a note is too quiet beside the others to be demanded, else 1.
    """

    onset: Tensor
    sounding: Tensor
    loudness: Tensor
    cents: Tensor
    level: Tensor
    audible: Tensor


class ReplayBuffer:
    """The latest recordings, of which each is used many times.

    Args:
        capacity: number of recordings, of 1.2 MB each (27 GB for 100 hours); the oldest are overwritten.
        device: where they are stored.
        seed: of the batches.

    Example:
        >>> buffer = ReplayBuffer(1, torch.device("cpu"), seed=0)
        >>> silence = torch.zeros(SAMPLES).half().numpy(), torch.zeros(4, FRAMES, 88).byte().numpy()
        >>> buffer.add(PackedRecording(*silence))
        >>> wave, wanted = buffer.draw_batch(2, 64)
        >>> wave.shape, wanted.onset.shape
        (torch.Size([2, 16128]), torch.Size([2, 64, 88]))
    """

    def __init__(self, capacity: int, device: torch.device, seed: int) -> None:
        self._waves = torch.zeros(capacity, SAMPLES, dtype=torch.float16, device=device)
        self._targets = torch.zeros(capacity, 4, FRAMES, PITCHES, dtype=torch.uint8, device=device)
        self._generator = torch.Generator(device).manual_seed(seed)
        self._device, self._added, self._capacity = device, 0, capacity

    def __len__(self) -> int:
        return min(self._added, self._capacity)

    def add(self, recording: PackedRecording) -> None:
        """Store a copy of a recording."""
        place = self._added % self._capacity
        self._waves[place] = torch.from_numpy(recording.wave.copy()).to(self._device)
        self._targets[place] = torch.from_numpy(recording.targets.copy()).to(self._device)
        self._added += 1

    def draw_batch(self, size: int, frames: int) -> tuple[Tensor, Targets]:
        """Return waves (size, (frames − 1) · 256) and what is to be found in them."""
        count = size * len(_MIXTURES)
        index = torch.randint(len(self), (count,), generator=self._generator, device=self._device)
        first = torch.randint(FRAMES - frames, (count,), generator=self._generator, device=self._device)
        wave = self._cut_waves(index, first, frames).view(size, len(_MIXTURES), -1)
        gain = self._draw_gains(wave)
        mixed = (wave * 10 ** (gain[:, :, None] / 20) * (gain > _MUTED)[:, :, None]).sum(dim=1)
        mixed = mixed + 1e-5 * torch.randn(mixed.shape, generator=self._generator, device=self._device)
        return mixed, self._mix_targets(index, first, frames, gain)

    def _cut_waves(self, index: Tensor, first: Tensor, frames: int) -> Tensor:
        place = first[:, None] * HOP + torch.arange((frames - 1) * HOP, device=self._device)
        return self._waves[index[:, None], place].float()

    def _draw_gains(self, wave: Tensor) -> Tensor:
        """Return the gains in decibels (size, recordings) of waves (size, recordings, samples).

        The second and the third recording are brought to the level of the first, from 12 dB below to 6 above.
        """
        size, count, _ = wave.shape
        level = 10 * torch.log10(wave.square().mean(dim=2) + 1e-10)
        gain = level[:, :1] - level + self._draw_uniform(-12, 6, size, count)
        gain[:, 0] = 0
        comparable = (level > _QUIET) & (level[:, :1] > _QUIET)
        gain = torch.where(comparable | (gain == 0), gain.clamp(-40, 40), _LEFT_OUT)
        share = self._draw_uniform(0, 1, size, 1)
        cumulative = torch.cumsum(torch.tensor(_MIXTURES, device=self._device), 0)
        used = 1 + (share > cumulative[:-1]).sum(dim=1, keepdim=True)
        gain = torch.where(torch.arange(count, device=self._device) < used, gain, _LEFT_OUT)
        return torch.where(self._draw_uniform(0, 1, size, 1) < _SILENCE, _LEFT_OUT, gain)

    def _mix_targets(self, index: Tensor, first: Tensor, frames: int, gain: Tensor) -> Targets:
        """Return the targets of mixtures; the louder of two notes of one key decides pitch and level."""
        size, count = gain.shape
        place = first[:, None] + torch.arange(frames, device=self._device)
        cut = self._targets[index[:, None], :, place].view(size, count, frames, 4, PITCHES)
        flags, loudness, cents, level = cut.unbind(dim=3)  # (size, count, T, 88)
        decibels = gain[:, :, None, None]
        sounding = ((flags & targets.SOUNDING) > 0) & (decibels > _MUTED)
        onset = ((flags & targets.ONSET) > 0) & (decibels > _MUTED)
        levels = level.float() * targets.LEVEL_STEP + targets.LEVEL_FLOOR + decibels
        levels = levels.masked_fill(~sounding, -400.0)
        strongest, which = levels.max(dim=1)
        deviation = (cents.float() - 128) * targets.CENTS_STEP
        deviation = deviation.gather(1, which[:, None])[:, 0]
        louder = (loudness.float() / targets.LOUDNESS_STEPS * 10 ** (decibels / 40)).clamp(max=1)
        louder = louder.masked_fill(~sounding, 0.0).amax(dim=1)
        sounds = sounding.any(dim=1)
        relative = strongest - strongest.amax(dim=(1, 2), keepdim=True)
        audible = ~(sounds & (relative < _INAUDIBLE))
        onsets = onset.any(dim=1).float()
        return Targets(onsets, sounds.float(), louder, deviation, relative, audible.float())

    def _draw_uniform(self, low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(shape, generator=self._generator, device=self._device)
