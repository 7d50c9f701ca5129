"""A domain's WaveNet and noise in its place against the truth: by band, by age of notes, by a classifier.

Held-out pieces are played by the domain's instrument; the same notes go through the WaveNet, and through its
filters with white noise in its place.  So nothing but the decoder is compared.  All is at 16 kHz and at one
level.  Prints tables and stores them in ``results/wavenet-truth.md``:

*note F1*: of the note judge, as a share of its F1 on the truth;
*by band*: root mean square of the difference of mel spectrograms in decibels, in octaves;
*by age*: the same over all bands, by how long ago the latest note began;
*two-sample test*: how often a classifier of short windows errs that is asked "truth or not?", on pieces that
it was not trained on; half of the time is the best.
"""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import librosa
import material
import measures
import numpy as np
import report
import soxr
import torch
from noise import WhiteNoise
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from audiostyle.evaluate import log_spectral_distance, note_f1
from audiostyle.models import zoo
from audiostyle.models.wavenet.network import WAVENET_RATE
from audiostyle.music.performance import Performance
from audiostyle.translation.kinds import load_synthesizer
from audiostyle.translation.ranges import fit_to_range
from audiostyle.translation.wavenet.synthesis import WaveNetSynthesizer

BANDS, WINDOW, HOP = 64, 1024, 256  # of the mel spectrograms
RANGE = 80.0  # decibels under a recording's peak, below which nothing is compared
OCTAVES = (0, 250, 500, 1000, 2000, 4000, 8000)  # hertz
AGES = (0.0, 0.05, 0.2, 0.6, 30.0)  # seconds since the latest onset
TRUTH, NETWORK, NOISE = "truth", "WaveNet", "noise in its place"
FOLDS = 3


def make_waves(model: str, domain: str, piece: str, seconds: float) -> dict[str, np.ndarray]:
    """Return truth, WaveNet and noise for a piece, each (samples,) at 16 kHz and of unit power."""
    performance = get_performance(model, domain, piece, seconds)
    samples = round(seconds * WAVENET_RATE)
    truth = material.render_domain(performance, domain, seconds)
    waves = {TRUTH: soxr.resample(truth, material.RATE, WAVENET_RATE)[:samples]}
    network = load(model, domain)
    noise = replace(network, sampler=WhiteNoise(network.companding.gain))
    for name, synthesizer in ((NETWORK, network), (NOISE, noise)):
        waves[name] = np.concatenate(list(synthesizer.synthesize(performance, samples)))
    return {name: wave / max(np.sqrt(np.mean(wave**2)), 1e-9) for name, wave in waves.items()}


def get_performance(model: str, domain: str, piece: str, seconds: float) -> Performance:
    """Return what is played, within the domain's range."""
    entry = zoo.find_model(model).domain(domain)
    performance = material.make_performance(piece, seconds)
    return fit_to_range(performance, 0, entry.lowest, entry.highest)[0]


@lru_cache(maxsize=4)
def load(model: str, domain: str) -> WaveNetSynthesizer:
    """Return a domain's WaveNet."""
    manifest = zoo.find_model(model)
    weights = manifest.decoder(domain, "wavenet")
    required = manifest.find_weights(str(weights.config.get("requires")))
    synthesizer = load_synthesizer(weights, torch.device("cpu"), required or manifest.domain(domain))
    assert isinstance(synthesizer, WaveNetSynthesizer)
    return synthesizer


def compute_levels(wave: np.ndarray) -> np.ndarray:
    """Return a mel spectrogram in decibels, (bands, frames), limited to a range under its peak."""
    power = librosa.feature.melspectrogram(
        y=wave, sr=WAVENET_RATE, n_fft=WINDOW, hop_length=HOP, n_mels=BANDS
    )
    decibels = 10 * np.log10(power + 1e-12)
    return np.maximum(decibels, decibels.max() - RANGE)


def compare_bands(differences: np.ndarray) -> list[float]:
    """Return the root mean square of differences (bands, frames) for every octave."""
    centers = librosa.mel_frequencies(BANDS + 2, fmin=0, fmax=WAVENET_RATE / 2)[1:-1]
    rows = [(centers >= low) & (centers < high) for low, high in pairwise(OCTAVES)]
    return [float(np.sqrt(np.mean(differences[row] ** 2))) for row in rows]


def compute_ages(performance: Performance, frames: int) -> np.ndarray:
    """Return for every frame how many seconds ago the latest note began, (frames,); infinite before any."""
    onsets = np.sort(performance.notes["onset"].astype(float))
    now = np.arange(frames) * HOP / WAVENET_RATE
    place = np.searchsorted(onsets, now, side="right") - 1
    return np.where(place >= 0, now - onsets[np.maximum(place, 0)], np.inf)


