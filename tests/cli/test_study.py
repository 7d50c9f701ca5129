"""``audiostyle study``: from folders to a report, and mistakes as one line."""

import json

import pytest
from studies import write_pictures, write_sounds

from audiostyle.cli.console import ExitCode

NEW = (
    "study",
    "new",
    "s",
    "--system",
    "ours=in/ours",
    "--system",
    "theirs=in/theirs",
    "--question",
    "Which?",
)


@pytest.fixture
def sounds(workplace):
    return write_sounds(workplace / "in")


@pytest.mark.parametrize("design", ["pairs", "choice", "scale"])
def test_from_folders_to_a_report(audiostyle, workplace, sounds, design):
    made = audiostyle(*NEW, "--design", design, "--source", "in/ours", "--listeners", 6, "--align-loudness")
    assert made.code == ExitCode.DONE and "2 systems, 2 items" in made.err and "study serve s" in made.err
    simulated = audiostyle("study", "simulate", "s", "--truth", "ours=2", "--truth", "theirs=-2")
    assert simulated.code == ExitCode.DONE and "no person" in simulated.err
    found = audiostyle("study", "analyze", "s", "--simulated")
    assert (
        found.code == ExitCode.DONE and found.out.startswith("SIMULATED") and "ours over theirs" in found.out
    )
    assert (workplace / "s" / "simulated-report" / "report.html").is_file()


def test_json_is_the_summary(audiostyle, workplace, sounds):
    audiostyle(*NEW)
    audiostyle("study", "simulate", "s", "--truth", "ours=2", "--truth", "theirs=-2", "--listeners", 5, "-q")
    found = audiostyle("study", "analyze", "s", "--simulated", "--json", "--out", "r", "-q")
    assert (
        json.loads(found.out) == json.loads((workplace / "r" / "summary.json").read_text())
        and found.err == ""
    )


def test_pictures_work_alike(audiostyle, workplace):
    write_pictures(workplace / "in")
    assert audiostyle(*NEW, "-q").code == ExitCode.DONE


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("study", "new", "s", "--system", "ours", "--question", "?"), ExitCode.USAGE, "NAME=FOLDER"),
        ((*NEW, "--system", "ours=in/theirs"), ExitCode.USAGE, "twice"),
        ((*NEW, "--design", "best"), ExitCode.USAGE, "best"),
        (("study", "new", "in", *NEW[3:]), ExitCode.FAILED, "exists already"),
        (
            ("study", "new", "s", "--system", "a=none", "--system", "b=in/ours", "--question", "?"),
            ExitCode.FAILED,
            "none",
        ),
        (("study", "serve", "in"), ExitCode.FAILED, "is not a study"),
        (("study", "analyze", "in"), ExitCode.FAILED, "is not a study"),
        (("study", "simulate", "in", "--truth", "ours"), ExitCode.FAILED, "is not a study"),
    ],
)
def test_mistakes_are_one_line(audiostyle, sounds, arguments, code, message):
    found = audiostyle(*arguments)
    assert found.code == code and message in found.err and found.err.count("\n") == 1
    assert "internal error" not in found.err


def test_a_truth_is_a_number_for_every_system(audiostyle, sounds):
    audiostyle(*NEW)
    for truth in ("ours", "ours=x", "=1", "ours=nan", "ours=99"):
        assert audiostyle("study", "simulate", "s", "--truth", truth).code == ExitCode.USAGE
    assert "'theirs'" in audiostyle("study", "simulate", "s", "--truth", "ours=1").err


def test_before_anybody_answered_there_is_nothing_to_analyze(audiostyle, sounds):
    audiostyle(*NEW)
    found = audiostyle("study", "analyze", "s")
    assert found.code == ExitCode.FAILED and "no answers yet" in found.err
