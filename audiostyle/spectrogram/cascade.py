"""Complex WCT, and WCT on what comes out of it: nearer to the truth than either alone.

The first gives neighbouring values of the complex spectrum the style's covariances, so that attacks, noises
and tremblings are the style's; the second then finds features nearer to those that it is to reach, and moves
them less.
"""

from collections.abc import Sequence
from dataclasses import replace

from torch import Tensor

from audiostyle.spectrogram.complex_wct import complex_wct
from audiostyle.spectrogram.inputs import Progress, TransferInputs
from audiostyle.spectrogram.wct import wct

LEVELS = (1, 2, 3)
"""Of the second: after the first, a third level still pays."""


def cascade(
    scene: TransferInputs, *, levels: Sequence[int] = LEVELS, alpha: float = 1.0
) -> "CascadeStylizer":
    """Prepare the method.

    Args:
        levels: of WCT, in this order.
        alpha: how far features go from the content's, 0, to the transformed, 1, in both.

    Raises:
        AudiostyleError: levels are not among 4, 3, 2 and 1, or a profile is of another model.
    """
    return CascadeStylizer(scene, levels, alpha)


class CascadeStylizer:
    """See :func:`cascade`; a :class:`~audiostyle.spectrogram.inputs.Stylist`."""

    def __init__(self, scene: TransferInputs, levels: Sequence[int], alpha: float) -> None:
        self.first = complex_wct(scene, alpha=alpha)
        made = [self.first(wave, lambda share: None) for wave in scene.excerpts]
        self.second = wct(replace(scene, excerpts=made), levels=levels, alpha=alpha)
        self.hop = self.second.hop  # eight of the first one's, whose transform is the same
        self.context = self.second.context + self.hop * -(-self.first.context // self.hop)
        self.stretch: int | None = self.second.stretch

    def __call__(self, wave: Tensor, progress: Progress) -> Tensor:
        """Mono (samples,) → (samples,)."""
        between = self.first(wave, lambda share: progress(share / 2))
        return self.second(between, lambda share: progress((1 + share) / 2))
