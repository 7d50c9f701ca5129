"""Recordings drawn as spectrograms, one below the other, in decibels over logarithmic frequency."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from audiostyle.atomic import AtomicFile, explain_errors
from audiostyle.errors import AudiostyleError, PictureWriteError
from audiostyle.sound.downmix import mix_down
from audiostyle.sound.reading import AudioReader
from audiostyle.sound.resampling import resample
from audiostyle.sound.stft import Stft

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_SECONDS = 20.0
"""How much of each recording, from its beginning, is drawn at most."""

SUFFIXES = (".png", ".pdf", ".svg")
"""Formats of a plot."""

_RATE = 22_050  # Hz: higher frequencies say little, and take room on a logarithmic axis
_LOWEST_HERTZ = 50
_RANGE = 80.0  # dB below the loudest
_COLUMNS, _ROWS = 1200, 256  # pixels of a panel, at most


def require_matplotlib() -> None:
    """Check that matplotlib is installed.

    Raises:
        AudiostyleError: it is not; the message says how to install it.
    """
    if find_spec("matplotlib") is None:
        raise AudiostyleError("a plot needs matplotlib; install it with: pip install 'audiostyle[plot]'")


def plot_files(panels: Sequence[tuple[str, str | Path]], out: str | Path) -> None:
    """Draw the beginnings of recordings, each with its title.

    Args:
        panels: (title, audio file), from top to bottom.
        out: a PNG, PDF or SVG file, by its suffix; written whole or not at all.

    Raises:
        AudioReadError: a recording cannot be read.
        PictureWriteError: the plot cannot be written.
        AudiostyleError: matplotlib is not installed.
    """
    require_matplotlib()
    from matplotlib.figure import Figure

    waves = [(title, _read_beginning(path)) for title, path in panels]
    figure = Figure(figsize=(10, 2.6 * len(waves)), layout="constrained")
    for axes, (title, wave) in zip(figure.subplots(len(waves), squeeze=False)[:, 0], waves, strict=True):
        _draw_panel(axes, wave, title)
    output = AtomicFile(out, PictureWriteError)
    try:
        with explain_errors(str(out), PictureWriteError):
            figure.savefig(output.temporary, format=Path(out).suffix.lstrip(".").lower(), dpi=110)
        output.commit()
    finally:
        output.discard()


def compute_decibels(wave: Tensor) -> NDArray[np.float32]:
    """Compute the rows of a spectrogram that are equally far apart in octaves.

    Args:
        wave: mono (samples,) at 22,050 Hz.

    Returns:
        (256, frames), dB relative to the loudest, low frequencies first.  Each row is the loudest of the bins
        that it stands for.
    """
    transform = Stft(2048, max(512, len(wave) // _COLUMNS))
    magnitude = transform(wave).abs()
    edges = np.geomspace(_LOWEST_HERTZ, _RATE / 2, _ROWS + 1) * transform.n_fft / _RATE
    low = np.clip(np.floor(edges[:-1] + 0.5).astype(int), 0, transform.bins - 1)
    high = np.maximum(np.ceil(edges[1:]).astype(int), low + 1)
    rows = np.stack([magnitude[a:b].amax(dim=0).numpy() for a, b in zip(low, high, strict=True)])
    peak = max(float(rows.max()), 1e-9)
    return 20 * np.log10(np.maximum(rows / peak, 10 ** (-_RANGE / 20)))


def _draw_panel(axes: "Axes", wave: Tensor, title: str) -> None:
    levels = compute_decibels(wave)
    times = np.linspace(0, len(wave) / _RATE, levels.shape[1] + 1)
    frequencies = np.geomspace(_LOWEST_HERTZ, _RATE / 2, _ROWS + 1)
    axes.pcolormesh(times, frequencies, levels, vmin=-_RANGE, vmax=0, cmap="magma", rasterized=True)
    axes.set_yscale("log")
    axes.set_ylabel("Hz")
    axes.set_title(title, loc="left", fontsize=10, parse_math=False)


def _read_beginning(path: str | Path) -> Tensor:
    """Read the first :data:`MAX_SECONDS`, mono, at 22,050 Hz."""
    with AudioReader(path) as reader:
        rate = reader.info.sample_rate
        block = next(iter(reader.blocks(max(1, round(MAX_SECONDS * rate)))))
    return torch.from_numpy(resample(mix_down(block, rate)[None], rate, _RATE)[0])
