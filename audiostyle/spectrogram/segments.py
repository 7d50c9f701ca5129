"""Transfer of a long recording segment by segment: context on both sides, crossfades, constant memory."""

from collections.abc import Iterable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from audiostyle.progress import Progress
from audiostyle.sound.blocks import SlidingWindow, plan_segments
from audiostyle.spectrogram.stylizer import Stylizer

_FADE_SECONDS = 0.05  # over which one segment is crossfaded into the next


def process_segments(
    stylizer: Stylizer,
    blocks: Iterable[NDArray[np.float32]],
    samples: int,
    sample_rate: int,
    progress: Progress | None = None,
) -> Iterator[NDArray[np.float32]]:
    """Run a prepared method on a mono wave, with context around every segment and crossfades between them.

    This is where waves go to the method's device, and where results come back.

    Args:
        stylizer: the prepared method.
        blocks: the wave as blocks (n,).
        samples: length of the wave.
        sample_rate: Hz.
        progress: called with the seconds that are done.

    Yields:
        The result as blocks (n,), one for every segment, together as long as the wave.
    """
    length = stylizer.segment or samples
    fade = min(round(_FADE_SECONDS * sample_rate), length // 2)
    window, tail = SlidingWindow(blocks), np.zeros(0, np.float32)
    for segment in plan_segments(samples, length, stylizer.context, merge=True):
        start, stop, begin = segment.start, segment.stop, segment.begin
        faded = min(samples, stop + fade)
        wave = window.read(begin, min(samples, faded + stylizer.context))

        def tell(share: float, total: float | None, start: int = start, stop: int = stop) -> None:
            if progress:
                progress((start + share * (stop - start)) / sample_rate, samples / sample_rate)

        tell(0.0, 1.0)
        result = stylizer(torch.from_numpy(wave).to(stylizer.device), tell).cpu().numpy()
        made = result[start - begin : faded - begin].copy()
        weight = np.linspace(0, 1, tail.size, dtype=np.float32)
        made[: tail.size] = tail + weight * (made[: tail.size] - tail)
        tail = made[stop - start :]
        tell(1.0, 1.0)
        yield made[: stop - start]
