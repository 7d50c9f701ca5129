"""Products of the features of an infinitely wide random layer, in closed form.

A layer of n filters w ~ N(0, 1) with rectifiers has the features f_i(x) = max(w_i · x, 0).  As n grows, their
products tend to a function of the inputs' lengths and of the angle θ between them,

    1/n Σ f_i(x) f_i(y)  →  ‖x‖ ‖y‖ (sin θ + (π − θ) cos θ) / 2π

(Y. Cho and L. Saul, "Kernel methods for deep learning", NIPS 2009, eq. 3 and 6, order 1, halved because they
define the kernel as twice the mean).  So a loss that needs only products of features, such as the Gram loss,
needs no filters.
"""

from typing import Any

import torch
from torch import Tensor


def compute_arc_cosine_kernel(products: Tensor, own: Tensor, other: Tensor) -> Tensor:
    """Return E[max(w·x, 0) max(w·y, 0)] for w ~ N(0, 1), which can be differentiated.

    Args:
        products: x · y, of any shape.
        own: ‖x‖², of a shape that broadcasts to that of ``products``, such as (N, 1) for all pairs (N, M).
        other: ‖y‖², likewise, such as (1, M).

    Returns:
        A tensor of the shape of ``products``.

    Example:
        >>> one = torch.ones(1)
        >>> compute_arc_cosine_kernel(one, one, one).tolist()  # half of E[w²], because w > 0 half of the time
        [0.5]
    """
    tiny = torch.finfo(products.dtype).tiny ** 0.5  # its square root is the length that silence is given
    lengths = (own + tiny).sqrt() * (other + tiny).sqrt()
    return lengths * _Angular.apply(products / lengths) / (2 * torch.pi)


class _Angular(torch.autograd.Function):
    """J(c) = √(1 − c²) + (π − arccos c) c, whose derivative is finite where those of its terms are not."""

    @staticmethod
    def forward(context: Any, cosine: Tensor) -> Tensor:
        bounded = cosine.clamp(-1, 1)
        angle = torch.pi - bounded.acos()
        context.save_for_backward(angle)
        return (1 - bounded.square()).sqrt() + angle * bounded

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> Tensor:
        (angle,) = context.saved_tensors
        return gradients[0] * angle
