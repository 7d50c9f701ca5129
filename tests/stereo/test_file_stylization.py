"""Two views from files to files: sizes, depth, names, nothing half; slips are found before the work."""

import numpy as np
import pytest
from films import make_pattern

from audiostyle.errors import AudiostyleError, PictureReadError, PictureWriteError, ShapeError
from audiostyle.image.io.files import PictureFile, read_picture, write_picture
from audiostyle.stereo import file_stylization
from audiostyle.stereo.file_stylization import stylize_stereo_file
from audiostyle.stereo.stylization import stylize_views


def save(path, pixels, **rest):
    write_picture(path, PictureFile(pixels.astype(np.float32) / 255, **rest))
    return path


@pytest.fixture
def files(tmp_path, monkeypatch):
    """left.png and right.png of 16 bits, both.png side by side, style.png."""
    monkeypatch.chdir(tmp_path)
    wide = make_pattern(48, 72)
    save("left.png", wide[:, :64], bits=16), save("right.png", wide[:, 8:], bits=16)
    save("both.png", np.concatenate([wide[:, :64], wide[:, 8:]], axis=1))
    save("style.png", make_pattern(32, 32, 5))
    return tmp_path


def read(name):
    return read_picture(name).pixels


def test_two_files_become_two(files):
    report = stylize_stereo_file("left.png", "right.png", "style.png", "a.png", "b.png", method="mkl")
    assert (report.out, report.right_out, report.method) == ("a.png", "b.png", "mkl")
    assert (report.height, report.width, report.bits) == (48, 64, 16)
    expected = stylize_views(read("left.png"), read("right.png"), read("style.png"), method="mkl")
    for name, pixels in zip(("a.png", "b.png"), expected, strict=True):
        np.testing.assert_allclose(read(name), pixels, atol=1e-4)
        assert read_picture(name).bits == 16


def test_both_in_one_file_become_one_or_two(files):
    stylize_stereo_file("both.png", None, "style.png", "out.png", method="mkl")
    stylize_stereo_file("both.png", None, "style.png", "l.png", "r.png", method="mkl")
    np.testing.assert_array_equal(read("out.png"), np.concatenate([read("l.png"), read("r.png")], axis=1))


def test_an_mpo_becomes_a_picture_of_both_side_by_side(files, write_mpo):
    wide = make_pattern(48, 72)
    write_mpo(files / "a.mpo", [wide[:, :64], wide[:, 8:]])
    stylize_stereo_file("a.mpo", None, "style.png", "out.jpg", layout="mpo", method="mkl")
    assert read("out.jpg").shape == (48, 128, 3)


def test_a_map_is_taken(files, monkeypatch):
    np.save("map.npy", np.full((48, 64), 8.0))
    monkeypatch.setattr("audiostyle.stereo.stylization.estimate_match", None)  # it is not estimated
    stylize_stereo_file(
        "left.png", "right.png", "style.png", "a.png", "b.png", method="mkl", disparity="map.npy"
    )
    assert read("b.png").shape == (48, 64, 3)


def test_without_a_method_it_is_the_usual_one(files):
    assert stylize_stereo_file("left.png", "right.png", "style.png", "a.png", "b.png").method == "grade"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"right": "gone.png"}, PictureReadError, "gone.png: cannot be read"),
        ({"right": "style.png"}, ShapeError, "left.png and style.png: views must be of one size"),
        ({"right": None}, ShapeError, "odd"),
        ({"out": "left.png"}, AudiostyleError, "is an input too"),
        ({"right_out": "a.png"}, AudiostyleError, "two results would go there"),
        ({"right_out": "map.npy"}, AudiostyleError, "is an input too"),
        ({"out": "a.doc"}, PictureWriteError, "suffix '.doc'"),
        ({"layout": "over"}, AudiostyleError, "layout must be one of"),
        ({"disparity": "style.png"}, PictureReadError, "is colored"),
        ({"network": "mosaic"}, AudiostyleError, "or a network"),
        ({"style": None}, AudiostyleError, "or a network"),
    ],
)
def test_slips_are_named_before_any_work(files, monkeypatch, arguments, error, message):
    np.save("map.npy", np.full((48, 60), 8.0))
    save("odd.png", make_pattern(48, 63))
    given = {"left": "left.png", "right": "right.png", "style": "style.png", "out": "a.png"} | arguments
    given |= {"right_out": given.get("right_out", "b.png"), "disparity": given.get("disparity", None)}
    if arguments == {"right": None}:
        given |= {"left": "odd.png"}
        error, message = PictureReadError, "is 63 pixels wide"
    if "layout" in arguments:
        given["right"] = None
    if given["right_out"] == "map.npy":
        given["disparity"] = "map.npy"
    with pytest.raises(error, match=message):
        stylize_stereo_file(**given, method=None)
    assert not (files / "a.png").exists() and not (files / "b.png").exists()


def test_a_map_of_another_size_is_refused(files):
    np.save("map.npy", np.full((48, 60), 8.0))
    with pytest.raises(ShapeError, match=r"map.npy: is \(48, 60\)"):
        stylize_stereo_file(
            "left.png", "right.png", "style.png", "a.png", "b.png", method="mkl", disparity="map.npy"
        )


def test_files_say_what_made_them(files, monkeypatch):
    written = {}
    monkeypatch.setattr(
        file_stylization, "write_picture", lambda path, _, comment: written.update({path: comment})
    )
    stylize_stereo_file("left.png", "right.png", "style.png", "a.png", "b.png", method="mkl")
    assert set(written) == {"a.png", "b.png"} and all(text.endswith(" mkl") for text in written.values())
