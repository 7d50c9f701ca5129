"""What a method remembers from one picture of a series to the next: statistics, gathered over time.

A method that maps moments to moments then maps all pictures nearly alike.  The moments of later positions are
pooled exactly with those of earlier ones, which count less and less.  A series of one repeated picture has
that picture's moments, whatever the memory.  What depends on the styles alone is computed once.
"""

from collections.abc import Callable
from typing import TypeVar

from audiostyle.style.moments import Moments

T = TypeVar("T")

HALF_LIFE = 25.0
"""Pictures after which a picture counts half."""


class MomentMemory:
    """Pools the moments that a method measures, in the order in which it asks, frame after frame.

    Args:
        half_life: of a picture's share, in pictures.

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
        self.known: dict[str, object] = {}
        self.asked = 0

    def __call__(self, moments: Moments) -> Moments:
        """Return the moments of all pictures so far, given those of this one at the next place."""
        if self.asked < len(self.kept) and self.kept[self.asked].channels == moments.channels:
            before = self.kept[self.asked]
            moments = before.scale(self.decay) + moments
            self.kept[self.asked] = moments
        else:
            self.kept[self.asked :] = [moments]
        self.asked += 1
        return moments

    def recall(self, what: str, compute: Callable[[], T]) -> T:
        """Return what was computed for an earlier picture of the series, or compute it."""
        if what not in self.known:
            self.known[what] = compute()
        return self.known[what]  # type: ignore[return-value]

    def end_frame(self) -> None:
        """Begin anew to count what is asked."""
        self.asked = 0

    def forget(self) -> None:
        """Begin a new scene; what depends on the styles alone stays known."""
        self.kept, self.asked = [], 0
