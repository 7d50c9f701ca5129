"""Tables come back as they were written, and what others write is read or refused in one line."""

import numpy as np
import pytest

from audiostyle.errors import PictureReadError
from audiostyle.image.grading.table import ColorTable, make_grid
from audiostyle.image.io.cube import read_cube, write_cube


def table(size: int = 4) -> ColorTable:
    return ColorTable.from_values(np.random.default_rng(0).uniform(-0.2, 1.2, (size, size, size, 3)))


@pytest.mark.parametrize("size", [2, 5, 33])
def test_a_table_comes_back(tmp_path, size):
    write_cube(tmp_path / "a.cube", table(size), "a look")
    np.testing.assert_allclose(read_cube(tmp_path / "a.cube").values, table(size).values, atol=1e-6)


def test_red_changes_fastest(tmp_path):
    write_cube(tmp_path / "a.cube", ColorTable.from_values(make_grid(2)), 'say "cheese"\nagain')
    lines = (tmp_path / "a.cube").read_text().splitlines()
    assert lines[1:3] == ["TITLE \"say 'cheese' again\"", "LUT_3D_SIZE 2"]
    assert lines[4:7] == [
        "0.000000 0.000000 0.000000",
        "1.000000 0.000000 0.000000",
        "0.000000 1.000000 0.000000",
    ]


def write(path, head: str, rows) -> None:
    path.write_text(head + "\n" + "\n".join(" ".join(f"{v:g}" for v in row) for row in rows) + "\n")


SAME = make_grid(2).transpose(2, 1, 0, 3).reshape(-1, 3)


@pytest.mark.parametrize(
    "head",
    [
        "LUT_3D_SIZE 2",
        '\ufeff# a comment\r\n\r\nTITLE "x"\r\nLUT_3D_SIZE 2\r\nDOMAIN_MIN 0 0 0\r\nDOMAIN_MAX 1.0 1.0 1.0',
        "LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0.0 1.0\nLUT_IN_VIDEO_RANGE",
    ],
)
def test_what_other_programs_write_is_read(tmp_path, head):
    write(tmp_path / "a.cube", head, SAME)
    np.testing.assert_allclose(read_cube(tmp_path / "a.cube").values, make_grid(2))


def test_a_table_of_another_domain_is_sampled_anew(tmp_path):
    """A table of [0, 2] that halves: within [0, 1] it halves as well."""
    write(tmp_path / "a.cube", "LUT_3D_SIZE 2\nDOMAIN_MAX 2 2 2", SAME)
    np.testing.assert_allclose(read_cube(tmp_path / "a.cube").values, make_grid(2) / 2, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no table of colors"),
        ("LUT_3D_SIZE 1\n0 0 0\n", "no table of colors"),
        ("LUT_3D_SIZE 999\n0 0 0\n", "no table of colors"),
        ("LUT_1D_SIZE 2\n0 0 0\n1 1 1\n", "is a table of one dimension"),
        ("LUT_3D_SIZE 2\n0 0 0\n", "needs 8 lines of three finite numbers, has 1"),
        ("LUT_3D_SIZE 2\n" + "0 0\n" * 8, "needs 8 lines"),
        ("LUT_3D_SIZE 2\n" + "0 0 nan\n" * 8, "needs 8 lines"),
        ("LUT_3D_SIZE 2\n" + "0 0 1,5\n" * 8, "needs 8 lines"),
        ("LUT_3D_SIZE 2\nDOMAIN_MAX 0 0 0\n" + "0 0 0\n" * 8, "its domain must be"),
        ("LUT_3D_SIZE 2\nDOMAIN_MIN x\n" + "0 0 0\n" * 8, "its domain must be"),
    ],
)
def test_what_is_no_table_is_one_line(tmp_path, text, message):
    path = tmp_path / "a.cube"
    path.write_text(text)
    with pytest.raises(PictureReadError, match=message) as caught:
        read_cube(path)
    assert str(caught.value).startswith(str(path)) and "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_no_text(tmp_path):
    with pytest.raises(PictureReadError, match="cannot be read"):
        read_cube(tmp_path / "gone.cube")
    (tmp_path / "a.cube").write_bytes(bytes(range(256)) * 20)
    with pytest.raises(PictureReadError, match="no table of colors"):
        read_cube(tmp_path / "a.cube")
