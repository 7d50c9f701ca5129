"""``audiostyle image stylize`` on two views: names of results, layouts, slips in one line, nothing half."""

import json
from pathlib import Path

import numpy as np
import pytest
from fake_ray import FakeRay
from films import make_pattern
from PIL import Image

from audiostyle.image.io.files import read_picture

METHOD = ("--method", "mkl")
WIDE = make_pattern(32, 52)
LEFT, RIGHT = WIDE[:, :48], WIDE[:, 4:]


def save(path, pixels):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


@pytest.fixture
def views(workplace):
    save("left.png", LEFT), save("right.png", RIGHT)
    save("both.png", np.concatenate([LEFT, RIGHT], axis=1))


def read(path):
    return read_picture(path).pixels


def there():
    return {str(path) for path in Path().rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("arguments", "results"),
    [
        ((), ("left.mkl.png", "right.mkl.png")),
        (("-o", "made"), ("made/left.mkl.png", "made/right.mkl.png")),
        (("-o", "a.png"), ("a.png", "a.right.png")),
        (("-o", "a.jpg"), ("a.jpg", "a.right.jpg")),
        (("-o", "a.png", "--right-out", "r/b.tif"), ("a.png", "r/b.tif")),
        (("--filename", "{stem}_{method}.{ext}"), ("left_mkl.png", "right_mkl.png")),
    ],
)
def test_results_of_two_files_are_called_after_them(audiostyle, style, views, arguments, results):
    before = there()
    if arguments == ("-o", "made"):
        Path("made").mkdir()
    result = audiostyle("image", "stylize", "left.png", style, "--right", "right.png", *METHOD, *arguments)
    assert (result.code, result.err) == (0, "")
    assert there() - before == set(results)
    assert [line.split(" ")[2] for line in result.out.splitlines()] == list(results)
    assert all(read(path).shape == (32, 48, 3) for path in results)


def test_views_of_one_name_get_two_names(audiostyle, style, workplace):
    save("l/a.png", LEFT), save("r/a.png", RIGHT)
    assert audiostyle("image", "stylize", "l/a.png", style, "--right", "r/a.png", *METHOD).code == 0
    assert {"a.mkl.png", "a.mkl.right.png"} <= there()


def test_pictures_of_both_views_stay_such(audiostyle, style, views):
    layout = ("--layout", "side-by-side")
    assert audiostyle("image", "stylize", "both.png", style, *METHOD, *layout).code == 0
    assert audiostyle("image", "stylize", "left.png", style, *METHOD, "--right", "right.png").code == 0
    both = np.concatenate([read("left.mkl.png"), read("right.mkl.png")], axis=1)
    np.testing.assert_array_equal(read("both.mkl.png"), both)


def test_a_folder_of_pictures_of_both_views_is_a_batch(audiostyle, style, workplace):
    for name in "ab":
        save(f"in/{name}.png", np.concatenate([LEFT, RIGHT], axis=1))
    save("in/odd.png", LEFT[:, :47])
    result = audiostyle(
        "image", "stylize", "in", style, *METHOD, "--layout", "side-by-side", "-o", "made", "--jobs", 2
    )
    assert result.code == 3 and "odd.png: is 47 pixels wide" in result.err
    assert {"made/a.mkl.png", "made/b.mkl.png"} <= there() and "made/odd.mkl.png" not in there()


def test_mpo_files_of_two_views_are_known_as_such(audiostyle, style, workplace, monkeypatch):
    Image.fromarray(LEFT).save("a.mpo", "MPO", save_all=True, append_images=[Image.fromarray(RIGHT)])
    assert audiostyle("image", "stylize", "a.mpo", style, *METHOD, "-o", "one.png").code == 0
    monkeypatch.setattr("audiostyle.stereo.layouts.is_stereo", lambda path: True)
    assert audiostyle("image", "stylize", "a.mpo", style, *METHOD, "-o", "two.png").code == 0
    assert read("one.png").shape == (32, 48, 3) and read("two.png").shape == (32, 96, 3)


