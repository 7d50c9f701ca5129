"""Losses of patches: each patch of the result against the style's patch that is most like it.

Which patch that is, is a constant of the gradient.  It is found anew in every call, or, once
:meth:`~audiostyle.style.losses.base.Loss.advance` was called, held until the next call of that.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.checks import check_count, check_number
from audiostyle.errors import ShapeError
from audiostyle.style.losses.balance import find_balanced_matches
from audiostyle.style.losses.base import Loss
from audiostyle.style.losses.matching import Patches, find_matches
from audiostyle.style.losses.positions import Mask, check_map, resize_mask, to_columns

SIZE = 3
"""Positions of a patch along each axis, as published."""


@dataclass(frozen=True)
class _Blend:
    """What a map is pulled to while its matches are held: Σ w ‖Ψ_i(F) − Ψ_NN(i)(S)‖² without its patches.

    Patches overlap.  Of all that are laid over a position, only the weighted mean is needed, and what the
    patches differ by, which is a constant.

    Attributes:
        mean: (C, N), of the values that matches lay over each position.
        weights: (N,), their sums.
        rest: what is left where a map is that mean.
        values: of a patch.
    """

    mean: Tensor
    weights: Tensor
    rest: Tensor
    values: int

    @classmethod
    def of(cls, patches: Patches, others: Patches, matches: Tensor, weights: Tensor) -> "_Blend":
        """Lay the matches of patches over the map that these are of."""
        rows, targets = others.rows, others.starts[matches]
        total = torch.zeros_like(patches.rows)
        sums = weights.new_zeros(len(total))
        for here, there in zip(patches.offsets, others.offsets, strict=True):
            places = patches.starts + here
            total.index_add_(0, places, weights[:, None] * rows[targets + there])
            sums.index_add_(0, places, weights)
        mean = total / sums.clamp(min=torch.finfo(sums.dtype).tiny)[:, None]
        rest = weights.new_zeros(())
        for here, there in zip(patches.offsets, others.offsets, strict=True):
            squares = (rows[targets + there] - mean[patches.starts + here]).square().sum(dim=1)
            rest += weights @ squares
        return cls(mean.mT.contiguous(), sums, rest, rows.shape[1] * len(patches.offsets))

    def measure(self, features: Tensor) -> Tensor:
        """Return the loss of a map (B, C, …)."""
        columns = features.movedim(1, 0).reshape(self.mean.shape)
        squares = (columns - self.mean).square() @ self.weights
        return (squares.sum() + self.rest) / self.values


class MRF(Loss[Tensor]):
    """mean ‖Ψ_i(F) − Ψ_NN(i)(S)‖², Ψ_i the patch at i, NN(i) its best match by cross-correlation.

    Li & Wand 2016, "Combining Markov random fields and convolutional neural networks for image synthesis"
    (CNNMRF), eq. 2 and 3, as a mean over patches and their values.  It keeps whole pieces of the style, best
    where content and style are alike in shape.  The search takes memory for blocks of patches only.

    Args:
        style: S (B, C, …).
        size: of a patch along each axis, in positions.
        mask: how much each patch counts, by its middle.
        style_mask: which of the style's patches may be chosen: those whose middles count half or more.

    Raises:
        ShapeError: the style is no map or smaller than a patch, or its mask does not fit.

    Example:
        >>> style = torch.tensor([[[0.0, 0.0, 1.0, 1.0]]])
        >>> float(MRF(style, size=2)(torch.tensor([[[0.0, 1.0, 1.0]]])))
        0.0
    """

    def __init__(
        self, style: Tensor, *, size: int = SIZE, mask: Mask = None, style_mask: Mask = None
    ) -> None:
        self.channels = check_map(style, "the style").shape[1]
        self.size, self.mask = check_count("size", size, 1), mask
        self.style = Patches(self._extend(style.detach(), of_style=True), self.size, "the style")
        self.candidates = self._choose_candidates(style, style_mask)
        self.held: tuple[torch.Size, _Blend] | None = None

    def __call__(self, features: Tensor) -> Tensor:
        """Return the loss of a map (B, C, …)."""
        check_map(features, "the map", self.channels)
        held = self.held
        blend = held[1] if held and held[0] == features.shape else self._blend(features)
        return blend.measure(self._extend(features, of_style=False))

    @property
    def formula(self) -> str:
        """In symbols."""
        return f"mean ‖Ψ_i(F) − Ψ_NN(i)(S)‖², patches of {self.size}"

    def advance(self, features: Tensor) -> None:
        """Match a map's patches, and hold the matches."""
        self.held = features.shape, self._blend(features)

    def _blend(self, features: Tensor) -> _Blend:
        """Match a map's patches, and lay the matches over it."""
        patches = Patches(self._extend(features.detach(), of_style=False), self.size, "the map")
        weights = self._weigh(features, patches)
        return _Blend.of(patches, self.style, self._match(patches, weights), weights)

    def _match(self, patches: Patches, weights: Tensor) -> Tensor:
        """Return the matches of all patches that count, and of the others any."""
        rows, matches = weights.nonzero().flatten(), torch.zeros_like(patches.starts)
        matches[rows] = self._search(patches, rows)
        return matches

    def _search(self, patches: Patches, rows: Tensor) -> Tensor:
        """Return the matches of some patches."""
        return find_matches(patches, self.style, rows=rows, candidates=self.candidates)[0]

    def _extend(self, features: Tensor, *, of_style: bool) -> Tensor:
        """Return what patches are taken of: the map itself."""
        return features

    def _choose_candidates(self, style: Tensor, mask: Mask) -> Tensor | None:
        if mask is None:
            return None
        middles = resize_mask(mask, style, "the style mask").flatten()[self.style.middles]
        inside = (middles >= 0.5).nonzero().flatten()
        if not len(inside):
            raise ShapeError("no patch of the style has its middle inside the mask; paint a larger area")
        return inside

    def _weigh(self, features: Tensor, patches: Patches) -> Tensor:
        """Return how much each patch counts, with the sum 1."""
        if self.mask is None:
            return features.new_full((len(patches),), 1 / len(patches))
        weights = resize_mask(self.mask, features, "the mask").flatten()[patches.middles]
        if not bool(weights.any()):
            raise ShapeError("no patch has its middle inside the mask; paint a larger area")
        return weights / weights.sum()


