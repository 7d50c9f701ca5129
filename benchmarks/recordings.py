"""Real recordings: does silence stay silent, does the level follow the source, can segments be told apart?

Excerpts of recordings, each with two seconds of silence cut into it, are translated to every domain, in
segments of 5 s and of 60 s.  Without arguments the benchmark takes some tracks of Debian's
``wesnoth-1.16-music``, an orchestral soundtrack.  There is no truth to compare with, so look at the
spectrograms too.  Prints a table and stores it in ``results/recordings.md``.
"""

import argparse
from pathlib import Path

import numpy as np
import report
import soundfile

from audiostyle.translation.translator import Translator

MUSIC = Path("/usr/share/games/wesnoth/1.16/data/core/music")
TRACKS = ("love_theme", "traveling_minstrels", "knalgan_theme")
START, LENGTH = 10.0, 20.0  # seconds of a track
PAUSE = (9.0, 11.0)  # of the excerpt
RELEASE = 1.2  # seconds of the pause in which notes may decay
WINDOW = 0.5  # seconds over which levels are compared


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


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    default = [MUSIC / f"{name}.ogg" for name in TRACKS]
    parser.add_argument("recordings", nargs="*", type=Path, default=default, help="of half a minute or more")
    paths = parser.parse_args().recordings
    translator = Translator.from_pretrained(device="cpu")
    rows = [row for path in paths for row in judge(translator, path)]
    header = (
        "recording",
        "domain",
        "pause (dB of full scale)",
        "level: correlation",
        "5 s against 60 s (dB)",
    )
    text = "\n\n".join(
        [
            "# Real recordings",
            report.describe_run(),
            f"{LENGTH:g} s each, with a pause of {PAUSE[1] - PAUSE[0]:g} s of digital silence in it; level:"
            f" of source and translation, in windows of {WINDOW:g} s; last column: how far `--segment 5` and"
            " `--segment 60` are apart, below the translation itself.",
            report.format_table(header, rows),
        ]
    )
    print(text)
    report.store("recordings", text)


if __name__ == "__main__":
    main()
