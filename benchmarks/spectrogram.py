"""Spectrogram transfer, judged: distance to the truth, timbre reached, pitches kept, beside two floors.

Content and style are different held-out music on different instruments of reserved soundfonts; the truth is
the content's notes on the style's instrument (``pairs.py``).  Every method of ``audiostyle.transfer`` runs on
every pair.  Prints Markdown tables and stores them in ``results/spectrogram.md``; with ``--speed``, time and
memory of the whole command in ``results/spectrogram_speed.md``.  README.md says what it needs.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import material
import measures
import numpy as np
import pairs
import processes
import report
import soundfile
from material import RATE
from pairs import SECONDS, Pair
from speed import make_song, write_looped

from audiostyle import transfer
from audiostyle.evaluate.pitches import make_piano_roll, pitch_distance
from audiostyle.spectrogram import METHODS

COPY_CONTENT, COPY_STYLE = "copy content", "copy style"
COLUMNS = ("LSD to the truth (dB)", "timbre distance", "pitch distance", "seconds")

System = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""A function from content (samples,) and style (samples,) to a result (samples,)."""


@dataclass(frozen=True)
class Row:
    """One system's result on one pair: LSD in dB, distances in [0, 1], seconds of work."""

    system: str
    lsd: float
    timbre: float
    pitch: float
    seconds: float

    @property
    def numbers(self) -> tuple[float, ...]:
        """The measurements, in the order of ``COLUMNS``."""
        return self.lsd, self.timbre, self.pitch, self.seconds


def choose_systems(names: Sequence[str], matches: Sequence[float]) -> dict[str, System]:
    """Return both floors, and every method by default or, where it has that option, at values of match."""
    chosen: dict[str, System] = {COPY_CONTENT: _copy_content, COPY_STYLE: _copy_style}
    for name in names:
        if matches and "match" in METHODS[name].options:
            chosen |= {f"{name}, match {m:g}": _make_system(name, match=m) for m in matches}
        else:
            chosen[name] = _make_system(name)
    return chosen


def _copy_content(content: np.ndarray, style: np.ndarray) -> np.ndarray:
    return content


def _copy_style(content: np.ndarray, style: np.ndarray) -> np.ndarray:
    return style


def _make_system(method: str, **options: float) -> System:
    return partial(transfer, sample_rate=RATE, method=method, **options)


def judge_pair(pair: Pair, chosen: dict[str, System]) -> Iterator[Row]:
    """Run every system on a pair, and judge the results."""
    content, style, truth = (
        render(pair) for render in (pairs.render_content, pairs.render_style, pairs.render_truth)
    )
    for name, system in chosen.items():
        started = time.perf_counter()
        wave = system(content, style)
        seconds = time.perf_counter() - started
        lsd, timbre = measures.compute_lsd(wave, truth), measures.compute_timbre_distance(wave, truth)
        yield Row(name, lsd, timbre, pitch_distance(transcribe_roll(wave), transcribe_roll(truth)), seconds)


def transcribe_roll(wave: np.ndarray) -> np.ndarray:
    """Return the piano roll (frames, pitches) that the transcriber makes of a wave."""
    return make_piano_roll(measures.read_notes(wave)[:, :3], SECONDS)


def measure_transcriber(pair: Pair) -> float:
    """Return the pitch distance of the transcription of the truth from the notes that are played there."""
    roll = transcribe_roll(pairs.render_truth(pair))
    return pitch_distance(roll, make_piano_roll(pairs.get_notes(pair), SECONDS))


def format_report(rows: list[Row], errors: list[float]) -> str:
    """Return the whole report."""
    error = np.mean(errors)
    summary = (
        f"Means over {len(errors)} pairs of {SECONDS:g} s, distances to the truth: the content's notes"
        f" on the style's instrument. The note judge itself, hearing the truth, is {error:.2f} from"
        " the notes that are played."
    )
    return "\n\n".join(["# Spectrogram transfer", report.describe_run(), summary, *format_tables(rows)])


def format_tables(rows: list[Row]) -> list[str]:
    """Return a table of the means of every system, a title, and a table of their standard errors."""
    names = dict.fromkeys(row.system for row in rows)
    numbers = {name: np.array([row.numbers for row in rows if row.system == name]) for name in names}
    means = [[name, *map(float, found.mean(axis=0))] for name, found in numbers.items()]
    spread = {name: found.std(axis=0) / np.sqrt(len(found)) for name, found in numbers.items()}
    errors = [[name, *map(float, found)] for name, found in spread.items()]
    return [
        report.format_table(["system", *COLUMNS], means),
        "## Standard errors of these means",
        report.format_table(["system", *COLUMNS], errors),
    ]


def measure_speed(names: Sequence[str], minutes: Sequence[float]) -> str:
    """Measure time and memory of ``audiostyle transfer`` as a process of its own; return a report."""
    wave, lines = make_song(), []
    with tempfile.TemporaryDirectory(prefix="audiostyle-speed-") as folder:
        style = Path(folder, "style.flac")
        soundfile.write(style, pairs.render_style(pairs.choose_pairs(1)[0]), RATE, "PCM_16")
        for length in minutes:
            content = write_looped(wave, length, Path(folder, "content.flac"))
            for name in names:
                out = Path(folder, "out.flac")
                command = [sys.executable, "-m", "audiostyle", "transfer", str(content), str(style)]
                command += ["--method", name, "--out", str(out), "--quiet", "--overwrite"]
                used = processes.measure(command)
                lines.append([f"{name}, {length:g} min", *used.format_cells(length)])
                print(lines[-1], file=sys.stderr)
    summary = f"`audiostyle transfer`, whole command, stereo FLAC at 44.1 kHz, style of {SECONDS:g} s."
    return "\n\n".join(
        [
            "# Spectrogram transfer: speed",
            report.describe_run(),
            summary,
            report.format_table(["method, recording", *processes.HEADER], lines),
        ]
    )


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=100, help="of content and style (default: 100)")
    parser.add_argument("--methods", nargs="*", metavar="METHOD", help="only these; none: the floors alone")
    parser.add_argument(
        "--match", nargs="*", type=float, default=[], metavar="M", help="values of match to try"
    )
    parser.add_argument("--speed", action="store_true", help="time and memory of the command instead")
    parser.add_argument("--minutes", nargs="*", type=float, default=[4.0, 60.0], help="for --speed")
    parser.add_argument("--name", help="of the file in results/; without one nothing is stored")
    return parser.parse_args()


def main() -> None:
    options = parse_arguments()
    if missing := material.find_missing_soundfonts():
        sys.exit(f"soundfonts are missing: {', '.join(missing)}; README.md names the packages")
    names = list(METHODS) if options.methods is None else options.methods
    if options.speed:
        text = measure_speed(names, options.minutes)
    else:
        text = judge_methods(names, options.match, options.pairs)
    print(text)
    if options.name:
        print(f"stored in {report.store(options.name, text)}", file=sys.stderr)


def judge_methods(names: Sequence[str], matches: Sequence[float], count: int) -> str:
    """Judge every method on ``count`` pairs; return a report."""
    chosen, rows, errors = choose_systems(names, matches), [], []
    for number, pair in enumerate(pairs.choose_pairs(count), 1):
        rows += judge_pair(pair, chosen)
        errors.append(measure_transcriber(pair))
        print(f"{number} of {count}: {pair.name}", file=sys.stderr)
    return format_report(rows, errors)


if __name__ == "__main__":
    main()
