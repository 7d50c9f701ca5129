"""Real recordings: does silence stay silent, does the level follow the source, can segments be told apart?

Excerpts of recordings, each with two seconds of silence cut into it, are translated to every domain, in
segments of 5 s and of 60 s.  Without arguments the benchmark takes some tracks of Debian's
``wesnoth-1.16-music``, an orchestral soundtrack.  There is no truth to compare with, so look at the
spectrograms too.  Prints a table and stores it in ``results/recordings.md``.

With ``--real FOLDER`` all FLAC files of a folder are translated whole, and the level of the result is
compared with the source's.  With ``--starnet FOLDER`` songs that StarNet's test set has on several
instruments (``NNN.1.flac`` clarinet, ``.2`` vibraphone, ``.4`` strings, ``.5`` piano, the same notes) are
translated from the first two to the last two, and compared with them.  Both go to ``results/levels.md``.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import report
import soundfile

from audiostyle.evaluate import log_spectral_distance
from audiostyle.translation.translator import Translator

MUSIC = Path("/usr/share/games/wesnoth/1.16/data/core/music")
TRACKS = ("love_theme", "traveling_minstrels", "knalgan_theme")
START, LENGTH = 10.0, 20.0  # seconds of a track
PAUSE = (9.0, 11.0)  # of the excerpt
RELEASE = 1.2  # seconds of the pause in which notes may decay
WINDOW = 0.5  # seconds over which levels are compared
FINE_WINDOW = 0.25  # seconds, for whole recordings
SOFTEST = -60.0  # dB below the loudest window of the source: what is softer counts as this
NOISES = ("speech", "whistling")  # kinds of recordings, in a manifest
STARNET = (("clarinet", 1, "strings", 4), ("vibraphone", 2, "piano", 5))
PARTIAL_TOLERANCE = 0.1  # seconds between onsets
PARTIALS = (24, 40)  # semitones: a vibraphone's partials at 4:1 and 10:1


def read_excerpt(path: Path) -> tuple[np.ndarray, int]:
    """Return the excerpt with its pause, (channels, samples), and the sample rate in hertz."""
    rate = soundfile.info(path).samplerate
    wave, _ = soundfile.read(path, round(LENGTH * rate), round(START * rate), dtype="float32", always_2d=True)
    wave[round(PAUSE[0] * rate) : round(PAUSE[1] * rate)] = 0
    return wave.T.copy(), rate


def power_to_db(power: float | np.ndarray) -> np.ndarray:
    """Return decibels of full scale, −150 dB for silence."""
    return 10 * np.log10(np.maximum(power, 1e-15))


def compute_levels(wave: np.ndarray, rate: int) -> np.ndarray:
    """Return the levels in dB of the windows outside the pause, (windows,)."""
    size = round(WINDOW * rate)
    powers = np.square(wave.mean(axis=0)[: wave.shape[1] // size * size]).reshape(-1, size).mean(axis=1)
    middle = (np.arange(len(powers)) + 0.5) * WINDOW
    return power_to_db(powers[(middle < PAUSE[0]) | (middle > PAUSE[1] + WINDOW)])


def compute_fine_levels(wave: np.ndarray, rate: int) -> np.ndarray:
    """Return the levels in dB of all windows of a wave (channels, samples), (windows,)."""
    size = round(FINE_WINDOW * rate)
    mono = wave.mean(axis=0)[: wave.shape[1] // size * size]
    return power_to_db(np.square(mono).reshape(-1, size).mean(axis=1))


def correlate_levels(wave: np.ndarray, source: np.ndarray, rate: int) -> tuple[float, float]:
    """Return correlation and median difference (dB) of two waves' levels, (channels, samples) each."""
    found, wanted = (compute_fine_levels(part, rate) for part in (wave, source))
    floor = wanted.max() + SOFTEST
    found, wanted = np.maximum(found, floor), np.maximum(wanted, floor)
    if found.std() < 1e-9 or wanted.std() < 1e-9:
        return 0.0, float(np.median(np.abs(found - wanted)))
    return float(np.corrcoef(found, wanted)[0, 1]), float(np.median(np.abs(found - wanted)))


def judge_real(translator: Translator, folder: Path) -> list[tuple]:
    """Return a row for every recording of a folder, and two with the mean and the worst of them.

    The second column is what there is to follow: how far the source's level goes up and down, in decibels.
    """
    rows = []
    for path in sorted(folder.glob("*.flac")):
        wave, rate = soundfile.read(path, dtype="float32", always_2d=True)
        source = wave.T.copy()
        levels = [
            correlate_levels(translator.translate(source, rate, domain=domain), source, rate)
            for domain in translator.domains
        ]
        there = compute_fine_levels(source, rate)
        spread = np.maximum(there, there.max() + SOFTEST).std()
        rows.append((path.stem, f"{spread:.1f}", *(correlation for correlation, _ in levels)))
    music = np.array([row[2:] for row in rows if row[0] not in list_noises(folder)])
    means, worst = music.mean(axis=0), music.min(axis=0)
    return [*rows, ("mean of the music", "", *means), ("worst of the music", "", *worst)]


