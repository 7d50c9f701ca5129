"""Complex WCT, then WCT on its result: nearer to the truth than either of them alone.

Complex WCT gives neighboring values of the complex spectrum the style's covariances, so that attacks, noises
and tremolos are the style's.  WCT then starts from features that are nearer to the wanted ones, and moves
them less.
"""

from collections.abc import Sequence
from dataclasses import replace

from torch import Tensor

from audiostyle.progress import Progress
from audiostyle.spectrogram.complex_wct import complex_wct
from audiostyle.spectrogram.inputs import TransferInputs
from audiostyle.spectrogram.wct import wct

LEVELS = (1, 2, 3)
"""Levels of WCT.  After complex WCT, a third level still pays."""


def cascade(
    inputs: TransferInputs, *, levels: Sequence[int] = LEVELS, alpha: float = 1.0
) -> "CascadeStylizer":
    """Prepare a transfer by complex WCT and WCT in turn.

    Args:
        inputs: content and styles.
        levels: of WCT, in the order in which they are worked through.
        alpha: interpolation between the content's features, 0, and the mapped ones, 1, in both.

    Raises:
        AudiostyleError: a level is not 1, 2, 3 or 4, or a profile was made with another model.
    """
    return CascadeStylizer(inputs, levels, alpha)


class CascadeStylizer:
    """A prepared transfer by :func:`cascade`; a :class:`~audiostyle.spectrogram.stylizer.Stylizer`."""

    def __init__(self, inputs: TransferInputs, levels: Sequence[int], alpha: float) -> None:
        self.device = inputs.device
        self.first = complex_wct(inputs, alpha=alpha)
        excerpts = [self.first(wave.to(self.device)).cpu() for wave in inputs.excerpts]
        self.second = wct(replace(inputs, excerpts=excerpts), levels=levels, alpha=alpha)
        self.hop = self.second.hop  # a multiple of the first one's, whose transform is the same
        self.context = self.second.context + self.hop * -(-self.first.context // self.hop)
        self.segment = self.second.segment

    def __call__(self, wave: Tensor, progress: Progress | None = None) -> Tensor:
        """Process a mono wave (samples,); see :class:`~audiostyle.spectrogram.stylizer.Stylizer`."""

        def tell_first(share: float, total: float | None) -> None:
            if progress:
                progress(share / 2, 1.0)

        def tell_second(share: float, total: float | None) -> None:
            if progress:
                progress((1 + share) / 2, 1.0)

        return self.second(self.first(wave, tell_first), tell_second)
