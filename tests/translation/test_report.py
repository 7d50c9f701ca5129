"""The report of a translation can be printed as JSON, and is never changed."""

import dataclasses
import json

import pytest

from audiostyle.translation.report import TranslationReport

REPORT = TranslationReport(
    input="a.wav",
    outputs={"piano": "a.piano.wav"},
    model="universal",
    sha256="5a1e",
    sample_rate=44100,
    channels=2,
    seconds=30.0,
    elapsed=10.0,
    notes=80,
)


def test_it_is_plain_data():
    assert TranslationReport(**json.loads(json.dumps(dataclasses.asdict(REPORT)))) == REPORT


def test_it_does_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        REPORT.notes = 81  # type: ignore[misc]
