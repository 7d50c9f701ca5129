"""Encoders on real recordings whose notes or pitches are known, and on renderings by reserved soundfonts.

    python benchmarks/real_recordings.py TRUTH --encoder shipped recipes/checkpoints/expressive-encoder.safetensors

TRUTH is a folder of ``manifest.json`` (a list of tables with ``id``), ``ID.flac`` and ``ID.truth.json``.  A
truth has a ``kind`` and what belongs to it:

- ``notes``: rows of onset and offset in seconds and MIDI pitch; measured is note F1 by onsets;
- ``f0``: ``times`` and one frequency each in ``hz`` (0: none); measured is raw pitch accuracy;
- ``multif0``: ``times`` and lists of frequencies in ``hz``; measured is accuracy by frames;
- ``voice``: rows of onset, offset and pitch of a melody sung in a mix; measured is which onsets are found, in
  any octave, at the best constant offset;
- anything else: only the number of notes a second, and the share of those under 60 ms, is measured.

An encoder is a safetensors file whose widths are read off its tensors, or ``shipped``, or ``basic-pitch``,
which is no encoder of ours but the note judge; with it, basses of mixes are compared with what it hears.
Speech, birds, drums and hiss have no notes: of them, how many are heard is measured.  ``--soundfonts``
names soundfonts on which ensembles of the ``valid`` split are rendered.  Prints a table and stores it in
``results/real_recordings.md``.
"""  # noqa: E501

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

import judge
import librosa
import numpy as np
import report
import soundfile
import torch
from hearing import Truth, get_pairs, measure_all, measure_bass
from material import RESERVED, to_performance
from safetensors.torch import load_file

from audiostyle.evaluate.notes import note_f1
from audiostyle.models import zoo
from audiostyle.models.encoder import PitchGridEncoder
from audiostyle.models.frontend import ENCODER_RATE
from audiostyle.music.corpus import CorpusSpec, list_recordings, render_corpus
from audiostyle.music.drums import draw_drum_groove
from audiostyle.music.fluidsynth import render_performance
from audiostyle.music.performance import Performance
from audiostyle.sound.units import compute_rms
from audiostyle.translation.options import TranslationOptions
from audiostyle.translation.pipeline import Pipeline
from audiostyle.translation.training.excerpts import CorpusExcerpts
from audiostyle.translation.transcription import NoteEncoder, Transcription

JUDGE = "basic-pitch"
_HEAD = "performance.layers.1.weight"  # of an encoder that has a performance head
FRAMES = 1723  # of a rendered excerpt: twenty seconds
EXCERPTS = 12  # of each soundfont
MINUTES, SEED = 4, 31  # of what is rendered
TIMED_SECONDS = 30  # of noise, to measure speed
NOISE_SECONDS = 20  # of drums, of hiss


def load_encoder(name: str) -> PitchGridEncoder:
    """Return the shipped encoder, or that of a file, with or without a performance head beside it."""
    shipped = name == "shipped"
    tensors = zoo.load_tensors(zoo.find_model("universal").encoder) if shipped else load_file(name)
    names = {key: key.removeprefix("encoder.").replace("head.", "performance.") for key in tensors}
    tensors = {names[key]: tensor.float() for key, tensor in tensors.items()}
    count = 1 + max(int(key.split(".")[1]) for key in tensors if key.startswith("layers."))
    widths = [tensors[f"layers.{n}.dilated.weight"].shape[0] for n in range(count)]
    sizes = {"channels": tensors["entry.weight"].shape[0], "latent": tensors["pool.weight"].shape[0]}
    if _HEAD in tensors:
        sizes["curves"] = tensors[_HEAD].shape[0]
    encoder = PitchGridEncoder(widths=widths, **sizes)
    encoder.load_state_dict(tensors)
    return encoder.eval()


def transcribe_wave(encoder: PitchGridEncoder | None, wave: np.ndarray) -> Transcription:
    """Return what an encoder, or the judge in its place, hears in a wave (samples,) at 22,050 Hz."""
    if encoder is None:
        performance = to_performance(judge.transcribe(wave, ENCODER_RATE))
        return Transcription(np.sort(performance.notes, order=["onset", "pitch"]), compute_rms([wave]))
    return Pipeline.of_wave(wave[None], ENCODER_RATE, TranslationOptions(), 1, None).transcribe(
        NoteEncoder(encoder)
    )


def read_wave(path: Path) -> np.ndarray:
    """Return a file as mono, (samples,) at 22,050 Hz."""
    wave, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return librosa.resample(wave.mean(axis=1), orig_sr=rate, target_sr=ENCODER_RATE)


