"""Speed and memory of the whole command as a user sees them, start-up, reading and writing included.

``audiostyle translate`` runs as a process of its own on twenty seconds of a stereo song, where starting up
counts most, on its four minutes, then on ten minutes and on an hour of it: memory must not grow with the
recording.  Prints a table and stores it in ``results/speed.md``.
"""

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import material
import numpy as np
import processes
import report
import soundfile
from material import RATE
from processes import Usage

CLIP_MINUTES = 1 / 3
SONG_MINUTES = 4.0
LONGER_MINUTES = (10.0, 60.0)
EXCERPT = 30.0  # seconds of each piece that the song is made of
REPEATS = 3  # runs of clip and song; the fastest counts, since other programs may slow the others down


def make_song() -> np.ndarray:
    """Return a song, (samples, 2): held-out pieces, strings to the left, flute to the right."""
    pieces = material.choose_pieces(round(SONG_MINUTES * 60 / EXCERPT), EXCERPT)
    parts = [
        [material.render_source(piece, number, instrument, EXCERPT) for instrument in ("strings", "flute")]
        for number, piece in enumerate(pieces)
    ]
    voices = np.concatenate([np.stack(pair, axis=1) for pair in parts])
    return voices @ np.array([[0.7, 0.3], [0.3, 0.7]], dtype=np.float32)


def write_looped(wave: np.ndarray, minutes: float, path: Path) -> Path:
    """Write ``minutes`` of the song, repeated, as 16-bit FLAC, and return the path."""
    left = round(minutes * 60 * RATE)
    with soundfile.SoundFile(path, "w", RATE, wave.shape[1], "PCM_16") as file:
        while left > 0:
            file.write(wave[:left])
            left -= len(wave)
    return path


def translate(path: Path, model: str, domain: str) -> Usage:
    """Run the command on one file and return what it used."""
    out = path.with_suffix(".out.flac")
    command = [sys.executable, "-m", "audiostyle", "translate", str(path), "--domain", domain]
    command += ["--model", model, "--out", str(out), "--quiet", "--overwrite"]
    usage = processes.measure(command)
    if soundfile.info(out).frames != soundfile.info(path).frames:
        sys.exit(f"{out}: not as long as {path}")
    out.unlink()
    return usage


def measure(wave: np.ndarray, minutes: float, repeats: int, model: str, domain: str) -> list[str]:
    """Return one line of the table: length, time, ratio to real time, memory."""
    with tempfile.TemporaryDirectory(prefix="audiostyle-speed-") as folder:
        path = write_looped(wave, minutes, Path(folder, "song.flac"))
        runs = [translate(path, model, domain) for _ in range(repeats)]
    best = min(runs, key=lambda run: run.seconds)
    name = f"{minutes:g} min" if minutes >= 1 else f"{60 * minutes:g} s"
    return [name, *replace(best, peak=max(run.peak for run in runs)).format_cells(minutes)]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", default="universal", help="name or path (default: the shipped model)")
    parser.add_argument("--domain", default="piano", help="domain to translate to (default: piano)")
    parser.add_argument("--quick", action="store_true", help="the song only, once; nothing is stored")
    options = parser.parse_args()
    if missing := material.find_missing_soundfonts():
        sys.exit(f"soundfonts are missing: {', '.join(missing)}; README.md names the packages")
    lengths = {SONG_MINUTES: 1}
    if not options.quick:
        lengths = {CLIP_MINUTES: REPEATS, SONG_MINUTES: REPEATS, **dict.fromkeys(LONGER_MINUTES, 1)}
    wave, rows = make_song(), []
    for minutes, repeats in lengths.items():
        rows.append(measure(wave, minutes, repeats, options.model, options.domain))
        text = "\n\n".join(
            [
                "# Speed and memory",
                report.describe_run(),
                f"`audiostyle translate` to {options.domain}, model {options.model}, stereo FLAC at 44.1 kHz,"
                f" whole command; of clip and song the fastest of {lengths[SONG_MINUTES]} run(s).",
                report.format_table(["recording", *processes.HEADER], rows),
            ]
        )
        print(rows[-1], file=sys.stderr)
        if not options.quick:
            report.store("speed", text)  # what is measured so far: the hour takes minutes
    print(text)


if __name__ == "__main__":
    main()
