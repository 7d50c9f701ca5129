"""Hearing under difficulty: bars and bells, organ stops, off tune, in a room, in noise, clipped.

    python benchmarks/robustness.py --recordings TRUTH

Everything is judged by the notes that ``Translator.transcribe`` finds.  Without TRUTH, the damaged recordings
are renderings by the reserved soundfonts; with it (a folder as for ``real_recordings.py``) its clips whose
notes are known exactly are damaged, too.  Prints tables and stores them in ``results/robustness.md``;
``--quick`` takes half of everything and stores nothing.
"""

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import material
import numpy as np
import report
import soundfile
import soxr
import torch
from lines import RATE, render

from audiostyle.evaluate.notes import match_notes, note_f1
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.music.stops import add_organ_stops
from audiostyle.translation.translator import Translator

BARS = {  # name: General MIDI program, lowest and highest pitch
    "vibraphone": (11, 53, 89),
    "glockenspiel": (9, 79, 103),
    "marimba": (12, 48, 84),
    "xylophone": (13, 65, 96),
    "celesta": (8, 60, 96),
    "tubular bells": (14, 60, 77),
}
ASKED = ("vibraphone", "glockenspiel", "marimba")
REVERBERATION = 2.0  # seconds in which a room's sound falls by 60 dB
DIRECT = 0.5  # amplitude of the direct sound, over that of all that the room adds
NOISE = 10.0  # dB below the recording
CLIP = 0.8  # times the root mean square of the recording
DETUNED = 50.0  # cents


@dataclass(frozen=True)
class Recording:
    """A wave and its notes.

    Attributes:
        name: for the table.
        wave: (samples,) at :data:`lines.RATE`.
        notes: (notes, 2), onset in seconds and MIDI pitch.
    """

    name: str
    wave: np.ndarray
    notes: np.ndarray


def detune(recording: Recording, cents: float) -> Recording:
    """Play the recording faster or slower, as a record player does; its notes come sooner or later.

    Half a semitone off, a note is as near to one key as to the next: either is right.
    """
    ratio = 2 ** (cents / 1200)
    part = Fraction(ratio).limit_denominator(2000)
    wave = soxr.resample(recording.wave, part.numerator, part.denominator)
    notes = recording.notes * np.array([1 / ratio, 1]) + np.array([0, cents / 100])
    return Recording(recording.name, wave.astype(np.float32), notes)


def reverberate(recording: Recording) -> Recording:
    """Put the recording into a room: noise that dies away exponentially, with the direct sound before it."""
    rng = np.random.default_rng(2)
    times = np.arange(round(1.2 * REVERBERATION * RATE)) / RATE
    response = rng.normal(size=len(times)) * 10 ** (-3 * times / REVERBERATION)
    response *= 1 / np.sqrt(np.square(response).sum())
    response[0] += DIRECT
    size = len(recording.wave) + len(response)
    spectrum = np.fft.rfft(recording.wave, size) * np.fft.rfft(response, size)
    wave = np.fft.irfft(spectrum, size)[: len(recording.wave)]
    return Recording(recording.name, wave.astype(np.float32), recording.notes)


def add_noise(recording: Recording) -> Recording:
    """Add white noise."""
    noise = np.random.default_rng(3).normal(size=len(recording.wave))
    level = np.sqrt(np.square(recording.wave).mean()) * 10 ** (-NOISE / 20)
    return Recording(recording.name, (recording.wave + level * noise).astype(np.float32), recording.notes)


def clip(recording: Recording) -> Recording:
    """Cut off what exceeds the root mean square."""
    limit = CLIP * np.sqrt(np.square(recording.wave).mean())
    return Recording(recording.name, np.clip(recording.wave, -limit, limit), recording.notes)


DAMAGES: Mapping[str, Callable[[Recording], Recording]] = {
    "50 cents sharp": lambda recording: detune(recording, DETUNED),
    "50 cents flat": lambda recording: detune(recording, -DETUNED),
    "2 s of reverberation": reverberate,
    "noise at −10 dB": add_noise,
    "hard clipping": clip,
}


def hear(translator: Translator, wave: np.ndarray) -> np.ndarray:
    """Return the notes that are heard, (notes, 2)."""
    notes = translator.transcribe(wave, RATE).notes
    return np.stack([notes["onset"], notes["pitch"]], axis=1).astype(float)


def compose_bars(name: str, seconds: float, take: int) -> Performance:
    """Return single notes and chords in an instrument's range, some of which ring into each other."""
    program, low, high = BARS[name]
    rng = np.random.default_rng([program, take])
    rows, now = [], 0.2
    while now < seconds - 1.5:
        step = float(rng.choice([0.15, 0.25, 0.25, 0.5, 0.75]))
        count = int(rng.choice([1, 1, 1, 2, 3]))
        for pitch in rng.choice(np.arange(low, high + 1), count, replace=False).tolist():
            rows.append((now, now + float(rng.uniform(0.8, 1.5)) * step, pitch, rng.integers(50, 115), 0))
        now += step
    notes = np.sort(np.array(rows, NOTE_DTYPE), order=["onset", "pitch"])
    return Performance(notes, {0: program})


