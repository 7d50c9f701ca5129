"""Four kinds of networks, whose features Gram optimization compares by their products.

The frequencies of a spectrogram are *channels*, and only time is a position.  One wide, shallow, random layer
of rectified filters over eleven frames is network enough (Ulyanov & Lebedev 2016, "Audio texture synthesis
and style transfer").  The loss needs only products of features at pairs of positions, and as the layer grows
these tend to a closed form.  So of the networks that take log-magnitudes there are two: theirs, with 4,096
filters drawn at random (:class:`RandomFeatures`), and the limit of infinitely many (:class:`WideFeatures`),
which has no filters at all, is not random, and costs a thirtieth.

Two others take something else: :class:`EncoderFeatures` takes log-spectrograms, by the trained autoencoder,
and :class:`ComplexPatchFeatures` takes the complex spectrogram, whose phases count.
"""

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor
from torch.nn.functional import pad

from audiostyle.models.vgg import VGGEncoder
from audiostyle.spectrogram.patches import POWER, SPAN
from audiostyle.style.arc_cosine import compute_arc_cosine_kernel

KERNEL = 11
"""Frames that a filter covers."""

Embedding = Sequence[Tensor]
"""What a network keeps of a spectrogram; only the network itself can interpret it."""


class FeatureNetwork(Protocol):
    """Features f of spectrograms, known by their products."""

    def embed(self, spectrogram: Tensor) -> Embedding:
        """Prepare a spectrogram, frames last, for products; can be differentiated."""

    def products(self, one: Embedding, other: Embedding) -> Tensor:
        """Return f_t · s_u for all positions t of one and u of the other, (N, M)."""

    def squares(self, one: Embedding) -> Tensor:
        """Return ‖f_t‖² for all positions, (N,)."""

    def paired(self, one: Embedding, other: Embedding) -> Tensor:
        """Return the real part of f_t · s_t at the positions of two spectrograms of one length, (N,)."""


class ExplicitFeatures:
    """Products of features that exist as numbers: the embedding is one map (positions, channels)."""

    def products(self, one: Embedding, other: Embedding) -> Tensor:
        """Return f_t · s_u for all positions, (N, M)."""
        return one[0] @ other[0].mH

    def squares(self, one: Embedding) -> Tensor:
        """Return ‖f_t‖² for all positions, (N,)."""
        return self.paired(one, one)

    def paired(self, one: Embedding, other: Embedding) -> Tensor:
        """Return the real part of f_t · s_t, (N,)."""
        return (one[0] * other[0].conj()).real.sum(dim=1)


class RandomFeatures(ExplicitFeatures):
    """Ulyanov and Lebedev's network: random rectified filters over :data:`KERNEL` frames, without padding.

    Args:
        bins: of the spectrograms.
        filters: how many there are.
        seed: decides the filters, which are drawn on the CPU and so are the same on every device.
        device: where the spectrograms are.
    """

    def __init__(
        self, bins: int, filters: int = 4096, *, seed: int = 0, device: torch.device | None = None
    ) -> None:
        generator = torch.Generator().manual_seed(seed)
        deviation = (2 * 2 / ((bins + filters) * KERNEL)) ** 0.5
        weights = deviation * torch.randn(bins * KERNEL, filters, generator=generator)
        self.weights = weights if device is None else weights.to(device)

    def embed(self, spectrogram: Tensor) -> Embedding:
        """(bins, frames) → one map (frames − 10, filters); short spectrograms are padded to one position."""
        whole = pad(spectrogram, (0, max(0, KERNEL - spectrogram.shape[1])))
        patches = whole.unfold(1, KERNEL, 1).movedim(1, 0).flatten(1)  # (frames − 10, bins · KERNEL)
        return [torch.relu(patches @ self.weights.to(whole.dtype))]


