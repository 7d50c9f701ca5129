"""Maps of disparities: every kind of file is read as it was written, and slips are named."""

import cv2
import numpy as np
import pytest
from PIL import Image

from audiostyle.errors import PictureReadError
from audiostyle.stereo.maps import read_disparity

MAP = np.array([[1.5, 2.25, 40.0], [0.5, 7.0, 3.75]], np.float32)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, ">f4"])
def test_arrays_come_back(tmp_path, dtype):
    np.save(tmp_path / "a.npy", MAP.astype(dtype))
    np.testing.assert_array_equal(read_disparity(tmp_path / "a.npy"), MAP)


def test_whole_numbers_are_pixels(tmp_path):
    np.save(tmp_path / "a.npy", np.array([[3, -2]], np.int16))
    assert read_disparity(tmp_path / "a.npy").tolist() == [[3, -2]]


def test_float_maps_as_another_program_writes_them_come_back(tmp_path):
    cv2.imwrite(str(tmp_path / "a.pfm"), MAP)
    np.testing.assert_array_equal(read_disparity(tmp_path / "a.pfm"), MAP)


def test_float_maps_of_either_byte_order_are_read(tmp_path):
    for order, scale in (("<f4", b"-1"), (">f4", b"1")):
        body = MAP[::-1].astype(order).tobytes()
        (tmp_path / "a.pfm").write_bytes(b"Pf\n3 2\n" + scale + b"\n" + body)
        np.testing.assert_array_equal(read_disparity(tmp_path / "a.pfm"), MAP)


def test_deep_pngs_hold_256_units_a_pixel_and_nothing_at_0(tmp_path):
    units = np.array([[256, 0], [384, 65535]], np.uint16)
    cv2.imwrite(str(tmp_path / "a.png"), units)
    np.testing.assert_array_equal(read_disparity(tmp_path / "a.png"), [[1, np.nan], [1.5, 65535 / 256]])


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_shallow_pngs_hold_pixels(tmp_path, mode):
    Image.fromarray(np.array([[0, 7], [200, 255]], np.uint8)).convert(mode).save(tmp_path / "a.png")
    np.testing.assert_array_equal(read_disparity(tmp_path / "a.png"), [[np.nan, 7], [200, 255]])


def test_what_is_not_finite_is_not_known(tmp_path):
    np.save(tmp_path / "a.npy", np.array([[np.inf, -np.inf, np.nan, 2]]))
    np.testing.assert_array_equal(read_disparity(tmp_path / "a.npy"), [[np.nan, np.nan, np.nan, 2]])


def write_objects(path):
    np.save(path, np.array([[object()]], dtype=object), allow_pickle=True)


def write_promise(path):
    """Write a header of a terabyte, and nothing after it."""
    header = {"descr": "<f4", "fortran_order": False, "shape": (500_000, 500_000)}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)


def write_header(path, text):
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text)


def test_columns_first_is_read_as_it_is(tmp_path):
    values = np.arange(6.0).reshape(2, 3) + 1
    np.save(tmp_path / "a.npy", np.asfortranarray(values))
    np.testing.assert_array_equal(read_disparity(tmp_path / "a.npy"), values)


@pytest.mark.parametrize(
    ("name", "write", "message"),
    [
        ("a.jpg", lambda path: path.write_bytes(b"x"), "are read from .npy, .pfm, .png"),
        ("a.npy", lambda path: None, "cannot be read"),
        ("a.npy", lambda path: path.write_bytes(b""), "damaged or no map"),
        ("a.npy", write_objects, "damaged or no map"),
        ("a.npy", write_promise, "damaged or no map"),
        ("a.npy", lambda path: write_header(path, b"{'descr': '<f4', 'shape': (2,"), "damaged or no map"),
        ("a.npy", lambda path: write_header(path, b"{'descr': ' "), "damaged or no map"),
        ("a.npy", lambda path: write_header(path, b"1 2"), "damaged or no map"),
        ("a.npy", lambda path: write_header(path, b" " * 20_000), "damaged or no map"),
        ("a.npy", lambda path: np.save(path, np.zeros((2, 2, 2))), r"of shape \(2, 2, 2\)"),
        ("a.npy", lambda path: np.save(path, np.array([["a"]])), "damaged or no map"),
        ("a.npy", lambda path: np.save(path, np.full((2, 2), np.nan)), "no disparity in it is known"),
        ("a.pfm", lambda path: path.write_bytes(b"PF\n1 1\n-1\n" + bytes(12)), "no gray PFM"),
        ("a.pfm", lambda path: path.write_bytes(b"Pf\n9 9\n-1\n" + bytes(12)), "damaged or no map"),
        ("a.pfm", lambda path: path.write_bytes(b"Pf\n"), "damaged or no map"),
        ("a.png", lambda path: path.write_bytes(b"x"), "not a picture"),
        ("a.png", lambda path: Image.new("RGB", (4, 4), (1, 2, 3)).save(path), "is colored"),
    ],
)
def test_slips_are_named_in_one_line(tmp_path, name, write, message):
    write(tmp_path / name)
    with pytest.raises(PictureReadError, match=message) as raised:
        read_disparity(tmp_path / name)
    assert "\n" not in str(raised.value) and name in str(raised.value)


def test_large_maps_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.ones((4, 4)))
    with pytest.raises(PictureReadError, match="no map"):
        read_disparity(tmp_path / "a.npy", max_pixels=15)