class Semantic(MRF):
    """The MRF loss of maps to which labels are appended as channels, so that areas match alike areas.

    Champandard 2016, "Semantic style transfer and turning two-bit doodles into fine artworks", eq. 3.

    Args:
        style: S (B, C, …).
        labels: of the result, (L, …) in any resolution: how much each position belongs to each of L labels.
        style_labels: of the style, likewise.
        emphasis: length of a label beside the mean length of the style's features.
        size: of a patch along each axis, in positions.

    Raises:
        ShapeError: the style is no map, or the labels do not fit each other or the maps.

    Example:
        >>> style, labels = torch.tensor([[[1.0, 1.1]]]), torch.eye(2)
        >>> loss = Semantic(style, labels=labels.flip(1), style_labels=labels, size=1, emphasis=9)
        >>> round(float(loss(style)), 4)  # each takes the farther value, which has its label
        0.0033
    """

    def __init__(
        self, style: Tensor, *, labels: Tensor, style_labels: Tensor, emphasis: float = 1.0, size: int = SIZE
    ) -> None:
        if labels.ndim != style.ndim - 1 or labels.shape[0] != style_labels.shape[0]:
            raise ShapeError(
                f"labels {tuple(labels.shape)} and {tuple(style_labels.shape)} do not fit: (L, …) of both"
            )
        self.labels = (labels, style_labels)
        lengths = check_map(style, "the style").detach().norm(dim=1).mean()
        self.scale = check_number("emphasis", emphasis, 0) * lengths
        super().__init__(style, size=size)

    @property
    def formula(self) -> str:
        """In symbols."""
        return f"mean ‖Ψ_i(F, labels) − Ψ_NN(i)(S, labels)‖², patches of {self.size}"

    def _extend(self, features: Tensor, *, of_style: bool) -> Tensor:
        labels = self.labels[of_style].to(features.device, features.dtype)
        planes = torch.stack([resize_mask(plane, features, "the labels") for plane in labels], dim=1)
        return torch.cat([features, self.scale * planes], dim=1)