def measure_renderings(encoder: PitchGridEncoder | None, folder: Path) -> list[float]:
    """Return the note F1 of excerpts of a rendered ensemble."""
    values = []
    for wave, performance in CorpusExcerpts(list_recordings(folder), FRAMES).spread(EXCERPTS):
        truth = performance.get_pitched_notes()
        truth = truth[truth["onset"] >= 0]  # not those held from before the excerpt
        values.append(note_f1(get_pairs(transcribe_wave(encoder, wave).notes), get_pairs(truth)))
    return values


def measure_speed(encoder: PitchGridEncoder | None) -> float:
    """Return the core seconds for half a minute of noise."""
    wave = np.random.default_rng(0).normal(0, 0.1, TIMED_SECONDS * ENCODER_RATE).astype(np.float32)
    start = time.process_time()
    transcribe_wave(encoder, wave)
    return time.process_time() - start


def judge_recordings(folder: Path, encoders: list[PitchGridEncoder | None]) -> list[tuple[str, ...]]:
    """Return rows for each recording, one for each measure, with a column for each encoder."""
    rows = []
    for name, wave, truth in [*read_recordings(folder), *make_noises()]:
        seconds = len(wave) / ENCODER_RATE
        heard = [transcribe_wave(encoder, wave) for encoder in encoders]
        measured = [measure_all(transcription, truth, wave, ENCODER_RATE) for transcription in heard]
        if name.startswith("mix_") and None in encoders:
            judged = heard[encoders.index(None)]
            for numbers, transcription in zip(measured, heard, strict=True):
                numbers["bass below A2 that basic-pitch hears"] = measure_bass(transcription, judged, seconds)
        names = dict.fromkeys(name for numbers in measured for name in numbers)
        for measure in names:
            cells = [f"{numbers[measure]:.3f}" if measure in numbers else "" for numbers in measured]
            rows.append((name, measure, *cells))
    return rows


def read_recordings(folder: Path) -> Iterator[tuple[str, np.ndarray, Truth]]:
    """Yield name, wave and truth of the recordings of a folder."""
    for entry in json.loads((folder / "manifest.json").read_text()):
        truth = json.loads((folder / f"{entry['id']}.truth.json").read_text())
        yield entry["id"], read_wave(folder / f"{entry['id']}.flac"), truth


def make_noises() -> Iterator[tuple[str, np.ndarray, Truth]]:
    """Yield what has no notes: drums alone of every reserved soundfont, and hiss."""
    rng = np.random.default_rng(SEED)
    for soundfont in RESERVED:
        drums = Performance(draw_drum_groove(NOISE_SECONDS, rng))
        wave = render_performance(drums, soundfont, sample_rate=ENCODER_RATE)
        yield f"drums, {soundfont.stem}", wave[: NOISE_SECONDS * ENCODER_RATE], {"kind": "none"}
    hiss = rng.normal(0, 0.02, NOISE_SECONDS * ENCODER_RATE).astype(np.float32)
    yield "hiss", hiss, {"kind": "none"}


def judge_renderings(
    soundfonts: list[Path], corpus: Path, encoders: list[PitchGridEncoder | None]
) -> list[tuple[str, ...]]:
    """Return two rows for each soundfont: mean and worst note F1 of its excerpts, for each encoder."""
    rows = []
    for soundfont in soundfonts:
        folder = corpus / soundfont.stem
        render_corpus(folder, CorpusSpec(soundfont, {}, MINUTES, "valid", SEED, ENCODER_RATE))
        values = [measure_renderings(encoder, folder / "ensemble") for encoder in encoders]
        for name, summarize in (("mean", np.mean), ("worst", np.min)):
            cells = [f"{summarize(row):.3f}" for row in values]
            rows.append((soundfont.stem, f"onset F1, {name}", *cells))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("truth", type=Path, help="folder of recordings and what is known of them")
    parser.add_argument(
        "--encoder", nargs="+", default=["shipped"], help="files, 'shipped' (default), or 'basic-pitch'"
    )
    parser.add_argument("--soundfonts", type=Path, nargs="*", default=[], help="reserved for testing")
    parser.add_argument(
        "--corpus", type=Path, default=Path("runs/reserved"), help="where renderings are kept"
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    encoders = [None if name == JUDGE else load_encoder(name) for name in options.encoder]
    rows = judge_recordings(options.truth, encoders)
    rows += judge_renderings(options.soundfonts, options.corpus, encoders)
    speed = [f"{measure_speed(encoder):.1f}" for encoder in encoders]
    rows.append((f"{TIMED_SECONDS} s of noise", "core seconds", *speed))
    names = [name if name in ("shipped", JUDGE) else Path(name).stem for name in options.encoder]
    header = ("recording", "measure", *names)
    text = "\n\n".join(
        ["# Encoders on real recordings", report.describe_run(), report.format_table(header, rows)]
    )
    print(text)
    report.store("real_recordings", text)


if __name__ == "__main__":
    main()
