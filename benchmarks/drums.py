"""Kept drums: how much of the melody do they carry along, and how much of the drums is lost?

Held-out pieces in four parts are played by four instruments of reserved soundfonts, all in the middle, with
drums from 6 dB below them to 3 dB above.  The separation's mask is the same for all channels, and so the
pitched part and the drums pass through it beside the mixture, so soft that they do not change it: what
becomes of each is exact.  Prints a table and stores it in ``results/drums.md``.
"""

import argparse

import material
import numpy as np
import parts
import report

from audiostyle.music.drums import draw_drum_groove
from audiostyle.music.fluidsynth import render_performance
from audiostyle.music.performance import Performance
from audiostyle.sound.percussion import HarmonicPercussiveSeparator

BANDS = ((73, 4, 24, 32), (52, 25, 0, 33), (65, 27, 48, 34), (56, 11, 0, 32))
"""General MIDI programs from the highest part to the lowest."""
LEVELS = (-6.0, 3.0)  # dB of the drums by the band
SOFT = 1e-4  # of what passes through the mask without changing it


def make_band(number: int, performance: Performance) -> tuple[np.ndarray, np.ndarray]:
    """Return the pitched part and the drums, each (2, samples)."""
    soundfont, length = material.RESERVED[number % 2], round(parts.SECONDS * material.RATE)
    rng = np.random.default_rng(number)
    medians = [np.median(performance.notes["pitch"][performance.notes["channel"] == c]) for c in range(4)]
    pitched = np.zeros((2, length), np.float32)
    for program, channel in zip(BANDS[number % 4], np.argsort(medians)[::-1], strict=True):
        notes = performance.notes[performance.notes["channel"] == channel]
        part = Performance(notes, {0: 0}).arrange_for(program)
        wave = render_performance(part, soundfont, sample_rate=material.RATE)[:length]
        pitched[:, : len(wave)] += wave
    groove = np.sort(draw_drum_groove(parts.SECONDS - 1, rng), order="onset")
    wave = render_performance(Performance(groove, {9: 0}), soundfont, sample_rate=material.RATE)[:length]
    drums = np.zeros_like(pitched)
    drums[:, : len(wave)] = wave * pitched.std() / wave.std() * 10 ** (rng.uniform(*LEVELS) / 20)
    return pitched, drums


def measure(pitched: np.ndarray, drums: np.ndarray) -> list[float]:
    """Return in decibels: the drums by the band, the melody left in what is kept by the mix, what is left of
    the drums, and the drums by what is wrong in what is kept (signal-to-distortion ratio).
    """
    mixture = pitched + drums
    separator = HarmonicPercussiveSeparator(6, material.RATE)
    _, kept = separator.process(np.concatenate([mixture, SOFT * pitched, SOFT * drums]), last=True)

    def compare(one: np.ndarray, other: np.ndarray) -> float:
        return 10 * float(np.log10(np.square(one).sum() / np.square(other).sum()))

    return [
        compare(drums, pitched),
        compare(kept[2:4] / SOFT, mixture),
        compare(kept[4:6] / SOFT, drums),
        compare(drums, kept[:2] - drums),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pieces", type=int, default=10)
    options = parser.parse_args()
    rows = []
    for number, (piece, performance) in enumerate(parts.choose_bands(options.pieces)):
        rows.append((piece, *measure(*make_band(number, performance))))
    rows.append(("mean", *(float(np.mean([row[n] for row in rows])) for n in range(1, 5))))
    header = ("piece", "drums by the band", "melody left, by the mix", "drums left", "kept by distortion")
    text = "\n\n".join(
        [
            "# Kept drums",
            report.describe_run(),
            f"{len(rows) - 1} held-out pieces in four parts with drums; decibels.",
            report.format_table(header, [(row[0], *(f"{value:.1f}" for value in row[1:])) for row in rows]),
        ]
    )
    print(text)
    report.store("drums", text)


if __name__ == "__main__":
    main()