def test_a_map_and_a_network_are_taken(audiostyle, views):
    import torch

    from audiostyle.models.style_network import StyleNetwork, save_style_network

    torch.manual_seed(0)
    save_style_network(StyleNetwork(8, 1), "rain.safetensors", {})
    np.save("map.npy", np.full((32, 48), 4.0))
    result = audiostyle(
        *("image", "stylize", "left.png", "--network", "rain.safetensors", "--right", "right.png"),
        *("--disparity", "map.npy", "--device", "cpu", "--json"),
    )
    lines = [json.loads(line) for line in result.out.splitlines()]
    assert result.code == 0
    assert [line["output"] for line in lines] == ["left.network.png", "right.network.png"]
    assert lines[0]["method"] == "network" and lines[0]["right"] == "right.png"
    left, right = read("left.network.png"), read("right.network.png")
    assert np.abs(left[:, 4:] - right[:, :-4]).mean() < 0.01


def test_seeds_reach_methods_that_draw(audiostyle, style, views):
    for seed in (0, 0, 1):
        arguments = ("--method", "idt", "--seed", seed, "-o", "a.png", "--overwrite", "--right", "right.png")
        assert audiostyle("image", "stylize", "left.png", style, *arguments).code == 0


def test_a_dry_run_writes_nothing(audiostyle, style, views):
    before = there()
    result = audiostyle("image", "stylize", "left.png", style, *METHOD, "--right", "right.png", "--dry-run")
    assert result.code == 0 and there() == before


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--right", "right.png", "--layout", "mpo"), 2, "--right and --layout exclude each other"),
        (("--right-out", "b.png"), 2, "--right-out: of no effect without --right or --layout"),
        (("--disparity", "map.npy"), 2, "--disparity: of no effect without --right or --layout"),
        (("--right", "right.png", "--compare"), 2, "--compare: of no effect with two views"),
        (("--right", "right.png", "--lut", "a.cube"), 2, "give one STYLE or several, or"),
        (("--right", "right.png", "--segments", "a.png"), 2, "--segments: of no effect with two views"),
        (("--right", "right.png", "--levels", "1"), 2, "--method mkl has no such option"),
        (("--right", "right.png", "-o", "-"), 2, "two views are read from files"),
        (("--right", "-"), 2, "two views are read from files"),
        (("--right", "right.png", "-o", "right.png"), 2, "would replace the input right.png"),
        (("--right", "right.png", "-o", "a.png", "--right-out", "a.png"), 2, "cannot share one file"),
        (("--right", "right.png", "--right-out", "a.doc"), 2, "suffix '.doc'"),
        (("--right", "gone.png"), 1, "gone.png: cannot be read"),
        (("--right", "style.jpg"), 1, "views must be of one size"),
        (("--right", "right.png", "--disparity", "gone.npy"), 1, "gone.npy: cannot be read"),
        (("--layout", "mpo"), 1, "holds no second view"),
    ],
)
def test_slips_are_named_in_one_line(audiostyle, style, views, arguments, code, message):
    before = there()
    result = audiostyle("image", "stylize", "left.png", style, *METHOD, *arguments)
    assert result.code == code and message in result.err and result.err.count("\n") == 1, result.err
    assert there() == before


def test_options_of_one_picture_want_one(audiostyle, style, views):
    result = audiostyle("image", "stylize", ".", style, *METHOD, "--right", "right.png")
    assert result.code == 2 and "are of one picture; name its file" in result.err


def test_a_network_takes_no_options_of_methods(audiostyle, views):
    result = audiostyle(
        "image", "stylize", "left.png", "--network", "mosaic", "--right", "right.png", "--levels", "1"
    )
    assert result.code == 2 and "--levels: of no effect with --network" in result.err


@pytest.mark.parametrize("options", [("--ledger", "book"), ("--engine", "ray")])
def test_pairs_that_a_former_run_has_done_are_left_out(audiostyle, style, views, monkeypatch, options):
    FakeRay().install(monkeypatch)
    words = ("image", "stylize", "left.png", style, "--right", "right.png", *METHOD, *options, "--json")
    first, second = audiostyle(*words), audiostyle(*words)
    assert first.code == second.code == 0
    assert ["skipped" in json.loads(line) for line in (first.out + second.out).splitlines()] == [
        False
    ] * 2 + [True] * 2
    save("right.png", LEFT)  # what is read besides the content counts, too
    assert "skipped" not in audiostyle(*words).out
