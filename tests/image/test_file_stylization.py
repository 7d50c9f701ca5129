"""Stylization from files to a file keeps everything of the content that is not style."""

from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from audiostyle.errors import AudiostyleError, PictureReadError, PictureWriteError
from audiostyle.image import stylize, stylize_file
from audiostyle.image.io.files import PictureFile, read_picture, write_picture

ADOBE_RGB = bytes(imagecodecs.cms_profile("adobergb"))


@pytest.fixture
def files(tmp_path, picture_pair) -> tuple[str, str]:
    """The paths of a content of 16 bits in a wide color space, and of a style."""
    content, style = picture_pair
    write_picture(tmp_path / "content.png", PictureFile(content, profile=ADOBE_RGB, bits=16))
    write_picture(tmp_path / "style.png", PictureFile(style))
    return str(tmp_path / "content.png"), str(tmp_path / "style.png")


def test_the_result_is_that_of_the_arrays_in_the_contents_color_space(files, tmp_path):
    report = stylize_file(*files, tmp_path / "out.png", method="mkl", smooth="guided", strength=0.5)
    content, style, found = (read_picture(path) for path in (*files, tmp_path / "out.png"))
    converted = style.convert_to_profile_of(content)
    expected = stylize(content.pixels, converted, method="mkl", smooth="guided", strength=0.5)
    np.testing.assert_allclose(found.pixels, expected, atol=0.51 / 65535)
    assert (found.bits, found.profile) == (16, ADOBE_RGB)
    assert (report.out, report.sheet) == (str(tmp_path / "out.png"), None)
    assert (report.method, report.smoothing) == ("mkl", "guided")
    assert (report.height, report.width, report.bits) == (*content.pixels.shape[:2], 16)
    assert report.seconds > 0


def test_styles_may_be_read_already_and_be_several(files, tmp_path):
    content, style = files
    for name, styles in (("a.png", [style, content]), ("b.png", [read_picture(style), content])):
        stylize_file(content, styles, tmp_path / name, method="reinhard", weights=[3, 1])
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_masks_are_files_or_arrays(files, tmp_path, picture_pair):
    masks = []
    for name, picture in zip(("c", "s"), picture_pair, strict=True):
        labels = np.zeros(picture.shape[:2], dtype=np.uint8)
        labels[len(labels) // 2 :] = 1
        Image.fromarray(labels).save(tmp_path / f"{name}-mask.png")
        masks.append(labels)
    paths = {"content_mask": tmp_path / "c-mask.png", "style_mask": str(tmp_path / "s-mask.png")}
    arrays = {"content_mask": masks[0], "style_mask": [masks[1]]}
    for name, chosen in (("paths.png", paths), ("arrays.png", arrays), ("none.png", {})):
        stylize_file(*files, tmp_path / name, method="mkl", **chosen)
    results = [(tmp_path / f"{name}.png").read_bytes() for name in ("paths", "arrays", "none")]
    assert results[0] == results[1] != results[2]


def test_a_sheet_shows_the_result_without_and_with_smoothing(files, tmp_path):
    sheet = tmp_path / "sheet.png"
    report = stylize_file(*files, tmp_path / "out.png", method="mkl", sheet=sheet)
    assert (report.sheet, report.smoothing) == (str(sheet), "none")
    height, width, _ = read_picture(files[0]).pixels.shape
    assert (
        read_picture(sheet).pixels.shape[0] > 2 * height and read_picture(sheet).pixels.shape[1] > 2 * width
    )
    stylize_file(*files, tmp_path / "plain.png", method="mkl")
    assert (tmp_path / "out.png").read_bytes() == (tmp_path / "plain.png").read_bytes()


def test_the_tag_software_names_the_maker(files, tmp_path):
    from audiostyle import __version__

    stylize_file(*files, tmp_path / "a.png", method="mkl")
    stylize_file(*files, tmp_path / "b.png", method="mkl", comment="by hand")
    tags = [Image.open(tmp_path / name).getexif()[305] for name in ("a.png", "b.png")]
    assert tags == [f"audiostyle {__version__} mkl", "by hand"]


def test_what_progress_raises_ends_the_work_and_nothing_is_written(files, tmp_path):
    def interrupt(done: float, total: float | None) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stylize_file(*files, tmp_path / "out.png", method="mkl", progress=interrupt)
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"out": "out.xyz"}, PictureWriteError, "cannot write suffix"),
        ({"sheet": "sheet.xyz"}, PictureWriteError, "cannot write suffix"),
        ({"style": "gone.png"}, PictureReadError, "no such file"),
        ({"content_mask": "gone.png"}, PictureReadError, "no such file"),
        ({"max_pixels": 10}, PictureReadError, "more than the limit"),
        ({"method": "fotowct"}, AudiostyleError, "did you mean 'photowct'"),
        ({"smooth": "bilateral"}, AudiostyleError, "exact, guided, none"),
        ({"levels": (1, 2)}, AudiostyleError, "'mkl' has no option 'levels'"),
    ],
)
def test_mistakes_are_one_line_and_leave_nothing(files, tmp_path, monkeypatch, arguments, error, message):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    content, style = files
    defaults = {"content": content, "style": style, "out": "out.png", "method": "mkl"}
    with pytest.raises(error, match=message) as caught:
        stylize_file(**defaults | arguments)
    assert "\n" not in str(caught.value)
    assert sorted(tmp_path.iterdir()) == before


