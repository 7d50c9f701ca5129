"""The loss of Gram optimization: distances to the style's Gram matrices and to the content's features."""

from collections.abc import Sequence

import torch
from torch import Tensor

from audiostyle.spectrogram.gram_features import Embedding, FeatureNetwork
from audiostyle.style.gram import center_kernel, compute_gram_product

_SMALLEST = 1e-12  # size of features that is divided by: silence has none


class GramObjective:
    """‖G(X) − Σ w_i G(S_i)‖² / ‖Σ w_i G(S_i)‖²  +  α · mean ‖f_X − f_C‖² / mean ‖f_C‖².

    Both terms are relative: silence has a distance of 1, whatever the level, the length or the network.

    Args:
        network: whose features f are compared.
        content: C, a spectrogram as the network takes it, frames last: (…, frames).
        styles: S_i, of any numbers of frames.
        weights: w_i, with the sum 1.
        content_weight: α.
        lags: in frames; for each of them, the same loss of time-lag Gram matrices is added, and then the mean
            is taken.  Lags that are longer than a spectrogram are left out.
        centered: whether Gram matrices are of features less their means.

    Example:
        >>> from audiostyle.spectrogram.gram_features import WideFeatures
        >>> content, style = torch.eye(6), torch.ones(6, 4)
        >>> objective = GramObjective(WideFeatures(), content, [style], [1.0], content_weight=0.5)
        >>> round(float(objective(torch.zeros(6, 6))), 3)
        1.5
    """

    def __init__(
        self,
        network: FeatureNetwork,
        content: Tensor,
        styles: Sequence[Tensor],
        weights: Sequence[float],
        *,
        content_weight: float,
        lags: Sequence[int] = (),
        centered: bool = False,
    ) -> None:
        self.network, self.weights = network, weights
        self.content_weight, self.centered = content_weight, centered
        with torch.no_grad():
            self.content = network.embed(content)
            self.styles = [network.embed(style) for style in styles]
            self.content_size = network.squares(self.content).mean().clamp(min=_SMALLEST)
            frames = min(network.squares(part).numel() for part in [self.content, *self.styles])
            self.lags = [0, *(lag for lag in lags if lag < frames)]
            self.style_sizes = [self._compute_style_size(lag) for lag in self.lags]

    def __call__(self, spectrogram: Tensor) -> Tensor:
        """Compute the loss of a spectrogram (…, frames), a number that can be differentiated."""
        style, content = self.compute_terms(spectrogram)
        return style + self.content_weight * content

    def compute_terms(self, spectrogram: Tensor) -> tuple[Tensor, Tensor]:
        """Compute the distance to the style, and the one to the content without its weight."""
        embedding = self.network.embed(spectrogram)
        own = self._compute_products(embedding, embedding)
        crossed = [self._compute_products(embedding, style) for style in self.styles]
        distances = [
            (
                compute_gram_product(own, lag=lag)
                - 2
                * sum(
                    w * compute_gram_product(k, lag=lag) for w, k in zip(self.weights, crossed, strict=True)
                )
                + size
            )
            / size
            for lag, size in zip(self.lags, self.style_sizes, strict=True)
        ]
        return torch.stack(distances).mean(), self._compute_content_distance(embedding)

    def _compute_content_distance(self, embedding: Embedding) -> Tensor:
        network = self.network
        squares = network.squares(embedding) + network.squares(self.content)
        return (squares - 2 * network.paired(embedding, self.content)).mean() / self.content_size

    def _compute_style_size(self, lag: int) -> Tensor:
        """Compute ‖Σ w_i G_δ(S_i)‖²."""
        pairs = [
            one * other * compute_gram_product(self._compute_products(a, b), lag=lag)
            for one, a in zip(self.weights, self.styles, strict=True)
            for other, b in zip(self.weights, self.styles, strict=True)
        ]
        return torch.stack(pairs).sum().clamp(min=_SMALLEST)

    def _compute_products(self, one: Embedding, other: Embedding) -> Tensor:
        products = self.network.products(one, other)
        return center_kernel(products) if self.centered else products
