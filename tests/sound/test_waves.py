"""What goes in decides what comes out: layout, type and device; what cannot be meant is one line."""

import logging

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from audiostyle.errors import ShapeError
from audiostyle.sound.waves import MOST_CHANNELS, check_wave, to_wave_list

FLOATS = [np.float16, np.float32, np.float64, np.longdouble, ">f4", ">f8"]
INTEGERS = [np.int8, np.int16, np.int32, np.uint8, np.uint16, ">i2", ">i4"]


def noise(*shape: int) -> np.ndarray:
    """A wave of values that every type holds exactly."""
    return np.random.default_rng(0).integers(-128, 128, shape) / 128


def to_type(wave: np.ndarray, dtype) -> np.ndarray:
    """A wave in a type, scaled as files scale integers."""
    kind = np.dtype(dtype)
    if kind.kind == "f":
        return wave.astype(kind)
    half = 2.0 ** (8 * kind.itemsize - 1)
    return (wave * half + (half if kind.kind == "u" else 0)).astype(kind)


@given(
    st.sampled_from(FLOATS + INTEGERS),
    st.sampled_from([(1,), (50,), (1, 50), (2, 50), (5, 2), (32, 32), (33, 33), (40, 50)]),
)
def test_an_array_gives_the_same_samples_and_comes_back_to_the_last_bit(dtype, shape):
    wave = noise(*shape)
    given_ = to_type(wave, dtype)
    before = given_.copy()
    array, restore = check_wave(given_)
    assert array.dtype == np.float32 and array.flags.c_contiguous and array.flags.writeable
    np.testing.assert_array_equal(array, wave)
    result = restore(array)
    assert type(result) is np.ndarray and result.dtype == before.dtype and result.shape == shape
    np.testing.assert_array_equal(result, before)
    array += 1
    np.testing.assert_array_equal(given_, before)  # it is a copy


@given(
    st.integers(1, MOST_CHANNELS),
    st.integers(MOST_CHANNELS + 1, 200),
    st.sampled_from([*FLOATS, *INTEGERS]),
    st.booleans(),
)
def test_samples_first_are_taken_so_and_come_back_so(channels, samples, dtype, tensor):
    samples = max(samples, channels + 1)
    wave = noise(channels, samples)
    given_ = to_type(wave, dtype).T
    if tensor:
        if given_.dtype not in (np.float32, np.float64, np.int16, np.int32, np.uint8):
            return
        given_ = torch.from_numpy(np.ascontiguousarray(given_))
    array, restore = check_wave(given_)
    np.testing.assert_array_equal(array, wave)
    assert array.flags.c_contiguous
    assert restore(array).shape == (samples, channels)
    np.testing.assert_array_equal(np.asarray(restore(array)), np.asarray(given_))


@pytest.mark.parametrize("shape", [(33, 33), (2, 33), (33, 40), (32, 2), (1, 1)])
def test_other_shapes_have_channels_first(shape):
    assert check_wave(noise(*shape))[0].shape == shape


def test_what_can_be_neither_layout_is_refused():
    with pytest.raises(ShapeError, match=r"\(100, 40\) would be 100 channels"):
        check_wave(noise(100, 40))


@pytest.mark.parametrize(
    "store",
    [
        np.asfortranarray,
        lambda wave: wave[:, ::-1][:, ::-1],
        lambda wave: wave.repeat(2, axis=1)[:, ::2],
        lambda wave: np.pad(wave, 1)[1:-1, 1:-1],
        lambda wave: np.lib.stride_tricks.as_strided(wave, writeable=False),
        lambda wave: wave.tolist(),
        lambda wave: np.ma.array(wave),
        lambda wave: memoryview(wave),
        lambda wave: torch.tensor(wave).T.contiguous().T,
        lambda wave: torch.tensor(wave, requires_grad=True),
        lambda wave: torch.tensor(wave).repeat_interleave(2, dim=1)[:, ::2],
        lambda wave: torch.nn.Parameter(torch.tensor(wave)) * 1.0,
    ],
)
def test_how_it_is_stored_changes_nothing(store):
    wave = noise(2, 50)
    array, restore = check_wave(store(wave.copy()))
    np.testing.assert_array_equal(array, wave)
    assert array.flags.c_contiguous and array.flags.writeable
    assert restore(array).shape == (2, 50)


def test_a_memory_map_is_read_only_and_taken(tmp_path):
    np.save(tmp_path / "wave.npy", to_type(noise(50), np.int16))
    array, _ = check_wave(np.load(tmp_path / "wave.npy", mmap_mode="r"))
    np.testing.assert_array_equal(array, noise(50))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_a_tensor_gives_a_tensor_of_its_floating_type(dtype):
    wave = torch.full((2, 5), 0.5, dtype=dtype, requires_grad=True)
    array, restore = check_wave(wave)
    assert isinstance(array, np.ndarray) and array.dtype == np.float32
    assert restore(array).dtype == dtype and torch.equal(restore(array), wave.detach())


