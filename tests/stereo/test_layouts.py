"""Two views in one file: halves and MPO files come back as they were; what holds no two views is refused."""

import numpy as np
import pytest
from films import make_pattern
from PIL import Image

from audiostyle.errors import AudiostyleError, PictureReadError
from audiostyle.image.io.files import PictureFile, read_picture, write_picture
from audiostyle.stereo.layouts import check_layout, is_stereo, join_views, read_views, split_views

LEFT, RIGHT = make_pattern(40, 56, 1), make_pattern(40, 56, 2)


def open_file(pixels, **rest):
    return PictureFile(pixels.astype(np.float32) / 255, **rest)


@pytest.mark.parametrize("alphas", [(False, False), (True, False), (True, True)])
def test_views_that_are_joined_are_split_again(tmp_path, alphas):
    views = [
        open_file(view, alpha=np.full(view.shape[:2], 0.5, np.float32) if alpha else None, bits=16)
        for view, alpha in zip((LEFT, RIGHT), alphas, strict=True)
    ]
    write_picture(tmp_path / "both.png", join_views((views[0], views[1])))
    for view, back in zip(views, read_views(tmp_path / "both.png", "side-by-side"), strict=True):
        np.testing.assert_allclose(back.pixels, view.pixels, atol=1e-5)
        if any(alphas):
            np.testing.assert_allclose(back.alpha, 1 if view.alpha is None else view.alpha, atol=1e-5)
    assert (back.alpha is not None) == any(alphas)


def test_halves_have_one_width():
    with pytest.raises(PictureReadError, match=r"odd\.png: is 5 pixels wide"):
        split_views(open_file(LEFT[:, :5]), "odd.png")


def test_mpo_files_hold_both_views(tmp_path, write_mpo):
    left, right = read_views(write_mpo(tmp_path / "a.mpo", [LEFT, RIGHT]), "mpo")
    assert np.abs(left.pixels - LEFT / 255).mean() < 0.01 and np.abs(right.pixels - RIGHT / 255).mean() < 0.01
    np.testing.assert_array_equal(left.pixels, read_picture(tmp_path / "a.mpo").pixels)


def test_only_mpo_files_of_two_views_say_that_they_are(tmp_path, write_mpo):
    assert is_stereo(write_mpo(tmp_path / "a.jpg", [LEFT, RIGHT]))
    assert not is_stereo(write_mpo(tmp_path / "phone.jpg", [LEFT, RIGHT], kind=0))
    Image.fromarray(LEFT).save(tmp_path / "plain.jpg")
    (tmp_path / "text.jpg").write_text("none")
    for name in ("plain.jpg", "text.jpg", "gone.jpg"):
        assert not is_stereo(tmp_path / name)


def test_of_an_mpo_of_a_phone_both_pictures_are_views_if_one_says_so(tmp_path, write_mpo):
    _, right = read_views(write_mpo(tmp_path / "phone.jpg", [LEFT, RIGHT], kind=0), "mpo")
    assert np.abs(right.pixels - RIGHT / 255).mean() < 0.01


@pytest.mark.parametrize("cut", [0.3, 0.55, 0.9])
def test_an_mpo_that_is_cut_short_is_refused_or_whole(tmp_path, write_mpo, cut):
    data = write_mpo(tmp_path / "a.mpo", [LEFT, RIGHT]).read_bytes()
    (tmp_path / "cut.mpo").write_bytes(data[: int(cut * len(data))])
    try:
        views = read_views(tmp_path / "cut.mpo", "mpo")
    except PictureReadError as error:
        assert "cut.mpo" in str(error) and "\n" not in str(error)
    else:
        assert all(view.pixels.shape == LEFT.shape for view in views)


def test_other_files_hold_no_two_views(tmp_path, write_mpo):
    Image.fromarray(LEFT).save(tmp_path / "plain.jpg")
    with pytest.raises(PictureReadError, match="holds no second view"):
        read_views(tmp_path / "plain.jpg", "mpo")
    with pytest.raises(PictureReadError, match="cannot be read"):
        read_views(tmp_path / "gone.mpo", "mpo")
    with pytest.raises(PictureReadError, match="of two sizes"):
        read_views(write_mpo(tmp_path / "a.mpo", [LEFT, RIGHT[:8, :8]]), "mpo")


def test_unknown_layouts_are_named():
    assert check_layout("mpo") == "mpo"
    with pytest.raises(AudiostyleError, match="side-by-side, mpo, not 'over'"):
        check_layout("over")
