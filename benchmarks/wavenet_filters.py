"""What filters leave for a WaveNet to learn, and what they need of it: for filters of several kinds.

Half a minute that a domain's instrument plays of held-out pieces, at 16 kHz, with true notes.  For every kind
of filters, prints and stores in ``results/wavenet-filters.md``:

*size*: the standard deviation of what they leave, beside what they expect;
*structure*: how far spectra of 128 ms of it are from flat, in decibels; those of white noise are at −2.5;
*codes*: LSD to the recording after 256 mu-law codes and back, which is the best that a network can do;
*error*: LSD if a network were right but for white noise 20 dB below what the filters expect;
*noise*: LSD with white noise in its place.
"""

import argparse
import sys
from pathlib import Path

import material
import numpy as np
import report
import torch

from audiostyle.evaluate import log_spectral_distance
from audiostyle.models import zoo
from audiostyle.models.wavenet import mulaw
from audiostyle.models.wavenet.network import WAVENET_RATE
from audiostyle.music.samples.opening import open_instrument
from audiostyle.translation.training.wavenet.material import Material, read_material, render_material
from audiostyle.translation.training.wavenet.residuals import compute_residual
from audiostyle.translation.training.wavenet.timed_training import round_gain
from audiostyle.translation.wavenet.companding import Companding
from audiostyle.translation.wavenet.loading import load_predictor

SECONDS = 28
WINDOW = 2048  # samples
ERROR = 0.1  # standard deviation, of a network's error
KINDS = {  # label: what `load_predictor` takes
    "order 32, no lines": {"order": 32, "partials": 0},
    "order 64, no lines": {"order": 64, "partials": 0},
    "order 128, no lines": {"order": 128, "partials": 0},
    "order 224, 4 measured lines": {"order": 224, "partials": 4},
    "order 224, 8 measured lines": {"order": 224, "partials": 8},
    "order 224, 8 exact harmonics": {"order": 224, "partials": None},
    "the same, as before": {"order": 224, "spread": 0, "floor": 1e-12, "partials": None},
}
HEADER = ["filters", "size", "structure (dB)", "codes", "error", "noise"]


def measure_structure(residual: np.ndarray) -> float:
    """Return the mean spectral flatness of windows of a residual, in decibels."""
    windows = residual[: len(residual) // WINDOW * WINDOW].reshape(-1, WINDOW) * np.hanning(WINDOW)
    power = np.abs(np.fft.rfft(windows)) ** 2 + 1e-9
    return float(10 * np.mean(np.log10(np.exp(np.log(power).mean(1)) / power.mean(1))))


def measure_kind(domain: str, played: Material, options: dict) -> list[float]:
    """Return a row of the table but for its label."""
    rng, samples = np.random.default_rng(0), SECONDS * WAVENET_RATE
    predictor = load_predictor(zoo.find_model("universal").domain(domain), **options)
    wave, performance = played.wave[:samples], played.performance
    residual = compute_residual(predictor, wave, performance, torch.device("cpu"))
    companding = Companding(round_gain(residual))
    amplitudes = mulaw.decode(torch.arange(mulaw.CODES)).numpy()
    coded = amplitudes[companding.encode(residual)] / np.float32(companding.gain)
    noise = rng.standard_normal(len(residual)).astype(np.float32)
    distances = [
        log_spectral_distance(
            np.concatenate(list(predictor.restore([made], performance))), wave, WAVENET_RATE
        )
        for made in (coded, residual + np.float32(ERROR) * noise, noise)
    ]
    return [float(residual.std()), measure_structure(residual), *distances]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--domains", nargs="+", default=["piano", "strings"])
    parser.add_argument("--material", type=Path, help="folder of folders by domain, instead of rendering it")
    options = parser.parse_args()
    sections = []
    for domain in options.domains:
        if options.material:
            played = read_material(options.material / domain, "valid")
        else:
            source = material.SALAMANDER if domain == "piano" else material.TRAINING
            instrument = open_instrument(source, material.DOMAINS[domain])
            played = render_material(instrument, "valid", 0.5, 0, expressive=False)
        rows = []
        for label, kind in KINDS.items():
            rows.append([label, *measure_kind(domain, played, kind)])
            print(rows[-1], file=sys.stderr, flush=True)
        wave = played.wave[: SECONDS * WAVENET_RATE]
        companding = Companding(round_gain(wave))
        amplitudes = mulaw.decode(torch.arange(mulaw.CODES)).numpy()
        coded = amplitudes[companding.encode(wave)] / np.float32(companding.gain)
        plain = log_spectral_distance(coded, wave, WAVENET_RATE)
        rows.append(["none", "", "", plain, "", ""])
        sections.append(f"## {domain}\n\n{report.format_table(HEADER, rows)}")
    parts = ["# What filters leave for a WaveNet", report.describe_run(), *sections]
    text = "\n\n".join(parts)
    print(text)
    print(f"stored in {report.store('wavenet-filters', text)}", file=sys.stderr)


if __name__ == "__main__":
    main()
