"""The task of a domain's spectral decoder: log-magnitude spectra from the states of the keys.

The target is the log-magnitude spectrogram of the domain's recordings; the input, the states of the keys in
them.  Regression of log magnitudes needs no adversary: its optimum, the expected log spectrum, is also the
optimum of the log-spectral distance, by which results are measured.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from audiostyle.models.excitation import KeyStates
from audiostyle.models.spectral_decoder import DECODER_HOP, DECODER_RATE, N_FFT, SpectralDecoder
from audiostyle.sound.mel import make_mel_filterbank
from audiostyle.training.loop import PrefetchedBatches

LOG_FLOOR = 1e-5
"""Magnitudes are compared down to −100 dB of full scale."""

_DECIBELS = 8.686  # in a neper
_RANGE = 9.2  # nepers (80 dB) below the target's peak, to which mel spectra are compared

Item = tuple[np.ndarray, KeyStates]
"""Wave (samples,) at 44.1 kHz and key states (1, T, 88) of an excerpt of T frames."""


class DecoderTask:
    """A :class:`~audiostyle.training.loop.Task` that trains a spectral decoder.

    Args:
        decoder: to train in place.
        draw: draws an excerpt with a random generator; all have one length.
        held_out: excerpts to validate on.
        batch: excerpts in a batch.
        seed: of the batches.
        bfloat16: compute in reduced precision.

    Example:
        >>> rest = KeyStates(*torch.zeros(3, 1, 9, 88))
        >>> item = np.zeros(8 * DECODER_HOP, np.float32), rest
        >>> task = DecoderTask(SpectralDecoder(channels=4), lambda rng: item, [item], batch=2)
        >>> sorted(task.loss(0)[1])
        ['bins_db', 'mel_db']
    """

    def __init__(
        self,
        decoder: SpectralDecoder,
        draw: Callable[[np.random.Generator], Item],
        held_out: list[Item],
        *,
        batch: int,
        seed: int = 0,
        bfloat16: bool = False,
    ) -> None:
        self.module: nn.Module = decoder
        self.draw, self.held_out = draw, held_out
        self.batch, self.seed, self.bfloat16 = batch, seed, bfloat16
        self.window = torch.hann_window(N_FFT)
        self.mel = make_mel_filterbank(DECODER_RATE, N_FFT, 128, 20.0, 16000.0)
        self._batches = PrefetchedBatches(self._prepare)

    def log_magnitude(self, wave: Tensor) -> Tensor:
        """Return the log magnitudes (B, T, 1025) of waves (B, N); a full-scale sine has magnitude 1."""
        spectrum = torch.stft(
            wave,
            N_FFT,
            DECODER_HOP,
            window=self.window,
            center=True,
            pad_mode="constant",
            return_complex=True,
        )
        return torch.log(spectrum.abs().transpose(1, 2) / (N_FFT / 4) + LOG_FLOOR)

    def loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """Return the loss of the batch of ``step`` and its parts in decibels."""
        wave, states = self._batches(step)
        with torch.no_grad():
            target = self.log_magnitude(wave)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bfloat16):
            estimate = self.module(states).float()
        estimate = torch.logaddexp(estimate, torch.tensor(np.log(LOG_FLOOR)))
        fine = (estimate - target).abs().mean()
        coarse = self.mel_error(estimate, target)
        parts = {"bins_db": _DECIBELS * fine.item(), "mel_db": _DECIBELS * coarse.item()}
        return fine + coarse, {name: round(value, 3) for name, value in parts.items()}

    def mel_error(self, estimate: Tensor, target: Tensor) -> Tensor:
        """Return the RMS difference of log mel spectra (nepers), within 80 dB of the target's peak."""
        bands = [torch.log((2 * x).exp() @ self.mel + 1e-12) / 2 for x in (estimate, target)]
        floor = bands[1].amax(dim=(1, 2), keepdim=True) - _RANGE
        estimate, target = (torch.maximum(x, floor) for x in bands)
        return (F.mse_loss(estimate, target) + 1e-6).sqrt()

    def _prepare(self, step: int) -> tuple[Tensor, KeyStates]:
        generators = (np.random.default_rng([self.seed, step, item]) for item in range(self.batch))
        return collate([self.draw(generator) for generator in generators])

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return the log mel error on the held-out excerpts, in decibels; the score is its negative."""
        errors, fines = [], []
        for item in self.held_out:
            wave, states = collate([item])
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=self.bfloat16):
                estimate = module(states).float()
            target = self.log_magnitude(wave)
            estimate = torch.logaddexp(estimate, torch.tensor(np.log(LOG_FLOOR)))
            errors.append(_DECIBELS * self.mel_error(estimate, target).item())
            fines.append(_DECIBELS * (estimate - target).abs().mean().item())
        return {"score": -round(float(np.mean(errors)), 3), "bins_db": round(float(np.mean(fines)), 3)}


def collate(items: list[Item]) -> tuple[Tensor, KeyStates]:
    """Stack excerpts to waves (B, N) and key states of (B, T, 88)."""
    wave = torch.from_numpy(np.stack([wave for wave, _ in items]))
    return wave, KeyStates(
        *(torch.cat(parts) for parts in zip(*(states for _, states in items), strict=True))
    )
