"""Pictures in and out: invalid ones are refused by name, valid ones come back in the caller's kind."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from audiostyle.errors import ShapeError
from audiostyle.image.arrays import check_same_size, open_picture, to_floats, to_list

BYTES = hnp.arrays(np.uint8, st.tuples(st.integers(1, 5), st.integers(1, 5), st.just(3)))
FLOATS = [np.float16, np.float32, np.float64]
TYPES = [*FLOATS, np.uint8, np.uint16, ">u2", ">f4"]


def make(shape: tuple[int, ...], dtype=np.float64) -> np.ndarray:
    """A picture of values that every type holds, none of them hidden."""
    kind = np.dtype(dtype)
    top = np.iinfo(kind).max if kind.kind == "u" else 1
    bytes_ = np.random.default_rng(0).integers(1, 256, shape)
    return (bytes_ * (top // 255)).astype(kind) if kind.kind == "u" else (bytes_ / 255).astype(kind)


@given(BYTES, st.sampled_from([np.float32, np.float64]))
def test_bytes_come_back_to_the_last_bit(picture, dtype):
    opened = open_picture(picture, "image", dtype)
    assert opened.color.dtype == dtype and opened.color.min() >= 0 and opened.color.max() <= 1
    np.testing.assert_array_equal(opened.restore(opened.color), picture)
    tensor = torch.from_numpy(picture)
    np.testing.assert_array_equal(to_floats(tensor, "image", dtype), opened.color)
    restored = open_picture(tensor, "image", dtype).restore(opened.color)
    assert restored.dtype == torch.uint8 and torch.equal(restored, tensor)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize(
    ("shape", "result"),
    [
        ((5, 7, 3), (5, 7, 3)),
        ((5, 7, 4), (5, 7, 4)),
        ((5, 7), (5, 7, 3)),
        ((5, 7, 1), (5, 7, 3)),
        ((5, 7, 2), (5, 7, 4)),
        ((3, 5, 7), (3, 5, 7)),
        ((4, 5, 7), (4, 5, 7)),
        ((1, 5, 7), (3, 5, 7)),
        ((2, 5, 7), (4, 5, 7)),
        ((3, 4, 3), (3, 4, 3)),
    ],
)
def test_layouts_of_any_type_come_back(shape, result, dtype):
    picture = make(shape, dtype)
    opened = open_picture(picture, "image", np.float64)
    assert opened.color.ndim == 3 and opened.color.shape[2] == 3 and opened.color.flags.c_contiguous
    restored = opened.restore(opened.color)
    assert restored.shape == result and restored.dtype == picture.dtype
    whole = picture.reshape(5, 7, -1) if shape[0] == 5 else picture
    if shape == result:
        np.testing.assert_array_equal(restored, picture)
    elif shape[0] == 5:
        np.testing.assert_array_equal(restored[..., :3], whole[..., :1].repeat(3, axis=2))
        np.testing.assert_array_equal(restored[..., 3:], whole[..., 1:])
    np.testing.assert_allclose(opened.color, open_picture(make(shape), "image", np.float64).color, atol=5e-4)


def test_a_grid_of_three_by_anything_by_three_has_its_channels_last():
    picture = make((3, 9, 3))
    np.testing.assert_array_equal(to_floats(picture, "image", np.float64), picture)


@pytest.mark.parametrize("kind", FLOATS)
def test_floats_are_neither_clipped_nor_rounded(kind):
    picture = (np.random.default_rng(0).random((3, 4, 3)) * 1.6 - 0.3).astype(kind)
    opened = open_picture(picture, "image", np.float64)
    np.testing.assert_array_equal(opened.color, picture)
    restored = opened.restore(opened.color)
    assert restored.dtype == kind
    np.testing.assert_array_equal(restored, picture)


@pytest.mark.parametrize(
    "kind", [torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.uint8, torch.uint16]
)
def test_tensors_come_back_as_tensors(kind):
    picture = torch.from_numpy(make((3, 4, 3)))
    picture = (picture * 255).round().to(kind) if not kind.is_floating_point else picture.to(kind)
    for tensor in (picture, picture.clone().requires_grad_() if kind.is_floating_point else picture):
        opened = open_picture(tensor, "image", np.float64)
        restored = opened.restore(opened.color)
        assert restored.dtype == kind and torch.equal(restored, picture) and not restored.requires_grad


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "CMYK", "HSV", "YCbCr", "I;16", "F"])
def test_pictures_of_pillow_come_back_as_such(mode):
    color = Image.fromarray(make((5, 7, 4), np.uint8))
    if mode == "I;16":
        picture = Image.fromarray(make((5, 7), np.uint16))
    elif mode == "F":
        picture = Image.fromarray(make((5, 7), np.float32))
    else:
        picture = color.convert(mode) if mode in ("RGBA", "LA") else color.convert("RGB").convert(mode)
    opened = open_picture(picture, "image", np.float32)
    restored = opened.restore(opened.color)
    assert restored.mode == ("RGBA" if mode in ("RGBA", "LA") else "RGB") and restored.size == picture.size
    if mode not in ("I;16", "F"):
        np.testing.assert_array_equal(np.asarray(restored), np.asarray(picture.convert(restored.mode)))


def test_a_palette_with_a_transparent_color_is_transparent():
    picture = Image.fromarray(make((5, 7, 3), np.uint8)).quantize(8)
    picture.info["transparency"] = picture.getpixel((0, 0))
    alpha = open_picture(picture, "image", np.float32).alpha
    assert alpha is not None and alpha[0, 0] == 0 and alpha.max() == 1


def test_bytes_are_rounded_to_nearest_and_clipped():
    restore = open_picture(np.zeros((1, 1, 3), np.uint8), "image", np.float64).restore
    np.testing.assert_array_equal(restore(np.array([[[-0.5, 0.5 - 0.1 / 255, 7.0]]])), [[[0, 127, 255]]])


@pytest.mark.parametrize(
    "store",
    [
        lambda picture: picture[..., ::-1][..., ::-1],
        lambda picture: picture[::-1, ::-1][::-1, ::-1],
        lambda picture: picture.repeat(2, axis=0)[::2],
        np.asfortranarray,
        lambda picture: np.pad(picture, 1)[1:-1, 1:-1, 1:-1],
        lambda picture: np.moveaxis(np.ascontiguousarray(np.moveaxis(picture, 2, 0)), 0, 2),
        lambda picture: np.lib.stride_tricks.as_strided(picture, writeable=False),
        lambda picture: picture.tolist(),
        lambda picture: np.ma.array(picture),
        lambda picture: torch.from_numpy(picture).permute(2, 0, 1).contiguous().permute(1, 2, 0),
    ],
)
def test_how_it_is_stored_changes_nothing(store):
    picture = make((6, 8, 3))
    floats = to_floats(store(picture.copy()), "image", np.float64)
    assert floats.flags.c_contiguous
    np.testing.assert_array_equal(floats, picture)


@given(st.data())
def test_hidden_colors_have_no_say_and_alpha_comes_back(data):
    alpha = data.draw(hnp.arrays(np.uint8, (4, 5, 1), elements=st.sampled_from([0, 0, 1, 17, 255])))
    if not alpha.any():
        return
    color = make((4, 5, 3), np.uint8)
    one = np.concatenate([color, alpha], axis=2)
    hidden = data.draw(hnp.arrays(np.uint8, (4, 5, 3)))
    two = np.concatenate([np.where(alpha > 0, color, hidden), alpha], axis=2)
    opened, other = (open_picture(picture, "image", np.float64) for picture in (one, two))
    np.testing.assert_array_equal(opened.color, other.color)
    np.testing.assert_array_equal(opened.seen, other.seen)
    visible = alpha[..., 0] > 0
    np.testing.assert_array_equal(opened.color[visible], color[visible] / 255)
    restored = opened.restore(opened.color)
    np.testing.assert_array_equal(restored[visible], one[visible])
    np.testing.assert_array_equal(restored[..., 3], alpha[..., 0])


def test_hidden_values_may_be_no_numbers():
    picture = make((4, 5, 4))
    picture[0, 0] = np.nan, np.inf, -1e30, 0
    assert np.isfinite(to_floats(picture, "image", np.float64)).all()


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.ones((2, 4, 4, 3)), r"must have shape .* not \(2, 4, 4, 3\); give one picture at a time"),
        (np.ones((5, 6, 7)), r"must have shape \(H, W, 3\), \(H, W, 4\) or \(H, W\), not \(5, 6, 7\)"),
        (np.ones(4), "must have shape"),
        (np.ones((0, 4, 3)), "has no pixels"),
        (np.ones((4, 4, 3), np.int64), "floats in .* uint8 or uint16, not int64"),
        (np.ones((4, 4, 3), np.int32), "divide by the largest value"),
        (np.ones((4, 4, 3), np.uint32), "not uint32"),
        (np.ones((4, 4, 3), bool), "not bool"),
        (np.ones((4, 4, 3), complex), "not complex128"),
        (np.full((4, 4, 3), None), "not object"),
        (np.full((4, 4, 3), np.nan), "holds NaN"),
        (np.full((4, 4, 3), -np.inf), "holds NaN or infinite"),
        (np.full((4, 4, 4), np.nan), "holds NaN"),
        (make((4, 4, 3)) * 255, r"holds floats from .* to 2\d\d, not in \[0, 1\]; divide by 255"),
        (torch.from_numpy(make((3, 8, 8)) * 255), "divide by 255"),
        (make((4, 4)) * 65535, "divide by 65535"),
        (make((4, 4, 3)) * 2 - 1, r"holds floats from -0\.9.*; shift and scale it"),
        (make((4, 4, 3)) * [[[1.0, 1.0, 1.0]]] * 255.0, "divide by 255"),
        (np.zeros((4, 4, 4)), "is wholly transparent"),
        (np.zeros((4, 4, 4), np.uint8), "is wholly transparent"),
        (Image.new("RGBA", (4, 4)), "is wholly transparent"),
        (Image.new("F", (4, 4), 255), "divide by 255"),
        ("photo.png", "must have shape"),
        (None, "must have shape"),
        ([[[0.5, 0.5, 0.5]], [[0.5, 0.5]]], "cannot be read as an array of numbers"),
        ([[[255, 0, 0]]], "not int64"),
        (np.ma.array(np.ones((4, 4, 3)), mask=np.eye(4)[..., None].repeat(3, 2)), "has masked pixels"),
        (torch.ones((4, 4, 3), device="meta"), "is a tensor without plain numbers"),
        (torch.ones((4, 4, 3)).to_sparse(), "is a tensor without plain numbers"),
    ],
)
def test_what_is_no_picture_is_refused_by_name(picture, message):
    with pytest.raises(ShapeError, match=f"^(the alpha of )?the guide .*{message}") as caught:
        to_floats(picture, "the guide", np.float32)
    assert "\n" not in str(caught.value)


def test_one_picture_or_several():
    picture = make((4, 5, 3))
    for one in (picture, torch.from_numpy(picture), Image.new("RGB", (2, 2)), picture.tolist(), "name", None):
        assert len(to_list(one)) == 1 and to_list(one)[0] is one
    assert len(to_list([picture, picture.tolist()])) == 2 and to_list([]) == []


def test_what_is_linear_in_its_values_may_have_any_scale():
    picture = make((4, 5, 3)) * 255.0
    np.testing.assert_array_equal(open_picture(picture, "image", np.float64, any_scale=True).color, picture)


def test_sizes_that_differ_are_named():
    check_same_size(np.ones((4, 5, 3)), np.zeros((4, 5, 3)))
    with pytest.raises(ShapeError, match="guide is 4 × 5 pixels, image 5 × 4"):
        check_same_size(np.ones((4, 5, 3)), np.ones((5, 4, 3)))
