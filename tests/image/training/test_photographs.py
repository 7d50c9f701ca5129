"""Photographs to train on: which they are, how they are split; a step's crops are always the same."""

import numpy as np
import pytest
import torch
from PIL import Image

from audiostyle.errors import TrainingError
from audiostyle.image.training.photographs import PhotographCrops, find_photographs, hold_out, load_reduced


def picture(path, width: int, height: int):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (width, height), (200, 100, 50)).save(path)
    return path


def test_folders_are_searched_and_thumbnails_and_texts_left_out(tmp_path):
    wanted = picture(tmp_path / "deep" / "er" / "a.jpg", 500, 600)
    picture(tmp_path / "thumb.png", 100, 80)
    (tmp_path / "b.jpg").write_text("not a picture")
    (tmp_path / "c.txt").write_text("notes")
    assert find_photographs([tmp_path]) == [wanted]


def test_of_one_picture_in_several_sizes_the_largest_is_taken(tmp_path):
    picture(tmp_path / "sea" / "640x480.png", 640, 480)
    large = picture(tmp_path / "sea" / "1280x960.png", 1280, 960)
    assert find_photographs([tmp_path]) == [large]


def test_a_folder_without_photographs_is_named(tmp_path):
    with pytest.raises(TrainingError, match=tmp_path.name):
        find_photographs([tmp_path])


def test_the_split_depends_on_names_alone_and_holds_out_about_a_quarter(tmp_path):
    files = [tmp_path / f"{n}.jpg" for n in range(1000)]
    train, held_out = hold_out(files)
    assert 200 < len(held_out) < 300
    assert sorted(train + held_out) == sorted(files)
    assert set(hold_out(files[:500])[1]) <= set(held_out)


def test_a_steps_crops_are_always_the_same_and_differ_from_the_next(photo_folder):
    files = find_photographs([photo_folder])
    first, again = PhotographCrops(files, 48, 3, seed=1), PhotographCrops(files, 48, 3, seed=1)
    again(7)
    assert torch.equal(first(5), again(5))
    assert not torch.equal(first(5), first(6))
    assert not torch.equal(first(5), PhotographCrops(files, 48, 3, seed=2)(5))


def test_crops_have_the_size_and_range_promised(photo_folder):
    batch = PhotographCrops(find_photographs([photo_folder]), 64, 5, seed=0)(0)
    assert batch.shape == (5, 3, 64, 64)
    assert batch.min() >= 0 and batch.max() <= 1


def test_a_crop_can_be_larger_than_the_picture(tmp_path):
    batch = PhotographCrops([picture(tmp_path / "a.png", 400, 500)], 512, 1, seed=0)(0)
    expected = torch.tensor([200.0, 100, 50]).view(1, 3, 1, 1) / 255
    torch.testing.assert_close(batch, expected.expand_as(batch))


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_large_pictures_are_reduced_and_small_ones_left_alone(tmp_path, suffix):
    assert load_reduced(picture(tmp_path / f"a{suffix}", 4000, 3000), 1024).shape[0] == 1024
    assert load_reduced(picture(tmp_path / f"b{suffix}", 500, 600), 1024).shape == (600, 500, 3)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK"])
def test_every_mode_becomes_rgb(tmp_path, mode):
    path = tmp_path / ("a.tiff" if mode == "CMYK" else "a.png")
    Image.new(mode, (8, 8), 7 if mode in "LP" else (7,) * 4).save(path)
    assert load_reduced(path).shape == (8, 8, 3)
    assert load_reduced(path).dtype == np.uint8


def test_a_damaged_picture_is_named(tmp_path):
    path = picture(tmp_path / "torn.png", 500, 500)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(TrainingError, match=r"torn\.png"):
        load_reduced(path)


def test_a_photograph_that_cannot_be_read_is_left_out_and_named_once(tmp_path, caplog):
    good = picture(tmp_path / "good.png", 480, 400)
    cut = picture(tmp_path / "cut.png", 480, 400)
    cut.write_bytes(cut.read_bytes()[:300])
    (tmp_path / "text.jpg").write_text("no picture")
    files = find_photographs([tmp_path])
    assert files == [cut, good] and "text.jpg: cannot be read" in caplog.text
    crops = PhotographCrops(files, 64, 8, seed=0)
    batches = [crops(number) for number in range(3)]
    assert all(batch.shape == (8, 3, 64, 64) for batch in batches)
    assert caplog.text.count("cut.png") == 1
    with pytest.raises(TrainingError, match="none of the photographs can be read"):
        PhotographCrops([cut], 64, 1, seed=0)(0)
