"""Gram losses: how far the products of channels of one feature map are from those of another.

With columns f_t of F (C, N), one a position, and its Gram matrix G(F) = F Fᵀ / N,

    L = ‖G(F) − G(S)‖²                                 Gatys, Ecker & Bethge 2016, eq. 4, without its constant

is C × C.  But ⟨G(F), G(S)⟩ = mean over all t, u of (f_t · s_u)², so the same number comes from the products
of *positions*, k(t, u) = f_t · s_u, and

    L = mean k(F, F)² − 2 mean k(F, S)² + mean k(S, S)²

which is the maximum mean discrepancy with a quadratic kernel (Li et al. 2017, "Demystifying neural style
transfer", eq. 6).  Where there are fewer positions than channels that is the cheaper way; and of features
without number it is the only one (:mod:`.arc_cosine`).  Two relatives come with it:

- mean-subtracted (Li et al. 2017, "Diversified texture synthesis"): of f − mean f, so that L sees how
  channels vary together and not how large they are;
- time-lag, the transformed Gram of Berger & Memisevic 2017 along the last axis: G_δ(F) = mean f_t f_{t+δ}ᵀ,
  which sees what follows what: in sound, rhythm.
"""

from torch import Tensor

from audiostyle.errors import ShapeError


def gram(features: Tensor, *, lag: int = 0) -> Tensor:
    """Return the mean of f_t f_{t+lag}ᵀ over all positions, (C, C).

    Args:
        features: (B, C, …); ``lag`` is along the last axis.

    Raises:
        ShapeError: it is no feature map, or not longer than ``lag``.
    """
    _check(features, lag)
    early, late = (part.movedim(1, 0).flatten(1) for part in _pairs(features, lag))
    return early @ late.mT / early.shape[1]


def gram_loss(features: Tensor, style: Tensor, *, centred: bool = False, lag: int = 0) -> Tensor:
    """Return ‖G(F) − G(S)‖², a number that can be differentiated, by the cheaper of the two ways.

    Args:
        features, style: (B, C, …) of the same C; positions may differ in number.
        centred: subtract each map's mean first.
        lag: positions along the last axis between the two factors.

    Raises:
        ShapeError: the channels differ, or a map is not longer than ``lag``.
    """
    for part in (features, style):
        _check(part, lag)
    if features.shape[1] != style.shape[1]:
        raise ShapeError(f"the result has {features.shape[1]} channels, the style {style.shape[1]}")
    own, other = (_without_mean(part) if centred else part for part in (features, style))
    positions = max(part.numel() // part.shape[1] for part in (own, other))
    one_row = all(part[:, 0].numel() == part.shape[-1] for part in (own, other))
    if positions >= own.shape[1] or (lag and not one_row):
        return (gram(own, lag=lag) - gram(other, lag=lag)).square().sum()
    rows, columns = (part.movedim(1, -1).flatten(0, -2) for part in (own, other))
    return (
        similarity(rows @ rows.mT, lag=lag)
        - 2 * similarity(rows @ columns.mT, lag=lag)
        + similarity(columns @ columns.mT, lag=lag)
    )


def similarity(kernel: Tensor, *, lag: int = 0) -> Tensor:
    """Return ⟨G_δ(F), G_δ(S)⟩, the mean of k(t, u) · k(t + δ, u + δ), from k (N, M) with δ = ``lag``.

    Raises:
        ShapeError: there are no more positions than ``lag``.
    """
    if min(kernel.shape) <= lag:
        raise ShapeError(f"{tuple(kernel.shape)} positions are too few for a lag of {lag}")
    rows, columns = kernel.shape
    early, late = kernel[: rows - lag, : columns - lag], kernel[lag:, lag:]
    return (early * late.conj()).real.mean()


def center_kernel(kernel: Tensor) -> Tensor:
    """Return k(F, S) (N, M) as it is for features less each map's mean over positions."""
    return kernel - kernel.mean(dim=0) - kernel.mean(dim=1, keepdim=True) + kernel.mean()


def _pairs(features: Tensor, lag: int) -> tuple[Tensor, Tensor]:
    length = features.shape[-1]
    return features[..., : length - lag], features[..., lag:]


def _without_mean(features: Tensor) -> Tensor:
    return features - features.movedim(1, 0).flatten(1).mean(dim=1).reshape(1, -1, *[1] * (features.ndim - 2))


def _check(features: Tensor, lag: int) -> None:
    if features.ndim < 3 or not features.numel() or features.shape[-1] <= lag:
        shape = tuple(features.shape)
        raise ShapeError(f"a feature map must have shape (B, C, …), longer than the lag {lag}, not {shape}")
