"""Real recordings: does silence stay silent, does level follow the source, can segments be heard?

Excerpts of recordings, each with two seconds of silence cut into it, are translated to every domain, in
segments of 5 s and of 60 s.  Without arguments it takes some tracks of Debian's ``wesnoth-1.16-music``, an
orchestral soundtrack.  There is no truth to compare with: look at the spectrograms too.
"""

import argparse
from pathlib import Path

import numpy as np
import report
import soundfile

from audiostyle.translation.translator import TranslationOptions, Translator

MUSIC = Path("/usr/share/games/wesnoth/1.16/data/core/music")
TRACKS = ("love_theme", "traveling_minstrels", "knalgan_theme")
START, LENGTH = 10.0, 20.0  # seconds of a track
PAUSE = (9.0, 11.0)  # of the excerpt
RELEASE = 1.2  # seconds of the pause in which notes may die away
WINDOW = 0.5  # seconds over which levels are compared


def excerpt(path: Path) -> tuple[np.ndarray, int]:
    """(channels, samples) with its pause, and the sample rate."""
    rate = soundfile.info(path).samplerate
    wave, _ = soundfile.read(path, round(LENGTH * rate), round(START * rate), dtype="float32", always_2d=True)
    wave[round(PAUSE[0] * rate) : round(PAUSE[1] * rate)] = 0
    return wave.T.copy(), rate


def decibels(power: float | np.ndarray) -> np.ndarray:
    return 10 * np.log10(np.maximum(power, 1e-15))


def levels(wave: np.ndarray, rate: int) -> np.ndarray:
    """Levels in dB of the windows outside the pause."""
    size = round(WINDOW * rate)
    powers = np.square(wave.mean(axis=0)[: wave.shape[1] // size * size]).reshape(-1, size).mean(axis=1)
    middle = (np.arange(len(powers)) + 0.5) * WINDOW
    return decibels(powers[(middle < PAUSE[0]) | (middle > PAUSE[1] + WINDOW)])


def judged(translator: Translator, path: Path) -> list[tuple]:
    """A row for every domain."""
    source, rate = excerpt(path)
    rows = []
    for domain in translator.domains:
        short, long = (
            translator.translate(
                source, rate, domain=domain, options=TranslationOptions(segment=seconds)
            ).numpy()
            for seconds in (5, 60)
        )
        pause = long[:, round((PAUSE[0] + RELEASE) * rate) : round((PAUSE[1] - 0.1) * rate)]
        follows = np.corrcoef(levels(source, rate), levels(long, rate))[0, 1]
        apart = decibels(np.square(short - long).mean() / np.square(long).mean())
        rows.append((path.stem, domain, f"{decibels(np.square(pause).mean()):.0f}", follows, f"{apart:.0f}"))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    default = [MUSIC / f"{name}.ogg" for name in TRACKS]
    parser.add_argument("recordings", nargs="*", type=Path, default=default, help="of half a minute or more")
    translator = Translator.from_pretrained(device="cpu")
    rows = [row for path in parser.parse_args().recordings for row in judged(translator, path)]
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
            report.provenance(),
            f"{LENGTH:g} s each, with a pause of {PAUSE[1] - PAUSE[0]:g} s of digital silence in it; level:"
            f" of source and translation, in windows of {WINDOW:g} s; last column: how far `--segment 5` and"
            " `--segment 60` are apart, below the translation itself.",
            report.table(header, rows),
        ]
    )
    print(text)
    report.store("recordings", text)


if __name__ == "__main__":
    main()
