"""AdaIN: the mean and deviation of each channel of relu4_1 become the style's, as in equation 8."""

import numpy as np
import torch

from audiostyle.image import adain


def encode(networks, picture: np.ndarray) -> tuple[torch.Tensor, object]:
    with torch.no_grad():
        return networks.encoder(torch.from_numpy(picture).movedim(2, 0)[None], 4)


def test_it_is_the_equation(picture_pair, untrained):
    (features, poolings), (style, _) = (encode(untrained, picture) for picture in picture_pair)
    dims = (2, 3)
    normal = (features - features.mean(dims, keepdim=True)) / features.std(dims, keepdim=True)
    moved = normal.nan_to_num() * style.std(dims, keepdim=True) + style.mean(dims, keepdim=True)
    with torch.no_grad():
        expected = untrained.decoder(4, "nearest")(moved, poolings)[0].clip(0, 1).movedim(0, 2)
    result = adain(*picture_pair, backbone=untrained)
    np.testing.assert_allclose(result, expected.numpy(), atol=2e-3)


def test_strength_interpolates_features(picture_pair, untrained):
    """From the reconstruction to the result, every step goes further (equation 14)."""
    results = [adain(*picture_pair, strength=x, backbone=untrained) for x in (0.0, 0.3, 0.7, 1.0)]
    distances = [np.abs(result - results[0]).mean() for result in results]
    assert distances == sorted(distances) and distances[1] > 0


def test_where_things_are_in_the_style_does_not_matter(picture_pair, untrained):
    """Of a style only moments of features count, so that a mirrored one is nearly the same style."""
    content, style = picture_pair
    mirrored = adain(content, style[:, ::-1].copy(), backbone=untrained)
    result = adain(content, style, backbone=untrained)
    other = adain(content, 1 - style, backbone=untrained)
    assert np.abs(mirrored - result).mean() < np.abs(other - result).mean()
