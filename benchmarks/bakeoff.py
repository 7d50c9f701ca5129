"""The decoder bake-off: kinds of decoders under one small budget, on one domain, judged alike.

Every candidate sees the same batches of the same rendered piano for the same number of steps, then plays
held-out pieces from their true notes, so that nothing but the decoder is judged.
"""

import argparse
import time

import librosa
import material
import measures
import numpy as np
import report
import torch
from torch import Tensor, nn

from audiostyle.evaluate import log_spectral_distance, note_f1
from audiostyle.models.excitation import KeyStates
from audiostyle.models.spectral_decoder import BINS, DECODER_HOP, N_FFT, SpectralDecoder
from audiostyle.music.corpus import CorpusSpec, list_recordings, render_corpus
from audiostyle.training.loop import Schedule, train
from audiostyle.translation.note_grid import compute_key_states
from audiostyle.translation.synthesis import SpectralSynthesizer
from audiostyle.translation.training.decoder import LOG_FLOOR, DecoderTask
from audiostyle.translation.training.excerpts import CorpusExcerpts
from audiostyle.translation.training.phases import measure_phases

DOMAIN = "piano"
MINUTES = 20
SECONDS = 20.0
FRAMES = 256


class StackAlone(SpectralDecoder):
    """The WaveNet-style gated stack from the code to the spectrum, without an excitation."""

    def forward(self, states: KeyStates) -> Tensor:
        hidden = self.stack(self.entry(_code(states)).transpose(1, 2)).transpose(1, 2)
        return 10 * self.exit(torch.relu(hidden)) - 8


class MagnitudeAndPhase(SpectralDecoder):
    """The stack with two heads, log-magnitude and phase, then the inverse STFT (Vocos, Siuzdak 2024).

    Its adversary is left out: under this budget it would not have begun to help.
    """

    def __init__(self) -> None:
        super().__init__()
        self.phase = nn.Linear(self.exit.in_features, BINS)

    def heads(self, states: KeyStates) -> tuple[Tensor, Tensor]:
        """Log-magnitude and phase, each (B, T, 1025)."""
        hidden = torch.relu(self.stack(self.entry(_code(states)).transpose(1, 2)).transpose(1, 2))
        return 10 * self.exit(hidden) - 8, self.phase(hidden)

    def forward(self, states: KeyStates) -> Tensor:
        return self.heads(states)[0]


def synthesised(log_magnitude: Tensor, phase: Tensor, samples: int) -> Tensor:
    """The wave (B, samples) of a spectrum (B, T, 1025)."""
    spectrum = torch.polar(log_magnitude.clamp(max=3).exp() * (N_FFT / 4), phase).transpose(1, 2)
    return torch.istft(spectrum, N_FFT, DECODER_HOP, window=torch.hann_window(N_FFT), length=samples)


class WaveTask(DecoderTask):
    """The other candidates' loss, and the log spectra at three resolutions of the wave that comes out."""

    def loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        wave, states = self._batches(step)
        log_magnitude, phase = self.module.heads(states)
        log_magnitude = torch.logaddexp(log_magnitude, torch.tensor(np.log(LOG_FLOOR)))
        target = self.log_magnitude(wave)
        fine, coarse = (log_magnitude - target).abs().mean(), self.mel_error(log_magnitude, target)
        heard = synthesised(log_magnitude, phase, wave.shape[1])
        resolved = torch.stack([_log_spectral_error(heard, wave, size) for size in (512, 1024, 2048)]).mean()
        return fine + coarse + resolved, {"wave_db": 8.686 * resolved.item()}


