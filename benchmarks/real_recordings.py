"""Encoders on real recordings whose notes or pitches are known, and on renderings by reserved soundfonts.

    python benchmarks/real_recordings.py TRUTH --encoder shipped recipes/checkpoints/expressive-encoder.safetensors

TRUTH is a folder of ``manifest.json`` (a list of tables with ``id``), ``ID.flac`` and ``ID.truth.json``.  A
truth has a ``kind`` and what belongs to it:

- ``notes``: rows of onset and offset in seconds and MIDI pitch; measured is note F1 by onsets;
- ``f0``: ``times`` and one frequency each in ``hz`` (0: none); measured is raw pitch accuracy;
- ``multif0``: ``times`` and lists of frequencies in ``hz``; measured is accuracy by frames;
- ``voice``: rows of onset, offset and pitch of a melody sung in a mix; measured is which onsets are found, in
  any octave, at the best constant offset;
- anything else: only the number of notes a second is measured.

An encoder is a safetensors file whose widths are read off its tensors, or ``shipped``.  ``--soundfonts``
names soundfonts on which ensembles of the ``valid`` split are rendered.  Prints a table and stores it in
``results/real_recordings.md``.
"""  # noqa: E501

import argparse
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import report
import soundfile
import torch
from safetensors.torch import load_file

from audiostyle.evaluate.notes import match_notes, note_f1
from audiostyle.models import zoo
from audiostyle.models.encoder import PitchGridEncoder
from audiostyle.models.frontend import ENCODER_RATE
from audiostyle.music.corpus import CorpusSpec, list_recordings, render_corpus
from audiostyle.sound.units import compute_rms, hz_to_midi
from audiostyle.translation.training.excerpts import CorpusExcerpts
from audiostyle.translation.transcription import transcribe

FRAMES = 1723  # of a rendered excerpt: twenty seconds
EXCERPTS = 12  # of each soundfont
MINUTES, SEED = 4, 31  # of what is rendered
SUNG_TOLERANCE = 0.1  # seconds
SUNG_OFFSETS = np.arange(-0.5, 0.5, 0.01)  # seconds by which annotations of songs may be off
TIMED_SECONDS = 30  # of noise, to measure speed

Truth = dict[str, Any]


def load_encoder(name: str) -> PitchGridEncoder:
    """Return the shipped encoder, or that of a file, with or without a performance head beside it."""
    shipped = name == "shipped"
    tensors = zoo.load_tensors(zoo.find_model("universal").encoder) if shipped else load_file(name)
    tensors = {
        key.removeprefix("encoder."): tensor.float()
        for key, tensor in tensors.items()
        if not key.startswith("head.")
    }
    count = 1 + max(int(key.split(".")[1]) for key in tensors if key.startswith("layers."))
    widths = [tensors[f"layers.{n}.dilated.weight"].shape[0] for n in range(count)]
    encoder = PitchGridEncoder(tensors["entry.weight"].shape[0], tensors["pool.weight"].shape[0], widths)
    encoder.load_state_dict(tensors)
    return encoder.eval()


def transcribe_wave(encoder: PitchGridEncoder, wave: np.ndarray) -> np.ndarray:
    """Return the notes of a wave (samples,) at 22,050 Hz."""
    return transcribe(encoder, [wave], compute_rms([wave])).notes


def read_wave(path: Path) -> np.ndarray:
    """Return a file as mono, (samples,) at 22,050 Hz."""
    wave, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return librosa.resample(wave.mean(axis=1), orig_sr=rate, target_sr=ENCODER_RATE)


def get_pairs(notes: np.ndarray) -> np.ndarray:
    """Return onsets and pitches, (notes, 2)."""
    return np.stack([notes["onset"], notes["pitch"]], axis=1).astype(np.float64)


def measure_f1(notes: np.ndarray, truth: Truth) -> float:
    """Return the note F1 by onsets within 50 ms."""
    return note_f1(get_pairs(notes), np.array(truth["notes"])[:, [0, 2]])


def measure_raw_pitch(notes: np.ndarray, truth: Truth) -> float:
    """Return the share of voiced moments at which a note within half a semitone sounds."""
    hits = [
        bool(np.any(np.abs(find_sounding(notes, moment)[:, None] - pitch) <= 0.5))
        for moment, hertz in zip(truth["times"], truth["hz"], strict=True)
        if len(pitch := to_pitches([hertz]))
    ]
    return float(np.mean(hits))


def measure_frame_accuracy(notes: np.ndarray, truth: Truth) -> float:
    """Return hits / (hits + misses + inventions) over all moments, each true pitch serving once."""
    hits = wrong = 0
    for moment, hertz in zip(truth["times"], truth["hz"], strict=True):
        found, wanted = np.unique(find_sounding(notes, moment)).astype(float), to_pitches(hertz)
        pairs = [[0.0, pitch] for pitch in found], [[0.0, pitch] for pitch in wanted]
        matched = len(match_notes(*pairs)) if len(found) and len(wanted) else 0
        hits += matched
        wrong += len(found) + len(wanted) - 2 * matched
    return hits / max(1, hits + wrong)


