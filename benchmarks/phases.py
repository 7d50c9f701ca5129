"""The phases of WCT's results: real WCT with the content's, or after Griffin–Lim, beside complex WCT's own.

*Inconsistency* is how far a wanted complex spectrum is from any wave's, ‖STFT(iSTFT Z) − Z‖ / ‖Z‖; *spectral
convergence* the same for magnitudes alone, which is what Griffin–Lim brings down.  LSD is to the truth, as in
``spectrogram.py``, whose pairs these are.  The second table is the round trip: what a content loses at α = 0,
and in each decoder of the autoencoder alone, whose errors WCT cancels.  Stored in ``results/phases.md``.
"""

import argparse
import sys
from collections.abc import Callable

import measures
import numpy as np
import pairs
import report
import torch
from material import RATE
from torch import Tensor

from audiostyle import transfer
from audiostyle.evaluate import log_spectral_distance
from audiostyle.models.vgg import LEVELS
from audiostyle.sound.griffin_lim import griffin_lim, spectral_convergence
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.autoencoder import SpectrogramAutoencoder
from audiostyle.spectrogram.band_statistics import to_channels_last
from audiostyle.spectrogram.complex_wct import complex_wct
from audiostyle.spectrogram.inputs import LEVEL, TransferInputs, compute_rms, make_survey_transform
from audiostyle.spectrogram.log_spectrogram import FLOOR, LogSpectrogram
from audiostyle.spectrogram.long_term_spectrum import LongTermSpectrum
from audiostyle.spectrogram.wct import wct

ROUNDS = (0, 8, 32, 100)


def ways() -> dict[str, Callable[[Tensor, Stft, int], Tensor]]:
    """How a wave is made of a wanted spectrum (spectrum, transform, samples)."""
    chosen: dict[str, Callable[[Tensor, Stft, int], Tensor]] = {"as it is": lambda z, t, n: t.inverse(z, n)}
    for rounds in ROUNDS[1:]:
        chosen[f"Griffin–Lim, {rounds}"] = lambda z, t, n, rounds=rounds: (
            griffin_lim(z.abs(), t, n, start=z, iterations=rounds).wave
        )
    chosen["Griffin–Lim, 100, from random"] = lambda z, t, n: griffin_lim(z.abs(), t, n, iterations=100).wave
    return chosen


def judged(spectrum: Tensor, wave: Tensor, transform: Stft, truth: np.ndarray) -> list[float]:
    """Inconsistency of what was wanted, convergence of what was made, its LSD and timbre distance."""
    back = transform(transform.inverse(spectrum, len(wave)))
    missed = float(torch.linalg.norm(back - spectrum) / torch.linalg.norm(spectrum))
    made = wave.numpy()
    lsd, timbre = measures.compute_lsd(made, truth), measures.compute_timbre_distance(made, truth)
    return [missed, spectral_convergence(wave, spectrum.abs(), transform), lsd, timbre]


def phases(count: int) -> list[list[object]]:
    """One row a method and a way: means over the pairs."""
    numbers: dict[str, list[list[float]]] = {}
    for pair in pairs.pairs(count):
        content, style = (torch.from_numpy(make(pair)) for make in (pairs.content, pairs.style))
        scene = TransferInputs.of(
            RATE, LongTermSpectrum.of([content], make_survey_transform(RATE)), [content], [style]
        )
        for name, stylist in {"wct": wct(scene), "complex-wct": complex_wct(scene)}.items():
            transform = LogSpectrogram.at(RATE).transform
            spectrum = stylist.spectrum(content, lambda share: None)
            for way, make in ways().items():
                row = judged(spectrum, make(spectrum, transform, len(content)), transform, pairs.truth(pair))
                numbers.setdefault(f"{name}, {way}", []).append(row)
        print(pair.name, file=sys.stderr)
    return [[name, *(f"{value:.3f}" for value in np.mean(rows, axis=0))] for name, rows in numbers.items()]


@torch.inference_mode()
def round_trips(count: int) -> list[list[object]]:
    """One row a path: LSD to the content, and the mean error of decibels on the map."""
    networks, drawing = SpectrogramAutoencoder.from_pretrained(device="cpu"), LogSpectrogram.at(RATE)
    numbers: dict[str, list[tuple[float, float]]] = {}
    for pair in pairs.pairs(count):
        content, style = pairs.content(pair), pairs.style(pair)
        for method, levels in (("wct", None), ("wct", (4, 3, 2, 1)), ("complex-wct", None)):
            made = transfer(content, style, sample_rate=RATE, method=method, alpha=0.0, levels=levels)
            name = f"{method}, α = 0, " + ("levels by default" if levels is None else "all levels")
            numbers.setdefault(name, []).append((log_spectral_distance(made, content, RATE), np.nan))
        wave = torch.from_numpy(content)
        spectrum = drawing.transform(wave)
        gain = LEVEL / compute_rms(wave)
        drawn = drawing(spectrum.abs(), gain)
        for level in LEVELS:
            back = networks.decoder(level, "max")(*networks.encoder(to_channels_last(drawn), level))
            magnitude = drawing.magnitude(drawing.flat(back), gain)
            made = drawing.transform.inverse(torch.polar(magnitude, spectrum.angle()), len(wave)).numpy()
            error = -FLOOR * float((back - drawn).abs().mean())
            row = log_spectral_distance(made, content, RATE), error
            numbers.setdefault(f"decoder of relu{level}_1 alone", []).append(row)
    return [
        [name, *("" if np.isnan(value) else f"{value:.2f}" for value in np.mean(rows, axis=0))]
        for name, rows in numbers.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=24)
    parser.add_argument("--quick", action="store_true", help="two pairs; nothing is stored")
    options = parser.parse_args()
    count = 2 if options.quick else options.pairs
    columns = ["way to the wave", "inconsistency", "spectral convergence", "LSD (dB)", "timbre distance"]
    text = "\n\n".join(
        [
            "# Phases of transferred spectrograms",
            report.describe_run(),
            f"Means over {count} pairs of {pairs.SECONDS:g} s; LSD and timbre are distances to the truth.",
            report.format_table(columns, phases(count)),
            "## Round trips",
            report.format_table(
                ["path", "LSD to the content (dB)", "error on the map (dB)"], round_trips(count)
            ),
        ]
    )
    print(text)
    if not options.quick:
        print(f"stored in {report.store('phases', text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
