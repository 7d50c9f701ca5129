"""The task of the shared encoder: notes, reconstruction, confusion.

A step has three kinds of losses (weights in :data:`WEIGHTS`):

- *notes*: cross-entropy of onsets and of sounding keys, squared error of loudness, against the score;
- *reconstruction*: a small network must reconstruct the semitone spectrum from note grid, latent and the
  instruments' families, so that the latent carries what notes do not hold;
- *confusion*: a critic guesses the families from the latent, and the reversed gradient removes them from it
  (Mor et al. 2018, §3.3, with gradient reversal).
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from audiostyle.evaluate.notes import note_f1
from audiostyle.models.critic import DomainCritic, reverse_gradient
from audiostyle.models.encoder import EncoderOutput, PitchGridEncoder
from audiostyle.models.frontend import PITCHES
from audiostyle.music.notes import DRUM_CHANNEL
from audiostyle.music.performance import Performance
from audiostyle.sound.units import compute_rms
from audiostyle.training.loop import PrefetchedBatches
from audiostyle.translation.note_grid import rasterize
from audiostyle.translation.training.augmentation import augment_wave
from audiostyle.translation.training.excerpts import CorpusExcerpts
from audiostyle.translation.transcription import transcribe

FAMILIES = 17
"""The sixteen General MIDI families of eight programs, and drums."""

WEIGHTS = {"onset": 1.0, "sounding": 0.5, "loudness": 0.5, "reconstruction": 0.1, "critic": 0.1}
"""Of the losses in a step's sum."""

_REVERSAL = 0.1  # final weight of the reversed gradient
_RAMP_STEPS = 2000  # over which that weight rises from 0
_ONSET_WEIGHT = 3.0  # an onset is one frame in a thousand: missing it must cost more than inventing it
_NEIGHBOR_TARGET = 0.4  # of the frames before and after an onset: renderings are no more exact
_SEMITONES = 103  # of the front end's axis
_VALIDATION_EXCERPTS = 12


class _Reconstruction(nn.Module):
    """Reconstruct the semitone spectrum (B, T, 103) from an encoder's output and families."""

    def __init__(self, latent: int, channels: int = 128) -> None:
        super().__init__()
        self.families = nn.Linear(FAMILIES, channels)
        self.entry = nn.Conv1d(2 * PITCHES + latent, channels, 5, padding=2)
        self.body = nn.Conv1d(channels, channels, 5, padding=2)
        self.exit = nn.Conv1d(channels, _SEMITONES, 1)

    def forward(self, output: EncoderOutput, families: Tensor) -> Tensor:
        held = torch.sigmoid(output.sounding) * output.loudness
        parts = [torch.sigmoid(output.onset), held, output.latent]
        hidden = self.entry(torch.cat(parts, dim=2).transpose(1, 2)) + self.families(families)[:, :, None]
        hidden = hidden.relu() + self.body(hidden.relu())
        return self.exit(hidden.relu()).transpose(1, 2)


@dataclass(frozen=True)
class EncoderSettings:
    """Sizes of an encoder and of a batch.

    Attributes:
        channels, latent: of :class:`~audiostyle.models.encoder.PitchGridEncoder`.
        frames: length of an excerpt; 384 are four and a half seconds.
        batch: excerpts in a batch.
        bfloat16: train in reduced precision, several times faster where the processor has matrix units.

    Example:
        >>> EncoderSettings(channels=32).latent
        8
    """

    channels: int = 48
    latent: int = 8
    frames: int = 384
    batch: int = 4
    bfloat16: bool = False


class EncoderTraining(nn.Module):
    """The encoder, with the two networks that only its training needs: reconstruction and critic."""

    def __init__(self, settings: EncoderSettings) -> None:
        super().__init__()
        self.encoder = PitchGridEncoder(settings.channels, settings.latent)
        self.reconstruction = _Reconstruction(settings.latent)
        self.critic = DomainCritic(settings.latent, FAMILIES)


