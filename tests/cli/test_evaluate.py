"""``audiostyle evaluate``: a table, JSON, CSV and a plot; mistakes as one line."""

import csv
import json

import pytest
from fake_ray import FakeRay
from studies import write_pictures, write_sounds

from audiostyle.cli.batch.engine import Engine
from audiostyle.cli.batch.tasks import Outcome
from audiostyle.cli.console import ExitCode
from audiostyle.evaluate.items import measure_item

TWO = ("evaluate", "--system", "ours=in/ours", "--system", "theirs=in/theirs", "--truth", "in/truth")


@pytest.fixture
def pictures(workplace):
    return write_pictures(workplace / "in", systems=("ours", "theirs", "truth"), items=tuple("abc"))


def test_one_folder(audiostyle, pictures):
    found = audiostyle("evaluate", "in/ours", "--truth", "in/truth", "--metrics", "ssim,colors")
    assert found.code == ExitCode.DONE and found.err == ""
    assert found.out.splitlines()[0].split() == ["METRIC", "AGAINST", "BETTER", "results"]
    assert "over 3 items" in found.out


def test_two_systems_are_compared_in_every_form(audiostyle, workplace, pictures):
    found = audiostyle(*TWO, "--metrics", "ssim", "--csv", "v.csv", "--plot", "p.png")
    assert "ssim: ours minus theirs is" in found.out and (workplace / "p.png").stat().st_size > 1000
    lines = list(csv.DictReader((workplace / "v.csv").open()))
    assert len(lines) == 6 and {line["system"] for line in lines} == {"ours", "theirs"}
    records = [json.loads(line) for line in audiostyle(*TWO, "--metrics", "ssim", "--json").out.splitlines()]
    assert [record.get("comparison", False) for record in records] == [False, False, True]
    assert records[0]["values"].keys() == {"a", "b", "c"}


def test_a_table_of_pairs(audiostyle, workplace, pictures):
    (workplace / "t.csv").write_text(
        "ours,truth\n" + "".join(f"in/ours/{n}.png,in/truth/{n}.png\n" for n in "abc")
    )
    found = audiostyle("evaluate", "--pairs", "t.csv", "--metrics", "ssim")
    assert found.code == ExitCode.DONE and "ours" in found.out


def test_items_that_fail_are_listed_and_told_by_the_code(audiostyle, workplace):
    write_sounds(workplace / "in", systems=("ours", "truth"), items=tuple("abc"))
    (workplace / "in" / "ours" / "b.wav").write_bytes(b"no sound")
    found = audiostyle("evaluate", "in/ours", "--truth", "in/truth", "--metrics", "loudness")
    assert found.code == ExitCode.SOME_FAILED and "b.wav" in found.err and "over 2 items" in found.out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("evaluate",), ExitCode.USAGE, "name a folder"),
        (("evaluate", "in/ours", "--pairs", "x.csv"), ExitCode.USAGE, "name a folder"),
        (("evaluate", "in/ours"), ExitCode.FAILED, "--truth, --source or --style"),
        (("evaluate", "none", "--truth", "in/truth"), ExitCode.FAILED, "none"),
        ((*TWO, "--metrics", "sim"), ExitCode.FAILED, "did you mean 'ssim'"),
        ((*TWO, "--system", "truth=in/ours"), ExitCode.USAGE, "--truth is called"),
        ((*TWO, "--metrics", "ssim", "--plot", "p.gif"), ExitCode.FAILED, "PNG or an SVG"),
        ((*TWO, "--csv", "in/ours/a.png"), ExitCode.USAGE, "exists already"),
    ],
)
def test_mistakes_are_one_line(audiostyle, pictures, arguments, code, message):
    found = audiostyle(*arguments)
    assert found.code == code and message in found.err and "internal error" not in found.err


@pytest.mark.parametrize("options", [("--jobs", 2), ("--engine", "ray")])
def test_whoever_measures_it_is_the_same_to_the_last_bit(
    audiostyle, workplace, pictures, monkeypatch, options
):
    FakeRay().install(monkeypatch)
    (workplace / "in" / "theirs" / "b.png").write_bytes(b"no picture")
    alone = audiostyle(*TWO, "--csv", "alone.csv", "--json")
    together = audiostyle(*TWO, "--csv", "together.csv", "--json", *options)
    assert alone == together and alone.code == ExitCode.SOME_FAILED
    assert (workplace / "alone.csv").read_bytes() == (workplace / "together.csv").read_bytes()


def test_an_item_whose_process_died_is_a_failure_of_each_system(audiostyle, pictures, monkeypatch):
    def run(self, tasks, job, on_progress):
        for task in tasks:
            done = measure_item(task.input, task.paths, job.systems, job.measures)
            yield Outcome(error="b: its process died") if task.input == "b" else Outcome(done)

    monkeypatch.setattr(Engine, "run", run)
    found = audiostyle(*TWO, "--metrics", "ssim")
    assert found.code == ExitCode.SOME_FAILED and "over 2 items" in found.out
    assert found.err.splitlines() == [
        f"audiostyle: {one}, b, ssim: b: its process died" for one in ("ours", "theirs")
    ]
