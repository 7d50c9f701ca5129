"""Style transfer between recordings, by any method: of waves, and of files."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from audiostyle._version import __version__
from audiostyle.checks import check_outputs, check_paths, check_sample_rate
from audiostyle.models.device import probe
from audiostyle.models.torch_settings import own_settings
from audiostyle.progress import Progress
from audiostyle.sound.atomic import STANDARD_OUTPUT
from audiostyle.sound.formats import AudioInfo, choose_subtype, get_format
from audiostyle.sound.leveling import choose_folder
from audiostyle.sound.reading import AudioReader
from audiostyle.sound.recording import ArraySource, Recording, read_mono
from audiostyle.sound.tags.tags import Tags
from audiostyle.sound.waves import Wave, check_wave, to_wave_list
from audiostyle.sound.writing import AudioWriter, Clip, check_writable
from audiostyle.spectrogram.methods import DEFAULT, check_fraction, prepare_method
from audiostyle.spectrogram.pipeline import apply_method
from audiostyle.spectrogram.profile import StyleProfile, is_profile, load_profile

Style = NDArray[np.generic] | Tensor | StyleProfile
"""What a style can be: a wave (samples,) or (channels, samples), full scale ±1, or a profile."""


@dataclass(frozen=True)
class TransferReport:
    """What :func:`transfer_file` did.

    Attributes:
        input: the content's file, ``-`` for standard input.
        output: the file that was written, ``-`` for standard output.
        styles: files of the styles.
        method: the method's name.
        sample_rate: of input and output, Hz.
        channels: of input and output.
        seconds: length of input and output.
        elapsed: seconds that the transfer took.

    Example:
        >>> report = TransferReport("song.wav", "out.wav", ("rain.wav",), "wct", 44_100, 2, 60.0, 12.0)
        >>> f"{report.seconds / report.elapsed:g} times real time"
        '5 times real time'
    """

    input: str
    output: str
    styles: tuple[str, ...]
    method: str
    sample_rate: int
    channels: int
    seconds: float
    elapsed: float


@own_settings()
def transfer(
    content: Wave,
    style: Style | Sequence[Style],
    *,
    sample_rate: int,
    style_rate: int | None = None,
    method: str = DEFAULT,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
    device: str = "auto",
    progress: Progress | None = None,
    **options: object,
) -> Wave:
    """Transfer the style of one or several recordings to another one.

    Args:
        content: a wave (samples,), (channels, samples) or (samples, channels) of any length, of floats with
            full scale ±1 or of integers; see :mod:`audiostyle.sound.waves`.  Channels are mixed for the work;
            the result is spread over them as the content was.
        style: a wave of any length, or several in a list.  The methods ``"wct"``, ``"complex-wct"`` and
            ``"cascade"`` take profiles (:func:`~audiostyle.spectrogram.profile.load_profile`) as well.
        sample_rate: of the content, Hz.
        style_rate: of the styles, Hz; None: as the content's.
        method: one of :data:`~audiostyle.spectrogram.methods.METHODS`.
        strength: from the content, 0, to the result, 1, as dry and wet are mixed.
        weights: a positive number for each style; None: all styles count alike.
        device: where to compute: ``auto``, ``cpu``, ``cuda``, ``cuda:N`` or ``mps``.
        progress: called with the seconds of audio that are done, and those in all.
        options: the method's own, which its function explains, such as ``alpha`` and ``levels`` of
            :func:`~audiostyle.spectrogram.wct.wct`, or ``match`` and ``iterations`` of
            :func:`~audiostyle.spectrogram.gram.gram`.  None stands for an option's default.

    Returns:
        A wave of the content's shape: an array if the content is one, a tensor on the same device if the
        content is one, of the same type.  Floats may exceed ±1.  Where the content is silent, so is it.

    Raises:
        AudiostyleError: the method is unknown or does not have an option, a style is silent, or the device
            is not usable here.
        ShapeError: a wave is empty, not finite or of another shape or type, no wave has such a rate, weights
            do not fit, or ``strength``, ``match`` or ``alpha`` is not in [0, 1].

    Example:
        >>> time = np.arange(8000) / 16_000
        >>> tone, hiss = np.sin(2000 * time), np.random.default_rng(0).normal(0, 0.1, 8000)
        >>> result = transfer(tone, hiss, sample_rate=16_000, method="complex-wct", strength=0.8)
        >>> result.shape, result.dtype.name
        ((8000,), 'float64')
    """
    wet, rate = check_fraction("strength", strength), check_sample_rate(sample_rate)
    others = rate if style_rate is None else check_sample_rate(style_rate, "style_rate")
    prepare, where = prepare_method(method, options), probe(device)
    array, restore = check_wave(content, "the content", rate)
    given = to_wave_list(style, StyleProfile)
    styles = [
        one if isinstance(one, StyleProfile) else _mix_to_mono(one, f"style {number}", others, rate)
        for number, one in enumerate(given, start=1)
    ]
    channels = np.atleast_2d(array)
    blocks = apply_method(
        Recording(ArraySource(channels), rate, len(channels)),
        styles,
        prepare,
        weights=weights,
        strength=wet,
        device=where,
        progress=progress,
    )
    return restore(np.concatenate(list(blocks), axis=1).reshape(array.shape))


@own_settings()
def transfer_file(
    content: str | Path,
    style: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    method: str = DEFAULT,
    strength: float = 1.0,
    weights: Sequence[float] | None = None,
    device: str = "auto",
    format: str | None = None,
    subtype: str | None = None,
    clip: Clip = "limit",
    progress: Progress | None = None,
    **options: object,
) -> TransferReport:
    """Transfer the style of files to a file.  Sample rate, channels and length stay as they are.

    The content is streamed: memory does not depend on its length, except with the method ``"ulyanov"``, which
    has an option ``memory_limit`` in GB for that reason.

    Args:
        content: an audio file, or ``-`` for a WAV on standard input.
        style: an audio file or a profile (``.style``), or several in a list.
        out: a file, which is written whole or not at all, or ``-`` for a WAV on standard output.
        method, strength, weights, device, progress, options: see :func:`transfer`.
        format, subtype, clip: see :class:`audiostyle.sound.writing.AudioWriter`.

    Returns:
        What was done.

    Raises:
        AudioReadError: a recording cannot be read.
        AudioWriteError: the result cannot be written.
        AudiostyleError: the result would replace the content or a style.
        AudiostyleError, ShapeError: see :func:`transfer`.

    Example:
        >>> import soundfile, tempfile
        >>> folder, rng = Path(tempfile.mkdtemp()), np.random.default_rng(0)
        >>> for name in ("song.wav", "rain.wav"):
        ...     soundfile.write(folder / name, rng.normal(0, 0.1, (8000, 2)), 16_000)
        >>> report = transfer_file(
        ...     folder / "song.wav", folder / "rain.wav", folder / "out.wav", method="complex-wct"
        ... )
        >>> report.seconds, report.channels
        (0.5, 2)
    """
    wet = check_fraction("strength", strength)
    started, prepare, where = time.monotonic(), prepare_method(method, options), probe(device)
    styles = [style] if isinstance(style, str | Path) or not isinstance(style, Iterable) else list(style)
    names = [str(name) for name in check_paths("style", styles)]
    check_paths("content and out", [content, out])
    check_outputs([content, *names], [out])
    with AudioReader(content) as reader:
        info = reader.info
        own = None if str(out) == STANDARD_OUTPUT else choose_subtype(get_format(out, format).name, info)
        subtype = subtype or own
        check_writable(out, info.sample_rate, info.channels, format=format, subtype=subtype)
        source = Recording(reader, info.sample_rate, info.channels)
        blocks = apply_method(
            source,
            [_read_style(name, info.sample_rate) for name in names],
            prepare,
            names=names,
            weights=weights,
            strength=wet,
            device=where,
            progress=progress,
            folder=choose_folder(out),
        )
        _write_blocks(
            out,
            info,
            blocks,
            format=format,
            subtype=subtype,
            clip=clip,
            comment=_describe(method, options),
            tags=reader.read_tags(),
        )
    return TransferReport(
        input=str(content),
        output=str(out),
        styles=tuple(names),
        method=method,
        sample_rate=info.sample_rate,
        channels=info.channels,
        seconds=source.samples / info.sample_rate,
        elapsed=time.monotonic() - started,
    )


def _mix_to_mono(wave: NDArray[np.generic] | Tensor, name: str, rate: int, target: int) -> Tensor:
    array, _ = check_wave(wave, name)  # type: ignore[type-var]  # an array or a tensor
    channels = np.atleast_2d(array)
    mixed = Recording(ArraySource(channels), rate, len(channels)).read_mono(target)
    return torch.from_numpy(np.concatenate(list(mixed)))


def _read_style(path: str | Path, rate: int) -> Tensor | StyleProfile:
    return load_profile(path) if is_profile(path) else torch.from_numpy(read_mono(path, rate))


def _write_blocks(
    out: str | Path,
    info: AudioInfo,
    blocks: Iterable[NDArray[np.float32]],
    *,
    format: str | None,
    subtype: str | None,
    clip: Clip,
    comment: str,
    tags: Tags,
) -> None:
    """Write a result with the content's sample rate, channels and tags."""
    rate, channels = info.sample_rate, info.channels
    with AudioWriter(
        out, rate, channels, format=format, subtype=subtype, clip=clip, comment=comment, tags=tags
    ) as writer:
        for block in blocks:
            writer.write(block)


def _describe(method: str, options: dict[str, object]) -> str:
    """Return what a file's comment tag says about how it was made."""
    made_by = {name: value for name, value in options.items() if name != "memory_limit"}
    chosen = "".join(f", {name} {value}" for name, value in made_by.items() if value is not None)
    return f"audiostyle {__version__}, {method}{chosen}"
