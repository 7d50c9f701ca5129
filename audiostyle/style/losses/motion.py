"""Losses of several pictures or sounds of one scene: frames that follow each other, and two views.

A flow (B, axes, …) tells for every position where it was: at x, the other map is looked up at x + flow, with
rows before columns.  In sound the flow has one axis, time.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from audiostyle.errors import ShapeError
from audiostyle.style.losses.base import Loss
from audiostyle.style.losses.positions import check_map

ABSOLUTE, RELATIVE, GRADIENT, EDGE = 0.5, 0.01, 0.01, 0.002
"""Of the forward–backward check and of motion boundaries (Ruder et al. 2016, eq. 5 and 6)."""


class TemporalConsistency(Loss[Tensor]):
    """mean over frames of Σ c (F − warp(P))²/D: a frame against earlier ones, moved along the flow.

    Ruder, Dosovitskiy & Brox 2016, "Artistic style transfer for videos", eq. 7 for one earlier frame (short
    term) and eq. 8 and 9 for several (long term): there each place counts for the nearest of the frames in
    which it can be seen.

    Args:
        previous: P (B, C, …), the stylized frame before, or several, the nearest first.
        flow: from this frame to each of them, (B, axes, …).
        visible: c (B, …), 1 where the flow can be relied on (:func:`check_flows`), else 0, for each; None
            for everywhere.

    Raises:
        ShapeError: the numbers or the sizes of frames, flows and weights differ.

    Example:
        >>> frame = torch.tensor([[[1.0, 2.0, 3.0, 4.0]]])
        >>> flow = torch.ones(1, 1, 4)  # everything was one to the right
        >>> moved = torch.tensor([[[2.0, 3.0, 4.0, 9.0]]])
        >>> float(TemporalConsistency(frame, flow, torch.tensor([[1, 1, 1, 0]]))(moved))
        0.0
    """

    def __init__(
        self,
        previous: Tensor | Sequence[Tensor],
        flow: Tensor | Sequence[Tensor],
        visible: Tensor | Sequence[Tensor] | None = None,
    ) -> None:
        frames, flows = _to_list(previous), _to_list(flow)
        seen = [None] * len(frames) if visible is None else list(_to_list(visible))
        if not frames or not len(frames) == len(flows) == len(seen):
            raise ShapeError(
                f"{len(frames)} frames need as many flows and weights, not {len(flows)}, {len(seen)}"
            )
        self.targets = [
            warp(check_map(frame, "the frame").detach(), f) for frame, f in zip(frames, flows, strict=True)
        ]
        left = torch.ones_like(self.targets[0][:, 0])
        self.weights = []
        for weight in seen:
            count = torch.ones_like(left) if weight is None else weight.to(left)
            if count.shape != left.shape:
                raise ShapeError(f"weights {tuple(count.shape)} do not fit the frames {tuple(left.shape)}")
            self.weights.append((count - (1 - left)).clamp(min=0))
            left = left - self.weights[-1]

    def __call__(self, features: Tensor) -> Tensor:
        """Return the loss of a frame (B, C, …)."""
        check_map(features, "the map")
        if features.shape != self.targets[0].shape:
            raise ShapeError(
                f"the map is {tuple(features.shape)}, the frame before {tuple(self.targets[0].shape)}"
            )
        parts = [
            (weight[:, None] * (features - target).square()).mean()
            for weight, target in zip(self.weights, self.targets, strict=True)
        ]
        return torch.stack(parts).sum()

    @property
    def formula(self) -> str:
        """In symbols."""
        frames = "P" if len(self.targets) == 1 else f"P_j, j = 1 … {len(self.targets)}"
        return f"Σ c (F − warp({frames}))²/D"


class Disparity(Loss[Tensor]):
    """mean c_L (L − warp(R))² + mean c_R (R − warp(L))²: two views of one scene, in both directions.

    Chen, Yuan, Liao, Yu & Hua 2018, "Stereoscopic neural style transfer", eq. 3.  For a stereo recording the
    views are the channels, and the disparity is how much later a sound reaches the other one.

    Args:
        left: where each position of the left view lies in the right one, (…): a shift along the last axis.
        right: where each position of the right view lies in the left one.
        visible_left, visible_right: (…), 1 where a position can be seen in both views; None for everywhere.

    Raises:
        ShapeError: the sizes differ.

    Example:
        >>> views = torch.tensor([[[1.0, 2.0, 3.0]], [[0.0, 1.0, 2.0]]])  # the right view, one farther right
        >>> one = torch.ones(3)
        >>> float(Disparity(one, -one, one.cumsum(0) < 3, one.cumsum(0) > 1)(views))
        0.0
    """

    def __init__(
        self,
        left: Tensor,
        right: Tensor,
        visible_left: Tensor | None = None,
        visible_right: Tensor | None = None,
    ) -> None:
        if left.shape != right.shape or left.ndim not in (1, 2):
            raise ShapeError(f"disparities {tuple(left.shape)} and {tuple(right.shape)} must be (…), alike")
        self.flows = [_to_flow(disparity) for disparity in (left, right)]
        self.visible = [
            torch.ones_like(left) if part is None else part.to(left) for part in (visible_left, visible_right)
        ]
        if any(part.shape != left.shape for part in self.visible):
            raise ShapeError(f"what is visible must have the disparities' shape {tuple(left.shape)}")

    def __call__(self, features: Tensor) -> Tensor:
        """Return the loss of both views (2, C, …), the left one first."""
        check_map(features, "the map")
        if features.shape[0] != 2 or features.shape[2:] != self.visible[0].shape:
            raise ShapeError(
                f"the views must be (2, C, …) of the disparities' size, not {tuple(features.shape)}"
            )
        views = features[:1], features[1:]
        parts = [
            (visible * (own - warp(other, flow.to(own))).square()).mean()
            for own, other, flow, visible in zip(views, views[::-1], self.flows, self.visible, strict=True)
        ]
        return torch.stack(parts).sum()

    @property
    def formula(self) -> str:
        """In symbols."""
        return "mean c_L (L − warp(R))² + mean c_R (R − warp(L))²"


def warp(features: Tensor, flow: Tensor) -> Tensor:
    """Return a map looked up at x + flow(x), linearly between positions, and at its rim beyond its ends.

    Args:
        features: (B, C, T) or (B, C, H, W).
        flow: (B, 1, T), or (B, 2, H, W) with rows before columns, in positions.

    Raises:
        ShapeError: they do not fit.

    Example:
        >>> warp(torch.tensor([[[0.0, 1.0, 4.0]]]), torch.tensor([[[0.5, 1.0, 0.0]]])).tolist()
        [[[0.5, 4.0, 4.0]]]
    """
    axes = features.ndim - 2
    if flow.ndim != features.ndim or flow.shape[1] != axes or flow.shape[2:] != features.shape[2:]:
        raise ShapeError(f"the flow {tuple(flow.shape)} does not fit the map {tuple(features.shape)}")
    if axes == 1:
        features, flow = features[:, :, None], torch.cat([torch.zeros_like(flow), flow], dim=1)[:, :, None]
    sides = features.shape[2:]
    places = torch.meshgrid(
        *(torch.arange(side, device=flow.device, dtype=flow.dtype) for side in sides), indexing="ij"
    )
    rows, columns = (
        2 * (place + flow[:, axis]) / max(1, side - 1) - 1
        for axis, (place, side) in enumerate(zip(places, sides, strict=True))
    )
    grid = torch.stack([columns, rows], dim=-1).to(features)
    moved = F.grid_sample(features, grid, padding_mode="border", align_corners=True)
    return moved[:, :, 0] if axes == 1 else moved


def check_flows(forward: Tensor, backward: Tensor) -> Tensor:
    """Return where a flow can be relied on: where there and back leads home, away from edges of motion.

    Ruder et al. 2016, eq. 5 and 6, after Sundaram, Brox & Keutzer 2010.

    Args:
        forward: the flow from the frame to the earlier one, (B, axes, …).
        backward: the flow from the earlier frame to this one.

    Returns:
        c (B, …), 1 or 0.

    Example:
        >>> still = torch.zeros(1, 1, 6)
        >>> check_flows(still, still).tolist(), check_flows(still, still + 2).tolist()
        ([[1.0, 1.0, 1.0, 1.0, 1.0, 1.0]], [[0.0, 0.0, 0.0, 0.0, 0.0, 0.0]])
    """
    home = warp(backward, forward)
    there, back = (part.square().sum(dim=1) for part in (forward, home))
    astray = (forward + home).square().sum(dim=1) > RELATIVE * (there + back) + ABSOLUTE
    steps = sum(
        F.pad(forward.diff(dim=axis), _pad_end(forward.ndim - 1 - axis)).square().sum(dim=1)
        for axis in range(2, forward.ndim)
    )
    at_edge = steps > GRADIENT * there + EDGE
    return (~astray & ~at_edge).to(forward.dtype)


def _pad_end(axis_from_end: int) -> list[int]:
    """Return the padding of torch that adds one position to the end of an axis."""
    return [0, 0] * axis_from_end + [0, 1]


def _to_flow(disparity: Tensor) -> Tensor:
    """Return shifts (…) along the last axis as a flow (1, axes, …)."""
    still = [torch.zeros_like(disparity)] * (disparity.ndim - 1)
    return torch.stack([*still, disparity])[None]


def _to_list(given: Tensor | Sequence[Tensor]) -> Sequence[Tensor]:
    return [given] if isinstance(given, Tensor) else list(given)