def _log_spectral_error(wave: Tensor, truth: Tensor, size: int) -> Tensor:
    window = torch.hann_window(size)
    logs = [
        torch.log(
            torch.stft(x, size, size // 4, window=window, return_complex=True).abs() / (size / 4) + LOG_FLOOR
        )
        for x in (wave, truth)
    ]
    return (logs[0] - logs[1]).abs().mean()


def _code(states: KeyStates) -> Tensor:
    """What is held and what is struck, (B, T, 176)."""
    held = states.level * (states.released == 0)
    return torch.cat([held, states.level * (states.age.round() == 0)], dim=2)


class ExcitationAlone(SpectralDecoder):
    """The additive bank of templates, uncorrected."""

    def forward(self, states: KeyStates) -> Tensor:
        return self.excitation(states)


CANDIDATES = {
    "gated stack, Griffin-Lim": StackAlone,
    "gated stack, magnitude and phase heads": MagnitudeAndPhase,
    "template bank, measured phases": ExcitationAlone,
    "template bank + gated stack, measured phases": SpectralDecoder,
}


def trained(
    kind: type[SpectralDecoder], training: CorpusExcerpts, held: list, steps: int
) -> tuple[nn.Module, float]:
    """Train a fresh candidate; return it and the minutes it took."""
    torch.manual_seed(0)

    def draw(rng: np.random.Generator):
        wave, performance = training.draw(rng)
        return wave, compute_key_states(performance, FRAMES)

    judge = WaveTask if kind is MagnitudeAndPhase else DecoderTask
    task = judge(kind(), draw, held, batch=8, bfloat16=torch.cpu._is_amx_tile_supported())
    run = material.RUNS / "bakeoff" / f"{kind.__name__}-{steps}"
    started = time.monotonic()
    module = train(
        task, Schedule(steps, validate_every=steps), run, {"kind": kind.__name__}, lambda numbers: None
    )
    return module, (time.monotonic() - started) / 60


def played(decoder: SpectralDecoder, phases, piece: str) -> np.ndarray:
    """A held-out piece from its true notes."""
    performance = material.make_performance(piece, SECONDS)
    samples = int(SECONDS * material.RATE)
    if phases is not None:
        return np.concatenate(list(SpectralSynthesizer(decoder, phases, 1.0).play(performance, samples)))
    states = compute_key_states(performance, samples // DECODER_HOP + 1)
    with torch.inference_mode():
        if isinstance(decoder, MagnitudeAndPhase):
            return synthesised(*decoder.heads(states), samples)[0].numpy()
        magnitude = decoder(states)[0].exp().T.numpy()
    return librosa.griffinlim(
        magnitude * N_FFT / 4,
        hop_length=DECODER_HOP,
        length=samples,
        n_iter=32,
        random_state=0,
        pad_mode="constant",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--pieces", type=int, default=4)
    options = parser.parse_args()
    folder = material.RUNS / "bakeoff" / "corpus"
    render_corpus(folder, CorpusSpec(material.TRAINING, {DOMAIN: material.DOMAINS[DOMAIN]}, MINUTES, seed=9))
    files = list(list_recordings(folder / DOMAIN))
    training, longer = CorpusExcerpts(files, FRAMES), CorpusExcerpts(files, 862)
    material_for_phases = [(wave, compute_key_states(notes, 862)) for wave, notes in longer.spread(20)]
    rows = []
    for name, kind in CANDIDATES.items():
        decoder, minutes = trained(kind, training, material_for_phases[:2], options.steps)
        assert isinstance(decoder, SpectralDecoder)
        phases = measure_phases(decoder, material_for_phases) if "measured" in name else None
        distances, scores = [], []
        for piece in material.choose_pieces(options.pieces, SECONDS):
            wave, truth = played(decoder, phases, piece), material.render_truth(piece, DOMAIN, SECONDS)
            distances.append(log_spectral_distance(wave, truth, material.RATE))
            notes = material.get_notes(piece, SECONDS)
            share = note_f1(measures.read_notes(wave.astype(np.float32)), notes)
            scores.append(share / note_f1(measures.read_notes(truth), notes))
        rows.append((name, float(np.mean(distances)), float(np.mean(scores)), minutes))
    text = "\n\n".join(
        [
            "# Decoder bake-off",
            report.describe_run(),
            f"{DOMAIN}, {MINUTES} minutes of recordings, {options.steps} steps of 8 × 3 s each;"
            f" {options.pieces} held-out pieces of {SECONDS:g} s played from their true notes.",
            report.format_table(
                ("decoder", "LSD to the truth (dB)", "note F1, share of truth's", "minutes"), rows
            ),
        ]
    )
    print(text)
    report.store("bakeoff", text)


if __name__ == "__main__":
    main()