def measure_sung_onsets(notes: np.ndarray, truth: Truth) -> float:
    """Return the share of sung onsets that are found in any octave, at the best constant offset."""
    sung, best = np.array(truth["notes"]), 0.0
    for offset in SUNG_OFFSETS:
        near = np.abs(notes["onset"][None] - sung[:, :1] - offset) <= SUNG_TOLERANCE
        alike = (notes["pitch"][None] - np.round(sung[:, 2:3])) % 12 == 0
        best = max(best, float(np.mean((near & alike).any(axis=1))))
    return best


MEASURES: dict[str, tuple[str, Callable[[np.ndarray, Truth], float]]] = {
    "notes": ("onset F1", measure_f1),
    "f0": ("raw pitch accuracy", measure_raw_pitch),
    "multif0": ("frame accuracy", measure_frame_accuracy),
    "voice": ("sung onsets", measure_sung_onsets),
}
"""Kind of a truth → name of the measure, and the measure."""


def find_sounding(notes: np.ndarray, moment: float) -> np.ndarray:
    """Return the pitches that sound at a moment in seconds."""
    return notes["pitch"][(notes["onset"] <= moment) & (notes["offset"] > moment)]


def to_pitches(hertz: Iterable[float]) -> np.ndarray:
    """Return the MIDI numbers of the frequencies that are above 0."""
    return hz_to_midi(np.array([value for value in hertz if value and value > 0], float))


def measure_renderings(encoder: PitchGridEncoder, folder: Path) -> list[float]:
    """Return the note F1 of excerpts of a rendered ensemble."""
    values = []
    for wave, performance in CorpusExcerpts(list_recordings(folder), FRAMES).spread(EXCERPTS):
        truth = performance.get_pitched_notes()
        truth = truth[truth["onset"] >= 0]  # not those held from before the excerpt
        values.append(note_f1(get_pairs(transcribe_wave(encoder, wave)), get_pairs(truth)))
    return values


def measure_speed(encoder: PitchGridEncoder) -> float:
    """Return the core seconds for half a minute of noise."""
    wave = np.random.default_rng(0).normal(0, 0.1, TIMED_SECONDS * ENCODER_RATE).astype(np.float32)
    start = time.process_time()
    transcribe(encoder, [wave], 0.1)
    return time.process_time() - start


def judge_recordings(folder: Path, encoders: list[PitchGridEncoder]) -> list[tuple[str, ...]]:
    """Return a row for each recording: its measure and the notes a second, for each encoder."""
    rows = []
    for entry in json.loads((folder / "manifest.json").read_text()):
        wave = read_wave(folder / f"{entry['id']}.flac")
        truth = json.loads((folder / f"{entry['id']}.truth.json").read_text())
        name, measure = MEASURES.get(truth["kind"], ("–", None))
        cells = []
        for encoder in encoders:
            notes = transcribe_wave(encoder, wave)
            rate = f"{len(notes) / (len(wave) / ENCODER_RATE):.1f}"
            cells += [f"{measure(notes, truth):.3f}" if measure else "", rate]
        rows.append((entry["id"], name, *cells))
    return rows


def judge_renderings(
    soundfonts: list[Path], corpus: Path, encoders: list[PitchGridEncoder]
) -> list[tuple[str, ...]]:
    """Return two rows for each soundfont: mean and worst note F1 of its excerpts, for each encoder."""
    rows = []
    for soundfont in soundfonts:
        folder = corpus / soundfont.stem
        render_corpus(folder, CorpusSpec(soundfont, {}, MINUTES, "valid", SEED, ENCODER_RATE))
        values = [measure_renderings(encoder, folder / "ensemble") for encoder in encoders]
        for name, summarize in (("mean", np.mean), ("worst", np.min)):
            cells = [cell for row in values for cell in (f"{summarize(row):.3f}", "")]
            rows.append((soundfont.stem, f"onset F1, {name}", *cells))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("truth", type=Path, help="folder of recordings and what is known of them")
    parser.add_argument("--encoder", nargs="+", default=["shipped"], help="files, or 'shipped' (default)")
    parser.add_argument("--soundfonts", type=Path, nargs="*", default=[], help="reserved for testing")
    parser.add_argument(
        "--corpus", type=Path, default=Path("runs/reserved"), help="where renderings are kept"
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    encoders = [load_encoder(name) for name in options.encoder]
    rows = judge_recordings(options.truth, encoders)
    rows += judge_renderings(options.soundfonts, options.corpus, encoders)
    speed = [cell for encoder in encoders for cell in (f"{measure_speed(encoder):.1f}", "")]
    rows.append((f"{TIMED_SECONDS} s of noise", "core seconds", *speed))
    names = [name if name == "shipped" else Path(name).stem for name in options.encoder]
    header = ("recording", "measure", *(cell for name in names for cell in (name, "notes/s")))
    text = "\n\n".join(
        ["# Encoders on real recordings", report.describe_run(), report.format_table(header, rows)]
    )
    print(text)
    report.store("real_recordings", text)


if __name__ == "__main__":
    main()
