"""What is no wave and no picture is refused by name; silence and single colors warn."""

import warnings

import numpy as np
import pytest

from audiostyle.errors import ShapeError
from audiostyle.evaluate.validation import to_samples, validate_pictures, validate_rate, validate_wave

PICTURE = np.random.default_rng(0).random((4, 5, 3))


@pytest.mark.parametrize(
    "wave", [np.zeros((2, 5)), np.zeros(0), np.array([0.0, np.nan]), np.array([np.inf, 1.0]), np.float64(1)]
)
def test_what_is_no_wave_is_refused_by_name(wave):
    with pytest.raises(ShapeError, match="the estimate"):
        validate_wave("the estimate", np.asarray(wave))


def test_silence_warns_and_sound_does_not():
    with pytest.warns(UserWarning, match="the estimate is silent") as caught:
        validate_wave("the estimate", np.zeros(4), stacklevel=2)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        validate_wave("the estimate", np.array([0.0, 1.0]))


@pytest.mark.parametrize("sample_rate", [0, -1, float("nan")])
def test_a_sample_rate_is_positive(sample_rate):
    with pytest.raises(ShapeError, match="sample rate must be positive"):
        validate_rate(sample_rate)


def test_pictures_come_back_in_double_precision_and_in_order():
    one, other = validate_pictures(one=PICTURE.astype(np.float32), other=PICTURE)
    assert one.dtype == other.dtype == np.float64
    assert np.array_equal(one, PICTURE.astype(np.float32)) and np.array_equal(other, PICTURE)


@pytest.mark.parametrize(
    "picture", [PICTURE[0], PICTURE[:0], PICTURE + 1, PICTURE * np.nan, np.ones((2, 2, 3), np.int32)]
)
def test_what_is_no_picture_is_refused_by_name(picture):
    with pytest.raises(ShapeError, match=r"^other "):
        validate_pictures(one=PICTURE, other=picture)


def test_a_single_color_warns():
    with pytest.warns(UserWarning, match="one is of a single color"):
        validate_pictures(one=np.full((2, 2, 3), 0.5))


def test_bytes_are_pictures_too():
    picture = np.random.default_rng(0).integers(0, 256, (4, 5, 3), dtype=np.uint8)
    (found,) = validate_pictures(result=picture)
    np.testing.assert_array_equal(found, picture / 255)


@pytest.mark.parametrize(
    "wave", ["a", [None], [1j], [[0.5], [0.5, 0.5]], np.ones(4, bool), np.ones(4, np.int64)]
)
def test_what_holds_no_samples_is_named(wave):
    with pytest.raises(ShapeError, match=r"^estimate [^\n]+$"):
        to_samples("estimate", wave)


def test_integers_have_the_full_scale_of_their_type():
    wave = np.array([0, -32768, 16384], np.int16)
    np.testing.assert_array_equal(to_samples("estimate", wave), [0, -1, 0.5])
    np.testing.assert_array_equal(to_samples("estimate", [0.25]), [0.25])


def test_pictures_are_compared_by_their_colors_alone():
    for shape in ((2, 2, 4), (2, 2), (3, 5, 7)):
        with pytest.raises(ShapeError, match=r"result must have shape \(H, W, 3\), got"):
            validate_pictures(result=np.full(shape, 0.5))
