"""A recording through a transfer method: a first pass to survey it, a second one in segments.

The recording is mixed to mono for the work, and the result is spread over the channels as the recording was.
It goes on beyond its ends meanwhile (:mod:`audiostyle.sound.edges`), so that they are like its middle.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from audiostyle.progress import Progress
from audiostyle.sound.edges import count_extension, extend_ends
from audiostyle.sound.leveling import match_loudness
from audiostyle.sound.recording import Recording, SharedSource
from audiostyle.sound.stft import Stft
from audiostyle.spectrogram.excerpts import ContentExcerpts
from audiostyle.spectrogram.inputs import TransferInputs
from audiostyle.spectrogram.levels import SILENCE_RMS
from audiostyle.spectrogram.long_term_spectrum import LongTermSpectrum
from audiostyle.spectrogram.profile import StyleProfile
from audiostyle.spectrogram.segments import process_segments
from audiostyle.spectrogram.stylizer import Stylizer


def apply_method(
    content: Recording,
    styles: Sequence[Tensor | StyleProfile],
    prepare: Callable[[TransferInputs], Stylizer],
    *,
    names: Sequence[str] | None = None,
    weights: Sequence[float] | None = None,
    strength: float = 1.0,
    device: torch.device,
    progress: Progress | None = None,
    folder: Path | None = None,
) -> Iterator[NDArray[np.float32]]:
    """Transfer the style of recordings to a content, as a stream.

    Args:
        content: the recording to transfer to, which is read twice.
        styles: mono waves (n,) at the content's sample rate, or profiles.
        prepare: the method with its options.
        names: what messages call the styles; None: ``style 1`` and so on.
        weights: how much each style counts; None: all alike.
        strength: from the content, 0, to the result, 1, as dry and wet are mixed.
        device: where to compute.
        progress: called with the seconds of audio that are done.
        folder: where the result waits until its loudness is known; None is the system's temporary folder.

    Yields:
        The result as blocks (channels, n), as loud as the content.  A silent content stays as it is.

    Raises:
        ShapeError, AudiostyleError: see :meth:`TransferInputs.check`.
    """
    rate = content.sample_rate
    spectrum, excerpts = _survey_content(content)
    inputs = TransferInputs.check(rate, spectrum, excerpts, styles, weights, names, device)
    if spectrum.rms < SILENCE_RMS:
        yield from content.source.blocks(content.block)
        return
    again = Recording(SharedSource(content.source, content.block), rate, content.channels)
    again.cancels = content.cancels
    result = _process_extended(prepare(inputs), again, content.samples, progress)
    parts = again.restore_balance(result)
    yield from match_loudness(parts, rate, content.channels, strength=strength, folder=folder)


def _process_extended(
    stylizer: Stylizer, content: Recording, samples: int, progress: Progress | None
) -> Iterator[NDArray[np.float32]]:
    """Yield the result of a content that goes on at its ends, without what was added there."""
    rate, added = content.sample_rate, count_extension(content.sample_rate)
    total = samples + 2 * added

    def tell(done: float, _: float | None) -> None:
        if progress:
            progress(done * samples / total, samples / rate)

    passed = 0
    for block in process_segments(stylizer, extend_ends(content.read_mono(rate), rate), total, rate, tell):
        yield block[max(0, added - passed) : max(0, added + samples - passed)]
        passed += len(block)


def _survey_content(content: Recording) -> tuple[LongTermSpectrum, list[Tensor]]:
    """Read the whole content; return its long-term average spectrum, and excerpts."""
    excerpts = ContentExcerpts(content.sample_rate)
    blocks = (torch.from_numpy(block) for block in content.read_mono(content.sample_rate))
    spectrum = LongTermSpectrum.from_blocks(excerpts.collect(blocks), Stft.for_rate(content.sample_rate))
    return spectrum, excerpts.waves