def list_noises(folder: Path) -> set[str]:
    """Return the recordings that a folder's manifest says are no music."""
    manifest = folder / "manifest.json"
    entries = json.loads(manifest.read_text()) if manifest.is_file() else []
    return {entry["id"] for entry in entries if entry.get("kind") in NOISES}


def judge_starnet(translator: Translator, folder: Path) -> list[tuple]:
    """Return a row for each pair of instruments: level and spectrum against the truth, and a copy's."""
    rows = []
    for name, source_stem, domain, truth_stem in STARNET:
        values = []
        for path in sorted(folder.glob(f"*.{source_stem}.flac")):
            source, rate = soundfile.read(path, dtype="float32")
            truth, _ = soundfile.read(path.with_name(f"{path.name[:3]}.{truth_stem}.flac"), dtype="float32")
            length = min(len(source), len(truth))
            source, truth = source[:length], truth[:length]
            ours = translator.translate(source, rate, domain=domain)
            values.append(
                (
                    *(correlate_levels(wave[None], truth[None], rate)[0] for wave in (ours, source)),
                    *(log_spectral_distance(wave, truth, rate) for wave in (ours, source)),
                    count_partials(translator, source, truth, rate) / (length / rate),
                )
            )
        rows.append((f"{name} → {domain}", *np.mean(values, axis=0).tolist()))
    return rows


def count_partials(translator: Translator, source: np.ndarray, truth: np.ndarray, rate: int) -> int:
    """Return how many notes are heard where another instrument has none, and has one at a partial below."""
    heard, others = (translator.transcribe(wave, rate).notes for wave in (source, truth))
    near = np.abs(heard["onset"][:, None] - others["onset"][None]) <= PARTIAL_TOLERANCE
    interval = heard["pitch"][:, None].astype(int) - others["pitch"][None]
    known = (near & (interval == 0)).any(axis=1)
    return int(np.sum(~known & (near & np.isin(interval, PARTIALS)).any(axis=1)))


def judge(translator: Translator, path: Path) -> list[tuple]:
    """Return a row for every domain."""
    source, rate = read_excerpt(path)
    rows = []
    for domain in translator.domains:
        short, long = (
            translator.translate(source, rate, domain=domain, segment=seconds) for seconds in (5, 60)
        )
        pause = long[:, round((PAUSE[0] + RELEASE) * rate) : round((PAUSE[1] - 0.1) * rate)]
        follows = np.corrcoef(compute_levels(source, rate), compute_levels(long, rate))[0, 1]
        apart = power_to_db(np.square(short - long).mean() / np.square(long).mean())
        rows.append(
            (path.stem, domain, f"{power_to_db(np.square(pause).mean()):.0f}", follows, f"{apart:.0f}")
        )
    return rows


def describe_more(translator: Translator, real: Path | None, starnet: Path | None) -> list[str]:
    """Return the sections on whole recordings and on StarNet."""
    parts = ["# Levels of whole recordings"] if real or starnet else []
    if real:
        header = ("recording", "spread of its level (dB)", *translator.domains)
        parts += [f"## Level: correlation with the source, windows of {FINE_WINDOW:g} s"]
        parts += [report.format_table(header, judge_real(translator, real))]
    if starnet:
        header = ("songs", "level", "copy", "LSD (dB)", "copy", "partials taken for notes, a second")
        parts += [
            "## StarNet: against the true recording",
            report.format_table(header, judge_starnet(translator, starnet)),
        ]
    return parts


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    default = [path for name in TRACKS if (path := MUSIC / f"{name}.ogg").is_file()]
    parser.add_argument("recordings", nargs="*", type=Path, default=default, help="of half a minute or more")
    parser.add_argument("--real", type=Path, help="folder of FLAC files that are translated whole")
    parser.add_argument("--starnet", type=Path, help="folder of StarNet's test songs")
    parser.add_argument("--model", default="universal", help="name or path (default: the shipped model)")
    options = parser.parse_args()
    translator = Translator.from_pretrained(options.model, device="cpu")
    rows = [row for path in options.recordings for row in judge(translator, path)]
    header = (
        "recording",
        "domain",
        "pause (dB of full scale)",
        "level: correlation",
        "5 s against 60 s (dB)",
    )
    method = (
        f"{LENGTH:g} s each, with a pause of {PAUSE[1] - PAUSE[0]:g} s of digital silence in it; level:"
        f" of source and translation, in windows of {WINDOW:g} s; last column: how far `--segment 5` and"
        " `--segment 60` are apart, below the translation itself."
    )
    reports = {
        "recordings": ["# Real recordings", method, report.format_table(header, rows)] if rows else [],
        "levels": describe_more(translator, options.real, options.starnet),
    }
    for name, (title, *parts) in ((name, parts) for name, parts in reports.items() if parts):
        text = "\n\n".join([title, report.describe_run(), *parts])
        print(text)
        report.store(name, text)


if __name__ == "__main__":
    main()