def judge_bars(translator: Translator, seconds: float) -> list[tuple[object, ...]]:
    """Return a row for each instrument: F1, and notes a second that nobody played."""
    rows = []
    for name in BARS:
        scores, invented, found_notes = [], 0, 0
        for take, soundfont in enumerate(material.RESERVED):
            performance = compose_bars(name, seconds, take)
            heard = hear(translator, render(performance, soundfont, seconds))
            played = np.stack([performance.notes["onset"], performance.notes["pitch"]], axis=1).astype(float)
            scores.append(note_f1(heard, played) if len(heard) else 0.0)
            pairs = match_notes(heard, played) if len(heard) else []
            invented, found_notes = invented + len(heard) - len(pairs), found_notes + len(pairs)
        rows.append((name, float(np.mean(scores)), float(min(scores)), invented / (2 * seconds)))
    asked = [row[1] for row in rows if row[0] in ASKED]
    return [*rows, ("mean of " + ", ".join(ASKED), float(np.mean(asked)), float(min(asked)), "")]


def judge_organ(translator: Translator, pieces: list[str], seconds: float) -> list[tuple[object, ...]]:
    """Return the F1 of a church organ of each reserved soundfont, plain and with octave stops."""
    rows = []
    for soundfont in material.RESERVED:
        plain, stops = [], []
        for number, piece in enumerate(pieces):
            performance = material.make_performance(piece, seconds).arrange_for(
                material.SOURCES["church organ"]
            )
            played = material.get_notes(piece, seconds)
            for scores, part in ((plain, performance), (stops, _add_stops(performance, number))):
                wave = render(part, soundfont, seconds)
                scores.append(note_f1(hear(translator, wave), played))
        rows.append((soundfont.stem, float(np.mean(plain)), float(np.mean(stops)), float(min(stops))))
    return rows


def _add_stops(performance: Performance, seed: int) -> Performance:
    return add_organ_stops(performance, 1.0, 10.0, np.random.default_rng([11, seed]))


def read_recordings(folder: Path) -> list[Recording]:
    """Return the clips of a folder whose notes are known exactly."""
    found = []
    for entry in json.loads((folder / "manifest.json").read_text()):
        truth = json.loads((folder / f"{entry['id']}.truth.json").read_text())
        if truth["kind"] == "notes" and truth.get("align") == "exact" and "voice" not in entry["id"]:
            wave, rate = soundfile.read(folder / f"{entry['id']}.flac", dtype="float32", always_2d=True)
            wave = soxr.resample(wave.mean(axis=1), rate, RATE)
            found.append(Recording(entry["id"], wave, np.array(truth["notes"])[:, [0, 2]]))
    return found


def render_recordings(pieces: list[str], seconds: float) -> list[Recording]:
    """Return pieces on guitars and pianos of the reserved soundfonts."""
    recordings = []
    for number, piece in enumerate(pieces):
        for name, program in (("guitar", 24), ("piano", 0)):
            soundfont = material.RESERVED[number % len(material.RESERVED)]
            performance = material.make_performance(piece, seconds).arrange_for(program)
            wave = render(performance, soundfont, seconds)
            recordings.append(
                Recording(f"{name} {number + 1}, rendered", wave, material.get_notes(piece, seconds))
            )
    return recordings


def judge_damages(translator: Translator, recordings: list[Recording]) -> list[tuple[object, ...]]:
    """Return a row for each recording: F1 of the clean one, and what every damage costs."""
    rows = []
    for recording in recordings:
        clean = note_f1(hear(translator, recording.wave), recording.notes)
        damaged = [damage(recording) for damage in DAMAGES.values()]
        scores = [note_f1(hear(translator, part.wave), part.notes) for part in damaged]
        rows.append((recording.name, clean, *(clean - score for score in scores)))
    columns = list(zip(*(row[1:] for row in rows), strict=True))
    rows.append(("mean", *(float(np.mean(column)) for column in columns)))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", default="universal", help="name or path (default: the shipped model)")
    parser.add_argument("--recordings", type=Path, help="folder of recordings and what is known of them")
    parser.add_argument("--quick", action="store_true", help="half of everything; nothing is stored")
    options = parser.parse_args()
    torch.set_num_threads(1)
    translator = Translator.from_pretrained(options.model, device="cpu")
    seconds, count = (10.0, 2) if options.quick else (20.0, 4)
    pieces = material.choose_pieces(count, seconds)
    recordings = read_recordings(options.recordings) if options.recordings else []
    tables = {
        "Bars and bells": (
            ("instrument", "onset F1", "worse soundfont", "invented notes a second"),
            judge_bars(translator, seconds),
        ),
        "Church organ, onset F1": (
            ("soundfont", "plain", "with octave stops", "worst piece"),
            judge_organ(translator, pieces, seconds),
        ),
        "Rendered: onset F1 lost": (
            ("recording", "clean", *DAMAGES),
            judge_damages(translator, render_recordings(pieces, seconds)),
        ),
    }
    if recordings:
        header = ("recording", "clean", *DAMAGES)
        tables["Real: onset F1 lost"] = (header, judge_damages(translator, recordings))
    sections = [f"## {name}\n\n{report.format_table(*table)}" for name, table in tables.items()]
    text = "\n\n".join(["# Hearing under difficulty", report.describe_run(), *sections])
    print(text)
    if not options.quick:
        report.store("robustness", text)


if __name__ == "__main__":
    main()
