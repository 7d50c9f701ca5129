"""What a transfer method is, once it is prepared: a function from the content's sound to the result's."""

from typing import Protocol

import torch
from torch import Tensor

from audiostyle.progress import Progress


class Stylizer(Protocol):
    """A transfer method that has learned what it needs of its inputs, and now processes the content.

    Long contents are processed in segments, so that memory does not grow with their length
    (:mod:`audiostyle.spectrogram.segments`).  With ``context`` samples more on both sides, a segment gets
    the same result as it has within the whole, or nearly the same.

    Attributes:
        device: where it computes, and where it expects the waves.
        hop: samples; every segment starts at a multiple of it, so that its frames are the whole's.
        context: samples that a segment needs beyond both of its ends, a multiple of ``hop``.
        segment: the best length of a segment in samples, a multiple of ``hop``; None stands for the whole
            content at once.
    """

    @property
    def device(self) -> torch.device:
        """Where it computes."""

    @property
    def hop(self) -> int:
        """Samples between possible starts of segments."""

    @property
    def context(self) -> int:
        """Samples of context on either side."""

    @property
    def segment(self) -> int | None:
        """Samples of a segment."""

    def __call__(self, wave: Tensor, progress: Progress | None = None) -> Tensor:
        """Process a mono wave (samples,) on :attr:`device`; the result has the same length and device.

        Args:
            wave: the whole content, or a segment of it with its context.
            progress: called with the share that is done, out of 1.
        """