def test_without_a_name_for_the_result_only_the_sheet_is_written(files, tmp_path):
    before = set(tmp_path.iterdir())
    report = stylize_file(*files, None, method="mkl", sheet=tmp_path / "sheet.png")
    assert report.out is None
    assert set(tmp_path.iterdir()) - before == {tmp_path / "sheet.png"}


def test_a_result_that_cannot_be_written_is_found_before_the_work(files, tmp_path, monkeypatch):
    def work(*_, **__):
        raise AssertionError("the picture was stylized")

    monkeypatch.setattr("audiostyle.image.file_stylization.run_method", work)
    (tmp_path / "a file").touch()
    (tmp_path / "a folder.png").mkdir()
    for name in ("a file/out.png", "a folder.png", "x" * 300 + ".png"):
        with pytest.raises(PictureWriteError, match=name):
            stylize_file(*files, tmp_path / name, method="mkl")
        with pytest.raises(PictureWriteError, match=name):
            stylize_file(*files, tmp_path / "out.png", sheet=tmp_path / name, method="mkl")


def test_a_result_replaces_nothing_that_it_is_made_from(files, tmp_path):
    content, style = map(Path, files)
    link = tmp_path / "link.png"
    link.symlink_to(style)
    before = [path.read_bytes() for path in (content, style)]
    for out in (content, style, link, f"{tmp_path}/./{link.name}"):
        with pytest.raises(AudiostyleError, match="is an input too"):
            stylize_file(content, style, out, method="mkl")
        with pytest.raises(AudiostyleError, match="is an input too"):
            stylize_file(content, style, None, method="mkl", sheet=out)
    with pytest.raises(AudiostyleError, match="two results would go there"):
        stylize_file(content, style, tmp_path / "new.png", method="mkl", sheet=tmp_path / "new.png")
    assert [path.read_bytes() for path in (content, style)] == before


def test_a_picture_of_which_nothing_is_seen_is_named(files, tmp_path):
    clear = tmp_path / "clear.png"
    write_picture(clear, PictureFile(np.zeros((4, 4, 3), np.float32), np.zeros((4, 4), np.float32)))
    for pair in ((clear, files[1]), (files[0], clear)):
        with pytest.raises(PictureReadError, match=r"clear\.png: is wholly transparent"):
            stylize_file(*pair, tmp_path / "out.png", method="mkl")
