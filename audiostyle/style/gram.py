"""Gram losses: how far the products of channels of one feature map are from those of another.

With columns f_t of F (C, N), one for each position, and its Gram matrix G(F) = F Fᵀ / N, the loss

    L = ‖G(F) − G(S)‖²                                 Gatys, Ecker & Bethge 2016, eq. 4, without its constant

compares matrices of C × C.  But ⟨G(F), G(S)⟩ is the mean over all t, u of (f_t · s_u)².  So the same number
comes from the products of *positions*, k(t, u) = f_t · s_u:

    L = mean k(F, F)² − 2 mean k(F, S)² + mean k(S, S)²

This is the maximum mean discrepancy with a quadratic kernel (Li et al. 2017, "Demystifying neural style
transfer", eq. 6).  Where there are fewer positions than channels it is the cheaper way, and for features
without number it is the only one (:mod:`.arc_cosine`).  The loss has two relatives:

- mean-subtracted (Li et al. 2017, "Diversified texture synthesis"): of f − mean f, so that the loss sees how
  channels vary together and not how large they are;
- time-lag, the transformed Gram matrix of Berger & Memisevic 2017 along the last axis,
  G_δ(F) = mean f_t f_{t+δ}ᵀ, which sees what follows what: in sound, rhythm.
"""

from torch import Tensor

from audiostyle.errors import ShapeError


def compute_gram(features: Tensor, *, lag: int = 0) -> Tensor:
    """Return the Gram matrix of a feature map, the mean of f_t f_{t+lag}ᵀ over all positions.

    Args:
        features: (B, C, …).
        lag: positions along the last axis from the first to the second factor.

    Returns:
        (C, C).

    Raises:
        ShapeError: it is no feature map, or not longer than ``lag``.

    Example:
        >>> import torch
        >>> compute_gram(torch.tensor([[[1.0, 3.0], [2.0, 0.0]]])).tolist()
        [[5.0, 1.0], [1.0, 2.0]]
    """
    _check_features(features, lag)
    early, late = (part.movedim(1, 0).flatten(1) for part in _cut_pairs(features, lag))
    return early @ late.mT / early.shape[1]


def gram_loss(features: Tensor, style: Tensor, *, centered: bool = False, lag: int = 0) -> Tensor:
    """Return ‖G(F) − G(S)‖², a number that can be differentiated, by the cheaper of the two ways.

    Args:
        features: F (B, C, …).
        style: S (B, C, …); it may have another number of positions.
        centered: whether each map's mean is subtracted first.
        lag: positions along the last axis from the first to the second factor.

    Raises:
        ShapeError: the numbers of channels differ, or a map is not longer than ``lag``.

    Example:
        >>> import torch
        >>> float(gram_loss(2 * torch.ones(1, 1, 4), torch.ones(1, 1, 9)))
        9.0
    """
    for part in (features, style):
        _check_features(part, lag)
    if features.shape[1] != style.shape[1]:
        raise ShapeError(f"the result has {features.shape[1]} channels, the style {style.shape[1]}")
    own, other = (_subtract_mean(part) if centered else part for part in (features, style))
    positions = max(part.numel() // part.shape[1] for part in (own, other))
    one_row = all(part[:, 0].numel() == part.shape[-1] for part in (own, other))
    if positions >= own.shape[1] or (lag and not one_row):
        return (compute_gram(own, lag=lag) - compute_gram(other, lag=lag)).square().sum()
    rows, columns = (part.movedim(1, -1).flatten(0, -2) for part in (own, other))
    return (
        compute_gram_product(rows @ rows.mT, lag=lag)
        - 2 * compute_gram_product(rows @ columns.mT, lag=lag)
        + compute_gram_product(columns @ columns.mT, lag=lag)
    )


def compute_gram_product(kernel: Tensor, *, lag: int = 0) -> Tensor:
    """Return the inner product ⟨G_δ(F), G_δ(S)⟩ of two Gram matrices, from the products of positions.

    It is the mean of k(t, u) · k(t + δ, u + δ).

    Args:
        kernel: k(F, S) (N, M), the products f_t · s_u of all pairs of positions.
        lag: δ, in positions.

    Raises:
        ShapeError: there are no more positions than ``lag``.

    Example:
        >>> import torch
        >>> float(compute_gram_product(torch.tensor([[1.0, 3.0]])))
        5.0
    """
    if min(kernel.shape) <= lag:
        raise ShapeError(f"{tuple(kernel.shape)} positions are too few for a lag of {lag}")
    rows, columns = kernel.shape
    early, late = kernel[: rows - lag, : columns - lag], kernel[lag:, lag:]
    return (early * late.conj()).real.mean()


def center_kernel(kernel: Tensor) -> Tensor:
    """Return k(F, S) as it is for features less each map's mean over positions.

    Args:
        kernel: k(F, S) (N, M).

    Returns:
        (N, M).

    Example:
        >>> import torch
        >>> center_kernel(torch.tensor([[1.0, 1.0], [1.0, 5.0]])).tolist()
        [[1.0, -1.0], [-1.0, 1.0]]
    """
    return kernel - kernel.mean(dim=0) - kernel.mean(dim=1, keepdim=True) + kernel.mean()


def _cut_pairs(features: Tensor, lag: int) -> tuple[Tensor, Tensor]:
    """Return the positions that have one ``lag`` further on, and those further on."""
    length = features.shape[-1]
    return features[..., : length - lag], features[..., lag:]


def _subtract_mean(features: Tensor) -> Tensor:
    """Return features less their mean over all positions."""
    return features - features.movedim(1, 0).flatten(1).mean(dim=1).reshape(1, -1, *[1] * (features.ndim - 2))


def _check_features(features: Tensor, lag: int) -> None:
    """Raise ShapeError unless it is a feature map that is longer than ``lag``."""
    if features.ndim < 3 or not features.numel() or features.shape[-1] <= lag:
        shape = tuple(features.shape)
        raise ShapeError(f"a feature map must have shape (B, C, …), longer than the lag {lag}, not {shape}")
