"""``audiostyle train``: every mistake is one line."""

import pytest


@pytest.mark.parametrize(
    "arguments",
    [
        ["domain", "sax"],
        ["domain", "sax", "takes", "--steps", "0"],
        ["domain", "sax", "takes", "--seed", "-1"],
        ["recipe", "small.toml"],
        ["recipe", "small.toml", "out", "--jobs", "0"],
        ["drums"],
    ],
)
def test_wrong_use_is_told_in_one_line(audiostyle, asked, arguments):
    result = audiostyle("train", *arguments)
    assert result.code == 2 and len(result.err.splitlines()) == 1 and not asked
