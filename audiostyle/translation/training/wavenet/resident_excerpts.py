"""Excerpts that lie on the device that trains: codes and conditioning of a whole recording, cut there.

An hour of codes takes 58 MB, and of conditioning 250 MB, so that nothing has to be read or copied while a
network learns.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from audiostyle.models.wavenet.mulaw import CODES, SILENCE
from audiostyle.music.performance import Performance
from audiostyle.translation.wavenet.conditioning import HOP, compute_conditioning

_JITTER = (0.5, 4.0)  # mu-law codes; range of the standard deviation of the jitter
_JITTERED, _CUT = 0.5, 0.25  # shares of the excerpts that are jittered, and that have a gap
_AT_ONCE = 3000  # frames whose conditioning is computed together


class ResidentExcerpts:
    """A recording on a device, from which excerpts of whole frames are cut.

    Args:
        codes: (N,) uint8, mu-law codes.
        performance: what is played, as :func:`~audiostyle.translation.note_grid.truncate_overlaps` returns
            it.
        device: where they are to lie.
        bends: whether the conditioning says how keys are bent.

    Attributes:
        frames: of the recording, of 10 ms.

    Example:
        >>> excerpts = ResidentExcerpts(np.zeros(1600, np.uint8), Performance(), torch.device("cpu"))
        >>> codes, condition = excerpts.draw(batch=2, frames=4, generator=torch.Generator())
        >>> codes.shape, condition.shape
        (torch.Size([2, 640]), torch.Size([2, 4, 352]))
    """

    def __init__(
        self, codes: NDArray[np.uint8], performance: Performance, device: torch.device, *, bends: bool = False
    ) -> None:
        self.frames = len(codes) // HOP
        condition = np.concatenate(
            [
                compute_conditioning(performance, first, min(_AT_ONCE, self.frames - first), bends=bends)
                for first in range(0, self.frames, _AT_ONCE)
            ],
            dtype=np.float16,
            casting="same_kind",
        )
        self._condition = torch.from_numpy(condition).to(device)
        self._codes = torch.from_numpy(codes[: self.frames * HOP]).to(device)

    @property
    def device(self) -> torch.device:
        """Where the recording lies."""
        return self._codes.device

    def draw(self, batch: int, frames: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Draw excerpts.

        Args:
            batch: how many.
            frames: length of each.
            generator: of the device.

        Returns:
            Codes (batch, frames · HOP) int64, and conditioning (batch, frames, Z) float32.
        """
        shape, last = (batch, 1), self.frames - frames
        first = torch.randint(last + 1, shape, generator=generator, device=self.device)
        return self._cut(first, frames)

    def spread(self, count: int, frames: int) -> tuple[Tensor, Tensor]:
        """Return excerpts as :meth:`draw` does, spread evenly over the recording."""
        first = torch.linspace(0, self.frames - frames, count, device=self.device).long()
        return self._cut(first[:, None], frames)

    def _cut(self, first: Tensor, frames: int) -> tuple[Tensor, Tensor]:
        samples = torch.arange(frames * HOP, device=first.device)
        codes = self._codes[first * HOP + samples].long()
        return codes, self._condition[first + samples[:frames]].float()


def disturb_together(codes: Tensor, generator: torch.Generator) -> Tensor:
    """Return input codes (B, T) for true ones: half of the excerpts are jittered, a quarter have a gap.

    It is what :func:`.compact.disturb_codes` does to one excerpt.

    Args:
        codes: (B, T) int64; they are not changed.
        generator: of the codes' device.

    Example:
        >>> disturb_together(torch.full((3, 8), 200), torch.Generator().manual_seed(1)).shape
        torch.Size([3, 8])
    """
    batch, time = codes.shape

    def draw() -> Tensor:
        return torch.rand(batch, 1, generator=generator, device=codes.device)

    low, high = np.log(_JITTER)
    deviation = torch.exp(low + (high - low) * draw()) * (draw() < _JITTERED)
    noise = torch.randn(codes.shape, generator=generator, device=codes.device)
    inputs = (codes + (deviation * noise).round().long()).clamp(0, CODES - 1)
    ends = torch.cat([draw(), draw()], dim=1).mul(time + 1).long()
    start, stop = ends.amin(1, keepdim=True), ends.amax(1, keepdim=True)
    place = torch.arange(time, device=codes.device)
    gap = (place >= start) & (place < torch.minimum(stop, start + time // 2)) & (draw() < _CUT)
    return torch.where(gap, SILENCE, inputs)