class WideFeatures:
    """The limit of infinitely many filters, each N(0, 1); products are means over filters.

    A spectrogram is padded with silence on both sides, so that there are as many positions as frames.  See
    :mod:`audiostyle.style.arc_cosine`.
    """

    def embed(self, spectrogram: Tensor) -> Embedding:
        """(bins, frames) → the padded spectrogram, and the squared length of every patch (frames,)."""
        whole = pad(spectrogram, (KERNEL // 2, KERNEL // 2))
        lengths = whole.square().sum(dim=0).unfold(0, KERNEL, 1).sum(dim=1)
        return [whole, lengths]

    def products(self, one: Embedding, other: Embedding) -> Tensor:
        """Return f_t · s_u for all positions, (N, M)."""
        patches = _sum_diagonals(one[0].mT @ other[0], KERNEL)
        return compute_arc_cosine_kernel(patches, one[1][:, None], other[1])

    def squares(self, one: Embedding) -> Tensor:
        """Return ‖f_t‖² for all positions, (N,)."""
        return one[1] / 2  # E[max(w · x, 0)²]: half of E[(w · x)²]

    def paired(self, one: Embedding, other: Embedding) -> Tensor:
        """Return f_t · s_t, (N,)."""
        patches = (one[0] * other[0]).sum(dim=0).unfold(0, KERNEL, 1).sum(dim=1)
        return compute_arc_cosine_kernel(patches, one[1], other[1])


class EncoderFeatures(ExplicitFeatures):
    """The trained encoder of log-spectrograms.  A channel at a row of its feature map is a channel here.

    Several levels are put side by side, at the frame rate of the finest and with the same weight.

    Args:
        encoder: on the device where the log-spectrograms are.
        levels: N of reluN_1.
    """

    def __init__(self, encoder: VGGEncoder, levels: Sequence[int]) -> None:
        self.encoder, self.levels = encoder, levels

    def embed(self, spectrogram: Tensor) -> Embedding:
        """(1, C, rows, frames) → one map (frames, channels · rows of all levels)."""
        traced, _ = self.encoder.trace(spectrogram)
        frames, found = spectrogram.shape[-1], []
        for level in self.levels:
            features = traced[level - 1][0].flatten(0, 1)
            features = features.repeat_interleave(2 ** (level - 1), dim=1)[:, :frames]
            found.append(features / len(features) ** 0.5)
        return [torch.cat(found).mT]


class ComplexPatchFeatures:
    """The complex patches of :mod:`.patches`, with magnitudes compressed; their Gram matrices are Hermitian.

    Within a patch all frames are turned by angles that do not depend on the patch's place, so the angles
    cancel out in products of patches.  These are sums of products of frames, once for each of the rows that a
    patch spans, and rows differ only at the ends of the spectrum; so one row is enough here.  The compression
    is that of complex WCT for magnitudes above :data:`_FAINT` and linear below it, because there would be no
    gradient at silence otherwise.
    """

    _FAINT = 1e-4  # of a full-scale sine

    def embed(self, spectrogram: Tensor) -> Embedding:
        """Complex (bins, frames), where a full-scale sine is 1 → compressed, with silence at both ends."""
        size = spectrogram.real.square() + spectrogram.imag.square() + self._FAINT**2
        return [pad(spectrogram * size ** ((POWER - 1) / 2), (SPAN[1], SPAN[1]))]

    def products(self, one: Embedding, other: Embedding) -> Tensor:
        """Return f_t · s_u for all positions, complex (N, M)."""
        return _sum_diagonals(one[0].mT @ other[0].conj(), 2 * SPAN[1] + 1)

    def squares(self, one: Embedding) -> Tensor:
        """Return ‖f_t‖² for all positions, (N,)."""
        return self.paired(one, one)

    def paired(self, one: Embedding, other: Embedding) -> Tensor:
        """Return the real part of f_t · s_t, (N,)."""
        frames = (one[0] * other[0].conj()).real.sum(dim=0)
        return frames.unfold(0, 2 * SPAN[1] + 1, 1).sum(dim=1)


def _sum_diagonals(frames: Tensor, count: int) -> Tensor:
    """Turn products of frames (N + count − 1, M + count − 1) into those of patches of ``count``, (N, M)."""
    rows, columns = (side - count + 1 for side in frames.shape)
    sums = sum(frames[shift : shift + rows, shift : shift + columns] for shift in range(count))
    assert isinstance(sums, Tensor)
    return sums
