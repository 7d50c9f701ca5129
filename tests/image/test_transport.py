"""PhotoWCT by optimal transport: its map, and what it keeps that whitening loses."""

import numpy as np

from audiostyle.evaluate import edge_ssim
from audiostyle.image import photowct, transport
from audiostyle.image.cascade import AutoencoderCascade
from audiostyle.image.inputs import StylizeInputs
from audiostyle.style import optimal_transport


def test_it_is_a_cascade_with_optimal_transport(untrained, picture_pair):
    inputs = StylizeInputs.from_pictures(*picture_pair)
    cascade = AutoencoderCascade(untrained, (3, 2, 1), "max", optimal_transport, 1.0)
    found = transport(*picture_pair, backbone=untrained, device="cpu")
    np.testing.assert_array_equal(found, inputs.finish(cascade(inputs)))


def test_a_picture_as_its_own_style_comes_nearer_than_by_decoders_alone(photo, landscape_pair):
    """What a level's decoder moved in color, transport to the content's own moments moves back."""
    content = landscape_pair[0]
    found = transport(content, content, backbone=photo)
    decoded = photowct(content, content, strength=0.0, levels=(3, 2, 1), backbone=photo)
    assert np.abs(found - content).mean() < np.abs(decoded - content).mean() < 0.03


def test_it_keeps_more_edges_than_whitening(photo, landscape_pair):
    content, style = landscape_pair
    kept = [edge_ssim(method(content, style, backbone=photo), content) for method in (transport, photowct)]
    assert kept[0] > kept[1]
