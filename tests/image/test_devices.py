"""Networks and pictures may be on another device: nothing is mixed, and results are the same."""

import numpy as np
import pytest
import torch

from audiostyle.image import METHODS, smooth, stylize
from audiostyle.image.backbone import PictureAutoencoder

NETWORKS = ["photowct", "wct", "adain"]


def halves(picture: np.ndarray) -> np.ndarray:
    """Labels (H, W): 0 above, 1 below."""
    labels = np.zeros(picture.shape[:2], dtype=int)
    labels[len(labels) // 2 :] = 1
    return labels


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("method", NETWORKS)
def test_networks_compute_on_their_device(fake_device, model_folder, untrained, picture_pair, method, masked):
    """With masks this failed on every GPU: the regions stayed on the CPU."""
    content, style = picture_pair
    masks = {"content_mask": halves(content), "style_mask": halves(style)} if masked else {}
    there = PictureAutoencoder.from_pretrained(model_folder, device=fake_device)
    result = stylize(content, style, method=method, smooth="none", backbone=there, **masks)
    expected = stylize(content, style, method=method, smooth="none", backbone=untrained, **masks)
    np.testing.assert_allclose(result, expected, atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_a_content_of_another_device_comes_back_there(fake_device, untrained, picture_pair, method):
    content, style = (torch.from_numpy(picture) for picture in picture_pair)
    networks = {"backbone": untrained} if method in NETWORKS else {}
    result = stylize(content.to(fake_device), style, method=method, smooth="guided", **networks)
    assert result.device.type == torch.device(fake_device).type
    expected = stylize(content, style, method=method, smooth="guided", **networks)
    torch.testing.assert_close(result.cpu(), expected)


@pytest.mark.parametrize("method", ["exact", "guided"])
def test_smoothing_takes_guide_and_picture_from_any_device(fake_device, picture_pair, method):
    content = torch.from_numpy(picture_pair[0])
    result = smooth(content, content.flip(0).to(fake_device), method=method)
    assert result.device.type == torch.device(fake_device).type
    torch.testing.assert_close(result.cpu(), smooth(content, content.flip(0), method=method))


@pytest.mark.gpu
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("method", METHODS)
def test_a_gpu_gives_what_the_cpu_gives(model_folder, picture_pair, method, masked):
    content, style = picture_pair
    masks = {"content_mask": halves(content), "style_mask": halves(style)} if masked else {}
    options = {"backbone": model_folder} if method in NETWORKS else {}
    there, here = (
        stylize(content, style, method=method, device=device, **masks, **options)
        for device in ("cuda", "cpu")
    )
    assert np.abs(there - here).mean() < 2e-3  # convolutions of a GPU may round to ten bits (TF32)


@pytest.mark.gpu
@pytest.mark.parametrize("method", METHODS)
def test_a_content_of_the_gpu_comes_back_there(model_folder, picture_pair, method):
    content, style = (torch.from_numpy(picture).cuda() for picture in picture_pair)
    options = {"backbone": model_folder} if method in NETWORKS else {}
    result = stylize(content, style, method=method, **options)
    assert result.is_cuda and result.shape == content.shape and bool(torch.isfinite(result).all())
