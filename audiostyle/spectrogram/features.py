"""What a Gram loss looks at: products of the features of two spectrograms, of one network or another.

A log-magnitude spectrogram (bins, frames) has its frequencies as *channels* and time alone as positions, and
one wide, shallow, random layer of rectified filters over eleven frames is network enough (Ulyanov & Lebedev
2016, "Audio texture synthesis and style transfer").  The loss needs only products of features between
positions, and as the layer grows these tend to a closed form.  So there are two networks here: theirs, with
4,096 filters drawn at random, and the limit of infinitely many, which has no filters at all, nothing random,
and a thirtieth of the cost.
"""

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor
from torch.nn.functional import pad

from audiostyle.style.arc_cosine import arc_cosine

KERNEL = 11
"""Frames that a filter sees."""

Embedding = Sequence[Tensor]
"""What a network keeps of a spectrogram; only the network itself knows how to read it."""


class Network(Protocol):
    """Features of spectrograms, known by their products."""

    def embed(self, spectrogram: Tensor) -> Embedding:
        """Look at a spectrogram (bins, frames); can be differentiated."""

    def products(self, one: Embedding, other: Embedding) -> Tensor:
        """Return f_t · s_u for all positions t of one and u of the other, (N, M)."""

    def squares(self, one: Embedding) -> Tensor:
        """Return ‖f_t‖² for all positions, (N,)."""

    def paired(self, one: Embedding, other: Embedding) -> Tensor:
        """Return f_t · s_t at the positions that both have in common, (N,)."""


class RandomNetwork:
    """Ulyanov and Lebedev's: ``filters`` random ones over `KERNEL` frames, rectified; no padding."""

    def __init__(self, bins: int, filters: int = 4096, *, seed: int = 0) -> None:
        generator = torch.Generator().manual_seed(seed)
        deviation = (2 * 2 / ((bins + filters) * KERNEL)) ** 0.5
        self.weights = deviation * torch.randn(bins * KERNEL, filters, generator=generator)

    def embed(self, spectrogram: Tensor) -> Embedding:
        """(bins, frames) → one map (frames − 10, filters); short ones are padded to one position."""
        whole = pad(spectrogram, (0, max(0, KERNEL - spectrogram.shape[1])))
        patches = whole.unfold(1, KERNEL, 1).movedim(1, 0).flatten(1)  # (frames − 10, bins · KERNEL)
        return [torch.relu(patches @ self.weights.to(whole.dtype))]

    def products(self, one: Embedding, other: Embedding) -> Tensor:
        return one[0] @ other[0].mT

    def squares(self, one: Embedding) -> Tensor:
        return one[0].square().sum(dim=1)

    def paired(self, one: Embedding, other: Embedding) -> Tensor:
        return (one[0] * other[0]).sum(dim=1)


class WideNetwork:
    """The limit of infinitely many filters, each N(0, 1); products are means over filters.

    Around a spectrogram there is silence, so that it has as many positions as frames.
    """

    def embed(self, spectrogram: Tensor) -> Embedding:
        """(bins, frames) → the padded spectrogram and the squared length of each patch (frames,)."""
        whole = pad(spectrogram, (KERNEL // 2, KERNEL // 2))
        lengths = whole.square().sum(dim=0).unfold(0, KERNEL, 1).sum(dim=1)
        return [whole, lengths]

    def products(self, one: Embedding, other: Embedding) -> Tensor:
        frames = one[0].mT @ other[0]
        rows, columns = (side - KERNEL + 1 for side in frames.shape)
        # Two patches' product is the sum of their frames': a sum along the diagonals.
        patches = sum(frames[shift : shift + rows, shift : shift + columns] for shift in range(KERNEL))
        assert isinstance(patches, Tensor)
        return arc_cosine(patches, one[1][:, None], other[1])

    def squares(self, one: Embedding) -> Tensor:
        return one[1] / 2  # E[max(w · x, 0)²]: half of E[(w · x)²]

    def paired(self, one: Embedding, other: Embedding) -> Tensor:
        patches = (one[0] * other[0]).sum(dim=0).unfold(0, KERNEL, 1).sum(dim=1)
        return arc_cosine(patches, one[1], other[1])