class EncoderTask:
    """A :class:`~audiostyle.training.loop.Task` that trains an encoder.

    Args:
        train, valid: excerpts to train and to validate on.
        settings: sizes of the encoder and of a batch.
        seed: of the batches.

    Example:
        >>> import tempfile, soundfile
        >>> from pathlib import Path
        >>> from audiostyle.music.midi import write_midi
        >>> audio = Path(tempfile.mkdtemp(), "noise.wav")
        >>> soundfile.write(audio, np.random.default_rng(0).uniform(-0.1, 0.1, 22050), 22050)
        >>> write_midi(Performance(), audio.with_suffix(".mid"))
        >>> excerpts = CorpusExcerpts([(audio, audio.with_suffix(".mid"))], frames=32)
        >>> settings = EncoderSettings(channels=2, latent=2, frames=32, batch=1)
        >>> sorted(EncoderTask(excerpts, excerpts, settings).loss(0)[1])
        ['critic', 'loudness', 'onset', 'reconstruction', 'sounding']
    """

    def __init__(
        self, train: CorpusExcerpts, valid: CorpusExcerpts, settings: EncoderSettings, seed: int = 0
    ) -> None:
        self.excerpts, self.valid = train, valid
        self.batch, self.seed, self.bfloat16 = settings.batch, seed, settings.bfloat16
        self.module = EncoderTraining(settings)
        self._batches = PrefetchedBatches(self._prepare)

    def loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """Return the weighted loss of the batch of ``step`` and its parts."""
        wave, onset, sounding, loudness, families = self._batches(step)
        encoder = self.module.encoder
        with torch.no_grad():
            levels = encoder.frontend.spectra(wave)
            stack = encoder.frontend.stack(levels)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bfloat16):
            output = EncoderOutput(*(part.float() for part in encoder.encode(stack)))
            spectrum = self.module.reconstruction(output, families).float()
            ramp = _REVERSAL * min(1.0, step / _RAMP_STEPS)
            verdict = self.module.critic(reverse_gradient(output.latent, ramp)).float()
        semitones = F.avg_pool1d(levels[:, 0], 3)
        adjacent = torch.maximum(F.pad(onset, (0, 0, 1, 0))[:, :-1], F.pad(onset, (0, 0, 0, 1))[:, 1:])
        target = torch.maximum(onset, _NEIGHBOR_TARGET * adjacent)
        weight = torch.tensor(_ONSET_WEIGHT)
        parts = {
            "onset": 20 * F.binary_cross_entropy_with_logits(output.onset, target, pos_weight=weight),
            "sounding": 5 * F.binary_cross_entropy_with_logits(output.sounding, sounding),
            "loudness": ((output.loudness - loudness) ** 2 * sounding).sum() / sounding.sum().clamp(min=1),
            "reconstruction": F.mse_loss(spectrum, semitones),
            "critic": F.binary_cross_entropy_with_logits(verdict, families),
        }
        total = sum((WEIGHTS[name] * part for name, part in parts.items()), torch.zeros(()))
        return total, {name: round(part.item(), 4) for name, part in parts.items()}

    def _prepare(self, step: int) -> tuple[Tensor, ...]:
        rows = []
        for item in range(self.batch):
            rng = np.random.default_rng([self.seed, step, item])
            wave, performance = self.excerpts.draw(rng)
            rows.append(
                (
                    augment_wave(wave, rng),
                    *rasterize(performance, self.excerpts.frames),
                    _families(performance),
                )
            )
        return tuple(torch.from_numpy(np.stack(column)) for column in zip(*rows, strict=True))

    def waves(self, batches: int) -> Tensor:
        """Return the waves of the first batches, (batches · batch, N) at 22,050 Hz."""
        return torch.cat([self._prepare(step)[0] for step in range(batches)])

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return the mean note F1 over the validation excerpts as the score, and the worst one."""
        assert isinstance(module, EncoderTraining)
        scores = []
        for wave, performance in self.valid.spread(_VALIDATION_EXCERPTS):
            notes = transcribe(module.encoder, [wave], compute_rms([wave])).notes
            truth = performance.get_pitched_notes()
            truth = truth[truth["onset"] >= 0]  # not those held from before the excerpt
            scores.append(note_f1(_pairs(notes), _pairs(truth)))
        return {"score": round(float(np.mean(scores)), 4), "worst": round(float(np.min(scores)), 4)}


def _pairs(notes: np.ndarray) -> np.ndarray:
    return np.stack([notes["onset"], notes["pitch"]], axis=1).astype(np.float64)


def _families(performance: Performance) -> np.ndarray:
    """Return which of the :data:`FAMILIES` play, as a vector of zeros and ones."""
    vector = np.zeros(FAMILIES, np.float32)
    for channel in np.unique(performance.notes["channel"]).tolist():
        vector[16 if channel == DRUM_CHANNEL else performance.programs.get(channel, 0) // 8] = 1
    return vector
