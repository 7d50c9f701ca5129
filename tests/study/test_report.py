"""The report: one page without anything from elsewhere, in which nobody's text is markup."""

import json
import re
from dataclasses import replace

import pytest

from audiostyle.study.analysis import analyze
from audiostyle.study.files import load_study
from audiostyle.study.report import SIMULATED, make_summary, write_report
from audiostyle.study.results import read_answers
from audiostyle.study.simulation import simulate_answers

HOSTILE = "<script>alert(1)</script>\"' onload=x"


@pytest.fixture
def found(folder):
    study = load_study(folder)
    answers = read_answers(simulate_answers(study, folder, {"ours": 1, "theirs": 0}, listeners=6), study)
    return study, answers, analyze(study, answers)


def test_all_files_are_there_and_the_numbers_are_the_same(found, tmp_path):
    study, answers, analysis = found
    paths = write_report(study, answers, analysis, tmp_path / "report")
    assert [path.name for path in paths] == ["report.html", "scores.png", "answers.csv", "summary.json"]
    page, summary = paths[0].read_text("utf-8"), json.loads(paths[3].read_text("utf-8"))
    assert summary["standing"]["scores"] == list(analysis.standing.scores)
    for name, score in zip(analysis.standing.systems, analysis.standing.scores, strict=True):
        assert name in page and f"{score:.2f}".replace("-", "−") in page
    assert f"{analysis.standing.listeners} kept" in page


def test_what_nobody_answered_is_marked_everywhere(found, tmp_path):
    study, answers, analysis = found
    paths = write_report(study, answers, analysis, tmp_path)
    assert (
        SIMULATED in paths[0].read_text("utf-8")
        and json.loads(paths[3].read_text("utf-8"))["simulated"] is True
    )
    assert all(line.split(",")[1] == "1" for line in paths[2].read_text("utf-8").splitlines()[1:])
    people = replace(answers, simulated=False)
    write_report(study, people, analysis, tmp_path)
    assert "SIMULATED" not in paths[0].read_text("utf-8")


def test_text_of_others_is_text(found, tmp_path):
    study, answers, analysis = found
    study = replace(study, texts=replace(study.texts, title=HOSTILE, question=HOSTILE))
    answers = replace(answers, comments={0: HOSTILE})
    standing = replace(analysis.standing, systems=(HOSTILE, "b"))
    page = write_report(study, answers, replace(analysis, standing=standing, unscreened=standing), tmp_path)[
        0
    ].read_text("utf-8")
    assert "<script" not in page and page.count("&lt;script&gt;") >= 4
    assert not re.search(r"(src|href)=\"(?!data:)", page) and "http://" not in page


def test_what_is_not_finite_is_null(found):
    study, answers, analysis = found
    text = json.dumps(
        make_summary(study, answers, replace(analysis, agreement=float("nan"))), allow_nan=False
    )
    assert json.loads(text)["agreement"] is None
