"""One size of an optimization: the pictures at that size, and the loss that is made of them."""

import dataclasses
from collections.abc import Mapping

import torch
from torch import Tensor

from audiostyle.image.inputs import StylizeInputs
from audiostyle.image.optimization.bands import Bands
from audiostyle.image.optimization.features import PictureFeatures
from audiostyle.image.optimization.matting import MattingEnergy
from audiostyle.image.optimization.pixels import fit_picture, to_gray
from audiostyle.image.optimization.presets import Preset
from audiostyle.models.vgg import VGGEncoder
from audiostyle.style.losses.base import INPUT, At, Maps, WeightedSum
from audiostyle.style.losses.compose import Area, Ingredients, compose
from audiostyle.style.losses.moments import list_moments
from audiostyle.style.losses.specification import Term, parse_losses

LARGEST_STYLE = 2048
"""Pixels of a style's longer side; more detail than this is not looked at."""

STROKES = (0.5, 1.0, 2.0)
"""Sizes of the style's picture, of its own, between which the loss ``stroke`` chooses."""

Own = Mapping[str, Mapping[str, object]]
"""Keyword arguments of losses that are told their own, by name."""


class Stage:
    """A picture's content and styles at one size, with the loss of results.

    Args:
        inputs: the pictures, checked.
        encoder: of the features.
        settings: of the optimization.
        size: of the content's longer side, in pixels.
        style_scale: the styles' size beside the content's.
        seed: of losses that draw.
        own: keyword arguments for losses that are told their own.
        gray: whether only luminance is seen.

    Attributes:
        content: (1, 3, h, w).
        bands: what the optimizer changes of results.
        features: computes the maps of results.
        loss: of these maps.
    """

    def __init__(
        self,
        inputs: StylizeInputs,
        encoder: VGGEncoder,
        settings: Preset,
        size: int,
        *,
        style_scale: float = 1.0,
        seed: int = 0,
        own: Own | None = None,
        gray: bool = False,
    ) -> None:
        device = next(encoder.parameters()).device
        self.settings, self.gray = settings, gray
        self.content = self._see(fit_picture(inputs.content[None], size)).to(device)
        self.bands = Bands(*self.content.shape[-2:])
        side = min(size, LARGEST_STYLE) * style_scale
        self.features = PictureFeatures(encoder, self._list_layers(), settings.pooling)
        of_content = dataclasses.replace(self.features, names=self._list_content_layers())
        with torch.no_grad():
            styles = [self._show(style, side, device) for style in inputs.styles]
            strokes = []
            if any(term.name == "stroke" for term in parse_losses(settings.loss)):
                strokes = [self._show(inputs.styles[0], side * factor, device) for factor in STROKES]
            ingredients = Ingredients(
                styles,
                of_content(self.content),
                settings.layers,
                settings.content_layers,
                inputs.weights,
                make_areas(inputs, device),
                strokes,
                own or {},
            )
            self.loss = compose(_add_seeds(settings.loss, seed), ingredients)
        self.features = dataclasses.replace(self.features, moments=list_moments(self.loss))
        if settings.photorealism:
            energy = settings.photorealism * At({INPUT: MattingEnergy(self.content)})
            self.loss = WeightedSum([(1.0, self.loss), (1.0, energy)])

    def extract(self, point: Tensor) -> Maps:
        """Compute the maps of a result, of its point (1, N); see `bands`."""
        return self.features(self._see(self.bands.to_picture(point)))

    def _see(self, picture: Tensor) -> Tensor:
        """Return a picture as this stage sees it."""
        return to_gray(picture) if self.gray else picture

    def _show(self, style: Tensor, side: float, device: torch.device) -> Maps:
        """Compute the maps of a style (3, H, W) with a longer side of ``side`` pixels, at most its own."""
        longer = max(style.shape[-2:])
        return self.features(self._see(fit_picture(style[None], min(round(side), longer))).to(device))

    def _list_layers(self) -> list[str]:
        """Return all layers that a term needs."""
        named = [layer for term in parse_losses(self.settings.loss) for layer in term.layers]
        return list(dict.fromkeys([INPUT, *self.settings.layers, *self.settings.content_layers, *named]))

    def _list_content_layers(self) -> list[str]:
        """Return all layers at which a term needs the content."""
        terms = [term for term in parse_losses(self.settings.loss) if term.row.source == "content"]
        named = [layer for term in terms for layer in term.layers]
        return list(dict.fromkeys([INPUT, *self.settings.content_layers, *named]))


def make_areas(inputs: StylizeInputs, device: torch.device) -> list[Area]:
    """Return the areas of masks and of what is not transparent; none where everything counts alike."""
    regions = inputs.regions
    if len(regions) == 1 and all(
        bool((share == 1).all()) for share in (regions[0].share, *regions[0].styles)
    ):
        return []
    return [
        Area(
            region.share.float().to(device),
            [share.float().to(device) for share in region.styles],
            float(region.share.float().mean()),
        )
        for region in regions
    ]


def _add_seeds(loss: str, seed: int) -> list[Term]:
    """Return the terms of a loss, with the seed where a term draws and was given none."""
    terms = parse_losses(loss)
    for term in terms:
        if "seed" in term.row.options:
            term.options.setdefault("seed", seed)
    return list(terms)
