"""Batches of translations: where notes go, and what machines and people are told."""

from pathlib import Path

import pytest
from fake_translator import TranslationReport

from audiostyle.cli.batch.inputs import InputFile
from audiostyle.cli.batch.plan import BatchTask
from audiostyle.cli.batch.tasks import Outcome
from audiostyle.cli.batch.translations import TranslationNaming, TranslationReporter
from audiostyle.cli.console import UsageError

TASK = BatchTask("song.wav", {"organ": "song.organ.wav"}, "song.mid")
REPORT = TranslationReport(
    input="song.wav",
    outputs={"organ": "song.organ.wav"},
    model="universal",
    sha256="00",
    sample_rate=44100,
    channels=2,
    seconds=60.0,
    elapsed=3.0,
    notes=12,
    folded={"organ": 3},
)


@pytest.mark.parametrize(
    ("midi", "inputs", "expected"),
    [
        (None, 1, None),
        ("out.mid", 1, "out.mid"),
        ("notes", 1, "notes/a/song.mid"),
        ("notes", 5, "notes/a/song.mid"),
    ],
)
def test_the_midi_file_follows_the_rules_of_the_outputs(midi, inputs, expected):
    found = TranslationNaming(midi=midi).name_midi(InputFile("in/a/song.wav", Path("a")), inputs)
    assert found == (expected and str(Path(expected)))


def test_several_inputs_cannot_share_one_midi_file():
    with pytest.raises(UsageError, match="several inputs"):
        TranslationNaming(midi="out.mid").name_midi(InputFile("song.wav"), 2)


def test_machines_are_told_the_same_fields_in_every_version(records):
    reporter = TranslationReporter(json=True)
    reporter.report_dry_run(TASK)
    reporter.report_outcome(TASK, Outcome(REPORT))
    planned, done = records()
    assert planned == {
        "input": "song.wav",
        "output": "song.organ.wav",
        "domain": "organ",
        "midi": "song.mid",
        "dry_run": True,
    }
    assert done == {
        "input": "song.wav",
        "output": "song.organ.wav",
        "domain": "organ",
        "midi": "song.mid",
        "model": "universal",
        "sha256": "00",
        "sample_rate": 44100,
        "channels": 2,
        "seconds": 60.0,
        "elapsed": 3.0,
        "real_time_factor": 20.0,
        "notes": 12,
        "folded": 3,
    }


def test_people_are_told_the_speed_and_what_was_moved(capsys):
    TranslationReporter().report_outcome(TASK, Outcome(REPORT))
    assert capsys.readouterr().out == (
        "song.wav -> song.organ.wav (1:00 in 3.0 s, 20x real time);"
        " 3 of 12 notes moved by octaves into the range of organ\n"
    )
