"""Progress over several passes through one recording, as seconds of that recording."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from audiostyle.progress import Progress


class PassProgress:
    """Tells one ``progress`` how far several passes through a recording are, as if they were one.

    Args:
        passes: how many passes there will be, each through the whole recording.
        seconds: length of the recording, or None where it is not known.
        progress: what is told, or None.

    Example:
        >>> told = []
        >>> passes = PassProgress(2, 8.0, lambda done, total: told.append((done, total)))
        >>> first, second = passes.begin(), passes.begin()
        >>> first(4.0, None), first(8.0, None), second(4.0, None)
        (None, None, None)
        >>> told
        [(2.0, 8.0), (4.0, 8.0), (6.0, 8.0)]
    """

    def __init__(self, passes: int, seconds: float | None, progress: Progress | None) -> None:
        self._passes, self._seconds, self._progress = passes, seconds, progress
        self._done: list[float] = []  # of each pass that has begun

    def expect(self, passes: int) -> None:
        """Reckon with another number of passes; what is told never falls."""
        self._passes = passes

    def begin(self) -> Progress:
        """Return the progress of the next pass, to be called with the seconds that this pass has done."""
        number = len(self._done)
        self._done.append(0.0)

        def tell(done: float, total: float | None, /) -> None:
            self._done[number] = done
            if self._progress:
                self._progress(sum(self._done) / self._passes, self._seconds)

        return tell

    def watch(self, blocks: Iterable[NDArray[np.float32]], sample_rate: int) -> Iterator[NDArray[np.float32]]:
        """Yield mono blocks (n,) as they are; their length is the progress of the next pass."""
        tell, samples = self.begin(), 0
        for block in blocks:
            yield block
            samples += block.size
            tell(samples / sample_rate, None)