def compare_ages(differences: np.ndarray, ages: np.ndarray) -> list[float]:
    """Return the root mean square of differences (bands, frames) for every range of ages."""
    rows = [(ages >= low) & (ages < high) for low, high in pairwise(AGES)]
    return [float(np.sqrt(np.mean(differences[:, row] ** 2))) for row in rows]


def describe_windows(levels: np.ndarray) -> np.ndarray:
    """Return what the classifier sees of every other frame: levels, and how they change, (n, 2 · bands)."""
    own = levels - levels.max() + RANGE
    change = np.abs(np.diff(own, axis=1))
    return np.concatenate([own[:, 1:], change]).T[::2]


def measure_error(truth: list[np.ndarray], others: list[np.ndarray]) -> float:
    """Return how often a logistic regression errs between windows of the truth and others.

    Args:
        truth, others: windows (n, features) of every piece, in the same order.
    """
    errors = []
    for fold in range(FOLDS):
        held = [number % FOLDS == fold for number in range(len(truth))]
        parts = []
        for wanted in (False, True):
            chosen = [n for n, own in enumerate(held) if own is wanted]
            x = np.concatenate([truth[n] for n in chosen] + [others[n] for n in chosen])
            ones = sum(len(truth[n]) for n in chosen)
            parts.append((x, np.arange(len(x)) < ones))
        (x, y), (x_held, y_held) = parts
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=300))
        errors.append(1 - model.fit(x, y).score(x_held, y_held))
    return float(np.mean(errors))


def measure_domain(model: str, domain: str, pieces: list[str], seconds: float) -> Mapping[str, list]:
    """Return for WaveNet and noise: the classifier's error, F1 share, LSD, the rows of bands and of ages."""
    windows: dict[str, list[np.ndarray]] = {TRUTH: [], NETWORK: [], NOISE: []}
    heard: dict[str, list[float]] = {TRUTH: [], NETWORK: [], NOISE: []}
    found: dict[str, list] = {NETWORK: [], NOISE: []}
    for piece in pieces:
        waves = make_waves(model, domain, piece, seconds)
        levels = {name: compute_levels(wave) for name, wave in waves.items()}
        ages = compute_ages(get_performance(model, domain, piece, seconds), levels[TRUTH].shape[1])
        for name, own in levels.items():
            windows[name].append(describe_windows(own))
            heard[name].append(measure_f1(waves[name], material.get_notes(piece, seconds)))
            if name != TRUTH:
                away = own - levels[TRUTH]
                distance = log_spectral_distance(waves[name], waves[TRUTH], WAVENET_RATE)
                found[name].append([distance, *compare_bands(away), *compare_ages(away, ages)])
        print(f"{domain}: {piece}", file=sys.stderr, flush=True)
    errors = {name: measure_error(windows[TRUTH], windows[name]) for name in found}
    shares = {name: float(np.mean(heard[name]) / np.mean(heard[TRUTH])) for name in found}
    return {name: [errors[name], shares[name], *np.nanmean(rows, axis=0)] for name, rows in found.items()}


def measure_f1(wave: np.ndarray, notes: np.ndarray) -> float:
    """Return the note judge's F1 on a wave (samples,) at 16 kHz; notes are onsets and MIDI pitches."""
    fast = soxr.resample((0.1 * wave).astype(np.float32), WAVENET_RATE, material.RATE)
    read = measures.read_notes(fast)
    return note_f1(read, notes) if len(read) else 0.0


def format_domain(domain: str, found: Mapping[str, list]) -> str:
    """Return the table of a domain."""
    octaves = [f"{low}–{high} Hz" for low, high in pairwise(OCTAVES)]
    ages = [f"{low:g}–{high:g} s after an onset" for low, high in pairwise(AGES)]
    labels = [
        "two-sample test, error (best: 0.50)",
        "note F1, share of the truth's",
        "LSD (dB)",
        *octaves,
        *ages,
    ]
    rows = [[label, *(found[name][n] for name in found)] for n, label in enumerate(labels)]
    return f"## {domain}\n\n" + report.format_table(["distance to the truth, dB", *found], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", default="universal")
    parser.add_argument("--domains", nargs="+", default=["piano", "strings"])
    parser.add_argument("--pieces", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--quick", action="store_true", help="3 pieces of 10 s; nothing is stored")
    parser.add_argument("--name", default="wavenet-truth", help="of the file in results/")
    options = parser.parse_args()
    if options.quick:
        options.pieces, options.seconds = 3, 10.0
    pieces = material.choose_pieces(options.pieces, options.seconds)
    tables = [
        format_domain(domain, measure_domain(options.model, domain, pieces, options.seconds))
        for domain in options.domains
    ]
    parts = ["# WaveNet and noise against the truth", report.describe_run()]
    parts.append(f"{len(pieces)} held-out pieces, {options.seconds:g} s each, true notes; {options.model}.")
    text = "\n\n".join([*parts, *tables])
    print(text)
    if not options.quick:
        print(f"stored in {report.store(options.name, text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
