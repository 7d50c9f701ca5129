"""Products of the features of an infinitely wide random layer, in closed form.

A layer of n filters w ~ N(0, 1) and rectifiers has the features f_i(x) = max(w_i · x, 0).  As n grows, their
products tend to a function of the inputs' lengths and of the angle θ between them,

    1/n Σ f_i(x) f_i(y)  →  ‖x‖ ‖y‖ (sin θ + (π − θ) cos θ) / 2π

(Y. Cho and L. Saul, "Kernel methods for deep learning", NIPS 2009, eq. 3 and 6, order 1, halved because they
define the kernel as twice the mean).  So a loss that needs only products of features, such as the Gram loss,
needs no filters.
"""

from typing import Any

import torch
from torch import Tensor


def arc_cosine(products: Tensor, own: Tensor, other: Tensor) -> Tensor:
    """Return E[max(w·x, 0) max(w·y, 0)], which can be differentiated.

    Args:
        products: x · y, of any shape.
        own, other: ‖x‖² and ‖y‖², of shapes that broadcast to it: (N, 1) and (1, M) for all pairs (N, M).
    """
    tiny = torch.finfo(products.dtype).tiny ** 0.5  # its square root is the length that silence is given
    lengths = (own + tiny).sqrt() * (other + tiny).sqrt()
    return lengths * _Angular.apply(products / lengths) / (2 * torch.pi)


class _Angular(torch.autograd.Function):
    """J(c) = √(1 − c²) + (π − arccos c) c, whose derivative is finite where those of its terms are not."""

    @staticmethod
    def forward(context: Any, cosine: Tensor) -> Tensor:
        bounded = cosine.clamp(-1, 1)
        turned = torch.pi - bounded.acos()
        context.save_for_backward(turned)
        return (1 - bounded.square()).sqrt() + turned * bounded

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> Tensor:
        (turned,) = context.saved_tensors
        return gradients[0] * turned
