"""Statistics of the content, gathered over time: a method that maps moments to moments then maps all frames
of a scene nearly alike.

The moments of positions that are seen later are pooled exactly with those seen before; earlier frames count
less and less.  A scene of one repeated frame has that frame's moments, whatever the memory.
"""

from audiostyle.style import Moments

HALF_LIFE = 25.0
"""Frames after which a frame counts half."""


class MomentMemory:
    """Pools the moments that a method measures, in the order in which it asks, frame after frame.

    Args:
        half_life: of a frame's share, in frames.

    Example:
        >>> import torch
        >>> memory = MomentMemory()
        >>> one = Moments.from_features(torch.tensor([[[1.0, 3.0]]]))
        >>> memory(one).mean.item()
        2.0
        >>> memory.end_frame()
        >>> memory(Moments.from_features(torch.tensor([[[3.0, 5.0]]]))).mean.item() < 3.1
        True
    """

    def __init__(self, half_life: float = HALF_LIFE) -> None:
        self.decay = 0.5 ** (1 / half_life)
        self.kept: list[Moments] = []
        self.asked = 0

    def __call__(self, moments: Moments) -> Moments:
        """Return the moments of all frames so far, given those of this one at the next place."""
        if self.asked < len(self.kept) and self.kept[self.asked].channels == moments.channels:
            before = self.kept[self.asked]
            moments = before.scale(self.decay) + moments
            self.kept[self.asked] = moments
        else:
            self.kept[self.asked :] = [moments]
        self.asked += 1
        return moments

    def end_frame(self) -> None:
        """Begin anew to count what is asked."""
        self.asked = 0

    def forget(self) -> None:
        """Begin a new scene."""
        self.kept, self.asked = [], 0
