"""Pictures of recordings of any length: decibels over logarithmic frequency, one column for each moment."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from audiostyle.sound.reading import AudioReader
from audiostyle.sound.recording import Recording

COLUMNS, ROWS = 1200, 192
"""Pixels of a picture, at most and exactly."""

RANGE = 80.0
"""Decibels below the loudest that are drawn."""

LOWEST, RATE = 40.0, 22_050
"""The lowest frequency in hertz, and the rate at which a recording is looked at; its half is the highest."""

_WINDOW = 4096  # samples, 0.19 s: it tells semitones apart from 100 Hz on
_HOP = 1024
# Black to light yellow by way of violet and orange, of even steps in lightness.
_COLORS = ((3, 4, 18), (40, 15, 86), (101, 26, 110), (159, 42, 99), (212, 72, 66), (245, 125, 21), (250, 193, 39), (252, 255, 200))  # fmt: skip  # noqa: E501


def draw_spectrogram(path: str | Path, out: str | Path) -> None:
    """Draw a recording to a PNG, see :func:`draw_levels`.

    Raises:
        AudioReadError: it cannot be read.
    """
    draw_levels(path).save(out, format="PNG", optimize=True)


def draw_levels(path: str | Path) -> Image.Image:
    """Return a picture of a recording, of :data:`ROWS` pixels' height, the lowest frequency at the bottom.

    It is read block by block, so memory does not depend on its length; a column shows the loudest of the
    moments that it stands for.

    Raises:
        AudioReadError: it cannot be read.
    """
    levels = compute_levels(path)
    shade = np.clip((levels + RANGE) / RANGE * 255, 0, 255).astype(np.uint8)
    picture = Image.fromarray(shade[::-1], mode=None)
    picture.putpalette(make_palette())
    return picture


def compute_levels(path: str | Path) -> NDArray[np.float32]:
    """Return (:data:`ROWS`, columns) decibels relative to the loudest, low frequencies first.

    Raises:
        AudioReadError: it cannot be read.
    """
    edges = np.geomspace(LOWEST, RATE / 2, ROWS + 1) * _WINDOW / RATE
    low = np.clip(np.floor(edges[:-1] + 0.5).astype(int), 0, _WINDOW // 2)
    window = np.hanning(_WINDOW).astype(np.float32)
    columns: list[NDArray[np.float32]] = []
    each = 1  # frames of a column
    left = np.zeros((0, ROWS), np.float32)  # frames that do not fill a column
    rest = np.zeros(_WINDOW // 2, np.float32)
    with AudioReader(path) as reader:
        recording = Recording(reader, reader.info.sample_rate, reader.info.channels)
        for block in (*recording.read_mono(RATE), np.zeros(_WINDOW // 2, np.float32)):
            rest = np.concatenate([rest, block])
            frames = max(0, 1 + (len(rest) - _WINDOW) // _HOP)
            if frames == 0:
                continue
            cut = np.lib.stride_tricks.sliding_window_view(rest, _WINDOW)[: frames * _HOP : _HOP]
            magnitude = np.abs(np.fft.rfft(cut * window, axis=1)).astype(np.float32)
            left = np.concatenate([left, np.maximum.reduceat(magnitude, low, axis=1)])
            rest = rest[frames * _HOP :]
            whole = len(left) // each * each
            columns += list(left[:whole].reshape(-1, each, ROWS).max(axis=1))
            left = left[whole:]
            while len(columns) > COLUMNS:  # twice as many frames to a column
                odd = columns.pop() if len(columns) % 2 else None
                columns = list(np.reshape(columns, (-1, 2, ROWS)).max(axis=1))
                each *= 2
                left = left if odd is None else np.concatenate([odd[None], left])
    if len(left) or not columns:
        columns.append(left.max(axis=0, initial=0.0))
    rows = np.stack(columns, axis=1)
    return 20 * np.log10(np.maximum(rows / max(float(rows.max()), 1e-9), 10 ** (-RANGE / 20)))


def make_palette() -> list[int]:
    """Return 256 colors, red, green and blue of each one after another.

    Example:
        >>> make_palette()[:3], make_palette()[-3:]
        ([3, 4, 18], [252, 255, 200])
    """
    places = np.linspace(0, len(_COLORS) - 1, 256)
    anchors = np.array(_COLORS)
    channels = [np.interp(places, np.arange(len(anchors)), anchors[:, n]) for n in range(3)]
    return [int(value) for value in np.rint(np.stack(channels, axis=1)).ravel()]
