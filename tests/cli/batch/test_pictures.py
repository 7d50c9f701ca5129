"""Names of pictures follow the rules of recordings; pairs are of one stem at one place."""

from pathlib import Path

import pytest

from audiostyle.cli.batch.inputs import InputFile
from audiostyle.cli.batch.pictures import (
    PictureNaming,
    PictureReport,
    PictureReporter,
    find_style_pictures,
    pair_styles,
)
from audiostyle.cli.batch.plan import BatchTask, plan_batch
from audiostyle.cli.batch.tasks import Outcome
from audiostyle.cli.batch.translations import TranslationNaming
from audiostyle.cli.console import UsageError
from audiostyle.errors import PictureReadError


def touch(*paths: str) -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).touch()


@pytest.mark.parametrize(
    ("naming", "source", "expected"),
    [
        (PictureNaming(), InputFile("/album/photo.JPG"), "photo.mkl.jpg"),
        (PictureNaming(), InputFile("photo.tiff"), "photo.mkl.tiff"),
        (PictureNaming(), InputFile("photo.gif"), "photo.mkl.png"),
        (PictureNaming(), InputFile("-"), "stdin.mkl.png"),
        (PictureNaming("out"), InputFile("in/a/photo.webp", Path("a")), "out/a/photo.mkl.webp"),
        (PictureNaming(filename="{method}/{stem}.png"), InputFile("photo.jpg"), "mkl/photo.png"),
    ],
)
def test_what_a_result_is_called(naming, source, expected):
    assert Path(naming.name_output(source, "mkl")) == Path(expected)


def test_a_sheet_lies_beside_its_result():
    naming = PictureNaming(compare=True)
    assert naming.name_outputs(InputFile("a.jpg"), ["mkl"], None) == {
        "mkl": "a.mkl.jpg",
        "compare": "a.mkl.compare.png",
    }
    assert naming.name_outputs(InputFile("a.jpg"), ["mkl"], "x/b.tif")["compare"] == str(
        Path("x/b.compare.png")
    )


def test_each_medium_has_its_own_formats():
    with pytest.raises(UsageError, match=r"cannot write suffix '\.wav'"):
        PictureNaming("out.wav").get_single_file(1, 1)
    with pytest.raises(UsageError, match=r"cannot write suffix '\.png'"):
        TranslationNaming("out.png").get_single_file(1, 1)
    touch("in/a.png", "in/a.wav")
    assert [task.input for task in plan_batch(["in"], ["mkl"], PictureNaming()).tasks] == ["in/a.png"]
    assert [task.input for task in plan_batch(["in"], ["piano"], TranslationNaming()).tasks] == ["in/a.wav"]


def test_styles_come_in_the_order_named():
    touch("b.png", "a1.png", "a2.png")
    assert find_style_pictures(["b.png", "a?.png"]) == ("b.png", "a1.png", "a2.png")
    with pytest.raises(PictureReadError, match="no such file"):
        find_style_pictures(["b.png", "gone.png"])


def test_pairs_are_found_at_their_place_in_the_tree():
    touch("in/a.png", "in/x/a.jpg", "in/b.png", "styles/a.tif", "styles/x/a.webp", "styles/x/b.png")
    todo = plan_batch(["in"], ["mkl"], PictureNaming())
    pairs, left = pair_styles(todo, "in", "styles")
    assert pairs == {"in/a.png": ("styles/a.tif",), "in/x/a.jpg": ("styles/x/a.webp",)}
    assert left == ["styles/x/b.png"]
    assert [problem.input for problem in todo.problems] == ["in/b.png"]
    assert [task.input for task in todo.tasks] == ["in/a.png", "in/x/a.jpg"]


def test_machines_are_told_the_same_fields_in_every_version(records):
    task = BatchTask("a.png", {"mkl": "a.mkl.png", "compare": "a.mkl.compare.png"})
    report = PictureReport(task.outputs, "mkl", 20, 30, 8, 1.5, facts={"styles": ["b.png"], "strength": 1.0})
    reporter = PictureReporter(json=True)
    reporter.report_dry_run(BatchTask("a.png", {"mkl": "a.mkl.png"}))
    reporter.report_outcome(task, Outcome(report))
    planned, result, sheet = records()
    assert planned == {"input": "a.png", "output": "a.mkl.png", "method": "mkl", "dry_run": True}
    assert result == {
        "input": "a.png",
        "output": "a.mkl.png",
        "method": "mkl",
        "sheet": False,
        "width": 30,
        "height": 20,
        "bits": 8,
        "elapsed": 1.5,
        "styles": ["b.png"],
        "strength": 1.0,
    }
    assert sheet == result | {"output": "a.mkl.compare.png", "sheet": True}
