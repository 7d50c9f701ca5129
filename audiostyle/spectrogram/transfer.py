"""One door to all methods: ``transfer(content, style, sample_rate=…, method=…)``, and the same for files."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from audiostyle._version import __version__
from audiostyle.errors import ShapeError
from audiostyle.sound.atomic import STANDARD_OUTPUT
from audiostyle.sound.formats import default_subtype, format_of
from audiostyle.sound.reading import AudioReader
from audiostyle.sound.recording import ArraySource, Recording, read_mono
from audiostyle.sound.resampling import resample
from audiostyle.sound.writing import AudioWriter, Clip
from audiostyle.spectrogram.method_runner import Progress, apply_method
from audiostyle.spectrogram.methods import DEFAULT, check_fraction, prepare_method
from audiostyle.spectrogram.profile import StyleProfile, is_profile, load_profile

Wave = np.ndarray | Tensor


@dataclass(frozen=True)
class TransferReport:
    """What :func:`transfer_file` did; ``seconds`` is the recording's length, ``elapsed`` the time it took."""

    input: str
    output: str
    styles: tuple[str, ...]
    method: str
    sample_rate: int
    channels: int
    seconds: float
    elapsed: float


def transfer(
    content: Wave,
    style: Wave | StyleProfile | Sequence[Wave | StyleProfile],
    *,
    sample_rate: int,
    style_rate: int | None = None,
    method: str = DEFAULT,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> Any:
    """Give a recording the texture of another.

    Args:
        content, style: waves (samples,) or (channels, samples) in [−1, 1], of any lengths; several styles as
            a list.  Channels are mixed for the work; the result is spread as the content was.  In place of a
            style there may be a profile, for ``"wct"``, ``"complex-wct"`` and ``"cascade"``.
        sample_rate: of the content, Hz.
        style_rate: of the styles, Hz; unless told, as the content's.
        method: one of :data:`~audiostyle.spectrogram.methods.METHODS`.
        strength: from the content, 0, to the result, 1, as one mixes dry and wet.
        weights: one positive number a style; equal unless told.
        progress: hears how far it is.
        options: the method's own, such as ``match``, ``seed``, ``iterations``.  None stands for an option's
            default.  ``match`` goes from the content's events with the style's average texture, 0, to the
            style's own events re-ordered, 1.

    Returns:
        A wave of the content's shape, array or tensor and of the dtype as the content; it may exceed ±1.
        Where the content is silent, silence.

    Raises:
        AudiostyleError: an unknown method, an option that it does not have, a silent style.
        ShapeError: a wave is empty, not finite or of another number of dimensions, weights do not fit, or
            ``strength`` or ``match`` is not in [0, 1].
    """
    check_fraction("strength", strength)
    chosen = prepare_method(method, options)
    array = _check_wave(content, "the content")
    given = [style] if isinstance(style, np.ndarray | Tensor | StyleProfile) else list(style)
    styles = [
        one
        if isinstance(one, StyleProfile)
        else _to_mono(_check_wave(one, f"style {number}"), style_rate or sample_rate, sample_rate)
        for number, one in enumerate(given, start=1)
    ]
    channels = np.atleast_2d(array)
    source = Recording(ArraySource(channels), sample_rate, len(channels))
    blocks = apply_method(source, styles, None, weights, chosen, strength, progress)
    result = np.concatenate(list(blocks), axis=1).reshape(array.shape)
    if isinstance(content, Tensor):
        return torch.from_numpy(result).to(content.device, content.dtype)
    return result.astype(content.dtype if np.issubdtype(content.dtype, np.floating) else np.float32)


def transfer_file(
    path: str | Path,
    styles: Sequence[str | Path],
    out: str | Path,
    *,
    method: str = DEFAULT,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
    format: str | None = None,
    subtype: str | None = None,
    clip: Clip = "rescale",
    progress: Progress | None = None,
    **options: Any,
) -> TransferReport:
    """Give a recording the texture of others; rate, channels and length stay as they are.

    Memory does not depend on the content's length, but with the method ``"reference"``.

    Args:
        path: a file, or ``-`` for standard input.
        styles: files, recordings or profiles (``.style``).
        out: a file (made whole or not at all), or ``-`` for standard output.
        format, subtype, clip: see :class:`audiostyle.sound.writing.AudioWriter`.

    For the rest see :func:`transfer`.

    Raises:
        AudioReadError, AudioWriteError, AudiostyleError.
    """
    check_fraction("strength", strength)
    started, chosen = time.monotonic(), prepare_method(method, options)
    with AudioReader(path) as reader:
        info = reader.info
        heard = [_read_style(name, info.sample_rate) for name in styles]
        source = Recording(reader, info.sample_rate, info.channels)
        names = [str(name) for name in styles]
        blocks = apply_method(source, heard, names, weights, chosen, strength, progress)
        kept = None if str(out) == STANDARD_OUTPUT else default_subtype(format_of(out, format).name, info)
        comment = f"audiostyle {__version__}, {method}" + "".join(f", {n} {v}" for n, v in options.items())
        with AudioWriter(
            out,
            info.sample_rate,
            info.channels,
            format=format,
            subtype=subtype or kept,
            clip=clip,
            comment=comment,
        ) as writer:
            for block in blocks:
                writer.write(block)
    return TransferReport(
        input=str(path),
        output=str(out),
        styles=tuple(names),
        method=method,
        sample_rate=info.sample_rate,
        channels=info.channels,
        seconds=source.samples / info.sample_rate,
        elapsed=time.monotonic() - started,
    )


def _check_wave(wave: Wave, name: str) -> np.ndarray:
    array = np.asarray(wave.detach().cpu() if isinstance(wave, Tensor) else wave, dtype=np.float32)
    if array.ndim not in (1, 2) or not array.size:
        raise ShapeError(f"{name} must have shape (samples,) or (channels, samples), not {array.shape}")
    if not np.isfinite(array).all():
        raise ShapeError(f"{name} holds NaN or infinite samples")
    return array


def _to_mono(wave: np.ndarray, rate: int, target: int) -> Tensor:
    mixed = np.atleast_2d(wave).mean(axis=0, keepdims=True)
    return torch.from_numpy(resample(mixed, rate, target)[0])


def _read_style(path: str | Path, rate: int) -> Tensor | StyleProfile:
    return load_profile(path) if is_profile(path) else torch.from_numpy(read_mono(path, rate))
