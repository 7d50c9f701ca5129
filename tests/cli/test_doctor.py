"""``audiostyle doctor``: what works, what does not, what to do; 1 only if something essential is broken."""

import json

import pytest

from audiostyle.cli import checks
from audiostyle.cli.checks import Check

GOOD, MISSING, BROKEN = (
    Check("torch", True, "2.0"),
    Check("ffmpeg", False, "not found", "install ffmpeg", essential=False),
    Check("weights", False, "damaged", "install again"),
)


@pytest.mark.parametrize(("found", "code"), [([GOOD], 0), ([GOOD, MISSING], 0), ([BROKEN, GOOD], 1)])
def test_the_exit_code_is_about_what_is_essential(audiostyle, monkeypatch, found, code):
    monkeypatch.setattr(checks, "run_checks", lambda: iter(found))
    assert audiostyle("doctor").code == code
    assert audiostyle("doctor", "--json").code == code


def test_what_does_not_work_comes_with_what_to_do(audiostyle, monkeypatch):
    monkeypatch.setattr(checks, "run_checks", lambda: iter([GOOD, MISSING, BROKEN]))
    lines = [line.split() for line in audiostyle("doctor").out.splitlines()]
    assert [line[0] for line in lines] == ["ok", "no", "->", "BROKEN", "->"]
    records = [json.loads(line) for line in audiostyle("doctor", "--json").out.splitlines()]
    assert all(record.keys() == {"name", "ok", "detail", "remedy", "essential"} for record in records)
    assert [record["remedy"] for record in records] == ["", "install ffmpeg", "install again"]


def test_here_everything_essential_works(audiostyle):
    result = audiostyle("doctor", "--json")
    records = {record["name"]: record for record in map(json.loads, result.out.splitlines())}
    assert result.code == 0, [record for record in records.values() if not record["ok"]]
    assert {
        "python",
        "torch",
        "torchaudio",
        "WAV",
        "FLAC",
        "OGG",
        "MP3",
        "ffmpeg",
        "films",
        "page",
        "clusters",
        "cuda",
    } <= records.keys()
    assert "3 files match" in records["model universal"]["detail"]