class Reshuffle(MRF):
    """The MRF loss with matches of which none may be chosen more than about equally often.

    Gu, Chen, Liao & Yuan 2018, "Arbitrary style transfer with deep feature reshuffle", section 3: where every
    patch of the style is used once, the result's statistics are the style's, so that local and global losses
    are one.  Theirs alternates between patches and penalties; here the limit is strict, and the matches are
    an assignment, solved in blocks (:mod:`.balance`).

    Args:
        style: S (B, C, …).
        usage: a patch may be chosen ⌈usage · patches of the map / patches of the style⌉ times, of patches
            that count.
        size, mask, style_mask: see :class:`MRF`.

    Raises:
        ShapeError, AudiostyleError: see :class:`MRF`; ``usage`` is below 1.

    Example:
        >>> style = torch.tensor([[[1.0, -1.0]]])
        >>> float(Reshuffle(style, size=1)(torch.tensor([[[1.0, 1.0]]])))  # one of them must become −1
        2.0
    """

    def __init__(
        self,
        style: Tensor,
        *,
        usage: float = 1.0,
        size: int = SIZE,
        mask: Mask = None,
        style_mask: Mask = None,
    ) -> None:
        self.usage = check_number("usage", usage, 1)
        super().__init__(style, size=size, mask=mask, style_mask=style_mask)

    @property
    def formula(self) -> str:
        """In symbols."""
        return (
            f"mean ‖Ψ_i(F) − Ψ_NN(i)(S)‖², patches of {self.size}, each used {self.usage:g} times its share"
        )

    def _search(self, patches: Patches, rows: Tensor) -> Tensor:
        count = len(self.style) if self.candidates is None else len(self.candidates)
        capacity = max(1, -(-int(self.usage * len(rows)) // count))
        return find_balanced_matches(patches, self.style, capacity, rows=rows, candidates=self.candidates)


class NearestNeighbors(Loss[Tensor]):
    """mean (1 − cos(F_i − μ_S, S_NN(i) − μ_S)), NN(i) the style's feature nearest to the result's at i.

    Kolkin, Kucera, Paris, Sýkora, Shechtman & Shakhnarovich 2022, "Neural neighbor style transfer" (NNST),
    section 3: each map is centered before they are matched, by cosine.  A result that begins at its content
    takes the features nearest to the content's, and goes on from there.

    Args:
        style: S (B, C, …).
        content: T (B, C, …), of the result's size, is matched once and for all; None: the result itself is.
        mask, style_mask: see :class:`MRF`, with patches of one position.

    Raises:
        ShapeError: style or content is no map, their channels differ, or a mask does not fit.

    Example:
        >>> style = torch.tensor([[[1.0, 0.0], [0.0, 1.0]]])
        >>> round(float(NearestNeighbors(style)(style.flip(2))), 6)
        0.0
    """

    def __init__(
        self, style: Tensor, content: Tensor | None = None, *, mask: Mask = None, style_mask: Mask = None
    ) -> None:
        check_map(style, "the style")
        self.search = MRF(_center(style.detach()), size=1, mask=mask, style_mask=style_mask)
        self.style = to_columns(style.detach())
        self.rematch = content is None
        self.held: tuple[torch.Size, Tensor] | None = None
        if content is not None:
            self.held = content.shape, self._match(check_map(content, "the content", style.shape[1]))

    def __call__(self, features: Tensor) -> Tensor:
        """Return the loss of a map (B, C, …)."""
        check_map(features, "the map", self.search.channels)
        if self.held is not None and self.held[0] == features.shape:
            target = self.held[1]
        elif self.rematch:
            target = self._match(features)
        else:
            raise ShapeError(f"the map {tuple(features.shape)} and the content differ in size")
        cosines = F.cosine_similarity(to_columns(features) - self.style.mean(dim=0), target, dim=1)
        return (1 - cosines) @ self.search._weigh(features, Patches(features, 1, "the map"))

    @property
    def formula(self) -> str:
        """In symbols."""
        return f"mean (1 − cos(F_i − μ_S, S_NN(i) − μ_S)), NN of {'F' if self.rematch else 'T'}"

    def advance(self, features: Tensor) -> None:
        """Match a map anew, unless the matches are the content's."""
        if self.rematch:
            self.held = features.shape, self._match(features)

    def _match(self, features: Tensor) -> Tensor:
        """Return the matches of a map (N, C), less the style's mean."""
        patches = Patches(_center(features.detach()), 1, "the map")
        matches = self.search._match(patches, self.search._weigh(features, patches))
        return self.style[matches] - self.style.mean(dim=0)


def _center(features: Tensor) -> Tensor:
    """Return a map less its mean over batch and positions."""
    axes = [axis for axis in range(features.ndim) if axis != 1]
    return features - features.mean(dim=axes, keepdim=True)
