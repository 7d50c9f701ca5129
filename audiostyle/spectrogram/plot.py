"""Recordings as spectrograms in logarithmic frequency and decibels, one under the other."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from audiostyle.atomic import AtomicFile, explain_errors
from audiostyle.errors import AudiostyleError, PictureWriteError
from audiostyle.sound.reading import AudioReader
from audiostyle.sound.resampling import resample
from audiostyle.sound.stft import Stft

SECONDS = 20.0
"""Of each recording, at most."""

SUFFIXES = (".png", ".pdf", ".svg")

_RATE = 22_050  # Hz: what is higher says little, and takes room on a logarithmic axis
_LOWEST = 50  # Hz
_RANGE = 80.0  # dB under the loudest
_COLUMNS, _ROWS = 1200, 256  # pixels of a panel, at most


def require_matplotlib() -> None:
    """Raise AudiostyleError, with the remedy, where matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        raise AudiostyleError("a plot needs matplotlib; install it with: pip install 'audiostyle[plot]'")


def plot_files(named: Sequence[tuple[str, str | Path]], out: str | Path) -> None:
    """Draw recordings, each with its title, from their beginnings on.

    Args:
        named: (title, file) from top to bottom.
        out: a PNG, PDF or SVG, by its suffix; made whole or not at all.

    Raises:
        AudioReadError, PictureWriteError; AudiostyleError without matplotlib.
    """
    require_matplotlib()
    from matplotlib.figure import Figure

    heard = [(title, _read_beginning(path)) for title, path in named]
    figure = Figure(figsize=(10, 2.6 * len(heard)), layout="constrained")
    for axes, (title, wave) in zip(figure.subplots(len(heard), squeeze=False)[:, 0], heard, strict=True):
        _draw(axes, wave, title)
    output = AtomicFile(out, PictureWriteError)
    try:
        with explain_errors(str(out), PictureWriteError):
            figure.savefig(output.temporary, format=Path(out).suffix.lstrip(".").lower(), dpi=110)
        output.commit()
    finally:
        output.discard()


def compute_decibels(wave: Tensor) -> np.ndarray:
    """Mono (samples,) at 22,050 Hz → (256, frames) in dB under the loudest, low frequencies first.

    Rows are equally far apart in octaves; each is the loudest of the bins that it stands for.
    """
    transform = Stft(2048, max(512, len(wave) // _COLUMNS))
    magnitude = torch.stft(
        torch.nn.functional.pad(wave, (transform.n_fft // 2, transform.n_fft // 2)),
        transform.n_fft,
        transform.hop,
        window=torch.hann_window(transform.n_fft),
        center=False,
        return_complex=True,
    ).abs()
    edges = np.geomspace(_LOWEST, _RATE / 2, _ROWS + 1) * transform.n_fft / _RATE
    low = np.clip(np.floor(edges[:-1] + 0.5).astype(int), 0, transform.bins - 1)
    high = np.maximum(np.ceil(edges[1:]).astype(int), low + 1)
    rows = np.stack([magnitude[a:b].amax(dim=0).numpy() for a, b in zip(low, high, strict=True)])
    peak = max(float(rows.max()), 1e-9)
    return 20 * np.log10(np.maximum(rows / peak, 10 ** (-_RANGE / 20)))


def _draw(axes: Any, wave: Tensor, title: str) -> None:
    levels = compute_decibels(wave)
    times = np.linspace(0, len(wave) / _RATE, levels.shape[1] + 1)
    frequencies = np.geomspace(_LOWEST, _RATE / 2, _ROWS + 1)
    axes.pcolormesh(times, frequencies, levels, vmin=-_RANGE, vmax=0, cmap="magma", rasterized=True)
    axes.set_yscale("log")
    axes.set_ylabel("Hz")
    axes.set_title(title, loc="left", fontsize=10, parse_math=False)


def _read_beginning(path: str | Path) -> Tensor:
    """The first seconds, mono, at `_RATE`."""
    with AudioReader(path) as reader:
        rate = reader.info.sample_rate
        block = next(iter(reader.blocks(max(1, round(SECONDS * rate)))))
    return torch.from_numpy(resample(block.mean(axis=0, keepdims=True), rate, _RATE)[0])
