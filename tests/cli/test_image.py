"""``audiostyle image`` from the outside: what lands where, what is said, what is left after trouble."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from audiostyle.image.io.files import read_picture
from audiostyle.models import zoo

METHOD = ("--method", "reinhard")
SHIPPED = zoo.shipped_folder()


def mean(path) -> np.ndarray:
    return read_picture(path).pixels.mean(axis=(0, 1))


def there() -> set[str]:
    return {str(path) for path in Path().rglob("*") if path.is_file()}


def test_a_picture_is_stylized_into_the_current_folder(audiostyle, picture, style):
    source = picture("album/photo.png")
    result = audiostyle("image", "stylize", source, style, *METHOD)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("album/photo.png -> photo.reinhard.png (30×20 in ")
    np.testing.assert_allclose(mean("photo.reinhard.png"), mean(style), atol=0.05)
    assert there() == {"album/photo.png", "style.jpg", "photo.reinhard.png"}


def test_everything_but_the_style_stays_as_it_was(audiostyle, picture, style):
    alpha = np.linspace(0, 1, 600, dtype=np.float32).reshape(20, 30)
    import imagecodecs

    profile = bytes(imagecodecs.cms_profile("adobergb"))
    before = read_picture(picture("a.tif", alpha=alpha, profile=profile, bits=16))
    assert audiostyle("image", "stylize", "a.tif", style, *METHOD).code == 0
    after = read_picture("a.reinhard.tif")
    assert after.profile == before.profile and after.bits == 16
    np.testing.assert_array_equal(after.alpha, before.alpha)
    assert after.pixels.shape == before.pixels.shape
    assert np.abs(after.pixels - before.pixels).max() > 0.05


def test_a_style_is_read_in_the_colors_of_the_content(audiostyle, picture):
    import imagecodecs

    picture("a.png")
    wide = picture("wide.png", profile=bytes(imagecodecs.cms_profile("adobergb")))
    assert audiostyle("image", "stylize", "a.png", wide, *METHOD).code == 0
    expected = read_picture(wide).convert_to_profile_of(read_picture("a.png")).mean(axis=(0, 1))
    assert np.abs(expected - mean(wide)).max() > 0.02
    np.testing.assert_allclose(mean("a.reinhard.png"), expected, atol=0.02)


def test_the_file_says_what_made_it(audiostyle, picture, style):
    audiostyle("image", "stylize", picture("a.jpg"), style, *METHOD, "--strength", 0.5)
    with Image.open("a.reinhard.jpg") as image:
        assert "audiostyle" in image.getexif()[305] and "reinhard strength=0.5" in image.getexif()[305]


def test_strength_zero_is_the_content(audiostyle, picture, style):
    audiostyle("image", "stylize", picture("a.png"), style, *METHOD, "--strength", 0)
    np.testing.assert_array_equal(read_picture("a.reinhard.png").pixels, read_picture("a.png").pixels)


@pytest.mark.parametrize("size", [(1, 1), (3, 5000)])
def test_odd_sizes_stay_what_they_are(audiostyle, picture, style, size):
    assert audiostyle("image", "stylize", picture("a.png", *size), style, *METHOD).code == 0
    assert read_picture("a.reinhard.png").pixels.shape == (*size, 3)


def test_several_styles_count_by_their_weights(audiostyle, picture, style):
    other = picture("other.png", color=(0.7, 0.7, 0.3))
    picture("a.png")
    for weights in ("1,0.0001", "0.0001,1"):
        arguments = ("--weights", weights, "-o", f"{weights}.png")
        assert audiostyle("image", "stylize", "a.png", style, other, *METHOD, *arguments).code == 0
    np.testing.assert_allclose(mean("1,0.0001.png"), mean(style), atol=0.05)
    np.testing.assert_allclose(mean("0.0001,1.png"), mean(other), atol=0.05)


def test_masks_of_any_size_say_what_is_to_look_like_what(audiostyle, picture, style):
    """Half of the content is of a label that the style has; the other half stays as it is."""
    before = read_picture(picture("a.png")).pixels
    Image.fromarray(np.repeat(np.uint8([[1, 2]]), 8, axis=0)).resize((10, 8)).save("content-mask.png")
    Image.new("L", (50, 50), 1).save("style-mask.png")
    masks = ("--content-mask", "content-mask.png", "--style-mask", "style-mask.png")
    result = audiostyle("image", "stylize", "a.png", style, *METHOD, *masks)
    assert result.code == 0
    assert "mask label 2 is only in the content mask: these pixels stay as they are" in result.err
    after = read_picture("a.reinhard.png").pixels
    np.testing.assert_array_equal(after[:, 15:], before[:, 15:])
    np.testing.assert_allclose(after[:, :15].mean(axis=(0, 1)), mean(style), atol=0.05)


# The sheet


def test_the_sheet_shows_content_style_and_the_result_without_and_with_smoothing(
    audiostyle, picture, style, monkeypatch
):
    from audiostyle.image import file_stylization

    shown, real = {}, file_stylization.make_sheet

    def watched(rows):
        shown.update(panel for row in rows for panel in row)
        return real(rows)

    monkeypatch.setattr(file_stylization, "make_sheet", watched)
    result = audiostyle("image", "stylize", picture("a.png", 100, 150), style, *METHOD, "--compare")
    assert (result.code, result.err) == (0, "")
    assert there() == {"a.png", "style.jpg", "a.reinhard.png", "a.reinhard.compare.png"}
    assert list(shown) == ["content", "style", "reinhard", "reinhard, smoothed (guided)"]
    content, _, plain, smoothed = shown.values()
    np.testing.assert_array_equal(content, read_picture("a.png").pixels)
    np.testing.assert_allclose(plain, read_picture("a.reinhard.png").pixels, atol=0.51 / 255)
    assert np.abs(smoothed - plain).max() > 1 / 255
    assert read_picture("a.reinhard.compare.png").pixels.shape[:2] > (200, 300)


def test_a_sheet_that_is_missing_is_made_without_the_result(audiostyle, picture, style):
    picture("a.png")
    audiostyle("image", "stylize", "a.png", style, *METHOD)
    before = Path("a.reinhard.png").stat().st_mtime_ns
    result = audiostyle("image", "stylize", "a.png", style, *METHOD, "--compare", "--skip-existing")
    assert result.code == 0 and Path("a.reinhard.compare.png").is_file()
    assert Path("a.reinhard.png").stat().st_mtime_ns == before


# Batches


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_batch_goes_on_past_what_fails_and_says_so(audiostyle, picture, style, jobs):
    for name in ("a.png", "deep/b.jpg"):
        picture(f"in/{name}")
    Path("in/damaged.jpg").write_bytes(Path("in/deep/b.jpg").read_bytes()[:300])
    Path("in/notes.txt").write_text("not a picture, and not called one")
    result = audiostyle("image", "stylize", "in", style, *METHOD, "-o", "out", "-j", jobs)
    assert result.code == 3
    assert {path for path in there() if path.startswith("out")} == {
        "out/a.reinhard.png",
        "out/deep/b.reinhard.jpg",
    }
    assert "in/damaged.jpg: is damaged or cut short" in result.err
    assert "1 of 3 failed: in/damaged.jpg" in result.err


def test_a_glob_is_expanded_by_us(audiostyle, picture, style):
    for name in ("a.png", "b.png"):
        picture(name)
    assert audiostyle("image", "stylize", "?.png", style, *METHOD, "-o", "out/").code == 0
    assert {path for path in there() if path.startswith("out")} == {
        "out/a.reinhard.png",
        "out/b.reinhard.png",
    }


# Machines


def test_json_has_a_line_for_each_output(audiostyle, picture, style):
    picture("a.png", bits=16)
    result = audiostyle("image", "stylize", "a.png", style, *METHOD, "--json", "--compare")
    made, sheet = (json.loads(line) for line in result.out.splitlines())
    assert made["elapsed"] >= 0 and (made["sheet"], sheet["sheet"]) == (False, True)
    keys = ("input", "output", "method", "styles", "width", "height", "bits", "strength")
    assert [made[key] for key in keys] == [
        "a.png",
        "a.reinhard.png",
        "reinhard",
        ["style.jpg"],
        30,
        20,
        16,
        1.0,
    ]


@pytest.mark.parametrize("json_too", [False, True])
def test_a_dry_run_says_what_would_happen_and_does_nothing(audiostyle, picture, style, json_too):
    picture("in/a.png")
    before = there()
    more = ["--json"] if json_too else []
    result = audiostyle("image", "stylize", "in", style, *METHOD, "-o", "out", "--dry-run", *more)
    assert result.code == 0 and "out/a.reinhard.png" in result.out
    assert there() == before
    if json_too:
        record = json.loads(result.out)
        assert record["method"] == "reinhard" and record["dry_run"] and "midi" not in record


def test_quiet_says_only_what_went_wrong(audiostyle, picture, style):
    assert audiostyle("image", "stylize", picture("a.png"), style, *METHOD, "-q")[1:] == ("", "")


# Nothing is lost


def test_what_exists_is_kept_skipped_or_replaced_as_asked(audiostyle, picture, style):
    picture("a.png")
    Path("a.reinhard.png").write_text("dear")
    command = ("image", "stylize", "a.png", style, *METHOD)
    refused, skipped = audiostyle(*command), audiostyle(*command, "--skip-existing")
    assert (refused.code, skipped.code) == (1, 0)
    assert "exists already; use --overwrite" in refused.err and "skipped" in skipped.out
    assert Path("a.reinhard.png").read_text() == "dear"
    assert audiostyle(*command, "--overwrite").code == 0
    assert read_picture("a.reinhard.png").pixels.shape == (20, 30, 3)


@pytest.mark.parametrize("victim", ["a.png", "style.jpg", "./a.png", "mask.png"])
def test_nothing_that_is_read_is_replaced(audiostyle, picture, style, victim):
    picture("a.png")
    Image.new("L", (30, 20), 1).save("mask.png")
    before = Path(victim).read_bytes()
    masks = ("--content-mask", "mask.png", "--style-mask", "mask.png")
    result = audiostyle("image", "stylize", "a.png", style, *METHOD, *masks, "-o", victim, "--overwrite")
    assert result.code == 2 and "would replace the input" in result.err
    assert Path(victim).read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ["--method", "reinhart"],
            2,
            "did you mean 'reinhard'?; use one of develop, grade, photowct, transport",
        ),
        (["--strength", "2"], 2, "--strength"),
        (["--smooth", "very"], 2, "--smooth"),
        (["--weights", "1,2"], 2, "--weights: 1 style(s) need as many, not 2"),
        (["--weights", "much"], 2, "--weights much: give numbers"),
        (["--levels", "4;3"], 2, "--levels 4;3: give numbers"),
        (["--content-mask", "style.jpg"], 2, "give both or none"),
        (["--style-mask", "style.jpg"], 2, "give both or none"),
        (["-o", "out.xyz"], 2, "cannot write suffix '.xyz'; use one of .png"),
        (["-o", "-", "--json"], 2, "both need stdout"),
        (["-o", "-", "--compare"], 2, "writes a second file"),
        (["--filename", "{domain}.png"], 2, "use only {stem}, {method} and {ext}"),
        (["--overwrite", "--skip-existing"], 2, "exclude each other"),
        ([*METHOD, "--max-megapixels", "0.0001"], 1, "style.jpg: has 12×16 pixels"),
        ([*METHOD, "-o", "out.jpg"], 1, "out.jpg: JPEG has no transparency; write .png"),
        ([*METHOD, "--levels", "4,3"], 2, "--levels: --method reinhard has no such option"),
        ([*METHOD, "--memory-limit", "2"], 2, "--memory-limit: --method reinhard has no such option"),
        (["--smoothness", "0.9"], 2, "--smoothness: of no effect without --smooth exact"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(audiostyle, picture, style, arguments, code, message):
    picture("a.png", alpha=np.full((20, 30), 0.5, np.float32))
    result = audiostyle("image", "stylize", "a.png", style, *arguments)
    assert result.code == code
    assert message in result.err and result.err.count("\n") == 1
    assert there() == {"a.png", "style.jpg"}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["gone.png", "style.jpg"], 1, "gone.png: no such file"),
        (["a.png", "gone.jpg"], 1, "gone.jpg: no such file"),
        (["a.png", "in"], 2, "a style is a picture; use --pairs"),
        (["a.png"], 2, "give one STYLE or several"),
        (["text.png", "style.jpg"], 1, "text.png: is not a picture"),
        (["a.png", "text.png"], 1, "text.png: is not a picture"),
        (["short.tif", "style.jpg"], 1, "short.tif: is damaged or cut short"),
    ],
)
def test_pictures_that_are_none_are_one_line(audiostyle, picture, style, arguments, code, message):
    picture("a.png")
    picture("in/b.png")
    Path("text.png").write_text("once upon a time")
    whole = picture("whole.tif", bits=16, profile=b"a profile that lies behind the pixels" * 30).read_bytes()
    Path("short.tif").write_bytes(whole[:400])
    result = audiostyle("image", "stylize", *arguments, *METHOD)
    assert (result.code, result.err.count("\n")) == (code, 1) and message in result.err


def test_a_bad_style_is_one_line_and_not_one_for_each_content(audiostyle, picture, style):
    picture("in/a.png"), picture("in/b.png")
    Path("style.jpg").write_bytes(b"")
    result = audiostyle("image", "stylize", "in", style, *METHOD)
    assert (result.code, result.err) == (
        1,
        "audiostyle: style.jpg: is empty (zero bytes); choose another file\n",
    )


def test_an_interruption_leaves_nothing_half_written(audiostyle, picture, style, monkeypatch):
    from audiostyle.image.io import encode as encoding

    picture("a.png")

    def interrupted(path, *rest):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(encoding, "write_png", interrupted)
    result = audiostyle("image", "stylize", "a.png", style, *METHOD)
    assert result.code == 130 and "interrupted" in result.err
    assert there() == {"a.png", "style.jpg"}


# Pipes


def test_a_picture_goes_in_and_out_through_pipes(program, picture, style):
    source = picture("a.tif")
    done = program("image", "stylize", "-", style, *METHOD, "-o", "-", stdin=source.read_bytes())
    assert done.returncode == 0, done.stderr
    with Image.open(io.BytesIO(done.stdout)) as image:
        assert (image.format, image.size) == ("TIFF", (30, 20))
    assert b"- -> -" in done.stderr


def test_methods_are_shown_side_by_side(audiostyle, picture, style):
    picture("a.png", 40, 50)
    arguments = ("--compare", "--methods", "mkl,idt")
    assert audiostyle("image", "stylize", "a.png", style, *METHOD, *arguments).code == 0
    wide = read_picture("a.reinhard.compare.png").pixels.shape
    assert audiostyle("image", "stylize", "a.png", style, *METHOD, "--compare", "--overwrite").code == 0
    assert wide[0] > read_picture("a.reinhard.compare.png").pixels.shape[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--methods", "mkl"), "--methods: of no effect without --compare"),
        (("--compare", "--methods", "mkl,idd"), "did you mean 'idt'?"),
        (("--segments", "some"), "give auto, none, or a name that ends in .png"),
        (("--segments", "auto", "--content-mask", "a.png", "--style-mask", "a.png"), "leave out --segments"),
    ],
)
def test_slips_about_segments_and_sheets_are_named(audiostyle, picture, style, arguments, message):
    picture("a.png")
    result = audiostyle("image", "stylize", "a.png", style, *METHOD, *arguments)
    assert result.code == 2 and message in result.err and there() == {"a.png", str(style)}


def test_segments_are_shown_and_can_be_edited(audiostyle, picture, style, monkeypatch):
    monkeypatch.setattr(zoo, "shipped_folder", lambda: SHIPPED)
    picture("a.png", 40, 50)
    result = audiostyle("image", "stylize", "a.png", style, "--segments", "parts.png", "-o", "b.png")
    assert (result.code, result.err) == (0, "")
    assert {"b.png", "parts.png", "parts.content.png", "parts.style.png"} <= there()
    masks = ("--content-mask", "parts.content.png", "--style-mask", "parts.style.png")
    assert audiostyle("image", "stylize", "a.png", style, *masks, "-o", "c.png").code == 0


def test_the_default_is_grading_and_what_is_said_of_networks_is_photowct(audiostyle, picture, style):
    """The shipped model of these tests is no backbone, so that both end with a line that says so."""
    picture("a.png")
    for arguments in ((), ("--levels", "1")):
        result = audiostyle("image", "stylize", "a.png", style, *arguments)
        assert result.code == 1 and "no model 'photo'" in result.err


def test_strength_goes_with_depth(audiostyle, picture, style):
    from audiostyle.image.io.files import PictureFile, write_picture

    picture("a.png")
    ramp = np.tile(np.linspace(0, 1, 30, dtype=np.float32), (20, 1))
    write_picture("depth.png", PictureFile(np.repeat(ramp[..., None], 3, axis=2)))
    arguments = ("--depth", "depth.png", "--depth-strength", "0,1", "-o", "b.png")
    assert audiostyle("image", "stylize", "a.png", style, *METHOD, *arguments).code == 0
    assert audiostyle("image", "stylize", "a.png", style, *METHOD, "-o", "c.png").code == 0
    before, mixed, whole = (read_picture(name).pixels for name in ("a.png", "b.png", "c.png"))
    np.testing.assert_allclose(mixed[:, -1], before[:, -1], atol=1e-3)
    np.testing.assert_allclose(mixed[:, 0], whole[:, 0], atol=1e-3)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--depth-strength", "0,1"), 2, "--depth-strength: of no effect without --depth"),
        (("--depth", "a.png", "--depth-strength", "2,1"), 2, "give two numbers from 0 to 1"),
        (("--depth", "a.png"), 1, "a map of depth is gray"),
        (("--depth", "gone.png"), 1, "gone.png: cannot be read"),
        (("--depth", "b.png", "-o", "b.png"), 2, "would replace the input b.png"),
    ],
)
def test_slips_about_depth_are_named(audiostyle, picture, style, arguments, code, message):
    picture("a.png")
    result = audiostyle("image", "stylize", "a.png", style, *METHOD, *arguments)
    assert result.code == code and message in result.err and result.err.count("\n") == 1
