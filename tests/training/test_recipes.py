"""Recipes: whatever is wrong with one is a line that names the file."""

import pytest

from audiostyle.errors import TrainingError
from audiostyle.training.recipes import read_recipe


def parse(table):
    return table["steps"] + len(table["names"].items())


def test_what_it_says_is_parsed(tmp_path):
    path = tmp_path / "r.toml"
    path.write_text("steps = 3\n[names]\na = 1\n")
    assert read_recipe(path, parse) == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"steps = = 3", "not a recipe"),
        (b"\xff", "not a recipe"),
        (b"steps = 3", "lacks or misspells 'names'"),
        (b"steps = '3'\nnames = {}", "lacks or misspells"),
        (b"steps = 3\nnames = 4", "lacks or misspells"),
    ],
)
def test_a_mistake_is_one_line_with_the_file(tmp_path, text, message):
    path = tmp_path / "r.toml"
    path.write_bytes(text)
    with pytest.raises(TrainingError, match=rf"r\.toml: .*{message}") as error:
        read_recipe(path, parse)
    assert "Traceback" not in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(TrainingError, match=r"none\.toml: cannot be read"):
        read_recipe(tmp_path / "none.toml", parse)
