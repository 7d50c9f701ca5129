"""A study on the disk."""

from pathlib import Path

import pytest
from studies import write_sounds

from audiostyle.study.creation import create_study


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A study of pairs of two systems and two items, on the disk."""
    create_study(tmp_path / "study", write_sounds(tmp_path / "in"), "Which is better?", trials=4)
    return tmp_path / "study"
