"""The work of ``image smooth``: it is the library's, and what it found out is told."""

import json
from pathlib import Path

import numpy as np
import pytest

from audiostyle.image.io.files import read_picture


def there() -> set[str]:
    return {str(path) for path in Path().rglob("*") if path.is_file()}


def test_exact_smoothing_reports_iterations_and_residual(audiostyle, picture):
    guide, rough = picture("guide.jpg", 40, 50), picture("rough.png", 40, 50, bits=16)
    result = audiostyle("image", "smooth", guide, rough, "--method", "exact", "--json")
    assert (result.code, result.err) == (0, "")
    record = json.loads(result.out)
    assert record["output"] == "rough.exact.png" and record["iterations"] > 0
    assert 0 <= record["residual"] <= 1e-3
    assert read_picture("rough.exact.png").bits == 16
    more = ("--method", "exact", "--tolerance", 1e-6)
    said = audiostyle("image", "smooth", guide, rough, "-o", "b.png", *more).out
    assert "rough.png -> b.png (50×40 in " in said and " iterations, residual " in said


def test_smoothing_is_that_of_the_library(audiostyle, picture):
    from audiostyle.image.smoothing.smooth import smooth

    guide, rough = picture("guide.png", 40, 50), picture("rough.png", 40, 50)
    for method, more in (("exact", ("--affinity", "gaussian", "--smoothness", 0.99)), ("guided", ())):
        assert audiostyle("image", "smooth", guide, rough, "--method", method, *more).code == 0
        options = {"affinity": "gaussian", "alpha": 0.99} if more else {}
        expected = smooth(read_picture(guide).pixels, read_picture(rough).pixels, method=method, **options)
        np.testing.assert_allclose(
            read_picture(f"rough.{method}.png").pixels, np.clip(expected, 0, 1), atol=0.51 / 255
        )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ["--method", "guided", "--smoothness", "0.9"],
            2,
            "--smoothness: of no effect without --method exact",
        ),
        (["--smoothness", "1"], 2, "--smoothness"),
        (["-o", "guide.png", "--overwrite"], 2, "would replace the input guide.png"),
        (["-o", "-", "--json"], 2, "both need stdout"),
        ([], 1, "size"),
    ],
)
def test_a_mistake_in_smoothing_is_one_line_and_leaves_nothing(audiostyle, picture, arguments, code, message):
    picture("guide.png", 10, 12)
    picture("rough.png", 12, 10)
    result = audiostyle("image", "smooth", "guide.png", "rough.png", *arguments)
    assert (result.code, result.err.count("\n")) == (code, 1) and message in result.err
    assert there() == {"guide.png", "rough.png"}
