"""What goes in decides what comes out: kind of array, floating type and device."""

import numpy as np
import pytest
import torch

from audiostyle.errors import ShapeError
from audiostyle.sound.waves import check_wave


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(5,), (2, 5)])
def test_an_array_gives_an_array_of_its_floating_type(dtype, shape):
    wave = np.full(shape, 0.5, dtype)
    array, restore = check_wave(wave)
    assert array.dtype == np.float32 and np.array_equal(array, wave)
    assert isinstance(restore(array), np.ndarray) and restore(array).dtype == dtype


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_a_tensor_gives_a_tensor_of_its_floating_type(dtype):
    wave = torch.full((2, 5), 0.5, dtype=dtype, requires_grad=True)
    array, restore = check_wave(wave)
    assert isinstance(array, np.ndarray) and array.dtype == np.float32
    assert restore(array).dtype == dtype and torch.equal(restore(array), wave.detach())


def test_integers_give_float32():
    assert check_wave(np.array([0, 1]))[1](np.zeros(2, np.float32)).dtype == np.float32
    assert check_wave(torch.tensor([0, 1]))[1](np.zeros(2, np.float32)).dtype == torch.float32


def test_the_input_is_not_changed():
    wave = np.zeros(5, np.float32)
    array, _ = check_wave(wave)
    array += 1
    assert not wave.any()


@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (2, 5, 1)])
def test_a_wrong_shape_is_named(shape):
    with pytest.raises(ShapeError, match=r"the style must have shape \(samples,\) or \(channels, samples\)"):
        check_wave(np.zeros(shape), "the style")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_sample_that_is_no_number_is_an_error(value):
    with pytest.raises(ShapeError, match="the content holds NaN or infinite samples"):
        check_wave(np.array([0.0, value]), "the content")
