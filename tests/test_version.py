"""The version is the same wherever it is written."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def test_the_changelog_opens_with_it():
    first = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert first and first[1] in {VERSION, "Unreleased"}


def test_a_citation_names_it():
    assert f"version: {VERSION}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
