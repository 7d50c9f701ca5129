"""Pictures in and out: invalid ones are refused by name, valid ones come back in the caller's kind."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from audiostyle.errors import ShapeError
from audiostyle.image.arrays import check_same_size, check_values, make_restore, to_floats

BYTES = hnp.arrays(np.uint8, st.tuples(st.integers(1, 5), st.integers(1, 5), st.just(3)))
FLOATS = [np.float16, np.float32, np.float64]


@given(BYTES, st.sampled_from([np.float32, np.float64]))
def test_bytes_come_back_to_the_last_bit(picture, dtype):
    floats = to_floats(picture, "image", dtype)
    assert floats.dtype == dtype and floats.min() >= 0 and floats.max() <= 1
    np.testing.assert_array_equal(make_restore(picture)(floats), picture)
    tensor = torch.from_numpy(picture)
    np.testing.assert_array_equal(to_floats(tensor, "image", dtype), floats)
    restored = make_restore(tensor)(floats)
    assert restored.dtype == torch.uint8 and torch.equal(restored, tensor)


@pytest.mark.parametrize("kind", FLOATS)
def test_floats_are_neither_clipped_nor_rounded(kind):
    picture = (np.random.default_rng(0).random((3, 4, 3)) * 3 - 1).astype(kind)
    floats = to_floats(picture, "image", np.float64)
    np.testing.assert_array_equal(floats, picture)
    restored = make_restore(picture)(floats)
    assert restored.dtype == kind
    np.testing.assert_array_equal(restored, picture)


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_tensors_come_back_as_tensors(kind):
    picture = torch.rand(3, 4, 3).to(kind)
    restored = make_restore(picture)(to_floats(picture, "image", np.float64))
    assert restored.dtype == kind and torch.equal(restored, picture)


def test_bytes_are_rounded_to_nearest_and_clipped():
    restore = make_restore(np.zeros((1, 1, 3), np.uint8))
    np.testing.assert_array_equal(restore(np.array([[[-0.5, 0.5 - 0.1 / 255, 7.0]]])), [[[0, 127, 255]]])


def test_arrays_are_contiguous_whatever_is_given():
    picture = np.random.default_rng(0).random((6, 8, 3))[::2, ::-1]
    floats = to_floats(picture, "image", np.float64)
    assert floats.flags.c_contiguous
    np.testing.assert_array_equal(floats, picture)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.ones((4, 4)), r"must have shape \(H, W, 3\), got \(4, 4\); repeat the gray channel"),
        (np.ones((4, 4, 1)), "repeat the gray channel"),
        (np.ones((4, 4, 4)), "split the alpha channel off"),
        (np.ones((2, 4, 4, 3)), r"got \(2, 4, 4, 3\)"),
        (np.ones((0, 4, 3)), "has no pixels"),
        (np.ones((4, 4, 3), np.int64), "floats in .* or uint8, got int64"),
        (np.ones((4, 4, 3), bool), "got bool"),
        (np.full((4, 4, 3), np.nan), "holds NaN"),
    ],
)
def test_what_is_no_picture_is_refused_by_name(array, message):
    for check in (
        lambda: check_values(array, "the guide"),
        lambda: to_floats(array, "the guide", np.float32),
    ):
        with pytest.raises(ShapeError, match=f"^the guide .*{message}") as caught:
            check()
        assert "\n" not in str(caught.value)


def test_sizes_that_differ_are_named():
    check_same_size(np.ones((4, 5, 3)), np.zeros((4, 5, 3)))
    with pytest.raises(ShapeError, match="guide is 4 × 5 pixels, image 5 × 4"):
        check_same_size(np.ones((4, 5, 3)), np.ones((5, 4, 3)))