@pytest.mark.parametrize("dtype", [torch.int16, torch.int32, torch.uint8])
def test_a_tensor_of_integers_gives_one_of_its_type(dtype):
    info = torch.iinfo(dtype)
    wave = torch.tensor([info.min, 0, 100, info.max], dtype=dtype)
    array, restore = check_wave(wave)
    assert array[0] == -1 and restore(array).dtype == dtype and torch.equal(restore(array), wave)


def test_results_beyond_the_full_scale_of_integers_are_clipped_and_that_is_said(caplog):
    _, restore = check_wave(np.zeros(4, np.int16), "the song")
    with caplog.at_level(logging.WARNING):
        assert restore(np.array([-2, -1, 1, 1.5], np.float32)).tolist() == [-32768, -32768, 32767, 32767]
    assert "the song: 2 samples of the result are beyond full scale" in caplog.text
    caplog.clear()
    restore(np.array([-1, 1], np.float32))
    assert not caplog.records


@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (0, 2), (2, 5, 1)])
def test_a_wrong_shape_is_named(shape):
    with pytest.raises(ShapeError, match=r"the style must have shape \(samples,\) or \(channels, samples\)"):
        check_wave(np.zeros(shape), "the style")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_sample_that_is_no_number_is_an_error(value):
    with pytest.raises(ShapeError, match="the content holds NaN or infinite samples"):
        check_wave(np.array([0.0, value]), "the content")


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_that_hold_integers_are_an_error_that_says_so(dtype):
    loud, faint = np.array([-3000, 20000], dtype), np.array([0, -2, 3], dtype)
    for wave in (loud, faint, loud * dtype(1.0001), torch.from_numpy(loud)):
        with pytest.raises(ShapeError, match=r"the song holds floats up to .*full scale is ±1; divide it"):
            check_wave(wave, "the song")
    check_wave(np.array([3.98, -2.51]))  # +12 dB, as mixes in floats may be
    check_wave(np.array([-1.0, 0.0, 1.0]))


@pytest.mark.parametrize(
    "wave",
    [
        np.ones(50, bool), np.ones(50, complex), np.ones(50, object), np.array(["a"] * 50), "song.wav",
        np.ones(50, np.int64), np.ones(50, np.uint32), None, {}, [[0.5], [0.5, 0.5]], [None] * 50,
        np.ma.array(np.zeros(3), mask=[0, 1, 0]), np.zeros(50, "datetime64[s]"), [0, 1, 0],
        torch.ones(50, dtype=bool), torch.ones(50, dtype=torch.complex64), torch.ones(50, dtype=torch.int64),
        torch.zeros(50, device="meta"), torch.zeros(50, 2).to_sparse(),
    ],
    ids=lambda wave: f"{type(wave).__name__}-{getattr(wave, 'dtype', '')}",
)  # fmt: skip
def test_what_is_no_wave_is_one_line_that_names_it(wave):
    with pytest.raises(ShapeError, match=r"^the style (must|has|holds|is|cannot) [^\n]+$"):
        check_wave(wave, "the style")


def test_one_wave_or_several():
    wave = noise(50)
    for one in (wave, torch.tensor(wave), wave.tolist(), [[0.5, 0.5], [0.5, 0.5]], (0.5, 0.25), "name"):
        assert to_wave_list(one) == [one] or to_wave_list(one)[0] is one
    assert len(to_wave_list([wave, wave])) == len(to_wave_list((torch.tensor(wave), wave.tolist()))) == 2
    assert to_wave_list([]) == []


def test_with_a_sample_rate_integers_are_limited_in_place_of_clipped(caplog):
    loud = np.float32(1.5) * np.sin(np.arange(8000, dtype=np.float32) / 20)
    loud[4000:] *= 0.1
    for shape in ((8000,), (1, 8000), (8000, 1)):
        _, restore = check_wave(np.zeros(shape, np.int16), sample_rate=8000)
        with caplog.at_level(logging.WARNING):
            made = restore(loud.reshape(1, -1) if len(shape) == 2 else loud).reshape(-1)
        assert not caplog.records and made.dtype == np.int16
        np.testing.assert_array_equal(made[5000:], np.rint(loud[5000:] * 32768))
        assert np.abs(np.diff(made[:3000], 2)).max() < 2 * 32768 / 20**2  # as smooth as it was, no corners
    _, restore = check_wave(np.zeros(8000), sample_rate=8000)
    np.testing.assert_array_equal(restore(loud), loud)
