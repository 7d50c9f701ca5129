"""A recording through a method: heard once for its average, then in stretches; spread over its channels."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from audiostyle.sound.recording import Recording, Shared
from audiostyle.spectrogram.average import Average
from audiostyle.spectrogram.excerpts import Excerpts
from audiostyle.spectrogram.scene import SILENCE, Scene, Style, Stylist, survey
from audiostyle.spectrogram.stretches import in_stretches

Progress = Callable[[float, float | None], None]
"""Called with the seconds of audio done and the seconds in all, if they are known."""


def performed(
    source: Recording,
    styles: Sequence[Style],
    names: Sequence[str] | None,
    weights: Sequence[float] | None,
    chosen: Callable[[Scene], Stylist],
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
    average, excerpts = _heard(source)
    scene = Scene.of(rate, average, excerpts, styles, weights, names)
    if average.rms < SILENCE:
        yield from source.source.blocks(source.block)
        return

    def tell(seconds: float) -> None:
        if progress:
            progress(seconds, source.samples / rate)

    again = Recording(Shared(source.source, source.block), rate, source.channels)
    made = in_stretches(chosen(scene), again.listened(rate), source.samples, rate, tell)
    for wet, dry, _ in again.balanced(made):
        yield np.float32(strength) * wet + np.float32(1 - strength) * dry


def _heard(source: Recording) -> tuple[Average, list[Tensor]]:
    """Listen to the whole of it: return its average spectrum, and excerpts."""
    excerpts = Excerpts(source.sample_rate)
    blocks = (torch.from_numpy(block) for block in source.listened(source.sample_rate))
    average = Average.of(excerpts.hearing(blocks), survey(source.sample_rate))
    return average, excerpts.waves
