"""The function for all methods: the method's own smoothing, its options, and clear errors."""

import numpy as np
import pytest
import torch
from PIL import Image

from audiostyle.errors import AudiostyleError
from audiostyle.image import METHODS, photowct, reinhard, smooth, stylize
from audiostyle.image.backbone import PictureAutoencoder

NETWORKS = {"develop", "photowct", "transport", "wct", "adain"}


def test_it_is_the_method_itself(picture_pair):
    np.testing.assert_array_equal(stylize(*picture_pair, method="reinhard"), reinhard(*picture_pair))


def test_photowct_is_smoothed_unless_told_otherwise(picture_pair, untrained: PictureAutoencoder):
    plain = photowct(*picture_pair, backbone=untrained)
    np.testing.assert_array_equal(stylize(*picture_pair, smooth="none", backbone=untrained), plain)
    guided = smooth(picture_pair[0], plain).clip(0, 1)
    np.testing.assert_array_equal(stylize(*picture_pair, backbone=untrained), guided)


def test_exact_smoothing_leaves_no_dark_rim(picture_pair):
    """Of a flat result the smoothed one is flat, to the picture's last pixel."""
    content, style = picture_pair
    result = stylize(content, np.full_like(style, 0.5), method="mkl", smooth="exact")
    np.testing.assert_allclose(result, 0.5, atol=0.01)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("smoothing", ["exact", "guided", "none"])
def test_every_method_with_every_smoothing(picture_pair, untrained, name, smoothing):
    options = {"backbone": untrained} if name in NETWORKS else {}
    result = stylize(*picture_pair, method=name, smooth=smoothing, **options)
    assert result.shape == picture_pair[0].shape
    assert np.isfinite(result).all() and result.min() >= 0 and result.max() <= 1


def test_tensors_come_back_as_tensors(picture_pair):
    content, style = map(torch.from_numpy, picture_pair)
    assert isinstance(stylize(content, style, method="mkl", smooth="exact"), torch.Tensor)


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (2, 2), (3, 120)])
@pytest.mark.parametrize("name", METHODS)
def test_tiny_and_thin_pictures(untrained, name, shape):
    rng = np.random.default_rng(0)
    content, style = rng.random((*shape, 3)), rng.random((1, 1, 3))
    options = {"backbone": untrained} if name in NETWORKS else {}
    for pair in ((content, style), (content, rng.random((9, 9, 3)))):
        result = stylize(*pair, method=name, **options)
        assert result.shape == content.shape
        assert np.isfinite(result).all()


@pytest.mark.parametrize("name", METHODS)
def test_constant_colors_give_no_nan(picture_pair, untrained, name):
    options = {"backbone": untrained} if name in NETWORKS else {}
    flat = np.full((20, 20, 3), 0.5)
    for pair in ((flat, picture_pair[1]), (picture_pair[0], flat), (flat, flat)):
        assert np.isfinite(stylize(*pair, method=name, **options)).all()


def test_options_that_are_none_are_the_defaults(picture_pair):
    np.testing.assert_array_equal(
        stylize(*picture_pair, method="mkl", weights=None, levels=None), stylize(*picture_pair, method="mkl")
    )


def test_an_option_of_another_method_is_refused(picture_pair):
    with pytest.raises(AudiostyleError, match="'mkl' has no option 'levels'"):
        stylize(*picture_pair, method="mkl", levels=(4,))


def test_an_unknown_method_is_refused_with_the_nearest_name(picture_pair):
    with pytest.raises(AudiostyleError, match="did you mean 'photowct'"):
        stylize(*picture_pair, method="fotowct")


def test_an_unknown_smoothing_is_refused(picture_pair):
    with pytest.raises(AudiostyleError, match="exact, guided, none"):
        stylize(*picture_pair, method="mkl", smooth="bilateral")


@pytest.mark.parametrize("smoothing", ["exact", "guided", "none"])
@pytest.mark.parametrize("name", METHODS)
def test_bytes_in_bytes_out_rounded_once(picture_pair, untrained, name, smoothing):
    content, style = (np.rint(picture * 255).astype(np.uint8) for picture in picture_pair)
    options = {"backbone": untrained} if name in NETWORKS else {}
    found = stylize(content, style, method=name, smooth=smoothing, **options)
    floats = (picture.astype(np.float32) / 255 for picture in (content, style))
    expected = stylize(*floats, method=name, smooth=smoothing, **options)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, np.rint(expected * 255))
    tensors = map(torch.from_numpy, (content, style))
    as_tensor = stylize(*tensors, method=name, smooth=smoothing, **options)
    assert as_tensor.dtype == torch.uint8
    np.testing.assert_array_equal(as_tensor.numpy(), found)


