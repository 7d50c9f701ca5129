"""Feature maps of spectrograms by the names of layers, for the losses of :mod:`audiostyle.style.losses`.

What is alike in a picture whatever its place is not so in a spectrogram: a high and a low frequency are
different sounds.  So where a map has frequencies as positions, it is also cut into bands, each a layer of its
own, and losses of style are means over bands.  Maps are brought to a mean square of 1 in the style, so that
the weights of losses mean the same in all of them.

===========  ======================================================================================
``random``   ``random``: rectified random filters over eleven frames (1, filters, frames)
``encoder``  ``level1`` … ``level3`` (1, C, rows, frames), and ``level1.0`` …: their bands
``complex``  ``patches`` (1, 18, bins, frames), and ``patches.0`` …: see :func:`extract_patches`
===========  ======================================================================================

All have ``input`` too, what the optimizer changes: (1, C, …).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from audiostyle.models.vgg import VGGEncoder
from audiostyle.spectrogram.gram_features import EncoderFeatures, RandomFeatures
from audiostyle.spectrogram.gram_representations import Features, Representation
from audiostyle.style.losses.base import INPUT, Maps

BANDS = 12
"""Into which maps are cut, of equal height."""

FILTERS = 512
"""Of random features: the published 4,096 have Gram matrices of 16 million products."""

_FEWEST_ROWS = 3  # of a band
_SMALLEST = 1e-6  # root mean square that is divided by
_FAINT = 1e-4  # of a full-scale sine, below which magnitudes are not compressed


@dataclass(frozen=True)
class LossFeatures:
    """Computes the maps of what an optimizer changes.

    Attributes:
        extract: from a representation to maps, before their scales.
        style_layers: where losses of style are taken unless they say otherwise.
        content_layers: where losses of content are taken.
        scales: of each layer, what its map is divided by.

    Example:
        >>> from audiostyle.spectrogram.gram_representations import get_representation
        >>> representation = get_representation("random", 8000, 0, torch.device("cpu"))
        >>> features = make_loss_features("random", representation)
        >>> maps = features(torch.rand(513, 40))
        >>> {name: tuple(part.shape) for name, part in maps.items()}
        {'input': (1, 513, 40), 'random': (1, 512, 30)}
    """

    extract: Callable[[Tensor], dict[str, Tensor]]
    style_layers: Sequence[str]
    content_layers: Sequence[str]
    scales: Maps | None = None

    def __call__(self, represented: Tensor) -> Maps:
        """Compute the maps."""
        maps = self.extract(represented)
        if self.scales is None:
            return maps
        return {name: part / self.scales[name] for name, part in maps.items()}

    def normalize(self, styles: Sequence[Tensor]) -> "LossFeatures":
        """Return these features with a mean square of 1 in representations of styles, but for ``input``."""
        with torch.no_grad():
            found = [self.extract(style) for style in styles]
            scales = {
                name: torch.stack([maps[name].square().mean() for maps in found])
                .mean()
                .sqrt()
                .clamp(_SMALLEST)
                for name in found[0]
            }
        scales[INPUT] = torch.ones_like(next(iter(scales.values())))
        return LossFeatures(self.extract, self.style_layers, self.content_layers, scales)


def make_loss_features(features: Features, representation: Representation) -> LossFeatures:
    """Return the features of a kind for its representation.

    Args:
        features: ``"random"``, ``"encoder"`` or ``"complex"``.
        representation: see :func:`~audiostyle.spectrogram.gram_representations.get_representation`.
    """
    network = representation.network
    if isinstance(network, RandomFeatures):
        network.weights = network.weights[:, :FILTERS].contiguous()
        return LossFeatures(lambda x: _extract_random(network, x), ["random"], ["random"])
    if isinstance(network, EncoderFeatures):
        bands = [f"level{level}.{band}" for level in (1, 2) for band in range(BANDS)]
        return LossFeatures(lambda x: _extract_levels(network.encoder, x), bands, ["level2"])
    bands = [f"patches.{band}" for band in range(BANDS)]
    return LossFeatures(_extract_complex, bands, ["patches"])


def cut_bands(name: str, features: Tensor) -> dict[str, Tensor]:
    """Return a map (1, C, rows, frames) as a whole, and its bands by their names.

    A band has three rows or more, which is what patches take; of a map with few rows, several names stand for
    one band.

    Example:
        >>> bands = cut_bands("map", torch.zeros(1, 2, 36, 9))
        >>> len(bands), tuple(bands["map.11"].shape)
        (13, (1, 2, 3, 9))
    """
    count = max(1, min(BANDS, features.shape[2] // _FEWEST_ROWS))
    parts = features.tensor_split(count, dim=2)
    return {name: features} | {f"{name}.{number}": parts[number * count // BANDS] for number in range(BANDS)}


def extract_patches(spectrum: Tensor) -> Tensor:
    """Return neighbors in time and frequency as channels, turned by the phase of the middle.

    A patch of 3 × 3 values of the complex spectrum, magnitudes compressed to their cube roots, is multiplied
    by e^(−iφ), φ the phase of its middle.  So what is left is how phases go on from frame to frame and from
    bin to bin, whatever the phase is.

    Args:
        spectrum: complex (bins, frames), where a full-scale sine is 1.

    Returns:
        Real (1, 18, bins, frames): nine real parts, nine imaginary ones, with silence beyond the ends.
    """
    bins, frames = spectrum.shape
    spectrum = torch.nn.functional.pad(spectrum, (1, 1, 1, 1))
    size = spectrum.real.square() + spectrum.imag.square() + _FAINT**2
    compressed = spectrum * size ** (-1 / 3)
    middle = compressed[1:-1, 1:-1]
    turn = middle.conj() / (middle.real.square() + middle.imag.square() + _FAINT ** (2 / 3)).sqrt()
    turned = torch.stack(
        [
            compressed[row : row + bins, frame : frame + frames] * turn
            for row in range(3)
            for frame in range(3)
        ]
    )
    return torch.cat([turned.real, turned.imag])[None]


def _extract_random(network: RandomFeatures, spectrogram: Tensor) -> dict[str, Tensor]:
    return {INPUT: spectrogram[None], "random": network.embed(spectrogram)[0].mT[None]}


def _extract_levels(encoder: VGGEncoder, log_spec: Tensor) -> dict[str, Tensor]:
    traced, _ = encoder.trace(log_spec)
    maps = {INPUT: log_spec}
    for number, features in enumerate(traced[:3], start=1):
        maps |= cut_bands(f"level{number}", features)
    return maps


def _extract_complex(spectrum: Tensor) -> dict[str, Tensor]:
    parts = torch.view_as_real(spectrum).movedim(-1, 0)[None]
    return {INPUT: parts, **cut_bands("patches", extract_patches(spectrum))}
