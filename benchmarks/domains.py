"""Every shipped domain: how near its truth, what it is taken for, how fast, and whether the piano breathes.

Held-out pieces on reserved soundfonts are transcribed once and synthesized for every domain; each result is
compared with the same performance on the instrument that the domain was made of.  With true notes instead of
transcribed ones, the decoder alone is measured.  ``--piano`` plays single notes of the piano at many
velocities, on the domain and on its samples.  Prints tables and stores them in ``results/domains.md``.
"""

import argparse
import sys
import time
from collections import defaultdict

import instruments
import material
import numpy as np
import report
import torch

from audiostyle.evaluate import log_spectral_distance
from audiostyle.music.notes import NOTE_DTYPE
from audiostyle.music.performance import Performance
from audiostyle.translation.translator import Translator

KEYS = range(27, 103, 5)
VELOCITIES = (16, 32, 48, 64, 80, 96, 112, 127)
HELD = 1.0  # seconds of a single note
BRIGHT = 0.6  # of which the centroid is measured
COLUMNS = {  # what is measured, and how a table calls it
    "true notes": "LSD, true notes",
    "lsd": "LSD (dB)",
    "named": "named",
    "truth named": "the true instrument named",
}

Rows = dict[str, list[float]]


def judge_domains(
    translator: Translator, names: list[str], pieces: list[str], sources: list[str], seconds: float
) -> dict[str, Rows]:
    """Return of every domain what :data:`COLUMNS` says, and times real time, of straight notes too."""
    found: dict[str, Rows] = {name: defaultdict(list) for name in names}
    for number, piece in enumerate(pieces):
        played = material.make_performance(piece, seconds)
        truths = {name: material.render_truth(piece, name, seconds) for name in names}
        for name in names:
            known = instruments.compute_named_share(truths[name], material.RATE, name)
            found[name]["truth named"].append(known)
            wave, elapsed = synthesize(translator, played, name, seconds)
            found[name]["straight"].append(seconds / elapsed)
            found[name]["true notes"].append(log_spectral_distance(wave, truths[name], material.RATE))
        for source in sources:
            heard = material.render_source(piece, number, source, seconds)
            transcription = translator.transcribe(heard, material.RATE)
            for name in names:
                wave, elapsed = synthesize(translator, transcription, name, seconds)
                found[name]["lsd"].append(log_spectral_distance(wave, truths[name], material.RATE))
                found[name]["named"].append(instruments.compute_named_share(wave, material.RATE, name))
                found[name]["speed"].append(seconds / elapsed)
        print(f"judged {piece}", file=sys.stderr)
    return found


def synthesize(translator: Translator, notes: object, name: str, seconds: float) -> tuple[np.ndarray, float]:
    """Return the sound of notes on a domain, and the seconds that it took."""
    started = time.process_time()
    wave = translator.synthesize(notes, domain=name, sample_rate=material.RATE, seconds=seconds)  # type: ignore[arg-type]
    return wave, time.process_time() - started


def measure_centroids(translator: Translator) -> tuple[np.ndarray, np.ndarray]:
    """Return the log centroids of single notes, (keys, velocities), of the piano and of its samples."""
    found = np.zeros((2, len(KEYS), len(VELOCITIES)))
    for i, key in enumerate(KEYS):
        for j, velocity in enumerate(VELOCITIES):
            note = Performance(np.array([(0.05, HELD, key, velocity, 0)], NOTE_DTYPE))
            waves = (synthesize(translator, note, "piano", 1.0)[0], material.load_piano().render(note))
            for system, wave in enumerate(waves):
                found[system, i, j] = np.log(compute_centroid(wave[: round(BRIGHT * material.RATE)]))
    return found[0], found[1]


def compute_centroid(wave: np.ndarray) -> float:
    """Return the centroid in hertz of the magnitude spectrum within 60 dB of its peak."""
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    spectrum[spectrum < 1e-3 * spectrum.max()] = 0
    return float((np.arange(len(spectrum)) * spectrum).sum() / spectrum.sum() * material.RATE / len(wave))


def describe_piano(domain: np.ndarray, samples: np.ndarray) -> str:
    """Return how well the domain's brightness follows the samples'."""
    overall = np.corrcoef(domain.ravel(), samples.ravel())[0, 1]
    within = [part - part.mean(axis=1, keepdims=True) for part in (domain, samples)]
    by_key = np.corrcoef(within[0].ravel(), within[1].ravel())[0, 1]
    error = np.sqrt(np.mean((within[0] - within[1]) ** 2)) / np.log(2)
    return (
        f"Spectral centroid of {domain.size} single notes of the piano, {len(KEYS)} keys at {len(VELOCITIES)}"
        f" velocities: correlation with the samples' **{overall:.2f}**, of what velocity changes on each key"
        f" **{by_key:.2f}** (error {error:.2f} octaves)."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", default="universal", help="name or path (default: the shipped model)")
    parser.add_argument("--domains", nargs="+", help="(default: all)")
    parser.add_argument("--pieces", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument(
        "--sources", nargs="+", choices=list(material.SOURCES), default=list(material.SOURCES)
    )
    parser.add_argument("--piano", action="store_true", help="measure the piano's brightness only")
    parser.add_argument("--name", default="domains", help="of the file in results/; 'none' stores nothing")
    options = parser.parse_args()
    torch.set_num_threads(1)
    translator = Translator.from_pretrained(options.model, device="cpu")
    title = "# The brightness of the piano" if options.piano else "# The shipped domains"
    parts = [title, report.describe_run()]
    if not options.piano:
        names = options.domains or [name for name in translator.domains if name in material.DOMAINS]
        pieces = material.choose_pieces(options.pieces, options.seconds)
        found = judge_domains(translator, names, pieces, options.sources, options.seconds)
        rows = [
            (
                name,
                *(f"{np.mean(found[name][key]):.2f}" for key in COLUMNS),
                f"{np.median(found[name]['straight']):.0f}",
                f"{np.median(found[name]['speed']):.0f}",
                f"{translator.manifest.domain(name).file.stat().st_size / 1e6:.1f}",
            )
            for name in names
        ]
        means = [f"{np.mean([np.mean(found[n][key]) for n in names]):.2f}" for key in COLUMNS]
        total = sum(translator.manifest.domain(name).file.stat().st_size for name in names) / 1e6
        rows.append(("mean, total", *means, "", "", f"{total:.1f}"))
        speeds = ("× real time, one core, straight notes", "as transcribed")
        heads = ("domain", *COLUMNS.values(), *speeds, "MB")
        parts += [
            f"{len(pieces)} held-out pieces of {options.seconds:g} s on {len(options.sources)} sources.",
            report.format_table(heads, rows),
        ]
    if "piano" in translator.domains:
        parts.append(describe_piano(*measure_centroids(translator)))
    text = "\n\n".join(parts)
    print(text)
    if options.name != "none":
        report.store(options.name, text)


if __name__ == "__main__":
    main()
