"""A recording through a method: heard once for its average, then in stretches; spread over its channels."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from audiostyle.sound.recording import Recording, SharedSource
from audiostyle.spectrogram.excerpts import ContentExcerpts
from audiostyle.spectrogram.inputs import SILENCE, Style, Stylizer, TransferInputs, make_survey_transform
from audiostyle.spectrogram.long_term_spectrum import LongTermSpectrum
from audiostyle.spectrogram.segments import process_segments

Progress = Callable[[float, float | None], None]
"""Called with the seconds of audio done and the seconds in all, if they are known."""


def apply_method(
    source: Recording,
    styles: Sequence[Style],
    names: Sequence[str] | None,
    weights: Sequence[float] | None,
    chosen: Callable[[TransferInputs], Stylizer],
    strength: float,
    progress: Progress | None,
) -> Iterator[np.ndarray]:
    """Yield the result's blocks (channels, n).

    Args:
        source: the content, which is heard twice.
        styles: mono waves at the content's rate, or profiles; ``names`` is what messages call them.
        chosen: the method.
        strength: of the result against the content.
    """
    rate = source.sample_rate
    average, excerpts = _survey_content(source)
    scene = TransferInputs.of(rate, average, excerpts, styles, weights, names)
    if average.rms < SILENCE:
        yield from source.source.blocks(source.block)
        return

    def tell(seconds: float) -> None:
        if progress:
            progress(seconds, source.samples / rate)

    again = Recording(SharedSource(source.source, source.block), rate, source.channels)
    made = process_segments(chosen(scene), again.listened(rate), source.samples, rate, tell)
    for wet, dry, _ in again.balanced(made):
        yield np.float32(strength) * wet + np.float32(1 - strength) * dry


def _survey_content(source: Recording) -> tuple[LongTermSpectrum, list[Tensor]]:
    """Listen to the whole of it: return its average spectrum, and excerpts."""
    excerpts = ContentExcerpts(source.sample_rate)
    blocks = (torch.from_numpy(block) for block in source.listened(source.sample_rate))
    average = LongTermSpectrum.of(excerpts.hearing(blocks), make_survey_transform(source.sample_rate))
    return average, excerpts.waves
