"""What a Gram loss looks at: products of the features of two spectrograms, of one network or another.

A spectrogram has its frequencies as *channels* and time alone as positions, and one wide, shallow, random
layer of rectified filters over eleven frames is network enough (Ulyanov & Lebedev 2016, "Audio texture
synthesis and style transfer").  The loss needs only products of features between positions, and as the layer
grows these tend to a closed form.  So there are, of networks that see log-magnitudes, theirs, with 4,096
filters drawn at random, and the limit of infinitely many, which has no filters at all, nothing random, and a
thirtieth of the cost.  Two others see something else: :class:`EncoderFeatures` decibel maps, by the trained
autoencoder, and :class:`ComplexPatchFeatures` the complex spectrogram, in which phases count.
"""

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor
from torch.nn.functional import pad

from audiostyle.models.vgg import VGGEncoder
from audiostyle.spectrogram.patches import POWER, SPAN
from audiostyle.style.arc_cosine import arc_cosine

KERNEL = 11
"""Frames that a filter sees."""

Embedding = Sequence[Tensor]
"""What a network keeps of a spectrogram; only the network itself knows how to read it."""


class FeatureNetwork(Protocol):
    """Features of spectrograms, known by their products."""

    def embed(self, seen: Tensor) -> Embedding:
        """Look at a spectrogram, frames last; can be differentiated."""

    def products(self, one: Embedding, other: Embedding) -> Tensor:
        """Return f_t · s_u for all positions t of one and u of the other, (N, M)."""

    def squares(self, one: Embedding) -> Tensor:
        """Return ‖f_t‖² for all positions, (N,)."""

    def paired(self, one: Embedding, other: Embedding) -> Tensor:
        """Return the real part of f_t · s_t at the positions that both have in common, (N,)."""


class ExplicitFeatures:
    """Products of features that are there to be multiplied: a map (positions, channels)."""

    def products(self, one: Embedding, other: Embedding) -> Tensor:
        return one[0] @ other[0].mH

    def squares(self, one: Embedding) -> Tensor:
        return self.paired(one, one)

    def paired(self, one: Embedding, other: Embedding) -> Tensor:
        return (one[0] * other[0].conj()).real.sum(dim=1)


class RandomFeatures(ExplicitFeatures):
    """Ulyanov and Lebedev's: ``filters`` random ones over `KERNEL` frames, rectified; no padding."""

    def __init__(self, bins: int, filters: int = 4096, *, seed: int = 0) -> None:
        generator = torch.Generator().manual_seed(seed)
        deviation = (2 * 2 / ((bins + filters) * KERNEL)) ** 0.5
        self.weights = deviation * torch.randn(bins * KERNEL, filters, generator=generator)

    def embed(self, seen: Tensor) -> Embedding:
        """(bins, frames) → one map (frames − 10, filters); short ones are padded to one position."""
        whole = pad(seen, (0, max(0, KERNEL - seen.shape[1])))
        patches = whole.unfold(1, KERNEL, 1).movedim(1, 0).flatten(1)  # (frames − 10, bins · KERNEL)
        return [torch.relu(patches @ self.weights.to(whole.dtype))]


class WideFeatures:
    """The limit of infinitely many filters, each N(0, 1); products are means over filters.

    Around a spectrogram there is silence, so that it has as many positions as frames.
    """

    def embed(self, seen: Tensor) -> Embedding:
        """(bins, frames) → the padded spectrogram and the squared length of each patch (frames,)."""
        whole = pad(seen, (KERNEL // 2, KERNEL // 2))
        lengths = whole.square().sum(dim=0).unfold(0, KERNEL, 1).sum(dim=1)
        return [whole, lengths]

    def products(self, one: Embedding, other: Embedding) -> Tensor:
        patches = _sum_diagonals(one[0].mT @ other[0], KERNEL)
        return arc_cosine(patches, one[1][:, None], other[1])

    def squares(self, one: Embedding) -> Tensor:
        return one[1] / 2  # E[max(w · x, 0)²]: half of E[(w · x)²]

    def paired(self, one: Embedding, other: Embedding) -> Tensor:
        patches = (one[0] * other[0]).sum(dim=0).unfold(0, KERNEL, 1).sum(dim=1)
        return arc_cosine(patches, one[1], other[1])


class EncoderFeatures(ExplicitFeatures):
    """The autoencoder's encoder on a decibel map; a channel at a row of the map is a channel.

    Several levels go side by side, each at the rate of the finest and with the same weight.
    """

    def __init__(self, encoder: VGGEncoder, levels: Sequence[int]) -> None:
        self.encoder, self.levels = encoder, levels

    def embed(self, seen: Tensor) -> Embedding:
        """(1, C, rows, frames) → one map (frames, channels · rows of all levels)."""
        traced, _ = self.encoder.trace(seen)
        frames, found = seen.shape[-1], []
        for level in self.levels:
            features = traced[level - 1][0].flatten(0, 1)
            features = features.repeat_interleave(2 ** (level - 1), dim=1)[:, :frames]
            found.append(features / len(features) ** 0.5)
        return [torch.cat(found).mT]


class ComplexPatchFeatures:
    """The complex patches of :mod:`.patches`, whose Gram matrices are Hermitian; magnitudes compressed.

    A patch turns its frames by the same angles wherever it lies, so that products of patches know nothing of
    them: they are sums of products of frames, once for each of the rows that a patch spans, and those differ
    at the ends of the spectrum only.  So one row is enough here.  The compression is that of complex WCT
    above ``_FAINT`` and linear below it, or where all is silent there would be no gradient.
    """

    _FAINT = 1e-4  # of a full-scale sine

    def embed(self, seen: Tensor) -> Embedding:
        """Complex (bins, frames), a full-scale sine being 1 → compressed, with silence at both ends."""
        size = seen.real.square() + seen.imag.square() + self._FAINT**2
        return [pad(seen * size ** ((POWER - 1) / 2), (SPAN[1], SPAN[1]))]

    def products(self, one: Embedding, other: Embedding) -> Tensor:
        return _sum_diagonals(one[0].mT @ other[0].conj(), 2 * SPAN[1] + 1)

    def squares(self, one: Embedding) -> Tensor:
        return self.paired(one, one)

    def paired(self, one: Embedding, other: Embedding) -> Tensor:
        frames = (one[0] * other[0].conj()).real.sum(dim=0)
        return frames.unfold(0, 2 * SPAN[1] + 1, 1).sum(dim=1)


def _sum_diagonals(frames: Tensor, count: int) -> Tensor:
    """(N + count − 1, M + count − 1), products of frames → (N, M), those of patches of ``count`` frames."""
    rows, columns = (side - count + 1 for side in frames.shape)
    sums = sum(frames[shift : shift + rows, shift : shift + columns] for shift in range(count))
    assert isinstance(sums, Tensor)
    return sums
