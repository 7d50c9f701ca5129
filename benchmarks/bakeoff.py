"""The decoder bake-off: kinds of decoders that are trained with one small budget and judged alike.

Every candidate gets the same batches of the same rendered piano for the same number of steps.  Then it
synthesizes held-out pieces from their true notes, so that only the decoder is judged.  Stored in
``results/bakeoff.md``.
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
from audiostyle.models.device import convolves_bfloat16
from audiostyle.models.excitation import KeyStates
from audiostyle.models.phase_table import PhaseTable
from audiostyle.models.spectral_decoder import BINS, DECODER_HOP, N_FFT, SpectralDecoder
from audiostyle.music.corpus import CorpusSpec, list_recordings, render_corpus
from audiostyle.training.loop import Schedule, train
from audiostyle.translation.note_grid import compute_key_states
from audiostyle.translation.synthesis import SpectralSynthesizer
from audiostyle.translation.training.decoder import LOG_FLOOR, DecoderTask, Item
from audiostyle.translation.training.excerpts import CorpusExcerpts
from audiostyle.translation.training.phases import measure_phases

DOMAIN = "piano"
MINUTES = 20
SECONDS = 20.0
FRAMES = 256


class StackAlone(SpectralDecoder):
    """A gated stack, as in WaveNet, from the keys to the spectrum, without an excitation."""

    def forward(self, states: KeyStates) -> Tensor:
        hidden = self.stack(self.entry(_encode_keys(states)).transpose(1, 2)).transpose(1, 2)
        return 10 * self.exit(torch.relu(hidden)) - 8


class MagnitudeAndPhase(SpectralDecoder):
    """The stack with two heads, log-magnitude and phase, then the inverse STFT (Vocos, Siuzdak 2024).

    It is trained without an adversary, which would not yet help with this budget.
    """

    def __init__(self) -> None:
        super().__init__()
        self.phase = nn.Linear(self.exit.in_features, BINS)

    def heads(self, states: KeyStates) -> tuple[Tensor, Tensor]:
        """Compute log-magnitude and phase, each (B, T, 1025)."""
        hidden = torch.relu(self.stack(self.entry(_encode_keys(states)).transpose(1, 2)).transpose(1, 2))
        return 10 * self.exit(hidden) - 8, self.phase(hidden)

    def forward(self, states: KeyStates) -> Tensor:
        return self.heads(states)[0]


def invert_spectrum(log_magnitude: Tensor, phase: Tensor, samples: int) -> Tensor:
    """Compute the wave (B, samples) of a spectrum (B, T, 1025)."""
    spectrum = torch.polar(log_magnitude.clamp(max=3).exp() * (N_FFT / 4), phase).transpose(1, 2)
    return torch.istft(spectrum, N_FFT, DECODER_HOP, window=torch.hann_window(N_FFT), length=samples)


class WaveTask(DecoderTask):
    """The other candidates' loss, and the errors of the wave's log spectra at three resolutions."""

    def loss(self, step: int) -> tuple[Tensor, dict[str, float]]:
        wave, states = self._batches(step)
        log_magnitude, phase = self.module.heads(states)
        log_magnitude = torch.logaddexp(log_magnitude, torch.tensor(np.log(LOG_FLOOR)))
        target = self.log_magnitude(wave)
        fine, coarse = (log_magnitude - target).abs().mean(), self.mel_error(log_magnitude, target)
        made = invert_spectrum(log_magnitude, phase, wave.shape[1])
        error = torch.stack([_compute_spectral_error(made, wave, size) for size in (512, 1024, 2048)]).mean()
        return fine + coarse + error, {"wave_db": 8.686 * error.item()}


def _compute_spectral_error(wave: Tensor, truth: Tensor, size: int) -> Tensor:
    window = torch.hann_window(size)
    logs = [
        torch.log(
            torch.stft(x, size, size // 4, window=window, return_complex=True).abs() / (size / 4) + LOG_FLOOR
        )
        for x in (wave, truth)
    ]
    return (logs[0] - logs[1]).abs().mean()


def _encode_keys(states: KeyStates) -> Tensor:
    """Return how hard held keys and struck keys are played, (B, T, 176)."""
    held = states.level * (states.released == 0)
    return torch.cat([held, states.level * (states.age.round() == 0)], dim=2)


class ExcitationAlone(SpectralDecoder):
    """The additive bank of templates, without corrections."""

    def forward(self, states: KeyStates) -> Tensor:
        return self.excitation(states)


CANDIDATES = {
    "gated stack, Griffin-Lim": StackAlone,
    "gated stack, magnitude and phase heads": MagnitudeAndPhase,
    "template bank, measured phases": ExcitationAlone,
    "template bank + gated stack, measured phases": SpectralDecoder,
}


def train_candidate(
    kind: type[SpectralDecoder], training: CorpusExcerpts, held_out: list[Item], steps: int
) -> tuple[nn.Module, float]:
    """Train a new candidate; return it and the minutes that it took."""
    torch.manual_seed(0)

    def draw(rng: np.random.Generator) -> Item:
        wave, performance = training.draw(rng)
        return wave, compute_key_states(performance, FRAMES)

    task_type = WaveTask if kind is MagnitudeAndPhase else DecoderTask
    task = task_type(kind(), draw, held_out, batch=8, bfloat16=convolves_bfloat16())
    run = material.RUNS / "bakeoff" / f"{kind.__name__}-{steps}"
    started = time.monotonic()
    module = train(
        task, Schedule(steps, validate_every=steps), run, {"kind": kind.__name__}, lambda numbers: None
    )
    return module, (time.monotonic() - started) / 60


def synthesize(decoder: SpectralDecoder, phases: PhaseTable | None, piece: str) -> np.ndarray:
    """Synthesize a held-out piece from its true notes, (samples,)."""
    performance = material.make_performance(piece, SECONDS)
    samples = int(SECONDS * material.RATE)
    if phases is not None:
        synthesizer = SpectralSynthesizer(decoder, phases, 1.0)
        return np.concatenate(list(synthesizer.synthesize(performance, samples)))
    states = compute_key_states(performance, samples // DECODER_HOP + 1)
    with torch.inference_mode():
        if isinstance(decoder, MagnitudeAndPhase):
            return invert_spectrum(*decoder.heads(states), samples)[0].numpy()
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
        decoder, minutes = train_candidate(kind, training, material_for_phases[:2], options.steps)
        assert isinstance(decoder, SpectralDecoder)
        phases = measure_phases(decoder, material_for_phases) if "measured" in name else None
        distances, scores = [], []
        for piece in material.choose_pieces(options.pieces, SECONDS):
            wave, truth = synthesize(decoder, phases, piece), material.render_truth(piece, DOMAIN, SECONDS)
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
            f" {options.pieces} held-out pieces of {SECONDS:g} s synthesized from their true notes.",
            report.format_table(
                ("decoder", "LSD to the truth (dB)", "note F1, share of truth's", "minutes"), rows
            ),
        ]
    )
    print(text)
    report.store("bakeoff", text)


if __name__ == "__main__":
    main()
