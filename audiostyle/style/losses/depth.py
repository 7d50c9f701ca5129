"""The depth loss: what is near stays near, and what is far stays far."""

from collections.abc import Callable

import torch
from torch import Tensor

from audiostyle.errors import ShapeError
from audiostyle.style.losses.base import Loss
from audiostyle.style.losses.positions import check_map

Network = Callable[[Tensor], Tensor]
"""From pictures (B, 3, H, W) to depths (B, 1, h, w), differentiable."""

_SMALLEST = 1e-12


class Depth(Loss[Tensor]):
    """mean (φ(F) − φ(T))², φ a network that estimates depth.

    Liu, Cheng, Lai & Rosin 2017, "Depth-aware neural style transfer", eq. 4.  No such network comes with the
    package: give any function, for example one of torch.hub's.  Without one the maps themselves are depths.

    Args:
        content: T, what the network takes: pictures (B, 3, H, W), or any map (B, C, …).
        network: φ; None: maps are depths already.
        depth: φ(T), where it is known from elsewhere, as by a camera; None: the network estimates it.
        affine: whether the scale and the shift of depths are left open, as estimates of most networks are
            known up to these only: the error is then of the best fit a φ(F) + b, over the variance of φ(T).

    Raises:
        ShapeError: the content is no map, or the depths of both differ in size.

    Example:
        >>> near, far = torch.zeros(1, 3, 4, 4), torch.ones(1, 3, 4, 4)
        >>> float(Depth(near, network=lambda picture: picture.mean(dim=1, keepdim=True))(far))
        1.0
    """

    def __init__(
        self,
        content: Tensor,
        *,
        network: Network | None = None,
        depth: Tensor | None = None,
        affine: bool = False,
    ) -> None:
        check_map(content, "the content")
        self.network, self.affine = network, affine
        with torch.no_grad():
            self.depth = depth if depth is not None else self._estimate(content)

    def __call__(self, features: Tensor) -> Tensor:
        """Return the loss of what the network takes."""
        estimate = self._estimate(check_map(features, "the map"))
        if estimate.shape != self.depth.shape:
            raise ShapeError(
                f"depths of {tuple(estimate.shape)} and {tuple(self.depth.shape)} differ in size"
            )
        if self.affine:
            return compute_affine_error(estimate, self.depth)
        return (estimate - self.depth).square().mean()

    @property
    def formula(self) -> str:
        """In symbols."""
        return "min_ab mean (a·φ(F) + b − φ(T))²/var φ(T)" if self.affine else "mean (φ(F) − φ(T))²"

    def _estimate(self, features: Tensor) -> Tensor:
        return features if self.network is None else self.network(features)


def compute_affine_error(estimate: Tensor, depth: Tensor) -> Tensor:
    """Return the share of the variance of depths that a · estimate + b leaves, 1 − r² of each map, averaged.

    Example:
        >>> depth = torch.tensor([[[1.0, 2.0, 4.0]]])
        >>> round(float(compute_affine_error(-7 * depth + 3, depth)), 6)
        0.0
    """
    one, other = (part.flatten(1) - part.flatten(1).mean(dim=1, keepdim=True) for part in (estimate, depth))
    joint = (one * other).mean(dim=1).square()
    product = one.square().mean(dim=1) * other.square().mean(dim=1)
    return (1 - joint / product.clamp(min=_SMALLEST)).clamp(min=0).mean()
