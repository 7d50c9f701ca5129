"""Phases of WCT's results: the content's phases, or phases from Griffin–Lim, and those of complex WCT.

*Inconsistency* is how far a wanted complex spectrum is from that of any wave, ‖STFT(iSTFT Z) − Z‖ / ‖Z‖;
*spectral convergence* is the same for magnitudes alone, which Griffin–Lim makes smaller.  LSD is to the
truth, and pairs are the same as in ``spectrogram.py``.  The second table is about round trips: what a content
loses at α = 0, and in each decoder of the autoencoder alone, whose errors WCT cancels.  Stored in
``results/phases.md``.
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
from audiostyle.spectrogram.inputs import TransferInputs
from audiostyle.spectrogram.levels import FEATURE_RMS, compute_rms
from audiostyle.spectrogram.log_spectrogram import FLOOR, LogSpectrogram
from audiostyle.spectrogram.wct import wct

ROUNDS = (0, 8, 32, 100)


def choose_ways() -> dict[str, Callable[[Tensor, Stft, int], Tensor]]:
    """Return the ways to make a wave of a wanted spectrum: functions of spectrum, transform and samples."""
    chosen: dict[str, Callable[[Tensor, Stft, int], Tensor]] = {"as it is": lambda z, t, n: t.inverse(z, n)}
    for rounds in ROUNDS[1:]:
        chosen[f"Griffin–Lim, {rounds}"] = lambda z, t, n, rounds=rounds: (
            griffin_lim(z.abs(), t, n, start=z, iterations=rounds).wave
        )
    chosen["Griffin–Lim, 100, from random"] = lambda z, t, n: griffin_lim(z.abs(), t, n, iterations=100).wave
    return chosen


def judge(spectrum: Tensor, wave: Tensor, transform: Stft, truth: np.ndarray) -> list[float]:
    """Return the spectrum's inconsistency, and the wave's convergence, LSD and timbre distance."""
    back = transform(transform.inverse(spectrum, len(wave)))
    missed = float(torch.linalg.norm(back - spectrum) / torch.linalg.norm(spectrum))
    made = wave.numpy()
    lsd, timbre = measures.compute_lsd(made, truth), measures.compute_timbre_distance(made, truth)
    return [missed, spectral_convergence(wave, spectrum.abs(), transform), lsd, timbre]


def compare_phases(count: int) -> list[list[object]]:
    """Return a row for each method and way: means over the pairs."""
    numbers: dict[str, list[list[float]]] = {}
    for pair in pairs.choose_pairs(count):
        content, style = (torch.from_numpy(f(pair)) for f in (pairs.render_content, pairs.render_style))
        inputs, truth = TransferInputs.from_waves(content, style, sample_rate=RATE), pairs.render_truth(pair)
        for name, stylizer in {"wct": wct(inputs), "complex-wct": complex_wct(inputs)}.items():
            transform = LogSpectrogram.for_rate(RATE).transform
            spectrum = stylizer.compute_spectrum(content)
            for way, make in choose_ways().items():
                row = judge(spectrum, make(spectrum, transform, len(content)), transform, truth)
                numbers.setdefault(f"{name}, {way}", []).append(row)
        print(pair.name, file=sys.stderr)
    return [[name, *(f"{value:.3f}" for value in np.mean(rows, axis=0))] for name, rows in numbers.items()]


@torch.inference_mode()
def measure_round_trips(count: int) -> list[list[object]]:
    """Return a row for each path: LSD to the content, and the mean error of the log-spectrogram in dB."""
    model, log_spectrogram = (
        SpectrogramAutoencoder.from_pretrained(device="cpu"),
        LogSpectrogram.for_rate(RATE),
    )
    numbers: dict[str, list[tuple[float, float]]] = {}
    for pair in pairs.choose_pairs(count):
        content, style = pairs.render_content(pair), pairs.render_style(pair)
        for method, levels in (("wct", None), ("wct", (4, 3, 2, 1)), ("complex-wct", None)):
            made = transfer(content, style, sample_rate=RATE, method=method, alpha=0.0, levels=levels)
            name = f"{method}, α = 0, " + ("levels by default" if levels is None else "all levels")
            numbers.setdefault(name, []).append((log_spectral_distance(made, content, RATE), np.nan))
        wave = torch.from_numpy(content)
        spectrum = log_spectrogram.transform(wave)
        gain = FEATURE_RMS / compute_rms(wave)
        log_spec = log_spectrogram(spectrum.abs(), gain)
        for level in LEVELS:
            decoded = model.decoder(level, "max")(*model.encoder(to_channels_last(log_spec), level))
            magnitude = log_spectrogram.to_magnitude(log_spectrogram.merge_channels(decoded), gain)
            decoded_spectrum = torch.polar(magnitude, spectrum.angle())
            made = log_spectrogram.transform.inverse(decoded_spectrum, len(wave)).numpy()
            error = -FLOOR * float((decoded - log_spec).abs().mean())
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
            report.format_table(columns, compare_phases(count)),
            "## Round trips",
            report.format_table(
                ["path", "LSD to the content (dB)", "error of the log-spectrogram (dB)"],
                measure_round_trips(count),
            ),
        ]
    )
    print(text)
    if not options.quick:
        print(f"stored in {report.store('phases', text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
