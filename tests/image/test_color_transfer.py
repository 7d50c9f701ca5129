"""Each region gets its own affine map, and pixels without a region stay as they are."""

import numpy as np
import torch

from audiostyle.image.color_transfer import transfer_colors
from audiostyle.image.inputs import StylizeInputs
from audiostyle.style import AffineMap, Moments


def move_mean(content: Moments, style: Moments) -> AffineMap:
    return AffineMap(torch.eye(content.channels, dtype=torch.float64), style.mean - content.mean)


def test_each_region_takes_the_mean_of_its_own_style(picture_pair):
    content, style = picture_pair
    masks = [np.arange(len(p))[:, None].repeat(p.shape[1], 1) * 3 // len(p) for p in (content, style)]
    masks[1][masks[1] == 2] = 7  # so that the content's last third has no style
    inputs = StylizeInputs.from_pictures(content, style, content_mask=masks[0], style_mask=masks[1])
    result = transfer_colors(inputs, move_mean).movedim(0, 2).numpy()
    for label in (0, 1):
        found, wanted = result[masks[0] == label], style[masks[1] == label]
        np.testing.assert_allclose(found.mean(axis=0), wanted.mean(axis=0), atol=1e-5)
    np.testing.assert_array_equal(result[masks[0] == 2], content[masks[0] == 2])


def test_the_map_is_made_in_the_space_that_is_asked_for(picture_pair):
    inputs = StylizeInputs.from_pictures(*picture_pair)
    result = transfer_colors(inputs, move_mean, torch.exp, torch.log)
    wanted = inputs.styles[0].exp().mean(dim=(1, 2))
    torch.testing.assert_close(result.exp().mean(dim=(1, 2)), wanted)


def test_styles_are_pooled_by_weight_not_by_size(picture_pair):
    content, style = picture_pair
    inputs = StylizeInputs.from_pictures(content, [style, np.tile(1 - style, (3, 3, 1))], weights=[3, 1])
    result = transfer_colors(inputs, move_mean)
    wanted = 0.75 * style.mean((0, 1)) + 0.25 * (1 - style).mean((0, 1))
    np.testing.assert_allclose(result.mean(dim=(1, 2)), wanted, atol=1e-4)
