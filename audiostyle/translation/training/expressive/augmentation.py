"""Augmentation of whole batches on their device: equalizers, rooms, noise, compression, clipping, flutter.

Waves are (B, N) float32 at 22,050 Hz.  Nothing here moves a note in time or pitch by more than the targets
are exact.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.models.frontend import ENCODER_RATE

_TAIL = int(2.5 * ENCODER_RATE)  # samples of a room's impulse response
_ROOMS = 0.5  # share of waves in a room
_REVERBERATION = (0.2, 3.0)  # seconds in which a room's sound falls by 60 dB
_ROOM_LEVEL = (-20.0, 9.0)  # decibels of the tail by the direct sound: from a close microphone to a far one
_CLIPPED = 0.18  # share of waves that are distorted
_BLOCK = 256  # samples from one measurement of a compressor to the next


class BatchAugmentation:
    """Random changes that sound undergoes between an instrument and a file.

    Args:
        device: of the batches.
        seed: of all random choices.

    Example:
        >>> augment = BatchAugmentation(torch.device("cpu"), seed=0)
        >>> augment(torch.randn(2, 5000)).shape
        torch.Size([2, 5000])
    """

    def __init__(self, device: torch.device, seed: int) -> None:
        self._device = device
        self._generator = torch.Generator(device).manual_seed(seed)

    def __call__(self, wave: Tensor) -> Tensor:
        """Return waves at RMS 0.1 ± 12 dB, most of them changed."""
        wave = _normalize_level(wave)
        wave = self._add_flutter(wave)
        wave = self._compress(wave)
        wave = self._add_noise(self._filter(wave))
        wave = self._clip(_normalize_level(wave))
        return _normalize_level(wave) * 10 ** (self._draw_uniform(-12, 12, len(wave), 1) / 20)

    def _draw_uniform(self, low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(shape, generator=self._generator, device=self._device)

    def _draw_flags(self, share: float, count: int) -> Tensor:
        return (self._draw_uniform(0, 1, count, 1) < share).float()

    def _draw_normal(self, *shape: int) -> Tensor:
        return torch.randn(shape, generator=self._generator, device=self._device)

    def _filter(self, wave: Tensor) -> Tensor:
        """Apply a gain that is smooth over log frequency, often a room, and sometimes a limited band."""
        count, length = wave.shape
        size = _find_fast_size(length + _TAIL)
        frequency = torch.arange(size // 2 + 1, device=self._device) * (ENCODER_RATE / size)
        octave = torch.log2(frequency.clamp(min=20) / 20)
        decibels = self._draw_uniform(-3, 3, count, 1) * (octave - 5)
        for _ in range(3):
            turns = self._draw_uniform(0.05, 0.4, count, 1) * octave + self._draw_uniform(0, 1, count, 1)
            decibels = decibels + self._draw_uniform(-8, 8, count, 1) * torch.cos(2 * math.pi * turns)
        decibels = decibels * (1 - self._draw_flags(0.15, count)) + self._draw_band(frequency, count)
        response = torch.fft.rfft(self._draw_room(count), size) * 10 ** (decibels / 20)
        return torch.fft.irfft(torch.fft.rfft(wave, size) * response, size)[:, :length]

    def _draw_band(self, frequency: Tensor, count: int) -> Tensor:
        """Return the gains in decibels (count, bins) of low-passes and high-passes.

        One wave in five gets a low-pass at 3 to 10 kHz, one in eight a high-pass at 40 to 300 Hz.
        """
        top = self._draw_uniform(math.log(3000), math.log(10000), count, 1).exp()
        low = self._draw_uniform(math.log(40), math.log(300), count, 1).exp()
        above = torch.log2(frequency.clamp(min=1) / top).clamp(min=0) * self._draw_flags(0.2, count)
        below = torch.log2(low / frequency.clamp(min=1)).clamp(min=0) * self._draw_flags(0.12, count)
        above = self._draw_uniform(24, 90, count, 1) * above
        below = self._draw_uniform(12, 36, count, 1) * below
        return (-above - below).clamp(min=-80)

    def _draw_room(self, count: int) -> Tensor:
        """Return impulse responses (count, samples), half of them with a room.

        A room has early reflections and a tail of noise that decays by 60 dB in 0.2 to 3 s; far from the
        instrument the tail is louder than the direct sound.
        """
        time = torch.arange(_TAIL, device=self._device) / ENCODER_RATE
        shortest, longest = (math.log(seconds) for seconds in _REVERBERATION)
        decay = self._draw_uniform(shortest, longest, count, 1).exp()
        noise = self._draw_normal(count, _TAIL)
        dull = F.avg_pool1d(noise[:, None], 5, 1, 2)[:, 0] * 2.2
        share = (time / decay).clamp(max=1)  # high frequencies decay first
        tail = (noise * (1 - share) + dull * share) * 10 ** (-3 * time / decay)
        tail = tail * (time > self._draw_uniform(0, 0.02, count, 1))
        norm = tail.square().sum(1, keepdim=True).sqrt()
        tail = tail * 10 ** (self._draw_uniform(*_ROOM_LEVEL, count, 1) / 20) / norm
        early = torch.zeros_like(tail)
        places = self._draw_uniform(0.001, 0.06, count, 12)
        gains = self._draw_normal(count, 12) * 10 ** (-self._draw_uniform(4, 14, count, 1) / 20)
        gains = gains * (-places / 0.04).exp()
        early.scatter_add_(1, (places * ENCODER_RATE).long(), gains * self._draw_flags(0.7, count))
        response = (tail + early) * self._draw_flags(_ROOMS, count)
        response[:, 0] = 1
        return response

    def _add_noise(self, wave: Tensor) -> Tensor:
        """Add noise of a random slope, 5 to 50 dB softer, to half of the waves, and hum to one in twenty."""
        count, length = wave.shape
        size = _find_fast_size(length)
        spectrum = torch.fft.rfft(self._draw_normal(count, size))
        index = torch.arange(spectrum.shape[1], device=self._device).clamp(min=50)
        noise = torch.fft.irfft(spectrum * index ** -self._draw_uniform(0, 1, count, 1), size)[:, :length]
        wave = wave + self._draw_flags(0.45, count) * self._scale_below(wave, noise, 5, 50)
        hum = self._make_hum(count, length)
        return wave + self._draw_flags(0.05, count) * self._scale_below(wave, hum, 15, 45)

    def _make_hum(self, count: int, length: int) -> Tensor:
        """Return hum of 50 or 60 Hz with three harmonics, (count, length)."""
        time = torch.arange(length, device=self._device) / ENCODER_RATE
        mains = torch.where(self._draw_uniform(0, 1, count, 1) < 0.5, 50.0, 60.0)
        hum = torch.zeros(count, length, device=self._device)
        for k in (1, 2, 3, 5):
            hum = hum + self._draw_uniform(0, 1 / k, count, 1) * torch.sin(2 * math.pi * k * mains * time)
        return hum

    def _scale_below(self, wave: Tensor, noise: Tensor, low: float, high: float) -> Tensor:
        """Return noise that is ``low`` to ``high`` decibels softer than a wave."""
        ratio = 10 ** (-self._draw_uniform(low, high, len(wave), 1) / 20)
        return noise * (ratio * _compute_rms(wave) / _compute_rms(noise))

    def _clip(self, wave: Tensor) -> Tensor:
        """Distort one wave in six, by hard or soft clipping."""
        drive = 10 ** (self._draw_uniform(0, 18, len(wave), 1) / 20)
        driven = wave / (wave.abs().amax(1, keepdim=True) + 1e-6) * drive
        hard = self._draw_flags(0.5, len(wave))
        distorted = hard * driven.clamp(-1, 1) + (1 - hard) * torch.tanh(driven)
        chosen = self._draw_flags(_CLIPPED, len(wave))
        return chosen * distorted + (1 - chosen) * wave

    def _compress(self, wave: Tensor) -> Tensor:
        """Compress the dynamics of one wave in eight."""
        power = F.avg_pool1d(wave.square()[:, None], 8 * _BLOCK, _BLOCK, 4 * _BLOCK, count_include_pad=False)
        level = 10 * torch.log10(power + 1e-8)
        over = (level - (-20 + self._draw_uniform(-15, 0, len(wave), 1)[:, None])).clamp(min=0)
        gain = 10 ** (-self._draw_uniform(0.2, 0.7, len(wave), 1)[:, None] * over / 20)
        gain = F.interpolate(gain, size=wave.shape[1], mode="linear")[:, 0]
        chosen = self._draw_flags(0.12, len(wave))
        return wave * (chosen * gain + (1 - chosen))

    def _add_flutter(self, wave: Tensor) -> Tensor:
        """Vary the speed of one wave in ten, by a fifteenth of a semitone at most, as an old tape does."""
        count, length = wave.shape
        time = torch.arange(length, device=self._device) / ENCODER_RATE
        rate = self._draw_uniform(math.log(0.4), math.log(8), count, 1).exp()
        depth = self._draw_uniform(0, 0.004, count, 1) * self._draw_flags(0.1, count)
        phase = 2 * math.pi * (rate * time + self._draw_uniform(0, 1, count, 1))
        shift = depth * ENCODER_RATE / (2 * math.pi * rate) * torch.sin(phase)
        place = (torch.arange(length, device=self._device) + shift).clamp(0, length - 2)
        base = place.long()
        part = place - base
        moved = wave.gather(1, base) * (1 - part) + wave.gather(1, base + 1) * part
        return torch.where(depth > 0, moved, wave)


def _compute_rms(wave: Tensor) -> Tensor:
    return wave.square().mean(1, keepdim=True).sqrt().clamp(min=1e-6)


def _normalize_level(wave: Tensor) -> Tensor:
    """Return waves at RMS 0.1; what is nearly silent stays so."""
    return wave * (0.1 / wave.square().mean(1, keepdim=True).sqrt().clamp(min=1e-4))


def _find_fast_size(length: int) -> int:
    """Return the least 2^a 3^b ≥ ``length``, which Fourier transforms take quickly."""
    sizes = [3**b << max(0, math.ceil(math.log2(length / 3**b))) for b in range(5)]
    return min(size for size in sizes if size % 2 == 0)
