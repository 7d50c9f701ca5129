"""Surroundings of two seconds, which are enough to test with."""

import pytest

from audiostyle.spectrogram.training import material


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(material, "SECONDS", 2.0)