@pytest.mark.parametrize("name", METHODS)
def test_what_every_call_may_set_is_taken_by_every_method(picture_pair, untrained, name):
    """Where to compute, memory and progress are of no use to methods without networks, and no mistake."""
    told: list[tuple[float, float | None]] = []
    options = {"backbone": untrained} if name in NETWORKS else {}
    settings = {"device": "cpu", "memory_limit": 1.0, "progress": lambda *share: told.append(share)}
    found = stylize(*picture_pair, method=name, **settings, **options)
    np.testing.assert_allclose(found, stylize(*picture_pair, method=name, **options), atol=1e-5)
    assert bool(told) == (name in NETWORKS)


def test_smoothness_and_affinity_are_those_of_exact_smoothing(picture_pair):
    content, style = picture_pair
    plain = stylize(content, style, method="mkl")
    found = stylize(content, style, method="mkl", smooth="exact", smoothness=0.9, affinity="gaussian")
    expected = smooth(content, plain, method="exact", alpha=0.9, affinity="gaussian").clip(0, 1)
    np.testing.assert_array_equal(found, expected)


def test_the_memory_limit_holds_for_exact_smoothing_too():
    content, style = np.random.default_rng(0).random((2, 600, 8, 3))
    with pytest.raises(AudiostyleError, match="exact smoothing 8 pixels wide needs a memory limit of"):
        stylize(content, style, method="mkl", smooth="exact", memory_limit=1e-4)


def halves(picture: np.ndarray) -> np.ndarray:
    """Labels (H, W): 0 above, 1 below."""
    labels = np.zeros(picture.shape[:2], dtype=int)
    labels[len(labels) // 2 :] = 1
    return labels


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("method", sorted(NETWORKS))
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


@pytest.mark.parametrize(
    "options",
    [
        {"strength": np.nan}, {"strength": "1"}, {"strength": 2},
        {"weights": "1"}, {"weights": [np.nan]}, {"weights": 1}, {"method": ["mkl"]}, {"segments": "x"},
        {"smooth": "much"}, {"smoothness": np.nan}, {"smoothness": 1}, {"smoothness": "x"},
        {"affinity": None}, {"affinity": "x"}, {"memory_limit": np.nan}, {"memory_limit": -1},
        {"memory_limit": "x"}, {"style": None}, {"style": "style.png"}, {"style": []}, {"style": [None]},
        {"content": None}, {"content": "photo.png"}, {"content_mask": "mask.png", "style_mask": "mask.png"},
        {"method": "idt", "rotations": 0}, {"method": "idt", "rotations": np.nan},
        {"method": "idt", "rotations": "x"}, {"method": "idt", "seed": -1}, {"method": "idt", "seed": "x"},
        {"method": "photowct", "levels": "4"}, {"method": "photowct", "levels": 5},
        {"method": "photowct", "content_reg": np.nan}, {"method": "wct", "content_reg": "x"},
        {"method": "photowct", "content_reg": -1}, {"method": "photowct", "unpool": 3},
        {"method": "photowct", "device": 3.5}, {"method": "photowct", "backbone": "none such"},
    ],
    ids=str,
)  # fmt: skip
def test_what_does_not_fit_is_one_line(picture_pair, options):
    content, style = picture_pair
    with pytest.raises(AudiostyleError, match=r"^[^\n]+$"):
        stylize(**{"content": content, "style": style, "method": "mkl", **options})


def test_pictures_of_pillow_come_back_as_such(picture_pair):
    content, style = ((255 * picture).round().astype(np.uint8) for picture in picture_pair)
    wanted = stylize(content, style, method="mkl")
    for one, other in (
        (Image.fromarray(content), Image.fromarray(style)),
        (Image.fromarray(content), [Image.fromarray(style).convert("RGBA")]),
    ):
        result = stylize(one, other, method="mkl")
        assert isinstance(result, Image.Image)
        np.testing.assert_array_equal(np.asarray(result), wanted)


@pytest.mark.parametrize("method", METHODS)
def test_strides_layouts_and_types_change_nothing(picture_pair, untrained, method):
    content, style = ((255 * picture).round().astype(np.uint8)[:24, :32] for picture in picture_pair)
    options = {"backbone": untrained} if "backbone" in METHODS[method].options else {}
    wanted = stylize(content, style, method=method, **options)
    mirrored = stylize(content[..., ::-1][..., ::-1], style[::-1][::-1], method=method, **options)
    np.testing.assert_array_equal(mirrored, wanted)
    first = stylize(
        np.moveaxis(content, 2, 0), torch.from_numpy(style).permute(2, 0, 1), method=method, **options
    )
    np.testing.assert_array_equal(np.moveaxis(first, 0, 2), wanted)
    deep = stylize(content.astype(np.uint16) * 257, style, method=method, **options)
    assert deep.dtype == np.uint16
    np.testing.assert_array_equal(np.rint(deep / 257), wanted)
