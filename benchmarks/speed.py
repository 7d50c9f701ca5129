"""Speed and memory of the whole command, start-up and disk included, as a user sees them.

``audiostyle translate`` runs as a process of its own on a 4-minute stereo song, then on 10 minutes and on an
hour of it: memory must not grow with the recording.  Prints a table and stores it in ``results/speed.md``.
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

SONG_MINUTES = 4.0
LONGER_MINUTES = (10.0, 60.0)
EXCERPT = 30.0  # seconds, of which the song is made
REPEATS = 3  # of the song; the fastest counts, the others had to share the machine


def song() -> np.ndarray:
    """(samples, 2): held-out pieces, strings to the left, flute to the right."""
    pieces = material.held_out(round(SONG_MINUTES * 60 / EXCERPT), EXCERPT)
    parts = [
        [material.source(piece, number, instrument, EXCERPT) for instrument in ("strings", "flute")]
        for number, piece in enumerate(pieces)
    ]
    voices = np.concatenate([np.stack(pair, axis=1) for pair in parts])
    return voices @ np.array([[0.7, 0.3], [0.3, 0.7]], dtype=np.float32)


def looped(wave: np.ndarray, minutes: float, path: Path) -> Path:
    """Write ``minutes`` of the song, over and over, 16 bits."""
    left = round(minutes * 60 * RATE)
    with soundfile.SoundFile(path, "w", RATE, wave.shape[1], "PCM_16") as file:
        while left > 0:
            file.write(wave[:left])
            left -= len(wave)
    return path


def translated(path: Path, model: str, domain: str) -> Usage:
    """Run the command on one file and wait for it."""
    out = path.with_suffix(".out.flac")
    command = [sys.executable, "-m", "audiostyle", "translate", str(path), "--domain", domain]
    command += ["--model", model, "--out", str(out), "--quiet", "--overwrite"]
    usage = processes.measured(command)
    if soundfile.info(out).frames != soundfile.info(path).frames:
        sys.exit(f"{out}: not as long as {path}")
    out.unlink()
    return usage


def measured(wave: np.ndarray, minutes: float, repeats: int, model: str, domain: str) -> list[str]:
    """One line of the table: length, time, ratio to real time, memory."""
    with tempfile.TemporaryDirectory(prefix="audiostyle-speed-") as folder:
        path = looped(wave, minutes, Path(folder, "song.flac"))
        runs = [translated(path, model, domain) for _ in range(repeats)]
    best = min(runs, key=lambda run: run.seconds)
    return [f"{minutes:g} min", *replace(best, peak=max(run.peak for run in runs)).cells(minutes)]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", default="universal", help="name or path (default: the shipped model)")
    parser.add_argument("--domain", default="piano", help="domain to translate to (default: piano)")
    parser.add_argument("--quick", action="store_true", help="the song only, once; nothing is stored")
    options = parser.parse_args()
    if missing := material.missing_soundfonts():
        sys.exit(f"soundfonts are missing: {', '.join(missing)}; README.md names the packages")
    lengths = (
        {SONG_MINUTES: 1} if options.quick else {SONG_MINUTES: REPEATS, **dict.fromkeys(LONGER_MINUTES, 1)}
    )
    wave, rows = song(), []
    for minutes, repeats in lengths.items():
        rows.append(measured(wave, minutes, repeats, options.model, options.domain))
        text = "\n\n".join(
            [
                "# Speed and memory",
                report.provenance(),
                f"`audiostyle translate` to {options.domain}, model {options.model}, stereo FLAC at 44.1 kHz,"
                f" whole command; of the song the fastest of {lengths[SONG_MINUTES]} run(s).",
                report.table(["recording", *processes.HEADER], rows),
            ]
        )
        print(rows[-1], file=sys.stderr)
        if not options.quick:
            report.store("speed", text)  # what is measured so far: the hour takes minutes
    print(text)


if __name__ == "__main__":
    main()
