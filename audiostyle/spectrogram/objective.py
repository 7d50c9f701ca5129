"""What the Gram methods make small: distances to the style's Gram matrices and the content's features."""

from collections.abc import Sequence

import torch
from torch import Tensor

from audiostyle.spectrogram.gram_features import Embedding, FeatureNetwork
from audiostyle.style.gram import center_kernel, similarity


class GramObjective:
    """‖G(X) − Σ w_i G(S_i)‖² / ‖Σ w_i G(S_i)‖²  +  α · mean ‖f_X − f_C‖² / mean ‖f_C‖².

    Both terms are relative: 1 is the distance of silence, whatever the level, the length or the network.

    Args:
        content: (bins, frames); every spectrogram is a log-magnitude.
        styles: (bins, any number of frames) each.
        shares: w_i.
        content_weight: α.
        lags: frames; for each, the same loss of time-lag Gram matrices is added, then the mean is taken.
        centred: take Gram matrices of features less their means.
    """

    def __init__(
        self,
        network: FeatureNetwork,
        content: Tensor,
        styles: Sequence[Tensor],
        shares: Sequence[float],
        *,
        content_weight: float,
        lags: Sequence[int] = (),
        centred: bool = False,
    ) -> None:
        self.network, self.shares, self.centred, self.content_weight = (
            network,
            shares,
            centred,
            content_weight,
        )
        with torch.no_grad():
            self.content = network.embed(content)
            self.styles = [network.embed(style) for style in styles]
            self.content_size = network.squares(self.content).mean()
            frames = min(network.squares(part).numel() for part in [self.content, *self.styles])
            self.lags = [0, *(lag for lag in lags if lag < frames)]
            self.style_sizes = [self._style_size(lag) for lag in self.lags]

    def __call__(self, spectrogram: Tensor) -> Tensor:
        """(bins, frames) → a number."""
        style, content = self.parts(spectrogram)
        return style + self.content_weight * content

    def parts(self, spectrogram: Tensor) -> tuple[Tensor, Tensor]:
        """Return the distance to the style and the one to the content, without its weight."""
        seen = self.network.embed(spectrogram)
        own = self._products(seen, seen)
        crossed = [self._products(seen, style) for style in self.styles]
        distances = [
            (
                similarity(own, lag=lag)
                - 2 * sum(w * similarity(k, lag=lag) for w, k in zip(self.shares, crossed, strict=True))
                + size
            )
            / size
            for lag, size in zip(self.lags, self.style_sizes, strict=True)
        ]
        return torch.stack(distances).mean(), self._content_distance(seen)

    def _content_distance(self, seen: Embedding) -> Tensor:
        network = self.network
        squares = network.squares(seen) + network.squares(self.content)
        return (squares - 2 * network.paired(seen, self.content)).mean() / self.content_size

    def _style_size(self, lag: int) -> Tensor:
        """‖Σ w_i G_δ(S_i)‖²."""
        pairs = [
            one * other * similarity(self._products(a, b), lag=lag)
            for one, a in zip(self.shares, self.styles, strict=True)
            for other, b in zip(self.shares, self.styles, strict=True)
        ]
        return torch.stack(pairs).sum()

    def _products(self, one: Embedding, other: Embedding) -> Tensor:
        products = self.network.products(one, other)
        return center_kernel(products) if self.centred else products
