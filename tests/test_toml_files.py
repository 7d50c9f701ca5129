"""TOML from strangers: whatever is in it, it is read or refused in a moment, in little memory."""

import resource
from pathlib import Path

import pytest

from audiostyle.toml_files import MAX_BYTES, read_toml

BOMBS = {
    "a key of many parts": ("a." * 100_000 + "a = 1", "more than 16 parts"),
    "a header of many parts": ("[" + "a." * 100_000 + "a]", "more than 16 parts"),
    "quoted parts": ('"a" . ' * 100_000 + "a = 1", "more than 16 parts"),
    "deep arrays": ("a = " + "[" * 100_000, "nested too deeply"),
    "deep tables": ("a = " + "{a = " * 100_000, "nested too deeply"),
    "a long number": ("a = " + "1" * 100_000, "not valid TOML|limit"),
    "a long file": ("#" * (MAX_BYTES + 1), "larger than"),
    "no text": ("\udcff", "UTF-8"),
}


@pytest.mark.parametrize(("text", "message"), BOMBS.values(), ids=BOMBS)
def test_bombs_are_refused(tmp_path: Path, text: str, message: str):
    path = tmp_path / "a.toml"
    path.write_bytes(text.encode(errors="surrogateescape"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ValueError, match=message):
        read_toml(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 << 10  # KB


def test_what_manifests_hold_is_read(tmp_path: Path):
    """Long texts with dots in them are no long keys."""
    path = tmp_path / "a.toml"
    path.write_text('[a.b."c d"]\nversion = "1.2.3"\ntext = "' + "a. " * 1000 + '"\nnumbers = [1, 2.5]\n')
    assert read_toml(path)["a"]["b"]["c d"]["numbers"] == [1, 2.5]
